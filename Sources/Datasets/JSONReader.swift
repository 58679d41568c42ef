/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable {
    /// Counted from 0.
    package let byte: Int
    package let reason: String

    package init(byte: Int, reason: String) {
        self.byte = byte
        self.reason = reason
    }
}

extension JSON {
    /// Reads a text strictly by RFC 8259: nothing after the value, no member twice, valid UTF-8, brackets within
    /// brackets to a depth of 64.
    ///
    /// - Throws: `JSONError`.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        self = try reader.document()
    }

    package init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

private struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private static let greatestDepth = 64

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ reason: String, at place: Int? = nil) -> JSONError {
        JSONError(byte: place ?? position, reason: reason)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func takes(word: StaticString) -> Bool {
        let text = Array("\(word)".utf8)
        guard bytes[position...].starts(with: text) else { return false }
        position += text.count
        return true
    }

    mutating func document() throws(JSONError) -> JSON {
        let result = try value()
        guard position == bytes.count else { throw error("something follows the value") }
        return result
    }

    /// A value with the space around it.
    private mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        defer { skipSpace() }
        switch next {
        case UInt8(ascii: "{"): return try nested { reader throws(JSONError) in try reader.object() }
        case UInt8(ascii: "["): return try nested { reader throws(JSONError) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case nil: throw error("it ends where a value is expected")
        case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
        default:
            if takes(word: "true") { return .boolean(true) }
            if takes(word: "false") { return .boolean(false) }
            if takes(word: "null") { return .null }
            throw error("a value is expected")
        }
    }

    private mutating func nested(
        _ body: (inout JSONReader) throws(JSONError) -> JSON
    ) throws(JSONError) -> JSON {
        guard depth < Self.greatestDepth else { throw error("brackets nest too deep") }
        depth += 1
        position += 1
        skipSpace()
        let result = try body(&self)
        depth -= 1
        return result
    }

    private mutating func array() throws(JSONError) -> JSON {
        var elements: [JSON] = []
        if takes("]") { return .array(elements) }
        repeat { elements.append(try value()) } while takes(",")
        guard takes("]") else { throw error("',' or ']' is expected") }
        return .array(elements)
    }

    private mutating func object() throws(JSONError) -> JSON {
        var members: [JSON.Member] = []
        var names: Set<String> = []
        if takes("}") { return .object(members) }
        repeat {
            skipSpace()
            let start = position
            guard next == UInt8(ascii: "\"") else { throw error("a name in double quotes is expected") }
            let name = try string()
            guard names.insert(name).inserted else { throw error("the name \"\(name)\" stands twice", at: start) }
            skipSpace()
            guard takes(":") else { throw error("':' is expected") }
            members.append(JSON.Member(name, try value()))
        } while takes(",")
        guard takes("}") else { throw error("',' or '}' is expected") }
        return .object(members)
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw error("a string is not UTF-8", at: start)
                }
                return string
            case UInt8(ascii: "\\"): text += try escape()
            case ..<0x20: throw error("a control character stands in a string", at: position - 1)
            default: text.append(byte)
            }
        }
        throw error("a string does not end", at: start)
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        let start = position - 1
        guard let byte = next else { throw error("a string does not end", at: start) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            let first = try codeUnit(start)
            var units = [first]
            if UTF16.isLeadSurrogate(first), takes("\\"), takes("u") { units.append(try codeUnit(start)) }
            guard let text = String(validating: units, as: UTF16.self) else {
                throw error("half of a surrogate pair stands alone", at: start)
            }
            return Array(text.utf8)
        default: throw error("no such escape", at: start)
        }
    }

    private mutating func codeUnit(_ start: Int) throws(JSONError) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits are expected", at: start) }
        position += 4
        return unit
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        var isWhole = true
        _ = takes("-")
        if !takes("0") { try digits(start) }
        if takes(".") {
            isWhole = false
            try digits(start)
        }
        if takes("e") || takes("E") {
            isWhole = false
            if !takes("+") { _ = takes("-") }
            try digits(start)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int(text), text != "-0" { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw error("the number is too large", at: start) }
        return .number(number)
    }

    private mutating func digits(_ start: Int) throws(JSONError) {
        let first = position
        while let byte = next, Self.isDigit(byte) { position += 1 }
        guard position > first else { throw error("this is no number", at: start) }
    }
}
