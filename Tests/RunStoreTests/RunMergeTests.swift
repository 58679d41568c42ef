import Foundation
import RunStore
import Runtime
import Testing
import Training

@Suite struct RunMergeTests {
    let folder: TestFolder
    let whole: RunStore

    init() throws {
        folder = try TestFolder()
        whole = RunStore(path: folder.file)
    }

    private func store(_ name: String) -> RunStore { RunStore(path: folder.path + "/" + name + ".sqlite") }

    private func keep(
        _ rate: Double, in store: RunStore, part: String? = nil, stage: Int = 1, run: Int? = nil, ends: Bool = true,
        resuming resumed: Int? = nil, process: Int = 10
    ) throws -> Int {
        var start = beginning(rate: rate, process: process)
        (start.part, start.stage, start.sweepRun, start.resumed) = (part, stage, run, resumed)
        let id = try #require(store.begin(start))
        store.add([figures(1)], to: id)
        if ends { store.end(id, ending: "finished", seconds: 1) }
        return id
    }

    private var rates: [Double] {
        get throws { try whole.runs(only: nil).map { $0.beginning.settings["lr"]?.asNumber ?? .nan } }
    }

    private func failure(_ body: () throws -> Void) -> String {
        do { try body() } catch {
            let diagnostic = Failure(wrapping: error).diagnostic
            return ([diagnostic.message] + diagnostic.help).joined(separator: "\n")
        }
        return "no error"
    }

    @Test func runsOfPartsComeInTheOrderOfTheSweep() throws {
        let (first, second) = (store("a"), store("b"))
        for (store, part, run) in [(second, "2/2", 1), (second, "2/2", 3), (first, "1/2", 0), (first, "1/2", 2)] {
            _ = try keep(Double(run), in: store, part: part, run: run)
        }
        // Outside the sweep all parts train the same, and one that was started again does it twice.
        for (store, part, process) in [(first, "1/2", 10), (second, "2/2", 11), (second, "2/2", 12)] {
            _ = try keep(9, in: store, part: part, stage: 2, process: process)
        }
        _ = try keep(7, in: whole)
        #expect(try whole.merge([second.place, first.place]) == RunMerge(files: 2, runs: 5))
        #expect(try rates == [7, 0, 1, 2, 3, 9])
        #expect(try whole.runs(only: nil).map(\.id) == Array(1...6))
        #expect(try whole.runs(only: 3)[0].history == [figures(1)])
        #expect(try whole.merge([second.place, first.place]) == RunMerge(files: 2))
        // By way of another store, too.
        let third = store("c")
        _ = try third.merge([whole.place])
        #expect(try whole.merge([third.place, first.place, whole.place]) == RunMerge(files: 2))
    }

    @Test func aKilledRunThatWentOnIsLeftOut() throws {
        let part = store("a")
        _ = try keep(1, in: part, part: "1/2", run: 0, ends: false)
        _ = try keep(1, in: part, part: "1/2", run: 0)
        _ = try keep(2, in: part, part: "1/2", run: 2, ends: false)
        #expect(try whole.merge([part.place]) == RunMerge(files: 1, runs: 2))
        #expect(try rates == [1, 2])
        part.end(3, ending: "stopped", seconds: 8)
        part.add([figures(2)], to: 3)
        #expect(try whole.merge([part.place]) == RunMerge(files: 1, updatedRuns: 1))
        #expect(try whole.runs(only: 2)[0].history == [figures(1), figures(2)])
        #expect(try whole.runs(only: 2)[0].ending == "stopped")
    }

    @Test func runsOfNoPartStayInTheirOrder() throws {
        let other = store("a")
        let first = try keep(3, in: other, stage: 5)
        _ = try keep(1, in: other, resuming: first)
        _ = try keep(7, in: whole)
        _ = try whole.merge([other.place])
        #expect(try rates == [7, 3, 1])
        #expect(try whole.runs(only: 3)[0].beginning.resumed == 2)
    }

    @Test func rowsOfSweepsAreTakenIn() throws {
        let other = store("a")
        other.keepSweepRow("{\"a\":1}", key: "k")
        #expect(try whole.merge([other.place]) == RunMerge(files: 1, rows: 1))
        #expect(try whole.merge([other.place]) == RunMerge(files: 1))
        #expect(whole.sweepRows(["k"]) == ["k": "{\"a\":1}"])
    }

    @Test(arguments: [
        ("missing", "there is no file"), ("empty", "there are no runs in"), ("text", "damaged or no SQLite file"),
        ("foreign", "another program"), ("wrong", "`settings` of run 1"), ("cut", "damaged"),
    ]) func aFileThatCannotBeReadChangesNothing(_ kind: String, _ text: String) throws {
        let good = store("good")
        _ = try keep(1, in: good)
        let path = folder.path + "/\(kind).sqlite"
        switch kind {
        case "empty": try Data().write(to: URL(filePath: path))
        case "text": try Data(String(repeating: "no database ", count: 400).utf8).write(to: URL(filePath: path))
        case "foreign": try OtherProgram(path).execute("CREATE TABLE birds (name TEXT)")
        case "wrong":
            _ = try keep(2, in: store(kind))
            try OtherProgram(path).execute("UPDATE runs SET settings = x'00'")
        case "cut":
            for rate in 0..<200 { _ = try keep(Double(rate), in: store(kind)) }
            try OtherProgram(path).execute("PRAGMA wal_checkpoint(TRUNCATE)")
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes.resetBytes(in: 8192..<bytes.count)
            for ending in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + ending) }
            try bytes.write(to: URL(filePath: path))
        default: break
        }
        let told = failure { _ = try whole.merge([good.place, path]) }
        #expect(
            told.contains(text) && told.contains("\(kind).sqlite") && told.contains("nothing was merged"), "\(told)")
        #expect(!FileManager.default.fileExists(atPath: folder.file))
    }
}
