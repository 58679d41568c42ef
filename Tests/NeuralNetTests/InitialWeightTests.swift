import NeuralNet
import TensorCore
import Testing

/// PyTorch's initial distributions: bounds and moments, and that bits depend on the seed and the path alone.
@Suite struct InitialWeightTests {
    private func moments(_ tensor: Tensor) -> (mean: Double, variance: Double, largest: Double) {
        let numbers = tensor.doubles()
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
        return (mean, variance, numbers.map(abs).max() ?? 0)
    }

    private func expectUniform(_ parameter: Parameter?, bound: Double) throws {
        let (mean, variance, largest) = moments(try #require(parameter).value)
        #expect(largest <= bound && largest > 0.99 * bound)
        #expect(abs(mean) < 0.03 * bound)
        #expect(abs(variance / (bound * bound / 3) - 1) < 0.05)
    }

    @Test func linear() throws {
        let layer = try Linear(200, place: ModulePlace(key: testKey))
        try layer.build(inputShapes: [[8, 100]])
        try expectUniform(layer.weight, bound: 0.1)
        let (_, _, largest) = moments(try #require(layer.bias).value)
        #expect(largest <= 0.1 && largest > 0.09)
    }

    @Test func convolution() throws {
        let layer = try Convolution(
            .init(outChannels: 64, kernel: [3, 5], groups: 2), place: ModulePlace(key: testKey))
        try layer.build(inputShapes: [[1, 16, 9, 9]])
        #expect(layer.weight?.shape == [64, 8, 3, 5])
        try expectUniform(layer.weight, bound: 1 / Double(8 * 3 * 5).squareRoot())
        #expect(moments(try #require(layer.bias).value).largest <= 1 / Double(8 * 3 * 5).squareRoot())
    }

    @Test func embedding() throws {
        let layer = try Embedding(100, 50, paddingIndex: -1, place: ModulePlace(key: testKey))
        try layer.build(inputShapes: [[2, 3]])
        let weight = try #require(layer.weight).value
        let (mean, variance, largest) = moments(weight)
        #expect(abs(mean) < 0.05 && abs(variance - 0.99) < 0.05 && largest > 3)
        #expect(try weight.at([.index(99)]).doubles().allSatisfy { $0 == 0 })
    }

    @Test func norms() throws {
        let batch = try BatchNorm()
        try batch.build(inputShapes: [[2, 4, 3]])
        let layer = try LayerNorm()
        try layer.build(inputShapes: [[2, 5]])
        #expect(batch.weight?.value.doubles() == [1, 1, 1, 1] && batch.bias?.value.doubles() == [0, 0, 0, 0])
        #expect(batch.buffers.map { $0.value.doubles() } == [[0, 0, 0, 0], [1, 1, 1, 1]])
        #expect(layer.weight?.value.doubles() == [1, 1, 1, 1, 1] && layer.bias?.value.doubles() == [0, 0, 0, 0, 0])
    }

    @Test func bitsDependOnSeedAndPathAlone() throws {
        func numbers(_ build: (Model) throws -> Void, seed: UInt64 = 7) throws -> [[Double]] {
            let net = try homeworkNetwork(RandomKey(seed: seed))
            try build(net)
            return try net.stateDictionary().map { $0.value.doubles() }
        }
        let whole = try numbers { try $0.build(sampleShapes: [[1, 28, 28]]) }
        let backwards = try numbers { net in
            try net.module(at: "linear3").build(inputShapes: [[1, 120]])
            try net.module(at: "conv2").build(inputShapes: [[1, 8, 5, 5]])
            try net.build(sampleShapes: [[1, 28, 28]])
        }
        #expect(whole == backwards)
        #expect(try whole != numbers({ try $0.build(sampleShapes: [[1, 28, 28]]) }, seed: 8))
        #expect(Set(whole.map { $0.first ?? 0 }).count == whole.count)
    }
}
