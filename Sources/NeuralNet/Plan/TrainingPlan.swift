import Autograd
import TensorCore

/// The steps of a plain classifier in fused kernels over buffers that are made once: what `Optimizer.step` does with a
/// tape, for batches of one shape.
///
/// A plan exists for sequences of float32 layers that the fused kernels know (convolution with ReLU and 2 x 2 max
/// pooling, linear with or without ReLU, ReLU, dropout, flatten) and cross entropy over classes. Random numbers are
/// those that the tape would draw.
package final class TrainingPlan {
    package struct Result: Equatable, Sendable {
        /// The sum of the losses of the examples that count, before the step.
        package let lossSum: Double
        /// Examples whose greatest score is that of their class, of those that count.
        package let hits: Int
        package let examples: Int

        /// The mean loss.
        package var loss: Double { lossSum / Double(examples) }
    }

    private let stages: [any PlanStage]
    /// Those that update their weights themselves, and the rest of the vectors.
    private let fused: [LinearStage]
    private let rest: Optimizer.Ranges
    /// What flows into each stage, during a step.
    private var inputs: [Tensor] = []
    private let inputShape: [Int]
    private let optimizer: Optimizer
    private let flat: FlatParameters
    private let ignored: Int
    private let smoothing: Double
    private let scoreGradient: Tensor
    /// Told where each stage ends, while a profile is made.
    package var times: StepTimes?
    /// The layers that each stage stands for.
    package private(set) var stageLayers: [[any Module]] = []

    /// Plans the steps of an optimizer's model for batches of a shape, or gives nil where there is no plan for them.
    ///
    /// - Parameters:
    ///   - inputShape: With the batch on axis 0.
    ///   - loss: The mean cross entropy, or `nll` over a last `log_softmax`.
    /// - Throws: `TensorError.outOfMemory`, `NeuralNetError` where the parameters cannot be prepared.
    package static func make(for optimizer: Optimizer, inputShape: [Int], loss: Loss) throws -> TrainingPlan? {
        guard let model = optimizer.module as? Model, model.isBuilt, loss.reduction == .mean,
            var layers = model.plainLayers
        else { return nil }
        let ignored: Int
        let smoothing: Double
        switch loss.function {
        case let loss as CrossEntropyLoss where loss.weight.isEmpty:
            (ignored, smoothing) = (loss.ignoreIndex, loss.labelSmoothing)
        case let loss as NLLLoss where loss.weight.isEmpty:
            // The last softmax and the loss are one kernel.
            guard let last = layers.popLast() as? Softmax, last.isLog, last.axis == -1 || last.axis == 1 else {
                return nil
            }
            (ignored, smoothing) = (loss.ignoreIndex, 0)
        default: return nil
        }
        let flat = try optimizer.prepared()
        guard flat.dtype == .float32 else { return nil }
        var builder = StageBuilder(training: (optimizer, flat), shape: inputShape, layers: layers)
        guard let stages = try builder.build(), builder.shape.count == 2 else { return nil }
        let plan = TrainingPlan(
            stages, optimizer, flat, inputShape: inputShape, ignored: ignored, smoothing: smoothing,
            scoreGradient: try Tensor.zeros(builder.shape))
        plan.stageLayers = builder.stageLayers
        return plan
    }

    private init(
        _ stages: [any PlanStage], _ optimizer: Optimizer, _ flat: FlatParameters, inputShape: [Int], ignored: Int,
        smoothing: Double, scoreGradient: Tensor
    ) {
        self.stages = stages
        fused = stages.compactMap { $0 as? LinearStage }.filter { $0.updatedPart != nil }
        rest = optimizer.ranges(without: fused.compactMap(\.updatedPart))
        inputs.reserveCapacity(stages.count)
        self.optimizer = optimizer
        self.flat = flat
        self.inputShape = inputShape
        self.ignored = ignored
        self.smoothing = smoothing
        self.scoreGradient = scoreGradient
    }

    /// Whether it can still be used: the optimizer's parameters are where they were.
    package var isCurrent: Bool {
        optimizer.flat === flat && !flat.parts.contains { $0.parameter.isFrozen }
    }

    /// Takes a step.
    ///
    /// - Parameters:
    ///   - x: Float32, contiguous, of the planned shape.
    ///   - classes: Int64, contiguous, `[N]`.
    ///   - key: What dropout draws from in this step.
    /// - Returns: Nil where a value was not finite: nothing has changed, and a step with a tape can tell why.
    /// - Throws: `TensorError.classOutOfRange` for a class that is not there.
    package func step(_ x: Tensor, classes: Tensor, key: RandomKey, learningRate: Double) throws -> Result? {
        precondition(x.shape == inputShape)
        try flat.home()
        var draws = PlanDraws(key: key)
        defer {
            inputs.removeAll(keepingCapacity: true)
            for stage in fused { stage.endStep() }
        }
        var value = x
        for (index, stage) in stages.enumerated() {
            inputs.append(value)
            value = try stage.forward(value, &draws)
            times?.mark(.forward, .stage(index))
        }
        let outcome = try CrossEntropy.run(
            value, classes: classes, ignoring: ignored, smoothing: smoothing, gradient: scoreGradient)
        guard outcome.loss.isFinite else { return nil }
        times?.mark(.loss)
        var gradient = scoreGradient
        var index = stages.count
        while index > 0 {
            index -= 1
            gradient = try stages[index].backward(gradient, input: inputs[index], wantsInputGradient: index > 0)
            times?.mark(.backward, .stage(index))
        }
        guard try update(learningRate) else { return nil }
        times?.mark(.optimizer)
        return Result(lossSum: outcome.lossSum, hits: outcome.hits, examples: outcome.rows)
    }

    /// Takes the step by the gradients; false where one is not finite, and nothing has changed.
    private func update(_ learningRate: Double) throws -> Bool {
        do {
            if fused.isEmpty {
                _ = try optimizer.update(learningRate: learningRate)
            } else if fused.allSatisfy(\.isSurelyFinite) {
                let step = try optimizer.updateByAdam(rest, learningRate: learningRate)
                for stage in fused { stage.update(step) }
            } else {
                for stage in fused { stage.writeGradient() }
                _ = try optimizer.update(learningRate: learningRate)
            }
            return true
        } catch is NonFiniteStep {
            return false
        }
    }
}

/// A piece of a plan: its buffers, and what it does with them.
protocol PlanStage: AnyObject {
    func forward(_ x: Tensor, _ draws: inout PlanDraws) throws -> Tensor
    /// Writes the parameters' gradients to their places; returns that of the input, or anything where it is not wanted.
    ///
    /// - Parameter gradient: That of the output, in memory that the stage may change.
    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor
}
