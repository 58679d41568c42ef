import TensorCore

/// Splits the text of a table into rows and cells.
///
/// Cells in double quotes may hold separators, ends of lines and, doubled, quotes; lines may end as on any system.
///
/// - Source: RFC 4180.
struct CSVReader {
    /// Where a cell lies, without its quotes.
    struct Cell {
        let range: Range<Int>
        let isQuoted: Bool
    }

    let bytes: [UInt8]
    private let separator: UInt8
    private let file: String
    private var position: Int
    /// The line that is read next, counted from 1.
    private var line = 1
    /// The line that the last row started in.
    private(set) var rowLine = 1

    init(bytes: [UInt8], separator: UInt8, file: String) {
        self.bytes = bytes
        self.separator = separator
        self.file = file
        position = bytes.starts(with: CSVReader.byteOrderMark) ? CSVReader.byteOrderMark.count : 0
    }

    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    private static let quote = UInt8(ascii: "\"")
    private static let newLine = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Whether a line without anything is a row whose one cell is missing: in the body of a table of one column.
    ///
    /// Those at the end of the file are none.
    var keepsBlankLines = false
    private var blankRows = 0
    private var readCount = 0

    /// Passes lines over, be they part of a table or not.
    mutating func skipLines(_ count: Int) {
        for _ in 0..<count where position < bytes.count {
            position += restOfLine.count
            endLine()
        }
    }

    private static let commentMark = UInt8(ascii: "#")

    /// Whether the line is a comment: `#` with words behind it. A column may be named `#`.
    var isComment: Bool {
        let line = restOfLine
        guard line.first == CSVReader.commentMark, isBlankSeparated || line.dropFirst().first != separator else {
            return false
        }
        return CSVReader.trimmed(line.dropFirst()).first.map { $0 != separator } ?? false
    }

    /// Steps over what makes the line a comment.
    mutating func skipCommentMark() {
        while position < bytes.count, bytes[position] == CSVReader.commentMark { position += 1 }
        skipBlanks()
    }

    var isAtEnd: Bool { position == bytes.count }

    /// What is left of the line.
    var restOfLine: ArraySlice<UInt8> {
        bytes[position...].prefix { $0 != CSVReader.newLine && $0 != CSVReader.carriageReturn }
    }

    /// Steps over the end of a line.
    private mutating func endLine() {
        guard position < bytes.count else { return }
        let isPair =
            bytes[position] == CSVReader.carriageReturn && position + 1 < bytes.count
            && bytes[position + 1] == CSVReader.newLine
        position += isPair ? 2 : 1
        line += 1
    }

    /// Puts the next row that is not blank into `cells`.
    ///
    /// - Returns: `false` at the end.
    /// - Throws: `DatasetError` where quotes are not closed or text follows one; `InterruptError`.
    mutating func nextRow(_ cells: inout [Cell]) throws -> Bool {
        cells.removeAll(keepingCapacity: true)
        readCount += 1
        if readCount & 0xFFF == 0 { try Interrupt.check() }
        if blankRows == 0 {
            let count = skipBlankLines()
            if keepsBlankLines, position < bytes.count { blankRows = count }
        }
        guard position < bytes.count else { return false }
        if blankRows > 0 {
            rowLine = line - blankRows
            blankRows -= 1
            cells.append(Cell(range: position..<position, isQuoted: false))
            return true
        }
        rowLine = line
        while true {
            if isBlankSeparated { skipBlanks() }
            cells.append(try nextCell(cells.count + 1))
            guard position < bytes.count else { return true }
            if isBlankSeparated {
                skipBlanks()
                if position < bytes.count, bytes[position] != CSVReader.newLine,
                    bytes[position] != CSVReader.carriageReturn
                {
                    continue
                }
                endLine()
                return true
            }
            if bytes[position] == separator {
                position += 1
                continue
            }
            endLine()
            return true
        }
    }

    private var isBlankSeparated: Bool { separator == UInt8(ascii: " ") }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private mutating func skipBlanks() {
        while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    }

    /// Passes over lines without anything, and over lines of blanks where a row has more than one cell.
    ///
    /// - Returns: How many.
    private mutating func skipBlankLines() -> Int {
        var count = 0
        while position < bytes.count {
            var end = position
            while !keepsBlankLines, end < bytes.count, bytes[end] == 0x20 { end += 1 }
            guard end == bytes.count || bytes[end] == CSVReader.newLine || bytes[end] == CSVReader.carriageReturn else {
                break
            }
            position = end
            endLine()
            count += 1
        }
        return count
    }

    /// Leaves the position at a separator, at the end of a line or at the end.
    ///
    /// - Parameter number: Which cell of its row it is, from 1.
    private mutating func nextCell(_ number: Int) throws -> Cell {
        if position < bytes.count, bytes[position] == CSVReader.quote { return try quotedCell(number) }
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == separator || byte == CSVReader.newLine || byte == CSVReader.carriageReturn { break }
            if byte == 0x09, isBlankSeparated { break }
            if byte == 0 {
                throw error(
                    line, "there is a zero byte in cell \(number)",
                    help: "the file is not text, or one in UTF-16: save it as text in UTF-8")
            }
            position += 1
        }
        return Cell(range: start..<position, isQuoted: false)
    }

    private mutating func quotedCell(_ number: Int) throws -> Cell {
        let start = position + 1
        let startLine = line
        position = start
        while position < bytes.count {
            let isLineEnd =
                bytes[position] == CSVReader.newLine
                || bytes[position] == CSVReader.carriageReturn
                    && !(position + 1 < bytes.count && bytes[position + 1] == CSVReader.newLine)
            if isLineEnd { line += 1 }
            guard bytes[position] == CSVReader.quote else {
                position += 1
                continue
            }
            if position + 1 < bytes.count, bytes[position + 1] == CSVReader.quote {
                position += 2
                continue
            }
            let end = position
            position += 1
            if position < bytes.count, bytes[position] != separator, bytes[position] != CSVReader.newLine,
                bytes[position] != CSVReader.carriageReturn, !(isBlankSeparated && bytes[position] == 0x09)
            {
                throw error(
                    line, "text follows the quotes of cell \(number)",
                    help: "inside of a cell, a quote is doubled: \"\"")
            }
            return Cell(range: start..<end, isQuoted: true)
        }
        throw error(
            startLine, "the quotes of cell \(number) are not closed", help: "inside of a cell, a quote is doubled: \"\""
        )
    }

    private func error(_ line: Int, _ reason: String, help: String?) -> DatasetError {
        DatasetError(file: file, place: .line(line), .badTable(reason: reason, help: help))
    }

    /// The cell's text, without the spaces around it where it is not quoted.
    ///
    /// - Throws: `DatasetError` where it is not UTF-8.
    func text(_ cell: Cell) throws -> String {
        let range = cell.isQuoted ? cell.range : trimmed(cell)
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw error(rowLine, "the text is not UTF-8", help: "save the file in the encoding UTF-8")
        }
        return cell.isQuoted ? unescaped(text) : text
    }

    private func unescaped(_ text: String) -> String {
        guard text.utf8.contains(CSVReader.quote) else { return text }
        var result: [UInt8] = []
        var isSecond = false
        for byte in text.utf8 {
            isSecond = byte == CSVReader.quote && !isSecond
            if byte != CSVReader.quote || isSecond { result.append(byte) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Where a cell's text lies without the blanks around it.
    func trimmed(_ cell: Cell) -> Range<Int> {
        let text = CSVReader.trimmed(bytes[cell.range])
        return text.startIndex..<text.endIndex
    }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var (start, end) = (bytes.startIndex, bytes.endIndex)
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return bytes[start..<end]
    }
}
