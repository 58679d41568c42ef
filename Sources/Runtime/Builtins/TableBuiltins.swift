import Autograd
import TensorCore

extension Builtin {
    static let tables: [Builtin] = [
        Builtin(
            "table(rows)", .tables, "A table of a list of records, or of a record of columns.",
            details: """
                Rows are records, `t[0]`, `t[-1]`; columns are lists, `t.lr` or `t["lr"]`, and are set likewise: `t.half = t.lr / 2`.
                `t[["lr", "loss"]]` has some columns, `t[t.lr < 0.1]` some rows. Operators take each element of a column, also
                where a variable holds it: `rate = t.lr; t[rate == 0.1]`. `list(t.lr)` is a list like others.
                """,
            example: "table [{lr=0.1, loss=2}, {lr=0.01, loss=1}]"
        ) { call in
            if let table = call.value("rows").object(as: TableObject.self) { return .object(table) }
            if case .record(let record) = call.value("rows") {
                let columns = try record.namedFields().map { name, value in
                    guard let elements = try value.elements else {
                        throw Failure("the column `\(name)` is \(value.kindWithArticle), and has to be a list")
                    }
                    return (name: name, values: elements)
                }
                guard Set(columns.map(\.values.count)).count <= 1 else {
                    let sizes = columns.map { "\($0.name) has \($0.values.count)" }.joined(separator: ", ")
                    throw Failure("the columns are not of one length: \(sizes)")
                }
                return .object(TableObject(columns: columns))
            }
            let rows = try call.list("rows").map { value in
                guard case .record(let row) = value else { throw call.failure("rows", takes: "a list of records") }
                return row
            }
            return .object(try TableObject(rows: rows))
        },
        Builtin(
            "sort(x, by=none, descending=false, axis=-1, dim=none)", .tables,
            "Sorted: a table by columns (\"-name\" for descending), a list (by a function), a tensor along an axis.",
            details: """
                `x.sort(dim=1)` or `x.sort(1)` of a tensor gives a record of values and indices, as in PyTorch.
                Equal elements keep their order. nan counts as the largest number; in a table it comes last. `xs.sort()` sorts the list
                `xs` itself, as in Python; `sort(xs)` gives a new list.
                """,
            example: "sort([3, 1, 2])\ntable([{a=2}, {a=1}]).sort(\"a\")\nxs = [2, 1]\nxs.sort()\nxs",
            changes: { $0.isList },
            mutate: { value, call in
                // Of a list that stays as it was where it cannot be sorted.
                value = try sortedList(try value.elements ?? [], call)
                return .none
            }
        ) { call in
            let descending = try call.boolean("descending")
            if let table = call.value("x").object(as: TableObject.self) {
                return .object(try sorted(table, by: call, descending: descending))
            }
            if case .tensor(let tensor) = call.value("x") {
                // PyTorch's `x.sort(0)`, whose first argument is the axis.
                let isByAxis = call.value("by").asInteger != nil
                guard isByAxis || !call.has("by") else { throw call.failure("by", takes: "the axis of a tensor") }
                if call.has("dim") || isByAxis {
                    let axis = try call.integer(isByAxis ? "by" : "dim")
                    let sorted = try tensor.value.sorted(axis: axis, descending: descending)
                    return .record(
                        Record([
                            ("values", .tensor(try tensor.sorted(axis: axis, descending: descending))),
                            ("indices", .tensor(sorted.indices)),
                        ]))
                }
                return .tensor(try tensor.sorted(axis: try call.integer("axis"), descending: descending))
            }
            if case .range(let range) = call.value("x"), !call.has("by"),
                let all = range.extremes(range.count, largest: descending)
            {
                return .range(all.values)
            }
            return try sortedList(try call.list("x"), call)
        },
        Builtin(
            "head(x, n=5)", .tables, "The first rows of a table, or elements of a list or of axis 0 of a tensor.",
            example: "head(table([{a=1}, {a=2}, {a=3}]), 2)"
        ) { call in try ends(call, count: call.integer("n", atLeast: 0), areFirst: true) },
        Builtin(
            "tail(x, n=5)", .tables, "The last rows of a table, or elements of a list or of axis 0 of a tensor.",
            example: "tail([1, 2, 3], 2)"
        ) { call in try ends(call, count: call.integer("n", atLeast: 0), areFirst: false) },
        Builtin(
            "select(table, *columns)", .tables, "Some columns of a table, in the order given.",
            example: "table([{a=1, b=2}]).select(\"b\")"
        ) { call in
            let table = try call.table("table")
            return .object(try table.selecting(call.columnNames("columns", call.list("columns"), of: table)))
        },
        Builtin(
            "drop(table, columns, axis=1)", .tables, "A table without some of its columns.",
            details: "Rows are left out by a mask, `t[t.a > 1]`, or by a slice, `t[1:]`.",
            example: "table([{a=1, b=2}]).drop(\"b\")"
        ) { call in
            let table = try call.table("table")
            guard try call.integer("axis") == 1 else {
                throw Failure("`drop` leaves columns out", help: "rows by a mask, `t[t.a > 1]`, or a slice, `t[1:]`")
            }
            let names = try call.columnNames("columns", of: table)
            return .object(try table.selecting(table.columns.map(\.name).filter { !names.contains($0) }))
        },
        Builtin(
            "rename(table, columns)", .tables, "A table with other names for some of its columns.",
            details: """
                `columns` is a record of the new names by the old ones, {old="new"}, or a function of a name. `t.columns = ["a", "b"]`
                names all of them.
                """,
            example: "table([{lr=0.1, loss=2}]).rename(columns={lr=\"rate\"})"
        ) { call in .object(try renamed(try call.table("table"), call)) },
    ]

    private static func renamed(_ table: TableObject, _ call: Call) throws -> TableObject {
        let columns = call.value("columns")
        var names: [String: String] = [:]
        func add(_ name: String, _ new: Value) throws {
            guard let text = new.asString else {
                throw Failure("a column has a text as its name, and `\(name)` got \(new.kindWithArticle)")
            }
            names[name] = text
        }
        if columns.isCallable {
            for (name, _) in table.columns { try add(name, try call.interpreter.call(columns, [.string(name)])) }
        } else {
            guard case .record(let record) = columns else {
                throw call.failure("columns", takes: "a record of new names, {old=\"new\"}, or a function of a name")
            }
            for (name, new) in try record.namedFields() {
                guard table.column(name) != nil else { throw table.unknownColumn(name) }
                try add(name, new)
            }
        }
        let renamed = table.columns.map { (name: names[$0.name] ?? $0.name, values: $0.values) }
        var seen: Set<String> = []
        if let double = renamed.first(where: { !seen.insert($0.name).inserted })?.name {
            throw Failure("two columns would have the name `\(double)`", help: "give each another name")
        }
        return TableObject(columns: renamed, rowSet: table.rowSet)
    }

    /// `x[:n]` or `x[-n:]`.
    private static func ends(_ call: Call, count: Int, areFirst: Bool) throws -> Value {
        if areFirst { return try call.value("x").element([.slice(start: nil, stop: count, step: 1)]) }
        // `x[-0:]` would be all.
        return try call.value("x").element([.slice(start: -count, stop: count == 0 ? 0 : nil, step: 1)])
    }

    private static func tensor(_ elements: [Value], _ call: Call) throws -> Variable {
        guard let tensor = try Value.list(elements).asVariable() else { throw call.failure("x", takes: "numbers") }
        return tensor
    }

    private static func sortedList(_ elements: [Value], _ call: Call) throws -> Value {
        let descending = try call.boolean("descending")
        if call.isGiven("axis"), !call.has("by"), elements.contains(where: \.hasAxes) {
            return try nestedList(tensor(elements, call).sorted(axis: try call.integer("axis"), descending: descending))
        }
        if !call.has("by"), elements.allSatisfy(\.isNumber) {
            return .numbers(try tensor(elements, call).value.sorted(axis: -1, descending: descending).values.doubles())
        }
        if !call.has("by"), elements.contains(where: \.hasAxes) {
            throw Failure(
                "lists and tensors with axes have no order",
                help: [
                    "sort by a number of each: `sort(xs, by=x -> x[0])`",
                    "the numbers in each row are sorted by `sort(xs, axis=-1)`",
                ])
        }
        let keys =
            call.has("by")
            ? try elements.map { try call.interpreter.call(try call.callable("by"), [$0]) } : elements
        return .list(try order(keys, descending: descending).map { elements[$0] })
    }

    private static func sorted(_ table: TableObject, by call: Call, descending: Bool) throws -> TableObject {
        if call.value("by").isCallable {
            let keys = try table.rows.map { try call.interpreter.call(call.value("by"), [.record($0)]) }
            return table.picking(
                try order(keys, descending: descending), by: table.columns(namedBy: call.value("by")), isByPlace: true)
        }
        let names = try call.value("by").asString.map { [$0] } ?? call.strings("by")
        guard !names.isEmpty else { throw call.failure("by", takes: "the name of a column, or several") }
        // By the last first: the order of equal rows stays.
        return try names.reversed().reduce(table) { table, given in
            let isDescending = given.hasPrefix("-") && table.column(given) == nil
            let name = isDescending ? String(given.dropFirst()) : given
            guard let keys = table.column(name) else { throw table.unknownColumn(name) }
            return table.picking(try order(keys, descending: descending || isDescending), by: [name], isByPlace: true)
        }
    }

    /// That of plain numbers of which there are so few that nobody interrupts it; nil for others.
    private static func shortOrder(_ keys: [Value], descending: Bool) -> [Int]? {
        guard keys.count <= 10_000 else { return nil }
        var numbers: [(number: Double, index: Int)] = []
        numbers.reserveCapacity(keys.count)
        for (index, key) in keys.enumerated() {
            guard case .number(let number) = key, !number.isNaN else { return nil }
            numbers.append((descending ? -number : number, index))
        }
        numbers.sort { $0.number < $1.number || $0.number == $1.number && $0.index < $1.index }
        return numbers.map(\.index)
    }

    /// The stable order of numbers or strings; what is missing comes last.
    static func order(_ keys: [Value], descending: Bool) throws -> [Int] {
        if let order = shortOrder(keys, descending: descending) { return order }
        let present = keys.indices.filter { !keys[$0].isNone }
        let missing = keys.indices.filter { keys[$0].isNone }
        let areNumbers = present.allSatisfy { keys[$0].asNumber != nil || keys[$0].isBoolean }
        let hasLargeWholes = areNumbers && present.contains { keys[$0].isLargeWhole }
        if areNumbers, !hasLargeWholes {
            let numbers = keys.map { key in
                if case .boolean(let flag) = key { return flag ? 1.0 : 0.0 }
                return key.asNumber ?? .nan
            }
            return try stable(present) { a, b in
                if numbers[a].isNaN || numbers[b].isNaN { return !numbers[a].isNaN && numbers[b].isNaN }
                return descending ? numbers[a] > numbers[b] : numbers[a] < numbers[b]
            } + missing
        }
        if !present.isEmpty, present.allSatisfy({ keys[$0].isList }) || hasLargeWholes {
            return try stable(present) { a, b in
                let order = try Operators.order(keys[a], keys[b])
                return descending ? order > 0 : order < 0
            } + missing
        }
        guard present.allSatisfy({ keys[$0].asString != nil }) else {
            throw Failure(
                "only numbers or only strings can be sorted", help: "sort by a function that gives one or the other")
        }
        let texts = keys.map { $0.asString ?? "" }
        return try stable(present) { descending ? texts[$0] > texts[$1] : texts[$0] < texts[$1] } + missing
    }

    private static func stable(_ indices: [Int], _ precedes: (Int, Int) throws -> Bool) throws -> [Int] {
        var comparisons = 0
        return try indices.sorted {
            comparisons += 1
            if comparisons & 0xFFF == 0 { try Interrupt.check() }
            return try precedes($0, $1) || (try !precedes($1, $0) && $0 < $1)
        }
    }
}

extension Call {
    package func table(_ parameter: String) throws -> TableObject {
        try object(parameter, as: TableObject.self, called: "a table")
    }
}

extension Value {
    var isBoolean: Bool { if case .boolean = self { true } else { false } }
}
