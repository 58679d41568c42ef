/// What makes bytes unfit to be a source text.
enum TextCheck {
    /// The first thing that keeps the bytes from being text, or nil.
    static func problem(in source: SourceText) -> Diagnostic? {
        let bytes = source.bytes
        guard bytes.count < Lexer.maximumBytes else {
            return Diagnostic("\(source.name) has \(bytes.count) bytes, more than a script can have")
        }
        guard let offset = firstBadByte(bytes) else { return nil }
        let location = Diagnostic.Location(source: source, span: Span(offset, offset + 1))
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return Diagnostic("the text is UTF-16", at: location, help: ["save it as UTF-8"])
        }
        if bytes[offset] == 0 {
            return Diagnostic(
                "the text holds a NUL byte", at: location, help: ["is this a file of data? `load` reads those"])
        }
        let byte = (bytes[offset] < 16 ? "0" : "") + String(bytes[offset], radix: 16)
        return Diagnostic(
            "the text is not UTF-8: byte 0x\(byte) fits nothing here", at: location, help: ["save it as UTF-8"])
    }

    /// The offset of the first NUL byte or byte that is not UTF-8.
    private static func firstBadByte(_ bytes: [UInt8]) -> Int? {
        var offset = 0
        while offset < bytes.count {
            if bytes[offset] < 0x80 {
                if bytes[offset] == 0 { return offset }
                offset += 1
            } else if let length = sequenceLength(bytes, at: offset) {
                offset += length
            } else {
                return offset
            }
        }
        return nil
    }

    /// How many bytes the UTF-8 sequence of more than one byte has that starts here, or nil if none does.
    static func sequenceLength(_ bytes: [UInt8], at offset: Int) -> Int? {
        let first = bytes[offset]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return nil
        }
        guard offset + length <= bytes.count, second.contains(bytes[offset + 1]) else { return nil }
        for index in (offset + 2)..<max(offset + 2, offset + length) where !(0x80...0xBF).contains(bytes[index]) {
            return nil
        }
        return length
    }

    /// Such as `U+00A0`.
    static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
