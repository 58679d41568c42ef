import Autograd
import TensorCore

/// A function of each element, or a softmax along an axis; it keeps the shape and has no parameters.
package final class Activation: Layer {
    package enum Function: Equatable, Sendable {
        /// `max(x, 0)`
        case relu
        /// `x` where positive, else `slope * x`; slope 0.01 unless given.
        case leakyRelu(slope: Double)
        /// `x * (1 + erf(x / sqrt(2))) / 2`, exactly. Hendrycks and Gimpel 2016, arXiv:1606.08415.
        case gelu
        case tanh
        /// `1 / (1 + exp(-x))`
        case sigmoid
        /// `exp(x) / sum of exp(x)` along the axis; the last one unless given.
        case softmax(axis: Int)
        /// `x - log(sum of exp(x))` along the axis; the last one unless given.
        case logSoftmax(axis: Int)
    }

    package let ownership = Ownership()
    package var place: ModulePlace
    package let function: Function

    package init(_ function: Function, place: ModulePlace = ModulePlace()) {
        self.function = function
        self.place = place
    }

    package var kind: String {
        switch function {
        case .relu: "relu"
        case .leakyRelu: "leaky_relu"
        case .gelu: "gelu"
        case .tanh: "tanh"
        case .sigmoid: "sigmoid"
        case .softmax: "softmax"
        case .logSoftmax: "log_softmax"
        }
    }

    package var settingsText: String {
        switch function {
        case .leakyRelu(let slope) where slope != 0.01: "slope=\(numberText(slope))"
        case .softmax(let axis) where axis != -1: "axis=\(axis)"
        case .logSoftmax(let axis) where axis != -1: "axis=\(axis)"
        default: ""
        }
    }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        switch function {
        case .softmax(let axis), .logSoftmax(let axis):
            guard axis >= -input.count && axis < input.count else {
                throw error(.axisOutOfRange(axis: axis, input: input))
            }
        default: break
        }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        switch function {
        case .relu: try input.relu()
        case .leakyRelu(let slope): try input.leakyRelu(slope: slope)
        case .gelu: try input.gelu()
        case .tanh: try input.tanh()
        case .sigmoid: try input.sigmoid()
        case .softmax(let axis): try input.softmax(axis: axis)
        case .logSoftmax(let axis): try input.logSoftmax(axis: axis)
        }
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { Activation(function, place: place) }
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
