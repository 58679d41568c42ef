import TensorCore

// Functions of each element that have settings.
extension ElementwiseOperation {
    /// `x` where it is positive, `slope * x` elsewhere.
    static func leakyRelu(slope: Double) -> Self {
        .init(
            .leakyRelu(slope: slope),
            onnx: .nodes { call, x, _ in call.add("LeakyRelu", [x], [("alpha", .number(Float(slope)))]) },
            flops: 2
        ) { g, x, _ in try Variable.select(x.value.combined(.greater, with: 0), g, g * slope) }
    }

    /// Half the square up to `delta`, and `delta * (|x| - delta / 2)` beyond.
    ///
    /// - Source: Huber 1964, doi:10.1214/aoms/1177703732.
    static func huber(delta: Double) -> Self {
        .init(.huber(delta: delta), flops: 3) { g, x, _ in try g * x.clipped(min: -delta, max: delta) }
    }

    /// `x` where it is positive, `alpha * (exp(x / width) - 1)` elsewhere: ELU, CELU and, times a number, SELU.
    ///
    /// - Source: Clevert et al. 2016, arXiv:1511.07289; Klambauer et al. 2017, arXiv:1706.02515; Barron 2017,
    ///   arXiv:1704.07483.
    static func exponentialLinear(alpha: Double, width: Double) -> Self {
        .init(
            .exponentialLinear(alpha: alpha, width: width),
            onnx: .nodes { call, x, number in
                if width == 1 { return call.add("Elu", [x], [("alpha", .number(Float(alpha)))]) }
                // Elu of x / width is the same below zero, and width times too small above.
                let narrowed = call.add("Div", [x, try number(width)])
                let elu = call.add("Elu", [narrowed], [("alpha", .number(Float(alpha / width)))])
                return call.add("Mul", [elu, try number(width)])
            }
        ) { g, x, _ in
            let below = try (x.clipped(max: 0) / width).exp() * (alpha / width)
            return try Variable.select(x.value.combined(.greater, with: 0), g, g * below)
        }
    }
}
