extension Recurrent {
    /// `[batch, time, features]` as `[steps, features]` without the steps beyond the ends of rows.
    static func withoutPadding(_ x: Tensor, _ lengths: SequenceLengths) throws -> Tensor {
        let x = try x.contiguous()
        let features = x.shape[2]
        if lengths.isFull { return try x.reshape([lengths.total, features]) }
        let result = try Tensor.empty([lengths.total, features], dtype: x.dtype)
        let rowSize = features * x.dtype.size
        for row in 0..<lengths.batch {
            let from: UnsafeMutableRawPointer = x.start + row * lengths.time * rowSize
            let to: UnsafeMutableRawPointer = result.start + lengths.starts[row] * rowSize
            to.copyMemory(from: from, byteCount: lengths.lengths[row] * rowSize)
        }
        return result
    }

    /// The other way: zeros beyond the ends of rows.
    static func withPadding(_ steps: Tensor, _ lengths: SequenceLengths) throws -> Tensor {
        let features = steps.shape[1]
        let shape = [lengths.batch, lengths.time, features]
        if lengths.isFull { return try steps.reshape(shape) }
        let result = try Tensor.zeros(shape, dtype: steps.dtype)
        let rowSize = features * steps.dtype.size
        for row in 0..<lengths.batch {
            let from: UnsafeMutableRawPointer = steps.start + lengths.starts[row] * rowSize
            let to: UnsafeMutableRawPointer = result.start + row * lengths.time * rowSize
            to.copyMemory(from: from, byteCount: lengths.lengths[row] * rowSize)
        }
        return result
    }
}

extension Recurrent.Gradients {
    private var shape: RecurrentShape { pass.shape }

    /// The gradient by the input, `[batch, time, features]`.
    package func input() throws -> Tensor {
        let result = try Tensor.empty([shape.lengths.total, shape.features], dtype: gates.dtype)
        var isFirst = true
        for direction in 0..<shape.directions {
            for piece in shape.cell.inputPieces {
                let weight = pass.weights[direction].input.rows(piece.row * shape.hidden, piece.count * shape.hidden)
                try MatrixProduct.multiply(
                    columns(direction, piece.column, piece.count), weight, into: result, accumulate: !isFirst)
                isFirst = false
            }
        }
        return try Recurrent.withPadding(result, shape.lengths)
    }

    /// The gradient by a direction's input weights.
    package func inputWeight(_ direction: Int) throws -> Tensor {
        let result = try Tensor.empty([shape.gates, shape.features], dtype: gates.dtype)
        for piece in shape.cell.inputPieces {
            try MatrixProduct.multiply(
                columns(direction, piece.column, piece.count).transposed(), pass.input,
                into: result.rows(piece.row * shape.hidden, piece.count * shape.hidden))
        }
        return result
    }

    /// The gradient by a direction's hidden weights.
    package func hiddenWeight(_ direction: Int) throws -> Tensor {
        let result = try Tensor.empty([shape.gates, shape.hidden], dtype: gates.dtype)
        try MatrixProduct.multiply(
            columns(direction, 0, shape.cell.gateCount).transposed(), statesBefore(direction), into: result)
        return result
    }

    /// The gradient by a direction's input bias.
    package func inputBias(_ direction: Int) throws -> Tensor {
        let sums = try sums(direction)
        guard shape.cell == .gru else { return sums }
        return try Tensor.concat(
            shape.cell.inputPieces.map {
                Tensor(
                    storage: sums.storage, dtype: sums.dtype, shape: [$0.count * shape.hidden], strides: [1],
                    offset: sums.offset + $0.column * shape.hidden)
            })
    }

    /// The gradient by a direction's hidden bias.
    package func hiddenBias(_ direction: Int) throws -> Tensor {
        let sums = try sums(direction)
        return Tensor(
            storage: sums.storage, dtype: sums.dtype, shape: [shape.gates], strides: [1], offset: sums.offset)
    }

    private func sums(_ direction: Int) throws -> Tensor {
        try columns(direction, 0, shape.cell.keptCount).reduced(.sum, axes: [0])
    }

    /// Some gates of all steps, `[steps, count * hidden]`.
    private func columns(_ direction: Int, _ first: Int, _ count: Int) -> Tensor {
        Tensor(
            storage: gates.storage, dtype: gates.dtype, shape: [shape.lengths.total, count * shape.hidden],
            strides: [shape.kept, 1],
            offset: gates.offset + direction * shape.lengths.total * shape.kept + first * shape.hidden)
    }

    /// The hidden state that each step started from, `[steps, hidden]`.
    private func statesBefore(_ direction: Int) throws -> Tensor {
        let result = try Tensor.empty([shape.lengths.total, shape.hidden], dtype: gates.dtype)
        let size = shape.hidden * gates.dtype.size
        let isReversed = direction == 1
        let outputs: UnsafeMutableRawPointer = pass.output.start + direction * size
        let initial: UnsafeMutableRawPointer? = pass.initial.first.map { $0.start + direction * shape.batch * size }
        for row in 0..<shape.batch {
            let length = shape.lengths.lengths[row]
            let to: UnsafeMutableRawPointer = result.start + shape.lengths.starts[row] * size
            for time in 0..<length {
                let before = isReversed ? time + 1 : time - 1
                let place: UnsafeMutableRawPointer = to + time * size
                if before >= 0 && before < length {
                    let from = (row * shape.time + before) * shape.directions * size
                    place.copyMemory(from: outputs + from, byteCount: size)
                } else if let initial {
                    place.copyMemory(from: initial + row * size, byteCount: size)
                } else {
                    place.initializeMemory(as: UInt8.self, repeating: 0, count: size)
                }
            }
        }
        return result
    }
}

extension Tensor {
    /// The place of the first element, whatever its type.
    fileprivate var start: UnsafeMutableRawPointer { storage.base + offset * dtype.size }

    /// Some rows of a contiguous matrix.
    fileprivate func rows(_ first: Int, _ count: Int) -> Tensor {
        Tensor(
            storage: storage, dtype: dtype, shape: [count, shape[1]], strides: strides,
            offset: offset + first * strides[0])
    }

    fileprivate func transposed() -> Tensor {
        Tensor(
            storage: storage, dtype: dtype, shape: [shape[1], shape[0]], strides: [strides[1], strides[0]],
            offset: offset)
    }
}
