extension Tensor {
    /// Returns the elements in order along an axis, and where each of them was.
    ///
    /// Equal elements keep their order. What is not a number counts as the greatest.
    ///
    /// - Returns: The sorted values, and their indices along the axis as int64.
    /// - Throws: `TensorError.axisOutOfRange`.
    package func sorted(axis: Int = -1, descending: Bool = false) throws -> (values: Tensor, indices: Tensor) {
        if rank == 0 { return (self, try Tensor.zeros([], dtype: .int64)) }
        let place = try checkedAxis(axis, operation: "sort")
        return try ordered(place, count: shape[place], descending: descending)
    }

    /// Returns the `count` greatest or least elements along an axis in order, and where each of them was.
    ///
    /// - Throws: `TensorError` `.axisOutOfRange`, `.argument` for a count below 0 or above the axis's size.
    package func topK(_ count: Int, axis: Int = -1, largest: Bool = true) throws -> (
        values: Tensor, indices: Tensor
    ) {
        let place = try checkedAxis(axis, operation: "topk")
        guard count >= 0 && count <= shape[place] else {
            throw TensorError.argument(
                operation: "topk", name: "k", reason: "is \(count), and axis \(axis) has size \(shape[place])")
        }
        return try ordered(place, count: count, descending: largest)
    }

    /// Returns the elements that would stand at some places of an axis if it were sorted, and where each of them was, as
    /// `sorted` has them.
    ///
    /// - Parameter ranks: Places in rising order, each once, from 0 to the axis's size less 1.
    /// - Returns: The axis has as many places as there are ranks.
    /// - Throws: `TensorError` `.axisOutOfRange`, `.workMemory`.
    package func ranked(_ ranks: [Int], axis: Int) throws -> (values: Tensor, indices: Tensor) {
        let place = try checkedAxis(axis, operation: "sort")
        precondition(
            ranks.allSatisfy { (0..<shape[place]).contains($0) } && zip(ranks, ranks.dropFirst()).allSatisfy(<))
        if ranks.count > Tensor.mostRanks {
            let (values, indices) = try sorted(axis: axis)
            let places = try Tensor(ranks)
            return (try values.take(places, axis: place), try indices.take(places, axis: place))
        }
        let rows = try moved(place).contiguous()
        let target = Array(rows.shape.dropLast()) + [ranks.count]
        let values = try Tensor.empty(target, dtype: dtype)
        let indices = try Tensor.empty(target, dtype: .int64)
        try Selecting.select(rows, size: shape[place], ranks: ranks, values: values, indices: indices)
        return (try values.movedBack(place).contiguous(), try indices.movedBack(place).contiguous())
    }

    /// For more ranks the whole axis is sorted.
    private static var mostRanks: Int { 16 }

    private func ordered(_ axis: Int, count: Int, descending: Bool) throws -> (values: Tensor, indices: Tensor) {
        let rows = try moved(axis).contiguous()
        let target = Array(rows.shape.dropLast()) + [count]
        let values = try Tensor.empty(target, dtype: dtype)
        let indices = try Tensor.empty(target, dtype: .int64)
        try Sorting.sort(rows, size: shape[axis], descending: descending, values: values, indices: indices)
        return (try values.movedBack(axis).contiguous(), try indices.movedBack(axis).contiguous())
    }

    /// Returns the different elements in rising order; all that are not numbers count as one.
    package func unique() throws -> Tensor {
        try uniqueCounts().values
    }

    /// Returns the different elements in rising order, and how often each occurs as int64.
    package func uniqueCounts() throws -> (values: Tensor, counts: Tensor) {
        let sorted = try reshape([count]).sorted().values
        let runs = try Sorting.runs(sorted)
        let starts = try Tensor(runs)
        let ends = runs.dropFirst() + [sorted.count]
        try Interrupt.check()
        let counts = try Tensor(zip(runs, ends).map { $1 - $0 })
        return (try sorted.take(starts, axis: 0), counts)
    }
}
