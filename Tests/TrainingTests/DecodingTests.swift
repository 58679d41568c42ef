import Datasets
import Glibc
import TensorCore
import Testing
import Training

/// A translator whose scores are drawn from a hash of the sentence and of the tokens so far.
private final class ToyTranslator: Translating {
    var coding: TextCoding?
    func adopt(_ coding: TextCoding?) { self.coding = coding }
    let takesSentences = true
    let width: Int
    let seed: UInt64
    private(set) var rowsDecoded = 0

    init(width: Int = 6, seed: UInt64 = 1) {
        self.width = width
        self.seed = seed
    }

    struct State: DecoderState {
        var rows: [[Int]]
        func selecting(_ rows: [Int]) throws -> any DecoderState { State(rows: rows.map { self.rows[$0] }) }
    }

    func encode(_ source: Tensor, lengths: Tensor) throws -> any DecoderState {
        let values = source.integers()
        let width = source.shape[1]
        return State(
            rows: lengths.integers().enumerated().map { row, length in
                Array(values[row * width..<row * width + length])
            })
    }

    func decode(_ tokens: Tensor, _ state: any DecoderState) throws -> (scores: Tensor, state: any DecoderState) {
        let state = try #require(state as? State)
        let rows = zip(state.rows, tokens.integers()).map { $0 + [$1] }
        rowsDecoded += rows.count
        return (
            try Tensor(rows.flatMap { scores(after: $0).map { Float($0) } }, shape: [rows.count, width]),
            State(rows: rows)
        )
    }

    /// Scores of padding and start are so low that they are never taken.
    func scores(after row: [Int]) -> [Double] {
        var random = row.reduce(seed) { ($0 ^ UInt64($1 + 7)) &* 0x9E37_79B9_7F4A_7C15 }
        return (0..<width).map { token in
            random ^= random >> 29
            random = random &* 0xBF58_476D_1CE4_E5B9
            random ^= random >> 32
            return token < 2 ? -50 : 3 * Double(random % 1000) / 1000
        }
    }

    /// `log p` of tokens after a source, with the end if `isFinished`.
    func logProbability(_ source: [Int], _ hypothesis: Hypothesis) -> Double {
        var row = source + [Vocabulary.start]
        var sum = 0.0
        for token in hypothesis.tokens + (hypothesis.isFinished ? [Vocabulary.end] : []) {
            let scores = scores(after: row).map { Double(Float($0)) }
            sum += scores[token] - log(scores.reduce(0) { $0 + exp($1) })
            row.append(token)
        }
        return sum
    }

    /// The best score of all translations of up to `length` tokens.
    func bestScore(_ source: [Int], length: Int, penalty: Double) -> Double {
        var best = -Double.infinity
        func visit(_ hypothesis: [Int]) {
            for token in 2..<width {
                let isEnd = token == Vocabulary.end
                if isEnd || hypothesis.count + 1 == length {
                    let value = logProbability(source, made(isEnd ? hypothesis : hypothesis + [token], isEnd))
                    let count = Double(hypothesis.count + 1)
                    best = max(best, value / pow(count, penalty))
                } else {
                    visit(hypothesis + [token])
                }
            }
        }
        visit([])
        return best
    }

    private func made(_ tokens: [Int], _ isFinished: Bool) -> Hypothesis {
        Hypothesis(tokens: tokens, isFinished: isFinished)
    }
}

@Suite struct DecodingTests {
    private let sources = (0..<40).map { number in (0...number % 5).map { 4 + ($0 * 3 + number) % 7 } }

    private func decoder(
        _ translator: ToyTranslator = ToyTranslator(), beam: Int = 1, length: Int = 8, penalty: Double = 1,
        batch: Int = 200
    ) throws -> Decoder {
        try Decoder(
            translator,
            DecodingSettings(beam: beam, maxLength: length, lengthPenalty: penalty, batchSize: batch))
    }

    @Test func greedyTakesTheMostProbableToken() throws {
        let translator = ToyTranslator()
        for (source, found) in zip(sources, try decoder(translator).hypotheses(sources)) {
            let hypothesis = try #require(found.first)
            var row = source + [Vocabulary.start]
            for token in hypothesis.tokens + (hypothesis.isFinished ? [Vocabulary.end] : []) {
                let scores = translator.scores(after: row)
                #expect(scores[token] == scores.max())
                row.append(token)
            }
            #expect(hypothesis.isFinished || hypothesis.tokens.count == 8)
        }
    }

    @Test(arguments: [0.0, 0.6, 1.0]) func beamOfOneIsGreedy(_ penalty: Double) throws {
        let decoder = try decoder(penalty: penalty)
        #expect(try decoder.beamSearch(sources) == decoder.hypotheses(sources))
    }

    /// To the bit, whatever else is decoded in the same batch.
    @Test(arguments: [1, 2, 5]) func aBatchGivesWhatItsSentencesGive(_ beam: Int) throws {
        let together = try decoder(beam: beam).hypotheses(sources)
        #expect(together == (try decoder(beam: beam, batch: 3).hypotheses(sources)))
        #expect(together == (try sources.map { try decoder(beam: beam).hypotheses([$0])[0] }))
    }

    @Test(arguments: [0.0, 1.0, 2.0], [2, 3, 4, 7]) func theBestIsAtLeastGreedy(_ penalty: Double, _ beam: Int) throws {
        for seed in 1...20 {
            let translator = ToyTranslator(seed: UInt64(seed))
            let greedy = try decoder(translator, penalty: penalty).hypotheses(sources)
            let best = try decoder(translator, beam: beam, penalty: penalty).hypotheses(sources)
            for (greedy, best) in zip(greedy, best) {
                #expect(best[0].score(penalty) >= greedy[0].score(penalty))
                #expect(best.count <= beam)
                #expect(best.map { -$0.score(penalty) } == best.map { -$0.score(penalty) }.sorted())
                #expect(Set(best.map { "\($0.tokens) \($0.isFinished)" }).count == best.count, "each once")
            }
        }
    }

    /// A hypothesis that has ended holds what its own tokens and its end are worth, and nothing that came later.
    @Test func finishedHypothesesAreFrozen() throws {
        let translator = ToyTranslator()
        var lengths = Set<Int>()
        for (source, found) in zip(sources, try decoder(translator, beam: 4).hypotheses(sources)) {
            for hypothesis in found {
                let expected = translator.logProbability(source, hypothesis)
                #expect(abs(hypothesis.logProbability - expected) < 1e-4)
                #expect(!hypothesis.tokens.contains(Vocabulary.end))
                if hypothesis.isFinished { lengths.insert(hypothesis.tokens.count) }
            }
        }
        #expect(lengths.count > 2, "they end at different steps")
    }

    @Test(arguments: [0.0, 1.0]) func aBeamAsWideAsAllFindsTheBestOfAll(_ penalty: Double) throws {
        let translator = ToyTranslator(width: 5)
        for source in sources.prefix(8) {
            let found = try decoder(translator, beam: 400, length: 4, penalty: penalty).hypotheses([source])[0]
            let best = translator.bestScore(source, length: 4, penalty: penalty)
            #expect(abs(found[0].score(penalty) - best) < 1e-4)
        }
    }

    @Test func rowsThatAreDoneLeaveTheBatch() throws {
        let translator = ToyTranslator()
        let found = try decoder(translator, length: 50).hypotheses(sources)
        let steps = found.map { $0[0].tokens.count + 1 }.max() ?? 0
        #expect(translator.rowsDecoded < sources.count * steps * 3 / 4)
    }

    @Test func settingsThatMakeNoSenseAreRefused() {
        func error(_ settings: DecodingSettings) -> String? {
            do {
                _ = try Decoder(ToyTranslator(), settings)
                return nil
            } catch { return (error as? TrainingError)?.message }
        }
        #expect(error(DecodingSettings(beam: 0)) == "beam is 0, and must be from 1 to 1000")
        #expect(error(DecodingSettings(beam: 100_000))?.contains("beam") == true)
        #expect(error(DecodingSettings(maxLength: 0))?.contains("max_length is 0") == true)
        #expect(error(DecodingSettings(lengthPenalty: .nan))?.contains("length_penalty") == true)
        #expect(error(DecodingSettings(batchSize: 0))?.contains("batch is 0") == true)
        #expect(error(DecodingSettings(beam: 5)) == nil)
    }

    @Test func anInterruptEndsIt() throws {
        #expect(throws: InterruptError.self) { try decoder().hypotheses(sources) { true } }
        #expect(throws: InterruptError.self) { try decoder(beam: 3).hypotheses(sources) { true } }
        #expect(try decoder().hypotheses([]).isEmpty)
    }
}
