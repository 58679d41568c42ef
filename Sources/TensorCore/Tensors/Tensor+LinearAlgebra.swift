extension Tensor {
    /// Returns the matrix product.
    ///
    ///     [m, k] @ [k, n] -> [m, n]          [b, m, k] @ [k, n] -> [b, m, n]
    ///     [k] @ [k] -> []                    [m, k] @ [k] -> [m]
    ///
    /// Axes before the last two are batches and broadcast. A vector on the left is a row, on the right a column, and that
    /// axis does not stay. Products of bool and uint8 are int64.
    ///
    /// - Throws: `TensorError` `.matrixProduct` where the inner sizes differ or an operand has no axes, `.broadcast` for the
    ///   batches.
    package static func matmul(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        if a.rank == 2 && b.rank == 2 && a.dtype == b.dtype && a.dtype.isFloatingPoint {
            let result = try empty([a.shape[0], b.shape[1]], dtype: a.dtype)
            try MatrixProduct.multiply(a, b, into: result)
            return result
        }
        try checkMatrixProduct(a.shape, b.shape)
        let promoted = DType.promoted(a.dtype, b.dtype)
        let dtype = promoted.isFloatingPoint ? promoted : .int64
        var left = try a.cast(to: dtype)
        var right = try b.cast(to: dtype)
        if a.rank == 1 { left = left.view(shape: [1] + left.shape, strides: [0] + left.strides) }
        if b.rank == 1 { right = right.view(shape: right.shape + [1], strides: right.strides + [0]) }
        var result = try matrixProduct(left, right)
        if b.rank == 1 { result = result.dropping(result.rank - 1) }
        if a.rank == 1 { result = result.dropping(result.rank - (b.rank == 1 ? 1 : 2)) }
        return result
    }

    private static func checkMatrixProduct(_ a: [Int], _ b: [Int]) throws {
        guard let inner = a.last, !b.isEmpty, inner == b[max(b.count - 2, 0)] else {
            throw TensorError.matrixProduct(a, b)
        }
    }

    /// Returns the shape of the matrix product of tensors of two shapes.
    ///
    /// - Throws: What `matmul` throws for them.
    package static func matrixProductShape(_ a: [Int], _ b: [Int]) throws -> [Int] {
        try checkMatrixProduct(a, b)
        let batch = try broadcastShape("@", Array(a.dropLast(2)), Array(b.dropLast(2)))
        return batch + a.dropLast().suffix(1) + (b.count > 1 ? b.suffix(1) : [])
    }

    /// Returns `x weight^T + bias`, in one pass over the result.
    ///
    ///     [..., I], [O, I], [O] -> [..., O]
    ///
    /// - Parameter bias: None for 0. All are of one floating-point type.
    /// - Throws: `TensorError` `.matrixProduct` where the inner sizes differ, `.shape` for a bias of another size, `.dtype`.
    package static func linear(_ x: Tensor, _ weight: Tensor, bias: Tensor?) throws -> Tensor {
        guard let inner = x.shape.last, weight.rank == 2, weight.shape[1] == inner else {
            throw TensorError.matrixProduct(x.shape, weight.shape.reversed())
        }
        let outputs = weight.shape[0]
        if let bias, bias.shape != [outputs] {
            throw TensorError.shape(operation: "linear", expected: "a bias [\(outputs)]", actual: bias.shape)
        }
        let shape = x.shape.dropLast() + [outputs]
        let count = x.shape.dropLast().reduce(1, *)
        let rows = try x.contiguous().view(shape: [count, inner], strides: [inner, 1])
        let result =
            try bias.map { try $0.broadcast(to: [count, outputs]).copy() } ?? empty([count, outputs], dtype: x.dtype)
        try MatrixProduct.multiply(rows, weight.permute([1, 0]), into: result, accumulate: bias != nil)
        return result.view(shape: Array(shape), strides: rowMajorStrides(Array(shape)))
    }

    /// The product of operands of at least two axes and one type.
    private static func matrixProduct(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        let (m, k, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1], b.shape[b.rank - 1])
        if b.rank == 2 && a.rank > 2 && a.isContiguous {
            // All rows of the batch as one matrix.
            let rows = try empty(a.shape.dropLast() + [n], dtype: a.dtype)
            let count = k == 0 ? 0 : a.count / k
            let flat = k == 0 ? rows.count / max(n, 1) : count
            MatrixBatches.multiply(
                a.view(shape: [flat, k], strides: [k, 1]), b, into: rows)
            try MemoryRefusal.check()
            return rows
        }
        let batch = try broadcastShape("@", Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
        let result = try empty(batch + [m, n], dtype: a.dtype)
        MatrixBatches.multiply(
            try a.broadcast(to: batch + [m, k]), try b.broadcast(to: batch + [k, n]), into: result)
        try MemoryRefusal.check()
        return result
    }

    /// Returns the sum of the products of two vectors' elements.
    ///
    /// - Throws: `TensorError` `.shape` for what is not a vector, `.matrixProduct` for different sizes.
    package static func dot(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        for operand in [a, b] where operand.rank != 1 {
            throw TensorError.shape(operation: "dot", expected: "a vector", actual: operand.shape)
        }
        return try matmul(a, b)
    }

    /// Returns the products of each element of one vector with each of another, shape `[a, b]`.
    ///
    /// - Throws: `TensorError.shape` for what is not a vector.
    package static func outer(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        for operand in [a, b] where operand.rank != 1 {
            throw TensorError.shape(operation: "outer", expected: "a vector", actual: operand.shape)
        }
        return try combine(.multiply, a.unsqueeze(1), b.unsqueeze(0))
    }
}
