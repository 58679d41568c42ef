import TensorCore

extension Variable {
    /// Returns the matrix product, with vectors and batches as in `Tensor.matmul`.
    package func matmul(_ other: Variable) throws -> Variable { try .apply(MatrixProduct(), [self, other]) }

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
