/// The way back through the steps: from the gradients of outputs and final states to those of the gates' sums and of
/// the initial states. What follows from the gates' sums is a few large products, done once.
struct RecurrentBackward<V: GateVector>: ChunkedWork {
    typealias Scalar = V.Scalar

    let shape: RecurrentShape
    /// As the forward pass has left it; the gradients of the gates' sums take the place of the gates.
    let memory: RecurrentMemory<Scalar>
    /// The hidden weights of each direction, packed for products with the gradients of gates.
    let weights: [RowPanels<V>]
    /// `[batch, time, directions * hidden]`.
    let outputGradient: UnsafePointer<Scalar>
    /// `[directions, batch, hidden]`: at first the gradients of the final states, at last of the initial ones where these
    /// were given.
    let hiddenGradient: UnsafeMutablePointer<Scalar>
    let cellGradient: UnsafeMutablePointer<Scalar>

    func run(chunk: Int) {
        let direction = shape.direction(ofChunk: chunk)
        let hidden = shape.hidden
        let base = direction * shape.lengths.total
        var rows = RecurrentRows(shape, chunk: chunk)
        Scratch.withBounded(hidden, of: Scalar.self) { zeros in
            zeros.update(repeating: 0, count: hidden)
            RecurrentPointers.with(rows.rows.count) {
                (from: UnsafeMutablePointer<UnsafePointer<Scalar>>, to) in
                for step in stride(from: rows.stepCount - 1, through: 0, by: -1) {
                    rows.move(to: step)
                    for place in 0..<rows.count {
                        let row = rows.row(place)
                        let time = rows.time(row, step)
                        let index = base + shape.lengths.starts[row] + time
                        let state = (direction * shape.batch + row) * hidden
                        let slot = (row * shape.time + time) * shape.directions + direction
                        let back = rows.isReversed ? 1 : -1
                        let last =
                            step > 0
                            ? UnsafePointer(memory.output + (slot + back * shape.directions) * hidden)
                            : memory.initialHidden.map { $0 + state } ?? UnsafePointer(zeros)
                        let lastCell =
                            step > 0
                            ? UnsafePointer(memory.cells + (index + back) * hidden)
                            : memory.initialCell.map { $0 + state } ?? UnsafePointer(zeros)
                        undo(
                            index, outputGradient + slot * hidden, hiddenGradient + state, cellGradient + state,
                            last, lastCell)
                        from[place] = UnsafePointer(memory.gates + index * shape.kept)
                        to[place] = hiddenGradient + state
                    }
                    // What would come of the first step belongs to states that nobody gave.
                    if step > 0 || memory.initialHidden != nil {
                        weights[direction].multiply(rows.count, from, to, column: 0)
                    }
                }
            }
        }
    }

    /// The gradients of a row's gates; `state` becomes what of its gradient does not go by way of them.
    @inline(__always)
    private func undo(
        _ index: Int, _ output: UnsafePointer<Scalar>, _ state: UnsafeMutablePointer<Scalar>,
        _ cell: UnsafeMutablePointer<Scalar>, _ last: UnsafePointer<Scalar>, _ lastCell: UnsafePointer<Scalar>
    ) {
        let step = RecurrentStepBack<V>(
            hidden: shape.hidden, gates: memory.gates + index * shape.kept,
            tanhs: memory.cellTanhs + index * shape.hidden, output: output, state: state, cell: cell, last: last,
            lastCell: lastCell)
        switch shape.cell {
        case .lstm: step.lstm()
        case .gru: step.gru()
        case .tanh: step.tanh()
        case .relu: step.relu()
        }
    }
}
