/// `t.iloc` and `t.loc`: the rows and columns of a table as pandas picks them.
package final class TableCells: RuntimeObject {
    /// Another one after cells were set: a table does not change.
    private(set) var table: TableObject
    /// `t.loc["lr"]` by names, else `t.iloc` by positions.
    private let isByName: Bool

    init(_ table: TableObject, isByName: Bool) {
        self.table = table
        self.isByName = isByName
    }

    package override var kindName: String { isByName ? "loc of a table" : "iloc of a table" }

    /// - Parameter subscripts: Rows, or rows and columns: `[0]`, `[:5, 1:]`, `[t.x > 0, "x"]`.
    package override func element(_ subscripts: [Subscript]) throws -> Value {
        guard subscripts.count == 2 else {
            if isByName, subscripts.count == 1, case .slice(_, let stop?, _) = subscripts[0] {
                throw Failure(
                    "`loc` includes the end of a slice, unlike other slices",
                    help: "write `t[:\(stop + 1)]` for the rows up to \(stop)")
            }
            guard let (places, isOne) = try labelled(subscripts) else { return try counted.element(subscripts) }
            return isOne ? .record(table.row(places[0])) : .object(table.picking(places))
        }
        let rows = try subscripts[0].isAll ? .object(counted) : element([subscripts[0]])
        let (names, isOne) = try columns(subscripts[1])
        if case .record(let row) = rows {
            return isOne ? row[names[0]] ?? .none : .record(Record(names.map { ($0, row[$0] ?? .none) }))
        }
        guard let picked = rows.object(as: TableObject.self) else { return rows }
        let result = try picked.selecting(names)
        return isOne ? .column(result.columns[0].values, of: result.rowSet) : .object(result)
    }

    /// The columns that count: those by name are all.
    private var counted: TableObject { isByName ? table : table.withoutNames }

    /// The places of the row or rows with a label; nil where rows are taken by their numbers.
    private func labelled(_ rows: [Subscript]) throws -> (places: [Int], isOne: Bool)? {
        guard isByName, rows.count == 1, case .value(let label) = rows[0] else { return nil }
        if case .tensor(let tensor) = label, tensor.dtype == .bool { return nil }
        if case .list(let elements) = label, !elements.isEmpty, elements.allSatisfy(\.isBoolean) { return nil }
        let names: [String]
        switch table.labels {
        case .columns(let columns): names = columns
        case .names(let column): names = [column]
        case .formerNumbers:
            throw Failure(
                "`loc` finds rows by the numbers that they had before the table was filtered or sorted",
                help: "`t.iloc[0]` is by place; `t = t.reset_index(drop=True)` numbers the rows anew")
        case .numbers:
            guard label.asString == nil else {
                throw Failure(
                    "`loc` finds the rows of this table by their numbers, not by a text",
                    help: "a column is `t.loc[:, \(label.shortText)]`, or `t[\(label.shortText)]`")
            }
            return nil
        }
        let keys = try names.count == 1 ? nil : label.elements
        func row(_ label: Value) throws -> Int {
            let parts = names.count == 1 ? [label] : try label.elements ?? [label]
            let found = try (0..<table.rowCount).first { row in
                try parts.count == names.count
                    && zip(names, parts).allSatisfy { try Operators.equal(table.column($0)?[row] ?? .none, $1) }
            }
            guard let found else {
                throw Failure(
                    "no row has the label \(label.shortText)",
                    help: "rows are found by \(names.joined(separator: ", ")); `t.iloc[0]` takes them by place")
            }
            return found
        }
        if keys?.allSatisfy(\.isList) ?? label.isList {
            return (try (label.elements ?? []).map(row), false)
        }
        return ([try row(label)], true)
    }

    /// The names of columns, and whether one is meant by itself.
    private func columns(_ part: Subscript) throws -> ([String], Bool) {
        let all = counted.columns.map(\.name)
        if part.isAll { return (all, false) }
        if isByName {
            guard case .value(let value) = part, let names = value.asString.map({ [$0] }) ?? value.strings else {
                throw Failure("`loc` takes columns by their names", help: "`t.iloc[:, 1:]` takes them by position")
            }
            for name in names where !all.contains(name) { throw table.unknownColumn(name) }
            return (names, value.asString != nil)
        }
        let picked = try Value.strings(all).element([part])
        if let name = picked.asString { return ([name], true) }
        return (picked.strings ?? [], false)
    }

    static let cannotBeSet = Failure(
        "the cells of a table are set by rows and columns",
        help: "`t.loc[t.age < 0, \"age\"] = 0` sets those that a condition picks, `t.age[3] = 30` one")

    /// `t.loc[mask, "x"] = 1`: a value for all the rows or one for each; a new column is missing elsewhere.
    package override func setElement(_ subscripts: [Subscript], to value: Value) throws -> Bool {
        guard subscripts.count == 2 else { throw TableCells.cannotBeSet }
        let rows = try positions(subscripts[0])
        var names: [String]
        if isByName, case .value(.string(let name)) = subscripts[1] {
            names = [name]
        } else {
            names = try columns(subscripts[1]).0
        }
        var given = try value.elements
        if case .tensor(let tensor) = value, tensor.rank > 0 { given = try Builtin.nestedList(tensor).elements }
        if let given, given.count != rows.count {
            throw Failure("\(rows.count) rows are picked, and get \(given.count) values")
        }
        for name in names {
            var column = table.column(name) ?? [Value](repeating: .none, count: table.rowCount)
            for (place, row) in rows.enumerated() { column[row] = given?[place] ?? value }
            table = try table.setting(name, to: .list(column))
        }
        return true
    }

    /// The numbers of the rows that a subscript picks.
    private func positions(_ rows: Subscript) throws -> [Int] {
        let numbers = (0..<table.rowCount).map { Value.integer($0) }
        if rows.isAll { return Array(0..<table.rowCount) }
        if let (places, _) = try labelled([rows]) { return places }
        let picked = try TableObject(columns: [("row", numbers)]).element([rows])
        if case .record(let row) = picked { return [row["row"]?.asInteger].compactMap { $0 } }
        return picked.object(as: TableObject.self)?.column("row")?.compactMap(\.asInteger) ?? []
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        isByName ? "rows and columns by name: `t.loc[0, \"x\"]`" : "rows and columns by position: `t.iloc[:, 0]`"
    }
}

extension Subscript {
    /// `:`
    fileprivate var isAll: Bool {
        if case .slice(nil, nil, 1) = self { return true }
        return false
    }
}

extension Value {
    /// The elements of a list of strings.
    fileprivate var strings: [String]? {
        guard case .list(let elements) = self else { return nil }
        let texts = elements.compactMap(\.asString)
        return texts.count == elements.count ? texts : nil
    }
}
