import TensorCore

struct Softmax: OneInputOperation {
    let axis: Int
    var name: String { "softmax" }
    var spread: Spread { .mixing }

    func forward(_ x: Tensor) throws -> Tensor { try x.softmax(axis: axis) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let y = call.output
        if y.rank == 0 { return try g * 0 }
        if !call.isDifferentiated { return Variable(try g.value.softmaxGradient(at: y.value, axis: axis)) }
        let weighted = try g * y
        return try weighted - y * weighted.sum(axes: [axis], keepDims: true)
    }
}

struct LogSoftmax: OneInputOperation {
    let axis: Int
    var name: String { "log_softmax" }
    var spread: Spread { .mixing }

    func forward(_ x: Tensor) throws -> Tensor { try x.logSoftmax(axis: axis) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let y = call.output
        if y.rank == 0 { return try g * 0 }
        if !call.isDifferentiated { return Variable(try g.value.logSoftmaxGradient(at: y.value, axis: axis)) }
        return try g - y.exp() * g.sum(axes: [axis], keepDims: true)
    }
}

struct LogSumExp: OneInputOperation {
    let axis: Int
    let keepDims: Bool
    var name: String { "logsumexp" }
    var spread: Spread { .mixing }

    func forward(_ x: Tensor) throws -> Tensor { try x.logSumExp(axis: axis, keepDims: keepDims) }

    /// The softmax; 0 where all elements are minus infinity, as in PyTorch.
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.input()
        let place = axis < 0 ? axis + x.rank : axis
        func kept(_ reduced: Variable) throws -> Variable { keepDims ? reduced : try reduced.unsqueeze(place) }
        let isAny = try kept(call.output.detached()).value.combined(.notEqual, with: -.infinity)
        return try kept(g) * x.softmax(axis: axis).where(isAny)
    }
}

/// Softmax of scaled scores along the last axis over the places that a mask leaves.
struct MaskedSoftmax: OneInputOperation {
    let mask: Tensor?
    let scale: Double
    var name: String { "masked_softmax" }
    var spread: Spread { .mixing }

    func forward(_ x: Tensor) throws -> Tensor { try x.maskedSoftmax(mask, scale: scale) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        // Where the result is 0 because a place is hidden, so is the gradient.
        let y = call.output
        if !call.isDifferentiated {
            let slope = try g.value.softmaxGradient(at: y.value, axis: -1)
            return Variable(scale == 1 ? slope : try slope.combined(.multiply, with: scale))
        }
        let weighted = try g * y
        return try (weighted - y * weighted.sum(axes: [-1], keepDims: true)) * scale
    }
}
