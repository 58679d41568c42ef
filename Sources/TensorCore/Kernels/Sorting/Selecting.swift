/// Elements that would stand at some places of sorted rows, found without sorting all: of the elements that agree with a
/// wanted one in the first digits of its key, only those are kept, digit by digit.
enum Selecting {
    /// Writes the elements at `ranks`, in rising order, of each row of `size` elements, and where they were. The order is
    /// that of `Sorting.sort`.
    @inline(never)
    static func select(_ rows: Tensor, size: Int, ranks: [Int], values: Tensor, indices: Tensor) throws {
        if indices.count == 0 { return }
        switch rows.dtype {
        case .bool, .uint8: try select(rows, size, ranks, values, indices, UInt8.self) { (value: UInt8) in value }
        case .int64:
            try select(rows, size, ranks, values, indices, UInt64.self) { (value: Int64) in Sorting.key(value) }
        case .float32:
            try select(rows, size, ranks, values, indices, UInt32.self) { (value: Float) in Sorting.key(value) }
        case .float64:
            try select(rows, size, ranks, values, indices, UInt64.self) { (value: Double) in Sorting.key(value) }
        }
    }

    @inline(__always)
    private static func select<Value, Key: FixedWidthInteger & UnsignedInteger>(
        _ rows: Tensor, _ size: Int, _ ranks: [Int], _ values: Tensor, _ indices: Tensor, _: Key.Type,
        _ key: (Value) -> Key
    ) throws {
        let from = UnsafePointer(rows.pointer(Value.self))
        let (toValues, toIndices) = (values.pointer(Value.self), indices.pointer(Int64.self))
        let bits = min(size < 1 << 14 ? 8 : 11, Key.bitWidth)
        try Scratch.with(size, of: Sorting.Entry<Key>.self) { entries in
            try Scratch.with(1 << bits, of: Int.self) { counts in
                let selection = Selection(entries: entries, counts: counts, bits: bits, size: size)
                for r in 0..<indices.count / ranks.count {
                    if r & 0xFFF == 0 || size > Sorting.blockSize { try Interrupt.check() }
                    let row = from + r * size
                    var next = 0
                    while next < ranks.count {
                        // Those that end among the same entries are found together.
                        let found = try selection.narrow(row, rank: ranks[next], key)
                        while next < ranks.count, ranks[next] < found.first + found.count {
                            let index = entries[ranks[next] - found.first].index
                            toIndices[r * ranks.count + next] = Int64(index)
                            toValues[r * ranks.count + next] = row[index]
                            next += 1
                        }
                    }
                }
            }
        }
    }

    private struct Selection<Key: FixedWidthInteger & UnsignedInteger> {
        let entries: UnsafeMutablePointer<Sorting.Entry<Key>>
        let counts: UnsafeMutablePointer<Int>
        /// Of a digit.
        let bits: Int
        let size: Int

        /// Leaves those entries in order that stand around a rank; `first` is the rank of the first of them.
        @inline(__always)
        func narrow<Value>(
            _ row: UnsafePointer<Value>, rank: Int, _ key: (Value) -> Key
        ) throws -> (first: Int, count: Int) {
            if size <= 48 {
                for i in 0..<size { entries[i] = Sorting.Entry(key: key(row[i]), index: i) }
                Sorting.insertionSort(entries, size)
                return (0, size)
            }
            var shift = max(Key.bitWidth - bits, 0)
            // The first digit of all elements; of the other digits, those of the entries that are left.
            let top = try digit(of: rank, count: size, shift) { key(row[$0]) }
            var (first, count) = (top.first, 0)
            try Sorting.forEachBlock(size) { block in
                for i in block {
                    let key = key(row[i])
                    guard key >> shift == top.digit else { continue }
                    entries[count] = Sorting.Entry(key: key, index: i)
                    count &+= 1
                }
            }
            while count > 48, shift > 0 {
                shift = max(shift - bits, 0)
                let next = try digit(of: rank - first, count: count, shift) { entries[$0].key }
                // All of them agree in the digits before.
                var kept = 0
                for i in 0..<count where (entries[i].key >> shift) & mask == next.digit {
                    entries[kept] = entries[i]
                    kept &+= 1
                }
                first += next.first
                count = kept
            }
            // Where more are left, they are equal, and in order.
            if count <= 48 { Sorting.insertionSort(entries, count) }
            return (first, count)
        }

        private var mask: Key { Key(truncatingIfNeeded: (1 << bits) - 1) }

        /// The digit of the element at a rank, and how many have a lesser one.
        @inline(__always)
        private func digit(
            of rank: Int, count: Int, _ shift: Int, _ key: (Int) -> Key
        ) throws -> (digit: Key, first: Int) {
            counts.update(repeating: 0, count: 1 << bits)
            try Sorting.forEachBlock(count) { block in
                for i in block { counts[Int(truncatingIfNeeded: (key(i) >> shift) & mask)] &+= 1 }
            }
            var (digit, first) = (0, 0)
            while first + counts[digit] <= rank {
                first += counts[digit]
                digit += 1
            }
            return (Key(truncatingIfNeeded: digit), first)
        }
    }
}
