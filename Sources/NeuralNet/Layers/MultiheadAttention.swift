import Autograd
import TensorCore

/// Attention with several heads, of a sequence to itself or to another one.
///
/// Queries, keys and values are projected to `heads` parts of `size / heads` features each; each part is attended to on
/// its own, `softmax(q k^T / sqrt(size / heads)) v`, and what they give is put side by side and projected once more.
/// `[N, Q, size]`, `[N, K, size]` to `[N, Q, size]`.
///
///     multihead_attention 64 4
///
/// - Source: Vaswani et al. 2017, arXiv:1706.03762; parameters and initial weights as in PyTorch's
///   `MultiheadAttention` with `batch_first=True`.
package final class MultiheadAttention: NamedInputs {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let size: Int
    package let heads: Int
    /// Of the attention's weights, in training.
    package let dropout: Double
    package let hasBias: Bool
    /// Whether a query sees no key after its own place.
    package let isCausal: Bool
    package private(set) var parameters: [Parameter] = []

    /// - Throws: `NeuralNetError` `.setting`.
    package init(
        _ size: Int, heads: Int, dropout: Double = 0, hasBias: Bool = true, isCausal: Bool = false,
        place: ModulePlace = ModulePlace()
    ) throws {
        self.size = size
        self.heads = heads
        self.dropout = dropout
        self.hasBias = hasBias
        self.isCausal = isCausal
        self.place = place
        try check("size", (1...1 << 20).contains(size), "\(size)", "from 1 to \(1 << 20)")
        try check("heads", heads >= 1, "\(heads)", "at least 1")
        guard size.isMultiple(of: heads) else {
            throw error(.indivisible(what: "features", count: size, groups: heads))
        }
        try check("dropout", (0...1).contains(dropout), numberText(dropout), "between 0 and 1")
    }

    package var kind: String { "multihead_attention" }
    package var settingsText: String {
        [
            "\(size) \(heads)", dropout == 0 ? nil : "dropout=\(numberText(dropout))", hasBias ? nil : "bias=false",
            isCausal ? "causal=true" : nil,
        ].compactMap { $0 }.joined(separator: " ")
    }
    package var isBuilt: Bool { !parameters.isEmpty }
    package var declaredInputShape: [Int]? { [Shape.unknown, Shape.unknown, size] }
    package var namedParameters: [(name: String, parameter: Parameter)] { parameters.map { ($0.name, $0) } }
    package var buffers: [Parameter] { [] }
    package var parameterFormula: String? { "4 * \(size) * " + (hasBias ? "(\(size) + 1)" : "\(size)") }

    package func build(inputShapes: [[Int]]) throws {
        if let shape = inputShapes.first { _ = try outputShapes([shape]) }
        let into = try parameter("in_proj_weight", [3 * size, size], .xavierUniform(fanIn: size, fanOut: 3 * size))
        let out = try parameter("out_proj.weight", [size, size], .fanInUniform(fanIn: size))
        parameters =
            hasBias
            ? [
                into, try parameter("in_proj_bias", [3 * size], .constant(0)), out,
                try parameter("out_proj.bias", [size], .constant(0)),
            ] : [into, out]
    }

    package func unbuild() { parameters = [] }

    /// The output alone, as in a sequence; it has the shape of the queries.
    package func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] {
        for input in inputs {
            guard input.count == 3 else { throw error(.rank(expected: ["NTF"], actual: input)) }
            guard input[2] == size || input[2] == Shape.unknown else {
                throw error(.size(of: "features", axis: 2, expected: size, input: input, weight: [3 * size, size]))
            }
        }
        guard let query = inputs.first else { throw error(.inputCount(expected: 1, actual: 0)) }
        return [query]
    }

    // MARK: - Applying

    package var inputNames: [String] { ["query", "key", "value", "mask"] }
    package var requiredInputCount: Int { 1 }

    package func forward(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        guard let query = inputs.first, inputs.count == 1 else {
            throw error(.inputCount(expected: 1, actual: inputs.count))
        }
        return [try attend(query, nil, nil, mask: { _ in nil }, context, wantsWeights: false).output]
    }

    package func respond(to inputs: [ModuleValue?], _ context: ForwardContext) throws -> [ModuleValue] {
        let query = try tensor(inputs, 0)
        let key = try inputs[1].map { _ in try tensor(inputs, 1) }
        let value = try inputs[2].map { _ in try tensor(inputs, 2) }
        let (output, weights) = try attend(
            query, key, value, mask: { try maskOfHeads(inputs, $0, context) }, context)
        // As in PyTorch the mean over the heads.
        return [.tensor(output)] + (try weights.map { [.tensor(try $0.mean(axes: [1]))] } ?? [])
    }

    /// The mask for all heads, or `[N * heads, Q, K]` with one for each, as PyTorch takes it.
    private func maskOfHeads(_ inputs: [ModuleValue?], _ scores: [Int], _ context: ForwardContext) throws -> Variable? {
        guard heads > 1, inputs[3] != nil, case let shape = try tensor(inputs, 3).shape, shape.count == 3,
            shape[0] == scores[0] * heads
        else { return try mask(inputs, 3, scores: scores, context) }
        let each = try mask(inputs, 3, scores: [shape[0]] + scores.dropFirst(), context)
        return try each?.reshape([scores[0], heads] + shape.dropFirst())
    }

    /// - Parameters:
    ///   - mask: Asked with the shape of the scores of one head, `[N, Q, K]`.
    ///   - wantsWeights: Whether the weights are to be seen.
    /// - Returns: The output, and the weights of each head `[N, heads, Q, K]`, if they are wanted.
    func attend(
        _ query: Variable, _ key: Variable?, _ value: Variable?, mask: ([Int]) throws -> Variable?,
        _ context: ForwardContext, wantsWeights: Bool = true
    ) throws -> (output: Variable, weights: Variable?) {
        let source = key ?? query
        let values = value ?? source
        _ = try outputShapes([query.shape, source.shape, values.shape])
        for (name, other) in [("key", source), ("value", values)] where other.shape[0] != query.shape[0] {
            throw error(
                .namedInput(
                    name, expected: "a batch of \(query.shape[0]) rows, as many as the query has",
                    actual: "a shape of \(Shape.text(other.shape))"))
        }
        guard values.shape[1] == source.shape[1] else {
            throw error(
                .namedInput(
                    "value", expected: "\(source.shape[1]) places, as many as the key has",
                    actual: "a shape of \(Shape.text(values.shape))"))
        }
        let (batch, queries) = (query.shape[0], query.shape[1])
        let given = try mask([batch, queries, source.shape[1]]).map(byHead)
        let scale = 1 / Double(size / heads).squareRoot()
        let drops = dropout > 0 && context.isTraining
        let isSelf = query === source && source === values
        var weights: Variable?
        let attended: Variable
        if isSelf, context.cache == nil, !wantsWeights, !drops {
            attended = try projected(query, 0..<3).selfAttention(hidden: given, isCausal: isCausal, scale: scale)
        } else {
            var parts = try projected(query, source, values)
            var (hidden, isCausal) = (given, isCausal)
            if let cache = context.cache, isSelf {
                hidden = try cache.checked(allHidden(given, queries, parts[1].shape[1]), places: queries)
                isCausal = false
                (parts[1], parts[2]) = try cache.extend(self, by: parts[1], parts[2])
            }
            if wantsWeights || drops {
                if isCausal { hidden = try allHidden(given, queries, parts[1].shape[1]) }
                let shares = try parts[0].permute([0, 2, 1, 3]).matmul(parts[1].permute([0, 2, 3, 1]))
                    .maskedSoftmax(hidden, scale: scale)
                weights = shares
                let used = drops ? try shares.dropout(keep: 1 - dropout, key: context.nextKey()) : shares
                attended = try used.matmul(parts[2].permute([0, 2, 1, 3])).permute([0, 2, 1, 3])
            } else {
                attended = try parts[0].attention(
                    parts[1], parts[2], hidden: hidden, isCausal: isCausal, scale: scale)
            }
        }
        let joined = try attended.reshape([batch, queries, size])
        let out = try joined.linear(
            parameters[hasBias ? 2 : 1].variable, bias: hasBias ? parameters[3].variable : nil)
        return (out, weights)
    }

    /// Some of queries, keys and values `[N, T, parts, heads, size / heads]`: all have the numbers 0 ..< 3.
    private func projected(_ x: Variable, _ parts: Range<Int>) throws -> Variable {
        let weight = parameters[0].variable
        let bias = hasBias ? parameters[1].variable : nil
        let rows = [TensorIndex.slice(start: parts.lowerBound * size, stop: parts.upperBound * size, step: 1)]
        let sum =
            parts.count == 3 ? try x.linear(weight, bias: bias) : try x.linear(weight.at(rows), bias: bias?.at(rows))
        return try sum.reshape([x.shape[0], x.shape[1], parts.count, heads, size / heads])
    }

    /// Queries, keys and values, each `[N, T, heads, size / heads]`.
    private func projected(_ query: Variable, _ key: Variable, _ value: Variable) throws -> [Variable] {
        func project(_ x: Variable, _ parts: Range<Int>) throws -> [Variable] {
            let sum = try projected(x, parts)
            return try (0..<parts.count).map { try sum.at([.all, .all, .index($0)]) }
        }
        if query === key && key === value { return try project(query, 0..<3) }
        if key === value { return try project(query, 0..<1) + project(key, 1..<3) }
        return try project(query, 0..<1) + project(key, 1..<2) + project(value, 2..<3)
    }

    /// The mask with an axis for the heads.
    private func byHead(_ mask: Variable) throws -> Tensor {
        let own = mask.dtype == .bool ? mask.value : try mask.value.cast(to: .bool)
        return own.rank == 3 ? try own.unsqueeze(1) : own
    }

    /// The mask, with what is to come where that is hidden too.
    private func allHidden(_ mask: Tensor?, _ queries: Int, _ places: Int) throws -> Tensor? {
        guard isCausal else { return mask }
        let later = try Tensor.later(than: queries, among: places)
        return try mask.map { try .combine(.logicalOr, $0, later) } ?? later
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try MultiheadAttention(
            size, heads: heads, dropout: dropout, hasBias: hasBias, isCausal: isCausal, place: place)
        copy.parameters = try parameters.map { try copies.copy($0) }
        return copy
    }
}
