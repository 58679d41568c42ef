import Autograd
import TensorCore

/// A function of each element as a layer; it keeps the shape and has no parameters.
package final class Activation: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let operation: ElementwiseOperation

    package init(_ operation: ElementwiseOperation, place: ModulePlace = ModulePlace()) {
        self.operation = operation
        self.place = place
    }

    package var kind: String { operation.name }
    package func outputShape(_ input: [Int]) throws -> [Int] { input }
    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable { try input.map(operation) }
    package func cloned(_ copies: ModuleCopies) throws -> any Module { Activation(operation, place: place) }
}

/// `x` where positive, else `slope * x`.
package final class LeakyReLU: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let slope: Double

    package init(slope: Double = 0.01, place: ModulePlace = ModulePlace()) {
        self.slope = slope
        self.place = place
    }

    package var kind: String { "leaky_relu" }
    package var settingsText: String { slope == 0.01 ? "" : "slope=\(numberText(slope))" }
    package func outputShape(_ input: [Int]) throws -> [Int] { input }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        try input.leakyRelu(slope: slope)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { LeakyReLU(slope: slope, place: place) }
}

/// `exp(x) / sum of exp(x)` along an axis, or the logarithm of it.
package final class Softmax: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let axis: Int
    package let isLog: Bool

    package init(axis: Int = -1, isLog: Bool = false, place: ModulePlace = ModulePlace()) {
        self.axis = axis
        self.isLog = isLog
        self.place = place
    }

    package var kind: String { isLog ? "log_softmax" : "softmax" }
    package var settingsText: String { axis == -1 ? "" : "axis=\(axis)" }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard axis >= -input.count && axis < input.count else {
            throw error(.axisOutOfRange(axis: axis, input: input))
        }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        try isLog ? input.logSoftmax(axis: axis) : input.softmax(axis: axis)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { Softmax(axis: axis, isLog: isLog, place: place) }
}

/// Zeroes each element with the given probability and scales the others by `1 / (1 - probability)`, in training only;
/// in inference it changes nothing.
///
/// - Source: Srivastava et al. 2014, jmlr.org/papers/v15/srivastava14a.html; scaled in training, as in PyTorch.
package final class Dropout: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let probability: Double

    /// - Throws: `NeuralNetError` `.setting` where the probability is not within 0 and 1.
    package init(_ probability: Double = 0.5, place: ModulePlace = ModulePlace()) throws {
        self.probability = probability
        self.place = place
        try check("probability", (0...1).contains(probability), numberText(probability), "between 0 and 1")
    }

    package var kind: String { "dropout" }
    package var settingsText: String { numberText(probability) }

    package func outputShape(_ input: [Int]) throws -> [Int] { input }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard context.isTraining else { return input }
        // Drawn even where nothing is dropped, so that another layer's mask does not depend on this one's setting.
        let key = context.nextKey()
        return probability == 0 ? input : try input.dropout(keep: 1 - probability, key: key)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { try Dropout(probability, place: place) }
}

/// Zeroes whole channels (axis 1) with the given probability and scales the others, in training only.
///
/// - Source: Tompson et al. 2015, arXiv:1411.4280; as PyTorch's `Dropout2d`.
package final class ChannelDropout: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let probability: Double

    /// - Throws: `NeuralNetError` `.setting` where the probability is not within 0 and 1.
    package init(_ probability: Double = 0.5, place: ModulePlace = ModulePlace()) throws {
        self.probability = probability
        self.place = place
        try check("probability", (0...1).contains(probability), numberText(probability), "between 0 and 1")
    }

    package var kind: String { "dropout2d" }
    package var settingsText: String { numberText(probability) }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard input.count >= 3 else { throw error(.rank(expected: ["NCL", "NCHW"], actual: input)) }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard context.isTraining else { return input }
        let key = context.nextKey()
        guard probability > 0 else { return input }
        let shape = input.shape.prefix(2) + Array(repeating: 1, count: input.rank - 2)
        let mask = try Variable(Tensor.full(Array(shape), 1, dtype: input.dtype))
            .dropout(keep: 1 - probability, key: key)
        return try input * mask
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { try ChannelDropout(probability, place: place) }
}
