import TensorCore

/// `-(t * log(p) + (1 - t) * log(1 - p))` of each probability and its target, with logarithms of at least -100.
///
/// At 0 and 1 the slope by the probability is large and finite: `(p - t) / max(p * (1 - p), 1e-12)`, as in PyTorch.
struct BinaryCrossEntropy: Operation {
    var name: String { "binary_cross_entropy" }
    var spread: Spread { .elementwise }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        let (p, t) = (Variable(inputs[0]), Variable(inputs[1]))
        return try (-(t * BinaryCrossEntropy.log(p) + (1 - t) * BinaryCrossEntropy.log1(p))).value
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        let g = call.gradient
        let (p, t) = (call.input(0), call.input(1))
        return [
            try call.gradient(by: 0) { try g * ((p - t) / (p * (1 - p)).clipped(min: 1e-12)) },
            try call.gradient(by: 1) { try g * (BinaryCrossEntropy.log1(p) - BinaryCrossEntropy.log(p)) },
        ]
    }

    private static func log(_ p: Variable) throws -> Variable { try p.log().clipped(min: -100) }
    /// `log(1 - p)`, exact for small p too.
    private static func log1(_ p: Variable) throws -> Variable { try (-p).map(.log1p).clipped(min: -100) }
}

/// The same of the sigmoid of each score and its target, exact for scores of any size:
/// `max(x, 0) - x * t + log(1 + exp(-|x|))`.
struct BinaryCrossEntropyOfLogits: Operation {
    var name: String { "binary_cross_entropy_with_logits" }
    var spread: Spread { .elementwise }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        let (x, t) = (inputs[0], inputs[1])
        let rest = try x.map(.abs).map(.negate).map(.softplus)
        // The product is taken off the part above zero first: both are large where the scores are.
        return try .combine(.add, .combine(.subtract, x.map(.relu), .combine(.multiply, x, t)), rest)
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        let (x, t) = (call.input(0), call.input(1))
        return [
            try call.gradient(by: 0) { try call.gradient * (x.sigmoid() - t) },
            try call.gradient(by: 1) { try -(call.gradient * x) },
        ]
    }
}
