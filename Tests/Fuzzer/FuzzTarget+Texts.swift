import Datasets
import Language
import Runtime
import Session

/// The parser, notebooks, and the texts of other programs.
extension FuzzTarget {
    static var texts: [FuzzTarget] {
        [
            FuzzTarget(
                "parser", seeds: ["Tests/RuntimeTests/Programs"], seedLineCount: 12, words: languageWords, body: parse),
            FuzzTarget(
                "notebook", seeds: [corpus("notebook")],
                words: [
                    "# %%", "# %% [markdown]", "[raw]", "[skip]", "[raises]", "#> ", "#~ ", "rtol=", "[figure: ",
                    "\r\n",
                    "\u{FEFF}",
                ],
                body: readNotebook),
            FuzzTarget(
                "ipynb", seeds: [corpus("ipynb")],
                words: [
                    "\"cell_type\"", "\"outputs\"", "\"source\"", "\"metadata\"", "\"data\"", "image/png",
                    "image/svg+xml",
                    "\"raw\"", "\"nbformat\"", "null",
                ]
            ) { bytes in
                let read = try NotebookExchange.dls(SourceText(name: "x.ipynb", bytes: bytes))
                _ = Notebook(SourceText(name: "x.dls", text: read.text))
            },
            FuzzTarget(
                "json", seeds: [corpus("json")],
                words: ["\"", "\\u0000", "\\ud83d", "[", "]", "{", "}", ":", "NaN", "1e5"]
            ) {
                bytes in
                for strictness in [JSON.Strictness.strict, .document] {
                    guard let json = try? JSON(parsing: bytes, strictness) else { continue }
                    guard let again = try? JSON(parsing: Array(json.text.utf8), strictness), again.text == json.text
                    else {
                        find("JSON does not come back: \(json.text)")
                    }
                }
            },
            FuzzTarget(
                "markdown", seeds: [corpus("markdown")],
                words: [
                    "```", "$$", "\\frac{", "![](", "](", "<script", "|--|", "> ", "* ", "1. ", "\u{301}", "&#x",
                    "\\left(",
                    "^{",
                ]
            ) { bytes in
                let html = MarkdownHTML().html(String(decoding: bytes, as: UTF8.self))
                if html.utf8.count > 1000 * (bytes.count + 100) { find("\(html.utf8.count) bytes of HTML") }
                if html.lowercased().contains("<script") { find("a script in HTML: \(html)") }
            },
        ]
    }

    private static let languageWords =
        Token.Kind.reservedWords.keys.sorted() + [
            "lambda", "def", "is", "elif", "class ", "self", "\"\"\"", "\"{", "}\"", ":.3f", "->", "...", "**", "//",
            "==",
            "!=", "|=", "\\\n", "0x", "1e", "# %%\n", "\u{201C}", "?", "f\"", "'", "@", "~", "\u{FEFF}", "\r",
        ]

    private static func parse(_ bytes: [UInt8]) throws {
        let result = Parser.parse(SourceText(name: "x", bytes: bytes))
        if (result.completeness == .complete) != result.diagnostics.isEmpty { find("completeness and errors differ") }
        for diagnostic in result.diagnostics {
            let span = diagnostic.location?.span ?? Span(0, 0)
            if span.start < 0 || span.start > span.end || span.end > bytes.count { find("a place outside the text") }
            if DiagnosticRenderer().render(diagnostic).isEmpty { find("an error without words") }
        }
    }

    /// Nothing of a notebook is lost, neither in its cells nor on the way through Jupyter's format.
    private static func readNotebook(_ bytes: [UInt8]) throws {
        let source = SourceText(name: "x.dls", bytes: bytes)
        let all = Notebook(source)
        var end = 0
        for cell in all.cells {
            if cell.span.start != end { find("the cells are not the whole file") }
            end = cell.span.end
        }
        if end != bytes.count { find("the cells end before the file") }
        let notebook = try Notebook(checking: source)
        guard String(validating: bytes, as: UTF8.self) != nil else { return }
        let drawing = Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8)
        let ipynb = try NotebookExchange.ipynb(notebook) { _ in drawing }
        let read = try NotebookExchange.dls(SourceText(name: "x.ipynb", text: ipynb))
        if Array(read.text.utf8) != bytes { find("the notebook does not come back from Jupyter's format") }
    }
}
