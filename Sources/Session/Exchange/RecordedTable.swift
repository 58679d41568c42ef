import Figures

/// A table that is recorded as text: headers, and rows whose cells stand below them.
package struct RecordedTable: Equatable {
    package let headers: [String]
    package let rows: [[String]]
    /// Whether the cells of a column are all numbers.
    package let areNumeric: [Bool]
    /// As it was recorded.
    package let lines: [String]

    init(headers: [String], rows: [[String]], areNumeric: [Bool]) {
        self.headers = headers
        self.rows = rows
        self.areNumeric = areNumeric
        lines = []
    }

    /// The table that begins with the first of some lines; nil if none does.
    ///
    /// Columns are two spaces apart, headers begin with a letter, and a row fills two cells or more. A table in blocks is
    /// one.
    package init?(_ lines: ArraySlice<String>) {
        guard let header = lines.first, Self.looksLikeHeaders(header) else { return nil }
        var taken = [header]
        var found: [[String]]?
        for line in lines.dropFirst() {
            // Another table of the same columns.
            if line.split(separator: " ") == header.split(separator: " ") { break }
            guard let cells = Self.cells(of: taken + [line]), let row = cells.last,
                row.count(where: { !$0.isEmpty }) >= 2
            else { break }
            taken.append(line)
            found = cells
        }
        guard var found, found[0].allSatisfy({ !$0.isEmpty }) else { return nil }
        while let block = Self.columns(lines.dropFirst(taken.count), of: found) {
            for (row, cells) in block.cells.enumerated() { found[row] += cells }
            taken += block.lines
        }
        let rows = Array(found.dropFirst())
        headers = found[0]
        self.rows = rows
        areNumeric = found[0].indices.map { column in
            rows.allSatisfy { $0[column].isEmpty || $0[column] == "…" || Double($0[column]) != nil }
        }
        self.lines = taken
    }

    /// Further columns of a wide table, which stand in a block of their own below a blank line: it repeats the first
    /// column.
    private static func columns(
        _ lines: ArraySlice<String>, of table: [[String]]
    ) -> (cells: [ArraySlice<String>], lines: ArraySlice<String>)? {
        guard let blank = lines.first, blank.allSatisfy({ $0 == " " }), lines.count > table.count else { return nil }
        let block = lines.prefix(table.count + 1)
        guard looksLikeHeaders(block[block.startIndex + 1]),
            let cells = Self.cells(of: Array(block.dropFirst())), cells.map(\.first) == table.map(\.first)
        else { return nil }
        return (cells.map { $0.dropFirst() }, block)
    }

    private static func looksLikeHeaders(_ line: String) -> Bool {
        guard line.contains("  ") else { return false }
        let words = line.split(separator: " ")
        // Or the name of a share, such as `25%`.
        return words.count >= 2
            && words.allSatisfy { $0.hasSuffix("%") || $0.first.map { $0.isLetter || $0 == "_" } ?? false }
    }

    /// The cells of lines, by the places where two columns of text are blank in all of them; nil where that makes no
    /// column, or one without a header.
    private static func cells(of lines: [String]) -> [[String]]? {
        // A wide character takes two places.
        let places = lines.map { line in
            line.flatMap { character in
                [character] + [Character](repeating: "\0", count: max(displayWidth(character) - 1, 0))
            }
        }
        let width = places.map(\.count).max() ?? 0
        let isBlank = (0..<width).map { place in places.allSatisfy { place >= $0.count || $0[place] == " " } }
        var columns: [Range<Int>] = []
        var start: Int?
        for place in 0..<width {
            if !isBlank[place] {
                if start == nil { start = place }
            } else if let first = start, place + 1 >= width || isBlank[place + 1] {
                columns.append(first..<place)
                start = nil
            }
        }
        if let start { columns.append(start..<width) }
        guard columns.count >= 2 else { return nil }
        let cells = places.map { line in
            columns.map { column in
                let part = line[min(column.lowerBound, line.count)..<min(column.upperBound, line.count)]
                return String(part.filter { $0 != "\0" }).trimmingSpaces
            }
        }
        return cells[0].allSatisfy { !$0.isEmpty } ? cells : nil
    }
}

extension String {
    var trimmingSpaces: String {
        var text = self[...].drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
