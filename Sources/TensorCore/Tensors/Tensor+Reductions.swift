/// A way to make one element of many.
package enum Reduction: String, CaseIterable, Sendable {
    case sum, mean, max, min, prod, any, all

    /// The type that the operands are converted to before, and that of the results.
    func types(_ dtype: DType) -> (operand: DType, result: DType) {
        switch self {
        case .sum, .prod: (dtype, dtype.isFloatingPoint ? dtype : .int64)
        case .mean: (dtype, dtype.fraction)
        case .max, .min: (dtype, dtype)
        case .any, .all: (.bool, .bool)
        }
    }
}

extension Tensor {
    /// Returns the reduction of the elements along axes.
    ///
    /// Sums and products of bool and uint8 are int64, means of whole numbers float32. The order of float sums is fixed (see
    /// `Reducing`), and their error grows with the logarithm of the count. `max` and `min` of what holds a NaN are NaN.
    ///
    /// - Parameters:
    ///   - axes: The axes that go; all where `nil`.
    ///   - keepDims: Whether they stay with size 1.
    /// - Throws: `TensorError` `.axisOutOfRange`, `.argument` where an axis is named twice, `.emptyReduction` for the `max`
    ///   or `min` of nothing.
    package func reduced(_ reduction: Reduction, axes: [Int]? = nil, keepDims: Bool = false) throws -> Tensor {
        if axes == nil && !keepDims && isContiguous {
            let types = reduction.types(dtype)
            let count = count
            if count == 0 && (reduction == .max || reduction == .min) {
                throw TensorError.emptyReduction(operation: reduction.rawValue)
            }
            guard types.operand == dtype else { return try cast(to: types.operand).reduced(reduction) }
            let result = try Tensor.empty([], dtype: types.result)
            Reducing.reduce(reduction, self, outer: 1, size: count, inner: 1, meanCount: count, into: result)
            return result
        }
        let isReduced = try reducedAxes(axes, operation: reduction.rawValue)
        let types = reduction.types(dtype)
        let operand = try cast(to: types.operand)
        let result = try operand.reducing(reduction, isReduced, into: types.result)
        return keepDims ? result : result.dropping(isReduced)
    }

    /// Whether each axis is to be reduced.
    func reducedAxes(_ axes: [Int]?, operation: String) throws -> [Bool] {
        var isReduced = [Bool](repeating: axes == nil, count: rank)
        for axis in axes ?? [] {
            let place = try checkedAxis(axis, operation: operation)
            if isReduced[place] {
                throw TensorError.argument(
                    operation: operation, name: "axis", reason: "names an axis twice: \(axes ?? [])")
            }
            isReduced[place] = true
        }
        return isReduced
    }

    func dropping(_ isDropped: [Bool]) -> Tensor {
        let kept = shape.indices.filter { !isDropped[$0] }
        return view(shape: kept.map { shape[$0] }, strides: kept.map { strides[$0] })
    }

    /// The reduction with the reduced axes kept at size 1.
    private func reducing(_ reduction: Reduction, _ isReduced: [Bool], into dtype: DType) throws -> Tensor {
        if !isContiguous {
            // In the order of memory where that leaves no gaps, else a copy.
            let order = shape.indices.sorted { (abs(strides[$0]), -$0) > (abs(strides[$1]), -$1) }
            let ordered = try permute(order)
            guard ordered.isContiguous else { return try copy().reducing(reduction, isReduced, into: dtype) }
            let result = try ordered.reducing(reduction, order.map { isReduced[$0] }, into: dtype)
            var back = order
            for (place, axis) in order.enumerated() { back[axis] = place }
            return try result.permute(back).contiguous()
        }
        // Neighbouring axes of one kind are one segment.
        var segments: [(size: Int, isReduced: Bool)] = []
        var count = 1
        for axis in shape.indices {
            if isReduced[axis] { count *= shape[axis] }
            if shape[axis] == 1 { continue }
            if let last = segments.last, last.isReduced == isReduced[axis] {
                segments[segments.count - 1].size *= shape[axis]
            } else {
                segments.append((shape[axis], isReduced[axis]))
            }
        }
        if !segments.contains(where: \.isReduced) { segments.append((1, true)) }
        let resultShape = shape.indices.map { isReduced[$0] ? 1 : shape[$0] }
        if count == 0 && (reduction == .max || reduction == .min) && resultShape.reduce(1, *) > 0 {
            throw TensorError.emptyReduction(operation: reduction.rawValue)
        }
        // The last reduced segment goes first.
        var current = self
        while let place = segments.lastIndex(where: \.isReduced) {
            let outer = segments[..<place].reduce(1) { $0 * $1.size }
            let inner = segments[(place + 1)...].reduce(1) { $0 * $1.size }
            let size = segments[place].size
            segments.remove(at: place)
            let isLast = !segments.contains(where: \.isReduced)
            let stage: DType =
                reduction == .mean && !self.dtype.isFloatingPoint && !isLast ? .int64 : dtype
            let next = try Tensor.empty([outer, inner], dtype: stage)
            Reducing.reduce(
                reduction, current, outer: outer, size: size, inner: inner, meanCount: isLast ? count : nil, into: next)
            current = next
        }
        return current.view(shape: resultShape, strides: Tensor.rowMajorStrides(resultShape))
    }

    /// Which extreme an index is asked for.
    package enum Extreme: String, Sendable { case max, min }

    /// Returns the index of the greatest or least element along an axis, the first where there are several.
    ///
    /// What is not a number counts as both.
    ///
    /// - Parameter axis: `nil` for the index among all elements in row-major order.
    /// - Returns: An int64 tensor without the axis, or with size 1 there.
    /// - Throws: `TensorError` `.axisOutOfRange`, `.emptyReduction`.
    package func argument(_ extreme: Extreme, axis: Int?, keepDims: Bool = false) throws -> Tensor {
        let operation = "arg" + extreme.rawValue
        guard let axis else {
            let result = try reshape([count]).argument(extreme, axis: 0)
            return try keepDims ? result.reshape([Int](repeating: 1, count: rank)) : result
        }
        return try extremes(extreme, axis: axis, keepDims: keepDims, operation: operation).indices
    }

    /// Returns the greatest or least elements along an axis with their indices, which are those of `argument`.
    ///
    /// - Throws: `TensorError` `.axisOutOfRange`, `.emptyReduction`.
    package func extremes(
        _ extreme: Extreme, axis: Int, keepDims: Bool = false, operation: String
    ) throws -> (values: Tensor, indices: Tensor) {
        let place = try checkedAxis(axis, operation: operation)
        let rows = try moved(place).contiguous()
        let size = shape[place]
        var target = shape
        target[place] = 1
        let values = try Tensor.empty(target, dtype: dtype)
        let indices = try Tensor.empty(target, dtype: .int64)
        if size == 0 {
            if indices.count > 0 { throw TensorError.emptyReduction(operation: operation) }
        } else {
            Reducing.argument(extreme, rows, size: size, values: values, indices: indices)
        }
        return keepDims ? (values, indices) : (values.dropping(place), indices.dropping(place))
    }

    /// A view with one axis moved to the end; the order of the others stays.
    func moved(_ axis: Int) -> Tensor {
        if axis == rank - 1 { return self }
        var shape = shape
        var strides = strides
        shape.append(shape.remove(at: axis))
        strides.append(strides.remove(at: axis))
        return view(shape: shape, strides: strides)
    }

    /// A view with the last axis moved to a place before; undoes `moved`.
    func movedBack(_ axis: Int) -> Tensor {
        if axis == rank - 1 { return self }
        var shape = shape
        var strides = strides
        shape.insert(shape.removeLast(), at: axis)
        strides.insert(strides.removeLast(), at: axis)
        return view(shape: shape, strides: strides)
    }

    /// Returns the variance along axes: `sum((x - mean)^2) / (count - correction)`.
    ///
    /// - Parameter correction: 1 for the unbiased estimate (PyTorch's default), 0 for the population (NumPy's).
    /// - Returns: The type of the elements; for whole numbers float32.
    /// - Throws: `TensorError` `.axisOutOfRange`, `.argument` where an axis is named twice.
    package func variance(axes: [Int]? = nil, correction: Int = 1, keepDims: Bool = false) throws -> Tensor {
        let isReduced = try reducedAxes(axes, operation: "var")
        guard dtype.isFloatingPoint else {
            // The differences from a large mean need all digits of the whole numbers.
            let result = try cast(to: .float64).variance(axes: axes, correction: correction, keepDims: keepDims)
            return try result.cast(to: dtype.fraction)
        }
        let x = self
        let count = zip(shape, isReduced).reduce(1) { $1.1 ? $0 * $1.0 : $0 }
        let mean = try x.reduced(.mean, axes: axes, keepDims: true)
        let squares = try Tensor.combine(.subtract, x, mean).map(.square)
        return try squares.reduced(.sum, axes: axes, keepDims: keepDims)
            .combined(.divide, with: max(Double(count) - Double(correction), 0))
    }

    /// Returns the Euclidean norm along axes: the root of the sum of squares.
    ///
    /// - Returns: The type of the elements; for whole numbers float32.
    /// - Throws: `TensorError` `.axisOutOfRange`, `.argument` where an axis is named twice.
    package func norm(axes: [Int]? = nil, keepDims: Bool = false) throws -> Tensor {
        guard dtype.isFloatingPoint else {
            // Squares of whole numbers may not fit in their type.
            let result = try cast(to: .float64).norm(axes: axes, keepDims: keepDims)
            return try result.cast(to: dtype.fraction)
        }
        return try map(.square).reduced(.sum, axes: axes, keepDims: keepDims).map(.sqrt)
    }
}
