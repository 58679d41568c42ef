import Autograd
import TensorCore

/// Zeroes elements, or whole channels (axis 1), with the given probability and scales the others by
/// `1 / (1 - probability)`, in training only; in inference it changes nothing.
///
/// - Source: Srivastava et al. 2014, jmlr.org/papers/v15/srivastava14a.html; of channels, Tompson et al. 2015,
///   arXiv:1411.4280. Scaled in training, as PyTorch's `Dropout` and `Dropout2d`.
package final class Dropout: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let probability: Double
    package let isByChannel: Bool

    /// - Throws: `NeuralNetError` `.setting` where the probability is not within 0 and 1.
    package init(
        _ probability: Double = 0.5, byChannel: Bool = false, place: ModulePlace = ModulePlace()
    ) throws {
        self.probability = probability
        self.isByChannel = byChannel
        self.place = place
        try check("probability", (0...1).contains(probability), numberText(probability), "between 0 and 1")
    }

    package var kind: String { isByChannel ? "dropout2d" : "dropout" }
    package var settingsText: String { numberText(probability) }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard !isByChannel || input.count >= 3 else {
            throw error(.rank(expected: ["NCL", "NCHW"], actual: input))
        }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard context.isTraining else { return input }
        // Drawn even where nothing is dropped, so that another layer's mask does not depend on this one's setting.
        let key = context.nextKey()
        guard probability > 0 else { return input }
        guard isByChannel else { return try input.dropout(keep: 1 - probability, key: key) }
        let shape = input.shape.prefix(2) + Array(repeating: 1, count: input.rank - 2)
        let mask = try Variable(Tensor.full(Array(shape), 1, dtype: input.dtype))
            .dropout(keep: 1 - probability, key: key)
        return try input * mask
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        try Dropout(probability, byChannel: isByChannel, place: place)
    }
}
