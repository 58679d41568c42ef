import Language
import TensorCore

final class ConstantNode: Node {
    let value: Value

    init(_ value: Value, _ location: Diagnostic.Location) {
        self.value = value
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value { value }
}

/// A name of the file or session, or a built-in.
final class CellNode: Node {
    let cell: Cell
    let module: Namespace
    /// The built-in of that name, looked up once, when the code is compiled.
    let builtin: Value?
    /// Whether the name may be changed here: not from inside a function.
    let isChangeable: Bool

    init(
        _ cell: Cell, module: Namespace, builtin: Value?, isChangeable: Bool, _ location: Diagnostic.Location
    ) {
        self.cell = cell
        self.module = module
        self.builtin = builtin
        self.isChangeable = isChangeable
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let value = try called(frame)
        // The name of a figure of the session, such as `runs`, is read as what it is now.
        if case .function(let function) = value, case .builtin(let builtin) = function.body, builtin.isComputed {
            return try frame.interpreter.call(value, Arguments(), at: location)
        }
        return value
    }

    override func called(_ frame: Frame) throws -> Value {
        let value = cell.value
        if value.isDefined { return value }
        if let builtin { return builtin }
        if let help = frame.memberHelp(cell.name) {
            throw Failure("unknown name `\(cell.name)`", help: help).located(location)
        }
        throw frame.interpreter.unknownName(cell.name, in: module).located(location)
    }

    override func function(_ frame: Frame) -> Function? {
        if case .function(let function) = cell.value { function } else { nil }
    }

    override var place: Place? { isChangeable ? .cell(cell) : .outerName(cell.name, self) }

    override func instance(_ frame: Frame) -> InstanceObject? { cell.value.instance }
}

/// A variable of the function that runs.
final class SlotNode: Node {
    let index: Int
    let name: String

    init(_ index: Int, name: String, _ location: Diagnostic.Location) {
        self.index = index
        self.name = name
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let value = frame.slots[index]
        if case .undefined = value { throw Failure.unassigned(name).located(location) }
        return value
    }

    override func function(_ frame: Frame) -> Function? {
        if case .function(let function) = frame.slots[index] { function } else { nil }
    }

    override var place: Place? { .slot(index: index, name: name) }

    override func instance(_ frame: Frame) -> InstanceObject? { frame.slots[index].instance }
}

/// A variable of a function around the one that runs.
final class OuterSlotNode: Node {
    let depth: Int
    let index: Int
    let name: String

    init(depth: Int, index: Int, name: String, _ location: Diagnostic.Location) {
        self.depth = depth
        self.index = index
        self.name = name
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let value = frame.outer(depth).slots[index]
        if case .undefined = value { throw Failure.unassigned(name).located(location) }
        return value
    }

    override func function(_ frame: Frame) -> Function? {
        if case .function(let function) = frame.outer(depth).slots[index] { function } else { nil }
    }

    override var place: Place? { .outerName(name, self) }

    override func instance(_ frame: Frame) -> InstanceObject? { frame.outer(depth).slots[index].instance }
}

final class InterpolationNode: Node {
    enum Piece {
        case text(String)
        case value(Node, format: FormatSpecification?)
    }

    let pieces: [Piece]

    init(_ pieces: [Piece], _ location: Diagnostic.Location) {
        self.pieces = pieces
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .value(let node, let format):
                let value = try node.evaluate(frame)
                frame.interpreter.noteText(of: value)
                text += try node.locating {
                    let part =
                        try format.map { try $0.apply(to: value) } ?? value.wholeText(frame.interpreter.printStyle)
                    try ListLength.checkBytes(text.utf8.count + part.utf8.count)
                    return part
                }
            }
        }
        return .string(text)
    }
}

final class ListNode: Node {
    let elements: [Node]

    init(_ elements: [Node], _ location: Diagnostic.Location) {
        self.elements = elements
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let list = Value.list(try elements.map { try $0.evaluate(frame) })
        try locating { try frame.interpreter.nesting.count(list) }
        return list
    }
}

final class FunctionNode: Node {
    let signature: Signature
    let defaults: [Node?]
    let slotCount: Int
    let body: StatementNode
    let isModel: Bool
    let source: Diagnostic.Location
    let moduleName: String
    let slotNames: [String: Int]
    let outer: OuterCode

    init(
        signature: Signature, defaults: [Node?], slotCount: Int, body: StatementNode, isModel: Bool,
        source: Diagnostic.Location, moduleName: String, slotNames: [String: Int], outer: OuterCode
    ) {
        self.signature = signature
        self.defaults = defaults
        self.slotCount = slotCount
        self.body = body
        self.isModel = isModel
        self.source = source
        self.moduleName = moduleName
        self.slotNames = slotNames
        self.outer = outer
        super.init(source)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let code = code(over: frame)
        let function = Value.function(
            Function(
                signature: signature, body: .user(code),
                defaults: try defaults.map { try $0?.evaluate(frame) ?? .undefined }))
        try locating { try frame.interpreter.nesting.count(function) }
        return function
    }

    func code(over frame: Frame) -> UserCode {
        if !frame.isOfFile { frame.register() }
        return UserCode(
            slotCount: slotCount, body: body, closure: frame.isOfFile ? nil : frame, source: source, isModel: isModel,
            moduleName: moduleName, slotNames: slotNames, outer: outer)
    }
}

final class UnaryNode: Node {
    let operation: UnaryOperator
    let operand: Node

    init(_ operation: UnaryOperator, _ operand: Node, _ location: Diagnostic.Location) {
        self.operation = operation
        self.operand = operand
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let value = try operand.evaluate(frame)
        if case .negate = operation, case .number(let number) = value { return .number(-number) }
        return try locating { try ColumnOperators.unary(operation, value) ?? Operators.unary(operation, value) }
    }
}

/// A side of an operator; a number in a variable is read without a call.
private struct Operand {
    let node: Node
    /// -1 where it is no variable of the function that runs.
    private let slot: Int

    init(_ node: Node) {
        self.node = node
        slot = (node as? SlotNode)?.index ?? -1
    }

    @inline(__always)
    func evaluate(_ frame: Frame) throws -> Value {
        if slot >= 0, case .number(let number) = frame.slots[slot] { return .number(number) }
        return try node.evaluate(frame)
    }
}

final class BinaryNode: Node {
    let operation: BinaryOperator
    private let left: Operand
    private let right: Operand
    /// `d.keys() - e.keys()`, which are sets to Python; other lists are subtracted element by element.
    private let areKeys: Bool
    /// Whether it is a product with a whole number that stands in the text.
    private let isWrittenProduct: Bool

    init(_ operation: BinaryOperator, _ left: Node, _ right: Node, _ location: Diagnostic.Location) {
        self.operation = operation
        areKeys = operation == .subtract && (left as? MethodCallNode)?.givesKeys == true
        self.left = Operand(left)
        self.right = Operand(right)
        isWrittenProduct = operation == .multiply && (left.isWrittenCount || right.isWrittenCount)
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let a = try left.evaluate(frame)
        let b = try right.evaluate(frame)
        if case .number(let x) = a, case .number(let y) = b {
            switch operation {
            case .add, .subtract, .multiply, .divide, .remainder:
                if let result = operation.fast(x, y) { return .number(result) }
            default: break
            }
        }
        return try locating {
            if a.instance != nil || b.instance != nil,
                let result = try Operators.byMethod(operation.special, a, b, at: location)
            {
                return result
            }
            if areKeys, let rest = try Sets.difference(a, b) { return rest }
            if let result = try ColumnOperators.binary(operation, a, b) { return result }
            if isWrittenProduct { try noteProduct(a, b, frame.interpreter) }
            return try Operators.binary(operation, a, b)
        }
    }
}

extension BinaryOperator {
    /// The result for two numbers, where it is quickly found. Products beyond 2**53 may be whole.
    @inline(__always)
    func fast(_ x: Double, _ y: Double) -> Double? {
        switch self {
        case .add: x + y
        case .subtract: x - y
        case .multiply: Numeric.short(x * y)
        case .divide: y != 0 ? x / y : nil
        case .remainder: Numeric.wholeRemainder(x, y)
        case .floorDivide: y != 0 ? Numeric.floorQuotient(x, y) : nil
        default: nil
        }
    }
}

final class LogicNode: Node {
    let isAnd: Bool
    let left: Node
    let right: Node

    init(isAnd: Bool, _ left: Node, _ right: Node, _ location: Diagnostic.Location) {
        self.isAnd = isAnd
        self.left = left
        self.right = right
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        try decided(frame) ?? right.evaluate(frame)
    }

    /// The first value where it decides. Else it is let go of: a list that is held while it is changed is copied.
    @inline(__always)
    private func decided(_ frame: Frame) throws -> Value? {
        let first = try left.evaluate(frame)
        let isTrue = try left.locating { try first.isTrue() }
        return isTrue == isAnd ? nil : first
    }
}

/// `a < b`
final class PairComparisonNode: Node {
    let comparison: ComparisonOperator
    private let left: Operand
    private let right: Operand

    init(_ comparison: ComparisonOperator, _ left: Node, _ right: Node, _ location: Diagnostic.Location) {
        self.comparison = comparison
        self.left = Operand(left)
        self.right = Operand(right)
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let a = try left.evaluate(frame)
        let b = try right.evaluate(frame)
        if case .number(let x) = a, case .number(let y) = b, let answer = comparison.fast(x, y) {
            return .boolean(answer)
        }
        return try locating {
            if a.isList || b.isList || b.isObject || a.isRecord || b.isRecord {
                let isAskedOfNone =
                    b.isNone ? left.node.isColumnOfTable(frame) : a.isNone && right.node.isColumnOfTable(frame)
                if let mask = try ColumnOperators.compare(comparison, a, b, isAskedOfNone: isAskedOfNone) {
                    return mask
                }
            }
            return try Operators.compare(comparison, a, b)
        }
    }
}

/// `a < b <= c` with every operand evaluated once.
final class ComparisonNode: Node {
    let first: Node
    let rest: [(comparison: ComparisonOperator, operand: Node)]

    init(_ first: Node, _ rest: [(comparison: ComparisonOperator, operand: Node)], _ location: Diagnostic.Location) {
        self.first = first
        self.rest = rest
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        var left = try first.evaluate(frame)
        var result = Value.boolean(true)
        for (comparison, node) in rest {
            let right = try node.evaluate(frame)
            if case .number(let x) = left, case .number(let y) = right, let answer = comparison.fast(x, y) {
                result = .boolean(answer)
            } else {
                result = try locating { try Operators.compare(comparison, left, right) }
            }
            if try !locating({ try result.isTrue() }) { return result }
            left = right
        }
        return result
    }
}

extension ComparisonOperator {
    @inline(__always)
    fileprivate func fast(_ x: Double, _ y: Double) -> Bool? {
        switch self {
        case .equal: x == y
        case .notEqual: x != y
        case .less: x < y
        case .lessOrEqual: x <= y
        case .greater: x > y
        case .greaterOrEqual: x >= y
        case .isIn, .isNotIn, .isSame, .isNotSame: nil
        }
    }
}

final class ConditionalNode: Node {
    let branches: [(condition: Node, body: StatementNode)]
    let otherwise: StatementNode

    init(
        branches: [(condition: Node, body: StatementNode)], otherwise: StatementNode,
        _ location: Diagnostic.Location
    ) {
        self.branches = branches
        self.otherwise = otherwise
        super.init(location)
    }

    /// As an expression: the value of the branch that is taken.
    override func evaluate(_ frame: Frame) throws -> Value {
        let outer = frame.result
        defer { frame.result = outer }
        frame.result = .none
        let flow = try execute(frame)
        guard case .normal = flow else {
            throw Failure("`break`, `continue` and `return` cannot leave an expression").located(location)
        }
        return frame.result
    }

    func execute(_ frame: Frame) throws -> Flow {
        for (condition, body) in branches {
            if try condition.isTrue(frame) { return try body.execute(frame) }
        }
        return try otherwise.execute(frame)
    }
}

enum SubscriptNode {
    case index(Node)
    case slice(start: Node?, stop: Node?, step: Node?)
    case ellipsis

    var index: Node? { if case .index(let node) = self { node } else { nil } }

    func evaluate(_ frame: Frame) throws -> Subscript {
        switch self {
        case .index(let node): .value(try node.evaluate(frame))
        case .slice(let start, let stop, let step):
            .slice(
                start: try bound(start, frame), stop: try bound(stop, frame), step: try bound(step, frame) ?? 1)
        case .ellipsis: .ellipsis
        }
    }

    private func bound(_ node: Node?, _ frame: Frame) throws -> Int? {
        guard let node else { return nil }
        let value = try node.evaluate(frame)
        if value.isNone { return nil }
        try node.locating { try value.checkConstant("the bound of a slice") }
        guard let integer = value.asInteger else {
            throw Failure("a slice takes whole numbers, and got \(value.kindWithArticle)").located(node.location)
        }
        return integer
    }
}

final class IndexNode: Node {
    let base: Node
    let subscripts: [SubscriptNode]
    private let field: MemberNode?
    /// `x[i]`: its one index.
    private let single: Node?

    init(_ base: Node, _ subscripts: [SubscriptNode], _ location: Diagnostic.Location) {
        self.base = base
        self.subscripts = subscripts
        field = base as? MemberNode
        single = subscripts.count == 1 ? subscripts[0].index : nil
        super.init(location)
        if single is ConstantNode { (base as? MethodCallNode)?.use = .indexed }
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        if let field { return try elementOfField(field, frame) }
        let container = try base.evaluate(frame)
        if let single {
            let index = try single.evaluate(frame)
            if case .number(let position) = index, case .list(let elements) = container,
                let offset = Int(exactly: position), elements.indices.contains(offset), !container.hasFormerNumbers
            {
                return elements[offset]
            }
            if case .record(let record) = container, let key = RecordKey(index), let value = record[key] {
                return value
            }
            return try element(of: container, [.value(index)], frame)
        }
        return try element(of: container, try subscripts.map { try $0.evaluate(frame) }, frame)
    }

    private func element(of container: Value, _ indices: [Subscript], _ frame: Frame) throws -> Value {
        try locating {
            guard case .string(let text) = container else { return try container.element(indices) }
            return .string(try frame.interpreter.indexedTexts.indexed(text).element(indices))
        }
    }

    /// `data.x[4]`: an object may know a shorter way than making the whole field.
    private func elementOfField(_ member: MemberNode, _ frame: Frame) throws -> Value {
        let owner = try member.base.evaluate(frame)
        let indices = try subscripts.map { try $0.evaluate(frame) }
        if case .object(let object) = owner,
            let element = try locating({ try object.fieldElement(member.name.text, indices) })
        {
            return element
        }
        return try element(of: try member.field(of: owner, frame), indices, frame)
    }

    override var place: Place? { .index(base: base.place ?? .expression(base), subscripts: subscripts, location) }
}

final class MemberNode: Node {
    let base: Node
    let name: Identifier
    let cache = MemberCache()

    init(_ base: Node, _ name: Identifier, _ location: Diagnostic.Location) {
        self.base = base
        self.name = name
        super.init(location)
        // `x.max(1).indices` is PyTorch's.
        if name.text == "values" || name.text == "indices" { (base as? MethodCallNode)?.use = .unpacked }
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        if let field = base.instance(frame)?.fieldValue(name.text, cache) { return field }
        return try field(of: base.evaluate(frame), frame)
    }

    func field(of value: Value, _ frame: Frame) throws -> Value {
        if let field = value.instance?.fieldValue(name.text, cache) { return field }
        return try locating {
            let interpreter = frame.interpreter
            guard let field = try value.member(name.text, interpreter: interpreter) else {
                throw value.unknownField(name.text, interpreter: frame.interpreter)
            }
            return field
        }
    }

    override var place: Place? { .member(base: base.place ?? .expression(base), name: name.text, location) }

    override func instance(_ frame: Frame) -> InstanceObject? {
        base.instance(frame)?.fieldValue(name.text, cache)?.instance
    }
}
