import CSimd
import Glibc

extension Combining.Run {
    @inline(__always)
    func each<Value, Result>(_ function: (Value, Value) -> Result) {
        let a = a.assumingMemoryBound(to: Value.self)
        let b = b.assumingMemoryBound(to: Value.self)
        let result = result.assumingMemoryBound(to: Result.self)
        for i in 0..<count { result[i] = function(a[i], b[i]) }
    }

    @inline(__always)
    func vectors(_ function: (FloatVector, FloatVector) -> FloatVector) {
        let a = a.assumingMemoryBound(to: Float.self)
        let b = b.assumingMemoryBound(to: Float.self)
        let result = result.assumingMemoryBound(to: Float.self)
        var i = 0
        while i < count {
            let rest = count &- i
            function(.load(upTo: rest, a + i), .load(upTo: rest, b + i)).store(upTo: rest, result + i)
            i &+= FloatVector.scalarCount
        }
    }

    /// The same for a function of quotients, which leaves those that are hard to another.
    @inline(__always)
    func quotients(
        _ function: (FloatVector, FloatVector) -> FloatVector, hard: (Float, Float) -> Float
    ) {
        vectors { a, b in
            var result = function(a, b)
            let isHard = csimd_is_hard_quotient(a, b)
            if csimd_any(isHard) {
                for lane in 0..<FloatVector.scalarCount where isHard[lane] != 0 {
                    result[lane] = hard(a[lane], b[lane])
                }
            }
            return result
        }
    }
}

/// An element that has a fraction.
protocol FractionElement: Element, BinaryFloatingPoint {
    /// As Python's `%`.
    static func floorRemainder(_ run: Combining.Run)
    /// As Python's `//`.
    static func floorDivide(_ run: Combining.Run)
    static func power(_ run: Combining.Run)
    /// The angle of the point with the second operand as x and the first as y, as in C.
    static func arcTangent(_ run: Combining.Run)
    static func truncatingRemainder(_ a: Self, _ b: Self) -> Self
}

extension Float: FractionElement {
    static func floorRemainder(_ run: Combining.Run) {
        run.quotients({ csimd_floor_remainder($0, $1) }, hard: { $0.floorRemainder(by: $1) })
    }

    static func floorDivide(_ run: Combining.Run) {
        run.quotients({ csimd_floor_quotient($0, $1) }, hard: { $0.floorDivided(by: $1) })
    }

    static func power(_ run: Combining.Run) { run.vectors { csimd_power($0, $1) } }
    static func arcTangent(_ run: Combining.Run) { run.vectors { csimd_atan2($0, $1) } }

    @inline(__always) static func truncatingRemainder(_ a: Float, _ b: Float) -> Float { fmodf(a, b) }
}

extension Double: FractionElement {
    static func floorRemainder(_ run: Combining.Run) { run.each { (a: Double, b: Double) in a.floorRemainder(by: b) } }
    static func floorDivide(_ run: Combining.Run) { run.each { (a: Double, b: Double) in a.floorDivided(by: b) } }
    static func power(_ run: Combining.Run) { run.each { (a: Double, b: Double) in pow(a, b) } }
    static func arcTangent(_ run: Combining.Run) { run.each { (a: Double, b: Double) in atan2(a, b) } }
    @inline(__always) static func truncatingRemainder(_ a: Double, _ b: Double) -> Double { fmod(a, b) }
}

extension FractionElement {
    /// As Python's `%`: the result has the divisor's sign.
    @inline(__always)
    fileprivate func floorRemainder(by divisor: Self) -> Self {
        let remainder = Self.truncatingRemainder(self, divisor)
        if remainder == 0 { return Self(signOf: divisor, magnitudeOf: remainder) }
        return (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder
    }

    /// As Python's `//`, from the remainder, so that both agree.
    @inline(__always)
    fileprivate func floorDivided(by divisor: Self) -> Self {
        if divisor == 0 { return self / divisor }
        let remainder = Self.truncatingRemainder(self, divisor)
        var quotient = (self - remainder) / divisor
        if remainder != 0 && (remainder < 0) != (divisor < 0) { quotient -= 1 }
        if quotient == 0 { return Self(signOf: self / divisor, magnitudeOf: 0) }
        let floor = quotient.rounded(.down)
        return quotient - floor > 0.5 ? floor + 1 : floor
    }
}
