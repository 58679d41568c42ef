import Autograd
import TensorCore

/// A fully connected layer: `out[..., o] = bias[o] + sum over i of input[..., i] * weight[o, i]`.
///
/// The last axis of the input holds the features; all others are kept: `[N, I]` to `[N, O]`, `[N, T, I]` to
/// `[N, T, O]`. Weights have the shape `[O, I]`.
///
/// Tied to an embedding, it has that one's table as its weight: the gradients of both uses add up (Press and Wolf 2017,
/// arXiv:1608.05859).
///
///     linear 600       # [N, 576] -> [N, 600]
///
/// - Source: initial weights as in PyTorch's `Linear`.
package final class Linear: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let outFeatures: Int
    package let hasBias: Bool
    package let tied: Embedding?
    package var initializer: WeightInitializer?
    /// The features that its input is to have, where that was said; else those of the first input.
    package var declaredFeatures: Int?
    package private(set) var weight: Parameter?
    package private(set) var bias: Parameter?

    /// - Throws: `NeuralNetError` `.setting` where `outFeatures` is below 1, or not the entries of `tied`.
    package init(
        _ outFeatures: Int, hasBias: Bool = true, tied: Embedding? = nil, place: ModulePlace = ModulePlace()
    ) throws {
        self.outFeatures = outFeatures
        self.hasBias = hasBias
        self.tied = tied
        self.place = place
        try check("features", outFeatures >= 1, "\(outFeatures)", "at least 1")
        if let tied {
            try check(
                "features", outFeatures == tied.entries, "\(outFeatures)",
                "\(tied.entries), the entries of the embedding that it is tied to")
        }
    }

    package var kind: String { "linear" }
    package var settingsText: String {
        "\(outFeatures)" + (hasBias ? "" : " bias=false") + (tied.map { " tied=\($0.displayName)" } ?? "")
            + (initializer?.settingText ?? "")
    }
    package var isBuilt: Bool { weight != nil }
    package var declaredInputShape: [Int]? { inFeatures.map { [Shape.unknown, $0] } }
    package var parameters: [Parameter] { [weight, bias].compactMap { $0 } }
    package var parameterFormula: String? {
        weight.map {
            (tied == nil ? "\($0.shape[1]) * \(outFeatures)" : "shared") + (bias == nil ? "" : " + \(outFeatures)")
        }
    }
    /// The features it was built for.
    package var inFeatures: Int? { weight?.shape[1] ?? tied?.dimensions ?? declaredFeatures }

    package func build(inputShape: [Int]) throws {
        let features = inputShape[inputShape.count - 1]
        guard features != Shape.unknown else {
            throw error(.unknownSize(axis: inputShape.count - 1, input: inputShape))
        }
        let initial = InitialDistribution.fanInUniform(fanIn: features)
        let weight =
            try tied?.builtWeight()
            ?? parameter(
                "weight", [outFeatures, features],
                initializer?.distribution(of: [outFeatures, features]) ?? initial)
        if hasBias { bias = try parameter("bias", [outFeatures], initial) }
        self.weight = weight
    }

    package func unbuild() { (weight, bias) = (nil, nil) }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard let features = input.last else { throw error(.noAxes) }
        if let inFeatures, features != inFeatures, features != Shape.unknown {
            throw error(
                .size(
                    of: "features", axis: input.count - 1, expected: inFeatures, input: input,
                    weight: [outFeatures, inFeatures]))
        }
        return input.dropLast() + [outFeatures]
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard let weight else { throw error(.notBuilt) }
        return try input.linear(context[weight], bias: bias.map { context[$0] })
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let tied = try tied.flatMap { try copies.copy($0) as? Embedding }
        let copy = try Linear(outFeatures, hasBias: hasBias, tied: tied, place: place)
        copy.initializer = initializer
        copy.declaredFeatures = declaredFeatures
        copy.weight = try copies.copy(weight)
        copy.bias = try copies.copy(bias)
        return copy
    }
}
