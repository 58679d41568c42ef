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
    }

    let shape: RecurrentShape
    let memory: RecurrentMemory<Scalar>
    let weights: [Weights]
    /// `[directions, batch, hidden]`.
    let finalHidden: UnsafeMutablePointer<Scalar>
    let finalCell: UnsafeMutablePointer<Scalar>

    func run(chunk: Int) {
        let direction = shape.direction(ofChunk: chunk)
        var rows = RecurrentRows(shape, chunk: chunk)
        let gates = memory.gates + direction * shape.lengths.total * shape.kept
        for place in 0..<rows.rows.count { multiplyInput(rows.row(place), gates, weights[direction]) }
        let hidden = shape.hidden
        Scratch.withBounded(2 * rows.rows.count * hidden, of: Scalar.self) { room in
            let states = (hidden: room, cell: room + rows.rows.count * hidden)
            load(states.hidden, memory.initialHidden, rows, direction)
            load(states.cell, memory.initialCell, rows, direction)
            RecurrentPointers.with(rows.rows.count) { from, to in
                for step in 0..<rows.stepCount {
                    rows.move(to: step)
                    for place in 0..<rows.count {
                        let row = rows.row(place)
                        let index = shape.lengths.starts[row] + rows.time(row, step)
                        from[place] = UnsafePointer(states.hidden + place * hidden)
                        to[place] = gates + index * shape.kept
                    }
                    weights[direction].hidden.multiply(rows.count, from, to, column: 0)
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

    /// The sums of the gates of all steps of a row of the batch, as far as the input goes in.
    private func multiplyInput(_ row: Int, _ gates: UnsafeMutablePointer<Scalar>, _ weights: Weights) {
        let tile = 3 * RowPanels<V>.tileRows
        RecurrentPointers.with(tile) { from, to in
            let start = shape.lengths.starts[row]
            let end = start + shape.lengths.lengths[row]
            for first in stride(from: start, to: end, by: tile) {
                let count = min(tile, end - first)
                for i in 0..<count {
                    from[i] = memory.input + (first + i) * shape.features
                    to[i] = gates + (first + i) * shape.kept
                    to[i].update(from: weights.bias, count: shape.kept)
                }
                for (piece, panels) in zip(shape.cell.inputPieces, weights.input) {
                    panels.multiply(count, from, to, column: piece.column * shape.hidden)
                }
            }
        }
    }

    /// Turns the sums of a row's step into gates, and the states into those after the step.
    @inline(__always)
    private func finish(
        _ gates: UnsafeMutablePointer<Scalar>, _ index: Int, _ state: UnsafeMutablePointer<Scalar>,
        _ cell: UnsafeMutablePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>
    ) {
        let hidden = shape.hidden
        let cells = memory.cells + index * hidden
        let tanhs = memory.cellTanhs + index * hidden
        let second = gates + hidden
        let third = gates + 2 * hidden
        let fourth = gates + 3 * hidden
        var j = 0
        while j < hidden {
            let left = hidden &- j
            let new: V
            switch shape.cell {
            case .lstm:
                let input = V.sigmoid(.load(upTo: left, gates + j))
                let forget = V.sigmoid(.load(upTo: left, second + j))
                let candidate = V.tanh(.load(upTo: left, third + j))
                let out = V.sigmoid(.load(upTo: left, fourth + j))
                var content = input * candidate
                content.multiplyAdd(forget, .load(upTo: left, cell + j))
                let level = V.tanh(content)
                input.store(upTo: left, gates + j)
                forget.store(upTo: left, second + j)
                candidate.store(upTo: left, third + j)
                out.store(upTo: left, fourth + j)
                content.store(upTo: left, cell + j)
                content.store(upTo: left, cells + j)
                level.store(upTo: left, tanhs + j)
                new = out * level
            case .gru:
                let reset = V.sigmoid(.load(upTo: left, gates + j))
                let update = V.sigmoid(.load(upTo: left, second + j))
                var sum = V.load(upTo: left, fourth + j)
                sum.multiplyAdd(reset, .load(upTo: left, third + j))
                let candidate = V.tanh(sum)
                reset.store(upTo: left, gates + j)
                update.store(upTo: left, second + j)
                candidate.store(upTo: left, fourth + j)
                var next = (V(repeating: 1) - update) * candidate
                next.multiplyAdd(update, .load(upTo: left, state + j))
                new = next
            case .tanh:
                new = V.tanh(.load(upTo: left, gates + j))
                new.store(upTo: left, gates + j)
            case .relu:
                let sum = V.load(upTo: left, gates + j)
                // The comparison lets NaN through.
                new = sum.replacing(with: V(repeating: 0), where: sum .< V(repeating: 0))
                new.store(upTo: left, gates + j)
            }
            new.store(upTo: left, state + j)
            new.store(upTo: left, output + j)
            j &+= V.scalarCount
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
