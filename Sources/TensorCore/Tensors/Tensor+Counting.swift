extension Tensor {
    /// Returns how often each of 0, 1, 2, ... is among the elements: int64, `[count]`.
    ///
    /// - Parameter count: More than the greatest of them.
    /// - Throws: `TensorError.argument` for an element below 0 or not below `count`, `.dtype` for fractions.
    package func counts(_ count: Int) throws -> Tensor {
        guard !dtype.isFloatingPoint else {
            throw TensorError.dtype(operation: "bincount", expected: "whole numbers", actual: dtype)
        }
        let result = try Tensor.zeros([count], dtype: .int64)
        if self.count == 0 { return result }
        let numbers = try cast(to: .int64)
        let (least, greatest) = (try numbers.reduced(.min).wholeValue, try numbers.reduced(.max).wholeValue)
        guard least >= 0, greatest < count else {
            throw TensorError.argument(
                operation: "bincount", name: "x", reason: "has \(least < 0 ? least : greatest), and counts \(count)")
        }
        try Counting.count(numbers.contiguous(), into: result)
        return result
    }

    /// Returns how many elements lie between neighbouring edges, the left one included and the last one too: int64.
    ///
    /// - Parameters:
    ///   - edges: At least two, rising.
    ///   - areEven: Whether they are about as far from each other.
    package func histogram(edges: [Double], areEven: Bool) throws -> Tensor {
        let result = try Tensor.zeros([edges.count - 1], dtype: .int64)
        try Counting.histogram(contiguous(), edges: edges, areEven: areEven, into: result)
        return result
    }

    /// Returns where the elements are that are not 0, in row-major order: int64, `[count, axes]`.
    package func placesOfNonzero() throws -> Tensor {
        let mask = try cast(to: .bool).contiguous()
        let count = Int(try mask.reduced(.sum).wholeValue)
        let result = try Tensor.empty([count, rank], dtype: .int64)
        if count > 0, rank > 0 { try Counting.places(mask, into: result) }
        return result
    }

    private var wholeValue: Int64 { ElementAccess.readWhole(self, at: 0) }
}
