/// A table by columns, as the text of a table gives it. What is missing is nil.
package struct ColumnTable {
    package enum Values: Equatable {
        /// All cells are whole numbers.
        case integers([Int64])
        case numbers([Double?])
        case booleans([Bool?])
        case text([String?])
        /// Numbers or booleans beside texts in quotes, which nothing else could have written.
        case mixed([Cell])
    }

    package enum Cell: Equatable {
        case missing
        case number(Double)
        case boolean(Bool)
        case text(String)
    }

    package struct Column {
        package let name: String
        package let values: Values
        /// Why a column of text may have been meant as something else, and the line that says so.
        let doubt: Doubt?

        package init(name: String, values: Values) { self.init(name: name, values: values, doubt: nil) }

        init(name: String, values: Values, doubt: Doubt?) {
            self.name = name
            self.values = values
            self.doubt = doubt
        }
    }

    /// A cell whose meaning is not certain.
    struct Doubt {
        let line: Int
        let cell: String
        /// What it is among, such as "numbers".
        let others: String
    }

    /// What errors call it.
    package let file: String
    package let columns: [Column]
    package let rowCount: Int
    let format: TableFormat
    /// Before the first row.
    private let body: CSVReader

    /// The line that a row starts in.
    func line(ofRow row: Int) -> Int {
        var reader = body
        var cells: [CSVReader.Cell] = []
        for _ in 0...row { _ = try? reader.nextRow(&cells) }
        return reader.rowLine
    }
}

extension ColumnTable {
    /// Reads the text of a table: first what each column holds, then the cells, so that nothing is kept twice.
    ///
    /// - Throws: `DatasetError` with the line: a row with more or fewer cells than the header, quotes left open, a
    ///   header that names a column twice or holds numbers, text that is not UTF-8, a column of numbers with a word in it.
    init(_ start: CSVReader, format: TableFormat, file: String) throws {
        var reader = start
        reader.skipLines(format.skippedLines)
        let isCommented = reader.isComment
        if let comments = try format.skipComments(&reader) {
            throw DatasetError(
                file: file, place: .line(format.skippedLines + comments),
                .badTable(
                    reason: "the line may be a comment, or the names of the columns",
                    help: "header=true takes it for the names, skip=\(format.skippedLines + comments) passes over it"))
        }
        let first = reader
        var cells: [CSVReader.Cell] = []
        guard try reader.nextRow(&cells) else { throw DatasetError(file: file, .empty) }
        let headerLine = reader.rowLine
        let names: [String]
        // Without a name, or with the one that pandas makes up for it.
        var mayCountRows = false
        if format.hasHeader == false {
            names = cells.indices.map { "column\($0)" }
            reader = first
        } else {
            names = try ColumnTable.names(cells, reader, format, isCommented: isCommented, file: file)
            mayCountRows =
                names.count > 1 && (names[0].isEmpty || names[0] == ColumnTable.indexName && !cells[0].isQuoted)
        }
        reader.keepsBlankLines = names.count == 1

        let body = reader
        let quotesMeanText = try !ColumnTable.quotesAll(first, body)
        var evidence = names.map { ColumnEvidence(isText: format.textColumns.contains($0)) }
        var rowCount = 0
        while try reader.nextRow(&cells) {
            guard cells.count == names.count else {
                throw DatasetError(
                    file: file, place: .line(reader.rowLine), .raggedRow(expected: names.count, found: cells.count))
            }
            for (column, cell) in cells.enumerated() {
                evidence[column].add(
                    cell, value: format.value(cell, of: reader, quotesMeanText: quotesMeanText), of: reader)
            }
            rowCount += 1
        }
        let builders = try zip(names, evidence).map { name, evidence in
            ColumnBuilder(
                kind: try evidence.kind(of: name, format, file: file), quotesMeanText: quotesMeanText, format: format)
        }
        var columns = try ColumnTable.columns(names, builders, evidence, body)
        if mayCountRows, ColumnTable.countsRows(columns[0], format) { columns.removeFirst() }
        if let first = columns.first, first.name.isEmpty {
            throw DatasetError(
                file: file, place: .line(headerLine),
                .badTable(
                    reason: "column 1 has no name",
                    help:
                        "write one at the start of the line; of a table of pandas it is the index, which index=False leaves out"
                ))
        }
        self.file = file
        self.rowCount = rowCount
        self.columns = columns
        self.format = format
        self.body = body
    }

    private static func names(
        _ cells: [CSVReader.Cell], _ reader: CSVReader, _ format: TableFormat, isCommented: Bool, file: String
    ) throws -> [String] {
        let names = try cells.map(reader.text)
        func error(_ reason: String, help: String) -> DatasetError {
            DatasetError(file: file, place: .line(reader.rowLine), .badTable(reason: reason, help: help))
        }
        // Comments above it would be data too.
        let asData = isCommented ? "header=false skip=\(reader.rowLine - 1)" : "header=false"
        let ways =
            "\(asData) reads it as data, skip=\(reader.rowLine) passes over it (with header=false where no names follow), and "
            + "header=true takes it for the names"
        if format.hasHeader == nil {
            let numbers = cells.indices.filter { index in
                guard !cells[index].isQuoted else { return false }
                switch format.value(reader.bytes[reader.trimmed(cells[index])]) {
                case .integer, .number, .almostNumber: return true
                case .blank, .missingWord, .boolean, .text: return false
                }
            }
            if numbers.count == names.count { throw error("the first line has only numbers", help: ways) }
            if let index = numbers.first {
                throw error(
                    "cell \(index + 1) of the first line is the number \(names[index]), and no name", help: ways)
            }
        }
        var seen: Set<String> = []
        for (index, name) in names.enumerated() {
            // The first may count the rows, which is seen when they are read.
            if name.isEmpty, index > 0 || names.count == 1 {
                throw error(
                    "column \(index + 1) has no name",
                    help: "the first line names the columns; where it is data, \(asData) reads it so")
            }
            if !seen.insert(name).inserted {
                throw error(
                    "two columns have the name \(shownText(name))",
                    help: "give each column a name of its own; where the line is data, \(asData) reads it so")
            }
        }
        return names
    }

    /// Whether a program wrote the file that puts quotes around everything: then they say nothing of a cell.
    private static func quotesAll(_ header: CSVReader, _ body: CSVReader) throws -> Bool {
        var (reader, body) = (header, body)
        var cells: [CSVReader.Cell] = []
        guard try reader.nextRow(&cells), cells.allSatisfy(\.isQuoted),
            try cells.contains(where: { !CSVText.needsQuotes(try reader.text($0), isAlone: cells.count == 1) })
        else { return false }
        while try body.nextRow(&cells) {
            guard cells.allSatisfy(\.isQuoted) else { return false }
        }
        return true
    }

    /// What pandas calls a column that had no name when it read it, which is quoted where it is meant.
    static let indexName = "Unnamed: 0"

    /// Whether a column only counts the rows.
    private static func countsRows(_ column: Column, _ format: TableFormat) -> Bool {
        func counts(_ numbers: [Double?]) -> Bool {
            guard let first = numbers.first, first == 0 || first == 1 else { return false }
            return numbers.enumerated().allSatisfy { $1 == (first ?? 0) + Double($0) }
        }
        switch column.values {
        case .integers(let numbers): return counts(numbers.map { Double($0) })
        // R puts the numbers of rows in quotes.
        case .text(let texts): return counts(texts.map { $0.flatMap(format.number(ofText:)) })
        case .numbers, .booleans, .mixed: return false
        }
    }

    private static func columns(
        _ names: [String], _ empty: [ColumnBuilder], _ evidence: [ColumnEvidence], _ start: CSVReader
    ) throws -> [Column] {
        var builders = empty
        var reader = start
        var cells: [CSVReader.Cell] = []
        while try reader.nextRow(&cells) {
            for (column, cell) in cells.enumerated() {
                try builders[column].append(cell, of: reader)
            }
        }
        return names.indices.map { Column(name: names[$0], values: builders[$0].values, doubt: evidence[$0].doubt) }
    }
}

extension TableFormat {
    /// What a cell holds; nil for a text in quotes.
    fileprivate func value(_ cell: CSVReader.Cell, of reader: CSVReader, quotesMeanText: Bool) -> Value? {
        let bytes = reader.bytes[reader.trimmed(cell)]
        guard cell.isQuoted, quotesMeanText else { return value(bytes) }
        // Words that the caller names are missing wherever they stand.
        if let missing, !bytes.isEmpty, missing.contains(where: { $0.utf8.elementsEqual(bytes) }) { return .blank }
        // A number that needs the quotes for the mark in it.
        let marks = [thousandsMark, decimalMark == UInt8(ascii: ".") ? nil : decimalMark].compactMap { $0 }
        return marks.isEmpty || !bytes.contains(where: marks.contains) ? nil : number(bytes)
    }
}

/// What the cells of a column have been, in the order of a first reading.
private struct ColumnEvidence {
    enum Kind {
        case integers, numbers, booleans, text, mixed
    }

    let isText: Bool
    private var numbers = 0
    private var fractions = 0
    /// Whole numbers of more digits than a number holds.
    private var longWholes = 0
    /// Those beyond an int64.
    private var longestWholes = 0
    private var nans = 0
    private var blanks = 0
    private var missingWords = 0
    private var booleans = 0
    private var almostNumbers = 0
    private var words = 0
    private var quotedTexts = 0
    private var quotedAlmostNumbers = 0
    private var emptyTexts = 0
    private var differentWords: Set<String> = []
    private var firstNumber: Place?
    private var firstMissingWord: Place?
    private var firstAlmostNumber: Place?
    private var firstWord: Place?
    private var firstQuotedText: Place?

    private struct Place {
        let line: Int
        let cell: String
    }

    init(isText: Bool) { self.isText = isText }

    /// - Parameter value: Nil for a text in quotes.
    mutating func add(_ cell: CSVReader.Cell, value: TableFormat.Value?, of reader: CSVReader) {
        guard !isText else { return }
        func note(_ place: inout Place?) {
            if place == nil { place = Place(line: reader.rowLine, cell: (try? reader.text(cell)) ?? "") }
        }
        switch value {
        case .blank?: blanks += 1
        case .missingWord?:
            missingWords += 1
            note(&firstMissingWord)
        case .integer(let whole)?:
            numbers += 1
            if Double(exactly: whole) == nil { longWholes += 1 }
            note(&firstNumber)
        // Among words it is one for what is missing.
        case .number(let number)? where number.isNaN:
            nans += 1
            note(&firstMissingWord)
        case .number(let number)?:
            numbers += 1
            let digits = reader.bytes[reader.trimmed(cell)]
            if number.magnitude >= 0x1p63,
                digits.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 || $0 == UInt8(ascii: "-") })
            {
                longWholes += 1
                longestWholes += 1
            } else {
                fractions += 1
            }
            note(&firstNumber)
        case .boolean?: booleans += 1
        case .almostNumber?:
            almostNumbers += 1
            note(&firstAlmostNumber)
        case .text?:
            words += 1
            note(&firstWord)
            if differentWords.count < 4, let text = try? reader.text(cell) { differentWords.insert(text) }
        case nil where cell.range.isEmpty: emptyTexts += 1
        case nil:
            quotedTexts += 1
            note(&firstQuotedText)
            if TableFormat().looksLikeNumber(reader.bytes[cell.range]),
                TableFormat().number(ofText: String(decoding: reader.bytes[cell.range], as: UTF8.self)) == nil
            {
                quotedAlmostNumbers += 1
                note(&firstAlmostNumber)
            }
        }
    }

    /// - Throws: `DatasetError` for a column of numbers in which a few cells are words.
    func kind(of name: String, _ format: TableFormat, file: String) throws -> Kind {
        if isText { return .text }
        let texts = words + quotedTexts + almostNumbers
        if texts == 0 {
            if booleans > 0 { return numbers + nans + emptyTexts > 0 ? .mixed : .booleans }
            // An empty text among numbers is what other programs write for one that is missing.
            if numbers + nans == 0, emptyTexts > 0 { return .text }
            let gaps = nans + blanks + missingWords + emptyTexts
            // Among whole numbers alone these are names, whose digits count.
            if fractions == 0, longWholes > 0, longestWholes + gaps > 0 { return .text }
            return fractions + gaps > 0 || numbers == 0 ? .numbers : .integers
        }
        func stray(_ place: Place?, _ help: String) -> DatasetError {
            DatasetError(
                file: file, place: place.map { .line($0.line) },
                .badTable(
                    reason:
                        "the cell \(shownText(place?.cell ?? "")) of the column \(shownText(name)) is not a number, as its "
                        + "others are",
                    help: "\(help), text=[\(shownText(name))] that the column is text"))
        }
        if format.takesWords { return .text }
        let notation = "decimal=\",\" or thousands=\",\" says what a comma in it is"
        if almostNumbers > 0 || quotedAlmostNumbers > 0 && numbers > 0, words <= numbers + almostNumbers {
            throw stray(firstAlmostNumber, notation)
        }
        if words > 0, numbers >= words, words * 10 <= numbers || differentWords.count < 4 {
            throw stray(firstWord, "\(format.missingArgument(adding: firstWord?.cell ?? "")) says that it is missing")
        }
        return words + almostNumbers == 0 && numbers + nans + booleans > 0 ? .mixed : .text
    }

    /// For a column that turned out to be text.
    var doubt: ColumnTable.Doubt? {
        guard words + quotedTexts > 0 else { return nil }
        if let place = firstNumber {
            let text = firstWord ?? firstQuotedText ?? place
            return .init(line: text.line, cell: text.cell, others: "numbers")
        }
        return firstMissingWord.map { .init(line: $0.line, cell: $0.cell, others: "words") }
    }
}

/// Collects the cells of a column whose kind is known.
private struct ColumnBuilder {
    let kind: ColumnEvidence.Kind
    let quotesMeanText: Bool
    let format: TableFormat
    private var integers: [Int64] = []
    private var numbers: [Double?] = []
    private var booleans: [Bool?] = []
    private var text: [String?] = []
    private var mixed: [ColumnTable.Cell] = []

    init(kind: ColumnEvidence.Kind, quotesMeanText: Bool, format: TableFormat) {
        self.kind = kind
        self.quotesMeanText = quotesMeanText
        self.format = format
    }

    mutating func append(_ cell: CSVReader.Cell, of reader: CSVReader) throws {
        let value = format.value(cell, of: reader, quotesMeanText: quotesMeanText)
        if kind == .text {
            if case .blank? = value { return text.append(nil) }
            return text.append(try reader.text(cell))
        }
        switch (kind, value) {
        case (.integers, .integer(let value)?): integers.append(value)
        case (.numbers, .integer(let value)?): numbers.append(Double(value))
        case (.numbers, .number(let value)?): numbers.append(value)
        case (.numbers, _): numbers.append(nil)
        case (.booleans, .boolean(let value)?): booleans.append(value)
        case (.booleans, _): booleans.append(nil)
        case (_, .integer(let value)?): mixed.append(.number(Double(value)))
        case (_, .number(let value)?): mixed.append(.number(value))
        case (_, .boolean(let value)?): mixed.append(.boolean(value))
        case (_, .blank?), (_, .missingWord?): mixed.append(.missing)
        case (_, .almostNumber?), (_, .text?), (_, nil): mixed.append(.text(try reader.text(cell)))
        }
    }

    var values: ColumnTable.Values {
        switch kind {
        case .integers: .integers(integers)
        case .numbers: .numbers(numbers)
        case .booleans: .booleans(booleans)
        case .text: .text(text)
        case .mixed: .mixed(mixed)
        }
    }
}
