/// Turns the bytes of a source text into tokens, in time linear in their number.
///
/// It never fails: what it cannot read becomes a diagnostic and an `.invalid` token.
package struct Lexer {
    let source: SourceText
    let bytes: [UInt8]
    var offset = 0
    var list = TokenList()

    /// The indices of the tokens of brackets and interpolations that are open.
    var open: [Int] = []
    /// How many of them `}` closes.
    var openBraces = 0
    /// The strings with interpolation that are open, outermost first.
    var openStrings: [OpenString] = []
    var startsLine = true

    struct OpenString {
        let tokenIndex: Int
        let quotes: Quotes
        let openCount: Int
        let openBraces: Int
    }

    static let maximumDiagnostics = 20
    static let maximumBytes = 1 << 30

    /// - Parameter span: The part that is read; all of it unless given.
    init(_ source: SourceText, _ span: Span? = nil) {
        self.source = source
        let end = span?.end ?? source.bytes.count
        bytes = end == source.bytes.count ? source.bytes : Array(source.bytes[..<end])
        offset = span?.start ?? 0
    }

    package static func tokenize(_ source: SourceText, in span: Span? = nil) -> TokenList {
        var lexer = Lexer(source, span)
        lexer.run()
        return lexer.list.namingWordsOutsideTheirPlace
    }

    private mutating func run() {
        if let diagnostic = TextCheck.problem(in: source) {
            list.diagnostics.append(diagnostic)
            offset = bytes.count < Lexer.maximumBytes ? bytes.count : 0
        } else {
            if offset == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
            while offset < bytes.count { token() }
            list.unclosed = open.last
        }
        add(.endOfText, from: offset)
    }

    // MARK: - Reading

    /// The byte that many places on, or 0 past the end (a text with NUL bytes is refused before).
    func byte(_ distance: Int = 0) -> UInt8 {
        let index = offset + distance
        return index < bytes.count ? bytes[index] : 0
    }

    static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func isASCIINameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == 0x5F || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
    }

    /// The character of more than one byte at the offset, and how many bytes it has.
    func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int) {
        var decoder = UTF8()
        var bytes = self.bytes[offset..<min(offset + 4, self.bytes.count)].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&bytes) else { return ("\u{FFFD}", 1) }
        return (scalar, UTF8.width(scalar))
    }

    func startsName(at offset: Int) -> Bool {
        guard offset < bytes.count else { return false }
        let byte = bytes[offset]
        if byte < 0x80 { return Lexer.isASCIINameByte(byte) && !Lexer.isDigit(byte) }
        return scalar(at: offset).scalar.properties.isXIDStart
    }

    mutating func skipLine() {
        while offset < bytes.count, !Lexer.isLineEnd(bytes[offset]) { offset += 1 }
    }

    // MARK: - Making tokens

    mutating func add(_ kind: Token.Kind, from start: Int, payload: Int = Int(Token.noPayload)) {
        list.tokens.append(
            Token(
                kind: kind, startsLine: startsLine, start: Int32(start), end: Int32(offset),
                payload: Int32(payload)))
        startsLine = false
    }

    mutating func add(_ kind: Token.Kind, length: Int) {
        let start = offset
        offset += length
        add(kind, from: start)
    }

    mutating func report(_ message: String, _ start: Int, _ end: Int, label: String? = nil, help: [String] = []) {
        guard list.diagnostics.count < Lexer.maximumDiagnostics else { return }
        list.diagnostics.append(
            Diagnostic(message, at: .init(source: source, span: Span(start, end)), label: label, help: help))
    }

    private mutating func token() {
        let byte = bytes[offset]
        switch byte {
        case 0x0A, 0x0D:
            startsLine = true
            offset += 1
        case 0x20, 0x09, 0x0B, 0x0C:
            offset += 1
        case UInt8(ascii: "#"):
            skipLine()
        case UInt8(ascii: "\\"):
            backslash()
        case UInt8(ascii: "\""):
            quotedString()
        case UInt8(ascii: "'"):
            literalString()
        case 0x30...0x39:
            number()
        case UInt8(ascii: ".") where Lexer.isDigit(self.byte(1)) && !followsValue:
            number()
        case 0x80...:
            nonASCII()
        default:
            if startsPrefixedString {
                prefixedString()
            } else if Lexer.isASCIINameByte(byte) {
                name()
            } else {
                symbol()
            }
        }
    }

    /// The byte before belongs to a value, so a `.` here reads a field of it.
    private var followsValue: Bool {
        guard offset > 0 else { return false }
        let before = bytes[offset - 1]
        return Lexer.isASCIINameByte(before) || before >= 0x80
            || [UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "\"")].contains(before)
    }

    private mutating func name() {
        let start = offset
        while offset < bytes.count {
            if Lexer.isASCIINameByte(bytes[offset]) {
                offset += 1
            } else if bytes[offset] >= 0x80 {
                let (scalar, length) = scalar(at: offset)
                guard scalar.properties.isXIDContinue else { break }
                offset += length
            } else {
                break
            }
        }
        if (2...8).contains(offset - start),
            let word = Token.Kind.reservedWords[String(decoding: bytes[start..<offset], as: UTF8.self)]
        {
            add(word, from: start)
        } else {
            add(.name, from: start)
        }
    }

    /// `\` and the end of its line: the statement goes on.
    private mutating func backslash() {
        let start = offset
        offset += 1
        while [0x20, 0x09].contains(byte()) { offset += 1 }
        if byte() == 0x0D, byte(1) == 0x0A { offset += 1 }
        if offset < bytes.count, Lexer.isLineEnd(bytes[offset]) {
            offset += 1
        } else if offset < bytes.count {
            offset = start + 1
            report(
                "`\\` stands only at the end of a line, where it goes on with the statement", start, offset)
            return add(.invalid, from: start)
        }
        let isEnd = bytes[offset...].allSatisfy { $0 == 0x20 || $0 == 0x09 }
        if isEnd { list.endsInBackslash = true }
    }

    private mutating func nonASCII() {
        let (scalar, length) = scalar(at: offset)
        if scalar.properties.isXIDStart { return name() }
        let start = offset
        offset += length
        if scalar.properties.isWhitespace { return }
        let shown = "`\(scalar)` (\(TextCheck.codePoint(scalar)))"
        let lookalikes: [Unicode.Scalar: String] = [
            "\u{201C}": "\"", "\u{201D}": "\"", "\u{201E}": "\"", "\u{2018}": "'", "\u{2019}": "'", "\u{00AB}": "\"",
            "\u{00BB}": "\"", "\u{2212}": "-", "\u{2013}": "-", "\u{2014}": "-", "\u{00D7}": "*", "\u{22C5}": "*",
            "\u{2219}": "*", "\u{00F7}": "/", "\u{2264}": "<=", "\u{2265}": ">=", "\u{2260}": "!=", "\u{2192}": "->",
            "\u{2026}": "...", "\u{FF08}": "(", "\u{FF09}": ")", "\u{FF0C}": ",", "\u{FF1D}": "=", "\u{00B2}": "**2",
            "\u{00B3}": "**3", "\u{2208}": "in",
        ]
        if let plain = lookalikes[scalar] {
            report("the character \(shown) is not read here", start, offset, help: ["write `\(plain)`"])
        } else if scalar.properties.generalCategory == .format {
            report(
                "there is an invisible character here, \(TextCheck.codePoint(scalar))", start, offset,
                help: ["delete it"])
        } else {
            report("the character \(shown) has no meaning here", start, offset, help: ["text goes in quotes"])
        }
        add(.invalid, from: start)
    }
}
