import CSQLite
import Datasets
import Glibc
import Runtime
import Synchronization
import TensorCore
import Training

/// The trainings of a folder in an SQLite file, which several processes may use at once.
///
/// The file is opened, and made, at the first training; what is not there yet counts as empty.
package final class RunStore: RunKeeping {
    package let place: String
    private let state = Mutex(State())

    private struct State {
        var database: Database?
        /// Whether the last write failed, which was told.
        var hasFailed = false
        /// Whether another program had the file locked when it was last written to: then nobody waits for it again.
        var isLocked = false
        /// What there is to say of either, once.
        var problem: String?
    }

    /// - Parameters:
    ///   - path: The file; its folder is made where it is missing.
    ///   - busySeconds: How long to wait for another process's turn.
    package init(path: String, busySeconds: Double = 5) {
        place = path
        self.busySeconds = busySeconds
    }

    let busySeconds: Double

    /// Where runs are kept: the file that `DLS_RUNS` names (or `runs.sqlite` in the folder that it names), else
    /// `.dls/runs.sqlite`. Nil if `DLS_RUNS` is empty.
    package static func defaultPath(environment: (String) -> String?) -> String? {
        guard let path = environment("DLS_RUNS") else { return ".dls/runs.sqlite" }
        if path.isEmpty { return nil }
        var status = stat()
        let isFolder = path.hasSuffix("/") || (stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR)
        return isFolder ? (path.hasSuffix("/") ? path : path + "/") + "runs.sqlite" : path
    }

    /// The file of a part of the sweeps, beside that of the whole: `runs-part-2-of-3.sqlite`.
    package static func path(_ path: String, of part: SweepPart) -> String {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let ending = name.lastIndex(of: ".").flatMap { $0 > name.startIndex ? name[$0...] : nil } ?? ""
        return "\(path.dropLast(ending.count))-part-\(part.number)-of-\(part.count)\(ending)"
    }

    // MARK: Opening

    /// The file, opened for writing; nil where there is none and none is to be made.
    func database(creating: Bool) throws -> Database? {
        try state.withLock { state in
            if let database = state.database { return database }
            guard creating || access(place, F_OK) == 0 else { return nil }
            let database = try open(busySeconds: state.isLocked ? 0 : busySeconds)
            state.database = database
            return database
        }
    }

    private func open(busySeconds: Double) throws -> Database {
        var status = stat()
        let exists = stat(place, &status) == 0
        if exists, status.st_size > 0 {
            // Looked at before anything is written, so that a file of another kind stays as it is.
            try connection(.readOnly, busySeconds).read { try Schema.check($0, place: place) }
        } else if !exists {
            Folder.make(Folder.parent(of: place))
        }
        let database = try connection(.readWrite, busySeconds)
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        try database.write { db in
            // Another process may have made it meanwhile.
            try Schema.check(db, place: place)
            try Schema.create(db)
        }
        return database
    }

    private func connection(_ mode: Database.Mode, _ busySeconds: Double) throws -> Database {
        try Database(path: place, mode: mode, busySeconds: busySeconds)
    }

    /// Reads by a connection of its own, which makes and changes nothing; nil where there is nothing to read.
    ///
    /// - Parameter prepare: Called before, while the connection may still make temporary views.
    func read<T>(
        preparing prepare: (Database) throws -> Void = { _ in }, _ body: (Database) throws -> T
    ) throws -> T? {
        var status = stat()
        guard stat(place, &status) == 0, status.st_size > 0 else { return nil }
        func answer(_ mode: Database.Mode) throws -> T {
            let database = try connection(mode, busySeconds)
            // Which Ctrl-C stops.
            database.stopAtInterrupt()
            try Schema.check(database, place: place)
            try prepare(database)
            return try database.read(body)
        }
        do {
            return try answer(.readOnly)
        } catch let error as DatabaseError where needsFilesBeside(error) {
            // Where SQLite cannot make the files that it keeps beside, a file alone is read as it is.
            guard access(place + "-wal", F_OK) != 0 else {
                throw Failure(
                    "the runs in \(place) cannot be read: the newest are in \(place)-wal, and the folder cannot be written",
                    help: ["copy both files to another folder, and let the environment's DLS_RUNS name the copy"])
            }
            return try answer(.immutable)
        }
    }

    private func needsFilesBeside(_ error: DatabaseError) -> Bool {
        [SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM].contains(error.code)
    }

    // MARK: Problems

    /// An error in words, with how to go on.
    func failure(_ error: any Error) -> Failure {
        if let failure = error as? Failure { return failure }
        guard let error = error as? DatabaseError else { return Failure(wrapping: error) }
        let elsewhere = "let the environment's DLS_RUNS name another file, or be empty to keep none"
        switch error.code {
        case SQLITE_INTERRUPT: return .interrupted
        case SQLITE_BUSY, SQLITE_LOCKED:
            return Failure(
                "the runs in \(place) are locked by another program", help: ["try again when it is done", elsewhere])
        case SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_FORMAT:
            return Failure(
                "the file of the runs, \(place), is damaged or no SQLite file: \(error.message)",
                help: ["it is left as it is: move it away, and a new one is made", elsewhere])
        case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            return Failure("the runs in \(place) cannot be written: \(error.message)", help: [elsewhere])
        case SQLITE_FULL, SQLITE_IOERR:
            return Failure(
                "the runs in \(place) cannot be written: \(error.message)",
                help: ["see whether the disk is full", elsewhere])
        default: return Failure("the runs in \(place): \(error.message)")
        }
    }

    package func takeProblem() -> String? {
        state.withLock { state in
            defer { state.problem = nil }
            return state.problem
        }
    }

    /// Writes; nil where that cannot be done.
    ///
    /// What fails is tried again at the next write, by a new connection, and told once. Only the first one waits for its
    /// turn where the file is locked.
    ///
    /// - Parameter patiently: Whether to wait in any case: nothing comes later.
    private func write<T>(patiently: Bool = false, _ body: (Database) throws -> T) -> T? {
        let waits = state.withLock { state in
            if patiently { state.isLocked = false }
            return !state.isLocked
        }
        do {
            guard let database = try database(creating: true) else { return nil }
            try database.wait(seconds: waits ? busySeconds : 0)
            let result = try database.write(body)
            state.withLock { ($0.isLocked, $0.hasFailed) = (false, false) }
            return result
        } catch {
            giveUp(failure(error), forNow: isLock(error), isLast: patiently)
            return nil
        }
    }

    private func isLock(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return error.code == SQLITE_BUSY || error.code == SQLITE_LOCKED
    }

    private func giveUp(_ failure: Failure, forNow: Bool, isLast: Bool) {
        state.withLock { state in
            if forNow, !isLast {
                if !state.isLocked {
                    state.problem = "\(failure.diagnostic.message): this run is kept as soon as they are free"
                }
            } else if !state.hasFailed {
                let help = failure.diagnostic.help.map { "\n  \($0)" }.joined()
                state.problem = "this run is not kept: \(failure.diagnostic.message)\(help)"
            }
            state.isLocked = forNow
            state.hasFailed = !forNow || isLast
            if !forNow { state.database = nil }
        }
    }

    // MARK: Trainings

    package func begin(_ run: RunBeginning, patiently: Bool = false) -> Int? {
        write(patiently: patiently) { db in
            try db.execute(
                """
                INSERT INTO runs (started, model, model_source, parameters, data, fingerprint, examples, settings,
                    params, sweep, seed, threads, version, host, process, resumed, part, stage, sweep_run)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    run.started, run.model, run.modelSource, run.parameterCount, run.data, run.dataFingerprint,
                    run.exampleCount, text(run.settings), text(run.parameters), text(run.sweep),
                    Int(truncatingIfNeeded: run.seed), run.threads, run.version, run.host, run.process, run.resumed,
                    run.part, run.stage, run.sweepRun,
                ])
            return db.lastInsertedID
        }
    }

    @discardableResult
    package func add(_ figures: [EpochFigures], to run: Int, patiently: Bool = false) -> Bool {
        let isDone: Void? = write(patiently: patiently) { db in
            for figures in figures {
                try db.execute(
                    "INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        run, figures.epoch, figures.loss, figures.accuracy, figures.validationLoss,
                        figures.validationAccuracy, figures.validationErrorRate, figures.learningRate, figures.seconds,
                    ])
            }
        }
        return isDone != nil
    }

    package func end(_ run: Int, ending: String, seconds: Double) {
        _ = write(patiently: true) { db in
            try db.execute(
                "UPDATE runs SET ending = ?, seconds = ?, ended = ? WHERE id = ?",
                [ending, seconds, Double(time(nil)), run])
        }
        completeFile()
    }

    /// Who copies the file alone has all that has ended. Where another process reads, the next end does it.
    private func completeFile() {
        _ = try? state.withLock { $0.database }?.execute("PRAGMA wal_checkpoint(PASSIVE)")
    }

    /// Values that JSON has no word for, such as functions, as they are shown.
    private func text(_ record: Runtime.Record) -> String {
        let fields = record.fields.map { name, value in JSON.Member(name, value.json ?? .string(value.shortText)) }
        return JSON.object(fields).text
    }

    // MARK: Asking

    private func asking<T>(_ body: (Database) throws -> T) throws -> T? {
        do { return try read(body) } catch { throw failure(error) }
    }

    package func runs(only id: Int?) throws -> [KeptRun] {
        let (filter, stepFilter) = id == nil ? ("", "") : ("WHERE id = ?", "WHERE run = ?")
        let values = id.map { [$0] } ?? []
        return try asking { db in
            var histories: [Int: [EpochFigures]] = [:]
            for step in try db.rows("SELECT * FROM history \(stepFilter) ORDER BY run, epoch", values) {
                guard let run: Int = step["run"], let epoch: Int = step["epoch"] else { continue }
                histories[run, default: []].append(
                    EpochFigures(
                        epoch: epoch, loss: step["loss"] ?? .nan, accuracy: step["accuracy"],
                        validationLoss: step["val_loss"], validationAccuracy: step["val_accuracy"],
                        learningRate: step["lr"] ?? .nan, seconds: step["seconds"] ?? 0,
                        validationErrorRate: step["val_error_rate"]))
            }
            return try db.rows("SELECT * FROM runs \(filter) ORDER BY id", values).compactMap { row in
                guard let id: Int = row["id"] else { return nil }
                return kept(id, row, histories[id] ?? [])
            }
        } ?? []
    }

    private func kept(_ id: Int, _ row: DatabaseRow, _ history: [EpochFigures]) -> KeptRun {
        func record(_ name: String) -> Runtime.Record {
            let text: String = row[name] ?? "{}"
            if let json = try? JSON(parsing: text), case .record(let record)? = Value(json) { return record }
            return Runtime.Record()
        }
        let seed: Int = row["seed"] ?? 0
        let beginning = RunBeginning(
            started: row["started"] ?? 0, model: row["model"] ?? "", modelSource: row["model_source"],
            parameterCount: row["parameters"] ?? 0, data: row["data"] ?? "", dataFingerprint: row["fingerprint"] ?? "",
            exampleCount: row["examples"] ?? 0, settings: record("settings"), parameters: record("params"),
            sweep: record("sweep"), seed: UInt64(truncatingIfNeeded: seed), threads: row["threads"] ?? 0,
            version: row["version"] ?? "", host: row["host"] ?? "", process: row["process"] ?? 0,
            resumed: row["resumed"], part: row["part"], stage: row["stage"] ?? 0, sweepRun: row["sweep_run"])
        let ending: String? = row["ending"]
        return KeptRun(
            id: id, beginning: beginning, history: history,
            ending: ending ?? (isRunning(beginning) ? "running" : "killed"),
            seconds: row["seconds"] ?? history.reduce(0) { $0 + $1.seconds }, note: row["note"])
    }

    /// Whether the process of a run that has not ended is still there, as far as can be known from here.
    private func isRunning(_ run: RunBeginning) -> Bool {
        guard run.host == hostName() else { return true }
        return kill(pid_t(truncatingIfNeeded: run.process), 0) == 0 || errno == EPERM
    }

    package func setNote(_ text: String, of run: Int) throws {
        try change(run) { db in
            try db.execute(
                "UPDATE runs SET note = ? WHERE id = ?", [text.isEmpty ? nil : text, run])
        }
    }

    package func forget(_ run: Int?) throws {
        guard let run else { return try forgetAll() }
        try change(run) { db in
            try db.execute("DELETE FROM history WHERE run = ?", [run])
            try db.execute("DELETE FROM runs WHERE id = ?", [run])
        }
    }

    private func forgetAll() throws {
        do {
            try database(creating: false)?.write { db in
                try db.execute("DELETE FROM history")
                try db.execute("DELETE FROM runs")
                try db.execute("DELETE FROM sweeps WHERE key LIKE ?", [SweepMark.start + "%"])
            }
        } catch { throw failure(error) }
    }

    private func change(_ run: Int, _ body: (Database) throws -> Void) throws {
        let isKnown: Bool
        do {
            guard let database = try database(creating: false) else { throw Failure.noRun(run) }
            isKnown = try database.write { db in
                try body(db)
                return db.changeCount > 0
            }
        } catch { throw failure(error) }
        guard isKnown else { throw Failure.noRun(run) }
    }

    package func query(_ sql: String) throws -> TableObject {
        let words = sql.split { !$0.isLetter && $0 != "_" }
        guard ["select", "with", "values", "explain"].contains(words.first?.lowercased() ?? "") else {
            throw Failure(
                "`sql` only reads, and this is not a query",
                help: "a query starts with `select`; `forget` takes runs out")
        }
        do {
            let table = try read(preparing: Schema.showSettings) { db in
                let statement = try db.statement(sql)
                var columns = statement.columnNames.map { (name: $0, values: [Value]()) }
                while let row = try statement.next() {
                    for (index, stored) in row.enumerated() {
                        columns[index].values.append(value(stored, of: columns[index].name))
                    }
                }
                return TableObject(columns: unique(columns))
            }
            return table ?? TableObject(columns: [])
        } catch let error as DatabaseError where error.code == SQLITE_ERROR {
            throw Failure(
                "SQLite does not take this query: \(error.message)",
                help: error.message.hasPrefix("ambiguous column name: ")
                    ? "several tables have it: write the table's name before it, as in history.loss"
                    : "`?sql` lists the tables and columns")
        } catch {
            throw failure(error)
        }
    }

    private func value(_ stored: DatabaseValue, of column: String) -> Value {
        switch stored {
        // The moments of the tables, as `runs` shows them.
        case .real(let number) where column == "started" || column == "ended":
            Int(exactly: number.rounded()).map { .string(clockText($0)) } ?? .number(number)
        case .null: .none
        case .integer(let number): .number(Double(number))
        case .real(let number): .number(number)
        case .text(let text): .string(text)
        case .blob(let byteCount): .string("\(byteCount) bytes")
        }
    }

    /// Columns of a join may share a name; those of a table do not.
    private func unique(_ columns: [(name: String, values: [Value])]) -> [(name: String, values: [Value])] {
        var seen: Set<String> = []
        return columns.map { name, values in
            var unique = name
            while !seen.insert(unique).inserted { unique += "_2" }
            return (unique, values)
        }
    }

    // MARK: Sweeps

    package func sweepRows(_ keys: [String]) -> [String: String] {
        let rows = try? read { db in
            try keys.reduce(into: [String: String]()) { rows, key in
                rows[key] = try db.first("SELECT row FROM sweeps WHERE key = ?", [key])
            }
        }
        return rows ?? [:]
    }

    package func keepSweepRow(_ row: String, key: String) {
        _ = write { db in
            try db.execute(
                "INSERT OR REPLACE INTO sweeps VALUES (?, ?, ?)", [key, row, Double(time(nil))])
        }
        completeFile()
    }

    package func forgetSweepRows(_ keys: [String]) {
        guard !keys.isEmpty, access(place, F_OK) == 0 else { return }
        _ = write { db in
            for key in keys { try db.execute("DELETE FROM sweeps WHERE key = ?", [key]) }
        }
    }
}

private func hostName() -> String {
    var names = utsname()
    uname(&names)
    return withUnsafeBytes(of: &names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
