import Language

/// Colours of what is typed: words of the language, strings, numbers and comments.
enum InputColors {
    /// A stretch of bytes in one colour; nil where it is the usual one.
    struct Run {
        var bytes: Range<Int>
        let code: String?
    }

    /// The stretches of an input behind a byte offset, counted from there.
    static func runs(_ input: String, from start: Int) -> [Run] {
        let source = SourceText(name: "input", text: input)
        var runs: [Run] = []
        var end = 0
        func add(to next: Int, _ code: String?) {
            let bytes = max(end - start, 0)..<max(next - start, 0)
            if !bytes.isEmpty { runs.append(Run(bytes: bytes, code: code)) }
            end = next
        }
        /// What stands between two tokens: spaces, and comments.
        func addGap(to next: Int) {
            while end < next {
                let isComment = source.bytes[end] == UInt8(ascii: "#")
                let stop = source.bytes[end..<next].firstIndex(of: UInt8(ascii: isComment ? "\n" : "#"))
                add(to: stop ?? next, isComment ? "90" : nil)
            }
        }
        for token in Lexer.tokenize(source).tokens where token.span.start >= end {
            addGap(to: token.span.start)
            add(to: token.span.end, code(token.kind))
        }
        addGap(to: source.bytes.count)
        return runs
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
