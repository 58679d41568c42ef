import CSQLite
import Foundation
import RunStore
import Runtime
import TensorCore
import Testing
import Training

/// A folder of its own for a test, removed with it.
final class TestFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/dls-runs-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var file: String { path + "/.dls/runs.sqlite" }

    func write(_ bytes: [UInt8]) throws {
        try FileManager.default.createDirectory(atPath: path + "/.dls", withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: file))
    }

    func bytes() throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: file))) }
}

/// A connection of another program, closed with it.
final class OtherProgram {
    private var handle: OpaquePointer?

    init(_ path: String) throws { try #require(sqlite3_open(path, &handle) == SQLITE_OK) }
    deinit { sqlite3_close(handle) }

    func execute(_ sql: String) throws { try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK) }
}

func beginning(rate: Double = 0.1, process: Int = Int(getpid())) -> RunBeginning {
    var names = utsname()
    uname(&names)
    let host = withUnsafeBytes(of: &names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return RunBeginning(
        started: 1_700_000_000, model: "small", modelSource: "model small() { linear 2 }", parameterCount: 6,
        data: "points", dataFingerprint: "0123456789abcdef", exampleCount: 2,
        settings: Record([("lr", .number(rate)), ("optimizer", .string("adam"))]),
        parameters: Record([("epochs", .number(20))]), sweep: Record([("rate", .number(rate))]),
        seed: .max - 3, threads: 2, version: "0.1.0", host: host, process: process)
}

func figures(_ epoch: Int) -> EpochFigures {
    EpochFigures(
        epoch: epoch, loss: 1 / Double(epoch), accuracy: 0.5, validationLoss: nil, validationAccuracy: nil,
        learningRate: 0.1, seconds: 2)
}

@Suite struct RunStoreTests {
    let folder: TestFolder
    let store: RunStore

    init() throws {
        folder = try TestFolder()
        store = RunStore(path: folder.file)
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return Failure(wrapping: error).diagnostic.message }
        return "no error"
    }

    // MARK: Keeping

    @Test func aRunIsKeptWithAllItHas() throws {
        let id = try #require(store.begin(beginning()))
        store.add([figures(1)], to: id)
        store.add([figures(2)], to: id)
        #expect(try store.runs(only: id)[0].ending == "running")
        store.end(id, ending: "finished", seconds: 4.5)
        try store.setNote("the \"first\"", of: id)

        let kept = try #require(try RunStore(path: folder.file).runs(only: nil).first)
        #expect(kept.id == 1)
        #expect(kept.beginning.model == "small")
        #expect(kept.beginning.modelSource == "model small() { linear 2 }")
        #expect(kept.beginning.seed == UInt64.max - 3)
        #expect(kept.beginning.settings["lr"]?.asNumber == 0.1)
        #expect(kept.beginning.parameters["epochs"]?.asNumber == 20)
        #expect(kept.beginning.sweep["rate"]?.asNumber == 0.1)
        #expect(kept.history == [figures(1), figures(2)])
        #expect(kept.ending == "finished")
        #expect(kept.seconds == 4.5)
        #expect(kept.note == "the \"first\"")
        #expect(store.takeProblem() == nil)
    }

    @Test func nothingIsMadeBeforeTheFirstTraining() throws {
        #expect(try store.runs(only: nil).isEmpty)
        #expect(try store.query("select * from runs").rowCount == 0)
        #expect(message { try store.forget(1) } == "no run 1 is kept")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/.dls"))
    }

    @Test func aRunWhoseProcessIsGoneWasKilled() throws {
        // Beyond the greatest number that Linux gives.
        _ = store.begin(beginning(process: 1 << 23))
        #expect(try store.runs(only: nil)[0].ending == "killed")
    }

    @Test func aForgottenRunIsGoneAndItsNumberIsNotUsedAgain() throws {
        _ = store.begin(beginning())
        store.add([figures(1)], to: 1)
        try store.forget(1)
        #expect(try store.runs(only: nil).isEmpty)
        #expect(try store.query("select * from history").rowCount == 0)
        #expect(store.begin(beginning()) == 2)
        #expect(message { try store.setNote("x", of: 1) } == "no run 1 is kept")
    }

    @Test func severalStoresWriteAtOnce() throws {
        let path = folder.file
        let group = DispatchGroup()
        for _ in 0..<8 {
            DispatchQueue.global().async(group: group) {
                let store = RunStore(path: path, busySeconds: 60)
                for _ in 0..<10 {
                    guard let id = store.begin(beginning()) else { continue }
                    store.add([figures(1)], to: id)
                    store.end(id, ending: "finished", seconds: 1)
                }
            }
        }
        group.wait()
        let runs = try store.runs(only: nil)
        #expect(runs.count == 80)
        #expect(runs.allSatisfy { $0.history.count == 1 && $0.ending == "finished" })
        #expect(Set(runs.map(\.id)).count == 80)
    }

    @Test func rowsOfSweepsAreKeptByTheirKey() {
        #expect(store.sweepRows(["a"]) == [:])
        store.keepSweepRow("{}", key: "a")
        #expect(RunStore(path: folder.file).sweepRows(["a", "b"]) == ["a": "{}"])
        store.forgetSweepRows(["a"])
        #expect(store.sweepRows(["a", "b"]) == [:])
    }

    /// Whoever copies the file alone, without what SQLite keeps beside it, has all runs that have ended.
    @Test func theFileAloneHasAllThatHasEnded() throws {
        let id = try #require(store.begin(beginning()))
        store.add([figures(1)], to: id)
        store.end(id, ending: "finished", seconds: 1)
        let copy = try TestFolder()
        try copy.write(folder.bytes())
        let runs = try RunStore(path: copy.file).runs(only: nil)
        #expect(runs.map(\.ending) == ["finished"] && runs.first?.history.count == 1)
    }

    @Test func theEnvironmentSaysWhere() {
        #expect(RunStore.defaultPath { _ in nil } == ".dls/runs.sqlite")
        #expect(RunStore.defaultPath { _ in "" } == nil)
        #expect(RunStore.defaultPath { _ in "mine.db" } == "mine.db")
        #expect(RunStore.defaultPath { _ in "/tmp" } == "/tmp/runs.sqlite")
    }

    // MARK: Queries

    @Test func queriesReadAndNothingElse() throws {
        _ = store.begin(beginning(rate: 0.25))
        let table = try store.query("select id, json_extract(settings, '$.lr') as lr, 'x' as id from runs")
        #expect(table.columns.map(\.name) == ["id", "lr", "id_2"])
        #expect(table.column("lr")?[0].asNumber == 0.25)
        for query in [
            "delete from runs", "drop table runs", "pragma journal_mode = delete", "attach 'other.db' as other",
            "with r as (select 1) delete from runs", "with r as (select 1) insert into sweeps values (1, 2, 3)",
            "select 1; delete from runs", "select 1; select 2", "", "select \"mispelt\" from runs", "select from",
            "vacuum", "replace into sweeps values ('a', 'b', 1)",
        ] {
            #expect(message { _ = try store.query(query) } != "no error", "\(query)")
        }
        #expect(try store.runs(only: nil).count == 1)
        #expect(try store.query("select 1 as one; -- the end").column("one")?[0].asNumber == 1)
    }

    @Test func valuesOfEveryTypeOfSQLiteAreShown() throws {
        _ = store.begin(beginning())
        let table = try store.query(
            "select null, 3, 0.5, 'a' || char(0) || '\u{e9}', zeroblob(7), max(1) filter (where 0)")
        #expect(
            table.columns.map { $0.values[0].shortText }
                == ["none", "3", "0.5", Value.string("a\0\u{e9}").shortText, "\"7 bytes\"", "none"])
    }

    @Test func queriesHaveTheColumnsOfTheTableOfRuns() throws {
        let id = try #require(store.begin(beginning(rate: 0.25)))
        _ = store.begin(beginning(rate: 0.5))
        for epoch in 1...3 { store.add([figures(epoch)], to: id) }
        let table = try store.query("select id, optimizer, lr, epochs, loss from runs where lr < 0.3")
        #expect(table.columns.map(\.name) == ["id", "optimizer", "lr", "epochs", "loss"])
        #expect(
            table.columns.map { $0.values.map(\.shortText) } == [["1"], ["\"adam\""], ["0.25"], ["3"], ["\(1.0 / 3)"]])
        let all = try store.query("select * from runs")
        #expect(all.column("model_source")?.count == 2 && all.column("loss")?[1].isNone == true)
        let joined = try store.query("select avg(h.loss) as mean from runs r join history h on h.run = r.id")
        #expect(joined.column("mean")?[0].asNumber.map { abs($0 - (1 + 0.5 + 1.0 / 3) / 3) < 1e-12 } == true)
    }

    // MARK: Bad files

    /// Whatever the file holds, it stays as it is, training goes on, and asking says what is wrong.
    private func isLeftAlone(_ bytes: [UInt8], _ expected: String) throws {
        try folder.write(bytes)
        let store = RunStore(path: folder.file, busySeconds: 0.1)
        #expect(store.begin(beginning()) == nil)
        let problem = try #require(store.takeProblem())
        #expect(problem.contains(expected), "\(problem)")
        #expect(problem.contains("DLS_RUNS"))
        #expect(store.takeProblem() == nil)
        #expect(message { _ = try store.runs(only: nil) }.contains(expected))
        #expect(message { _ = try store.query("select 1") }.contains(expected))
        #expect(try folder.bytes() == bytes)
    }

    @Test func aFileThatIsNoDatabaseIsLeftAlone() throws {
        try isLeftAlone(Array(repeating: UInt8(ascii: "x"), count: 5000), "is damaged or no SQLite file")
    }

    @Test func aStoreOfANewerVersionIsLeftAlone() throws {
        _ = store.begin(beginning())
        try OtherProgram(folder.file).execute("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)")
        try isLeftAlone(try folder.bytes(), "were kept by a newer dls")
    }

    @Test func aDatabaseOfAnotherProgramIsLeftAlone() throws {
        try FileManager.default.createDirectory(atPath: folder.path + "/.dls", withIntermediateDirectories: true)
        try OtherProgram(folder.file).execute("CREATE TABLE bookmarks (url TEXT)")
        try isLeftAlone(try folder.bytes(), "is a database of another program")
    }

    /// A view that never ends stands where the runs are.
    @Test func aStoreWithCodeOfItsOwnIsLeftAlone() throws {
        _ = store.begin(beginning())
        try OtherProgram(folder.file).execute(
            "ALTER TABLE runs RENAME TO kept; CREATE VIEW runs AS WITH RECURSIVE r(n) AS "
                + "(SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT kept.* FROM kept, r; PRAGMA wal_checkpoint(TRUNCATE)"
        )
        try isLeftAlone(try folder.bytes(), "has views or triggers")
    }

    @Test func aLockedStoreIsSaidOnce() throws {
        _ = store.begin(beginning())
        let other = try OtherProgram(folder.file)
        try other.execute("BEGIN EXCLUSIVE")
        let locked = RunStore(path: folder.file, busySeconds: 0.05)
        #expect(locked.begin(beginning()) == nil)
        #expect(locked.takeProblem()?.contains("locked by another program") == true)
        #expect(locked.begin(beginning()) == nil)
        #expect(locked.takeProblem() == nil)
    }

    @Test func whatALockedStoreCouldNotTakeIsKeptLater() throws {
        _ = store.begin(beginning())
        let other = try OtherProgram(folder.file)
        let store = RunStore(path: folder.file, busySeconds: 0.05)
        try other.execute("BEGIN EXCLUSIVE")
        #expect(store.begin(beginning()) == nil)
        #expect(store.takeProblem()?.contains("is kept as soon as they are free") == true)
        try other.execute("ROLLBACK")
        let id = try #require(store.begin(beginning()))
        try other.execute("BEGIN EXCLUSIVE")
        #expect(!store.add([figures(1)], to: id))
        store.end(id, ending: "finished", seconds: 1)
        #expect(store.takeProblem()?.contains("this run is not kept") == true)
        try other.execute("ROLLBACK")
        #expect(store.add([figures(1), figures(2)], to: id))
        store.end(id, ending: "finished", seconds: 1)
        let run = try #require(try store.runs(only: id).first)
        #expect(run.history.count == 2 && run.ending == "finished")
        #expect(store.takeProblem() == nil)
    }

    @Test func aPlaceThatCannotBeWrittenIsSaid() {
        let store = RunStore(path: "/dev/null/runs.sqlite")
        #expect(store.begin(beginning()) == nil)
        #expect(store.takeProblem()?.contains("cannot be written") == true)
    }

    /// Every answer to a damaged file is a value or an error in words.
    @Test func damagedStoresNeverTrap() throws {
        for rate in [0.1, 0.2, 0.3] {
            let id = try #require(store.begin(beginning(rate: rate)))
            for epoch in 1...20 { store.add([figures(epoch)], to: id) }
        }
        try OtherProgram(folder.file).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        let whole = try folder.bytes()
        var damaged = stride(from: 0, to: whole.count, by: whole.count / 40).map { Array(whole.prefix($0)) }
        for position in stride(from: 0, to: whole.count, by: whole.count / 150) + Array(0..<100) {
            var bytes = whole
            bytes[position] ^= 0xff
            damaged.append(bytes)
        }
        for bytes in damaged {
            let copy = try TestFolder()
            try copy.write(bytes)
            let store = RunStore(path: copy.file, busySeconds: 0.05)
            for body: () throws -> Void in [
                { _ = try store.runs(only: nil).map { KeptRunObject($0).history } },
                { _ = try store.query("select * from runs, history") }, { try store.setNote("x", of: 1) },
            ] {
                let text = message(body)
                #expect(!text.isEmpty && !text.contains("Error("), "\(text)")
            }
            if let id = store.begin(beginning()) {
                store.add([figures(1)], to: id)
                store.end(id, ending: "finished", seconds: 1)
            }
            _ = store.takeProblem()
        }
    }
}

struct QueryInterruptTests {
    /// In a process of its own: all that runs in this one would stop.
    @Test(.timeLimit(.minutes(1))) func ctrlCEndsAQueryThatDoesNot() async {
        await #expect(processExitsWith: .success) {
            let folder = try TestFolder()
            let store = RunStore(path: folder.file)
            _ = store.begin(beginning())
            Interrupt.request()
            do {
                _ = try store.query(
                    "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n")
                Issue.record("an endless query ended")
            } catch {
                #expect(Failure(wrapping: error).isInterrupt)
            }
        }
    }
}
