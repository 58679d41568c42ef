import Glibc

/// A vector with the functions of recurrent layers and of attention.
protocol GateVector: KernelVector where Scalar: BinaryFloatingPoint {
    static func sigmoid(_ x: Self) -> Self
    static func tanh(_ x: Self) -> Self
    static func exp(_ x: Self) -> Self
}

extension FloatVector: GateVector {
    @inline(__always) static func sigmoid(_ x: FloatVector) -> FloatVector { VectorMath.sigmoid(x) }
    @inline(__always) static func tanh(_ x: FloatVector) -> FloatVector { VectorMath.tanh(x) }
    @inline(__always) static func exp(_ x: FloatVector) -> FloatVector { VectorMath.exp(x) }
}

extension DoubleVector: GateVector {
    static func sigmoid(_ x: DoubleVector) -> DoubleVector {
        var y = x
        for lane in 0..<DoubleVector.scalarCount { y[lane] = 1 / (1 + Glibc.exp(-x[lane])) }
        return y
    }

    static func tanh(_ x: DoubleVector) -> DoubleVector {
        var y = x
        for lane in 0..<DoubleVector.scalarCount { y[lane] = Glibc.tanh(x[lane]) }
        return y
    }

    static func exp(_ x: DoubleVector) -> DoubleVector {
        var y = x
        for lane in 0..<DoubleVector.scalarCount { y[lane] = Glibc.exp(x[lane]) }
        return y
    }
}

extension SIMD where Self: BitwiseCopyable, Scalar: ExpressibleByIntegerLiteral {
    /// The elements from `pointer` on of which `count` are there, the most that fit.
    @inline(__always)
    static func load(upTo count: Int, _ pointer: UnsafePointer<Scalar>) -> Self {
        count >= scalarCount ? load(pointer) : load(pointer, count: count)
    }

    @inline(__always)
    func store(upTo count: Int, _ pointer: UnsafeMutablePointer<Scalar>) {
        if count >= Self.scalarCount { store(pointer) } else { store(pointer, count: count) }
    }
}
