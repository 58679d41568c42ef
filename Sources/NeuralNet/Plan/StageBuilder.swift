import TensorCore

/// A parameter of a stage, and where its gradient goes in training.
struct PlanParameter {
    let parameter: Parameter
    let part: FlatParameters.Part?
    let gradient: Tensor?
}

/// What the random numbers of a step are drawn from: the keys that a `ForwardContext` of the same key would give.
struct PlanDraws {
    private let key: RandomKey
    private var count: UInt64 = 0

    init(key: RandomKey) { self.key = key }

    mutating func nextKey() -> RandomKey {
        defer { count += 1 }
        return key.child(count)
    }
}

/// Makes the stages of a sequence of layers.
struct StageBuilder {
    /// Up to so many examples a linear layer's weight gradient is made by the update: beyond, arithmetic outweighs
    /// what writing it and reading it again would take.
    private static let fusedSamples = 32

    /// The optimizer and its vectors, in training.
    private let training: (optimizer: Optimizer, flat: FlatParameters)?
    /// Of what flows, with the batch on axis 0.
    private(set) var shape: [Int]
    /// The layers that each stage stands for.
    private(set) var stageLayers: [[any Module]] = []
    /// Those that no stage was made for yet.
    private(set) var layers: ArraySlice<any Module>
    private var used: Set<ObjectIdentifier> = []

    init(training: (optimizer: Optimizer, flat: FlatParameters)?, shape: [Int], layers: [any Module]) {
        self.training = training
        self.shape = shape
        self.layers = layers[...]
    }

    /// The stages of all layers in training.
    ///
    /// - Returns: Nil where a layer is not known, or parameters are shared or left out.
    mutating func build() throws -> [any PlanStage]? {
        let stages = try buildFirst()
        return layers.isEmpty && used.count == training?.flat.parts.count ? stages : nil
    }

    /// The stages of the first layers, as far as they are known.
    mutating func buildFirst() throws -> [any PlanStage] {
        var stages: [any PlanStage] = []
        while let layer = layers.first {
            let before = self
            layers.removeFirst()
            if layer is Dropout, training == nil { continue }
            guard let stage = try stage(for: layer) else {
                self = before
                break
            }
            stages.append(stage)
            stageLayers.append(Array(before.layers.dropLast(layers.count)))
        }
        return stages
    }

    private mutating func stage(for layer: any Module) throws -> (any PlanStage)? {
        switch layer {
        case let convolution as Convolution: return try convolutionPool(convolution)
        case let linear as Linear: return try self.linear(linear)
        case is Flatten:
            guard !shape.isEmpty else { return nil }
            shape = [shape[0], Shape.product(shape.dropFirst())]
            return ReshapeStage(shape)
        case let dropout as Dropout:
            guard dropout.probability < 1 else { return nil }
            return try DropoutStage(shape, keep: 1 - dropout.probability)
        case let activation as Activation: return activation.isRelu ? try ReluStage(shape) : nil
        default: return nil
        }
    }

    private mutating func convolutionPool(_ layer: Convolution) throws -> (any PlanStage)? {
        guard shape.count == 4, let settings = layer.symmetricSettings, takesRelu(),
            let pooling = layers.popFirst() as? Pooling, pooling.halves,
            let weight = plan(layer.weight), let bias = plan(layer.bias)
        else { return nil }
        let kernel = try ConvolutionPool(inputShape: shape, weightShape: weight.parameter.shape, settings)
        defer { shape = kernel.outShape }
        return try ConvolutionPoolStage(
            kernel, inputShape: shape, weight: weight, bias: bias, isTraining: training != nil)
    }

    private mutating func linear(_ layer: Linear) throws -> (any PlanStage)? {
        guard shape.count == 2, let weight = plan(layer.weight), shape[1] == weight.parameter.shape[1] else {
            return nil
        }
        let bias = plan(layer.bias)
        guard layer.bias == nil || bias != nil else { return nil }
        shape = [shape[0], weight.parameter.shape[0]]
        let isFused = shape[0] <= StageBuilder.fusedSamples && training?.optimizer.updatesWithoutGradients == true
        let moments = weight.part.flatMap { isFused ? training?.optimizer.moments(of: $0) : nil }
        return try LinearStage(
            samples: shape[0], weight: weight, bias: bias, hasRelu: takesRelu(), moments: moments,
            isTraining: training != nil)
    }

    /// Whether a ReLU follows, which is taken.
    private mutating func takesRelu() -> Bool {
        guard let next = layers.first as? Activation, next.isRelu else { return false }
        layers.removeFirst()
        return true
    }

    /// Nil for a parameter that is not there or not float32, and in training for one that another stage has.
    private mutating func plan(_ parameter: Parameter?) -> PlanParameter? {
        guard let parameter, parameter.dtype == .float32, parameter.value.isContiguous else { return nil }
        guard let flat = training?.flat else { return PlanParameter(parameter: parameter, part: nil, gradient: nil) }
        guard let part = flat.parts.first(where: { $0.parameter === parameter }),
            used.insert(ObjectIdentifier(parameter)).inserted
        else { return nil }
        return PlanParameter(parameter: parameter, part: part, gradient: flat.view(flat.gradients, part))
    }
}
