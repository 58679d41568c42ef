import Datasets
import Language
import TensorCore

/// Keeps the rows of a sweep that was stopped, so that it goes on from them when it is run again.
///
/// A row is kept by a hash of the sweep's text, the values of the swept names, the random key and everything that the
/// text reads of the code around it, functions with what they read; files that the block loads itself are known by
/// their names alone. What the hash cannot tell (a run, an optimizer from outside) is not kept.
///
/// Plain rows go to the store of runs. What is trained goes to checkpoints beside it, so that a run that was stopped in
/// the middle goes on there, and a row with a model comes back without training.
///
/// Of a sweep that has ended, marks stay with the numbers of what it trained: run again, it trains again, and tells so.
final class SweepKeeping {
    private let runs: [SweepRun]
    private let interpreter: Interpreter
    let isKeeping: Bool
    private let isFresh: Bool

    init(_ runs: [SweepRun], _ code: OuterCode, _ frame: Frame, isFresh: Bool) {
        self.runs = runs
        self.isFresh = isFresh
        interpreter = frame.interpreter
        // A sweep inside a run of another is part of that run.
        guard !frame.interpreter.isWorker else {
            isKeeping = false
            return
        }
        var fingerprint = ValueFingerprint()
        fingerprint.add(dlsBuild)
        fingerprint.add(code, in: frame)
        isKeeping = fingerprint.isComplete
        guard isKeeping else { return }
        for run in runs {
            var own = fingerprint
            own.add(.record(run.names), frame.interpreter)
            own.add(run.key)
            run.keptAs = own.isComplete ? own.text : nil
            if let keeper = interpreter.runKeeper, own.isComplete {
                run.folder = "\(Folder.parent(of: keeper.place))/sweeps/\(own.text)"
            }
        }
    }

    /// - Throws: `Failure` where no other session would know the rows again.
    func requireMerging(_ location: Diagnostic.Location) throws {
        if Interrupt.isRequested { throw Failure.interrupted.located(location) }
        guard !isKeeping || runs.contains(where: { $0.keptAs == nil }) else { return }
        throw Failure(
            "the rows of this sweep cannot be merged with those of other parts",
            help: "its block reads what has no fixed contents, such as a run or an optimizer: make it inside the block"
        ).located(location)
    }

    /// Gives runs that were finished before their rows.
    func restore() throws {
        guard isKeeping else { return }
        if isFresh { return forget() }
        let unknown = runs.compactMap(\.keptAs).filter { interpreter.keptSweepRows[$0] == nil }
        let stored = unknown.isEmpty ? [:] : interpreter.runKeeper?.sweepRows(unknown) ?? [:]
        for run in runs {
            guard let key = run.keptAs else { continue }
            let row: Record
            if let kept = interpreter.keptSweepRows[key] {
                row = kept
            } else if let text = stored[key], let json = try? JSON(parsing: text),
                case .record(let record)? = Value(json)
            {
                row = record
            } else {
                continue
            }
            run.outcome = .row(row)
            run.isRestored = true
        }
        let count = runs.count { $0.isRestored }
        let begun = runs.count { run in !run.isRestored && run.folder.map(Folder.exists) == true }
        guard count + begun > 0 else { return try tellOfTrained() }
        let goingOn =
            begun == 0 ? "" : begun == 1 ? ", 1 continues its training" : ", \(begun) continue their training"
        // What is recorded of a notebook does not depend on what was stopped before.
        try interpreter.sink.advise(
            "the sweep goes on: \(count) of \(runs.count) runs were finished before\(goingOn); "
                + "`fresh=true` starts all of them anew")
    }

    /// Says where the runs are that an earlier sweep trained from the same code, data and random numbers.
    private func tellOfTrained() throws {
        guard let keeper = interpreter.runKeeper else { return }
        let marks = keeper.sweepRows(runs.compactMap(\.keptAs).map(Self.mark))
        let ids = marks.values.flatMap { text -> [Int] in
            guard case .array(let ids)? = try? JSON(parsing: text) else { return [] }
            return ids.compactMap(\.asInteger)
        }
        guard !ids.isEmpty else { return }
        let list = ids.prefix(Self.mostToldRuns).map(String.init).joined(separator: ", ")
        let known = try? keeper.query("SELECT id FROM runs WHERE id IN (\(list)) ORDER BY id")
        let left = known?.column("id")?.compactMap(\.asInteger) ?? []
        guard let first = left.first, let last = left.last else { return }
        let isWhole = last - first == left.count - 1
        let numbers =
            isWhole
            ? "range(\(first), \(last + 1))" : "[\(left.prefix(20).map(String.init).joined(separator: ", "))]"
        let places = first == last ? "`run(\(first))`" : "`runs.where(r -> r.id in \(numbers))`"
        let share = marks.count == runs.count ? "this sweep" : "\(marks.count) of \(runs.count) runs of this sweep"
        try interpreter.sink.advise(
            "\(share) ran before with the same code, data and seeds: \(places) shows what was trained then. "
                + "It is trained again now, to the same results")
    }

    private static let mostToldRuns = 1000

    /// What the numbers of a run's trainings are kept by.
    private static func mark(_ key: String) -> String { "\(SweepMark.start)\(key)" }

    /// What a sweep that was stopped says of the rest of its runs.
    func wayToGoOn(unfinished: Int) -> String {
        guard isKeeping, runs.allSatisfy({ $0.keptAs != nil }) else {
            return "Run again, it starts from the beginning, for its block reads what has no fixed contents, such as a "
                + "run or an optimizer: make it inside the block, and a sweep that was stopped can continue"
        }
        let place = interpreter.runKeeper == nil ? "in this session" : "here or in a new session"
        let rest = unfinished == 1 ? "the last one" : "the other \(unfinished)"
        return "Run the same code again, \(place), and it does \(rest)"
    }

    func keep(_ run: SweepRun) {
        guard let key = run.keptAs, let row = run.row else { return }
        interpreter.keptSweepRows[key] = row
        // A row with a model or a run is made anew, of trainings that come back done.
        guard let json = Value.record(row).json, let keeper = interpreter.runKeeper else { return }
        keeper.keepSweepRow(json.text, key: key)
        if let folder = run.folder { Folder.remove(folder) }
    }

    /// When all is done.
    func finish() {
        forget()
        guard let keeper = interpreter.runKeeper else { return }
        for run in runs where run.row != nil && !run.trained.isEmpty {
            guard let key = run.keptAs else { continue }
            keeper.keepSweepRow(JSON.array(run.trained.map { .integer($0) }).text, key: Self.mark(key))
        }
    }

    /// Run again, it runs.
    private func forget() {
        let keys = runs.compactMap(\.keptAs)
        for key in keys { interpreter.keptSweepRows[key] = nil }
        interpreter.runKeeper?.forgetSweepRows(keys)
        for folder in runs.compactMap(\.folder) { Folder.remove(folder) }
    }
}

/// The keys of a store's rows of sweeps that are no rows: the numbers of the runs that an ended sweep has trained.
package enum SweepMark {
    package static let start = "done:"
}
