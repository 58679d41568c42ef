import Autograd
import Datasets
import NeuralNet
import TensorCore

/// What one step came to.
package struct StepFigures {
    /// The sum of the losses of the batch's targets, before the step.
    package let lossSum: Double
    /// The targets that count; 0 where no step was taken, because there is none.
    package let count: Int
    /// Right answers, of those that count; `nil` where answers are not classes.
    package let hits: (right: Int, of: Int)?
    /// Figures of one's own.
    package var figures: [Double] = []

    package init(lossSum: Double, count: Int, hits: (right: Int, of: Int)?) {
        self.lossSum = lossSum
        self.count = count
        self.hits = hits
    }

    init(_ losses: BatchLosses?, hits: (right: Int, of: Int)?) throws {
        self.init(lossSum: try losses?.sum() ?? 0, count: losses?.count ?? 0, hits: hits)
    }

    /// The mean; NaN where no target counts.
    package var loss: Double { lossSum / Double(count) }
}

/// One step of training: forward, loss, backward, update. What carries it out can be exchanged.
package protocol TrainingStep: AnyObject {
    /// - Parameter key: What this step's dropout draws from.
    /// - Throws: `NeuralNetError` `.nonFinite` before any weight has changed.
    func callAsFunction(_ batch: Batch, learningRate: Double, key: RandomKey) throws -> StepFigures

    /// The examples that went through the model when a step was refused, and where there are ranks the one that had them.
    func refusedPart(of batch: Batch) throws -> (examples: Batch, rank: Int?)
}

extension TrainingStep {
    package func refusedPart(of batch: Batch) -> (examples: Batch, rank: Int?) { (batch, nil) }
}

/// Carries out a step on examples and their targets.
final class ExampleStep: TrainingStep {
    private let model: Model
    private let objective: Objective
    private let optimizer: Optimizer
    private let figures: [TrainingFigure]
    /// Examples that go through the model at once; nil: all of a batch.
    private let pieceSize: Int?

    init(
        _ model: Model, _ objective: Objective, _ optimizer: Optimizer, figures: [TrainingFigure] = [],
        pieceSize: Int? = nil
    ) {
        self.pieceSize = pieceSize
        self.model = model
        self.objective = objective
        self.optimizer = optimizer
        self.figures = figures
    }

    func callAsFunction(_ batch: Batch, learningRate: Double, key: RandomKey) throws -> StepFigures {
        guard let y = batch.y else { throw TrainingError.noTargets(dataset: "the batch") }
        if objective.ignoresAll(y) { return StepFigures(lossSum: 0, count: 0, hits: (0, 0)) }
        if let size = pieceSize, batch.count > size {
            return try stepByPieces(batch.x, y, size, learningRate: learningRate, key: key)
        }
        var hits: (right: Int, of: Int)?
        var scores: Tensor?
        var losses: BatchLosses?
        try optimizer.step(key: key, learningRate: learningRate) { context in
            let output = try model.apply(batch.x, context)
            try output.compute()
            scores = output.value
            hits = try objective.hits(output.value, y)
            let found = try objective.losses(output, y)
            losses = found
            return try found.mean()
        }
        var result = try StepFigures(losses, hits: hits)
        if let scores { result.figures = try figures.map { try $0(scores, y) } }
        return result
    }

    /// The gradients of pieces of a batch, each weighed by its targets that count, make one step.
    private func stepByPieces(
        _ x: Tensor, _ y: Tensor, _ size: Int, learningRate: Double, key: RandomKey
    ) throws -> StepFigures {
        func piece(_ tensor: Tensor, from start: Int) throws -> Tensor {
            try tensor.at([.slice(start: start, stop: min(start + size, x.shape[0]), step: 1)]).contiguous()
        }
        let starts = try stride(from: 0, to: x.shape[0], by: size).filter {
            try !objective.ignoresAll(piece(y, from: $0))
        }
        let counts = try starts.map { try Double(objective.countedTargets(piece(y, from: $0))) }
        let all = counts.reduce(0, +)
        var parts = [(losses: BatchLosses, hits: (right: Int, of: Int)?, scores: Tensor)?](
            repeating: nil, count: starts.count)
        try optimizer.step(
            learningRate: learningRate, pieces: counts.map { $0 / all }, key: { key.child(UInt64($0)) }
        ) { place, context in
            let (x, y) = (try piece(x, from: starts[place]), try piece(y, from: starts[place]))
            let output = try model.apply(x, context)
            let losses = try objective.losses(output, y)
            parts[place] = (
                BatchLosses(each: losses.each.detached(), count: losses.count, isMean: losses.isMean),
                try objective.hits(output.value, y), output.value
            )
            return try losses.mean()
        }
        let known = parts.compactMap { $0 }
        let hits =
            known.allSatisfy { $0.hits != nil }
            ? known.reduce((right: 0, of: 0)) { ($0.right + ($1.hits?.right ?? 0), $0.of + ($1.hits?.of ?? 0)) } : nil
        var result = StepFigures(
            lossSum: try known.reduce(0) { try $0 + $1.losses.sum() }, count: known.reduce(0) { $0 + $1.losses.count },
            hits: hits)
        if !figures.isEmpty, starts.count * size >= x.shape[0] {
            let scores = try Tensor.concat(known.map(\.scores), axis: 0)
            result.figures = try figures.map { try $0(scores, y) }
        }
        return result
    }
}

/// Examples and their targets, shard by shard.
struct ExampleMeasure: ShardMeasure {
    let model: Model
    let objective: Objective
    let figures: [TrainingFigure]

    private func targets(of batch: Batch) throws -> Tensor {
        guard let y = batch.y else { throw TrainingError.noTargets(dataset: "the batch") }
        return y
    }

    func targetCounts(of shards: [Range<Int>], in batch: Batch) throws -> [Int] {
        let y = try targets(of: batch)
        return try shards.map { rows in
            objective.countedTargets(
                try y.at([.slice(start: rows.lowerBound, stop: rows.upperBound, step: 1)]).contiguous())
        }
    }

    func callAsFunction(_ shard: Batch, _ context: ForwardContext) throws -> ShardResult {
        let y = try targets(of: shard)
        let output = try model.apply(shard.x, context)
        try output.compute()
        let losses = try objective.losses(output, y)
        return ShardResult(
            losses: losses, hits: try objective.hits(output.value, y),
            figures: try figures.map { try $0(output.value, y) })
    }
}
