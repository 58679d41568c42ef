import Autograd
import NeuralNet
import TensorCore
import Testing

/// A plan does what the tape does, in other kernels.
@Suite(.serialized) struct TrainingPlanTests {
    private func network(_ ending: (any Module)? = nil) throws -> Model {
        let net = Model("cnn", place: ModulePlace(key: RandomKey(seed: 5)))
        try net.add(Convolution(.init(outChannels: 4, kernel: [5], padding: .zeros([2]))), name: "conv1")
        try net.add(Activation(.relu))
        try net.add(Pooling(.max, size: [2]))
        try net.add(Convolution(.init(outChannels: 6, kernel: [3])))
        try net.add(Activation(.relu))
        try net.add(Pooling(.max, size: [2]))
        try net.add(Flatten())
        try net.add(Linear(20))
        try net.add(Activation(.relu))
        try net.add(Dropout(0.3))
        try net.add(Linear(5, hasBias: false))
        if let ending { try net.add(ending) }
        try net.build(sampleShapes: [[1, 14, 14]])
        return net
    }

    private func batch(_ number: UInt64) throws -> (x: Tensor, y: Tensor) {
        let key = RandomKey(seed: 100).child(number)
        return (
            try Tensor.normal([6, 1, 14, 14], mean: 0, std: 1, dtype: .float32, key: key.child(0)),
            try Tensor.randomIntegers([6], low: 0, high: 5, key: key.child(1))
        )
    }

    private func weights(_ net: Model) -> [Float] { net.parameters.flatMap { $0.value.floats() } }

    /// Trains a network by plan and an equal one by tape, and compares losses and weights.
    private func compare(_ loss: Loss, ending: (any Module)?, _ settings: OptimizerSettings) throws {
        let planned = try network(ending)
        let taped = try network(ending)
        let first = try Optimizer(settings, for: planned)
        let second = try Optimizer(settings, for: taped)
        let plan = try #require(try TrainingPlan.make(for: first, inputShape: [6, 1, 14, 14], loss: loss))
        for number in 0..<8 as Range<UInt64> {
            let (x, y) = try batch(number)
            let key = RandomKey(seed: 9).child(number)
            let result = try #require(try plan.step(x, classes: y, key: key, learningRate: settings.learningRate))
            let report = try second.step(key: key) { context in
                try loss(taped(Variable(x), context), Variable(y))
            }
            #expect(abs(result.loss - report.loss) < 1e-4 * max(1, abs(report.loss)), "step \(number)")
        }
        for (a, b) in zip(weights(planned), weights(taped)) { #expect(abs(a - b) < 2e-4) }
    }

    @Test func isTheTapeWithSGDAndCrossEntropy() throws {
        try compare(.crossEntropy(), ending: nil, OptimizerSettings(.sgd(momentum: 0.9), learningRate: 0.05))
    }

    @Test func isTheTapeWithAdamAndSmoothing() throws {
        try compare(.crossEntropy(labelSmoothing: 0.1), ending: nil, OptimizerSettings(.adam(), learningRate: 0.001))
    }

    @Test func isTheTapeWithAdamWAndDecay() throws {
        try compare(
            .crossEntropy(), ending: nil, OptimizerSettings(.adamW(), learningRate: 0.001, weightDecay: 0.05))
        try compare(.crossEntropy(), ending: nil, OptimizerSettings(.adam(), learningRate: 0.001, weightDecay: 0.05))
    }

    @Test func isTheTapeWithAdamAndClipping() throws {
        try compare(
            .crossEntropy(), ending: nil, OptimizerSettings(.adam(), learningRate: 0.001, clipping: .norm(0.1)))
    }

    @Test func isTheTapeWithLogSoftmaxAndNLLAndClipping() throws {
        try compare(
            .nll(), ending: Softmax(isLog: true),
            OptimizerSettings(.sgd(), learningRate: 0.1, clipping: .norm(0.5)))
    }

    @Test func bitsDoNotDependOnThreads() throws {
        let before = Threads.count
        defer { Threads.count = before }
        var results: [[Float]] = []
        for threads in [1, 2, 4] {
            Threads.count = threads
            let net = try network()
            let optimizer = try Optimizer(OptimizerSettings(.adam(), learningRate: 0.01), for: net)
            let plan = try #require(
                try TrainingPlan.make(for: optimizer, inputShape: [6, 1, 14, 14], loss: .crossEntropy()))
            for number in 0..<20 as Range<UInt64> {
                let (x, y) = try batch(number)
                _ = try plan.step(x, classes: y, key: RandomKey(seed: number), learningRate: 0.01)
            }
            results.append(weights(net))
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    private func homework() throws -> Model {
        let net = try homeworkNetwork(RandomKey(seed: 6))
        try net.build(sampleShapes: [[1, 28, 28]])
        return net
    }

    private func images(_ count: Int, _ number: UInt64) throws -> (x: Tensor, y: Tensor) {
        let key = RandomKey(seed: 101).child(number)
        return (
            try Tensor.uniform([count, 1, 28, 28], key: key.child(0)),
            try Tensor.randomIntegers([count], low: 0, high: 10, key: key.child(1))
        )
    }

    @Test(arguments: [1, 8, 40]) func homeworkHasTheSameBitsAfter100StepsOnAnyNumberOfThreads(_ count: Int) throws {
        let before = Threads.count
        defer { Threads.count = before }
        var results: [[UInt32]] = []
        for threads in [1, 2, 4] {
            Threads.count = threads
            let net = try homework()
            let optimizer = try Optimizer(OptimizerSettings(.adam(), learningRate: 0.0005), for: net)
            let plan = try #require(
                try TrainingPlan.make(for: optimizer, inputShape: [count, 1, 28, 28], loss: .crossEntropy()))
            for number in 0..<100 as Range<UInt64> {
                let (x, y) = try images(count, number % 10)
                _ = try #require(
                    try plan.step(x, classes: y, key: RandomKey(seed: number), learningRate: 0.0005))
            }
            results.append(weights(net).map(\.bitPattern))
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test(arguments: [1, 8, 40]) func aSteadyStepAsksForNoMemory(_ count: Int) throws {
        let net = try homework()
        let optimizer = try Optimizer(OptimizerSettings(.adam(), learningRate: 0.0005), for: net)
        let plan = try #require(
            try TrainingPlan.make(for: optimizer, inputShape: [count, 1, 28, 28], loss: .crossEntropy()))
        let (x, y) = try images(count, 0)
        func steps(_ range: Range<UInt64>) throws -> Int {
            let before = Storage.allocationsOfThisThread
            for number in range {
                _ = try plan.step(x, classes: y, key: RandomKey(seed: number), learningRate: 0.0005)
            }
            return Storage.allocationsOfThisThread - before
        }
        _ = try steps(0..<3)
        #expect(try steps(3..<20) == 0)
        // The count does count.
        let before = Storage.allocationsOfThisThread
        _ = try Tensor.zeros([4])
        #expect(Storage.allocationsOfThisThread == before + 1)
    }

    @Test func forwardPlanIsTheModel() throws {
        for ending in [nil, Softmax(isLog: true), Activation(.relu)] as [(any Module)?] {
            let net = try network(ending)
            for count in [1, 6, 37] {
                let key = RandomKey(seed: 3).child(UInt64(count))
                let x = try Tensor.normal([count, 1, 14, 14], mean: 0, std: 1, key: key)
                let plan = try #require(try ForwardPlan.make(for: net, inputShape: x.shape))
                let expected = try net(Variable(x), ForwardContext()).value
                for _ in 0..<2 {
                    let result = try plan(x)
                    #expect(result.shape == expected.shape)
                    for (a, b) in zip(result.floats(), expected.floats()) { #expect(abs(a - b) < 1e-5) }
                }
                // The next input does not change what was handed out.
                let first = try plan(x)
                let values = first.floats()
                _ = try plan(Tensor.zeros(x.shape))
                #expect(first.floats() == values)
            }
        }
    }

    @Test func forwardPlanEndsWhereLayersAreNotKnown() throws {
        let net = Model("mixed", place: ModulePlace(key: RandomKey(seed: 8)))
        try net.add(Linear(6))
        try net.add(Dropout(0.5))
        try net.add(Activation(.tanh))
        try net.add(Linear(3))
        try net.build(sampleShapes: [[4]])
        let x = try Tensor.normal([5, 4], mean: 0, std: 1, key: RandomKey(seed: 9))
        let plan = try #require(try ForwardPlan.make(for: net, inputShape: [5, 4]))
        let expected = try net(Variable(x), ForwardContext()).value.floats()
        for (a, b) in zip(try plan(x).floats(), expected) { #expect(abs(a - b) < 1e-6) }
        #expect(try ForwardPlan.make(for: net, inputShape: [5, 3]) == nil)
        #expect(try ForwardPlan.make(for: net, inputShape: [4]) == nil)
        let smooth = Model("smooth")
        try smooth.add(Activation(.tanh))
        try smooth.build(sampleShapes: [[4]])
        #expect(try ForwardPlan.make(for: smooth, inputShape: [5, 4]) == nil)
    }

    @Test func aValueThatIsNotFiniteChangesNothing() throws {
        let net = try network()
        let optimizer = try Optimizer(OptimizerSettings(.adam()), for: net)
        let plan = try #require(
            try TrainingPlan.make(for: optimizer, inputShape: [6, 1, 14, 14], loss: .crossEntropy()))
        let before = weights(net)
        var (x, y) = try batch(0)
        try x.set([.index(2), .index(0), .index(3), .index(3)], to: Tensor.scalar(.nan))
        #expect(try plan.step(x, classes: y, key: RandomKey(seed: 1), learningRate: 0.1) == nil)
        #expect(weights(net) == before)
        #expect(optimizer.stepCount == 0)
        (x, y) = try batch(1)
        #expect(try plan.step(x, classes: y, key: RandomKey(seed: 1), learningRate: 0.1) != nil)
    }

    @Test func whatThereIsNoPlanForHasNone() throws {
        let optimizer = try Optimizer(OptimizerSettings(.adam()), for: try network())
        #expect(try TrainingPlan.make(for: optimizer, inputShape: [6, 1, 14, 14], loss: .mse()) == nil)
        #expect(try TrainingPlan.make(for: optimizer, inputShape: [6, 1, 14, 14], loss: .nll()) == nil)

        let shared = Model("shared")
        let linear = try Linear(4)
        try shared.add(linear)
        try shared.add(Activation(.relu))
        try shared.add(linear, name: "again")
        try shared.build(sampleShapes: [[4]])
        let other = try Optimizer(OptimizerSettings(.adam()), for: shared)
        #expect(try TrainingPlan.make(for: other, inputShape: [2, 4], loss: .crossEntropy()) == nil)

        let smooth = Model("smooth")
        try smooth.add(try Linear(4))
        try smooth.add(Activation(.tanh))
        try smooth.build(sampleShapes: [[4]])
        let third = try Optimizer(OptimizerSettings(.adam()), for: smooth)
        #expect(try TrainingPlan.make(for: third, inputShape: [2, 4], loss: .crossEntropy()) == nil)
    }

    @Test func layersInGroupsArePlannedAsIfInLine() throws {
        let net = Model("net", place: ModulePlace(key: testKey))
        let inner = try ModuleGroup([("0", Linear(3)), ("1", Activation(.relu))], listCount: 2)
        try net.add(try ModuleGroup([("first", inner), ("last", Linear(2))], listCount: nil), name: "all")
        try net.build(sampleShapes: [[4]])
        let optimizer = try Optimizer(OptimizerSettings(.adam()), for: net)
        let plan = try #require(try TrainingPlan.make(for: optimizer, inputShape: [2, 4], loss: .crossEntropy()))
        let x = try Tensor.uniform([2, 4], key: testKey)
        let expected = try Loss.crossEntropy()(net(Variable(x)), Variable(Tensor([0, 1]))).value.item()
        let result = try plan.step(x, classes: Tensor([0, 1]), key: testKey, learningRate: 0.1)
        #expect(abs(try #require(result).loss - expected) < 1e-6)
    }
}
