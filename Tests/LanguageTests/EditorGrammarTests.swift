import Foundation
import Language
import Testing

/// The editor's grammar finds the keywords, strings, numbers and comments that the lexer finds.
@Suite("The grammar for editors")
struct EditorGrammarTests {
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let editor = project.appending(path: "scripts/editor")

    static let examples: [String] = ["examples", "Tests/RuntimeTests/Programs"].flatMap { folder in
        (FileManager.default.enumerator(atPath: project.appending(path: folder).path)?.allObjects ?? [])
            .compactMap { $0 as? String }.filter { $0.hasSuffix(".dls") }.sorted().map { "\(folder)/\($0)" }
    }

    static func grammar() throws -> TextMateGrammar {
        try TextMateGrammar(Data(contentsOf: editor.appending(path: "syntaxes/dls.tmLanguage.json")))
    }

    enum Class: String {
        case keyword, constant, number, string, comment, other
    }

    @Test("agrees with the lexer on every example", arguments: examples)
    func agreesOnExamples(_ path: String) throws {
        try compare(String(contentsOf: Self.project.appending(path: path), encoding: .utf8), path)
    }

    @Test("agrees with the lexer where it is hard")
    func agreesOnOddTexts() throws {
        try compare(
            """
            #!/usr/bin/env dls
            # %% [markdown]
            # # A "title" with 3 numbers for you
            #   and `code` if "quoted

            x = 1_000 + 0xff - .5e-3 * 5. / 1e4 ** 0b101
            y = x[1:2, 0.5] ; z=-3 # "comment" with 'quotes' {
            # %% Title [volatile]
            #~ rtol=1e-3
            print "a {x} and {y[1:2]:8.4f} \\" \\{ \\u{1F600} {{a="inner {x:.2f}"}.a}" 'it is {as it is} # no comment'
            #> a 3 and "not a string
            名前 = "日本語 {名前} 😀" ; wherever = informed + android3 + x3y.T[..., 0]
            text = \"\"\"
              lines "with" quotes # and no comment {x + 1:.2f} if
            \\\"\"\" 3 \"\"\" + "one"; y = 3
            z = r"\\s {x}" + r'a" {' + f'b "{x + 1:.2f}" c' + f"d {y}"; for_ = True and None
            f = (a, b) -> a @ b if a not in b and not none else true
            model net(n=10) { linear n; fn forward(x) = x }
            param epochs = 20; fn in_out(x) { return x }
            """, "the odd text")
    }

    private func compare(_ text: String, _ path: String) throws {
        let scopes = try Self.grammar().scopes(of: text)
        let expected = classes(of: SourceText(name: path, text: text))
        #expect(scopes.count == expected.count)
        var line = 1
        for (index, byte) in text.utf8.enumerated() {
            if byte == 0x0A { line += 1 }
            // White space has no colour.
            guard byte > 0x20, scopes[index].isEmpty == false || expected[index] != .other else { continue }
            let found = Self.class(of: scopes[index])
            #expect(
                found == expected[index],
                "\(path):\(line): `\(Character(Unicode.Scalar(byte)))` is \(expected[index]), and the grammar says \(scopes[index])"
            )
            if found != expected[index] { return }
        }
    }

    private static func `class`(of scopes: [String]) -> Class {
        for scope in scopes.reversed() {
            if scope.hasPrefix("source.dls.embedded") { return .other }
            if scope.hasPrefix("comment.") { return .comment }
            if scope.hasPrefix("string.") { return .string }
            if scope.hasPrefix("constant.numeric.") { return .number }
            if scope.hasPrefix("constant.language.") { return .constant }
            if scope.hasPrefix("keyword."), !scope.hasPrefix("keyword.operator.") || scope.contains(".word.") {
                return .keyword
            }
        }
        return .other
    }

    /// What the lexer makes of each byte.
    private func classes(of source: SourceText) -> [Class] {
        var classes = [Class](repeating: .other, count: source.bytes.count)
        var end = 0
        for token in Lexer.tokenize(source).tokens {
            // Between tokens stand white space and comments.
            var isComment = false
            for index in end..<Int(token.start) {
                if source.bytes[index] == UInt8(ascii: "#") { isComment = true }
                if source.bytes[index] == 0x0A { isComment = false }
                if isComment { classes[index] = .comment }
            }
            end = Int(token.end)
            let kind: Class
            switch token.kind {
            case .number: kind = .number
            case .string, .stringHead, .stringMiddle, .stringTail: kind = .string
            case .true, .false, .none: kind = .constant
            default:
                kind = Token.Kind.reservedWords.values.contains(token.kind) ? .keyword : .other
            }
            for index in Int(token.start)..<Int(token.end) { classes[index] = kind }
        }
        return classes
    }

    @Test("every verb and every reserved word has a colour")
    func everyWordHasAColour() throws {
        let grammar = try Self.grammar()
        // `param` is a name in brackets.
        #expect(Self.class(of: try grammar.scopes(of: "param x = 1")[0]) == .keyword)
        for word in Token.Kind.reservedWords.keys where word != "param" {
            let scopes = try grammar.scopes(of: "(\(word))")[1]
            #expect([.keyword, .constant].contains(Self.class(of: scopes)), "\(word)")
        }
        for verb in Token.Kind.verbs {
            #expect(try grammar.scopes(of: "\(verb) x")[0].contains { $0.hasPrefix("support.function") }, "\(verb)")
        }
        #expect(try grammar.scopes(of: "plotter x")[0].contains { $0.hasPrefix("variable") })
    }

    @Test("cell titles, tags and headings of text cells stand out")
    func headingsStandOut() throws {
        let grammar = try Self.grammar()
        let scopes = try grammar.scopes(of: "# %% Title\nx = 1\n# %% [markdown]\n# # Heading\n# text\n\nx # y")
        #expect(scopes[5].contains("markup.heading.dls"))
        let heading = "# %% Title\nx = 1\n# %% [markdown]\n# # H".utf8.count - 1
        #expect(scopes[heading].contains("markup.heading.dls") && scopes[heading].contains("meta.cell.text.dls"))
        #expect(scopes[scopes.count - 5].contains { $0.hasPrefix("variable") }, "the text cell has ended")
    }

    @Test("the extension names files that are there, and the language's file ending")
    func theExtensionIsWhole() throws {
        func json(_ name: String) throws -> [String: Any] {
            let data = try Data(contentsOf: Self.editor.appending(path: name))
            return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
        let package = try json("package.json")
        for key in ["name", "version", "publisher"] { #expect((package[key] as? String)?.isEmpty == false) }
        #expect((package["engines"] as? [String: String])?["vscode"] != nil)
        let contributes = try #require(package["contributes"] as? [String: Any])
        let language = try #require((contributes["languages"] as? [[String: Any]])?.first)
        #expect(language["extensions"] as? [String] == [".dls"])
        let grammar = try #require((contributes["grammars"] as? [[String: Any]])?.first)
        #expect(grammar["language"] as? String == language["id"] as? String)
        #expect(grammar["scopeName"] as? String == "source.dls")
        for path in [language["configuration"], grammar["path"]] {
            _ = try json(try #require(path as? String))
        }
        let configuration = try json("language-configuration.json")
        #expect((configuration["comments"] as? [String: String])?["lineComment"] == "#")
    }
}
