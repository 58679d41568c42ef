import Autograd
import TensorCore

/// Attention of one sequence to another: for each query a mean of the memory, weighted by how well the two match.
///
/// `context = weights @ memory` with `weights = softmax(scores)` over the places of the memory that the mask leaves:
/// query `[N, Q, F]`, memory `[N, M, G]`, mask `[N, 1, M]` or whatever broadcasts to `[N, Q, M]`, true where a place is
/// hidden; context `[N, Q, G]`, weights `[N, Q, M]`. Where all places are hidden, weights and context are 0.
///
///     attention score="bilinear"
package final class Attention: NamedInputs {
    package enum Score: String, CaseIterable, Sendable {
        /// `q . m`
        case dot
        /// `q . m / sqrt(F)`. Vaswani et al. 2017, arXiv:1706.03762.
        case scaledDot = "scaled_dot"
        /// `m . (weight q)`, "general" in Luong et al. 2015, arXiv:1508.04025.
        case bilinear
        /// `score_weight . tanh(query_weight q + memory_weight m)`. Bahdanau et al. 2015, arXiv:1409.0473.
        case additive
    }

    package let ownership = Ownership()
    package var place: ModulePlace
    package let score: Score
    /// The units of the additive score; `nil`: as many as a query has features.
    package let hidden: Int?
    package private(set) var parameters: [Parameter] = []
    /// Of queries and of the memory, once they are known.
    private var features: (query: Int, memory: Int)?

    /// - Throws: `NeuralNetError` `.setting`.
    package init(_ score: Score = .dot, hidden: Int? = nil, place: ModulePlace = ModulePlace()) throws {
        self.score = score
        self.hidden = hidden
        self.place = place
        if let hidden { try check("hidden", (1...1 << 24).contains(hidden), "\(hidden)", "from 1 to \(1 << 24)") }
    }

    package var kind: String { "attention" }
    package var settingsText: String {
        [score == .dot ? nil : "score=\"\(score.rawValue)\"", hidden.map { "hidden=\($0)" }]
            .compactMap { $0 }.joined(separator: " ")
    }
    package var isBuilt: Bool { features != nil }
    package var namedParameters: [(name: String, parameter: Parameter)] { parameters.map { ($0.name, $0) } }
    package var buffers: [Parameter] { [] }
    package var parameterFormula: String? {
        guard let features else { return nil }
        switch score {
        case .dot, .scaledDot: return nil
        case .bilinear: return "\(features.memory) * \(features.query)"
        case .additive: return "\(hidden ?? features.query) * (\(features.query) + \(features.memory) + 1)"
        }
    }

    package func build(inputShapes: [[Int]]) throws {
        _ = try outputShapes(inputShapes)
        let (query, memory) = (inputShapes[0][2], inputShapes[1][2])
        for shape in inputShapes.prefix(2) where shape[2] == Shape.unknown {
            throw error(.unknownSize(axis: 2, input: shape))
        }
        func make(_ name: String, _ shape: [Int], fanIn: Int) throws -> Parameter {
            try parameter(name, shape, .fanInUniform(fanIn: fanIn))
        }
        switch score {
        case .dot, .scaledDot: parameters = []
        case .bilinear: parameters = [try make("weight", [memory, query], fanIn: query)]
        case .additive:
            let hidden = hidden ?? query
            parameters = [
                try make("query_weight", [hidden, query], fanIn: query),
                try make("memory_weight", [hidden, memory], fanIn: memory),
                try make("score_weight", [hidden], fanIn: hidden),
            ]
        }
        features = (query, memory)
    }

    package func unbuild() { (parameters, features) = ([], nil) }

    package func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] {
        guard inputs.count >= 2 else {
            throw error(.missingInput("memory", names: inputNames, required: requiredInputCount))
        }
        let (query, memory) = (inputs[0], inputs[1])
        for input in [query, memory] where input.count != 3 { throw error(.rank(expected: ["NTF"], actual: input)) }
        guard query[0] == memory[0] || [query[0], memory[0]].contains(Shape.unknown) else {
            throw error(
                .namedInput(
                    "memory", expected: "a batch of \(query[0]) rows, as many as the query has",
                    actual: "a shape of \(Shape.text(memory))"))
        }
        if score == .dot || score == .scaledDot, query[2] != memory[2] {
            throw error(
                .namedInput(
                    "memory", expected: "\(query[2]) features, as many as the query has (or use score=\"bilinear\")",
                    actual: "a shape of \(Shape.text(memory))"))
        }
        if let features {
            for (input, size) in [(query, features.query), (memory, features.memory)] where input[2] != size {
                throw error(
                    .size(of: "features", axis: 2, expected: size, input: input, weight: parameters.first?.shape ?? []))
            }
        }
        return [[query[0], query[1], memory[2]], [query[0], query[1], memory[1]]]
    }

    // MARK: - Applying

    package var inputNames: [String] { ["query", "memory", "mask"] }
    package var requiredInputCount: Int { 2 }

    package func respond(to inputs: [ModuleValue?], _ context: ForwardContext) throws -> [ModuleValue] {
        let query = try tensor(inputs, 0)
        let memory = try tensor(inputs, 1)
        let shapes = try outputShapes([query.shape, memory.shape])
        let mask = try mask(inputs, 2, scores: shapes[1], context)
        let scale = score == .scaledDot ? 1 / Double(max(query.shape[2], 1)).squareRoot() : 1
        let weights = try scores(query, memory).maskedSoftmax(mask?.value, scale: scale)
        return [.tensor(try weights.matmul(memory)), .tensor(weights)]
    }

    private func scores(_ query: Variable, _ memory: Variable) throws -> Variable {
        switch score {
        case .dot, .scaledDot: return try query.matmul(memory.transpose(-1, -2))
        case .bilinear:
            let projected = try query.linear(parameters[0].variable)
            return try projected.matmul(memory.transpose(-1, -2))
        case .additive:
            let fromQuery = try query.linear(parameters[0].variable).unsqueeze(2)
            let fromMemory = try memory.linear(parameters[1].variable).unsqueeze(1)
            return try (fromQuery + fromMemory).tanh().matmul(parameters[2].variable)
        }
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try Attention(score, hidden: hidden, place: place)
        copy.parameters = try parameters.map { try copies.copy($0) }
        copy.features = features
        return copy
    }
}
