import Autograd
import TensorCore

/// How far scores are from being on the right side by a margin.
///
/// For targets -1 and 1 of the scores' shape: `max(0, margin - target * score)`. For class indices `[N, ...]` and scores
/// `[N, C, ...]`: `sum over c != target of max(0, score_c - score_target + margin)`.
///
/// - Source: Weston and Watkins 1999. PyTorch's `multi_margin_loss` is the same divided by C.
package struct HingeLoss: LossFunction {
    package static let name = "hinge"
    package static let summary =
        "The hinge loss of scores: of one shape with targets -1 and 1, or [N, C, ...] against classes [N, ...]."
    package static let details = """
        max(0, margin - target * score), as of a support vector machine; of classes the sum over the others of
        max(0, score - score of the target + margin). PyTorch's multi_margin_loss is that divided by C.
        """
    package static let example = "hinge([[2.0, 1.5, 0.0]], [0])"
    package static let settingTypes = [LossSetting<Self>("margin", \.margin)]
    package static let misfits = [LossMisfit(layer: "softmax", reason: .appliedTwice)]

    var margin = 1.0

    package init() {}

    package var answers: LossAnswers { .classes(ignoring: .min) }
    package var singleScoreTargets: Set<Int> { [-1, 1] }

    package func checkSettings() throws {
        guard margin >= 0, margin.isFinite else {
            throw error(.setting(name: "margin", value: numberText(margin), expected: "at least 0"))
        }
    }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        if prediction.shape == target.shape {
            return try reduced((margin - target * prediction).relu(), reduction)
        }
        let labels = try checkedClasses(target, for: prediction)
        let rows = prediction.rank == 1 ? try prediction.unsqueeze(0) : prediction
        let places = try labels.reshape(rows.shape.enumerated().map { $0.offset == 1 ? 1 : $0.element })
        let right = try rows.gather(axis: 1, indices: places)
        let beyond = try (rows - right + margin).relu().sum(axes: [1]) - margin
        return try reduced(prediction.rank == 1 ? beyond.reshape([]) : beyond, reduction)
    }
}

/// The cross entropy with less weight for what is told right already.
///
/// `-(1 - p)^gamma * log(p)` with the probability p of the target. For class indices `[N, ...]` and scores `[N, C, ...]` p
/// is the softmax of them; for targets from 0 to 1 of the scores' shape it is the sigmoid, and the loss is weighed by alpha
/// where a target is 1 and by 1 - alpha where it is 0, unless alpha is negative.
///
/// - Source: Lin et al. 2017, arXiv:1708.02002; alpha as in torchvision's `sigmoid_focal_loss`.
package struct FocalLoss: LossFunction {
    package static let name = "focal"
    package static let summary =
        "The focal loss of scores [N, C, ...] against classes [N, ...], or against targets 0 and 1 of the same shape."
    package static let details = """
        -(1 - p)^gamma * log(p) with the probability p of the target (Lin et al. 2017). For targets 0 and 1 alpha weighs the
        ones and 1 - alpha the zeros; a negative alpha weighs none.
        """
    package static let example = "focal([[2.0, 1.0]], [0])"
    package static let settingTypes = [LossSetting<Self>("gamma", \.gamma), LossSetting<Self>("alpha", \.alpha)]
    package static let misfits = [
        LossMisfit(layer: "softmax", reason: .appliedTwice), LossMisfit(layer: "sigmoid", reason: .appliedTwice),
    ]

    var gamma = 2.0
    var alpha = 0.25

    package init() {}

    package var answers: LossAnswers { .classes(ignoring: .min) }
    package var singleScoreTargets: Set<Int> { [0, 1] }

    package func checkSettings() throws {
        guard gamma >= 0, gamma.isFinite else {
            throw error(.setting(name: "gamma", value: numberText(gamma), expected: "at least 0"))
        }
        guard alpha <= 1 else {
            throw error(.setting(name: "alpha", value: numberText(alpha), expected: "at most 1"))
        }
    }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        if prediction.shape == target.shape {
            let target = try target.cast(to: prediction.dtype)
            let losses = try target * (-prediction).softplus() + (1 - target) * prediction.softplus()
            let p = try prediction.sigmoid()
            let missed = try p + target - p * target * 2
            var focal = try losses * weight(missed)
            if alpha >= 0 { focal = try focal * (target * alpha + (1 - target) * (1 - alpha)) }
            return try reduced(focal, reduction)
        }
        let losses = try prediction.crossEntropy(checkedClasses(target, for: prediction), reduction: .none)
        return try reduced(losses * weight(1 - (-losses).exp()), reduction)
    }

    /// `missed^gamma`, with a finite slope at 0.
    private func weight(_ missed: Variable) throws -> Variable {
        gamma == 0 ? try missed * 0 + 1 : try missed.clipped(min: 0).power(gamma)
    }
}

extension LossFunction {
    /// Class indices that the scores have.
    ///
    /// - Throws: `NeuralNetError` `.lossShapes`, `.notWhole`; `AutogradError.classOutOfRange`.
    fileprivate func checkedClasses(_ target: Variable, for prediction: Variable) throws -> Tensor {
        let labels = try classes(target, for: prediction)
        let count = prediction.shape[prediction.rank > 1 ? 1 : 0]
        if let wrong = labels.integers().first(where: { $0 < 0 || $0 >= count }) {
            throw AutogradError.classOutOfRange(label: wrong, classes: count)
        }
        return labels
    }
}
