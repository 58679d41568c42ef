import Language

/// A cell as its code and, line by line, the commands of the shell in it: each stands behind a `!`.
struct CellParts {
    enum Part: Equatable {
        case code(Span)
        case command(String)
    }

    /// The code, with spaces in place of the commands.
    let source: SourceText
    private(set) var parts: [Part] = []
    var hasCommands: Bool { parts.contains { if case .command = $0 { true } else { false } } }

    /// - Parameter hasCommands: Whether commands are looked for.
    init(_ source: SourceText, hasCommands: Bool) {
        var bytes = source.bytes
        var codeStart = 0
        var next = hasCommands ? 0 : source.lineStarts.count
        while next < source.lineStarts.count {
            let line = next
            next += 1
            let span = source.lineSpan(line)
            let text = source.bytes[span.start..<span.end].drop { $0 == 0x20 || $0 == 0x09 }
            // Inside brackets and texts of several lines it is another sign.
            guard text.first == UInt8(ascii: "!") else { continue }
            if case .incomplete = Parser.parse(source, in: Span(codeStart, span.start)).completeness { continue }
            var end = span.end
            while source.bytes[..<end].last == UInt8(ascii: "\\"), next < source.lineStarts.count {
                end = source.lineSpan(next).end
                next += 1
            }
            if codeStart < span.start { parts.append(.code(Span(codeStart, span.start))) }
            parts.append(.command(source[Span(text.startIndex + 1, end)]))
            for index in span.start..<end where bytes[index] != UInt8(ascii: "\n") { bytes[index] = 0x20 }
            codeStart = end
        }
        if codeStart < bytes.count || parts.isEmpty { parts.append(.code(Span(codeStart, bytes.count))) }
        self.source = parts.count == 1 && codeStart == 0 ? source : SourceText(name: source.name, bytes: bytes)
    }
}
