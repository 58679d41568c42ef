import Datasets
import Runtime
import TensorCore

/// What a store has, read whole before another takes it in.
struct StoreContents {
    struct Run {
        let id: Int
        /// By the names of `Schema.runColumns`, where it has them.
        var values: [String: DatabaseValue]
        var history: [[DatabaseValue]]
        /// Which run it is, in any store that it is merged into.
        let origin: String
        /// Equal for trainings that give the same: the parts of a sweep all train what stands outside it, and a part that
        /// is started again trains again what had not ended.
        let training: [DatabaseValue]

        /// Which process trained it, among those of the same part.
        var process: [DatabaseValue] { ["host", "process", "part"].map { values[$0] ?? .null } }
        var hasEnded: Bool { text("ending") != nil }
        /// Whether it was trained in a part of the sweeps.
        var isOfPart: Bool { text("part") != nil }
        var sweepRun: Int? { values["sweep_run"].flatMap(Int.init(stored:)) }

        private func text(_ name: String) -> String? { values[name].flatMap(String.init(stored:)) }

        /// As on one machine, runs of parts stand in the order of the script and of the combinations.
        var order: [Double] {
            let stage = values["stage"].flatMap(Int.init(stored:)) ?? 0
            let started = values["started"].flatMap(Double.init(stored:)) ?? 0
            return [Double(stage), Double(sweepRun ?? -1), started]
        }
    }

    let runs: [Run]
    let rows: [(key: String, row: String, kept: Double)]

    /// - Throws: `Failure` where a value is missing or of another type.
    init(_ db: Database, place: String) throws {
        var histories: [Int: [[DatabaseValue]]] = [:]
        for step in try db.rows(
            "SELECT \(Schema.historyColumns.joined(separator: ", ")) FROM history ORDER BY run, epoch")
        {
            guard let run: Int = step["run"], let _: Int = step["epoch"],
                step.values.dropFirst(2).allSatisfy({ $0 == .null || Double(stored: $0) != nil })
            else { throw Self.damaged(place, "an epoch") }
            histories[run, default: []].append(Array(step.values.dropFirst()))
        }
        runs = try db.rows("SELECT * FROM runs ORDER BY id").map { row in
            guard let id: Int = row["id"] else { throw Self.damaged(place, "a run") }
            return try Self.run(id, row, histories[id] ?? [], place)
        }
        // Marks have the numbers of runs in their own store.
        rows = try db.rows(
            "SELECT key, row, kept FROM sweeps WHERE key NOT LIKE ? ORDER BY key", [SweepMark.start + "%"]
        ).map { row in
            guard let key: String = row["key"], let text: String = row["row"], let kept: Double = row["kept"] else {
                throw Self.damaged(place, "a row of a sweep")
            }
            return (key, text, kept)
        }
    }

    private static func run(
        _ id: Int, _ row: DatabaseRow, _ history: [[DatabaseValue]], _ place: String
    ) throws -> Run {
        var values: [String: DatabaseValue] = [:]
        for column in Schema.runColumns {
            let value = row.columns.firstIndex(of: column.name).map { row.values[$0] } ?? .null
            guard column.takes(value) else { throw damaged(place, "`\(column.name)` of run \(id)") }
            values[column.name] = value
        }
        let training = [
            "stage", "sweep_run", "model", "model_source", "fingerprint", "settings", "params", "sweep", "seed",
        ].map { values[$0] ?? .null }
        // Processes of containers may have one number and one host's name.
        var hash = ContentHash()
        for value in ["host", "process", "started", "part"].map({ values[$0] ?? .null }) + [.integer(id)] + training {
            hash.add(Array(value.key.utf8))
        }
        return Run(
            id: id, values: values, history: history,
            origin: values["origin"].flatMap(String.init(stored:)) ?? hash.text, training: training)
    }

    private static func damaged(_ place: String, _ what: String) -> Failure {
        Failure("the file of the runs, \(place), is damaged: \(what) is not what dls keeps")
    }
}
