import Figures
import Runtime
import TensorCore

extension Session {
    /// Writes headings, tables and figures as one page that needs nothing else.
    ///
    /// - Throws: `Failure` where gnuplot is missing or the path is refused.
    package func savePage(_ title: String, _ parts: [PagePart], to path: String) throws {
        var drawings: [String: [UInt8]] = [:]
        let cells = try parts.enumerated().map { number, part in
            var cell = NotebookDocument.Cell(number: number)
            switch part {
            case .heading(let text): cell.title = text
            case .text(let text): (cell.kind, cell.source) = (.markdown, text)
            case .table(let table): cell.outputs = [.table(RecordedTable(table))]
            case .figure(let figure):
                let name = "figure\(number).svg"
                drawings[name] = try Gnuplot.draw(figure, as: .svg)
                cell.outputs = [.figure(name: name)]
            }
            return cell
        }
        let page = HTMLPage(
            document: NotebookDocument(name: title, cells: cells), figure: { drawings[$0] ?? [] },
            picture: { _ in nil }, css: Self.pageCSS)
        try NotebookFile.replace(path, with: Array(try page.text().utf8))
    }
}

extension Session {
    /// Tables of runs have many columns: they take the width of the window, and stand beside each other where it is wide.
    fileprivate static let pageCSS = """
        body { max-width: 110rem; padding-left: 2rem; padding-right: 2rem; }
        th, td { padding: 0.25em 0.6em; }
        .wide table { font-size: 0.85rem; }
        .wide thead th { position: sticky; top: 0; background: var(--page); }
        .wide { max-height: 80vh; overflow-y: auto; border: 1px solid var(--line); border-radius: 6px; }
        .wide td:first-child, .wide th:first-child { position: sticky; left: 0; background: var(--page); }
        .wide thead th:first-child { z-index: 1; }
        td:last-child:not(.right) { min-width: 0; white-space: nowrap; }
        .cell:has(figure) { display: inline-block; vertical-align: top; width: min(100%, 40rem); margin-right: 1rem; }
        @media print { .wide { max-height: none; } }
        """
}

extension RecordedTable {
    /// A table as a page shows it: whole, its numbers in six digits, its texts on one line.
    fileprivate init(_ table: TableObject) {
        self.init(
            headers: table.columns.map(\.name),
            rows: table.rows.map { row in
                row.fields.map { Self.cell($0.value) }
            },
            areNumeric: table.columns.map { $0.values.allSatisfy { $0.isNone || $0.asNumber != nil } })
    }

    private static let longestCell = 100

    private static func cell(_ value: Value) -> String {
        if value.isNone { return "" }
        if case .number(let number) = value, number.isFinite, number.rounded() != number {
            return printfText("%.*g", 6, number)
        }
        let text = (value.asString ?? value.shortText).split(separator: "\n").joined(separator: " ")
        return text.count > longestCell ? text.prefix(longestCell) + "…" : text
    }
}
