import CSimd
import Glibc

/// Elementary functions over vectors and arrays of numbers.
///
/// Single precision is by polynomials, the same operations for every lane, so a result does not depend on where in an
/// array it stands; errors, against the exact result, are below the stated units in the last place. Double precision is
/// the C library's. Infinities and NaN give what the C library gives.
///
/// - Source: S. Moshier's Cephes library (exp, log, tanh, sin, cos); N. Juffa's approximation of erf.
enum VectorMath {
    /// `e^x`; 2 ulp.
    @inline(__always)
    static func exp(_ x: FloatVector) -> FloatVector {
        // Beyond these the result is infinite, or zero.
        var x = x.replacing(with: 89, where: x .> 89)
        x.replace(with: -104, where: x .< -104)
        // Adding 1.5 * 2^23 rounds to a whole number, which stands in the lowest bits.
        let magic = FloatVector(repeating: 12_582_912)
        var shifted = magic
        shifted.multiplyAdd(x, FloatVector(repeating: 1.442_695_04))
        let whole = bits(shifted) &- bits(magic)
        let n = shifted - magic
        var r = x
        r.multiplyAdd(n, FloatVector(repeating: -0.693_359_375))
        r.multiplyAdd(n, FloatVector(repeating: 2.121_944_4e-4))
        let p = FloatVector(repeating: 1.987_569_15e-4).then(r, 1.398_199_95e-3).then(r, 8.333_451_9e-3).then(
            r, 4.166_579_6e-2
        )
        .then(r, 1.666_666_55e-1).then(r, 5.000_000_12e-1)
        var y = r
        y.multiplyAdd(p, r * r)
        y += 1
        // In two steps, because the power of two may lie outside the normal numbers where the result does not.
        let half = whole &>> 1
        return y * powerOfTwo(half) * powerOfTwo(whole &- half)
    }

    /// The natural logarithm; 2 ulp.
    @inline(__always)
    static func log(_ x: FloatVector) -> FloatVector {
        let isSmall = x .< FloatVector(repeating: Float.leastNormalMagnitude)
        let scaled = x.replacing(with: x * 33_554_432, where: isSmall)
        let xBits = bits(scaled)
        // The mantissa between the roots of 1/2 and 2.
        let offset = xBits &- IntVector(repeating: 0x3f35_04f3)
        let exponent = offset &>> 23
        let m = floats(xBits &- (exponent &<< 23))
        var e = toFloat(exponent)
        e = e.replacing(with: e - 25, where: isSmall)
        let r = m - 1
        let z = r * r
        let p = FloatVector(repeating: 7.037_683_63e-2).then(r, -1.151_461_03e-1).then(r, 1.167_699_87e-1).then(
            r, -1.242_014_08e-1
        ).then(r, 1.424_932_28e-1).then(r, -1.666_805_77e-1).then(r, 2.000_071_48e-1).then(r, -2.499_999_4e-1).then(
            r, 3.333_333_12e-1)
        var y = p * r * z
        y.multiplyAdd(e, FloatVector(repeating: -2.121_944_4e-4))
        y.multiplyAdd(z, FloatVector(repeating: -0.5))
        y += r
        y.multiplyAdd(e, FloatVector(repeating: 0.693_359_375))
        y.replace(with: -.infinity, where: x .== 0)
        y.replace(with: .infinity, where: x .== .infinity)
        return y.replacing(with: .nan, where: .!(x .>= 0))
    }

    /// The hyperbolic tangent; 2 ulp.
    @inline(__always)
    static func tanh(_ x: FloatVector) -> FloatVector {
        let a = magnitude(x)
        let z = x * x
        let p = FloatVector(repeating: -5.704_988_73e-3).then(z, 2.063_908_88e-2).then(z, -5.373_971_56e-2).then(
            z, 1.333_144_22e-1
        ).then(z, -3.333_328_19e-1)
        var small = x
        small.multiplyAdd(p, z * x)
        let large = 1 - 2 / (exp(a + a) + 1)
        return small.replacing(with: withSign(large, of: x), where: a .> 0.625)
    }

    /// `1 / (1 + e^-x)`; 3 ulp.
    @inline(__always)
    static func sigmoid(_ x: FloatVector) -> FloatVector { 1 / (1 + exp(-x)) }

    /// The error function; 2 ulp.
    @inline(__always)
    static func erf(_ x: FloatVector) -> FloatVector {
        let a = magnitude(x)
        let s = x * x
        var large = FloatVector(repeating: -1.728_534_7e-5).then(a, 3.831_971_26e-4).then(a, -3.883_964_38e-3).then(
            a, 2.425_462_19e-2
        ).then(a, -1.067_778_77e-1).then(a, -6.348_466_87e-1).then(a, -1.287_175_12e-1)
        large = 1 - exp(large * a - a)
        let p = FloatVector(repeating: -5.967_617_03e-4).then(s, 4.991_194_23e-3).then(s, -2.676_813_49e-2).then(
            s, 1.128_199_25e-1
        ).then(s, -3.761_253_36e-1).then(s, 1.283_791_66e-1)
        var small = x
        small.multiplyAdd(p, x)
        // Past 4 the polynomial's argument only grows, and the result is 1.
        large = large.replacing(with: 1, where: a .> 4)
        return small.replacing(with: withSign(large, of: x), where: a .> 0.927_734_375)
    }

    /// `x * (1 + erf(x / sqrt 2)) / 2`.
    @inline(__always)
    static func gelu(_ x: FloatVector) -> FloatVector {
        0.5 * x * (1 + erf(x * 0.707_106_781))
    }

    /// The derivative of `gelu`: `P(x) + x * p(x)` with the normal distribution's P and p.
    @inline(__always)
    static func geluSlope(_ x: FloatVector) -> FloatVector {
        let cumulative = (erf(x * Float(0.5).squareRoot()) + 1) * 0.5
        let density = exp(x * x * -0.5) * Float(1 / (2 * Double.pi).squareRoot())
        return cumulative + x * density
    }

    /// The cosine and the sine of `turns` full turns, for 0 ... 1; absolute error below 1e-7.
    @inline(__always)
    static func cosineAndSine(turns: FloatVector) -> (cosine: FloatVector, sine: FloatVector) {
        let magic = FloatVector(repeating: 12_582_912)
        let shifted = turns * 4 + magic
        let quarter = bits(shifted) &- bits(magic)
        let angle = (turns * 4 - (shifted - magic)) * 1.570_796_33
        let z = angle * angle
        var sine = angle
        sine.multiplyAdd(
            FloatVector(repeating: -1.951_529_59e-4).then(z, 8.332_160_87e-3).then(z, -1.666_665_46e-1), z * angle)
        var cosine = 1 - 0.5 * z
        cosine.multiplyAdd(
            FloatVector(repeating: 2.443_315_71e-5).then(z, -1.388_731_63e-3).then(z, 4.166_664_57e-2), z * z)
        let isOdd = (quarter & 1) .== 1
        let c = cosine.replacing(with: sine, where: isOdd)
        let s = sine.replacing(with: cosine, where: isOdd)
        // cos turns negative in quarters 1 and 2, sin in 2 and 3.
        let cosineSign = ((quarter &+ 1) & 2) &<< 30
        let sineSign = (quarter & 2) &<< 30
        return (floats(bits(c) ^ cosineSign), floats(bits(s) ^ sineSign))
    }

    // MARK: - Parts

    @inline(__always)
    static func bits(_ x: FloatVector) -> IntVector { unsafeBitCast(x, to: IntVector.self) }

    @inline(__always)
    static func floats(_ x: IntVector) -> FloatVector { unsafeBitCast(x, to: FloatVector.self) }

    @inline(__always)
    static func magnitude(_ x: FloatVector) -> FloatVector {
        floats(bits(x) & IntVector(repeating: 0x7fff_ffff))
    }

    @inline(__always)
    private static func withSign(_ x: FloatVector, of y: FloatVector) -> FloatVector {
        floats(bits(x) | (bits(y) & IntVector(repeating: Int32.min)))
    }

    /// `2^n` for -126 ... 127.
    @inline(__always)
    private static func powerOfTwo(_ n: IntVector) -> FloatVector {
        floats((n &+ 127) &<< 23)
    }

    /// Whole numbers of less than 23 bits, exactly.
    @inline(__always)
    private static func toFloat(_ n: IntVector) -> FloatVector {
        let magic = FloatVector(repeating: 12_582_912)
        return floats(n &+ bits(magic)) - magic
    }
}

extension FloatVector {
    /// A step of Horner's scheme: `self * x + coefficient`.
    @inline(__always)
    fileprivate func then(_ x: FloatVector, _ coefficient: Float) -> FloatVector {
        var next = FloatVector(repeating: coefficient)
        next.multiplyAdd(self, x)
        return next
    }
}
