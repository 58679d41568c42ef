import CSimd
import Glibc

extension VectorMath {
    /// The functions that are made for whole arrays.
    enum Function {
        case exp, log, tanh, sigmoid, erf, gelu, sqrt
    }

    /// Elements that a chunk covers; arrays that are not larger stay on the calling thread.
    private static var grain: Int { 16384 }

    /// Writes the function of each of `count` numbers at `x` to `y`, which may be `x`.
    static func map(_ function: Function, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
        Threads.parallelFor((count + grain - 1) / grain) { chunk in
            let start = chunk * grain
            let (x, y, count) = (x + start, y + start, min(grain, count - start))
            switch function {
            case .exp: each(x, y, count) { exp($0) }
            case .log: each(x, y, count) { log($0) }
            case .tanh: each(x, y, count) { tanh($0) }
            case .sigmoid: each(x, y, count) { sigmoid($0) }
            case .erf: each(x, y, count) { erf($0) }
            case .gelu: each(x, y, count) { gelu($0) }
            case .sqrt: each(x, y, count) { csimd_sqrt($0) }
            }
        }
    }

    /// The same in double precision, by the C library.
    static func map(_ function: Function, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int) {
        Threads.parallelFor((count + grain - 1) / grain) { chunk in
            let start = chunk * grain
            let (x, y, count) = (x + start, y + start, min(grain, count - start))
            switch function {
            case .exp: each(x, y, count) { Glibc.exp($0) }
            case .log: each(x, y, count) { Glibc.log($0) }
            case .tanh: each(x, y, count) { Glibc.tanh($0) }
            case .sigmoid: each(x, y, count) { 1 / (1 + Glibc.exp(-$0)) }
            case .erf: each(x, y, count) { Glibc.erf($0) }
            case .gelu: each(x, y, count) { 0.5 * $0 * (1 + Glibc.erf($0 * 0.5.squareRoot())) }
            case .sqrt: each(x, y, count) { $0.squareRoot() }
            }
        }
    }

    @inline(__always)
    private static func each(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int,
        _ function: (FloatVector) -> FloatVector
    ) {
        let lanes = FloatVector.scalarCount
        var i = 0
        while i &+ lanes <= count {
            function(FloatVector.load(x + i)).store(y + i)
            i &+= lanes
        }
        if i < count { function(FloatVector.load(x + i, count: count &- i)).store(y + i, count: count &- i) }
    }

    @inline(__always)
    private static func each(
        _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int, _ function: (Double) -> Double
    ) {
        for i in 0..<count { y[i] = function(x[i]) }
    }
}
