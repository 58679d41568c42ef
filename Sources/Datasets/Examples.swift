import TensorCore

/// Where the examples of a dataset lie.
package enum Examples {
    /// Contiguous, shape `[N, ...]`; channels come first.
    case memory(Tensor)
    case files(ImageFiles)
    /// With their targets.
    case made(ExampleMaker)

    var count: Int {
        switch self {
        case .memory(let tensor): tensor.shape[0]
        case .files(let files): files.count
        case .made(let maker): maker.count
        }
    }

    /// The shape of one example.
    var shape: [Int] {
        switch self {
        case .memory(let tensor): Array(tensor.shape.dropFirst())
        case .files(let files): files.shape
        case .made(let maker): maker.shape
        }
    }

    /// What they are stored as.
    var dtype: DType {
        switch self {
        case .memory(let tensor): tensor.dtype
        case .files: .uint8
        case .made(let maker): maker.dtype
        }
    }

    /// Writes the examples at `rows` to the start of `storage`, as `gather` converts them.
    ///
    /// - Throws: `DatasetError` for a file that cannot be read, `TensorError.outOfMemory`, `InterruptError`.
    func gather(_ rows: some Collection<Int>, by gather: RowGather, into storage: Storage) throws {
        if case .memory(let tensor) = self { return gather.gather(rows, of: tensor, into: storage) }
        gather.gather(0..<rows.count, of: try read(Array(rows)), into: storage)
    }

    /// The examples at `rows` as they are stored, shape `[rows, ...]`.
    private func read(_ rows: [Int]) throws -> Tensor {
        switch self {
        case .memory(let tensor): try tensor.at([.tensor(try Tensor(rows))])
        case .files(let files): try files.read(rows, isShared: true, isInterruptible: true)
        case .made(let maker): try maker.read(rows).x
        }
    }

    /// Examples that are made or read together, where all are looked at.
    private static let partSize = 256

    /// The mean and the deviation of each channel, as stored, over the examples at `rows`.
    ///
    /// - Throws: As `gather`.
    func statistics(_ rows: [Int]) throws -> (means: [Double], deviations: [Double]) {
        if case .memory(let tensor) = self { return RowStatistics.channels(tensor, rows: rows) }
        var sums = [Double](repeating: 0, count: shape.first ?? 1)
        var squares = sums
        for start in stride(from: 0, to: rows.count, by: Self.partSize) {
            let part = try read(Array(rows[start..<min(start + Self.partSize, rows.count)]))
            let (means, deviations) = RowStatistics.channels(part, rows: 0..<part.shape[0])
            let count = Double(part.shape[0])
            for channel in means.indices {
                sums[channel] += count * means[channel]
                squares[channel] +=
                    count * (deviations[channel] * deviations[channel] + means[channel] * means[channel])
            }
        }
        let count = Double(rows.count)
        let means = sums.map { $0 / count }
        return (means, zip(squares, means).map { max(0, $0 / count - $1 * $1).squareRoot() })
    }

    /// Adds what tells the examples at `rows` from others.
    func add(_ rows: [Int], to hash: inout ContentHash) {
        switch self {
        case .memory(let tensor):
            let size = shape.reduce(1, *)
            // By rows, so that a selection of all rows is the same as the whole.
            for row in rows { hash.add(tensor, row * size..<(row + 1) * size) }
        case .files(let files): files.add(rows, to: &hash)
        case .made(let maker): maker.add(rows, to: &hash)
        }
    }
}
