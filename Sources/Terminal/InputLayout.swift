/// Where readline has put an input on the screen: its rows, and the row of the cursor.
struct InputLayout {
    /// The bytes that each row shows, without the ends of lines.
    private(set) var rows: [Range<Int>] = []
    private(set) var cursorRow = 0
    private let promptWidth: Int

    /// - Parameters:
    ///   - cursor: The byte offset of the cursor.
    ///   - promptWidth: The columns in front of the first row.
    ///   - width: The columns of a character; below 0 where readline shows another one.
    /// - Returns: nil where readline shows more than the text itself, such as tabs.
    init?(_ input: String, cursor: Int, promptWidth: Int, columns: Int, width: (UInt32) -> Int) {
        guard promptWidth < columns else { return nil }
        self.promptWidth = promptWidth
        var (start, offset, column) = (0, 0, promptWidth)
        var cursorRow: Int?
        func breakRow(next: Int) {
            rows.append(start..<offset)
            (start, column) = (next, 0)
        }
        for scalar in input.unicodeScalars {
            let isLineEnd = scalar == "\n"
            let count = isLineEnd ? 0 : width(scalar.value)
            guard count >= 0 else { return nil }
            // A wide character is not broken.
            if column + count > columns { breakRow(next: offset) }
            if cursorRow == nil, offset >= cursor { cursorRow = rows.count }
            if isLineEnd { breakRow(next: offset + 1) }
            offset += UTF8.width(scalar)
            column += count
            if column >= columns { breakRow(next: offset) }
        }
        rows.append(start..<offset)
        self.cursorRow = cursorRow ?? rows.count - 1
    }

    /// From the row of the cursor to the first one below the input.
    var rowsBelowCursor: Int { rows.count - cursorRow }

    /// What draws the input in its colours over itself, and leaves the cursor where it is.
    func painted(_ input: String, runs: [InputColors.Run]) -> String {
        let bytes = Array(input.utf8)
        var text = "\u{1b}7\u{1b}[?7l" + (cursorRow > 0 ? "\u{1b}[\(cursorRow)A" : "") + "\r"
        if promptWidth > 0 { text += "\u{1b}[\(promptWidth)C" }
        for (index, row) in rows.enumerated() {
            if index > 0 { text += "\r\u{1b}[B" }
            for run in runs {
                let part = String(decoding: bytes[run.bytes.clamped(to: row)], as: UTF8.self)
                if part.isEmpty { continue }
                text += run.code.map { "\u{1b}[\($0)m\(part)\u{1b}[0m" } ?? part
            }
        }
        return text + "\u{1b}[?7h\u{1b}8"
    }

    /// What shows a line below the input, and leaves the cursor in its place of the text: at the foot of the screen that
    /// moves up.
    func below(_ line: String) -> String {
        String(repeating: "\u{1b}D", count: rowsBelowCursor) + "\u{1b}[\(rowsBelowCursor)A"
            + "\u{1b}7\u{1b}[\(rowsBelowCursor)B\r\u{1b}[?7l\(line)\u{1b}[K\u{1b}[?7h\u{1b}8"
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { UTF8.encode(scalar)?.count ?? 0 }
}
