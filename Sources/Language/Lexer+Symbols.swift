extension Lexer {
    /// Longest first, so that the first that fits is the one.
    private static let symbols: [(text: [UInt8], kind: Token.Kind)] = {
        let kinds: [Token.Kind] = [
            .comma, .semicolon, .dot, .ellipsis, .arrow, .question, .assign, .plusAssign, .minusAssign,
            .starAssign, .slashAssign, .percentAssign, .atAssign, .powerAssign, .pipeAssign, .ampersandAssign,
            .caretAssign,
            .shiftLeftAssign, .shiftRightAssign, .shiftLeft, .shiftRight, .plus,
            .minus, .star, .slash,
            .percent, .at, .power, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
            .doubleAmpersand, .doublePipe, .exclamation, .ampersand, .pipe, .caret, .tilde, .doubleSlash,
            .doubleSlashAssign, .colonAssign, .fatArrow, .tripleEqual, .notDoubleEqual, .lessGreater,
        ]
        return kinds.map { (Array($0.rawValue.utf8), $0) }.sorted { $0.text.count > $1.text.count }
    }()

    private static let symbolsByFirstByte: [[(text: [UInt8], kind: Token.Kind)]] = (0..<128).map { byte in
        symbols.filter { Int($0.text[0]) == byte }
    }

    mutating func symbol() {
        switch bytes[offset] {
        case UInt8(ascii: "("): openBracket(.leftParenthesis)
        case UInt8(ascii: "["): openBracket(.leftBracket)
        case UInt8(ascii: "{"): openBracket(.leftBrace)
        case UInt8(ascii: ")"): closeBracket(.rightParenthesis, closes: .leftParenthesis)
        case UInt8(ascii: "]"): closeBracket(.rightBracket, closes: .leftBracket)
        case UInt8(ascii: "}"): closeBrace()
        case UInt8(ascii: ":") where isInInterpolation: format()
        case UInt8(ascii: "=")
        where isInInterpolation && openStrings.last?.quotes.doublesBraces == true && isEndOfNamedCode(at: offset):
            offset += 1
        case UInt8(ascii: ":") where byte(1) != UInt8(ascii: "="): add(.colon, length: 1)
        default: plainSymbol()
        }
    }

    private mutating func plainSymbol() {
        for (text, kind) in Lexer.symbolsByFirstByte[Int(bytes[offset] & 0x7F)]
        where bytes[offset...].starts(with: text) {
            return add(kind, length: text.count)
        }
        let scalar = Unicode.Scalar(bytes[offset])
        let isControl = bytes[offset] < 0x20 || bytes[offset] == 0x7F
        let shown = isControl ? "a control character, \(TextCheck.codePoint(scalar))," : "the character `\(scalar)`"
        report("\(shown) has no meaning here", offset, offset + 1, help: isControl ? ["delete it"] : [])
        add(.invalid, length: 1)
    }

    // MARK: - Brackets

    /// The innermost thing that is open is an interpolation.
    var isInInterpolation: Bool {
        guard let last = open.last else { return false }
        return list.tokens[last].kind == .stringHead || list.tokens[last].kind == .stringMiddle
    }

    /// The innermost thing that is open is `(` or `[`.
    private var isInGroup: Bool {
        guard let last = open.last else { return false }
        return list.tokens[last].kind == .leftParenthesis || list.tokens[last].kind == .leftBracket
    }

    private mutating func openBracket(_ kind: Token.Kind) {
        open.append(list.tokens.count)
        if kind == .leftBrace { openBraces += 1 }
        add(kind, length: 1)
    }

    private mutating func closeBracket(_ kind: Token.Kind, closes opening: Token.Kind) {
        // One wrong bracket in between is skipped, as in `(x[1)`.
        if isInGroup, list.tokens[open[open.count - 1]].kind != opening, open.count >= 2,
            list.tokens[open[open.count - 2]].kind == opening
        {
            open.removeLast()
        }
        if let last = open.last, list.tokens[last].kind == opening {
            open.removeLast()
            match(last)
        }
        add(kind, length: 1)
    }

    private mutating func closeBrace() {
        guard openBraces > 0 else { return add(.rightBrace, length: 1) }
        while isInGroup { open.removeLast() }
        if isInInterpolation { return continueString() }
        let last = open.removeLast()
        openBraces -= 1
        match(last)
        add(.rightBrace, length: 1)
    }

    /// Links an open bracket with the token that is about to be added.
    private mutating func match(_ opening: Int) {
        list.tokens[opening].payload = Int32(list.tokens.count)
    }
}
