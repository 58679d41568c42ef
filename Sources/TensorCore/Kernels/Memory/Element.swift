/// A number as tensors hold it in memory. `bool` is held as bytes 0 and 1.
protocol Element: Comparable {
    init(saturating number: Double)
    init(_ value: Float)
    var double: Double { get }
    var float: Float { get }
    var int64: Int64 { get }
    var byte: UInt8 { get }
    var isTrue: Bool { get }
    var isNotANumber: Bool { get }
    static func adding(_ a: Self, _ b: Self) -> Self
    static func multiplying(_ a: Self, _ b: Self) -> Self
    static var one: Self { get }
    static var nothing: Self { get }
}

extension Float: Element {
    @inline(__always) init(saturating number: Double) { self = Float(number) }
    @inline(__always) var double: Double { Double(self) }
    @inline(__always) var float: Float { self }
    @inline(__always) var int64: Int64 { Int64(saturating: Double(self)) }
    @inline(__always) var byte: UInt8 { UInt8(truncatingIfNeeded: int64) }
    @inline(__always) var isTrue: Bool { self != 0 }
    @inline(__always) var isNotANumber: Bool { self != self }
    @inline(__always) static func adding(_ a: Float, _ b: Float) -> Float { a + b }
    @inline(__always) static func multiplying(_ a: Float, _ b: Float) -> Float { a * b }
    @inline(__always) static var one: Float { 1 }
    @inline(__always) static var nothing: Float { 0 }
}

extension Double: Element {
    @inline(__always) init(saturating number: Double) { self = number }
    @inline(__always) var double: Double { self }
    @inline(__always) var float: Float { Float(self) }
    @inline(__always) var int64: Int64 { Int64(saturating: self) }
    @inline(__always) var byte: UInt8 { UInt8(truncatingIfNeeded: int64) }
    @inline(__always) var isTrue: Bool { self != 0 }
    @inline(__always) var isNotANumber: Bool { self != self }
    @inline(__always) static func adding(_ a: Double, _ b: Double) -> Double { a + b }
    @inline(__always) static func multiplying(_ a: Double, _ b: Double) -> Double { a * b }
    @inline(__always) static var one: Double { 1 }
    @inline(__always) static var nothing: Double { 0 }
}

extension Int64: Element {
    /// The whole part of a number; the nearest there is where it is out of range, 0 for what is not a number.
    @inline(__always)
    init(saturating number: Double) {
        if number >= -0x1p63 && number < 0x1p63 {
            self = Int64(number)
        } else {
            self = number > 0 ? .max : number < 0 ? .min : 0
        }
    }
    @inline(__always) var double: Double { Double(self) }
    @inline(__always) var float: Float { Float(self) }
    @inline(__always) var int64: Int64 { self }
    @inline(__always) var byte: UInt8 { UInt8(truncatingIfNeeded: self) }
    @inline(__always) var isTrue: Bool { self != 0 }
    @inline(__always) var isNotANumber: Bool { false }
    @inline(__always) static func adding(_ a: Int64, _ b: Int64) -> Int64 { a &+ b }
    @inline(__always) static func multiplying(_ a: Int64, _ b: Int64) -> Int64 { a &* b }
    @inline(__always) static var one: Int64 { 1 }
    @inline(__always) static var nothing: Int64 { 0 }
}

extension UInt8: Element {
    /// The whole part of a number, modulo 256.
    @inline(__always)
    init(saturating number: Double) { self = UInt8(truncatingIfNeeded: Int64(saturating: number)) }
    @inline(__always) var double: Double { Double(self) }
    @inline(__always) var float: Float { Float(self) }
    @inline(__always) var int64: Int64 { Int64(self) }
    @inline(__always) var byte: UInt8 { self }
    @inline(__always) var isTrue: Bool { self != 0 }
    @inline(__always) var isNotANumber: Bool { false }
    @inline(__always) static func adding(_ a: UInt8, _ b: UInt8) -> UInt8 { a &+ b }
    @inline(__always) static func multiplying(_ a: UInt8, _ b: UInt8) -> UInt8 { a &* b }
    @inline(__always) static var one: UInt8 { 1 }
    @inline(__always) static var nothing: UInt8 { 0 }
}
