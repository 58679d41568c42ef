import Autograd
import Language
import TensorCore

/// The operators on values: numbers, strings and lists by themselves, all else as tensors.
enum Operators {
    static func unary(_ operation: UnaryOperator, _ value: Value) throws -> Value {
        switch operation {
        case .not: return .boolean(try !value.isTrue())
        case .plus:
            if case .number = value { return value }
            return .tensor(try operand(value, of: "+"))
        case .negate:
            if case .number(let number) = value { return .number(-number) }
            return .tensor(try -operand(value, of: "-"))
        }
    }

    static func binary(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
        switch (a, b) {
        case (.number(let x), .number(let y)): return .number(try arithmetic(operation, x, y))
        case (.string(let x), .string(let y)):
            if case .add = operation {
                try ListLength.checkBytes(x.utf8.count + y.utf8.count)
                return .string(x + y)
            }
        case (.string(let text), .number(let count)), (.number(let count), .string(let text)):
            if case .multiply = operation { return .string(try repeated(text, count)) }
        case (.list(let elements), .number(let count)) where a.isListOfOthers,
            (.number(let count), .list(let elements)) where b.isListOfOthers:
            if case .multiply = operation { return .list(try repeated(elements, count)) }
        case (.list, .list), (.list, .range), (.range, .list), (.range, .range):
            if case .add = operation { return .list(try joined(a, b)) }
        default: break
        }
        return .tensor(try tensors(operation, a, b)).unwrappedIfNumbers(a, b)
    }

    /// Two lists as one; the sum of their lengths is checked before either is made.
    private static func joined(_ a: Value, _ b: Value) throws -> [Value] {
        try ListLength.check((a.knownCount ?? 0) + (b.knownCount ?? 0))
        return try (a.elements ?? []) + (b.elements ?? [])
    }

    private static func repeated(_ text: String, _ count: Double) throws -> String {
        guard let times = Int(exactly: count) else { throw Failure("a string can be repeated a whole number of times") }
        let bytes = text.utf8.count.multipliedReportingOverflow(by: max(times, 0))
        try ListLength.checkBytes(bytes.overflow ? .max : bytes.partialValue)
        return String(repeating: text, count: max(times, 0))
    }

    private static func arithmetic(_ operation: BinaryOperator, _ x: Double, _ y: Double) throws -> Double {
        switch operation {
        case .add: return x + y
        case .subtract: return x - y
        case .multiply: return x * y
        case .divide:
            guard y != 0 else { throw Failure("division by zero") }
            return x / y
        case .remainder:
            guard y != 0 else { throw Failure("remainder of a division by zero") }
            // The sign is the divisor's, as in Python.
            let rest = x.truncatingRemainder(dividingBy: y)
            guard rest != 0 else { return 0 }
            return (rest < 0) != (y < 0) ? rest + y : rest
        case .power: return Numeric.power(x, y)
        case .matrixProduct:
            throw Failure(
                "`@` is the product of matrices, and these are numbers", help: "numbers are multiplied by `*`")
        }
    }

    private static func tensors(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Variable {
        if case .matrixProduct = operation {
            return try operand(a, of: "@").matmul(operand(b, of: "@"))
        }
        // A plain number takes the tensor's dtype, as in PyTorch.
        if case .number(let y) = b { return try withNumber(operation, operand(a, of: operation.rawValue), y) }
        if case .number(let x) = a { return try withNumber(operation, x, operand(b, of: operation.rawValue)) }
        let x = try operand(a, of: operation.rawValue)
        let y = try operand(b, of: operation.rawValue)
        switch operation {
        case .add: return try x + y
        case .subtract: return try x - y
        case .multiply: return try x * y
        case .divide: return try x / y
        case .remainder: return try x.remainder(y)
        case .power: return try x.power(y)
        case .matrixProduct: return try x.matmul(y)
        }
    }

    private static func withNumber(_ operation: BinaryOperator, _ x: Variable, _ y: Double) throws -> Variable {
        switch operation {
        case .add: try x + y
        case .subtract: try x - y
        case .multiply: try x * y
        case .divide: try x / y
        case .remainder: try x.remainder(y)
        case .power: try x.power(y)
        case .matrixProduct: try x.matmul(Variable(Tensor.scalar(y, dtype: x.dtype)))
        }
    }

    private static func withNumber(_ operation: BinaryOperator, _ x: Double, _ y: Variable) throws -> Variable {
        switch operation {
        case .add: try x + y
        case .subtract: try x - y
        case .multiply: try x * y
        case .divide: try x / y
        case .remainder: try Variable.number(x, like: y).remainder(y)
        case .power: try Variable.number(x, like: y).power(y)
        case .matrixProduct: try Variable(Tensor.scalar(x, dtype: y.dtype)).matmul(y)
        }
    }

    /// An operand as a tensor.
    private static func operand(_ value: Value, of symbol: String) throws -> Variable {
        switch value {
        case .string:
            throw Failure(
                "`\(symbol)` cannot take a string here",
                help: symbol == "+"
                    ? "both sides of `+` have to be strings: \"{x}\" makes one of any value"
                    : "strings know `+` and `*`")
        case .boolean(let flag): return Variable(try Tensor.scalar(flag ? 1 : 0, dtype: .bool))
        default:
            guard let tensor = try value.asVariable() else {
                throw Failure("`\(symbol)` takes numbers and tensors, and got \(value.kindWithArticle)")
            }
            return tensor
        }
    }

    // MARK: Comparisons

    static func compare(_ comparison: ComparisonOperator, _ a: Value, _ b: Value) throws -> Value {
        switch comparison {
        case .isIn: return .boolean(try contains(b, a))
        case .isNotIn: return .boolean(try !contains(b, a))
        case .equal, .notEqual:
            if case .tensor = a { return try elementwise(comparison, a, b) }
            if case .tensor = b { return try elementwise(comparison, a, b) }
            return .boolean(equal(a, b) == (comparison == .equal))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return try ordered(comparison, a, b)
        }
    }

    private static func ordered(_ comparison: ComparisonOperator, _ a: Value, _ b: Value) throws -> Value {
        switch (a, b) {
        case (.number(let x), .number(let y)):
            return .boolean(
                comparison == .less
                    ? x < y : comparison == .lessOrEqual ? x <= y : comparison == .greater ? x > y : x >= y)
        case (.string(let x), .string(let y)):
            return .boolean(
                comparison == .less
                    ? x < y : comparison == .lessOrEqual ? x <= y : comparison == .greater ? x > y : x >= y)
        case (.tensor, _), (_, .tensor), (.list, .number), (.number, .list), (.range, .number), (.number, .range),
            (.list, .list):
            return try elementwise(comparison, a, b)
        default:
            throw Failure(
                "`\(comparison.rawValue)` compares numbers, strings and tensors, not \(a.kindWithArticle) with \(b.kindWithArticle)"
            )
        }
    }

    private static func elementwise(_ comparison: ComparisonOperator, _ a: Value, _ b: Value) throws -> Value {
        guard let x = try a.asVariable(), let y = try b.asVariable() else {
            if comparison == .equal { return .boolean(false) }
            if comparison == .notEqual { return .boolean(true) }
            throw Failure(
                "`\(comparison.rawValue)` cannot compare \(a.kindWithArticle) with \(b.kindWithArticle)")
        }
        let operation: BinaryOperation =
            switch comparison {
            case .equal, .isIn, .isNotIn: .equal
            case .notEqual: .notEqual
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .greater: .greater
            case .greaterOrEqual: .greaterOrEqual
            }
        // A plain number is compared at full precision in the tensor's own dtype where it fits.
        if case .number(let number) = b {
            return Value.tensor(try x.value.combined(operation, with: number)).unwrapped
        }
        if case .number(let number) = a {
            return Value.tensor(try y.value.combined(operation, with: number, numberOnLeft: true)).unwrapped
        }
        return Value.tensor(try Tensor.combine(operation, x.value, y.value)).unwrapped
    }

    private static func contains(_ container: Value, _ element: Value) throws -> Bool {
        switch container {
        case .string(let text):
            guard case .string(let part) = element else {
                throw Failure("only a string can be `in` a string, not \(element.kindWithArticle)")
            }
            return try part.isEmpty || ByteSearch(part).isFound(in: text)
        case .record(let record):
            guard case .string(let name) = element else { return false }
            return record[name] != nil
        case .tensor(let tensor):
            guard let number = element.asNumber else { return false }
            return tensor.value.doubles().contains(number)
        case .object:
            let next = try container.makeIterator()
            while let value = try next() {
                if equal(value, element) { return true }
            }
            return false
        case .list(let elements): return elements.contains { equal($0, element) }
        case .range(let range):
            // As in Python, true and false are 1 and 0.
            if case .boolean(let flag) = element { return range.index(of: flag ? 1 : 0) != nil }
            guard case .number(let number) = element else { return false }
            return range.index(of: number) != nil
        default: throw Failure("nothing can be `in` \(container.kindWithArticle)")
        }
    }
}

extension Value {
    /// Booleans and the like that were no tensors give no tensor.
    fileprivate func unwrappedIfNumbers(_ a: Value, _ b: Value) -> Value {
        if case .boolean = a { return unwrapped }
        if case .boolean = b, case .number = a { return unwrapped }
        return self
    }
}
