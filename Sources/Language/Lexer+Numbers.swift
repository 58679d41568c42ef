extension Lexer {
    /// `3`, `1_000`, `0.5`, `.5`, `5.`, `5e-4`, `0xff`, `0b101`, `0o17`
    mutating func number() {
        let start = offset
        let value = prefixedNumber() ?? decimalNumber()
        guard let value, !startsName(at: offset), !Lexer.isDigit(byte()) else { return malformedNumber(from: start) }
        keepDigits(of: Span(start, offset), value)
        list.numbers.append(value)
        add(.number, from: start, payload: list.numbers.count - 1)
    }

    /// Keeps a whole number whose last digits a `Double` does not hold, or refuses one that no whole number holds.
    private mutating func keepDigits(of span: Span, _ value: Double) {
        guard value >= 0x1p53 else { return }
        let text = source[span].replacing("_", with: "").lowercased()
        let radix = text.hasPrefix("0x") ? 16 : text.hasPrefix("0o") ? 8 : text.hasPrefix("0b") ? 2 : 10
        let digits = radix == 10 ? text[...] : text.dropFirst(2)
        guard radix == 16 || !digits.contains(where: { $0 == "." || $0 == "e" }) else { return }
        if let whole = Int(digits, radix: radix) {
            if Int(exactly: value) != whole { list.wholes[list.numbers.count] = whole }
        } else if let whole = UInt64(digits, radix: radix), UInt64(exactly: value) == whole {
            return
        } else if radix != 10 || SignificantDigits.count(in: digits) > SignificantDigits.most {
            report(
                "the whole number `\(Parser.clipped(source[span]))` has more digits than a number holds", span.start,
                span.end,
                help: [
                    "whole numbers are exact up to 9223372036854775807",
                    "a text holds any digits: `\"...\"`; the nearest number is `\(value)`",
                ])
        }
    }

    /// Hexadecimal, octal or binary; nil if there is no such prefix (or nothing good after it, which
    /// leaves letters that make the number malformed).
    private mutating func prefixedNumber() -> Double? {
        guard byte() == UInt8(ascii: "0") else { return nil }
        let radix: Int
        switch byte(1) | 0x20 {
        case UInt8(ascii: "x"): radix = 16
        case UInt8(ascii: "o"): radix = 8
        case UInt8(ascii: "b"): radix = 2
        default: return nil
        }
        var value = 0.0
        var end = offset + 2
        var lastWasDigit = false
        while end < bytes.count {
            if let digit = Character(Unicode.Scalar(bytes[end])).hexDigitValue, digit < radix {
                value = value * Double(radix) + Double(digit)
                lastWasDigit = true
            } else if bytes[end] == UInt8(ascii: "_"), lastWasDigit {
                lastWasDigit = false
            } else {
                break
            }
            end += 1
        }
        guard lastWasDigit else { return nil }
        offset = end
        return value
    }

    private mutating func decimalNumber() -> Double? {
        var text: [UInt8] = []
        var isGood = digits(into: &text)
        if byte() == UInt8(ascii: "."), !startsName(at: offset + 1), byte(1) != UInt8(ascii: ".") {
            offset += 1
            if text.isEmpty { text.append(UInt8(ascii: "0")) }
            text.append(UInt8(ascii: "."))
            if Lexer.isDigit(byte()) { isGood = digits(into: &text) && isGood } else { text.append(UInt8(ascii: "0")) }
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            let sign = byte(1) == UInt8(ascii: "-") || byte(1) == UInt8(ascii: "+") ? 1 : 0
            if Lexer.isDigit(byte(1 + sign)) {
                text += bytes[offset..<(offset + 1 + sign)]
                offset += 1 + sign
                isGood = digits(into: &text) && isGood
            }
        }
        return isGood ? Double(String(decoding: text, as: UTF8.self)) : nil
    }

    /// Digits with single underscores between them; false if an underscore stands elsewhere.
    private mutating func digits(into text: inout [UInt8]) -> Bool {
        var isGood = true
        var last: UInt8 = UInt8(ascii: "_")
        while Lexer.isDigit(byte()) || (byte() == UInt8(ascii: "_") && !text.isEmpty) {
            if byte() == UInt8(ascii: "_") {
                if last == byte() { isGood = false }
            } else {
                text.append(byte())
            }
            last = byte()
            offset += 1
        }
        return isGood && last != UInt8(ascii: "_") || text.isEmpty
    }

    private mutating func malformedNumber(from start: Int) {
        let digitsEnd = offset
        while offset < bytes.count, Lexer.isASCIINameByte(bytes[offset]) || bytes[offset] >= 0x80 { offset += 1 }
        let text = Parser.clipped(source[Span(start, offset)])
        let rest = source[Span(digitsEnd, offset)]
        let isProduct = startsName(at: digitsEnd) && digitsEnd > start && !"xXoObB_".contains(rest.first ?? "x")
        let help =
            rest == "j" || rest == "J"
            ? ["there are no complex numbers; of `np.mgrid`, where it counts points: `linspace(-1, 1, 10)`"]
            : isProduct && offset - start < 40
                ? ["to multiply, write `\(source[Span(start, digitsEnd)]) * \(rest)`; a name starts with a letter"]
                : ["numbers are written as `3`, `1_000`, `0.5`, `5e-4` or `0xff`"]
        report("`\(text)` is not a number", start, offset, help: help)
        add(.invalid, from: start)
    }
}

/// How many digits of a whole number count, without the zeros at its end.
private enum SignificantDigits {
    /// As many as programs write of a 64-bit number.
    static let most = 17

    static func count(in digits: Substring) -> Int {
        guard let last = digits.lastIndex(where: { $0 != "0" }) else { return 0 }
        return digits[...last].drop { $0 == "0" }.count
    }
}
