import Autograd
import TensorCore

/// `-sum over c of target_c * log_softmax(logits)_c`, where a class index stands for one at that class.
///
/// Logits `[N, C]` or `[N, C, d1, ...]`; targets are class indices `[N]` or `[N, d1, ...]`, or probabilities of the
/// logits' shape. With smoothing, targets are `(1 - smoothing) * target + smoothing / C` (Szegedy et al. 2016,
/// arXiv:1512.00567). Targets equal to `ignoreIndex` count neither in the sum nor in the mean.
package struct CrossEntropyLoss: LossFunction {
    package static let name = "cross_entropy"
    package static let summary =
        "The cross entropy of logits [N, C, ...] against classes [N, ...] or probabilities of the same shape."
    package static let example = "cross_entropy([[2.0, 1.0]], [0])"
    package static let settingTypes = [
        LossSetting<Self>("ignore_index", \.ignoreIndex), LossSetting<Self>("label_smoothing", \.labelSmoothing),
    ]
    package static let misfits = [LossMisfit(layer: "softmax", reason: .appliedTwice)]

    var ignoreIndex = -100
    var labelSmoothing = 0.0

    package init() {}

    package var answers: LossAnswers { .classes(ignoring: ignoreIndex) }

    package func checkSettings() throws {
        guard (0...1).contains(labelSmoothing) else {
            throw error(
                .setting(name: "label_smoothing", value: numberText(labelSmoothing), expected: "between 0 and 1"))
        }
    }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        if prediction.shape == target.shape, target.dtype.isFloatingPoint {
            return try reduced(ofShares(prediction, target), reduction)
        }
        return try prediction.crossEntropy(
            classes(target, for: prediction), ignoreIndex: ignoreIndex, labelSmoothing: labelSmoothing,
            reduction: reduction)
    }

    private func ofShares(_ logits: Variable, _ target: Variable) throws -> Variable {
        let axis = logits.rank == 1 ? 0 : 1
        // A single logit has no class, and the error says what is expected.
        guard logits.rank >= 1 else { return Variable(try classes(target, for: logits)) }
        let smooth =
            labelSmoothing == 0
            ? target : try target * (1 - labelSmoothing) + labelSmoothing / Double(max(logits.shape[axis], 1))
        return try -(logits.logSoftmax(axis: axis) * smooth).sum(axes: [axis])
    }
}

/// `-logProbabilities[target]`, for what `log_softmax` gives; shapes as for `cross_entropy` with class indices.
package struct NLLLoss: LossFunction {
    package static let name = "nll"
    package static let summary = "Minus the logarithm of the target's probability, for what `log_softmax` gives."
    package static let example = "nll(log_softmax([[2.0, 1.0]]), [0])"
    package static let settingTypes = [LossSetting<Self>("ignore_index", \.ignoreIndex)]
    package static let misfits = [
        LossMisfit(layer: "softmax", reason: .appliedTwice), LossMisfit(layer: "linear", reason: .noLogarithms),
    ]

    var ignoreIndex = -100

    package init() {}

    package var answers: LossAnswers { .classes(ignoring: ignoreIndex) }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        try prediction.negativeLogLikelihood(
            classes(target, for: prediction), ignoreIndex: ignoreIndex, reduction: reduction)
    }
}
