import TensorCore

/// A notebook as Markdown, with its figures beside it.
struct MarkdownPage {
    let document: NotebookDocument
    /// The bytes of a figure by its recorded name.
    let figure: (String) throws -> [UInt8]

    func text() throws -> String {
        try document.cells.compactMap { cell in
            let text =
                switch cell.kind {
                case .markdown: MarkdownSafety.cell(cell.source)
                case .raw: cell.source.isEmpty ? "" : Self.fenced(cell.source, "text")
                case .code: try code(of: cell)
                }
            return text.isEmpty ? nil : text
        }.joined(separator: "\n\n") + "\n"
    }

    private func code(of cell: NotebookDocument.Cell) throws -> String {
        var parts: [String] = []
        if !cell.title.isEmpty { parts.append("### \(MarkdownSafety.words(cell.title))") }
        if !cell.source.isEmpty { parts.append(Self.fenced(cell.source, "dls")) }
        for output in cell.outputs {
            switch output {
            case .text(let lines), .error(let lines): parts.append(Self.fenced(lines.joined(separator: "\n"), "text"))
            case .table(let table): parts.append(Self.table(table))
            case .figure(let name):
                let words = SVGWords(try figure(name)).text ?? "figure"
                let address = name.contains(" ") ? "<\(name)>" : name
                parts.append("![\(MarkdownSafety.words(words.replacing("]", with: "")))](\(address))")
            }
        }
        return parts.joined(separator: "\n\n")
    }

    /// Code in a fence that is longer than any in it.
    static func fenced(_ text: String, _ language: String) -> String {
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return "\(fence)\(language)\n\(text)\n\(fence)"
    }

    private static func table(_ table: RecordedTable) -> String {
        func row(_ cells: [String]) -> String {
            "| " + cells.map(MarkdownSafety.words).joined(separator: " | ") + " |"
        }
        let rule = table.areNumeric.map { $0 ? "--:" : ":--" }
        return ([row(table.headers), "|" + rule.joined(separator: "|") + "|"] + table.rows.map(row))
            .joined(separator: "\n")
    }
}
