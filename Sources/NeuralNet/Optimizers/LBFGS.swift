import Autograd
import TensorCore

/// Limited-memory BFGS: steps along the inverse of the Hessian that the last changes of weights and gradients show.
///
/// One step of the optimizer is up to `maxIterations` of it, each with the loss evaluated anew, without a line search:
/// it is for losses of the whole data, without random draws. Liu and Nocedal 1989, doi:10.1007/BF01589116; formulas, defaults and
/// conditions to end are those of PyTorch's `LBFGS` with `line_search_fn=None`.
package final class LBFGS {
    package struct Settings: Equatable, Sendable {
        /// The most iterations of a step.
        package var maxIterations = 20
        /// The most evaluations of the loss in a step; a quarter more than iterations unless given.
        package var maxEvaluations: Int?
        /// A step ends where no gradient is greater.
        package var gradientTolerance = 1e-7
        /// A step ends where neither the loss nor a weight changes by more.
        package var changeTolerance = 1e-9
        /// How many changes are remembered.
        package var historySize = 100

        package init() {}
    }

    package let settings: Settings
    private var iterationCount = 0
    private var pairs: [(change: Tensor, gradientChange: Tensor, inverse: Double)] = []
    private var scale = 1.0
    private var lastGradient: Tensor?
    private var lastChange: Tensor?

    package init(_ settings: Settings) throws {
        self.settings = settings
        func check(_ name: String, _ isRight: Bool, _ value: String, _ expected: String) throws {
            guard isRight else {
                throw NeuralNetError(subject: "lbfgs", .setting(name: name, value: value, expected: expected))
            }
        }
        try check("max_iter", settings.maxIterations >= 1, "\(settings.maxIterations)", "at least 1")
        try check("history_size", settings.historySize >= 1, "\(settings.historySize)", "at least 1")
        if let most = settings.maxEvaluations { try check("max_eval", most >= 1, "\(most)", "at least 1") }
        for (name, value) in [
            ("tolerance_grad", settings.gradientTolerance), ("tolerance_change", settings.changeTolerance),
        ] { try check(name, value >= 0, numberText(value), "at least 0") }
    }

    /// Forgets what it has seen, where the weights are others than before.
    private func reset() {
        (iterationCount, pairs, scale, lastGradient, lastChange) = (0, [], 1, nil, nil)
    }

    /// Minus the gradient, times what is known of the inverse Hessian.
    private func direction(_ gradient: Tensor) throws -> Tensor {
        if let lastGradient, let lastChange {
            let gradientChange = try Tensor.combine(.subtract, gradient, lastGradient)
            let product = try Tensor.dot(gradientChange, lastChange).item()
            if product > 1e-10 {
                if pairs.count == settings.historySize { pairs.removeFirst() }
                pairs.append((lastChange, gradientChange, 1 / product))
                scale = try product / Tensor.dot(gradientChange, gradientChange).item()
            }
        }
        var result = try gradient.combined(.multiply, with: -1)
        func add(_ tensor: Tensor, _ factor: Double) throws {
            result = try Tensor.combine(.add, result, tensor.combined(.multiply, with: factor))
        }
        var shares: [Double] = []
        for pair in pairs.reversed() {
            let share = try Tensor.dot(pair.change, result).item() * pair.inverse
            shares.append(share)
            try add(pair.gradientChange, -share)
        }
        result = try result.combined(.multiply, with: scale)
        for (pair, share) in zip(pairs, shares.reversed()) {
            try add(pair.change, share - Tensor.dot(pair.gradientChange, result).item() * pair.inverse)
        }
        return result
    }

    /// Takes a step; `evaluate` gives the loss, the gradient, and the weights of now, which are
    /// changed in place.
    ///
    /// - Returns: The loss at the start.
    fileprivate func run(
        rate: Double, evaluate: () throws -> (loss: Double, gradient: Tensor, weights: Tensor)
    ) throws -> Optimizer.StepReport {
        var (loss, gradient, weights) = try evaluate()
        let report = Optimizer.StepReport(loss: loss)
        if let lastGradient, lastGradient.count != gradient.count { reset() }
        let mostEvaluations = settings.maxEvaluations ?? settings.maxIterations * 5 / 4
        var isDone = try greatest(gradient) <= settings.gradientTolerance
        var iteration = 0
        while !isDone, iteration < settings.maxIterations {
            try Interrupt.check()
            iteration += 1
            iterationCount += 1
            let direction = try direction(gradient)
            let slope = try Tensor.dot(gradient, direction).item()
            let size = iterationCount == 1 ? try min(1, 1 / gradient.map(.abs).reduced(.sum).item()) * rate : rate
            lastGradient = gradient
            let change = try direction.combined(.multiply, with: size)
            lastChange = change
            if slope > -settings.changeTolerance { break }
            try Recording.settle()
            OptimizerPasses.descend(weights, change, rate: -1, decay: 0)
            let before = loss
            if iteration < settings.maxIterations {
                (loss, gradient, weights) = try evaluate()
                isDone = try greatest(gradient) <= settings.gradientTolerance
            }
            let isStill = try greatest(change) <= settings.changeTolerance
            isDone =
                isDone || isStill || iteration + 1 >= mostEvaluations
                || iteration < settings.maxIterations && abs(loss - before) < settings.changeTolerance
        }
        return report
    }

    private func greatest(_ x: Tensor) throws -> Double { try x.map(.abs).reduced(.max).item() }

    /// What a step that fails gives back.
    fileprivate var memory: () -> Void {
        let kept = (iterationCount, pairs, scale, lastGradient, lastChange)
        return { [self] in (iterationCount, pairs, scale, lastGradient, lastChange) = kept }
    }
}

extension Optimizer {
    /// Takes a step by L-BFGS, which evaluates the loss several times, each time with the same random draws.
    ///
    /// - Throws: As the other `step`; no weight has changed then.
    package func step(
        key: RandomKey, by method: LBFGS, loss: (ForwardContext) throws -> Variable
    ) throws -> StepReport {
        let buffers = module.buffers.map { ($0, $0.value) }
        let recall = method.memory
        var before: Tensor?
        defer { flat?.noteWrites() }
        do {
            let report = try method.run(rate: learningRate) {
                let value = try recordedGradients(key: key, fusesUpdate: false, loss: loss)
                guard let flat else { throw NeuralNetError(subject: module.displayName, .noParameters) }
                if before == nil { before = try flat.values.copy() }
                guard OptimizerPasses.sumOfSquares(flat.gradients).isFinite else { throw NonFiniteStep.gradient }
                return (value, try flat.gradients.copy(), flat.values)
            }
            stepCount += 1
            return report
        } catch {
            defer { recall() }
            var result = error
            if let refused = error as? NonFiniteStep {
                let found = try NonFiniteSearch(module: module, key: key).run(refused, loss)
                result = NeuralNetError(subject: module.displayName, .nonFinite(found))
            }
            for (buffer, value) in buffers { try buffer.replace(with: value) }
            if let before, let flat { try OptimizerPasses.write(before, into: flat.values, at: 0) }
            throw result
        }
    }
}
