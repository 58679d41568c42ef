import TensorCore

/// Elements less their mean, divided by their deviation along axes, then scaled by a weight and shifted by a bias.
///
/// Where it is asked for and fused kernels do it, the result is the greater of that and zero.
///
/// Inputs are the elements, the weight if there is one, and the bias if there is one; both broadcast.
struct Normalization: Operation {
    /// The axes whose places are normalised together.
    let axes: [Int]
    let epsilon: Double
    let hasWeight: Bool
    let hasRelu: Bool
    /// Of the elements, with size 1 on the axes; where fused kernels do the work, `forward` writes these three.
    let mean: Tensor
    /// Divided by the count, with size 1 on the axes.
    let variance: Tensor
    private let scale: Tensor
    /// Which fused kernels do the work, if any do.
    private let kernel: Kernel?
    /// The result where a kernel made it together with the figures, until `forward` hands it out.
    private var result: Tensor?
    var name: String { "normalization" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { functionFlops * size(output) }

    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double {
        1.5 * flops(inputs, output)
    }

    private enum Kernel {
        /// The axes are the last ones, with so many elements.
        case rows(size: Int)
        /// The axes are all but the second.
        case channels
    }

    /// - Parameter isFused: Whether weight and bias have the type of the elements, and a number for each place on the axes or
    ///   for each place on the second axis.
    init(
        _ x: Tensor, axes: [Int], epsilon: Double, weight: Tensor?, bias: Tensor?, isFused: Bool, relu: Bool
    ) throws {
        self.axes = axes
        self.epsilon = epsilon
        hasWeight = weight != nil
        let shape = x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
        let isFused = isFused && x.isContiguous && x.dtype.isFloatingPoint && x.count > 0
        if isFused, axes == Array(x.rank - axes.count..<x.rank) {
            kernel = .rows(size: axes.reduce(1) { $0 * x.shape[$1] })
            hasRelu = false
            mean = try Tensor.empty(shape, dtype: x.dtype)
            variance = try Tensor.empty(shape, dtype: x.dtype)
            scale = try Tensor.empty(shape, dtype: x.dtype)
        } else if isFused, axes == (0..<x.rank).filter({ $0 != 1 }) {
            kernel = .channels
            hasRelu = relu
            mean = try Tensor.empty(shape, dtype: x.dtype)
            variance = try Tensor.empty(shape, dtype: x.dtype)
            scale = try Tensor.empty(shape, dtype: x.dtype)
            let result = try Tensor.empty(x.shape, dtype: x.dtype)
            try ChannelNormalization.forward(
                x, epsilon: epsilon, weight: weight?.contiguous(), bias: bias?.contiguous(), relu: relu,
                mean: mean, variance: variance, scale: scale, into: result)
            self.result = result
            return
        } else {
            kernel = nil
            hasRelu = false
            mean = try x.reduced(.mean, axes: axes, keepDims: true)
            variance = try Tensor.combine(.subtract, x, mean).map(.square)
                .reduced(.mean, axes: axes, keepDims: true)
            scale = try variance.combined(.add, with: epsilon).map(.sqrt).map(.reciprocal)
        }
    }

    mutating func forward(_ inputs: [Tensor]) throws -> Tensor {
        if let result {
            self.result = nil
            return result
        }
        let bias = inputs.count > (hasWeight ? 2 : 1) ? inputs[inputs.count - 1] : nil
        if case .rows(let size) = kernel {
            let result = try Tensor.empty(inputs[0].shape, dtype: inputs[0].dtype)
            try RowNormalization.forward(
                inputs[0], size: size, epsilon: epsilon, mean: mean, variance: variance, scale: scale,
                weight: hasWeight ? inputs[1].contiguous() : nil, bias: bias?.contiguous(), into: result)
            return result
        }
        var result = try Tensor.combine(.multiply, Tensor.combine(.subtract, inputs[0], mean), scale)
        if hasWeight { result = try Tensor.combine(.multiply, result, inputs[1]) }
        if let bias { result = try Tensor.combine(.add, result, bias) }
        return result
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        if let kernel, !call.isDifferentiated { return try fusedBackward(call, kernel) }
        let g = hasRelu ? try call.gradient.where(call.output.value.combined(.greater, with: 0)) : call.gradient
        let x = call.input()
        let scale = call.isDifferentiated ? try self.scale(of: x) : Variable(self.scale)
        let mean = call.isDifferentiated ? try x.mean(axes: axes, keepDims: true) : Variable(self.mean)
        let normal = try (x - mean) * scale
        var gradients = [
            try call.gradient(by: 0) {
                let inner = hasWeight ? try g * call.input(1) : g
                let level = try inner.mean(axes: axes, keepDims: true)
                let along = try (inner * normal).mean(axes: axes, keepDims: true)
                return try (inner - level - normal * along) * scale
            }
        ]
        if hasWeight { gradients.append(try call.gradient(by: 1) { try g * normal }) }
        if call.inputCount > gradients.count { gradients.append(g) }
        return gradients
    }

    private func fusedBackward(_ call: Backward, _ kernel: Kernel) throws -> [Variable?] {
        let g = try call.gradient.value.contiguous()
        let x = call.input().value
        /// Memory for the gradient of an input, if it is needed.
        func room(_ index: Int) throws -> Tensor? {
            guard index < call.inputCount, call.wants(index..<index + 1) else { return nil }
            return try Tensor.empty(call.input(index).shape, dtype: x.dtype)
        }
        let biasIndex = hasWeight ? 2 : 1
        let gradients = [try room(0)] + (hasWeight ? [try room(1)] : []) + [try room(biasIndex)]
        let weight = hasWeight ? try call.input(1).value.contiguous() : nil
        let weightGradient = hasWeight ? gradients[1] : nil
        switch kernel {
        case .rows(let size):
            try RowNormalization.backward(
                g, x: x, size: size, mean: mean, scale: scale, weight: weight, inputGradient: gradients[0],
                weightGradient: weightGradient, biasGradient: gradients[biasIndex])
        case .channels:
            ChannelNormalization.backward(
                g, relu: hasRelu ? call.output.value : nil, x: x, mean: mean, scale: scale, weight: weight,
                inputGradient: gradients[0],
                weightGradient: weightGradient, biasGradient: gradients[biasIndex])
        }
        return gradients.prefix(call.inputCount).map { $0.map { Variable($0) } }
    }

    private func scale(of x: Variable) throws -> Variable {
        try (x.variance(axes: axes, correction: 0, keepDims: true) + epsilon).sqrt().map(.reciprocal)
    }
}
