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

    /// The separator that a table's first line uses, if it holds one of `candidates`.
    static func separator(ofFirstLine bytes: [UInt8], candidates: [UInt8]) -> UInt8? {
        let line = bytes.prefix { $0 != newLine && $0 != carriageReturn }
        let counts = candidates.map { candidate in (candidate, line.count { $0 == candidate }) }
        return counts.filter { $0.1 > 0 }.max { $0.1 < $1.1 }?.0
    }

    /// Puts the next row that is not blank into `cells`.
    ///
    /// - Returns: `false` at the end.
    /// - Throws: `DatasetError` where quotes are not closed or text follows one.
    mutating func nextRow(_ cells: inout [Cell]) throws -> Bool {
        cells.removeAll(keepingCapacity: true)
        skipBlankLines()
        guard position < bytes.count else { return false }
        rowLine = line
        while true {
            cells.append(try nextCell())
            guard position < bytes.count else { return true }
            let end = bytes[position]
            position += 1
            if end == separator { continue }
            if end == CSVReader.carriageReturn, position < bytes.count, bytes[position] == CSVReader.newLine {
                position += 1
            }
            line += 1
            return true
        }
    }

    private mutating func skipBlankLines() {
        while position < bytes.count {
            switch bytes[position] {
            case CSVReader.newLine: line += 1
            // The carriage return before a new line belongs to it.
            case CSVReader.carriageReturn:
                if position + 1 < bytes.count, bytes[position + 1] == CSVReader.newLine { break }
                line += 1
            default: return
            }
            position += 1
        }
    }

    /// Leaves the position at a separator, at the end of a line or at the end.
    private mutating func nextCell() throws -> Cell {
        if position < bytes.count, bytes[position] == CSVReader.quote { return try quotedCell() }
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == separator || byte == CSVReader.newLine || byte == CSVReader.carriageReturn { break }
            position += 1
        }
        return Cell(range: start..<position, isQuoted: false)
    }

    private mutating func quotedCell() throws -> Cell {
        let start = position + 1
        let startLine = line
        position = start
        while position < bytes.count {
            if bytes[position] == CSVReader.newLine { line += 1 }
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
                bytes[position] != CSVReader.carriageReturn
            {
                throw error(
                    line, "text follows the quotes of a cell", help: "inside of a cell, a quote is doubled: \"\"")
            }
            return Cell(range: start..<end, isQuoted: true)
        }
        throw error(startLine, "a cell's quotes are not closed", help: "inside of a cell, a quote is doubled: \"\"")
    }

    private func error(_ line: Int, _ reason: String, help: String?) -> DatasetError {
        DatasetError(file: file, place: .line(line), .badTable(reason: reason, help: help))
    }

    /// The cell's text, without the spaces around it where it is not quoted.
    ///
    /// - Throws: `DatasetError` where it is not UTF-8.
    func text(_ cell: Cell) throws -> String {
        let range = cell.isQuoted ? cell.range : trimmed(cell.range)
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

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }

    /// What a cell holds.
    enum Value {
        case missing
        case integer(Int64)
        case number(Double)
        case text
    }

    func value(_ cell: Cell) -> Value {
        let range = trimmed(cell.range)
        if range.isEmpty { return .missing }
        if let integer = integer(range) { return .integer(integer) }
        // Of Swift's own numbers, hexadecimal ones are none in a table.
        let isPlain = !bytes[range].contains { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "X") }
        guard isPlain, let number = Double(String(decoding: bytes[range], as: UTF8.self)) else { return .text }
        return .number(number)
    }

    private func integer(_ range: Range<Int>) -> Int64? {
        var position = range.lowerBound
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
        // Eighteen digits always fit.
        guard position < range.upperBound, range.upperBound - position <= 18 else { return nil }
        var value: Int64 = 0
        while position < range.upperBound {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int64(digit)
            position += 1
        }
        return isNegative ? -value : value
    }
}
