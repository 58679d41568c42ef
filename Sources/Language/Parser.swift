/// Turns a source text into its syntax tree by recursive descent, a method for each rule of the grammar.
///
/// What a name is bound to plays no part, so a text has one meaning. Errors are collected: after one, parsing
/// goes on behind the statement it is in.
package final class Parser {
    let source: SourceText
    let list: TokenList
    var position = 0
    var context = Context()
    var enclosing = Enclosing()

    private(set) var diagnostics: [Diagnostic]
    /// What was missing when the text ended, if that is all that is wrong.
    private(set) var expecting: String?

    /// How many rules are open: what keeps the parser from running out of stack.
    var depth = 0
    /// How high the trees of the expression that is being read can be, counted in operators (at least as high
    /// as they are): what keeps everything that walks a tree from running out of stack.
    var height = 0
    var blockDepth = 0
    /// How many classes are around the current token.
    var classDepth = 0
    /// The fields that the class around assigns as `self.name`.
    var selfFields: [String] = []
    /// The index of the first token of the statement that is being read.
    private var statementStart = 0
    /// The index of the token behind `from math import *`, whose star goes on with no line.
    var starEnd: Int?

    static let maximumDepth = 200
    static let maximumHeight = 1000
    static let maximumDiagnostics = 20

    /// An error that has been recorded already.
    struct Failure: Error {}

    /// How the tokens of the place are to be read.
    struct Context {
        /// Ends of lines end statements: not so inside brackets.
        var newlinesMatter = true
        /// White space separates arguments.
        var isCommand = false
        /// `{` opens a block.
        var blockFollows = false

        static let brackets = Context(newlinesMatter: false)
    }

    /// What `return`, `break` and `continue` would leave.
    struct Enclosing {
        var function = Function.none
        var isInLoop = false
        /// In a class: how many blocks are open where its methods stand.
        var methodDepth = 0

        enum Function { case none, function, model, `class`, sweep }
    }

    /// - Parameter span: The part that is read, such as a cell; all of it unless given.
    package static func parse(_ source: SourceText, in span: Span? = nil) -> ParseResult {
        let span = span ?? Span(0, source.bytes.count)
        return Parser(source, Lexer.tokenize(source, in: span)).run(span)
    }

    init(_ source: SourceText, _ list: TokenList) {
        self.source = source
        self.list = list
        diagnostics = list.diagnostics
    }

    /// `program: (statement (end of line | ';'))*`
    private func run(_ span: Span) -> ParseResult {
        let statements = statements(until: .endOfText)
        if diagnostics.isEmpty, list.endsInBackslash {
            expecting = "the next line"
            let end = source.bytes[..<span.end].lastIndex(of: UInt8(ascii: "\\")) ?? 0
            record("the text ends after `\\`, which goes on with the next line", at: Span(end, end + 1))
        }
        if diagnostics.isEmpty, let quotes = list.unclosedText {
            expecting = "`\"\"\"`"
            record("this text is not closed", at: quotes, help: ["write \"\"\" at its end"])
        }
        let completeness: ParseResult.Completeness
        if diagnostics.isEmpty {
            completeness = .complete
        } else if let expecting {
            completeness = .incomplete(expecting: expecting)
        } else {
            completeness = .invalid
        }
        return ParseResult(
            block: Block(statements: statements, span: span),
            diagnostics: diagnostics.sorted { ($0.location?.span.start ?? 0) < ($1.location?.span.start ?? 0) },
            completeness: completeness)
    }

    /// Reads statements up to a token, which stays; a statement with an error is left out.
    func statements(until closing: Token.Kind) -> [Statement] {
        var statements: [Statement] = []
        while true {
            while kind == .semicolon { advance() }
            if kind == closing || kind == .endOfText { return statements }
            let start = position
            statementStart = start
            let outer = (context, enclosing, depth, blockDepth)
            do {
                let statement = try statement()
                try endOfStatement()
                let isSilenced = kind == .semicolon
                statements.append(Statement(statement.kind, statement.span, isSilenced: isSilenced))
            } catch {
                (context, enclosing, depth, blockDepth) = outer
                recover(from: start)
            }
        }
    }

    private func endOfStatement() throws(Failure) {
        if atLineBreak || kind == .semicolon || kind == .endOfText { return }
        if kind == .rightBrace, blockDepth > 0 { return }
        throw unexpected("the end of the statement")
    }

    // MARK: - Tokens

    var current: Token { list.tokens[position] }
    var kind: Token.Kind { list.tokens[position].kind }
    var previous: Token? { position > 0 ? list.tokens[position - 1] : nil }

    /// The token that many places on; the last one past the end.
    func token(_ distance: Int) -> Token {
        list.tokens[max(0, min(position + distance, list.tokens.count - 1))]
    }

    func advance() {
        if position + 1 < list.tokens.count { position += 1 }
    }

    func match(_ kind: Token.Kind) -> Bool {
        guard self.kind == kind else { return false }
        advance()
        return true
    }

    /// The statement ends before the current token, as far as lines decide.
    var atLineBreak: Bool { breaksLine(position) }

    /// The end of a line ends the statement before a token.
    func breaksLine(_ index: Int) -> Bool {
        guard context.newlinesMatter, index > 0, index != statementStart else { return false }
        let token = list.tokens[index]
        return (token.startsLine || token.kind == .endOfText)
            && (!list.tokens[index - 1].kind.continuesLine || index == starEnd)
    }

    /// No white space stands before the current token.
    var touches: Bool { touches(position) }

    func touches(_ index: Int) -> Bool {
        index > 0 && index < list.tokens.count && list.tokens[index].start == list.tokens[index - 1].end
    }

    /// The index of the bracket that closes the one at an index.
    func matching(_ index: Int) -> Int? {
        let match = list.tokens[index].payload
        return match == Token.noPayload ? nil : Int(match)
    }

    func text(_ token: Token) -> String { source[token.span] }

    /// From a token's start to the end of the last token that was read.
    func span(from start: Int) -> Span {
        Span(Int(list.tokens[start].start), max(Int(previous?.end ?? 0), Int(list.tokens[start].start)))
    }

    // MARK: - Limits

    /// Reads something with the tokens read in another way.
    func within<Result>(
        _ context: Context, _ parse: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let outer = self.context
        self.context = context
        defer { self.context = outer }
        return try parse()
    }

    /// Reads what can hold another of its kind, one level deeper.
    func nested<Result>(_ parse: () throws(Failure) -> Result) throws(Failure) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Parser.maximumDepth else {
            throw fail(
                "this is nested more than \(Parser.maximumDepth) levels deep", at: current.span,
                help: ["give the parts names of their own"])
        }
        return try parse()
    }

    /// Counts one more operator that makes the tree higher.
    func grow() throws(Failure) {
        height += 1
        guard height <= Parser.maximumHeight else {
            throw fail(
                "this expression has more than \(Parser.maximumHeight) operators", at: current.span,
                help: ["give the parts names of their own"])
        }
    }

    // MARK: - Errors

    /// Records an error; what it returns is to be thrown.
    func fail(_ message: String, at span: Span, label: String? = nil, help: [String] = []) -> Failure {
        record(message, at: span, label: label, help: help)
        return Failure()
    }

    private func record(_ message: String, at span: Span, label: String? = nil, help: [String] = []) {
        guard diagnostics.count < Parser.maximumDiagnostics else { return }
        diagnostics.append(
            Diagnostic(message, at: .init(source: source, span: span), label: label, help: help))
    }

    /// Records that the text ended too early; what it returns is to be thrown.
    ///
    /// An open bracket is what is missing first of all, and where to look for the mistake in a file.
    func incomplete(_ expected: String) -> Failure {
        guard diagnostics.isEmpty else { return Failure() }
        let end = Int(previous?.end ?? 0)
        guard let index = list.unclosed else {
            expecting = expected
            return fail("expected \(expected), and the text ends", at: Span(end, end))
        }
        let bracket = list.tokens[index]
        switch bracket.kind {
        case .leftParenthesis, .leftBracket, .leftBrace:
            expecting = bracket.kind == .leftParenthesis ? "`)`" : bracket.kind == .leftBracket ? "`]`" : "`}`"
            return fail("this `\(bracket.kind.rawValue)` is not closed", at: bracket.span)
        default:
            expecting = "`}`"
            return fail("the `{` in this string is not closed", at: Span(Int(bracket.end) - 1, Int(bracket.end)))
        }
    }

    /// Goes on behind the statement that an error is in.
    private func recover(from start: Int) {
        if expecting != nil || diagnostics.count >= Parser.maximumDiagnostics {
            position = list.tokens.count - 1
            return
        }
        // Brackets that the statement opened before the error, and that are closed behind it, belong to it.
        var index = start
        while index < position {
            guard isOpening(index) else {
                index += 1
                continue
            }
            guard let match = matching(index) else { break }
            index = match + 1
        }
        position = max(min(max(index, position), list.tokens.count - 1), start)
        var isFirst = position == start
        while kind != .endOfText {
            if !isFirst && current.startsLine || kind == .semicolon { return }
            if kind == .rightBrace {
                if blockDepth > 0 { return }
            } else if isOpening(position), let match = matching(position) {
                position = match
            }
            isFirst = false
            advance()
        }
    }

    func isOpening(_ index: Int) -> Bool {
        switch list.tokens[index].kind {
        case .leftParenthesis, .leftBracket, .leftBrace: true
        default: false
        }
    }
}
