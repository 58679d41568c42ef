import Glibc

/// From the least to the greatest of some values. Both are finite, and their distance may be more than the
/// greatest number there is.
package struct ValueRange: Equatable {
    package var low: Double
    package var high: Double

    package init(_ low: Double, _ high: Double) {
        self.low = low
        self.high = high
    }

    /// The range of what is finite; nil if nothing is.
    init?(of values: some Sequence<Double>) {
        var low = Double.infinity
        var high = -Double.infinity
        for value in values.untilInterrupt where value.isFinite {
            low = min(low, value)
            high = max(high, value)
        }
        guard low <= high else { return nil }
        self.init(low, high)
    }

    /// With some room around a single value, so that it has a place in the middle.
    func widenedIfEmpty() -> ValueRange {
        guard low == high else { return self }
        let limit = Double.greatestFiniteMagnitude
        let margin = low == 0 ? 1 : abs(low) * 0.1
        let widened = ValueRange(max(low - margin, -limit), min(high + margin, limit))
        return widened.low < widened.high ? widened : ValueRange(low - 1, high + 1)
    }

    /// 0 at the low end, 1 at the high end.
    func fraction(of value: Double) -> Double {
        (value / 2 - low / 2) / (high / 2 - low / 2)
    }

    /// Where a value stands among shades: in the middle if all are the same, at an end if it lies beyond.
    func shadeFraction(of value: Double) -> Double { low == high ? 0.5 : min(max(fraction(of: value), 0), 1) }

    func value(at fraction: Double) -> Double {
        low * (1 - fraction) + high * fraction
    }
}

/// An axis with its range and the places that are marked on it.
package struct Scale {
    package let range: ValueRange
    let isLogarithmic: Bool
    package let ticks: [(value: Double, label: String)]

    /// A scale for the values that the axis holds, nil where there are none; `isRoomy` widens the range to the outer
    /// ticks, except at ends that the axis gives.
    package init?(values: some Sequence<Double>, axis: Axis = Axis(), tickCount: Int, isRoomy: Bool) {
        let isLogarithmic = axis.isLogarithmic
        self.isLogarithmic = isLogarithmic
        func placed(_ value: Double) -> Double { isLogarithmic ? log10(value) : value }
        let ends = [axis.low, axis.high].compactMap { $0 }.filter(axis.holds)
        let marked = ends.count == 2 ? [] : (axis.ticks ?? []).map(\.value).filter(axis.holds)
        let usable = (ends.count == 2 ? [] : values.filter(axis.holds)) + ends + marked
        guard let found = ValueRange(of: usable.lazy.map(placed)) else { return nil }
        var ticks: [(value: Double, label: String)]
        var range = found.widenedIfEmpty()
        if isLogarithmic {
            (ticks, range) = Scale.logarithmicTicks(range, count: tickCount, isRoomy: isRoomy)
        } else {
            // Nothing lies between two epochs or two counts.
            let isWhole = usable.allSatisfy { $0 == $0.rounded() }
            (ticks, range) = Scale.linearTicks(range, count: tickCount, leastStep: isWhole ? 1 : 0, isRoomy: isRoomy)
        }
        if found.low < found.high {
            range = ValueRange(
                axis.low.flatMap { axis.holds($0) ? placed($0) : nil } ?? range.low,
                axis.high.flatMap { axis.holds($0) ? placed($0) : nil } ?? range.high)
        }
        self.range = range
        if let given = axis.ticks {
            ticks = given.filter { axis.holds($0.value) }
                .map { ($0.value, $0.label ?? NumberLabel.short($0.value, digits: 4)) }
        }
        self.ticks = ticks.filter { tick in
            let part = range.fraction(of: placed(tick.value))
            return part > -1e-9 && part < 1 + 1e-9
        }
    }

    /// From 0 to 1 along the axis, less or more beyond its ends; nil where the value has no place.
    package func position(of value: Double) -> Double? {
        guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
        let position = range.fraction(of: isLogarithmic ? log10(value) : value)
        return position.isFinite ? position : nil
    }

    /// The value at a place along the axis.
    func value(at position: Double) -> Double {
        let value = range.value(at: position)
        return isLogarithmic ? pow(10, value) : value
    }

    /// Multiples of 1, 2 or 5 times a power of ten, at most about `count` of them.
    private static func linearTicks(
        _ range: ValueRange, count: Int, leastStep: Double, isRoomy: Bool
    ) -> ([(value: Double, label: String)], ValueRange) {
        // Halves, so that the distance between the largest numbers stays finite.
        let halfSpan = range.high / 2 - range.low / 2
        let step = max(niceStep(halfSpan / Double(max(count - 1, 1)) * 2), leastStep)
        guard step.isFinite, step > 0, (range.low / step).magnitude < 1e13, (range.high / step).magnitude < 1e13 else {
            // Neighbouring numbers have nothing round between them.
            return ([(range.low, "\(range.low)"), (range.high, "\(range.high)")], range)
        }
        let slack = 1e-9
        var first = (range.low / step - slack).rounded(.up)
        var last = (range.high / step + slack).rounded(.down)
        var outer = range
        if isRoomy, ((range.low / step).rounded(.down) * step).isFinite,
            ((range.high / step).rounded(.up) * step).isFinite
        {
            first = (range.low / step + slack).rounded(.down)
            last = (range.high / step - slack).rounded(.up)
            outer = ValueRange(min(first * step, range.low), max(last * step, range.high))
        }
        guard first <= last else { return ([], range) }
        let largest = max(abs(first * step), abs(last * step))
        let decimals = max(0, Int(-Glibc.floor(log10(step) + 1e-9)))
        let ticks = Swift.stride(from: first, through: last, by: 1).map { index in
            let value = index * step
            if largest >= 1e6 || decimals > 5 {
                let digits = max(1, Int(Glibc.floor(log10(largest)) - Glibc.floor(log10(step) + 1e-9)) + 1)
                return (value, value == 0 ? "0" : NumberLabel.scientific(value, digits: min(digits, 15)))
            }
            return (value, NumberLabel.fixed(value, decimals: decimals))
        }
        return (ticks, outer)
    }

    private static func niceStep(_ raw: Double) -> Double {
        guard raw > 0, raw.isFinite else { return .nan }
        let power = pow(10, Glibc.floor(log10(raw)))
        let fraction = raw / power
        for factor in [1.0, 2, 5] where fraction <= factor * (1 + 1e-9) { return factor * power }
        return 10 * power
    }

    /// Powers of ten, with 2 and 5 times them where few powers lie in the range. The range is in decades.
    private static func logarithmicTicks(
        _ range: ValueRange, count: Int, isRoomy: Bool
    ) -> ([(value: Double, label: String)], ValueRange) {
        let low = (range.low + (isRoomy ? 1e-9 : -1e-9)).rounded(isRoomy ? .down : .up)
        let high = (range.high - (isRoomy ? 1e-9 : -1e-9)).rounded(isRoomy ? .up : .down)
        var exponents: [Double] = []
        let span = range.high - range.low
        if span <= 2 {
            let first = Glibc.floor(range.low)
            let last = Glibc.ceil(range.high)
            for decade in Swift.stride(from: first, through: last, by: 1) {
                exponents += [1.0, 2, 5].map { decade + log10($0) }
            }
            exponents.removeAll { $0 < range.low - 1e-9 || $0 > range.high + 1e-9 }
            // Less than an octave: the ends.
            if exponents.count < 2 { exponents = [range.low, range.high] }
            return (exponents.map(logarithmicTick), range)
        }
        let step = max(1, ((high - low) / Double(max(count - 1, 1))).rounded(.up))
        exponents = Swift.stride(from: low, through: high, by: step).map { $0 }
        let outer = isRoomy ? ValueRange(min(low, range.low), max(high, range.high)) : range
        return (exponents.map(logarithmicTick), outer)
    }

    private static func logarithmicTick(_ exponent: Double) -> (value: Double, label: String) {
        let value = pow(10, exponent)
        // Four digits name a power of ten, and 2 and 5 times one, exactly.
        let label =
            exponent >= -4 && exponent < 6
            ? NumberLabel.short(value, digits: 4) : NumberLabel.scientific(value, digits: 4)
        return (value, label)
    }
}
