import CSimd

/// Which of two numbers is the extreme; a NaN always is.
protocol ExtremeOrder {
    associatedtype Value: FractionElement
    associatedtype Vector: KernelVector where Vector.Scalar == Value
    static func better(_ candidate: Value, _ best: Value) -> Value
    static func better(_ candidate: Vector, _ best: Vector) -> Vector
    /// The lanes in other places: that of lane i is `i ^ distance`.
    static func swapped(_ x: Vector, _ distance: Int32) -> Vector
    /// Whether a lane equals a value, or is NaN where that is.
    static func holds(_ x: Vector, _ value: Value) -> Bool
}

extension ExtremeOrder where Vector == FloatVector {
    @inline(__always)
    static func swapped(_ x: FloatVector, _ distance: Int32) -> FloatVector { csimd_swapped(x, distance) }
    @inline(__always)
    static func holds(_ x: FloatVector, _ value: Float) -> Bool { csimd_holds(x, value) }
}

extension ExtremeOrder where Vector == DoubleVector {
    @inline(__always)
    static func swapped(_ x: DoubleVector, _ distance: Int32) -> DoubleVector { csimd_swapped_double(x, distance) }
    @inline(__always)
    static func holds(_ x: DoubleVector, _ value: Double) -> Bool { csimd_holds_double(x, value) }
}

enum GreatestFloat: ExtremeOrder {
    @inline(__always)
    static func better(_ candidate: Float, _ best: Float) -> Float {
        candidate > best || candidate != candidate ? candidate : best
    }

    @inline(__always)
    static func better(_ candidate: FloatVector, _ best: FloatVector) -> FloatVector {
        csimd_greatest(candidate, best)
    }
}

enum LeastFloat: ExtremeOrder {
    @inline(__always)
    static func better(_ candidate: Float, _ best: Float) -> Float {
        candidate < best || candidate != candidate ? candidate : best
    }

    @inline(__always)
    static func better(_ candidate: FloatVector, _ best: FloatVector) -> FloatVector { csimd_least(candidate, best) }
}

enum GreatestDouble: ExtremeOrder {
    @inline(__always)
    static func better(_ candidate: Double, _ best: Double) -> Double {
        candidate > best || candidate != candidate ? candidate : best
    }

    @inline(__always)
    static func better(_ candidate: DoubleVector, _ best: DoubleVector) -> DoubleVector {
        csimd_greatest_double(candidate, best)
    }
}

enum LeastDouble: ExtremeOrder {
    @inline(__always)
    static func better(_ candidate: Double, _ best: Double) -> Double {
        candidate < best || candidate != candidate ? candidate : best
    }

    @inline(__always)
    static func better(_ candidate: DoubleVector, _ best: DoubleVector) -> DoubleVector {
        csimd_least_double(candidate, best)
    }
}
