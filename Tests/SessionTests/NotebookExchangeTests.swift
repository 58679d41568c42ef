import Foundation
import Language
import Runtime
import Session
import Testing

/// Notebooks to Jupyter, HTML and Markdown, and back.
@Suite struct NotebookExchangeTests {
    /// A folder of its own for each test, gone with it.
    final class Folder {
        let path: String

        init() throws {
            path = FileManager.default.temporaryDirectory.appendingPathComponent("dls-exchange-\(UUID())").path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String, _ name: String) throws -> SourceText {
            let file = URL(filePath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return source(name)
        }

        func source(_ name: String) -> SourceText { SourceText(name: "\(path)/\(name)", bytes: Array(data(name))) }
        func data(_ name: String) -> Data { FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data() }
        func text(_ name: String) -> String { String(decoding: data(name), as: UTF8.self) }
        var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
    }

    static let figure = """
        <svg xmlns='http://www.w3.org/2000/svg'>
        <title>loss &amp; more</title>
        <desc>lines: 3 points, 1 to 2</desc>
        </svg>

        """
    static let notebook = """
        #!/usr/bin/env dls
        # Some words before the first cell.

        # %% [markdown]
        # # The *title* & more
        #
        # - one
        # - two with `code` and $x_1^2$
        #
        # | a | b |
        # |---|--:|
        # | 1 | <b>2</b> |

        # %% Train <fast> [volatile]
        #~ rtol=1e-3
        x = [1, 2]   # "a comment"
        table([{lr=0.1, name="adam"}])
        #>  lr  name
        #> 0.1  adam

        # %%
        print "{x} < 3"
        plot x
        #> [1, 2] < 3
        #> [figure: book_figures/cell3-1.svg]

        # %% Fails [raises]
        zeros(-1)
        #> before
        #> error: `zeros` takes sizes

        """

    private func failure(_ body: () throws -> Void) -> Diagnostic? {
        do { try body() } catch { return Failure(wrapping: error).diagnostic }
        return nil
    }

    // MARK: - To Jupyter and back

    @Test func throughJupyterAndBackIsTheSameFile() throws {
        let folder = try Folder()
        let source = try folder.write(Self.notebook, "book.dls")
        _ = try folder.write(Self.figure, "book_figures/cell3-1.svg")
        let report = try NotebookExchange.export(source, to: .ipynb)
        #expect(report.path == "\(folder.path)/book.ipynb" && report.note == nil)
        _ = try NotebookExchange.importNotebook(folder.source("book.ipynb"), output: "\(folder.path)/back.dls")
        #expect(folder.text("back.dls") == Self.notebook)
        #expect(folder.text("book_figures/cell3-1.svg") == Self.figure)
        #expect(folder.names == ["back.dls", "book.dls", "book.ipynb", "book_figures"])
    }

    /// A carriage return is the end of a line only before a line feed.
    @Test(arguments: [
        "# # a\rb\n", "# %% a\rb\nx = \"c\rd\"\nprint x\n#> c\rd\n", "a\r\nb\r\n", "a\r\r\nb\n", "a\r",
        "# %%\r\n\r\n1\r2\r\n#> 3\r4\r\n", "1\n#> 2\r\r\n#> 3\r\r", "1\n#> [figure: c\r\r",
        "1\n#> c\r\r\r\r\n#> d\r\r\r\r", "a\r\r\r\nb\n",
    ]) func carriageReturnsComeBackFromJupyter(_ text: String) throws {
        let notebook = Notebook(SourceText(name: "a.dls", text: text))
        let ipynb = try NotebookExchange.ipynb(notebook) { _ in [] }
        let back = try NotebookExchange.dls(SourceText(name: "a.ipynb", text: ipynb)).text
        #expect(Array(back.utf8) == Array(text.utf8))
    }

    /// The title of a cell is one line, whatever a notebook of Jupyter says.
    @Test func titlesBringNoCode() throws {
        let ipynb =
            #"{"cells":[{"cell_type":"code","metadata":{"dls":{"title":"a\r\r\nprint 1"}},"source":"2","outputs":[]}],"#
            + #""metadata":{"language_info":{"name":"dls"}},"nbformat":4,"nbformat_minor":5}"#
        let text = try NotebookExchange.dls(SourceText(name: "a.ipynb", text: ipynb)).text
        #expect(
            text.utf8.split(separator: UInt8(ascii: "\n")).map { String(Substring($0)) } == ["# %% a print 1", "2"])
    }

    @Test func aJupyterNotebookHasWhatItsFormatAsksFor() throws {
        let folder = try Folder()
        _ = try folder.write(Self.figure, "book_figures/cell3-1.svg")
        _ = try NotebookExchange.export(try folder.write(Self.notebook, "book.dls"), to: .ipynb)
        let json = try #require(
            JSONSerialization.jsonObject(with: folder.data("book.ipynb")) as? [String: Any])
        #expect(json["nbformat"] as? Int == 4 && json["nbformat_minor"] as? Int == 5)
        let cells = try #require(json["cells"] as? [[String: Any]])
        #expect(cells.map { $0["cell_type"] as? String } == ["markdown", "markdown", "code", "code", "code"])
        #expect(Set(cells.compactMap { $0["id"] as? String }).count == cells.count)
        #expect(cells.allSatisfy { $0["metadata"] is [String: Any] && $0["source"] is [String] })
        #expect((cells[2]["source"] as? [String])?.first == "# Train <fast>\n")
        #expect((cells[2]["metadata"] as? [String: Any])?["tags"] as? [String] == ["volatile"])
        #expect((cells[4]["metadata"] as? [String: Any])?["tags"] as? [String] == ["raises-exception"])
        let outputs = try cells.dropFirst(2).map { try #require($0["outputs"] as? [[String: Any]]) }
        #expect(
            outputs.map { $0.map { $0["output_type"] as? String } } == [
                ["display_data"], ["stream", "display_data"], ["stream", "error"],
            ])
        let table = try #require((outputs[0][0]["data"] as? [String: [String]])?["text/html"]?.joined())
        #expect(table.contains("<th style=\"text-align: right\">lr</th><th style=\"text-align: left\">name</th>"))
        let picture = try #require((outputs[1][1]["data"] as? [String: [String]])?["image/svg+xml"]?.joined())
        #expect(picture == Self.figure)
        let words = (outputs[1][1]["metadata"] as? [String: [String: String]])?["image/svg+xml"]
        #expect(words == ["alt": "loss & more: lines: 3 points, 1 to 2"])
    }

    /// Whatever a notebook is made of, it comes back byte by byte.
    @Test(arguments: 0..<300) func anyNotebookComesBack(_ run: Int) throws {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        var maker = NotebookMaker(seed: seed)
        let text = maker.notebook()
        let notebook = Notebook(SourceText(name: "random.dls", text: text))
        try #require(notebook.diagnostics.isEmpty, "seed \(seed): \(notebook.diagnostics.map(\.message))\n\(text)")
        let json = try NotebookExchange.ipynb(notebook) { Array("<svg>\($0)</svg>".utf8) }
        let result = try NotebookExchange.dls(SourceText(name: "random.ipynb", text: json))
        #expect(result.text == text, "seed \(seed)")
    }

    @Test func aPlainNotebookNeedsNoCopyOfItsText() throws {
        let text = """
            # %% [markdown]
            # # Title
            #
            # Text.

            # %% Code [volatile]
            #~ atol=1e-4
            x = 1
            #> 1

            # %%
            y = 2

            """
        let json = try NotebookExchange.ipynb(Notebook(SourceText(name: "a.dls", text: text))) { _ in [] }
        #expect(!json.contains("\"text\": \"#"))
    }

    @Test func whatWasChangedInJupyterIsTaken() throws {
        let source = SourceText(name: "a.dls", text: "# %% First\n\n\nx = 1\n#> 1\n\n\n# %%\ny = 2")
        let json = try NotebookExchange.ipynb(Notebook(source)) { _ in [] }
        let edited = json.replacing("x = 1", with: "x = 3\\n\\n#> not an output\\n#%% no cell\\n")
        let text = try NotebookExchange.dls(SourceText(name: "a.ipynb", text: edited)).text
        #expect(text == "# %% First\nx = 3\n\n#\\> not an output\n#\\%% no cell\n#> 1\n\n# %%\ny = 2")
        #expect(Notebook(SourceText(name: "a.dls", text: text)).diagnostics.isEmpty)
    }

    /// Sources and kinds of cells that a file of ours would read as something else.
    @Test func whatLooksLikeAMarkerComesBack() throws {
        let texts = [
            "```mermaid\n%% note\nA-->B\n```", "%%\u{301}", "\\%% a", "\\\\%%", "> b\n#> c\n# %% d\n#~ e", "!x", "#!x",
            "\u{301} a mark", "a\n\n%% [skip]",
        ]
        let codes = [
            "x = 1\n# %% no cell\n#> no output\nx", "#%%\n#~ rtol=1\n#~\nx", "#\\> a\n#\\\\ %% b\nx",
            "#>\u{301}\n#%%\u{301}\nx",
            "#!x\nx", "# \\%% x\nx", "#",
        ]
        var cells: [(kind: String, source: String)] = texts.flatMap { [("markdown", $0), ("raw", $0)] }
        cells += codes.map { ("code", $0) } + [("raw", "\\alpha"), ("markdown", ""), ("raw", ""), ("code", "")]
        let encoder = JSONEncoder()
        let json = try cells.map { kind, source in
            let text = String(decoding: try encoder.encode(source), as: UTF8.self)
            return "{\"cell_type\": \"\(kind)\", \"metadata\": {}, \"source\": \(text)"
                + (kind == "code" ? ", \"outputs\": [], \"execution_count\": null}" : "}")
        }.joined(separator: ", ")
        let source = SourceText(name: "a.ipynb", text: Self.frame.replacing("CELLS", with: json))
        let text = try NotebookExchange.dls(source).text
        let notebook = Notebook(SourceText(name: "a.dls", text: text))
        #expect(notebook.diagnostics.isEmpty, "\(text)")
        let back = try NotebookExchange.ipynb(notebook) { _ in [] }
        let object = try #require(JSONSerialization.jsonObject(with: Data(back.utf8)) as? [String: Any])
        let found = try #require(object["cells"] as? [[String: Any]])
        try #require(found.count == cells.count, "\(text)")
        for (cell, expected) in zip(found, cells) {
            #expect(cell["cell_type"] as? String == expected.kind)
            let lines = cell["source"] as? [String] ?? []
            #expect(Array(lines.joined().utf8) == Array(expected.source.utf8), "\(text)")
        }
    }

    // MARK: - What cannot be imported

    static let frame = """
        {"cells": [CELLS], "metadata": {"language_info": {"name": "dls"}}, "nbformat": 4, "nbformat_minor": 5}
        """

    static let bad: [(json: String, message: String)] = [
        ("", "ends too early"),
        ("{\"cells\": [", "ends too early"),
        ("{\"cells\": [}", "is not JSON: a value is expected"),
        ("[1, 2]", "it has no `nbformat`"),
        ("{\"nbformat\": 3, \"worksheets\": []}", "it has nbformat 3, and 4 is read"),
        ("{\"nbformat\": 4, \"metadata\": {}, \"cells\": []}", "does not say which language"),
        (
            "{\"nbformat\": 4, \"metadata\": {\"kernelspec\": {\"language\": \"python\"}}, \"cells\": []}",
            "its cells are in python, not in dls"
        ),
        ("{\"nbformat\": 4, \"metadata\": {\"language_info\": {\"name\": \"dls\"}}}", "it has no list of cells"),
        (frame.replacing("CELLS", with: "3"), "cell 1 has no `cell_type`"),
        (
            frame.replacing("CELLS", with: "{\"cell_type\": \"heading\", \"source\": \"\"}"),
            "cell 1 is of the unknown type heading"
        ),
        (frame.replacing("CELLS", with: "{\"cell_type\": \"code\", \"source\": 3}"), "cell 1 has no text as `source`"),
        (
            frame.replacing(
                "CELLS", with: "{\"cell_type\": \"markdown\", \"source\": \"\", \"attachments\": {\"a.png\": {}}}"),
            "cell 1 holds the picture a.png"
        ),
        (
            frame.replacing(
                "CELLS",
                with: """
                    {"cell_type": "code", "source": "x", "outputs": [{"output_type": "display_data",
                    "data": {"image/png": "iVBO"}, "metadata": {}}]}
                    """), "cell 1, output 1 is image/png without a text"
        ),
        (
            frame.replacing(
                "CELLS",
                with: """
                    {"cell_type": "code", "source": "x", "outputs": [{"output_type": "display_data", "metadata": {},
                    "data": {"image/svg+xml": "<svg>", "text/plain": "[figure: ../x_figures/a.svg]"}}]}
                    """), "leads out of its folder"
        ),
        (
            frame.replacing(
                "CELLS",
                with: "{\"cell_type\": \"code\", \"source\": \"x\", \"outputs\": [{\"output_type\": \"video\"}]}"),
            "cell 1, output 1 is of the unknown type video"
        ),
    ]

    @Test(arguments: bad.map(\.json)) func aBadNotebookIsAnErrorAndNothingIsWritten(_ json: String) throws {
        let expected = try #require(Self.bad.first { $0.json == json }).message
        let folder = try Folder()
        let source = try folder.write(json, "x.ipynb")
        let diagnostic = failure { _ = try NotebookExchange.importNotebook(source) }
        #expect(diagnostic?.message.contains(expected) == true, "\(diagnostic?.message ?? "no error")")
        #expect(folder.names == ["x.ipynb"])
    }

    /// The place is that of what is wrong, not of the file.
    @Test(arguments: [
        ("x\n\"nbformat\": 3", "3"), ("x\n\"nbformat\": 4, \"metadata\":\n{}", "{"),
        ("x\n\"nbformat\": 4, \"metadata\": {\n\"kernelspec\": {\"language\":\n \"python\"}}", "\""),
        (
            "x\n\"nbformat\": 4, \"metadata\": {\"language_info\": {\"name\": \"dls\"}}, \"cells\": [\n"
                + "{\"cell_type\": \"code\", \"source\": \"1\"},\n{\"cell_type\": \"code\", \"source\": \"x\","
                + "\n\"outputs\": [{\"output_type\": \"display_data\", \"data\":\n{\"image/png\": \"\"}}]}]", "{"
        ),
    ]) func aBadNotebookIsAnErrorWithItsLine(_ members: String, _ sign: String) throws {
        let text = "{" + members.dropFirst() + "}"
        let diagnostic = failure { _ = try NotebookExchange.dls(SourceText(name: "x.ipynb", text: text)) }
        let location = try #require(diagnostic?.location)
        let (start, last) = (location.span.start, text.split(separator: "\n").count - 1)
        #expect(location.source.lineIndex(at: start) == last, "\(diagnostic?.message ?? "")")
        #expect(location.source[Span(start, start + 1)] == sign)
    }

    /// Cut off anywhere, a notebook is refused; none of its pieces is a smaller notebook.
    @Test func aNotebookThatIsCutOffIsRefused() throws {
        let notebook = Notebook(SourceText(name: "a.dls", text: Self.notebook))
        let json = Array(try NotebookExchange.ipynb(notebook) { _ in Array(Self.figure.utf8) }.utf8)
        for count in stride(from: 0, to: json.count - 2, by: 7) {
            let source = SourceText(name: "a.ipynb", bytes: Array(json.prefix(count)))
            #expect(failure { _ = try NotebookExchange.dls(source) } != nil, "\(count) bytes")
        }
    }

    @Test func filesThatAreThereAreNotReplacedUnasked() throws {
        let folder = try Folder()
        _ = try folder.write("keep me", "a.dls")
        let source = try folder.write(Self.frame.replacing("CELLS", with: ""), "a.ipynb")
        #expect(failure { _ = try NotebookExchange.importNotebook(source) }?.message.contains("already") == true)
        #expect(folder.text("a.dls") == "keep me")
        let notebook = try folder.write("x = 1\n", "b.dls")
        #expect(
            failure { _ = try NotebookExchange.export(notebook, to: .md, output: notebook.name) }?.message
                .contains("replace the notebook itself") == true)
        #expect(folder.text("b.dls") == "x = 1\n")
    }

    @Test func whatCannotBeExportedIsAnError() throws {
        let folder = try Folder()
        let missing = try folder.write("# %%\nplot x\n#> [figure: a_figures/cell1-1.svg]\n", "a.dls")
        for format in ExportFormat.allCases {
            let diagnostic = failure { _ = try NotebookExchange.export(missing, to: format) }
            #expect(diagnostic?.message.contains("a_figures/cell1-1.svg") == true)
        }
        let lonely = try folder.write("# %% [markdown]\n# text\n#> 3\n", "b.dls")
        let diagnostic = failure { _ = try NotebookExchange.export(lonely, to: .html) }
        #expect(diagnostic?.location.map { $0.source.lineIndex(at: $0.span.start) } == 2)
        #expect(folder.names == ["a.dls", "b.dls"])
        let good = try folder.write("# %%\nx = 1\n", "c.dls")
        #expect(
            failure { _ = try NotebookExchange.export(good, to: .html, output: "\(folder.path)/no/such/c.html") }?
                .message.contains("/no/such/c.html") == true)
        #expect(try NotebookExchange.export(good, to: .html).note?.contains("--record") == true)
    }

    // MARK: - Pages

    @Test func aPageNeedsNothingElse() throws {
        let folder = try Folder()
        _ = try folder.write(Self.figure, "book_figures/cell3-1.svg")
        _ = try NotebookExchange.export(try folder.write(Self.notebook, "book.dls"), to: .html)
        let html = folder.text("book.html")
        for outside in ["<script", "<link", "src=\"http", "@import", "url("] { #expect(!html.contains(outside)) }
        #expect(html.contains("prefers-color-scheme: dark") && html.contains("name=\"viewport\""))
        #expect(html.contains("<title>The title &amp; more</title>"))
        #expect(html.contains("<h1>The <em>title</em> &amp; more</h1>"))
        #expect(html.contains("<span class=\"formula\">x<sub>1</sub><sup>2</sup></span>"))
        #expect(html.contains("&lt;b&gt;2&lt;/b&gt;") && !html.contains("<b>"))
        #expect(html.contains("<h3>Train &lt;fast&gt;<span class=\"tag\">volatile</span></h3>"))
        #expect(html.contains("<span class=\"c\"># &quot;a comment&quot;</span>"))
        #expect(html.contains("<span class=\"v\">print</span>"))
        #expect(html.contains("[1, 2] &lt; 3"))
        #expect(html.contains("<pre class=\"error\">error: `zeros` takes sizes</pre>"))
        #expect(html.contains("alt=\"loss &amp; more: lines: 3 points, 1 to 2\""))
        let encoded = Data(Self.figure.utf8).base64EncodedString()
        #expect(html.contains("src=\"data:image/svg+xml;base64,\(encoded)\""))
    }

    @Test func markdownHasItsFiguresBesideIt() throws {
        let folder = try Folder()
        _ = try folder.write(Self.figure, "book_figures/cell3-1.svg")
        let source = try folder.write(Self.notebook, "book.dls")
        _ = try folder.write("", "out/x")
        _ = try NotebookExchange.export(source, to: .md, output: "\(folder.path)/out/page.md")
        let text = folder.text("out/page.md")
        #expect(text.contains("![loss & more: lines: 3 points, 1 to 2](book_figures/cell3-1.svg)"))
        #expect(folder.text("out/book_figures/cell3-1.svg") == Self.figure)
        #expect(text.contains("| lr | name |\n|--:|:--|\n| 0.1 | adam |"))
        #expect(text.contains("```dls\nprint \"{x} < 3\"\nplot x\n```"))
        #expect(text.contains("# The *title* & more"))
    }

    /// Neither text cells nor data give a page tags, or links that run something.
    @Test func markdownHoldsNoCode() throws {
        let folder = try Folder()
        let source = try folder.write(
            """
            # %% [markdown]
            # <script>a</script> `<b>` ` <i> [x](javascript:b) [y](java&#115;cript:c) [z](
            # JavaScript:d) ![w](vbscript:e) <https://a.org> [f](https://a.org) [g](a/b.md#h:i) 1 < 2
            #
            # [r]: javascript:g
            # ```html
            # <u>shown</u>
            # %% [markdown]
            # - ```
            #   ```
            #   <script>h</script>
            # %% [markdown]
            # ```\u{301}
            # <script>i</script>
            # %% T <script>j</script>
            x = 1
            #> <script>k</script>
            # %%
            y
            #> a<s>  b|c
            #>    1  <script>l</script>
            """, "a.dls")
        _ = try NotebookExchange.export(source, to: .md, output: "\(folder.path)/a.md")
        let text = folder.text("a.md")
        var fence = ""
        for line in text.split(separator: "\n").map({ String($0) }) {
            // By bytes, as those who show it read it.
            if line.utf8.starts(with: "```".utf8), fence.isEmpty || line == fence {
                fence = fence.isEmpty ? String(decoding: line.utf8.prefix { $0 == 0x60 }, as: UTF8.self) : ""
            } else if fence.isEmpty {
                #expect(!line.contains(/<[A-Za-z\/!?]/) || line.contains("<https://a.org>"), "\(line)")
                #expect(!line.lowercased().contains("](javascript") && !line.contains("](java&"), "\(line)")
            }
        }
        #expect(fence.isEmpty)
        #expect(text.contains("[f](https://a.org) [g](a/b.md#h:i) 1 < 2"), "\(text)")
        #expect(text.contains("```html\n<u>shown</u>\n```"), "\(text)")
        #expect(text.contains("[z]\u{200b}(\n") && text.contains("[r]\u{200b}: "), "\(text)")
    }

    @Test func base64IsThatOfFoundation() {
        for count in 0..<20 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 200) }
            #expect(HTMLText.base64(bytes) == Data(bytes).base64EncodedString())
        }
    }
}
