import TensorCore

/// A linear map and a function of each of its results, whose slope the results tell: one tensor in place of two.
///
/// Inputs are those of `LinearMap`.
struct LinearActivation: Operation {
    let function: Elementwise
    var name: String { "linear_activation" }
    var spread: Spread { .mixing }

    /// The rule: a function after a linear map that nothing else uses.
    static func form(of variable: Variable) -> Fusion.Form? {
        guard let function = variable.operation as? Elementwise, function.operation.kernel.hasSlopeOfResult,
            let linear = Fusion.absorbable(variable), linear.operation is LinearMap
        else { return nil }
        return Fusion.Form(
            operation: LinearActivation(function: function), inputs: linear.inputs, absorbed: [linear])
    }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        LinearMap().flops(inputs, output) + function.flops([output], output)
    }

    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double {
        LinearMap().backwardFlops(inputs, output, wanted: wanted) + size(output)
    }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        try LinearMap().forward(inputs).mappedInPlace(function.operation.kernel)
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        let (g, y) = (call.gradient, call.output)
        let slope =
            call.isDifferentiated
            ? nil : try g.value.multiplied(bySlopeOf: function.operation.kernel, operand: y.value, result: y.value)
        return try LinearMap().backward(
            call.replacing(gradient: try slope.map { Variable($0) } ?? function.derivative(g, y, y)))
    }
}

/// Convolution, ReLU and the greatest of each 2 x 2 window in one pass; neither the results of the convolution nor those
/// of ReLU are written.
///
/// Inputs are images, filters and bias, all float32.
struct ConvolutionReluPool: Operation {
    let settings: ConvolutionSettings
    private let kernel: ConvolutionPool
    private var positions: Tensor?
    var name: String { "conv_relu_pool" }
    var spread: Spread { .mixing }

    init(_ kernel: ConvolutionPool, _ settings: ConvolutionSettings) {
        self.kernel = kernel
        self.settings = settings
    }

    /// The rule: max pooling by two after ReLU after a convolution with a bias.
    static func form(of variable: Variable) -> Fusion.Form? {
        guard let pooling = variable.operation as? MaxPool2D, pooling.settings.halves,
            let relu = Fusion.absorbable(variable), let function = relu.operation as? Elementwise,
            function.operation.kernel.name == UnaryOperation.relu.name,
            let result = Fusion.absorbable(relu), let convolution = result.operation as? Convolve2D,
            result.inputs.count == 3,
            let kernel = try? ConvolutionPool.cached(
                inputShape: result.inputs[0].shape, weightShape: result.inputs[1].shape, convolution.settings)
        else { return nil }
        return Fusion.Form(
            operation: ConvolutionReluPool(kernel, convolution.settings), inputs: result.inputs,
            absorbed: [relu, result])
    }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        let pixels = [output[0], output[1], 2 * output[2], 2 * output[3]]
        return Convolve2D(settings: settings).flops(inputs, pixels) + 2 * size(pixels)
    }

    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double {
        // Only the pixels that were taken have a gradient.
        Convolve2D(settings: settings).backwardFlops(inputs, output, wanted: wanted) + size(output)
    }

    mutating func forward(_ inputs: [Tensor]) throws -> Tensor {
        let y = try Tensor.empty(kernel.outShape, dtype: .float32)
        let positions = try Tensor.empty(kernel.outShape, dtype: .uint8)
        try kernel.forward(
            inputs[0].contiguous(), weight: inputs[1].contiguous(), bias: inputs[2].contiguous(), into: y,
            positions: positions)
        self.positions = positions
        return y
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        if call.isDifferentiated { return try separated(call) }
        guard let positions else { return [nil, nil, nil] }
        let (x, weight) = (call.value(0), call.value(1))
        let byInput = call.wants(0..<1) ? try Tensor.empty(x.shape, dtype: .float32) : nil
        let byWeight = try Tensor.empty(weight.shape, dtype: .float32)
        let byBias = try Tensor.empty(call.value(2).shape, dtype: .float32)
        try kernel.backward(
            call.gradient.value.contiguous(), positions: positions, x: x.contiguous(), weight: weight.contiguous(),
            weightGradient: byWeight, biasGradient: byBias, inputGradient: byInput)
        return [byInput.map { Variable($0) }, Variable(byWeight), Variable(byBias)]
    }

    /// The gradients by the operations one by one, which can be differentiated again.
    private func separated(_ call: Backward) throws -> [Variable?] {
        let (x, weight) = (call.input(0), call.input(1))
        let y = try x.conv2D(weight, bias: call.input(2), settings).relu()
        var pooling = MaxPool2D(PoolSettings(size: (2, 2)))
        _ = try pooling.forward(y.value)
        let unpooled = try pooling.scattered(call.gradient, to: y.shape)
        let g = try unpooled.where(y.value.combined(.greater, with: 0))
        return try Convolve2D(settings: settings).backward(call.replacing(gradient: g))
    }
}

/// The gradient of a linear map's weights, `g^T x` for `g` `[N, O]` and `x` `[N, I]`: computed where it is written, or not
/// at all where an optimizer makes it as it uses it.
package struct LinearWeightGradient: Operation {
    package init() {}

    package var name: String { "linear_weight" }
    package var spread: Spread { .mixing }

    package func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { 2 * size(output) * Double(inputs[0].first ?? 1) }

    package func forward(_ inputs: [Tensor]) throws -> Tensor {
        try Tensor.matmul(inputs[0].permute([1, 0]), inputs[1])
    }

    package func backward(_ call: Backward) throws -> [Variable?] {
        let (g, x, h) = (call.input(0), call.input(1), call.gradient)
        return [
            try call.gradient(by: 0) { try x.matmul(h.transpose(0, 1)) },
            try call.gradient(by: 1) { try g.matmul(h) },
        ]
    }
}

extension Variable {
    /// The factors `g` and `x` of a gradient of a linear map's weights that is not computed yet.
    package var weightGradientFactors: (g: Tensor, x: Tensor)? {
        guard isDeferred, operation is LinearWeightGradient else { return nil }
        return (inputs[0].value, inputs[1].value)
    }
}
