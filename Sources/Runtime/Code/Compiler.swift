import Language

/// Turns the syntax tree into nodes that run: names become slots and cells, formats are read once.
struct Compiler {
    let source: SourceText
    let module: Namespace
    let builtins: BuiltinTable
    /// Names that mean the built-in functions here, whatever the module has under them.
    var sealedNames: Set<String> = []
    /// Nil in the code of a file or of the session.
    var scope: Scope?
    /// Whether the statements are a model's, where each layer that a line makes is added.
    var isInModel = false
    /// Told what code reads and calls, where it is compiled to be checked and not to be run.
    var uses: OuterUses?

    init(source: SourceText, module: Namespace, builtins: BuiltinTable) {
        self.source = source
        self.module = module
        self.builtins = builtins
    }

    /// A statement of a file or of the prompt; its value, if it has one, is left in the frame's `result`.
    func compileTopLevel(_ statement: Statement) throws -> StatementNode {
        try compile(statement, isLast: true)
    }

    /// A statement of a class's block.
    func compileInClass(_ statement: Statement) throws -> StatementNode {
        try compile(statement, isLast: false)
    }

    func location(_ span: Span) -> Diagnostic.Location {
        Diagnostic.Location(source: source, span: span)
    }

    // MARK: Statements

    /// - Parameter givesResult: Whether the value of the last statement is wanted.
    func compile(_ block: Block, givesResult: Bool) throws -> StatementNode {
        .block(
            try block.statements.enumerated().map { index, statement in
                try compile(statement, isLast: givesResult && index == block.statements.count - 1)
            })
    }

    private func compile(_ statement: Statement, isLast: Bool) throws -> StatementNode {
        switch statement.kind {
        case .expression(let expression): return try expressionStatement(expression, isLast: isLast)
        case .assign(let target, let value): return try assignStatement(target, value)
        case .augmentedAssign(let target, let operation, let value):
            let change = AugmentedAssignStatement(
                try place(target), operation, try compile(value), location(statement.span))
            if case .member(let base, let name, let span) = target, !isInModel {
                return FieldChangeStatement(
                    MemberNode(try compile(base), name, location(span)), operation, change, location(statement.span))
            }
            return noting(target, change)
        case .function(let function): return try definition(function, isModel: false)
        case .model(let function): return try definition(function, isModel: true)
        case .class(let syntax): return try definition(syntax)
        case .for(let target, let sequence, let body):
            return ForStatement(
                try compile(target), try compile(sequence),
                notingCopies(target, body, try compile(body, givesResult: false)))
        case .while(let condition, let body):
            return WhileStatement(try compile(condition), try compile(body, givesResult: false))
        case .break: return FlowStatement(.breakLoop)
        case .continue: return FlowStatement(.continueLoop)
        case .return(let value):
            guard scope != nil else {
                throw Failure("`return` is outside a function").located(location(statement.span))
            }
            return ReturnStatement(try value.map(compile))
        case .try(let body, let name, let handler, let cleanup):
            var statement = try compile(body, givesResult: isLast)
            if let handler {
                statement = TryStatement(
                    statement, name: try name.map { try compile(.name($0)) },
                    handler: try compile(handler, givesResult: isLast))
            }
            return try cleanup.map { CleanupStatement(statement, try compile($0, givesResult: false)) } ?? statement
        case .with(let context, let name, let body):
            return WithStatement(
                try compile(context), try name.map { try compile(.name($0)) }, try compile(body, givesResult: isLast))
        case .assert(let condition, let message):
            return AssertStatement(try compile(condition), try message.map(compile))
        case .param(let name, let value):
            try requireTopLevel("param", statement)
            return ParamStatement(name: name.text, cell: module.cell(name.text), value: try compile(value))
        case .import(let path, let alias, let names):
            try requireTopLevel("import", statement)
            return ImportStatement(
                path: try compile(path), alias: try alias.map { try compile(.name($0)) }, named: alias?.text ?? "",
                names: names, module: module)
        case .delete(let names):
            return DeleteStatement(try names.map { ($0.text, try compile(.name($0)), location($0.span)) })
        case .help(let topic): return HelpStatement(topic: topic, module: module, location(statement.span))
        }
    }

    private func requireTopLevel(_ word: String, _ statement: Statement) throws {
        guard scope == nil else {
            throw Failure("`\(word)` belongs at the top level of a file, not inside a function")
                .located(location(statement.span))
        }
    }

    private func expressionStatement(_ expression: Expression, isLast: Bool) throws -> StatementNode {
        if case .conditional(let branches, let otherwise) = expression.kind {
            return ConditionalStatement(
                try conditional(branches, otherwise, expression, givesResult: isLast && !isInModel))
        }
        let node = try standingAlone(expression)
        if isInModel { return LayerStatement(node, name: nil) }
        if isLast {
            // What a function ends with is its result; at the top level it is only shown.
            if scope == nil { (node as? MethodCallNode)?.use = .shown }
            return ResultStatement(node)
        }
        (node as? MethodCallNode)?.use = .dropped
        return ExpressionStatement(node)
    }

    /// A name or a dotted name alone calls the function that it is.
    private func standingAlone(_ expression: Expression) throws -> Node {
        let node = try compile(expression)
        switch expression.kind {
        case .name, .member: return CallAloneNode(node)
        default: return node
        }
    }

    private func assignStatement(_ target: Target, _ value: Expression) throws -> StatementNode {
        let targetNode = try compile(target)
        if isInModel, case .name(let name) = target {
            return LayerStatement(try standingAlone(value), name: (name.text, targetNode))
        }
        let valueNode = try compile(value)
        if let pair = PairAssignStatement(targetNode, valueNode) { return noting(target, pair) }
        let assignment = AssignStatement(targetNode, valueNode)
        if case .member(let base, let name, let span) = target, !isInModel {
            return FieldAssignStatement(MemberNode(try compile(base), name, location(span)), assignment)
        }
        if case .name(let name) = target, let sum = try sum(of: name, value) {
            return noting(target, SumStatement(sum, assignment))
        }
        return noting(target, assignment)
    }

    /// `t = t + x` as `t += x`; nil where it is something else, and where working out x changes t.
    private func sum(of name: Identifier, _ value: Expression) throws -> AugmentedAssignStatement? {
        guard case .binary(.add, let left, let right) = value.kind, case .name(name.text) = left.kind
        else { return nil }
        var assigned = AssignedNames()
        assigned.visit(right)
        guard !assigned.names.contains(name.text) else { return nil }
        return AugmentedAssignStatement(try place(.name(name)), .add, try compile(right), location(value.span))
    }

    /// In a model's block: an assignment after which its names are looked at for layers.
    private func noting(_ target: Target, _ statement: StatementNode) -> StatementNode {
        let names = target.names.filter { scope?.names[$0] != nil }
        return isInModel && !names.isEmpty ? NamesStatement(statement, names: names) : statement
    }

    private func definition(_ function: FunctionSyntax, isModel: Bool) throws -> StatementNode {
        let node = try compile(function, isModel: isModel)
        guard let name = function.name else { return ResultStatement(node) }
        if isInModel, !isModel {
            return LayerStatement(node, name: (name.text, try compile(.name(name))))
        }
        return AssignStatement(try compile(.name(name)), node)
    }

    // MARK: Targets

    func compile(_ target: Target) throws -> TargetNode {
        switch target {
        case .name(let name):
            switch scope?.meaning(of: name.text) {
            case .variable(depth: 0, let index): return .slot(index)
            case .field(depth: 0, _, _) where scope?.isClassBlock == true:
                return .place(try place(target), location(name.span))
            default: return .cell(module.cell(name.text))
            }
        case .index(_, _, let span), .member(_, _, let span): return .place(try place(target), location(span))
        case .tuple(let parts, let span): return .tuple(try parts.map { try compile($0) }, location(span))
        case .rest(let target): return .rest(try compile(target))
        case .each(let targets): return .each(try targets.map { try compile($0) })
        }
    }

    private func place(_ target: Target) throws -> Place {
        switch target {
        case .name(let name):
            let node = resolved(name)
            return node.place ?? .outerName(name.text, node)
        case .index(let base, let subscripts, let span):
            return .index(
                base: try basePlace(base), subscripts: try subscripts.map { try compile($0) }, location(span))
        case .member(let base, let name, let span):
            return .member(base: try basePlace(base), name: name.text, location(span))
        case .tuple(_, let span):
            throw Failure("several names at once cannot be changed with an operator").located(location(span))
        case .rest(let target): return try place(target)
        case .each(let targets):
            // The grammar has at least two.
            return try place(targets[0])
        }
    }

    private func basePlace(_ base: Expression) throws -> Place {
        let node = try compile(base)
        return node.place ?? .expression(node)
    }

    // MARK: Names

    /// - Parameter isRead: Whether the code is certain to read it there: the `f` of `x.f(y)` may be a field.
    func resolved(_ name: Identifier, isRead: Bool = true) -> Node {
        let place = location(name.span)
        switch scope?.meaning(of: name.text) {
        case .variable(depth: 0, let index): return SlotNode(index, name: name.text, place)
        case .variable(let depth, let index):
            return OuterSlotNode(depth: depth, index: index, name: name.text, place)
        case .field(let depth, let index, let token):
            return FieldNode(
                depth: depth, index: index, of: token, isChangeable: depth == 0 && scope?.isClassBlock == true,
                name: name.text, place)
        case .object(let depth): return SelfNode(depth: depth, place)
        case nil: if isRead { uses?.names.append(name) }
        }
        let cell = sealedNames.contains(name.text) ? Cell(name: name.text) : module.cell(name.text)
        return CellNode(
            cell, module: module, builtin: builtins.value(name.text), isChangeable: scope == nil,
            place)
    }

    // MARK: Functions

    ///
    /// - Parameter compiler: For default values and what the text tells, where that is not the code around: of methods,
    ///   whose object is known in a call alone.
    func compile(
        _ function: FunctionSyntax, isModel: Bool = false, defaultsBy compiler: Compiler? = nil
    ) throws -> FunctionNode {
        var assigned = AssignedNames()
        switch function.body {
        case .expression(let expression): assigned.visit(expression)
        case .block(let block): assigned.visit(block)
        }
        var inner = self
        var parameters = function.parameters
        if isModel, !parameters.contains(where: { $0.name.text == "input" }) {
            // Every model can be given the sizes of its input.
            let span = Span(function.span.start, function.span.start)
            let input = ParameterSyntax(name: Identifier("input", span), defaultValue: Expression(.none, span))
            let end = parameters.last?.gathers == .fields ? parameters.count - 1 : parameters.count
            parameters.insert(input, at: end)
        }
        inner.scope = Scope(parent: scope, parameters: parameters.map(\.name.text), assigned: assigned)
        inner.isInModel = isModel
        let body: StatementNode
        switch function.body {
        case .expression(let expression): body = ResultStatement(try inner.compile(expression))
        case .block(let block):
            let code = try inner.compile(block, givesResult: true)
            body = isModel ? code : inner.notingCopies(block, of: function, code)
        }
        let signature = signature(function.name?.text ?? "fn", parameters)
        let outside = compiler ?? self
        let defaults = try parameters.map { try $0.defaultValue.map(outside.compile) }
        return FunctionNode(
            signature: signature, defaults: defaults,
            slotCount: inner.scope?.slotCount ?? 0, body: body, isModel: isModel, source: location(function.span),
            moduleName: module.name,
            slotNames: inner.scope?.names ?? [:],
            outer: OuterCode(inner.scope, at: location(function.span), in: outside))
    }

    func signature(
        _ name: String, _ parameters: [ParameterSyntax], _ implicit: [Signature.Parameter] = []
    ) -> Signature {
        Signature(
            name: name,
            parameters: parameters.map { parameter in
                Signature.Parameter(
                    name: parameter.name.text,
                    kind: parameter.gathers.map { $0 == .elements ? .rest : .namedRest }
                        ?? parameter.defaultValue.map {
                            .optional($0.span.end > $0.span.start ? source[$0.span] : "none")
                        }
                        ?? .required)
            } + implicit)
    }

    func compile(_ sweep: SweepSyntax) throws -> Node {
        var assigned = AssignedNames()
        assigned.visit(sweep.body)
        var inner = self
        inner.scope = Scope(parent: scope, parameters: sweep.axes.map(\.name.text), assigned: assigned)
        inner.isInModel = false
        return SweepNode(
            axes: try sweep.axes.map { ($0.name.text, try compile($0.values)) },
            options: try argumentNodes(sweep.options),
            body: try inner.compile(sweep.body, givesResult: true), slotCount: inner.scope?.slotCount ?? 0,
            code: OuterCode(inner.scope, at: location(sweep.body.span), in: self), location(sweep.span))
    }
}
