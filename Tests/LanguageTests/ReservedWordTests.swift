import Language
import Testing

/// A reserved word where a name is meant: one message, which says how to go on.
@Suite struct ReservedWordTests {
    /// `param` is one at the beginning of a statement alone.
    static let words = Token.Kind.reservedWords.keys.filter { $0 != "param" }.sorted()

    private func message(_ text: String) -> String? {
        Parser.parse(SourceText(name: "test", text: text)).diagnostics.first?.message
    }

    private func isCalledReserved(_ text: String, _ word: String) -> Bool {
        message(text) == "`\(word)` is a word of the language and cannot be a name"
    }

    @Test(arguments: words) func cannotBeBound(_ word: String) {
        for text in [
            "\(word) = 0", "\(word) = f()", "\(word) += 1", "fn f(\(word)) { }", "fn f(a, \(word)=1) { }",
            "fn \(word)() { }",
            "for \(word) in xs { }", "for i, \(word) in xs { }", "[1 for \(word) in xs]", "model \(word)() { }",
            "sweep \(word) in [1] { 1 }", "import \"lib.dls\" as \(word)", "param \(word) = 1", "(a, \(word)) -> a",
        ] {
            #expect(isCalledReserved(text, word), "\(text): \(message(text) ?? "no error")")
        }
    }

    @Test(arguments: words) func isAFieldAndAnArgument(_ word: String) {
        var texts = [
            "x.\(word)", "x.\(word) = 1", "f(\(word)=1)", "r = {\(word)=1}", "x.\(word)(1)", "f \(word)=1 x=2",
        ]
        // An operator goes on with the argument before it.
        if !["and", "or", "in", "not"].contains(word) { texts.append("f x \(word)=1") } else { texts.removeLast() }
        for text in texts {
            #expect(message(text) == nil, "\(text): \(message(text) ?? "")")
        }
    }

    @Test(arguments: ["model", "step", "import"]) func cannotBeRead(_ word: String) {
        for text in [
            "y = \(word) + 1", "f(\(word))", "[\(word)]", "print \(word)", "a, \(word) = f()", "\(word), a = f()",
        ] {
            #expect(isCalledReserved(text, word), "\(text): \(message(text) ?? "no error")")
        }
    }

    @Test func paramIsANameBehindTheBeginningOfAStatement() {
        for text in [
            "for param in net.parameters() { param.grad }", "param = 1", "param -= 1", "param[0] = 1", "x = param + 1",
            "[param for param in xs]", "fn f(param) { param }", "f(param)", "print param", "a, param = f()",
            "param lr = 0.1", "param param = 1", "x.param = 1",
        ] {
            #expect(message(text) == nil, "\(text): \(message(text) ?? "")")
        }
        #expect(message("param lr") != nil && message("param 3") != nil && message("param model = 1") != nil)
    }

    @Test func wordsInTheirPlaceStayAsTheyAre() {
        for text in [
            "step opt loss", "step opt -loss", "step (opt) (loss)", "x = step opt f(x)", "if -x > 0 { }", "if (x) { }",
            "if [1] { }",
            "while [x] { break }", "print (step opt loss)", "fn(x) { x }", "not x", "y = not (x)",
            "x = sweep a in [1] { a }",
            "fn f() { return -1 }", "assert [1] == [1]", "y = none == none", "f true, false", "x in [1]",
            "assert -x < 0",
        ] {
            #expect(message(text) == nil, "\(text): \(message(text) ?? "")")
        }
    }
}
