import TensorCore

extension Variable {
    /// The weights of one direction of a recurrent layer.
    package struct RecurrentWeights {
        /// `[gates * hidden, features]`.
        package var input: Variable
        /// `[gates * hidden, hidden]`.
        package var hidden: Variable
        /// Both biases, `[gates * hidden]`, or none.
        package var biases: [Variable]

        package init(input: Variable, hidden: Variable, biases: [Variable]) {
            self.input = input
            self.hidden = hidden
            self.biases = biases
        }

        fileprivate var all: [Variable] { [input, hidden] + biases }
    }

    /// Returns what a recurrent layer gives for a batch of sequences, and its states after each row's last step.
    ///
    ///     try x.recurrent(.lstm, weights: [forward, backward], lengths: [5, 3])
    ///     // [2, 5, 8] -> [2, 5, 2 * hidden], [h, c] of [2, 2, hidden]
    ///
    /// - Parameters:
    ///   - weights: Of one direction, or of two: the second goes from each row's end to its start.
    ///   - lengths: The steps of each row; `nil`: all.
    ///   - initial: No states, or h (and c of an lstm), each `[directions, batch, hidden]`.
    /// - Returns: The output, `[batch, time, directions * hidden]`, zero beyond a row's end; each final state,
    ///   `[directions, batch, hidden]`.
    /// - Throws: `TensorError` `.shape`, `.dtype`, `.argument` for lengths that do not fit.
    package func recurrent(
        _ cell: RecurrentCell, weights: [RecurrentWeights], lengths given: Tensor? = nil, initial: [Variable] = []
    ) throws -> (output: Variable, finals: [Variable]) {
        guard rank == 3 else {
            throw TensorError.shape(operation: cell.name, expected: "[batch, time, features]", actual: shape)
        }
        let lengths = try SequenceLengths(given?.integers(), batch: shape[0], time: shape[1], operation: cell.name)
        let hidden = weights[0].hidden.shape.last ?? 0
        let gates = cell.gateCount * hidden
        let states = [weights.count, shape[0], hidden]
        func check(_ x: Variable, _ expected: [Int]) throws {
            guard x.shape == expected else {
                throw TensorError.shape(operation: cell.name, expected: "\(expected)", actual: x.shape)
            }
        }
        for own in weights {
            try check(own.input, [gates, shape[2]])
            try check(own.hidden, [gates, hidden])
            try own.biases.forEach { try check($0, [gates]) }
        }
        try initial.forEach { try check($0, states) }
        let inputs = [self] + weights.flatMap(\.all) + initial
        for x in inputs where x.dtype != dtype || !dtype.isFloatingPoint {
            throw TensorError.dtype(
                operation: cell.name, expected: "float32 or float64, all the same", actual: x.dtype)
        }
        let numbers = try Variable.apply(
            RecurrentLayer(
                cell, lengths, given, directions: weights.count, hasBias: !weights[0].biases.isEmpty,
                hasInitial: !initial.isEmpty), inputs)
        var start = 0
        func part(_ shape: [Int]) throws -> Variable {
            let end = start + shape.reduce(1, *)
            defer { start = end }
            return try numbers.slice(axis: 0, from: start, to: end).reshape(shape)
        }
        let output = try part([shape[0], shape[1], weights.count * hidden])
        return (output, try (0..<cell.stateCount).map { _ in try part(states) })
    }

    /// Returns `softmax(scale * x)` along the last axis over the places that a mask does not hide.
    ///
    /// - Parameter mask: True where a place is hidden, which gets 0; broadcasts to the shape. A row that is all hidden is
    ///   all 0.
    /// - Throws: `TensorError` `.broadcast`, `.axisOutOfRange`, `.dtype`.
    package func maskedSoftmax(_ mask: Tensor?, scale: Double = 1) throws -> Variable {
        try applying(MaskedSoftmax(mask: mask, scale: scale))
    }
}
