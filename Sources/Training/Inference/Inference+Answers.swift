import NeuralNet
import TensorCore

extension Inference {
    /// Returns the classes that scores stand for: the place of the greatest along the axis of classes; of one score alone,
    /// 1 where it is a probability over one half, or the logit of one, and 0 elsewhere.
    ///
    /// - Parameter labels: The shape of the targets, if there are any.
    /// - Throws: `TrainingError.noClasses` where outputs have no axis of classes.
    package static func classes(_ scores: Tensor, of model: Model, labels: [Int]?) throws -> Tensor {
        guard scores.rank >= 2 else { throw TrainingError.noClasses(output: scores.shape) }
        let axis = Objective.classAxis(scores.shape, labels: labels)
        guard scores.shape[axis] == 1 else { return try scores.argument(.max, axis: axis, keepDims: false) }
        let threshold = try givesProbabilities(model, scores) ? 0.5 : 0
        return try scores.combined(.greater, with: threshold).cast(to: .int64).squeeze(axis)
    }

    /// Returns the probabilities that scores stand for: their softmax, or of one score alone the sigmoid, unless the model
    /// ends in these.
    ///
    /// - Throws: As `classes`.
    package static func probabilities(_ scores: Tensor, of model: Model, labels: [Int]?) throws -> Tensor {
        guard scores.rank >= 2 else { throw TrainingError.noClasses(output: scores.shape) }
        let axis = Objective.classAxis(scores.shape, labels: labels)
        if scores.shape[axis] == 1 { return try givesProbabilities(model, scores) ? scores : scores.map(.sigmoid) }
        return model.lastLayer?.layer.kind == "softmax" ? scores : try scores.softmax(axis: axis)
    }

    /// The label that the loss of a model leaves out, and with it all that counts its answers.
    package static func ignoredLabel(of model: Model) -> Int {
        model.trainedLoss?.ignoreIndex ?? Loss.crossEntropy().ignoreIndex ?? -100
    }

    /// Whether one score alone is a probability, or else the logit of one.
    private static func givesProbabilities(_ model: Model, _ scores: Tensor) throws -> Bool {
        switch model.trainedLoss?.function.answers {
        case .truths(let threshold): threshold == 0.5
        case nil: model.lastLayer?.layer.kind == "sigmoid"
        case .classes, .numbers: throw TrainingError.noClasses(output: scores.shape)
        }
    }
}
