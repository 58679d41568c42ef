import Datasets
import Glibc
import TensorCore

/// How sentences are decoded.
package struct DecodingSettings: Equatable, Sendable {
    /// Hypotheses that are followed at once; 1 takes the most probable token at each step.
    package var beam: Int
    /// The most tokens of a translation.
    package var maxLength: Int
    /// Hypotheses are compared by `log p / length^penalty`, the end counted in the length.
    package var lengthPenalty: Double
    /// Sentences that are decoded at once. Results do not depend on it.
    package var batchSize: Int

    /// - Parameter batchSize: `nil`: as many as have a thousand hypotheses, so that products are large enough for all
    ///   threads and memory does not depend on the beam.
    package init(beam: Int = 1, maxLength: Int = 50, lengthPenalty: Double = 1, batchSize: Int? = nil) {
        self.beam = beam
        self.maxLength = maxLength
        self.lengthPenalty = lengthPenalty
        self.batchSize = batchSize ?? max(1, 1000 / max(1, beam))
    }

    /// Wider beams than this are refused.
    static let greatestBeam = 1000
    static let greatestLength = 100_000

    func validate() throws {
        guard (1...DecodingSettings.greatestBeam).contains(beam) else {
            throw TrainingError.setting(
                name: "beam", reason: "is \(beam), and must be from 1 to \(DecodingSettings.greatestBeam)")
        }
        guard (1...DecodingSettings.greatestLength).contains(maxLength) else {
            throw TrainingError.setting(
                name: "max_length", reason: "is \(maxLength), and must be from 1 to \(DecodingSettings.greatestLength)")
        }
        guard lengthPenalty.isFinite, (0...10).contains(lengthPenalty) else {
            throw TrainingError.setting(name: "length_penalty", reason: "must be a number from 0 to 10")
        }
        guard batchSize > 0 else {
            throw TrainingError.setting(name: "batch", reason: "is \(batchSize), and must be at least 1")
        }
    }
}

/// A translation, as far as it has come.
package struct Hypothesis: Equatable {
    /// Without start and end.
    package internal(set) var tokens: [Int] = []
    /// The sum of the logarithms of the tokens' probabilities.
    package internal(set) var logProbability = 0.0
    /// Whether it ended by itself; else it is cut at the greatest length.
    package internal(set) var isFinished = false

    package init(tokens: [Int] = [], logProbability: Double = 0, isFinished: Bool = false) {
        self.tokens = tokens
        self.logProbability = logProbability
        self.isFinished = isFinished
    }

    /// What it is compared by: `log p / length^penalty`.
    package func score(_ lengthPenalty: Double) -> Double {
        let length = Double(max(tokens.count + (isFinished ? 1 : 0), 1))
        return lengthPenalty == 0
            ? logProbability
            : lengthPenalty == 1 ? logProbability / length : logProbability / pow(length, lengthPenalty)
    }

    func extended(_ token: Int, _ logProbability: Double) -> Hypothesis {
        Hypothesis(
            tokens: token == Vocabulary.end ? tokens : tokens + [token],
            logProbability: self.logProbability + logProbability, isFinished: token == Vocabulary.end)
    }
}

/// Translates sentences with a model.
package struct Decoder {
    private let translator: any Translating
    private let settings: DecodingSettings

    /// - Throws: `TrainingError.setting`.
    package init(_ translator: any Translating, _ settings: DecodingSettings = DecodingSettings()) throws {
        try settings.validate()
        self.translator = translator
        self.settings = settings
    }

    /// Returns the hypotheses of each sentence, the best first: one with a beam of 1, else up to as many as the beam.
    ///
    /// - Parameter sources: The sentences' indices, none empty.
    /// - Throws: `InterruptError`, and what the model throws.
    package func hypotheses(
        _ sources: [[Int]], shouldStop: () -> Bool = { Interrupt.isRequested }
    ) throws -> [[Hypothesis]] {
        try batched(sources, shouldStop) {
            try settings.beam == 1 ? greedy($0, $1, shouldStop) : beam($0, $1, shouldStop)
        }
    }

    /// The same by beam search whatever the beam: with a beam of 1 it gives what greedy decoding does.
    package func beamSearch(_ sources: [[Int]]) throws -> [[Hypothesis]] {
        try batched(sources, { false }) { try beam($0, $1) { false } }
    }

    private func batched(
        _ sources: [[Int]], _ shouldStop: () -> Bool,
        _ decode: (Int, any DecoderState) throws -> [[Hypothesis]]
    ) throws -> [[Hypothesis]] {
        // Sentences of like length end at about the same step, and little of a batch is padding.
        let order = sources.indices.sorted { (sources[$0].count, $0) < (sources[$1].count, $1) }
        var results = [[Hypothesis]](repeating: [], count: sources.count)
        for start in stride(from: 0, to: order.count, by: settings.batchSize) {
            if shouldStop() { throw InterruptError() }
            let batch = order[start..<min(start + settings.batchSize, order.count)]
            let chunk = batch.map { sources[$0] }
            let state = try translator.encode(
                TextPairs.padded(chunk), lengths: Tensor(chunk.map { Int64($0.count) }))
            for (index, hypotheses) in zip(batch, try decode(chunk.count, state)) { results[index] = hypotheses }
        }
        return results
    }

    /// The next step: log-probabilities by row, and the state after it.
    private func step(
        _ last: [Int], _ state: any DecoderState, _ shouldStop: () -> Bool
    ) throws -> (StepScores, any DecoderState) {
        if shouldStop() { throw InterruptError() }
        let tokens = try Tensor(last.map(Int64.init), shape: [last.count, 1])
        let (scores, next) = try translator.decode(tokens, state)
        return (try StepScores(scores), next)
    }

    // MARK: Greedy

    private func greedy(
        _ count: Int, _ initial: any DecoderState, _ shouldStop: () -> Bool
    ) throws -> [[Hypothesis]] {
        var hypotheses = [Hypothesis](repeating: Hypothesis(), count: count)
        var state = initial
        /// Which sentence a row of the state belongs to, and the row's last token.
        var rows = Array(0..<count)
        var last = [Int](repeating: Vocabulary.start, count: count)
        for _ in 0..<settings.maxLength {
            let (scores, next) = try step(last, state, shouldStop)
            state = next
            var open: [Int] = []
            for (row, sentence) in rows.enumerated() where !hypotheses[sentence].isFinished {
                let best = scores.best(row)
                hypotheses[sentence] = hypotheses[sentence].extended(best.token, best.logProbability)
                last[row] = best.token
                if best.token != Vocabulary.end { open.append(row) }
            }
            if open.isEmpty { break }
            // Rows that are done leave once they are many enough to pay for moving the others.
            if open.count <= rows.count * 7 / 8 {
                state = try state.selecting(open)
                rows = open.map { rows[$0] }
                last = open.map { last[$0] }
            }
        }
        return hypotheses.map { [$0] }
    }

    // MARK: Beam

    /// A sentence's hypotheses: those that are done stay as they are, the others go on.
    private struct Beam {
        var finished: [Hypothesis] = []
        /// Each with its row of the state. The greedy one is always among them, until it is done.
        var open: [(hypothesis: Hypothesis, row: Int, isGreedy: Bool)]
    }

    private func beam(
        _ count: Int, _ initial: any DecoderState, _ shouldStop: () -> Bool
    ) throws -> [[Hypothesis]] {
        var beams = (0..<count).map { Beam(open: [(Hypothesis(), $0, true)]) }
        var state = initial
        for _ in 0..<settings.maxLength {
            let last = beams.flatMap { $0.open.map { $0.hypothesis.tokens.last ?? Vocabulary.start } }
            if last.isEmpty { break }
            let (scores, next) = try step(last, state, shouldStop)
            var parents: [Int] = []
            for index in beams.indices where !beams[index].open.isEmpty {
                advance(&beams[index], scores)
                for place in beams[index].open.indices {
                    parents.append(beams[index].open[place].row)
                    beams[index].open[place].row = parents.count - 1
                }
            }
            if parents.isEmpty { break }
            state = try next.selecting(parents)
        }
        return beams.map { Array(ranked($0.finished + $0.open.map(\.hypothesis)).prefix(settings.beam)) }
    }

    /// Extends the open hypotheses of a sentence by a token, and keeps the most probable.
    ///
    /// Those that end among the first `beam` are done. A sentence is done when it has `beam` of them and the greedy
    /// hypothesis is one: so the best is never worse than greedy decoding.
    private func advance(_ beam: inout Beam, _ scores: StepScores) {
        var candidates: [(hypothesis: Hypothesis, row: Int, isGreedy: Bool)] = []
        for (hypothesis, row, isGreedy) in beam.open {
            for (place, next) in scores.best(row, count: settings.beam + 1).enumerated() {
                candidates.append(
                    (hypothesis.extended(next.token, next.logProbability), row, isGreedy && place == 0))
            }
        }
        // All are of one length. Of equals the first, so that results are one and the same everywhere.
        let order = candidates.indices.sorted {
            (-candidates[$0].hypothesis.logProbability, $0) < (-candidates[$1].hypothesis.logProbability, $1)
        }
        var open: [(hypothesis: Hypothesis, row: Int, isGreedy: Bool)] = []
        for (rank, index) in order.enumerated() {
            let candidate = candidates[index]
            if candidate.hypothesis.isFinished {
                if rank < settings.beam || candidate.isGreedy { beam.finished.append(candidate.hypothesis) }
            } else if open.count < settings.beam || candidate.isGreedy {
                open.append(candidate)
            }
        }
        let isDone = beam.finished.count >= settings.beam && !open.contains(where: \.isGreedy)
        beam.open = isDone ? [] : open
    }

    private func ranked(_ hypotheses: [Hypothesis]) -> [Hypothesis] {
        let scores = hypotheses.map { $0.score(settings.lengthPenalty) }
        return hypotheses.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }.map { hypotheses[$0] }
    }
}

/// The log-probabilities of a step, by row.
private struct StepScores {
    private let values: [Float]
    private let width: Int

    init(_ scores: Tensor) throws {
        width = scores.shape[1]
        values = try scores.logSoftmax(axis: 1).cast(to: .float32).floats()
    }

    /// The most probable token; of equals, the first.
    func best(_ row: Int) -> (token: Int, logProbability: Double) {
        var token = 0
        var value = -Float.infinity
        for (index, candidate) in values[row * width..<(row + 1) * width].enumerated() where candidate > value {
            (token, value) = (index, candidate)
        }
        return (token, Double(value))
    }

    /// The most probable tokens, the best first; of equals, the first.
    func best(_ row: Int, count: Int) -> [(token: Int, logProbability: Double)] {
        let own = values[row * width..<(row + 1) * width]
        var result: [(token: Int, logProbability: Double)] = []
        for (token, value) in own.enumerated() {
            let score = Double(value)
            if result.count == count, let worst = result.last, !(score > worst.logProbability) { continue }
            let place = result.firstIndex { score > $0.logProbability } ?? result.count
            result.insert((token, score), at: place)
            if result.count > count { result.removeLast() }
        }
        return result
    }
}
