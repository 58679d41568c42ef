extension Tensor {
    /// Replaces each element by a function of it. The caller alone has the memory, which is contiguous and float32.
    ///
    /// - Returns: This tensor.
    package func mappedInPlace(_ operation: UnaryOperation) -> Tensor {
        precondition(isContiguous && dtype == .float32)
        operation.run(self, into: self)
        return self
    }

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

    /// Adds a tensor to the elements that `at(indices)` reads, if that can be done in place.
    ///
    /// - Parameter other: Of the shape that `at(indices)` has, and of the same type.
    /// - Returns: Whether it was added; nothing is done where others see the memory, or the elements do not lie side by
    ///   side.
    package mutating func add(_ other: Tensor, at indices: [TensorIndex]) throws -> Bool {
        let isAdvanced = indices.contains {
            if case .tensor = $0 { true } else { false }
        }
        guard !isAdvanced && isContiguous && isKnownUniquelyReferenced(&storage) else { return false }
        let selection = try Selection(self, indices)
        guard selection.view.isContiguous, other.shape == selection.shape, other.dtype == dtype
        else { return false }
        Combining.combine(
            .add, selection.view, selection.view.strides, other, other.strides, into: selection.view)
        return true
    }
}
