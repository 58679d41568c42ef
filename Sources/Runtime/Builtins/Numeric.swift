import Glibc
import TensorCore

/// C's functions of one number under names that do not hide behind methods.
enum Numeric {
    /// The number unless it is as large as those among which whole numbers are missing.
    @inline(__always)
    static func short(_ x: Double) -> Double? { x.magnitude < 0x1p53 ? x : nil }

    static func exp(_ x: Double) -> Double { Glibc.exp(x) }
    /// `x % y` with the divisor's sign, of whole numbers that 53 bits hold: the general way takes ten times as long.
    @inline(__always)
    static func wholeRemainder(_ x: Double, _ y: Double) -> Double? {
        let limit = 9_007_199_254_740_992.0
        guard x.magnitude < limit, y.magnitude < limit, y != 0 else { return nil }
        let (a, b) = (Int64(x), Int64(y))
        guard Double(a) == x, Double(b) == y else { return nil }
        let rest = a % b
        return Double(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest)
    }

    /// The nearest number with so many decimals, halves to even.
    ///
    /// Exact as Python's `round`: 2.675, which is a little less, gives 2.67, where scaling by 100 would give 2.68.
    static func rounded(_ x: Double, digits: Int) -> Double {
        let whole = x.rounded(.toNearestOrEven)
        if digits == 0 { return whole }
        guard x.isFinite else { return x }
        // No number has more than 1074 decimals.
        if digits > 0 { return whole == x || digits > 1074 ? x : Double(fixedText(x, digits: digits)) ?? x }
        let scale = power(10, Double(digits.magnitude))
        let result = (x / scale).rounded(.toNearestOrEven) * scale
        return result.isFinite ? result : scale.isFinite ? x : 0
    }

    static func power(_ x: Double, _ y: Double) -> Double { Glibc.pow(x, y) }

    /// `x // y` as Python has it: the whole number below the exact quotient, which `(x / y).rounded(.down)` can miss.
    static func floorQuotient(_ x: Double, _ y: Double) -> Double {
        let rest = x.truncatingRemainder(dividingBy: y)
        let quotient = ((x - rest) / y).rounded()
        return rest != 0 && (rest < 0) != (y < 0) ? quotient - 1 : quotient
    }
}
