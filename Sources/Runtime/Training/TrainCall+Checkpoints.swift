import Datasets
import TensorCore
import Training

extension TrainCall {
    /// A trainer of a new run, or of one that a folder of checkpoints holds.
    func checkpointedTrainer() throws -> Trainer {
        if let sweepFolder { return try trainer(inSweep: sweepFolder) }
        if let peers, peers.rank > 0 { return try trainer(following: peers) }
        let folder = try checkpointFolder("checkpoint")
        // `resume="folder"` alone also goes on writing there.
        let isSame = !call.has("checkpoint") || call.optionalText("checkpoint") == call.optionalText("resume")
        let source = isSame && folder != nil ? folder : try checkpointFolder("resume")
        let target = folder ?? source
        let saved = call.has("resume") ? try source.flatMap { try SavedRun.newest(in: $0) } : nil
        // Those that follow read what this one has found.
        if call.has("resume") { _ = try peers?.texts(saved?.path ?? "") }
        if let target, saved == nil || !isSame, try !target.isEmpty {
            throw Failure(
                "\(quoted(target.path)) holds the checkpoints of an earlier run",
                help: ["resume=\(quoted(target.path)) goes on with it", "another folder, or an empty one, starts anew"])
        }
        let trainer: Trainer
        if let saved {
            trainer = try self.trainer(from: saved)
        } else {
            trainer = try Trainer(model, dataset, try settings())
        }
        trainer.checkpointer = try target.map(checkpointer)
        if let saved, isSame { trainer.checkpointer?.start(from: saved) }
        return trainer
    }

    /// A trainer beside that of rank 0, which alone opens folders and writes to them.
    private func trainer(following peers: MessagePassing) throws -> Trainer {
        let path = call.has("resume") ? try peers.texts("")[0] : ""
        return path.isEmpty ? try Trainer(model, dataset, settings()) : try trainer(from: SavedRun(path: path))
    }

    private func trainer(from saved: SavedRun) throws -> Trainer {
        // Whether it resumes or not, a script draws the same numbers afterwards.
        _ = try call.key("seed")
        let trainer = try Trainer(restoring: saved, model, dataset, settings(from: saved.settings))
        for error in saved.damaged { try note("a damaged checkpoint was passed over: \(error.message)") }
        try note("goes on after \(EndingText.place(saved.progress)) (\(saved.path))")
        return trainer
    }

    /// In a run of a sweep: goes on from what this training has come to before the sweep was stopped.
    private func trainer(inSweep path: String) throws -> Trainer {
        let settings = try settings()
        guard Folder.exists(path), let folder = try? CheckpointFolder(path: path),
            let saved = try? SavedRun.newest(in: folder),
            let trainer = try? Trainer(restoring: saved, model, dataset, settings)
        else { return try Trainer(model, dataset, settings) }
        trainer.checkpointer = Checkpointer(folder: folder, every: .seconds(Self.sweepInterval))
        trainer.checkpointer?.start(from: saved)
        return trainer
    }

    private static var sweepInterval: Double { 20 }

    /// Keeps a training of a sweep as soon as it has taken longer than keeping it does.
    func keepInSweep(_ trainer: Trainer) {
        guard let sweepFolder, trainer.checkpointer == nil,
            start.duration(to: .now) > .seconds(1)
        else { return }
        Folder.make(Folder.parent(of: sweepFolder))
        // Where it cannot be kept, it is trained all the same.
        trainer.checkpointer = (try? CheckpointFolder(path: sweepFolder)).map {
            Checkpointer(folder: $0, every: .seconds(Self.sweepInterval))
        }
    }

    func checkpointFolder(_ parameter: String) throws -> CheckpointFolder? {
        guard call.has(parameter) else { return nil }
        if let run = call.value(parameter).object(as: KeptRunObject.self) {
            throw Failure(
                "run \(run.kept.id) was kept without its weights, so no training can continue it",
                help: "name the folder of its checkpoints, if it had one: resume=\"runs/a\"")
        }
        guard let path = call.optionalText(parameter) else {
            throw call.failure(
                parameter, takes: parameter == "resume" ? "a run, or a folder of checkpoints" : "the name of a folder")
        }
        return try CheckpointFolder(path: path)
    }

    func checkpointer(_ folder: CheckpointFolder) throws -> Checkpointer {
        let wrong = call.failure(
            "every", takes: "a number of epochs, or a text such as \"500 batches\", \"2 epochs\", \"30s\" or \"5 min\"")
        guard let (number, unit) = DurationText.amount(call.value("every")), number > 0 else { throw wrong }
        switch unit {
        case "", "epoch", "epochs":
            guard let count = Int(exactly: number) else { throw wrong }
            return Checkpointer(folder: folder, every: .epochs(count))
        case "batch", "batches", "step", "steps":
            guard let count = Int(exactly: number) else { throw wrong }
            return Checkpointer(folder: folder, every: .batches(count))
        default:
            guard let seconds = DurationText.seconds(call.value("every")) else { throw wrong }
            return Checkpointer(folder: folder, every: .seconds(seconds))
        }
    }

    /// Says that a checkpoint could not be written; returns whether there was something to say.
    func tell(_ failure: DatasetError?) throws -> Bool {
        guard let failure else { return false }
        try note("a checkpoint could not be written, and training goes on: \(failure.message)")
        return true
    }
}

extension Call {
    /// The text that a parameter has, if it is one.
    fileprivate func optionalText(_ parameter: String) -> String? { value(parameter).asString }
}
