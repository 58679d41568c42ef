import Autograd
import Foundation
import NeuralNet
import TensorCore
import Testing

private func rows(_ tensor: Tensor) -> [[Double]] {
    let numbers = tensor.doubles()
    let width = tensor.shape.last ?? 1
    return stride(from: 0, to: numbers.count, by: max(width, 1)).map { Array(numbers[$0..<$0 + width]) }
}

private func expectSame(_ actual: [[Double]], _ expected: [[Double]], _ what: String) {
    #expect(actual.count == expected.count, "\(what)")
    for (a, b) in zip(actual, expected) {
        #expect(a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-11 }, "\(what)")
    }
}

private let doublePlace = ModulePlace(key: testKey, dtype: .float64)

@Suite struct TransformerTests {
    // MARK: - The papers' equations

    private func value(_ module: any Module, _ name: String) throws -> Tensor {
        try #require(module.namedParameters.first { $0.name == name }).parameter.value
    }

    private func attention(
        _ module: any Module, _ prefix: String, _ queries: [[Double]], _ memory: [[Double]], heads: Int,
        hidden: [[Bool]]
    ) throws -> (output: [[Double]], weights: [[[Double]]]) {
        SequenceReference.attention(
            queries, memory, heads: heads,
            into: try (
                rows(value(module, prefix + "in_proj_weight")), value(module, prefix + "in_proj_bias").doubles()
            ),
            out: try (
                rows(value(module, prefix + "out_proj.weight")), value(module, prefix + "out_proj.bias").doubles()
            ),
            hidden: hidden)
    }

    @Test(arguments: [false, true]) func headsFollowTheEquations(_ isCausal: Bool) throws {
        let layer = try MultiheadAttention(6, heads: 2, isCausal: isCausal, place: doublePlace)
        let x = try normal([2, 4, 6], dtype: .float64)
        let hidden = [[false, false, false, true], [false, true, false, false]]
        let mask = try Tensor(hidden.flatMap { $0.map { $0 ? 1 : 0 } }, shape: [2, 1, 4]).cast(to: .bool)
        let outputs = try layer.answer([.tensor(x), nil, nil, .tensor(Variable(mask))], ForwardContext())
            .flatMap(\.tensors)
        for n in 0..<2 {
            let own = Array(rows(x.value)[n * 4..<(n + 1) * 4])
            let unseen = (0..<4).map { q in (0..<4).map { hidden[n][$0] || (isCausal && $0 > q) } }
            let expected = try attention(layer, "", own, own, heads: 2, hidden: unseen)
            expectSame(Array(rows(outputs[0].value)[n * 4..<(n + 1) * 4]), expected.output, "output")
            let mean = zip(expected.weights[0], expected.weights[1]).map { zip($0, $1).map { ($0 + $1) / 2 } }
            expectSame(Array(rows(outputs[1].value)[n * 4..<(n + 1) * 4]), mean, "weights")
        }
    }

    @Test(arguments: [false, true]) func layersFollowTheEquations(_ normFirst: Bool) throws {
        for isDecoder in [false, true] {
            let layer = try TransformerLayer(
                .init(size: 6, heads: 3, isDecoder: isDecoder, feedforward: 5, normFirst: normFirst), place: doublePlace
            )
            let x = try normal([1, 3, 6], dtype: .float64)
            let memory = try normal([1, 4, 6], dtype: .float64, 1)
            let inputs: [ModuleValue?] = isDecoder ? [.tensor(x), .tensor(memory)] : [.tensor(x)]
            let output = try #require(layer.answer(inputs, ForwardContext()).first?.tensors.first)
            func norm(_ xs: [[Double]], _ index: Int) throws -> [[Double]] {
                try SequenceReference.normalized(
                    xs, value(layer, "norm\(index).weight").doubles(), value(layer, "norm\(index).bias").doubles())
            }
            var state = rows(x.value)
            var index = 0
            func add(_ function: ([[Double]]) throws -> [[Double]]) throws {
                index += 1
                state =
                    normFirst
                    ? SequenceReference.sum(state, try function(norm(state, index)))
                    : try norm(SequenceReference.sum(state, function(state)), index)
            }
            let future = (0..<3).map { q in (0..<3).map { isDecoder && $0 > q } }
            try add { try attention(layer, "self_attn.", $0, $0, heads: 3, hidden: future).output }
            if isDecoder {
                let seen = [[Bool]](repeating: [Bool](repeating: false, count: 4), count: 3)
                try add {
                    try attention(layer, "multihead_attn.", $0, rows(memory.value), heads: 3, hidden: seen).output
                }
            }
            try add { xs in
                let inner = try SequenceReference.linear(
                    xs, rows(value(layer, "linear1.weight")), value(layer, "linear1.bias").doubles())
                return try SequenceReference.linear(
                    inner.map { $0.map { max($0, 0) } }, rows(value(layer, "linear2.weight")),
                    value(layer, "linear2.bias").doubles())
            }
            expectSame(rows(output.value), state, "decoder \(isDecoder)")
        }
    }

    @Test func wavesTellThePlace() throws {
        let y = try PositionalEncoding()(Variable(Tensor.zeros([1, 3, 5], dtype: .float64)))
        for t in 0..<3 {
            for j in 0..<5 {
                let angle = Double(t) / pow(10_000, Double(j / 2 * 2) / 5)
                #expect(abs(rows(y.value)[t][j] - (j % 2 == 0 ? sin(angle) : cos(angle))) < 1e-12)
            }
        }
    }

    @Test func learnedPositionsAreAdded() throws {
        let layer = try LearnedPositions(4, place: doublePlace)
        let x = try normal([2, 3, 5], dtype: .float64)
        let y = try layer(x)
        let weight = try rows(#require(layer.weight).value)
        expectSame(
            rows(y.value), (0..<6).map { i in zip(rows(x.value)[i], weight[i % 3]).map(+) }, "positions")
        expectError(
            "learned_positions: count must be at least the 5 steps of its input, not 4", help: nil
        ) { _ = try layer(normal([1, 5, 5], dtype: .float64)) }
    }

    // MARK: - PyTorch

    struct Row: Decodable {
        let name: String
        let kind: String
        let causal: Bool
        let bias: Bool?
        let normFirst: Bool?
        let gelu: Bool?
        let inputs: [String: Fixture.Numbers]
        let weights: [String: Fixture.Numbers]
        let outputs: [String: Fixture.Numbers]
        let seeds: [String: Fixture.Numbers]
        let gradients: [String: Fixture.Numbers]
        let inputGradients: [String: Fixture.Numbers]

        func layer(_ dtype: DType) throws -> any NamedInputs {
            let place = ModulePlace(dtype: dtype)
            if kind == "heads" {
                return try MultiheadAttention(
                    6, heads: 3, hasBias: bias ?? true, isCausal: causal, place: place)
            }
            return try TransformerLayer(
                .init(
                    size: 6, heads: 2, isDecoder: kind == "decoder", feedforward: 8, dropout: 0,
                    usesGelu: gelu ?? false,
                    normFirst: normFirst ?? false, isCausal: causal), place: place)
        }
    }

    @Test(arguments: [DType.float64, .float32]) func agreesWithPyTorch(_ dtype: DType) throws {
        for row in try Fixture.rows("transformers.jsonl", Row.self) { try check(row, dtype) }
    }

    private func check(_ row: Row, _ dtype: DType) throws {
        let limit = tolerance(dtype)
        let layer = try row.layer(dtype)
        let leaves = try ["x", "memory"].compactMap {
            try row.inputs[$0].map { Gradient.leaf(Variable(try $0.tensor(dtype))) }
        }
        try layer.build(inputShapes: leaves.map(\.shape))
        #expect(Set(layer.namedParameters.map(\.name)) == Set(row.weights.keys), "\(row.name): parameters")
        for (name, parameter) in layer.namedParameters {
            try parameter.set(#require(row.weights[name]).tensor(dtype), path: name)
            try parameter.startRecording()
        }
        let mask = try row.inputs["mask"].map {
            ModuleValue.tensor(Variable(try Tensor($0.values, shape: $0.shape).cast(to: .bool)))
        }
        let given = leaves.map { ModuleValue.tensor($0) as ModuleValue? }
        let inputs: [ModuleValue?] =
            switch row.kind {
            case "heads": given + Array(repeating: nil, count: 3 - given.count) + [mask]
            case "decoder": given + [nil, mask]
            default: given + [mask]
            }
        let outputs = try layer.answer(inputs, ForwardContext(isTraining: true)).flatMap(\.tensors)
        var total = Variable(try Tensor.scalar(0, dtype: dtype))
        for (name, output) in zip(["y", "weights"].prefix(row.outputs.count), outputs) {
            expectClose(output.value, row.outputs[name], limit, "\(row.name), \(name)")
            total = try total + (output * Variable(#require(row.seeds[name]).tensor(dtype))).sum()
        }
        let gradients = try Gradient.compute(
            total, withRespectTo: leaves + layer.namedParameters.map(\.parameter.variable))
        for (name, gradient) in zip(["x", "memory"].prefix(leaves.count), gradients) {
            expectClose(gradient?.value, row.inputGradients[name], limit, "\(row.name), gradient by \(name)")
        }
        for (entry, gradient) in zip(layer.namedParameters, gradients.dropFirst(leaves.count)) {
            expectClose(
                gradient?.value, row.gradients[entry.name], limit, "\(row.name), gradient by \(entry.name)")
        }
    }

    // MARK: - Models

    private func classifier() throws -> Model {
        let net = Model("net", place: ModulePlace(key: testKey))
        try net.add(Embedding(20, 8))
        try net.add(PositionalEncoding())
        try net.add(TransformerLayer(.init(size: 8, heads: 2, isDecoder: false, feedforward: 16)), name: "block")
        try net.add(MultiheadAttention(8, heads: 4))
        try net.add(Linear(3))
        return net
    }

    @Test func partsShowInSummariesAndStates() throws {
        let net = try classifier()
        let tokens = Variable(try Tensor([1, 2, 3, 4], shape: [2, 2]))
        #expect(try net(tokens).shape == [2, 2, 3])
        let summary = try net.summary()
        #expect(
            summary.rows.map(\.layer) == [
                "embedding1", "positional_encoding1", "block.self_attn", "block.linear1", "block.linear2",
                "block.norm1", "block.norm2", "multihead_attention1", "linear1",
            ])
        #expect(summary.rows[2].formula == "4 * 8 * (8 + 1)")
        #expect(summary.rows[2].parameterCount == 288)
        #expect(summary.rows[3].outputShape == [Shape.unknown, 2, 16])
        #expect(summary.parameterCount == 160 + 288 + 144 + 136 + 32 + 288 + 27)
        let state = try net.stateDictionary()
        #expect(state.map(\.name).contains("block.self_attn.in_proj_weight"))
        #expect(state.map(\.name).contains("block.norm2.bias"))
        #expect(try net.module(at: "block.linear1").parameters.count == 2)
        let copy = try net.cloned()
        #expect(try copy(tokens).value.doubles() == net(tokens).value.doubles())
        try copy.reset(key: RandomKey(seed: 3))
        #expect(try copy(tokens).value.doubles() != net(tokens).value.doubles())
        try copy.load(state: Dictionary(uniqueKeysWithValues: state.map { ($0.name, $0.value) }))
        #expect(try copy(tokens).value.doubles() == net(tokens).value.doubles())
    }

    @Test func bitsDependOnSeedAndPathAlone() throws {
        let one = try classifier()
        let other = try classifier()
        let tokens = Variable(try Tensor([1, 2, 3, 4], shape: [2, 2]))
        _ = try other.module(at: "block").build(inputShapes: [[Shape.unknown, Shape.unknown, 8]])
        #expect(try one(tokens).value.doubles() == other(tokens).value.doubles())
        let copy = try one.cloned()
        try copy.reset(key: testKey)
        #expect(try copy(tokens).value.doubles() == one(tokens).value.doubles())
    }

    @Test func dropoutWorksInTraining() throws {
        let layer = try TransformerLayer(.init(size: 4, heads: 2, isDecoder: false, feedforward: 8, dropout: 0.5))
        let x = try normal([2, 3, 4])
        func output(_ isTraining: Bool, _ seed: UInt64) throws -> [Double] {
            try layer(x, ForwardContext(isTraining: isTraining, key: RandomKey(seed: seed))).value.doubles()
        }
        #expect(try output(false, 1) == output(false, 2))
        #expect(try output(true, 1) == output(true, 1))
        #expect(try output(true, 1) != output(true, 2))
    }

    @Test func firstWeightsAreThoseOfPyTorch() throws {
        let layer = try MultiheadAttention(32, heads: 4, place: ModulePlace(key: testKey))
        try layer.build(inputShapes: [[1, 2, 32]])
        let bounds = [(6.0 / 128).squareRoot(), 0, 1 / 32.0.squareRoot(), 0]
        for (parameter, bound) in zip(layer.parameters, bounds) {
            let largest = parameter.value.doubles().map(abs).max() ?? 0
            #expect(largest <= bound && largest >= 0.95 * bound, "\(parameter.name)")
        }
    }

    @Test func wrongInputsAreErrors() throws {
        let layer = try MultiheadAttention(6, heads: 2)
        let x = ModuleValue.tensor(try normal([2, 3, 6]))
        expectError(
            "multihead_attention takes as `mask` a shape that broadcasts to the scores' [2, 3, 3], "
                + "and got a mask of shape [4, 4]"
        ) {
            _ = try layer.answer(
                [x, nil, nil, .tensor(Variable(try Tensor.zeros([4, 4], dtype: .bool)))], ForwardContext())
        }
        expectError(
            "multihead_attention takes 6 features, and its input has shape [2, 3, 5]",
            help:
                "axis 2 has 5 features, and multihead_attention was made for 6 (weight [18, 6]): give it such inputs, "
                + "or make a new model for these"
        ) { _ = try layer(normal([2, 3, 5])) }
        expectError(
            "multihead_attention takes as `value` 3 places, as many as the key has, and got a shape of [2, 4, 6]"
        ) {
            _ = try layer.answer([x, x, .tensor(normal([2, 4, 6]))], ForwardContext())
        }
        expectError(
            "multihead_attention cannot split 6 features into 4 groups",
            help: "the number of groups must divide it: 1, 2, 3, 6"
        ) { _ = try MultiheadAttention(6, heads: 4) }
        let decoder = try TransformerLayer(.init(size: 6, heads: 2, isDecoder: true))
        expectError(
            "transformer_decoder_layer needs `memory`, which is not given",
            help: "its inputs are x, memory, mask, memory_mask, of which the first 2 are needed"
        ) { _ = try decoder.answer([x], ForwardContext()) }
    }
}
