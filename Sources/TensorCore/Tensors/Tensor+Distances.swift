extension Tensor {
    /// Returns the Euclidean distances of the rows of two tensors: `[..., m, size]`, `[..., n, size]` -> `[..., m, n]`.
    ///
    /// With more than 25 rows on either side they come from one matrix product, except those much shorter than the rows,
    /// which the product would leave few digits of: each errs by at most some 20 units in its last place times the root
    /// of `size`.
    ///
    /// - Parameters:
    ///   - a: float32 or float64, as `b`, whose leading axes are the same.
    /// - Throws: `TensorError` `.shape`, `.dtype`, `.workMemory`.
    package static func distances(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        guard a.rank >= 2, b.rank == a.rank, a.shape.last == b.shape.last,
            a.shape.dropLast(2) == b.shape.dropLast(2)
        else {
            throw TensorError.shape(operation: "cdist", expected: "rows as those of \(a.shape)", actual: b.shape)
        }
        guard a.dtype.isFloatingPoint, a.dtype == b.dtype else {
            throw TensorError.dtype(operation: "cdist", expected: "float32 or float64, both the same", actual: b.dtype)
        }
        let (m, n, size) = (a.shape[a.rank - 2], b.shape[b.rank - 2], a.shape[a.rank - 1])
        let lead = a.shape.dropLast(2)
        let batches = lead.reduce(1, *)
        let (rows, others) = (
            try a.reshape([batches, m, size]).contiguous(), try b.reshape([batches, n, size]).contiguous()
        )
        let result: Tensor
        let hasProducts = size > 0 && (m > 25 || n > 25)
        if hasProducts {
            result = try Tensor.matmul(rows, others.transpose(1, 2)).contiguous()
        } else {
            result = try Tensor.empty([batches, m, n], dtype: a.dtype)
        }
        if result.count > 0 { RowDistances.write(rows, others, hasProducts: hasProducts, into: result) }
        try MemoryRefusal.check()
        return try result.reshape(lead + [m, n])
    }
}
