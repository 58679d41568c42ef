import Autograd
import Datasets
import NeuralNet
import TensorCore

/// How the examples of a step go through the model.
enum StepCut {
    case whole
    /// So many at once; their gradients are added up one after the other.
    case pieces(size: Int)
    case shards(Sharding)
}

/// How steps are cut into shards, and who computes these.
struct Sharding {
    let count: Int
    let peers: (any Peers)?
    let errorText: (any Error) -> String
}

/// What a step learns from examples, for each task.
protocol ShardMeasure {
    /// The targets that count of each shard of a batch.
    func targetCounts(of shards: [Range<Int>], in batch: Batch) throws -> [Int]

    /// Applies the model to a shard.
    func callAsFunction(_ shard: Batch, _ context: ForwardContext) throws -> ShardResult
}

/// What the model gave for a shard.
struct ShardResult {
    let losses: BatchLosses
    var hits: (right: Int, of: Int)?
    /// Figures of one's own.
    var figures: [Double] = []
}

/// Carries out a step shard by shard: shard `s` of `S` has the examples from `s * N / S` to `(s + 1) * N / S` of the `N` in a
/// batch, whoever computes it, and draws dropout by its number.
final class ShardedStep: TrainingStep {
    private let optimizer: Optimizer
    private let sharding: Sharding
    private let measure: any ShardMeasure
    private let figureCount: Int
    /// The shard that went through the model last.
    private var last = 0

    init(_ optimizer: Optimizer, _ sharding: Sharding, _ measure: any ShardMeasure, figureCount: Int = 0) {
        self.optimizer = optimizer
        self.sharding = sharding
        self.measure = measure
        self.figureCount = figureCount
    }

    private func rows(_ shard: Int, of batch: Batch) -> Range<Int> {
        let count = sharding.count
        return shard * batch.count / count..<(shard + 1) * batch.count / count
    }

    private func part(_ shard: Int, of batch: Batch) throws -> Batch { try batch.examples(rows(shard, of: batch)) }

    func refusedPart(of batch: Batch) throws -> (examples: Batch, rank: Int?) {
        let each = sharding.peers.map { sharding.count / $0.count }
        return (try part(last, of: batch), each.map { last / $0 })
    }

    func callAsFunction(_ batch: Batch, learningRate: Double, key: RandomKey) throws -> StepFigures {
        let counts = try measure.targetCounts(of: (0..<sharding.count).map { rows($0, of: batch) }, in: batch)
        let all = counts.reduce(0, +)
        guard all > 0 else { return StepFigures(lossSum: 0, count: 0, hits: (0, 0)) }
        let plan = ShardPlan(
            shares: counts.map { Double($0) / Double(all) }, peers: sharding.peers, errorText: sharding.errorText)
        var result: ShardResult?
        let table = try optimizer.step(
            learningRate: learningRate, plan, key: { key.child(UInt64($0)) },
            loss: { shard, context in
                last = shard
                let found = try measure(part(shard, of: batch), context)
                result = found
                return try found.losses.mean()
            }, figureCount: ShardRow.count + figureCount,
            figures: { _ in
                guard let result else { return [] }
                return try ShardRow(result).numbers + result.figures
            })
        let shards = counts.indices.filter { counts[$0] > 0 }
        return figures(table, examples: shards.map { Double(rows($0, of: batch).count) })
    }

    /// The figures of the step: sums over the shards, and the mean of one's own by their examples.
    private func figures(_ table: [[Double]], examples: [Double]) -> StepFigures {
        let rows = table.map { ShardRow($0) }
        let hits =
            rows.allSatisfy(\.hasHits)
            ? (right: rows.reduce(0) { $0 + $1.right }, of: rows.reduce(0) { $0 + $1.answers }) : nil
        var result = StepFigures(
            lossSum: rows.reduce(0) { $0 + $1.lossSum }, count: rows.reduce(0) { $0 + $1.count }, hits: hits)
        let all = examples.reduce(0, +)
        result.figures = (0..<figureCount).map { place in
            zip(table, examples).reduce(0) { $0 + $1.0[ShardRow.count + place] * $1.1 } / all
        }
        return result
    }
}

/// The figures of a shard that all trainings have, as the peers exchange them.
private struct ShardRow {
    static let count = 5
    let lossSum: Double
    let count: Int
    let hasHits: Bool
    let right: Int
    let answers: Int

    init(_ result: ShardResult) throws {
        lossSum = try result.losses.sum()
        count = result.losses.count
        hasHits = result.hits != nil
        (right, answers) = result.hits ?? (0, 0)
    }

    init(_ numbers: [Double]) {
        lossSum = numbers[0]
        count = Int(numbers[1])
        hasHits = numbers[2] == 1
        right = Int(numbers[3])
        answers = Int(numbers[4])
    }

    var numbers: [Double] { [lossSum, Double(count), hasHits ? 1 : 0, Double(right), Double(answers)] }
}
