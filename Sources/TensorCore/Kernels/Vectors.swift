import CSimd

// The vectors of the CPU that the build is made for. Their width is decided in CSimd.h, which the build's `-march`
// reaches; Swift code follows it by these names.
typealias FloatVector = csimd_float
typealias DoubleVector = csimd_double
typealias IntVector = csimd_int

/// A vector that kernels are generic over; each is specialised for its own width.
package typealias KernelVector = SIMD & BitwiseCopyable

extension SIMD where Self: BitwiseCopyable {
    @inline(__always)
    static func load(_ pointer: UnsafePointer<Scalar>) -> Self {
        UnsafeRawPointer(pointer).loadUnaligned(as: Self.self)
    }

    @inline(__always)
    func store(_ pointer: UnsafeMutablePointer<Scalar>) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
    }

    /// Stores lanes `first ..< first + count` at `pointer`.
    @inline(__always)
    func store(_ pointer: UnsafeMutablePointer<Scalar>, first: Int = 0, count: Int) {
        for lane in 0..<count { pointer[lane] = self[first &+ lane] }
    }

    /// The first `count` elements at `pointer`; the other lanes are zero.
    @inline(__always)
    static func load(_ pointer: UnsafePointer<Scalar>, count: Int) -> Self where Scalar: ExpressibleByIntegerLiteral {
        var vector = Self(repeating: 0)
        for lane in 0..<count { vector[lane] = pointer[lane] }
        return vector
    }
}

extension SIMD where Scalar: FloatingPoint {
    /// Adds `a * b`: in one instruction where the CPU has it, never by a library call.
    @inline(__always)
    mutating func multiplyAdd(_ a: Self, _ b: Self) {
        if CSIMD_HAS_FMA != 0 { addProduct(a, b) } else { self += a * b }
    }
}

extension SIMD where Self: BitwiseCopyable, Scalar: BinaryFloatingPoint {
    /// The sum of the lanes by a tree, in place; `sum()` of vectors of this width is a call.
    ///
    /// The types are known where this is specialised for them, and one branch remains.
    @inline(__always)
    var laneSum: Scalar {
        if Self.self == FloatVector.self {
            return unsafeBitCast(csimd_sum(unsafeBitCast(self, to: FloatVector.self)), to: Scalar.self)
        }
        if Self.self == DoubleVector.self {
            return unsafeBitCast(csimd_sum_double(unsafeBitCast(self, to: DoubleVector.self)), to: Scalar.self)
        }
        return sum()
    }

    /// Zero for what is below; NaN stays. Comparisons of vectors of this width are loops over lanes.
    @inline(__always)
    var positivePart: Self {
        if Self.self == FloatVector.self {
            return unsafeBitCast(csimd_positive_part(unsafeBitCast(self, to: FloatVector.self)), to: Self.self)
        }
        if Self.self == DoubleVector.self {
            return unsafeBitCast(csimd_positive_part_double(unsafeBitCast(self, to: DoubleVector.self)), to: Self.self)
        }
        return replacing(with: Self(), where: self .< Self())
    }

    /// Itself where `other` is above zero, else zero.
    @inline(__always)
    func passing(where other: Self) -> Self {
        if Self.self == FloatVector.self {
            return unsafeBitCast(
                csimd_where_positive(
                    unsafeBitCast(other, to: FloatVector.self), unsafeBitCast(self, to: FloatVector.self)),
                to: Self.self)
        }
        if Self.self == DoubleVector.self {
            return unsafeBitCast(
                csimd_where_positive_double(
                    unsafeBitCast(other, to: DoubleVector.self), unsafeBitCast(self, to: DoubleVector.self)),
                to: Self.self)
        }
        return Self().replacing(with: self, where: other .> Self())
    }
}
