/// The gradient by the input: of each step the product of its gates' gradients with the input weights, one direction
/// after the other. A chunk is a block of steps.
struct RecurrentInputGradient<V: GateVector>: ChunkedWork {
    typealias Scalar = V.Scalar

    private static var blockSteps: Int { 8 * RowPanels<V>.tileRows }

    let shape: RecurrentShape
    /// `[directions, steps, kept]`.
    let gates: UnsafePointer<Scalar>
    /// By direction, then one for each of the cell's `inputPieces`.
    let weights: [[RowPanels<V>]]
    /// `[batch, time, features]`.
    let result: UnsafeMutablePointer<Scalar>

    func perform() {
        shape.lengths.clearPadding(result, width: shape.features)
        let block = RecurrentInputGradient.blockSteps
        Threads.perform((shape.lengths.total + block - 1) / block, self)
    }

    func run(chunk: Int) {
        let first = chunk * RecurrentInputGradient.blockSteps
        let count = min(RecurrentInputGradient.blockSteps, shape.lengths.total - first)
        Scratch.withBounded(shape.features, of: Scalar.self) { zeros in
            zeros.update(repeating: 0, count: shape.features)
            multiply(first, count, zeros)
        }
    }

    private func multiply(_ first: Int, _ count: Int, _ zeros: UnsafePointer<Scalar>) {
        let lengths = shape.lengths
        RecurrentPointers.with(count) { (from: UnsafeMutablePointer<UnsafePointer<Scalar>>, to) in
            var row = 0
            for i in 0..<count {
                let step = first + i
                while step >= lengths.starts[row] + lengths.lengths[row] { row += 1 }
                to[i] = result + (row * lengths.time + step - lengths.starts[row]) * shape.features
            }
            for direction in 0..<shape.directions {
                for (index, (piece, panels)) in zip(shape.cell.inputPieces, weights[direction]).enumerated() {
                    let columns = gates + direction * lengths.total * shape.kept + piece.column * shape.hidden
                    for i in 0..<count { from[i] = columns + (first + i) * shape.kept }
                    panels.multiply(count, from, to, column: 0, start: direction == 0 && index == 0 ? zeros : nil)
                }
            }
        }
    }
}
