import Language
import Testing

private func tokens(_ text: String) -> TokenList {
    Lexer.tokenize(SourceText(name: "test.dls", text: text))
}

private func kinds(_ text: String) -> [String] {
    tokens(text).tokens.dropLast().map(\.kind.rawValue)
}

@Suite struct LexerTests {
    @Test(arguments: [
        ("3", 3.0), ("1_000", 1000), ("0.5", 0.5), ("5e-4", 5e-4), ("0xff", 255), ("0xFF_FF", 65535), (".5", 0.5),
        ("5.", 5),
        ("1E3", 1000), ("1e+2", 100), ("0b101", 5), ("0o17", 15), ("1_0.2_5", 10.25), ("007", 7), ("1e400", .infinity),
        ("0.1", 0.1), ("12345678901234568000.5", 1.2345678901234568e19),
    ]) func number(_ text: String, _ value: Double) {
        let list = tokens(text)
        #expect(list.diagnostics.isEmpty)
        #expect(list.numbers == [value])
        #expect(list.tokens.count == 2)
    }

    @Test(arguments: ["1_", "1__0", "0x", "0xg", "2x", "1e5x", "0b12", "3_.5", "1.5.5px", "0x_1", "12ä"])
    func malformedNumber(_ text: String) {
        let list = tokens(text)
        #expect(list.diagnostics.count == 1)
        #expect(list.diagnostics.first?.message.hasSuffix("is not a number") == true)
        #expect(list.tokens.contains { $0.kind == .invalid })
    }

    @Test(arguments: ["123456789012345678901234567890", "0x10000000000000000", "9223372036854775809"])
    func wholeNumbersWithTooManyDigits(_ text: String) {
        let list = tokens(text)
        #expect(list.diagnostics.count == 1)
        #expect(list.diagnostics.first?.message.contains("has more digits than a number holds") == true)
    }

    @Test(arguments: [
        (#""""#, ""), (#""a b""#, "a b"), (#""\n\t\r\"\\\{\}\'""#, "\n\t\r\"\\{}'"),
        (#""\u{1F600}\u{e9}""#, "\u{1F600}\u{e9}"),
        (#""}""#, "}"), ("\"# no comment\"", "# no comment"), (#"'a {b} \n "c" #d'"#, #"a {b} \n "c" #d"#), ("''", ""),
        (#""日本語""#, "日本語"),
    ]) func string(_ text: String, _ value: String) {
        let list = tokens(text)
        #expect(list.diagnostics.isEmpty)
        #expect(list.texts == [value])
        #expect(list.tokens.map(\.kind) == [.string, .endOfText])
    }

    @Test(arguments: [
        Case(#""{a}""#, "(text a)"),
        Case(#""loss {x:.4f} of {y}!""#, #"(text "loss " x:.4f " of " y "!")"#),
        Case(#""{a + b * 2}""#, "(text (+ a (* b 2)))"),
        Case(#""{r.x[1:2, ::3]:8.3f}""#, "(text (index (. r x) 1:2 ::3):8.3f)"),
        Case(#""{f("in {"deep {x:2}"} out")}""#, #"(text (call f (text "in " (text "deep " x:2) " out")))"#),
        Case(#""{ {a=1}.a }""#, "(text (. {a=1} a))"),
        Case(#""{fn(x) { x }(1): 5}""#, "(text (call (fn (x) {x}) 1): 5)"),
        Case(#""{if a { 1 } else { 2 }}""#, "(text (if a {1} else {2}))"),
        Case(#""{a}{b}\{c}""#, #"(text a b "{c}")"#),
        Case(#""{x:}""#, "(text x:)"),
        Case("\"{\n  x # comment\n}\"", "(text x)"),
    ]) func interpolation(_ example: Case) {
        #expect(parsed(example.text) == example.tree)
    }

    @Test func namesAreLettersOfAnyScript() {
        #expect(kinds("größe 変数 имя _x x_1 α2 e\u{301}") == Array(repeating: "name", count: 7))
        #expect(kinds("and android in into nota") == ["and", "name", "in", "name", "name"])
    }

    @Test func everySymbol() {
        let symbols =
            "( ) [ ] { } , ; : . ... -> ? = += -= *= /= %= @= **= + - * / % @ ** == != < <= > >= "
            + "&& || ! & | ^ ~ // //= := => === !== <>"
        #expect(kinds(symbols) == symbols.split(separator: " ").map(String.init))
        #expect(kinds("x**-y") == ["name", "**", "-", "name"])
        #expect(kinds("a<-b") == ["name", "<", "-", "name"])
        #expect(kinds("x[::2]") == ["name", "[", ":", ":", "number", "]"])
        #expect(kinds("x.5") == ["name", ".", "number"])
        #expect(kinds("f(x).5") == ["name", "(", "name", ")", ".", "number"])
        #expect(kinds("3.mean") == ["number", ".", "name"])
    }

    @Test func tokensKnowWhatStandsAroundThem() {
        let list = tokens("a b(c)  # comment\n\u{A0}d \\\n e\r\nf")
        let names = list.tokens.filter { $0.kind == .name }
        #expect(names.map(\.startsLine) == [true, false, false, true, false, true])
        #expect(list.tokens[1].end == list.tokens[2].start)
        #expect(names.map(\.span) == [0, 2, 4, 20, 25, 28].map { Span($0, $0 + 1) })
    }

    @Test(
        arguments: [
            ("a \u{201C}b", "the character `\u{201C}` (U+201C) is not read here", "write `\"`"),
            ("a \u{2212} 1", "the character `\u{2212}` (U+2212) is not read here", "write `-`"),
            ("a\u{200B}", "there is an invisible character here, U+200B", "delete it"),
            ("\u{1F600}", "the character `\u{1F600}` (U+1F600) has no meaning here", "text goes in quotes"),
            ("$x", "the character `$` has no meaning here", nil),
            ("x\u{1B} 1", "a control character, U+001B, has no meaning here", "delete it"),
            ("a \\ b", "`\\` stands only at the end of a line, where it goes on with the statement", nil),
            (
                #""a\qb""#, #"`\q` has no meaning in a string"#,
                #"write `\\` for a backslash, or '...', where nothing is read inside"#
            ),
            (#""\é""#, #"`\é` has no meaning in a string"#, nil),
            (#""\u{110000}""#, #"`\u{110000}` names no character"#, nil),
            (#""\u{}""#, #"`\u{}` names no character"#, nil),
            (#""\u12""#, #"`\u` names no character"#, nil),
            ("\"abc", "this string is not closed", nil),
            ("'abc\n", "this string is not closed", nil),
            ("\"abc\\", "this string is not closed", nil),
            ("print \"loss {x\"", "the `{` in this string is not closed", nil),
            ("\"{x:.4f", "the `{` in this string is not closed", nil),
            ("\"{x} and {y", nil, nil),
            ("\"{x} and \n", "this string is not closed", nil),
            ("\"{x:{w}}\"", "a format holds no values of its own", nil),
        ] as [(String, String?, String?)]) func reported(_ text: String, _ message: String?, _ help: String?)
    {
        let diagnostics = tokens(text).diagnostics
        #expect(diagnostics.first?.message == message)
        #expect(diagnostics.count == (message == nil ? 0 : 1))
        if let help { #expect(diagnostics.first?.help.first == help) }
    }

    @Test func readingGoesOnBehindAnError() {
        let result = Parser.parse(
            SourceText(name: "t", text: "a = \"open\nb = 2\nc = \"{x \"\nd = 4\n\"\"\"\n$\n\"\"\"\ne = 5"))
        #expect(SyntaxDump.text(result.block) == "(= b 2)\n(= d 4)\n\"\\n$\\n\"\n(= e 5)")
        #expect(result.diagnostics.count == 2)
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], "the text is not UTF-8: byte 0xff fits nothing here", 1),
            ([0xC0, 0x80], "the text is not UTF-8: byte 0xc0 fits nothing here", 0),
            ([0x61, 0xE2, 0x82], "the text is not UTF-8: byte 0xe2 fits nothing here", 1),
            ([0xED, 0xA0, 0x80], "the text is not UTF-8: byte 0xed fits nothing here", 0),
            ([0x23, 0x08, 0x00], "the text holds a NUL byte", 2),
            ([0xFF, 0xFE, 0x61, 0x00], "the text is UTF-16", 0),
        ] as [([UInt8], String, Int)]) func bytesThatAreNotText(_ bytes: [UInt8], _ message: String, _ offset: Int)
    {
        let result = Parser.parse(SourceText(name: "t", bytes: bytes))
        #expect(result.completeness == .invalid)
        #expect(result.diagnostics.map(\.message) == [message])
        #expect(result.diagnostics.first?.location?.span.start == offset)
    }
}
