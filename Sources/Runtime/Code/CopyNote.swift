import Language

/// Finds parameters and variables of loops that code changes in a part, as `xs.append(v)` and `row[0] = 1` do, and then
/// neither returns nor reads; and parameters that keep what calls add up, as `state.t += 1` does, and are not returned.
///
/// In Python that changes the list of the caller. Here each variable has a value of its own, and the change would be lost
/// without a word.
struct LostChanges {
    private let names: Set<String>
    /// The name of the function: what it hands to itself it expects to be changed there.
    private let function: String?
    private let source: SourceText
    private let builtins: BuiltinTable
    private var changed: Set<String> = []
    /// What is read, but for what the changes themselves read.
    private var used: Set<String> = []
    private var handedOn: Set<String> = []
    /// What the result is made of, or is assigned as a whole.
    private var kept: Set<String> = []
    private var assigned: Set<String> = []
    /// What is returned as it is, alone or in a list, or handed to another function for the result.
    private var returned: Set<String> = []
    /// What is changed by what it was.
    private var addedUp: Set<String> = []

    /// - Parameter function: Nil for the variables of a loop.
    static func find(
        _ names: Set<String>, in block: Block, of function: String?, _ source: SourceText, _ builtins: BuiltinTable
    ) -> [String] {
        guard !names.isEmpty, !source.isHidden else { return [] }
        var found = LostChanges(names: names, function: function, source: source, builtins: builtins)
        found.visit(block)
        return found.changed.filter(found.isLost).sorted()
    }

    private func isLost(_ name: String) -> Bool {
        guard !assigned.contains(name) else { return false }
        if function != nil, !returned.contains(name), addedUp.contains(name) || handedOn.contains(name) { return true }
        return !kept.contains(name) && (!used.contains(name) || handedOn.contains(name))
    }

    private init(names: Set<String>, function: String?, source: SourceText, builtins: BuiltinTable) {
        (self.names, self.function, self.source, self.builtins) = (names, function, source, builtins)
    }

    private mutating func visit(_ block: Block) {
        for statement in block.statements { visit(statement) }
    }

    private mutating func visit(_ statement: Statement) {
        switch statement.kind {
        case .assign(let target, let value):
            visit(target, value, isWhole: true)
            addedUp.formUnion(Set(target.names).intersection(reads(value.span)).subtracting(target.wholeNames))
        case .augmentedAssign(let target, _, let value):
            // A number in a parameter is changed for the function itself.
            visit(target, value, isWhole: function != nil)
            addedUp.formUnion(Set(target.names).intersection(names).subtracting(target.wholeNames))
        case .expression(let expression): visit(expression)
        case .for(_, let sequence, let body):
            read(sequence.span)
            visit(body)
        case .while(let condition, let body):
            read(condition.span)
            visit(body)
        case .try(let body, _, let handler, let cleanup):
            visit(body)
            for block in [handler, cleanup].compactMap({ $0 }) { visit(block) }
        case .with(let context, _, let body):
            read(context.span)
            visit(body)
        case .return(let value):
            guard let value else { return }
            kept.formUnion(read(value.span))
            giveBack(value)
        default: read(statement.span)
        }
    }

    private mutating func visit(_ target: Target, _ value: Expression, isWhole: Bool) {
        let (wholes, parts) = (Set(target.wholeNames), Set(target.names))
        if isWhole { assigned.formUnion(wholes) }
        let own = parts.subtracting(isWhole ? wholes : []).intersection(names)
        changed.formUnion(own)
        for span in target.partSpans { read(span, but: own) }
        read(value.span, but: own)
    }

    private mutating func visit(_ expression: Expression) {
        switch expression.kind {
        case .call(let callee, let arguments, _):
            guard case .member(let base, let method) = callee.kind, let root = base.rootName, names.contains(root),
                builtins.builtin(method.text)?.mutate != nil
            else {
                read(expression.span)
                return
            }
            changed.insert(root)
            for argument in arguments { read(argument.value.span, but: [root]) }
        case .conditional(let branches, let otherwise):
            for branch in branches {
                read(branch.condition.span)
                visit(branch.body)
            }
            if let otherwise { visit(otherwise) }
        default:
            kept.formUnion(read(expression.span))
            giveBack(expression)
        }
    }

    /// Notes what a result holds as it is.
    private mutating func giveBack(_ expression: Expression) {
        switch expression.kind {
        case .name(let name): returned.insert(name)
        case .list(let elements): for element in elements { giveBack(element) }
        case .record(let fields): for field in fields { giveBack(field.value) }
        case .call(let callee, let arguments, _):
            // Built-in functions give something else, as `len` does.
            if case .name(let name) = callee.kind, name == function || builtins.builtin(name) != nil { return }
            for argument in arguments { giveBack(argument.value) }
        default: break
        }
    }

    /// The names that a piece of code reads.
    private func reads(_ span: Span) -> Set<String> {
        var reader = LostChanges(names: names, function: nil, source: source, builtins: builtins)
        return reader.read(span)
    }

    /// Notes the names that a piece of code reads.
    ///
    /// - Returns: Those that are not handed to the function itself.
    @discardableResult
    private mutating func read(_ span: Span, but own: Set<String> = []) -> Set<String> {
        var found: Set<String> = []
        let tokens = Lexer.tokenize(source, in: span).tokens
        // The depth of brackets in which the arguments of the function itself stand.
        var (depth, ownCalls) = (0, [Int]())
        for (index, token) in tokens.enumerated() {
            let next = index + 1 < tokens.count ? tokens[index + 1].kind : .semicolon
            switch token.kind {
            case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
            case .rightParenthesis, .rightBracket, .rightBrace:
                depth -= 1
                if ownCalls.last == depth { ownCalls.removeLast() }
            case .name:
                let name = source[token.span]
                if name == function, next == .leftParenthesis { ownCalls.append(depth) }
                guard names.contains(name), !own.contains(name), index == 0 || tokens[index - 1].kind != .dot,
                    next != .assign
                else { continue }
                used.insert(name)
                let isArgument = ownCalls.last == depth - 1 && [.comma, .rightParenthesis].contains(next)
                if isArgument { handedOn.insert(name) } else { found.insert(name) }
            default: break
            }
        }
        return found
    }
}

/// Tells once of a change that is lost, where the variable holds a value that is changed in parts.
final class CopyNoteStatement: StatementNode {
    private let variables: [(node: Node, note: String)]

    init(_ variables: [(node: Node, note: String)]) { self.variables = variables }

    override func execute(_ frame: Frame) throws -> Flow {
        for (node, note) in variables where (try? node.evaluate(frame))?.isChangedInParts == true {
            try frame.interpreter.adviseOnce(note)
        }
        return .normal
    }
}

extension Compiler {
    /// The code of a function's block, with a note where it changes copies in vain.
    func notingCopies(_ block: Block, of function: FunctionSyntax, _ body: StatementNode) -> StatementNode {
        let name = function.name?.text ?? "fn"
        let parameters = Set(function.parameters.filter { $0.gathers == nil }.map(\.name.text))
        let lost = LostChanges.find(parameters, in: block, of: name, source, builtins)
        return noting(lost, body) { parameter in
            "`\(name)` changes its own copy of `\(parameter)`: the value of the caller stays as it is. Return it, and write "
                + "`\(parameter) = \(name)(...)`"
        }
    }

    /// The same of a loop's body.
    func notingCopies(_ target: Target, _ block: Block, _ body: StatementNode) -> StatementNode {
        noting(LostChanges.find(Set(target.wholeNames), in: block, of: nil, source, builtins), body) { name in
            "the loop changes its own copy of each `\(name)`: what it goes through stays as it is. Assign by the position, "
                + "`for i in range(len(xs)) { xs[i] = ... }`, or make a new list"
        }
    }

    private func noting(_ names: [String], _ body: StatementNode, _ note: (String) -> String) -> StatementNode {
        guard !names.isEmpty else { return body }
        let place = Span(0, 0)
        return .block([
            CopyNoteStatement(names.map { (resolved(Identifier($0, place), isRead: false), note($0)) }), body,
        ])
    }
}

extension Target {
    /// Where elements and fields are assigned.
    fileprivate var partSpans: [Span] {
        switch self {
        case .name: []
        case .index(_, _, let span), .member(_, _, let span): [span]
        case .tuple(let parts, _), .each(let parts): parts.flatMap(\.partSpans)
        case .rest(let target): target.partSpans
        }
    }

    /// The names that are assigned as a whole.
    fileprivate var wholeNames: [String] {
        switch self {
        case .name(let name): [name.text]
        case .index, .member: []
        case .tuple(let parts, _), .each(let parts): parts.flatMap(\.wholeNames)
        case .rest(let target): target.wholeNames
        }
    }
}

extension Value {
    /// Whether it is a value with parts that can be changed; objects are shared, and no copies.
    fileprivate var isChangedInParts: Bool {
        switch self {
        case .list, .record, .set: true
        case .tensor(let tensor): tensor.rank > 0 && tensor.ownParameter == nil
        case .object(let object): object is TableObject
        default: false
        }
    }
}
