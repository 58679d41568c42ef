import Autograd
import Datasets
import NeuralNet
import TensorCore

/// What one step came to.
package struct StepFigures {
    /// The mean over the batch, before the step.
    package let loss: Double
    /// Right answers, of those that count; `nil` where answers are no classes.
    package let hits: (right: Int, of: Int)?

    package init(loss: Double, hits: (right: Int, of: Int)?) {
        self.loss = loss
        self.hits = hits
    }
}

/// One step of training: forward, loss, backward, update. What carries it out can be exchanged.
package protocol TrainingStep: AnyObject {
    /// - Parameter key: What this step's dropout draws from.
    /// - Throws: `NeuralNetError` `.nonFinite` before any weight has changed.
    func callAsFunction(_ batch: Batch, learningRate: Double, key: RandomKey) throws -> StepFigures
}

/// Carries out a step operation by operation, with a tape.
final class EagerStep: TrainingStep {
    private let model: Model
    private let objective: Objective
    private let optimizer: Optimizer

    init(_ model: Model, _ objective: Objective, _ optimizer: Optimizer) {
        self.model = model
        self.objective = objective
        self.optimizer = optimizer
    }

    func callAsFunction(_ batch: Batch, learningRate: Double, key: RandomKey) throws -> StepFigures {
        guard let y = batch.y else { throw TrainingError.noTargets(dataset: "the batch") }
        var hits: (right: Int, of: Int)?
        let report = try optimizer.step(key: key, learningRate: learningRate) { context in
            let output = try model.apply(batch.x, context)
            hits = try objective.hits(output.value, y)
            return try objective(output, y)
        }
        return StepFigures(loss: report.loss, hits: hits)
    }
}

/// Carries out steps by a plan for each batch size, and by another way where there is none.
final class PlannedStep: TrainingStep {
    private let optimizer: Optimizer
    private let loss: Loss
    private let otherwise: any TrainingStep
    /// By the number of examples: a whole batch, and the rest at the end of an epoch.
    private var plans: [Int: TrainingPlan] = [:]
    private var isPlannable = true

    init(_ optimizer: Optimizer, _ loss: Loss, otherwise: any TrainingStep) {
        self.optimizer = optimizer
        self.loss = loss
        self.otherwise = otherwise
    }

    func callAsFunction(_ batch: Batch, learningRate: Double, key: RandomKey) throws -> StepFigures {
        if let plan = try plan(for: batch), let y = batch.y,
            let result = try plan.step(batch.x, classes: y, key: key, learningRate: learningRate)
        {
            return StepFigures(loss: result.loss, hits: (right: result.hits, of: result.examples))
        }
        return try otherwise(batch, learningRate: learningRate, key: key)
    }

    private func plan(for batch: Batch) throws -> TrainingPlan? {
        guard isPlannable, batch.x.dtype == .float32, batch.x.isContiguous, let y = batch.y, y.dtype == .int64,
            y.rank == 1, y.isContiguous
        else { return nil }
        if let plan = plans[batch.count], plan.isCurrent { return plan }
        let plan = try TrainingPlan.make(for: optimizer, inputShape: batch.x.shape, loss: loss)
        if plans.count > 4 { plans = [:] }
        plans[batch.count] = plan
        isPlannable = plan != nil
        return plan
    }
}
