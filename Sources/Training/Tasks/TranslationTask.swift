import Autograd
import Datasets
import NeuralNet
import TensorCore

/// Pairs of sentences in training and in validation: the model gets the right tokens up to each place (teacher forcing,
/// Williams and Zipser 1989, doi:10.1162/neco.1989.1.2.270) and is measured by what it gives for the next.
package struct TranslationTask: LearningTask {
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
    func prepare(_ model: Model, for dataset: Dataset, loss: Loss?) throws {
        guard let coding = dataset.pairs?.coding else { return }
        if let loss, loss.name != Loss.crossEntropy().name {
            throw TrainingError.setting(
                name: "loss", reason: "for pairs of sentences is cross_entropy, not \(loss.name)")
        }
        _ = try model.translator(coding: coding)
        guard let first = try Batches(dataset, size: 1).nextBatch() else { return }
        let isNew = model.sampleShapes == nil
        let scores = try Self.scores(model, PairBatch(first, of: dataset), ForwardContext())
        if isNew {
            try model.markBuilt(
                for: [dataset.exampleShape, [], [(dataset.targetShape?[1] ?? 1) - 1]],
                types: [.int64, .int64, .int64])
        }
        guard scores.shape[2] >= coding.target.count else {
            throw TrainingError.labelBeyondOutputs(
                label: coding.target.count - 1, outputs: scores.shape[2], dataset: dataset.name)
        }
    }

    func objective(
        _ loss: Loss?, for model: Model, on dataset: Dataset, trying batch: Batch, _ context: ForwardContext,
        figures: [TrainingFigure]
    ) throws -> Objective {
        _ = try Self.scores(model, PairBatch(batch, of: dataset), context)
        return .ofSentences
    }

    func check(_ settings: TrainingSettings, on dataset: Dataset) throws {
        if let monitor = settings.monitor, monitor.isAccuracy {
            throw TrainingError.setting(
                name: "monitor",
                reason: "is \"\(monitor.rawValue)\", and of translations there is none: their figures are \"loss\", "
                    + "\"val_loss\" and \"val_error_rate\"")
        }
        guard let name = settings.figures.isEmpty ? (settings.accumulated == 1 ? nil : "accumulate") : "metrics" else {
            return
        }
        throw TrainingError.setting(
            name: name, reason: "is for scores and targets, and \(dataset.name) is pairs of sentences")
    }

    func check(validation: Dataset, of dataset: Dataset) throws {
        guard validation.pairs != nil else { throw TrainingError.validate(.noPairs(dataset: validation.name)) }
    }

    func step(
        _ model: Model, _ dataset: Dataset, _ objective: Objective, _ optimizer: Optimizer, figures: [TrainingFigure],
        cut: StepCut
    ) -> any TrainingStep {
        switch cut {
        // Settings with pieces were refused.
        case .whole, .pieces: SequenceStep(model, dataset, optimizer)
        case .shards(let sharding):
            ShardedStep(optimizer, sharding, SequenceMeasure(model: model, dataset: dataset))
        }
    }

    /// A translator keeps the vocabularies.
    func leave(_ dataset: Dataset, with model: Model) throws {
        guard let translator = model.translating, translator.coding == nil else { return }
        try translator.adopt(dataset.pairs?.coding)
    }

    /// The loss over all tokens of a dataset, and the mean error rate of the greedy translations.
    func evaluate(
        _ model: Model, _ given: Dataset, by objective: Objective?, loss: Loss?, figures: [TrainingFigure],
        batchSize: Int, shouldStop: () -> Bool
    ) throws -> Evaluation {
        let dataset = try model.reading(given)
        guard dataset.count > 0 else { throw TrainingError.noExamples(dataset: dataset.name) }
        let start = monotonicSeconds()
        let batches = try Batches(dataset, size: batchSize)
        var lossSum = 0.0
        var tokenCount = 0
        while let batch = try batches.nextBatch() {
            if shouldStop() { throw InterruptError() }
            let pairs = try PairBatch(batch, of: dataset)
            let losses = try Self.losses(Self.scores(model, pairs, ForwardContext()), pairs)
            lossSum += try losses.sum()
            tokenCount += losses.count
        }
        let texts = try Self.translations(model, dataset, shouldStop: shouldStop)
        var evaluation = Evaluation(
            loss: lossSum / Double(tokenCount), accuracy: nil, count: dataset.count,
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
private final class SequenceStep: TrainingStep {
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
            let found = try TranslationTask.losses(TranslationTask.scores(model, pairs, context), pairs)
            losses = found
            return try found.mean()
        }
        return try StepFigures(losses, hits: nil)
    }
}

/// Pairs of sentences, shard by shard; each shard is as long as the longest of its own.
private struct SequenceMeasure: ShardMeasure {
    let model: Model
    let dataset: Dataset

    func targetCounts(of shards: [Range<Int>], in batch: Batch) throws -> [Int] {
        let lengths = try PairBatch(batch, of: dataset).targetLengths.integers()
        return shards.map { lengths[$0].reduce(0) { $0 + $1 - 1 } }
    }

    func callAsFunction(_ shard: Batch, _ context: ForwardContext) throws -> ShardResult {
        let pairs = try PairBatch(shard, of: dataset)
        return ShardResult(losses: try TranslationTask.losses(TranslationTask.scores(model, pairs, context), pairs))
    }
}
