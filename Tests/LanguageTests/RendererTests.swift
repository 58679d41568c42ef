import Language
import Testing

/// The rendering of a diagnostic at the first place where a text occurs.
private func render(
    _ source: String, at place: String, _ message: String = "message", label: String? = nil, help: [String] = [],
    name: String = "a.dls", renderer: DiagnosticRenderer = DiagnosticRenderer()
) throws -> String {
    let bytes = Array(source.utf8)
    let wanted = Array(place.utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: wanted) })
    let location = Diagnostic.Location(
        source: SourceText(name: name, bytes: bytes), span: Span(start, start + wanted.count))
    return renderer.render(Diagnostic(message, at: location, label: label, help: help))
}

@Suite struct RendererTests {
    @Test func theShapeOfTheLanguagePage() throws {
        let lines =
            ["# %% One"] + Array(repeating: "relu", count: 8) + [
                "# %% Two", "model m() {", "  flatten", "  # ...", "  linear 600", "}",
            ]
        let text = try render(
            lines.joined(separator: "\n"), at: "linear 600",
            "linear1 takes 576 features, and its input has shape [8, 16, 6, 6]",
            help: ["put `flatten` before it: 16 * 6 * 6 = 576"], name: "homework2.dls")
        #expect(
            text == """
                error: linear1 takes 576 features, and its input has shape [8, 16, 6, 6]
                  --> homework2.dls:14:3, cell 2
                   |
                14 |   linear 600
                   |   ^^^^^^^^^^
                   = help: put `flatten` before it: 16 * 6 * 6 = 576
                """)
    }

    @Test func labelsAndSeveralHelps() throws {
        #expect(
            try render(
                "x = dropuot(y)", at: "dropuot", "unknown name", label: "did you mean \"dropout\"?",
                help: ["one", "two\nlines"]) == """
                    error: unknown name
                     --> a.dls:1:5
                      |
                    1 | x = dropuot(y)
                      |     ^^^^^^^ did you mean "dropout"?
                      = help: one
                      = help: two
                              lines
                    """)
    }

    @Test func withoutAPlace() {
        #expect(
            DiagnosticRenderer().render([Diagnostic("no such file", help: ["look again"]), Diagnostic("second")]) == """
                error: no such file
                 = help: look again

                error: second
                """)
    }

    @Test func columnsCountCharactersAndCaretsLineUp() throws {
        #expect(
            try render("\ta\tb", at: "b") == """
                error: message
                 --> a.dls:1:4
                  |
                1 |     a   b
                  |         ^
                """)
        #expect(
            try render("x = \"日本語\" + y", at: "y") == """
                error: message
                 --> a.dls:1:13
                  |
                1 | x = "日本語" + y
                  |                ^
                """)
        #expect(
            try render("f \"👩‍👩‍👧 é e\u{301} 🇩🇪\" yy", at: "yy") == """
                error: message
                 --> a.dls:1:13
                  |
                1 | f "👩‍👩‍👧 é e\u{301} 🇩🇪" yy
                  |               ^^
                """)
        #expect(
            try render("größe = 変数", at: "変数") == """
                error: message
                 --> a.dls:1:9
                  |
                1 | größe = 変数
                  |         ^^^^
                """)
    }

    @Test func severalLines() throws {
        #expect(
            try render("x = f(a,\n      b,\n\n      c) + 1", at: "f(a,\n      b,\n\n      c)", label: "here") == """
                error: message
                 --> a.dls:1:5
                  |
                1 | x = f(a,
                  |     ^^^^
                2 |       b,
                  |       ^^
                3 |
                4 |       c) + 1
                  |       ^^ here
                """)
        let long = "f {\n" + (1...9).map { "  x\($0)\n" }.joined() + "}"
        #expect(
            try render(long, at: long) == """
                error: message
                  --> a.dls:1:1
                   |
                 1 | f {
                   | ^^^
                 2 |   x1
                   |   ^^
                ...
                11 | }
                   | ^
                """)
    }

    @Test func placesAtEnds() {
        func at(_ text: String, _ start: Int, _ end: Int) -> String {
            DiagnosticRenderer().render(
                Diagnostic("m", at: .init(source: SourceText(name: "a", text: text), span: Span(start, end))))
        }
        #expect(at("x =", 3, 3) == "error: m\n --> a:1:4\n  |\n1 | x =\n  |    ^")
        #expect(at("", 0, 0) == "error: m\n --> a:1:1\n  |\n1 |\n  | ^")
        #expect(at("x\r\ny", 1, 1) == "error: m\n --> a:1:2\n  |\n1 | x\n  |  ^")
        #expect(at("x\n", 2, 2) == "error: m\n --> a:2:1\n  |\n2 |\n  | ^")
        #expect(at("x", 40, 50) == "error: m\n --> a:1:2\n  |\n1 | x\n  |  ^")
    }

    @Test func longLinesAreCut() throws {
        let renderer = DiagnosticRenderer(width: 30)
        let source =
            "start " + String(repeating: "abcde ", count: 100_000) + "HERE and "
            + String(repeating: "fghij ", count: 100_000)
        #expect(
            try render(source, at: "HERE", renderer: renderer) == """
                error: message
                 --> a.dls:1:600007
                  |
                1 | ...cde abcde HERE and fghij...
                  |              ^^^^
                """)
        #expect(
            try render(source, at: "start", renderer: renderer) == """
                error: message
                 --> a.dls:1:1
                  |
                1 | start abcde abcde abcde ...
                  | ^^^^^
                """)
        #expect(
            try render(source, at: "HERE and " + String(repeating: "fghij ", count: 100_000), renderer: renderer) == """
                error: message
                 --> a.dls:1:600007
                  |
                1 | ...cde abcde HERE and fghij...
                  |              ^^^^^^^^^^^^^^
                """)
        let wide = String(repeating: "漢", count: 1000)
        for line in try render("x " + wide + "HERE" + wide, at: "HERE", renderer: renderer).split(separator: "\n") {
            #expect(line.count <= 34)
        }
    }

    @Test func nothingInTheTextMovesTheCursor() {
        let source = SourceText(name: "a\u{1B}b", bytes: Array("x \u{1B}[2J \u{202E}y".utf8) + [0xFF, 0x07])
        let text = DiagnosticRenderer().render(
            Diagnostic("bad \u{1B}[1m", at: .init(source: source, span: Span(12, 13)), label: "\u{7}"))
        #expect(
            text == """
                error: bad \u{FFFD}[1m
                 --> a\u{FFFD}b:1:11
                  |
                1 | x \u{FFFD}[2J \u{FFFD}y\u{FFFD}\u{FFFD}
                  |           ^ \u{FFFD}
                """)
    }

    @Test func callsThatLedThere() {
        let source = SourceText(name: "a.dls", text: "# %%\nf(3)\ng(4)\nh(5)")
        func frame(_ name: String, _ start: Int) -> Diagnostic.Frame {
            .init(name: name, location: .init(source: source, span: Span(start, start + 4)))
        }
        let place = Diagnostic.Location(source: source, span: Span(5, 6))
        let few = Diagnostic("m", at: place, help: ["h"], trace: [frame("in f", 10), frame("in g", 15)])
        #expect(
            DiagnosticRenderer().render(few) == """
                error: m
                 --> a.dls:2:1, cell 1
                  |
                2 | f(3)
                  | ^
                  = help: h
                  = in f, called at a.dls:3:1, cell 1
                    3 | g(4)
                  = in g, called at a.dls:4:1, cell 1
                    4 | h(5)
                """)
        let same = Diagnostic("m", trace: Array(repeating: frame("in f", 10), count: 200) + [frame("in g", 15)])
        #expect(
            DiagnosticRenderer().render(same) == """
                error: m
                 = in f, called at a.dls:3:1, cell 1, 200 times
                   3 | g(4)
                 = in g, called at a.dls:4:1, cell 1
                   4 | h(5)
                """)
        let many = Diagnostic("m", trace: (0..<100).map { frame("in f\($0)", 10) })
        let lines = DiagnosticRenderer().render(many).split(separator: "\n")
        #expect(lines.count == 24)
        #expect(lines[15] == " = in f7, called at a.dls:3:1, cell 1")
        #expect(lines[17] == " = ... 89 more calls ...")
        #expect(lines[18] == " = in f97, called at a.dls:3:1, cell 1")
    }

    @Test func colours() throws {
        let text = try render("x y", at: "y", label: "l", help: ["h"], renderer: DiagnosticRenderer(usesColor: true))
        let bold = "\u{1B}[1m", red = "\u{1B}[1;31m", blue = "\u{1B}[1;34m", cyan = "\u{1B}[1;36m", end = "\u{1B}[0m"
        #expect(
            text == """
                \(red)error\(end)\(bold): message\(end)
                \(blue) --> \(end)a.dls:1:3
                \(blue)  |\(end)
                \(blue)1 |\(end) x y
                \(blue)  |\(end)   \(red)^ l\(end)
                \(blue)  = \(end)\(cyan)help\(end): h
                """)
    }

    @Test func cells() {
        let source = SourceText(name: "a", text: "x\n# %% A\ny\n#%% [markdown]\n # %% no\n# %%\nz")
        #expect([0, 2, 9, 11, 27, 36, 41].map { source.cellNumber(at: $0) } == [nil, 1, 1, 2, 2, 3, 3])
        #expect(source.place(of: 10) == (3, 2))
        #expect(source.place(of: 1000) == (7, 2))
    }
}

@Suite struct SuggestionTests {
    static let names = [
        "dropout", "softmax", "max_pool", "linear", "learning_rate", "lr", "batch", "epochs", "optimizer", "accuracy",
        "sum", "std",
        "log_softmax", "x", "T", "momentum",
    ]

    @Test(
        arguments: [
            ("dropuot", "dropout"), ("drpout", "dropout"), ("Dropout", "dropout"), ("maxpool", "max_pool"),
            ("maxPool", "max_pool"),
            ("pool_max", "max_pool"), ("rl", "lr"), ("acc", "accuracy"), ("optimiser", "optimizer"),
            ("epoch", "epochs"),
            ("learningrate", "learning_rate"), ("X", "x"), ("t", "T"), ("sumn", "sum"), ("logsoftmax", "log_softmax"),
            ("q", nil), ("zz", nil), ("banana", nil), ("", nil), ("sum", nil), ("ab", nil),
        ] as [(String, String?)]) func closest(_ name: String, _ expected: String?)
    {
        #expect(Suggestion.closest(to: name, among: SuggestionTests.names) == expected)
        #expect(Suggestion.closest(to: name, among: SuggestionTests.names.reversed()) == expected)
    }

    @Test func words() {
        #expect(Suggestion.didYouMean("dropuot", among: SuggestionTests.names) == "did you mean \"dropout\"?")
        #expect(Suggestion.didYouMean("banana", among: SuggestionTests.names) == nil)
        #expect(Suggestion.closest(to: String(repeating: "a", count: 10_000_000), among: SuggestionTests.names) == nil)
    }

    @Test(arguments: [
        ("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("ca", "abc", 3), ("kitten", "sitting", 3),
    ])
    func distance(_ a: String, _ b: String, _ expected: Int) {
        #expect(Suggestion.editDistance(Array(a), Array(b)) == expected)
        #expect(Suggestion.editDistance(Array(b), Array(a)) == expected)
    }
}
