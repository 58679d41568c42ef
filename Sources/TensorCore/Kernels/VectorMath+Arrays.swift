import Glibc

extension VectorMath {
    /// Writes the exponential of each of `count` numbers at `x` to `y`, which may be `x`.
    static func exp(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
        ElementRun(from: x, to: y, count: count).vectors { exp($0) }
    }

    /// The same in double precision, by the C library.
    static func exp(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int) {
        for i in 0..<count { y[i] = Glibc.exp(x[i]) }
    }
}
