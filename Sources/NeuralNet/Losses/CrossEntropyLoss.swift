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
        LossSetting<Self>("weight", \.weight),
    ]
    package static let details =
        "weight: a number for each class, by which its losses count; the mean is then divided by the targets' weights."
    package static let misfits = [LossMisfit(layer: "softmax", reason: .appliedTwice)]

    var ignoreIndex = -100
    var labelSmoothing = 0.0
    /// By class; none: all count alike.
    var weight: [Double] = []

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
        if !weight.isEmpty { return try weighted(prediction, classes(target, for: prediction), reduction) }
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
        let shares = weight.isEmpty ? smooth : try smooth * byClass(weight, of: logits, setting: "weight")
        return try -(logits.logSoftmax(axis: axis) * shares).sum(axes: [axis])
    }

    private func weighted(_ logits: Variable, _ labels: Tensor, _ reduction: LossReduction) throws -> Variable {
        guard logits.rank > 1 else {
            let row = try weighted(logits.unsqueeze(0), labels.reshape([1]), reduction)
            return try row.reshape([])
        }
        let byClass = try byClass(weight, of: logits, setting: "weight")
        let losses = try logits.crossEntropy(labels, ignoreIndex: ignoreIndex, reduction: .none)
        // What does not count has no class.
        let counted = try labels.combined(.notEqual, with: Double(ignoreIndex))
        let known = try Tensor.select(counted, labels, .scalar(0, dtype: .int64))
        let weights = try Variable(
            Tensor.select(
                counted, byClass.value.flatten().take(known), .scalar(0, dtype: logits.dtype)))
        var result = try losses * weights
        if labelSmoothing > 0 {
            let spread = try -(logits.logSoftmax(axis: 1) * byClass).sum(axes: [1])
            let isCounted = Variable(try counted.cast(to: logits.dtype))
            result =
                try result * (1 - labelSmoothing) + spread * isCounted * (labelSmoothing / Double(logits.shape[1]))
        }
        return try reduction == .mean ? result.sum() / weights.sum() : reduced(result, reduction)
    }
}

/// `-logProbabilities[target]`, for what `log_softmax` gives; shapes as for `cross_entropy` with class indices.
package struct NLLLoss: LossFunction {
    package static let name = "nll"
    package static let summary = "Minus the logarithm of the target's probability, for what `log_softmax` gives."
    package static let example = "nll(log_softmax([[2.0, 1.0]]), [0])"
    package static let settingTypes = [
        LossSetting<Self>("ignore_index", \.ignoreIndex), LossSetting<Self>("weight", \.weight),
    ]
    package static let misfits = [
        LossMisfit(layer: "softmax", reason: .appliedTwice), LossMisfit(layer: "linear", reason: .noLogarithms),
    ]

    var ignoreIndex = -100
    /// By class; none: all count alike.
    var weight: [Double] = []

    package init() {}

    package var answers: LossAnswers { .classes(ignoring: ignoreIndex) }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        let labels = try classes(target, for: prediction)
        guard !weight.isEmpty, prediction.rank > 0 else {
            return try prediction.negativeLogLikelihood(labels, ignoreIndex: ignoreIndex, reduction: reduction)
        }
        let byClass = try byClass(weight, of: prediction, setting: "weight")
        func weighed(_ reduction: LossReduction, _ logarithms: Variable) throws -> Variable {
            try logarithms.negativeLogLikelihood(labels, ignoreIndex: ignoreIndex, reduction: reduction)
        }
        if reduction != .mean { return try weighed(reduction, prediction * byClass) }
        // The weights of the targets that count are what a logarithm of -1 for each class comes to.
        let weights = try weighed(.sum, -byClass.broadcast(to: prediction.shape))
        return try weighed(.sum, prediction * byClass) / weights
    }
}
