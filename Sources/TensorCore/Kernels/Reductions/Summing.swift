import CSimd

/// Sums of floating-point numbers in a fixed order whose error grows with the logarithm of the count.
///
/// Short runs are summed one after the other, and their sums pairwise: a sum of 2^k runs waits for the next one of that
/// length.
enum Summing<Vector: KernelVector> where Vector.Scalar: FractionElement {
    typealias Value = Vector.Scalar

    /// Vectors that are summed one after the other in each of four interleaved sums.
    private static var runLength: Int { 8 }
    /// Rows of a run: those of each half are summed one after the other.
    private static var runRows: Int { 16 }
    /// Columns that are summed at the same time.
    private static var stripWidth: Int { 512 }

    // MARK: Along rows

    /// The sum of `count` neighbouring elements.
    @inline(__always)
    static func sum(_ from: UnsafePointer<Value>, _ count: Int) -> Value {
        @inline(__always)
        func element(_ place: Int, _ left: Int) -> Vector { .load(upTo: left, from + place) }
        return sum(count, from: from, element)
    }

    /// The sum of `count` numbers, which a function makes by vectors.
    ///
    /// Zeros behind the numbers change no bit of it.
    ///
    /// - Parameters:
    ///   - from: Where the numbers are in memory, if they are.
    ///   - vector: The numbers from a place on, where this many are left; zero in the lanes beyond them. A local function
    ///     that is always inlined, because closures of some length are not.
    @inline(__always)
    static func sum(
        _ count: Int, from: UnsafePointer<Value>? = nil, _ vector: (_ place: Int, _ left: Int) -> Vector
    ) -> Value {
        let runCount = 4 &* Vector.scalarCount &* runLength
        let runs = count / runCount
        // As many as runs have binary digits: the stack holds them.
        let levels = Int.bitWidth &- runs.leadingZeroBitCount
        return withUnsafeTemporaryAllocation(of: Vector.self, capacity: levels &+ 1) { waiting in
            var depth = 0
            var run = 0
            while true {
                var sums = sumRun(run &* runCount, min(count, (run &+ 1) &* runCount), from, vector)
                if run == runs {
                    // The last one, which is not full.
                    while depth > 0 {
                        depth &-= 1
                        sums += waiting[depth]
                    }
                    return sums.laneSum
                }
                run &+= 1
                var pairs = run
                while pairs & 1 == 0 {
                    depth &-= 1
                    sums += waiting[depth]
                    pairs &>>= 1
                }
                waiting[depth] = sums
                depth &+= 1
            }
        }
    }

    @inline(__always)
    private static func sumRun(
        _ start: Int, _ end: Int, _ from: UnsafePointer<Value>?, _ vector: (_ place: Int, _ left: Int) -> Vector
    ) -> Vector {
        let lanes = Vector.scalarCount
        var sums = (Vector(repeating: 0), Vector(repeating: 0), Vector(repeating: 0), Vector(repeating: 0))
        // The function has two places, because it would not be inlined in eight.
        let four = csimd_four()
        withUnsafeMutableBytes(of: &sums) { sums in
            let sums = sums.assumingMemoryBound(to: Vector.self)
            var i = start
            if let from, let base = sums.baseAddress, addGroups(from + start, (end &- start) / (4 &* lanes), base) {
                i = end &- (end &- start) % (4 &* lanes)
            }
            while i &+ 4 &* lanes <= end {
                for k in 0..<four { sums[k] += vector(i &+ k &* lanes, lanes) }
                i &+= 4 &* lanes
            }
            for k in 0..<four where i &+ k &* lanes < end { sums[k] += vector(i &+ k &* lanes, end &- i &- k &* lanes) }
        }
        return (sums.0 + sums.1) + (sums.2 + sums.3)
    }

    /// Adds groups of four vectors in registers, where there is code for vectors of the type.
    @inline(__always)
    private static func addGroups(
        _ from: UnsafePointer<Value>, _ groups: Int, _ sums: UnsafeMutablePointer<Vector>
    ) -> Bool {
        let (from, sums) = (UnsafeRawPointer(from), UnsafeMutableRawPointer(sums))
        if Vector.self == SIMD16<Float>.self {
            csimd_add_groups16(from.assumingMemoryBound(to: Float.self), groups, sums)
            return true
        }
        if Vector.self == SIMD8<Double>.self {
            csimd_add_groups_double8(from.assumingMemoryBound(to: Double.self), groups, sums)
            return true
        }
        return false
    }

    // MARK: Down columns

    /// Writes the sums of the columns of `rows` rows of `count` neighbouring elements each.
    ///
    /// - Parameter stride: From a row to the next; `count` unless told otherwise.
    @inline(__always)
    static func sumColumns(
        _ from: UnsafePointer<Value>, _ rows: Int, _ count: Int, stride: Int? = nil, _ to: UnsafeMutablePointer<Value>
    ) {
        let stride = stride ?? count
        if rows <= runRows { return sumRows(from, rows, count, stride: stride, to) }
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
                        from + top * stride + left, min(runRows, rows - top), columns, stride: stride,
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
        let lanes = Vector.scalarCount
        let half = min(rows, runRows / 2)
        var j = 0
        while j &+ 4 &* lanes <= columns {
            var sums = sumFour(from + j, 0..<half, stride)
            if half < rows {
                let others = sumFour(from + j, half..<rows, stride)
                sums = (sums.0 + others.0, sums.1 + others.1, sums.2 + others.2, sums.3 + others.3)
            }
            sums.0.store(to + j)
            sums.1.store(to + (j &+ lanes))
            sums.2.store(to + (j &+ 2 &* lanes))
            sums.3.store(to + (j &+ 3 &* lanes))
            j &+= 4 &* lanes
        }
        while j < columns {
            var (sums, others) = (Vector(repeating: 0), Vector(repeating: 0))
            for i in 0..<half { sums += .load(upTo: columns &- j, from + (i &* stride &+ j)) }
            for i in half..<rows { others += .load(upTo: columns &- j, from + (i &* stride &+ j)) }
            (sums + others).store(upTo: columns &- j, to + j)
            j &+= lanes
        }
    }

    /// The sums of four vectors of columns.
    @inline(__always)
    private static func sumFour(
        _ from: UnsafePointer<Value>, _ rows: Range<Int>, _ stride: Int
    ) -> (Vector, Vector, Vector, Vector) {
        let lanes = Vector.scalarCount
        var (a, b, c, d) = (Vector(repeating: 0), Vector(repeating: 0), Vector(repeating: 0), Vector(repeating: 0))
        for i in rows {
            let from = from + i &* stride
            a += .load(from)
            b += .load(from + lanes)
            c += .load(from + 2 &* lanes)
            d += .load(from + 3 &* lanes)
        }
        return (a, b, c, d)
    }
}
