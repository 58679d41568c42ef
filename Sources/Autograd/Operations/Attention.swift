import TensorCore

/// `softmax(scale * q k^T) v` of each head, over the places that a mask leaves. The weights of all rows are never there at
/// once, and the backward pass computes them anew.
///
/// Inputs are queries `[N, Q, H, D]`, keys `[N, K, H, D]` and values `[N, K, H, E]`, or one of `[N, T, 3, H, D]` that has
/// them all; the result is `[N, Q, H, E]`.
struct HeadAttention: Operation {
    /// True where a place is hidden, of shape `[N, H, Q, K]`.
    let hidden: Tensor?
    /// Whether a query sees no place after its own.
    let isCausal: Bool
    let scale: Double
    var name: String { "attention" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        let (query, key) = (inputs[0], inputs.count == 1 ? inputs[0] : inputs[1])
        let scores = Double(output[0]) * Double(output[1]) * Double(output[2]) * Double(key[1])
        return scores * (2 * Double(query[query.count - 1]) + functionFlops + 2 * Double(output[3]))
    }

    /// The weights once more, and the products by each of their operands.
    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double { 2.5 * flops(inputs, output) }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        let parts = try split(inputs)
        return try parts[0].attention(parts[1], parts[2], hidden: hidden, isCausal: isCausal, scale: scale)
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        if call.isDifferentiated { return try differentiated(call) }
        let inputs = (0..<call.inputCount).map { call.value($0) }
        let gradients = try inputs.map { try Tensor.empty($0.shape, dtype: $0.dtype) }
        let parts = try split(inputs)
        try parts[0].attentionGradients(
            parts[1], parts[2], hidden: hidden, isCausal: isCausal, scale: scale, from: call.gradient.value,
            into: split(gradients))
        return gradients.map { Variable($0) }
    }

    private func split(_ inputs: [Tensor]) throws -> [Tensor] {
        inputs.count == 1 ? try (0..<3).map { try inputs[0].at([.all, .all, .index($0)]) } : inputs
    }

    /// In operations on variables, by head: `[N, H, T, D]`.
    private func differentiated(_ call: Backward) throws -> [Variable?] {
        let isPacked = call.inputCount == 1
        let parts = try (0..<3).map { try isPacked ? call.input(0).at([.all, .all, .index($0)]) : call.input($0) }
        let heads = try (parts + [call.gradient]).map { try $0.permute([0, 2, 1, 3]) }
        let (q, k, v, g) = (heads[0], heads[1], heads[2], heads[3])
        let mask = try allHidden(queries: q.shape[2], places: k.shape[2])
        let weights = try q.matmul(k.transpose(-1, -2)).maskedSoftmax(mask, scale: scale)
        let weighted = try weights * g.matmul(v.transpose(-1, -2))
        let slope = try (weighted - weights * weighted.sum(axes: [-1], keepDims: true)) * scale
        let gradients = try [
            slope.matmul(k), slope.transpose(-1, -2).matmul(q), weights.transpose(-1, -2).matmul(g),
        ].map { try $0.permute([0, 2, 1, 3]) }
        return isPacked ? [try .concat(gradients.map { try $0.unsqueeze(2) }, axis: 2)] : gradients
    }

    /// What is hidden by the mask or for coming later.
    func allHidden(queries: Int, places: Int) throws -> Tensor? {
        guard isCausal else { return hidden }
        let later = try Tensor.later(than: queries, among: places)
        return try hidden.map { try .combine(.logicalOr, $0, later) } ?? later
    }
}

extension Tensor {
    /// Returns a mask `[queries, places]`, true where a place comes after the query's own.
    package static func later(than queries: Int, among places: Int) throws -> Tensor {
        try .combine(
            .greater, .arange(0, Double(places), dtype: .int64),
            .arange(0, Double(queries), dtype: .int64).unsqueeze(1))
    }
}

extension Variable {
    /// Returns attention of these queries `[N, Q, H, D]` over keys `[N, K, H, D]` to values `[N, K, H, E]`: `[N, Q, H, E]`.
    ///
    /// - Parameters:
    ///   - hidden: True where a place is hidden; broadcasts to `[N, H, Q, K]`.
    ///   - isCausal: Whether a query sees no place after its own.
    /// - Throws: `TensorError` `.matrixProduct`, `.broadcast`, `.dtype`.
    package func attention(
        _ keys: Variable, _ values: Variable, hidden: Tensor?, isCausal: Bool = false, scale: Double
    ) throws -> Variable {
        let dtype = DType.promoted(dtype, .promoted(keys.dtype, values.dtype))
        let hidden = try hidden?.broadcast(to: [shape[0], shape[2], shape[1], keys.shape[1]])
        return try .apply(
            HeadAttention(hidden: hidden, isCausal: isCausal, scale: scale),
            [self, keys, values].map { try $0.dtype == dtype ? $0 : $0.cast(to: dtype) })
    }

    /// Returns attention of a sequence to itself, from its queries, keys and values `[N, T, 3, H, D]`: `[N, T, H, D]`.
    ///
    /// - Parameters: As those of `attention`.
    package func selfAttention(hidden: Tensor?, isCausal: Bool = false, scale: Double) throws -> Variable {
        let hidden = try hidden?.broadcast(to: [shape[0], shape[3], shape[1], shape[1]])
        return try .apply(HeadAttention(hidden: hidden, isCausal: isCausal, scale: scale), [self])
    }
}
