import Datasets
import NeuralNet

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
        try optimizer.validate()
        try schedule.validate()
    }

    /// The first setting that differs from `other` and decides what the steps of a run are.
    func difference(from other: TrainingSettings) -> String? {
        if batchSize != other.batchSize { return "batch" }
        if seed != other.seed { return "seed" }
        if shuffle != other.shuffle { return "shuffle" }
        if loss != other.loss { return "loss" }
        var sameRate = optimizer
        sameRate.learningRate = other.optimizer.learningRate
        return sameRate == other.optimizer ? nil : "optimizer"
    }
}
