import Figures
import Runtime

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
            case .table(let table): cell.outputs = [.table(RecordedTable(table))]
            case .figure(let figure):
                let name = "figure\(number).svg"
                drawings[name] = try Gnuplot.draw(figure, as: .svg)
                cell.outputs = [.figure(name: name)]
            }
            return cell
        }
        let page = HTMLPage(
            document: NotebookDocument(name: title, cells: cells), figure: { drawings[$0] ?? [] }, picture: { _ in nil }
        )
        try NotebookFile.replace(path, with: Array(try page.text().utf8))
    }
}

extension RecordedTable {
    /// A table as it is shown whole.
    fileprivate init(_ table: TableObject) {
        self.init(
            headers: table.columns.map(\.name),
            rows: table.rows.map { row in
                row.fields.map { $0.value.isNone ? "" : $0.value.asString ?? $0.value.shortText }
            },
            areNumeric: table.columns.map { $0.values.allSatisfy { $0.isNone || $0.asNumber != nil } })
    }
}
