/// The way back through the steps: from the gradients of outputs and final states to those of the gates' sums and of
/// the initial states. What follows from the gates' sums is a few large products, done once.
struct RecurrentBackward<V: GateVector>: ChunkedWork {
    typealias Scalar = V.Scalar

    let shape: RecurrentShape
    /// As the forward pass has left it.
    let memory: RecurrentMemory<Scalar>
    /// The hidden weights of each direction, packed for products with the gradients of gates.
    let weights: [RowPanels<V>]
    /// `[batch, time, directions * hidden]`.
    let outputGradient: UnsafePointer<Scalar>
    /// `[directions, batch, hidden]`: at first the gradients of the final states, at last of the initial ones.
    let hiddenGradient: UnsafeMutablePointer<Scalar>
    let cellGradient: UnsafeMutablePointer<Scalar>
    /// `[directions, steps, kept]`.
    let gateGradient: UnsafeMutablePointer<Scalar>

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
                        let gradient = gateGradient + index * shape.kept
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
                            last, lastCell, gradient)
                        from[place] = UnsafePointer(gradient)
                        to[place] = hiddenGradient + state
                    }
                    weights[direction].multiply(rows.count, from, to, column: 0)
                }
            }
        }
    }

    /// The gradients of a row's gates; `state` becomes what of its gradient does not go by way of them.
    @inline(__always)
    private func undo(
        _ index: Int, _ output: UnsafePointer<Scalar>, _ state: UnsafeMutablePointer<Scalar>,
        _ cell: UnsafeMutablePointer<Scalar>, _ last: UnsafePointer<Scalar>, _ lastCell: UnsafePointer<Scalar>,
        _ gradient: UnsafeMutablePointer<Scalar>
    ) {
        let hidden = shape.hidden
        let gates = memory.gates + index * shape.kept
        let tanhs = memory.cellTanhs + index * hidden
        let one = V(repeating: 1)
        var j = 0
        while j < hidden {
            let left = hidden &- j
            let g = V.load(upTo: left, output + j) + .load(upTo: left, state + j)
            @inline(__always) func gate(_ k: Int) -> V { .load(upTo: left, gates + (k &* hidden &+ j)) }
            @inline(__always) func put(_ k: Int, _ x: V) { x.store(upTo: left, gradient + (k &* hidden &+ j)) }
            var rest = V(repeating: 0)
            switch shape.cell {
            case .lstm:
                let (input, forget, candidate, out) = (gate(0), gate(1), gate(2), gate(3))
                let level = V.load(upTo: left, tanhs + j)
                var content = V.load(upTo: left, cell + j)
                content.multiplyAdd(g * out, one - level * level)
                put(0, content * candidate * input * (one - input))
                put(1, content * .load(upTo: left, lastCell + j) * forget * (one - forget))
                put(2, content * input * (one - candidate * candidate))
                put(3, g * level * out * (one - out))
                (content * forget).store(upTo: left, cell + j)
            case .gru:
                let (reset, update, inner, candidate) = (gate(0), gate(1), gate(2), gate(3))
                let sum = g * (one - update) * (one - candidate * candidate)
                put(0, sum * inner * reset * (one - reset))
                put(1, g * (.load(upTo: left, last + j) - candidate) * update * (one - update))
                put(2, sum * reset)
                put(3, sum)
                rest = g * update
            case .tanh:
                let value = gate(0)
                put(0, g * (one - value * value))
            case .relu:
                put(0, g.replacing(with: V(repeating: 0), where: gate(0) .<= V(repeating: 0)))
            }
            rest.store(upTo: left, state + j)
            j &+= V.scalarCount
        }
    }
}
