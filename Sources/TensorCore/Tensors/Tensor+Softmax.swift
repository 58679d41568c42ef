extension Tensor {
    /// Returns `exp(x) / sum(exp(x))` along an axis, without overflow.
    ///
    /// - Throws: `TensorError.axisOutOfRange`.
    package func softmax(axis: Int = -1) throws -> Tensor {
        try normalized(.softmax, axis: axis, operation: "softmax")
    }

    /// Returns `x - log(sum(exp(x)))` along an axis, without overflow.
    ///
    /// - Throws: `TensorError.axisOutOfRange`.
    package func logSoftmax(axis: Int = -1) throws -> Tensor {
        try normalized(.logSoftmax, axis: axis, operation: "log_softmax")
    }

    private func normalized(_ kind: Softmax.Kind, axis: Int, operation: String) throws -> Tensor {
        if rank == 0 { return try reshape([1]).normalized(kind, axis: axis, operation: operation).reshape([]) }
        let place = try checkedAxis(axis, operation: operation)
        let rows = try (dtype.isFloatingPoint ? self : cast(to: .float32)).moved(place).contiguous()
        let result = try Tensor.empty(rows.shape, dtype: rows.dtype)
        Softmax.normalize(kind, rows, size: shape[place], into: result)
        return try result.movedBack(place).contiguous()
    }

    /// Returns `log(sum(exp(x)))` along an axis, without overflow; minus infinity for nothing.
    ///
    /// - Throws: `TensorError.axisOutOfRange`.
    package func logSumExp(axis: Int = -1, keepDims: Bool = false) throws -> Tensor {
        let place = try checkedAxis(axis, operation: "logsumexp")
        let rows = try (dtype.isFloatingPoint ? self : cast(to: .float32)).moved(place).contiguous()
        var target = shape
        target[place] = 1
        let result = try Tensor.empty(target, dtype: rows.dtype)
        let scratch = try Tensor.empty([shape[place]], dtype: rows.dtype)
        Softmax.logSumExp(rows, size: shape[place], scratch: scratch, into: result)
        return keepDims ? result : result.dropping(place)
    }

    /// Returns `exp(scale * x) / sum(exp(scale * x))` along the last axis over the places that a mask does not hide.
    ///
    /// Hidden places are 0; where all of a row are, so is the row.
    ///
    /// - Parameter mask: True where a place is hidden; broadcasts to this tensor's shape.
    /// - Throws: `TensorError` `.broadcast`, `.axisOutOfRange`, `.dtype`, `.outOfMemory`.
    package func maskedSoftmax(_ mask: Tensor?, scale: Double = 1) throws -> Tensor {
        guard let size = shape.last else {
            throw TensorError.axisOutOfRange(operation: "softmax", axis: -1, rank: 0)
        }
        guard dtype.isFloatingPoint else {
            throw TensorError.dtype(operation: "softmax", expected: "float32 or float64", actual: dtype)
        }
        let mask = try mask.map { try ($0.dtype == .bool ? $0 : $0.cast(to: .bool)).broadcast(to: shape) }
        let scores = try contiguous()
        let result = try Tensor.empty(shape, dtype: dtype)
        if result.count == 0 { return result }
        if dtype == .float32 {
            SoftmaxRows<FloatVector>(scores, size: size, kind: .softmax, scale: scale, mask: mask, into: result)
                .perform()
        } else {
            SoftmaxRows<DoubleVector>(scores, size: size, kind: .softmax, scale: scale, mask: mask, into: result)
                .perform()
        }
        return result
    }
}
