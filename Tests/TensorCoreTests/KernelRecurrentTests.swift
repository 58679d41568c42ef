import TensorCore
import Testing

/// The gradients of recurrent layers where there are more steps than a block has, in sizes that fill no tile; what they
/// are is checked by the tests of the layers.
@Suite(.serialized) struct KernelRecurrentTests {
    private let features = 37
    private let hidden = 21
    private let time = 40

    private struct Results {
        var input: [Double]
        var weights: [[Double]]
        var output: [Double]
    }

    private func tensor(_ shape: [Int], _ dtype: DType, _ number: UInt64, scale: Double = 1) throws -> Tensor {
        try Tensor.uniform(shape, low: -scale, high: scale, dtype: dtype, key: RandomKey(seed: 5).child(number))
    }

    /// Rows of a batch through a layer and back.
    private func run(_ cell: RecurrentCell, _ rows: Range<Int>, of lengths: [Int], _ dtype: DType) throws -> Results {
        let (batch, directions) = (lengths.count, 2)
        func part(_ tensor: Tensor, _ axis: Int) throws -> Tensor {
            let slice = TensorIndex.slice(start: rows.lowerBound, stop: rows.upperBound, step: 1)
            return try tensor.at(axis == 0 ? [slice] : [.all, slice]).copy()
        }
        let gates = cell.gateCount * hidden
        let weights = try (0..<directions).map { direction in
            let key = UInt64(10 * direction)
            return Recurrent.Weights(
                input: try tensor([gates, features], dtype, 1 + key, scale: 0.3),
                hidden: try tensor([gates, hidden], dtype, 2 + key, scale: 0.3),
                inputBias: try tensor([gates], dtype, 3 + key), hiddenBias: try tensor([gates], dtype, 4 + key))
        }
        let initial = try (0..<cell.stateCount).map {
            try part(tensor([directions, batch, hidden], dtype, UInt64(20 + $0)), 1)
        }
        let x = try part(tensor([batch, time, features], dtype, 30), 0)
        let outputGradient = try part(tensor([batch, time, directions * hidden], dtype, 31), 0)
        let finalGradients = try (0..<cell.stateCount).map {
            try part(tensor([directions, batch, hidden], dtype, UInt64(40 + $0)), 1)
        }
        let all = try Tensor.concat(([outputGradient] + finalGradients).map { try $0.reshape([-1]) })
        let room = try Tensor.empty(all.shape, dtype: dtype)
        let pass = try Recurrent.forward(
            cell, x, SequenceLengths(Array(lengths[rows]), batch: rows.count, time: time, operation: "test"),
            initial: initial, weights: weights, into: room)
        let gradients = try Recurrent.backward(pass, all)
        let sums = try gradients.weights()
        return Results(
            input: kernelValues(try gradients.input()),
            weights: sums.flatMap { [$0.input, $0.hidden, $0.inputBias, $0.hiddenBias] }.compactMap {
                $0.map(kernelValues)
            }, output: kernelValues(room))
    }

    private let lengths = [40, 3, 38, 1, 25, 40, 7, 31, 40, 12, 39, 22]

    @Test(arguments: [RecurrentCell.lstm, .gru, .tanh, .relu])
    func aBatchHasTheGradientsOfItsParts(_ cell: RecurrentCell) throws {
        let whole = try run(cell, 0..<12, of: lengths, .float64)
        let parts = [try run(cell, 0..<5, of: lengths, .float64), try run(cell, 5..<12, of: lengths, .float64)]
        #expect(whole.weights.count == 8)
        for (index, sums) in whole.weights.enumerated() {
            for (place, value) in sums.enumerated() {
                let expected = parts[0].weights[index][place] + parts[1].weights[index][place]
                #expect(abs(value - expected) < 1e-10 * max(1, abs(expected)))
            }
        }
        // A row's own gradient does not depend on the others, to the bit.
        #expect(whole.input == parts[0].input + parts[1].input)
    }

    @Test(arguments: [RecurrentCell.lstm, .gru, .tanh], [DType.float32, .float64])
    func bitsDoNotDependOnThreads(_ cell: RecurrentCell, _ dtype: DType) throws {
        let before = Threads.count
        defer { Threads.count = before }
        Threads.count = 1
        let alone = try run(cell, 0..<12, of: lengths, dtype)
        for threads in [2, 3] {
            Threads.count = threads
            let shared = try run(cell, 0..<12, of: lengths, dtype)
            #expect(shared.output == alone.output)
            #expect(shared.input == alone.input)
            #expect(shared.weights == alone.weights)
        }
    }

    @Test func biasesAreTheSumsOfWhatTheWeightsGetFromOnes() throws {
        // With an input of ones each column of the input weights' gradient is the bias's.
        let lengths = try SequenceLengths(nil, batch: 20, time: 30, operation: "test")
        let weights = Recurrent.Weights(
            input: try tensor([4 * hidden, 5], .float64, 1, scale: 0.3),
            hidden: try tensor([4 * hidden, hidden], .float64, 2, scale: 0.3),
            inputBias: try tensor([4 * hidden], .float64, 3), hiddenBias: try tensor([4 * hidden], .float64, 4))
        let count = 20 * 30 * hidden + 2 * 20 * hidden
        let pass = try Recurrent.forward(
            .lstm, Tensor.ones([20, 30, 5], dtype: .float64), lengths, initial: [], weights: [weights],
            into: Tensor.empty([count], dtype: .float64))
        let sums = try Recurrent.backward(pass, tensor([count], .float64, 9)).weights()[0]
        let bias = kernelValues(try #require(sums.inputBias))
        #expect(bias == kernelValues(try #require(sums.hiddenBias)))
        for (row, value) in bias.enumerated() {
            let column = kernelValues(sums.input)[row * 5]
            #expect(abs(column - value) < 1e-10 * max(1, abs(value)))
        }
    }

    /// Steps with the same input share a product: each row has the bits that it has alone, where no two steps are alike.
    @Test(arguments: [RecurrentCell.lstm, .gru, .tanh], [DType.float32, .float64])
    func stepsWithTheSameInputHaveTheBitsOfTheirOwn(_ cell: RecurrentCell, _ dtype: DType) throws {
        let table = try tensor([4, features], dtype, 1)
        var rows = kernelValues(table)
        // The last kind differs from the one before in one element, which no hash of a few elements sees.
        rows.replaceSubrange(3 * features..<4 * features, with: rows[2 * features..<3 * features])
        rows[3 * features + 1] += 0.5
        let kinds = [0, 1, 2, 3, 3, 2, 1, 0, 0, 3, 2, 2, 1, 1, 3, 0, 2, 3, 0, 1, 1, 2, 3, 0]
        let gates = cell.gateCount * hidden
        let weights = try (0..<2).map { direction in
            Recurrent.Weights(
                input: try tensor([gates, features], dtype, 2 + UInt64(direction), scale: 0.3),
                hidden: try tensor([gates, hidden], dtype, 4 + UInt64(direction), scale: 0.3),
                inputBias: try tensor([gates], dtype, 6), hiddenBias: try tensor([gates], dtype, 7))
        }
        func output(_ kinds: [Int], time: Int) throws -> [Double] {
            let x = kinds.flatMap { rows[$0 * features..<($0 + 1) * features] }
            let batch = kinds.count / time
            let count = 2 * hidden * (kinds.count + batch * cell.stateCount)
            let room = try Tensor.empty([count], dtype: dtype)
            let pass = try Recurrent.forward(
                cell, kernelTensor(x, [batch, time, features], dtype: dtype),
                SequenceLengths(nil, batch: batch, time: time, operation: "test"), initial: [], weights: weights,
                into: room)
            return kernelValues(pass.output)
        }
        let inputs = try kernelTensor(
            kinds.flatMap { rows[$0 * features..<($0 + 1) * features] }, [24, features], dtype: dtype)
        let found = inputs.storage.withMutableBytes { span in
            span.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.flatMap { RowKinds($0, rows: 24, byteCount: features * dtype.size, most: 4) }
            }
        }
        #expect(found?.kindOfRow == kinds && found?.firsts == [0, 1, 2, 3])
        #expect(try output(kinds, time: 1) == kinds.flatMap { try output([$0], time: 1) })
        let pairs = stride(from: 0, to: kinds.count, by: 2).map { Array(kinds[$0..<$0 + 2]) }
        #expect(try output(kinds, time: 2) == pairs.flatMap { try output($0, time: 2) })
    }

    @Test(arguments: [RecurrentCell.lstm, .gru, .tanh])
    func anEmptyBatchHasGradientsOfZero(_ cell: RecurrentCell) throws {
        let gates = cell.gateCount * hidden
        let weights = Recurrent.Weights(
            input: try tensor([gates, features], .float32, 1), hidden: try tensor([gates, hidden], .float32, 2),
            inputBias: try tensor([gates], .float32, 3), hiddenBias: try tensor([gates], .float32, 4))
        let room = try Tensor.empty([0], dtype: .float32)
        let pass = try Recurrent.forward(
            cell, Tensor.zeros([0, 3, features], dtype: .float32),
            SequenceLengths(nil, batch: 0, time: 3, operation: "test"), initial: [], weights: [weights], into: room)
        let sums = try Recurrent.backward(pass, room).weights()[0]
        for sum in [sums.input, sums.hidden, try #require(sums.inputBias), try #require(sums.hiddenBias)] {
            #expect(kernelValues(sum).allSatisfy { $0 == 0 })
        }
    }

    @Test func rowsAreAddedWhereIndicesSay() throws {
        for dtype in [DType.float32, .float64] {
            let indices = try Tensor([3, 0, -1, 3, 1, 0].map(Int64.init), shape: [2, 3])
            let source = try tensor([2, 3, 70], dtype, 1)
            let values = kernelValues(source)
            var expected = [Double](repeating: 0, count: 5 * 70)
            for (index, row) in [3, 0, 4, 3, 1, 0].enumerated() where row != 0 {
                for column in 0..<70 {
                    let sum = expected[row * 70 + column] + values[index * 70 + column]
                    expected[row * 70 + column] = dtype == .float32 ? Double(Float(sum)) : sum
                }
            }
            let found = try Tensor.scatterRows(source, at: indices, into: [5, 70], skipping: 0)
            #expect(kernelValues(found) == expected)
            #expect(throws: TensorError.self) { try Tensor.scatterRows(source, at: indices, into: [3, 70]) }
        }
    }

    @Test func droppingMultipliesByTheMask() throws {
        let key = RandomKey(seed: 7)
        for keep in [0, 0.3, 0.7, 1] {
            let x = try tensor([3, 333], .float32, 1)
            let mask = try Tensor.bernoulliMask([3, 333], keep: keep, scale: true, key: key)
            #expect(
                kernelValues(try x.dropped(keep: keep, key: key))
                    == kernelValues(try Tensor.combine(.multiply, x, mask)))
        }
        #expect(throws: TensorError.self) { try Tensor.ones([2], dtype: .float64).dropped(keep: 0.5, key: key) }
        #expect(throws: TensorError.self) { try Tensor.ones([2]).dropped(keep: 1.5, key: key) }
    }
}
