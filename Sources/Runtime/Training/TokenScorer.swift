import Autograd
import NeuralNet
import TensorCore

/// Asks a language model for the scores of next tokens, one token after the other.
///
/// A causal model is given the new tokens only, and its attention layers keep keys and values of those before. Whether the
/// model allows that is found by trying: the scores are compared with those of the whole sequences, at the second token
/// and then after 2, 4, 8, ... more. Where they differ, or there is no attention, the model sees whole sequences.
final class TokenScorer {
    /// The scores of a few tokens may have been wrong: they are to be written again.
    struct Diverged: Error {}

    private let call: Call
    private let model: Value
    /// The most tokens that the model sees.
    private let context: Int?
    private var usesCache: Bool
    private var cache: AttentionCache?
    /// The rows of the sequences that the cache has seen.
    private var rows: [[Int]: Int] = [:]
    private var unchecked = 0
    private var checkGap = 1

    init(_ call: Call, _ model: Value, context: Int?) {
        self.call = call
        self.model = model
        self.context = context
        // Inside a training step the model is applied as there.
        usesCache = call.interpreter.currentContext == nil && call.interpreter.gradientDepth == 0
    }

    /// The scores of the next tokens of sequences of one length.
    func scores(_ sequences: [[Int]]) throws -> [[Double]] {
        if Interrupt.isRequested { throw Failure.interrupted }
        guard !sequences.isEmpty else { return [] }
        let length = sequences[0].count
        // Where the window slides, each token gets another place, and what was kept is worth nothing.
        guard usesCache, length <= context ?? .max else { return try whole(sequences) }
        let kept: [[Double]]
        do {
            kept = try scoresOfNew(sequences)
        } catch let failure as Failure where failure.isInterrupt {
            throw failure
        } catch {
            return try withoutCache(sequences)
        }
        guard unchecked >= checkGap else { return kept }
        let right = try whole(sequences)
        guard zip(kept, right).allSatisfy(TokenScorer.agree) else {
            if unchecked > 1 {
                usesCache = false
                throw Diverged()
            }
            return try withoutCache(sequences)
        }
        (unchecked, checkGap) = (0, 2 * checkGap)
        return kept
    }

    private func withoutCache(_ sequences: [[Int]]) throws -> [[Double]] {
        (usesCache, cache, rows) = (false, nil, [:])
        return try whole(sequences)
    }

    /// Whether scores differ by no more than the order of sums makes them.
    private static func agree(_ kept: [Double], _ right: [Double]) -> Bool {
        let scale = right.reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
        return kept.count == right.count && zip(kept, right).allSatisfy { $0 == $1 || abs($0 - $1) <= 2e-5 * scale }
    }

    private func whole(_ sequences: [[Int]]) throws -> [[Double]] {
        let length = min(sequences[0].count, context ?? .max)
        return try scores(sequences, given: sequences.map { $0.suffix(length) }) {
            try call.interpreter.call(model, [$0])
        }
    }

    /// The scores with what was kept of the tokens before the last. A first pass sees all of them.
    private func scoresOfNew(_ sequences: [[Int]]) throws -> [[Double]] {
        let length = sequences[0].count
        var parents = sequences.compactMap { rows[Array($0.dropLast())] }
        let goesOn = parents.count == sequences.count && cache?.start == length - 1
        let cache = goesOn ? self.cache ?? AttentionCache() : AttentionCache()
        self.cache = cache
        if !goesOn { parents = Array(sequences.indices) }
        try cache.begin(rows: parents)
        let scores = try scores(sequences, given: sequences.map { goesOn ? $0.suffix(1) : $0[...] }) { tokens in
            try call.interpreter.applying(ForwardContext(cache: cache)) {
                try call.interpreter.call(model, [tokens])
            }
        }
        guard !cache.isEmpty else {
            usesCache = false
            return scores
        }
        try cache.end(places: goesOn ? 1 : length)
        rows = Dictionary(sequences.enumerated().map { ($1, $0) }) { first, _ in first }
        if goesOn { unchecked += 1 }
        return scores
    }

    private func scores(
        _ sequences: [[Int]], given: [ArraySlice<Int>], _ apply: (Value) throws -> Value
    ) throws -> [[Double]] {
        let input = try Tensor(given.flatMap { $0.map(Int64.init) }, shape: [given.count, given[0].count])
        let output = try apply(.tensor(Variable(input)))
        guard case .tensor(let scores) = output, (2...3).contains(scores.rank), scores.shape[0] == sequences.count,
            !scores.shape.contains(0)
        else {
            let shape = if case .tensor(let tensor) = output { " of shape \(tensor.shape)" } else { "" }
            throw Failure(
                "`generate` needs scores of shape [\(sequences.count), time, vocabulary] or "
                    + "[\(sequences.count), vocabulary], and the model gave \(output.kindWithArticle)\(shape)")
        }
        let last = try scores.rank == 3 ? scores.value.at([.all, .index(-1)]) : scores.value
        let (numbers, width) = (last.doubles(), last.shape[1])
        return try sequences.indices.map { row in
            let own = Array(numbers[row * width..<(row + 1) * width])
            guard !own.contains(where: \.isNaN), own.contains(where: { $0 > -.infinity }) else {
                throw Failure(
                    "the model's scores of the next token are \(own.contains(where: \.isNaN) ? "nan" : "all -inf")",
                    help: "`generate` went wrong after \(sequences[row].count) tokens: look at the model's weights")
            }
            return own
        }
    }
}
