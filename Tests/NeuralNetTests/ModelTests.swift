import Autograd
import NeuralNet
import TensorCore
import Testing

@Suite struct ModelTests {
    @Test func summaryOfTheHomework() throws {
        let net = try homeworkNetwork()
        let summary = try net.summary(sampleShapes: [[1, 28, 28]])
        #expect(summary.parameterCount == 420_906)
        #expect(summary.bufferCount == 0)
        #expect(summary.sampleShapes == [[1, 28, 28]])
        let rows = summary.rows.map { row in
            [
                row.layer, row.kind, row.settings, row.outputShape.map(Shape.text) ?? "-",
                "\(row.parameterCount ?? -1)", row.formula ?? "-",
            ].joined(separator: " | ")
        }
        #expect(
            rows == [
                "conv1 | conv | 8 kernel=5 padding=2 | [N, 8, 28, 28] | 208 | 8 * 1 * 5 * 5 + 8",
                "relu1 | relu |  | [N, 8, 28, 28] | 0 | -",
                "max_pool1 | max_pool | 2 | [N, 8, 14, 14] | 0 | -",
                "conv2 | conv | 16 kernel=3 | [N, 16, 12, 12] | 1168 | 16 * 8 * 3 * 3 + 16",
                "relu2 | relu |  | [N, 16, 12, 12] | 0 | -",
                "max_pool2 | max_pool | 2 | [N, 16, 6, 6] | 0 | -",
                "flatten1 | flatten |  | [N, 576] | 0 | -",
                "linear1 | linear | 600 | [N, 600] | 346200 | 576 * 600 + 600",
                "relu3 | relu |  | [N, 600] | 0 | -",
                "dropout1 | dropout | 0.3 | [N, 600] | 0 | -",
                "linear2 | linear | 120 | [N, 120] | 72120 | 600 * 120 + 120",
                "relu4 | relu |  | [N, 120] | 0 | -",
                "linear3 | linear | 10 | [N, 10] | 1210 | 120 * 10 + 10",
            ])
    }

    @Test func summaryBeforeAnySizeIsKnown() throws {
        let summary = try homeworkNetwork().summary()
        #expect(summary.rows.allSatisfy { $0.outputShape == nil })
        #expect(summary.parameterCount == nil)
        #expect(summary.rows[0].parameterCount == nil && summary.rows[1].parameterCount == 0)
    }

    @Test func theFirstDataGivesTheSizes() throws {
        let net = try homeworkNetwork()
        #expect(!net.isBuilt)
        let y = try net(normal([2, 1, 28, 28]))
        #expect(y.shape == [2, 10])
        #expect(net.isBuilt && net.sampleShapes == [[1, 28, 28]])
        #expect(net.namedParameters.map(\.name).prefix(3) == ["conv1.weight", "conv1.bias", "conv2.weight"])
    }

    @Test func namesAreByKindAndOrder() throws {
        let net = Model("net")
        try net.add(Linear(1))
        try net.add(Linear(1), name: "out")
        try net.add(Linear(1))
        #expect(net.children.map(\.name) == ["linear1", "out", "linear3"])
        // A given name comes first, whoever was there before.
        try net.add(Linear(1), name: "linear3")
        #expect(net.children.map(\.name) == ["linear1", "out", "linear4", "linear3"])
        try net.add(Linear(1))
        #expect(net.children.map(\.name) == ["linear1", "out", "linear4", "linear3", "linear5"])
        expectError("net has a layer `out` already", help: "give it another name") {
            try net.add(Activation(.relu), name: "out")
        }
    }

    @Test func modelsInModels() throws {
        func block(_ width: Int) throws -> Model {
            let block = Model("block")
            try block.add(Linear(width))
            try block.add(Activation(.relu))
            return block
        }
        let net = Model("net", place: ModulePlace(key: testKey))
        try net.add(block(5))
        try net.add(block(4))
        try net.add(Linear(2), name: "out")
        let summary = try net.summary(sampleShapes: [[3]])
        #expect(
            summary.rows.map(\.layer) == ["block1.linear1", "block1.relu1", "block2.linear1", "block2.relu1", "out"])
        #expect(summary.rows.map(\.outputShape) == [5, 5, 4, 4, 2].map { [Shape.unknown, $0] })
        #expect(summary.parameterCount == 3 * 5 + 5 + 5 * 4 + 4 + 4 * 2 + 2)
        #expect(try net.module(at: "block2.linear1").displayName == "block2.linear1")
        expectError(
            "net has no layer `block3.linear1`",
            help: "its layers: block1.linear1, block1.relu1, block2.linear1, block2.relu1, out"
        ) { _ = try net.module(at: "block3.linear1") }
        expectError(
            "block1.linear1 takes 3 features, and its input has shape [7, 9]",
            help: "axis 1 has 9 features, and block1.linear1 was made for 3 (weight [5, 3]): "
                + "give it such inputs, or make a new model for these"
        ) { _ = try net(normal([7, 9])) }
    }

    @Test func aForwardFunctionRunsInsteadOfTheSequence() throws {
        let (query, out) = (try Linear(4, hasBias: false), try Linear(3))
        let net = Model("residual", place: ModulePlace(key: testKey))
        try net.add(query, name: "query_in")
        try net.add(out, name: "out")
        net.customForward = { inputs, context in
            let scores = try query(inputs[0], context).matmul(inputs[1].transpose(-1, -2))
            return [try out(scores, context)]
        }
        let (x, memory) = (try normal([2, 5, 6]), try normal([2, 7, 4], 1))
        let y = try net([x, memory], ForwardContext())
        #expect(y[0].shape == [2, 5, 3])
        #expect(net.sampleShapes == [[5, 6], [7, 4]])
        #expect(try net.summary().rows.map(\.outputShape) == [[Shape.unknown, 5, 4], [Shape.unknown, 5, 3]])
        #expect(try net.summary().parameterCount == 6 * 4 + 7 * 3 + 3)
        expectError(
            "residual has a forward function of its own and cannot be copied",
            help: "make another one and load the state of this one"
        ) { _ = try net.cloned() }
        let maps = try net.activations([x, memory], layer: "query_in")
        #expect(maps.shape == [2, 5, 4])
    }

    @Test func afterAnErrorNothingIsBuilt() throws {
        let (first, second) = (try Linear(4), try Linear(3))
        let net = Model("net", place: ModulePlace(key: testKey))
        try net.add(first)
        try net.add(second)
        net.customForward = { inputs, context in
            [try second(first(inputs[0], context).reshape([-1, 5]), context)]
        }
        #expect(throws: TensorError.self) { _ = try net(normal([2, 7])) }
        #expect(!first.isBuilt)
        #expect(try net(normal([5, 3])).shape == [4, 3])

        let sequence = try homeworkNetwork()
        #expect(throws: NeuralNetError.self) { _ = try sequence(normal([1, 1, 4, 4])) }
        #expect(sequence.layers.allSatisfy { $0.layer.parameters.isEmpty })
    }

    @Test func activationsOfABatchAndOfOneSample() throws {
        let net = try homeworkNetwork()
        let x = try normal([3, 1, 28, 28])
        let maps = try net.activations([x], layer: "conv1")
        #expect(maps.shape == [3, 8, 28, 28])
        let one = try net.activations([Variable(x.value.at([.index(1)]))], layer: "conv1")
        #expect(one.shape == [8, 28, 28])
        #expect(try Tensor.isClose(one.value, maps.value.at([.index(1)])).reduced(.all).item() == 1)
        expectError(
            "cnn has no layer `conv9`",
            help: "its layers: conv1, relu1, max_pool1, conv2, relu2, max_pool2, flatten1, linear1, relu3, "
                + "dropout1, linear2, relu4, linear3"
        ) { _ = try net.activations([x], layer: "conv9") }
        expectError(
            "cnn takes a batch of shape [N, 1, 28, 28], and its input has shape [1, 28, 28]",
            help: "one sample alone needs a batch axis: x.unsqueeze(0)"
        ) { _ = try net(normal([1, 28, 28])) }
    }

    // MARK: - State

    private func normalized(_ key: RandomKey = testKey) throws -> Model {
        let net = Model("net", place: ModulePlace(key: key))
        try net.add(Linear(3))
        try net.add(BatchNorm())
        try net.add(Linear(2))
        return net
    }

    private func numbers(_ net: Model) throws -> [[Double]] { try net.stateDictionary().map { $0.value.doubles() } }

    @Test func stateGoesFromOneModelToAnother() throws {
        let (a, b) = (try normalized(), try normalized(RandomKey(seed: 8)))
        expectError(
            "net has no weights yet, because the size of its input is not known",
            help: "give it when the model is made, as in input=[1, 28, 28], or apply it to data"
        ) { _ = try a.stateDictionary() }
        try a.build(sampleShapes: [[4]])
        try b.build(sampleShapes: [[4]])
        _ = try a(normal([6, 4]), ForwardContext(isTraining: true))
        let state = try a.stateDictionary()
        #expect(
            state.map(\.name) == [
                "linear1.weight", "linear1.bias", "batch_norm1.weight", "batch_norm1.bias", "linear2.weight",
                "linear2.bias", "batch_norm1.running_mean", "batch_norm1.running_var",
            ])
        #expect(try numbers(a) != numbers(b))
        try b.load(state: Dictionary(uniqueKeysWithValues: state.map { ($0.name, $0.value) }))
        #expect(try numbers(a) == numbers(b))
        #expect(try a(normal([2, 4])).value.doubles() == b(normal([2, 4])).value.doubles())
    }

    /// In a sequence they are one pass; an observer sees both.
    @Test func reluAfterBatchNormHasTheBitsOfBoth() throws {
        func gradients(_ observer: ((any Module, [Variable], [Variable]) throws -> Void)?) throws -> [[Double]] {
            let net = Model("net", place: ModulePlace(key: testKey))
            try net.add(Convolution(.init(outChannels: 5, kernel: [3])))
            try net.add(BatchNorm())
            try net.add(Activation(.relu))
            try net.build(sampleShapes: [[2, 9, 8]])
            let x = Gradient.leaf(try normal([4, 2, 9, 8]))
            try net.parameters.startRecording()
            let y = try net(x, ForwardContext(isTraining: true, observer: observer))
            let targets = [x] + net.parameters.map(\.variable)
            let parts = try Gradient.compute(try (y * y).sum(), withRespectTo: targets)
            return try ([y] + parts.compactMap { $0 }).map { $0.value.doubles() }
                + net.stateDictionary().map { $0.value.doubles() }
        }
        var seen: [String] = []
        let apart = try gradients { module, _, _ in seen.append(module.kind) }
        #expect(seen == ["conv", "batch_norm", "relu", "net"])
        #expect(try gradients(nil) == apart)
    }

    @Test func aStateThatDoesNotFitChangesNothing() throws {
        let net = try normalized()
        try net.build(sampleShapes: [[4]])
        let before = try numbers(net)
        var state = Dictionary(uniqueKeysWithValues: try net.stateDictionary().map { ($0.name, $0.value) })
        for (name, value) in state { state[name] = try value.combined(.add, with: 1) }
        let whole = state
        state["linear2.bias"] = try Tensor.zeros([3])
        expectError(
            "linear2.bias has shape [2], and the given values have shape [3]",
            help: "it was saved from a model of other sizes"
        ) { try net.load(state: state) }
        state = whole
        state["linear2.bias"] = nil
        expectError("net needs linear2.bias, not given") { try net.load(state: state) }
        state = whole
        state["conv1.weight"] = try Tensor.zeros([1])
        expectError("net has no conv1.weight", help: "it was saved from another model") { try net.load(state: state) }
        #expect(try numbers(net) == before)
    }

    @Test func copiesAreIndependent() throws {
        let net = try normalized()
        let x = try normal([6, 4])
        let optimizer = try Optimizer(.init(.sgd(), learningRate: 0.5), for: net)
        try optimizer.step(key: testKey) { try net(x, $0).square().sum() }
        let copy = try net.cloned()
        #expect(try numbers(copy) == numbers(net))
        #expect(copy.children.map(\.name) == net.children.map(\.name))
        #expect(copy.sampleShapes == [[4]])
        let before = try numbers(copy)
        try optimizer.step(key: testKey) { try net(x, $0).square().sum() }
        #expect(try numbers(copy) == before)
        #expect(try numbers(net) != before)
    }

    @Test func aCopyGetsAForwardFunctionOverItsOwnLayers() throws {
        func give(_ net: Model, _ layer: Linear) throws {
            net.customForward = { [try layer($0[0], $1).tanh()] }
            net.copyCode = { copy, copies in try give(copy, #require(copies.known(layer) as? Linear)) }
        }
        func make() throws -> Model {
            let net = Model("net", place: ModulePlace(key: testKey))
            let layer = try Linear(2)
            try net.add(layer)
            try give(net, layer)
            return net
        }
        let net = try make()
        let x = try normal([5, 3])
        let optimizer = try Optimizer(.init(.sgd(), learningRate: 0.5), for: net)
        try optimizer.step(key: testKey) { try net(x, $0).square().sum() }
        let copy = try net.cloned()
        #expect(try copy(x).value.doubles() == net(x).value.doubles())
        #expect(try copy.cloned()(x).value.doubles() == net(x).value.doubles())
        try optimizer.step(key: testKey) { try net(x, $0).square().sum() }
        #expect(try copy(x).value.doubles() != net(x).value.doubles())
    }

    @Test func resetDrawsAsIfMadeAnew() throws {
        let (net, other) = (try normalized(), try normalized(RandomKey(seed: 8)))
        try net.build(sampleShapes: [[4]])
        try other.build(sampleShapes: [[4]])
        _ = try net(normal([6, 4]), ForwardContext(isTraining: true))
        try net.reset(key: RandomKey(seed: 8))
        #expect(try numbers(net) == numbers(other))
    }

    @Test func groupsHoldPartsUnderTheirNames() throws {
        let shared = try Linear(3)
        let net = Model("net", place: ModulePlace(key: testKey))
        let list = try ModuleGroup([("0", shared), ("2", Linear(3))], listCount: 3)
        try net.add(try ModuleGroup([("blocks", list), ("end", shared)], listCount: nil), name: "parts")
        #expect(!net.isBuilt)
        let y = try net(normal([5, 3]))
        #expect(y.shape == [5, 3] && net.isBuilt)
        #expect(
            net.namedParameters.map(\.name) == [
                "parts.blocks.0.weight", "parts.blocks.0.bias", "parts.blocks.2.weight", "parts.blocks.2.bias",
            ])
        #expect(shared.place.path == "parts.blocks.0")
        #expect(try net.module(at: "parts.end") === shared)
        expectError(
            "net has no layer `parts.blocks.1`", help: "its layers: parts.blocks.0, parts.blocks.2, parts.end"
        ) { _ = try net.module(at: "parts.blocks.1") }
        let copy = try net.cloned()
        #expect(try copy.module(at: "parts.end") === copy.module(at: "parts.blocks.0"))
        #expect(try copy.module(at: "parts.end") !== shared)
        #expect(try numbers(copy) == numbers(net))
    }

    @Test func aModelFromOutsideAPieceOfWorkIsOnlyRead() throws {
        let net = try normalized()
        let x = try normal([6, 4])
        _ = try net(x)
        let before = try numbers(net)
        let optimizer = try Optimizer(.init(.sgd(), learningRate: 0.5), for: net)
        try optimizer.step(key: testKey) { try net(x, $0).square().sum() }
        let state = try Dictionary(uniqueKeysWithValues: net.stateDictionary().map { ($0.name, $0.value) })
        let trained = try numbers(net)
        let waiting = try normalized()
        #expect(trained != before)
        try Ownership.isolating {
            let changes: [(String, () throws -> Void)] = [
                ("a step", { try optimizer.step(key: testKey) { try net(x, $0).square().sum() } }),
                (
                    "a new optimizer",
                    {
                        try Optimizer(.init(.sgd()), for: net).step(key: testKey) { try net(x, $0).square().sum() }
                    }
                ),
                ("running figures", { _ = try net(x, ForwardContext(isTraining: true)) }),
                ("a state", { try net.load(state: state) }),
                ("a reset", { try net.reset(key: testKey) }),
                ("recording", { try net.parameters.startRecording() }),
                ("sizes", { _ = try waiting(x) }),
                ("sizes without data", { try waiting.build(sampleShapes: [[4]]) }),
                ("a place", { try Model("around").add(net) }),
            ]
            for (name, change) in changes { #expect(throws: OwnershipError.self, "\(name)") { try change() } }
            #expect(try numbers(net) == trained)
            #expect(!waiting.isBuilt && net.parameters.allSatisfy { !$0.isRecording })
            let own = try net.cloned()
            try Optimizer(.init(.sgd(), learningRate: 0.5), for: own)
                .step(key: testKey) { try own(x, $0).square().sum() }
            #expect(try numbers(own) != trained)
        }
    }
}
