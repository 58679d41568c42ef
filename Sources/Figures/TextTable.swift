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
    /// The columns that come first where not all fit beside each other, after the first one.
    package var asked: [String]
    /// Whether all rows and columns are shown side by side, however wide that is.
    package var isWhole: Bool
    /// Whether columns keep their order where not all fit beside each other.
    package var keepsOrder: Bool

    package init(
        title: String? = nil, headers: [String], rows: [[Cell]], mostRows: Int = 30, asked: [String] = [],
        isWhole: Bool = false, keepsOrder: Bool = false
    ) {
        self.title = title
        self.headers = headers
        self.rows = rows
        self.mostRows = isWhole ? .max : max(mostRows, 2)
        self.asked = asked
        self.isWhole = isWhole
        self.keepsOrder = keepsOrder
    }

    /// The table as plain text.
    package func text(width: Int = 100, isASCII: Bool = false) -> String {
        // Wider than any table, and not so wide that sums of widths could overflow.
        let width = isWhole ? 1 << 40 : width
        return TextRenderer(TextCapabilities(charset: isASCII ? .ascii : .block, width: width)).text(.table(self))
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
        let (indices, empty) = indicesOfColumns(table, shown)
        var columns = fittedColumns(indices.map { (table.headers[$0], cells(shown, $0)) })
        if width(columns) > capabilities.width, !table.keepsOrder {
            columns = ordered(columns, indices.map { table.headers[$0] }, asked: table.asked)
        }

        var lines = titleLine(table.title, width: min(width(columns), capabilities.width))
        for (number, block) in blocks(of: columns).enumerated() {
            if number > 0 { lines.append(StyledLine()) }
            lines.append(
                rowLine(block.map { padded($0.header, to: $0.width, $0.isNumeric ? .right : .left) }, isBold: true))
            for row in shown.indices {
                if isLong, row == table.mostRows - table.mostRows / 2 {
                    lines.append(rowLine(block.map { padded(ellipsis, to: $0.width, $0.isNumeric ? .right : .left) }))
                }
                lines.append(rowLine(block.map { $0.cells[row] }))
            }
        }
        if table.rows.isEmpty { lines.append(StyledLine("(no rows)")) }
        if isLong { lines.append(StyledLine("(\(table.rows.count) rows)")) }
        if !empty.isEmpty {
            let names = "(without values: \(empty.map(singleLine).joined(separator: ", ")))"
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

    /// The columns that are shown, and the headers of those that have nothing in them: these are left out where not all
    /// columns fit.
    private func indicesOfColumns(_ table: TextTable, _ rows: [[TextTable.Cell]]) -> (shown: [Int], empty: [String]) {
        let all = Array(table.headers.indices)
        let filled = all.filter { index in cells(rows, index).contains { $0 != .empty && $0 != .text("") } }
        guard !filled.isEmpty, filled.count < all.count else { return (all, []) }
        let isFitting =
            width(all.map { column(table.headers[$0], cells(rows, $0), mostCell: mostCell) }) <= capabilities.width
        return isFitting ? (all, []) : (filled, all.filter { !filled.contains($0) }.map { table.headers[$0] })
    }

    private var mostCell: Int { max(capabilities.width / 2, 10) }
    /// What can still be read of a text.
    private static var leastCell: Int { 16 }

    /// The columns with their texts cut so short that all fit; where that takes too much of them, only at half the width.
    private func fittedColumns(_ contents: [(header: String, cells: [TextTable.Cell])]) -> [Column] {
        func columns(mostCell: Int) -> [Column] { contents.map { column($0.header, $0.cells, mostCell: mostCell) } }
        let widest = columns(mostCell: mostCell)
        guard width(widest) > capabilities.width, TextRenderer.leastCell < mostCell else { return widest }
        func narrowed(_ mostCell: Int) -> Int {
            widest.reduce(2 * (widest.count - 1)) { $0 + ($1.isNumeric ? $1.width : min($1.width, mostCell)) }
        }
        let fitting = (TextRenderer.leastCell..<mostCell).last { narrowed($0) <= capabilities.width }
        return fitting.map { columns(mostCell: $0) } ?? widest
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
                let text = NumberLabel.inTable(value)
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

    /// The first column, those that were asked for, those whose values differ, and those that say one thing in all rows.
    ///
    /// - Parameter names: Those of the columns, of which their headers may be the start alone.
    private func ordered(_ columns: [Column], _ names: [String], asked: [String]) -> [Column] {
        func rank(_ place: Int) -> Int {
            let column = columns[place]
            if place == 0 { return -1 }
            if let place = asked.firstIndex(of: names[place]) { return place }
            return asked.count + (column.cells.contains { $0 != column.cells[0] } ? 0 : 1)
        }
        return columns.indices.sorted { (rank($0), $0) < (rank($1), $1) }.map { columns[$0] }
    }

    /// Columns that fit beside each other, and below them the others, each time with the first column.
    private func blocks(of columns: [Column]) -> [[Column]] {
        var blocks: [[Column]] = []
        var block = [columns[0]]
        for column in columns.dropFirst() {
            if width(block + [column]) > capabilities.width {
                blocks.append(block)
                block = columns[0].width <= capabilities.width / 3 ? [columns[0]] : []
            }
            block.append(column)
        }
        return blocks + [block]
    }

    private func rowLine(_ cells: [String], isBold: Bool = false) -> StyledLine {
        StyledLine(cells.joined(separator: "  "), isBold: isBold)
    }
}
