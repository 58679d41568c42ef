import Autograd
import Datasets
import NeuralNet

/// What a model learns of a dataset: what goes in, what its outputs are measured by, how a step is taken.
protocol LearningTask {
    /// Makes the parameters that are not there yet, and checks that the model fits.
    ///
    /// - Parameter dataset: As the model reads it.
    func prepare(_ model: Model, for dataset: Dataset, loss: Loss?) throws

    /// Sends a batch through the model, as a step and an evaluation do, and chooses what it is measured by.
    func objective(
        _ loss: Loss?, for model: Model, on dataset: Dataset, trying batch: Batch, _ context: ForwardContext,
        figures: [TrainingFigure]
    ) throws -> Objective

    /// Refuses settings that the task has no use for.
    func check(_ settings: TrainingSettings, on dataset: Dataset) throws

    /// Refuses a dataset to validate on that is of another task.
    func check(validation: Dataset, of dataset: Dataset) throws

    /// Takes steps on batches of the dataset.
    ///
    /// - Parameter cut: How the examples of a batch go through the model.
    func step(
        _ model: Model, _ dataset: Dataset, _ objective: Objective, _ optimizer: Optimizer, figures: [TrainingFigure],
        cut: StepCut
    ) -> any TrainingStep

    /// Lets the model remember of the dataset what it needs without it.
    func leave(_ dataset: Dataset, with model: Model) throws

    /// How good a model is on a dataset.
    ///
    /// - Parameter objective: What it is measured by, where that is known already.
    func evaluate(
        _ model: Model, _ dataset: Dataset, by objective: Objective?, loss: Loss?, figures: [TrainingFigure],
        batchSize: Int, shouldStop: () -> Bool
    ) throws -> Evaluation
}

extension Dataset {
    var task: any LearningTask { pairs == nil ? ExampleTask() : TranslationTask() }
}
