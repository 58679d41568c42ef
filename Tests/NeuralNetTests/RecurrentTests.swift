import Autograd
import Foundation
import NeuralNet
import TensorCore
import Testing

private let cells: [RecurrentCell] = [.lstm, .gru, .tanh, .relu]

private func referenceName(_ cell: RecurrentCell) -> String {
    switch cell {
    case .lstm: "lstm"
    case .gru: "gru"
    case .tanh: "tanh"
    case .relu: "relu"
    }
}

/// A built layer in double precision.
private func stack(
    _ cell: RecurrentCell, _ settings: RecurrentStack.Settings, features: Int, dtype: DType = .float64
) throws -> RecurrentStack {
    let layer = try RecurrentStack(cell, settings, place: ModulePlace(key: testKey, dtype: dtype))
    try layer.build(inputShapes: [[Shape.unknown, Shape.unknown, features]])
    return layer
}

private func rows(_ tensor: Tensor) -> [[Double]] {
    let numbers = tensor.doubles()
    let width = tensor.shape.last ?? 1
    return stride(from: 0, to: numbers.count, by: max(width, 1)).map { Array(numbers[$0..<$0 + width]) }
}

private func lengthsTensor(_ lengths: [Int]) throws -> ModuleValue {
    .tensor(Variable(try Tensor(lengths, shape: [lengths.count])))
}

@Suite struct RecurrentTests {
    @Test(arguments: cells) func followsTheEquations(_ cell: RecurrentCell) throws {
        let (batch, time, features, hidden) = (5, 6, 3, 4)
        let layer = try stack(cell, .init(hidden: hidden, isBidirectional: true), features: features)
        let x = try normal([batch, time, features], dtype: .float64)
        let lengths = [4, 6, 1, 6, 3]
        let initial = try (0..<cell.stateCount).map {
            try normal([2, batch, hidden], dtype: .float64, UInt64($0 + 1))
        }
        let outputs = try layer.answer([.tensor(x), lengthsTensor(lengths), .list(initial)], ForwardContext())
        let output = try #require(outputs[0].tensors.first)
        #expect(output.shape == [batch, time, 2 * hidden])
        let actual = rows(output.value)
        let finals = outputs[1].tensors.map { rows($0.value) }
        #expect(finals.count == cell.stateCount)
        let inputs = rows(x.value)
        for direction in 0..<2 {
            let own = layer.weights[0][direction].map(\.value)
            let weights = SequenceReference.Weights(
                input: rows(own[0]), hidden: rows(own[1]), inputBias: own[2].doubles(), hiddenBias: own[3].doubles())
            for row in 0..<batch {
                let expected = SequenceReference.run(
                    referenceName(cell), Array(inputs[row * time..<row * time + lengths[row]]),
                    initial.map { rows($0.value)[direction * batch + row] }, weights, reversed: direction == 1)
                for t in 0..<time {
                    let got = Array(actual[row * time + t][direction * hidden..<(direction + 1) * hidden])
                    let wanted = t < lengths[row] ? expected.outputs[t] : [Double](repeating: 0, count: hidden)
                    #expect(zip(got, wanted).allSatisfy { abs($0 - $1) < 1e-12 }, "\(cell), row \(row), step \(t)")
                }
                for (got, wanted) in zip(finals, expected.state) {
                    #expect(zip(got[direction * batch + row], wanted).allSatisfy { abs($0 - $1) < 1e-12 })
                }
            }
        }
    }

    // MARK: - PyTorch

    struct Row: Decodable {
        let name: String
        let kind: String
        let hidden: Int
        let layers: Int
        let bidirectional: Bool
        let bias: Bool
        let relu: Bool
        let inputs: [String: Fixture.Numbers]
        let weights: [String: Fixture.Numbers]
        let outputs: [String: Fixture.Numbers]
        let seeds: [String: Fixture.Numbers]
        let gradients: [String: Fixture.Numbers]
        let inputGradients: [String: Fixture.Numbers]

        var cell: RecurrentCell { kind == "lstm" ? .lstm : kind == "gru" ? .gru : relu ? .relu : .tanh }
    }

    @Test(arguments: [DType.float64, .float32]) func agreesWithPyTorch(_ dtype: DType) throws {
        for row in try Fixture.rows("sequences.jsonl", Row.self) { try check(row, dtype) }
    }

    private func check(_ row: Row, _ dtype: DType) throws {
        let limit = tolerance(dtype)
        let x = Gradient.leaf(Variable(try #require(row.inputs["x"]).tensor(dtype)))
        let layer = try stack(
            row.cell,
            .init(hidden: row.hidden, layers: row.layers, isBidirectional: row.bidirectional, hasBias: row.bias),
            features: x.shape[2], dtype: dtype)
        #expect(Set(layer.parameters.map(\.name)) == Set(row.weights.keys), "\(row.name): parameters")
        for parameter in layer.parameters {
            try parameter.set(#require(row.weights[parameter.name]).tensor(dtype), path: parameter.name)
            try parameter.startRecording()
        }
        let states = try ["h", "c"].compactMap {
            try row.inputs[$0].map { Gradient.leaf(Variable(try $0.tensor(dtype))) }
        }
        let lengths = try row.inputs["lengths"].map { try lengthsTensor($0.values.map { Int($0) }) }
        let outputs = try layer.answer([.tensor(x), lengths, states.isEmpty ? nil : .list(states)], ForwardContext())
        let named = zip(["y", "h", "c"], outputs.flatMap(\.tensors))
        var total = Variable(try Tensor.scalar(0, dtype: dtype))
        for (name, output) in named {
            expectClose(output.value, row.outputs[name], limit, "\(row.name), \(name)")
            total = try total + (output * Variable(#require(row.seeds[name]).tensor(dtype))).sum()
        }
        #expect(layer.parameters.reduce(0) { $0 + $1.count } == row.weights.values.reduce(0) { $0 + $1.values.count })
        let gradients = try Gradient.compute(total, withRespectTo: [x] + states + layer.parameters.map(\.variable))
        for (name, gradient) in zip(["x"] + ["h", "c"].prefix(states.count), gradients) {
            expectClose(gradient?.value, row.inputGradients[name], limit, "\(row.name), gradient by \(name)")
        }
        for (parameter, gradient) in zip(layer.parameters, gradients.dropFirst(1 + states.count)) {
            expectClose(
                gradient?.value, row.gradients[parameter.name], limit, "\(row.name), gradient by \(parameter.name)")
        }
    }

    // MARK: - Bits

    @Test(arguments: cells) func aRowAloneHasTheBitsThatItHasInABatch(_ cell: RecurrentCell) throws {
        let (batch, time, features, hidden) = (41, 7, 19, 37)
        let layer = try stack(
            cell, .init(hidden: hidden, layers: 2, isBidirectional: true), features: features, dtype: .float32)
        let x = try normal([batch, time, features])
        let lengths = (0..<batch).map { 1 + $0 * 5 % time }
        let whole = try layer.answer([.tensor(x), lengthsTensor(lengths)], ForwardContext())
        let output = rows(whole[0].tensors[0].value)
        let state = rows(whole[1].tensors[0].value)
        for row in [0, 1, 17, 18, 40] {
            let length = lengths[row]
            let own = try x.at([.slice(start: row, stop: row + 1, step: 1), .slice(start: 0, stop: length, step: 1)])
            let alone = try layer.answer([.tensor(own)], ForwardContext())
            #expect(rows(alone[0].tensors[0].value) == Array(output[row * time..<row * time + length]))
            #expect(
                rows(alone[1].tensors[0].value) == (0..<4).map { state[$0 * batch + row] }, "\(cell), row \(row)")
        }
    }

    @Test func threadsChangeNoBit() throws {
        let before = Threads.count
        defer { Threads.count = before }
        func numbers(_ threads: Int, _ cell: RecurrentCell) throws -> [[Double]] {
            Threads.count = threads
            let layer = try stack(
                cell, .init(hidden: 48, layers: 2, isBidirectional: true), features: 24, dtype: .float32)
            try layer.parameters.startRecording()
            let x = Gradient.leaf(try normal([70, 9, 24]))
            let lengths = try lengthsTensor((0..<70).map { 1 + $0 * 7 % 9 })
            let outputs = try layer.answer([.tensor(x), lengths], ForwardContext()).flatMap(\.tensors)
            let loss = try outputs.map { try $0.square().sum() }.reduce(Variable(try Tensor.scalar(0))) { try $0 + $1 }
            let gradients = try Gradient.compute(loss, withRespectTo: [x] + layer.parameters.map(\.variable))
            return outputs.map { $0.value.doubles() } + gradients.map { $0?.value.doubles() ?? [] }
        }
        for cell in cells {
            let one = try numbers(1, cell)
            #expect(try numbers(2, cell) == one)
            #expect(try numbers(4, cell) == one)
        }
    }

    // MARK: - The layer

    @Test func inASequenceTheOutputGoesOn() throws {
        let net = Model("net", place: ModulePlace(key: testKey))
        try net.add(Embedding(50, 16, paddingIndex: 0))
        try net.add(RecurrentStack(.lstm, .init(hidden: 32, layers: 3, isBidirectional: true)))
        try net.add(RecurrentStack(.gru, .init(hidden: 8, hasBias: false)))
        try net.add(RecurrentStack(.tanh, .init(hidden: 4, givesLast: true)))
        try net.add(Linear(3))
        let y = try net(Variable(try Tensor([Int](repeating: 1, count: 14), shape: [2, 7])))
        #expect(y.shape == [2, 3])
        let summary = try net.summary()
        #expect(summary.rows.map(\.layer) == ["embedding1", "lstm1", "gru1", "rnn1", "linear1"])
        #expect(summary.rows.map(\.settings)[1] == "32 layers=3 bidirectional=true")
        #expect(summary.rows.map(\.outputShape)[1] == [Shape.unknown, 7, 64])
        #expect(summary.rows.map(\.outputShape)[3] == [Shape.unknown, 4])
        #expect(
            summary.rows[1].formula == "2 * 4 * 32 * (16 + 32 + 2) + 2 * 2 * 4 * 32 * (64 + 32 + 2)")
        #expect(summary.rows[1].parameterCount == 2 * 4 * 32 * (16 + 32 + 2) + 2 * 2 * 4 * 32 * (64 + 32 + 2))
        #expect(summary.rows[2].formula == "3 * 8 * (64 + 8)")
        #expect(summary.rows[3].formula == "4 * (8 + 4 + 2)")
        #expect(try net.stateDictionary().map(\.name).contains("lstm1.weight_hh_l2_reverse"))
        let copy = try net.cloned()
        #expect(
            try copy(Variable(try Tensor([3, 4], shape: [1, 2]))).value.doubles()
                == net(Variable(try Tensor([3, 4], shape: [1, 2]))).value.doubles())
        let one = try copy.stateDictionary()
        try copy.reset(key: RandomKey(seed: 9))
        #expect(try copy.stateDictionary().map { $0.value.doubles() } != one.map { $0.value.doubles() })
        try copy.load(state: Dictionary(uniqueKeysWithValues: one.map { ($0.name, $0.value) }))
        #expect(try copy.stateDictionary().map { $0.value.doubles() } == one.map { $0.value.doubles() })
    }

    @Test func firstWeightsAreUniform() throws {
        let layer = try stack(.lstm, .init(hidden: 64), features: 30, dtype: .float32)
        for parameter in layer.parameters {
            let numbers = parameter.value.doubles().map(abs)
            #expect(numbers.max() ?? 0 <= 0.125 && numbers.max() ?? 0 > 0.12, "\(parameter.name)")
        }
        #expect(layer.parameters.map(\.shape) == [[256, 30], [256, 64], [256], [256]])
    }

    @Test func dropoutWorksBetweenLayersInTrainingAlone() throws {
        let layer = try stack(.gru, .init(hidden: 6, layers: 2, dropout: 0.5), features: 3)
        let x = try normal([2, 3, 3], dtype: .float64)
        func output(_ isTraining: Bool, _ seed: UInt64) throws -> [Double] {
            try layer(x, ForwardContext(isTraining: isTraining, key: RandomKey(seed: seed))).value.doubles()
        }
        #expect(try output(false, 1) == output(false, 2))
        #expect(try output(true, 1) == output(true, 1))
        #expect(try output(true, 1) != output(true, 2))
    }

    @Test func wrongInputsAreErrors() throws {
        let layer = try stack(.lstm, .init(hidden: 4), features: 3, dtype: .float32)
        let x = ModuleValue.tensor(try normal([2, 5, 3]))
        func expectArgument(_ lengths: [Int], _ words: String) throws {
            do {
                _ = try layer.answer([x, lengthsTensor(lengths)], ForwardContext())
                Issue.record("no error for \(lengths)")
            } catch let error as TensorError {
                #expect(error.message.contains(words), "\(error.message)")
            }
        }
        try expectArgument([5, 0], "lengths holds 0 for row 1, and each row has at least 1 step")
        try expectArgument([6, 2], "lengths holds 6 for row 0, and the input has 5 steps")
        try expectArgument([5], "lengths has 1 numbers, and the batch has 2 rows")
        expectError("lstm takes whole numbers as lengths, and got float32 with fractions") {
            _ = try layer.answer(
                [x, .tensor(Variable(try Tensor([1.5, 2], shape: [2]).cast(to: .float32)))], ForwardContext())
        }
        expectError(
            "lstm takes as `state` a list [h, c] of tensors of shape [1, 2, 4] (layers * directions, batch, hidden), "
                + "and got a tensor of shape [1, 2, 4]"
        ) {
            _ = try layer.answer([x, nil, .tensor(normal([1, 2, 4]))], ForwardContext())
        }
        expectError(
            "lstm takes 3 features, and its input has shape [2, 5, 4]",
            help: "axis 2 has 4 features, and lstm was made for 3 (weight [16, 3]): give it such inputs, or make a new "
                + "model for these"
        ) { _ = try layer(normal([2, 5, 4])) }
        expectError(
            "lstm takes inputs of shape [N, T, F], and its input has shape [5, 3]",
            help: "one sample alone needs a batch axis: x.unsqueeze(0)"
        ) { _ = try layer(normal([5, 3])) }
        expectError(
            "lstm needs `x`, which is not given",
            help: "its inputs are x, lengths, state, of which the first one is needed"
        ) {
            _ = try layer.answer([], ForwardContext())
        }
        expectError("lstm: hidden must be from 1 to 16777216, not 0") {
            _ = try RecurrentStack(.lstm, .init(hidden: 0))
        }
        expectError("gru: layers must be from 1 to 1024, not 0") {
            _ = try RecurrentStack(.gru, .init(hidden: 2, layers: 0))
        }
        expectError("rnn: dropout must be between 0 and 1, not 1.5") {
            _ = try RecurrentStack(.tanh, .init(hidden: 2, dropout: 1.5))
        }
    }
}
