import TensorCore

/// `range(start, stop, step)`: numbers in even steps that are never made all at once; a list to the user.
///
/// A class, so that a `Value` takes two words.
package final class NumberRange: Sendable {
    private let start: Double
    private let step: Double
    /// Which multiples of the step these are. A slice of a range has the very numbers of the range.
    private let first: Int
    private let stride: Int
    package let count: Int

    private init(start: Double, step: Double, first: Int, stride: Int, count: Int) {
        self.start = start
        self.step = step
        self.first = first
        self.stride = stride
        self.count = count
    }

    package convenience init(start: Double, step: Double, count: Int) {
        self.init(start: start, step: step, first: 0, stride: 1, count: count)
    }

    /// The numbers 0, 1, 2, ...
    package convenience init(count: Int) { self.init(start: 0, step: 1, count: count) }

    package subscript(index: Int) -> Double { start + Double(first + index * stride) * step }

    /// The numbers at the positions of a slice, in constant time.
    package subscript(bounds: SliceBounds) -> NumberRange {
        // A single position has no next one: its step plays no part, and may be as large as numbers get.
        let stride = bounds.count > 1 ? stride * bounds.step : 1
        return NumberRange(
            start: start, step: step, first: first + bounds.first * self.stride, stride: stride, count: bounds.count)
    }

    package var reversed: NumberRange { self[SliceBounds(first: max(count - 1, 0), step: -1, count: count)] }

    /// The position of a number; nil where it is none of these.
    package func index(of number: Double) -> Int? {
        guard count > 0, number.isFinite else { return nil }
        let estimate = (((number - start) / step - Double(first)) / Double(stride)).rounded()
        guard estimate > -2, estimate < Double(count) + 1 else { return nil }
        // Steps that are not whole numbers are rounded: the estimate may be one off.
        return (Int(estimate) - 1...Int(estimate) + 1).first { (0..<count).contains($0) && self[$0] == number }
    }

    private var sum: Double {
        let ends = self[0] + self[count - 1]
        return count.isMultiple(of: 2) ? Double(count / 2) * ends : Double(count) * (ends / 2)
    }

    /// Fewer numbers are added one by one, with all their roundings.
    private static let mostAdded = 1000

    private var mean: Double { self[0] / 2 + self[count - 1] / 2 }

    /// The mean square of the distances from the mean, of numbers in even steps: d**2 * (n**2 - 1) / 12.
    private var spread: Double {
        let step = self[count > 1 ? 1 : 0] - self[0]
        let n = Double(count)
        return step * step * ((n - 1) * (n + 1) / 12)
    }

    /// Their variance, in constant time; nil where they are better added one by one.
    package func variance(correction: Int) -> Double? {
        let n = Double(count)
        guard count > Self.mostAdded, n - Double(correction) > 0 else { return nil }
        return spread * (n / (n - Double(correction)))
    }

    /// The first of them in order of size, with their positions; nil where they are better sorted one by one.
    package func extremes(_ k: Int, largest: Bool) -> (values: NumberRange, positions: NumberRange)? {
        guard count > Self.mostAdded, k <= count, isWhole else { return nil }
        let isFromStart = largest == (self[0] > self[count - 1])
        let bounds =
            isFromStart
            ? SliceBounds(first: 0, step: 1, count: k) : SliceBounds(first: count - 1, step: -1, count: k)
        return (self[bounds], NumberRange(count: count)[bounds])
    }

    /// What a reduction of that name gives, in constant time; nil where that is not known here.
    package func figure(_ name: String) -> Double? {
        guard count > 0 else { return name == "sum" || name == "any" ? 0 : name == "all" ? 1 : nil }
        let isRising = self[0] <= self[count - 1]
        return switch name {
        case "sum": sum
        case "mean": mean
        case "any": self[0] != 0 || self[count - 1] != 0 ? 1 : 0
        case "all": index(of: 0) == nil ? 1 : 0
        case "norm" where count > Self.mostAdded: (Double(count) * (mean * mean + spread)).squareRoot()
        case "max": isRising ? self[count - 1] : self[0]
        case "min": isRising ? self[0] : self[count - 1]
        case "argmax": Double(isRising ? firstOfLast : 0)
        case "argmin": Double(isRising ? 0 : firstOfLast)
        default: nil
        }
    }

    /// The first position of the last number: small steps between large numbers are rounded away.
    private var firstOfLast: Int {
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] == self[count - 1] { high = middle } else { low = middle + 1 }
        }
        return low
    }

    static func == (a: NumberRange, b: NumberRange) -> Bool {
        guard a.count == b.count, a.count > 0 else { return a.count == b.count }
        if a.count <= 2 { return (0..<a.count).allSatisfy { a[$0] == b[$0] } }
        // Of whole numbers the first two tell all others; fractions are rounded one by one.
        if a[0] == b[0], a[1] == b[1], a.isWhole, b.isWhole { return true }
        guard a[0] == b[0], a[a.count - 1] == b[b.count - 1] else { return false }
        if a.start == b.start, a.step == b.step, a.first == b.first, a.stride == b.stride { return true }
        return (0..<a.count).allSatisfy { a[$0] == b[$0] && !Interrupt.isRequested }
    }

    /// Whether no number of these is rounded.
    private var isWhole: Bool {
        let limit = 0x1p53
        return start == start.rounded() && step == step.rounded() && self[0].magnitude < limit
            && self[count - 1].magnitude < limit
    }

    /// - Throws: `Failure` for more numbers than a list can have.
    package func elements() throws -> [Value] {
        try ListLength.check(count)
        return (0..<count).map { .number(self[$0]) }
    }
}

extension Call {
    /// What a reduction of all of `x` gives, where that is a range.
    func rangeFigure(_ name: String) -> Double? {
        wholeRange?.figure(name)
    }

    /// The range whose numbers are reduced to one.
    var wholeRange: NumberRange? {
        guard case .range(let range) = value("x"), hasOnlyAxis, case .boolean(false) = value("keepdims") else {
            return nil
        }
        return range
    }

    /// Whether `axis` is left out or the one that a list of numbers has.
    var hasOnlyAxis: Bool {
        guard has("axis") else { return true }
        let axis = value("axis").asInteger
        return axis == 0 || axis == -1
    }
}
