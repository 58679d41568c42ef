import Autograd
import NeuralNet
import TensorCore
import Testing

/// Fused operations do what the operations do that they stand for.
@Suite(.serialized) struct FusionTests {
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

    /// A step whose operations run one by one: the observer's look at each layer makes them.
    private func stepOneByOne(
        _ optimizer: Optimizer, _ net: Model, _ loss: Loss, _ x: Tensor, _ y: Tensor, key: RandomKey
    ) throws -> Double {
        try optimizer.step(key: key) { context in
            let observed = ForwardContext(
                isTraining: true, key: context.key, recorded: net, recording: context.recording
            ) { _, _, outputs in for output in outputs { try output.compute() } }
            return try loss(net(Variable(x), observed), Variable(y))
        }.loss
    }

    /// Trains a network with fused operations and an equal one without, and compares losses and weights.
    private func compare(_ loss: Loss, ending: (any Module)?, _ settings: OptimizerSettings) throws {
        let fused = try network(ending)
        let separate = try network(ending)
        let first = try Optimizer(settings, for: fused)
        let second = try Optimizer(settings, for: separate)
        for number in 0..<8 as Range<UInt64> {
            let (x, y) = try batch(number)
            let key = RandomKey(seed: 9).child(number)
            let report = try first.step(key: key) { context in try loss(fused(Variable(x), context), Variable(y)) }
            let expected = try stepOneByOne(second, separate, loss, x, y, key: key)
            #expect(abs(report.loss - expected) < 1e-4 * max(1, abs(expected)), "step \(number)")
        }
        for (a, b) in zip(weights(fused), weights(separate)) { #expect(abs(a - b) < 2e-4) }
    }

    private func step(_ optimizer: Optimizer, _ net: Model, _ x: Tensor, _ y: Tensor, key: RandomKey) throws -> Double {
        try optimizer.step(key: key) { try Loss.crossEntropy()(net(Variable(x), $0), Variable(y)) }.loss
    }

    @Test func isTheSameAsOneByOneWithSGDAndCrossEntropy() throws {
        try compare(.crossEntropy(), ending: nil, OptimizerSettings(.sgd(momentum: 0.9), learningRate: 0.05))
    }

    @Test func isTheSameAsOneByOneWithAdamAndSmoothing() throws {
        try compare(.crossEntropy(labelSmoothing: 0.1), ending: nil, OptimizerSettings(.adam(), learningRate: 0.001))
    }

    @Test func isTheSameAsOneByOneWithAdamWAndDecay() throws {
        try compare(
            .crossEntropy(), ending: nil, OptimizerSettings(.adamW(), learningRate: 0.001, weightDecay: 0.05))
        try compare(.crossEntropy(), ending: nil, OptimizerSettings(.adam(), learningRate: 0.001, weightDecay: 0.05))
    }

    @Test func isTheSameAsOneByOneWithAdamAndClipping() throws {
        try compare(
            .crossEntropy(), ending: nil, OptimizerSettings(.adam(), learningRate: 0.001, clipping: .norm(0.1)))
    }

    @Test func isTheSameAsOneByOneWithLogSoftmaxAndNLLAndClipping() throws {
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
            for number in 0..<20 as Range<UInt64> {
                let (x, y) = try batch(number)
                _ = try step(optimizer, net, x, y, key: RandomKey(seed: number))
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
            for number in 0..<100 as Range<UInt64> {
                let (x, y) = try images(count, number % 10)
                _ = try step(optimizer, net, x, y, key: RandomKey(seed: number))
            }
            results.append(weights(net).map(\.bitPattern))
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test(arguments: [1, 8, 40]) func aSteadyStepAsksForNoMemory(_ count: Int) throws {
        let net = try homework()
        let optimizer = try Optimizer(OptimizerSettings(.adam(), learningRate: 0.0005), for: net)
        let (x, y) = try images(count, 0)
        func steps(_ range: Range<UInt64>) throws -> Int {
            let before = Storage.allocationsOfThisThread
            for number in range {
                _ = try step(optimizer, net, x, y, key: RandomKey(seed: number))
            }
            return Storage.allocationsOfThisThread - before
        }
        // Tests beside this one take blocks that this one gave back: what a step itself asks for, each try asks for.
        var least = Int.max
        for _ in 0..<8 where least > 0 {
            _ = try steps(0..<3)
            least = min(least, try steps(3..<20))
        }
        #expect(least == 0)
    }

    @Test func inferenceIsTheModel() throws {
        for ending in [nil, Softmax(isLog: true), Activation(.relu)] as [(any Module)?] {
            let net = try network(ending)
            for count in [1, 6, 37] {
                let key = RandomKey(seed: 3).child(UInt64(count))
                let x = try Tensor.normal([count, 1, 14, 14], mean: 0, std: 1, key: key)
                let expected = try net(Variable(x), ForwardContext()).value
                let result = try Recording.run { recording in
                    try net(Variable(x, in: recording), ForwardContext(recording: recording)).value
                }
                #expect(result.shape == expected.shape)
                for (a, b) in zip(result.floats(), expected.floats()) { #expect(abs(a - b) < 1e-5) }
            }
        }
    }

    private func smallNet() throws -> Model {
        let net = Model("small", place: ModulePlace(key: testKey))
        try net.add(Linear(6), name: "enter")
        try net.add(Activation(.tanh), name: "curve")
        try net.add(Linear(3), name: "leave")
        try net.build(sampleShapes: [[4]])
        return net
    }

    /// What somebody holds when a recording ends is what it was before the weights changed.
    @Test func whatIsHeldIsComputedBeforeWeightsChange() throws {
        let net = try smallNet()
        let x = try Tensor.uniform([5, 4], key: testKey)
        let enter = try net.module(at: "enter")
        let expected = try enter(Variable(x), ForwardContext()).value.floats()
        let optimizer = try Optimizer(OptimizerSettings(.sgd(), learningRate: 0.5), for: net)
        var held: Variable?
        try optimizer.step(key: testKey) { context in
            let inner = try enter(Variable(x), context)
            held = inner
            return try inner.tanh().square().mean()
        }
        #expect(try #require(held).value.floats() == expected)
        #expect(try enter(Variable(x), ForwardContext()).value.floats() != expected)
    }

    /// An intermediate result has its gradient, whether or not a fused operation passed over it.
    @Test func resultsThatAreUsedTwiceKeepTheirGradients() throws {
        let net = try smallNet()
        let x = try Tensor.uniform([5, 4], key: testKey)
        let enter = try net.module(at: "enter")
        func gradients(_ recording: Recording?) throws -> [[Float]] {
            try net.recording(in: recording) {
                let context = ForwardContext(isTraining: true, recorded: net, recording: recording)
                let inner = try enter(Variable(x), context)
                let first = try inner.relu().sum()
                try first.compute()
                let output = try first + (inner * inner.tanh()).sum() + inner.sigmoid().sum()
                return try Gradient.compute(output, withRespectTo: enter.parameters.map(\.variable)).map {
                    try #require($0).value.floats()
                }
            }
        }
        let expected = try gradients(nil)
        let found = try Recording.run { try gradients($0) }
        for (a, b) in zip(found.joined(), expected.joined()) { #expect(abs(a - b) < 1e-5) }
    }

    /// Operations that a fused one stands for are differentiated again one by one.
    @Test func secondDerivativesGoThroughFusedOperations() throws {
        let net = try network()
        let x = try batch(0).x
        func second(_ recording: Recording?) throws -> [Float] {
            try net.recording(in: recording) {
                let context = ForwardContext(isTraining: true, recorded: net, recording: recording)
                let leaf = Gradient.leaf(Variable(x), in: recording)
                let output = try net(leaf, context).square().sum()
                let slope = try #require(
                    try Gradient.compute(output, withRespectTo: [leaf], createGraph: true)[0])
                let parameter = net.parameters[0].variable
                return try #require(
                    try Gradient.compute(slope.square().sum(), withRespectTo: [parameter])[0]
                ).value.floats()
            }
        }
        let expected = try second(nil)
        let found = try Recording.run { try second($0) }
        let scale = expected.reduce(0) { max($0, abs($1)) }
        for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-4 * max(scale, 1)) }
    }

    /// A value for which there is no memory is an error of the step, wherever it is asked for.
    @Test func aDeferredValueWithoutMemoryIsAnError() throws {
        let net = Model("wide", place: ModulePlace(key: testKey))
        try net.add(Linear(3_000_000))
        try net.build(sampleShapes: [[1]])
        let before = net.parameters[0].value.floats().first
        let optimizer = try Optimizer(OptimizerSettings(.sgd(), learningRate: 0.1), for: net)
        // 3 million by 3 million numbers.
        let x = Variable(try Tensor.ones([3_000_000, 1], dtype: .float32))
        #expect(throws: TensorError.self) {
            try optimizer.step(key: testKey) { context in
                let output = try net(x, context)
                #expect(output.value.shape == [3_000_000, 3_000_000])
                return try output.mean()
            }
        }
        #expect(net.parameters[0].value.floats().first == before)
        #expect(try Tensor.ones([2], dtype: .float32).floats() == [1, 1])
    }

    @Test func aValueThatIsNotFiniteChangesNothing() throws {
        let net = try network()
        let optimizer = try Optimizer(OptimizerSettings(.adam()), for: net)
        let before = weights(net)
        var (x, y) = try batch(0)
        try x.set([.index(2), .index(0), .index(3), .index(3)], to: Tensor.scalar(.nan))
        #expect(throws: NeuralNetError.self) { try step(optimizer, net, x, y, key: RandomKey(seed: 1)) }
        #expect(weights(net) == before)
        #expect(optimizer.stepCount == 0)
        (x, y) = try batch(1)
        #expect(try step(optimizer, net, x, y, key: RandomKey(seed: 1)).isFinite)
    }

    @Test func layersInGroupsFollowEachOther() throws {
        let net = Model("net", place: ModulePlace(key: testKey))
        let inner = try ModuleGroup([("0", Linear(3)), ("1", Activation(.relu))], listCount: 2)
        try net.add(try ModuleGroup([("first", inner), ("last", Linear(2))], listCount: nil), name: "all")
        try net.build(sampleShapes: [[4]])
        let optimizer = try Optimizer(OptimizerSettings(.adam()), for: net)
        let x = try Tensor.uniform([2, 4], key: testKey)
        let expected = try Loss.crossEntropy()(net(Variable(x)), Variable(Tensor([0, 1]))).value.item()
        let result = try step(optimizer, net, x, Tensor([0, 1]), key: testKey)
        #expect(abs(result - expected) < 1e-6)
    }
}
