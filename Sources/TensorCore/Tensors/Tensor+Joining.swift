extension Tensor {
    /// Returns the tensors one after the other along an axis.
    ///
    ///     try Tensor.concat([a, b], axis: 1)   // [8, 3], [8, 5] -> [8, 8]
    ///
    /// - Throws: `TensorError` `.argument` for no tensors, `.axisOutOfRange`, `.shape` where other axes differ.
    package static func concat(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
        guard let first = tensors.first else {
            throw TensorError.argument(operation: "concat", name: "tensors", reason: "is empty")
        }
        let axis = try first.checkedAxis(axis, operation: "concat")
        var shape = first.shape
        var dtype = first.dtype
        for tensor in tensors.dropFirst() {
            var wanted = first.shape
            guard tensor.rank == first.rank else {
                throw TensorError.shape(
                    operation: "concat", expected: "\(first.rank) axes, as in \(first.shape)", actual: tensor.shape)
            }
            wanted[axis] = tensor.shape[axis]
            guard tensor.shape == wanted else {
                throw TensorError.shape(
                    operation: "concat", expected: "the sizes of \(first.shape) on all axes but \(axis)",
                    actual: tensor.shape)
            }
            shape[axis] += tensor.shape[axis]
            dtype = DType.promoted(dtype, tensor.dtype)
        }
        let result = try empty(shape, dtype: dtype)
        var start = 0
        for tensor in tensors {
            Copying.copy(tensor, to: result.narrowed(axis, from: start, count: tensor.shape[axis]))
            start += tensor.shape[axis]
        }
        return result
    }

    /// A view of `count` places of an axis.
    func narrowed(_ axis: Int, from start: Int, count: Int) -> Tensor {
        var shape = shape
        shape[axis] = count
        return view(shape: shape, strides: strides, offset: count == 0 ? offset : offset + start * strides[axis])
    }

    /// Returns tensors of one shape along a new axis.
    ///
    /// - Throws: `TensorError` `.argument` for no tensors, `.axisOutOfRange`, `.shape` where shapes differ.
    package static func stack(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
        guard let first = tensors.first else {
            throw TensorError.argument(operation: "stack", name: "tensors", reason: "is empty")
        }
        let axis = try first.checkedAxis(axis, operation: "stack", extra: 1)
        for tensor in tensors where tensor.shape != first.shape {
            throw TensorError.shape(operation: "stack", expected: "shape \(first.shape)", actual: tensor.shape)
        }
        return try concat(tensors.map { try $0.unsqueeze(axis) }, axis: axis)
    }

    /// Returns the pieces between places of an axis, as views.
    ///
    ///     try x.split(at: [2, 5], axis: 0)   // x[0:2], x[2:5], x[5:]
    ///
    /// - Parameter places: In rising order; negative ones count from the end.
    /// - Throws: `TensorError` `.axisOutOfRange`, `.argument` for places that are out of range or fall.
    package func split(at places: [Int], axis: Int = 0) throws -> [Tensor] {
        let axis = try checkedAxis(axis, operation: "split")
        let size = shape[axis]
        var pieces: [Tensor] = []
        var start = 0
        for place in places {
            let stop = place < 0 ? place + size : place
            guard stop >= start && stop <= size else {
                throw TensorError.argument(
                    operation: "split", name: "places",
                    reason: "is \(places), and places rise from 0 to the axis's size \(size)")
            }
            pieces.append(narrowed(axis, from: start, count: stop - start))
            start = stop
        }
        pieces.append(narrowed(axis, from: start, count: size - start))
        return pieces
    }

    /// Returns the tensor with places added before and after each axis.
    ///
    /// - Parameters:
    ///   - widths: Places to add, for each axis, at least 0.
    ///   - value: What the added places hold.
    /// - Throws: `TensorError.argument` for widths of another number than axes, or negative ones.
    package func pad(_ widths: [(before: Int, after: Int)], value: Double = 0) throws -> Tensor {
        guard widths.count == rank else {
            throw TensorError.argument(
                operation: "pad", name: "widths", reason: "has \(widths.count) pairs for \(rank) axes")
        }
        var target = shape
        for (axis, width) in widths.enumerated() {
            guard width.before >= 0 && width.after >= 0 else {
                throw TensorError.argument(
                    operation: "pad", name: "widths", reason: "is negative on axis \(axis)")
            }
            let (added, overflow) = width.before.addingReportingOverflow(width.after)
            let (size, sizeOverflow) = added.addingReportingOverflow(target[axis])
            if overflow || sizeOverflow { throw TensorError.outOfMemory(byteCount: .max) }
            target[axis] = size
        }
        let result = try Tensor.full(target, value, dtype: dtype)
        var inside = result
        for (axis, width) in widths.enumerated() {
            inside = inside.narrowed(axis, from: width.before, count: shape[axis])
        }
        Copying.copy(self, to: inside)
        return result
    }

    /// Returns the tensor laid side by side with itself, `counts[i]` times along axis `i`.
    ///
    /// Counts and axes are matched from the last one on; missing ones are 1, as in NumPy's `tile`.
    ///
    /// - Throws: `TensorError.argument` for negative counts.
    package func repeated(_ counts: [Int]) throws -> Tensor {
        guard counts.allSatisfy({ $0 >= 0 }) else {
            throw TensorError.argument(operation: "tile", name: "counts", reason: "has a negative one: \(counts)")
        }
        let rank = max(rank, counts.count)
        let sizes = [Int](repeating: 1, count: rank - self.rank) + shape
        let counts = [Int](repeating: 1, count: rank - counts.count) + counts
        var target: [Int] = []
        for (size, count) in zip(sizes, counts) {
            let (product, overflow) = size.multipliedReportingOverflow(by: count)
            if overflow { throw TensorError.outOfMemory(byteCount: .max) }
            target.append(product)
        }
        let result = try Tensor.empty(target, dtype: dtype)
        // Each axis as two: which copy, and the place in it.
        let pairs = zip(counts, sizes).flatMap { [$0, $1] }
        let paired = result.view(shape: pairs, strides: Tensor.rowMajorStrides(pairs))
        let outer = [Int](repeating: 0, count: rank - self.rank) + strides
        Copying.copy(view(shape: pairs, strides: outer.flatMap { [0, $0] }), to: paired)
        return result
    }

    /// Returns the tensor with each place of an axis repeated `count` times in a row.
    ///
    /// - Throws: `TensorError` `.axisOutOfRange`, `.argument` for a negative count.
    package func repeatInterleave(_ count: Int, axis: Int) throws -> Tensor {
        let axis = try checkedAxis(axis, operation: "repeat")
        guard count >= 0 else {
            throw TensorError.argument(operation: "repeat", name: "count", reason: "is negative: \(count)")
        }
        var wide = shape
        wide.insert(count, at: axis + 1)
        var wideStrides = strides
        wideStrides.insert(0, at: axis + 1)
        let (size, overflow) = shape[axis].multipliedReportingOverflow(by: count)
        if overflow { throw TensorError.outOfMemory(byteCount: .max) }
        var target = shape
        target[axis] = size
        let result = try Tensor.empty(target, dtype: dtype)
        Copying.copy(
            view(shape: wide, strides: wideStrides),
            to: result.view(shape: wide, strides: Tensor.rowMajorStrides(wide)))
        return result
    }

    /// Returns the elements moved along an axis, those that leave it at its end back at its start.
    ///
    /// - Parameter shift: From 0 to the size of the axis.
    /// - Throws: `TensorError.axisOutOfRange`.
    package func rolled(_ shift: Int, axis: Int) throws -> Tensor {
        let axis = try checkedAxis(axis, operation: "roll")
        let size = shape[axis]
        return try Tensor.concat(
            [narrowed(axis, from: size - shift, count: shift), narrowed(axis, from: 0, count: size - shift)], axis: axis
        )
    }

    /// Returns a view with the order along axes reversed.
    package func flip(_ axes: [Int]) throws -> Tensor {
        var strides = strides
        var offset = offset
        for axis in axes {
            let place = try checkedAxis(axis, operation: "flip")
            guard strides[place] == self.strides[place] else {
                throw TensorError.argument(operation: "flip", name: "axes", reason: "names an axis twice: \(axes)")
            }
            offset += max(shape[place] - 1, 0) * strides[place]
            strides[place] = -strides[place]
        }
        return view(shape: shape, strides: strides, offset: offset)
    }
}
