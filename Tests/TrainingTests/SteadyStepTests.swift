import Datasets
import NeuralNet
import TensorCore
import Testing
import Training

struct SteadyStepTests {
    /// Batches, their conversion, the step and the figures: after the first epoch nothing asks for memory, but what an
    /// epoch's order takes.
    @Test func trainingAsksForNoMemoryWithinAnEpoch() throws {
        var counts: [(epoch: Int, batch: Int, count: Int)] = []
        let settings = TrainingSettings(
            epochs: 3, batchSize: 8, optimizer: OptimizerSettings(.adam(), learningRate: 0.01), seed: 3)
        _ = try Trainer(classifier(), points(90), settings).run(
            onEvent: { event in
                if case .batch(let progress) = event {
                    counts.append((progress.epoch, progress.batch, Storage.allocationsOfThisThread))
                }
            }, shouldStop: { false })
        #expect(counts.count == 36)
        for epoch in 2...3 {
            let ofEpoch = counts.filter { $0.epoch == epoch }.map(\.count)
            #expect(ofEpoch.first == ofEpoch.last, "epoch \(epoch): \(ofEpoch)")
        }
    }
}
