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

    /// Stores the first `count` lanes, fewer than all, at `pointer`.
    @inline(__always)
    func store(_ pointer: UnsafeMutablePointer<Scalar>, count: Int) {
        let raw = UnsafeMutableRawPointer(pointer)
        if Self.self == FloatVector.self {
            csimd_store_part(
                unsafeBitCast(self, to: FloatVector.self), raw.assumingMemoryBound(to: Float.self), count)
        } else if Self.self == DoubleVector.self {
            csimd_store_part_double(
                unsafeBitCast(self, to: DoubleVector.self), raw.assumingMemoryBound(to: Double.self), count)
        } else {
            for lane in 0..<count { pointer[lane] = self[lane] }
        }
    }

    /// The first `count` elements at `pointer`, fewer than there are lanes; the other lanes are zero.
    @inline(__always)
    static func load(_ pointer: UnsafePointer<Scalar>, count: Int) -> Self where Scalar: ExpressibleByIntegerLiteral {
        let raw = UnsafeRawPointer(pointer)
        if Self.self == FloatVector.self {
            return unsafeBitCast(csimd_load_part(raw.assumingMemoryBound(to: Float.self), count), to: Self.self)
        }
        if Self.self == DoubleVector.self {
            return unsafeBitCast(csimd_load_part_double(raw.assumingMemoryBound(to: Double.self), count), to: Self.self)
        }
        var vector = Self(repeating: 0)
        for lane in 0..<count { vector[lane] = pointer[lane] }
        return vector
    }

    /// As many of `count` elements at `pointer` as fit; the lanes beyond them are zero.
    @inline(__always)
    static func load(upTo count: Int, _ pointer: UnsafePointer<Scalar>) -> Self
    where Scalar: ExpressibleByIntegerLiteral {
        count >= scalarCount ? load(pointer) : load(pointer, count: count)
    }

    /// Stores as many of the lanes as `count` has room for.
    @inline(__always)
    func store(upTo count: Int, _ pointer: UnsafeMutablePointer<Scalar>) {
        if count >= Self.scalarCount { store(pointer) } else { store(pointer, count: count) }
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
        if Self.self == SIMD16<Float>.self {
            return unsafeBitCast(csimd_sum16(unsafeBitCast(self, to: SIMD16<Float>.self)), to: Scalar.self)
        }
        if Self.self == SIMD8<Double>.self {
            return unsafeBitCast(csimd_sum_double8(unsafeBitCast(self, to: SIMD8<Double>.self)), to: Scalar.self)
        }
        return sum()
    }

    /// The first `count` lanes, with zero in the others; `self` where there are no more.
    @inline(__always)
    func keeping(first count: Int) -> Self {
        if count >= Self.scalarCount { return self }
        if Self.self == FloatVector.self {
            return unsafeBitCast(csimd_first(unsafeBitCast(self, to: FloatVector.self), count), to: Self.self)
        }
        if Self.self == DoubleVector.self {
            return unsafeBitCast(csimd_first_double(unsafeBitCast(self, to: DoubleVector.self), count), to: Self.self)
        }
        var first = self
        for lane in count..<Self.scalarCount { first[lane] = 0 }
        return first
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
