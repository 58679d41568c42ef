import Autograd
import Datasets
import NeuralNet
import TensorCore

/// What can be known of a training before its first step: the smallest batch of an epoch goes through the model, so that
/// whatever fails with a batch fails now. Nothing has changed afterwards.
enum Rehearsal {
    /// Chooses the loss of a model on a dataset, and checks that they fit.
    ///
    /// - Parameters:
    ///   - dataset: As the model reads it.
    ///   - isTraining: Whether the batches are those of steps.
    ///   - shards: How many parts of a batch go through the model one by one.
    ///   - figures: Measured in training: one that cannot be fails before the weights have changed.
    /// - Throws: `TrainingError`; what the model throws.
    static func objective(
        _ loss: Loss?, for model: Model, on dataset: Dataset, batchSize: Int, isTraining: Bool, dropsLast: Bool = false,
        shards: Int = 1, figures: [TrainingFigure] = []
    ) throws -> Objective {
        guard dataset.count > 0 else { throw TrainingError.noExamples(dataset: dataset.name) }
        if isTraining { try model.checkOwnership() }
        // Tokens that a batch further on has, and the model has not.
        if model.isSequence, let embedding = model.children.first?.module as? Embedding {
            _ = try embedding.indices(Variable(dataset.x()))
        }
        guard !dropsLast || dataset.count >= batchSize else {
            throw TrainingError.setting(
                name: "drop_last",
                reason: "leaves no batch: \(dataset.name) has \(dataset.count) examples, and batch is \(batchSize)")
        }
        let rest = dropsLast ? 0 : dataset.count % batchSize
        let size = max(1, (rest > 0 ? rest : batchSize) / shards)
        func objective(ofBatch size: Int) throws -> Objective {
            try self.objective(loss, for: model, on: dataset, firstBatch: size, isTraining: isTraining, figures)
        }
        let found: Objective
        do { found = try objective(ofBatch: size) } catch {
            // What goes well with two examples fails because there is one, whichever layer says so.
            guard isTraining, size == 1, dataset.count > 1, (try? objective(ofBatch: 2)) != nil else { throw error }
            guard shards == 1 else {
                throw TrainingError.setting(
                    name: "shards",
                    reason: "is \(shards), which leaves one example in a shard, and "
                        + "\((error as? NeuralNetError)?.subject ?? model.name) needs more to train: "
                        + "give a larger batch, fewer shards, or drop_last=true where the last batch is short")
            }
            throw TrainingError.batchOfOne(
                layer: (error as? NeuralNetError)?.subject ?? model.name, batchSize: batchSize, count: dataset.count)
        }
        try checkNumbers(of: dataset, for: model)
        return found
    }

    private static func objective(
        _ loss: Loss?, for model: Model, on dataset: Dataset, firstBatch size: Int, isTraining: Bool,
        _ figures: [TrainingFigure]
    ) throws -> Objective {
        guard let batch = try Batches(dataset.taking(size), size: size).nextBatch() else {
            throw TrainingError.noExamples(dataset: dataset.name)
        }
        let buffers = model.buffers.map { ($0, $0.value) }
        // One that must not change has not changed.
        defer { for (buffer, value) in buffers { try? buffer.replace(with: value) } }
        return try dataset.task.objective(
            loss, for: model, on: dataset, trying: batch, ForwardContext(isTraining: isTraining), figures: figures)
    }

    /// Checks that the model has an answer to an example with a value that is not finite, if there is one.
    ///
    /// - Throws: `TrainingError` `.badExample`.
    private static func checkNumbers(of dataset: Dataset, for model: Model) throws {
        guard let found = try dataset.firstNonFinite() else { return }
        // A model may put a number in its place itself.
        guard let batch = try Batches(dataset.selecting([found.example]), size: 1).nextBatch(),
            let output = try? model.apply(batch.x, ForwardContext(isTraining: false)).value,
            !output.doubles().allSatisfy(\.isFinite)
        else { return }
        throw TrainingError.badExample(
            value: found.value, example: found.example, place: dataset.placeText(found.index), dataset: dataset.name)
    }

    /// The next batch size that leaves no batch of one example, of at least two.
    static func batchSize(after size: Int, count: Int) -> Int {
        (size + 1..<max(size + 1, count)).first { count % $0 != 1 } ?? count
    }
}
