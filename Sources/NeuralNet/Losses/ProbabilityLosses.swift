import Autograd
import TensorCore

/// `-(target * log(p) + (1 - target) * log(1 - p))`; both of the same shape, with logarithms of at least -100.
package struct BCELoss: LossFunction {
    package static let name = "bce"
    package static let summary =
        "The binary cross entropy of probabilities, or of logits when `logits` is true."
    package static let example = "bce([0.9, 0.2], [1, 0])"
    package static let settingTypes = [LossSetting<Self>("logits", \.takesLogits)]

    var takesLogits = false

    package init() {}

    package var answers: LossAnswers { .truths(threshold: takesLogits ? 0 : 0.5) }
    package var targetRange: ClosedRange<Double>? { 0...1 }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        if takesLogits { return try BCEWithLogitsLoss().loss(prediction, target, reduction) }
        try checkSameShape(prediction, target)
        let values = prediction.value
        if values.count > 0 {
            for extreme in [try values.reduced(.min).item(), try values.reduced(.max).item()]
            where extreme < 0 || extreme > 1 {
                throw error(.notProbability(value: numberText(extreme)))
            }
        }
        return try reduced(prediction.binaryCrossEntropy(target), reduction)
    }
}

/// `target * softplus(-x) + (1 - target) * softplus(x)`: the logarithms of `sigmoid(x)` and `1 - sigmoid(x)`, exact where
/// these are all but 0 or 1.
package struct BCEWithLogitsLoss: LossFunction {
    package static let name = "bce_with_logits"
    package static let summary = "The binary cross entropy of the sigmoid of scores, exact for scores of any size."
    package static let details = """
        What `bce(sigmoid(x), t)` is, without its loss of digits. pos_weight: how much targets of 1 count, a number or one
        for each place of the last axis.
        """
    package static let settingTypes = [LossSetting<Self>("pos_weight", \.positiveWeight)]
    package static let example = "bce_with_logits([2, -1], [1, 0])"
    package static let misfits = [LossMisfit(layer: "sigmoid", reason: .appliedTwice)]

    /// One number, or one for each place of the last axis; none: all count alike.
    var positiveWeight: [Double] = []

    package init() {}

    package var answers: LossAnswers { .truths(threshold: 0) }
    package var targetRange: ClosedRange<Double>? { 0...1 }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        try checkSameShape(prediction, target)
        guard !positiveWeight.isEmpty else {
            return try reduced(prediction.binaryCrossEntropyOfLogits(target), reduction)
        }
        let positive = try target * (-prediction).softplus() * weights(of: prediction)
        return try reduced(positive + (1 - target) * prediction.softplus(), reduction)
    }
}

extension BCEWithLogitsLoss {
    private func weights(of prediction: Variable) throws -> Variable {
        let count = prediction.shape.last ?? 1
        guard positiveWeight.count == 1 || positiveWeight.count == count else {
            throw error(
                .setting(
                    name: "pos_weight", value: "\(positiveWeight.count) numbers",
                    expected: "one number, or \(count), one for each place of the last axis"))
        }
        if let wrong = positiveWeight.first(where: { !($0 >= 0 && $0.isFinite) }) {
            throw error(.setting(name: "pos_weight", value: numberText(wrong), expected: "numbers of at least 0"))
        }
        return Variable(try Tensor(positiveWeight, shape: [positiveWeight.count]).cast(to: prediction.dtype))
    }
}

/// `target * (log(target) - prediction)`, where predictions are logarithms of probabilities; 0 where a target is 0.
package struct KLDivLoss: LossFunction {
    package static let name = "kl_div"
    package static let summary =
        "The Kullback-Leibler divergence of log-probabilities from target probabilities of the same shape."
    package static let details =
        "Predictions are logarithms, as `log_softmax` gives. As in PyTorch, \"mean\" divides by the number of elements; "
        + "`kl_div(p, t, reduction=\"sum\") / len(p)` divides by the examples."
    package static let example = "kl_div(log([0.5, 0.5]), [0.9, 0.1], reduction=\"sum\")"

    package init() {}

    package var answers: LossAnswers { .numbers }
    package var targetRange: ClosedRange<Double>? { 0...1 }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        try checkSameShape(prediction, target)
        let target = try target.dtype.isFloatingPoint ? target : target.cast(to: prediction.dtype)
        let isPositive = try target.value.combined(.greater, with: 0)
        let entropy = try Variable.select(isPositive, target * target.log(), .number(0, like: target))
        return try reduced(entropy - target * prediction, reduction)
    }
}
