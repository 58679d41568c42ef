import TensorCore

extension Variable {
    /// Whether what is done with it is known later: for gradients, or because all is.
    private var isRecorded: Bool { isTracked || keepsAll }

    /// Returns the elements in row-major order under another shape; one size may be -1.
    package func reshape(_ shape: [Int]) throws -> Variable {
        shape == self.shape ? self : try applying(Reshape(shape: shape))
    }

    /// Returns the axes `start` to `end` (both included) joined into one.
    package func flatten(from start: Int = 0, to end: Int = -1) throws -> Variable {
        isRecorded
            ? try reshape(value.flatten(from: start, to: end).shape)
            : Variable(try value.flatten(from: start, to: end)).keepingOrigin(of: self)
    }

    /// Returns the variable with axis `axes[i]` as its axis `i`.
    package func permute(_ axes: [Int]) throws -> Variable { try applying(Permute(axes: axes)) }

    /// Returns the variable with two axes swapped.
    package func transpose(_ a: Int, _ b: Int) throws -> Variable {
        guard isRecorded else { return Variable(try value.transpose(a, b)).keepingOrigin(of: self) }
        let first = try place(of: a, operation: "transpose")
        let second = try place(of: b, operation: "transpose")
        var axes = Array(0..<rank)
        axes.swapAt(first, second)
        return try permute(axes)
    }

    /// Returns the variable without an axis of size 1, or without all of them.
    package func squeeze(_ axis: Int? = nil) throws -> Variable {
        isRecorded
            ? try reshape(value.squeeze(axis).shape) : Variable(try value.squeeze(axis)).keepingOrigin(of: self)
    }

    /// Returns the variable with a new axis of size 1.
    package func unsqueeze(_ axis: Int) throws -> Variable {
        isRecorded
            ? try reshape(value.unsqueeze(axis).shape) : Variable(try value.unsqueeze(axis)).keepingOrigin(of: self)
    }

    /// Returns the elements repeated along added axes and those of size 1.
    package func broadcast(to shape: [Int]) throws -> Variable {
        shape == self.shape ? self : try applying(Broadcast(shape: shape))
    }

    /// Returns the parts one after the other along an axis.
    package static func concat(_ parts: [Variable], axis: Int = 0) throws -> Variable {
        try apply(Concat(axis: axis), parts)
    }

    /// Returns parts of one shape along a new axis.
    package static func stack(_ parts: [Variable], axis: Int = 0) throws -> Variable {
        guard parts.contains(where: { $0.isRecorded }) else {
            let result = Variable(try Recording.stopping { try Tensor.stack(parts.map(\.value), axis: axis) })
            return parts.reduce(result) { $0.keepingOrigin(of: $1) }
        }
        for part in parts where part.shape != parts[0].shape {
            throw TensorError.shape(operation: "stack", expected: "shape \(parts[0].shape)", actual: part.shape)
        }
        let place = axis < 0 ? axis + parts[0].rank + 1 : axis
        return try concat(parts.map { try $0.unsqueeze(place) }, axis: place)
    }

    /// Returns the pieces between places of an axis.
    package func split(at places: [Int], axis: Int = 0) throws -> [Variable] {
        let pieces = try value.split(at: places, axis: axis)
        guard isRecorded else { return pieces.map { Variable($0) } }
        let place = try place(of: axis, operation: "split")
        var start = 0
        return try pieces.map { piece in
            let stop = start + piece.shape[place]
            defer { start = stop }
            return try slice(axis: place, from: start, to: stop)
        }
    }

    /// Returns the places `start ..< stop` of an axis, both counted from the front.
    func slice(axis: Int, from start: Int, to stop: Int) throws -> Variable {
        try at([TensorIndex](repeating: .all, count: axis) + [.slice(start: start, stop: stop, step: 1)])
    }

    /// Returns the variable with places that hold a number added before and after each axis.
    package func pad(_ widths: [(before: Int, after: Int)], value: Double = 0) throws -> Variable {
        try applying(Pad(widths: widths, value: value))
    }

    /// Returns the variable laid side by side with itself, `counts[i]` times along axis `i`.
    package func repeated(_ counts: [Int]) throws -> Variable { try applying(Repeat(counts: counts)) }

    /// Returns the variable with each place of an axis repeated `count` times in a row.
    package func repeatInterleave(_ count: Int, axis: Int) throws -> Variable {
        guard isRecorded else {
            return Variable(try Recording.stopping { try value.repeatInterleave(count, axis: axis) })
        }
        let target = try value.repeatInterleave(count, axis: axis).shape
        let place = try place(of: axis, operation: "repeat")
        var wide = shape
        wide.insert(count, at: place + 1)
        return try unsqueeze(place + 1).broadcast(to: wide).reshape(target)
    }

    /// Returns the variable with the order along axes reversed.
    package func flip(_ axes: [Int]) throws -> Variable { try applying(Flip(axes: axes)) }

    /// Returns the elements at indices, with the semantics of NumPy.
    package func at(_ indices: [TensorIndex]) throws -> Variable { try applying(At(indices: indices)) }

    /// Returns the variable with the elements at indices replaced, with the semantics of NumPy.
    ///
    package func setting(_ indices: [TensorIndex], to new: Variable) throws -> Variable {
        guard isTracked || new.isTracked else {
            var result = value
            try result.set(indices, to: new.value)
            return Variable(result)
        }
        return try .apply(SetAt(indices: indices), [self, new])
    }

    /// Returns, for each place of `indices`, the element at that place but with the index on `axis`.
    package func gather(axis: Int, indices: Tensor) throws -> Variable {
        try applying(Gather(axis: axis, indices: indices))
    }

    /// Returns the slices at places of an axis; the axes of `indices` stand where that axis was.
    package func take(_ indices: Tensor, axis: Int = 0) throws -> Variable {
        guard isRecorded else {
            return Variable(
                try Recording.stopping(Swift.max(count, indices.count)) { try value.take(indices, axis: axis) })
        }
        let place = try place(of: axis, operation: "take")
        if indices.dtype == .bool {
            throw TensorError.dtype(operation: "take", expected: "int64 or uint8 indices", actual: .bool)
        }
        return try at([TensorIndex](repeating: .all, count: place) + [.tensor(indices)])
    }

    /// Returns an axis counted from the front.
    func place(of axis: Int, operation: String) throws -> Int {
        let place = axis < 0 ? axis + rank : axis
        guard place >= 0 && place < rank else {
            throw TensorError.axisOutOfRange(operation: operation, axis: axis, rank: rank)
        }
        return place
    }
}
