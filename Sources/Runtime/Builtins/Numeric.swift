import Glibc

/// C's functions of one number under names that do not hide behind methods.
enum Numeric {
    static func exp(_ x: Double) -> Double { Glibc.exp(x) }
    static func log(_ x: Double) -> Double { Glibc.log(x) }
    static func sin(_ x: Double) -> Double { Glibc.sin(x) }
    static func cos(_ x: Double) -> Double { Glibc.cos(x) }
    static func tanh(_ x: Double) -> Double { Glibc.tanh(x) }
    static func erf(_ x: Double) -> Double { Glibc.erf(x) }
    static func power(_ x: Double, _ y: Double) -> Double { Glibc.pow(x, y) }
}
