import Language
import Testing

@Suite struct LayoutTests {
    private func laidOut(_ text: String, unit: String = "  ") -> String? {
        let source = SourceText(name: "t", text: text)
        guard let changes = Layout.changes(source, Parser.parse(source), unit: unit) else { return nil }
        var bytes = source.bytes
        for change in changes.reversed() {
            bytes.replaceSubrange(change.span.start..<change.span.end, with: change.text.utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("fn f(x) {\nx\n}\n", "fn f(x) {\n  x\n}\n"),
        ("  x = 1  \n", "x = 1\n"),
        ("if true {\n      if true {\n1\n   }\n}", "if true {\n  if true {\n    1\n  }\n}"),
        ("if true {\n1 \n} else {\n   2\t\n}", "if true {\n  1\n} else {\n  2\n}"),
        ("if true {\n      f(1,\n        2)\n}", "if true {\n  f(1,\n    2)\n}"),
        ("x = 1 +\n    2\n", "x = 1 +\n    2\n"),
        ("f([\n    1,  \n  ])\n", "f([\n    1,\n  ])\n"),
        ("r = {\na=1,\nb=2\n}", "r = {\n  a=1,\n  b=2\n}"),
        ("x = 1\r\n  y = 2 \r\n", "x = 1\r\ny = 2\r\n"),
        ("   \n\n", "\n\n"),
        ("fn f() {\n# why  \n1\n}", "fn f() {\n# why  \n1\n}".replacing("\n1", with: "\n  1")),
        ("if true {\n # why\n1\n}", "if true {\n  # why\n  1\n}"),
    ]) func whiteSpaceFollowsTheBraces(_ text: String, _ expected: String) {
        #expect(laidOut(text) == expected)
        #expect(laidOut(expected) == expected, "again it changes nothing")
    }

    @Test func textsTextCellsAndRecordedOutputsStay() {
        let text =
            "# %% [markdown]\n# two blanks  \n# %%\nx = \"\"\"\n   a  \n{1 +\n 2}   \n  \"\"\"\n#>  3  \n'  a  '\n"
        #expect(laidOut(text) == text)
    }

    @Test func tabsAreAUnitToo() { #expect(laidOut("if true {\n1\n}", unit: "\t") == "if true {\n\t1\n}") }

    @Test(arguments: ["f(", "x = )", "\"", "if true {"]) func damagedTextsStay(_ text: String) {
        #expect(laidOut(text) == nil)
    }
}
