import Autograd
import Datasets
import NeuralNet
import TensorCore

/// Examples and their targets: classes, of wholes or of steps, or numbers. The loss and the targets say which.
struct ExampleTask: LearningTask {
    func prepare(_ model: Model, for dataset: Dataset, loss: Loss?) throws {
        if !model.isBuilt { try model.build(sampleShapes: [dataset.exampleShape]) }
    }

    func objective(
        _ loss: Loss?, for model: Model, on dataset: Dataset, trying batch: Batch, _ context: ForwardContext,
        figures: [TrainingFigure]
    ) throws -> Objective {
        guard let y = batch.y else { throw TrainingError.noTargets(dataset: dataset.name) }
        let output = try model.apply(batch.x, context)
        let objective = try Objective(loss, for: model, on: dataset, output: output.shape)
        _ = try objective.losses(output, y)
        if !objective.ignoresAll(y) { for figure in figures { _ = try figure(output.value, y) } }
        return objective
    }

    func check(_ settings: TrainingSettings, on dataset: Dataset) throws {
        guard settings.monitor != .validationErrorRate else {
            throw TrainingError.setting(
                name: "monitor",
                reason: "is \"\(Metric.validationErrorRate.rawValue)\", and the examples are not pairs of sentences")
        }
    }

    func check(validation: Dataset, of dataset: Dataset) throws {
        guard validation.pairs == nil else {
            throw TrainingError.setting(
                name: "validate", reason: "is pairs of sentences, and \(dataset.name) is none")
        }
    }

    func step(
        _ model: Model, _ dataset: Dataset, _ objective: Objective, _ optimizer: Optimizer, figures: [TrainingFigure],
        cut: StepCut
    ) -> any TrainingStep {
        switch cut {
        case .whole: ExampleStep(model, objective, optimizer, figures: figures)
        case .pieces(let size): ExampleStep(model, objective, optimizer, figures: figures, pieceSize: size)
        case .shards(let sharding):
            ShardedStep(
                optimizer, sharding, ExampleMeasure(model: model, objective: objective, figures: figures),
                figureCount: figures.count)
        }
    }

    func leave(_ dataset: Dataset, with model: Model) {}

    func evaluate(
        _ model: Model, _ dataset: Dataset, by known: Objective?, loss: Loss?, figures: [TrainingFigure],
        batchSize: Int, shouldStop: () -> Bool
    ) throws -> Evaluation {
        guard dataset.count > 0 else { throw TrainingError.noExamples(dataset: dataset.name) }
        let start = monotonicSeconds()
        var total = 0.0
        var count = 0
        var right = 0
        var answerCount = 0
        var hasAnswers = true
        var chosen = known
        var parts: [(scores: Tensor, y: Tensor)] = []
        try Inference.forEachBatch(model, dataset, batchSize, shouldStop) { output, y in
            guard let y else { throw TrainingError.noTargets(dataset: dataset.name) }
            let objective =
                try chosen
                ?? Objective(loss ?? model.trainedLoss, for: model, on: dataset, output: output.shape)
            chosen = objective
            // The next batch takes the memory over.
            if !figures.isEmpty { parts.append((try output.value.copy(), try y.copy())) }
            let losses = try objective.losses(output, y)
            total += try losses.sum()
            count += losses.count
            guard let hits = try objective.hits(output.value, y) else {
                hasAnswers = false
                return
            }
            right += hits.right
            answerCount += hits.of
        }
        var result = Evaluation(
            loss: total / Double(count), accuracy: hasAnswers ? Double(right) / Double(answerCount) : nil,
            count: dataset.count, seconds: monotonicSeconds() - start)
        if !figures.isEmpty {
            let scores = try Tensor.concat(parts.map(\.scores), axis: 0)
            let y = try Tensor.concat(parts.map(\.y), axis: 0)
            result.others = try figures.map { NamedFigure(name: $0.name, value: try $0(scores, y)) }
        }
        return result
    }
}
