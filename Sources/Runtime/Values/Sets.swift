import Autograd
import Language
import TensorCore

/// What `|`, `&` and `^` do: of sets and records, of masks, and of whole numbers bit by bit, as shifts do.
enum Sets {
    static func combined(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
        let isShift = operation == .shiftLeft || operation == .shiftRight
        switch (a, b) {
        case (.set(let x), .set(let y)) where !isShift: return .set(combined(operation, x, y))
        case (.record(var x), .record(let y)) where operation == .union:
            x.merge(y)
            return .record(x)
        case (.boolean(let x), .boolean(let y)) where !isShift:
            return .boolean(operation == .union ? x || y : operation == .exclusion ? x != y : x && y)
        case (.boolean(let x), .boolean(let y)):
            return try Operators.binary(operation, .number(x ? 1 : 0), .number(y ? 1 : 0))
        case (.list(let x), .list(let y)) where !isShift && !a.isMask && !b.isMask && areKeys(x) && areKeys(y):
            // `d.keys() & e.keys()`
            let (x, y) = (try KeySet(elementsOf: a), try KeySet(elementsOf: b))
            return .set(combined(operation, x, y))
        case (.set, .list), (.set, .range), (.list, .set), (.range, .set):
            throw Failure("`\(operation.rawValue)` takes two sets", help: "`set(xs)` makes one of a list")
        default:
            guard a.isMask || b.isMask, case (let x?, let y?) = try Operands.pair(a, b) else {
                throw Failure(
                    "`\(operation.rawValue)` takes \(isShift ? "" : "two sets, two masks or ")two whole numbers, not \(a.kindWithArticle) and \(b.kindWithArticle)",
                    help: isShift || operation == .exclusion
                        ? "of numbers in a list, write `tensor(xs) \(operation.rawValue) n`"
                        : a.hasAxes || b.hasAxes
                            ? "`\(operation.rawValue)` comes before `>` and `==`: write `(t.a > 1) \(operation.rawValue) (t.b > 2)`"
                            : operation == .union ? "of conditions, write `or`" : "of conditions, write `and`")
            }
            return Value.tensor(try combined(operation, x, y)).unwrapped
        }
    }

    private static func combined(_ operation: BinaryOperator, _ x: KeySet, _ y: KeySet) -> KeySet {
        switch operation {
        case .union: x.union(y)
        case .exclusion: x.subtracting(y).union(y.subtracting(x))
        default: x.intersection(y)
        }
    }

    /// The keys of the first that are not among the second; nil for other values.
    static func difference(_ a: Value, _ b: Value) throws -> Value? {
        guard a.isList, b.isList || b.isSet else { return nil }
        return .set(try KeySet(elementsOf: a).subtracting(KeySet(elementsOf: b)))
    }

    private static func areKeys(_ values: [Value]) -> Bool { values.allSatisfy { RecordKey($0) != nil } }

    /// Of masks and of whole numbers, element by element. Numbers without a dtype of their own are float32 even where they
    /// are whole, so the elements decide.
    static func combined(_ operation: BinaryOperator, _ x: Variable, _ y: Variable) throws -> Variable {
        let isShift = operation == .shiftLeft || operation == .shiftRight
        if x.dtype == .bool, y.dtype == .bool {
            switch operation {
            case .union: return try Variable.combine(.logicalOr, x, y)
            case .intersection: return try Variable.combine(.logicalAnd, x, y)
            case .exclusion: return try Variable.combine(.notEqual, x, y)
            default: break
            }
        }
        // `x > 0 & x < 1` is meant otherwise than it is read: fractions are told how to write it, even where all are whole.
        let isLogic = operation == .union || operation == .intersection
        for tensor in [x, y] where tensor.dtype.isFloatingPoint {
            guard !isLogic else {
                let sign = operation.rawValue
                throw Failure(
                    "`\(sign)` takes masks and whole numbers, and one side has the dtype \(tensor.dtype.name)",
                    help: [
                        "it binds more tightly than comparisons: write `(x > 0) \(sign) (x < 1)`",
                        "of the bits of whole numbers: `x.long() \(sign) 1`",
                    ])
            }
            guard tensor.value.doubles().allSatisfy({ Int(exactly: $0) != nil }) else {
                throw Failure(
                    "`\(operation.rawValue)` takes masks and whole numbers, and one side has fractions",
                    help: "`x.long()` leaves fractions out")
            }
        }
        let shape = try Tensor.broadcastShape(operation.rawValue, x.shape, y.shape)
        let (first, second) = (try x.value.broadcast(to: shape).integers(), try y.value.broadcast(to: shape).integers())
        if isShift, second.contains(where: { $0 < 0 }) {
            throw Failure("`\(operation.rawValue)` shifts by 0 or more places, and got a number below 0")
        }
        let result = try Tensor(
            zip(first, second).map { a, b in
                switch operation {
                case .union: a | b
                case .intersection: a & b
                case .exclusion: a ^ b
                case .shiftLeft: a << b
                default: a >> b
                }
            }, shape: shape)
        // As in NumPy, bytes stay bytes and lose what is above them.
        let isOfBytes = [x, y].allSatisfy { $0.dtype == .uint8 || $0.dtype == .bool }
        guard isOfBytes, x.dtype == .uint8 || y.dtype == .uint8 else { return Variable(result) }
        return Variable(try Tensor(result.integers().map { UInt8(truncatingIfNeeded: $0) }, shape: shape))
    }

    static func notWhole(_ operation: BinaryOperator, _ x: Double, _ y: Double) -> Failure {
        Failure(
            "`\(operation.rawValue)` takes whole numbers of up to 64 bits, and got \(numberText(x)) and \(numberText(y))",
            help: operation == .exclusion ? ["a power is `**`"] : [])
    }
}

extension Value {
    /// Whether it can be a tensor of booleans.
    fileprivate var isMask: Bool {
        switch self {
        case .tensor: true
        case .list(let elements): elements.first.map { $0.isBoolean || $0.isMask } ?? false
        default: false
        }
    }
}
