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
