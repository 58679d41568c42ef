import Autograd
import NeuralNet
import TensorCore
import Testing

@Suite struct AttentionTests {
    private func rows(_ tensor: Tensor) -> [[Double]] {
        let numbers = tensor.doubles()
        let width = tensor.shape.last ?? 1
        return stride(from: 0, to: numbers.count, by: max(width, 1)).map { Array(numbers[$0..<$0 + width]) }
    }

    @Test(arguments: Attention.Score.allCases) func followsTheEquations(_ score: Attention.Score) throws {
        let (batch, queries, places, features) = (2, 3, 4, 5)
        let layer = try Attention(score, place: ModulePlace(key: testKey, dtype: .float64))
        let query = try normal([batch, queries, features], dtype: .float64)
        let memory = try normal([batch, places, features], dtype: .float64, 1)
        let hidden = [[false, false, true, true], [false, true, false, false]]
        let mask = try Tensor(hidden.flatMap { $0.map { $0 ? 1 : 0 } }, shape: [batch, 1, places]).cast(to: .bool)
        let outputs = try layer.answer(
            [.tensor(query), .tensor(memory), .tensor(Variable(mask))], ForwardContext())
        let context = rows(outputs[0].tensors[0].value)
        let weights = rows(outputs[1].tensors[0].value)
        let parameters = layer.parameters.map { rows($0.value) }
        for n in 0..<batch {
            let m = Array(rows(memory.value)[n * places..<(n + 1) * places])
            for q in 0..<queries {
                let own = rows(query.value)[n * queries + q]
                func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
                let scores = m.map { place -> Double in
                    switch score {
                    case .dot: return dot(own, place)
                    case .scaledDot: return dot(own, place) / Double(features).squareRoot()
                    case .bilinear: return dot(SequenceReference.product(parameters[0], own), place)
                    case .additive:
                        let sum = zip(
                            SequenceReference.product(parameters[0], own),
                            SequenceReference.product(parameters[1], place)
                        ).map { tanhOf($0 + $1) }
                        return dot(parameters[2][0], sum)
                    }
                }
                let expected = SequenceReference.softmax(scores, hidden: hidden[n])
                #expect(zip(weights[n * queries + q], expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(score)")
                for j in 0..<features {
                    let mean = (0..<places).reduce(0) { $0 + expected[$1] * m[$1][j] }
                    #expect(abs(context[n * queries + q][j] - mean) < 1e-12, "\(score)")
                }
            }
        }
    }

    private func tanhOf(_ x: Double) -> Double { 2 * SequenceReference.sigmoid(2 * x) - 1 }

    /// Long sequences go in blocks, unless the weights are wanted too.
    @Test func blocksGiveWhatTheWholeGives() throws {
        let layer = try MultiheadAttention(
            4, heads: 2, isCausal: true, place: ModulePlace(key: testKey, dtype: .float64))
        let x = Gradient.leaf(try normal([2, 300, 4], dtype: .float64))
        let weights = try normal([2, 300, 4], dtype: .float64, 1)
        let inBlocks = try layer(x)
        #expect(Gradient.operations(leadingTo: inBlocks).contains("attention"))
        let whole = try layer.answer([.tensor(x)], ForwardContext())[0].tensors[0]
        #expect(!Gradient.operations(leadingTo: whole).contains("attention"))
        let gradients = try [inBlocks, whole].map { output in
            try Gradient.compute((output * weights).sum(), withRespectTo: [x])[0]?.value.doubles() ?? []
        }
        for (found, expected) in [
            (inBlocks.value.doubles(), whole.value.doubles()), (gradients[0], gradients[1]),
        ] {
            #expect(found.count == 2400)
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 * max(1, abs($1)) })
        }
    }

    @Test func whereAllIsHiddenNothingComes() throws {
        let layer = try Attention()
        let x = try normal([1, 2, 3])
        let mask = Variable(try Tensor.ones([1, 1, 2], dtype: .bool))
        let outputs = try layer.answer([.tensor(x), .tensor(x), .tensor(mask)], ForwardContext()).flatMap(\.tensors)
        #expect(outputs.allSatisfy { $0.value.doubles().allSatisfy { $0 == 0 } })
    }

    @Test func moreHiddenPlacesChangeNoBit() throws {
        let x = try normal([3, 2, 21])
        let alone = try x.value.maskedSoftmax(nil, scale: 0.3)
        let padded = try Tensor.concat([x.value, Tensor.full([3, 2, 12], 7)], axis: 2)
        let mask = try Tensor((0..<33).map { $0 < 21 ? 0 : 1 }, shape: [33]).cast(to: .bool)
        let hidden = try padded.maskedSoftmax(mask, scale: 0.3).at([.ellipsis, .slice(start: 0, stop: 21, step: 1)])
        #expect(hidden.doubles() == alone.doubles())
    }

    @Test func parametersByScore() throws {
        for (score, hidden, count, formula) in [
            (Attention.Score.dot, nil, 0, nil), (.scaledDot, nil, 0, nil), (.bilinear, nil, 20, "5 * 4"),
            (.additive, 7, 70, "7 * (4 + 5 + 1)"),
        ] as [(Attention.Score, Int?, Int, String?)] {
            let layer = try Attention(score, hidden: hidden)
            let memory = score == .dot || score == .scaledDot ? 4 : 5
            try layer.build(inputShapes: [[2, 3, 4], [2, 6, memory]])
            #expect(layer.parameters.reduce(0) { $0 + $1.count } == count)
            #expect(layer.parameterFormula == formula)
            #expect(try layer.cloned(ModuleCopies()).parameters.count == layer.parameters.count)
        }
    }

    @Test func wrongInputsAreErrors() throws {
        let layer = try Attention(.bilinear)
        let query = ModuleValue.tensor(try normal([2, 3, 4]))
        let memory = ModuleValue.tensor(try normal([2, 5, 6]))
        func answer(_ inputs: [ModuleValue?]) throws { _ = try layer.answer(inputs, ForwardContext()) }
        try answer([query, memory])
        expectError(
            "attention takes as `mask` a shape that broadcasts to the scores' [2, 3, 5], and got a mask of shape [2, 5]"
        ) { try answer([query, memory, .tensor(Variable(try Tensor.zeros([2, 5], dtype: .bool)))]) }
        expectError("attention takes as `mask` bool, true where a place is hidden, and got float32") {
            try answer([query, memory, .tensor(normal([2, 1, 5]))])
        }
        expectError(
            "attention needs `memory`, which is not given",
            help: "its inputs are query, memory, mask, of which the first 2 are needed"
        ) { try answer([query]) }
        expectError(
            "attention takes as `memory` 4 features, as many as the query has (or use score=\"bilinear\"), "
                + "and got a shape of [2, 5, 6]"
        ) { _ = try Attention().answer([query, memory], ForwardContext()) }
        expectError(
            "attention takes as `memory` a batch of 2 rows, as many as the query has, and got a shape of [3, 5, 6]"
        ) {
            try answer([query, .tensor(normal([3, 5, 6]))])
        }
    }

    // MARK: - Tied weights

    @Test func aTiedWeightCountsOnceAndItsGradientsAddUp() throws {
        let net = Model("net", place: ModulePlace(key: testKey, dtype: .float64))
        let table = try Embedding(6, 3, paddingIndex: 0)
        try net.add(table)
        try net.add(Linear(6, tied: table))
        let tokens = Variable(try Tensor([1, 2, 0, 5], shape: [2, 2]))
        #expect(try net(tokens).shape == [2, 2, 6])
        #expect(net.namedParameters.map(\.name) == ["embedding1.weight", "linear1.bias"])
        let summary = try net.summary()
        #expect(summary.rows.map(\.parameterCount) == [18, 6])
        #expect(summary.rows.map(\.formula) == ["6 * 3", "shared + 6"])
        let weight = try #require(table.weight)
        try net.parameters.startRecording()
        let gradient = try Gradient.compute(net(tokens).square().sum(), withRespectTo: [weight.variable])[0]
        net.parameters.forEach { $0.stopRecording() }
        // The same from two tables: one for each use.
        let looked = Gradient.leaf(Variable(weight.value))
        let multiplied = Gradient.leaf(Variable(weight.value))
        let bias = try #require(net.parameters.last).variable
        let output =
            try Variable.embedding(looked, tokens.value, paddingIndex: 0)
            .matmul(multiplied.transpose(0, 1)) + bias
        let parts = try Gradient.compute(output.square().sum(), withRespectTo: [looked, multiplied])
        let sum = try #require(parts[0]) + #require(parts[1])
        let pairs = zip(try #require(gradient).value.doubles(), sum.value.doubles())
        #expect(pairs.allSatisfy { abs($0 - $1) < 1e-12 })
        let copy = try net.cloned()
        #expect(copy.parameters.count == 2)
        #expect(copy.parameters.allSatisfy { own in !net.parameters.contains { $0 === own } })
    }

    @Test func aTableOfOtherSizesIsNotTied() throws {
        let table = try Embedding(6, 3)
        expectError("linear: features must be 6, the entries of the embedding that it is tied to, not 5") {
            _ = try Linear(5, tied: table)
        }
        expectError(
            "linear takes 3 features, and its input has shape [2, 4]",
            help:
                "axis 1 has 4 features, and linear was made for 3 (weight [6, 3]): give it such inputs, or make a new "
                + "model for these"
        ) { _ = try Linear(6, tied: table)(normal([2, 4])) }
    }
}
