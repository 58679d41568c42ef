import Language

/// The names of a function while it is compiled, as in Python: what it assigns anywhere is its own, all else is
/// of the code around it.
final class Scope {
    let parent: Scope?
    private(set) var names: [String: Int]
    /// The names of the code around that its code reads, in the order in which they come.
    private(set) var outerNames: [String] = []
    private var seenOuterNames: Set<String> = []

    /// A scope with its parameters first, in order, then everything its code assigns.
    init(parent: Scope?, parameters: [String], assigned: AssignedNames) {
        self.parent = parent
        names = [:]
        for name in parameters + assigned.names where names[name] == nil { names[name] = names.count }
    }

    var slotCount: Int { names.count }

    /// How many scopes out and at which slot a name lives; nil if it is the file's.
    func resolve(_ name: String) -> (depth: Int, index: Int)? {
        var depth = 0
        var scope: Scope? = self
        while let current = scope {
            if let index = current.names[name] { return (depth, index) }
            if current.seenOuterNames.insert(name).inserted { current.outerNames.append(name) }
            depth += 1
            scope = current.parent
        }
        return nil
    }

    var allNames: [String] {
        Array(names.keys) + (parent?.allNames ?? [])
    }
}

/// Gathers the names that code assigns, without going into functions, comprehensions and sweeps.
struct AssignedNames {
    private(set) var names: [String] = []

    mutating func visit(_ block: Block) {
        for statement in block.statements { visit(statement) }
    }

    private mutating func visit(_ statement: Statement) {
        switch statement.kind {
        case .expression(let expression): visit(expression)
        case .assign(let target, let value):
            visit(target)
            visit(value)
        case .augmentedAssign(let target, _, let value):
            // `x += 1` changes a name that exists; alone it does not make one.
            if case .name = target {} else { visit(target) }
            visit(value)
        case .function(let function), .model(let function):
            if let name = function.name { names.append(name.text) }
        case .for(let target, let sequence, let body):
            visit(target)
            visit(sequence)
            visit(body)
        case .while(let condition, let body):
            visit(condition)
            visit(body)
        case .try(let body, let name, let handler):
            visit(body)
            if let name { names.append(name.text) }
            visit(handler)
        case .return(let value): if let value { visit(value) }
        case .assert(let condition, let message):
            visit(condition)
            if let message { visit(message) }
        case .param(let name, let value):
            names.append(name.text)
            visit(value)
        case .import(_, let alias): if let alias { names.append(alias.text) }
        case .break, .continue, .help: break
        }
    }

    mutating func visit(_ target: Target) {
        switch target {
        case .name(let name): names.append(name.text)
        case .index, .member: break
        case .tuple(let parts, _), .each(let parts): for part in parts { visit(part) }
        case .rest(let target): visit(target)
        }
    }

    /// The blocks of an `if` inside an expression share the names around them.
    mutating func visit(_ expression: Expression) {
        switch expression.kind {
        case .conditional(let branches, let otherwise):
            for branch in branches {
                visit(branch.condition)
                visit(branch.body)
            }
            if let otherwise { visit(otherwise) }
        case .interpolation(let pieces):
            for case .value(let value, _, _) in pieces { visit(value) }
        case .list(let elements): for element in elements { visit(element) }
        case .spread(let elements): visit(elements)
        case .record(let fields):
            for field in fields {
                if let key = field.key { visit(key) }
                visit(field.value)
            }
        case .unary(_, let operand): visit(operand)
        case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right):
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
            for case .index(let index) in subscripts { visit(index) }
        case .member(let base, _): visit(base)
        case .step(let optimizer, let loss):
            visit(optimizer)
            visit(loss)
        case .none, .boolean, .number, .string, .name, .comprehension, .recordComprehension, .function, .sweep: break
        }
    }
}

extension Target {
    /// The names that an assignment changes, be it in a part.
    var names: [String] {
        switch self {
        case .name(let name): [name.text]
        case .index(let base, _, _), .member(let base, _, _): base.rootName.map { [$0] } ?? []
        case .tuple(let parts, _), .each(let parts): parts.flatMap(\.names)
        case .rest(let target): target.names
        }
    }
}

extension Expression {
    /// `x` of `x.a[0].b`
    fileprivate var rootName: String? {
        switch kind {
        case .name(let name): name
        case .index(let base, _), .member(let base, _): base.rootName
        default: nil
        }
    }
}
