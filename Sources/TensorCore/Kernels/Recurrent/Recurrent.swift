/// A recurrent layer over whole sequences, in one or both directions, forward and backward.
package enum Recurrent {
    /// The weights of a direction; all contiguous and of one floating-point type.
    package struct Weights {
        /// `[gates * hidden, features]`.
        package var input: Tensor
        /// `[gates * hidden, hidden]`.
        package var hidden: Tensor
        /// `[gates * hidden]`, as the other bias.
        package var inputBias: Tensor?
        package var hiddenBias: Tensor?

        package init(input: Tensor, hidden: Tensor, inputBias: Tensor?, hiddenBias: Tensor?) {
            self.input = input
            self.hidden = hidden
            self.inputBias = inputBias
            self.hiddenBias = hiddenBias
        }
    }

    /// What the forward pass keeps for the way back.
    package struct Pass {
        let shape: RecurrentShape
        /// `[steps, features]`: the input without the steps beyond the ends of rows.
        let input: Tensor
        /// `[directions, steps, kept]`; on the way back, the gradients of what they were made from.
        let gates: Tensor
        /// `[directions, steps, hidden]`, of an lstm.
        let cells: Tensor?
        let cellTanhs: Tensor?
        let initial: [Tensor]
        let weights: [Weights]
        /// `[batch, time, directions * hidden]`; zeros beyond the ends of rows.
        package let output: Tensor
        /// Each state as `[directions, batch, hidden]`, at each row's own end: h, and c of an lstm.
        package let finals: [Tensor]
    }

    /// The gradients by what goes into a pass.
    package struct Gradients {
        let pass: Pass
        /// `[directions, steps, kept]`.
        var gates: Tensor { pass.gates }
        /// By the initial states, `[directions, batch, hidden]`; none where none were given.
        package let initial: [Tensor]
    }

    /// Takes a batch through all its steps.
    ///
    /// - Parameters:
    ///   - x: Shape `[batch, time, features]`.
    ///   - initial: None, or each state as `[directions, batch, hidden]`, contiguous.
    ///   - weights: One for each direction, the second from end to start.
    ///   - room: Where output and final states go, one after the other; contiguous.
    /// - Throws: `TensorError.workMemory`. Shapes are the caller's to check.
    @inline(never)
    package static func forward(
        _ cell: RecurrentCell, _ x: Tensor, _ lengths: SequenceLengths, initial: [Tensor], weights: [Weights],
        into room: Tensor
    ) throws -> Pass {
        let hidden = weights[0].hidden.shape[1]
        let shape = RecurrentShape(
            cell: cell, lengths: lengths, features: x.shape[2], hidden: hidden, directions: weights.count)
        let dtype = x.dtype
        let steps = [shape.directions, lengths.total]
        let isLSTM = cell == .lstm
        let outputShape = [shape.batch, shape.time, shape.directions * hidden]
        let stateShape = [shape.directions, shape.batch, hidden]
        let finals = (0..<cell.stateCount).map {
            part(room, from: outputShape.reduce(1, *) + $0 * stateShape.reduce(1, *), stateShape)
        }
        let pass = Pass(
            shape: shape, input: try withoutPadding(x, lengths),
            gates: try .empty(steps + [shape.kept], dtype: dtype),
            cells: isLSTM ? try .empty(steps + [hidden], dtype: dtype) : nil,
            cellTanhs: isLSTM ? try .empty(steps + [hidden], dtype: dtype) : nil,
            initial: initial, weights: weights, output: part(room, from: 0, outputShape), finals: finals)
        if dtype == .float32 {
            try forward(pass, FloatVector.self)
        } else {
            try forward(pass, DoubleVector.self)
        }
        return pass
    }

    private static func forward<V: GateVector>(_ pass: Pass, _: V.Type) throws {
        let shape = pass.shape
        let memory = memory(of: pass, V.Scalar.self)
        shape.lengths.clearPadding(memory.output, width: shape.directions * shape.hidden)
        let sizes = shape.cell.inputPieces.map {
            RowPanels<V>.count(depth: shape.features, columns: $0.count * shape.hidden)
        }
        let hiddenSize = RowPanels<V>.count(depth: shape.hidden, columns: shape.gates)
        let each = sizes.reduce(hiddenSize + (shape.kept + 15) / 16 * 16, +)
        try Scratch.with(each * shape.directions, of: V.Scalar.self) { room in
            var next = room
            let weights = pass.weights.map { weights in
                let input = weights.input.pointer(V.Scalar.self)
                var pieces: [RowPanels<V>] = []
                for (piece, size) in zip(shape.cell.inputPieces, sizes) {
                    pieces.append(
                        RowPanels(
                            packing: input + piece.row * shape.hidden * shape.features, along: 1,
                            across: shape.features, depth: shape.features, columns: piece.count * shape.hidden,
                            into: next))
                    next += size
                }
                let hidden = RowPanels<V>(
                    packing: weights.hidden.pointer(V.Scalar.self), along: 1, across: shape.hidden,
                    depth: shape.hidden, columns: shape.gates, into: next)
                next += hiddenSize
                let bias = next
                next += (shape.kept + 15) / 16 * 16
                writeBias(weights, shape, bias)
                return RecurrentForward<V>.Weights(input: pieces, hidden: hidden, bias: bias)
            }
            RecurrentRepeats<V>.with(shape, memory.input, weights) { repeats in
                Threads.perform(
                    shape.chunkCount,
                    RecurrentForward<V>(
                        shape: shape, memory: memory, weights: weights, repeats: repeats,
                        finalHidden: pass.finals[0].pointer(V.Scalar.self),
                        finalCell: pass.finals[pass.finals.count - 1].pointer(V.Scalar.self)))
            }
        }
    }

    /// What the sums of a step start from.
    private static func writeBias<Scalar: BinaryFloatingPoint>(
        _ weights: Weights, _ shape: RecurrentShape, _ bias: UnsafeMutablePointer<Scalar>
    ) {
        bias.update(repeating: 0, count: shape.kept)
        if let hidden = weights.hiddenBias?.pointer(Scalar.self) {
            for j in 0..<shape.gates { bias[j] += hidden[j] }
        }
        if let input = weights.inputBias?.pointer(Scalar.self) {
            for piece in shape.cell.inputPieces {
                for j in 0..<piece.count * shape.hidden {
                    bias[piece.column * shape.hidden + j] += input[piece.row * shape.hidden + j]
                }
            }
        }
    }

    /// Goes back through the steps of a pass, once: the gradients of its gates take the place of the gates.
    ///
    /// - Parameter room: The gradients of what `forward` wrote to its `room`, in the same places; contiguous.
    /// - Throws: `TensorError.workMemory`.
    @inline(never)
    package static func backward(_ pass: Pass, _ room: Tensor) throws -> Gradients {
        let stateShape = [pass.shape.directions, pass.shape.batch, pass.shape.hidden]
        let initial = try pass.finals.indices.map { index in
            let from = pass.output.count + index * stateShape.reduce(1, *)
            return try part(room, from: from, stateShape).copy()
        }
        if room.dtype == .float32 {
            try backward(pass, room, initial, FloatVector.self)
        } else {
            try backward(pass, room, initial, DoubleVector.self)
        }
        return Gradients(pass: pass, initial: pass.initial.isEmpty ? [] : initial)
    }

    private static func backward<V: GateVector>(
        _ pass: Pass, _ room: Tensor, _ initial: [Tensor], _: V.Type
    ) throws {
        let shape = pass.shape
        let size = RowPanels<V>.count(depth: shape.gates, columns: shape.hidden)
        try Scratch.with(size * shape.directions, of: V.Scalar.self) { panels in
            let weights = pass.weights.enumerated().map { direction, weights in
                RowPanels<V>(
                    packing: weights.hidden.pointer(V.Scalar.self), along: shape.hidden, across: 1,
                    depth: shape.gates, columns: shape.hidden, into: panels + direction * size)
            }
            Threads.perform(
                shape.chunkCount,
                RecurrentBackward<V>(
                    shape: shape, memory: memory(of: pass, V.Scalar.self), weights: weights,
                    outputGradient: room.pointer(V.Scalar.self),
                    hiddenGradient: initial[0].pointer(V.Scalar.self),
                    cellGradient: initial[initial.count - 1].pointer(V.Scalar.self)))
        }
    }

    static func memory<Scalar>(of pass: Pass, _: Scalar.Type) -> RecurrentMemory<Scalar> {
        let gates = pass.gates.pointer(Scalar.self)
        let hasInitial = !pass.initial.isEmpty
        return RecurrentMemory(
            input: pass.input.pointer(Scalar.self), gates: gates,
            cells: pass.cells?.pointer(Scalar.self) ?? gates, cellTanhs: pass.cellTanhs?.pointer(Scalar.self) ?? gates,
            output: pass.output.pointer(Scalar.self),
            initialHidden: hasInitial ? UnsafePointer(pass.initial[0].pointer(Scalar.self)) : nil,
            initialCell: hasInitial && pass.shape.cell == .lstm
                ? UnsafePointer(pass.initial[1].pointer(Scalar.self)) : nil)
    }

    /// Some of a contiguous tensor's elements in another shape, as a view.
    private static func part(_ tensor: Tensor, from start: Int, _ shape: [Int]) -> Tensor {
        Tensor(
            storage: tensor.storage, dtype: tensor.dtype, shape: shape, strides: Tensor.rowMajorStrides(shape),
            offset: tensor.offset + start)
    }
}
