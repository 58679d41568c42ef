import TensorCore

// `axes` are those that go, all of them where nil; with `keepDims` they stay with size 1.
extension Variable {
    package func sum(axes: [Int]? = nil, keepDims: Bool = false) throws -> Variable {
        try applying(Sum(axes: axes, keepDims: keepDims))
    }

    package func mean(axes: [Int]? = nil, keepDims: Bool = false) throws -> Variable {
        try applying(Mean(axes: axes, keepDims: keepDims))
    }

    package func prod(axes: [Int]? = nil, keepDims: Bool = false) throws -> Variable {
        try applying(Product(axes: axes, keepDims: keepDims))
    }

    /// Returns the greatest elements.
    ///
    /// Along one axis, the first of equal ones gets the gradient; along several, they share it, as in PyTorch.
    package func max(axes: [Int]? = nil, keepDims: Bool = false) throws -> Variable {
        try extreme(.max, axes, keepDims)
    }

    /// Returns the least elements; gradients as for `max`.
    package func min(axes: [Int]? = nil, keepDims: Bool = false) throws -> Variable {
        try extreme(.min, axes, keepDims)
    }

    private func extreme(_ extreme: Tensor.Extreme, _ axes: [Int]?, _ keepDims: Bool) throws -> Variable {
        if isTracked, let axes, axes.count == 1 {
            return try applying(ExtremeAlong(extreme: extreme, axis: axes[0], keepDims: keepDims))
        }
        return try applying(Extreme(extreme: extreme, axes: axes, keepDims: keepDims))
    }

    /// Returns `sum((x - mean)^2) / (count - correction)`.
    package func variance(axes: [Int]? = nil, correction: Int = 1, keepDims: Bool = false) throws -> Variable {
        try applying(Variance(axes: axes, correction: correction, keepDims: keepDims))
    }

    /// Returns the root of the variance.
    package func std(axes: [Int]? = nil, correction: Int = 1, keepDims: Bool = false) throws -> Variable {
        try applying(StandardDeviation(variance: Variance(axes: axes, correction: correction, keepDims: keepDims)))
    }

    /// Returns the Euclidean norm, `sqrt(sum(x^2))`.
    package func norm(axes: [Int]? = nil, keepDims: Bool = false) throws -> Variable {
        try applying(Norm(axes: axes, keepDims: keepDims))
    }

    /// Returns the sums of the elements up to each place of an axis.
    package func cumulativeSum(axis: Int) throws -> Variable { try applying(CumulativeSum(axis: axis)) }

    /// Returns the elements of an axis in order; equal ones keep theirs.
    package func sorted(axis: Int = -1, descending: Bool = false) throws -> Variable {
        let sorted = try value.sorted(axis: axis, descending: descending)
        guard isTracked, rank > 0 else { return isTracked ? self : Variable(sorted.values) }
        return try gather(axis: axis, indices: sorted.indices)
    }

    /// Returns the elements that would stand at some places of an axis if it were sorted.
    ///
    /// - Parameter ranks: The places, from 0.
    func ranked(_ ranks: [Int], axis: Int) throws -> Variable {
        let found = try value.ranked(ranks, axis: axis)
        return isTracked ? try gather(axis: axis, indices: found.indices) : Variable(found.values)
    }

    /// Returns the greatest or least elements along an axis, of equal ones the first, and their indices.
    package func extremes(
        _ extreme: Tensor.Extreme, axis: Int, keepDims: Bool
    ) throws -> (values: Variable, indices: Tensor) {
        let found = try value.extremes(extreme, axis: axis, keepDims: true, operation: "arg" + extreme.rawValue)
        let values = isTracked ? try gather(axis: axis, indices: found.indices) : Variable(found.values)
        return keepDims ? (values, found.indices) : (try values.squeeze(axis), try found.indices.squeeze(axis))
    }

    /// Returns the `count` greatest or least elements along an axis in order, and where they were.
    package func topK(
        _ count: Int, axis: Int = -1, largest: Bool = true
    ) throws -> (values: Variable, indices: Tensor) {
        let top = try value.topK(count, axis: axis, largest: largest)
        return (isTracked ? try gather(axis: axis, indices: top.indices) : Variable(top.values), top.indices)
    }

    /// Returns `exp(x) / sum(exp(x))` along an axis, without overflow.
    package func softmax(axis: Int = -1) throws -> Variable { try applying(Softmax(axis: axis)) }

    /// Returns `x - log(sum(exp(x)))` along an axis, without overflow.
    package func logSoftmax(axis: Int = -1) throws -> Variable { try applying(LogSoftmax(axis: axis)) }

    /// Returns `log(sum(exp(x)))`, without overflow; minus infinity for nothing.
    package func logSumExp(axes: [Int]? = nil, keepDims: Bool = false) throws -> Variable {
        if let axes, axes.count == 1 { return try applying(LogSumExp(axis: axes[0], keepDims: keepDims)) }
        let places = try (axes ?? Array(0..<rank)).map { try place(of: $0, operation: "logsumexp") }
        guard Set(places).count == places.count else {
            throw TensorError.argument(
                operation: "logsumexp", name: "axis", reason: "names an axis twice: \(axes ?? [])")
        }
        // The axes as one, at the end.
        let others = (0..<rank).filter { !places.contains($0) }
        let sizes = others.map { shape[$0] }
        let joined = places.reduce(1) { $0 * shape[$1] }
        let result = try permute(others + places).reshape(sizes + [joined])
            .applying(LogSumExp(axis: -1, keepDims: false))
        return keepDims ? try result.reshape(shape.indices.map { places.contains($0) ? 1 : shape[$0] }) : result
    }
}
