import Language
import Testing

private func completeness(_ text: String) -> ParseResult.Completeness {
    Parser.parse(SourceText(name: "t", text: text)).completeness
}

@Suite struct CompletenessTests {
    @Test(
        arguments: [
            ("", nil), ("x", nil), ("x = 1\n", nil), ("f(x)", nil), ("print", nil), ("return_value", nil), ("x;", nil),
            ("if a { b }", nil), ("x \\\n\n", nil), ("# {", nil), ("'{'", nil), ("\"\\{\"", nil),
            // Brackets first of all
            ("f(", "`)`"), ("f(a", "`)`"), ("f(a,", "`)`"), ("f(a +", "`)`"), ("f(k=", "`)`"), ("(", "`)`"),
            ("x[", "`]`"),
            ("x[1:", "`]`"), ("[", "`]`"), ("[1, 2", "`]`"), ("[x for", "`]`"), ("[x for y", "`]`"),
            ("[x for y in", "`]`"),
            ("{", "`}`"), ("{a", "`}`"), ("{a=", "`}`"), ("{a=1", "`}`"), ("{a=f(", "`)`"), ("f({", "`}`"),
            ("f(\\\n", "`)`"),
            ("\"{", "`}`"), ("\"{x", "`}`"), ("\"a {f(x", "`)`"), ("\"{x} {y", "`}`"), ("\"{x +\n", "`}`"),
            ("x = 1; f(", "`)`"),
            ("\"\"\"", "`\"\"\"`"), ("x = \"\"\"a\n\nb \"c\"", "`\"\"\"`"), ("\"\"\"a {x} b", "`\"\"\"`"),
            ("f(\"\"\"a", "`)`"), ("\"\"\"a {f(x", "`)`"), ("\"\"\"a {x", "`}`"), ("\"\"\"a {x} {", "`}`"),
            ("\"\"\"a\n\"\"\"", nil), ("{\"a\":", "`}`"), ("{[k]", "`}`"), ("{[k", "`]`"), ("f(*", "`)`"),
            ("(a, b", "`)`"), ("a = b =", "a value"), ("x |", "a value"),
            ("fn f(", "`)`"), ("fn f(x", "`)`"), ("fn f(x) {", "`}`"), ("model m() {\n relu\n", "`}`"),
            ("if a {", "`}`"), ("step opt {", "`}`"),
            ("for x in xs {\n if a {\n  f(", "`)`"), ("for x in xs {\n if a {\n  f\n }\n", "`}`"), ("while a {", "`}`"),
            ("try { a", "`}`"), ("sweep x in xs {", "`}`"), ("step opt f(", "`)`"),
            ("if a { fn", "`}`"), ("if a { x.", "`}`"), ("if a { x, y", "`}`"), ("if a { x =", "`}`"),
            // Then what an operator, a comma, `=` or `\` promises
            ("x +", "a value"), ("x + # comment\n", "a value"), ("x and", "a value"), ("not", "a value"),
            ("-", "a value"),
            ("x =", "a value"), ("x +=", "a value"), ("x ->", "a value"), ("f a,", "a value"), ("a,", "a value"),
            ("x \\", "the next line"), ("x = 1 \\\n", "the next line"), ("x + \\", "a value"), ("for x in", "a value"),
            ("fn f(x) =", "a value"), ("param x =", "a value"), ("assert a,", "a value"), ("sweep x in xs,", "a name"),
            // Then blocks, which may stand on the next line
            ("fn f(x)", "`{` and a block after the parameters"), ("fn f(x)\n", "`{` and a block after the parameters"),
            ("if a", "`{` and a block after the condition"), ("if a { b } else", "`{` and a block after `else`"),
            ("if a { b } else if c", "`{` and a block after the condition"), ("try", "`{` and a block after `try`"),
            ("for x in xs", "`{` and a block after the sequence"),
            ("sweep x in xs", "`{` and a block after the values"),
            ("try { a }", "`catch` or `finally` after the block of `try`"),
            ("try { a } catch", "`{` and a block after `catch`"),
            ("try { a } catch e", "`{` and a block after `catch`"),
        ] as [(String, String?)]) func answers(_ text: String, _ expecting: String?)
    {
        #expect(completeness(text) == (expecting.map { .incomplete(expecting: $0) } ?? .complete))
    }

    @Test(arguments: [
        "x y = 3", ")", "f(]", "if a: b", "x = = 1", "\"open", "'open", "f(\"open", "import", "param x", "for x",
        "assert", "step",
        "step opt", "x.", "fn", "model", "return", "break", "if c { a, b }", "x = a, *b", "f(x\ny", "{a=1 b}", "x ++",
        "1 2", "$ {",
        "f a -b",
        "x = )\nf(", "f(\u{0}",
    ]) func invalid(_ text: String) {
        #expect(completeness(text) == .invalid)
    }

    /// What is incomplete has one error, for when no more lines come.
    @Test func whatIsIncompleteSaysWhy() {
        let result = Parser.parse(SourceText(name: "t", text: "if a {\n  f(x,\n"))
        #expect(result.diagnostics.map(\.message) == ["this `(` is not closed"])
        #expect(result.diagnostics.first?.location?.span == Span(10, 11))
        let word = Parser.parse(SourceText(name: "t", text: "x = 1 +\n"))
        #expect(word.diagnostics.map(\.message) == ["expected a value, and the text ends"])
    }

    /// More lines make every beginning of a good program good, so no beginning that ends with a line is invalid.
    @Test(arguments: ProgramTests.all) func noLineOfAGoodProgramIsInvalid(_ program: String) {
        let bytes = Array(program.utf8)
        for end in bytes.indices where bytes[end] == UInt8(ascii: "\n") {
            let text = String(decoding: bytes[..<end], as: UTF8.self)
            #expect(completeness(text) != .invalid, "\(text)")
        }
    }

    /// Every beginning has an answer, and where a bracket is open between two tokens it is that there must be more.
    @Test(arguments: ProgramTests.all) func everyBeginning(_ program: String) {
        let bytes = Array(program.utf8)
        let tokens = Lexer.tokenize(SourceText(name: "t", text: program)).tokens
        for end in 0...bytes.count { _ = completeness(String(decoding: bytes[..<end], as: UTF8.self)) }
        var depth = 0
        for token in tokens {
            switch token.kind {
            case .leftParenthesis, .leftBracket, .leftBrace, .stringHead: depth += 1
            case .rightParenthesis, .rightBracket, .rightBrace, .stringTail: depth -= 1
            default: break
            }
            // A format goes on to its `}` without a break.
            guard depth > 0, token.kind != .format else { continue }
            let text = String(decoding: bytes[..<Int(token.end)], as: UTF8.self)
            guard case .incomplete = completeness(text) else {
                Issue.record("not incomplete: ...\(String(text.suffix(60)))")
                continue
            }
        }
    }
}
