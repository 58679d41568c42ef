/// The forward pass: for each chunk of rows the product of all its inputs with the input weights, then step by step the
/// product of its states with the hidden weights and the gates.
struct RecurrentForward<V: GateVector>: ChunkedWork {
    typealias Scalar = V.Scalar

    /// The weights of a direction, packed.
    struct Weights {
        /// One for each of the cell's `inputPieces`.
        var input: [RowPanels<V>]
        var hidden: RowPanels<V>
        /// What each step's memory starts from.
        var bias: UnsafePointer<Scalar>

        /// Writes to each row of `to` the sums of its gates as far as the bias and the row of `from` go in.
        func multiplyInput(
            _ shape: RecurrentShape, _ count: Int, _ from: UnsafePointer<UnsafePointer<Scalar>>,
            _ to: UnsafePointer<UnsafeMutablePointer<Scalar>>
        ) {
            for (piece, panels) in zip(shape.cell.inputPieces, input) {
                panels.multiply(count, from, to, column: piece.column * shape.hidden, start: bias)
            }
            guard let columns = shape.cell.columnsWithoutInput else { return }
            let first = columns.lowerBound * shape.hidden
            for row in 0..<count {
                (to[row] + first).update(from: bias + first, count: columns.count * shape.hidden)
            }
        }
    }

    let shape: RecurrentShape
    let memory: RecurrentMemory<Scalar>
    let weights: [Weights]
    let repeats: RecurrentRepeats<V>?
    /// `[directions, batch, hidden]`.
    let finalHidden: UnsafeMutablePointer<Scalar>
    let finalCell: UnsafeMutablePointer<Scalar>

    func run(chunk: Int) {
        let direction = shape.direction(ofChunk: chunk)
        var rows = RecurrentRows(shape, chunk: chunk)
        let gates = memory.gates + direction * shape.lengths.total * shape.kept
        let hidden = shape.hidden
        Scratch.withBounded(2 * rows.rows.count * hidden, of: Scalar.self) { room in
            let states = (hidden: room, cell: room + rows.rows.count * hidden)
            load(states.hidden, memory.initialHidden, rows, direction)
            load(states.cell, memory.initialCell, rows, direction)
            RecurrentPointers.with(rows.rows.count) { from, to in
                for step in 0..<rows.stepCount {
                    if step % RecurrentForward.blockSteps == 0 {
                        multiplyInput(&rows, step, gates, direction)
                    }
                    rows.move(to: step)
                    for place in 0..<rows.count {
                        let row = rows.row(place)
                        let index = shape.lengths.starts[row] + rows.time(row, step)
                        from[place] = UnsafePointer(states.hidden + place * hidden)
                        to[place] = gates + index * shape.kept
                    }
                    // Nothing comes from a state of zeros.
                    if step > 0 || memory.initialHidden != nil {
                        weights[direction].hidden.multiply(rows.count, from, to, column: 0)
                    }
                    for place in 0..<rows.count {
                        let row = rows.row(place)
                        let time = rows.time(row, step)
                        finish(
                            to[place], direction * shape.lengths.total + shape.lengths.starts[row] + time,
                            states.hidden + place * hidden, states.cell + place * hidden,
                            memory.output + ((row * shape.time + time) * shape.directions + direction) * hidden)
                    }
                }
            }
            for place in 0..<rows.rows.count {
                let to = (direction * shape.batch + rows.row(place)) * hidden
                (finalHidden + to).update(from: states.hidden + place * hidden, count: hidden)
                if shape.cell == .lstm {
                    (finalCell + to).update(from: states.cell + place * hidden, count: hidden)
                }
            }
        }
    }

    private func load(
        _ states: UnsafeMutablePointer<Scalar>, _ initial: UnsafePointer<Scalar>?, _ rows: RecurrentRows,
        _ direction: Int
    ) {
        let hidden = shape.hidden
        for place in 0..<rows.rows.count {
            let to = states + place * hidden
            if let initial {
                to.update(from: initial + (direction * shape.batch + rows.row(place)) * hidden, count: hidden)
            } else {
                to.update(repeating: 0, count: hidden)
            }
        }
    }

    /// Steps whose products with the input are made at once: what they write stays in the second-level cache until the
    /// steps come to it.
    private static var blockSteps: Int { 8 }

    /// The sums of the gates of some steps from `start` on, as far as the input goes in.
    private func multiplyInput(
        _ rows: inout RecurrentRows, _ start: Int, _ gates: UnsafeMutablePointer<Scalar>, _ direction: Int
    ) {
        let most = 6 * RowPanels<V>.tileRows
        RecurrentPointers.with(most) { from, to in
            var count = 0
            for step in start..<min(start + RecurrentForward.blockSteps, rows.stepCount) {
                rows.move(to: step)
                for place in 0..<rows.count {
                    let row = rows.row(place)
                    let index = shape.lengths.starts[row] + rows.time(row, step)
                    if let repeats {
                        (gates + index * shape.kept).update(
                            from: repeats.sums(ofStep: index, direction: direction), count: shape.kept)
                        continue
                    }
                    from[count] = memory.input + index * shape.features
                    to[count] = gates + index * shape.kept
                    count += 1
                    if count == most {
                        weights[direction].multiplyInput(shape, count, from, to)
                        count = 0
                    }
                }
            }
            if count > 0 { weights[direction].multiplyInput(shape, count, from, to) }
        }
    }

    /// Turns the sums of a row's step into gates, and the states into those after the step.
    @inline(__always)
    private func finish(
        _ gates: UnsafeMutablePointer<Scalar>, _ index: Int, _ state: UnsafeMutablePointer<Scalar>,
        _ cell: UnsafeMutablePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>
    ) {
        let hidden = shape.hidden
        let step = RecurrentStep<V>(
            hidden: hidden, gates: gates, cells: memory.cells + index * hidden,
            tanhs: memory.cellTanhs + index * hidden, state: state, cell: cell, output: output)
        switch shape.cell {
        case .lstm: step.lstm()
        case .gru: step.gru()
        case .tanh: step.tanh()
        case .relu: step.relu()
        }
    }
}

enum RecurrentPointers {
    /// Calls `body` with places for so many pointers to rows that are read and to rows that are written.
    @inline(__always)
    static func with<Scalar>(
        _ count: Int,
        _ body: (
            UnsafeMutablePointer<UnsafePointer<Scalar>>, UnsafeMutablePointer<UnsafeMutablePointer<Scalar>>
        ) -> Void
    ) {
        Scratch.withBounded(count, of: UnsafePointer<Scalar>.self) { from in
            Scratch.withBounded(count, of: UnsafeMutablePointer<Scalar>.self) { to in body(from, to) }
        }
    }
}
