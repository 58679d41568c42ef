/// Stable sorting along the rows of contiguous tensors.
///
/// Elements are sorted by keys: unsigned numbers in the same order. Short rows by insertion, long ones by their digits
/// (least significant first).
enum Sorting {
    /// Writes the first elements in order of each row of `size` elements, as many as the results' rows have.
    @inline(never)
    static func sort(_ rows: Tensor, size: Int, descending: Bool, values: Tensor, indices: Tensor) throws {
        if indices.count == 0 { return }
        switch rows.dtype {
        case .bool, .uint8:
            try sort(rows, size, values, indices, UInt8.self) { (value: UInt8) in descending ? ~value : value }
        case .int64:
            try sort(rows, size, values, indices, UInt64.self) { (value: Int64) in
                let key = Sorting.key(value)
                return descending ? ~key : key
            }
        case .float32:
            try sort(rows, size, values, indices, UInt32.self) { (value: Float) in
                let key = Sorting.key(value)
                return descending ? ~key : key
            }
        case .float64:
            try sort(rows, size, values, indices, UInt64.self) { (value: Double) in
                let key = Sorting.key(value)
                return descending ? ~key : key
            }
        }
    }

    @inline(__always)
    static func key(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) ^ 1 << 63 }

    @inline(__always)
    static func key(_ value: Float) -> UInt32 {
        if value != value { return .max }
        // Adding 0 makes 0 of -0, so that both are equal.
        let bits = (value + 0).bitPattern
        return bits >> 31 == 1 ? ~bits : bits | 1 << 31
    }

    @inline(__always)
    static func key(_ value: Double) -> UInt64 {
        if value != value { return .max }
        let bits = (value + 0).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }

    struct Entry<Key: FixedWidthInteger> {
        var key: Key
        var index: Int
    }

    @inline(__always)
    private static func sort<Value, Key: FixedWidthInteger & UnsignedInteger>(
        _ rows: Tensor, _ size: Int, _ values: Tensor, _ indices: Tensor, _: Key.Type, _ key: (Value) -> Key
    ) throws {
        let from = rows.pointer(Value.self)
        let toValues = values.pointer(Value.self)
        let toIndices = indices.pointer(Int64.self)
        let rowCount = rows.count / size
        let kept = indices.count / rowCount
        let memory = try Storage(byteCount: 2 * size * MemoryLayout<Entry<Key>>.stride, zeroed: false)
        let base = memory.base.bindMemory(to: Entry<Key>.self, capacity: 2 * size)
        defer { withExtendedLifetime(memory) {} }
        for r in 0..<rowCount {
            let row = from + r * size
            var sorted = base
            if r & 0xFFF == 0 || size > blockSize { try Interrupt.check() }
            if kept < size && kept <= 32 {
                selectEntries(row, size, kept, base, key)
            } else {
                try forEachBlock(size) { for i in $0 { base[i] = Entry(key: key(row[i]), index: i) } }
                if size <= 48 {
                    insertionSort(base, size)
                } else {
                    sorted = try digitSort(base, base + size, size)
                }
            }
            try forEachBlock(kept) { block in
                for i in block {
                    toIndices[r * kept + i] = Int64(sorted[i].index)
                    toValues[r * kept + i] = row[sorted[i].index]
                }
            }
        }
    }

    @inline(__always)
    static func insertionSort<Key>(_ entries: UnsafeMutablePointer<Entry<Key>>, _ count: Int) {
        for i in 1..<max(count, 1) {
            let entry = entries[i]
            var place = i
            while place > 0 && entries[place - 1].key > entry.key {
                entries[place] = entries[place - 1]
                place -= 1
            }
            entries[place] = entry
        }
    }

    /// Keeps the first few in order while going through the row.
    @inline(__always)
    private static func selectEntries<Value, Key>(
        _ row: UnsafePointer<Value>, _ size: Int, _ kept: Int, _ best: UnsafeMutablePointer<Entry<Key>>,
        _ key: (Value) -> Key
    ) {
        var count = 0
        for i in 0..<size {
            let entry = Entry(key: key(row[i]), index: i)
            if count == kept {
                if entry.key >= best[count - 1].key { continue }
            } else {
                count += 1
            }
            var place = count - 1
            while place > 0 && best[place - 1].key > entry.key {
                best[place] = best[place - 1]
                place -= 1
            }
            best[place] = entry
        }
    }

    /// Elements between two looks at whether the work is to stop.
    static var blockSize: Int { 1 << 20 }

    /// Calls `body` with the range of each block of `count` elements; an interrupt comes between two of them.
    @inline(__always)
    static func forEachBlock(_ count: Int, _ body: (Range<Int>) -> Void) throws {
        for start in stride(from: 0, to: count, by: blockSize) {
            if count > blockSize { try Interrupt.check() }
            body(start..<min(start + blockSize, count))
        }
    }

    /// Sorts by bytes, least significant first; returns which of the two buffers holds the result.
    @inline(__always)
    private static func digitSort<Key: FixedWidthInteger & UnsignedInteger>(
        _ first: UnsafeMutablePointer<Entry<Key>>, _ second: UnsafeMutablePointer<Entry<Key>>, _ count: Int
    ) throws -> UnsafeMutablePointer<Entry<Key>> {
        var from = first
        var to = second
        return try withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { places in
            for shift in stride(from: 0, to: Key.bitWidth, by: 8) {
                for digit in 0..<256 { places[digit] = 0 }
                try forEachBlock(count) { block in
                    for i in block { places[Int(truncatingIfNeeded: (from[i].key >> shift) & 255)] += 1 }
                }
                if places[Int(truncatingIfNeeded: (from[0].key >> shift) & 255)] == count { continue }
                var start = 0
                for digit in 0..<256 {
                    let size = places[digit]
                    places[digit] = start
                    start += size
                }
                try forEachBlock(count) { block in
                    for i in block {
                        let digit = Int(truncatingIfNeeded: (from[i].key >> shift) & 255)
                        to[places[digit]] = from[i]
                        places[digit] += 1
                    }
                }
                swap(&from, &to)
            }
            return from
        }
    }

    /// Where the runs of equal elements of a sorted vector start.
    @inline(never)
    static func runs(_ sorted: Tensor) throws -> [Int] {
        switch sorted.dtype {
        case .bool, .uint8: try runs(sorted, UInt8.self)
        case .int64: try runs(sorted, Int64.self)
        case .float32: try runs(sorted, Float.self)
        case .float64: try runs(sorted, Double.self)
        }
    }

    @inline(__always)
    private static func runs<Value: Element>(_ sorted: Tensor, _: Value.Type) throws -> [Int] {
        let from = sorted.pointer(Value.self)
        var starts: [Int] = []
        try forEachBlock(sorted.count) { block in
            for i in block {
                if i > 0 && (from[i] == from[i - 1] || from[i].isNotANumber && from[i - 1].isNotANumber) { continue }
                starts.append(i)
            }
        }
        return starts
    }
}
