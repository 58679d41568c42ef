import Autograd
import NeuralNet
import TensorCore
import Testing

@Suite struct OptimizerTests {
    struct Row: Decodable {
        let name: String
        let input: Fixture.Numbers
        let target: Fixture.Numbers
        let weights: [String: Fixture.Numbers]
        let losses: [Double]
        let trajectory: [[String: Fixture.Numbers]?]
    }

    static let optimizers: [String: OptimizerSettings] = [
        "sgd": .init(.sgd(), learningRate: 0.1),
        "sgd_decay": .init(.sgd(), learningRate: 0.1, weightDecay: 0.1),
        "sgd_momentum": .init(.sgd(momentum: 0.9), learningRate: 0.1),
        "sgd_nesterov": .init(.sgd(momentum: 0.9, isNesterov: true), learningRate: 0.1, weightDecay: 0.01),
        "sgd_clip": .init(.sgd(), learningRate: 0.5, clipping: .norm(0.3)),
        "sgd_clip_value": .init(.sgd(momentum: 0.5), learningRate: 0.5, clipping: .value(0.05)),
        "adam": .init(.adam(), learningRate: 0.05),
        "adam_decay": .init(
            .adam(beta1: 0.8, beta2: 0.95, epsilon: 1e-3), learningRate: 0.05, weightDecay: 0.1),
        "adamw": .init(.adamW(), learningRate: 0.05),
        "adamw_decay": .init(.adamW(), learningRate: 0.05, weightDecay: 0.3),
        "amsgrad": .init(.amsgrad(beta1: 0.5, beta2: 0.6), learningRate: 0.05, weightDecay: 0.1),
        "amsgrad_decoupled": .init(.amsgrad(beta1: 0.5, beta2: 0.6, isDecoupled: true), learningRate: 0.05),
        "adagrad": .init(.adagrad(), learningRate: 0.1),
        "adagrad_settings": .init(.adagrad(rateDecay: 0.1, initial: 0.2), learningRate: 0.1, weightDecay: 0.1),
        "adadelta": .init(.adadelta()),
        "adadelta_settings": .init(.adadelta(rho: 0.8, epsilon: 1e-3), learningRate: 0.5, weightDecay: 0.1),
        "nadam": .init(.nadam(), learningRate: 0.05),
        "nadam_decay": .init(
            .nadam(beta1: 0.8, beta2: 0.95, momentumDecay: 0.1), learningRate: 0.05, weightDecay: 0.1),
        "lion": .init(.lion(), learningRate: 0.02),
        "lion_decay": .init(.lion(beta1: 0.8, beta2: 0.9), learningRate: 0.02, weightDecay: 0.3),
        "adamax": .init(.adamax(), learningRate: 0.02),
        "adamax_decay": .init(.adamax(beta1: 0.8, beta2: 0.95), learningRate: 0.02, weightDecay: 0.1),
        "radam": .init(.radam(), learningRate: 0.05),
        "radam_decay": .init(.radam(beta1: 0.8, beta2: 0.9), learningRate: 0.05, weightDecay: 0.1),
        "rprop": .init(.rprop()),
        "rprop_settings": .init(
            .rprop(shrinkage: 0.4, growth: 1.3, least: 0.01, greatest: 0.06), learningRate: 0.05),
        "rmsprop": .init(.rmsprop()),
        "rmsprop_momentum": .init(.rmsprop(alpha: 0.9, momentum: 0.7), learningRate: 0.02, weightDecay: 0.1),
    ]

    /// The fixtures' network: linear1, tanh1, linear2, which are 0, 1, 2 in PyTorch.
    private func network(_ row: Row, _ dtype: DType) throws -> Model {
        let net = try smallNetwork(dtype)
        try net.build(sampleShapes: [[3]])
        var state: [String: Tensor] = [:]
        for (name, value) in row.weights { state[ownName(name)] = try value.tensor(dtype) }
        try net.load(state: state)
        return net
    }

    private func ownName(_ name: String) -> String {
        name.replacing("0.", with: "linear1.").replacing("2.", with: "linear2.")
    }

    private func smallNetwork(_ dtype: DType = .float32) throws -> Model {
        let net = Model("net", place: ModulePlace(key: testKey, dtype: dtype))
        try net.add(Linear(4))
        try net.add(Activation(.tanh))
        try net.add(Linear(2))
        return net
    }

    @Test(arguments: [DType.float64, .float32]) func trajectoriesAgreeWithPyTorch(_ dtype: DType) throws {
        let rows: [Row] = try Fixture.rows("optimizers.jsonl")
        #expect(Set(rows.map(\.name)) == Set(Self.optimizers.keys))
        // Adam divides by roots of small numbers, which magnifies float32's rounding.
        let limit = dtype == .float64 ? 1e-9 : 2e-4
        for row in rows {
            let net = try network(row, dtype)
            let optimizer = try Optimizer(#require(Self.optimizers[row.name]), for: net)
            let (x, y) = (Variable(try row.input.tensor(dtype)), Variable(try row.target.tensor(dtype)))
            for (step, loss) in row.losses.enumerated() {
                let report = try optimizer.step(key: testKey) { try Loss.mse()(net(x, $0), y) }
                #expect(abs(report.loss - loss) <= limit * max(1, loss), "\(row.name), loss \(step)")
                for (name, expected) in row.trajectory[step] ?? [:] {
                    let parameter = net.namedParameters.first { $0.name == ownName(name) }?.parameter
                    expectClose(parameter?.value, expected, limit, "\(row.name), step \(step), \(name)")
                }
            }
        }
    }

    @Test func parametersBecomeViewsOfOneVector() throws {
        let net = try smallNetwork()
        try net.build(sampleShapes: [[3]])
        let before = try net.stateDictionary()
        let optimizer = try Optimizer(.init(.sgd()), for: net)
        let flat = try optimizer.prepared()
        #expect(net.parameters.allSatisfy { $0.value.storage === flat.values.storage })
        for (old, new) in zip(before, try net.stateDictionary()) {
            #expect(try Tensor.allEqual(old.value, new.value))
        }
        // Another optimizer takes them over; the first one takes them back with what they are then.
        let other = try Optimizer(.init(.sgd(), learningRate: 1), for: net)
        let x = try normal([2, 3])
        try other.step(key: testKey) { try net(x, $0).sum() }
        let after = try net.stateDictionary().map { $0.value.doubles() }
        #expect(net.parameters.allSatisfy { $0.value.storage !== flat.values.storage })
        try optimizer.prepared()
        #expect(net.parameters.allSatisfy { $0.value.storage === flat.values.storage })
        #expect(try net.stateDictionary().map { $0.value.doubles() } == after)
    }

    @Test func aSnapshotDoesNotChangeWithTraining() throws {
        let net = try smallNetwork()
        let optimizer = try Optimizer(.init(.sgd(), learningRate: 1), for: net)
        let x = try normal([2, 3])
        try optimizer.step(key: testKey) { try net(x, $0).sum() }
        let parameter = try #require(net.parameters.first)
        let snapshot = try parameter.snapshot()
        let numbers = snapshot.doubles()
        try optimizer.step(key: testKey) { try net(x, $0).square().sum() }
        #expect(snapshot.doubles() == numbers)
        #expect(parameter.value.doubles() != numbers)
    }

    @Test func aModelThatIsNotBuiltIsTakenUpByTheFirstStep() throws {
        let (early, late) = (try smallNetwork(), try smallNetwork())
        try early.build(sampleShapes: [[3]])
        let (x, y) = (try normal([5, 3]), try normal([5, 2], 1))
        for net in [early, late] {
            let optimizer = try Optimizer(.init(.adam(), learningRate: 0.1), for: net)
            for _ in 0..<3 { try optimizer.step(key: testKey) { try Loss.mse()(net(x, $0), y) } }
            #expect(optimizer.stepCount == 3)
            #expect(net.parameters.allSatisfy { !$0.isRecording })
        }
        #expect(
            try early.stateDictionary().map { $0.value.doubles() } == late.stateDictionary().map { $0.value.doubles() })
    }

    @Test func tiedParametersAreCountedAndUpdatedOnce() throws {
        let shared = try Linear(3, hasBias: false)
        let net = Model("tied", place: ModulePlace(key: testKey))
        try net.add(shared)
        try net.add(Activation(.tanh))
        try net.add(shared)
        try net.build(sampleShapes: [[3]])
        #expect(net.parameters.count == 1)
        #expect(try net.summary().parameterCount == 9)
        #expect(try net.summary().rows.map(\.formula) == ["3 * 3", nil, "shared"])
        let optimizer = try Optimizer(.init(.sgd(), learningRate: 0.5), for: net)
        let before = try #require(net.parameters.first).snapshot()
        let leaf = Gradient.leaf(Variable(before))
        let x = try normal([4, 3])
        let byHand = try x.matmul(leaf.transpose(0, 1)).tanh().matmul(leaf.transpose(0, 1)).square().sum()
        let gradient = try #require(try Gradient.compute(byHand, withRespectTo: [leaf])[0])
        try optimizer.step(key: testKey) { try net(x, $0).square().sum() }
        let expected = zip(before.doubles(), gradient.value.doubles()).map { $0 - 0.5 * $1 }
        for (a, b) in zip(try #require(net.parameters.first).value.doubles(), expected) { #expect(abs(a - b) < 1e-5) }
    }

    @Test func stateGoesOnToTheSameBits() throws {
        for settings in Self.optimizers.values {
            let (x, y) = (try normal([5, 3]), try normal([5, 2], 1))
            func run(_ optimizer: Optimizer, _ net: Model, steps: Int) throws {
                for _ in 0..<steps { try optimizer.step(key: testKey) { try Loss.mse()(net(x, $0), y) } }
            }
            let whole = try smallNetwork()
            try run(Optimizer(settings, for: whole), whole, steps: 6)
            let first = try smallNetwork()
            let optimizer = try Optimizer(settings, for: first)
            try run(optimizer, first, steps: 3)
            let second = try first.cloned()
            let resumed = try Optimizer(settings, for: second)
            try resumed.load(state: Dictionary(uniqueKeysWithValues: optimizer.state().map { ($0.name, $0.value) }))
            try run(resumed, second, steps: 3)
            #expect(resumed.stepCount == 6)
            #expect(
                try second.stateDictionary().map { $0.value.doubles() }
                    == whole.stateDictionary().map { $0.value.doubles() }, "\(settings.name)")
        }
    }

    @Test func stateOfOtherShapeIsRefused() throws {
        let net = try smallNetwork()
        try net.build(sampleShapes: [[3]])
        let optimizer = try Optimizer(.init(.sgd(momentum: 0.9)), for: net)
        var state = Dictionary(uniqueKeysWithValues: try optimizer.state().map { ($0.name, $0.value) })
        state["mean.linear1.weight"] = try Tensor.zeros([4, 3])
        expectError(
            "sgd needs momentum.linear1.weight, momentum.linear1.bias, momentum.linear2.weight, "
                + "momentum.linear2.bias, not given", help: "given instead: mean.linear1.weight"
        ) { try optimizer.load(state: state) }
        try optimizer.prepared()
        state = Dictionary(uniqueKeysWithValues: try optimizer.state().map { ($0.name, $0.value) })
        state["momentum.linear1.bias"] = try Tensor.zeros([5])
        expectError(
            "momentum.linear1.bias has shape [4], and the given values have shape [5]",
            help: "it was saved from a model of other sizes"
        ) { try optimizer.load(state: state) }
    }

    @Test func settingsAreChecked() throws {
        let net = try smallNetwork()
        let cases: [(OptimizerSettings, String)] = [
            (.init(.sgd(), learningRate: -1), "sgd: lr must be a number of at least 0, not -1"),
            (.init(.sgd(isNesterov: true)), "sgd: momentum must be more than 0 with nesterov=true, not 0"),
            (.init(.adam(beta1: 1)), "adam: beta1 must be at least 0 and less than 1, not 1"),
            (.init(.adamW(), weightDecay: .nan), "adamw: weight_decay must be a number of at least 0, not nan"),
            (.init(.rmsprop(), clipping: .norm(0)), "rmsprop: clip must be more than 0, not 0"),
        ]
        for (settings, message) in cases { expectError(message) { _ = try Optimizer(settings, for: net) } }
        #expect(OptimizerSettings(.adamW()).weightDecay == 0.01)
        #expect(OptimizerSettings(.rmsprop()).learningRate == 0.01)
    }

    @Test func stepsThatCannotBeTaken() throws {
        let x = try normal([2, 3])
        let empty = Model("empty")
        try empty.add(Activation(.relu))
        expectError("empty has no parameters to train", help: "add a layer that learns, such as `linear 10`") {
            try Optimizer(.init(.sgd()), for: empty).step(key: testKey) { try empty(x, $0).sum() }
        }
        let net = try smallNetwork()
        let optimizer = try Optimizer(.init(.sgd()), for: net)
        expectError("the loss must be one number, and has shape [2, 2]", help: "take its mean() or sum()") {
            try optimizer.step(key: testKey) { try net(x, $0) }
        }
        expectError(
            "the loss does not depend on any parameter of net",
            help: "compute it from what the model returns, inside the step"
        ) { try optimizer.step(key: testKey) { _ in try x.sum() } }
        #expect(net.parameters.allSatisfy { !$0.isRecording })
    }
}
