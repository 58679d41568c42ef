/// Sums of floating-point numbers in a fixed order whose error grows with the logarithm of the count.
///
/// Short runs are summed one after the other, and their sums pairwise: a sum of 2^k runs waits for the next one of that
/// length.
enum Summing<Vector: SIMD> where Vector.Scalar: FractionElement {
    typealias Value = Vector.Scalar

    /// Vectors that are summed one after the other in each of four interleaved sums.
    private static var runLength: Int { 8 }
    /// Rows that are summed one after the other.
    private static var runRows: Int { 8 }
    /// Columns that are summed at the same time.
    private static var stripWidth: Int { 256 }

    // MARK: Along rows

    /// The sum of `count` neighbouring elements.
    @inline(__always)
    static func sum(_ from: UnsafePointer<Value>, _ count: Int) -> Value {
        let lanes = Vector.scalarCount
        let runCount = 4 * lanes * runLength
        let vectors = count / lanes
        var total: Value = 0
        if count <= runCount {
            if vectors > 0 { total = sumRun(from, vectors).sum() }
        } else {
            total = sumRuns(from, count / runCount, runCount, vectors)
        }
        for i in vectors * lanes..<count { total += from[i] }
        return total
    }

    @inline(__always)
    private static func sumRuns(_ from: UnsafePointer<Value>, _ runs: Int, _ runCount: Int, _ vectors: Int) -> Value {
        let lanes = Vector.scalarCount
        return withUnsafeTemporaryAllocation(of: Vector.self, capacity: 64) { waiting in
            var depth = 0
            for run in 0..<runs {
                var sums = sumRun(from + run * runCount, runCount / lanes)
                var pairs = run + 1
                while pairs & 1 == 0 {
                    depth -= 1
                    sums += waiting[depth]
                    pairs >>= 1
                }
                waiting[depth] = sums
                depth += 1
            }
            var total = sumRun(from + runs * runCount, vectors - runs * (runCount / lanes))
            while depth > 0 {
                depth -= 1
                total += waiting[depth]
            }
            return total.sum()
        }
    }

    @inline(__always)
    private static func sumRun(_ from: UnsafePointer<Value>, _ vectors: Int) -> Vector {
        let raw = UnsafeRawPointer(from)
        let width = MemoryLayout<Vector>.size
        var a = Vector(repeating: 0)
        var b = a
        var c = a
        var d = a
        var next = 0
        while next + 4 <= vectors {
            let place = raw + next * width
            a += place.loadUnaligned(as: Vector.self)
            b += place.loadUnaligned(fromByteOffset: width, as: Vector.self)
            c += place.loadUnaligned(fromByteOffset: 2 * width, as: Vector.self)
            d += place.loadUnaligned(fromByteOffset: 3 * width, as: Vector.self)
            next += 4
        }
        while next < vectors {
            a += (raw + next * width).loadUnaligned(as: Vector.self)
            next += 1
        }
        return (a + b) + (c + d)
    }

    // MARK: Down columns

    /// Writes the sums of the columns of `rows` rows of `count` neighbouring elements each.
    @inline(__always)
    static func sumColumns(
        _ from: UnsafePointer<Value>, _ rows: Int, _ count: Int, _ to: UnsafeMutablePointer<Value>
    ) {
        if rows <= runRows { return sumRows(from, rows, count, stride: count, to) }
        let width = min(count, stripWidth)
        let runs = (rows + runRows - 1) / runRows
        let levels = Int.bitWidth - runs.leadingZeroBitCount + 1
        withUnsafeTemporaryAllocation(of: Value.self, capacity: levels * width) { sums in
            guard let base = sums.baseAddress else { return }
            for left in Swift.stride(from: 0, to: count, by: width) {
                let columns = min(width, count - left)
                // The sums that wait are at `base`, `base + width`, ...; a new one is made behind them.
                var depth = 0
                for run in 0..<runs {
                    let top = run * runRows
                    sumRows(
                        from + top * count + left, min(runRows, rows - top), columns, stride: count,
                        base + depth * width)
                    var pairs = run + 1
                    while pairs & 1 == 0 {
                        depth -= 1
                        add(base + (depth + 1) * width, to: base + depth * width, columns)
                        pairs >>= 1
                    }
                    depth += 1
                }
                while depth > 1 {
                    depth -= 1
                    add(base + depth * width, to: base + (depth - 1) * width, columns)
                }
                (to + left).update(from: base, count: columns)
            }
        }
    }

    @inline(__always)
    private static func add(_ from: UnsafePointer<Value>, to: UnsafeMutablePointer<Value>, _ count: Int) {
        for j in 0..<count { to[j] += from[j] }
    }

    @inline(__always)
    private static func sumRows(
        _ from: UnsafePointer<Value>, _ rows: Int, _ columns: Int, stride: Int, _ to: UnsafeMutablePointer<Value>
    ) {
        to.initialize(repeating: 0, count: columns)
        for i in 0..<rows { add(from + i * stride, to: to, columns) }
    }
}
