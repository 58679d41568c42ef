import Language

/// The names of a function while it is compiled, as in Python: what it assigns anywhere is its own, all else is
/// of the code around it.
final class Scope {
    let parent: Scope?
    private(set) var names: [String: Int]
    /// The names of the code around that its code reads, in the order in which they come.
    private(set) var outerNames: [String] = []
    private var seenOuterNames: Set<String> = []
    /// The class whose fields these names are. It takes no frame of its own: the block of an object and its methods run
    /// in frames that know the object.
    let fieldsOf: ClassToken?
    /// Whether it is the block of a class, whose assignments are fields.
    private(set) var isClassBlock = false

    /// A scope with its parameters first, in order, then everything its code assigns.
    init(parent: Scope?, parameters: [String], assigned: AssignedNames) {
        self.parent = parent
        fieldsOf = nil
        names = [:]
        for name in parameters + assigned.names where names[name] == nil { names[name] = names.count }
    }

    /// The scope of a class's fields.
    init(parent: Scope?, fields: [String], of token: ClassToken) {
        self.parent = parent
        fieldsOf = token
        names = [:]
        for name in fields { names[name] = names.count }
    }

    /// The scope of a class's block, with the names that are not fields.
    init(blockOf fields: Scope, own: [String]) {
        parent = fields
        fieldsOf = nil
        isClassBlock = true
        names = [:]
        for name in own where names[name] == nil { names[name] = names.count }
    }

    var slotCount: Int { names.count }

    /// What a name stands for, seen from a frame: so many frames out, a variable, a field of the object that the frame
    /// belongs to, or that object.
    enum Meaning {
        case variable(depth: Int, index: Int)
        case field(depth: Int, index: Int, ClassToken)
        case object(depth: Int)
    }

    /// What a name stands for; nil if it is the file's.
    func meaning(of name: String) -> Meaning? {
        var depth = 0
        var scope: Scope? = self
        while let current = scope {
            if let token = current.fieldsOf {
                if name == "self" { return .object(depth: depth - 1) }
                if let index = current.names[name] { return .field(depth: depth - 1, index: index, token) }
            } else {
                if let index = current.names[name] { return .variable(depth: depth, index: index) }
                depth += 1
            }
            if current.seenOuterNames.insert(name).inserted { current.outerNames.append(name) }
            scope = current.parent
        }
        return nil
    }

    /// The class around, and how many frames out its object is known.
    var enclosingClass: (token: ClassToken, depth: Int)? {
        var depth = 0
        var scope: Scope? = self
        while let current = scope {
            if let token = current.fieldsOf { return (token, depth - 1) }
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
    /// In the block of a class: what loops and `catch` assign is gathered apart, for it is no field.
    var isOfClass = false
    private(set) var passingNames: [String] = []

    mutating func visit(_ block: Block) {
        for statement in block.statements { visit(statement) }
    }

    private mutating func addPassing(_ target: Target) {
        guard isOfClass else { return visit(target) }
        var inner = AssignedNames()
        inner.visit(target)
        passingNames += inner.names
    }

    mutating func visit(_ statement: Statement) {
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
        case .class(let syntax): names.append(syntax.name.text)
        case .for(let target, let sequence, let body):
            addPassing(target)
            visit(sequence)
            visit(body)
        case .while(let condition, let body):
            visit(condition)
            visit(body)
        case .try(let body, let name, let handler, let cleanup):
            visit(body)
            if let name { addPassing(.name(name)) }
            if let handler { visit(handler) }
            if let cleanup { visit(cleanup) }
        case .with(let context, let name, let body):
            visit(context)
            if let name { addPassing(.name(name)) }
            visit(body)
        case .return(let value): if let value { visit(value) }
        case .assert(let condition, let message):
            visit(condition)
            if let message { visit(message) }
        case .param(let name, let value):
            names.append(name.text)
            visit(value)
        case .import(_, let alias, let imported): names += ([alias] + imported.map(\.name)).compactMap(\.?.text)
        case .delete(let deleted): names += deleted.map(\.text)
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
        case .none, .boolean, .number, .whole, .string, .name, .comprehension, .recordComprehension, .function, .sweep:
            break
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
    var rootName: String? {
        switch kind {
        case .name(let name): name
        case .index(let base, _), .member(let base, _): base.rootName
        default: nil
        }
    }
}
