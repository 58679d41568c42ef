/// Where index tensors point to.
struct Places {
    /// Distances in elements from the start of a view, one for each place, in row-major order.
    var offsets: [Int]
    /// The axis of the view that the axes of the index tensors stand before.
    var split: Int
}

/// What the brackets of `x[...]` select.
struct Selection {
    /// The elements that slices and whole numbers leave; where there are index tensors, those at their place 0.
    let view: Tensor
    /// What index tensors select of `view`; `nil` where there are none.
    let places: Places?
    /// The shape of the result.
    let shape: [Int]

    init(_ tensor: Tensor, _ indices: [TensorIndex]) throws {
        let entries = try Selection.expanded(tensor, indices)
        let isAdvanced = entries.contains {
            if case .tensor = $0 { true } else { false }
        }
        var shape: [Int] = []
        var strides: [Int] = []
        var offset = tensor.offset
        var advanced: [(axis: Int, indices: Tensor)] = []
        /// Where index tensors stand among the entries, and how many axes of the view are before the first.
        var split = 0
        var lastAdvanced: Int?
        var isScattered = false
        var axis = 0
        for (position, entry) in entries.enumerated() {
            switch entry {
            case .newAxis:
                shape.append(1)
                strides.append(axis < tensor.rank ? tensor.strides[axis] : 1)
                continue
            case .all, .ellipsis:
                shape.append(tensor.shape[axis])
                strides.append(tensor.strides[axis])
            case .slice(let start, let stop, let step):
                let range = try Selection.range(start, stop, step, size: tensor.shape[axis])
                shape.append(range.count)
                strides.append(tensor.strides[axis] * range.step)
                if range.count > 0 { offset += range.start * tensor.strides[axis] }
            case .index(let index) where !isAdvanced:
                offset += try tensor.checkedIndex(index, axis: axis) * tensor.strides[axis]
            case .index, .tensor:
                // Beside index tensors, a whole number is one too, as in NumPy.
                if let lastAdvanced, lastAdvanced != position - 1 { isScattered = true }
                if lastAdvanced == nil { split = shape.count }
                lastAdvanced = position
                if case .tensor(let indices) = entry {
                    advanced.append((axis, indices))
                    if indices.dtype == .bool { axis += indices.rank - 1 }
                } else if case .index(let index) = entry {
                    offset += try tensor.checkedIndex(index, axis: axis) * tensor.strides[axis]
                }
            }
            axis += 1
        }
        _ = try Tensor.checkedCount(shape, operation: "index")
        view = tensor.view(shape: shape, strides: strides, offset: offset)
        guard isAdvanced else {
            places = nil
            self.shape = shape
            return
        }
        if isScattered { split = 0 }
        // A mask by itself, the usual case, names its places in order.
        if advanced.count == 1, advanced[0].indices.dtype == .bool {
            let (axis, mask) = advanced[0]
            let strides = Array(tensor.strides[axis..<axis + mask.rank])
            let offsets = try Gathering.offsets(where: mask, strides: strides)
            self.shape = shape[..<split] + [offsets.count] + shape[split...]
            _ = try Tensor.checkedCount(self.shape, operation: "index")
            places = Places(offsets: offsets, split: split)
            return
        }
        // The distances that masks name, as index tensors of one axis.
        let named = try advanced.map { axis, indices in
            guard indices.dtype == .bool else { return indices }
            let strides = Array(tensor.strides[axis..<axis + indices.rank])
            return try Tensor(Gathering.offsets(where: indices, strides: strides))
        }
        var indexShape: [Int] = []
        for indices in named { indexShape = try Tensor.broadcastShape("index", indexShape, indices.shape) }
        self.shape = shape[..<split] + indexShape + shape[split...]
        _ = try Tensor.checkedCount(self.shape, operation: "index")
        let still = [Int](repeating: 0, count: indexShape.count)
        var offsets: [Int] = []
        for ((axis, entry), indices) in zip(advanced, named) {
            let indices = try indices.broadcast(to: indexShape)
            let next: [Int]
            if entry.dtype == .bool {
                next = ElementAccess.indices(indices)
            } else {
                let places = try indices.places(
                    operation: "index", size: tensor.shape[axis], stride: tensor.strides[axis], still)
                guard let inside = try Gathering.offsets(places) else { throw Tensor.outOfRange(places, axis: axis) }
                next = inside
            }
            if offsets.isEmpty { offsets = next } else { for i in next.indices { offsets[i] += next[i] } }
        }
        places = Places(offsets: offsets, split: split)
    }

    /// The entries with the ellipsis written out, and an entry for every axis that no mask covers.
    private static func expanded(_ tensor: Tensor, _ indices: [TensorIndex]) throws -> [TensorIndex] {
        var taken = 0
        var ellipses = 0
        for entry in indices {
            switch entry {
            case .index, .slice, .all: taken += 1
            case .newAxis: break
            case .ellipsis: ellipses += 1
            case .tensor(let indices): taken += indices.dtype == .bool ? indices.rank : 1
            }
        }
        if taken > tensor.rank { throw TensorError.tooManyIndices(count: taken, shape: tensor.shape) }
        if ellipses > 1 {
            throw TensorError.argument(operation: "index", name: "...", reason: "stands more than once")
        }
        let rest = [TensorIndex](repeating: .all, count: tensor.rank - taken)
        var entries: [TensorIndex] = []
        var axis = 0
        for entry in indices {
            switch entry {
            case .ellipsis:
                entries += rest
                axis += rest.count
            case .tensor(let mask) where mask.dtype == .bool:
                try check(mask, axis: axis, tensor)
                entries.append(entry)
                axis += mask.rank
            case .tensor(let indices):
                guard indices.dtype == .int64 || indices.dtype == .uint8 else {
                    throw TensorError.dtype(
                        operation: "index", expected: "int64 or uint8 indices or a bool mask", actual: indices.dtype)
                }
                entries.append(entry)
                axis += 1
            case .newAxis: entries.append(entry)
            case .index, .slice, .all:
                entries.append(entry)
                axis += 1
            }
        }
        return ellipses == 0 ? entries + rest : entries
    }

    /// Sees to it that a mask has the shape of the axes from `axis` on.
    private static func check(_ mask: Tensor, axis: Int, _ tensor: Tensor) throws {
        guard mask.rank > 0 else {
            throw TensorError.shape(operation: "index", expected: "a mask with at least one axis", actual: [])
        }
        let covered = Array(tensor.shape[axis..<axis + mask.rank])
        guard mask.shape == covered else {
            throw TensorError.shape(
                operation: "index", expected: "a mask of shape \(covered), as axes \(axis) to \(axis + mask.rank - 1)",
                actual: mask.shape)
        }
    }

    /// The places of a slice: the first, the distance between them, and how many there are.
    private static func range(_ start: Int?, _ stop: Int?, _ step: Int, size: Int) throws -> (
        start: Int, step: Int, count: Int
    ) {
        if step == 0 { throw TensorError.argument(operation: "slice", name: "step", reason: "is 0") }
        let bounds = step > 0 ? 0...size : -1...(size - 1)
        func place(_ index: Int) -> Int {
            let place = index < 0 ? index &+ size : index
            return min(max(place, bounds.lowerBound), bounds.upperBound)
        }
        let first = start.map(place) ?? (step > 0 ? 0 : size - 1)
        let end = stop.map(place) ?? (step > 0 ? size : -1)
        let distance = step > 0 ? end - first : first - end
        if distance <= 0 { return (0, 1, 0) }
        let length = step.magnitude > UInt(size) ? max(size, 1) : Int(step.magnitude)
        let count = (distance + length - 1) / length
        return (first, step > 0 ? length : -length, count)
    }
}
