import CSimd
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
        if let planes = TransposedPlanes(source, target) {
            var walk = Walk(planes.outer, planes.fromStrides, planes.toStrides)
            while walk.next() {
                let row = walk.row
                for i in 0..<row.count {
                    transpose(from + (row.a + i * row.aStride), to + (row.b + i * row.bStride), planes)
                }
            }
            return
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
        case (1, 1): copyBytes(from, to: to, count * MemoryLayout<Word>.size)
        case (0, 1): to.update(repeating: from[0], count: count)
        case (_, 1): for i in 0..<count { to[i] = from[i * fromStride] }
        default: for i in 0..<count { to[i * toStride] = from[i * fromStride] }
        }
    }

    /// The C library's function is slow where rows are short, or long and not aligned alike.
    @inline(__always)
    static func copyBytes(_ from: UnsafeRawPointer, to: UnsafeMutableRawPointer, _ count: Int) {
        guard count >= 32 && count < 1 << 16 else { return copyPieces(from, to: to, count) }
        var i = 0
        while i &+ 64 <= count {
            to.storeBytes(
                of: from.loadUnaligned(fromByteOffset: i, as: SIMD64<UInt8>.self), toByteOffset: i,
                as: SIMD64<UInt8>.self)
            // After the first one, whole cache lines of the target are written; bytes between are copied twice.
            i = i == 0 ? 64 &- (Int(bitPattern: to) & 63) : i &+ 64
        }
        while i < count {
            // The last vector may hold bytes a second time.
            let place = min(i, count &- 32)
            to.storeBytes(
                of: from.loadUnaligned(fromByteOffset: place, as: SIMD32<UInt8>.self), toByteOffset: place,
                as: SIMD32<UInt8>.self)
            i &+= 32
        }
    }

    /// Between the pieces an interrupt is heard.
    private static func copyPieces(_ from: UnsafeRawPointer, to: UnsafeMutableRawPointer, _ count: Int) {
        let piece = 16 << 20
        for place in stride(from: 0, to: count, by: piece) where !Interrupt.stopsWork {
            (to + place).copyMemory(from: from + place, byteCount: min(piece, count - place))
        }
    }

    /// Planes whose rows are contiguous in the source, and whose columns are in the target: they are copied by square
    /// tiles, so that each cache line of either is touched once.
    private struct TransposedPlanes {
        /// The other axes.
        private(set) var outer: [Int] = []
        private(set) var fromStrides: [Int] = []
        private(set) var toStrides: [Int] = []
        /// Places along the axis that is contiguous in the source, and from one to the next in the target.
        private(set) var rows = 0
        private(set) var rowStride = 0
        /// Places along the axis that is contiguous in the target, and from one to the next in the source.
        private(set) var columns = 0
        private(set) var columnStride = 0

        /// - Returns: `nil` where copying row by row is as good.
        init?(_ source: Tensor, _ target: Tensor) {
            guard source.rank >= 2 else { return nil }
            for axis in source.shape.indices where source.shape[axis] != 1 {
                let (size, from, to) = (source.shape[axis], source.strides[axis], target.strides[axis])
                if let last = outer.last, fromStrides[outer.count - 1] == from * size,
                    toStrides[outer.count - 1] == to * size
                {
                    outer[outer.count - 1] = last * size
                    fromStrides[outer.count - 1] = from
                    toStrides[outer.count - 1] = to
                } else {
                    outer.append(size)
                    fromStrides.append(from)
                    toStrides.append(to)
                }
            }
            guard let row = fromStrides.lastIndex(of: 1), let column = toStrides.lastIndex(of: 1), row != column,
                outer[row] >= 8, outer[column] >= 8
            else { return nil }
            (rows, rowStride) = (outer[row], toStrides[row])
            (columns, columnStride) = (outer[column], fromStrides[column])
            for axis in [max(row, column), min(row, column)] {
                outer.remove(at: axis)
                fromStrides.remove(at: axis)
                toStrides.remove(at: axis)
            }
        }
    }

    @inline(__always)
    private static func transpose<Word>(
        _ from: UnsafeMutablePointer<Word>, _ to: UnsafeMutablePointer<Word>, _ plane: TransposedPlanes
    ) {
        let tile = 32
        let size = MemoryLayout<Word>.size
        // Elements of a square that vectors transpose.
        let side = size == 4 ? 8 : size == 8 ? 4 : tile + 1
        let (rowStride, columnStride) = (plane.rowStride, plane.columnStride)
        for top in stride(from: 0, to: plane.rows, by: tile) {
            let bottom = min(top + tile, plane.rows)
            for left in stride(from: 0, to: plane.columns, by: tile) {
                let right = min(left + tile, plane.columns)
                var i = top
                while i < bottom {
                    let height = i &+ side <= bottom ? side : 1
                    var j = left
                    while j < right {
                        let (from, to) = (from + (i &+ j &* columnStride), to + (i &* rowStride &+ j))
                        if height == 1 || j &+ side > right {
                            for k in 0..<height { to[k &* rowStride] = from[k] }
                            j &+= 1
                            continue
                        }
                        if size == 4 {
                            csimd_transpose32(from, columnStride &* size, to, rowStride &* size)
                        } else {
                            csimd_transpose64(from, columnStride &* size, to, rowStride &* size)
                        }
                        j &+= side
                    }
                    i &+= height
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
