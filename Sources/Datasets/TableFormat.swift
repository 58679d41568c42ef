import TensorCore

/// How the text of a table is written, where that does not follow from the text itself.
package struct TableFormat {
    /// Whether the first line names the columns; `nil`: it does, and has to look like it.
    package var hasHeader: Bool?
    /// How many lines before the table are passed over.
    package var skippedLines: Int
    /// What stands between cells; `nil`: what the first lines agree on. A blank stands for any run of blanks and tabs.
    package var separator: UInt8?
    /// Words for a value that is missing, in all columns. The usual ones are so in columns of numbers and of true and
    /// false, unless this is an empty list.
    package var missing: [String]?
    /// The columns that are text, whatever they hold.
    package var textColumns: [String]
    /// Whether a column of numbers in which some cells are words is text, and not refused.
    package var takesWords = false
    package var decimalMark: UInt8
    package var thousandsMark: UInt8?

    package init(
        hasHeader: Bool? = nil, skippedLines: Int = 0, separator: UInt8? = nil, missing: [String]? = nil,
        textColumns: [String] = [], decimalMark: UInt8 = UInt8(ascii: "."), thousandsMark: UInt8? = nil
    ) {
        self.hasHeader = hasHeader
        self.skippedLines = skippedLines
        self.separator = separator
        self.missing = missing
        self.textColumns = textColumns
        self.decimalMark = decimalMark
        self.thousandsMark = thousandsMark
    }

    /// Lower-case words that stand for a missing value in the tables of other programs.
    static let usualMissingWords: Set<String> = ["na", "n/a", "#n/a", "<na>", "null", "none", "?", "-", "--", "-nan"]
}

/// A text of a file as it is written in a program, cut where it is long.
func shownText(_ text: String) -> String {
    let start = text.prefix(40)
    let escaped = JSON.quoted(String(start)).escaping { $0 == "{" ? "\\{" : nil }
    return start.endIndex == text.endIndex ? escaped : escaped.dropLast() + "…\""
}

// MARK: - Cells

extension TableFormat {
    /// The argument `missing` with which a word more is missing.
    func missingArgument(adding word: String) -> String {
        "missing=[\(((missing ?? []) + [word]).map(shownText).joined(separator: ", "))]"
    }
}

extension TableFormat {
    /// What a cell without quotes holds.
    enum Value {
        case blank
        /// One of the usual words for what is missing, which may be a word of its own in a column of text.
        case missingWord
        case integer(Int64)
        case number(Double)
        case boolean(Bool)
        /// Text that would be a number in another notation: 1,000 or 0,5.
        case almostNumber
        case text
    }

    /// - Parameter bytes: A cell without the blanks around it.
    func value(_ bytes: ArraySlice<UInt8>) -> Value {
        if bytes.isEmpty { return .blank }
        if let missing, missing.contains(where: { $0.utf8.elementsEqual(bytes) }) { return .blank }
        if let number = number(bytes) { return number }
        let word = bytes.count <= 8 ? String(decoding: bytes, as: UTF8.self) : ""
        switch word {
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: break
        }
        // Databases write \N.
        if missing?.isEmpty != true, word == "\\N" || TableFormat.usualMissingWords.contains(word.lowercased()) {
            return .missingWord
        }
        return looksLikeNumber(bytes) ? .almostNumber : .text
    }

    /// A plain number; of Swift's own ones, hexadecimal ones are none in a table.
    func number(_ bytes: ArraySlice<UInt8>) -> Value? {
        let plain = normalized(bytes)
        if let integer = TableFormat.integer(plain) { return .integer(integer) }
        guard !plain.contains(where: { $0 | 0x20 == UInt8(ascii: "x") || $0 == UInt8(ascii: "(") }) else { return nil }
        return Double(String(decoding: plain, as: UTF8.self)).map { .number($0) }
    }

    /// A number in the notation of Swift.
    private func normalized(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let point = UInt8(ascii: ".")
        guard decimalMark != point || thousandsMark != nil else { return bytes }
        var result: [UInt8] = []
        for (index, byte) in zip(bytes.indices, bytes) {
            if byte == thousandsMark, index > bytes.startIndex, TableFormat.isDigit(bytes[index - 1]) {
                continue
            }
            // A point that is no decimal mark makes it text.
            result.append(byte == decimalMark ? point : byte == point ? UInt8(ascii: ",") : byte)
        }
        return result[...]
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let first = bytes.first, bytes.count <= 20 else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let digits = isNegative || first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes
        guard !digits.isEmpty else { return nil }
        // -0 is a number with a sign.
        if isNegative, digits.allSatisfy({ $0 == UInt8(ascii: "0") }) { return nil }
        var value: Int64 = 0
        for byte in digits {
            guard isDigit(byte) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (sum, overflow2) = product.addingReportingOverflow(isNegative ? -digit : digit)
            guard !overflow, !overflow2 else { return nil }
            value = sum
        }
        return value
    }

    /// The bytes that other notations have in numbers, longest first: marks of thousands and decimals, signs of
    /// currencies and of percent.
    private static let numberMarks: [[UInt8]] = [",", "'", "\u{a0}", "\u{202f}", "\u{2009}"].map { Array($0.utf8) }
    private static let unitMarks: [[UInt8]] = ["%", "$", "€", "£", "¥", "_"].map { Array($0.utf8) }

    /// Whether a text is a number but for such marks, or one in the usual notation.
    func looksLikeNumber(_ bytes: ArraySlice<UInt8>, withUnits: Bool = false) -> Bool {
        guard bytes.count <= 40, bytes.contains(where: TableFormat.isDigit) else { return false }
        let marks = TableFormat.numberMarks + (withUnits ? TableFormat.unitMarks : [])
        var rest = bytes
        var stripped: [UInt8] = []
        while let first = rest.first {
            if let mark = marks.first(where: { rest.starts(with: $0) }) {
                rest = rest.dropFirst(mark.count)
            } else {
                stripped.append(first)
                rest = rest.dropFirst()
            }
        }
        return TableFormat().number(stripped[...]) != nil
    }

    /// A text in quotes as a number, where it is one.
    func number(ofText text: String) -> Double? {
        let bytes = Array(text.utf8)
        switch number(CSVReader.trimmed(bytes[...])) {
        case .integer(let value)?: return Double(value)
        case .number(let value)?: return value
        default: return nil
        }
    }
}

// MARK: - Before the header

extension TableFormat {
    /// What Excel's first line `sep=;` says of the lines below; nil where there is none.
    static func separatorLine(_ bytes: [UInt8]) -> UInt8? {
        let line = CSVReader(bytes: bytes, separator: UInt8(ascii: ","), file: "").restOfLine
        guard line.count == 5, let mark = line.last, [0x2c, 0x3b, 0x7c, 0x09, 0x20].contains(mark),
            String(decoding: line.dropLast(), as: UTF8.self).lowercased() == "sep="
        else { return nil }
        return mark
    }

    /// Passes over comments, `# ...`, before the header. The last one is the header, as NumPy writes it, where it has as
    /// many cells as the row behind it.
    ///
    /// - Returns: How many comments there are, if that row may be the header just as well.
    func skipComments(_ reader: inout CSVReader) throws -> Int? {
        guard hasHeader != false else { return nil }
        var next = reader
        var last: CSVReader?
        var count = 0
        while next.isComment {
            last = next
            count += 1
            next.skipLines(1)
        }
        guard var raw = last, !next.isAtEnd else { return nil }
        var (header, body) = (raw, next)
        header.skipCommentMark()
        let names = header
        var (cells, row): ([CSVReader.Cell], [CSVReader.Cell]) = ([], [])
        guard try body.nextRow(&row), try header.nextRow(&cells) else { return nil }
        guard cells.count == row.count else {
            // A first column that is named `#`, where blanks separate.
            if try raw.nextRow(&cells), cells.count != row.count { reader = next }
            return nil
        }
        reader = names
        let hasNumber = row.contains { number(CSVReader.trimmed(reader.bytes[$0.range])) != nil }
        return hasHeader == true || hasNumber ? nil : count
    }
}

// MARK: - Separators

extension TableFormat {
    private static let blank = UInt8(ascii: " ")

    /// What separates the cells of a table, where its first lines agree on it.
    ///
    /// A blank separates only where a column of numbers says so: else it may as well stand between words.
    ///
    /// - Parameter isTable: Whether the file is known to be a table; if not, tabs and bars prove nothing either.
    func separator(of bytes: [UInt8], isTable: Bool, file: String) -> UInt8? {
        let comma = UInt8(ascii: ",")
        let safe = [UInt8(ascii: ";"), 0x09, UInt8(ascii: "|"), comma]
        for candidate in safe + [TableFormat.blank] {
            let isCertain =
                candidate == comma || candidate == UInt8(ascii: ";") || isTable && candidate != TableFormat.blank
            if agrees(bytes, candidate, needsNumbers: !isCertain, file: file) { return candidate }
        }
        var reader = CSVReader(bytes: bytes, separator: comma, file: file)
        reader.skipLines(skippedLines)
        let line = reader.restOfLine
        let counts = (isTable ? safe : [comma, safe[0]]).map { candidate in (candidate, line.count { $0 == candidate })
        }
        if let most = counts.filter({ $0.1 > 0 }).max(by: { $0.1 < $1.1 }) { return most.0 }
        guard isTable else { return nil }
        // A first line of another kind does not make one column of cells that are separated.
        var lines: [ArraySlice<UInt8>] = []
        for _ in 0..<20 where !reader.isAtEnd {
            lines.append(reader.restOfLine)
            reader.skipLines(1)
        }
        return safe.first { candidate in lines.count { $0.contains(candidate) } * 2 > lines.count } ?? comma
    }

    private func agrees(_ bytes: [UInt8], _ separator: UInt8, needsNumbers: Bool, file: String) -> Bool {
        var reader = CSVReader(bytes: bytes, separator: separator, file: file)
        reader.skipLines(skippedLines)
        do { _ = try skipComments(&reader) } catch { return false }
        var rows: [[CSVReader.Cell]] = []
        var cells: [CSVReader.Cell] = []
        for _ in 0..<21 {
            guard let isRow = try? reader.nextRow(&cells) else { return false }
            guard isRow else { break }
            // A quote inside of a cell stands at the start of one by another separator.
            guard cells.allSatisfy({ $0.isQuoted || !bytes[$0.range].contains(UInt8(ascii: "\"")) }) else {
                return false
            }
            rows.append(cells)
        }
        guard let header = rows.first?.count, let width = rows.last?.count, width > 1,
            rows.dropFirst().allSatisfy({ $0.count == width })
        else { return false }
        guard needsNumbers else { return header == width }
        let hasNumbers = (0..<width).contains { column in
            rows.dropFirst().allSatisfy { row in
                switch value(bytes[reader.trimmed(row[column])]) {
                case .blank, .missingWord, .integer, .number, .almostNumber: true
                case .boolean, .text: false
                }
            }
        }
        // Programs that write the names of rows may leave those out of the header.
        return hasNumbers && rows.count > 1 && (header == width || header > 1 && header + 1 == width)
    }
}
