import TensorCore

/// Convolution, bias, ReLU and 2 x 2 max pooling.
final class ConvolutionPoolStage: PlanStage {
    private let kernel: ConvolutionPool
    private let weight: Parameter
    private let bias: Parameter
    private let weightGradient: Tensor
    private let biasGradient: Tensor
    private let output: Tensor
    private let positions: Tensor
    private let inputGradient: Tensor

    init(
        _ kernel: ConvolutionPool, inputShape: [Int], weight: Parameter, bias: Parameter, weightGradient: Tensor,
        biasGradient: Tensor
    ) throws {
        self.kernel = kernel
        self.weight = weight
        self.bias = bias
        self.weightGradient = weightGradient
        self.biasGradient = biasGradient
        output = try Tensor.zeros(kernel.outShape)
        positions = try Tensor.zeros(kernel.outShape, dtype: .uint8)
        inputGradient = try Tensor.zeros(inputShape)
    }

    func forward(_ x: Tensor, _ context: ForwardContext) throws -> Tensor {
        try kernel.forward(x, weight: weight.value, bias: bias.value, into: output, positions: positions)
        return output
    }

    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor {
        try kernel.backward(
            gradient, positions: positions, x: x, weight: weight.value, weightGradient: weightGradient,
            biasGradient: biasGradient, inputGradient: wantsInputGradient ? inputGradient : nil)
        return inputGradient
    }
}

/// A linear layer, with ReLU or without.
final class LinearStage: PlanStage {
    private let weight: Parameter
    private let bias: Parameter?
    private let weightGradient: Tensor
    private let biasGradient: Tensor?
    private let hasRelu: Bool
    private let output: Tensor
    private let inputGradient: Tensor

    init(
        samples: Int, weight: Parameter, bias: Parameter?, weightGradient: Tensor, biasGradient: Tensor?, hasRelu: Bool
    ) throws {
        self.weight = weight
        self.bias = bias
        self.weightGradient = weightGradient
        self.biasGradient = biasGradient
        self.hasRelu = hasRelu
        output = try Tensor.zeros([samples, weight.shape[0]])
        inputGradient = try Tensor.zeros([samples, weight.shape[1]])
    }

    func forward(_ x: Tensor, _ context: ForwardContext) throws -> Tensor {
        LinearLayer.forward(x, weight: weight.value, bias: bias?.value, relu: hasRelu, into: output)
        return output
    }

    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor {
        LinearLayer.backward(
            gradient, y: output, relu: hasRelu, x: x, weight: weight.value, weightGradient: weightGradient,
            biasGradient: biasGradient, inputGradient: wantsInputGradient ? inputGradient : nil)
        return inputGradient
    }
}

/// ReLU on its own.
final class ReluStage: PlanStage {
    private var output: Tensor?

    func forward(_ x: Tensor, _ context: ForwardContext) throws -> Tensor {
        let y = try x.map(.relu)
        output = y
        return y
    }

    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor {
        guard let output else { return gradient }
        return try Tensor.combine(.multiply, gradient, output.combined(.greater, with: 0).cast(to: .float32))
    }
}

/// Dropout: the mask of the step, drawn from the counters that the layer itself would draw from.
final class DropoutStage: PlanStage {
    private let keep: Double
    private var mask: Tensor?

    init(keep: Double) { self.keep = keep }

    func forward(_ x: Tensor, _ context: ForwardContext) throws -> Tensor {
        // Drawn even where nothing is dropped, as the layer does.
        let key = context.nextKey()
        guard keep < 1 else { return x }
        let drawn = try Tensor.bernoulliMask(x.shape, keep: keep, scale: true, key: key).cast(to: .float32)
        mask = drawn
        return try Tensor.combine(.multiply, x, drawn)
    }

    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor {
        guard let mask else { return gradient }
        return try Tensor.combine(.multiply, gradient, mask)
    }
}

/// The same memory in another shape.
final class ReshapeStage: PlanStage {
    private let shape: [Int]

    init(_ shape: [Int]) { self.shape = shape }

    func forward(_ x: Tensor, _ context: ForwardContext) throws -> Tensor { try x.reshape(shape) }

    func backward(_ gradient: Tensor, input x: Tensor, wantsInputGradient: Bool) throws -> Tensor {
        try gradient.reshape(x.shape)
    }
}

/// Makes the stages of a sequence of layers.
struct StageBuilder {
    let flat: FlatParameters
    /// Of what flows, with the batch on axis 0.
    private(set) var shape: [Int]
    private(set) var stageLayers: [[any Module]] = []
    private var layers: ArraySlice<any Module>
    private var used: Set<ObjectIdentifier> = []

    init(flat: FlatParameters, shape: [Int], layers: [any Module]) {
        self.flat = flat
        self.shape = shape
        self.layers = layers[...]
    }

    /// - Returns: Nil where a layer is not known, or parameters are shared or left out.
    mutating func build() throws -> [any PlanStage]? {
        var stages: [any PlanStage] = []
        while let layer = layers.first {
            let left = layers
            layers.removeFirst()
            guard let stage = try stage(for: layer) else { return nil }
            stages.append(stage)
            stageLayers.append(Array(left.dropLast(layers.count)))
        }
        return used.count == flat.parts.count ? stages : nil
    }

    private mutating func stage(for layer: any Module) throws -> (any PlanStage)? {
        switch layer {
        case let convolution as Convolution: return try convolutionPool(convolution)
        case let linear as Linear: return try self.linear(linear)
        case is Flatten:
            shape = [shape[0], Shape.product(shape.dropFirst())]
            return ReshapeStage(shape)
        case let dropout as Dropout:
            guard dropout.probability < 1 else { return nil }
            return DropoutStage(keep: 1 - dropout.probability)
        case let activation as Activation: return activation.function == .relu ? ReluStage() : nil
        default: return nil
        }
    }

    private mutating func convolutionPool(_ layer: Convolution) throws -> (any PlanStage)? {
        guard shape.count == 4, let settings = layer.symmetricSettings, takesRelu(),
            let pooling = layers.popFirst() as? Pooling, pooling.halves,
            let weight = try gradient(of: layer.weight), let bias = try gradient(of: layer.bias)
        else { return nil }
        let kernel = try ConvolutionPool(inputShape: shape, weightShape: weight.parameter.shape, settings)
        defer { shape = kernel.outShape }
        return try ConvolutionPoolStage(
            kernel, inputShape: shape, weight: weight.parameter, bias: bias.parameter, weightGradient: weight.gradient,
            biasGradient: bias.gradient)
    }

    private mutating func linear(_ layer: Linear) throws -> (any PlanStage)? {
        guard shape.count == 2, let weight = try gradient(of: layer.weight) else { return nil }
        let bias = try gradient(of: layer.bias)
        guard layer.bias == nil || bias != nil else { return nil }
        shape = [shape[0], weight.parameter.shape[0]]
        return try LinearStage(
            samples: shape[0], weight: weight.parameter, bias: bias?.parameter, weightGradient: weight.gradient,
            biasGradient: bias?.gradient, hasRelu: takesRelu())
    }

    /// Whether a ReLU follows, which is taken.
    private mutating func takesRelu() -> Bool {
        guard let next = layers.first as? Activation, next.function == .relu else { return false }
        layers.removeFirst()
        return true
    }

    /// Where a parameter's gradient goes; nil for one that another stage has.
    private mutating func gradient(of parameter: Parameter?) throws -> (parameter: Parameter, gradient: Tensor)? {
        guard let parameter, let part = flat.parts.first(where: { $0.parameter === parameter }),
            used.insert(ObjectIdentifier(parameter)).inserted
        else { return nil }
        return (parameter, flat.view(flat.gradients, part))
    }
}
