import Glibc

/// How the elements of an array lie in a file: the types of NumPy and IDX files that tensors can hold, each
/// with the `dtype` it is converted to.
///
/// | file | tensor |
/// |---|---|
/// | bool | bool |
/// | 8-bit unsigned | uint8 |
/// | 8-bit signed, 16 to 64 bits signed or unsigned | int64 |
/// | 16-bit (IEEE 754's and bfloat16) and 32-bit floating point | float32 |
/// | 64-bit floating point | float64 |
package enum ForeignElement: Sendable {
    case bool, uint8, int8, int16, uint16, int32, uint32, int64, uint64, float16, bfloat16, float32, float64

    /// Bytes an element takes in the file.
    package var size: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    /// The type that a tensor holds them in.
    package var dtype: DType {
        switch self {
        case .bool: .bool
        case .uint8: .uint8
        case .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64: .int64
        case .float16, .bfloat16, .float32: .float32
        case .float64: .float64
        }
    }

    /// Returns `count` elements that `raw` holds as in the file, as a tensor's elements.
    ///
    /// The result is `raw` itself, put in order, where both have the same size.
    ///
    /// - Returns: `nil` where an unsigned 64-bit number is over what int64 holds.
    /// - Throws: `TensorError.outOfMemory`.
    package func decode(_ raw: Storage, count: Int, bigEndian: Bool) throws -> Storage? {
        switch self {
        case .uint8: return raw
        case .bool:
            let bytes = raw.base.assumingMemoryBound(to: UInt8.self)
            for i in 0..<count where bytes[i] > 1 { bytes[i] = 1 }
            return raw
        case .int8: return try widened(raw, count) { (v: Int8) in Int64(v) }
        case .int16: return try widened(raw, count) { (v: Int16) in Int64(bigEndian ? v.byteSwapped : v) }
        case .uint16: return try widened(raw, count) { (v: UInt16) in Int64(bigEndian ? v.byteSwapped : v) }
        case .int32: return try widened(raw, count) { (v: Int32) in Int64(bigEndian ? v.byteSwapped : v) }
        case .uint32: return try widened(raw, count) { (v: UInt32) in Int64(bigEndian ? v.byteSwapped : v) }
        case .float16:
            return try widened(raw, count) { (v: UInt16) in halfPrecisionValue(bigEndian ? v.byteSwapped : v) }
        case .bfloat16:
            return try widened(raw, count) { (v: UInt16) in
                Float(bitPattern: UInt32(bigEndian ? v.byteSwapped : v) << 16)
            }
        case .float32:
            if bigEndian { swapBytes(raw, count, UInt32.self) }
            return raw
        case .float64, .int64:
            if bigEndian { swapBytes(raw, count, UInt64.self) }
            return raw
        case .uint64:
            if bigEndian { swapBytes(raw, count, UInt64.self) }
            let words = raw.base.assumingMemoryBound(to: Int64.self)
            for i in 0..<count where words[i] < 0 { return nil }
            return raw
        }
    }
}

@inline(__always)
private func widened<Source, Target>(_ raw: Storage, _ count: Int, _ convert: (Source) -> Target) throws -> Storage {
    let result = try Storage(byteCount: count * MemoryLayout<Target>.stride, zeroed: false)
    let from = raw.base.assumingMemoryBound(to: Source.self)
    let to = result.base.assumingMemoryBound(to: Target.self)
    for i in 0..<count { to[i] = convert(from[i]) }
    return result
}

private func swapBytes<Word: FixedWidthInteger>(_ raw: Storage, _ count: Int, _: Word.Type) {
    let words = raw.base.assumingMemoryBound(to: Word.self)
    for i in 0..<count { words[i] = words[i].byteSwapped }
}

/// The value of an IEEE 754 half-precision number.
private func halfPrecisionValue(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1f
    let fraction = UInt32(bits) & 0x3ff
    switch exponent {
    case 0:
        let magnitude = Float(fraction) * 0x1p-24
        return sign == 0 ? magnitude : -magnitude
    case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
}
