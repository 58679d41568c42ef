import CSimd
import Glibc

/// A vector with the functions of recurrent layers and of attention.
protocol GateVector: KernelVector where Scalar: FractionElement {
    static func sigmoid(_ x: Self) -> Self
    static func tanh(_ x: Self) -> Self
    static func exp(_ x: Self) -> Self
    static func log(_ x: Scalar) -> Scalar
    /// The greatest element of a row that has any; NaN where one is.
    static func greatest(_ row: UnsafePointer<Scalar>, _ count: Int) -> Scalar
}

extension FloatVector: GateVector {
    @inline(__always) static func sigmoid(_ x: FloatVector) -> FloatVector { csimd_sigmoid(x) }
    @inline(__always) static func tanh(_ x: FloatVector) -> FloatVector { csimd_tanh(x) }
    @inline(__always) static func exp(_ x: FloatVector) -> FloatVector { csimd_exp(x) }
    @inline(__always) static func log(_ x: Float) -> Float { logf(x) }
    @inline(__always) static func greatest(_ row: UnsafePointer<Float>, _ count: Int) -> Float {
        Reducing.extreme(row, count, GreatestFloat.self)
    }
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

    static func log(_ x: Double) -> Double { Glibc.log(x) }

    static func greatest(_ row: UnsafePointer<Double>, _ count: Int) -> Double {
        Reducing.extreme(row, count, GreatestDouble.self)
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
