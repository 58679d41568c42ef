import Language

/// Colours of what is typed: words of the language, strings, numbers and comments.
enum InputColors {
    /// The line with sequences for its colours; nil where it has none.
    static func painted(_ line: String) -> String? {
        let source = SourceText(name: "input", text: line)
        var text = ""
        var end = 0
        func add(_ span: Span, _ code: String?) {
            let part = String(source[span])
            text += code.map { "\u{1b}[\($0)m\(part)\u{1b}[0m" } ?? part
        }
        /// What stands between two tokens: spaces, and a comment.
        func addGap(to start: Int) {
            let gap = Span(end, max(start, end))
            let comment = source[gap].utf8.firstIndex(of: UInt8(ascii: "#"))
                .map { source[gap].utf8.distance(from: source[gap].utf8.startIndex, to: $0) }
            add(Span(end, comment.map { end + $0 } ?? gap.end), nil)
            if let comment { add(Span(end + comment, gap.end), "90") }
        }
        for token in Lexer.tokenize(source).tokens where token.span.start >= end {
            addGap(to: token.span.start)
            add(token.span, code(token.kind))
            end = token.span.end
        }
        addGap(to: source.bytes.count)
        return text == line ? nil : text
    }

    private static func code(_ kind: Token.Kind) -> String? {
        switch kind {
        case .string, .stringHead, .stringMiddle, .stringTail: "32"
        case .number: "36"
        case .and, .or, .not, .in, .if, .else, .for, .while, .break, .continue, .return, .fn, .model, .param, .sweep,
            .step, .import, .try, .catch, .assert, .true, .false, .none:
            "35"
        default: nil
        }
    }
}
