import Figures
import Language

/// Rows of named columns: what a sweep gives, a run's history, a CSV file.
package class TableObject: RuntimeObject {
    package let columns: [(name: String, values: [Value])]
    package let rowCount: Int
    private let figure: Figure?
    /// Whether it is the table of all kept runs, which can be merged with those of other files.
    let isOfAllRuns: Bool
    /// The columns that it was sorted and filtered by, the last one first.
    let asked: [String]
    let rowSet: RowSet
    let labels: Labels

    /// What `loc` finds the rows by.
    package enum Labels: Equatable, Sendable {
        case numbers
        /// In pandas, the rows have the numbers from before they were picked or sorted.
        case formerNumbers
        /// Columns, such as those of the groups.
        case columns([String])
        /// A column that only names the rows: `iloc` does not count it.
        case names(String)
    }

    /// - Parameters:
    ///   - columns: All of one length.
    ///   - picture: What `show` draws of it.
    ///   - rowSet: That of the table whose rows it has; nil: rows of its own.
    package init(
        columns: [(name: String, values: [Value])], picture: Figure? = nil, asked: [String] = [],
        isOfAllRuns: Bool = false, rowSet: RowSet? = nil, labels: Labels = .numbers
    ) {
        self.labels = labels
        self.rowSet = rowSet ?? .new()
        self.isOfAllRuns = isOfAllRuns
        self.columns = columns
        self.asked = asked
        figure = picture
        rowCount = columns.first?.values.count ?? 0
    }

    /// A table of records; a field that some records lack is `none` there.
    ///
    /// - Throws: `Failure` where two keys of a record have the same text.
    package convenience init(rows: [Record]) throws {
        let rows = try rows.map { try $0.named() }
        var names: [String] = []
        var seen: Set<String> = []
        for row in rows {
            for name in row.names where seen.insert(name).inserted { names.append(name) }
        }
        self.init(columns: names.map { name in (name, rows.map { $0[name] ?? .none }) })
    }

    package override var kindName: String { "table" }
    package override var fieldNames: [String] { columns.map(\.name) }
    package override var length: Int? { rowCount }
    package override var shortText: String { "table of \(rowCount) rows" }

    package override var plotted: [(name: String, values: [Value])]? { columns }
    package override var picture: Figure? { figure }

    /// What the rows are found by.
    private var index: Value {
        guard case .columns(let names) = labels else { return .range(NumberRange(count: rowCount)) }
        let keys = names.compactMap(column)
        if keys.count == 1 { return .list(keys[0]) }
        return .list((0..<rowCount).map { row in .list(keys.map { $0[row] }) })
    }

    /// A column, or what is known of the table where no column has that name.
    package override func field(_ name: String) throws -> Value? {
        if let values = column(name) { return .column(values, of: rowSet) }
        switch name {
        case "columns": return .strings(columns.map(\.name))
        case "shape": return .list([.integer(rowCount), .integer(columns.count)])
        case "dtypes": return .record(Record(columns.map { ($0.name, .string($0.values.dtypeName)) }))
        case "values": return try withoutNames.matrix().asVariable().map { .tensor($0) }
        case "index" where labels != .formerNumbers: return index
        case "T": return .object(transposed)
        case "iloc", "iat": return .object(TableCells(self, isByName: false))
        case "query": return .function(query)
        case "loc", "at": return .object(TableCells(self, isByName: true))
        default: return nil
        }
    }

    /// A row for each column, with columns by what the rows are found by.
    private var transposed: TableObject {
        var heads = (0..<rowCount).map { "\($0)" }
        var own = columns
        let index: [String] =
            switch labels {
            case .columns(let names): names
            case .names(let name): [name]
            default: []
            }
        if !index.isEmpty {
            let keys = index.compactMap(column)
            heads = (0..<rowCount).map { row in
                keys.map { $0[row].asString ?? $0[row].shortText }.joined(separator: "_")
            }
            own = columns.filter { !index.contains($0.name) }
        }
        let rows = heads.enumerated().map { row, head in (name: head, values: own.map { $0.values[row] }) }
        return TableObject(columns: [("column", own.map { .string($0.name) })] + rows, labels: .names("column"))
    }

    package func column(_ name: String) -> [Value]? {
        columns.first { $0.name == name }?.values
    }

    package func row(_ index: Int) -> Record {
        Record(columns.map { ($0.name, $0.values[index]) })
    }

    package var rows: [Record] { (0..<rowCount).map(row) }

    /// The same columns with the rows picked, in their order.
    ///
    /// - Parameters:
    ///   - asked: The columns by which they were picked.
    ///   - isByPlace: Whether elements of its columns are found by place: by words that pandas has not.
    package func picking(_ indices: [Int], by asked: [String] = [], isByPlace: Bool = false) -> TableObject {
        let labels = labels == .numbers && !indices.elementsEqual(0..<indices.count) ? .formerNumbers : labels
        return TableObject(
            columns: columns.map { column in (column.name, indices.map { column.values[$0] }) },
            asked: asked + self.asked.filter { !asked.contains($0) },
            rowSet: rowSet.picking(indices, haveFormerNumbers: labels == .formerNumbers && !isByPlace), labels: labels)
    }

    /// The same table whose rows are found by something else.
    func labelled(by labels: Labels) -> TableObject {
        TableObject(
            columns: columns, picture: figure, asked: asked, isOfAllRuns: isOfAllRuns,
            rowSet: labels == .formerNumbers ? rowSet.numberedAsBefore : rowSet.numberedAnew,
            labels: labels)
    }

    /// The columns that the text of a function names as fields, as `r -> r.lr < 0.01` does.
    func columns(namedBy function: Value) -> [String] {
        let words = function.sourceText.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
        return columns.map(\.name).filter { name in
            words.contains {
                $0.split(separator: ".", omittingEmptySubsequences: false).dropFirst().contains { $0 == name }
            }
        }
    }

    package override func element(_ subscripts: [Subscript]) throws -> Value {
        guard subscripts.count == 1 else {
            throw Failure("a table takes one index: a row's number, or a column's name")
        }
        switch subscripts[0] {
        case .slice: return .object(picking(try indices(subscripts)))
        case .value(.string(let name)):
            guard let values = column(name) else { throw unknownColumn(name) }
            return .column(values, of: rowSet)
        case .value(.boolean):
            throw Failure(
                "a boolean cannot pick rows: there is one for each row in a mask",
                help:
                    "`t[t.name == \"a\"]` compares each element of a column, and `t.where(r -> r.name == \"a\")` each row"
            )
        case .value(.tensor(let tensor)) where tensor.rank == 1:
            return .object(picking(try places(.tensor(tensor))))
        case .value(.list(let names)) where !names.isEmpty && names.allSatisfy({ $0.asString != nil }):
            return .object(try selecting(names.compactMap(\.asString)))
        case .value(let value) where value.isList: return .object(picking(try places(value)))
        default: return .record(row(try indices(subscripts)[0]))
        }
    }

    private func places(_ index: Value) throws -> [Int] {
        do { return try index.pickedPlaces(of: rowCount, "table") ?? [] } catch { throw TableObject.ofRows(error) }
    }

    private static func ofRows(_ error: any Error) -> Failure {
        var failure = Failure(wrapping: error)
        failure.diagnostic.message = failure.diagnostic.message
            .replacing("the list has", with: "the table has").replacing("element", with: "row")
        return failure
    }

    private func indices(_ subscripts: [Subscript]) throws -> [Int] {
        let all = Value.range(NumberRange(count: rowCount))
        let picked: Value
        do { picked = try all.element(subscripts) } catch { throw TableObject.ofRows(error) }
        return try (picked.elements ?? [picked]).compactMap(\.asInteger)
    }

    package override func help(forField name: String) -> String? {
        switch name {
        case "index":
            "in pandas, rows have the numbers from before they were filtered or sorted: "
                + "`t = t.reset_index(drop=True)` numbers them anew"
        default: nil
        }
    }

    package func unknownColumn(_ name: String) -> Failure {
        let help = Suggestion.closest(to: name, among: fieldNames).map { "did you mean `\($0)`?" }
        return Failure(
            "the table has no column `\(name)`", help: help ?? "it has \(fieldNames.joined(separator: ", "))")
    }

    package override func makeIterator() throws -> (() throws -> Value?)? {
        var index = 0
        return { [self] in
            guard index < rowCount else { return nil }
            defer { index += 1 }
            return .record(row(index))
        }
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        let columns = columns.filter { style.shows($0.name) }
        guard !columns.isEmpty else { return "table without columns" }
        return TextTable(
            headers: columns.map(\.name), rows: (0..<rowCount).map { row in columns.map { $0.values[row].tableCell } },
            asked: asked, isWhole: style.isWhole
        ).text(width: style.width)
    }
}

extension Value {
    /// What stands for it in a table's cell: strings without quotes.
    var tableCell: TextTable.Cell {
        switch self {
        case .undefined, .none: .empty
        case .number(let number): .number(number)
        case .string(let text): .text(text)
        // Whole numbers that a fraction of 64 bits does not hold keep their digits as text.
        case .tensor(let tensor) where tensor.count == 1 && abs(asNumber ?? 0) <= 0x1p53:
            asNumber.map { .number($0) } ?? .empty
        default: .text(shortText)
        }
    }
}

extension [Value] {
    /// What a column holds, by the word of pandas where it has one.
    var dtypeName: String {
        let present = filter { !$0.isMissing }
        guard let first = present.first else { return isEmpty ? "none" : "float64" }
        let kinds = Set(present.map(\.kindName))
        guard kinds.count == 1 else {
            return kinds.isSubset(of: ["number", "boolean", "tensor"]) ? "float64" : "mixed"
        }
        switch first {
        case .boolean: return "bool"
        case .number:
            return present.count == count && present.allSatisfy { $0.asInteger != nil } ? "int64" : "float64"
        default: return first.kindName
        }
    }
}
