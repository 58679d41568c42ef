import NeuralNet

extension Builtin {
    /// Layers of tables and of two inputs.
    static let tableLayers: [Builtin] = [
        Builtin(
            "embedding_bag(entries, dimensions, mode=\"mean\", padding=none)", .layers,
            "A layer of one vector for each row of whole numbers, made of their embeddings: [N, T] -> [N, dimensions].",
            details: """
                mode: "mean", "sum" or "max" of the rows of a table. The index `padding` has no share, and a row of it alone gives 0.
                Parameter: weight [entries, dimensions]. As PyTorch's EmbeddingBag; lists of different lengths go through
                `pad_sequence` first.
                """,
            example: "model m() { embedding_bag 10 4 padding=0 }\nm()(pad_sequence([[1, 2, 3], [4]])).shape"
        ) { call in
            let word = try call.choice("mode", of: EmbeddingBag.Mode.allCases.map(\.rawValue))
            return .layer(
                try EmbeddingBag(
                    try call.integer("entries"), try call.integer("dimensions"),
                    mode: EmbeddingBag.Mode(rawValue: word) ?? .mean,
                    paddingIndex: try call.optionalInteger("padding")))
        },
        Builtin(
            "bilinear(features, bias=true)", .layers,
            "A bilinear map of two inputs: layer(a, b), [..., I] and [..., J] -> [..., features].",
            details: """
                out[o] = sum of a[i] * weight[o, i, j] * b[j], plus bias[o]. Parameters: weight [features, I, J] and bias [features],
                initially uniform in +-1 / sqrt(I), as PyTorch's Bilinear.
                """,
            example: """
                model m() {
                  pair = bilinear 2
                  fn forward(a, b) = pair(a, b)
                }
                m()(ones([4, 3]), ones([4, 5])).shape
                """
        ) { call in .layer(try Bilinear(try call.integer("features"), hasBias: try call.boolean("bias"))) },
    ]
}
