/// Rows added to those of a table that indices name: the adjoint of a look-up. A chunk is a block of columns, so each
/// sum is made in the order of the indices.
struct RowScatter<V: GateVector>: ChunkedWork {
    typealias Scalar = V.Scalar

    private static var blockColumns: Int { 64 }

    /// `[indices, columns]`.
    let source: UnsafePointer<Scalar>
    /// Each one of the table's rows, or negative where nothing is added.
    let rows: [Int]
    let columns: Int
    let table: UnsafeMutablePointer<Scalar>

    func perform() {
        let block = RowScatter.blockColumns
        Threads.perform((columns + block - 1) / block, self)
    }

    func run(chunk: Int) {
        let first = chunk * RowScatter.blockColumns
        let end = min(first + RowScatter.blockColumns, columns)
        for (index, row) in rows.enumerated() where row >= 0 {
            let from = source + index * columns
            let to = table + row * columns
            var column = first
            while column &+ V.scalarCount <= end {
                (V.load(to + column) + .load(from + column)).store(to + column)
                column &+= V.scalarCount
            }
            while column < end {
                to[column] += from[column]
                column &+= 1
            }
        }
    }
}

extension Tensor {
    /// Returns zeros of `shape`, `[rows, ...]`, with each row of `source` added to the row that an index names.
    ///
    /// - Parameters:
    ///   - source: The shape of `indices`, then that of a row; float32 or float64.
    ///   - indices: int64 or uint8, counted from the end where negative.
    ///   - skipping: A row to which nothing is added.
    /// - Throws: `TensorError` `.indexOutOfRange`, `.outOfMemory`.
    package static func scatterRows(
        _ source: Tensor, at indices: Tensor, into shape: [Int], skipping skipped: Int? = nil
    ) throws -> Tensor {
        let result = try zeros(shape, dtype: source.dtype)
        try result.addToRows(source, at: indices, skipping: skipped)
        return result
    }

    /// Adds each row of `source` to the row of this tensor that an index names, if that can be done in place; otherwise as
    /// `scatterRows`.
    ///
    /// - Returns: Whether it was added; nothing is done where others see the memory.
    package mutating func add(_ source: Tensor, toRowsAt indices: Tensor, skipping skipped: Int? = nil) throws -> Bool {
        guard isContiguous, source.dtype == dtype, isKnownUniquelyReferenced(&storage) else { return false }
        try addToRows(source, at: indices, skipping: skipped)
        return true
    }

    private func addToRows(_ source: Tensor, at indices: Tensor, skipping skipped: Int?) throws {
        let rows = try indices.integers().map { index in
            let row = index < 0 ? index + shape[0] : index
            guard row >= 0, row < shape[0] else {
                throw TensorError.indexOutOfRange(axis: 0, size: shape[0], index: index)
            }
            return row == skipped ? -1 : row
        }
        let source = try source.contiguous()
        let columns = shape.dropFirst().reduce(1, *)
        if source.dtype == .float32 {
            RowScatter<FloatVector>(
                source: source.pointer(Float.self), rows: rows, columns: columns, table: pointer(Float.self)
            ).perform()
        } else {
            RowScatter<DoubleVector>(
                source: source.pointer(Double.self), rows: rows, columns: columns, table: pointer(Double.self)
            ).perform()
        }
    }
}
