import Autograd
import Datasets
import NeuralNet
import TensorCore

/// Pairs of sentences in training and in validation: the model gets the right tokens up to each place (teacher forcing,
/// Williams and Zipser 1989, doi:10.1162/neco.1989.1.2.270) and is measured by what it gives for the next.
package enum SequenceTraining {
    /// Applies a model to pairs: scores `[rows, time, vocabulary]` of each target's tokens from the first to the end.
    ///
    /// - Throws: `TrainingError` `.noTranslator`, `.translatorOutput`.
    static func scores(_ model: Model, _ pairs: PairBatch, _ context: ForwardContext) throws -> Variable {
        let inputs = try [pairs.source, pairs.sourceLengths, pairs.decoderInput()].map { Variable($0) }
        let outputs = try model(inputs, context)
        guard let scores = outputs.first, scores.rank == 3, Array(scores.shape.prefix(2)) == inputs[2].shape else {
            throw TrainingError.translatorOutput(
                model: model.name, expected: inputs[2].shape, actual: outputs.first?.shape ?? [])
        }
        return scores
    }

    /// The cross entropies of scores and the targets' tokens; padding does not count.
    static func losses(_ scores: Variable, _ pairs: PairBatch) throws -> BatchLosses {
        let each = try scores.reshape([-1, scores.shape[2]]).crossEntropy(
            pairs.decoderTarget().reshape([-1]), ignoreIndex: Vocabulary.padding, reduction: .none)
        return BatchLosses(each: each, count: pairs.targetLengths.integers().reduce(0) { $0 + $1 - 1 })
    }

    /// Makes the parameters that are not there yet, and checks that the model fits.
    ///
    /// - Parameter dataset: As the model reads it.
    /// - Throws: `TrainingError` `.noTranslator`, `.translatorOutput`, `.labelBeyondOutputs`, and `.setting` for a loss
    ///   other than cross entropy.
    static func prepare(_ model: Model, for dataset: Dataset, loss: Loss?) throws {
        guard let coding = dataset.pairs?.coding else { return }
        if let loss, loss.name != Loss.crossEntropy().name {
            throw TrainingError.setting(
                name: "loss", reason: "for pairs of sentences is cross_entropy, not \(loss.name)")
        }
        _ = try model.translator(coding: coding)
        guard let first = try Batches(dataset, size: 1).nextBatch() else { return }
        let isNew = model.sampleShapes == nil
        let scores = try scores(model, PairBatch(first, of: dataset), ForwardContext())
        if isNew { try model.markBuilt(for: [dataset.exampleShape, [], [(dataset.targetShape?[1] ?? 1) - 1]]) }
        guard scores.shape[2] >= coding.target.count else {
            throw TrainingError.labelBeyondOutputs(
                label: coding.target.count - 1, outputs: scores.shape[2], dataset: dataset.name)
        }
    }

    /// The loss over all tokens of a dataset, and the mean error rate of the greedy translations.
    static func evaluate(
        _ model: Model, _ given: Dataset, batchSize: Int, decoding: DecodingSettings = DecodingSettings(),
        shouldStop: () -> Bool
    ) throws -> Evaluation {
        let dataset = try model.reading(given)
        guard dataset.count > 0 else { throw TrainingError.noExamples(dataset: dataset.name) }
        let start = monotonicSeconds()
        let batches = try Batches(dataset, size: batchSize)
        var loss = 0.0
        var tokenCount = 0
        while let batch = try batches.nextBatch() {
            if shouldStop() { throw InterruptError() }
            let pairs = try PairBatch(batch, of: dataset)
            let scores = try scores(model, pairs, ForwardContext())
            let losses = try losses(scores, pairs)
            loss += try losses.sum()
            tokenCount += losses.count
        }
        let texts = try translations(model, dataset, decoding, shouldStop: shouldStop)
        var evaluation = Evaluation(
            loss: loss / Double(tokenCount), accuracy: nil, count: dataset.count,
            seconds: monotonicSeconds() - start)
        evaluation.errorRate = try EditDistance.errorRate(
            texts, references: dataset.targetTexts ?? [], by: dataset.pairs?.coding.unit ?? .character)
        return evaluation
    }

    /// The best translation of each source of a dataset.
    package static func translations(
        _ model: Model, _ given: Dataset, _ settings: DecodingSettings = DecodingSettings(),
        shouldStop: () -> Bool = { Interrupt.isRequested }
    ) throws -> [String] {
        let dataset = try model.reading(given)
        guard let pairs = dataset.pairs else { throw TrainingError.noPairs(dataset: dataset.name) }
        let (translator, coding) = try model.translator(coding: pairs.coding)
        let sources = dataset.positions.map { coding.source.encoded(pairs.sources[$0]) }
        return try Decoder(translator, settings).hypotheses(sources, shouldStop: shouldStop)
            .map { coding.target.decoded($0.first?.tokens ?? []) }
    }
}

/// Carries out a step on pairs of sentences.
final class SequenceStep: TrainingStep {
    private let model: Model
    private let dataset: Dataset
    private let optimizer: Optimizer

    init(_ model: Model, _ dataset: Dataset, _ optimizer: Optimizer) {
        self.model = model
        self.dataset = dataset
        self.optimizer = optimizer
    }

    func callAsFunction(_ batch: Batch, learningRate: Double, key: RandomKey) throws -> StepFigures {
        let pairs = try PairBatch(batch, of: dataset)
        var losses: BatchLosses?
        try optimizer.step(key: key, learningRate: learningRate) { context in
            let found = try SequenceTraining.losses(SequenceTraining.scores(model, pairs, context), pairs)
            losses = found
            return try found.mean()
        }
        return try StepFigures(losses, hits: nil)
    }
}
