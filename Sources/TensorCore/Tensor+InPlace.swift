extension Tensor {
    /// Adds another tensor of the same shape and type, in place where nobody else sees the memory.
    ///
    /// - Throws: `TensorError` `.outOfMemory`, `.shape` for another shape, `.dtype` for another type.
    package mutating func add(_ other: Tensor) throws {
        guard other.shape == shape else {
            throw TensorError.shape(operation: "+=", expected: "shape \(shape)", actual: other.shape)
        }
        guard other.dtype == dtype else {
            throw TensorError.dtype(operation: "+=", expected: dtype.name, actual: other.dtype)
        }
        let repeats = zip(shape, strides).contains { $0 > 1 && $1 == 0 }
        guard isContiguous && !repeats && isKnownUniquelyReferenced(&storage) else {
            self = try Tensor.combine(.add, self, other)
            return
        }
        Combining.combine(.add, self, strides, other, other.strides, into: self)
    }
}
