import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    /// Layers of transformers.
    static let transformers: [Builtin] = [
        Builtin(
            "multihead_attention(size, heads, dropout=0, bias=true, causal=false)", .layers,
            "A layer of attention with several heads, of a sequence to itself or to another one.",
            details: """
                layer(x), layer(x, mask=m)                        self-attention: x [N, T, size] -> output, weights
                layer(query, memory), layer(query, memory, memory, m)   to another sequence: key, and value = key
                Each of the heads has size / heads features: softmax(q k.T / sqrt(size / heads)) v, side by side, then
                projected. output [N, Q, size]; weights [N, Q, K], the mean over the heads. In a block that is a plain
                sequence only the output goes on.
                \(maskConvention)
                It broadcasts to [N, Q, K]: padding_mask(lengths), causal_mask(T); causal=true hides later places anyway.
                dropout works on the weights, in training.
                Parameters: in_proj_weight [3 * size, size] (queries, keys, values), in_proj_bias [3 * size],
                out_proj.weight [size, size], out_proj.bias [size]: 4 * size * (size + 1). Vaswani et al. 2017; initial
                values as in PyTorch's MultiheadAttention.
                """,
            example: """
                model m() { embedding 20 8; multihead_attention 8 2 causal=true; linear 20 }
                m()(zeros([2, 5])).shape
                """
        ) { call in
            .layer(
                try MultiheadAttention(
                    try call.integer("size"), heads: try call.integer("heads"), dropout: try call.number("dropout"),
                    hasBias: try call.boolean("bias"), isCausal: try call.boolean("causal")))
        },
        Builtin(
            "positional_encoding()", .layers,
            "A layer that adds waves which tell the place in a sequence (Vaswani et al. 2017).",
            details: """
                [N, T, E] -> the same. Step t gets sin(t / 10000 ** (2 * i / E)) in feature 2 * i and the cosine of the same
                in feature 2 * i + 1.
                """,
            example: "model m() { positional_encoding }\nm()(zeros([1, 3, 4]))"
        ) { _ in .layer(PositionalEncoding()) },
        Builtin(
            "learned_positions(count)", .layers, "A layer that adds a learned vector to each step of a sequence.",
            details:
                "[N, T, E] -> the same, for T up to count. Parameter: weight [count, E], at first as an embedding's.",
            example: "model m() { learned_positions 16 }\nm()(zeros([2, 5, 4])).shape"
        ) { call in .layer(try LearnedPositions(try call.integer("count"))) },
        transformer(
            "transformer_encoder_layer", isDecoder: false, causal: "false",
            "A layer of a transformer's encoder: self-attention, then two linear layers for each step.",
            """
            layer(x), layer(x, mask): x [N, T, size] -> the same. Parts: self_attn, linear1, linear2, norm1, norm2;
            x = norm1(x + dropout(self_attn(x)));  x = norm2(x + dropout(linear2(dropout(activation(linear1(x)))))).
            """,
            example: """
                model m() {
                  embedding 20 8
                  positional_encoding
                  for i in range(2) { transformer_encoder_layer 8 2 feedforward=16 }
                  linear 3
                }
                m()(zeros([2, 5])).shape
                """),
        transformer(
            "transformer_decoder_layer", isDecoder: true, causal: "true",
            "A layer of a transformer's decoder: self-attention, attention to a memory, then two linear layers.",
            """
            layer(x, memory, mask, memory_mask): x [N, T, size], memory [N, M, size] -> as x; the masks may be left out.
            Parts: self_attn, multihead_attn (to the memory), linear1, linear2, norm1, norm2, norm3, in the order of the
            encoder's layer. Unlike PyTorch's it is causal unless causal=false.
            """,
            example: """
                model m() {
                  block = transformer_decoder_layer 8 2 feedforward=16
                  fn forward(x, memory, mask) { block(x, memory, memory_mask=mask) }
                }
                m()(rand([2, 3, 8]), rand([2, 4, 8]), padding_mask([4, 2])).shape
                """),
    ]

    private static func transformer(
        _ name: String, isDecoder: Bool, causal: String, _ summary: String, _ details: String, example: String
    ) -> Builtin {
        Builtin(
            "\(name)(size, heads, feedforward=2048, dropout=0.1, activation=\"relu\", norm_first=false, causal=\(causal), eps=0.00001, bias=true)",
            .layers, summary,
            details: """
                \(details)
                With norm_first=true x = x + dropout(f(norm(x))) for each of them. activation is "relu" or "gelu";
                causal=true hides later steps from earlier ones; dropout works in training, on the weights of attention too.
                \(maskConvention)
                Vaswani et al. 2017; defaults and initial values are PyTorch's.
                """,
            example: example
        ) { call in
            .layer(
                try TransformerLayer(
                    TransformerLayer.Settings(
                        size: try call.integer("size"), heads: try call.integer("heads"), isDecoder: isDecoder,
                        feedforward: try call.integer("feedforward"), dropout: try call.number("dropout"),
                        usesGelu: try call.choice("activation", of: ["relu", "gelu"]) == "gelu",
                        normFirst: try call.boolean("norm_first"), epsilon: try call.number("eps"),
                        hasBias: try call.boolean("bias"), isCausal: try call.boolean("causal"))))
        }
    }
}
