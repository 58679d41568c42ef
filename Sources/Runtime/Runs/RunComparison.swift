import Figures

/// What differs between kept runs, and their curves.
struct RunComparison {
    /// More curves in one picture tell nothing.
    private static let greatestCount = 40

    let runs: [KeptRunObject]
    private var titles: [String] { runs.map { "run \($0.kept.id)" } }

    /// - Throws: `Failure` for fewer runs than two, or more than a picture can show.
    init(_ runs: [KeptRun]) throws {
        guard runs.count >= 2 else {
            throw Failure("`compare` takes two runs or more", help: "by their numbers, as in compare(17, 21)")
        }
        guard runs.count <= Self.greatestCount else {
            throw Failure(
                "\(runs.count) runs are too many to compare: at most \(Self.greatestCount)",
                help: [
                    "choose some: `runs.where(r -> r.lr < 0.01)`, or the best of `runs.sort(\"loss\")[:10]`",
                    "`save runs \"runs.html\"` makes a page of any number",
                ])
        }
        self.runs = runs.map { KeptRunObject($0) }
    }

    /// - Throws: `Failure` for no run.
    init(onPage runs: [KeptRun]) throws {
        guard !runs.isEmpty else { throw Failure("there is no run to show on a page", help: "`train` keeps runs") }
        self.runs = runs.map { KeptRunObject($0) }
    }

    /// A row for each thing that is not the same for all, with a column for each run.
    func differences() throws -> TableObject {
        RunDifferences(
            try TableObject(
                rows: differing().map { what, values in
                    Record([("what", .string(what))] + zip(titles, values).map { ($0, $1) })
                }))
    }

    /// What is not the same for all, with the value of each run.
    ///
    /// - Parameter withResults: Whether the figures of the last epoch, the ending and the note are among it.
    private func differing(withResults: Bool = true) throws -> [(what: String, values: [Value])] {
        var rows: [(what: String, values: [Value])] = []
        var told: [String: [Value]] = [:]
        func add(_ name: String, _ values: [Value], from group: String = "") throws {
            // What was swept is often a setting, too.
            if let same = told[name] {
                guard try zip(same, values).contains(where: { try !Operators.equal($0, $1) }) else { return }
                return try add("\(name) (\(group))", values)
            }
            told[name] = values
            guard try values.contains(where: { try !Operators.equal($0, values[0]) }) else { return }
            rows.append((name, values))
        }
        let plain = [
            "model", "source", "parameter_count", "data", "fingerprint", "seed", "threads", "version", "host", "ending",
            "note", "epochs",
        ]
        for name in plain where withResults || !["ending", "note", "epochs"].contains(name) {
            try add(name, try runs.map { try $0.field(name) ?? .none })
        }
        for group in ["settings", "params", "sweep"] {
            let records = try runs.map { run -> Record in
                if case .record(let record)? = try run.field(group) { try record.named() } else { Record() }
            }
            var names: [String] = []
            for record in records { names += record.names.filter { !names.contains($0) } }
            for name in names where !(group == "settings" && plain.contains(name)) {
                try add(name, records.map { $0[name] ?? .none }, from: group)
            }
        }
        guard withResults else { return rows }
        for name in ["loss", "accuracy", "val_loss", "val_accuracy", "val_error_rate", "seconds"] {
            try add(name, try runs.map { try $0.field(name) ?? .none }, from: "last epoch")
        }
        return rows
    }

    /// A figure by epochs, of what the runs have among a figure of training and its fellow of validation.
    ///
    /// - Returns: nil where no run has one.
    func curves(_ name: String) -> Figure? {
        let series = zip(runs, titles).flatMap { run, title in
            [(name, title), ("val_\(name)", "\(title), validation")].compactMap { column, title -> Series? in
                guard let values = run.history.column(column)?.map({ $0.asNumber ?? .nan }),
                    values.contains(where: { !$0.isNaN })
                else { return nil }
                return Series(name: title, x: run.kept.history.map { Double($0.epoch) }, y: values)
            }
        }
        guard !series.isEmpty else { return nil }
        return .lines(Chart(title: name, series: series, x: Axis(label: "epoch"), y: Axis(label: name)))
    }

    /// The runs of a table that has their numbers, as `runs` and its rows have.
    static func numbers(of table: TableObject) throws -> [Int] {
        guard let ids = table.column("id")?.map(\.asInteger), !ids.contains(nil) else {
            throw Failure(
                "a page shows runs, and this table has no column `id` of their numbers",
                help: "`save runs \"runs.html\"`; a table goes to .csv")
        }
        return ids.compactMap { $0 }
    }

    // MARK: A page

    /// So many runs have a colour and a name of their own in a picture.
    private static let colouredCount = 8
    /// More grey lines hide each other.
    private static let greyCount = 400
    private static let grey = RGB(0x9a, 0xa4, 0xaf)

    /// The parts of a page that compares the runs.
    func page(_ table: TableObject) throws -> [PagePart] {
        // Columns that tell nothing of a run would push the others off the screen.
        let (columns, common) = try Self.parted(table.columns.filter { !$0.values.allSatisfy(\.isNone) })
        var parts: [PagePart] = [.heading("Runs"), .table(TableObject(columns: columns))]
        if !common.isEmpty { parts.append(.text("The same for all: \(common.joined(separator: ", ")).")) }
        if runs.count > 1 {
            let numbers: [(name: String, values: [Value])] = [("run", runs.map { .integer($0.kept.id) })]
            // The other table has the results.
            let settings = try differing(withResults: false).map { (name: $0.what, values: $0.values) }
            parts += [.heading("What differs"), .table(TableObject(columns: numbers + settings))]
        }
        parts.append(.heading("Curves"))
        let (best, others) = ranked
        if !others.isEmpty {
            let rest = others.count > Self.greyCount ? "\(Self.greyCount) of the others" : "the others"
            parts.append(.text("The \(best.count) runs with the lowest loss have colours, \(rest) are grey."))
        }
        return parts
            + ["loss", "val_loss", "accuracy", "val_accuracy", "val_error_rate"].compactMap { name in
                pageCurves(name, best, others.prefix(Self.greyCount)).map { .figure($0) }
            }
    }

    /// The columns with values of their own for the runs, and in words the others, whose value all runs have.
    private static func parted(
        _ columns: [(name: String, values: [Value])]
    ) throws -> (columns: [(name: String, values: [Value])], common: [String]) {
        let isCommon = try columns.map { name, values in
            guard name != "id", values.count > 1 else { return false }
            return try values.allSatisfy { try Operators.equal($0, values[0]) }
        }
        let common = zip(columns, isCommon).filter(\.1).map { column, _ in
            "\(column.name) `\(column.values[0].asString ?? column.values[0].shortText)`"
        }
        return (zip(columns, isCommon).filter { !$0.1 }.map(\.0), common)
    }

    /// The runs that are told apart in pictures, in their order, and the rest: by the lowest loss, of validation where
    /// that is known.
    private var ranked: (best: [KeptRunObject], others: [KeptRunObject]) {
        guard runs.count > Self.colouredCount else { return (runs, []) }
        let losses = runs.map { run in
            let figures = run.kept.history.compactMap { $0.validationLoss ?? $0.loss }.filter { !$0.isNaN }
            return figures.min() ?? .infinity
        }
        let order = runs.indices.sorted { (losses[$0], $0) < (losses[$1], $1) }
        let best = Set(order.prefix(Self.colouredCount))
        return (
            runs.indices.filter { best.contains($0) }.map { runs[$0] },
            order.dropFirst(Self.colouredCount).map { runs[$0] }
        )
    }

    /// One figure of all runs that have it, each run in the same colour as in the others.
    private func pageCurves(
        _ name: String, _ best: [KeptRunObject], _ others: some Sequence<KeptRunObject>
    ) -> Figure? {
        func series(_ run: KeptRunObject) -> Series? {
            guard let values = run.history.column(name)?.map({ $0.asNumber ?? .nan }),
                values.contains(where: \.isFinite)
            else { return nil }
            return Series(name: "run \(run.kept.id)", x: run.kept.history.map { Double($0.epoch) }, y: values)
        }
        var drawn = others.compactMap { run -> Series? in
            guard var line = series(run) else { return nil }
            (line.name, line.color, line.opacity, line.marker) = ("", Self.grey, 0.5, Marker.none)
            return line
        }
        drawn += best.enumerated().compactMap { index, run in
            guard var line = series(run) else { return nil }
            line.color = RGB(ofSeries: index)
            return line
        }
        guard !drawn.isEmpty else { return nil }
        let values = drawn.flatMap(\.y).filter { !$0.isNaN }
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        // Where figures are of several sizes, the small ones would all lie on the axis.
        let isLogarithmic = !name.hasSuffix("accuracy") && low > 0 && high.isFinite && high / low > 10
        return .lines(
            Chart(
                title: name, series: drawn, x: Axis(label: "epoch"),
                y: Axis(label: isLogarithmic ? "\(name), logarithmic" : name, isLogarithmic: isLogarithmic)))
    }
}

/// What differs between runs. Recorded, it has neither times nor the numbers of the runs, for both are others each time
/// that a notebook is replayed.
private final class RunDifferences: TableObject {
    init(_ table: TableObject) { super.init(columns: table.columns) }

    override func display(_ style: DisplayStyle) throws -> String {
        guard !style.showsSeconds, let names = column("what") else { return try super.display(style) }
        let rows = names.indices.filter { names[$0].asString.map(style.shows) ?? true }
        let shown = picking(rows)
        return try TableObject(
            columns: shown.columns.enumerated().map { index, column in
                (index == 0 ? column.name : "\(Self.ordinal(index)) run", column.values)
            }
        ).display(style)
    }

    /// `1st`, which no comparison of outputs takes for a number.
    private static func ordinal(_ number: Int) -> String {
        let ending = (11...13).contains(number % 100) ? "th" : [1: "st", 2: "nd", 3: "rd"][number % 10] ?? "th"
        return "\(number)\(ending)"
    }
}

/// A part of a page that a session writes.
package enum PagePart {
    case heading(String)
    case text(String)
    case table(TableObject)
    case figure(Figure)
}
