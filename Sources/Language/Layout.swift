/// A change of a text: new text for a span.
package struct TextChange: Equatable, Sendable {
    package let span: Span
    package let text: String
}

/// White space as it should be: lines are indented by the braces around them, and none ends in blanks.
///
/// Lines inside other brackets and those that go on with a statement move with its first line. What is inside texts of
/// several lines stays, and so do lines that begin with `#`: they are text cells, recorded outputs and options.
package struct Layout {
    private let source: SourceText
    private let list: TokenList
    private let unit: String
    /// The next token that is not read yet.
    private var next = 0
    private var brackets: [Bracket] = []
    /// How many texts with interpolation are open.
    private var openTexts = 0
    /// How far the line at which the statement began was moved.
    private var shift = 0
    private var changes: [TextChange] = []

    private struct Bracket {
        let isBrace: Bool
        /// The new indentation of the line that it stands in, and how far that moved.
        let indentation: String
        let shift: Int
    }

    /// The changes that make it so, in the order of the text; nil where the text is not right, so that what its braces
    /// mean is not known.
    ///
    /// - Parameter unit: The indentation of a block, beside that around it.
    package static func changes(_ source: SourceText, _ parsed: ParseResult, unit: String) -> [TextChange]? {
        guard parsed.diagnostics.isEmpty else { return nil }
        var layout = Layout(source: source, list: Lexer.tokenize(source), unit: unit)
        for line in source.lineStarts.indices { layout.layOut(source.lineSpan(line)) }
        return layout.changes
    }

    private init(source: SourceText, list: TokenList, unit: String) {
        self.source = source
        self.list = list
        self.unit = unit
    }

    private mutating func layOut(_ line: Span) {
        let bytes = source.bytes
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let startsInText = openTexts > 0 || next > 0 && Int(list.tokens[next - 1].end) > line.start
        let start = bytes[line.start..<line.end].firstIndex { !isBlank($0) } ?? line.end
        var indentation = String(decoding: bytes[line.start..<start], as: UTF8.self)
        if !startsInText, start < line.end, bytes[line.start] != UInt8(ascii: "#") {
            let wanted = wantedIndentation(indentation, line)
            shift = wanted.utf8.count - indentation.utf8.count
            if wanted != indentation { changes.append(TextChange(span: Span(line.start, start), text: wanted)) }
            indentation = wanted
        }
        readTokens(to: line.end, indentation)
        let endsInText = openTexts > 0 || next > 0 && Int(list.tokens[next - 1].end) > line.end
        guard !endsInText, bytes[line.start..<line.end].first != UInt8(ascii: "#") else { return }
        var end = line.end
        while end > (startsInText ? line.start : max(line.start, start)), isBlank(bytes[end - 1]) { end -= 1 }
        if start == line.end, !startsInText { end = line.start }
        if end < line.end { changes.append(TextChange(span: Span(end, line.end), text: "")) }
    }

    private func wantedIndentation(_ present: String, _ line: Span) -> String {
        let first = list.tokens[next]
        let hasToken = first.kind != .endOfText && Int(first.start) < line.end
        if let bracket = brackets.last {
            if bracket.isBrace {
                if hasToken, first.kind == .rightBrace { return bracket.indentation }
                if !goesOn { return bracket.indentation + unit }
            } else {
                return moved(present, by: bracket.shift)
            }
        }
        return goesOn ? moved(present, by: shift) : ""
    }

    /// Whether the line goes on with the statement of the one before.
    private var goesOn: Bool {
        guard next > 0 else { return false }
        return list.tokens[next - 1].kind.continuesLine && !endsArgument || !list.tokens[next].startsLine
    }

    /// A comma in a record's braces is no promise of the same line.
    private var endsArgument: Bool { list.tokens[next - 1].kind == .comma && brackets.last?.isBrace == true }

    private func moved(_ indentation: String, by shift: Int) -> String {
        shift >= 0
            ? indentation + String(repeating: unit.first == "\t" ? "\t" : " ", count: shift)
            : String(indentation.dropFirst(-shift))
    }

    private mutating func readTokens(to end: Int, _ indentation: String) {
        while list.tokens[next].kind != .endOfText, Int(list.tokens[next].start) < end {
            switch list.tokens[next].kind {
            case .leftBrace: brackets.append(Bracket(isBrace: true, indentation: indentation, shift: shift))
            case .leftParenthesis, .leftBracket:
                brackets.append(Bracket(isBrace: false, indentation: indentation, shift: shift))
            case .rightBrace, .rightParenthesis, .rightBracket: _ = brackets.popLast()
            case .stringHead: openTexts += 1
            case .stringTail: openTexts -= 1
            default: break
            }
            next += 1
        }
    }
}
