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
}

extension Recurrent.Gradients {
    private var shape: RecurrentShape { pass.shape }

    /// The gradient by the input, `[batch, time, features]`.
    package func input() throws -> Tensor {
        let result = try Tensor.empty([shape.batch, shape.time, shape.features], dtype: gates.dtype)
        if gates.dtype == .float32 {
            try input(into: result, FloatVector.self)
        } else {
            try input(into: result, DoubleVector.self)
        }
        return result
    }

    private func input<V: GateVector>(into result: Tensor, _: V.Type) throws {
        let pieces = shape.cell.inputPieces
        let sizes = pieces.map { RowPanels<V>.count(depth: $0.count * shape.hidden, columns: shape.features) }
        try Scratch.with(sizes.reduce(0, +) * shape.directions, of: V.Scalar.self) { room in
            var next = room
            let weights = pass.weights.map { weights in
                zip(pieces, sizes).map { piece, size in
                    defer { next += size }
                    return RowPanels<V>(
                        packing: weights.input.pointer(V.Scalar.self) + piece.row * shape.hidden * shape.features,
                        along: shape.features, across: 1, depth: piece.count * shape.hidden, columns: shape.features,
                        into: next)
                }
            }
            RecurrentInputGradient<V>(
                shape: shape, gates: gates.pointer(V.Scalar.self), weights: weights,
                result: result.pointer(V.Scalar.self)
            ).perform()
        }
    }

    /// The gradients by each direction's weights.
    package func weights() throws -> [Recurrent.Weights] {
        let result = try pass.weights.map { weights in
            func like(_ tensor: Tensor) throws -> Tensor {
                try shape.lengths.total == 0
                    ? .zeros(tensor.shape, dtype: gates.dtype) : .empty(tensor.shape, dtype: gates.dtype)
            }
            return Recurrent.Weights(
                input: try like(weights.input), hidden: try like(weights.hidden),
                inputBias: try weights.inputBias.map(like), hiddenBias: try weights.hiddenBias.map(like))
        }
        guard shape.lengths.total > 0 else { return result }
        if gates.dtype == .float32 {
            try weights(into: result, FloatVector.self)
        } else {
            try weights(into: result, DoubleVector.self)
        }
        return result
    }

    private func weights<V: GateVector>(into result: [Recurrent.Weights], _: V.Type) throws {
        let inputSize = RecurrentPanels<V>.count(shape, columns: shape.features)
        let stateSize = RecurrentPanels<V>.count(shape, columns: shape.hidden)
        try Scratch.with(inputSize + shape.directions * stateSize, of: V.Scalar.self) { room in
            let memory = Recurrent.memory(of: pass, V.Scalar.self)
            func pack(_ direction: Int?, _ panels: UnsafeMutablePointer<V.Scalar>) -> UnsafePointer<V.Scalar> {
                Threads.perform(
                    shape.batch, RecurrentPanels<V>(shape: shape, memory: memory, direction: direction, panels: panels))
                return UnsafePointer(panels)
            }
            let inputs = pack(nil, room)
            let directions = result.enumerated().map { direction, weights in
                RecurrentWeightSums<V>.Direction(
                    gates: gates.pointer(V.Scalar.self) + direction * shape.lengths.total * shape.kept, inputs: inputs,
                    states: pack(direction, room + inputSize + direction * stateSize),
                    input: weights.input.pointer(V.Scalar.self), hidden: weights.hidden.pointer(V.Scalar.self),
                    inputBias: weights.inputBias?.pointer(V.Scalar.self),
                    hiddenBias: weights.hiddenBias?.pointer(V.Scalar.self))
            }
            RecurrentWeightSums<V>(shape: shape, directions: directions).perform()
        }
    }
}

extension Tensor {
    /// The place of the first element, whatever its type.
    fileprivate var start: UnsafeMutableRawPointer { storage.base + offset * dtype.size }
}
