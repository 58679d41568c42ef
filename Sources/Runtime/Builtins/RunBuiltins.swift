private let trained = """
    model small() { linear 2 }
    kept = train small() dataset([[0.0, 1.0], [1.0, 0.0]], [0, 1]) epochs=2 lr=0.1

    """

extension Builtin {
    static let runs: [Builtin] = [
        Builtin(
            "runs()", .runs, "A table of the trainings that were kept, the oldest first.",
            details: """
                Each `train` is kept with its settings, model, data, seed, history and how it ended: in .dls/runs.sqlite of
                the folder, or in the file that the environment's DLS_RUNS names (empty: nowhere).
                `runs.where(r -> r.lr < 0.01).sort("-accuracy")`; `run(17)` is one of them, with all it has.
                `save runs "runs.csv"` gives the table to other programs, `save runs "runs.html"` makes a page of it, of what
                differs and of the curves; `save run(17).history "17.csv"` gives the epochs.
                `runs.merge(".dls/runs-part-*.sqlite")` takes in the runs, and rows of sweeps, that other files of runs have.
                They get the next numbers, those of a sweep's parts in the order of its combinations. What is known already
                is not taken twice; a file that cannot be read changes nothing.
                """,
            example: trained + "runs.sort(\"-accuracy\")[0].id == kept.id", isComputed: true
        ) { call in
            let table = try TableObject(rows: call.runKeeper().runs(only: nil).map { KeptRunObject($0).row })
            return .object(TableObject(columns: table.columns, isOfAllRuns: true))
        },
        Builtin(
            "run(id)", .runs,
            "A training that was kept, by its number: settings, history, how it ended; or runs the cells of a notebook.",
            details: """
                A kept training has: id, settings, history, best, ending, note, source (of the model), fingerprint (of the data), seed, params, ...
                `run "homework.dls"` runs a notebook's cells in the session, each under its title, also where `run` is the
                name of a training. It stops at the first cell that fails; cells tagged [skip] are passed over.
                `save session "session.dls"` writes what was typed as a notebook.
                """,
            example: trained + "run(kept.id).settings.lr"
        ) { call in
            if case .string(let path) = call.value("id") {
                try call.interpreter.sessionHost().runNotebook(path)
                return .none
            }
            return .object(KeptRunObject(try call.keptRun(call.value("id"), "id")))
        },
        Builtin(
            "compare(*runs)", .runs, "What differs between runs, as a table, and their losses in one plot.",
            details: """
                Runs are given by their numbers or as values: `compare(17, 21)`, `compare(first, second)`; or as a list of them,
                or a table with a column `id`: `compare(runs.sort("loss")[:3])`.
                """,
            example: """
                model small() { linear 2 }
                points = dataset([[0.0, 1.0], [1.0, 0.0]], [0, 1])
                first = train small() points epochs=2 lr=0.1 seed=1
                second = train small() points epochs=2 lr=0.2 seed=2
                compare(first, second)
                """
        ) { call in try comparison(call) },
        Builtin(
            "note(run, text)", .runs, "Writes a note to a kept run; it stands in `runs`.",
            example: trained + "note kept \"a first try\"\nrun(kept.id).note"
        ) { call in
            try call.runKeeper().setNote(try call.string("text"), of: try call.runNumber(call.value("run"), "run"))
            return .none
        },
        Builtin(
            "forget(run=none, all=false)", .runs, "Takes a run out of those that are kept.",
            details: "`forget all=true` takes out all of them, for good.",
            example: trained + "forget kept"
        ) { call in
            let isAll = try call.boolean("all")
            guard isAll != call.has("run") else {
                throw Failure(
                    "`forget` takes a run, or all=true for all of them",
                    help: "such as forget(17): `runs` shows their numbers")
            }
            try call.runKeeper().forget(isAll ? nil : try call.runNumber(call.value("run"), "run"))
            return .none
        },
        Builtin(
            "sql(query)", .runs, "The rows that an SQL query of the kept runs gives; it may only read.",
            details: """
                Tables: runs (id, started, ended, model, model_source, parameters, data, fingerprint, examples, settings,
                params, sweep, seed, threads, version, host, process, resumed, ending, seconds, note, part, stage,
                sweep_run, origin; optimizer, lr, batch
                of the settings; epochs, loss, accuracy, val_loss, val_accuracy, val_error_rate of the last epoch) and
                history (run, epoch, loss, accuracy, val_loss, val_accuracy, val_error_rate, lr, seconds). Settings are JSON:
                json_extract(settings, '$.patience').
                """,
            example: trained + "sql \"select lr, loss from runs order by loss limit 1\""
        ) { call in .object(try call.runKeeper().query(try call.string("query"))) },
    ]

    private static func comparison(_ call: Call) throws -> Value {
        let comparison = try RunComparison(call.comparedRuns().map { try call.keptRun($0, "runs") })
        if let curves = comparison.curves("loss") { try call.interpreter.sink.emit(.figure(curves)) }
        return .object(try comparison.differences())
    }
}

extension Call {
    /// `runs.merge(files)`
    func mergeRuns() throws -> Value {
        let given = try list("others")
        let patterns = try (given.count == 1 ? given[0].elements ?? given : given).map { value -> String in
            guard case .string(let path) = value else {
                throw failure(
                    "others", takes: "paths of files of runs, or patterns such as \".dls/runs-part-*.sqlite\"")
            }
            return path
        }
        let merge = try runKeeper().merge(patterns)
        return .record(
            Record([
                ("files", .integer(merge.files)), ("runs", .integer(merge.runs)), ("rows", .integer(merge.rows)),
                ("updated", .integer(merge.updatedRuns)),
            ]))
    }

    fileprivate func runKeeper() throws -> any RunKeeping {
        guard let keeper = interpreter.runKeeper else {
            throw Failure(
                "no runs are kept here", help: "the environment's DLS_RUNS is empty; unset it, or let it name a file")
        }
        return keeper
    }

    /// The runs to compare: one by one, in a list, or in a table such as `runs`.
    fileprivate func comparedRuns() throws -> [Value] {
        let given = try list("runs")
        guard given.count == 1 else { return given }
        if let table = given[0].object(as: TableObject.self) {
            guard let ids = table.column("id") ?? table.column("run") else { throw table.unknownColumn("id") }
            return ids
        }
        return try given[0].elements ?? given
    }

    /// Writes a page that compares the runs of a table.
    func saveRunPage(to path: String) throws {
        let table = try self.table("value")
        let runs = try RunComparison.numbers(of: table).map { try keptRun(.integer($0), "value") }
        try interpreter.sessionHost().savePage("Runs", try RunComparison(onPage: runs).page(table), to: path)
    }

    /// The number of a run that is given as a number or as a value.
    fileprivate func runNumber(_ value: Value, _ parameter: String) throws -> Int {
        if let kept = value.object(as: KeptRunObject.self) { return kept.kept.id }
        if let run = value.object(as: RunObject.self) {
            guard let id = run.id else { throw Failure("this run was not kept, so it has no number") }
            return id
        }
        guard case .number = value, let id = value.asInteger else {
            throw failure(parameter, takes: "the number of a run, or a run")
        }
        return id
    }

    fileprivate func keptRun(_ value: Value, _ parameter: String) throws -> KeptRun {
        let id = try runNumber(value, parameter)
        guard let run = try runKeeper().runs(only: id).first else { throw Failure.noRun(id) }
        return run
    }
}

extension Failure {
    package static func noRun(_ id: Int) -> Failure {
        Failure("no run \(id) is kept", help: "`runs` shows those that are")
    }
}
