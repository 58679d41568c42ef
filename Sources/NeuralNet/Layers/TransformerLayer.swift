import Autograd
import TensorCore

/// A layer of a transformer: attention of a sequence to itself, in a decoder then to a memory, then two linear layers
/// for each step; each of these is added to what goes into it, and normalised.
///
/// `[N, T, size]` keeps its shape. With `f` one of them, the sum is `norm(x + dropout(f(x)))`, or with `normFirst`
/// `x + dropout(f(norm(x)))`.
///
///     transformer_encoder_layer 64 4 feedforward=128
///
/// - Source: Vaswani et al. 2017, arXiv:1706.03762; defaults, names and order of operations as in PyTorch's
///   `TransformerEncoderLayer` and `TransformerDecoderLayer` with `batch_first=True`.
package final class TransformerLayer: NamedInputs, Composite {
    package struct Settings: Equatable, Sendable {
        package var size: Int
        package var heads: Int
        package var isDecoder: Bool
        package var feedforward = 2048
        package var dropout = 0.1
        package var usesGelu = false
        package var normFirst = false
        /// Of the normalisations.
        package var epsilon = 1e-5
        /// Whether attention, linear layers and normalisations have biases.
        package var hasBias = true
        /// Whether a step sees none after it.
        package var isCausal: Bool

        package init(
            size: Int, heads: Int, isDecoder: Bool, feedforward: Int = 2048, dropout: Double = 0.1,
            usesGelu: Bool = false, normFirst: Bool = false, epsilon: Double = 1e-5, hasBias: Bool = true,
            isCausal: Bool? = nil
        ) {
            self.size = size
            self.heads = heads
            self.isDecoder = isDecoder
            self.feedforward = feedforward
            self.dropout = dropout
            self.usesGelu = usesGelu
            self.normFirst = normFirst
            self.epsilon = epsilon
            self.hasBias = hasBias
            self.isCausal = isCausal ?? isDecoder
        }
    }

    package let ownership = Ownership()
    package var place: ModulePlace {
        didSet { placeParts() }
    }
    package let settings: Settings
    private let selfAttention: MultiheadAttention
    private let memoryAttention: MultiheadAttention?
    private let linears: [Linear]
    private let norms: [LayerNorm]

    /// - Throws: `NeuralNetError` `.setting`, `.indivisible` where the heads do not divide the size.
    package convenience init(_ settings: Settings, place: ModulePlace = ModulePlace()) throws {
        func attention(isCausal: Bool) throws -> MultiheadAttention {
            try MultiheadAttention(
                settings.size, heads: settings.heads, dropout: settings.dropout, hasBias: settings.hasBias,
                isCausal: isCausal)
        }
        func linear(_ inputs: Int, _ outputs: Int) throws -> Linear {
            let layer = try Linear(outputs, hasBias: settings.hasBias)
            layer.declaredFeatures = inputs
            return layer
        }
        self.init(
            settings, place, try attention(isCausal: settings.isCausal),
            settings.isDecoder ? try attention(isCausal: false) : nil,
            [try linear(settings.size, settings.feedforward), try linear(settings.feedforward, settings.size)],
            try (0..<(settings.isDecoder ? 3 : 2)).map { _ in
                try LayerNorm(shape: [settings.size], epsilon: settings.epsilon, hasBias: settings.hasBias)
            })
    }

    private init(
        _ settings: Settings, _ place: ModulePlace, _ selfAttention: MultiheadAttention,
        _ memoryAttention: MultiheadAttention?, _ linears: [Linear], _ norms: [LayerNorm]
    ) {
        self.settings = settings
        self.place = place
        self.selfAttention = selfAttention
        self.memoryAttention = memoryAttention
        self.linears = linears
        self.norms = norms
        placeParts()
    }

    package var parts: [(name: String, module: any Module)] {
        var parts: [(String, any Module)] = [("self_attn", selfAttention)]
        if let memoryAttention { parts.append(("multihead_attn", memoryAttention)) }
        for (index, linear) in linears.enumerated() { parts.append(("linear\(index + 1)", linear)) }
        for (index, norm) in norms.enumerated() { parts.append(("norm\(index + 1)", norm)) }
        return parts
    }

    package var kind: String { settings.isDecoder ? "transformer_decoder_layer" : "transformer_encoder_layer" }
    package var settingsText: String {
        [
            "\(settings.size) \(settings.heads)",
            settings.feedforward == 2048 ? nil : "feedforward=\(settings.feedforward)",
            settings.dropout == 0.1 ? nil : "dropout=\(numberText(settings.dropout))",
            settings.usesGelu ? "activation=\"gelu\"" : nil, settings.normFirst ? "norm_first=true" : nil,
            settings.epsilon == 1e-5 ? nil : "eps=\(numberText(settings.epsilon))",
            settings.hasBias ? nil : "bias=false",
            settings.isCausal == settings.isDecoder ? nil : "causal=\(settings.isCausal)",
        ].compactMap { $0 }.joined(separator: " ")
    }

    package func build(inputShapes: [[Int]]) throws {
        _ = try outputShapes(inputShapes)
        let shape = [Shape.unknown, Shape.unknown, settings.size]
        for (_, part) in parts where !part.isBuilt {
            try part.build(inputShapes: [part === linears[1] ? shape.dropLast() + [settings.feedforward] : shape])
        }
    }

    package func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] {
        guard let input = inputs.first else { throw error(.inputCount(expected: requiredInputCount, actual: 0)) }
        for shape in inputs {
            guard shape.count == 3 else { throw error(.rank(expected: ["NTF"], actual: shape)) }
            guard shape[2] == settings.size || shape[2] == Shape.unknown else {
                throw error(
                    .size(
                        of: "features", axis: 2, expected: settings.size, input: shape,
                        weight: [3 * settings.size, settings.size]))
            }
        }
        return [input]
    }

    // MARK: - Applying

    package var inputNames: [String] { settings.isDecoder ? ["x", "memory", "mask", "memory_mask"] : ["x", "mask"] }
    package var requiredInputCount: Int { settings.isDecoder ? 2 : 1 }

    package func respond(to inputs: [ModuleValue?], _ context: ForwardContext) throws -> [ModuleValue] {
        var x = try tensor(inputs, 0)
        let memory = settings.isDecoder ? try tensor(inputs, 1) : nil
        _ = try outputShapes([x.shape] + (memory.map { [$0.shape] } ?? []))
        let own = settings.isDecoder ? 2 : 1
        x = try added(x, norms[0], context) {
            try attended(selfAttention, $0, nil, mask: { try mask(inputs, own, scores: $0, context) }, context)
        }
        if let memory, let memoryAttention {
            x = try added(x, norms[1], context) {
                try attended(
                    memoryAttention, $0, memory, mask: { try mask(inputs, 3, scores: $0, context) }, context)
            }
        }
        x = try added(x, norms[norms.count - 1], context) { input in
            let inner = try linears[0](input, context)
            let active = try dropped(settings.usesGelu ? inner.gelu() : inner.relu(), context)
            return try linears[1](active, context)
        }
        return [.tensor(x)]
    }

    private func attended(
        _ attention: MultiheadAttention, _ x: Variable, _ memory: Variable?, mask: ([Int]) throws -> Variable?,
        _ context: ForwardContext
    ) throws -> Variable {
        let (output, _) = try attention.attend(
            x, memory, memory, mask: mask, context, wantsWeights: false)
        try context.observer?(attention, [x] + (memory.map { [$0] } ?? []), [output])
        return output
    }

    private func added(
        _ x: Variable, _ norm: LayerNorm, _ context: ForwardContext, _ function: (Variable) throws -> Variable
    ) throws -> Variable {
        guard settings.normFirst else { return try norm(x + dropped(function(x), context), context) }
        return try x + dropped(function(norm(x, context)), context)
    }

    private func dropped(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        guard settings.dropout > 0, context.isTraining else { return x }
        return try x.dropout(keep: 1 - settings.dropout, key: context.nextKey())
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        func copy<Part: Module>(_ part: Part) throws -> Part {
            guard let copy = try copies.copy(part) as? Part else { throw error(.notCopyable) }
            return copy
        }
        return TransformerLayer(
            settings, place, try copy(selfAttention), try memoryAttention.map { try copy($0) },
            try linears.map { try copy($0) }, try norms.map { try copy($0) })
    }
}
