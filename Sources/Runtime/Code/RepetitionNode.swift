import Language
import TensorCore

/// `[0] * 3`, `3 * [none]`, `[[]] * n`: a list that is written out with one element is repeated, as in Python.
///
/// A list of numbers is otherwise taken as a tensor, so that `[1, 2, 3] * 2` doubles the numbers. With one element, what
/// is meant can be told by the text alone: nobody writes `[0]` for the number 0.
final class RepetitionNode: Node {
    let list: Node
    let count: Node
    let isListFirst: Bool

    /// Nil where neither side is such a list.
    init?(
        _ left: (syntax: Expression, node: Node), _ right: (syntax: Expression, node: Node),
        _ location: Diagnostic.Location
    ) {
        isListFirst = left.syntax.isRepeatedList
        guard isListFirst != right.syntax.isRepeatedList else { return nil }
        (list, count) = isListFirst ? (left.node, right.node) : (right.node, left.node)
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let first = try (isListFirst ? list : count).evaluate(frame)
        let second = try (isListFirst ? count : list).evaluate(frame)
        return try locating {
            let (list, count) = isListFirst ? (first, second) : (second, first)
            guard case .list(let elements) = list, let number = count.plainNumber else {
                return try Operators.binary(.multiply, first, second)
            }
            let repeated = Value.list(try Operators.repeated(elements, number))
            try frame.interpreter.nesting.count(repeated)
            return repeated
        }
    }
}

extension BinaryNode {
    /// `xs * 2` multiplies numbers here, and repeats a list in Python. Where the number is written as such, both are likely.
    func noteProduct(_ a: Value, _ b: Value, _ interpreter: Interpreter) throws {
        guard case .list(let elements) = a.isList ? a : b, !elements.isEmpty,
            elements.allSatisfy({ $0.isNumber || $0.isBoolean })
        else { return }
        let count = (a.isList ? b : a).shortText
        try interpreter.adviseOnce(
            "a list of numbers times \(count) multiplies each number; Python repeats the list: "
                + "`list(np.tile(xs, \(count)))` does. `array(xs) * \(count)` multiplies without this note")
    }
}

extension Node {
    /// Whether it is a whole number of at least 2 in the text, by which Python's programs repeat a list.
    var isWrittenCount: Bool {
        (self as? ConstantNode)?.value.asInteger.map { $0 >= 2 } ?? false
    }
}

extension Expression {
    /// Whether it is a list of one written element, or such a list repeated.
    fileprivate var isRepeatedList: Bool {
        switch kind {
        case .list(let elements): elements.count == 1
        case .binary(.multiply, let left, let right): left.isRepeatedList != right.isRepeatedList
        default: false
        }
    }
}

extension Value {
    /// A number, or a whole value without axes.
    fileprivate var plainNumber: Double? {
        switch self {
        case .number(let number): number
        case .tensor(let tensor) where tensor.rank == 0 && tensor.dtype == .int64: asNumber
        default: nil
        }
    }

    /// Whether it is a list that cannot stand for a tensor: one of strings, records, functions, ...
    var isListOfOthers: Bool {
        guard case .list(let elements) = self else { return false }
        return elements.isEmpty || contains(where: \.isNeverTensor)
    }
}

extension Operators {
    /// The elements of a list, so many times over; none of them for a count below 0.
    static func repeated(_ elements: [Value], _ count: Double) throws -> [Value] {
        guard let times = Int(exactly: count) else {
            throw Failure(
                "a list is repeated a whole number of times, not \(numberText(count)) times",
                help: "to multiply the numbers in it, make a tensor of it: `tensor([0.5]) * \(numberText(count))`")
        }
        let (length, overflow) = elements.count.multipliedReportingOverflow(by: max(times, 0))
        try ListLength.check(overflow ? .max : length)
        // Nothing is repeated at once, however often.
        guard !overflow, length > 0 else { return [] }
        var result: [Value] = []
        result.reserveCapacity(length)
        for _ in 0..<times { result += elements }
        return result
    }
}
