import CSQLite
import Datasets
import Glibc
import Runtime
import TensorCore

extension RunStore {
    package func merge(_ patterns: [String]) throws -> RunMerge {
        // All are read before the first is written, so that one that cannot be read changes nothing.
        let contents = try paths(patterns).map { path in
            do {
                try FileAccess.check(path, for: .reading)
                return try RunStore(path: path, busySeconds: busySeconds).contents()
            } catch {
                var failure = Failure(wrapping: error)
                if failure.isInterrupt { throw failure }
                failure.diagnostic.help = ["nothing was merged: leave the file out, or run its part again"]
                throw failure
            }
        }
        do {
            guard let database = try database(creating: true) else { return RunMerge() }
            try database.wait(seconds: busySeconds)
            return try database.write { db in
                var merge = RunMerge(files: contents.count)
                try add(runsOf: contents, to: db, &merge)
                for row in contents.flatMap(\.rows) {
                    try db.execute("INSERT OR IGNORE INTO sweeps VALUES (?, ?, ?)", [row.key, row.row, row.kept])
                    merge.rows += db.changeCount
                }
                return merge
            }
        } catch { throw failure(error) }
    }

    // MARK: Files

    /// The stores that patterns name, but for this one.
    private func paths(_ patterns: [String]) throws -> [String] {
        guard !patterns.isEmpty else {
            throw Failure(
                "there is no file to merge", help: "name files of runs, such as \".dls/runs-part-*.sqlite\"")
        }
        var seen: Set<FileIdentity> = []
        if let own = FileIdentity(place) { seen.insert(own) }
        return try patterns.flatMap { pattern in
            var paths = try FileIdentity(pattern) == nil ? PathPattern.paths(pattern, most: 100_000) : [pattern]
            // Of a pattern: what SQLite keeps beside its files is part of them.
            if paths != [pattern] {
                paths.removeAll { path in ["-wal", "-shm", "-journal"].contains { path.hasSuffix($0) } }
            }
            guard !paths.isEmpty else {
                throw Failure("there is no file \(quoted(pattern)) to merge", help: "nothing was merged")
            }
            return paths.filter { path in FileIdentity(path).map { seen.insert($0).inserted } ?? true }
        }
    }

    private struct FileIdentity: Hashable {
        let device: UInt
        let number: UInt

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, number) = (UInt(status.st_dev), UInt(status.st_ino))
        }
    }

    private func contents() throws -> StoreContents {
        do {
            guard let contents = try read({ try StoreContents($0, place: place) }) else {
                throw Failure("there are no runs in \(place): the file is empty or not there")
            }
            return contents
        } catch { throw failure(error) }
    }

    // MARK: Runs

    private func add(runsOf contents: [StoreContents], to db: Database, _ merge: inout RunMerge) throws {
        let own = try StoreContents(db, place: place).runs
        var numbers = own.reduce(into: [String: Int]()) { $0[$1.origin] = $1.id }
        let unfinished = Set(own.filter { !$0.hasEnded }.map(\.origin))
        let all = contents.flatMap(\.runs)
        let ended = Set((own + all).filter { $0.isOfPart && $0.hasEnded }.map(\.training))
        var taken = own.filter(\.isOfPart).reduce(into: [:]) { $0[$1.training] = $1.process }
        // Runs of no part stay in the order of their files. Sorting keeps the order of what is equal.
        let ordered =
            all.filter { !$0.isOfPart } + all.filter(\.isOfPart).sorted { $0.order.lexicographicallyPrecedes($1.order) }
        for run in ordered {
            if let number = numbers[run.origin] {
                if unfinished.contains(run.origin), run.hasEnded {
                    try update(number, with: run, in: db)
                    merge.updatedRuns += 1
                }
                continue
            }
            if run.isOfPart {
                // One that was killed, and went on when its part was started again.
                if !run.hasEnded, ended.contains(run.training) { continue }
                // What stands outside the sweeps was trained by each part; what was not kept, by one started again.
                if let process = taken[run.training], process != run.process { continue }
                taken[run.training] = run.process
            }
            numbers[run.origin] = try insert(run, in: db)
            merge.runs += 1
        }
        try renumberResumed(contents, numbers, in: db)
    }

    private func insert(_ run: StoreContents.Run, in db: Database) throws -> Int {
        var values = run.values
        values["origin"] = .text(run.origin)
        values["resumed"] = .null
        let names = Schema.runColumns.map(\.name)
        try db.execute(
            "INSERT INTO runs (\(names.joined(separator: ", "))) VALUES (\(marks(names.count)))",
            names.map { values[$0] })
        let number = db.lastInsertedID
        try insertHistory(of: run, number, in: db)
        return number
    }

    private func update(_ number: Int, with run: StoreContents.Run, in db: Database) throws {
        let names = ["ending", "seconds", "ended"]
        let changes = names.map { "\($0) = ?" }.joined(separator: ", ")
        try db.execute("UPDATE runs SET \(changes) WHERE id = ?", names.map { run.values[$0] } + [number])
        try db.execute("DELETE FROM history WHERE run = ?", [number])
        try insertHistory(of: run, number, in: db)
    }

    private func insertHistory(of run: StoreContents.Run, _ number: Int, in db: Database) throws {
        for step in run.history {
            try db.execute(
                "INSERT INTO history (\(Schema.historyColumns.joined(separator: ", "))) "
                    + "VALUES (\(marks(Schema.historyColumns.count)))", [number] + step)
        }
    }

    /// A run that went on from another has that one's new number.
    private func renumberResumed(_ contents: [StoreContents], _ numbers: [String: Int], in db: Database) throws {
        for store in contents {
            let origins = store.runs.reduce(into: [Int: String]()) { $0[$1.id] = $1.origin }
            for run in store.runs {
                guard let resumed = run.values["resumed"].flatMap(Int.init(stored:)), let number = numbers[run.origin],
                    let first = origins[resumed].flatMap({ numbers[$0] }), first != number
                else { continue }
                try db.execute(
                    "UPDATE runs SET resumed = ? WHERE id = ? AND origin IS NOT NULL AND resumed IS NULL",
                    [first, number])
            }
        }
    }

    private func marks(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }
}
