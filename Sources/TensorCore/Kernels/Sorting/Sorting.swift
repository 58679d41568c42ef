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
                let key = UInt64(bitPattern: value) ^ 1 << 63
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
    private static func key(_ value: Float) -> UInt32 {
        if value != value { return .max }
        // Adding 0 makes 0 of -0, so that both are equal.
        let bits = (value + 0).bitPattern
        return bits >> 31 == 1 ? ~bits : bits | 1 << 31
    }

    @inline(__always)
    private static func key(_ value: Double) -> UInt64 {
        if value != value { return .max }
        let bits = (value + 0).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }

    private struct Entry<Key: FixedWidthInteger> {
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
            if kept < size && kept <= 32 {
                selectEntries(row, size, kept, base, key)
            } else {
                for i in 0..<size { base[i] = Entry(key: key(row[i]), index: i) }
                if size <= 48 {
                    insertionSort(base, size)
                } else {
                    sorted = digitSort(base, base + size, size)
                }
            }
            for i in 0..<kept {
                toIndices[r * kept + i] = Int64(sorted[i].index)
                toValues[r * kept + i] = row[sorted[i].index]
            }
        }
    }

    @inline(__always)
    private static func insertionSort<Key>(_ entries: UnsafeMutablePointer<Entry<Key>>, _ count: Int) {
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

    /// Sorts by bytes, least significant first; returns which of the two buffers holds the result.
    @inline(__always)
    private static func digitSort<Key: FixedWidthInteger & UnsignedInteger>(
        _ first: UnsafeMutablePointer<Entry<Key>>, _ second: UnsafeMutablePointer<Entry<Key>>, _ count: Int
    ) -> UnsafeMutablePointer<Entry<Key>> {
        var from = first
        var to = second
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { places in
            for shift in stride(from: 0, to: Key.bitWidth, by: 8) {
                for digit in 0..<256 { places[digit] = 0 }
                for i in 0..<count { places[Int(truncatingIfNeeded: (from[i].key >> shift) & 255)] += 1 }
                if places[Int(truncatingIfNeeded: (from[0].key >> shift) & 255)] == count { continue }
                var start = 0
                for digit in 0..<256 {
                    let size = places[digit]
                    places[digit] = start
                    start += size
                }
                for i in 0..<count {
                    let digit = Int(truncatingIfNeeded: (from[i].key >> shift) & 255)
                    to[places[digit]] = from[i]
                    places[digit] += 1
                }
                swap(&from, &to)
            }
            return from
        }
    }

    /// Where the runs of equal elements of a sorted vector start.
    @inline(never)
    static func runs(_ sorted: Tensor) -> [Int] {
        switch sorted.dtype {
        case .bool, .uint8: runs(sorted, UInt8.self)
        case .int64: runs(sorted, Int64.self)
        case .float32: runs(sorted, Float.self)
        case .float64: runs(sorted, Double.self)
        }
    }

    @inline(__always)
    private static func runs<Value: Element>(_ sorted: Tensor, _: Value.Type) -> [Int] {
        let from = sorted.pointer(Value.self)
        var starts: [Int] = []
        for i in 0..<sorted.count {
            if i > 0 && (from[i] == from[i - 1] || from[i].isNotANumber && from[i - 1].isNotANumber) { continue }
            starts.append(i)
        }
        return starts
    }
}
