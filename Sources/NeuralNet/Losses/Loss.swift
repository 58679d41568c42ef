import Autograd
import TensorCore

/// How far predictions are from their targets, as one number to minimise.
///
///     let loss = try Loss.crossEntropy()(logits, Variable(labels))   // [8, 10], [8] -> []
///
/// Names, defaults and the order of the arguments are PyTorch's.
package struct Loss: Equatable, Sendable {
    /// All losses, in the order of the help. A row and a file make one.
    package static let functions: [any LossFunction.Type] = [
        CrossEntropyLoss.self, NLLLoss.self, MSELoss.self, MAELoss.self, HuberLoss.self, BCELoss.self,
        BCEWithLogitsLoss.self, KLDivLoss.self, HingeLoss.self, FocalLoss.self,
    ]

    package var function: any LossFunction
    /// `mean` divides by the number of targets that count, `none` keeps one loss for each.
    package var reduction: LossReduction

    package init(_ function: any LossFunction, reduction: LossReduction = .mean) {
        self.function = function
        self.reduction = reduction
    }

    package static func == (a: Loss, b: Loss) -> Bool {
        a.name == b.name && a.reduction == b.reduction && a.function.settings == b.function.settings
            && a.script?.text == b.script?.text
    }

    package static func crossEntropy(
        ignoreIndex: Int = -100, labelSmoothing: Double = 0, reduction: LossReduction = .mean
    ) -> Loss {
        var function = CrossEntropyLoss()
        function.ignoreIndex = ignoreIndex
        function.labelSmoothing = labelSmoothing
        return Loss(function, reduction: reduction)
    }
    package static func nll(ignoreIndex: Int = -100, reduction: LossReduction = .mean) -> Loss {
        var function = NLLLoss()
        function.ignoreIndex = ignoreIndex
        return Loss(function, reduction: reduction)
    }
    package static func mse(reduction: LossReduction = .mean) -> Loss { Loss(MSELoss(), reduction: reduction) }
    package static func mae(reduction: LossReduction = .mean) -> Loss { Loss(MAELoss(), reduction: reduction) }
    package static func bce(withLogits: Bool = false, reduction: LossReduction = .mean) -> Loss {
        Loss(withLogits ? BCEWithLogitsLoss() : BCELoss(), reduction: reduction)
    }

    /// The name that scripts use.
    package var name: String { script?.label ?? type(of: function).name }

    /// The function of the script that computes it, if there is one.
    package var script: ScriptLoss? { function as? ScriptLoss }

    /// Whether targets may be class indices, so that predictions have an accuracy.
    package var takesClasses: Bool {
        if case .classes = function.answers { true } else { false }
    }

    /// The label whose examples do not count.
    package var ignoreIndex: Int? {
        if case .classes(let ignoreIndex) = function.answers { ignoreIndex } else { nil }
    }

    /// The loss of predictions; the gradient flows into both where they are tracked.
    ///
    /// - Throws: `NeuralNetError` `.lossShapes`, `.lossDtype`, `.setting`; `AutogradError.classOutOfRange`.
    package func callAsFunction(_ prediction: Variable, _ target: Variable) throws -> Variable {
        guard prediction.dtype.isFloatingPoint else {
            throw function.error(
                .lossDtype(what: "predictions", expected: "float32 or float64", actual: prediction.dtype.name))
        }
        try function.checkSettings()
        return try function.loss(prediction, target, reduction)
    }
}
