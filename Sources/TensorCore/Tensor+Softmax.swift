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
}
