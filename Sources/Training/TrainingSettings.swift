import Datasets
import NeuralNet
import TensorCore

/// What `train` is told: how long, in which portions, by which rule.
package struct TrainingSettings {
    /// Passes over the dataset.
    package var epochs: Int
    /// Examples in a batch; the last of an epoch may have fewer.
    package var batchSize: Int
    /// The rule, with its learning rate and the clipping of gradients.
    package var optimizer: OptimizerSettings
    package var schedule: Schedule
    /// `nil`: cross entropy or nll for labels, the mean squared error for other targets.
    package var loss: Loss?
    /// What the model is evaluated on after each epoch.
    package var validation: Dataset?
    /// What the order of examples and dropout are drawn from.
    package var seed: UInt64
    /// Whether each epoch goes through the examples in an order of its own.
    package var shuffle: Bool
    /// What epochs are compared by; `nil`: the accuracy in validation, or else the loss there, or else in training.
    package var monitor: Metric?
    /// Training stops after so many epochs without an improvement.
    package var patience: Int?
    /// Whether the model has the weights of its best epoch in the end, however it ends.
    package var restoresBest = false
    /// Seconds after which a call of `train` stops.
    package var timeLimit: Double?
    /// Figures of one's own, by epoch.
    package var figures: [TrainingFigure] = []
    /// Whether a last batch that is not full is left out.
    package var dropsLast = false
    /// How often each example is drawn; nil: each once in an epoch.
    package var weights: ExampleWeights?
    /// What changes the examples of a step.
    package var augmentation: Augmentation?
    /// Batches whose gradients make one step.
    package var accumulated = 1

    /// Parts of a batch, a power of two of them, whose gradients are computed apart and added up in a fixed order.
    package var shards = 1
    /// Processes that compute the shards together; nil: this one alone.
    package var peers: (any Peers)?
    /// The words for an error that only one of them has.
    package var errorText: (any Error) -> String = { "\($0)" }

    /// How the examples of a step go through the model.
    var cut: StepCut {
        if shards > 1 { return .shards(Sharding(count: shards, peers: peers, errorText: errorText)) }
        return accumulated > 1 ? .pieces(size: batchSize) : .whole
    }

    /// Examples of a step.
    var stepSize: Int { SizeArithmetic.product([batchSize, accumulated]) }

    package init(
        epochs: Int = 1, batchSize: Int = 32, optimizer: OptimizerSettings = OptimizerSettings(.adam()),
        schedule: Schedule = .constant, loss: Loss? = nil, validation: Dataset? = nil, seed: UInt64 = 0,
        shuffle: Bool = true
    ) {
        self.epochs = epochs
        self.batchSize = batchSize
        self.optimizer = optimizer
        self.schedule = schedule
        self.loss = loss
        self.validation = validation
        self.seed = seed
        self.shuffle = shuffle
    }

    /// The examples of the steps; a dataset that is augmented already stays as it is.
    ///
    /// - Throws: `DatasetError` where the augmentation does not take them, what a function of the script throws.
    func augmenting(_ dataset: Dataset) throws -> Dataset {
        guard let augmentation, dataset.augmentation == nil else { return dataset }
        return try dataset.augmented(augmentation)
    }

    private static let greatestEpochs = 1_000_000

    /// Refuses numbers that no training can work with.
    ///
    /// - Throws: `TrainingError.setting`, `NeuralNetError` `.setting`.
    func validate() throws {
        guard epochs > 0, epochs <= TrainingSettings.greatestEpochs else {
            throw TrainingError.setting(
                name: "epochs", reason: "is \(epochs), and must be from 1 to \(TrainingSettings.greatestEpochs)")
        }
        guard batchSize > 0 else {
            throw TrainingError.setting(name: "batch", reason: "is \(batchSize), and must be at least 1")
        }
        if let patience, patience < 1 {
            throw TrainingError.setting(name: "patience", reason: "is \(patience), and must be at least 1")
        }
        if let timeLimit, !(timeLimit > 0) {
            throw TrainingError.setting(name: "time", reason: "must be more than 0 seconds")
        }
        guard accumulated > 0 else {
            throw TrainingError.setting(name: "accumulate", reason: "is \(accumulated), and must be at least 1")
        }
        try checkShards()
        guard weights == nil || shuffle else {
            throw TrainingError.setting(name: "weights", reason: "draws examples at random, and shuffle is false")
        }
        if let taken = figures.first(where: { TrainingFigure.takenNames.contains($0.name) }) {
            throw TrainingError.setting(
                name: "metrics", reason: "has `\(taken.name)`, which every training records: give it another name")
        }
        if let taken = figures.first(where: { $0.name.hasPrefix("val_") }) {
            throw TrainingError.setting(
                name: "metrics",
                reason: "has `\(taken.name)`, and names that begin with val_ are those of figures in validation")
        }
        try optimizer.validate()
        try schedule.validate()
    }

    private static let greatestShards = 256

    private func checkShards() throws {
        func isPower(_ number: Int) -> Bool { number > 0 && number & (number - 1) == 0 }
        guard isPower(shards), shards <= Self.greatestShards else {
            throw TrainingError.setting(
                name: "shards",
                reason: "is \(shards), and must be a power of two from 1 to \(Self.greatestShards), such as 4")
        }
        guard shards <= batchSize else {
            throw TrainingError.setting(
                name: "shards",
                reason: "is \(shards), and a batch has \(batchSize) examples: a shard needs one at least")
        }
        guard shards == 1 || accumulated == 1 else {
            throw TrainingError.setting(
                name: "shards",
                reason: "and accumulate both cut a step: batch=\(stepSize) with shards alone needs no more memory "
                    + "where shards is at least \(accumulated)")
        }
        guard let peers else { return }
        guard isPower(peers.count), peers.count <= shards else {
            throw TrainingError.ranks(count: peers.count, shards: shards)
        }
    }

    /// The learning rate of a step, counted from 0 over all epochs.
    ///
    /// - Parameter history: The epochs that are done.
    func rate(at step: Int, stepsPerEpoch: Int, history: [EpochFigures]) throws -> Double {
        try schedule.rate(
            optimizer.learningRate, at: step, stepsPerEpoch: stepsPerEpoch, totalSteps: epochs * stepsPerEpoch,
            figures: figures(of: history))
    }

    /// What a plateau looks at: the figure to monitor, or else the loss in validation, or else in training.
    private func figures(of history: [EpochFigures]) -> [Double] {
        guard case .plateau = schedule.shape else { return [] }
        let metric = monitor ?? (validation == nil ? .loss : .validationLoss)
        return history.map { figures in
            let value = metric.value(of: figures) ?? .nan
            return metric.isAccuracy ? -value : value
        }
    }

    /// Refuses to go on from a run whose rates would have been others with so many epochs.
    ///
    /// - Throws: `TrainingError.scheduleLasts`.
    func checkSchedule(from other: TrainingSettings) throws {
        guard schedule.dependsOnLength, schedule == other.schedule, epochs != other.epochs else { return }
        throw TrainingError.scheduleLasts(epochs: other.epochs, given: epochs)
    }

    /// The first setting that decides what the steps of a run are and differs from `other`, as a sentence.
    ///
    /// - Parameter canChange: Settings that may differ.
    func difference(from other: TrainingSettings, loss: Loss, except canChange: Set<String> = []) -> String? {
        if let given = self.loss, given != loss { return "loss was \(loss.name), and is \(given.name) now" }
        let limits: Set<String> = ["epochs", "patience", "time"]
        for (now, then) in zip(json.named(), other.json.named())
        where now != then && !limits.contains(now.name) && !canChange.contains(now.name) {
            let name = now.name == then.name ? now.name : "schedule"
            if canChange.contains(name) { continue }
            return "\(name) was \(then.text), and is \(now.text) now"
        }
        return nil
    }
}

extension JSON {
    /// The values at the ends of nested objects, by the names of the arguments that set them.
    fileprivate func named(_ group: String = "", _ name: String = "") -> [NamedText] {
        guard let members else {
            let isGroup = name == "name" || name == "kind" || group == "schedule"
            return [NamedText(name: isGroup ? group : name, text: asString ?? (isNull ? "none" : text))]
        }
        return members.flatMap { member in
            let isInner = member.name == "constants" || group == "schedule"
            return member.value.named(isInner ? group : name.isEmpty ? member.name : name, member.name)
        }
    }
}

private struct NamedText: Equatable {
    let name: String
    let text: String
}
