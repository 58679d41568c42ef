import Autograd
import TensorCore

/// Brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it.
///
/// `out = (x - mean[c]) / sqrt(variance[c] + epsilon) * weight[c] + bias[c]`, with the channels on axis 1 of `[N, C]`,
/// `[N, C, L]` or `[N, C, H, W]`. In training mean and variance are the batch's, and the running figures move:
/// `running = (1 - momentum) * running + momentum * batch` (the variance that enters is the unbiased one). In
/// inference the running figures are used.
///
/// - Source: Ioffe and Szegedy 2015, arXiv:1502.03167; defaults as in PyTorch's `BatchNorm2d`.
package final class BatchNorm: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let momentum: Double
    package let epsilon: Double
    /// Whether there are a weight and a bias.
    package let isAffine: Bool
    /// Whether running figures are kept; else those of the batch are used in inference too.
    package let keepsFigures: Bool
    private var channels: Int?
    /// The channels that its input is to have, where that was said; else those of the first input.
    package var declaredChannels: Int?
    package private(set) var weight: Parameter?
    package private(set) var bias: Parameter?
    package private(set) var runningMean: Parameter?
    package private(set) var runningVariance: Parameter?

    /// - Throws: `NeuralNetError` `.setting` where momentum is not within 0 and 1 or epsilon is not from 0 to below 1.
    package init(
        momentum: Double = 0.1, epsilon: Double = 1e-5, isAffine: Bool = true, keepsFigures: Bool = true,
        place: ModulePlace = ModulePlace()
    ) throws {
        self.momentum = momentum
        self.epsilon = epsilon
        self.isAffine = isAffine
        self.keepsFigures = keepsFigures
        self.place = place
        try check("momentum", (0...1).contains(momentum), numberText(momentum), "between 0 and 1")
        try checkEpsilon(epsilon)
    }

    package var kind: String { "batch_norm" }
    package var settingsText: String {
        [
            momentum == 0.1 ? nil : "momentum=\(numberText(momentum))",
            epsilon == 1e-5 ? nil : "eps=\(numberText(epsilon))", isAffine ? nil : "affine=false",
            keepsFigures ? nil : "track_running_stats=false",
        ].compactMap { $0 }.joined(separator: " ")
    }
    package var isBuilt: Bool { channels != nil }
    package var declaredInputShape: [Int]? {
        declaredChannels.map { inputShape(channels: $0) ?? [Shape.unknown, $0] }
    }
    package var parameters: [Parameter] { [weight, bias].compactMap { $0 } }
    package var buffers: [Parameter] { [runningMean, runningVariance].compactMap { $0 } }
    package var parameterFormula: String? { weight.map { "\($0.count) + \($0.count)" } }

    package func build(inputShape: [Int]) throws {
        let channels = inputShape[1]
        guard channels != Shape.unknown else { throw error(.unknownSize(axis: 1, input: inputShape)) }
        if let declaredChannels, channels != declaredChannels {
            throw error(
                .size(
                    of: "channels", axis: 1, expected: declaredChannels, input: inputShape, weight: [declaredChannels]))
        }
        if isAffine {
            bias = try parameter("bias", [channels], .constant(0))
            weight = try parameter("weight", [channels], .constant(1))
        }
        if keepsFigures {
            runningMean = try parameter("running_mean", [channels], .constant(0))
            runningVariance = try parameter("running_var", [channels], .constant(1))
        }
        self.channels = channels
    }

    package func unbuild() { (weight, bias, runningMean, runningVariance, channels) = (nil, nil, nil, nil, nil) }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard (2...4).contains(input.count) else {
            throw error(.rank(expected: ["NC", "NCL", "NCHW"], actual: input))
        }
        if let channels, input[1] != channels, input[1] != Shape.unknown {
            throw error(.size(of: "channels", axis: 1, expected: channels, input: input, weight: [channels]))
        }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard let channels else { throw error(.notBuilt) }
        let (weight, bias) = (weight.map { context[$0] }, bias.map { context[$0] })
        if !context.isTraining, let runningMean, let runningVariance {
            let shape = [1, channels] + Array(repeating: 1, count: input.rank - 2)
            let mean = Variable(try runningMean.value.reshape(shape))
            let deviation = try runningVariance.value.combined(.add, with: epsilon).map(.sqrt).reshape(shape)
            return try ((input - mean) / Variable(deviation)).scaledByChannel(weight, bias)
        }
        let places = input.count / max(channels, 1)
        // In inference PyTorch lets one value for each channel pass.
        guard places > 1 || !context.isTraining else { throw error(.oneValuePerChannel(input: input.shape)) }
        let momentum = momentum
        return try input.batchNorm(weight: weight, bias: bias, eps: epsilon) {
            [runningMean, runningVariance] mean, variance in
            guard let runningMean, let runningVariance else { return }
            try runningMean.move(to: mean, by: momentum)
            try runningVariance.move(
                to: variance.combined(.multiply, with: Double(places) / Double(places - 1)), by: momentum)
        }
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try BatchNorm(
            momentum: momentum, epsilon: epsilon, isAffine: isAffine, keepsFigures: keepsFigures, place: place)
        copy.declaredChannels = declaredChannels
        copy.channels = channels
        copy.weight = try copies.copy(weight)
        copy.bias = try copies.copy(bias)
        copy.runningMean = try copies.copy(runningMean)
        copy.runningVariance = try copies.copy(runningVariance)
        return copy
    }
}

/// Brings the last axes of each sample to mean 0 and variance 1, then scales and shifts each element.
///
/// `out = (x - mean) / sqrt(variance + epsilon) * weight + bias`, with mean and (biased) variance over the axes of
/// `shape`: the last axis unless given.
///
/// - Source: Ba et al. 2016, arXiv:1607.06450; defaults as in PyTorch's `LayerNorm`.
package final class LayerNorm: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    /// The sizes of the axes that are normalised; the last axis of the first input where not given.
    package let shape: [Int]?
    package let epsilon: Double
    /// Whether there is a weight.
    package let isAffine: Bool
    /// Whether there is a bias beside the weight.
    package let hasBias: Bool
    private var sizes: [Int]?
    package private(set) var weight: Parameter?
    package private(set) var bias: Parameter?

    /// - Throws: `NeuralNetError` `.setting` where sizes are below 1 or epsilon is not from 0 to below 1.
    package init(
        shape: [Int]? = nil, epsilon: Double = 1e-5, isAffine: Bool = true, hasBias: Bool = true,
        place: ModulePlace = ModulePlace()
    ) throws {
        self.shape = shape
        self.epsilon = epsilon
        self.isAffine = isAffine
        self.hasBias = isAffine && hasBias
        self.place = place
        if let shape {
            try check(
                "shape", !shape.isEmpty && shape.allSatisfy { $0 >= 1 }, Shape.text(shape),
                "the sizes of the last axes, each at least 1")
        }
        try checkEpsilon(epsilon)
    }

    package var kind: String { "layer_norm" }
    package var settingsText: String {
        [
            shape.map(Window.text), epsilon == 1e-5 ? nil : "eps=\(numberText(epsilon))",
            isAffine ? nil : "affine=false", hasBias || !isAffine ? nil : "bias=false",
        ].compactMap { $0 }.joined(separator: " ")
    }
    package var isBuilt: Bool { sizes != nil }
    package var declaredInputShape: [Int]? { shape.map { [Shape.unknown] + $0 } }
    package var parameters: [Parameter] { [weight, bias].compactMap { $0 } }
    package var parameterFormula: String? {
        weight.map {
            let product = Shape.productText($0.shape)
            return hasBias ? "\(product) + \(product)" : product
        }
    }

    package func build(inputShape: [Int]) throws {
        let sizes = shape ?? [inputShape[inputShape.count - 1]]
        guard !sizes.contains(Shape.unknown) else {
            throw error(.unknownSize(axis: inputShape.count - 1, input: inputShape))
        }
        if hasBias { bias = try parameter("bias", sizes, .constant(0)) }
        if isAffine { weight = try parameter("weight", sizes, .constant(1)) }
        self.sizes = sizes
    }

    package func unbuild() { (weight, bias, sizes) = (nil, nil, nil) }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard !input.isEmpty else { throw error(.noAxes) }
        guard let sizes = sizes ?? shape else { return input }
        guard input.count >= sizes.count else {
            throw error(.lastAxes(expected: sizes, actual: input))
        }
        for (i, size) in sizes.enumerated() {
            let axis = input.count - sizes.count + i
            guard input[axis] == size || input[axis] == Shape.unknown else {
                throw error(.size(of: "features", axis: axis, expected: size, input: input, weight: sizes))
            }
        }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard let sizes else { throw error(.notBuilt) }
        return try input.layerNorm(
            axes: sizes.count, weight: weight.map { context[$0] }, bias: bias.map { context[$0] }, eps: epsilon)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try LayerNorm(shape: shape, epsilon: epsilon, isAffine: isAffine, hasBias: hasBias, place: place)
        copy.sizes = sizes
        copy.weight = try copies.copy(weight)
        copy.bias = try copies.copy(bias)
        return copy
    }
}

extension Parameter {
    /// Moves a running figure: `(1 - momentum) * figure + momentum * batch`.
    ///
    /// The tensor is a new one: whoever kept the old one, to go back to it, still has it.
    fileprivate func move(to batch: Tensor, by momentum: Double) throws {
        try replace(
            with: Tensor.combine(
                .add, value.combined(.multiply, with: 1 - momentum), batch.combined(.multiply, with: momentum)
            ).cast(to: dtype))
    }
}
