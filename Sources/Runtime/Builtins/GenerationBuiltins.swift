import Autograd
import Datasets
import NeuralNet
import TensorCore
import Training

extension Builtin {
    /// Language models that write.
    static let generation: [Builtin] = [
        Builtin(
            "generate(model, start, count=50, temperature=0, top_k=none, top_p=none, context=none, beam=1, length_penalty=1, stop=none, vocabulary=none, seed=none)",
            .translation,
            "Tokens that begin with those of `start` and go on as a language model says.",
            details: """
                start: a list of tokens, which gives a list; a list of such lists, or a tensor [n, time], which gives a list of lists; or,
                with vocabulary= (or a corpus), a text or a list of texts, which gives texts. The model, or a function, is given all
                tokens so far, [n, time], and gives scores [n, time, vocabulary] or [n, vocabulary].
                temperature=0 takes the most probable token; above, tokens are drawn from softmax(scores / temperature). top_k: only so
                many of the most probable are drawn from; top_p: only the fewest whose probabilities sum to that. context: the
                model sees only so many of the last tokens. stop: the token that ends a sequence, and stays in it.
                beam: that many sequences are followed, and the best by log p / length^length_penalty is given.
                The draws of a seed are the same on every run.
                """,
            example: """
                model m() { embedding 5 4; linear 5 }
                net = m()
                len(generate(net, [1], count=3))
                generate(net, [[1, 2], [3, 4]], count=2, temperature=0.8, top_k=3, seed=1)[0][:2]
                v = vocabulary("abcde")
                len(generate(net, "ab", count=3, vocabulary=v))
                """
        ) { call in try Generation(call).result() }
    ]
}

/// A call of `generate`.
private struct Generation {
    private static let greatestCount = 1_000_000
    private static let greatestBeam = 1000

    private let call: Call
    private let model: Value
    private let sampling: TokenSampling
    private let count: Int
    private let context: Int?
    private let vocabulary: VocabularyObject?
    private let stop: Int?
    private let scorer: TokenScorer

    init(_ call: Call) throws {
        self.call = call
        if call.value("model").object(as: ModuleObject.self) != nil {
            model = .object(try call.model("model"))
        } else {
            guard call.value("model").isCallable else {
                throw call.failure("model", takes: "a model, or a function of tokens [n, time]")
            }
            model = call.value("model")
        }
        let temperature = try call.number("temperature")
        guard temperature >= 0, temperature.isFinite else {
            throw call.failure("temperature", takes: "a number of at least 0")
        }
        let topK = try call.has("top_k") ? call.integer("top_k", atLeast: 1) : nil
        let topP = try call.optionalNumber("top_p")
        guard topP.map({ $0 > 0 && $0 <= 1 }) ?? true else {
            throw call.failure("top_p", takes: "a number above 0, of at most 1")
        }
        sampling = TokenSampling(temperature: temperature, topK: topK, topP: topP)
        if temperature == 0, topK != nil || topP != nil {
            throw Failure(
                "`top_k` and `top_p` are for draws, and temperature=0 takes the most probable token",
                help: "give temperature=1, or leave them out")
        }
        count = try call.integer("count", atLeast: 0)
        guard count <= Self.greatestCount else { throw call.failure("count", takes: "at most \(Self.greatestCount)") }
        context = try call.has("context") ? call.integer("context", atLeast: 1) : nil
        vocabulary = try call.has("vocabulary") ? call.vocabularyObject("vocabulary") : nil
        if let vocabulary, let token = call.value("stop").asString {
            stop = try vocabulary.number(of: token)
        } else {
            stop = try call.optionalInteger("stop")
        }
        scorer = TokenScorer(call, model, context: context)
    }

    func result() throws -> Value {
        let start = call.value("start")
        if start.asString != nil || vocabulary != nil { return try texts(start) }
        if let rows = try rows(start) {
            return .list(try sequences(rows).map { .list($0.map { .integer($0) }) })
        }
        let tokens = try call.integers("start")
        return .list(try sequences([tokens])[0].map { .integer($0) })
    }

    private func texts(_ start: Value) throws -> Value {
        guard let vocabulary else {
            throw Failure(
                "`generate` got a text, and has no vocabulary for it",
                help: "give vocabulary=v, where `v = vocabulary(text)`, "
                    + "or a list of tokens such as encode(v, \(start.shortText))")
        }
        if let text = start.asString {
            let tokens = try vocabulary.encoded(text).integers()
            return .string(try vocabulary.decoded(sequences([tokens])[0]))
        }
        if case .string? = try start.elements?.first {
            let rows = try call.strings("start").map { try vocabulary.encoded($0).integers() }
            return .strings(try sequences(rows).map { try vocabulary.decoded($0) })
        }
        if let rows = try rows(start) { return .strings(try sequences(rows).map { try vocabulary.decoded($0) }) }
        return .string(try vocabulary.decoded(sequences([call.integers("start")])[0]))
    }

    /// Several starts; nil if it is one.
    private func rows(_ start: Value) throws -> [[Int]]? {
        func numbers(_ value: Value) throws -> [Int] {
            let numbers = try value.elements?.map(\.asInteger) ?? [nil]
            guard !numbers.contains(nil) else { throw call.failure("start", takes: "whole numbers") }
            return numbers.compactMap { $0 }
        }
        if case .tensor(let tensor) = start, tensor.rank == 2 {
            let all = try call.constant("start").doubles()
            return try (0..<tensor.shape[0]).map { row in
                try all[row * tensor.shape[1]..<(row + 1) * tensor.shape[1]].map { number in
                    guard let token = Int(exactly: number) else { throw call.failure("start", takes: "whole numbers") }
                    return token
                }
            }
        }
        guard let elements = try start.elements, let first = elements.first, try first.elements != nil else {
            return nil
        }
        return try elements.map(numbers)
    }

    private func sequences(_ starts: [[Int]]) throws -> [[Int]] {
        do {
            return try written(starts)
        } catch is TokenScorer.Diverged {
            // All draws have keys of their own: what is written anew is what was right.
            return try written(starts)
        }
    }

    private func written(_ starts: [[Int]]) throws -> [[Int]] {
        guard starts.allSatisfy({ !$0.isEmpty }) else { throw call.failure("start", takes: "at least one token") }
        let width = try call.integer("beam", atLeast: 1)
        guard width <= Self.greatestBeam else { throw call.failure("beam", takes: "at most \(Self.greatestBeam)") }
        let penalty = try call.number("length_penalty")
        guard (0...10).contains(penalty) else { throw call.failure("length_penalty", takes: "a number from 0 to 10") }
        guard width == 1 else {
            guard sampling.temperature == 0 else {
                throw Failure(
                    "`beam` follows the most probable sequences, and temperature= draws",
                    help: "leave one of them out")
            }
            return try starts.map {
                try searched(TokenBeam(from: $0, width: width, lengthPenalty: penalty, stop: stop))
            }
        }
        let key = try call.key("seed")
        // Sequences of one length go through the model together.
        guard starts.allSatisfy({ $0.count == starts[0].count }) else {
            return try starts.enumerated().map { try drawn([$1], key, first: $0)[0] }
        }
        return try drawn(starts, key, first: 0)
    }

    private func searched(_ start: TokenBeam) throws -> [Int] {
        var beam = start
        for _ in 0..<count where !beam.isDone { beam.advance(try scorer.scores(beam.open.map(\.tokens))) }
        return beam.best?.tokens ?? []
    }

    /// - Parameter first: The place of the first sequence among all, which decides the draws of each.
    private func drawn(_ starts: [[Int]], _ key: RandomKey, first: Int) throws -> [[Int]] {
        var sequences = starts
        var open = Array(starts.indices)
        for step in 0..<count where !open.isEmpty {
            for (row, scores) in zip(open, try scorer.scores(open.map { sequences[$0] })) {
                let own = row + first == 0 ? key : key.child(~UInt64(row + first))
                sequences[row].append(
                    try sampling.token(scores) {
                        try Tensor.uniform([1], low: 0, high: 1, dtype: .float64, key: own.child(UInt64(step))).item()
                    })
            }
            if let stop { open.removeAll { sequences[$0].last == stop } }
        }
        return sequences
    }
}
