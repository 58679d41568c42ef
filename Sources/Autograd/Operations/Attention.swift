import TensorCore

/// `softmax(scale * q k^T) v` over the places that a mask leaves, some rows of queries at a time: the weights of all
/// rows are never there at once, and the backward pass computes them anew.
///
/// Inputs are queries `[N, H, Q, D]`, keys `[N, H, K, D]` and values `[N, H, K, E]`; the result is `[N, H, Q, E]`.
///
/// - Source: Rabe and Staats 2021, arXiv:2112.05682.
struct BlockedAttention: Operation {
    /// True where a place is hidden, of shape `[N, H, Q, K]`.
    let hidden: Tensor?
    let scale: Double
    let rowsPerBlock: Int
    var name: String { "attention" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        let scores = size(inputs[0].dropLast() + [inputs[1][2]])
        return scores * (2 * Double(inputs[0][3]) + functionFlops + 2 * Double(inputs[2][3]))
    }

    /// The weights once more, and the products by each of their operands.
    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double { 2.5 * flops(inputs, output) }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        try Tensor.concat(
            blocks(inputs[0]).map { try Tensor.matmul(weights(rows($0, of: inputs[0]), inputs[1], $0), inputs[2]) },
            axis: 2)
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        let inputs = (0..<3).map { call.input($0) }
        if call.isDifferentiated { return try differentiated(call, inputs) }
        let (q, k, v) = (inputs[0].value, inputs[1].value, inputs[2].value)
        let values = try v.transposed()
        var byQuery: [Tensor] = []
        var byKey = try Tensor.zeros(k.shape, dtype: k.dtype)
        var byValue = try Tensor.zeros(v.shape, dtype: v.dtype)
        for block in blocks(q) {
            let query = try rows(block, of: q)
            let g = try rows(block, of: call.gradient.value)
            let weights = try weights(query, k, block)
            try byValue.add(Tensor.matmul(weights.transposed(), g))
            let slope = try Tensor.matmul(g, values).softmaxGradient(at: weights, axis: -1)
                .combined(.multiply, with: scale)
            byQuery.append(try Tensor.matmul(slope, k))
            try byKey.add(Tensor.matmul(slope.transposed(), query))
        }
        return [Variable(try Tensor.concat(byQuery, axis: 2)), Variable(byKey), Variable(byValue)]
    }

    private func differentiated(_ call: Backward, _ inputs: [Variable]) throws -> [Variable?] {
        let (q, k, v, g) = (inputs[0], inputs[1], inputs[2], call.gradient)
        let weights = try q.matmul(k.transpose(-1, -2)).maskedSoftmax(hidden, scale: scale)
        let weighted = try weights * g.matmul(v.transpose(-1, -2))
        let slope = try (weighted - weights * weighted.sum(axes: [-1], keepDims: true)) * scale
        return [
            try slope.matmul(k), try slope.transpose(-1, -2).matmul(q), try weights.transpose(-1, -2).matmul(g),
        ]
    }

    private func blocks(_ q: Tensor) -> [Range<Int>] {
        stride(from: 0, to: q.shape[2], by: rowsPerBlock).map { $0..<min($0 + rowsPerBlock, q.shape[2]) }
    }

    private func rows(_ block: Range<Int>, of tensor: Tensor) throws -> Tensor {
        try tensor.at([.all, .all, .slice(start: block.lowerBound, stop: block.upperBound, step: 1)])
    }

    private func weights(_ query: Tensor, _ key: Tensor, _ block: Range<Int>) throws -> Tensor {
        try Tensor.matmul(query, key.transposed()).maskedSoftmax(hidden.map { try rows(block, of: $0) }, scale: scale)
    }
}

extension Tensor {
    fileprivate func transposed() throws -> Tensor { try permute([0, 1, 3, 2]) }
}

extension Variable {
    /// Returns attention of these queries `[N, H, Q, D]` over keys `[N, H, K, D]` to values `[N, H, K, E]`: `[N, H, Q, E]`.
    ///
    /// - Parameters:
    ///   - hidden: True where a place is hidden; broadcasts to `[N, H, Q, K]`.
    ///   - rowsPerBlock: The queries whose weights are in memory at once.
    /// - Throws: `TensorError` `.matrixProduct`, `.broadcast`.
    package func attention(
        _ keys: Variable, _ values: Variable, hidden: Tensor?, scale: Double, rowsPerBlock: Int
    ) throws -> Variable {
        let shape = self.shape.dropLast() + [keys.shape[2]]
        let operation = BlockedAttention(
            hidden: try hidden.map { try $0.broadcast(to: Array(shape)) }, scale: scale, rowsPerBlock: rowsPerBlock)
        return try .apply(operation, [self, keys, values])
    }
}
