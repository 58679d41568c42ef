import Datasets
import NeuralNet
import TensorCore

/// A training as it was after a step: all that going on to the same bits takes.
///
/// Tensors go by the names of the model's state, those of the optimizer after `optimizer/`, the best weights so far
/// after `best/`, and the order of an epoch under way is `order`. The rest is JSON.
package struct Checkpoint {
    /// In the files' metadata; files of another one are not read.
    static let formatVersion = 2
    static let formatName = "dls checkpoint"

    let tensors: [(name: String, value: Tensor)]
    let record: JSON
    /// How a translator reads and writes text.
    let coding: TextCoding?
    /// Steps taken, by which checkpoints are put in order.
    let step: Int

    var metadata: [(name: String, text: String)] {
        [("format", Self.formatName), ("version", String(Self.formatVersion)), ("run", record.text)]
            + (coding.map { [(TextCoding.metadataName, $0.metadataText)] } ?? [])
    }

    /// What a checkpoint is not for, in the words of the message that refuses it.
    static func refused(_ reason: String) -> TrainingError { .resume(reason: reason) }
}

// MARK: - Taking

extension Checkpoint {
    /// Copies the state of a run.
    ///
    /// - Parameters:
    ///   - order: Of the examples in the epoch under way.
    ///   - description: What model and data the run is of.
    init(of run: Run, order: [Int]?, batchesPerEpoch: Int, description: RunDescription) throws {
        var tensors = try run.model.stateDictionary()
        tensors += try run.optimizer.state().map { ("optimizer/\($0.name)", $0.value) }
        if let best = run.best { tensors += best.state.sorted { $0.key < $1.key }.map { ("best/\($0.key)", $0.value) } }
        if let order { tensors.append(("order", try Tensor(order.map(Int64.init), shape: [order.count]))) }
        self.tensors = tensors
        record = JSON([
            "description": description.json,
            "settings": run.settings.json,
            "loss": run.loss.json,
            "position": run.position.json,
            "history": .array(run.history.map(\.json)),
            "best_epoch": run.best.map { .integer($0.epoch) } ?? .null,
            "patience_from": .integer(run.patienceStart),
        ])
        step = run.position.epoch * batchesPerEpoch + run.position.batch
        coding = run.model.translating?.coding
    }
}

extension Checkpoint {
    /// Of the tensors of a checkpoint, those of the model; any others as they are.
    package static func weights(of tensors: [(name: String, value: Tensor)]) -> [(name: String, value: Tensor)] {
        guard tensors.contains(where: { $0.name == "optimizer/step" }) else { return tensors }
        return tensors.filter { $0.name != "order" && !$0.name.contains("/") }
    }
}
