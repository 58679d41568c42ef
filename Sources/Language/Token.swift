/// The smallest piece of a source text that has a meaning of its own.
package struct Token: Sendable {
    package let kind: Kind
    /// A line ended between the token before and this one (not counting ends after `\`).
    package let startsLine: Bool
    package let start: Int32
    package let end: Int32
    /// For texts and numbers their index in the `TokenList`; for brackets the index of the token that
    /// matches, or `noPayload`.
    var payload: Int32

    static let noPayload: Int32 = -1

    package var span: Span { Span(Int(start), Int(end)) }

    package enum Kind: String, Sendable {
        // With a text of their own
        case name, number, string
        /// `"text{` opens a string with interpolation, `}text{` goes on with it, `}text"` ends it.
        case stringHead, stringMiddle, stringTail
        /// What stands after `:` in an interpolation.
        case format
        /// Something that the lexer has reported already.
        case invalid
        case endOfText

        // Punctuation
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case rightBracket = "]"
        case leftBrace = "{"
        case rightBrace = "}"
        case comma = ","
        case semicolon = ";"
        case colon = ":"
        case dot = "."
        case ellipsis = "..."
        case arrow = "->"
        case question = "?"

        // Operators
        case assign = "="
        case plusAssign = "+="
        case minusAssign = "-="
        case starAssign = "*="
        case slashAssign = "/="
        case percentAssign = "%="
        case doubleSlashAssign = "//="
        case atAssign = "@="
        case powerAssign = "**="
        case pipeAssign = "|="
        case ampersandAssign = "&="
        case caretAssign = "^="
        case shiftLeftAssign = "<<="
        case shiftRightAssign = ">>="
        case plus = "+"
        case minus = "-"
        case star = "*"
        case slash = "/"
        case percent = "%"
        case doubleSlash = "//"
        case at = "@"
        case power = "**"
        case pipe = "|"
        case caret = "^"
        case ampersand = "&"
        case shiftLeft = "<<"
        case shiftRight = ">>"
        case tilde = "~"
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        // Reserved words
        case and, or, not
        case `in`, `if`, `else`, `for`, `while`, `break`, `continue`, `return`
        case fn, model, param, sweep, step, `import`, `try`, `catch`, assert
        case `true`, `false`, none

        // What other languages write; known so that an error can say what dls writes
        case doubleAmpersand = "&&"
        case doublePipe = "||"
        case exclamation = "!"
        case colonAssign = ":="
        case fatArrow = "=>"
        case tripleEqual = "==="
        case notDoubleEqual = "!=="
        case lessGreater = "<>"
    }
}

extension Token.Kind {
    /// The words that cannot be names, with those that Python has for three of them.
    package static let reservedWords: [String: Token.Kind] = {
        let kinds: [Token.Kind] = [
            .and, .or, .not, .in, .if, .else, .for, .while, .break, .continue, .return, .fn, .model, .param,
            .sweep, .step, .import, .try, .catch, .assert, .true, .false, .none,
        ]
        let python: [String: Token.Kind] = ["True": .true, "False": .false, "None": .none]
        return Dictionary(uniqueKeysWithValues: kinds.map { ($0.rawValue, $0) }).merging(python) { $1 }
    }()

    /// The functions whose names cannot be variables.
    package static let verbs: Set<String> = [
        "load", "save", "train", "evaluate", "predict", "show", "print", "plot", "table", "help", "quit",
    ]

    /// Those among them that no function hides: a session could not be left, or asked, any more.
    static let verbsOfSessions: Set<String> = ["print", "help", "quit"]

    var isReservedWord: Bool {
        switch self {
        case .and, .or, .not, .in, .if, .else, .for, .while, .break, .continue, .return, .fn, .model, .param,
            .sweep, .step, .import, .try, .catch, .assert, .true, .false, .none:
            true
        default:
            false
        }
    }

    /// Something must follow, so the end of the line does not end the statement.
    var continuesLine: Bool {
        switch self {
        case .comma, .arrow, .assign, .plusAssign, .minusAssign, .starAssign, .slashAssign, .percentAssign,
            .doubleSlashAssign, .atAssign, .powerAssign, .pipeAssign, .ampersandAssign, .caretAssign, .shiftLeftAssign,
            .shiftRightAssign, .caret, .shiftLeft, .shiftRight, .plus, .minus, .star, .slash,
            .doubleSlash, .percent, .at,
            .power, .pipe, .ampersand, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or,
            .not, .in:
            true
        default:
            false
        }
    }

    /// The operator of `x += 1` and its like.
    var augmentedOperator: BinaryOperator? {
        switch self {
        case .plusAssign: .add
        case .minusAssign: .subtract
        case .starAssign: .multiply
        case .slashAssign: .divide
        case .percentAssign: .remainder
        case .doubleSlashAssign: .floorDivide
        case .atAssign: .matrixProduct
        case .powerAssign: .power
        case .pipeAssign: .union
        case .ampersandAssign: .intersection
        case .caretAssign: .exclusion
        case .shiftLeftAssign: .shiftLeft
        case .shiftRightAssign: .shiftRight
        default: nil
        }
    }
}

/// A source text as tokens, with what they stand for.
package struct TokenList: Sendable {
    /// Ends with `.endOfText`.
    package internal(set) var tokens: [Token] = []
    /// The values of strings and the texts of formats, escapes replaced.
    package internal(set) var texts: [String] = []
    package internal(set) var numbers: [Double] = []
    /// Those of `numbers` that are whole and not exact, as they are written.
    package internal(set) var wholes: [Int: Int] = [:]
    package internal(set) var diagnostics: [Diagnostic] = []
    /// The opening quotes of a text of several lines that is open at the end.
    package internal(set) var unclosedText: Span?
    /// The token of the innermost bracket or interpolation that is open at the end.
    package internal(set) var unclosed: Int?
    /// The text ends right after a `\`, which promises another line.
    package internal(set) var endsInBackslash = false
}

extension TokenList {
    /// `param` begins a statement, `param rate = 0.1`; elsewhere it is a name: `for param in net.parameters() { }`.
    var namingWordsOutsideTheirPlace: TokenList {
        var list = self
        for (index, token) in tokens.enumerated() where token.kind == .param {
            let before = index == 0 ? Token.Kind.semicolon : tokens[index - 1].kind
            let next = tokens[index + 1]
            let beginsStatement = token.startsLine || before == .semicolon || before == .leftBrace
            let assigned = index + 2 < tokens.count && tokens[index + 2].kind == .assign
            if beginsStatement, !next.startsLine, next.kind.isBehindParam || assigned && next.kind.isReservedWord {
                continue
            }
            list.tokens[index] = Token(
                kind: .name, startsLine: token.startsLine, start: token.start, end: token.end,
                payload: token.payload)
        }
        return list
    }
}

extension Token.Kind {
    /// Whether it stands where the name of a param is expected, and does not go on with an expression.
    fileprivate var isBehindParam: Bool {
        switch self {
        case .name, .number, .string: true
        case .in, .and, .or, .not, .if, .else, .for: false
        default: isReservedWord
        }
    }
}
