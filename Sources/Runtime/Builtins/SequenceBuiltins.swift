import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    /// Layers for sequences: recurrent networks and attention.
    static let sequences: [Builtin] = [
        recurrent(
            "rnn", "nonlinearity=\"tanh\"",
            "A simple recurrent layer (Elman 1990): a state that each step of a sequence changes.",
            """
            h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu by nonlinearity="relu".
            """, gates: "", states: "a tensor"
        ) { call in
            try call.choice("nonlinearity", of: ["tanh", "relu"]) == "tanh" ? .tanh : .relu
        },
        recurrent(
            "gru", nil, "A recurrent layer with gates (Cho et al. 2014).",
            """
            r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)      z = sigmoid(W_iz x + b_iz + W_hz h + b_hz)
            n = tanh(W_in x + b_in + r * (W_hn h + b_hn))   h' = (1 - z) * n + z * h
            The weights of the gates are stacked in the order r, z, n.
            """, gates: "3 * ", states: "a tensor"
        ) { _ in .gru },
        recurrent(
            "lstm", nil, "A recurrent layer with gates and a cell (Hochreiter and Schmidhuber 1997).",
            """
            i = sigmoid(W_ii x + b_ii + W_hi h + b_hi)      f = sigmoid(W_if x + b_if + W_hf h + b_hf)
            g = tanh(W_ig x + b_ig + W_hg h + b_hg)         o = sigmoid(W_io x + b_io + W_ho h + b_ho)
            c' = f * c + i * g                              h' = o * tanh(c')
            The weights of the gates are stacked in the order i, f, g, o.
            """, gates: "4 * ", states: "a list [h, c] of tensors"
        ) { _ in .lstm },
        Builtin(
            "attention(score=\"dot\", hidden=none)", .layers,
            "A layer of attention: context, weights = layer(query, memory, mask).",
            details: """
                query [N, Q, F], memory [N, M, G] -> context = weights @ memory [N, Q, G] and
                weights = softmax(scores) [N, Q, M], with the score of a query q and a place m of the memory:
                  "dot"         q . m
                  "scaled_dot"  q . m / sqrt(F)                          Vaswani et al. 2017
                  "bilinear"    m . (weight q)                           Luong et al. 2015, "general"
                  "additive"    score_weight . tanh(query_weight q + memory_weight m)   Bahdanau et al. 2015
                Parameters: "bilinear" weight [G, F]; "additive" query_weight [hidden, F], memory_weight [hidden, G],
                score_weight [hidden], with hidden = F unless given.
                \(maskConvention)
                It broadcasts to [N, Q, M], so a mask of padding is [N, 1, M]: padding_mask(lengths). Where all places are
                hidden, weights and context are 0. The mask may be left out.
                """,
            example: """
                model m() {
                  look = attention score="bilinear"
                  fn forward(query, memory, mask) {
                    context, weights = look(query, memory, mask)
                    context
                  }
                }
                m()(rand([2, 1, 4]), rand([2, 3, 5]), padding_mask([3, 2])).shape
                """
        ) { call in
            let scores = Attention.Score.allCases
            let score = try call.choice("score", of: scores.map(\.rawValue))
            guard score == Attention.Score.additive.rawValue || !call.has("hidden") else {
                throw Failure("`hidden` of attention goes with score=\"additive\", and its score is \"\(score)\"")
            }
            return .layer(
                try Attention(Attention.Score(rawValue: score) ?? .dot, hidden: try call.optionalInteger("hidden")))
        },
        Builtin(
            "padding_mask(lengths, time=none)", .layers,
            "The mask of the padding of a batch: bool [N, 1, time], true beyond each row's length.",
            details: """
                \(maskConvention)
                time is the greatest length unless given. Each length is from 0 to time.
                """,
            example: "padding_mask([3, 1])"
        ) { call in
            let lengths = try call.integers("lengths")
            let time = try call.optionalInteger("time") ?? lengths.max() ?? 0
            if let length = lengths.first(where: { $0 < 0 || $0 > time }) {
                throw Failure(
                    "`lengths` of `padding_mask` are from 0 to \(time), and one is \(length)",
                    help: "`time` is how many steps the batch has")
            }
            // Of the value itself: what is exported as ONNX tells where its numbers come from.
            let given = try call.tensor("lengths")
            let ends = try (given.dtype == .int64 ? given : given.cast(to: .int64)).reshape([lengths.count, 1, 1])
            let steps = Variable(try .arange(0, Double(time), dtype: .int64))
            return .tensor(try .combine(.greaterOrEqual, steps, ends))
        },
        Builtin(
            "causal_mask(time)", .layers,
            "The mask that hides what is still to come: bool [time, time], true above the diagonal.",
            details: maskConvention, example: "causal_mask(3)"
        ) { call in
            let time = try call.integer("time", atLeast: 0)
            let steps = try Tensor.arange(0, Double(time), dtype: .int64)
            return .tensor(Variable(try .combine(.greater, steps, steps.unsqueeze(1))))
        },
    ]

    /// What all masks have in common.
    static let maskConvention =
        "A mask is bool and true where a place is hidden, as in mask_fill(scores, mask, -inf) and in PyTorch."

    private static func recurrent(
        _ name: String, _ more: String?, _ summary: String, _ equations: String, gates: String, states: String,
        cell: @escaping @Sendable (Call) throws -> RecurrentCell
    ) -> Builtin {
        let own = more.map { ", \($0)" } ?? ""
        return Builtin(
            "\(name)(hidden, layers=1, bidirectional=false, dropout=0, bias=true\(own), output=\"all\")", .layers,
            summary,
            details: """
                \(equations.trimmingNewline)
                x [N, T, F] -> y [N, T, D * hidden], with D = 2 directions where bidirectional=true, else 1.
                  y, state = layer(x)                   y, state = layer(x, lengths, state)
                lengths [N], from 1 to T and in any order: y is zero beyond a row's length, the state is that after each
                row's own last step, and the way back starts there. state: \(states) [layers * D, N, hidden],
                zeros unless given. In a block that is a plain sequence only y goes on; output="last" makes it the h after
                each row's last step, [N, D * hidden], both directions side by side: what a classifier takes.
                dropout works between layers, in training. A layer above the first takes the D * hidden values below it.
                Parameters of layer k and direction: weight_ih_lk [\(gates)hidden, F], weight_hh_lk [\(gates)hidden, hidden],
                bias_ih_lk and bias_hh_lk [\(gates)hidden], those of the way back with _reverse at the end: in all
                D * \(gates)hidden * (F + hidden + 2) for one layer; initially uniform in +-1 / sqrt(hidden). As in PyTorch
                with batch_first=True.
                """,
            example: "model m() { embedding 50 16; \(name) 32; linear 50 }\nm()(zeros([2, 7])).shape"
        ) { call in
            let settings = RecurrentStack.Settings(
                hidden: try call.integer("hidden"), layers: try call.integer("layers"),
                isBidirectional: try call.boolean("bidirectional"), dropout: try call.number("dropout"),
                hasBias: try call.boolean("bias"), givesLast: try call.choice("output", of: ["all", "last"]) == "last")
            let layer = try RecurrentStack(try cell(call), settings)
            if settings.dropout > 0, settings.layers == 1 {
                try call.interpreter.sink.emit(
                    .note("dropout of \(name) works between its layers, and with layers=1 there is nothing between"))
            }
            return .layer(layer)
        }
    }
}

extension String {
    fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
