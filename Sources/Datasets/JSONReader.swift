import TensorCore

/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable {
    /// Counted from 0.
    package let byte: Int
    package let reason: String
    /// Whether the text ends before it is whole.
    package let isCutOff: Bool

    package init(byte: Int, reason: String, isCutOff: Bool = false) {
        self.byte = byte
        self.reason = reason
        self.isCutOff = isCutOff
    }
}

extension JSON {
    /// What a reader lets pass.
    package struct Strictness: Sendable {
        /// How many brackets within brackets.
        let depth: Int
        /// Whether a byte order mark, a member that stands twice (the last one counts), half of a surrogate pair
        /// (U+FFFD stands for it), numbers beyond those of 64 bits and Python's NaN and Infinity are no errors.
        let isLenient: Bool
        /// Whether an interrupt is an error; whoever reads then checks for it.
        var isStoppable = false
        /// Whether a whole number of more digits than one of 64 bits has is the text of its digits.
        var keepsDigits = false

        /// By the letter of RFC 8259; for files that must mean one thing.
        package static let strict = Strictness(depth: 64, isLenient: false)
        /// What programs of all kinds write; for documents of people.
        package static let document = Strictness(depth: 200, isLenient: true)
        /// The same for much data, at which Ctrl-C is heard.
        package static let data = Strictness(depth: 200, isLenient: true, isStoppable: true, keepsDigits: true)
    }

    /// A step from a value to one inside it.
    package enum Step: Sendable {
        case member(String)
        case element(Int)
    }

    /// Reads a text: nothing after the value, valid UTF-8, brackets to a certain depth.
    ///
    /// - Throws: `JSONError`.
    package init(parsing bytes: [UInt8], _ strictness: Strictness = .strict) throws(JSONError) {
        var reader = JSONReader(bytes, strictness)
        self = try reader.document()
    }

    package init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }

    /// The byte at which the value at the end of some steps begins; nil where there is none.
    package static func byte(
        of steps: [Step], in bytes: [UInt8], _ strictness: Strictness = .strict
    ) -> Int? {
        var reader = JSONReader(bytes, strictness)
        return try? reader.place(of: steps)
    }
}

private struct JSONReader {
    private let bytes: [UInt8]
    private let strictness: JSON.Strictness
    private var position = 0
    private var depth = 0
    private var valueCount = 0

    init(_ bytes: [UInt8], _ strictness: JSON.Strictness) {
        self.bytes = bytes
        self.strictness = strictness
        if strictness.isLenient, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ reason: String, at place: Int? = nil, isCutOff: Bool? = nil) -> JSONError {
        let byte = place ?? position
        return JSONError(byte: byte, reason: reason, isCutOff: isCutOff ?? (byte >= bytes.count))
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

    /// Where the value at the end of some steps begins; nil where there is none.
    mutating func place(of steps: [JSON.Step]) throws(JSONError) -> Int? {
        for step in steps {
            skipSpace()
            switch step {
            case .element(let index):
                guard takes("[") else { return nil }
                for _ in 0..<index {
                    _ = try value()
                    guard takes(",") else { return nil }
                }
            case .member(let name):
                guard takes("{") else { return nil }
                while try memberName() != name {
                    _ = try value()
                    guard takes(",") else { return nil }
                }
            }
        }
        skipSpace()
        return next == nil || next == UInt8(ascii: "]") || next == UInt8(ascii: "}") ? nil : position
    }

    /// A value with the space around it.
    private mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        defer { skipSpace() }
        valueCount += 1
        if strictness.isStoppable, valueCount & 0xFFF == 0, Interrupt.isRequested { throw error("it is interrupted") }
        switch next {
        case UInt8(ascii: "{"): return try nested { reader throws(JSONError) in try reader.object() }
        case UInt8(ascii: "["): return try nested { reader throws(JSONError) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case nil: throw error("it ends where a value is expected")
        case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte):
            if strictness.isLenient, takes(word: "-Infinity") { return .number(-.infinity) }
            return try number()
        default:
            if strictness.isLenient, takes(word: "NaN") { return .number(.nan) }
            if strictness.isLenient, takes(word: "Infinity") { return .number(.infinity) }
            if takes(word: "true") { return .boolean(true) }
            if takes(word: "false") { return .boolean(false) }
            if takes(word: "null") { return .null }
            throw error("a value is expected")
        }
    }

    private mutating func nested(
        _ body: (inout JSONReader) throws(JSONError) -> JSON
    ) throws(JSONError) -> JSON {
        guard depth < strictness.depth else { throw error("brackets nest too deep") }
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
        var places: [String: Int] = [:]
        if takes("}") { return .object(members) }
        repeat {
            skipSpace()
            let start = position
            let name = try memberName()
            if let place = places[name] {
                guard strictness.isLenient else { throw error("the name \"\(name)\" stands twice", at: start) }
                members[place] = JSON.Member(name, try value())
                continue
            }
            places[name] = members.count
            members.append(JSON.Member(name, try value()))
        } while takes(",")
        guard takes("}") else { throw error("',' or '}' is expected") }
        return .object(members)
    }

    /// A member's name and the colon behind it.
    private mutating func memberName() throws(JSONError) -> String {
        skipSpace()
        guard next == UInt8(ascii: "\"") else { throw error("a name in double quotes is expected") }
        let name = try string()
        skipSpace()
        guard takes(":") else { throw error("':' is expected") }
        return name
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
        throw error("a string does not end", at: start, isCutOff: true)
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        let start = position - 1
        guard let byte = next else { throw error("a string does not end", at: start, isCutOff: true) }
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
            if let text = String(validating: units, as: UTF16.self) { return Array(text.utf8) }
            guard strictness.isLenient else { throw error("half of a surrogate pair stands alone", at: start) }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        default: throw error("no such escape", at: start)
        }
    }

    private mutating func codeUnit(_ start: Int) throws(JSONError) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits are expected", at: start, isCutOff: digits.count < 4) }
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
        guard let number = Double(text), number.isFinite || strictness.isLenient else {
            throw error("the number is too large", at: start)
        }
        // What has more digits than a 64-bit number is a name, whose digits count.
        if isWhole, strictness.keepsDigits, text.drop(while: { $0 == "-" }).trimmingZeros.count > 17 {
            return .string(text)
        }
        return .number(number)
    }

    private mutating func digits(_ start: Int) throws(JSONError) {
        let first = position
        while let byte = next, Self.isDigit(byte) { position += 1 }
        guard position > first else { throw error("this is not a number", at: start) }
    }
}

extension Substring {
    fileprivate var trimmingZeros: Substring {
        self[...(lastIndex { $0 != "0" } ?? startIndex)]
    }
}
