import Autograd
import TensorCore

/// A loss that a function of the script computes: one number, or one for each example of a batch or more.
package struct ScriptLoss: LossFunction {
    package static let name = "function"
    package static let summary = "A function of scores and targets."
    package static let example = ""

    /// How it is called where losses are named.
    package let label: String
    /// The source of the function, by which two are told apart when a run is resumed.
    package let text: String
    package var answers = LossAnswers.numbers
    private let function: Function

    private final class Function: @unchecked Sendable {
        let run: (Variable, Variable) throws -> Variable

        init(_ run: @escaping (Variable, Variable) throws -> Variable) { self.run = run }
    }

    /// One that cannot be computed: what a checkpoint tells of it.
    package init() { self.init(label: Self.name, text: "") { prediction, _ in prediction } }

    package init(
        label: String, text: String, _ run: @escaping (_ scores: Variable, _ targets: Variable) throws -> Variable
    ) {
        self.label = label
        self.text = text
        function = Function(run)
    }

    /// - Throws: `NeuralNetError` `.lossValue` for a result that is no loss of the batch.
    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        let result = try function.run(prediction, target)
        let count = prediction.shape.first ?? 1
        guard result.dtype.isFloatingPoint, result.count == 1 || result.shape.first == count && result.count > 0 else {
            throw NeuralNetError(
                subject: label, .lossValue(shape: result.shape, dtype: result.dtype.name, examples: count))
        }
        return result.count == 1 ? try result.reshape([]) : try reduced(result, reduction)
    }
}
