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
        guard count + begun > 0 else { return }
        let goingOn = begun > 0 ? "; \(begun) go on from what they have trained" : ""
        try interpreter.sink.emit(
            .note(
                "the sweep goes on: \(count) of \(runs.count) runs were finished before\(goingOn); "
                    + "`fresh=true` runs all again"))
    }

    func keep(_ run: SweepRun) {
        guard let key = run.keptAs, let row = run.row else { return }
        interpreter.keptSweepRows[key] = row
        // A row with a model or a run is made anew, of trainings that come back done.
        guard let json = Value.record(row).json, let keeper = interpreter.runKeeper else { return }
        keeper.keepSweepRow(json.text, key: key)
        if let folder = run.folder { Folder.remove(folder) }
    }

    /// When all is done: run again, it runs.
    func forget() {
        let keys = runs.compactMap(\.keptAs)
        for key in keys { interpreter.keptSweepRows[key] = nil }
        interpreter.runKeeper?.forgetSweepRows(keys)
        for folder in runs.compactMap(\.folder) { Folder.remove(folder) }
    }
}
