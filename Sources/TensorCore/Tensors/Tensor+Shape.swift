extension Tensor {
    func view(shape: [Int], strides: [Int], offset: Int? = nil) -> Tensor {
        Tensor(storage: storage, dtype: dtype, shape: shape, strides: strides, offset: offset ?? self.offset)
    }

    /// Returns the elements in row-major order under another shape; a view where the memory allows.
    ///
    ///     try x.reshape([8, -1])   // [8, 16, 6, 6] -> [8, 576]
    ///
    /// - Parameter shape: The sizes; one of them may be -1, which stands for what is left.
    /// - Throws: `TensorError` `.elementCount` where the shapes do not hold the same number, `.argument` for more than
    ///   one -1.
    package func reshape(_ shape: [Int]) throws -> Tensor {
        let target = try resolved(shape)
        if target == self.shape { return self }
        if isContiguous { return view(shape: target, strides: Tensor.rowMajorStrides(target)) }
        if let strides = viewStrides(target) { return view(shape: target, strides: strides) }
        return try copy().view(shape: target, strides: Tensor.rowMajorStrides(target), offset: 0)
    }

    /// The shape with -1 replaced by what is left.
    private func resolved(_ shape: [Int]) throws -> [Int] {
        guard let unknown = shape.firstIndex(of: -1) else {
            guard try Tensor.checkedCount(shape, operation: "reshape") == count else {
                throw TensorError.elementCount(operation: "reshape", from: self.shape, to: shape)
            }
            return shape
        }
        var target = shape
        target[unknown] = 1
        if target.contains(-1) {
            throw TensorError.argument(
                operation: "reshape", name: "shape", reason: "has more than one -1: \(shape)")
        }
        let known = try Tensor.checkedCount(target, operation: "reshape")
        guard known != 0, count % known == 0 else {
            throw TensorError.elementCount(operation: "reshape", from: self.shape, to: shape)
        }
        target[unknown] = count / known
        return target
    }

    /// Strides under which the elements have another shape in the same order, or `nil` where there are none.
    private func viewStrides(_ target: [Int]) -> [Int]? {
        if count == 0 { return Tensor.rowMajorStrides(target) }
        let axes = shape.indices.filter { shape[$0] != 1 }
        var result = [Int](repeating: 1, count: target.count)
        var next = target.count - 1
        var last = axes.count - 1
        while last >= 0 {
            // Axes `first...last` lie so that they can be walked as one.
            var first = last
            var block = shape[axes[last]]
            let inner = strides[axes[last]]
            while first > 0 && strides[axes[first - 1]] == inner * block {
                first -= 1
                block *= shape[axes[first]]
            }
            var taken = 1
            while next >= 0 && (taken < block || target[next] == 1) {
                result[next] = inner * taken
                taken *= target[next]
                next -= 1
            }
            if taken != block { return nil }
            last = first - 1
        }
        return result
    }

    /// Returns the tensor with the axes `from` to `to` (both included) joined into one.
    package func flatten(from: Int = 0, to: Int = -1) throws -> Tensor {
        if rank == 0 { return try reshape([1]) }
        let first = try checkedAxis(from, operation: "flatten")
        let last = try checkedAxis(to, operation: "flatten")
        guard first <= last else {
            throw TensorError.argument(
                operation: "flatten", name: "from", reason: "is axis \(first), after \(last), where it ends")
        }
        let joined = shape[first...last].reduce(1, *)
        return try reshape(shape[..<first] + [joined] + shape[(last + 1)...])
    }

    /// Returns a view with two axes swapped.
    package func transpose(_ a: Int, _ b: Int) throws -> Tensor {
        let a = try checkedAxis(a, operation: "transpose")
        let b = try checkedAxis(b, operation: "transpose")
        var shape = shape
        var strides = strides
        shape.swapAt(a, b)
        strides.swapAt(a, b)
        return view(shape: shape, strides: strides)
    }

    /// Returns a view whose axis `i` is the axis `axes[i]` of this tensor.
    ///
    /// - Throws: `TensorError` `.axisOutOfRange`, `.argument` where an axis is missing or named twice.
    package func permute(_ axes: [Int]) throws -> Tensor {
        let places = try axes.map { try checkedAxis($0, operation: "permute") }
        guard places.count == rank, Set(places).count == rank else {
            throw TensorError.argument(
                operation: "permute", name: "axes", reason: "is \(axes), and each of \(rank) axes is to be named once")
        }
        return view(shape: places.map { shape[$0] }, strides: places.map { strides[$0] })
    }

    /// Returns a view without an axis of size 1, or without all of them where `axis` is `nil`.
    ///
    /// - Throws: `TensorError` `.axisOutOfRange`, `.shape` where the axis is longer than 1.
    package func squeeze(_ axis: Int? = nil) throws -> Tensor {
        if let axis {
            let place = try checkedAxis(axis, operation: "squeeze")
            guard shape[place] == 1 else {
                throw TensorError.shape(operation: "squeeze", expected: "size 1 on axis \(axis)", actual: shape)
            }
            return dropping(place)
        }
        let kept = shape.indices.filter { shape[$0] != 1 }
        return view(shape: kept.map { shape[$0] }, strides: kept.map { strides[$0] })
    }

    /// A view without one axis, at its first element.
    func dropping(_ axis: Int) -> Tensor {
        var shape = shape
        var strides = strides
        shape.remove(at: axis)
        strides.remove(at: axis)
        return view(shape: shape, strides: strides)
    }

    /// Returns a view with a new axis of size 1, which is axis `axis` of the result.
    package func unsqueeze(_ axis: Int) throws -> Tensor {
        let place = try checkedAxis(axis, operation: "unsqueeze", extra: 1)
        var shape = shape
        var strides = strides
        strides.insert(place < rank ? strides[place] * shape[place] : 1, at: place)
        shape.insert(1, at: place)
        _ = try Tensor.checkedCount(shape, operation: "unsqueeze")
        return view(shape: shape, strides: strides)
    }

    // MARK: Broadcasting

    /// Returns a view of another shape, along whose added or widened axes the elements repeat.
    ///
    /// - Throws: `TensorError.broadcast` where an axis is neither of the wanted size nor 1.
    package func broadcast(to target: [Int]) throws -> Tensor {
        if target == shape { return self }
        _ = try Tensor.checkedCount(target, operation: "broadcast")
        let extra = target.count - rank
        guard extra >= 0 else { throw TensorError.broadcast(operation: "broadcast", shape, target) }
        for axis in 0..<rank where shape[axis] != target[axis + extra] && shape[axis] != 1 {
            throw TensorError.broadcast(operation: "broadcast", shape, target)
        }
        return view(shape: target, strides: broadcastStrides(target))
    }

    /// Strides under which the tensor has a shape that it is known to broadcast to.
    func broadcastStrides(_ target: [Int]) -> [Int] {
        if shape == target { return strides }
        let extra = target.count - rank
        var result = [Int](repeating: 0, count: target.count)
        for axis in 0..<rank where shape[axis] == target[axis + extra] { result[axis + extra] = strides[axis] }
        return result
    }

    /// Returns the shape that both shapes broadcast to: from the last axis on, sizes agree or one of them is 1.
    ///
    /// - Throws: `TensorError.broadcast`.
    package static func broadcastShape(_ operation: String, _ a: [Int], _ b: [Int]) throws -> [Int] {
        if a == b { return a }
        let (long, short) = a.count >= b.count ? (a, b) : (b, a)
        var result = long
        let extra = long.count - short.count
        for axis in short.indices {
            let size = long[axis + extra]
            if size == short[axis] || short[axis] == 1 { continue }
            guard size == 1 else { throw TensorError.broadcast(operation: operation, a, b) }
            result[axis + extra] = short[axis]
        }
        _ = try checkedCount(result, operation: operation)
        return result
    }
}
