/// The gradients by the weights of all directions: for each column of the gates' gradients the sum over all steps of it
/// times what came in, and of itself for the biases.
///
/// A chunk is a block of columns of one direction, of which it reads each number once. Sums grow step after step, in
/// blocks of a fixed number of steps.
struct RecurrentWeightSums<V: GateVector>: ChunkedWork {
    typealias Scalar = V.Scalar

    /// Where the gradients by a direction's weights go, and what came in: in panels as `RecurrentPanels` packs them.
    struct Direction {
        let gates: UnsafePointer<Scalar>
        let inputs: UnsafePointer<Scalar>
        let states: UnsafePointer<Scalar>
        let input: UnsafeMutablePointer<Scalar>
        let hidden: UnsafeMutablePointer<Scalar>
        let inputBias: UnsafeMutablePointer<Scalar>?
        let hiddenBias: UnsafeMutablePointer<Scalar>?
    }

    /// Columns of the gates' gradients, and from which rows on they are those of the weights.
    private struct Piece {
        let columns: Range<Int>
        let inputRow: Int?
        let hiddenRow: Int?
    }

    private static var tileRows: Int { Count6.value }
    private static var width: Int { RecurrentPanels<V>.width }
    /// Whole tiles and whole vectors.
    private static var blockColumns: Int { 48 }
    private static var blockSteps: Int { 256 }

    let shape: RecurrentShape
    let directions: [Direction]
    private let pieces: [Piece]

    init(shape: RecurrentShape, directions: [Direction]) {
        self.shape = shape
        self.directions = directions
        let hidden = shape.hidden
        // The parts of a gru's candidate have columns of their own.
        let wholes =
            shape.cell == .gru
            ? [
                Piece(columns: 0..<2 * hidden, inputRow: 0, hiddenRow: 0),
                Piece(columns: 2 * hidden..<3 * hidden, inputRow: nil, hiddenRow: 2 * hidden),
                Piece(columns: 3 * hidden..<4 * hidden, inputRow: 2 * hidden, hiddenRow: nil),
            ] : [Piece(columns: 0..<shape.gates, inputRow: 0, hiddenRow: 0)]
        pieces = wholes.flatMap { whole in
            stride(from: 0, to: whole.columns.count, by: RecurrentWeightSums.blockColumns).map { first in
                let start = whole.columns.lowerBound + first
                return Piece(
                    columns: start..<min(start + RecurrentWeightSums.blockColumns, whole.columns.upperBound),
                    inputRow: whole.inputRow.map { $0 + first }, hiddenRow: whole.hiddenRow.map { $0 + first })
            }
        }
    }

    func perform() { Threads.perform(pieces.count * directions.count, self) }

    func run(chunk: Int) {
        let direction = directions[chunk / pieces.count]
        let piece = pieces[chunk % pieces.count]
        let steps = shape.lengths.total
        let blockSteps = min(steps, RecurrentWeightSums.blockSteps)
        let blockColumns = RecurrentWeightSums.blockColumns
        Scratch.withBounded(blockColumns * (blockSteps + 1), of: Scalar.self) { room in
            let sums = room + blockColumns * blockSteps
            sums.update(repeating: 0, count: blockColumns)
            for first in stride(from: 0, to: steps, by: blockSteps) {
                let count = min(blockSteps, steps - first)
                copy(
                    direction.gates + first * shape.kept + piece.columns.lowerBound, piece.columns.count, count, room,
                    sums)
                if let row = piece.inputRow {
                    multiply(
                        room, piece.columns.count, direction.inputs, shape.features, first, count,
                        direction.input + row * shape.features)
                }
                if let row = piece.hiddenRow {
                    multiply(
                        room, piece.columns.count, direction.states, shape.hidden, first, count,
                        direction.hidden + row * shape.hidden)
                }
            }
            if let row = piece.inputRow {
                direction.inputBias.map { ($0 + row).update(from: sums, count: piece.columns.count) }
            }
            if let row = piece.hiddenRow {
                direction.hiddenBias.map { ($0 + row).update(from: sums, count: piece.columns.count) }
            }
        }
    }

    /// Copies columns of a block's steps next to each other, zeros beyond the last, and adds them to the sums.
    @inline(__always)
    private func copy(
        _ gates: UnsafePointer<Scalar>, _ columns: Int, _ steps: Int, _ room: UnsafeMutablePointer<Scalar>,
        _ sums: UnsafeMutablePointer<Scalar>
    ) {
        let width = RecurrentWeightSums.blockColumns
        let lanes = V.scalarCount
        for column in stride(from: 0, to: width, by: 3 &* lanes) {
            var sum = TileRow<V, Count3>()
            for step in 0..<steps {
                let from = gates + (step &* shape.kept &+ column)
                let to = room + (step &* width &+ column)
                if columns == width {
                    for vector in 0..<3 { V.load(from + vector &* lanes).store(to + vector &* lanes) }
                } else {
                    for lane in 0..<3 &* lanes { to[lane] = column &+ lane < columns ? from[lane] : 0 }
                }
                sum.add(V(repeating: 1), to)
            }
            sum.store(sums + column, true)
        }
    }

    /// Writes, or from the second block on adds, the products of panels.
    @inline(__always)
    private func multiply(
        _ gates: UnsafePointer<Scalar>, _ rows: Int, _ panels: UnsafePointer<Scalar>, _ columns: Int, _ first: Int,
        _ steps: Int, _ c: UnsafeMutablePointer<Scalar>
    ) {
        let (width, height) = (RecurrentWeightSums.width, RecurrentWeightSums.tileRows)
        for column in stride(from: 0, to: columns, by: width) {
            let panel = panels + column &* shape.lengths.total + first &* width
            for row in stride(from: 0, to: rows, by: height) {
                let from = gates + row
                let to = c + row &* columns + column
                if row &+ height <= rows && column &+ width <= columns {
                    tile(from, panel, steps, to, columns, first > 0)
                } else {
                    partial(from, panel, steps, to, columns, first > 0, min(height, rows - row), columns - column)
                }
            }
        }
    }

    /// Where a tile has rows or columns that are not there.
    @inline(never)
    private func partial(
        _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ steps: Int, _ c: UnsafeMutablePointer<Scalar>,
        _ stride: Int, _ accumulate: Bool, _ rows: Int, _ columns: Int
    ) {
        let width = RecurrentWeightSums.width
        Scratch.withBounded(width * RecurrentWeightSums.tileRows, of: Scalar.self) { sums in
            tile(a, b, steps, sums, width, false)
            for row in 0..<rows {
                let to = c + row * stride
                for column in 0..<min(columns, width) {
                    let sum = sums[row * width + column]
                    to[column] = accumulate ? to[column] + sum : sum
                }
            }
        }
    }

    @inline(__always)
    private func tile(
        _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ steps: Int, _ c: UnsafeMutablePointer<Scalar>,
        _ stride: Int, _ accumulate: Bool
    ) {
        var sums = Tile<V, Count6, Count2>()
        var a = a
        var b = b
        for _ in 0..<steps {
            sums.addOuter(a, 1, b)
            a += RecurrentWeightSums.blockColumns
            b += RecurrentWeightSums.width
        }
        sums.store(c, stride, accumulate: accumulate)
    }
}

/// What came into each step, from the input or from the step before, copied into panels of a tile's width: all steps of
/// a panel stand one after the other. A chunk is a row of the batch.
struct RecurrentPanels<V: GateVector>: ChunkedWork {
    typealias Scalar = V.Scalar

    static var width: Int { 2 * V.scalarCount }

    let shape: RecurrentShape
    let memory: RecurrentMemory<Scalar>
    /// The direction whose states are copied; `nil`: the input.
    let direction: Int?
    let panels: UnsafeMutablePointer<Scalar>

    static func count(_ shape: RecurrentShape, columns: Int) -> Int {
        (columns + width - 1) / width * width * shape.lengths.total
    }

    func run(chunk row: Int) {
        let start = shape.lengths.starts[row]
        let length = shape.lengths.lengths[row]
        guard let direction else {
            return copy(memory.input + start * shape.features, shape.features, start, length, shape.features)
        }
        let hidden = shape.hidden
        let stride = shape.directions * hidden
        let outputs = memory.output + (row * shape.time * shape.directions + direction) * hidden
        let isReversed = direction == 1
        if length > 1 {
            copy(outputs + (isReversed ? stride : 0), stride, start + (isReversed ? 0 : 1), length - 1, hidden)
        }
        let first = start + (isReversed ? length - 1 : 0)
        if let initial = memory.initialHidden {
            copy(initial + (direction * shape.batch + row) * hidden, hidden, first, 1, hidden)
        } else {
            Scratch.withBounded(hidden, of: Scalar.self) { zeros in
                zeros.update(repeating: 0, count: hidden)
                copy(zeros, hidden, first, 1, hidden)
            }
        }
    }

    @inline(__always)
    private func copy(_ source: UnsafePointer<Scalar>, _ stride: Int, _ first: Int, _ steps: Int, _ columns: Int) {
        let width = RecurrentPanels.width
        for column in Swift.stride(from: 0, to: columns, by: width) {
            var from = source + column
            var to = panels + column &* shape.lengths.total + first &* width
            let filled = columns &- column
            for _ in 0..<steps {
                if filled >= width {
                    V.load(from).store(to)
                    V.load(from + V.scalarCount).store(to + V.scalarCount)
                } else {
                    for lane in 0..<width { to[lane] = lane < filled ? from[lane] : 0 }
                }
                from += stride
                to += width
            }
        }
    }
}
