import Autograd
import TensorCore

/// Applies the operation of a fixture's case; `x` are its floating-point tensors, `other` the rest.
func applied(_ test: Fixture.Case, _ x: [Variable], _ other: [Tensor]) throws -> Variable? {
    if let unary = ElementwiseOperation.all.first(where: { $0.name == test.operation }) { return try x[0].map(unary) }
    if let binary = BinaryOperation.allCases.first(where: { $0.name == test.operation }) {
        return try .combine(binary, x[0], x[1])
    }
    return try arithmetic(test, x, other) ?? shaped(test, x, other) ?? reduced(test, x) ?? decomposed(test, x)
        ?? network(test, x, other)
}

private func arithmetic(_ test: Fixture.Case, _ x: [Variable], _ other: [Tensor]) throws -> Variable? {
    switch test.operation {
    case "elu":
        try x[0].exponentialLinear(
            alpha: test.number, width: Double(test.settings[1]) ?? 0, scale: Double(test.settings[2]) ?? 0)
    case "leaky_relu": try x[0].leakyRelu(slope: test.number)
    case "clip": try x[0].clipped(min: test.number, max: Double(test.settings[1]))
    case "where": try .select(other[0], x[0], x[1])
    case "power": try x[0].power(test.number)
    case "power_of": try x[0].combined(.power, with: test.number, numberOnLeft: true)
    case "add_number": try x[0] + test.number
    case "multiply_number": try test.number * x[0]
    case "divide_number": try x[0] / test.number
    case "number_minus": try test.number - x[0]
    case "number_over": try test.number / x[0]
    case "@": try x[0].matmul(x[1])
    case "einsum": try .einsum(test.settings.joined(separator: ","), x)
    case "outer": try .outer(x[0], x[1])
    default: nil
    }
}

private func shaped(_ test: Fixture.Case, _ x: [Variable], _ other: [Tensor]) throws -> Variable? {
    let ints = test.ints
    return switch test.operation {
    case "reshape": try x[0].reshape(ints)
    case "permute": try x[0].permute(ints)
    case "transpose": try x[0].transpose(ints[0], ints[1])
    case "broadcast": try x[0].broadcast(to: ints)
    case "concat": try .concat([x[0], x[1], x[0]], axis: ints[0])
    case "stack": try .stack(x, axis: ints[0])
    case "pad": try x[0].pad([(ints[0], ints[1]), (ints[2], ints[3])])
    case "tile": try x[0].repeated(ints)
    case "repeat": try x[0].repeatInterleave(ints[0], axis: ints[1])
    case "flip": try x[0].flip(ints)
    case "split": try x[0].split(at: [1, 3], axis: ints[0])[1].square()
    case "step": try x[0].at([.index(1), .all, .slice(start: nil, stop: nil, step: 2)])
    case "take": try x[0].take(other[0], axis: ints[0])
    case "gather": try x[0].gather(axis: ints[0], indices: other[0])
    case "mask": try x[0].at([.tensor(other[0])])
    case "set": try x[0].setting([.tensor(other[0])], to: x[1])
    default: nil
    }
}

private func reduced(_ test: Fixture.Case, _ x: [Variable]) throws -> Variable? {
    let axes = test.axes
    return switch test.operation {
    case "sum": try x[0].square().sum(axes: axes)
    case "mean": try x[0].square().mean(axes: axes)
    case "var": try x[0].variance(axes: axes)
    case "std": try x[0].std(axes: axes)
    case "norm": try x[0].norm(axes: axes)
    case "logsumexp": try x[0].logSumExp(axes: axes)
    case "max": try x[0].max(axes: axes)
    case "min": try x[0].min(axes: axes)
    case "prod": try x[0].prod(axes: axes)
    case "cumsum": try x[0].square().cumulativeSum(axis: test.ints[0])
    case "sort": try x[0].sorted(axis: test.ints[0]).square()
    case "topk": try x[0].topK(test.ints[0], axis: test.ints[1]).values.square()
    case "softmax": try x[0].softmax(axis: test.ints[0])
    case "log_softmax": try x[0].logSoftmax(axis: test.ints[0])
    default: nil
    }
}

private func decomposed(_ test: Fixture.Case, _ x: [Variable]) throws -> Variable? {
    func symmetric() throws -> Variable { try (x[0] + x[0].transpose(-1, -2)) * 0.5 }
    switch test.operation {
    case "inv": return try x[0].inverse()
    case "solve": return try .solve(x[0], x[1])
    case "det": return try x[0].determinant()
    case "slogdet": return try x[0].signAndLogDeterminant().logarithm
    case "cholesky":
        return try x[0].rank == 2 ? symmetric().cholesky() : x[0].matmul(x[0].transpose(-1, -2)).cholesky()
    case "pinv": return try x[0].pseudoInverse()
    case "eigvalsh": return try symmetric().eigenvaluesOfSymmetric()
    case "eigh": return try symmetric().eigh().vectors.square()
    case "svdvals": return try x[0].singularValues()
    case "svd":
        let (u, _, vt) = try x[0].svd()
        return try u.square().matmul(vt.square())
    case "qr":
        let (q, r) = try x[0].qr()
        return try .concat([q.reshape([q.count]), r.reshape([r.count])])
    case "matrix_power": return try x[0].matrixPower(test.ints[0])
    default: return nil
    }
}

private func network(_ test: Fixture.Case, _ x: [Variable], _ other: [Tensor]) throws -> Variable? {
    let ints = test.ints
    switch test.operation {
    case "cross_entropy", "nll":
        guard let smoothing = Double(test.settings[1]), let reduction = LossReduction(rawValue: test.settings[2]) else {
            return nil
        }
        let loss = test.operation == "nll" ? x[0].negativeLogLikelihood : x[0].crossEntropy
        return try loss(other[0], ints[0], smoothing, reduction)
    case "layer_norm":
        return try x[0].layerNorm(
            axes: ints[0], weight: x.count > 1 ? x[1] : nil, bias: x.count > 2 ? x[2] : nil, eps: 1e-5)
    case "batch_norm": return try x[0].batchNorm(weight: x[1], bias: x[2], eps: 1e-5)
    case "embedding": return try .embedding(x[0], other[0], paddingIndex: ints.first)
    case "conv2d":
        let settings = ConvolutionSettings(
            stride: (ints[0], ints[1]), padding: (ints[2], ints[3]), dilation: (ints[4], ints[5]), groups: ints[6])
        return try x[0].conv2D(x[1], bias: x[2], settings)
    case "max_pool2d", "avg_pool2d":
        let settings = PoolSettings(
            size: (ints[0], ints[1]), stride: (ints[2], ints[3]), padding: (ints[4], ints[5]))
        return test.operation == "max_pool2d" ? try x[0].maxPool2D(settings) : try x[0].avgPool2D(settings)
    default: return nil
    }
}
