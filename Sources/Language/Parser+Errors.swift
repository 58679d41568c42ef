extension Parser {
    /// Records that something else was expected where the current token stands; to be thrown.
    func unexpected(_ expected: String) -> Failure {
        if kind == .invalid { return Failure() }
        if kind == .endOfText, !atLineBreak || list.unclosed != nil { return incomplete(expected) }
        if atLineBreak {
            let ending = kind == .endOfText ? "text" : "line"
            return fail("expected \(expected), and the \(ending) ends", at: endOfPrevious)
        }
        if [.model, .param, .import, .step, .sweep].contains(kind), previousEndsValue { return reservedName() }
        if let failure = foreignOperator() ?? mistakeAfterValue(expected) { return failure }
        return fail("expected \(expected), found \(described(current))", at: current.span, help: helpAfterName())
    }

    /// Reads the bracket that closes the one at an index.
    func close(_ opening: Int, with closing: Token.Kind, orElse other: String? = nil) throws(Failure) {
        if match(closing) { return }
        let bracket = list.tokens[opening]
        let symbol = bracket.kind.rawValue
        if kind == .endOfText { throw incomplete("`\(closing.rawValue)`") }
        if current.startsLine, matching(opening) == nil, kind != .invalid {
            throw fail(
                "this `\(symbol)` is not closed", at: bracket.span,
                help: ["expected `\(closing.rawValue)` before line \(lineNumber(current))"])
        }
        let line = lineNumber(bracket)
        let place = line == lineNumber(current) ? "" : " of line \(line)"
        let choices = (other.map { "\($0) or " } ?? "") + "`\(closing.rawValue)`"
        throw unexpected("\(choices) to close the `\(symbol)`\(place)")
    }

    private func lineNumber(_ token: Token) -> Int { source.lineIndex(at: Int(token.start)) + 1 }

    private var endOfPrevious: Span {
        let end = Int(previous?.end ?? 0)
        return Span(end, end)
    }

    func described(_ token: Token) -> String {
        switch token.kind {
        case .endOfText: "the end of the text"
        case .string, .stringHead: "the string \(Parser.clipped(text(token)))"
        case .stringMiddle, .stringTail: "`}`"
        case .number: "the number \(Parser.clipped(text(token)))"
        default: "`\(Parser.clipped(text(token)))`"
        }
    }

    /// A text made short enough for a message, on one line.
    static func clipped(_ text: String, to length: Int = 48) -> String {
        let start = text.prefix(length + 1)
        let line = String(start.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        return start.count > length ? String(line.prefix(length - 3)) + "..." : line
    }

    // MARK: - Operators of other languages

    private func foreignOperator() -> Failure? {
        let help: String
        switch kind {
        case .doubleAmpersand: help = "write `and`"
        case .doublePipe: help = "write `or`"
        case .exclamation: help = "write `not`; of masks, `~`"
        case .colonAssign: help = "write `=`"
        case .fatArrow: help = "write `->`, as in `x -> x * 2`"
        case .tripleEqual: help = "write `==`"
        case .notDoubleEqual, .lessGreater: help = "write `!=`"
        default: return nil
        }
        return fail("`\(kind.rawValue)` is not an operator of dls", at: current.span, help: [help])
    }

    /// The token at an index begins `++` or `--` with nothing behind it.
    func isIncrement(_ index: Int) -> Bool {
        guard index + 2 < list.tokens.count else { return false }
        let (sign, second, next) = (list.tokens[index], list.tokens[index + 1], list.tokens[index + 2])
        guard sign.kind == .plus || sign.kind == .minus, second.kind == sign.kind, touches(index + 1) else {
            return false
        }
        return next.startsLine || [.endOfText, .semicolon, .rightBrace, .rightParenthesis].contains(next.kind)
    }

    func increment() -> Failure {
        let symbol = kind.rawValue
        let target = Parser.clipped(previous.map(text) ?? "x")
        return fail(
            "`\(symbol)\(symbol)` is not an operator of dls", at: current.span.joined(with: token(1).span),
            help: ["write `\(target) \(symbol)= 1`"])
    }

    // MARK: - What does not go on from the value before

    private func mistakeAfterValue(_ expected: String) -> Failure? {
        switch kind {
        case .assign:
            if previous?.kind == .assign { return doubleAssign() }
            return fail(
                "`=` assigns, and stands only after what it assigns to", at: current.span,
                help: ["to compare, write `==`"])
        case .if where previousEndsValue, .else where previousEndsValue:
            return fail(
                "`\(kind.rawValue)` does not go on from a value", at: current.span,
                help: ["to choose between values, write `a if c else b` or `if c { a } else { b }`"])
        case .colon:
            return fail(
                "`:` has no meaning here", at: current.span,
                help: ["a block is written `{ ... }`, a record `{a=1}`, a slice `x[1:2]`"])
        case .leftParenthesis where previousEndsValue && !touches, .leftBracket where previousEndsValue && !touches:
            return spacedBracket(expected)
        case .string, .stringHead:
            return previous?.kind == .name && touches ? touchingString() : nil
        case .name where previousEndsValue && ["is", "then", "do"].contains(text(current)):
            let help = text(current) == "is" ? "to compare, write `==` or `!=`" : "a block is written `{ ... }`"
            return fail("`\(text(current))` does not exist in dls", at: current.span, help: [help])
        case .question where previousEndsValue:
            return fail(
                "`?` stands before the name that help is asked for", at: current.span,
                help: ["write `?\(previous.map(text) ?? "name")`"])
        default:
            return nil
        }
    }

    private var previousEndsValue: Bool {
        guard let previous, !atLineBreak else { return false }
        switch previous.kind {
        case .name, .number, .string, .stringTail, .rightParenthesis, .rightBracket, .rightBrace, .true, .false, .none:
            return true
        default:
            return false
        }
    }

    private func spacedBracket(_ expected: String) -> Failure {
        let symbol = kind.rawValue
        let value = previous.map(text) ?? ""
        let argument = matching(position).map { source[Span(Int(current.start), Int(list.tokens[$0].end))] } ?? symbol
        return fail(
            "expected \(expected), found `\(symbol)` after white space", at: current.span,
            help: ["`(` and `[` touch what they apply to: write `\(Parser.clipped(value + argument))`"])
    }

    private func touchingString() -> Failure {
        let word = previous.map(text) ?? ""
        let string = Parser.clipped(text(current))
        let help =
            switch word {
            case "b", "B", "u", "U": "leave out the `\(word)`"
            default: "write white space between them: `\(word) \(string)`"
            }
        return fail("the string touches the name `\(Parser.clipped(word))`", at: current.span, help: [help])
    }

    /// A value behind a name looks like a call without parentheses where none is read.
    private func helpAfterName() -> [String] {
        guard let previous, previous.kind == .name, !touches, startsArgument(position) else { return [] }
        let name = text(previous)
        return [
            "to call `\(Parser.clipped(name))`, write `\(Parser.clipped("\(name)(\(text(current)))"))`;"
                + " without parentheses a call stands alone on its line or behind `=`"
        ]
    }
}
