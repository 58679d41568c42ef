import Autograd
import NeuralNet
import TensorCore
import Testing

/// Steps that must be refused, randomness in training, and small networks that learn.
@Suite struct TrainingStepTests {
    private func classifier() throws -> Model {
        let net = Model("net", place: ModulePlace(key: testKey))
        try net.add(Linear(6))
        try net.add(BatchNorm())
        try net.add(Activation(.relu))
        try net.add(Linear(3))
        try net.build(sampleShapes: [[4]])
        return net
    }

    /// Everything that a step may change.
    private func everything(_ net: Model, _ optimizer: Optimizer) throws -> [[Double]] {
        try net.stateDictionary().map { $0.value.doubles() } + optimizer.state().map { $0.value.doubles() }
    }

    private func expectRefusal(
        _ message: String, help: String, _ net: Model, _ x: Variable,
        loss: @escaping (Variable) throws -> Variable = { try $0.square().sum() },
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let optimizer = try Optimizer(.init(.adam()), for: net)
        try optimizer.prepared()
        let before = try everything(net, optimizer)
        expectError(
            "the step was refused and no weight was changed: \(message)", help: help, sourceLocation: sourceLocation
        ) { try optimizer.step(key: testKey) { try loss(net(x, $0)) } }
        let after = try everything(net, optimizer)
        // Compared as text: what was not a number before is so after.
        #expect("\(after)" == "\(before)", sourceLocation: sourceLocation)
        #expect(net.parameters.allSatisfy { !$0.isRecording }, sourceLocation: sourceLocation)
    }

    private let smaller = "use a smaller lr, clip the gradients (clip=1), or look at the inputs' scale"

    @Test func aBadInputIsFound() throws {
        var x = try normal([5, 4]).value
        try x.set([.index(3), .index(1)], to: Tensor.scalar(.nan))
        try expectRefusal(
            "the input of linear1 holds nan for sample 3, at [3, 1]", help: "look at the data: isfinite(x).all()",
            classifier(), Variable(x))
    }

    @Test func anOverflowIsFound() throws {
        let net = try classifier()
        let last = try #require(try net.module(at: "linear2") as? Linear)
        try last.weight?.set(Tensor.full([3, 6], 3e38), path: "weight")
        let x = Variable(try normal([5, 4]).value)
        do {
            try Optimizer(.init(.sgd()), for: net).step(key: testKey) { try net(x, $0).sum() }
            Issue.record("no error")
        } catch let error as NeuralNetError {
            guard case .nonFinite(let found) = error.reason else { throw error }
            #expect(found.place == .output(layer: "linear2", operation: "linear"))
            #expect(found.value == .inf)
        }
    }

    @Test func aBadWeightIsFound() throws {
        let net = try classifier()
        let first = try #require(try net.module(at: "linear1") as? Linear)
        var weight = try #require(first.weight).snapshot()
        try weight.set([.index(2), .index(3)], to: Tensor.scalar(-.infinity))
        try first.weight?.set(weight, path: "weight")
        try expectRefusal(
            "linear1.weight holds inf, at [2, 3]", help: "make the model anew, or load finite weights", net,
            normal([5, 4]))
    }

    @Test func aBadLossIsFound() throws {
        try expectRefusal("the loss is nan", help: smaller, classifier(), normal([5, 4])) {
            try ($0.square() + -1e9).log().sum()
        }
    }

    @Test func aBadGradientIsFound() throws {
        // The root's derivative at zero is infinite, where its value is not.
        let net = Model("net", place: ModulePlace(key: testKey))
        let layer = try Linear(2)
        try net.add(layer)
        try net.build(sampleShapes: [[3]])
        try layer.weight?.set(Tensor.zeros([2, 3]), path: "weight")
        try layer.bias?.set(Tensor.zeros([2]), path: "bias")
        let x = Variable(try Tensor.ones([2, 3]))
        try expectRefusal(
            "the gradient of the loss by its predictions holds inf for sample 0, at [0, 0]", help: smaller, net, x
        ) { try $0.sqrt().sum() }

        let root = Model("net", place: ModulePlace(key: testKey))
        try root.add(layer)
        let inner = Model("inner")
        try inner.add(Activation(.tanh))
        try root.add(inner)
        root.customForward = { inputs, context in
            let y = try layer(inputs[0], context).sqrt()
            return try inner([y], context)
        }
        try expectRefusal(
            "the gradient becomes nan on the way back to linear1, in an operation after it, at [0, 0]",
            help: smaller, root, x)

        let steep = Model("net", place: ModulePlace(key: testKey))
        let last = try Linear(1, hasBias: false)
        try steep.add(layer)
        try steep.add(last)
        try steep.build(sampleShapes: [[3]])
        try last.weight?.set(Tensor.full([1, 2], 3e38), path: "weight")
        try expectRefusal(
            "the gradient becomes inf on the way back through linear2 (linear), at [0, 0]", help: smaller, steep, x
        ) { try $0.sum() * 10 }
    }

    @Test func maskedScoresAreNotBlamed() throws {
        let net = Model("net", place: ModulePlace(key: testKey))
        try net.add(Softmax(axis: -1))
        try net.add(Linear(2))
        try net.build(sampleShapes: [[3]])
        let last = try #require(try net.module(at: "linear1") as? Linear)
        try last.weight?.set(Tensor.full([2, 3], 3e38), path: "weight")
        try last.bias?.set(Tensor.full([2], 3e38), path: "bias")
        let scores = Variable(try Tensor([1.0, 2, -.infinity] as [Float], shape: [1, 3]))
        try expectRefusal(
            "the output of linear1 (linear) holds inf for sample 0, at [0, 0]", help: smaller, net, scores)
    }

    @Test func anErrorInTheLossLeavesEverythingAsItWas() throws {
        let net = try classifier()
        let optimizer = try Optimizer(.init(.adam()), for: net)
        try optimizer.prepared()
        let before = try everything(net, optimizer)
        let x = try normal([5, 4])
        #expect(throws: TensorError.self) {
            try optimizer.step(key: testKey) { try net(x, $0).reshape([7, 7]) }
        }
        #expect(try everything(net, optimizer) == before)
        #expect(net.parameters.allSatisfy { !$0.isRecording })
    }

    // MARK: - Training and inference

    @Test func dropoutDropsInTrainingOnly() throws {
        let dropout = try Dropout(0.3)
        let x = Variable(try Tensor.ones([100, 100]))
        #expect(try dropout(x).value.doubles().allSatisfy { $0 == 1 })
        let numbers = try dropout(x, ForwardContext(isTraining: true, key: testKey)).value.doubles()
        let kept = numbers.filter { $0 != 0 }
        #expect(kept.allSatisfy { abs($0 - 1 / 0.7) < 1e-6 })
        #expect(abs(Double(kept.count) / 10_000 - 0.7) < 0.02)
        // The same key gives the same mask, another call or key another one.
        let context = ForwardContext(isTraining: true, key: testKey)
        #expect(try dropout(x, context).value.doubles() == numbers)
        #expect(try dropout(x, context).value.doubles() != numbers)
        #expect(try dropout(x, ForwardContext(isTraining: true, key: testKey.child(1))).value.doubles() != numbers)
        #expect(try Dropout(1)(x, context).value.doubles().allSatisfy { $0 == 0 })
        #expect(try Dropout(0)(x, context).value.doubles().allSatisfy { $0 == 1 })
    }

    @Test func inferenceLeavesRunningFiguresAlone() throws {
        let net = try classifier()
        let before = net.buffers.map { $0.value.doubles() }
        _ = try net(normal([5, 4]))
        #expect(net.buffers.map { $0.value.doubles() } == before)
        _ = try net(normal([5, 4]), ForwardContext(isTraining: true))
        #expect(net.buffers.map { $0.value.doubles() } != before)
    }

    // MARK: - Learning

    @Test(arguments: [DType.float32, .float64]) func aSmallNetworkLearnsExclusiveOr(_ dtype: DType) throws {
        let net = Model("xor", place: ModulePlace(key: testKey, dtype: dtype))
        try net.add(Linear(8))
        try net.add(Activation(.tanh))
        try net.add(Linear(1))
        let x = Variable(try Tensor([0.0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2]).cast(to: dtype))
        let y = Variable(try Tensor([0.0, 1, 1, 0], shape: [4, 1]).cast(to: dtype))
        let optimizer = try Optimizer(.init(.adam(), learningRate: 0.05), for: net)
        var loss = 1.0
        for step in 0..<200 {
            loss = try optimizer.step(key: testKey.child(UInt64(step))) {
                try Loss.bce(withLogits: true)(net(x, $0), y)
            }.loss
        }
        #expect(loss < 0.05)
        #expect(net.parameters.allSatisfy { $0.dtype == dtype })
        #expect(try net(x).value.doubles().map { $0 > 0 } == [false, true, true, false])
    }

    @Test func aConvolutionalNetworkLearnsDirections() throws {
        // Horizontal and vertical bars at random places.
        var images = [Float](repeating: 0, count: 32 * 64)
        for i in 0..<32 {
            for j in 0..<8 { images[i * 64 + (i % 2 == 0 ? (i / 4) * 8 + j : j * 8 + i / 4)] = 1 }
        }
        let x = Variable(try Tensor(images, shape: [32, 1, 8, 8]))
        let labels = Variable(try Tensor((0..<32).map { $0 % 2 }))
        let net = Model("bars", place: ModulePlace(key: testKey))
        try net.add(Convolution(.init(outChannels: 4, kernel: [3], padding: .same)))
        try net.add(BatchNorm())
        try net.add(Activation(.relu))
        try net.add(Pooling(.max, size: [2]))
        try net.add(Flatten())
        try net.add(Dropout(0.1))
        try net.add(Linear(2))
        let optimizer = try Optimizer(.init(.adamW(), learningRate: 0.02, clipping: .norm(1)), for: net)
        for step in 0..<60 {
            try optimizer.step(key: testKey.child(UInt64(step))) { try Loss.crossEntropy()(net(x, $0), labels) }
        }
        let guesses = try net(x).value.argument(.max, axis: 1).integers()
        #expect(guesses == labels.value.integers())
    }
}
