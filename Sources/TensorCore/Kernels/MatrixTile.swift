import CSimd

/// Three neighbouring vectors of a row of a product, in registers.
struct TileRow<V: KernelVector> where V.Scalar: FloatingPoint {
    var x = V()
    var y = V()
    var z = V()

    @inline(__always)
    mutating func add(_ a: V, _ columns: Int, _ bx: V, _ by: V, _ bz: V) {
        x.multiplyAdd(a, bx)
        if columns > 1 { y.multiplyAdd(a, by) }
        if columns > 2 { z.multiplyAdd(a, bz) }
    }

    /// Stores vectors of which only the last `valid` elements are wanted, at `c`, where the first wanted one goes.
    @inline(__always)
    func store(_ columns: Int, _ valid: Int, _ c: UnsafeMutablePointer<V.Scalar>, _ accumulate: Bool) {
        let lanes = V.scalarCount
        if valid == columns &* lanes {
            (accumulate ? V.load(c) + x : x).store(c)
            if columns > 1 { (accumulate ? V.load(c + lanes) + y : y).store(c + lanes) }
            if columns > 2 { (accumulate ? V.load(c + 2 * lanes) + z : z).store(c + 2 * lanes) }
        } else {
            var row = self
            withUnsafeBytes(of: &row) { bytes in
                let all = bytes.assumingMemoryBound(to: V.Scalar.self)
                let skipped = columns &* lanes &- valid
                for column in 0..<valid {
                    c[column] = accumulate ? c[column] + all[skipped &+ column] : all[skipped &+ column]
                }
            }
        }
    }
}

/// The part of a product that stays in registers while its sums grow: `rows` rows (8, or 4 where a CPU has only 16
/// vector registers) of `columns` vectors (at most 3).
///
/// `rows` and `columns` are parameters of each method and constants where it is inlined, so that unused rows vanish.
struct Tile<V: KernelVector> where V.Scalar: FloatingPoint {
    private var r0 = TileRow<V>()
    private var r1 = TileRow<V>()
    private var r2 = TileRow<V>()
    private var r3 = TileRow<V>()
    private var r4 = TileRow<V>()
    private var r5 = TileRow<V>()
    private var r6 = TileRow<V>()
    private var r7 = TileRow<V>()

    /// The most rows whose sums fit in the registers.
    static var maximumRows: Int { Int(CSIMD_ROWS) }

    /// How many of `rest` rows to do next: kernels are made for a few heights only, fewer in double precision.
    @inline(__always)
    static func height(_ rest: Int) -> Int {
        if rest >= maximumRows { return maximumRows }
        if V.Scalar.self == Double.self { return 1 }
        return rest >= 4 ? 4 : rest >= 2 ? 2 : 1
    }

    /// The most columns.
    static var maximumColumns: Int { 3 * V.scalarCount }

    @inline(__always)
    init() {}

    /// Adds one column of the left operand times one row of the right: `a` has a number for each row, `aRow` apart.
    @inline(__always)
    mutating func addOuter(
        _ rows: Int, _ columns: Int, _ a: UnsafePointer<V.Scalar>, _ aRow: Int, _ b: UnsafePointer<V.Scalar>
    ) {
        let x = V.load(b)
        let y = columns > 1 ? V.load(b + V.scalarCount) : x
        let z = columns > 2 ? V.load(b + 2 * V.scalarCount) : x
        r0.add(V(repeating: a[0]), columns, x, y, z)
        if rows > 1 { r1.add(V(repeating: a[aRow]), columns, x, y, z) }
        if rows > 2 { r2.add(V(repeating: a[2 &* aRow]), columns, x, y, z) }
        if rows > 3 { r3.add(V(repeating: a[3 &* aRow]), columns, x, y, z) }
        if rows > 4 { r4.add(V(repeating: a[4 &* aRow]), columns, x, y, z) }
        if rows > 5 { r5.add(V(repeating: a[5 &* aRow]), columns, x, y, z) }
        if rows > 6 { r6.add(V(repeating: a[6 &* aRow]), columns, x, y, z) }
        if rows > 7 { r7.add(V(repeating: a[7 &* aRow]), columns, x, y, z) }
    }

    /// Adds the products, lane by lane, of a vector from each row of the left operand with one from each of up to three
    /// columns of the right.
    @inline(__always)
    mutating func addInner(
        _ rows: Int, _ columns: Int, _ a: UnsafePointer<V.Scalar>, _ aRow: Int, _ b0: UnsafePointer<V.Scalar>,
        _ b1: UnsafePointer<V.Scalar>, _ b2: UnsafePointer<V.Scalar>
    ) {
        let x = V.load(b0)
        let y = columns > 1 ? V.load(b1) : x
        let z = columns > 2 ? V.load(b2) : x
        r0.add(V.load(a), columns, x, y, z)
        if rows > 1 { r1.add(V.load(a + aRow), columns, x, y, z) }
        if rows > 2 { r2.add(V.load(a + 2 &* aRow), columns, x, y, z) }
        if rows > 3 { r3.add(V.load(a + 3 &* aRow), columns, x, y, z) }
        if rows > 4 { r4.add(V.load(a + 4 &* aRow), columns, x, y, z) }
        if rows > 5 { r5.add(V.load(a + 5 &* aRow), columns, x, y, z) }
        if rows > 6 { r6.add(V.load(a + 6 &* aRow), columns, x, y, z) }
        if rows > 7 { r7.add(V.load(a + 7 &* aRow), columns, x, y, z) }
    }

    /// Writes the sums, or adds them: of each row only the last `valid` columns, the first of them at `c`.
    @inline(__always)
    func store(
        _ rows: Int, _ columns: Int, valid: Int, _ c: UnsafeMutablePointer<V.Scalar>, _ cRow: Int, accumulate: Bool
    ) {
        r0.store(columns, valid, c, accumulate)
        if rows > 1 { r1.store(columns, valid, c + cRow, accumulate) }
        if rows > 2 { r2.store(columns, valid, c + 2 &* cRow, accumulate) }
        if rows > 3 { r3.store(columns, valid, c + 3 &* cRow, accumulate) }
        if rows > 4 { r4.store(columns, valid, c + 4 &* cRow, accumulate) }
        if rows > 5 { r5.store(columns, valid, c + 5 &* cRow, accumulate) }
        if rows > 6 { r6.store(columns, valid, c + 6 &* cRow, accumulate) }
        if rows > 7 { r7.store(columns, valid, c + 7 &* cRow, accumulate) }
    }

    /// Calls `body` for each row with the row's number and the sums of its vectors' lanes.
    @inline(__always)
    func forEachLaneSum(_ rows: Int, _ columns: Int, _ body: (Int, V.Scalar, V.Scalar, V.Scalar) -> Void) {
        @inline(__always)
        func sums(_ row: TileRow<V>, _ number: Int) {
            body(
                number, laneSum(row.x), columns > 1 ? laneSum(row.y) : 0, columns > 2 ? laneSum(row.z) : 0)
        }
        sums(r0, 0)
        if rows > 1 { sums(r1, 1) }
        if rows > 2 { sums(r2, 2) }
        if rows > 3 { sums(r3, 3) }
        if rows > 4 { sums(r4, 4) }
        if rows > 5 { sums(r5, 5) }
        if rows > 6 { sums(r6, 6) }
        if rows > 7 { sums(r7, 7) }
    }

    /// The types are equal where this is specialised for them, and one branch remains.
    @inline(__always)
    private func laneSum(_ v: V) -> V.Scalar {
        if V.self == FloatVector.self {
            return unsafeBitCast(csimd_sum(unsafeBitCast(v, to: FloatVector.self)), to: V.Scalar.self)
        }
        return unsafeBitCast(csimd_sum_double(unsafeBitCast(v, to: DoubleVector.self)), to: V.Scalar.self)
    }
}

extension Tile {
    /// Calls `body` with `rows`, a height, and `columns`, which are constants there where `body` is inlined.
    @inline(__always)
    static func withConstants(rows: Int, columns: Int, _ body: (Int, Int) -> Void) {
        @inline(__always)
        func withRows(_ columns: Int) {
            if rows == maximumRows {
                body(maximumRows, columns)
            } else if rows == 1 {
                body(1, columns)
            } else if V.Scalar.self == Double.self {
                preconditionFailure("no such height")
            } else if rows == 2 {
                body(2, columns)
            } else {
                body(4, columns)
            }
        }
        switch columns {
        case 1: withRows(1)
        case 2: withRows(2)
        default: withRows(3)
        }
    }
}
