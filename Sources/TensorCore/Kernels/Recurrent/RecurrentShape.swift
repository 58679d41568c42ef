/// The sizes of a pass over a batch, and how it is cut into chunks of rows.
///
/// A chunk takes some rows through all steps of one direction, so nothing has to wait between steps. Rows are taken
/// from the longest on and drop out as they end. What is kept of a step stands at `starts[row] + time`, so that steps
/// beyond a row's end take neither time nor memory.
struct RecurrentShape {
    /// The most rows of a chunk: three tiles of registers.
    private static var mostRows: Int { 18 }

    let cell: RecurrentCell
    let lengths: SequenceLengths
    let features: Int
    let hidden: Int
    let directions: Int

    var batch: Int { lengths.batch }
    var time: Int { lengths.time }
    /// Numbers that each step of a row keeps.
    var kept: Int { cell.keptCount * hidden }
    /// Rows of the weights.
    var gates: Int { cell.gateCount * hidden }

    private var chunksPerDirection: Int { (batch + RecurrentShape.mostRows - 1) / RecurrentShape.mostRows }
    /// As many for each chunk, so that threads get like parts.
    private var chunkRows: Int { (batch + chunksPerDirection - 1) / max(chunksPerDirection, 1) }
    var chunkCount: Int { chunksPerDirection * directions }

    func direction(ofChunk chunk: Int) -> Int { chunk / chunksPerDirection }

    /// Places in `lengths.order`.
    func places(ofChunk chunk: Int) -> Range<Int> {
        let first = chunk % chunksPerDirection * chunkRows
        return min(first, batch)..<min(first + chunkRows, batch)
    }
}

/// Where the rows of a chunk are, step by step.
struct RecurrentRows {
    /// The rows of the batch, from the longest on.
    let rows: ArraySlice<Int>
    let lengths: SequenceLengths
    /// Whether rows go from their end to their start.
    let isReversed: Bool
    /// How many rows are left.
    private(set) var count: Int
    let stepCount: Int

    init(_ shape: RecurrentShape, chunk: Int) {
        lengths = shape.lengths
        rows = lengths.order[shape.places(ofChunk: chunk)]
        isReversed = shape.direction(ofChunk: chunk) == 1
        count = rows.count
        stepCount = rows.first.map { shape.lengths.lengths[$0] } ?? 0
    }

    /// Sets `count` to the rows that have a step of this number; steps come in order, up or down.
    mutating func move(to step: Int) {
        let first = rows.startIndex
        while count > 0 && lengths.lengths[rows[first + count - 1]] <= step { count -= 1 }
        while count < rows.count && lengths.lengths[rows[first + count]] > step { count += 1 }
    }

    @inline(__always)
    func row(_ place: Int) -> Int { rows[rows.startIndex + place] }

    @inline(__always)
    func time(_ row: Int, _ step: Int) -> Int { isReversed ? lengths.lengths[row] - 1 - step : step }
}

/// What a pass reads and writes. Initial states are `[directions, batch, hidden]`, those that are not there zero.
struct RecurrentMemory<Scalar> {
    /// `[batch * time, features]`, or what stands there of it without the steps beyond ends.
    var input: UnsafePointer<Scalar>
    /// `[directions, steps, kept]`: the sums of the gates, then the gates.
    var gates: UnsafeMutablePointer<Scalar>
    /// `[directions, steps, hidden]` of an lstm: its cells, and the tanh of them.
    var cells: UnsafeMutablePointer<Scalar>
    var cellTanhs: UnsafeMutablePointer<Scalar>
    /// `[batch, time, directions * hidden]`.
    var output: UnsafeMutablePointer<Scalar>
    var initialHidden: UnsafePointer<Scalar>?
    var initialCell: UnsafePointer<Scalar>?
}

extension SequenceLengths {
    /// Writes zeros beyond the ends of rows of `[batch, time, width]`.
    func clearPadding<Scalar: BinaryFloatingPoint>(_ values: UnsafeMutablePointer<Scalar>, width: Int) {
        guard !isFull else { return }
        for row in 0..<batch {
            (values + (row * time + lengths[row]) * width).update(repeating: 0, count: (time - lengths[row]) * width)
        }
    }
}
