/// A name that a text gives a meaning to.
package struct Definition: Sendable {
    package enum Kind: Sendable { case function, model, `class`, parameter, param, variable, module }

    package let name: Identifier
    package let kind: Kind
    /// All of it: of a function, from its first word to the end of its body.
    package let span: Span
    /// What introduces it: of a function, the text before its body.
    package let heading: Span
    /// Where the name means this.
    package let scope: Span
}

extension Definition {
    /// All definitions of some statements, in the order of the text: a file, a function, a model, a class, a
    /// comprehension and a sweep have names of their own.
    package static func all(in block: Block) -> [Definition] {
        var collector = DefinitionCollector(scope: block.span)
        collector.visit(block)
        return collector.found
    }
}

extension [Definition] {
    /// The definitions that a name at a byte offset can mean: those of the innermost scope that has the name.
    package func meaning(_ name: String, at offset: Int) -> [Definition] {
        let candidates = filter {
            $0.name.text == name
                && ($0.scope.start...$0.scope.end ~= offset || $0.name.span.start...$0.name.span.end ~= offset)
        }
        let smallest = candidates.min { $0.scope.end - $0.scope.start < $1.scope.end - $1.scope.start }
        return candidates.filter { $0.scope == smallest?.scope }
    }
}

private struct DefinitionCollector {
    private(set) var found: [Definition] = []
    private var scope: Span

    init(scope: Span) { self.scope = scope }

    private mutating func within(_ span: Span, _ body: (inout DefinitionCollector) -> Void) {
        let outer = scope
        scope = span
        body(&self)
        scope = outer
    }

    private mutating func add(_ name: Identifier, _ kind: Definition.Kind, _ span: Span, heading: Span? = nil) {
        found.append(Definition(name: name, kind: kind, span: span, heading: heading ?? span, scope: scope))
    }

    mutating func visit(_ block: Block) {
        for statement in block.statements { visit(statement) }
    }

    private mutating func visit(_ statement: Statement) {
        switch statement.kind {
        case .expression(let expression): visit(expression)
        case .assign(let target, let value):
            visit(target, of: statement.span)
            visit(value)
        case .augmentedAssign(let target, _, let value):
            if case .name = target {} else { visit(target, of: statement.span) }
            visit(value)
        case .function(let function): visit(function, .function)
        case .model(let function): visit(function, .model)
        case .class(let syntax): visit(syntax)
        case .for(let target, let sequence, let body):
            visit(target, of: nil)
            visit(sequence)
            visit(body)
        case .while(let condition, let body):
            visit(condition)
            visit(body)
        case .try(let body, let name, let handler, let cleanup):
            visit(body)
            if let name { add(name, .variable, name.span) }
            if let handler { visit(handler) }
            if let cleanup { visit(cleanup) }
        case .with(let context, let name, let body):
            visit(context)
            if let name { add(name, .variable, name.span) }
            visit(body)
        case .return(let value): if let value { visit(value) }
        case .assert(let condition, let message):
            visit(condition)
            if let message { visit(message) }
        case .param(let name, let value):
            add(name, .param, statement.span)
            visit(value)
        case .import(_, let alias, let names):
            for name in [alias].compactMap(\.self) + names.compactMap(\.name) { add(name, .module, statement.span) }
        case .delete, .break, .continue, .help: break
        }
    }

    /// - Parameter statement: The assignment; nil for what a loop assigns.
    private mutating func visit(_ target: Target, of statement: Span?) {
        switch target {
        case .name(let name): add(name, .variable, statement ?? name.span)
        case .index(let base, let subscripts, _):
            visit(base)
            for part in subscripts { visit(part) }
        case .member(let base, _, _): visit(base)
        case .tuple(let parts, _), .each(let parts): for part in parts { visit(part, of: statement) }
        case .rest(let target): visit(target, of: statement)
        }
    }

    private mutating func visit(_ function: FunctionSyntax, _ kind: Definition.Kind) {
        let body =
            switch function.body {
            case .expression(let expression): expression.span
            case .block(let block): block.span
            }
        if let name = function.name {
            add(name, kind, function.span, heading: Span(function.span.start, body.start))
        }
        within(function.span) { inner in
            inner.visit(function.parameters)
            switch function.body {
            case .expression(let expression): inner.visit(expression)
            case .block(let block): inner.visit(block)
            }
        }
    }

    private mutating func visit(_ parameters: [ParameterSyntax]) {
        for parameter in parameters {
            add(parameter.name, .parameter, parameter.name.span)
            if let value = parameter.defaultValue { visit(value) }
        }
    }

    private mutating func visit(_ syntax: ClassSyntax) {
        add(syntax.name, .class, syntax.span, heading: Span(syntax.span.start, syntax.body.span.start))
        within(syntax.span) { inner in
            inner.visit(syntax.parameters)
            if let base = syntax.base { inner.visit(base) }
            inner.visit(syntax.body)
        }
    }

    private mutating func visit(_ part: SubscriptSyntax) {
        switch part {
        case .index(let expression): visit(expression)
        case .slice(let start, let stop, let step, _):
            for expression in [start, stop, step] { if let expression { visit(expression) } }
        case .ellipsis: break
        }
    }

    private mutating func visit(_ field: RecordField) {
        if let key = field.key { visit(key) }
        visit(field.value)
    }

    private mutating func visit(_ clauses: [ComprehensionClause]) {
        for clause in clauses {
            switch clause {
            case .loop(let target, let sequence):
                visit(target, of: nil)
                visit(sequence)
            case .filter(let condition): visit(condition)
            }
        }
    }

    private mutating func visit(_ expression: Expression) {
        switch expression.kind {
        case .none, .boolean, .number, .whole, .string, .name: break
        case .interpolation(let pieces):
            for case .value(let value, _, _) in pieces { visit(value) }
        case .list(let elements): for element in elements { visit(element) }
        case .spread(let operand), .unary(_, let operand), .member(let operand, _): visit(operand)
        case .record(let fields): for field in fields { visit(field) }
        case .comprehension(let element, let clauses):
            within(expression.span) {
                $0.visit(clauses)
                $0.visit(element)
            }
        case .recordComprehension(let field, let clauses):
            within(expression.span) {
                $0.visit(clauses)
                $0.visit(field)
            }
        case .function(let function): visit(function, .function)
        case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right),
            .step(let left, let right):
            visit(left)
            visit(right)
        case .comparison(let first, let rest):
            visit(first)
            for link in rest { visit(link.operand) }
        case .call(let callee, let arguments, _):
            visit(callee)
            for argument in arguments { visit(argument.value) }
        case .index(let base, let subscripts):
            visit(base)
            for part in subscripts { visit(part) }
        case .conditional(let branches, let otherwise):
            for branch in branches {
                visit(branch.condition)
                visit(branch.body)
            }
            if let otherwise { visit(otherwise) }
        case .sweep(let sweep):
            for axis in sweep.axes { visit(axis.values) }
            for option in sweep.options { visit(option.value) }
            within(sweep.span) { inner in
                for axis in sweep.axes { inner.add(axis.name, .parameter, axis.name.span) }
                inner.visit(sweep.body)
            }
        }
    }
}
