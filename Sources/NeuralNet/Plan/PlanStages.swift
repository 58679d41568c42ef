import TensorCore

/// Convolution, bias, ReLU and 2 x 2 max pooling.
final class ConvolutionPoolStage: PlanStage {
    private let kernel: ConvolutionPool
    private let weight: PlanParameter
    private let bias: PlanParameter
    private let output: Tensor
    private let positions: Tensor
    private let inputGradient: Tensor?

    init(
        _ kernel: ConvolutionPool, inputShape: [Int], weight: PlanParameter, bias: PlanParameter, isTraining: Bool
    ) throws {
        self.kernel = kernel
        self.weight = weight
        self.bias = bias
        output = try Tensor.zeros(kernel.outShape)
        positions = try Tensor.zeros(kernel.outShape, dtype: .uint8)
        inputGradient = isTraining ? try Tensor.zeros(inputShape) : nil
    }

    func forward(_ x: Tensor, _ draws: inout PlanDraws) throws -> Tensor {
        try kernel.forward(
            x, weight: weight.parameter.value, bias: bias.parameter.value, into: output, positions: positions)
        return output
    }

    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor {
        guard let weightGradient = weight.gradient, let biasGradient = bias.gradient, let inputGradient else {
            return gradient
        }
        try kernel.backward(
            gradient, positions: positions, x: x, weight: weight.parameter.value, weightGradient: weightGradient,
            biasGradient: biasGradient, inputGradient: wantsInputGradient ? inputGradient : nil)
        return inputGradient
    }
}

/// A linear layer, with ReLU or without.
final class LinearStage: PlanStage {
    private let weight: PlanParameter
    private let bias: PlanParameter?
    private let hasRelu: Bool
    private let output: Tensor
    private let inputGradient: Tensor?
    /// Where the weights' gradient is made by their update: Adam's moments.
    private let moments: (mean: Tensor, square: Tensor)?
    /// What that gradient is the product of, from `backward` to the update.
    private var factors: (g: Tensor, x: Tensor)?

    init(
        samples: Int, weight: PlanParameter, bias: PlanParameter?, hasRelu: Bool,
        moments: (mean: Tensor, square: Tensor)?, isTraining: Bool
    ) throws {
        self.weight = weight
        self.bias = bias
        self.hasRelu = hasRelu
        self.moments = moments
        output = try Tensor.zeros([samples, weight.parameter.shape[0]])
        inputGradient = isTraining ? try Tensor.zeros([samples, weight.parameter.shape[1]]) : nil
    }

    func forward(_ x: Tensor, _ draws: inout PlanDraws) throws -> Tensor {
        LinearLayer.forward(
            x, weight: weight.parameter.value, bias: bias?.parameter.value, relu: hasRelu, into: output)
        return output
    }

    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor {
        guard let weightGradient = weight.gradient, let inputGradient else { return gradient }
        LinearLayer.backward(
            gradient, y: output, relu: hasRelu, x: x, weight: weight.parameter.value,
            weightGradient: moments == nil ? weightGradient : nil, biasGradient: bias?.gradient,
            inputGradient: wantsInputGradient ? inputGradient : nil)
        if moments != nil { factors = (gradient, x) }
        return inputGradient
    }

    /// The weights that it updates itself.
    var updatedPart: FlatParameters.Part? { moments == nil ? nil : weight.part }

    /// Whether the update may make the gradient without looking at it first.
    var isSurelyFinite: Bool {
        guard let factors else { return true }
        return LinearLayer.gradientIsSurelyFinite(factors.g, factors.x)
    }

    /// Writes the gradient to its place, for a step that is taken in the usual way.
    func writeGradient() {
        guard let factors, let gradient = weight.gradient else { return }
        LinearLayer.writeWeightGradient(factors.g, x: factors.x, into: gradient)
    }

    func update(_ settings: OptimizerPasses.Adam) {
        guard let factors, let moments else { return }
        LinearLayer.update(
            weight.parameter.value, mean: moments.mean, square: moments.square, gradient: factors.g, input: factors.x,
            settings)
    }

    /// Lets go of the input, which may be the batch, whose memory the next one wants.
    func endStep() { factors = nil }
}

/// ReLU on its own.
final class ReluStage: PlanStage {
    private let output: Tensor

    init(_ shape: [Int]) throws { output = try Tensor.zeros(shape) }

    func forward(_ x: Tensor, _ draws: inout PlanDraws) throws -> Tensor {
        LayerPasses.relu(x, into: output)
        return output
    }

    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor {
        LayerPasses.maskGradient(gradient, where: output)
        return gradient
    }
}

/// Dropout: the mask of the step, drawn from the counters that the layer itself would draw from.
final class DropoutStage: PlanStage {
    private let keep: Double
    private let mask: Tensor
    private let output: Tensor

    init(_ shape: [Int], keep: Double) throws {
        self.keep = keep
        mask = try Tensor.zeros(shape)
        output = try Tensor.zeros(shape)
    }

    func forward(_ x: Tensor, _ draws: inout PlanDraws) throws -> Tensor {
        // Drawn even where nothing is dropped, as the layer does.
        let key = draws.nextKey()
        guard keep < 1 else { return x }
        LayerPasses.dropout(x, keep: keep, key: key, mask: mask, into: output)
        return output
    }

    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor {
        if keep < 1 { LayerPasses.multiply(gradient, by: mask) }
        return gradient
    }
}

/// The same memory in another shape.
final class ReshapeStage: PlanStage {
    private let shape: [Int]
    private let strides: [Int]

    init(_ shape: [Int]) {
        self.shape = shape
        strides = Tensor.rowMajorStrides(shape)
    }

    func forward(_ x: Tensor, _ draws: inout PlanDraws) throws -> Tensor {
        Tensor(storage: x.storage, dtype: x.dtype, shape: shape, strides: strides, offset: x.offset)
    }

    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor {
        Tensor(
            storage: gradient.storage, dtype: gradient.dtype, shape: x.shape, strides: x.strides,
            offset: gradient.offset)
    }
}
