/// What a recurrent layer computes at each time step from its input `x` and its state `h`.
///
/// With `a(k) = W_ik x + b_ik` and `u(k) = W_hk h + b_hk` for gate `k`, `s` the logistic function and `*` the product of
/// elements; weights are stacked in the order in which the gates stand here, as in PyTorch.
package enum RecurrentCell: Equatable, Sendable {
    /// `i, f, o = s(a + u)`, `g = tanh(a + u)`, `c' = f * c + i * g`, `h' = o * tanh(c')`; gates i, f, g, o.
    ///
    /// - Source: Hochreiter and Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735; Gers et al. 2000.
    case lstm
    /// `r, z = s(a + u)`, `n = tanh(a + r * u)`, `h' = (1 - z) * n + z * h`; gates r, z, n.
    ///
    /// - Source: Cho et al. 2014, arXiv:1406.1078, with the reset after the product, as in PyTorch and cuDNN.
    case gru
    /// `h' = tanh(a + u)`. Elman 1990, doi:10.1207/s15516709cog1402_1.
    case tanh
    /// `h' = max(a + u, 0)`.
    case relu

    /// How many rows of weights there are for each unit.
    package var gateCount: Int {
        switch self {
        case .lstm: 4
        case .gru: 3
        case .tanh, .relu: 1
        }
    }

    /// The states that go from step to step: h, and c of an lstm.
    package var stateCount: Int { self == .lstm ? 2 : 1 }

    package var name: String {
        switch self {
        case .lstm: "lstm"
        case .gru: "gru"
        case .tanh, .relu: "rnn"
        }
    }

    /// What a step leaves in memory for each unit: the gates, and of a gru the two parts of `n` on their own.
    var keptCount: Int { self == .gru ? 4 : gateCount }

    /// Where the products with the input go: rows of the weight, and the columns of a step's memory that they fill.
    ///
    /// The products with the state fill the columns from 0 on, as many as there are rows.
    var inputPieces: [(row: Int, column: Int, count: Int)] {
        self == .gru ? [(0, 0, 2), (2, 3, 1)] : [(0, 0, gateCount)]
    }

    /// The columns of a step's memory that none of them fills: what a gru's candidate has of the state.
    var columnsWithoutInput: Range<Int>? { self == .gru ? 2..<3 : nil }
}

/// How long the rows of a batch are: `[batch, time, ...]` of which row `i` ends after `lengths[i]` steps.
package struct SequenceLengths: Equatable, Sendable {
    package let batch: Int
    package let time: Int
    /// One for each row, from 1 to `time`.
    package let lengths: [Int]
    /// Whether no row ends early.
    package let isFull: Bool
    /// The rows from the longest to the shortest, equal ones in their order.
    package let order: [Int]
    /// Where each row's first step stands when steps beyond the rows' ends are left out.
    package let starts: [Int]
    /// The number of steps of all rows.
    package let total: Int

    /// - Parameter lengths: `nil`: all rows are of full length.
    /// - Throws: `TensorError.argument` for another number of lengths than rows, a length below 1 or beyond `time`.
    package init(_ lengths: [Int]?, batch: Int, time: Int, operation: String) throws {
        func refuse(_ reason: String) -> TensorError {
            .argument(operation: operation, name: "lengths", reason: reason)
        }
        self.batch = batch
        self.time = time
        let all = lengths ?? [Int](repeating: time, count: batch)
        guard all.count == batch else {
            throw refuse("has \(all.count) numbers, and the batch has \(batch) rows")
        }
        guard lengths != nil || time > 0 || batch == 0 else {
            throw TensorError.argument(operation: operation, name: "input", reason: "has 0 steps, and takes at least 1")
        }
        for (row, length) in all.enumerated() where length < 1 || length > time {
            throw refuse(
                length < 1
                    ? "holds \(length) for row \(row), and each row has at least 1 step"
                    : "holds \(length) for row \(row), and the input has \(time) steps")
        }
        self.lengths = all
        isFull = all.allSatisfy { $0 == time }
        order = isFull ? Array(0..<batch) : all.indices.sorted { (all[$1], $0) < (all[$0], $1) }
        var starts: [Int] = []
        var next = 0
        for length in all {
            starts.append(next)
            next += length
        }
        self.starts = starts
        total = next
    }
}
