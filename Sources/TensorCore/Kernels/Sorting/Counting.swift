/// How often numbers occur, and where elements are.
enum Counting {
    /// Adds one to the count of each number of a contiguous int64 tensor, all of which are from 0 to less than the counts'
    /// number.
    @inline(never)
    static func count(_ numbers: Tensor, into counts: Tensor) throws {
        let (from, to) = (UnsafePointer(numbers.pointer(Int64.self)), counts.pointer(Int64.self))
        let limit = counts.count
        try Sorting.forEachBlock(numbers.count) { block in
            for i in block {
                let number = Int(from[i])
                precondition(number >= 0 && number < limit)
                to[number] &+= 1
            }
        }
    }

    /// Adds one for each element between two neighbouring edges to the count there: the left edge belongs to it, and to the
    /// last one both.
    ///
    /// - Parameters:
    ///   - x: Contiguous.
    ///   - edges: At least two, rising.
    ///   - areEven: Whether the edges are about as far from each other: an element's place is then known but for one or two.
    @inline(never)
    static func histogram(_ x: Tensor, edges: [Double], areEven: Bool, into counts: Tensor) throws {
        switch x.dtype {
        case .bool, .uint8: try histogram(x, edges, areEven, counts, UInt8.self)
        case .int64: try histogram(x, edges, areEven, counts, Int64.self)
        case .float32: try histogram(x, edges, areEven, counts, Float.self)
        case .float64: try histogram(x, edges, areEven, counts, Double.self)
        }
    }

    @inline(__always)
    private static func histogram<Value: Element>(
        _ x: Tensor, _ edges: [Double], _ areEven: Bool, _ counts: Tensor, _: Value.Type
    ) throws {
        let (from, to) = (UnsafePointer(x.pointer(Value.self)), counts.pointer(Int64.self))
        let last = edges.count - 2
        precondition(last >= 0 && counts.count == last + 1)
        let (low, high) = (edges[0], edges[last + 1])
        let perUnit = Double(last + 1) / (high - low)
        let isEven = areEven && perUnit.isFinite
        try edges.withUnsafeBufferPointer { edges in
            try Sorting.forEachBlock(x.count) { block in
                for i in block {
                    let value = from[i].double
                    guard value >= low && value <= high else { continue }
                    var place: Int
                    if isEven {
                        place = min(Int((value - low) * perUnit), last)
                        while value < edges[place] { place &-= 1 }
                        while place < last && value >= edges[place &+ 1] { place &+= 1 }
                    } else {
                        // The last edge that is not greater.
                        var (start, end) = (0, last + 1)
                        while start < end {
                            let middle = (start &+ end &+ 1) / 2
                            if edges[middle] <= value { start = middle } else { end = middle &- 1 }
                        }
                        place = min(start, last)
                    }
                    to[place] &+= 1
                }
            }
        }
    }

    /// Writes where the set elements of a contiguous bool tensor are: for each the place along each axis.
    ///
    /// - Parameter result: Contiguous int64, `[count, axes]`, with a row for each of them.
    @inline(never)
    static func places(_ mask: Tensor, into result: Tensor) throws {
        let flags = UnsafePointer(mask.pointer(UInt8.self))
        let (rank, width) = (mask.rank, mask.shape.last ?? 1)
        var to = result.pointer(Int64.self)
        var outer = [Int64](repeating: 0, count: max(rank - 1, 0))
        // One more, because each is written before it is known whether it stays.
        let piece = min(width, 4096)
        try Scratch.with(piece + 1, of: Int64.self) { found in
            for start in stride(from: 0, to: mask.count, by: max(width, 1)) {
                for left in stride(from: 0, to: width, by: piece) {
                    if Interrupt.stopsWork { throw InterruptError() }
                    let flags = flags + (start + left)
                    var count = 0
                    for i in 0..<min(piece, width - left) {
                        found[count] = Int64(left &+ i)
                        count &+= Int(flags[i])
                    }
                    if rank == 2 {
                        let row = outer[0]
                        for i in 0..<count { (to[2 &* i], to[2 &* i &+ 1]) = (row, found[i]) }
                    } else {
                        for i in 0..<count {
                            for axis in 0..<rank - 1 { to[i &* rank &+ axis] = outer[axis] }
                            to[i &* rank &+ rank &- 1] = found[i]
                        }
                    }
                    to += count * rank
                }
                // The next row.
                for axis in stride(from: rank - 2, through: 0, by: -1) {
                    outer[axis] += 1
                    if outer[axis] < Int64(mask.shape[axis]) { break }
                    outer[axis] = 0
                }
            }
        }
    }
}
