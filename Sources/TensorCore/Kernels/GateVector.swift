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

/// How a loop over the units of a row reads and writes: by whole vectors, and at last what is left of one.
protocol LaneAccess<V> {
    associatedtype V: GateVector
    func load(_ pointer: UnsafePointer<V.Scalar>) -> V
    func store(_ x: V, _ pointer: UnsafeMutablePointer<V.Scalar>)
}

struct WholeVectors<V: GateVector>: LaneAccess {
    @inline(__always) func load(_ pointer: UnsafePointer<V.Scalar>) -> V { .load(pointer) }
    @inline(__always) func store(_ x: V, _ pointer: UnsafeMutablePointer<V.Scalar>) { x.store(pointer) }
}

struct PartOfVector<V: GateVector>: LaneAccess {
    let count: Int
    func load(_ pointer: UnsafePointer<V.Scalar>) -> V { .load(pointer, count: count) }
    func store(_ x: V, _ pointer: UnsafeMutablePointer<V.Scalar>) { x.store(pointer, count: count) }
}
