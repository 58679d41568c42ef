import Autograd
import TensorCore

/// `x` where positive, an exponential that ends at a negative number elsewhere.
package final class ExponentialLinearUnit: Layer {
    package enum Form: Equatable, Sendable {
        /// `alpha * (exp(x) - 1)`. Clevert et al. 2016, arXiv:1511.07289.
        case elu(alpha: Double)
        /// `alpha * (exp(x / alpha) - 1)`. Barron 2017, arXiv:1704.07483.
        case celu(alpha: Double)
        /// ELU with the constants that keep mean 0 and variance 1. Klambauer et al. 2017, arXiv:1706.02515.
        case selu
    }

    package let ownership = Ownership()
    package var place: ModulePlace
    package let form: Form

    /// - Throws: `NeuralNetError` `.setting` for an alpha that is not finite, and for one of 0 with CELU.
    package init(_ form: Form, place: ModulePlace = ModulePlace()) throws {
        self.form = form
        self.place = place
        if case .celu(let alpha) = form {
            try check("alpha", alpha != 0 && alpha.isFinite, numberText(alpha), "a number other than 0")
        } else if case .elu(let alpha) = form {
            try check("alpha", alpha.isFinite, numberText(alpha), "a finite number")
        }
    }

    package var kind: String {
        switch form {
        case .elu: "elu"
        case .celu: "celu"
        case .selu: "selu"
        }
    }

    package var settingsText: String {
        switch form {
        case .elu(let alpha), .celu(let alpha): alpha == 1 ? "" : "alpha=\(numberText(alpha))"
        case .selu: ""
        }
    }

    package func outputShape(_ input: [Int]) throws -> [Int] { input }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        switch form {
        case .elu(let alpha): try input.exponentialLinear(alpha: alpha)
        case .celu(let alpha): try input.exponentialLinear(alpha: alpha, width: alpha)
        case .selu:
            try input.exponentialLinear(
                alpha: 1.6732632423543772848170429916717, scale: 1.0507009873554804934193349852946)
        }
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        try ExponentialLinearUnit(form, place: place)
    }
}

/// `x` where positive, else `weight * x` with a weight that is learnt: one for all, or one for each channel (axis 1).
///
/// - Source: He et al. 2015, arXiv:1502.01852; defaults as in PyTorch's `PReLU`.
package final class PReLU: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let count: Int
    package let initial: Double
    package private(set) var weight: Parameter?

    /// - Throws: `NeuralNetError` `.setting` where there is no slope.
    package init(_ count: Int = 1, initial: Double = 0.25, place: ModulePlace = ModulePlace()) throws {
        self.count = count
        self.initial = initial
        self.place = place
        try check("slopes", count >= 1, "\(count)", "at least 1")
    }

    package var kind: String { "prelu" }
    package var settingsText: String {
        [count == 1 ? nil : "\(count)", initial == 0.25 ? nil : "init=\(numberText(initial))"]
            .compactMap { $0 }.joined(separator: " ")
    }
    package var isBuilt: Bool { weight != nil }
    package var parameters: [Parameter] { [weight].compactMap { $0 } }
    package var parameterFormula: String? { "\(count)" }

    package func build(inputShape: [Int]) throws { weight = try parameter("weight", [count], .constant(initial)) }
    package func unbuild() { weight = nil }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard count > 1 else { return input }
        guard input.count >= 2 else { throw error(.rank(expected: ["NC", "NCL", "NCHW"], actual: input)) }
        guard input[1] == count || input[1] == Shape.unknown else {
            throw error(.size(of: "channels", axis: 1, expected: count, input: input, weight: [count]))
        }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard let weight else { throw error(.notBuilt) }
        return try input.parametricRelu(context[weight])
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try PReLU(count, initial: initial, place: place)
        copy.weight = try copies.copy(weight)
        return copy
    }
}

/// The first half of an axis times the sigmoid of the second.
///
/// - Source: Dauphin et al. 2017, arXiv:1612.08083.
package final class GatedLinearUnit: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let axis: Int

    package init(axis: Int = -1, place: ModulePlace = ModulePlace()) {
        self.axis = axis
        self.place = place
    }

    package var kind: String { "glu" }
    package var settingsText: String { axis == -1 ? "" : "axis=\(axis)" }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard axis >= -input.count && axis < input.count else {
            throw error(.axisOutOfRange(axis: axis, input: input))
        }
        let place = axis < 0 ? axis + input.count : axis
        guard input[place] != Shape.unknown else { return input }
        guard input[place].isMultiple(of: 2) else {
            throw error(.indivisible(what: "values along the axis", count: input[place], groups: 2))
        }
        var shape = input
        shape[place] /= 2
        return shape
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        let place = axis < 0 ? axis + input.rank : axis
        let halves = try input.split(at: [input.shape[place] / 2], axis: place)
        return try halves[0] * halves[1].sigmoid()
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { GatedLinearUnit(axis: axis, place: place) }
}

/// Passes its input on: a place that other layers can take.
package final class Identity: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace

    package init(place: ModulePlace = ModulePlace()) { self.place = place }

    package var kind: String { "identity" }
    package func outputShape(_ input: [Int]) throws -> [Int] { input }
    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable { input }
    package func cloned(_ copies: ModuleCopies) throws -> any Module { Identity(place: place) }
}

extension Variable {
    /// Returns `x` where it is positive and `weight * x` elsewhere.
    ///
    /// - Parameter weight: One number, or one for each channel (axis 1).
    /// - Throws: `TensorError.broadcast` where they do not fit.
    package func parametricRelu(_ weight: Variable) throws -> Variable {
        let isByChannel = weight.count > 1 && rank >= 2 && weight.rank == 1
        let slopes = isByChannel ? try weight.reshape([-1] + Array(repeating: 1, count: rank - 2)) : weight
        return try Variable.select(combined(.greater, with: 0).value, self, self * slopes)
    }
}
