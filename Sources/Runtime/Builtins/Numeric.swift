import Glibc

/// C's functions of one number under names that do not hide behind methods.
enum Numeric {
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

    static func power(_ x: Double, _ y: Double) -> Double { Glibc.pow(x, y) }

    /// `x // y` as Python has it: the whole number below the exact quotient, which `(x / y).rounded(.down)` can miss.
    static func floorQuotient(_ x: Double, _ y: Double) -> Double {
        let rest = x.truncatingRemainder(dividingBy: y)
        let quotient = ((x - rest) / y).rounded()
        return rest != 0 && (rest < 0) != (y < 0) ? quotient - 1 : quotient
    }
}
