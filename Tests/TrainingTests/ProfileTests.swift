import Datasets
import NeuralNet
import TensorCore
import Testing
import Training

@Suite(.serialized) struct ProfileTests {
    private func profile(_ model: Model) throws -> Profile {
        try Profiler.run(model, points(60), batchSize: 8, duration: 0.05, shouldStop: { false })
    }

    @Test func rowsAddUpToTheStep() throws {
        let result = try profile(try classifier())
        let sum = result.rows.reduce(0) { $0 + $1.seconds }
        #expect(result.stepSeconds > 0)
        // The rest is between the marks: a few calls of the clock.
        #expect(sum <= result.stepSeconds * 1.01)
        #expect(sum >= result.stepSeconds * 0.5)
        #expect(result.rows.map(\.pass).contains(.data))
        #expect(result.rows.map(\.pass).contains(.optimizer))
        #expect(result.rows.map(\.pass).contains(.loss))
    }

    @Test func everyLayerHasItsRow() throws {
        let result = try profile(try classifier())
        let forward = result.rows.filter { $0.pass == .forward }.flatMap { $0.layers.split(separator: " + ") }
        #expect(forward == ["linear1", "relu1", "dropout1", "linear2"])
        let backward = result.rows.filter { $0.pass == .backward }.flatMap { $0.layers.split(separator: " + ") }
        #expect(Set(backward) == Set(forward))
        // 8 examples of 2 features to 16 outputs.
        let first = try #require(result.rows.first { $0.pass == .forward })
        let flops: Double = first.layers.contains("relu1") ? 8 * 16 * 6 : 8 * 16 * 5
        #expect(try #require(first.work).flops == flops)
    }

    @Test func fusedLayersHaveOneRowBothWays() throws {
        let model = try classifier(ending: [Activation(.tanh)])
        let result = try profile(model)
        let forward = result.rows.filter { $0.pass == .forward }.map(\.layers)
        #expect(forward.contains("linear2 + tanh1"))
        #expect(Set(result.rows.filter { $0.pass == .backward }.map(\.layers)).isSuperset(of: forward))
        let sum = result.rows.reduce(0) { $0 + $1.seconds }
        #expect(sum <= result.stepSeconds * 1.01)
        #expect(sum >= result.stepSeconds * 0.5)
    }

    @Test func theModelStaysAsItIs() throws {
        let model = try classifier()
        try model.build(sampleShapes: [[2]])
        let before = weights(model)
        _ = try profile(model)
        #expect(weights(model) == before)
    }

    @Test func itStopsWhenAsked() throws {
        #expect(throws: InterruptError.self) {
            try Profiler.run(classifier(), points(60), batchSize: 8, shouldStop: { true })
        }
    }

    @Test func weightsDoNotDependOnTheNumberOfThreads() throws {
        let before = Threads.count
        defer { Threads.count = before }
        let images = try Dataset(
            x: Tensor.normal([96, 1, 16, 16], mean: 0, std: 1, key: RandomKey(seed: 3)),
            y: Tensor.randomIntegers([96], low: 0, high: 4, key: RandomKey(seed: 4)))
        func trained(_ threads: Int) throws -> [UInt32] {
            Threads.count = threads
            let model = Model("cnn", place: ModulePlace(key: RandomKey(seed: 9)))
            try model.add(Convolution(.init(outChannels: 8, kernel: [5], padding: .zeros([2]))))
            try model.add(Activation(.relu))
            try model.add(Pooling(.max, size: [2]))
            try model.add(Flatten())
            try model.add(Linear(300))
            try model.add(Activation(.relu))
            try model.add(Dropout(0.3))
            try model.add(Linear(4))
            try train(model, images, TrainingSettings(epochs: 34, batchSize: 32))
            return weights(model)
        }
        // 102 steps.
        let one = try trained(1)
        #expect(try trained(2) == one)
        #expect(try trained(4) == one)
    }
}
