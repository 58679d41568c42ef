import Autograd
import TensorCore

/// Brings each group of channels of each sample to mean 0 and variance 1, then scales and shifts each channel.
///
/// `out = (x - mean) / sqrt(variance + epsilon) * weight[c] + bias[c]`, with mean and (biased) variance over the channels
/// of the group and all places, in `[N, C]`, `[N, C, L]` or `[N, C, H, W]`. Where each channel is a group of its own it is
/// instance normalisation.
///
/// - Source: Wu and He 2018, arXiv:1803.08494; Ulyanov et al. 2016, arXiv:1607.08022; defaults as in PyTorch's `GroupNorm`
///   and `InstanceNorm2d`.
package final class GroupNorm: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    /// Nil: each channel is a group.
    package let groups: Int?
    package let epsilon: Double
    package let isAffine: Bool
    package private(set) var weight: Parameter?
    package private(set) var bias: Parameter?
    private var channels: Int?

    /// - Throws: `NeuralNetError` `.setting` where there is no group or epsilon is not from 0 to below 1.
    package init(
        groups: Int?, epsilon: Double = 1e-5, isAffine: Bool = true, place: ModulePlace = ModulePlace()
    ) throws {
        self.groups = groups
        self.epsilon = epsilon
        self.isAffine = isAffine
        self.place = place
        if let groups { try check("groups", groups >= 1, "\(groups)", "at least 1") }
        try checkEpsilon(epsilon)
    }

    package var kind: String { groups == nil ? "instance_norm" : "group_norm" }
    package var settingsText: String {
        let isUsual = isAffine == (groups != nil)
        return [
            groups.map { "\($0)" }, epsilon == 1e-5 ? nil : "eps=\(numberText(epsilon))",
            isUsual ? nil : "affine=\(isAffine)",
        ].compactMap { $0 }.joined(separator: " ")
    }
    package var isBuilt: Bool { channels != nil }
    package var declaredInputShape: [Int]? {
        place.inputSize.map { inputShape(channels: $0) ?? [Shape.unknown, $0] }
    }
    package var parameters: [Parameter] { [weight, bias].compactMap { $0 } }
    package var parameterFormula: String? { weight.map { "\($0.count) + \($0.count)" } }

    package func build(inputShape: [Int]) throws {
        let count = inputShape[1]
        guard count != Shape.unknown else { throw error(.unknownSize(axis: 1, input: inputShape)) }
        if let size = place.inputSize, size != count {
            throw error(.size(of: "channels", axis: 1, expected: size, input: inputShape, weight: [size]))
        }
        if isAffine {
            bias = try parameter("bias", [count], .constant(0))
            weight = try parameter("weight", [count], .constant(1))
        }
        channels = count
    }

    package func unbuild() { (weight, bias, channels) = (nil, nil, nil) }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        let ranks = groups == nil ? 3...4 : 2...4
        guard ranks.contains(input.count) else {
            throw error(.rank(expected: (groups == nil ? [] : ["NC"]) + ["NCL", "NCHW"], actual: input))
        }
        if let weight, input[1] != weight.count, input[1] != Shape.unknown {
            throw error(.size(of: "channels", axis: 1, expected: weight.count, input: input, weight: weight.shape))
        }
        if let groups, input[1] != Shape.unknown, !input[1].isMultiple(of: groups) || input[1] == 0 {
            throw error(.indivisible(what: "channels", count: input[1], groups: groups))
        }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        let groups = groups ?? input.shape[1]
        guard input.count > 0 else { return input }
        let size = input.count / input.shape[0] / groups
        guard size > 1 || self.groups != nil else { throw error(.oneValuePerChannel(input: input.shape)) }
        let output = try input.reshape([input.shape[0], groups, size])
            .layerNorm(axes: 1, weight: nil, bias: nil, eps: epsilon).reshape(input.shape)
        return try output.scaledByChannel(weight.map { context[$0] }, bias.map { context[$0] })
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try GroupNorm(groups: groups, epsilon: epsilon, isAffine: isAffine, place: place)
        copy.weight = try copies.copy(weight)
        copy.bias = try copies.copy(bias)
        copy.channels = channels
        return copy
    }
}

/// Divides the last axes of each sample by the root of their mean square, then scales each element.
///
/// `out = x / sqrt(mean of x^2 + epsilon) * weight`, over the axes of `shape`: the last axis unless given.
///
/// - Source: Zhang and Sennrich 2019, arXiv:1910.07467; defaults as in PyTorch's `RMSNorm`, whose epsilon is the distance
///   from 1 to the next number of the type.
package final class RMSNorm: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let shape: [Int]?
    package let epsilon: Double?
    package private(set) var weight: Parameter?

    /// - Throws: `NeuralNetError` `.setting` where sizes are below 1 or epsilon is not from 0 to below 1.
    package init(shape: [Int]? = nil, epsilon: Double? = nil, place: ModulePlace = ModulePlace()) throws {
        self.shape = shape
        self.epsilon = epsilon
        self.place = place
        if let shape {
            try check(
                "shape", !shape.isEmpty && shape.allSatisfy { $0 >= 1 }, Shape.text(shape),
                "the sizes of the last axes, each at least 1")
        }
        if let epsilon { try checkEpsilon(epsilon) }
    }

    package var kind: String { "rms_norm" }
    package var settingsText: String {
        [shape.map(Window.text), epsilon.map { "eps=\(numberText($0))" }].compactMap { $0 }.joined(separator: " ")
    }
    package var isBuilt: Bool { weight != nil }
    package var declaredInputShape: [Int]? { shape.map { [Shape.unknown] + $0 } }
    package var parameters: [Parameter] { [weight].compactMap { $0 } }
    package var parameterFormula: String? { weight.map { Shape.productText($0.shape) } }

    package func build(inputShape: [Int]) throws {
        let sizes = shape ?? [inputShape[inputShape.count - 1]]
        guard !sizes.contains(Shape.unknown) else {
            throw error(.unknownSize(axis: inputShape.count - 1, input: inputShape))
        }
        weight = try parameter("weight", sizes, .constant(1))
    }

    package func unbuild() { weight = nil }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard !input.isEmpty else { throw error(.noAxes) }
        guard let sizes = weight?.shape ?? shape else { return input }
        guard input.count >= sizes.count else { throw error(.lastAxes(expected: sizes, actual: input)) }
        for (i, size) in sizes.enumerated() {
            let axis = input.count - sizes.count + i
            guard input[axis] == size || input[axis] == Shape.unknown else {
                throw error(.size(of: "features", axis: axis, expected: size, input: input, weight: sizes))
            }
        }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard let weight else { throw error(.notBuilt) }
        let least = epsilon ?? (input.dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne))
        let axes = Array((input.rank - weight.shape.count)..<input.rank)
        let root = try (input.square().mean(axes: axes, keepDims: true) + least).sqrt()
        return try input / root * context[weight]
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try RMSNorm(shape: shape, epsilon: epsilon, place: place)
        copy.weight = try copies.copy(weight)
        return copy
    }
}
