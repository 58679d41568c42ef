import Language
import Runtime

extension JSON {
    /// Reads a whole document.
    ///
    /// - Throws: `Failure` at the place where it is no JSON.
    /// - Source: RFC 8259.
    static func parse(_ source: SourceText) throws -> JSON {
        var parser = JSONParser(source)
        return try parser.document()
    }
}

private struct JSONParser {
    private let source: SourceText
    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0

    private static let deepest = 200

    init(_ source: SourceText) {
        self.source = source
        bytes = source.bytes
    }

    mutating func document() throws -> JSON {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        let value = try value()
        skipSpace()
        guard offset == bytes.count else { throw failure("the document has ended, and something follows") }
        return value
    }

    private var byte: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    private mutating func skipSpace() {
        while [0x20, 0x0A, 0x0D, 0x09].contains(byte) { offset += 1 }
    }

    private func failure(_ message: String) -> Failure {
        let end = min(offset + 1, bytes.count)
        let isEnd = offset >= bytes.count
        return Failure(
            Diagnostic(
                isEnd ? "the JSON of this file ends too early" : "this is no JSON: \(message)",
                at: .init(source: source, span: Span(min(offset, max(end - 1, 0)), end)),
                help: isEnd ? ["the file was cut off; get it again"] : []))
    }

    private mutating func value() throws -> JSON {
        skipSpace()
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { throw failure("it is nested too deeply") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default:
            for (word, value) in [("true", JSON.boolean(true)), ("false", .boolean(false)), ("null", .null)]
            where bytes[offset...].starts(with: Array(word.utf8)) {
                offset += word.utf8.count
                return value
            }
            throw failure("a value is expected here")
        }
    }

    private mutating func object() throws -> JSON {
        var fields: [(name: String, value: JSON)] = []
        offset += 1
        skipSpace()
        if byte == UInt8(ascii: "}") {
            offset += 1
            return .object([])
        }
        while true {
            skipSpace()
            guard byte == UInt8(ascii: "\"") else { throw failure("a name in quotes is expected here") }
            let name = try string()
            skipSpace()
            guard byte == UInt8(ascii: ":") else { throw failure("`:` is expected behind a name") }
            offset += 1
            fields.append((name, try value()))
            skipSpace()
            if byte == UInt8(ascii: ",") {
                offset += 1
            } else if byte == UInt8(ascii: "}") {
                offset += 1
                return .object(fields)
            } else {
                throw failure("`,` or `}` is expected here")
            }
        }
    }

    private mutating func array() throws -> JSON {
        var elements: [JSON] = []
        offset += 1
        skipSpace()
        if byte == UInt8(ascii: "]") {
            offset += 1
            return .array([])
        }
        while true {
            elements.append(try value())
            skipSpace()
            if byte == UInt8(ascii: ",") {
                offset += 1
            } else if byte == UInt8(ascii: "]") {
                offset += 1
                return .array(elements)
            } else {
                throw failure("`,` or `]` is expected here")
            }
        }
    }

    private mutating func number() throws -> JSON {
        let start = offset
        if byte == UInt8(ascii: "-") { offset += 1 }
        guard (0x30...0x39).contains(byte) else { throw failure("a digit is expected here") }
        let isZero = byte == 0x30
        skipDigits()
        let head = bytes[start..<offset].drop { $0 == UInt8(ascii: "-") }
        if isZero, head.count > 1 { throw failure("a number does not begin with 0") }
        if byte == UInt8(ascii: ".") {
            offset += 1
            guard (0x30...0x39).contains(byte) else { throw failure("a digit is expected here") }
            skipDigits()
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { offset += 1 }
            guard (0x30...0x39).contains(byte) else { throw failure("a digit is expected here") }
            skipDigits()
        }
        return .number(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private mutating func skipDigits() {
        while (0x30...0x39).contains(byte) { offset += 1 }
    }

    private mutating func string() throws -> String {
        offset += 1
        var text: [UInt8] = []
        while true {
            guard offset < bytes.count, byte >= 0x20 else {
                throw failure("a text in quotes ends in its line; a new line in it is written \\n")
            }
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                offset += 1
                try escape(into: &text)
            default:
                text.append(byte)
                offset += 1
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        let letter = byte
        offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"):
            var code = try unit()
            // Characters beyond the first plane are written as two halves.
            if 0xD800..<0xDC00 ~= code, byte == UInt8(ascii: "\\"), offset + 1 < bytes.count,
                bytes[offset + 1] == UInt8(ascii: "u")
            {
                offset += 2
                let low = try unit()
                code = 0xDC00..<0xE000 ~= low ? 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) : 0xFFFD
            }
            text += Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default:
            offset -= 1
            throw failure("this escape is not known")
        }
    }

    private mutating func unit() throws -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits are expected behind \\u")
            }
            code = code << 4 | UInt32(digit)
            offset += 1
        }
        return code
    }
}
