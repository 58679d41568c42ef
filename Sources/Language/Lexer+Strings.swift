extension Lexer {
    /// Python's `f"..."`, in which values stand as they do in every `"..."`, and `r"..."`, in which nothing is read.
    var startsPrefixedString: Bool {
        let isPrefix = [UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "r"), UInt8(ascii: "R")].contains(byte())
        return isPrefix && (byte(1) == Lexer.quote || byte(1) == Lexer.apostrophe)
    }

    mutating func prefixedString() {
        let start = offset
        let isRaw = byte() | 0x20 == UInt8(ascii: "r")
        offset += 1
        if isRaw { literalString(from: start) } else { quotedString(from: start, isPython: true) }
    }

    /// `'...'`: nothing is read inside it.
    mutating func literalString(from start: Int? = nil) {
        let start = start ?? offset
        let quote = bytes[offset]
        offset += 1
        let first = offset
        while offset < bytes.count, !Lexer.isLineEnd(bytes[offset]), bytes[offset] != quote { offset += 1 }
        guard byte() == quote else { return unclosedString(from: start, quote: String(UnicodeScalar(quote))) }
        list.texts.append(String(decoding: bytes[first..<offset], as: UTF8.self))
        offset += 1
        add(.string, from: start, payload: list.texts.count - 1)
    }

    /// What stands around a string with escapes and interpolation.
    struct Quotes {
        let byte: UInt8
        /// `"""..."""`: a text of several lines.
        let isTriple: Bool
        /// In `f"..."` two braces are the character.
        let doublesBraces: Bool

        static let double = Quotes(byte: UInt8(ascii: "\""), isTriple: false, doublesBraces: false)
    }

    /// `"..."` and `"""..."""`, from the opening quotes to the end or the first interpolation.
    mutating func quotedString(from start: Int? = nil, isPython: Bool = false) {
        let start = start ?? offset
        let quote = bytes[offset]
        let quotes = Quotes(
            byte: quote, isTriple: byte(1) == quote && byte(2) == quote, doublesBraces: isPython)
        offset += quotes.isTriple ? 3 : 1
        if !isPython, let end = templateEnd(quotes) { return templateString(to: end, from: start) }
        switch stringText(quotes, from: start) {
        case .quote(let text):
            list.texts.append(text)
            add(.string, from: start, payload: list.texts.count - 1)
        case .interpolation(let text):
            openStrings.append(
                OpenString(
                    tokenIndex: list.tokens.count, quotes: quotes, openCount: open.count, openBraces: openBraces))
            openInterpolation(.stringHead, text, from: start)
        case .unclosed:
            unclosedString(from: start, quote: "\"")
        }
    }

    /// Where a text ends that `.format(` follows: its `{}` are Python's places, and no values stand inside.
    private func templateEnd(_ quotes: Quotes) -> Int? {
        guard !quotes.isTriple else { return nil }
        var end = offset
        while end < bytes.count, bytes[end] != quotes.byte, !Lexer.isLineEnd(bytes[end]) {
            end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        return end < bytes.count && bytes[(end + 1)...].starts(with: ".format(".utf8) ? end : nil
    }

    private mutating func templateString(to end: Int, from start: Int) {
        var text: [UInt8] = []
        while offset < end {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\\") { escape(into: &text) } else { text.append(byte) }
        }
        offset = end + 1
        list.texts.append(String(decoding: text, as: UTF8.self))
        add(.string, from: start, payload: list.texts.count - 1)
    }

    /// From the `}` of an interpolation to the next one, or to the end of the string.
    mutating func continueString() {
        let start = offset
        open.removeLast()
        openBraces -= 1
        offset += 1
        let head = openStrings.last
        let first = head.map { Int(list.tokens[$0.tokenIndex].start) } ?? start
        switch stringText(head?.quotes ?? .double, from: first) {
        case .quote(let text):
            openStrings.removeLast()
            list.texts.append(text)
            add(.stringTail, from: start, payload: list.texts.count - 1)
        case .interpolation(let text):
            openInterpolation(.stringMiddle, text, from: start)
        case .unclosed:
            unclosedString(from: start, quote: "\"")
        }
    }

    /// What stands between `:` and `}` in an interpolation.
    mutating func format() {
        let start = offset
        offset += 1
        let stops: [UInt8] = [
            UInt8(ascii: "}"), UInt8(ascii: "{"), openStrings.last?.quotes.byte ?? UInt8(ascii: "\""),
        ]
        while offset < bytes.count, !Lexer.isLineEnd(bytes[offset]), !stops.contains(bytes[offset]) { offset += 1 }
        if byte() == UInt8(ascii: "{") {
            report(
                "a format holds no values of its own", offset, offset + 1,
                help: ["write the width and digits as numbers, as in `{value:8.4f}`"])
            return dropString(to: lineEnd)
        }
        guard byte() == UInt8(ascii: "}") else { return unclosedString(from: start, quote: "\"") }
        list.texts.append(String(decoding: bytes[(start + 1)..<offset], as: UTF8.self))
        add(.format, from: start, payload: list.texts.count - 1)
    }

    private mutating func openInterpolation(_ kind: Token.Kind, _ text: String, from start: Int) {
        open.append(list.tokens.count)
        openBraces += 1
        list.texts.append(text)
        add(kind, from: start, payload: list.texts.count - 1)
    }

    // MARK: - The text of a string

    /// Python's `f"{x=}"`: `x=`, which stands before the value; empty elsewhere.
    private func namedCode(_ quotes: Quotes) -> ArraySlice<UInt8> {
        guard quotes.doublesBraces else { return [] }
        let stops: [UInt8] = [UInt8(ascii: "{"), UInt8(ascii: "}"), quotes.byte]
        var end = offset
        while end < bytes.count, !Lexer.isLineEnd(bytes[end]), !stops.contains(bytes[end]) {
            if isEndOfNamedCode(at: end), !"=!<>".utf8.contains(bytes[end - 1]) { return bytes[offset...end] }
            end += 1
        }
        return []
    }

    /// Whether a `=` ends the code of `f"{x=}"` or `f"{x=:.2f}"`.
    func isEndOfNamedCode(at place: Int) -> Bool {
        guard place + 1 < bytes.count, bytes[place] == UInt8(ascii: "=") else { return false }
        return bytes[place + 1] == UInt8(ascii: "}") || bytes[place + 1] == UInt8(ascii: ":")
    }

    private enum TextEnd {
        case quote(String)
        case interpolation(String)
        case unclosed
    }

    private static let quote = UInt8(ascii: "\"")
    private static let apostrophe = UInt8(ascii: "'")

    /// - Parameter start: Of the opening quotes.
    private mutating func stringText(_ quotes: Quotes, from start: Int) -> TextEnd {
        var text: [UInt8] = []
        while offset < bytes.count, quotes.isTriple || !Lexer.isLineEnd(bytes[offset]) {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case quotes.byte where !quotes.isTriple: return .quote(String(decoding: text, as: UTF8.self))
            case quotes.byte where self.byte() == quotes.byte && self.byte(1) == quotes.byte:
                offset += 2
                return .quote(String(decoding: text, as: UTF8.self))
            case quotes.byte: text.append(byte)
            case UInt8(ascii: "{") where quotes.doublesBraces && self.byte() == byte,
                UInt8(ascii: "}") where quotes.doublesBraces && self.byte() == byte:
                text.append(byte)
                offset += 1
            case 0x0D where self.byte() == 0x0A: break
            case UInt8(ascii: "{"): return .interpolation(String(decoding: text + namedCode(quotes), as: UTF8.self))
            case UInt8(ascii: "\\"):
                guard offset < bytes.count else { break }
                if quotes.isTriple, self.byte() == 0x0A || self.byte() == 0x0D && self.byte(1) == 0x0A {
                    // The line goes on.
                    offset += self.byte() == 0x0A ? 1 : 2
                    continue
                }
                guard !Lexer.isLineEnd(bytes[offset]) else { return .unclosed }
                escape(into: &text)
            default: text.append(byte)
            }
        }
        guard quotes.isTriple else { return .unclosed }
        // More lines may come: the parser says what is missing.
        list.unclosedText = Span(start, start + 3)
        return .quote(String(decoding: text, as: UTF8.self))
    }

    private mutating func escape(into text: inout [UInt8]) {
        let start = offset - 1
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            text.append(byte)
        case UInt8(ascii: "u"): unicodeEscape(from: start, into: &text)
        default:
            if byte >= 0x80 { offset += scalar(at: offset - 1).length - 1 }
            report(
                "`\(source[Span(start, offset)])` has no meaning in a string", start, offset,
                help: [
                    "write `\\\\` for a backslash, or '...', where nothing is read inside",
                    "known are \\n \\t \\r \\\" \\' \\\\ \\{ \\} \\u{1F600}",
                ])
        }
    }

    private mutating func unicodeEscape(from start: Int, into text: inout [UInt8]) {
        var value: UInt32 = 0
        var digits = 0
        if byte() == UInt8(ascii: "{") {
            offset += 1
            while digits < 8, let digit = Character(Unicode.Scalar(byte())).hexDigitValue {
                value = value << 4 | UInt32(digit)
                digits += 1
                offset += 1
            }
            if digits > 0, byte() == UInt8(ascii: "}"), let scalar = Unicode.Scalar(value) {
                offset += 1
                return text.append(contentsOf: Array(String(scalar).utf8))
            }
            if byte() == UInt8(ascii: "}") { offset += 1 }
        }
        report(
            "`\(source[Span(start, offset)])` names no character", start, offset,
            help: ["write its number in Unicode in hexadecimal, as in `\\u{1F600}`"])
    }

    // MARK: - Strings that do not end

    private var lineEnd: Int {
        var end = offset
        while end < bytes.count, !Lexer.isLineEnd(bytes[end]) { end += 1 }
        return end
    }

    private mutating func unclosedString(from start: Int, quote: String) {
        let end = lineEnd
        // Inside an interpolation it is the brace that is missing: the quote was meant to end the outer string.
        if !openStrings.isEmpty,
            let index = open.last(where: { [.stringHead, .stringMiddle].contains(list.tokens[$0].kind) })
        {
            let brace = Int(list.tokens[index].end) - 1
            report(
                "the `{` in this string is not closed", brace, brace + 1,
                help: ["write `}` after the value, or `\\{` for the character itself"])
        } else {
            report(
                "this string is not closed", start, end,
                help: ["write \(quote) at its end; a text of several lines has \"\"\" around it"])
        }
        if openStrings.isEmpty {
            offset = end
            add(.invalid, from: start)
        } else {
            dropString(to: end)
        }
    }

    /// Puts one invalid token in the place of the outermost string that is open.
    private mutating func dropString(to end: Int) {
        guard let outermost = openStrings.first else { return }
        let head = list.tokens[outermost.tokenIndex]
        list.tokens.removeLast(list.tokens.count - outermost.tokenIndex)
        open.removeLast(open.count - outermost.openCount)
        openBraces = outermost.openBraces
        openStrings = []
        offset = end
        startsLine = head.startsLine
        add(.invalid, from: Int(head.start))
    }
}
