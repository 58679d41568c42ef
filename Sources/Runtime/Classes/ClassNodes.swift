import Language

/// `class Name(parameters) { ... }`: the function that makes its objects.
final class ClassNode: Node {
    let code: ClassCode
    let defaults: [Node?]
    let moduleName: String
    let outer: OuterCode

    init(
        _ code: ClassCode, defaults: [Node?], moduleName: String, outer: OuterCode, _ location: Diagnostic.Location
    ) {
        self.code = code
        self.defaults = defaults
        self.moduleName = moduleName
        self.outer = outer
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let base = try code.base.map { try baseFunction($0.function, frame) }
        let definition = try locating { try ClassObject(code, closure: frame, base: base) }
        let user = UserCode(
            slotCount: code.slotCount, body: code.body, closure: frame, source: location, isModel: false,
            moduleName: moduleName, slotNames: [:], outer: outer, objectClass: definition)
        return .function(
            Function(
                signature: code.signature, body: .user(user),
                defaults: try defaults.map { try $0?.evaluate(frame) ?? .undefined }))
    }

    private func baseFunction(_ node: Node, _ frame: Frame) throws -> Function {
        var value = try node.evaluate(frame)
        if case .function(let function) = value, case .native = function.body,
            let name = FamiliarFunctions.baseClasses[function.signature.name]
        {
            value = try frame.interpreter.preludeFunction(
                name, of: "familiar", FamiliarFunctions.source, isHidden: true)
        }
        guard case .function(let function) = value, function.objectClass != nil else {
            let base = node.location.source[node.location.span]
            throw Failure(
                "a class inherits from another class, not from \(value.kindWithArticle)",
                help: base.hasSuffix("Module")
                    ? "a network is written `model \(code.signature.text) { ... }`: its layers, and `fn forward(x) { ... }`"
                    : "without one it is `class \(code.signature.text) { ... }`"
            ).located(node.location)
        }
        return function
    }
}

/// `self`
final class SelfNode: Node {
    let depth: Int

    init(depth: Int, _ location: Diagnostic.Location) {
        self.depth = depth
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        guard let object = frame.outer(depth).object else {
            throw Failure("`self` is known in the block and the methods of an object").located(location)
        }
        return .object(object)
    }

    override func instance(_ frame: Frame) -> InstanceObject? { frame.outer(depth).object }
}

/// A field by its bare name, in the block of its class and in methods.
final class FieldNode: Node {
    let depth: Int
    let name: String
    /// Where it is in every object of the class; nil where a base has fields before it.
    private let index: Int?
    /// Whether the bare name can be assigned: in the block alone.
    private let isChangeable: Bool
    private let cache = MemberCache()

    init(
        depth: Int, index: Int, of token: ClassToken, isChangeable: Bool, name: String,
        _ location: Diagnostic.Location
    ) {
        self.depth = depth
        self.index = token.hasBase ? nil : index
        self.isChangeable = isChangeable
        self.name = name
        super.init(location)
    }

    private func find(_ frame: Frame) -> (object: InstanceObject, index: Int)? {
        guard let object = frame.outer(depth).object, let index = index ?? object.definition.field(name, cache) else {
            return nil
        }
        return (object, index)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        guard let (object, index) = find(frame), object.fields[index].isDefined else {
            throw Failure.unassigned(name).located(location)
        }
        return object.fields[index]
    }

    override var place: Place? { .field(self) }

    func resolvedPlace(_ frame: Frame) throws -> ResolvedPlace {
        guard isChangeable, let (object, index) = find(frame) else { return .fieldAround(name) }
        return .field(object, index: index)
    }

    override func instance(_ frame: Frame) -> InstanceObject? {
        find(frame).flatMap { $0.object.fields[$0.index].instance }
    }
}

/// `super.f(x)`
final class BaseCallNode: Node {
    let token: ClassToken
    let depth: Int
    let name: String
    let arguments: ArgumentNodes

    init(
        _ token: ClassToken, depth: Int, _ name: String, _ arguments: ArgumentNodes, _ location: Diagnostic.Location
    ) {
        self.token = token
        self.depth = depth
        self.name = name
        self.arguments = arguments
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        guard let object = frame.outer(depth).object, let base = object.definition.base(below: token) else {
            throw Failure("`super` is known in the block and the methods of an object").located(location)
        }
        guard let method = base.method(name) else {
            let names = base.members.filter { $0.value % 2 == 1 }.keys.sorted()
            let meant = Suggestion.closest(to: name, among: names).map { "did you mean `\($0)`?" }
            throw Failure(
                "`\(base.name)` has no method `\(name)`",
                help: meant ?? (names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))")
            ).located(location)
        }
        return try frame.interpreter.call(method, of: object, arguments, frame, at: location)
    }
}

/// `x.name = value`, which for the object of a class goes straight to its field.
final class FieldAssignStatement: StatementNode {
    let member: MemberNode
    let assignment: AssignStatement

    init(_ member: MemberNode, _ assignment: AssignStatement) {
        self.member = member
        self.assignment = assignment
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let result = try assignment.result(frame)
        guard let object = member.base.instance(frame),
            let index = object.definition.field(member.name.text, member.cache)
        else {
            try assignment.store(result, frame)
            return .normal
        }
        try member.locating {
            try frame.interpreter.nesting.count(result)
            if frame.interpreter.isWorker { try object.checkOwnership() }
            object.fields[index] = result
        }
        return .normal
    }
}

/// `x.name += value`
final class FieldChangeStatement: StatementNode {
    let member: MemberNode
    let operation: BinaryOperator
    let change: AugmentedAssignStatement
    let location: Diagnostic.Location

    init(
        _ member: MemberNode, _ operation: BinaryOperator, _ change: AugmentedAssignStatement,
        _ location: Diagnostic.Location
    ) {
        self.member = member
        self.operation = operation
        self.change = change
        self.location = location
    }

    override func execute(_ frame: Frame) throws -> Flow {
        guard let object = member.base.instance(frame),
            let index = object.definition.field(member.name.text, member.cache)
        else { return try change.execute(frame) }
        do {
            let right = try change.value.evaluate(frame)
            if case .number(let x) = object.fields[index], case .number(let y) = right,
                let result = operation.fast(x, y)
            {
                if frame.interpreter.isWorker { try object.checkOwnership() }
                object.fields[index] = .number(result)
            } else {
                guard object.fields[index].isDefined else { throw Failure.unassigned(member.name.text) }
                try change.change(.field(object, index: index), by: right)
            }
        } catch let error where !(error is Quit) {
            throw Failure(wrapping: error).located(location)
        }
        return .normal
    }
}

extension Frame {
    /// In the block or a method of an object: how a member is written that its bare name does not find.
    func memberHelp(_ name: String) -> String? {
        var frame: Frame? = self
        while let current = frame {
            if let definition = current.object?.definition {
                return definition.members[name].map {
                    "`self.\(name)` is a \($0 % 2 == 1 ? "method" : "field") of the object"
                }
            }
            frame = current.parent
        }
        return nil
    }
}
