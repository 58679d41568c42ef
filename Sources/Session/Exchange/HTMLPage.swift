import Figures

/// A notebook as one page that needs nothing else: no script, no network, figures inside.
struct HTMLPage {
    let document: NotebookDocument
    /// The bytes of a figure by its recorded name.
    let figure: (String) throws -> [UInt8]
    /// The address of a picture in a text cell, if it can be shown.
    let picture: (String) -> String?
    /// How it looks, beyond `HTMLStyle`.
    var css = ""

    func text() throws -> String {
        let markdown = MarkdownHTML(picture: picture)
        let title =
            document.cells.lazy.filter { $0.kind == .markdown }.compactMap { MarkdownHTML.firstHeading($0.source) }
            .first
            ?? document.name
        let cells = try document.cells.map { cell in
            switch cell.kind {
            case .markdown: "<section class=\"text\">\n\(markdown.html(cell.source))</section>\n"
            case .raw: "<section class=\"text\">\n<pre>\(escapedXML(cell.source))</pre>\n</section>\n"
            case .code: try code(of: cell)
            }
        }
        return HTMLText.page(title, cells.joined(), css: css)
    }

    private func code(of cell: NotebookDocument.Cell) throws -> String {
        var html = "<section class=\"cell\" id=\"cell-\(cell.number)\">\n"
        let tags = (cell.tags.map(\.rawValue) + [cell.pointsText].compactMap { $0 })
            .map { "<span class=\"tag\">\($0)</span>" }.joined()
        if !cell.title.isEmpty || !tags.isEmpty { html += "<h3>\(escapedXML(cell.title))\(tags)</h3>\n" }
        if !cell.source.isEmpty { html += "<pre><code>\(HTMLText.code(cell.source))</code></pre>\n" }
        if !cell.outputs.isEmpty {
            html += "<div class=\"output\">\n\(try cell.outputs.map(output).joined())</div>\n"
        }
        return html + "</section>\n"
    }

    private func output(_ output: NotebookDocument.Output) throws -> String {
        guard case .figure(let name) = output else { return HTMLText.output(output) }
        let bytes = try figure(name)
        return HTMLText.picture(bytes, description: SVGWords(bytes).text ?? name)
    }
}
