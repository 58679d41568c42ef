import Figures
import Language

/// Parts of notebooks as HTML.
package enum HTMLText {
    /// A page of its own.
    ///
    /// - Parameters:
    ///   - main: What it shows, in HTML.
    ///   - css: How it looks, beyond `HTMLStyle`.
    static func page(_ title: String, _ main: String, css: String = "") -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="generator" content="dls">
        <title>\(escapedXML(title))</title>
        <style>
        \(HTMLStyle.css)\(css.isEmpty ? "" : "\n" + css)
        </style>
        </head>
        <body>
        <main>
        \(main)</main>
        </body>
        </html>

        """
    }

    /// A part of a page that has a title.
    static func section(title: String, _ html: String) -> String {
        let heading = title.isEmpty ? "" : "<h3>\(escapedXML(title))</h3>\n"
        return "<section class=\"cell\">\n\(heading)\(html)</section>\n"
    }

    /// Words with code in backticks, as errors have it.
    static func words(_ text: String) -> String {
        var html = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "`") {
            let signs = rest[start...].prefix { $0 == "`" }
            let inner = rest[signs.endIndex...]
            // As many in a row as began it end it.
            guard let code = inner.firstRange(of: signs).map({ inner[..<$0.lowerBound] }), !code.isEmpty else {
                html += escapedXML(String(rest[..<signs.endIndex]))
                rest = inner
                continue
            }
            html += escapedXML(String(rest[..<start]))
            let isSpaced = signs.count > 1 && code.hasPrefix(" ") && code.hasSuffix(" ") && code.count > 2
            html += "<code>\(escapedXML(String(isSpaced ? code.dropFirst().dropLast() : code)))</code>"
            rest = inner[code.endIndex...].dropFirst(signs.count)
        }
        return html + escapedXML(String(rest))
    }

    /// The lines of an error: words, but for those that show the code where it is.
    static func error(_ lines: [String]) -> String {
        let html = lines.map { line in
            let isCode = line.drop { $0 == " " || $0.isNumber }.hasPrefix("|")
            return isCode ? escapedXML(line) : words(line)
        }
        return "<pre class=\"error\">\(html.joined(separator: "\n"))</pre>\n"
    }

    /// Whether the text of a cell may go on in further lines, so that the table stays on the page.
    static func isLong(_ cell: String) -> Bool { cell.count > 40 }

    /// - Parameter text: Makes the HTML of a cell.
    static func table(_ table: RecordedTable, _ text: (String) -> String = escapedXML) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>"
                + cells.enumerated().map { index, cell in
                    // Jupyter sets all cells to the right.
                    let side = table.areNumeric[index] ? "right" : "left"
                    let style = isLong(cell) ? " class=\"long\"" : ""
                    return "<\(tag)\(style) style=\"text-align: \(side)\">\(text(cell))</\(tag)>"
                }.joined() + "</tr>"
        }
        return "<table>\n<thead>\(row(table.headers, "th"))</thead>\n<tbody>\n"
            + table.rows.map { row($0, "td") + "\n" }.joined() + "</tbody>\n</table>\n"
    }

    /// What was shown, figures aside.
    static func output(_ output: NotebookDocument.Output) -> String {
        switch output {
        case .table(let table): "<div class=\"wide\">\(self.table(table))</div>\n"
        case .error(let lines): "<pre class=\"error\">\(escapedXML(lines.joined(separator: "\n")))</pre>\n"
        case .text, .figure: "<pre>\(escapedXML(output.lines.joined(separator: "\n")))</pre>\n"
        }
    }

    /// A figure that needs no file.
    static func picture(_ svg: [UInt8], description: String) -> String {
        let address = dataAddress(svg, "image/svg+xml")
        return "<figure><img src=\"\(address)\" alt=\"\(escapedXML(description))\"></figure>\n"
    }

    /// Code with its words in the classes of `HTMLStyle`, as the language itself reads them.
    package static func code(_ text: String) -> String {
        let source = SourceText(name: "cell", text: text)
        let tokens = Lexer.tokenize(source).tokens
        var html = ""
        var end = 0
        for (index, token) in tokens.enumerated() {
            html += between(source, Span(end, token.span.start))
            let word = source[token.span]
            let isCalled =
                index + 1 < tokens.count && tokens[index + 1].kind == .leftParenthesis
                && tokens[index + 1].span.start == token.span.end
            let isField = index > 0 && tokens[index - 1].kind == .dot
            let isClass =
                word == "class" && index + 2 < tokens.count && tokens[index + 1].kind == .name
                && tokens[index + 2].kind == .leftParenthesis && !tokens[index + 1].startsLine
            if let style = isClass ? "k" : style(of: token, word, isCalled: isCalled, isField: isField) {
                html += "<span class=\"\(style)\">\(escapedXML(word))</span>"
            } else {
                html += escapedXML(word)
            }
            end = token.span.end
        }
        return html
    }

    private static func style(of token: Token, _ word: String, isCalled: Bool, isField: Bool) -> String? {
        switch token.kind {
        case .number: "n"
        case .string, .stringHead, .stringMiddle, .stringTail, .format: "s"
        case .true, .false, .none: "n"
        case .name: Token.Kind.verbs.contains(word) && !isField ? "v" : isCalled ? "f" : nil
        default: Token.Kind.reservedWords[word] == token.kind ? "k" : nil
        }
    }

    /// White space and comments.
    private static func between(_ source: SourceText, _ span: Span) -> String {
        source[span].split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let sign = line.firstIndex(of: "#") else { return escapedXML(String(line)) }
            return escapedXML(String(line[..<sign])) + "<span class=\"c\">\(escapedXML(String(line[sign...])))</span>"
        }.joined(separator: "\n")
    }

    /// Bytes as an address that holds them.
    static func dataAddress(_ bytes: [UInt8], _ type: String) -> String { "data:\(type);base64,\(base64(bytes))" }

    /// - Source: RFC 4648.
    package static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                let digit = digits[Int(group >> UInt32(18 - 6 * index)) & 63]
                result.append(index <= count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
