import Datasets
import Language

extension Builtin {
    static let tableQueries: [Builtin] = [
        Builtin(
            "group(table, *by, how=\"mean\")", .tables,
            "One row for each value of a column (or of several), with how many rows have it and the figures of the others.",
            details: """
                Several columns are given one after the other or as a list: `t.group("lr", "batch")`.
                how: "mean", "sum", "min", "max", "median", "std", "var", "sem" (the standard error of the mean), "first", "last",
                "count" or "nunique" for all columns, or a record of them by column, {loss="min"} or {loss=["min", "max"]}, which gives loss_min and loss_max; or a function
                of the group's table that gives a record. Texts have "min" and "max" by their order; for figures of numbers they stay
                where all rows of a group agree. What is missing (none or nan) is left out. by=[] gives one row.
                """,
            example: "t = table [{lr=0.1, loss=2}, {lr=0.1, loss=4}, {lr=0.01, loss=1}]\nt.group(\"lr\")"
        ) { call in .object(try grouped(call)) },
        Builtin(
            "describe(table)", .tables,
            "A row for each column: count, missing, mean, std, min, quartiles and max of numbers, how many different others.",
            details: "none and nan are missing, and left out of all other figures, as in pandas.",
            example: "describe table([{a=1}, {a=3}])"
        ) { call in
            .object(
                try TableObject(rows: try call.table("table").columns.map(described)).labelled(by: .names("column"))
            )
        },
        Builtin(
            "to_csv(table, path, overwrite=false)", .tables,
            "Writes a table as CSV, with a header; `load` reads it back.",
            details: """
                As in RFC 4180. What is missing is an empty cell; a text that reads as something else, such as "12", "NA" or "",
                stands in quotes. Cells that are lists, records or other values that do not read back are refused. The file appears whole or not at all.
                """,
            example: "to_csv table([{a=1, b=\"x\"}]) \"/tmp/example.csv\"\nload \"/tmp/example.csv\""
        ) { call in
            call.interpreter.noteText(of: call.value("table"))
            let path = try call.string("path")
            try call.checkMayReplace(path)
            try call.table("table").writeCSV(to: path)
            return .none
        },
    ]

    // MARK: Groups

    private static let aggregates = [
        "mean", "sum", "min", "max", "median", "std", "var", "sem", "first", "last", "count", "nunique",
    ]

    private static func grouped(_ call: Call) throws -> TableObject {
        let table = try call.table("table")
        let (names, figures) = try grouping(call, table)
        let groups = names.isEmpty ? [Array(0..<table.rowCount)] : try table.groups(by: names)
        if figures.isCallable {
            return try TableObject(
                rows: groups.map { rows in
                    let result = try call.interpreter.call(figures, [.object(table.picking(rows))])
                    guard case .record(let record) = result else {
                        throw Failure("`how` of `group` gives a record, and gave \(result.kindWithArticle)")
                    }
                    var row = Record(names.map { name in (name, table.column(name)?[rows[0]] ?? .none) })
                    for (name, value) in try record.namedFields() { row[name] = value }
                    return row
                })
        }
        let others = table.columns.filter { !names.contains($0.name) }
        var how: [String: [String]] = [:]
        if case .record(let chosen) = figures {
            for (name, value) in chosen.fields {
                guard table.column(name) != nil else { throw table.unknownColumn(name) }
                how[name] = try words(value, call)
            }
        } else {
            let words = try words(figures, call)
            for (name, _) in others { how[name] = words }
        }
        var columns = names.map { name in
            (name: name, values: groups.map { rows in table.column(name)?[rows[0]] ?? .none })
        }
        // A column of the table keeps its name.
        let sizes = ["count", "rows", "group_size"].first { table.column($0) == nil } ?? "group_count"
        columns.append((sizes, groups.map { .integer($0.count) }))
        for (name, values) in others {
            let words = how[name] ?? []
            for word in words {
                let results = try groups.map { rows in try aggregate(rows.map { values[$0] }, word) }
                guard results.contains(where: { !$0.isNone }) else { continue }
                columns.append((words.count == 1 ? name : "\(name)_\(word)", results))
            }
        }
        return TableObject(columns: columns, labels: names.isEmpty ? .numbers : .columns(names))
    }

    /// The columns to group by, and the figures of the others, which may stand behind them without a name.
    private static func grouping(_ call: Call, _ table: TableObject) throws -> (names: [String], figures: Value) {
        var given = try call.list("by")
        var figures = call.value("how")
        if given.count > 1, !call.isGiven("how"), let last = given.last, areFigures(last) {
            figures = last
            given.removeLast()
        }
        guard !given.isEmpty else {
            throw Failure("`group` needs `by`", help: "a column's name, or several: `t.group(\"lr\")`")
        }
        if given.count == 1, given[0].isList, given[0].knownCount == 0 { return ([], figures) }
        return (try call.columnNames("by", given, of: table), figures)
    }

    private static func areFigures(_ value: Value) -> Bool {
        func isFigure(_ value: Value) -> Bool { value.asString.map { aggregates.contains($0) } ?? false }
        if case .list(let elements) = value { return elements.allSatisfy(isFigure) }
        if case .record = value { return true }
        return value.isCallable || isFigure(value)
    }

    /// One figure or several: `"mean"`, `["min", "max"]`.
    private static func words(_ value: Value, _ call: Call) throws -> [String] {
        let words = try (value.asString.map { [$0] } ?? value.elements?.map { $0.asString ?? "" }) ?? []
        guard !words.isEmpty, !words.contains("") else {
            throw call.failure("how", takes: "words among \(aggregates.joined(separator: ", "))")
        }
        if let unknown = words.first(where: { !aggregates.contains($0) }) {
            let meant = Suggestion.closest(to: unknown, among: aggregates).map { "did you mean \"\($0)\"?" }
            throw Failure(
                "`group` has no figure \(quoted(unknown))",
                help: meant ?? "the figures are \(aggregates.joined(separator: ", "))")
        }
        return words
    }

    private static func aggregate(_ values: [Value], _ how: String) throws -> Value {
        let present = values.filter { !$0.isMissing }
        switch how {
        case "first": return present.first ?? .none
        case "last": return present.last ?? .none
        case "count": return .integer(present.count)
        case "nunique": return .integer(try present.map(\.groupedValue).unique().count)
        default: break
        }
        for value in present { try value.checkConstant("the figures of `group`") }
        // As in pandas, where nothing is there.
        if present.isEmpty, how == "sum" { return .number(0) }
        // Booleans are counted: their mean is the share of those that are true.
        let areBooleans = present.allSatisfy(\.isBoolean)
        let areCounted = areBooleans && !["min", "max"].contains(how)
        let numbers = present.compactMap { value -> Double? in
            guard case .boolean(let flag) = value else { return value.asNumber }
            return areCounted ? (flag ? 1 : 0) : nil
        }
        guard numbers.count == present.count, !numbers.isEmpty else {
            if ["min", "max"].contains(how), areBooleans || present.allSatisfy({ $0.asString != nil }) {
                return try Builtin.order(present, descending: how == "max").first.map { present[$0] } ?? .none
            }
            guard let first = present.first, try present.allSatisfy({ try Operators.equal($0, first) }) else {
                return .none
            }
            return first
        }
        let statistics = ColumnStatistics(numbers)
        switch how {
        case "sum": return .number(statistics.sum)
        case "min": return .number(statistics.quantile(0))
        case "max": return .number(statistics.quantile(1))
        case "median": return .number(statistics.quantile(0.5))
        case "std": return statistics.deviation.map { .number($0) } ?? .none
        case "var": return statistics.variance.map { .number($0) } ?? .none
        case "sem": return statistics.standardError.map { .number($0) } ?? .none
        default: return .number(statistics.mean)
        }
    }

    // MARK: Joins

    static func joined(_ call: Call) throws -> TableObject {
        let left = try call.table("x")
        let right = try call.table("with")
        let how = try call.choice("how", of: ["inner", "left", "outer"])
        let names = try call.columnNames("on", of: left)
        for name in names where right.column(name) == nil { throw right.unknownColumn(name) }
        var partners: [[ValueKey]: [Int]] = [:]
        for row in 0..<right.rowCount { partners[right.key(row, names), default: []].append(row) }
        var pairs: [(left: Int?, right: Int?)] = []
        var matched: Set<Int> = []
        for row in 0..<left.rowCount {
            let found = partners[left.key(row, names)] ?? []
            try Operators.checkInterrupt()
            matched.formUnion(found)
            pairs += found.map { (row, $0) }
            if found.isEmpty, how != "inner" { pairs.append((row, nil)) }
            guard pairs.count <= 10_000_000 else {
                throw Failure(
                    "the join has over 10,000,000 rows", help: "join on columns whose values are different in each row")
            }
        }
        if how == "outer" { pairs += (0..<right.rowCount).filter { !matched.contains($0) }.map { (nil, $0) } }
        var columns = left.columns.map { name, values in
            let other = names.contains(name) ? right.column(name) : nil
            return (
                name: name,
                values: pairs.map { pair in
                    pair.left.map { values[$0] } ?? pair.right.flatMap { other?[$0] } ?? .none
                }
            )
        }
        for (name, values) in right.columns where !names.contains(name) {
            var unique = name
            while columns.contains(where: { $0.name == unique }) { unique += "_right" }
            columns.append((unique, pairs.map { $0.right.map { values[$0] } ?? .none }))
        }
        return TableObject(columns: columns)
    }

    // MARK: Descriptions

    private static func described(_ column: (name: String, values: [Value])) throws -> Record {
        let present = column.values.filter { !$0.isMissing }
        for value in present { try value.checkConstant("`describe`") }
        let numbers = present.compactMap { $0.isBoolean ? nil : $0.asNumber }
        var row = Record([
            ("column", .string(column.name)), ("count", .integer(present.count)),
            ("missing", .integer(column.values.count - present.count)),
        ])
        guard numbers.count == present.count, !numbers.isEmpty else {
            row["unique"] = .integer(try present.map(\.groupedValue).unique().count)
            return row
        }
        let statistics = ColumnStatistics(numbers)
        row["mean"] = .number(statistics.mean)
        row["std"] = statistics.deviation.map { .number($0) } ?? Value.none
        for (name, share) in [("min", 0.0), ("25%", 0.25), ("50%", 0.5), ("75%", 0.75), ("max", 1)] {
            row[name] = .number(statistics.quantile(share))
        }
        return row
    }
}

/// Figures of some numbers, as pandas gives them.
struct ColumnStatistics {
    private let sorted: [Double]
    let sum: Double
    let mean: Double
    /// With n - 1; nil for a single number.
    let variance: Double?
    var deviation: Double? { variance.map { $0.squareRoot() } }

    init(_ numbers: [Double]) {
        sorted = numbers.sorted { $0 < $1 || ($1.isNaN && !$0.isNaN) }
        sum = numbers.reduce(0, +)
        let mean = sum / Double(numbers.count)
        self.mean = mean
        guard numbers.count > 1 else {
            variance = nil
            return
        }
        let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        variance = squares / Double(numbers.count - 1)
    }

    /// The standard error of the mean; nil for a single number.
    var standardError: Double? { deviation.map { $0 / Double(sorted.count).squareRoot() } }

    /// Between the two numbers around it, linearly.
    func quantile(_ share: Double) -> Double {
        let position = share * Double(sorted.count - 1)
        let lower = Int(position)
        let upper = min(lower + 1, sorted.count - 1)
        if sorted[lower] == sorted[upper] { return sorted[lower] }
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
    }
}

extension Call {
    /// The name of a column, or a list of several.
    func columnNames(_ parameter: String, of table: TableObject) throws -> [String] {
        try columnNames(parameter, [value(parameter)], of: table)
    }

    /// - Parameter given: Names, or a list of names alone.
    func columnNames(_ parameter: String, _ given: [Value], of table: TableObject) throws -> [String] {
        let values = given.count == 1 && given[0].isList ? try given[0].elements ?? [] : given
        let names = try values.map { value -> String in
            guard let name = value.asString else {
                throw failure(parameter, takes: "a column's name, or several", with: value)
            }
            return name
        }
        guard !names.isEmpty else { throw failure(parameter, takes: "a column's name, or several") }
        for name in names where table.column(name) == nil { throw table.unknownColumn(name) }
        return names
    }
}

extension TableObject {
    /// The rows that agree in some columns, in the order of their first appearance.
    func groups(by names: [String]) throws -> [[Int]] {
        var groups: [[Int]] = []
        var index: [[ValueKey]: Int] = [:]
        for row in 0..<rowCount {
            let key = key(row, names)
            if let known = index[key] {
                groups[known].append(row)
            } else {
                index[key] = groups.count
                groups.append([row])
            }
            try Operators.checkInterrupt()
        }
        return groups
    }

    fileprivate func key(_ row: Int, _ names: [String]) -> [ValueKey] {
        names.map { ValueKey((column($0)?[row] ?? .none).groupedValue) }
    }

    /// Writes the table as CSV.
    ///
    /// - Throws: `Failure` for cells that have no text that reads back; `DatasetError` where the system refuses.
    package func writeCSV(to path: String) throws {
        guard !columns.isEmpty else { throw Failure("a table without columns cannot be written") }
        if let unnamed = columns.firstIndex(where: { $0.name.isEmpty }) {
            throw Failure(
                "column \(unnamed + 1) of the table has no name, and cannot be read back from CSV",
                help: "give each column a name that is not empty")
        }
        let isAlone = columns.count == 1
        // Among other values a text stands in quotes, so that it is read back as one.
        let areQuoted = columns.map { column in
            column.values.contains { !$0.isNone && $0.asString == nil } && column.values.contains { $0.asString != nil }
        }
        var text = columns.map { CSVText.cell($0.name, isAlone: isAlone) }.joined(separator: ",") + "\n"
        for row in (0..<rowCount).untilInterrupt {
            let cells = try columns.indices.map { column in
                let value = columns[column].values[row]
                guard let cell = Self.cell(value, isQuoted: areQuoted[column], isAlone: isAlone) else {
                    throw Self.noCell(value, row: row, column: columns[column].name)
                }
                return cell
            }
            text += cells.joined(separator: ",") + "\n"
        }
        try Operators.checkInterrupt()
        try TextFile.write(text, to: path)
    }

    /// What is written for a value; nil for one that could not be read back.
    private static func cell(_ value: Value, isQuoted: Bool, isAlone: Bool) -> String? {
        switch value {
        case .undefined, .none: CSVText.missing(isAlone: isAlone)
        case .string(let text): CSVText.cell(text, isQuoted: isQuoted, isAlone: isAlone)
        case .boolean(let flag): flag ? "true" : "false"
        // The sign of -0 is part of it.
        case .number(let number):
            number == 0 && number.sign == .minus ? "-0.0" : Int(exactly: number).map { "\($0)" } ?? "\(number)"
        case .tensor where value.asNumber != nil: value.scalarText
        default: nil
        }
    }

    private static func noCell(_ value: Value, row: Int, column: String) -> Failure {
        Failure(
            "the cell of row \(row), column \(quoted(column)), is \(value.kindWithArticle): a CSV file holds numbers, texts, true and false",
            help: "make texts of such cells, as \"{x}\" does of any value, or leave the column out: `select` keeps some"
        )
    }
}

extension Value {
    /// Whether the figures of a column leave it out.

    /// What rows are grouped by: a tensor of one element counts as its number.
    var groupedValue: Value {
        if case .tensor(let tensor) = self, tensor.count == 1, let number = asNumber { return .number(number) }
        return self
    }
}
