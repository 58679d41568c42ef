import TensorCore

// A table does not change: what sets a column makes another table, which takes its place under the name.
extension TableObject {
    /// The table with a column that is new or has other values.
    ///
    /// - Parameter value: A list, range or tensor with an element for each row, or what stands in all rows.
    /// - Throws: `Failure` where there are not as many elements as rows.
    func setting(_ name: String, to value: Value) throws -> TableObject {
        let values: [Value]
        if case .tensor(let tensor) = value, tensor.rank > 0 {
            values = try Builtin.nestedList(tensor).elements ?? []
        } else if let elements = try value.elements {
            values = elements
        } else {
            values = [Value](repeating: value, count: rowCount)
        }
        guard values.count == rowCount || columns.isEmpty else {
            throw Failure(
                "the column `\(name)` gets \(values.count) values, and the table has \(rowCount) rows",
                help: values.count % max(rowCount, 1) == 0 && values.count > 0
                    ? ["`+` joins lists: the sum of each row is `t.a + t.b`, or `tensor(xs) + tensor(ys)`"] : [])
        }
        var columns = columns
        if let place = columns.firstIndex(where: { $0.name == name }) {
            columns[place].values = values
        } else {
            columns.append((name, values))
        }
        return TableObject(columns: columns, asked: asked, rowSet: self.columns.isEmpty ? nil : rowSet, labels: labels)
    }

    /// The rows as lists of numbers.
    ///
    /// - Throws: `Failure` for a column with something else.
    func matrix() throws -> Value {
        for (name, values) in columns {
            guard let row = values.firstIndex(where: { $0.asNumber == nil && !$0.isBoolean }) else { continue }
            throw Failure(
                "the column `\(name)` has \(values[row].shortText) in row \(row), and a tensor holds numbers",
                help: values[row].isNone
                    ? "leave rows out, `t.dropna()`, or fill what is missing, `t.fillna(0)`"
                    : "leave the column out, `t.drop(\"\(name)\")`, or make numbers of it: `t.\(name).map({...})`, `get_dummies`"
            )
        }
        return .list((0..<rowCount).map { row in .list(columns.map { $0.values[row] }) })
    }

    /// Some columns, in the order given.
    func selecting(_ names: [String]) throws -> TableObject {
        TableObject(
            columns: try names.map { name in
                guard let values = column(name) else { throw unknownColumn(name) }
                return (name, values)
            }, rowSet: rowSet, labels: labels.isOf(names) ? labels : .numbers)
    }

    /// The table without the columns that only name its rows, and without the counts of groups.
    var withoutNames: TableObject {
        let names: [String]
        switch labels {
        case .numbers, .formerNumbers: return self
        case .names(let name): names = [name]
        case .columns(let keys): names = keys + ["count"]
        }
        return TableObject(columns: columns.filter { !names.contains($0.name) }, rowSet: rowSet)
    }
}

extension TableObject.Labels {
    /// Whether a table of such columns has them.
    fileprivate func isOf(_ names: [String]) -> Bool {
        switch self {
        case .numbers, .formerNumbers: true
        case .columns(let columns): columns.allSatisfy(names.contains)
        case .names(let column): names.contains(column)
        }
    }
}

extension Value {
    /// Changes a column of the table that it is.
    ///
    /// - Returns: nil where it is no table.
    mutating func changeColumn<T>(_ name: String, _ change: (inout Value) throws -> T) throws -> T? {
        guard let table = object(as: TableObject.self) else { return nil }
        guard let values = table.column(name) else {
            guard case .object(let cells as TableCells)? = try table.field(name) else {
                throw ["at", "iat"].contains(name) ? TableCells.cannotBeSet : table.unknownColumn(name)
            }
            var place = Value.object(cells)
            let result = try change(&place)
            self = .object(cells.table)
            return result
        }
        var column = Value.list(values)
        let result = try change(&column)
        self = .object(try table.setting(name, to: column))
        return result
    }

    /// Sets a column of the table that it is; false where it is none.
    mutating func setColumn(_ name: String, to value: Value) throws -> Bool {
        guard let table = object(as: TableObject.self) else { return false }
        self = .object(try table.setting(name, to: value))
        return true
    }

    /// `t.columns = ["a", "b"]` names the columns anew, as in pandas.
    ///
    /// - Returns: False for another field, which is a column.
    /// - Throws: `Failure` for a field that is known of each table and cannot be set.
    mutating func setColumns(by field: String, to value: Value) throws -> Bool {
        guard let table = object(as: TableObject.self), table.column(field) == nil else { return false }
        guard field == "columns" else {
            guard try table.field(field) != nil else { return false }
            throw Failure(
                "`\(field)` of a table cannot be set", help: "a column of that name is set by `t[\"\(field)\"] = ...`")
        }
        let names = try (value.elements ?? []).compactMap { name -> String? in
            if case .string(let name) = name { name } else { nil }
        }
        guard names.count == table.columns.count, Set(names).count == names.count else {
            throw Failure(
                "the columns take a list of \(table.columns.count) different names",
                help: "`rename(columns={old: \"new\"})` names some of them anew")
        }
        self = .object(TableObject(columns: zip(names, table.columns).map { ($0, $1.values) }, rowSet: table.rowSet))
        return true
    }

    /// The name of a column in `t["name"]`.
    static func columnName(_ subscripts: [Subscript]) -> String? {
        guard subscripts.count == 1, case .value(.string(let name)) = subscripts[0] else { return nil }
        return name
    }

    /// Whether nothing is there: none or nan.
    var isMissing: Bool { isNone || asNumber?.isNaN == true }

    /// The numbers of a column as NumPy has them, float64 with nan for what is missing, and booleans as a mask; nil for
    /// columns of other things.
    var columnArray: Value? {
        get throws {
            guard case .list(let elements) = self, !elements.isEmpty else { return nil }
            if elements.allSatisfy(\.isBoolean) { return try asVariable().map { .tensor($0) } }
            guard elements.contains(where: \.isNumber), elements.allSatisfy({ $0.isNumber || $0.isNone }) else {
                return nil
            }
            return .tensor(try Tensor(elements.map { $0.asNumber ?? .nan }, shape: [elements.count]))
        }
    }

    /// How to go on where a list has elements that are missing; nil where it has none.
    var helpOnMissing: String? {
        guard case .list(let elements) = self, let place = elements.firstIndex(where: \.isNone) else { return nil }
        return "element \(place) is none: leave out what is missing, `dropna(xs)`, or fill it, `fillna(xs, 0)`"
    }
}
