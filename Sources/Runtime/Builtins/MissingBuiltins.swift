import Autograd
import TensorCore

extension Builtin {
    /// What is missing in lists and tables, by the names of pandas.
    static let missing: [Builtin] = [
        Builtin(
            "isna(x)", .tables,
            "What is missing, none or nan: a mask of a list, a column or a tensor, a table of masks.",
            details: "`t.describe()` counts what is missing in each column.",
            example: "isna([1, none, nan])"
        ) { call in
            if case .tensor(let tensor) = call.value("x") {
                return .tensor(try Variable.combine(.notEqual, tensor, tensor))
            }
            if let table = call.value("x").object(as: TableObject.self) {
                return .object(
                    TableObject(columns: table.columns.map { ($0.name, $0.values.map { .boolean($0.isMissing) }) }))
            }
            let missing = try call.list("x").map(\.isMissing)
            return .tensor(try Tensor(missing, shape: [missing.count]))
        },
        Builtin(
            "fillna(x, value)", .tables,
            "The list, or table, with a value in place of what is missing, none or nan.",
            details: """
                Of a table, `value` is one for all columns or a record of values by column: `t.fillna({age=30})`. For the mean of what
                is there: `t.age = t.age.fillna(mean(t.age.dropna()))`.
                """,
            example: "fillna([1, none, 3], 0)"
        ) { call in
            let value = call.value("value")
            func filled(_ values: [Value], with value: Value) -> [Value] { values.map { $0.isMissing ? value : $0 } }
            guard let table = call.value("x").object(as: TableObject.self) else {
                return .list(filled(try call.list("x"), with: value))
            }
            guard case .record(let byColumn) = value else {
                return .object(
                    TableObject(columns: table.columns.map { ($0.name, filled($0.values, with: value)) }))
            }
            var result = table
            for (name, value) in try byColumn.namedFields() {
                guard let column = table.column(name) else { throw table.unknownColumn(name) }
                result = try result.setting(name, to: .list(filled(column, with: value)))
            }
            return .object(result)
        },
        Builtin(
            "dropna(x, columns=none)", .tables,
            "The list without what is missing, none or nan; the table without rows in which something is missing.",
            details: "`columns` are those of a table that count; none: all.",
            example: "dropna([1, none, 3])"
        ) { call in
            guard let table = call.value("x").object(as: TableObject.self) else {
                return .list(try call.list("x").filter { !$0.isMissing })
            }
            let names = try call.has("columns") ? call.columnNames("columns", of: table) : table.columns.map(\.name)
            let columns = names.compactMap(table.column)
            return .object(
                table.picking((0..<table.rowCount).filter { row in columns.allSatisfy { !$0[row].isMissing } }))
        },
        Builtin(
            "get_dummies(table, columns=none)", .tables,
            "A table with a column of 0 and 1 for each value of some columns, in their place.",
            details: """
                The columns are called `sex_female`, `sex_male`, in the order of their values. Without `columns` they are those
                that hold texts.
                """,
            example: "get_dummies(table([{sex=\"m\"}, {sex=\"f\"}]), \"sex\")"
        ) { call in
            let table = try call.table("table")
            let names =
                try call.has("columns")
                ? call.columnNames("columns", of: table)
                : table.columns.filter { $0.values.contains { $0.asString != nil } }.map(\.name)
            return .object(
                TableObject(
                    columns: try table.columns.flatMap { name, values -> [(name: String, values: [Value])] in
                        guard names.contains(name) else { return [(name, values)] }
                        let present = values.filter { !$0.isMissing }
                        let places = try Builtin.order(present, descending: false)
                        var words: [String] = []
                        for place in places {
                            let word = present[place].asString ?? present[place].shortText
                            if words.last != word { words.append(word) }
                        }
                        return words.map { word in
                            (
                                "\(name)_\(word)",
                                values.map { .integer(($0.asString ?? $0.shortText) == word && !$0.isMissing ? 1 : 0) }
                            )
                        }
                    }))
        },
    ]
}
