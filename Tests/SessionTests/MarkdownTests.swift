import Session
import Testing

@Suite struct MarkdownTests {
    static let cases: [(markdown: String, html: String)] = [
        ("", ""),
        ("one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>\n"),
        ("# A *b*\n### C #\n#no", "<h1>A <em>b</em></h1>\n<h3>C</h3>\n<p>#no</p>\n"),
        (
            "*a* **b** ***c*** ~~d~~ _e_",
            "<p><em>a</em> <strong>b</strong> <em><strong>c</strong></em> <del>d</del> <em>e</em></p>\n"
        ),
        ("2 * 3 * 4 and snake_case_name", "<p>2 * 3 * 4 and snake_case_name</p>\n"),
        ("**unclosed and `code", "<p>**unclosed and `code</p>\n"),
        ("`a < b` and ``x ` y``", "<p><code>a &lt; b</code> and <code>x ` y</code></p>\n"),
        ("<script>alert(1)</script> & co", "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; co</p>\n"),
        ("\\*no\\* \\_", "<p>*no* _</p>\n"),
        ("line  \nbreak\\\nhere", "<p>line<br>\nbreak<br>\nhere</p>\n"),
        ("[t*e*xt](https://a.b/c_d \"title\")", "<p><a href=\"https://a.b/c_d\">t<em>e</em>xt</a></p>\n"),
        ("[x](javascript:alert(1))", "<p>x</p>\n"),
        ("[x](javascript:\u{301}alert(1))", "<p>x</p>\n"),
        ("<https://a.b>", "<p><a href=\"https://a.b\">https://a.b</a></p>\n"),
        ("![alt](p.png) ![none](q.png)", "<p><img src=\"data:p\" alt=\"alt\"> <em>[none]</em></p>\n"),
        (
            "$x_1 * y_2$ costs $5 or $6",
            "<p><span class=\"formula\">x<sub>1</sub> * y<sub>2</sub></span> costs $5 or $6</p>\n"
        ),
        ("$$\na < b\n$$", "<p class=\"formula\">\na &lt; b\n</p>\n"),
        (
            "$\\frac{\\partial L}{\\partial z_i} \\le \\sqrt{\\sigma^2}$ $\\mathbf{W} x' < {$",
            "<p><span class=\"formula\">(∂L)/(∂z<sub>i</sub>)  ≤ √(σ<sup>2</sup>)</span> "
                + "<span class=\"formula\"><b>W</b> x′ &lt; </span></p>\n"
        ),
        (
            "$$\n\\begin{bmatrix} a & b \\\\[4pt]\n c & d \\end{bmatrix}\n$$",
            "<p class=\"formula\">\n<span class=\"matrix square\">"
                + "<span class=\"row\"><span class=\"entry\">a</span> <span class=\"entry\">b</span></span> "
                + "<span class=\"row\"><span class=\"entry\">c</span> <span class=\"entry\">d</span></span></span>\n</p>\n"
        ),
        (
            "$\\begin{cases} 1 & x > 0 \\\\ 0 \\end{cases}$",
            "<p><span class=\"formula\"><span class=\"brace\" style=\"--rows: 2\">{</span><span class=\"matrix cases\">"
                + "<span class=\"row\"><span class=\"entry\">1</span> <span class=\"entry\">x &gt; 0</span></span> "
                + "<span class=\"row\"><span class=\"entry\">0</span></span></span></span></p>\n"
        ),
        (
            "$\\lVert x\\rVert_2 \\sqrt[3]{x} \\left\\lfloor x\\right. \\|y\\|$",
            "<p><span class=\"formula\">‖x‖<sub>2</sub> <sup>3</sup>√(x) ⌊x ‖y‖</span></p>\n"
        ),
        (
            "$\\binom{n}{k} \\overline{ab} \\hat{\\mathbf{y}} \\hat x \\vec v \\mathbb{R} \\mathcal{L} \\bmod$",
            "<p><span class=\"formula\"><span class=\"matrix round\"><span class=\"row\"><span class=\"entry\">n</span></span> "
                + "<span class=\"row\"><span class=\"entry\">k</span></span></span> <span class=\"over\">ab</span> "
                + "<b>y\u{302}</b> x\u{302} v\u{20D7} ℝ ℒ  mod </span></p>\n"
        ),
        (
            "$\\begin{aligned} a &= b$",
            "<p><span class=\"formula\"><span class=\"matrix lines\"><span class=\"row\">"
                + "<span class=\"entry\">a</span> <span class=\"entry\">= b</span></span></span></span></p>\n"
        ),
        (
            "a | b\n--|--\n1 | \(String(repeating: "long ", count: 9))",
            "<div class=\"wide\"><table>\n<thead><tr><th class=\"left\">a</th><th class=\"left\">b</th></tr></thead>\n<tbody>\n"
                + "<tr><td class=\"left\">1</td><td class=\"left long\">\(String(repeating: "long ", count: 8))long</td></tr>\n"
                + "</tbody></table></div>\n"
        ),
        ("- a\n- b\n  - c\n- d", "<ul>\n<li>a\n</li>\n<li>b\n<ul>\n<li>c\n</li>\n</ul>\n</li>\n<li>d\n</li>\n</ul>\n"),
        ("2. a\n3. b", "<ol start=\"2\">\n<li>a\n</li>\n<li>b\n</li>\n</ol>\n"),
        ("- a\n\n- b", "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>\n"),
        ("> a\n> b\n\nc", "<blockquote>\n<p>a\nb</p>\n</blockquote>\n<p>c</p>\n"),
        ("    code <\n\n    more\nend", "<pre><code>code &lt;\n\nmore</code></pre>\n<p>end</p>\n"),
        ("```dls\n# x\n```\nend", "<pre><code># x</code></pre>\n<p>end</p>\n"),
        ("```\nnever closed", "<pre><code>never closed</code></pre>\n"),
        ("---\n* * *", "<hr>\n<hr>\n"),
        (
            "a | b\n--|--:\n1 | x \\| `y`\n3",
            "<div class=\"wide\"><table>\n<thead><tr><th class=\"left\">a</th><th class=\"right\">b</th></tr></thead>\n<tbody>\n"
                + "<tr><td class=\"left\">1</td><td class=\"right\">x | <code>y</code></td></tr>\n</tbody></table></div>\n<p>3</p>\n"
        ),
    ]

    @Test(arguments: cases.map(\.markdown)) func isTheHTMLThatIsExpected(_ markdown: String) throws {
        let expected = try #require(Self.cases.first { $0.markdown == markdown }).html
        let html = MarkdownHTML(picture: { $0 == "p.png" ? "data:p" : nil }).html(markdown)
        #expect(html == expected)
    }

    /// Whatever stands in a text cell: the tags of its HTML fit, and none of them is the text's own.
    @Test func anyTextEndsInSoundHTML() {
        var generator = SystemRandomNumberGenerator()
        let signs = Array("*_`~$[]()!<>|#-+>\\ \n\n  1.abc\"&{}^")
        for _ in 0..<3000 {
            var text = String(
                (0..<Int.random(in: 0..<60, using: &generator)).map { _ in signs.randomElement(using: &generator)! })
            if Bool.random(using: &generator) {
                for command in ["\\begin{cases}", "\\\\", "\\end{", "\\hat", "\\sqrt[", "\\binom"] {
                    let place = text.indices.randomElement(using: &generator) ?? text.startIndex
                    text.insert(contentsOf: command, at: place)
                }
                text = "$$\(text)$$"
            }
            let html = MarkdownHTML().html(text)
            var open: [Substring] = []
            for part in html.split(separator: "<").dropFirst(html.hasPrefix("<") ? 0 : 1) {
                let name = part.prefix { $0.isLetter || $0.isNumber || $0 == "/" }
                if name == "br" || name == "hr" || name == "img" { continue }
                if name.hasPrefix("/") {
                    #expect(open.popLast() == name.dropFirst(), "\(text.debugDescription) gives \(html)")
                } else {
                    open.append(name)
                }
            }
            #expect(open.isEmpty, "\(text.debugDescription) gives \(html)")
        }
    }

    @Test func deepNestingEnds() {
        let html = MarkdownHTML().html(
            String(repeating: "> ", count: 2000) + "x\n" + String(repeating: "*", count: 5000)
                + "\n\n$a" + String(repeating: "^", count: 5000) + String(repeating: "{", count: 5000) + "b$")
        #expect(!html.isEmpty)
    }
}

@Suite struct RecordedTableTests {
    @Test func aTableIsFoundInItsText() throws {
        let lines = [
            "lr      accuracy  name", "0.01    0.72      the first", "0.0005            日本", "…       …         …",
            "(30 rows)", "more",
        ]
        let table = try #require(RecordedTable(lines[...]))
        #expect(table.headers == ["lr", "accuracy", "name"])
        #expect(table.rows == [["0.01", "0.72", "the first"], ["0.0005", "", "日本"], ["…", "…", "…"]])
        #expect(table.areNumeric == [true, true, false])
        #expect(table.lines == Array(lines.prefix(4)))
    }

    @Test func aTableInBlocksIsOne() throws {
        let lines = [
            "column  count   mean", "a           3  1.5", "b           2", "", "column  25%  max", "a         1    2",
            "b", "", "column  other", "c       1",
        ]
        let table = try #require(RecordedTable(lines[...]))
        #expect(table.headers == ["column", "count", "mean", "25%", "max"])
        #expect(table.rows == [["a", "3", "1.5", "1", "2"], ["b", "2", "", "", ""]])
        #expect(table.lines == Array(lines.prefix(7)))
    }

    @Test func whatIsNoTableStaysText() {
        for lines in [
            [], ["one"], ["a  b"], ["tensor [2, 2] float32", "  0.1  0.2"], ["  0.1  0.2", "  0.3  0.4"],
            ["epoch 1  loss 0.3", "epoch 2  loss 0.2"], ["a  b", "just words"], ["a  b", "", "1  2"],
        ] {
            #expect(RecordedTable(lines[...]) == nil, "\(lines)")
        }
    }
}
