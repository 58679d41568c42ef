import Autograd
import Datasets
import NeuralNet
import TensorCore

/// How good a model is on a dataset.
package struct Evaluation: Equatable {
    /// The mean over all targets.
    package let loss: Double
    /// The part of right answers, from 0 to 1; `nil` where answers are not classes.
    package let accuracy: Double?
    /// The number of examples.
    package let count: Int
    package let seconds: Double
    /// The mean of edit distance over length of greedy translations; `nil` where examples are no sentences.
    package internal(set) var errorRate: Double?
    /// Figures of one's own, of all examples at once.
    package internal(set) var others: [NamedFigure] = []
}

/// Applies models without training them. Results do not depend on the batch size.
///
/// Between batches each function asks `shouldStop` and ends in `InterruptError` where it says so.
package enum Inference {
    /// Examples that go through the model at once, unless told otherwise.
    package static let batchSize = 256
    /// The most classes of a confusion matrix.
    static let greatestConfusion = 4096

    /// Returns the mean loss and the accuracy of a model.
    ///
    /// - Parameter loss: `nil`: what the model was last trained with, or else what `train` would minimise.
    /// - Throws: `TrainingError` where model, loss and dataset do not fit; `InterruptError`.
    package static func evaluate(
        _ model: Model, _ dataset: Dataset, loss: Loss? = nil, batchSize: Int = batchSize,
        shouldStop: () -> Bool = { Interrupt.isRequested }
    ) throws -> Evaluation {
        try evaluate(model, dataset, by: nil, loss: loss, batchSize: batchSize, shouldStop: shouldStop)
    }

    static func evaluate(
        _ model: Model, _ dataset: Dataset, by known: Objective?, loss: Loss? = nil, figures: [TrainingFigure] = [],
        batchSize: Int = batchSize, shouldStop: () -> Bool
    ) throws -> Evaluation {
        try dataset.task.evaluate(
            model, dataset, by: known, loss: loss, figures: figures, batchSize: batchSize, shouldStop: shouldStop)
    }

    /// Returns the model's outputs for all examples, shape `[examples, ...]`.
    ///
    /// - Throws: `NeuralNetError` where the examples do not fit the model; `InterruptError`.
    package static func outputs(
        _ model: Model, _ dataset: Dataset, batchSize: Int = batchSize,
        shouldStop: () -> Bool = { Interrupt.isRequested }
    ) throws -> Tensor {
        guard dataset.pairs == nil else { throw TrainingError.sentences(dataset: dataset.name) }
        guard dataset.count > 0 else { throw TrainingError.noExamples(dataset: dataset.name) }
        var parts: [Tensor] = []
        try forEachBatch(model, dataset, batchSize, shouldStop) { output, _ in parts.append(output.value) }
        return parts.count == 1 ? parts[0] : try Tensor.concat(parts, axis: 0)
    }

    /// Returns the class of each example, the one with the greatest output: int64, shape `[examples]`; of sequences, whose
    /// outputs are `[examples, steps, classes]`, that of each step.
    ///
    /// - Throws: `TrainingError.noClasses` where outputs have no axis of classes; as `outputs`.
    package static func classes(
        _ model: Model, _ dataset: Dataset, batchSize: Int = batchSize,
        shouldStop: () -> Bool = { Interrupt.isRequested }
    ) throws -> Tensor {
        let outputs = try outputs(model, dataset, batchSize: batchSize, shouldStop: shouldStop)
        return try classes(outputs, of: model, labels: dataset.targetShape)
    }

    /// Returns how often examples of class `i` (row) are taken for class `j` (column): int64 `[classes, classes]`.
    ///
    /// - Throws: `TrainingError` `.noTargets` without labels, `.noClasses`.
    package static func confusion(
        _ model: Model, _ dataset: Dataset, batchSize: Int = batchSize,
        shouldStop: () -> Bool = { Interrupt.isRequested }
    ) throws -> Tensor {
        guard let y = try dataset.y(), y.dtype == .int64 else { throw TrainingError.noTargets(dataset: dataset.name) }
        let labels = y.integers()
        let ignored = ignoredLabel(of: model)
        if let label = labels.filter({ $0 != ignored }).min(), label < 0 {
            throw TrainingError.negativeLabel(label: label, dataset: dataset.name)
        }
        var outputs = try outputs(model, dataset, batchSize: batchSize, shouldStop: shouldStop)
        if outputs.rank == 3, Objective.classAxis(outputs.shape, labels: y.shape) == 2 {
            outputs = try outputs.reshape([-1, outputs.shape[2]])
        }
        guard outputs.rank == 2, outputs.shape[0] == labels.count else {
            throw TrainingError.noClasses(output: outputs.shape)
        }
        let answers = try classes(outputs, of: model, labels: [labels.count]).integers()
        // One score tells two classes apart.
        let classCount = max(outputs.shape[1], 2, dataset.classCount ?? 0, min(labels.reduce(-1, max), .max - 1) + 1)
        guard classCount <= greatestConfusion else { throw TrainingError.tooManyClasses(count: classCount) }
        var counts = [Int](repeating: 0, count: classCount * classCount)
        for (label, answer) in zip(labels, answers) where label != ignored { counts[label * classCount + answer] += 1 }
        return try Tensor(counts, shape: [classCount, classCount])
    }

    static func forEachBatch(
        _ model: Model, _ dataset: Dataset, _ batchSize: Int, _ shouldStop: () -> Bool,
        _ body: (Variable, Tensor?) throws -> Void
    ) throws {
        let batches = try Batches(dataset, size: batchSize)
        while let batch = try batches.nextBatch() {
            if shouldStop() { throw InterruptError() }
            try body(model.infer(batch.x), batch.y)
        }
    }
}
