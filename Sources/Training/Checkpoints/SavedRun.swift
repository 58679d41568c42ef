import Datasets
import NeuralNet
import TensorCore

/// A run as the newest whole checkpoint of a folder holds it.
package struct SavedRun {
    package let path: String
    /// What is wrong with newer files, which were passed over.
    package let damaged: [DatasetError]
    /// With the loss that was minimised, and without a validation dataset.
    package let settings: TrainingSettings
    /// Epochs that are done, and batches of the one under way.
    package var progress: (epochs: Int, batches: Int) { (position.epoch, position.batch) }

    /// How a translator read and wrote text.
    let coding: TextCoding?
    let tensors: [String: Tensor]
    let description: RunDescription
    let loss: Loss
    let position: Run.Position
    let history: [EpochFigures]
    let bestEpoch: Int?
    let patienceStart: Int
    let order: [Int]?

    /// The newest run of a folder; `nil` where there is none yet.
    ///
    /// - Throws: `DatasetError` where no checkpoint can be read; `TrainingError.resume` for one of another version.
    package static func newest(in folder: CheckpointFolder) throws -> SavedRun? {
        try folder.newest().map { try SavedRun($0.contents, path: $0.path, damaged: $0.damaged) }
    }

    /// The run that a file holds.
    ///
    /// - Throws: As `newest`.
    package init(path: String) throws {
        try self.init(Safetensors.readChecked(path), path: path, damaged: [])
    }

    private init(_ contents: Safetensors.Contents, path: String, damaged: [DatasetError]) throws {
        self.path = path
        self.damaged = damaged
        guard contents.metadata("format") == Checkpoint.formatName else {
            throw TrainingError.resume(reason: "\(path) is not a checkpoint")
        }
        guard let version = contents.metadata("version"), version == String(Checkpoint.formatVersion) else {
            throw TrainingError.resume(
                reason: "\(path) has the format \(contents.metadata("version") ?? "without a version"), "
                    + "and this dls reads the format \(Checkpoint.formatVersion)")
        }
        coding = contents.metadata(TextCoding.metadataName).flatMap { TextCoding(metadataText: $0) }
        let json: JSON
        do { json = try JSON(parsing: contents.metadata("run") ?? "") } catch {
            throw TrainingError.resume(reason: "the record of the run in \(path) is not JSON: \(error.reason)")
        }
        let reader = RecordReader(json)
        description = try RunDescription(reader("description"))
        loss = try Loss(reader("loss"))
        var settings = try TrainingSettings(reader("settings"))
        settings.loss = loss
        self.settings = settings
        position = try Run.Position(reader("position"))
        history = try reader.array("history").map { try EpochFigures(RecordReader($0)) }
        bestEpoch = try reader.optional("best_epoch")?.integer()
        patienceStart = try reader.integer("patience_from")
        tensors = Dictionary(contents.tensors.map { ($0.name, $0.value) }) { first, _ in first }
        order = tensors["order"].map { $0.dtype == .int64 ? $0.integers() : [] }
    }

    /// The tensors whose names begin with `prefix`, without it; for none, those of the model itself.
    func state(_ prefix: String?) -> [String: Tensor] {
        var state: [String: Tensor] = [:]
        for (name, value) in tensors {
            if let prefix {
                if name.hasPrefix(prefix + "/") { state[String(name.dropFirst(prefix.count + 1))] = value }
            } else if name != "order", !name.contains("/") {
                state[name] = value
            }
        }
        return state
    }

    /// Refuses a place in the training that there is not, whoever wrote it.
    func check(batchCount: Int, exampleCount: Int) throws {
        let isPlace =
            position.epoch == history.count && history.enumerated().allSatisfy { $1.epoch == $0 + 1 }
            && (0...batchCount).contains(position.batch) && (0...exampleCount).contains(position.exampleCount)
            && [position.right, position.answerCount ?? 0, position.targetCount].allSatisfy {
                (0..<1 << 48).contains($0)
            }
            && (0...history.count).contains(patienceStart)
            && (bestEpoch.map { (1...max(history.count, 1)).contains($0) } ?? true)
        guard isPlace else { throw TrainingError.resume(reason: "\(path) is at a place that no training comes to") }
        if let order {
            let isWhole = settings.weights != nil || Set(order).count == order.count
            guard order.count == exampleCount, isWhole,
                order.allSatisfy({ $0 >= 0 && $0 < exampleCount })
            else {
                throw TrainingError.resume(reason: "\(path) has no order of \(exampleCount) examples")
            }
        }
    }
}

extension Run {
    /// Goes on from what a checkpoint holds: state of model and optimizer, history and place.
    ///
    /// - Throws: `NeuralNetError` where the state is not that of the model; nothing has changed then.
    func restore(_ saved: SavedRun) throws {
        let before = try model.stateDictionary()
        try model.load(state: saved.state(nil))
        do {
            try optimizer.load(state: saved.state("optimizer"))
        } catch {
            try model.load(state: Dictionary(uniqueKeysWithValues: before.map { ($0.name, $0.value) }))
            throw error
        }
        position = saved.position
        history = saved.history
        patienceStart = saved.patienceStart
        if let epoch = saved.bestEpoch { best = BestWeights(epoch: epoch, state: saved.state("best")) }
    }
}
