import Glibc

/// Moves elements between tensors: to other strides, to other types.
enum Copying {
    /// Writes the elements of `source` over those of `target`, which has the same shape.
    ///
    /// Elements are converted where the types differ. The two do not overlap in memory.
    @inline(never)
    static func copy(_ source: Tensor, to target: Tensor) {
        if source.dtype != target.dtype { return convert(source, to: target) }
        switch source.dtype.size {
        case 1: move(source, to: target, UInt8.self)
        case 4: move(source, to: target, UInt32.self)
        default: move(source, to: target, UInt64.self)
        }
    }

    /// Sets every element of a contiguous tensor.
    @inline(never)
    static func fill(_ target: Tensor, with value: Double) {
        switch target.dtype {
        case .bool: fill(target, UInt8(value != 0 ? 1 : 0))
        case .uint8: fill(target, UInt8(saturating: value))
        case .int64: fill(target, Int64(saturating: value))
        case .float32: fill(target, Float(value))
        case .float64: fill(target, value)
        }
    }

    private static func fill<Value>(_ target: Tensor, _ value: Value) {
        target.pointer(Value.self).update(repeating: value, count: target.count)
    }

    // MARK: Same type

    @inline(__always)
    private static func move<Word>(_ source: Tensor, to target: Tensor, _: Word.Type) {
        let from = source.pointer(Word.self)
        let to = target.pointer(Word.self)
        if let plan = TransposePlan(source: source, target: target) {
            return transpose(from, to, plan)
        }
        var walk = Walk(target.shape, source.strides, target.strides)
        while walk.next() {
            let row = walk.row
            moveRow(from + row.a, row.aStride, to + row.b, row.bStride, row.count)
        }
    }

    @inline(__always)
    private static func moveRow<Word>(
        _ from: UnsafeMutablePointer<Word>, _ fromStride: Int, _ to: UnsafeMutablePointer<Word>, _ toStride: Int,
        _ count: Int
    ) {
        switch (fromStride, toStride) {
        case (1, 1): to.update(from: from, count: count)
        case (0, 1): to.update(repeating: from[0], count: count)
        case (_, 1): for i in 0..<count { to[i] = from[i * fromStride] }
        default: for i in 0..<count { to[i * toStride] = from[i * fromStride] }
        }
    }

    /// How to copy what lies along another axis in the source than in the target: by square tiles, so that each cache
    /// line of either is touched once.
    private struct TransposePlan {
        /// The target is row-major of shape `[outer, rows, columns]`; along `rows` the source is contiguous.
        var outer: Int
        var outerStride: Int
        var rows: Int
        var columns: Int
        var columnStride: Int

        /// - Returns: `nil` where copying row by row is as good.
        init?(source: Tensor, target: Tensor) {
            guard source.rank >= 2, source.strides[source.rank - 1] != 1, target.isContiguous else { return nil }
            let axes = source.shape.indices.filter { source.shape[$0] != 1 }
            var joined: [(size: Int, stride: Int)] = []
            for axis in axes {
                let size = source.shape[axis]
                let stride = source.strides[axis]
                if let last = joined.last, last.stride == stride * size {
                    joined[joined.count - 1] = (last.size * size, stride)
                } else {
                    joined.append((size, stride))
                }
            }
            if joined.count == 2 { joined.insert((1, 0), at: 0) }
            guard joined.count == 3, joined[1].stride == 1, joined[1].size >= 8, joined[2].size >= 8,
                joined[0].size > 0
            else { return nil }
            outer = joined[0].size
            outerStride = joined[0].stride
            rows = joined[1].size
            columns = joined[2].size
            columnStride = joined[2].stride
        }
    }

    @inline(__always)
    private static func transpose<Word>(
        _ from: UnsafeMutablePointer<Word>, _ to: UnsafeMutablePointer<Word>, _ plan: TransposePlan
    ) {
        let tile = 32
        for plane in 0..<plan.outer {
            let source = from + plane * plan.outerStride
            let target = to + plane * plan.rows * plan.columns
            for top in stride(from: 0, to: plan.rows, by: tile) {
                let bottom = min(top + tile, plan.rows)
                for left in stride(from: 0, to: plan.columns, by: tile) {
                    let right = min(left + tile, plan.columns)
                    for i in top..<bottom {
                        for j in left..<right {
                            target[i * plan.columns + j] = source[i + j * plan.columnStride]
                        }
                    }
                }
            }
        }
    }

    // MARK: Between types

    private static func convert(_ source: Tensor, to target: Tensor) {
        switch source.dtype {
        case .bool, .uint8: convert(source, UInt8.self, to: target)
        case .int64: convert(source, Int64.self, to: target)
        case .float32: convert(source, Float.self, to: target)
        case .float64: convert(source, Double.self, to: target)
        }
    }

    @inline(__always)
    private static func convert<From: Element>(_ source: Tensor, _: From.Type, to target: Tensor) {
        switch target.dtype {
        case .bool: convertRows(source, target) { (value: From) in UInt8(value.isTrue ? 1 : 0) }
        case .uint8: convertRows(source, target) { (value: From) in value.byte }
        case .int64: convertRows(source, target) { (value: From) in value.int64 }
        case .float32: convertRows(source, target) { (value: From) in value.float }
        case .float64: convertRows(source, target) { (value: From) in value.double }
        }
    }

    @inline(__always)
    private static func convertRows<From, To>(_ source: Tensor, _ target: Tensor, _ value: (From) -> To) {
        let from = source.pointer(From.self)
        let to = target.pointer(To.self)
        var walk = Walk(target.shape, source.strides, target.strides)
        while walk.next() {
            let row = walk.row
            let from = from + row.a
            let to = to + row.b
            if row.aStride == 1 && row.bStride == 1 {
                for i in 0..<row.count { to[i] = value(from[i]) }
            } else {
                for i in 0..<row.count { to[i * row.bStride] = value(from[i * row.aStride]) }
            }
        }
    }
}
