/// Reads and writes elements at places that index tensors name.
///
/// The view's axes before `places.split` come first, then the places, then the view's other axes.
enum Gathering {
    /// Writes the elements at the places to a contiguous tensor.
    @inline(never)
    static func gather(_ view: Tensor, _ places: Places, into target: Tensor) {
        switch view.dtype.size {
        case 1: gather(view, places, into: target, UInt8.self)
        case 4: gather(view, places, into: target, UInt32.self)
        default: gather(view, places, into: target, UInt64.self)
        }
    }

    /// Writes a value for each place over the elements at the places, in order.
    @inline(never)
    static func scatter(_ source: Tensor, _ places: Places, into view: Tensor) {
        switch view.dtype.size {
        case 1: scatter(source, places, into: view, UInt8.self) { $1 }
        case 4: scatter(source, places, into: view, UInt32.self) { $1 }
        default: scatter(source, places, into: view, UInt64.self) { $1 }
        }
    }

    /// Adds a value for each place to the elements at the places, in order.
    @inline(never)
    static func scatterAdd(_ source: Tensor, _ places: Places, into view: Tensor) {
        switch view.dtype {
        case .bool: scatter(source, places, into: view, UInt8.self) { $0 | $1 }
        case .uint8: scatter(source, places, into: view, UInt8.self) { $0 &+ $1 }
        case .int64: scatter(source, places, into: view, Int64.self) { $0 &+ $1 }
        case .float32: scatter(source, places, into: view, Float.self) { $0 + $1 }
        case .float64: scatter(source, places, into: view, Double.self) { $0 + $1 }
        }
    }

    /// Adds to each offset the distance that strides give to its position in a shape.
    @inline(never)
    static func addPositions(_ offsets: inout [Int], shape: [Int], strides: [Int]) {
        offsets.withUnsafeMutableBufferPointer { offsets in
            var walk = Walk(shape, strides)
            while walk.next() {
                let row = walk.row
                for i in 0..<row.count { offsets[row.position + i] += row.a + i * row.aStride }
            }
        }
    }

    @inline(__always)
    private static func gather<Word>(_ view: Tensor, _ places: Places, into target: Tensor, _: Word.Type) {
        let inner = Part(view, view.strides, places.split..<view.rank)
        var to = target.pointer(Word.self)
        places.offsets.withUnsafeBufferPointer { offsets in
            var outer = Walk(Array(view.shape[..<places.split]), Array(view.strides[..<places.split]))
            while outer.next() {
                let row = outer.row
                for i in 0..<row.count {
                    let from = view.pointer(Word.self) + row.a + i * row.aStride
                    if inner.count == 1 {
                        for j in 0..<offsets.count { to[j] = from[offsets[j]] }
                        to += offsets.count
                    } else if inner.isSingleRun {
                        for j in 0..<offsets.count {
                            let from = from + offsets[j]
                            for k in 0..<inner.count { to[k] = from[k] }
                            to += inner.count
                        }
                    } else {
                        for j in 0..<offsets.count {
                            let from = from + offsets[j]
                            var walk = Walk(inner.shape, inner.strides)
                            while walk.next() {
                                let row = walk.row
                                for k in 0..<row.count { to[row.position + k] = from[row.a + k * row.aStride] }
                            }
                            to += inner.count
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func scatter<Word>(
        _ source: Tensor, _ places: Places, into view: Tensor, _: Word.Type, _ merge: (Word, Word) -> Word
    ) {
        let split = places.split
        let placeAxes = split..<split + source.rank - view.rank
        let inner = Part(view, view.strides, split..<view.rank)
        let sourceInner = Part(source, source.strides, placeAxes.upperBound..<source.rank)
        let areSingleRuns = inner.isSingleRun && sourceInner.isSingleRun
        var starts = [Int](repeating: 0, count: places.offsets.count)
        addPositions(&starts, shape: Array(source.shape[placeAxes]), strides: Array(source.strides[placeAxes]))
        places.offsets.withUnsafeBufferPointer { offsets in
            starts.withUnsafeBufferPointer { starts in
                var outer = Walk(
                    Array(view.shape[..<split]), Array(view.strides[..<split]), Array(source.strides[..<split]))
                while outer.next() {
                    let row = outer.row
                    for i in 0..<row.count {
                        let to = view.pointer(Word.self) + row.a + i * row.aStride
                        let from = source.pointer(Word.self) + row.b + i * row.bStride
                        for j in 0..<offsets.count {
                            let to = to + offsets[j]
                            let from = from + starts[j]
                            if areSingleRuns {
                                for k in 0..<inner.count { to[k] = merge(to[k], from[k]) }
                                continue
                            }
                            var walk = Walk(inner.shape, inner.strides, sourceInner.strides)
                            while walk.next() {
                                let row = walk.row
                                for k in 0..<row.count {
                                    let place = to + row.a + k * row.aStride
                                    place.pointee = merge(place.pointee, from[row.b + k * row.bStride])
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Some neighbouring axes of a tensor.
    private struct Part {
        let shape: [Int]
        let strides: [Int]
        let count: Int
        /// Whether the elements lie one after the other.
        let isSingleRun: Bool

        init(_ tensor: Tensor, _ strides: [Int], _ axes: Range<Int>) {
            shape = Array(tensor.shape[axes])
            self.strides = Array(strides[axes])
            count = shape.reduce(1, *)
            isSingleRun = tensor.view(shape: shape, strides: self.strides).isContiguous
        }
    }
}
