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
            return try marks(call) { $0.isMissing }
        },
        Builtin(
            "notna(x)", .tables,
            "What is there, neither none nor nan: a mask of a list, a column or a tensor, a table of masks.",
            details: "`t[t.age.notna()]` has the rows whose age is known; `dropna` leaves out the others too.",
            example: "notna([1, none, nan])"
        ) { call in
            if case .tensor(let tensor) = call.value("x") {
                return .tensor(try Variable.combine(.equal, tensor, tensor))
            }
            return try marks(call) { !$0.isMissing }
        },
        Builtin(
            "fillna(x, value)", .tables,
            "The list, table or tensor with a value in place of what is missing, none or nan.",
            details: """
                A list or column as `value` has a value for each element: `t.a.fillna(t.b)`.
                Of a table, `value` is one for all columns or a record of values by column: `t.fillna({age=30})`. For the mean of what
                is there: `t.age = t.age.fillna(mean(t.age.dropna()))`.
                """,
            example: "fillna([1, none, 3], 0)"
        ) { call in
            let value = call.value("value")
            if case .tensor(let tensor) = call.value("x") {
                let missing = try tensor.value.map(.isNaN)
                let others = value.asNumber == nil ? try value.asVariable(dtype: tensor.dtype) : nil
                guard others == nil || others?.shape == tensor.shape else {
                    throw Failure("`fillna` got a value for each of \(others?.shape ?? []), and x has \(tensor.shape)")
                }
                return .tensor(
                    try Variable.select(missing, others ?? .number(call.number("value"), like: tensor), tensor))
            }
            func filled(_ values: [Value], with value: Value) throws -> [Value] {
                guard value.hasAxes, let others = try value.rows else {
                    return values.map { $0.isMissing ? value : $0 }
                }
                guard others.count == values.count else {
                    throw Failure(
                        "`fillna` got \(others.count) values for a list of \(values.count)",
                        help: "a number fills each gap, and a list of the same length has a value for each element")
                }
                return zip(values, others).map { $0.isMissing ? $1 : $0 }
            }
            guard let table = call.value("x").object(as: TableObject.self) else {
                return .list(try filled(try call.list("x"), with: value))
            }
            guard case .record(let byColumn) = value else {
                return .object(
                    TableObject(columns: try table.columns.map { ($0.name, try filled($0.values, with: value)) }))
            }
            var result = table
            for (name, value) in try byColumn.namedFields() {
                guard let column = table.column(name) else { throw table.unknownColumn(name) }
                result = try result.setting(name, to: .list(try filled(column, with: value)))
            }
            return .object(result)
        },
        Builtin(
            "dropna(x, columns=none)", .tables,
            "The list or vector without what is missing, none or nan; the table without rows in which something is missing.",
            details: "`columns`, or `subset` as in pandas, are those of a table that count; none: all.",
            example: "dropna([1, none, 3])\ntable([{a=1, b=none}, {a=none, b=2}]).dropna(subset=[\"a\"]).a"
        ) { call in
            if case .tensor(let tensor) = call.value("x"), tensor.rank == 1 {
                let present = try tensor.value.map(.isNaN).map(.logicalNot)
                return .tensor(try tensor.at([.tensor(present)]))
            }
            guard let table = call.value("x").object(as: TableObject.self) else {
                return .list(try call.list("x").filter { !$0.isMissing })
            }
            let names = try call.has("columns") ? call.columnNames("columns", of: table) : table.columns.map(\.name)
            let columns = names.compactMap(table.column)
            return .object(
                table.picking((0..<table.rowCount).filter { row in columns.allSatisfy { !$0[row].isMissing } }))
        },
        Builtin(
            "get_dummies(table, columns=none, drop_first=false)", .tables,
            "A table with a column of 0 and 1 for each value of some columns, in their place.",
            details: """
                The columns are called `sex_female`, `sex_male`, in the order of their values. Without `columns` they are those
                that hold texts. drop_first=true leaves out the first of each.
                """,
            example: "get_dummies(table([{sex=\"m\"}, {sex=\"f\"}]), \"sex\")"
        ) { call in
            let dropCount = try call.boolean("drop_first") ? 1 : 0
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
                        return words.dropFirst(dropCount).map { word in
                            (
                                "\(name)_\(word)",
                                values.map { .integer(($0.asString ?? $0.shortText) == word && !$0.isMissing ? 1 : 0) }
                            )
                        }
                    }))
        },
    ]

    /// A mask of a list, or a table of masks; of one value a boolean.
    private static func marks(_ call: Call, _ isMarked: (Value) -> Bool) throws -> Value {
        if let table = call.value("x").object(as: TableObject.self) {
            return .object(
                TableObject(columns: table.columns.map { ($0.name, $0.values.map { .boolean(isMarked($0)) }) }))
        }
        let x = call.value("x")
        if x.isNone || x.asNumber != nil || x.asString != nil || x.isBoolean { return .boolean(isMarked(x)) }
        let marks = try call.list("x").map(isMarked)
        return .tensor(try Tensor(marks, shape: [marks.count]))
    }
}
