import Autograd
import Language
import TensorCore

/// What `|` and `&` do: of sets and records, of masks, and of whole numbers bit by bit.
enum Sets {
    static func combined(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
        switch (a, b) {
        case (.set(let x), .set(let y)): return .set(operation == .union ? x.union(y) : x.intersection(y))
        case (.record(var x), .record(let y)) where operation == .union:
            x.merge(y)
            return .record(x)
        case (.boolean(let x), .boolean(let y)): return .boolean(operation == .union ? x || y : x && y)
        case (.number(let x), .number(let y)): return .number(try combined(operation, x, y))
        case (.list(let x), .list(let y)) where !a.isMask && !b.isMask && areKeys(x) && areKeys(y):
            // `d.keys() & e.keys()`
            let (x, y) = (try KeySet(elementsOf: a), try KeySet(elementsOf: b))
            return .set(operation == .union ? x.union(y) : x.intersection(y))
        case (.set, .list), (.set, .range), (.list, .set), (.range, .set):
            throw Failure("`\(operation.rawValue)` takes two sets", help: "`set(xs)` makes one of a list")
        default:
            guard a.isMask || b.isMask, case (let x?, let y?) = try Operands.pair(a, b) else {
                throw Failure(
                    "`\(operation.rawValue)` takes two sets, two masks or two whole numbers, not \(a.kindWithArticle) and \(b.kindWithArticle)",
                    help: a.hasAxes || b.hasAxes
                        ? "`\(operation.rawValue)` comes before `>` and `==`: write `(t.a > 1) \(operation.rawValue) (t.b > 2)`"
                        : operation == .union ? "of conditions, write `or`" : "of conditions, write `and`")
            }
            return Value.tensor(try combined(operation, x, y)).unwrapped
        }
    }

    /// The keys of the first that are not among the second; nil for other values.
    static func difference(_ a: Value, _ b: Value) throws -> Value? {
        guard a.isList, b.isList || b.isSet else { return nil }
        return .set(try KeySet(elementsOf: a).subtracting(KeySet(elementsOf: b)))
    }

    private static func areKeys(_ values: [Value]) -> Bool { values.allSatisfy { RecordKey($0) != nil } }

    static func combined(_ operation: BinaryOperator, _ x: Variable, _ y: Variable) throws -> Variable {
        guard x.dtype == .bool, y.dtype == .bool else {
            let dtype = x.dtype == .bool ? y.dtype : x.dtype
            throw Failure(
                "`\(operation.rawValue)` takes masks, and one side has the dtype \(dtype.name)",
                help: "it binds more tightly than comparisons: write `(x > 0) \(operation.rawValue) (x < 1)`")
        }
        return try Variable.combine(operation == .union ? .logicalOr : .logicalAnd, x, y)
    }

    static func combined(_ operation: BinaryOperator, _ x: Double, _ y: Double) throws -> Double {
        guard let a = Int(exactly: x), let b = Int(exactly: y) else {
            throw Failure("`\(operation.rawValue)` takes whole numbers, and got \(numberText(x)) and \(numberText(y))")
        }
        return Double(operation == .union ? a | b : a & b)
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
