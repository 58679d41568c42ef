// Protocol Buffers' wire format, as much of it as ONNX uses: a message is a run of fields, each a key (number and kind)
// and a number, four or eight bytes, or bytes after their count.
//
// - Source: protobuf.dev/programming-guides/encoding.

/// Writes the fields of a message.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func key(_ field: Int, _ kind: UInt64) { varint(UInt64(field) << 3 | kind) }

    mutating func integer(_ field: Int, _ value: Int) {
        key(field, 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func float(_ field: Int, _ value: Float) {
        key(field, 5)
        for shift in stride(from: 0, to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift)))
        }
    }

    mutating func bytes(_ field: Int, _ value: [UInt8]) {
        key(field, 2)
        varint(UInt64(value.count))
        bytes += value
    }

    mutating func text(_ field: Int, _ value: String) { bytes(field, Array(value.utf8)) }

    mutating func message(_ field: Int, _ body: (inout WireWriter) throws -> Void) rethrows {
        var inner = WireWriter()
        try body(&inner)
        bytes(field, inner.bytes)
    }
}

/// Reads the fields of a message, in the order of the file.
struct WireReader {
    enum Value {
        case integer(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The next field; `nil` at the end.
    mutating func next() throws(ONNXFormatError) -> (field: Int, value: Value)? {
        guard position < bytes.endIndex else { return nil }
        let start = position
        let key = try varint()
        guard key >> 3 > 0, key >> 3 < 1 << 29 else { throw ONNXFormatError("a field has no number", at: start) }
        let value: Value =
            switch key & 7 {
            case 0: .integer(try varint())
            case 1: .fixed64(try fixed(8))
            case 2: .bytes(try take(Int(clamping: try varint())))
            case 5: .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
            default: throw ONNXFormatError("a field is of the unknown kind \(key & 7)", at: start)
            }
        return (Int(key >> 3), value)
    }

    private mutating func varint() throws(ONNXFormatError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard position < bytes.endIndex else { throw ONNXFormatError("it ends early", at: position) }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw ONNXFormatError("a number does not end", at: position)
    }

    private mutating func fixed(_ count: Int) throws(ONNXFormatError) -> UInt64 {
        try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ count: Int) throws(ONNXFormatError) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - position else { throw ONNXFormatError("it ends early", at: bytes.endIndex) }
        defer { position += count }
        return bytes[position..<position + count]
    }
}

extension WireReader.Value {
    /// As a message, a text or packed numbers.
    var asBytes: ArraySlice<UInt8> {
        if case .bytes(let bytes) = self { return bytes }
        return []
    }

    var asText: String { String(decoding: asBytes, as: UTF8.self) }

    var asInteger: Int {
        if case .integer(let value) = self { return Int(truncatingIfNeeded: value) }
        return 0
    }

    var asFloat: Float {
        if case .fixed32(let bits) = self { return Float(bitPattern: bits) }
        return 0
    }

    /// One number, or those that are packed in bytes.
    func integers() throws(ONNXFormatError) -> [Int] {
        guard case .bytes(let bytes) = self else { return [asInteger] }
        return try WireReader.varints(bytes).map { Int(truncatingIfNeeded: $0) }
    }

    func floats() throws(ONNXFormatError) -> [Float] {
        guard case .bytes(let bytes) = self else { return [asFloat] }
        return try WireReader.packed(bytes, 4).map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
    }

    func doubles() throws(ONNXFormatError) -> [Double] {
        guard case .bytes(let bytes) = self else {
            if case .fixed64(let bits) = self { return [Double(bitPattern: bits)] }
            return [0]
        }
        return try WireReader.packed(bytes, 8).map { Double(bitPattern: $0) }
    }
}

extension WireReader {
    fileprivate static func varints(_ bytes: ArraySlice<UInt8>) throws(ONNXFormatError) -> [UInt64] {
        var reader = WireReader(bytes)
        var values: [UInt64] = []
        while reader.position < bytes.endIndex { values.append(try reader.varint()) }
        return values
    }

    fileprivate static func packed(_ bytes: ArraySlice<UInt8>, _ size: Int) throws(ONNXFormatError) -> [UInt64] {
        var reader = WireReader(bytes)
        var values: [UInt64] = []
        while reader.position < bytes.endIndex { values.append(try reader.fixed(size)) }
        return values
    }
}

/// What is wrong with the bytes of a file.
package struct ONNXFormatError: Error {
    package let reason: String
    package let byte: Int?

    init(_ reason: String, at byte: Int? = nil) {
        self.reason = reason
        self.byte = byte
    }
}
