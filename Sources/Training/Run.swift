import NeuralNet
import TensorCore

/// What an epoch came to.
package struct EpochFigures: Equatable, Sendable {
    /// Counted from 1.
    package let epoch: Int
    /// The mean over the epoch's targets, in training mode, while the weights changed.
    package let loss: Double
    /// Likewise; `nil` where answers are not classes.
    package let accuracy: Double?
    /// Of the validation dataset, after the epoch.
    package let validationLoss: Double?
    package let validationAccuracy: Double?
    /// Of the epoch's last step.
    package let learningRate: Double
    /// Of training and validation together.
    package let seconds: Double
    /// Of the validation dataset, where its examples are sentences.
    package let validationErrorRate: Double?
    /// Figures of one's own; those of validation begin with `val_`.
    package internal(set) var others: [NamedFigure] = []

    package init(
        epoch: Int, loss: Double, accuracy: Double?, validationLoss: Double?, validationAccuracy: Double?,
        learningRate: Double, seconds: Double, validationErrorRate: Double? = nil
    ) {
        self.epoch = epoch
        self.loss = loss
        self.accuracy = accuracy
        self.validationLoss = validationLoss
        self.validationAccuracy = validationAccuracy
        self.learningRate = learningRate
        self.seconds = seconds
        self.validationErrorRate = validationErrorRate
    }
}

/// A training: its settings, its model, what each epoch came to and how it ended.
///
/// It also holds what going on takes (optimizer, place in the epoch), so that a run that was stopped goes on to the
/// same bits as one that was not.
package final class Run {
    /// How a run ended.
    package enum Ending: Equatable {
        case finished
        /// Stopped on request, after a whole batch.
        case interrupted
        /// `patience` epochs brought no improvement.
        case plateau
        /// A function that is called after each epoch said so.
        case stopped
        /// The time that it was given is over; stopped after a whole batch.
        case outOfTime
        /// A step was refused because of a value that is not a finite number; no weight was changed by it.
        case notFinite(NonFiniteReport)
    }

    package let model: Model
    package internal(set) var settings: TrainingSettings
    /// The loss that was minimised.
    package let loss: Loss
    /// The epochs that were gone through whole.
    package internal(set) var history: [EpochFigures] = []
    /// `nil` while it runs.
    package internal(set) var ending: Ending?
    /// The name of the dataset and the number of its examples.
    package let datasetName: String
    package let exampleCount: Int

    /// Where to go on.
    var position = Position()
    let optimizer: Optimizer
    /// The steps that were taken.
    package var stepCount: Int { optimizer.stepCount }
    /// The weights of the best epoch so far, where they are wanted.
    var best: BestWeights?
    /// The epochs of the history that patience does not count: a run that stopped for lack of patience was resumed.
    var patienceStart = 0
    /// Batches that no step was taken for, because none of their labels counts.
    package internal(set) var skippedBatches = 0
    /// What the model held at the stop, where it got its best weights instead.
    var stateAtStop: [String: Tensor]?
    /// The epoch whose weights the model got at the end, because it was the best.
    package internal(set) var restoredEpoch: Int?

    init(_ model: Model, _ settings: TrainingSettings, loss: Loss, dataset: (name: String, count: Int)) throws {
        self.model = model
        self.settings = settings
        self.loss = loss
        datasetName = dataset.name
        exampleCount = dataset.count
        optimizer = try Optimizer(settings.optimizer, for: model)
    }

    /// The place in an epoch, with what its batches have come to so far.
    struct Position {
        var epoch = 0
        /// Batches of the epoch that are done.
        var batch = 0
        var lossSum = 0.0
        /// The targets whose losses these are.
        var targetCount = 0
        var exampleCount = 0
        var right = 0
        /// Answers that count; `nil` where they are not classes.
        var answerCount: Int? = 0
        var learningRate = 0.0
        var seconds = 0.0
        /// Sums of the figures of one's own, each batch by its examples.
        var figureSums: [Double] = []
        /// Of the last step.
        var lastLoss: Double?

        /// The mean loss so far.
        var loss: Double { lossSum / Double(targetCount) }
        var accuracy: Double? { answerCount.map { Double(right) / Double($0) } }
    }

    /// As many as the dataset gives; 0 before the first epoch.
    package internal(set) var batchesPerEpoch = 0

    /// Epochs that are done and, while one is under way, batches of it.
    package var progress: (epochs: Int, batches: Int) { (position.epoch, position.batch) }

    /// The history by columns, by the names that scripts use; those without any figure are left out.
    package var columns: [(name: String, values: [Double])] { Self.columns(of: history) }

    package static func columns(of history: [EpochFigures]) -> [(name: String, values: [Double])] {
        let names = (history.last?.others ?? []).map(\.name)
        let others = names.map { name in
            (name, { (figures: EpochFigures) in figures.others.first { $0.name == name }?.value })
        }
        let all: [(String, (EpochFigures) -> Double?)] =
            [
                ("epoch", { Double($0.epoch) }), ("loss", \.loss), ("accuracy", \.accuracy),
                ("val_loss", \.validationLoss), ("val_accuracy", \.validationAccuracy),
                ("val_error_rate", \.validationErrorRate),
            ] + others + [("lr", \.learningRate), ("seconds", \.seconds)]
        return all.compactMap { name, figure in
            let values = history.map(figure)
            guard history.isEmpty || values.contains(where: { $0 != nil }) else { return nil }
            return (name, values.map { $0 ?? .nan })
        }
    }
}

/// Where a value that is not finite turned up, and in which step.
package struct NonFiniteReport: Equatable {
    package let error: NeuralNetError
    /// Counted from 1.
    package let epoch: Int
    package let batch: Int
    /// The example of the dataset, counted from 0, where the value belongs to one.
    package let example: Int?
    package let datasetName: String
    /// The loss of the step before; `nil` where it was the first.
    package let lastLoss: Double?
    /// The process that found it, where several train together.
    package var rank: Int?

    /// One sentence: what, where, in which step.
    package var message: String {
        let example = example.map { ", example \($0) of \(datasetName)" } ?? ""
        let loss = lastLoss.map { ", after a loss of \(numberText($0.rounded(toDigits: 4)))" } ?? ""
        let rank = rank.map { ", on rank \($0)" } ?? ""
        return "\(error.message) (epoch \(epoch), batch \(batch)\(example)\(loss)\(rank))"
    }

    package var help: String? { error.help }
}
