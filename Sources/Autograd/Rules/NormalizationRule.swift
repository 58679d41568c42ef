import TensorCore

/// Elements less their mean, divided by their deviation along axes, then scaled by a weight and shifted by a bias.
///
/// Inputs are the elements, the weight if there is one, and the bias if there is one; both broadcast.
struct Normalization: Primitive {
    /// The axes whose places are normalised together.
    let axes: [Int]
    let epsilon: Double
    let hasWeight: Bool
    /// Of the elements, with size 1 on the axes.
    let mean: Tensor
    /// Divided by the count, with size 1 on the axes.
    let variance: Tensor
    private let scale: Tensor
    var rule: Rule { .normalization }

    init(_ x: Tensor, axes: [Int], epsilon: Double, hasWeight: Bool) throws {
        self.axes = axes
        self.epsilon = epsilon
        self.hasWeight = hasWeight
        mean = try x.reduced(.mean, axes: axes, keepDims: true)
        variance = try Tensor.combine(.subtract, x, mean).map(.square)
            .reduced(.mean, axes: axes, keepDims: true)
        scale = try variance.combined(.add, with: epsilon).map(.sqrt).map(.reciprocal)
    }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        var result = try Tensor.combine(.multiply, Tensor.combine(.subtract, inputs[0], mean), scale)
        if hasWeight { result = try Tensor.combine(.multiply, result, inputs[1]) }
        if inputs.count > (hasWeight ? 2 : 1) { result = try Tensor.combine(.add, result, inputs[inputs.count - 1]) }
        return result
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        let g = call.gradient
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

    private func scale(of x: Variable) throws -> Variable {
        try (x.variance(axes: axes, correction: 0, keepDims: true) + epsilon).sqrt().map(.reciprocal)
    }
}
