import Language
import TensorCore

/// Reads statements in their order without running them, and follows what each name stands for.
///
/// It tells of shapes that cannot meet only where that is certain: the code runs whenever what stands before it has run,
/// and an operation of the engine itself refuses the shapes.
struct StaticReading {
    let interpreter: Interpreter
    let source: SourceText
    /// Where the reading ends, inside a block too, and all that is known there is kept.
    let end: Int
    /// Names to which the text gives a meaning.
    let defined: Set<String>
    var names: [String: StaticValue] = [:]
    /// Names that functions change, whenever they are called.
    private var changing: Set<String> = []
    /// Whether what is read runs, once it is reached.
    var isCertain = true
    private var isInFunction = false
    var hasEnded = false
    /// Statements that are let go wrong.
    private let mayFail: [Span]
    private(set) var shapeProblems: [Diagnostic] = []
    private(set) var argumentProblems: [Diagnostic] = []
    /// Code whose errors the text catches.
    private(set) var caught: [Span] = []

    init(
        _ interpreter: Interpreter, _ source: SourceText, _ statements: [Statement], end: Int = .max,
        mayFail: [Span] = []
    ) {
        self.interpreter = interpreter
        self.source = source
        self.end = end
        self.mayFail = mayFail
        var assigned = AssignedNames()
        for statement in statements { assigned.visit(statement) }
        defined = Set(assigned.names)
    }

    // MARK: Telling

    func location(_ span: Span) -> Diagnostic.Location { Diagnostic.Location(source: source, span: span) }

    /// Whether what is found is told.
    private var tells: Bool { end == .max && !hasEnded }

    mutating func reportShape(_ error: any Error, _ span: Span) {
        guard tells, isCertain else { return }
        shapeProblems.append(Failure(wrapping: error).located(location(span)).diagnostic)
    }

    mutating func reportArgument(_ failure: Failure, _ label: Identifier) {
        let place = location(label.span)
        // Loops are read several times.
        guard tells, !argumentProblems.contains(where: { $0.location?.span == label.span }) else { return }
        argumentProblems.append(failure.located(place).diagnostic)
    }

    // MARK: Names

    func known(_ name: String) -> StaticValue {
        if changing.contains(name) { return .unknown }
        if let value = names[name] { return value }
        if isInFunction && end == .max || defined.contains(name) { return .unknown }
        return interpreter.module[name].map { StaticValue($0).named } ?? .unknown
    }

    /// What is built in under a name, where it means that.
    func builtin(_ name: String) -> (Function, Builtin)? {
        guard names[name] == nil, !defined.contains(name),
            case .function(let function)? = interpreter.builtins.value(name),
            case .builtin(let builtin) = function.body
        else { return nil }
        return (function, builtin)
    }

    private mutating func assign(_ target: Target, _ value: StaticValue) {
        switch target {
        case .name(let name): names[name.text] = value.named
        case .tuple(let parts, _):
            guard case .list(let elements?) = value, elements.count == parts.count else {
                for part in parts { assign(part, .unknown) }
                return
            }
            for (part, element) in zip(parts, elements) { assign(part, element) }
        case .each(let targets): for target in targets { assign(target, value) }
        case .rest(let target): assign(target, .list(nil))
        case .index(let base, let subscripts, _):
            _ = self.subscripts(subscripts)
            if case .tensor = self.value(of: base) { return }
            change(base)
        case .member(let base, _, _): change(base)
        }
    }

    /// Part of an expression's value gets another one.
    mutating func change(_ expression: Expression) {
        switch expression.kind {
        case .name(let name):
            names[name] = known(name).widened
            if isInFunction { changing.insert(name) }
        case .member(let base, _), .index(let base, _): change(base)
        default: break
        }
    }

    // MARK: Statements

    mutating func read(_ statements: [Statement]) {
        for statement in statements {
            guard !hasEnded, statement.span.start < end else {
                hasEnded = true
                return
            }
            if mayFail.contains(where: { $0.start <= statement.span.start && statement.span.start < $0.end }) {
                branch { $0.read(statement) }
            } else {
                read(statement)
            }
        }
    }

    private mutating func read(_ statement: Statement) {
        switch statement.kind {
        case .expression(let expression), .return(let expression?): _ = value(of: expression)
        case .assign(let target, let expression): assign(target, value(of: expression))
        case .augmentedAssign(let target, let operation, let expression):
            let right = value(of: expression)
            if case .name(let name) = target {
                if isInFunction { changing.insert(name.text) }
                names[name.text] = combined(operation, known(name.text), right, statement.span).named
            } else {
                assign(target, .unknown)
            }
        case .function(let function): define(function, .unknown)
        case .model(let function): define(function, .maker(.object(.model)))
        case .class(let syntax): define(syntax)
        case .for(let target, let sequence, let body):
            _ = value(of: sequence)
            loop(body) { $0.assign(target, .unknown) }
        case .while(let condition, let body):
            let outer = isCertain
            isCertain = false
            loop(body) { _ = $0.value(of: condition) }
            if !hasEnded { isCertain = outer }
        case .try(let body, let name, let handler, let cleanup):
            if handler != nil { caught.append(body.span) }
            branch(body)
            if let handler { branch(handler) { if let name { $0.names[name.text] = .unknown } } }
            if let cleanup { branch(cleanup) }
        case .with(let context, let name, let body):
            _ = value(of: context)
            if let name { names[name.text] = .unknown }
            read(body.statements)
        case .assert(let condition, _): _ = value(of: condition)
        case .param(let name, let expression): names[name.text] = value(of: expression).widened
        case .import(_, let alias, let imported):
            for name in ([alias] + imported.map(\.name)).compactMap(\.?.text) { names[name] = .unknown }
        case .delete(let deleted): for name in deleted { names[name.text] = nil }
        case .return(nil), .break, .continue, .help: break
        }
        // What it brings may have any name.
        if statement.bringsNames { isCertain = false }
    }

    private mutating func define(_ function: FunctionSyntax, _ value: StaticValue) {
        if let name = function.name { names[name.text] = value }
        read(function)
    }

    private mutating func define(_ syntax: ClassSyntax) {
        var members = AssignedNames()
        members.visit(syntax.body)
        let all = Set(members.names + syntax.selfFields)
        names[syntax.name.text] = .maker(.instance(all.filter { $0.first != "_" }.sorted()))
        inFunction(syntax.span, syntax.parameters) {
            $0.names["self"] = .instance(all.sorted())
            $0.read(syntax.body.statements)
        }
    }

    mutating func read(_ function: FunctionSyntax) {
        inFunction(function.span, function.parameters) { inner in
            switch function.body {
            case .expression(let expression): _ = inner.value(of: expression)
            case .block(let block): inner.read(block.statements)
            }
        }
    }

    // MARK: Blocks

    /// Reads what is called later, or never: what the names around it are then is not known.
    private mutating func inFunction(
        _ span: Span, _ parameters: [ParameterSyntax], _ body: (inout StaticReading) -> Void
    ) {
        let outer = (names, isInFunction)
        if end == .max { names = [:] }
        for parameter in parameters { names[parameter.name.text] = .unknown }
        isInFunction = true
        scoped(span, body)
        if !hasEnded { (names, isInFunction) = outer }
    }

    /// Reads what has names of its own, and may not run.
    mutating func scoped(_ span: Span, _ body: (inout StaticReading) -> Void) {
        guard !hasEnded else { return }
        let outer = (names, isCertain)
        isCertain = false
        body(&self)
        if span.start < end, end <= span.end { hasEnded = true }
        if !hasEnded { (names, isCertain) = outer }
    }

    mutating func branch(_ block: Block, _ first: (inout StaticReading) -> Void = { _ in }) {
        guard !hasEnded else { return }
        branch {
            first(&$0)
            $0.read(block.statements)
            if block.span.start < $0.end, $0.end <= block.span.end { $0.hasEnded = true }
        }
    }

    /// Reads what may not run, or not to its end.
    private mutating func branch(_ body: (inout StaticReading) -> Void) {
        let (before, outer) = (names, isCertain)
        isCertain = false
        body(&self)
        guard !hasEnded else { return }
        isCertain = outer
        join(before)
    }

    /// What differs from another state of the names is not known. Returns whether anything does.
    @discardableResult
    private mutating func join(_ other: [String: StaticValue]) -> Bool {
        let differing = Set(names.keys).union(other.keys).filter { names[$0] != other[$0] }
        for name in differing { names[name] = .unknown }
        return differing.contains { other[$0] != .unknown }
    }

    /// Reads the body of a loop, until what is known at its beginning is so in each round.
    private mutating func loop(_ body: Block, _ first: (inout StaticReading) -> Void) {
        guard !hasEnded else { return }
        var rounds = 0
        var isStable = false
        while !isStable, !hasEnded {
            let before = names
            var round = self
            round.isCertain = false
            round.branchFreely(body, first)
            if round.hasEnded {
                self = round
                return
            }
            changing = round.changing
            names = round.names
            isStable = !join(before)
            rounds += 1
            // Nested loops multiply their rounds.
            if rounds == 3, !isStable {
                for name in names.keys { names[name] = .unknown }
                isStable = true
            }
        }
        let before = names
        first(&self)
        let outer = isCertain
        for statement in body.statements {
            read([statement])
            // It may end the round.
            if statement.isConditional { isCertain = false }
        }
        if !hasEnded { isCertain = outer }
        join(before)
    }

    private mutating func branchFreely(_ body: Block, _ first: (inout StaticReading) -> Void) {
        first(&self)
        read(body.statements)
        if body.span.start < end, end <= body.span.end { hasEnded = true }
    }
}

extension Statement {
    /// Whether it may leave the block around it.
    fileprivate var isConditional: Bool {
        switch kind {
        case .expression(let expression):
            if case .conditional = expression.kind { true } else { false }
        case .try, .with, .break, .continue, .return: true
        default: false
        }
    }
}
