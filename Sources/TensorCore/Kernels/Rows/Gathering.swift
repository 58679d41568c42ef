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

    /// The distances that strides give to the positions in a shape, in row-major order.
    @inline(never)
    static func positions(shape: [Int], strides: [Int]) -> [Int] {
        [Int](unsafeUninitializedCapacity: shape.reduce(1, *)) { offsets, count in
            var walk = Walk(shape, strides)
            while walk.next() {
                let row = walk.row
                for i in 0..<row.count { offsets[row.position &+ i] = row.a &+ i &* row.aStride }
            }
            count = offsets.count
        }
    }

    /// Places of an axis that an int64 tensor names.
    struct AxisPlaces {
        let indices: Tensor
        /// Of the axis.
        let size: Int
        let stride: Int
        /// What an index's own position adds to the distance.
        let strides: [Int]

        /// Calls `body` with the position of each index in row-major order and the distance to its place.
        ///
        /// - Returns: Whether all are in range; those that are not count as 0.
        /// - Throws: `InterruptError`.
        @inline(__always)
        fileprivate func each(_ body: (_ position: Int, _ place: Int) -> Void) throws -> Bool {
            if size == 0 { return indices.count == 0 }
            let from = indices.pointer(Int64.self)
            var areInside = true
            var walk = Walk(indices.shape, indices.strides, strides)
            while walk.next() {
                let row = walk.row
                for piece in Gathering.pieces(row.count) {
                    if Interrupt.stopsWork { throw InterruptError() }
                    for i in piece {
                        let index = Int(from[row.a &+ i &* row.aStride])
                        let place = index < 0 ? index &+ size : index
                        let isInside = place >= 0 && place < size
                        areInside = areInside && isInside
                        body(row.position &+ i, (isInside ? place : 0) &* stride &+ row.b &+ i &* row.bStride)
                    }
                }
            }
            return areInside
        }

        /// The first index that is out of range.
        var outside: Int? { ElementAccess.indices(indices).first { !(-size..<size).contains($0) } }
    }

    /// The distances, or `nil` where an index is out of range.
    @inline(never)
    static func offsets(_ places: AxisPlaces) throws -> [Int]? {
        var areInside = false
        let offsets = try [Int](unsafeUninitializedCapacity: places.indices.count) { offsets, count in
            areInside = try places.each { offsets[$0] = $1 }
            count = areInside ? offsets.count : 0
        }
        return areInside ? offsets : nil
    }

    /// Writes the elements at the places to a contiguous tensor.
    ///
    /// - Returns: Whether all are in range.
    @inline(never)
    static func gather(_ source: Tensor, _ places: AxisPlaces, into target: Tensor) throws -> Bool {
        switch source.dtype.size {
        case 1: try gather(source, places, into: target, UInt8.self)
        case 4: try gather(source, places, into: target, UInt32.self)
        default: try gather(source, places, into: target, UInt64.self)
        }
    }

    @inline(__always)
    private static func gather<Word>(
        _ source: Tensor, _ places: AxisPlaces, into target: Tensor, _: Word.Type
    ) throws -> Bool {
        let (from, to) = (source.pointer(Word.self), target.pointer(Word.self))
        return try places.each { to[$0] = from[$1] }
    }

    /// Adds the elements of a contiguous tensor to those at the places, in order.
    ///
    /// - Returns: Whether all are in range.
    @inline(never)
    static func scatterAdd(_ source: Tensor, _ places: AxisPlaces, into target: Tensor) throws -> Bool {
        switch target.dtype {
        case .bool: try scatter(source, places, into: target, UInt8.self) { $0 | $1 }
        case .uint8: try scatter(source, places, into: target, UInt8.self) { $0 &+ $1 }
        case .int64: try scatter(source, places, into: target, Int64.self) { $0 &+ $1 }
        case .float32: try scatter(source, places, into: target, Float.self) { $0 + $1 }
        case .float64: try scatter(source, places, into: target, Double.self) { $0 + $1 }
        }
    }

    @inline(__always)
    private static func scatter<Word>(
        _ source: Tensor, _ places: AxisPlaces, into target: Tensor, _: Word.Type, _ merge: (Word, Word) -> Word
    ) throws -> Bool {
        let (from, to) = (source.pointer(Word.self), target.pointer(Word.self))
        return try places.each { to[$1] = merge(to[$1], from[$0]) }
    }

    /// The places of a run, in pieces between which an interrupt is heard.
    @inline(__always)
    private static func pieces(_ count: Int) -> some Sequence<Range<Int>> {
        let size = 1 << 20
        return stride(from: 0, to: count, by: size).lazy.map { $0..<Swift.min($0 + size, count) }
    }

    /// The distances that strides give to the elements of a bool tensor that are set.
    ///
    /// - Throws: `InterruptError`.
    @inline(never)
    static func offsets(where mask: Tensor, strides: [Int]) throws -> [Int] {
        let flags = mask.pointer(UInt8.self)
        var total = 0
        var walk = Walk(mask.shape, mask.strides)
        while walk.next() {
            let row = walk.row
            for piece in pieces(row.count) {
                if Interrupt.stopsWork { throw InterruptError() }
                for i in piece { total &+= Int(flags[row.a &+ i &* row.aStride]) }
            }
        }
        // One more, because each is written before it is known whether it stays.
        return try [Int](unsafeUninitializedCapacity: total + 1) { offsets, count in
            var walk = Walk(mask.shape, mask.strides, strides)
            while walk.next() {
                let row = walk.row
                for piece in pieces(row.count) {
                    if Interrupt.stopsWork { throw InterruptError() }
                    for i in piece {
                        offsets[count] = row.b &+ i &* row.bStride
                        count &+= Int(flags[row.a &+ i &* row.aStride])
                    }
                }
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
                        for piece in pieces(offsets.count) where !Interrupt.stopsWork {
                            for j in piece { to[j] = from[offsets[j]] }
                        }
                        to += offsets.count
                    } else if inner.isSingleRun {
                        for j in 0..<offsets.count {
                            let from = from + offsets[j]
                            Copying.copyBytes(from, to: to, inner.count &* MemoryLayout<Word>.size)
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
        let placeShape = Array(source.shape[placeAxes])
        let placeStrides = Array(source.strides[placeAxes])
        // Single elements need no list of where they start.
        let starts = inner.count == 1 ? [] : positions(shape: placeShape, strides: placeStrides)
        places.offsets.withUnsafeBufferPointer { offsets in
            starts.withUnsafeBufferPointer { starts in
                var outer = Walk(
                    Array(view.shape[..<split]), Array(view.strides[..<split]), Array(source.strides[..<split]))
                while outer.next() {
                    let row = outer.row
                    for i in 0..<row.count {
                        let to = view.pointer(Word.self) + row.a + i * row.aStride
                        let from = source.pointer(Word.self) + row.b + i * row.bStride
                        if inner.count == 1 {
                            var walk = Walk(placeShape, placeStrides)
                            while walk.next() {
                                let row = walk.row
                                for j in 0..<row.count {
                                    let place = to + offsets[row.position &+ j]
                                    place.pointee = merge(place.pointee, from[row.a &+ j &* row.aStride])
                                }
                            }
                            continue
                        }
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
