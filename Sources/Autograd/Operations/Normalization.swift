import TensorCore

/// What a normalization has found of a batch: set when it runs.
final class NormalizationFigures {
    /// Of the elements, with size 1 on the axes.
    fileprivate(set) var mean: Tensor?
    /// Divided by the count, with size 1 on the axes.
    fileprivate(set) var variance: Tensor?
    fileprivate var scale: Tensor?
}

/// Elements less their mean, divided by their deviation along axes, then scaled by a weight and shifted by a bias; with
/// `hasRelu`, the greater of that and zero.
///
/// Inputs are the elements, the weight if there is one, and the bias if there is one; both broadcast.
struct Normalization: Operation {
    /// The axes whose places are normalised together.
    let axes: [Int]
    let epsilon: Double
    let hasWeight: Bool
    /// Whether weight and bias have the type of the elements, and a number for each place on the axes or for each place on the
    /// second axis.
    let isPlain: Bool
    private(set) var hasRelu = false
    let figures = NormalizationFigures()
    /// Which fused kernels have done the work, if any did.
    private var kernel: Kernel?
    var name: String { "normalization" }
    var spread: Spread { .mixing }

    init(axes: [Int], epsilon: Double, hasWeight: Bool, isPlain: Bool) {
        self.axes = axes
        self.epsilon = epsilon
        self.hasWeight = hasWeight
        self.isPlain = isPlain
    }

    /// The rule: ReLU after a normalization of channels.
    static func form(of variable: Variable) -> Fusion.Form? {
        guard let relu = variable.operation as? Elementwise, relu.operation.kernel.name == UnaryOperation.relu.name,
            let result = Fusion.absorbable(variable), var normalization = result.operation as? Normalization
        else { return nil }
        normalization.hasRelu = true
        return Fusion.Form(operation: normalization, inputs: result.inputs, absorbed: [result])
    }

    /// Only that of channels waits: ReLU may follow it.
    func outline(_ inputs: [Variable]) -> Outline? {
        let x = inputs[0]
        guard isPlain, x.dtype.isFloatingPoint, x.count > 0, areAllButChannels(x.rank) else { return nil }
        return Outline(x.shape, x.dtype)
    }

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

    private func areAllButChannels(_ rank: Int) -> Bool { axes == (0..<rank).filter { $0 != 1 } }

    private func kernel(for x: Tensor) -> Kernel? {
        guard isPlain, x.isContiguous, x.dtype.isFloatingPoint, x.count > 0 else { return nil }
        if axes == Array(x.rank - axes.count..<x.rank) { return .rows(size: axes.reduce(1) { $0 * x.shape[$1] }) }
        return areAllButChannels(x.rank) ? .channels : nil
    }

    mutating func forward(_ inputs: [Tensor]) throws -> Tensor {
        let x = inputs[0]
        let weight = hasWeight ? inputs[1] : nil
        let bias = inputs.count > (hasWeight ? 2 : 1) ? inputs[inputs.count - 1] : nil
        kernel = kernel(for: x)
        guard let kernel else { return try forwardStepwise(x, weight, bias) }
        let shape = x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
        let mean = try Tensor.empty(shape, dtype: x.dtype)
        let variance = try Tensor.empty(shape, dtype: x.dtype)
        let scale = try Tensor.empty(shape, dtype: x.dtype)
        let result = try Tensor.empty(x.shape, dtype: x.dtype)
        switch kernel {
        case .rows(let size):
            try RowNormalization.forward(
                x, size: size, epsilon: epsilon, mean: mean, variance: variance, scale: scale,
                weight: weight?.contiguous(), bias: bias?.contiguous(), into: result)
        case .channels:
            try ChannelNormalization.forward(
                x, epsilon: epsilon, weight: weight?.contiguous(), bias: bias?.contiguous(), relu: hasRelu,
                mean: mean, variance: variance, scale: scale, into: result)
        }
        (figures.mean, figures.variance, figures.scale) = (mean, variance, scale)
        return result
    }

    private func forwardStepwise(_ x: Tensor, _ weight: Tensor?, _ bias: Tensor?) throws -> Tensor {
        let mean = try x.reduced(.mean, axes: axes, keepDims: true)
        let centred = try Tensor.combine(.subtract, x, mean)
        let variance = try centred.map(.square).reduced(.mean, axes: axes, keepDims: true)
        let scale = try variance.combined(.add, with: epsilon).map(.sqrt).map(.reciprocal)
        (figures.mean, figures.variance, figures.scale) = (mean, variance, scale)
        var result = try Tensor.combine(.multiply, centred, scale)
        if let weight { result = try Tensor.combine(.multiply, result, weight) }
        if let bias { result = try Tensor.combine(.add, result, bias) }
        return hasRelu ? try result.map(.relu) : result
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        guard let mean = figures.mean, let scale = figures.scale else { return [] }
        if let kernel, !call.isDifferentiated { return try fusedBackward(call, kernel, mean, scale) }
        let g = hasRelu ? try call.gradient.where(call.output.value.combined(.greater, with: 0)) : call.gradient
        let x = call.input()
        let factor = call.isDifferentiated ? try self.scale(of: x) : Variable(scale)
        let level = call.isDifferentiated ? try x.mean(axes: axes, keepDims: true) : Variable(mean)
        let normal = try (x - level) * factor
        var gradients = [
            try call.gradient(by: 0) {
                let inner = hasWeight ? try g * call.input(1) : g
                let average = try inner.mean(axes: axes, keepDims: true)
                let along = try (inner * normal).mean(axes: axes, keepDims: true)
                return try (inner - average - normal * along) * factor
            }
        ]
        if hasWeight { gradients.append(try call.gradient(by: 1) { try g * normal }) }
        if call.inputCount > gradients.count { gradients.append(g) }
        return gradients
    }

    private func fusedBackward(
        _ call: Backward, _ kernel: Kernel, _ mean: Tensor, _ scale: Tensor
    ) throws -> [Variable?] {
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
