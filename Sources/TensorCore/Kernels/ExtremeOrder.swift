import CSimd

/// Which of two numbers is the extreme; a NaN always is.
protocol ExtremeOrder {
    associatedtype Value: FractionElement
    associatedtype Vector: KernelVector where Vector.Scalar == Value
    static func better(_ candidate: Value, _ best: Value) -> Value
    static func better(_ candidate: Vector, _ best: Vector) -> Vector
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
