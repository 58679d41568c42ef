import Autograd
import TensorCore

/// How far predictions are from their targets, as one number to minimise.
///
///     let loss = try Loss.crossEntropy()(logits, Variable(labels))   // [8, 10], [8] -> []
///
/// Defaults and the order of the arguments are PyTorch's.
package struct Loss: Equatable, Sendable {
    package enum Function: Equatable, Sendable {
        /// `-sum over c of target_c * log_softmax(logits)_c`, where a class index stands for one at that class.
        ///
        /// Logits `[N, C]` or `[N, C, d1, ...]`; targets are class indices `[N]` or `[N, d1, ...]`, or probabilities
        /// of the logits' shape. With smoothing, targets are `(1 - smoothing) * target + smoothing / C` (Szegedy et
        /// al. 2016, arXiv:1512.00567). Targets equal to `ignoreIndex` count neither in the sum nor in the mean.
        case crossEntropy(ignoreIndex: Int = -100, labelSmoothing: Double = 0)
        /// `-logProbabilities[target]`, for what `log_softmax` gives; shapes as for `crossEntropy` with class indices.
        case nll(ignoreIndex: Int = -100)
        /// `(prediction - target)^2`; both of the same shape.
        case mse
        /// `|prediction - target|`; both of the same shape.
        case mae
        /// `-(target * log(p) + (1 - target) * log(1 - p))`; both of the same shape. With logits
        /// `p = sigmoid(prediction)`, computed without overflow; without, the logarithms are at least -100.
        case bce(withLogits: Bool = false)
    }

    package var function: Function
    /// `mean` divides by the number of targets that count, `none` keeps one loss for each.
    package var reduction: LossReduction

    package init(_ function: Function, reduction: LossReduction = .mean) {
        self.function = function
        self.reduction = reduction
    }

    package static func crossEntropy(
        ignoreIndex: Int = -100, labelSmoothing: Double = 0, reduction: LossReduction = .mean
    ) -> Loss {
        Loss(.crossEntropy(ignoreIndex: ignoreIndex, labelSmoothing: labelSmoothing), reduction: reduction)
    }
    package static func nll(ignoreIndex: Int = -100, reduction: LossReduction = .mean) -> Loss {
        Loss(.nll(ignoreIndex: ignoreIndex), reduction: reduction)
    }
    package static func mse(reduction: LossReduction = .mean) -> Loss { Loss(.mse, reduction: reduction) }
    package static func mae(reduction: LossReduction = .mean) -> Loss { Loss(.mae, reduction: reduction) }
    package static func bce(withLogits: Bool = false, reduction: LossReduction = .mean) -> Loss {
        Loss(.bce(withLogits: withLogits), reduction: reduction)
    }

    /// The name that scripts use.
    package var name: String {
        switch function {
        case .crossEntropy: "cross_entropy"
        case .nll: "nll"
        case .mse: "mse"
        case .mae: "mae"
        case .bce(let withLogits): withLogits ? "bce_with_logits" : "bce"
        }
    }

    /// Whether targets may be class indices, so that predictions have an accuracy.
    package var takesClasses: Bool {
        switch function {
        case .crossEntropy, .nll: true
        case .mse, .mae, .bce: false
        }
    }

    /// The loss of predictions; the gradient flows into both where they are tracked.
    ///
    /// - Throws: `NeuralNetError` `.lossShapes`, `.lossDtype`, `.setting`; `AutogradError.classOutOfRange`.
    package func callAsFunction(_ prediction: Variable, _ target: Variable) throws -> Variable {
        guard prediction.dtype.isFloatingPoint else {
            throw error(
                .lossDtype(what: "predictions", expected: "float32 or float64", actual: prediction.dtype.name))
        }
        switch function {
        case .crossEntropy(let ignored, let smoothing):
            guard (0...1).contains(smoothing) else {
                throw error(
                    .setting(name: "label_smoothing", value: numberText(smoothing), expected: "between 0 and 1"))
            }
            if prediction.shape == target.shape, target.dtype.isFloatingPoint {
                return try softCrossEntropy(prediction, target, smoothing)
            }
            return try prediction.crossEntropy(
                classes(target, for: prediction), ignoreIndex: ignored, labelSmoothing: smoothing,
                reduction: reduction)
        case .nll(let ignored):
            return try prediction.negativeLogLikelihood(
                classes(target, for: prediction), ignoreIndex: ignored, reduction: reduction)
        case .mse:
            try checkSameShape(prediction, target)
            return try reduced((prediction - target).square())
        case .mae:
            try checkSameShape(prediction, target)
            return try reduced((prediction - target).abs())
        case .bce(let withLogits):
            try checkSameShape(prediction, target)
            return try withLogits ? logitsEntropy(prediction, target) : binaryEntropy(prediction, target)
        }
    }

    // MARK: - Functions

    private func softCrossEntropy(_ logits: Variable, _ target: Variable, _ smoothing: Double) throws -> Variable {
        let axis = logits.rank == 1 ? 0 : 1
        guard logits.rank >= 1 else { throw wrongShapes(logits, target, classesExpected) }
        let smooth =
            smoothing == 0
            ? target : try target * (1 - smoothing) + smoothing / Double(max(logits.shape[axis], 1))
        let losses = try -(logits.logSoftmax(axis: axis) * smooth).sum(axes: [axis])
        return try reduced(losses)
    }

    /// `target * softplus(-x) + (1 - target) * softplus(x)`: the logarithms of `sigmoid(x)` and `1 - sigmoid(x)`, exact
    /// where these are all but 0 or 1.
    private func logitsEntropy(_ logits: Variable, _ target: Variable) throws -> Variable {
        try reduced(target * (-logits).softplus() + (1 - target) * logits.softplus())
    }

    private func binaryEntropy(_ probability: Variable, _ target: Variable) throws -> Variable {
        let values = probability.value
        if values.count > 0 {
            for extreme in [try values.reduced(.min).item(), try values.reduced(.max).item()]
            where extreme < 0 || extreme > 1 {
                throw error(.notProbability(value: numberText(extreme)))
            }
        }
        return try reduced(probability.binaryCrossEntropy(target))
    }

    private func reduced(_ losses: Variable) throws -> Variable {
        switch reduction {
        case .mean: try losses.mean()
        case .sum: try losses.sum()
        case .none: losses
        }
    }

    // MARK: - Checks

    private var classesExpected: String { "predictions [N, C, ...] and class indices [N, ...]" }

    private func classes(_ target: Variable, for prediction: Variable) throws -> Tensor {
        let isRow = prediction.rank == 1 && target.rank == 0
        let expected = prediction.shape.prefix(1) + prediction.shape.dropFirst(2)
        guard isRow || (prediction.rank >= 2 && target.shape == Array(expected)) else {
            throw wrongShapes(prediction, target, classesExpected)
        }
        return try wholeNumbers(target.value) { error(.notWhole(what: "class indices", dtype: target.dtype.name)) }
    }

    private func checkSameShape(_ prediction: Variable, _ target: Variable) throws {
        guard prediction.shape == target.shape else {
            throw wrongShapes(prediction, target, "predictions and targets of one shape")
        }
    }

    private func wrongShapes(_ prediction: Variable, _ target: Variable, _ expected: String) -> NeuralNetError {
        error(.lossShapes(prediction: prediction.shape, target: target.shape, expected: expected))
    }

    private func error(_ reason: NeuralNetError.Reason) -> NeuralNetError {
        NeuralNetError(subject: name, reason)
    }
}
