import Language
import Synchronization

/// Which class a piece of code is of, known before the code is compiled.
final class ClassToken: Sendable {
    let name: String
    let hasBase: Bool

    init(name: String, hasBase: Bool) {
        self.name = name
        self.hasBase = hasBase
    }
}

/// A class as it is compiled.
final class ClassCode {
    let token: ClassToken
    let signature: Signature
    /// Its parameters, then all else that its block and `self.name = value` assign.
    let fields: [String]
    let base: (function: Node, arguments: ArgumentNodes, location: Diagnostic.Location)?
    let methods: [FunctionNode]
    /// The methods that are called where they are read.
    let properties: Set<String>
    let body: StatementNode
    /// Of the names of the block that are not fields.
    let slotCount: Int

    init(
        token: ClassToken, signature: Signature, fields: [String],
        base: (function: Node, arguments: ArgumentNodes, location: Diagnostic.Location)?, methods: [FunctionNode],
        properties: Set<String>, body: StatementNode, slotCount: Int
    ) {
        self.token = token
        self.signature = signature
        self.fields = fields
        self.base = base
        self.methods = methods
        self.properties = properties
        self.body = body
        self.slotCount = slotCount
    }
}

/// What the language itself asks of an object.
enum SpecialMethod: Int, CaseIterable {
    case add, subtract, multiply, divide, remainder, floorDivide, matrixProduct, power, union, intersection
    case exclusion, shiftLeft, shiftRight
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case negate
    case call, show, len, get, set, iterate
    /// Asked for a field that the object does not have.
    case missingField

    /// By the names of the methods that answer; the sign of one operand has that of the difference of two.
    private static let names: [String: SpecialMethod] = {
        let symbols = [
            "+", "-", "*", "/", "%", "//", "@", "**", "|", "&", "^", "<<", ">>", "==", "!=", "<", "<=", ">", ">=",
        ]
        let words = ["call", "show", "len", "get", "set", "iterate"]
        return Dictionary(
            uniqueKeysWithValues: zip(symbols, allCases).map { ($0, $1) }
                + zip(words, allCases.dropFirst(symbols.count + 1)).map { ($0, $1) })
    }()

    /// Those of the library's own classes, whose methods `get` are ones like others, as that of Python's dict is.
    private static let libraryNames: [String: SpecialMethod] = ["get_item": .get, "get_field": .missingField]

    init?(_ signature: Signature, inLibrary: Bool) {
        guard let kind = (inLibrary ? Self.libraryNames[signature.name] : nil) ?? Self.names[signature.name] else {
            return nil
        }
        self = kind == .subtract && signature.parameters.count == 1 ? .negate : kind
    }

    /// Whether it is an operator, which has no name to be called by.
    var isOperator: Bool { rawValue <= SpecialMethod.negate.rawValue }
}

/// A method as a class has it.
final class Method {
    let function: Function
    let code: UserCode
    /// Its name with that of its class, for the trace of an error.
    let name: String
    private let defaults: [Node?]
    private let hasComputedDefaults: Bool
    /// How many arguments without names are one for each parameter; -1 for any number of arguments.
    let plainCount: Int
    /// Whether it is called where it is read.
    let isProperty: Bool

    init(_ node: FunctionNode, of className: String, closure: Frame, isProperty: Bool) {
        self.isProperty = isProperty
        code = node.code(over: closure)
        name = "\(className).\(node.signature.name)"
        defaults = node.defaults
        plainCount = node.signature.hasRest ? -1 : node.signature.parameters.count
        hasComputedDefaults = node.defaults.contains { $0 != nil && !($0 is ConstantNode) }
        function = Function(
            signature: node.signature, body: .user(code),
            defaults: node.defaults.map { ($0 as? ConstantNode)?.value ?? .undefined })
    }

    /// What the language asks for by it, if anything.
    var special: SpecialMethod? { SpecialMethod(function.signature, inLibrary: code.source.source.isHidden) }

    /// The method as a function, for a value that holds it and for arguments that are not one for each parameter.
    func bound(to object: InstanceObject, _ interpreter: Interpreter) throws -> Function {
        var values = function.defaults
        if hasComputedDefaults {
            let frame = Frame(slotCount: 0, parent: code.closure, interpreter: interpreter)
            frame.object = object
            for (index, node) in defaults.enumerated() where node != nil {
                values[index] = try node?.evaluate(frame) ?? .undefined
            }
        }
        return Function(signature: function.signature, body: .user(code.bound(to: object)), defaults: values)
    }

    /// A frame of a call, with its arguments.
    func frame(of object: InstanceObject, _ arguments: Arguments, _ interpreter: Interpreter) throws -> Frame {
        let isPlain = arguments.named.isEmpty && arguments.positional.count == plainCount
        let values =
            isPlain
            ? arguments.positional
            : try (hasComputedDefaults ? bound(to: object, interpreter) : function).bind(arguments)
        let frame = interpreter.frame(for: code, of: object)
        for (index, value) in values.enumerated() { frame.slots[index] = value }
        return frame
    }
}

/// A class as its statement has made it.
final class ClassObject {
    private static let lastID = Atomic<UInt64>(0)
    /// Classes that go on from each other: more are a mistake, and would fill the stack where an object is made.
    private static let longestLine = 100

    /// From 1 on; no two classes have the same.
    let id = ClassObject.lastID.wrappingAdd(1, ordering: .relaxed).newValue
    let code: ClassCode
    let closure: Frame
    /// The class that it inherits from, and the function that makes objects of that.
    let base: ClassObject?
    let baseFunction: Function?
    /// All fields, those of the base first.
    let fields: [String]
    /// The fields that the parameters are.
    let parameterFields: [Int]
    let methods: [Method]
    private let special: [Method?]
    /// By name the position of a field, twice, or of a method, twice and one.
    let members: [String: Int]
    /// How many classes it inherits from.
    private let line: Int
    private unowned let root: Interpreter
    let registry: ObjectRegistry

    init(_ code: ClassCode, closure: Frame, base: Function?) throws {
        self.code = code
        self.closure = closure
        baseFunction = base
        let baseClass = base?.objectClass
        self.base = baseClass
        root = closure.interpreter.root
        registry = root.objects
        line = (baseClass?.line ?? 0) + 1
        guard line <= Self.longestLine else {
            throw Failure("classes go on from each other at most \(Self.longestLine) deep")
        }
        var fields = baseClass?.fields ?? []
        var methods = baseClass?.methods ?? []
        var special = baseClass?.special ?? SpecialMethod.allCases.map { _ in nil }
        var members = baseClass?.members ?? [:]
        for name in code.fields {
            if let known = members[name] {
                guard known % 2 == 0 else { throw Self.clash(name, code) }
            } else {
                members[name] = 2 * fields.count
                fields.append(name)
            }
        }
        let names = Set(code.methods.map(\.signature.name))
        for node in code.methods {
            let isProperty = code.properties.contains(node.signature.name)
            let method = Method(node, of: code.token.name, closure: closure, isProperty: isProperty)
            if let kind = method.special {
                let isOverruled = node.signature.name == "get" && names.contains("get_item")
                if !isOverruled { special[kind.rawValue] = method }
                if kind.isOperator { continue }
            }
            let name = node.signature.name
            if let known = members[name] {
                guard known % 2 == 1 else { throw Self.clash(name, code).located(node.location) }
                methods[known / 2] = method
            } else {
                members[name] = 2 * methods.count + 1
                methods.append(method)
            }
        }
        self.fields = fields
        self.methods = methods
        self.special = special
        self.members = members
        parameterFields = code.signature.parameters.map { (members[$0.name] ?? 0) / 2 }
    }

    private static func clash(_ name: String, _ code: ClassCode) -> Failure {
        Failure(
            "`\(name)` of `\(code.token.name)` is both a field and a method", help: "give one of them another name")
    }

    var name: String { code.token.name }

    /// The interpreter of the thread: of a run of a sweep, or of the session, which outlives those.
    var interpreter: Interpreter { Interpreter.ofThread.object ?? root }

    func special(_ kind: SpecialMethod) -> Method? { special[kind.rawValue] }

    /// Whether its elements are set by a class of the library, such as `defaultdict`.
    var isOfLibrary: Bool { special(.set)?.code.source.source.isHidden ?? false }

    @inline(__always)
    func method(_ name: @autoclosure () -> String, _ cache: borrowing MemberCache) -> Method? {
        let position = cache.position(of: name(), in: self)
        return position & 1 == 1 && position > 0 ? methods[position / 2] : nil
    }

    /// The position of a field.
    @inline(__always)
    func field(_ name: @autoclosure () -> String, _ cache: borrowing MemberCache) -> Int? {
        let position = cache.position(of: name(), in: self)
        return position & 1 == 0 ? position / 2 : nil
    }

    func field(_ name: String) -> Int? {
        guard let position = members[name], position % 2 == 0 else { return nil }
        return position / 2
    }

    func method(_ name: String) -> Method? {
        guard let position = members[name], position % 2 == 1 else { return nil }
        return methods[position / 2]
    }

    /// Whether it is a class or inherits from it.
    func isKind(of other: ClassObject) -> Bool {
        var current: ClassObject? = self
        while let known = current {
            if known === other { return true }
            current = known.base
        }
        return false
    }

    /// The class that the one with some code inherits from, in the line of this one.
    func base(below token: ClassToken) -> ClassObject? {
        var current: ClassObject? = self
        while let known = current, known.code.token !== token { current = known.base }
        return current?.base
    }
}

/// Remembers where the member of one name is in the objects of the class that was seen last at a place in the code.
///
/// The runs of a sweep share the code: class and position are one word, so that no thread reads half of a change.
struct MemberCache: ~Copyable {
    private static let positionBits: UInt64 = 24
    private let last = Atomic<UInt64>(0)

    /// - Returns: As in `ClassObject.members`; -1 where there is no such member.
    @inline(__always)
    func position(of name: @autoclosure () -> String, in definition: ClassObject) -> Int {
        let seen = last.load(ordering: .relaxed)
        if seen >> Self.positionBits == definition.id { return Int(seen & (1 << Self.positionBits - 1)) }
        return find(name(), in: definition)
    }

    @inline(never)
    private func find(_ name: String, in definition: ClassObject) -> Int {
        guard let position = definition.members[name] else { return -1 }
        if position < 1 << Self.positionBits {
            last.store(definition.id << Self.positionBits | UInt64(position), ordering: .relaxed)
        }
        return position
    }
}

extension Function {
    /// The class that it makes objects of.
    var objectClass: ClassObject? {
        guard case .user(let code) = body else { return nil }
        return code.objectClass
    }
}
