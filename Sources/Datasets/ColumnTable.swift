/// A table by columns, as a .csv file with a header gives it.
package struct ColumnTable {
    package enum Values: Equatable {
        /// All cells are whole numbers.
        case integers([Int64])
        /// All cells are numbers; empty ones are `nan`.
        case numbers([Double])
        case text([String])
    }

    package struct Column {
        package let name: String
        package let values: Values

        package init(name: String, values: Values) {
            self.name = name
            self.values = values
        }
    }

    /// What errors call it.
    package let file: String
    package let columns: [Column]
    package let rowCount: Int
}

extension ColumnTable {
    private enum Kind: Int {
        case empty, integers, numbers, text
    }

    /// Reads the text of a table: first what each column holds, then the cells, so that nothing is kept twice.
    ///
    /// - Throws: `DatasetError` with the line: a row with more or fewer cells than the header, quotes left open, a
    ///   header that names a column twice or is made of numbers, text that is not UTF-8.
    init(_ start: CSVReader, file: String) throws {
        var reader = start
        var cells: [CSVReader.Cell] = []
        guard try reader.nextRow(&cells) else { throw DatasetError(file: file, .empty) }
        let names = try ColumnTable.names(cells, reader, file: file)

        let body = reader
        var kinds = [Kind](repeating: .empty, count: names.count)
        var rowCount = 0
        while try reader.nextRow(&cells) {
            guard cells.count == names.count else {
                throw DatasetError(
                    file: file, place: .line(reader.rowLine), .raggedRow(expected: names.count, found: cells.count))
            }
            for (column, cell) in cells.enumerated() where kinds[column] != .text {
                let kind: Kind =
                    switch reader.value(cell) {
                    // A gap is a number that is missing.
                    case .missing: kinds[column] == .empty ? .empty : .numbers
                    case .integer: kinds[column] == .empty && rowCount > 0 ? .numbers : .integers
                    case .number: .numbers
                    case .text: .text
                    }
                if kind.rawValue > kinds[column].rawValue { kinds[column] = kind }
            }
            rowCount += 1
        }
        guard rowCount > 0 else {
            throw DatasetError(file: file, .badTable(reason: "the table has a header and no rows", help: nil))
        }
        self.file = file
        self.rowCount = rowCount
        columns = try ColumnTable.columns(names, kinds, body)
    }

    private static func names(_ cells: [CSVReader.Cell], _ reader: CSVReader, file: String) throws -> [String] {
        let names = try cells.map(reader.text)
        func error(_ reason: String, help: String) -> DatasetError {
            DatasetError(file: file, place: .line(reader.rowLine), .badTable(reason: reason, help: help))
        }
        if names.allSatisfy({ Double($0) != nil }) {
            throw error("the first line has only numbers", help: "put a line with the columns' names before it")
        }
        var seen: Set<String> = []
        for (index, name) in names.enumerated() {
            if name.isEmpty {
                throw error("column \(index + 1) has no name", help: "the first line names the columns")
            }
            if !seen.insert(name).inserted {
                throw error("two columns have the name \"\(name)\"", help: "give each column a name of its own")
            }
        }
        return names
    }

    private static func columns(
        _ names: [String], _ kinds: [Kind], _ start: CSVReader
    ) throws -> [Column] {
        var builders = kinds.map { ColumnBuilder(kind: $0) }
        var reader = start
        var cells: [CSVReader.Cell] = []
        while try reader.nextRow(&cells) {
            for (column, cell) in cells.enumerated() {
                try builders[column].append(cell, of: reader)
            }
        }
        return zip(names, builders).map { Column(name: $0, values: $1.values) }
    }

    /// Collects the cells of a column whose kind is known.
    private struct ColumnBuilder {
        let kind: Kind
        private var integers: [Int64] = []
        private var numbers: [Double] = []
        private var text: [String] = []

        init(kind: Kind) { self.kind = kind }

        mutating func append(_ cell: CSVReader.Cell, of reader: CSVReader) throws {
            if kind == .text { return text.append(try reader.text(cell)) }
            switch reader.value(cell) {
            case .integer(let value) where kind == .integers: integers.append(value)
            case .integer(let value): numbers.append(Double(value))
            case .number(let value): numbers.append(value)
            case .missing, .text: numbers.append(.nan)
            }
        }

        var values: Values {
            switch kind {
            case .integers: .integers(integers)
            case .empty, .numbers: .numbers(numbers)
            case .text: .text(text)
            }
        }
    }
}
