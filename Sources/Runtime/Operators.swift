import Autograd
import Language
import TensorCore

/// The operators on values: numbers, strings and lists by themselves, all else as tensors.
enum Operators {
    static func unary(_ operation: UnaryOperator, _ value: Value) throws -> Value {
        if case .negate = operation, let object = value.instance {
            if let result = try object.answer(.negate, [value]) { return result }
            throw Failure(
                "`-` takes numbers and tensors, and got \(value.kindWithArticle)",
                help: "`fn -(a) { ... }` in the class `\(object.definition.name)` says what it does")
        }
        switch operation {
        case .not: return .boolean(try !value.isTrue())
        case .plus:
            if case .number = value { return value }
            if case .boolean(let flag) = value { return .number(flag ? 1 : 0) }
            return .tensor(try operand(value, of: "+"))
        case .complement: return try complement(value)
        case .negate:
            if case .number(let number) = value { return .number(-number) }
            if case .boolean(let flag) = value { return .number(flag ? -1 : 0) }
            return .tensor(try -operand(value, of: "-"))
        }
    }

    /// `~x`: what is not in a mask, or the other bits of whole numbers.
    private static func complement(_ value: Value) throws -> Value {
        if case .boolean(let flag) = value { return .boolean(!flag) }
        let tensor = try operand(value, of: "~")
        if tensor.dtype == .bool { return Value.tensor(try tensor.map(.logicalNot)).unwrapped }
        if let whole = value.asInteger, case .number = value { return .number(-1 - Double(whole)) }
        guard !tensor.dtype.isFloatingPoint else {
            throw Failure(
                "`~` takes masks and whole numbers, and got \(value.kindWithArticle) of fractions",
                help: "of a condition, write `~(x > 0)` for each element, `not c` for one truth value")
        }
        let ones = tensor.dtype == .uint8 ? 255.0 : -1
        return Value.tensor(try tensor.value.combined(.subtract, with: ones, numberOnLeft: true)).unwrapped
    }

    static func binary(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
        switch (a, b) {
        case (.number(let x), .number(let y)): return try numbers(operation, x, y)
        case (.string(let x), .string(let y)):
            if case .add = operation {
                try ListLength.checkBytes(x.utf8.count + y.utf8.count)
                return .string(x + y)
            }
            if case .remainder = operation { return .string(try TextTemplate.percent(x, b)) }
        case (.string(let text), .number(let count)), (.number(let count), .string(let text)):
            if case .multiply = operation { return .string(try repeated(text, count)) }
            if case .remainder = operation, case .string = a { return .string(try TextTemplate.percent(text, b)) }
        case (.list(let elements), .number(let count)) where a.isListOfOthers,
            (.number(let count), .list(let elements)) where b.isListOfOthers:
            if case .multiply = operation { return .list(try repeated(elements, count)) }
        case (.list, .list), (.list, .range), (.range, .list), (.range, .range):
            if case .add = operation { return .list(try joined(a, b)) }
        case (.object, _), (_, .object):
            if let result = try byMethod(operation.special, a, b) { return result }
        case (.set(let x), .set(let y)):
            if case .subtract = operation { return .set(x.subtracting(y)) }
        case (.string(let text), _):
            if case .remainder = operation { return .string(try TextTemplate.percent(text, b)) }
            if case .multiply = operation, let times = SingleValue(b) {
                return .string(try repeated(text, times.number))
            }
        case (_, .string(let text)):
            if case .multiply = operation, let times = SingleValue(a) {
                return .string(try repeated(text, times.number))
            }
        default: break
        }
        if operation.isOfBits {
            if !(a.isBoolean && b.isBoolean), let x = SingleValue(a), let y = SingleValue(b) {
                return try bits(operation, x, y)
            }
            return try Sets.combined(operation, a, b)
        }
        if let x = SingleValue(a), let y = SingleValue(b) { return try arithmetic(operation, x, y) }
        return Value.tensor(try tensors(operation, a, b)).unwrapped
    }

    /// Arithmetic of plain numbers. Products and powers of whole ones that need more than 53 bits have the 64 of int64. Sums
    /// stay plain numbers: loops that add up to more than 2**53 would take ten times as long.
    private static func numbers(_ operation: BinaryOperator, _ x: Double, _ y: Double) throws -> Value {
        if operation.isOfBits { return try bits(operation, SingleValue(x), SingleValue(y)) }
        let result = try arithmetic(operation, x, y)
        guard operation == .multiply || operation == .power, result.magnitude >= 0x1p53, let a = Int(exactly: x),
            let b = Int(exactly: y), let whole = whole(operation, a, b)
        else { return .number(result) }
        return .tensor(try Tensor.scalar(whole: whole))
    }

    /// What operators of bits give of whole numbers: exact up to 64 bits, beyond them a product as `2 ** 70` is.
    private static func bits(_ operation: BinaryOperator, _ x: SingleValue, _ y: SingleValue) throws -> Value {
        guard let a = x.whole, let b = y.whole else { throw Sets.notWhole(operation, x.number, y.number) }
        let isShift = operation == .shiftLeft || operation == .shiftRight
        guard !isShift || b >= 0 else {
            throw Failure(
                "`\(operation.rawValue)` shifts by 0 or more places, and got \(b)",
                help: "write `\(operation == .shiftLeft ? ">>" : "<<") \(b.magnitude)`")
        }
        guard let result = whole(operation, a, b) else { return .number(x.number * Numeric.power(2, y.number)) }
        let isPlain = !(x.isInt64 || y.isInt64) || [a, b].contains { $0.magnitude > 1 << 53 }
        return isPlain && result.magnitude <= 1 << 53 ? .integer(result) : .tensor(try Tensor.scalar(whole: result))
    }

    /// Arithmetic of single values, of which one is no plain number: whole as long as the result is and fits.
    private static func arithmetic(_ operation: BinaryOperator, _ x: SingleValue, _ y: SingleValue) throws -> Value {
        if x.isInt64 || y.isInt64, let a = x.whole, let b = y.whole, let result = whole(operation, a, b) {
            // What came of numbers with many digits is a plain number again where it has few.
            let isLarge = [a, b].contains { $0.magnitude > 1 << 53 }
            return isLarge && result.magnitude <= 1 << 53 ? .integer(result) : .tensor(try Tensor.scalar(whole: result))
        }
        return .number(try arithmetic(operation, x.number, y.number))
    }

    /// - Returns: nil where the result is not a whole number, or has more than 64 bits.
    private static func whole(_ operation: BinaryOperator, _ a: Int, _ b: Int) -> Int? {
        switch operation {
        case .add: return exact(a.addingReportingOverflow(b))
        case .subtract: return exact(a.subtractingReportingOverflow(b))
        case .multiply: return exact(a.multipliedReportingOverflow(by: b))
        case .remainder:
            guard b != 0, let rest = exact(a.remainderReportingOverflow(dividingBy: b)) else { return nil }
            return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
        case .floorDivide:
            guard b != 0, let quotient = exact(a.dividedReportingOverflow(by: b)) else { return nil }
            return (a < 0) != (b < 0) && quotient * b != a ? quotient - 1 : quotient
        case .power:
            guard b >= 0 else { return nil }
            if (-1...1).contains(a) { return b == 0 ? 1 : b % 2 == 0 ? a * a : a }
            guard b < Int.bitWidth else { return nil }
            var result = 1
            for _ in 0..<b {
                guard let next = exact(result.multipliedReportingOverflow(by: a)) else { return nil }
                result = next
            }
            return result
        case .union: return a | b
        case .intersection: return a & b
        case .exclusion: return a ^ b
        case .shiftLeft:
            return b < Int.bitWidth - 1 ? exact(a.multipliedReportingOverflow(by: 1 << b)) : a == 0 ? 0 : nil
        case .shiftRight: return a >> b
        case .divide, .matrixProduct: return nil
        }
    }

    private static func exact(_ result: (partialValue: Int, overflow: Bool)) -> Int? {
        result.overflow ? nil : result.partialValue
    }

    /// Two lists as one; the sum of their lengths is checked before either is made.
    private static func joined(_ a: Value, _ b: Value) throws -> [Value] {
        try ListLength.check((a.knownCount ?? 0) + (b.knownCount ?? 0))
        let parts = [try a.elements ?? [], try b.elements ?? []]
        var all: [Value] = []
        all.reserveCapacity(parts[0].count + parts[1].count)
        for part in parts {
            for start in stride(from: 0, to: part.count, by: 1 << 18) {
                try checkInterrupt()
                all += part[start..<min(start + (1 << 18), part.count)]
            }
        }
        return all
    }

    private static func repeated(_ text: String, _ count: Double) throws -> String {
        guard let times = Int(exactly: count) else { throw Failure("a string can be repeated a whole number of times") }
        let bytes = text.utf8.count.multipliedReportingOverflow(by: max(times, 0))
        try ListLength.checkBytes(bytes.overflow ? .max : bytes.partialValue)
        guard !text.isEmpty, times > 0 else { return "" }
        // By pieces, between which an interrupt is heard.
        let count = max((1 << 20) / text.utf8.count, 1)
        let piece = String(repeating: text, count: min(count, times))
        var result = ""
        for _ in 0..<times / count {
            try checkInterrupt()
            result += piece
        }
        return result + String(repeating: text, count: times % count)
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
            try checkDigits(x, y, "%")
            // The sign is the divisor's, as in Python.
            let rest = x.truncatingRemainder(dividingBy: y)
            guard rest != 0 else { return 0 }
            return (rest < 0) != (y < 0) ? rest + y : rest
        case .floorDivide:
            guard y != 0 else { throw Failure("division by zero") }
            try checkDigits(x, y, "//")
            return Numeric.floorQuotient(x, y)
        case .power: return Numeric.power(x, y)
        case .union, .intersection, .exclusion, .shiftLeft, .shiftRight: throw Sets.notWhole(operation, x, y)
        case .matrixProduct:
            throw Failure(
                "`@` is the product of matrices, and these are numbers", help: "numbers are multiplied by `*`")
        }
    }

    /// Refuses what depends on digits that a number does not have.
    private static func checkDigits(_ x: Double, _ y: Double, _ symbol: String) throws {
        guard x.magnitude >= 0x1p63, x.isFinite, y == y.rounded() else { return }
        throw Failure(
            "`\(symbol)` needs all digits of its left side, and whole numbers from 2**63 on have lost their last ones: \(numberText(x))",
            help:
                "`pow(a, b, m)` takes the remainder by `m` at each step; take it of products and sums, too, before they are that large"
        )
    }

    private static func tensors(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Variable {
        // A plain number takes the tensor's dtype, as in PyTorch.
        if case .number(let y) = b, case .tensor(let x) = a { return try withNumber(operation, x, y) }
        if case .number(let x) = a, case .tensor(let y) = b { return try withNumber(operation, x, y) }
        let (first, second) = try Operands.pair(a, b)
        let x = try first ?? operand(a, of: operation.rawValue)
        let y = try second ?? operand(b, of: operation.rawValue)
        switch operation {
        case .add: return try x + y
        case .subtract: return try x - y
        case .multiply: return try x * y
        case .divide: return try x / y
        case .remainder: return try x.remainder(y)
        case .floorDivide: return try .combine(.floorDivide, x, y)
        case .power: return try x.power(y)
        case .matrixProduct: return try x.matmul(y)
        case .union, .intersection, .exclusion, .shiftLeft, .shiftRight: return try Sets.combined(operation, x, y)
        }
    }

    private static func withNumber(_ operation: BinaryOperator, _ x: Variable, _ y: Double) throws -> Variable {
        switch operation {
        case .add: try x + y
        case .subtract: try x - y
        case .multiply: try x * y
        case .divide: try x / y
        case .remainder: try x.remainder(y)
        case .floorDivide: try x.combined(.floorDivide, with: y)
        case .power: try x.power(y)
        case .matrixProduct: try x.matmul(Variable(Tensor.scalar(y, dtype: x.dtype)))
        case .union, .intersection, .exclusion, .shiftLeft, .shiftRight:
            try Sets.combined(operation, x, Variable.number(y, like: x))
        }
    }

    private static func withNumber(_ operation: BinaryOperator, _ x: Double, _ y: Variable) throws -> Variable {
        switch operation {
        case .add: try x + y
        case .subtract: try x - y
        case .multiply: try x * y
        case .divide: try x / y
        case .remainder: try Variable.number(x, like: y).remainder(y)
        case .floorDivide: try y.combined(.floorDivide, with: x, numberOnLeft: true)
        case .power: try Variable.number(x, like: y).power(y)
        case .matrixProduct: try Variable(Tensor.scalar(x, dtype: y.dtype)).matmul(y)
        case .union, .intersection, .exclusion, .shiftLeft, .shiftRight:
            try Sets.combined(operation, Variable.number(x, like: y), y)
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
                throw Failure(
                    "`\(symbol)` takes numbers and tensors, and got \(value.kindWithArticle)",
                    help: help(on: symbol, value))
            }
            return tensor
        }
    }

    // MARK: Comparisons

    static func compare(_ comparison: ComparisonOperator, _ a: Value, _ b: Value) throws -> Value {
        if let result = try comparedByMethod(comparison, a, b) { return result }
        switch comparison {
        case .isIn: return .boolean(try contains(b, a))
        case .isNotIn: return .boolean(try !contains(b, a))
        case .isSame: return .boolean(try isSame(a, b))
        case .isNotSame: return .boolean(try !isSame(a, b))
        case .equal, .notEqual:
            if case .tensor = a { return try elementwise(comparison, a, b) }
            if case .tensor = b { return try elementwise(comparison, a, b) }
            try checkNoType(a, b)
            return .boolean(try equal(a, b) == (comparison == .equal))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return try ordered(comparison, a, b)
        }
    }

    /// Whether two names stand for one object. Of values there is no saying so: those that are equal are the same.
    private static func isSame(_ a: Value, _ b: Value) throws -> Bool {
        try checkNoType(a, b)
        switch (a, b) {
        case (.object(let x), .object(let y)): return x === y
        case (.none, .none), (.boolean, .boolean), (.function, .function): return try equal(a, b)
        case (.number, .number), (.string, .string), (.list, .list), (.range, .list), (.list, .range), (.range, .range),
            (.record, .record), (.set, .set), (.tensor, .tensor):
            let isTensor = if case .tensor = a { true } else { false }
            throw Failure(
                "`is` asks whether two names stand for one object, and a \(a.kindName) is a value",
                help: isTensor ? "to compare all elements, write `equal(a, b)`" : "to compare, write `==`")
        default: return false
        }
    }

    /// Refuses `type(v) == int`: a type is a text here, which no function is equal to.
    private static func checkNoType(_ a: Value, _ b: Value) throws {
        switch (a, b) {
        case (.string(let kind), .function(let function)), (.function(let function), .string(let kind)):
            let types = ["int", "float", "str", "list", "bool", "set", "record", "tensor"]
            let kinds = ["number", "string", "list", "boolean", "set", "record", "tensor", "none"]
            if types.contains(function.name), kinds.contains(kind), case .builtin = function.body {
                throw Failure(
                    "`type(v)` is the name of its kind, such as \(quoted(kind)), and no type",
                    help: "write `isinstance(v, \(function.name))`")
            }
            if function.objectClass != nil {
                throw Failure(
                    "`type(v)` is the name of its class, such as \(quoted(function.name)), and no class",
                    help: "write `isinstance(v, \(function.name))`")
            }
            guard kind == "layer" || kind == "model" else { return }
            throw Failure(
                "`type(m)` is \(quoted(kind)) for all of them, and no class",
                help: function.libraryPath.map { "write `isinstance(m, \($0))`" }
                    ?? "the kind of a layer is `m.kind`: `m.kind == \"linear\"`")
        default: return
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
        case (.set(let x), .set(let y)):
            let isBelow = comparison == .less || comparison == .lessOrEqual
            let isWhole = comparison == .lessOrEqual || comparison == .greaterOrEqual
            return .boolean((isBelow ? x.isSubset(of: y) : y.isSubset(of: x)) && (isWhole || x.count != y.count))
        // Two lists by the first elements that differ, as in Python; columns element by element.
        case (.list, .list) where !a.isColumn && !b.isColumn:
            return try ordered(comparison, .integer(order(a, b)), .integer(0))
        case (.tensor, _), (_, .tensor), (.list, .number), (.number, .list), (.range, .number), (.number, .range),
            (.list, .list):
            return try elementwise(comparison, a, b)
        default:
            throw Failure(
                "`\(comparison.rawValue)` compares numbers, strings and tensors, not \(a.kindWithArticle) with \(b.kindWithArticle)",
                help: help(on: comparison.rawValue, a, b))
        }
    }

    private static func elementwise(_ comparison: ComparisonOperator, _ a: Value, _ b: Value) throws -> Value {
        guard case (let x?, let y?) = try Operands.pair(a, b, isCompared: true) else {
            if comparison == .equal { return .boolean(false) }
            if comparison == .notEqual { return .boolean(true) }
            throw Failure(
                "`\(comparison.rawValue)` cannot compare \(a.kindWithArticle) with \(b.kindWithArticle)",
                help: [a, b].compactMap(\.helpOnMissing))
        }
        let operation: BinaryOperation =
            switch comparison {
            case .equal, .isIn, .isNotIn, .isSame, .isNotSame: .equal
            case .notEqual: .notEqual
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .greater: .greater
            case .greaterOrEqual: .greaterOrEqual
            }
        // A plain number is compared at full precision in the tensor's own dtype where it fits.
        if case .number(let number) = b, case .tensor(let x) = a {
            return Value.tensor(try x.combined(operation, with: number)).unwrapped
        }
        if case .number(let number) = a, case .tensor(let y) = b {
            return Value.tensor(try y.combined(operation, with: number, numberOnLeft: true)).unwrapped
        }
        return Value.tensor(try Variable.combine(operation, x, y)).unwrapped
    }

    private static func contains(_ container: Value, _ element: Value) throws -> Bool {
        switch container {
        case .string(let text):
            guard case .string(let part) = element else {
                throw Failure("only a string can be `in` a string, not \(element.kindWithArticle)")
            }
            return try part.isEmpty || ByteSearch(part).isFound(in: text)
        case .record(let record):
            return RecordKey(element).map { record[$0] != nil } ?? false
        case .set(let set): return RecordKey(element).map(set.contains) ?? false
        case .tensor(let tensor):
            guard element.asNumber != nil || element.isBoolean else { return false }
            guard case .tensor(let hits) = try compare(.equal, .tensor(tensor), element) else {
                return try compare(.equal, .tensor(tensor), element).isTrue()
            }
            return try hits.value.reduced(.any).item() != 0
        case .object:
            let next = try container.makeIterator()
            while let value = try next() {
                if try equal(value, element) { return true }
            }
            return false
        case .list(let elements):
            if case .string = element { for value in elements { try checkNoType(element, value) } }
            return try elements.contains { try equal($0, element) }
        case .range(let range):
            // As in Python, true and false are 1 and 0.
            if case .boolean(let flag) = element { return range.index(of: flag ? 1 : 0) != nil }
            guard let number = element.asNumber else { return false }
            return range.index(of: number) != nil
        default: throw Failure("nothing can be `in` \(container.kindWithArticle)")
        }
    }
}

/// A number, a boolean or a whole value without axes: what arithmetic is done with one by one.
private struct SingleValue {
    let number: Double
    let whole: Int?
    let isInt64: Bool

    init?(_ value: Value) {
        switch value {
        case .number(let number): self.init(number)
        case .boolean(let flag): self.init(flag ? 1 : 0)
        case .tensor(let tensor) where tensor.rank == 0 && !tensor.dtype.isFloatingPoint:
            guard let whole = tensor.value.wholeItem else { return nil }
            self.init(number: Double(whole), whole: whole, isInt64: tensor.dtype == .int64)
        default: return nil
        }
    }

    init(_ number: Double) { self.init(number: number, whole: Int(exactly: number), isInt64: false) }

    private init(number: Double, whole: Int?, isInt64: Bool) {
        self.number = number
        self.whole = whole
        self.isInt64 = isInt64
    }
}
