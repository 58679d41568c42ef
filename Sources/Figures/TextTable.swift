/// Rows of cells under headers, as text or for a notebook.
package struct TextTable: Sendable, Equatable {
    package enum Cell: Sendable, Equatable {
        /// Aligned at the decimal point.
        case number(Double)
        case text(String)
        case empty
    }

    package var title: String?
    package var headers: [String]
    /// Each as long as there are headers; what is missing is empty, what is more is left out.
    package var rows: [[Cell]]
    /// Longer tables show their first and last rows, and how many there are.
    package var mostRows: Int

    package init(title: String? = nil, headers: [String], rows: [[Cell]], mostRows: Int = 30) {
        self.title = title
        self.headers = headers
        self.rows = rows
        self.mostRows = max(mostRows, 2)
    }

    /// The table as plain text.
    package func text(width: Int = 100, isASCII: Bool = false) -> String {
        TextRenderer(TextCapabilities(charset: isASCII ? .ascii : .block, width: width)).text(.table(self))
    }
}

extension TextRenderer {
    func lines(of table: TextTable) -> [StyledLine] {
        guard !table.headers.isEmpty else { return emptyLines(table.title, "a table without columns") }
        let isLong = table.rows.count > table.mostRows
        let shown =
            isLong
            ? Array(table.rows.prefix(table.mostRows - table.mostRows / 2))
                + Array(table.rows.suffix(table.mostRows / 2))
            : table.rows
        var columns = columns(of: table, shown)
        let hidden = elideColumns(&columns)

        var lines = titleLine(table.title, width: min(width(columns), capabilities.width))
        lines.append(
            rowLine(columns.map { padded($0.header, to: $0.width, $0.isNumeric ? .right : .left) }, isBold: true))
        for row in shown.indices {
            if isLong, row == table.mostRows - table.mostRows / 2 {
                lines.append(rowLine(columns.map { padded(ellipsis, to: $0.width, $0.isNumeric ? .right : .left) }))
            }
            lines.append(rowLine(columns.map { $0.cells[row] }))
        }
        if table.rows.isEmpty { lines.append(StyledLine("(no rows)")) }
        if isLong { lines.append(StyledLine("(\(table.rows.count) rows)")) }
        if !hidden.isEmpty {
            let names = "(not shown: \(hidden.map(singleLine).joined(separator: ", ")))"
            lines.append(StyledLine(truncated(names, to: capabilities.width, ellipsis: ellipsis)))
        }
        return lines
    }

    /// A column whose cells are all `width` columns wide.
    private struct Column {
        var header: String
        var cells: [String]
        var width: Int
        var isNumeric: Bool
    }

    private func cells(_ rows: [[TextTable.Cell]], _ index: Int) -> [TextTable.Cell] {
        rows.map { index < $0.count ? $0[index] : .empty }
    }

    /// The columns with their texts cut so short that all fit, but no shorter than can be read: then at half the width.
    private func columns(of table: TextTable, _ rows: [[TextTable.Cell]]) -> [Column] {
        func columns(mostCell: Int) -> [Column] {
            table.headers.indices.map { column(table.headers[$0], cells(rows, $0), mostCell: mostCell) }
        }
        let widest = columns(mostCell: max(capabilities.width / 2, 10))
        guard width(widest) > capabilities.width else { return widest }
        let narrower = stride(from: capabilities.width / 2 - 1, through: 16, by: -1).lazy.map { columns(mostCell: $0) }
        return narrower.first { width($0) <= capabilities.width } ?? widest
    }

    private func column(_ header: String, _ cells: [TextTable.Cell], mostCell: Int) -> Column {
        let header = truncated(singleLine(header), to: mostCell, ellipsis: ellipsis)
        var isNumeric = false
        var hasText = false
        // What stands after the point, with the point, so that points come to stand below each other.
        let parts: [(text: String, tail: Int)] = cells.map { cell in
            switch cell {
            case .number(let value):
                isNumeric = true
                let text = NumberLabel.short(value)
                return (text, text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) } ?? 0)
            case .text(let text):
                hasText = true
                return (truncated(singleLine(text), to: mostCell, ellipsis: ellipsis), 0)
            case .empty: return ("", 0)
            }
        }
        isNumeric = isNumeric && !hasText
        let tail = isNumeric ? parts.map(\.tail).max() ?? 0 : 0
        let texts = parts.map { isNumeric ? $0.text + String(repeating: " ", count: tail - $0.tail) : $0.text }
        let width = max(texts.map(displayWidth).max() ?? 0, displayWidth(header))
        return Column(
            header: header, cells: texts.map { padded($0, to: width, isNumeric ? .right : .left) }, width: width,
            isNumeric: isNumeric)
    }

    private func width(_ columns: [Column]) -> Int {
        columns.reduce(0) { $0 + $1.width } + 2 * (columns.count - 1)
    }

    /// Takes columns out of the middle until the rest fit, and gives their headers.
    private func elideColumns(_ columns: inout [Column]) -> [String] {
        guard width(columns) > capabilities.width, columns.count > 2 else { return [] }
        let mark = Column(
            header: ellipsis, cells: columns[0].cells.map { _ in ellipsis }, width: ellipsis.count, isNumeric: false)
        var head = columns.count / 2
        var tail = columns.count - head
        func kept() -> [Column] { columns.prefix(head) + [mark] + columns.suffix(tail) }
        while head + tail > 2, width(kept()) > capabilities.width {
            if tail >= head { tail -= 1 } else { head -= 1 }
        }
        let hidden = columns[head..<columns.count - tail].map(\.header)
        columns = kept()
        return hidden
    }

    private func rowLine(_ cells: [String], isBold: Bool = false) -> StyledLine {
        StyledLine(cells.joined(separator: "  "), isBold: isBold)
    }
}
