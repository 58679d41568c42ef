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
        try self.init(shown: runs)
    }

    /// - Throws: `Failure` for no run, or more than a picture can show.
    init(onPage runs: [KeptRun]) throws {
        guard !runs.isEmpty else { throw Failure("there is no run to show on a page", help: "`train` keeps runs") }
        try self.init(shown: runs)
    }

    private init(shown runs: [KeptRun]) throws {
        guard runs.count <= Self.greatestCount else {
            throw Failure(
                "\(runs.count) runs are too many to compare: at most \(Self.greatestCount)",
                help: "choose some: `runs.where(r -> r.lr < 0.01)`, or the best of `runs.sort(\"loss\")[:10]`")
        }
        self.runs = runs.map { KeptRunObject($0) }
    }

    /// A row for each thing that is not the same for all, with a column for each run.
    func differences() throws -> TableObject {
        var rows: [Record] = []
        var told: [String: [Value]] = [:]
        func add(_ name: String, _ values: [Value], from group: String = "") throws {
            // What was swept is often a setting, too.
            if let same = told[name] {
                guard try zip(same, values).contains(where: { try !Operators.equal($0, $1) }) else { return }
                return try add("\(name) (\(group))", values)
            }
            told[name] = values
            guard try values.contains(where: { try !Operators.equal($0, values[0]) }) else { return }
            rows.append(Record([("what", .string(name))] + zip(titles, values).map { ($0, $1) }))
        }
        let plain = [
            "model", "source", "parameter_count", "data", "fingerprint", "seed", "threads", "version", "host", "ending",
            "note", "epochs",
        ]
        for name in plain { try add(name, try runs.map { try $0.field(name) ?? .none }) }
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
        for name in ["loss", "accuracy", "val_loss", "val_accuracy", "val_error_rate", "seconds"] {
            try add(name, try runs.map { try $0.field(name) ?? .none })
        }
        return try TableObject(rows: rows)
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

    /// The parts of a page that compares the runs.
    func page(_ table: TableObject) throws -> [PagePart] {
        let differences: [PagePart] = runs.count > 1 ? [.heading("What differs"), .table(try self.differences())] : []
        return [.heading("Runs"), .table(table)] + differences + [.heading("Curves")]
            + ["loss", "accuracy", "error_rate"].compactMap { curves($0).map { .figure($0) } }
    }
}

/// A part of a page that a session writes.
package enum PagePart {
    case heading(String)
    case table(TableObject)
    case figure(Figure)
}
