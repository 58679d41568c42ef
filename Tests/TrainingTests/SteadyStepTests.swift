import Datasets
import NeuralNet
import TensorCore
import Testing
import Training

struct SteadyStepTests {
    /// Batches, their conversion, the step and the figures: after the first epoch nothing asks for memory, but what an
    /// epoch's order takes.
    @Test func trainingAsksForNoMemoryWithinAnEpoch() throws {
        let settings = TrainingSettings(
            epochs: 3, batchSize: 8, optimizer: OptimizerSettings(.adam(), learningRate: 0.01), seed: 3)
        // Tests beside this one take blocks that this one gave back: what a step itself asks for, each try asks for.
        var tries: [[Int]] = []
        for _ in 0..<8 where tries.last != [0, 0] {
            var counts: [(epoch: Int, count: Int)] = []
            _ = try Trainer(classifier(), points(90), settings).run(
                onEvent: { event in
                    if case .batch(let progress) = event {
                        counts.append((progress.epoch, Storage.allocationsOfThisThread))
                    }
                }, shouldStop: { false })
            #expect(counts.count == 36)
            tries.append(
                (2...3).map { epoch in
                    let ofEpoch = counts.filter { $0.epoch == epoch }.map(\.count)
                    return (ofEpoch.last ?? 0) - (ofEpoch.first ?? 0)
                })
        }
        #expect(tries.last == [0, 0], "blocks asked for in epochs 2 and 3: \(tries)")
    }
}
