import CSimd
import Glibc

/// Elementary functions over arrays of numbers.
///
/// Single precision is by polynomials, see CSimdMath.h for errors and sources; double precision is the C library's.
enum VectorMath {
    enum Function {
        case exp, log, tanh, sigmoid, erf, gelu, sqrt
    }

    /// Elements that a chunk covers; arrays that are not larger stay on the calling thread.
    private static var grain: Int { 16384 }

    /// Writes the function of each of `count` numbers at `x` to `y`, which may be `x`.
    static func map(_ function: Function, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
        Threads.parallelFor((count + grain - 1) / grain) { chunk in
            let start = chunk * grain
            mapChunk(function, x + start, y + start, min(grain, count - start))
        }
    }

    @inline(never)
    private static func mapChunk(
        _ function: Function, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        switch function {
        case .exp: each(x, y, count) { csimd_exp($0) }
        case .log: each(x, y, count) { csimd_log($0) }
        case .tanh: each(x, y, count) { csimd_tanh($0) }
        case .sigmoid: each(x, y, count) { csimd_sigmoid($0) }
        case .erf: each(x, y, count) { csimd_erf($0) }
        case .gelu: each(x, y, count) { csimd_gelu($0) }
        case .sqrt: each(x, y, count) { csimd_sqrt($0) }
        }
    }

    @inline(__always)
    private static func each(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int,
        _ function: (FloatVector) -> FloatVector
    ) {
        var i = 0
        while i < count {
            function(.load(upTo: count &- i, x + i)).store(upTo: count &- i, y + i)
            i &+= FloatVector.scalarCount
        }
    }

    /// The same in double precision, by the C library.
    static func map(_ function: Function, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int) {
        Threads.parallelFor((count + grain - 1) / grain) { chunk in
            let start = chunk * grain
            let (x, y, count) = (x + start, y + start, min(grain, count - start))
            switch function {
            case .exp: each(x, y, count) { exp($0) }
            case .log: each(x, y, count) { log($0) }
            case .tanh: each(x, y, count) { tanh($0) }
            case .sigmoid: each(x, y, count) { 1 / (1 + exp(-$0)) }
            case .erf: each(x, y, count) { erf($0) }
            case .gelu: each(x, y, count) { 0.5 * $0 * (1 + erf($0 * 0.5.squareRoot())) }
            case .sqrt: each(x, y, count) { $0.squareRoot() }
            }
        }
    }

    @inline(__always)
    private static func each(
        _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int, _ function: (Double) -> Double
    ) {
        for i in 0..<count { y[i] = function(x[i]) }
    }
}
