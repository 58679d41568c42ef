import TensorCore

extension Variable {
    /// Returns the matrix product, with vectors and batches as in `Tensor.matmul`.
    package func matmul(_ other: Variable) throws -> Variable { try .apply(MatrixProduct(), [self, other]) }

    /// Returns `self weight^T + bias`: `[..., I]`, `[O, I]`, `[O]` -> `[..., O]`.
    package func linear(_ weight: Variable, bias: Variable? = nil) throws -> Variable {
        guard rank > 0, dtype.isFloatingPoint, [weight, bias ?? weight].allSatisfy({ $0.dtype == dtype }) else {
            let product = try matmul(weight.transpose(0, 1))
            return try bias.map { try product + $0 } ?? product
        }
        return try .apply(LinearMap(), [self, weight] + (bias.map { [$0] } ?? []))
    }

    /// Returns the sum of the products of two vectors' elements.
    package static func dot(_ a: Variable, _ b: Variable) throws -> Variable {
        for operand in [a, b] where operand.rank != 1 {
            throw TensorError.shape(operation: "dot", expected: "a vector", actual: operand.shape)
        }
        return try a.matmul(b)
    }

    /// Returns the products of each element of one vector with each of another, shape `[a, b]`.
    package static func outer(_ a: Variable, _ b: Variable) throws -> Variable {
        for operand in [a, b] where operand.rank != 1 {
            throw TensorError.shape(operation: "outer", expected: "a vector", actual: operand.shape)
        }
        return try a.unsqueeze(1) * b.unsqueeze(0)
    }
}
