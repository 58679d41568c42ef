// What backward passes do more often than anything else, each without a tensor between.
extension Tensor {
    /// Returns this gradient of a function's result times the function's slope: the gradient of its operand.
    ///
    /// - Parameters:
    ///   - operand: Of this tensor's shape, floating-point; as is `result`, the function of it.
    /// - Returns: Nil for a function that has no kernel for it.
    /// - Throws: `TensorError` `.shape`, `.dtype`, `.outOfMemory`.
    package func multiplied(
        bySlopeOf operation: UnaryOperation, operand: Tensor, result: Tensor
    ) throws -> Tensor? {
        guard let slope = operation.slope else { return nil }
        let point = slope.isOfResult ? result : operand
        try checkFits(point, operation: operation.name)
        let product = try Tensor.empty(shape, dtype: dtype)
        slope.run(try contiguous(), at: try point.contiguous(), into: product)
        return product
    }

    /// Returns the gradient of softmax's operand from this one of its result.
    ///
    /// - Parameter result: Of this tensor's shape, at least one axis, floating-point.
    /// - Throws: `TensorError` `.shape`, `.dtype`, `.axisOutOfRange`, `.outOfMemory`.
    package func softmaxGradient(at result: Tensor, axis: Int) throws -> Tensor {
        try rowGradient(.softmax, at: result, axis: axis, operation: "softmax")
    }

    /// Returns the gradient of log-softmax's operand from this one of its result; otherwise as `softmaxGradient`.
    package func logSoftmaxGradient(at result: Tensor, axis: Int) throws -> Tensor {
        try rowGradient(.logSoftmax, at: result, axis: axis, operation: "log_softmax")
    }

    private func rowGradient(_ kind: Softmax.Kind, at y: Tensor, axis: Int, operation: String) throws -> Tensor {
        try checkFits(y, operation: operation)
        let place = try checkedAxis(axis, operation: operation)
        let rows = try moved(place).contiguous()
        let result = try Tensor.empty(rows.shape, dtype: dtype)
        RowGradients.softmax(kind, rows, try y.moved(place).contiguous(), size: shape[place], into: result)
        return result.movedBack(place)
    }

    /// Returns the gradient of the cross entropy's logits from the logarithms of their probabilities, this tensor.
    ///
    /// `(exp(self) - target) * share`, where the target is one at the label and zero elsewhere, or
    /// `(1 - smoothing) * target + smoothing / C`.
    ///
    /// - Parameters:
    ///   - labels: int64 of shape `[N, d1, ...]` for `[N, C, d1, ...]`, from 0 to C - 1.
    ///   - shares: The gradients of the examples' losses, of the labels' shape and this tensor's type.
    /// - Throws: `TensorError` `.shape`, `.dtype`, `.classOutOfRange`, `.outOfMemory`.
    package func crossEntropyGradient(labels: Tensor, shares: Tensor, smoothing: Double) throws -> Tensor {
        guard rank >= 2, labels.shape == [shape[0]] + shape[2...] else {
            throw TensorError.shape(
                operation: "cross_entropy", expected: "labels for \(shape)", actual: labels.shape)
        }
        try labels.checkFits(shares, operation: "cross_entropy", isTypeFree: true)
        guard shares.dtype == dtype && dtype.isFloatingPoint else {
            throw TensorError.dtype(operation: "cross_entropy", expected: "float32 or float64", actual: shares.dtype)
        }
        let places = try labels.cast(to: .int64).contiguous()
        if let outside = places.integers().first(where: { $0 < 0 || $0 >= shape[1] }) {
            throw TensorError.classOutOfRange(index: outside, classes: shape[1])
        }
        let rows = try moved(1).contiguous()
        let result = try Tensor.empty(rows.shape, dtype: dtype)
        RowGradients.crossEntropy(
            rows, labels: places, shares: try shares.contiguous(), smoothing: smoothing, size: shape[1], into: result)
        return result.movedBack(1)
    }

    private func checkFits(_ other: Tensor, operation: String, isTypeFree: Bool = false) throws {
        guard other.shape == shape else {
            throw TensorError.shape(operation: operation, expected: "shape \(shape)", actual: other.shape)
        }
        guard isTypeFree || (other.dtype == dtype && dtype.isFloatingPoint) else {
            throw TensorError.dtype(operation: operation, expected: dtype.name, actual: other.dtype)
        }
    }
}
