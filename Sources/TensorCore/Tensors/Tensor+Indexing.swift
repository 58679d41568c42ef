/// One entry between the brackets of `x[...]`.
package enum TensorIndex {
    /// One place of an axis, which the result does not have.
    case index(Int)
    /// The places `start, start + step, ...` before `stop`, with the defaults and the clamping of Python.
    case slice(start: Int?, stop: Int?, step: Int)
    case all
    /// An axis of size 1 that the tensor does not have.
    case newAxis
    /// As many `all` as are left.
    case ellipsis
    /// Places of an axis (int64 or uint8), or a mask (bool) over as many axes as it has.
    case tensor(Tensor)
}

extension Tensor {
    /// Returns the elements at indices, with the semantics of NumPy.
    ///
    ///     try x.at([.index(-1), .slice(start: 0, stop: nil, step: 2)])   // x[-1, 0::2]
    ///
    /// - Returns: A view where no index is a tensor, else a copy.
    /// - Throws: `TensorError` `.indexOutOfRange`, `.tooManyIndices`, `.dtype`, `.shape` (a mask's), `.broadcast` (index
    ///   tensors of different shapes), `.argument` (a step of 0, two ellipses).
    package func at(_ indices: [TensorIndex]) throws -> Tensor {
        if indices.count == 1, case .index(let index) = indices[0], rank > 0 {
            let place = try checkedIndex(index, axis: 0)
            return view(
                shape: Array(shape.dropFirst()), strides: Array(strides.dropFirst()),
                offset: offset + place * strides[0])
        }
        let selection = try Selection(self, indices)
        guard let places = selection.places else { return selection.view }
        let result = try Tensor.empty(selection.shape, dtype: dtype)
        Gathering.gather(selection.view, places, into: result)
        return result
    }

    /// Replaces the elements at indices, with the semantics of NumPy.
    ///
    /// The value is broadcast to the shape of `at(indices)` and converted to this tensor's type. Where an index tensor
    /// names a place twice, the last value stays.
    ///
    /// - Throws: What `at` throws, and `TensorError.broadcast` where the value does not fit.
    package mutating func set(_ indices: [TensorIndex], to value: Tensor) throws {
        // Before the selection, whose view would keep the memory shared.
        try makeUnique()
        let selection = try Selection(self, indices)
        guard value.canBroadcast(to: selection.shape) else {
            throw TensorError.broadcast(operation: "assignment", value.shape, selection.shape)
        }
        let fitting = value.droppingLeadingAxes(to: selection.shape.count)
        let source = try fitting.cast(to: dtype).broadcast(to: selection.shape)
        if let places = selection.places {
            Gathering.scatter(source, places, into: selection.view)
        } else {
            Copying.copy(source, to: selection.view)
        }
    }

    /// Whether the shape broadcasts to another, further axes of size 1 in front not counted, as NumPy assigns.
    private func canBroadcast(to target: [Int]) -> Bool {
        for (size, wanted) in zip(shape.reversed(), target.reversed()) where size != wanted && size != 1 {
            return false
        }
        return shape.dropLast(target.count).allSatisfy { $0 == 1 }
    }

    private func droppingLeadingAxes(to rank: Int) -> Tensor {
        guard self.rank > rank else { return self }
        return view(shape: Array(shape.suffix(rank)), strides: Array(strides.suffix(rank)))
    }

    /// Returns zeros of `shape` with `source` added at the places that `at(indices)` reads: the adjoint of `at`.
    ///
    /// Additions to one place follow the row-major order of `source`.
    ///
    /// - Parameter source: Broadcasts to the shape that `at(indices)` has for a tensor of `shape`.
    package static func scatterAdd(_ source: Tensor, at indices: [TensorIndex], into shape: [Int]) throws -> Tensor {
        let result = try zeros(shape, dtype: source.dtype)
        let selection = try Selection(result, indices)
        let source = try source.broadcast(to: selection.shape)
        if let places = selection.places {
            Gathering.scatterAdd(source, places, into: selection.view)
        } else {
            Copying.copy(source, to: selection.view)
        }
        return result
    }

    /// Returns, for each place of `indices`, the element of this tensor at that place but with the index on `axis`.
    ///
    /// `out[i][j][k] = self[indices[i][j][k]][j][k]` for axis 0, as PyTorch's `gather`.
    ///
    /// - Parameter indices: int64 or uint8, with as many axes as this tensor and no longer on any but `axis`.
    /// - Throws: `TensorError` `.axisOutOfRange`, `.dtype`, `.shape`, `.indexOutOfRange`.
    package func gather(axis: Int, indices: Tensor) throws -> Tensor {
        let axis = try checkedAxis(axis, operation: "gather")
        let places = try Tensor.alongAxis("gather", shape, strides, axis, indices)
        let result = try Tensor.empty(indices.shape, dtype: dtype)
        guard try Gathering.gather(self, places, into: result) else { throw Tensor.outOfRange(places, axis: axis) }
        return result
    }

    /// Returns zeros of `shape` with each element of `source` added at its own place but with the index on `axis`: the
    /// adjoint of `gather`, as PyTorch's `scatter_add`.
    ///
    /// - Throws: `TensorError` `.axisOutOfRange`, `.dtype`, `.shape`, `.indexOutOfRange`.
    package static func scatterAdd(into shape: [Int], axis: Int, indices: Tensor, source: Tensor) throws -> Tensor {
        let result = try zeros(shape, dtype: source.dtype)
        let axis = try result.checkedAxis(axis, operation: "scatter_add")
        guard source.shape == indices.shape else {
            throw TensorError.shape(
                operation: "scatter_add", expected: "shape \(indices.shape), as the indices", actual: source.shape)
        }
        let places = try alongAxis("scatter_add", shape, result.strides, axis, indices)
        guard try Gathering.scatterAdd(source.contiguous(), places, into: result) else {
            throw outOfRange(places, axis: axis)
        }
        return result
    }

    private static func alongAxis(
        _ operation: String, _ shape: [Int], _ strides: [Int], _ axis: Int, _ indices: Tensor
    ) throws -> Gathering.AxisPlaces {
        guard indices.rank == shape.count else {
            throw TensorError.shape(
                operation: operation, expected: "indices with \(shape.count) axes, as in \(shape)",
                actual: indices.shape)
        }
        for other in shape.indices where other != axis && indices.shape[other] > shape[other] {
            throw TensorError.shape(
                operation: operation, expected: "indices of at most the sizes of \(shape) on all axes but \(axis)",
                actual: indices.shape)
        }
        var others = strides
        others[axis] = 0
        return try indices.places(operation: operation, size: shape[axis], stride: strides[axis], others)
    }

    /// The places of an axis that this tensor names.
    ///
    /// - Parameter strides: What an index's own position adds to the distance.
    /// - Throws: `TensorError.dtype`.
    func places(operation: String, size: Int, stride: Int, _ strides: [Int]) throws -> Gathering.AxisPlaces {
        guard dtype == .int64 || dtype == .uint8 else {
            throw TensorError.dtype(operation: operation, expected: "int64 or uint8 indices", actual: dtype)
        }
        return Gathering.AxisPlaces(indices: try cast(to: .int64), size: size, stride: stride, strides: strides)
    }

    static func outOfRange(_ places: Gathering.AxisPlaces, axis: Int) -> TensorError {
        .indexOutOfRange(axis: axis, size: places.size, index: places.outside ?? 0)
    }

    /// Returns the slices at places of an axis; the axes of `indices` stand where that axis was.
    ///
    ///     try weight.take(tokens, axis: 0)   // [vocabulary, width], [N, T] -> [N, T, width]
    ///
    /// - Parameter indices: int64 or uint8 of any shape; negative ones count from the end.
    /// - Throws: `TensorError` `.axisOutOfRange`, `.dtype`, `.indexOutOfRange`.
    package func take(_ indices: Tensor, axis: Int = 0) throws -> Tensor {
        let axis = try checkedAxis(axis, operation: "take")
        if indices.dtype == .bool {
            throw TensorError.dtype(operation: "take", expected: "int64 or uint8 indices", actual: .bool)
        }
        return try at([TensorIndex](repeating: .all, count: axis) + [.tensor(indices)])
    }

    /// Returns zeros of `shape` with the slices of `source` added at places of an axis: the adjoint of `take`.
    package static func indexAdd(_ source: Tensor, indices: Tensor, axis: Int, into shape: [Int]) throws -> Tensor {
        let axis = axis < 0 ? axis + shape.count : axis
        guard axis >= 0 && axis < shape.count else {
            throw TensorError.axisOutOfRange(operation: "index_add", axis: axis, rank: shape.count)
        }
        return try scatterAdd(
            source, at: [TensorIndex](repeating: .all, count: axis) + [.tensor(indices)], into: shape)
    }
}
