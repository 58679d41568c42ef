import Autograd
import NeuralNet
import TensorCore
import Testing

/// What a step takes, against numbers worked out by hand.
@Suite struct CostTests {
    @Test func theHomeworkNetworkTakesWhatItsShapesSay() throws {
        let cost = try #require(try homeworkNetwork().stepCost(sampleShapes: [[1, 28, 28]], batchSize: 8))
        let forward: [Double] = [
            // 8 images of 8 x 28 x 28 outputs, each a sum of 25 products and a bias.
            8 * 6272 * 51, 8 * 6272, 8 * 1568 * 4,
            8 * 2304 * 145, 8 * 2304, 8 * 576 * 4, 0,
            8 * 600 * (2 * 576 + 1), 8 * 600, 8 * 600,
            8 * 120 * 1201, 8 * 120,
            8 * 10 * 241,
        ]
        #expect(cost.layers.map(\.forward.flops) == forward)
        // Nothing before the first layer learns; all others also pass a gradient on.
        #expect(cost.layers[0].backward.flops == forward[0])
        #expect(cost.layers[3].backward.flops == 2 * forward[3])
        #expect(cost.layers[7].backward.flops == 2 * forward[7])
        #expect(cost.layers.map(\.parameterCount) == [208, 0, 0, 1168, 0, 0, 0, 346_200, 0, 0, 72_120, 0, 1210])
        #expect(cost.parameterCount == 420_906)
        #expect(cost.optimizer.bytes == 28 * 420_906)
        // Input, output and weights, four bytes each.
        let elements = 8 * 784 + 8 * 6272 + 208
        #expect(cost.layers[0].forward.bytes == Double(4 * elements))
        #expect(cost.layers[7].outputShape == [8, 600])
    }

    @Test func aBatchTwiceAsLargeTakesTwiceTheArithmetic() throws {
        let net = try homeworkNetwork()
        let one = try #require(try net.stepCost(sampleShapes: [[1, 28, 28]], batchSize: 1))
        let many = try #require(try net.stepCost(batchSize: 64))
        let (a, b) = (one.total.flops - one.optimizer.flops, many.total.flops - many.optimizer.flops)
        #expect(abs(b / a - 64) < 1e-9)
        #expect(one.optimizer == many.optimizer)
    }

    @Test func groupsAndStridesCount() throws {
        let net = Model("net")
        try net.add(Convolution(.init(outChannels: 4, kernel: [3], stride: [2], groups: 2, hasBias: false)))
        let cost = try #require(try net.stepCost(sampleShapes: [[6, 9, 9]], batchSize: 1))
        // 4 x 4 x 4 outputs, each a sum of 3 channels of 3 x 3 products.
        #expect(cost.layers[0].forward.flops == 64 * 2 * 27)
    }

    @Test func aForwardFunctionIsFollowed() throws {
        let net = Model("twice")
        let linear = try Linear(3)
        try net.add(linear, name: "inner")
        net.customForward = { inputs, context in
            try linear(try linear(inputs, context), context)
        }
        let cost = try #require(try net.stepCost(sampleShapes: [[3]], batchSize: 5))
        #expect(cost.layers.count == 1)
        #expect(cost.layers[0].forward.flops == 2 * 5 * 3 * 7)
        #expect(cost.parameterCount == 12)
    }

    @Test func unknownSizesAreNil() throws {
        let cost = try homeworkNetwork().stepCost(batchSize: 8)
        #expect(cost?.batchSize == nil)
    }

    @Test func predictionsGrowWithTheWork() throws {
        let net = try homeworkNetwork()
        let rates = try MachineRates.measured()
        #expect(rates.flopsPerSecond > 1e8)
        #expect(rates.bytesPerSecond > 1e7)
        let small = try #require(try net.stepCost(sampleShapes: [[1, 28, 28]], batchSize: 8)).seconds(rates)
        let large = try #require(try net.stepCost(batchSize: 512)).seconds(rates)
        #expect(small > 0 && large > small)
    }
}
