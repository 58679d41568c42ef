extension MatrixProduct {
    /// Writes, or adds, the product of two matrices to a third.
    ///
    /// - Parameters:
    ///   - a: Shape `[M, K]`, any strides, float32 or float64.
    ///   - b: Shape `[K, N]`, any strides, of the same type.
    ///   - c: Shape `[M, N]`, of the same type, contiguous rows, and not sharing memory with the others.
    ///   - accumulate: Whether the product is added to what `c` holds.
    /// - Throws: `TensorError.matrixProduct` if the sizes do not agree, `.shape` or `.dtype` if the result cannot hold it,
    ///   `.workMemory`.
    package static func multiply(_ a: Tensor, _ b: Tensor, into c: Tensor, accumulate: Bool = false) throws {
        guard a.rank == 2, b.rank == 2, a.shape[1] == b.shape[0] else {
            throw TensorError.matrixProduct(a.shape, b.shape)
        }
        let shape = [a.shape[0], b.shape[1]]
        guard c.shape == shape, shape[1] <= 1 || c.strides[1] == 1 else {
            throw TensorError.shape(operation: "matmul", expected: "\(shape), contiguous rows", actual: c.shape)
        }
        guard a.dtype.isFloatingPoint, a.dtype == b.dtype, b.dtype == c.dtype else {
            let wrong = a.dtype.isFloatingPoint ? (a.dtype == b.dtype ? c.dtype : b.dtype) : a.dtype
            throw TensorError.dtype(operation: "matmul", expected: "float32 or float64, all the same", actual: wrong)
        }
        if a.dtype == .float32 {
            multiply(
                a: a.pointer(Float.self), aRowStride: a.strides[0], aColStride: a.strides[1],
                b: b.pointer(Float.self), bRowStride: b.strides[0], bColStride: b.strides[1],
                c: c.pointer(Float.self), cRowStride: c.strides[0],
                m: shape[0], n: shape[1], k: a.shape[1], accumulate: accumulate)
        } else {
            multiply(
                a: a.pointer(Double.self), aRowStride: a.strides[0], aColStride: a.strides[1],
                b: b.pointer(Double.self), bRowStride: b.strides[0], bColStride: b.strides[1],
                c: c.pointer(Double.self), cRowStride: c.strides[0],
                m: shape[0], n: shape[1], k: a.shape[1], accumulate: accumulate)
        }
        try MemoryRefusal.check()
    }
}
