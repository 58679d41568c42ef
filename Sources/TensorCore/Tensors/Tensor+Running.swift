// What is computed from element to element along an axis. Each throws `TensorError.axisOutOfRange`.
extension Tensor {
    /// Returns the sums of the elements up to each place of an axis, in order; of bool and uint8 as int64. Those of float32
    /// are added in 64 bits, as in PyTorch, so that the last one is as accurate as `sum`.
    package func cumulativeSum(axis: Int) throws -> Tensor { try accumulated(axis, isProduct: false) }

    /// Returns the products of the elements up to each place of an axis, with the types of `cumulativeSum`.
    package func cumulativeProduct(axis: Int) throws -> Tensor { try accumulated(axis, isProduct: true) }

    private func accumulated(_ axis: Int, isProduct: Bool) throws -> Tensor {
        let place = try checkedAxis(axis, operation: isProduct ? "cumprod" : "cumsum")
        let source = try cast(to: dtype.isFloatingPoint ? dtype : .int64).contiguous()
        let result = try Tensor.empty(shape, dtype: source.dtype)
        running(place).accumulate(source, isProduct: isProduct, into: result)
        try MemoryRefusal.check()
        return result
    }

    /// Returns `y[i] = addends[i] + factors[i] * y[i - 1]` along an axis, or reversed
    /// `y[i] = addends[i] + factors[i + 1] * y[i + 1]`; the first factor is not used.
    ///
    /// - Parameter factors: float32 or float64, as `addends`, which has its shape.
    package static func recurrence(
        _ factors: Tensor, _ addends: Tensor, axis: Int, isReversed: Bool
    ) throws -> Tensor {
        let place = try factors.checkedAxis(axis, operation: "recurrence")
        guard factors.shape == addends.shape else {
            throw TensorError.shape(
                operation: "recurrence", expected: "shape \(factors.shape)", actual: addends.shape)
        }
        guard factors.dtype.isFloatingPoint, factors.dtype == addends.dtype else {
            throw TensorError.dtype(
                operation: "recurrence", expected: "float32 or float64, both the same", actual: addends.dtype)
        }
        let result = try Tensor.empty(factors.shape, dtype: factors.dtype)
        try factors.running(place).recurrence(
            factors.contiguous(), addends.contiguous(), isReversed: isReversed, into: result)
        try MemoryRefusal.check()
        return result
    }

    /// Returns the gradient through `cumulativeProduct`, of which `g` is the gradient, or with `ofLast` through the product
    /// along the axis, of which `g` has one element a line. Zeros are exact.
    ///
    /// - Parameter g: float32 or float64, as the elements.
    package func productGradient(_ g: Tensor, axis: Int, ofLast: Bool) throws -> Tensor {
        let place = try checkedAxis(axis, operation: "cumprod")
        precondition(dtype.isFloatingPoint && g.dtype == dtype && g.count * (ofLast ? shape[place] : 1) == count)
        let result = try Tensor.empty(shape, dtype: dtype)
        try running(place).productGradient(contiguous(), g.contiguous(), ofLast: ofLast, into: result)
        try MemoryRefusal.check()
        return result
    }

    /// Returns the greatest or least elements up to each place of an axis, and where they are along it if that is wanted:
    /// int64.
    ///
    /// What is not a number counts as both; of equal elements it is the last.
    package func runningExtreme(
        _ extreme: Extreme, axis: Int, wantsPlaces: Bool = true
    ) throws -> (values: Tensor, places: Tensor?) {
        let place = try checkedAxis(axis, operation: "cum" + extreme.rawValue)
        let values = try Tensor.empty(shape, dtype: dtype)
        let places = wantsPlaces ? try Tensor.empty(shape, dtype: .int64) : nil
        try running(place).extremes(extreme, contiguous(), values: values, places: places)
        try MemoryRefusal.check()
        return (values, places)
    }

    private func running(_ axis: Int) -> Running {
        Running(size: shape[axis], inner: shape[(axis + 1)...].reduce(1, *))
    }
}
