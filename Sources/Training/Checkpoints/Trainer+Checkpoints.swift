import Datasets
import NeuralNet

extension Trainer {
    /// Prepares to go on from a checkpoint as if the run had never been stopped: a run that is done comes back as it
    /// ended.
    ///
    /// - Parameter settings: Those of the run, with the validation data; epochs, patience and time may be others.
    /// - Throws: `TrainingError.resume`, which names the difference, where dataset, model or a setting is not the
    ///   run's.
    package convenience init(
        restoring saved: SavedRun, _ model: Model, _ dataset: Dataset, _ settings: TrainingSettings
    ) throws {
        try settings.validate()
        guard dataset.count > 0 else { throw TrainingError.noExamples(dataset: dataset.name) }
        let dataset = try Trainer.prepare(
            model, for: settings.augmenting(dataset), loss: settings.loss, coding: saved.coding)
        let description = RunDescription(model, dataset, validation: settings.validation)
        if let difference = description.difference(from: saved.description)
            ?? settings.difference(from: saved.settings, loss: saved.loss)
        {
            throw TrainingError.resume(reason: difference)
        }
        let rest = settings.dropsLast || dataset.count.isMultiple(of: settings.stepSize) ? 0 : 1
        try saved.check(batchCount: dataset.count / settings.stepSize + rest, exampleCount: dataset.count)
        try settings.checkSchedule(from: saved.settings)
        guard (settings.epochs, 0) >= (saved.position.epoch, saved.position.batch) else {
            throw TrainingError.resume(
                reason: "it is in epoch \(saved.position.epoch + (saved.position.batch > 0 ? 1 : 0)) already, "
                    + "and epochs is \(settings.epochs)")
        }
        // A function of the script is the one that is given now.
        let loss = saved.loss.script == nil ? saved.loss : settings.loss ?? saved.loss
        let run = try Run(model, settings, loss: loss, dataset: (dataset.name, dataset.count))
        try self.init(run, dataset)
        try run.restore(saved)
        orderUnderWay = saved.order
        self.description = description
    }

    /// Writes a checkpoint of the run as it is now: rank 0 does, with what the others keep.
    func save() throws {
        try run.optimizer.gatherState()
        guard let checkpointer else { return }
        let isUnderWay = run.position.batch > 0
        checkpointer.write(
            try Checkpoint(
                of: run, order: isUnderWay ? batches.currentOrder : nil, batchesPerEpoch: batches.count,
                description: description), at: run.position)
    }

    /// Whatever has ended the training, the folder holds where it ended.
    func saveAtEnd() throws {
        try run.optimizer.gatherState()
        guard let checkpointer else { return }
        if checkpointer.isBehind(run.position) { try save() }
        checkpointer.finish()
    }
}
