import CSimd

/// A number of rows or of vectors that is known where a kernel is compiled, so that what is beyond it vanishes.
package protocol TileCount {
    static var value: Int { get }
}

package enum Count1: TileCount { package static var value: Int { 1 } }
package enum Count2: TileCount { package static var value: Int { 2 } }
package enum Count3: TileCount { package static var value: Int { 3 } }
package enum Count4: TileCount { package static var value: Int { 4 } }
package enum Count5: TileCount { package static var value: Int { 5 } }
package enum Count6: TileCount { package static var value: Int { 6 } }
/// The most rows whose sums fit in the registers: 8, or 4 where a CPU has only 16 vector registers.
package enum CountMost: TileCount { package static var value: Int { Int(CSIMD_ROWS) } }

/// What is done with a tile of a size that only the run decides.
protocol TileWork<V> {
    associatedtype V: KernelVector where V.Scalar: BinaryFloatingPoint

    func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type)
}

/// The sizes of tiles that kernels are made for.
enum TileShape<V: KernelVector> where V.Scalar: BinaryFloatingPoint {
    static var maximumRows: Int { CountMost.value }
    /// In elements.
    static var maximumColumns: Int { Count3.value * V.scalarCount }

    /// How many of `rest` rows to do next: kernels are made for a few heights only, fewer in double precision.
    @inline(__always)
    static func height(_ rest: Int) -> Int {
        if rest >= maximumRows { return maximumRows }
        if V.Scalar.self == Double.self { return 1 }
        return rest >= 4 ? 4 : rest >= 2 ? 2 : 1
    }

    /// Does `work` with the kernel for `rows`, which `height` gave, and 1 to 3 vectors.
    ///
    /// Each kernel is a function of its own: in one that held all sizes the sums would not stay in registers.
    @inline(__always)
    static func perform<Work: TileWork>(rows: Int, columns: Int, _ work: Work) where Work.V == V {
        switch columns {
        case 1: perform(rows, Count1.self, work)
        case 2: perform(rows, Count2.self, work)
        default: perform(rows, Count3.self, work)
        }
    }

    /// The same for the most rows.
    @inline(__always)
    static func performWhole<Work: TileWork>(columns: Int, _ work: Work) where Work.V == V {
        switch columns {
        case 1: work.run(CountMost.self, Count1.self)
        case 2: work.run(CountMost.self, Count2.self)
        default: work.run(CountMost.self, Count3.self)
        }
    }

    @inline(__always)
    private static func perform<Work: TileWork, Columns: TileCount>(_ rows: Int, _: Columns.Type, _ work: Work)
    where Work.V == V {
        if rows == maximumRows {
            work.run(CountMost.self, Columns.self)
        } else if rows == 1 || V.Scalar.self == Double.self {
            work.run(Count1.self, Columns.self)
        } else if rows == 2 {
            work.run(Count2.self, Columns.self)
        } else {
            work.run(Count4.self, Columns.self)
        }
    }
}

/// Up to three neighbouring vectors of a row of a product, in registers.
package struct TileRow<V: KernelVector, Columns: TileCount> where V.Scalar: BinaryFloatingPoint {
    package var x = V()
    package var y = V()
    package var z = V()

    @inline(__always)
    init() {}

    @inline(__always)
    mutating func add(_ a: V, _ bx: V, _ by: V, _ bz: V) {
        x.multiplyAdd(a, bx)
        if Columns.value > 1 { y.multiplyAdd(a, by) }
        if Columns.value > 2 { z.multiplyAdd(a, bz) }
    }

    /// Adds the vectors from `b` on, times `a`.
    @inline(__always)
    mutating func add(_ a: V, _ b: UnsafePointer<V.Scalar>) {
        x.multiplyAdd(a, .load(b))
        if Columns.value > 1 { y.multiplyAdd(a, .load(b + V.scalarCount)) }
        if Columns.value > 2 { z.multiplyAdd(a, .load(b + 2 &* V.scalarCount)) }
    }

    /// Adds its vectors, times `a`, to those from `c` on.
    @inline(__always)
    func add(_ a: V, to c: UnsafeMutablePointer<V.Scalar>) {
        var sums = TileRow(c)
        sums.add(a, x, y, z)
        sums.store(c, false)
    }

    @inline(__always)
    fileprivate init(_ c: UnsafePointer<V.Scalar>) {
        x = .load(c)
        if Columns.value > 1 { y = .load(c + V.scalarCount) }
        if Columns.value > 2 { z = .load(c + 2 &* V.scalarCount) }
    }

    @inline(__always)
    func store(_ c: UnsafeMutablePointer<V.Scalar>, _ accumulate: Bool) {
        let lanes = V.scalarCount
        (accumulate ? V.load(c) + x : x).store(c)
        if Columns.value > 1 { (accumulate ? V.load(c + lanes) + y : y).store(c + lanes) }
        if Columns.value > 2 { (accumulate ? V.load(c + 2 * lanes) + z : z).store(c + 2 * lanes) }
    }
}

/// The part of a product that stays in registers while its sums grow: `Rows` rows of `Columns` vectors.
package struct Tile<V: KernelVector, Rows: TileCount, Columns: TileCount> where V.Scalar: BinaryFloatingPoint {
    private var r0 = TileRow<V, Columns>()
    private var r1 = TileRow<V, Columns>()
    private var r2 = TileRow<V, Columns>()
    private var r3 = TileRow<V, Columns>()
    private var r4 = TileRow<V, Columns>()
    private var r5 = TileRow<V, Columns>()
    private var r6 = TileRow<V, Columns>()
    private var r7 = TileRow<V, Columns>()

    /// Elements of a row.
    package static var width: Int { Columns.value * V.scalarCount }

    @inline(__always)
    package init() {}

    /// The sums so far, from a place for each row.
    @inline(__always)
    package init(from place: (Int) -> UnsafePointer<V.Scalar>) {
        r0 = TileRow(place(0))
        if Rows.value > 1 { r1 = TileRow(place(1)) }
        if Rows.value > 2 { r2 = TileRow(place(2)) }
        if Rows.value > 3 { r3 = TileRow(place(3)) }
        if Rows.value > 4 { r4 = TileRow(place(4)) }
        if Rows.value > 5 { r5 = TileRow(place(5)) }
        if Rows.value > 6 { r6 = TileRow(place(6)) }
        if Rows.value > 7 { r7 = TileRow(place(7)) }
    }

    /// Adds one column of the left operand, which has a number for each row, times one row of the right.
    @inline(__always)
    package mutating func addOuter(_ b: UnsafePointer<V.Scalar>, _ number: (Int) -> V.Scalar) {
        let x = V.load(b)
        let y = Columns.value > 1 ? V.load(b + V.scalarCount) : x
        let z = Columns.value > 2 ? V.load(b + 2 * V.scalarCount) : x
        r0.add(V(repeating: number(0)), x, y, z)
        if Rows.value > 1 { r1.add(V(repeating: number(1)), x, y, z) }
        if Rows.value > 2 { r2.add(V(repeating: number(2)), x, y, z) }
        if Rows.value > 3 { r3.add(V(repeating: number(3)), x, y, z) }
        if Rows.value > 4 { r4.add(V(repeating: number(4)), x, y, z) }
        if Rows.value > 5 { r5.add(V(repeating: number(5)), x, y, z) }
        if Rows.value > 6 { r6.add(V(repeating: number(6)), x, y, z) }
        if Rows.value > 7 { r7.add(V(repeating: number(7)), x, y, z) }
    }

    /// The same with numbers that are `aRow` apart.
    @inline(__always)
    package mutating func addOuter(_ a: UnsafePointer<V.Scalar>, _ aRow: Int, _ b: UnsafePointer<V.Scalar>) {
        addOuter(b) { a[$0 &* aRow] }
    }

    /// Adds the products, lane by lane, of a vector from each row of the left operand with one from each of up to three
    /// columns of the right.
    @inline(__always)
    package mutating func addInner(
        _ a: UnsafePointer<V.Scalar>, _ aRow: Int, _ b0: UnsafePointer<V.Scalar>, _ b1: UnsafePointer<V.Scalar>,
        _ b2: UnsafePointer<V.Scalar>
    ) {
        let x = V.load(b0)
        let y = Columns.value > 1 ? V.load(b1) : x
        let z = Columns.value > 2 ? V.load(b2) : x
        r0.add(V.load(a), x, y, z)
        if Rows.value > 1 { r1.add(V.load(a + aRow), x, y, z) }
        if Rows.value > 2 { r2.add(V.load(a + 2 &* aRow), x, y, z) }
        if Rows.value > 3 { r3.add(V.load(a + 3 &* aRow), x, y, z) }
        if Rows.value > 4 { r4.add(V.load(a + 4 &* aRow), x, y, z) }
        if Rows.value > 5 { r5.add(V.load(a + 5 &* aRow), x, y, z) }
        if Rows.value > 6 { r6.add(V.load(a + 6 &* aRow), x, y, z) }
        if Rows.value > 7 { r7.add(V.load(a + 7 &* aRow), x, y, z) }
    }

    /// Adds the products, lane by lane, of one vector with that at the place of each row; for tiles of one column.
    @inline(__always)
    package mutating func addInner(_ b: V, _ place: (Int) -> UnsafePointer<V.Scalar>) {
        r0.add(b, place(0))
        if Rows.value > 1 { r1.add(b, place(1)) }
        if Rows.value > 2 { r2.add(b, place(2)) }
        if Rows.value > 3 { r3.add(b, place(3)) }
        if Rows.value > 4 { r4.add(b, place(4)) }
        if Rows.value > 5 { r5.add(b, place(5)) }
        if Rows.value > 6 { r6.add(b, place(6)) }
        if Rows.value > 7 { r7.add(b, place(7)) }
    }

    /// Adds rows of vectors, `bRow` apart, times one number.
    @inline(__always)
    package mutating func addRows(_ b: UnsafePointer<V.Scalar>, _ bRow: Int, times number: V.Scalar) {
        let a = V(repeating: number)
        r0.add(a, b)
        if Rows.value > 1 { r1.add(a, b + bRow) }
        if Rows.value > 2 { r2.add(a, b + 2 &* bRow) }
        if Rows.value > 3 { r3.add(a, b + 3 &* bRow) }
        if Rows.value > 4 { r4.add(a, b + 4 &* bRow) }
        if Rows.value > 5 { r5.add(a, b + 5 &* bRow) }
        if Rows.value > 6 { r6.add(a, b + 6 &* bRow) }
        if Rows.value > 7 { r7.add(a, b + 7 &* bRow) }
    }

    /// Adds the sums, times one number, to rows `cRow` apart.
    @inline(__always)
    package func add(to c: UnsafeMutablePointer<V.Scalar>, _ cRow: Int, times number: V.Scalar) {
        let a = V(repeating: number)
        forEachRow { row, sums in sums.add(a, to: c + row &* cRow) }
    }

    /// Calls `body` for each row with its number.
    @inline(__always)
    package func forEachRow(_ body: (Int, TileRow<V, Columns>) -> Void) {
        body(0, r0)
        if Rows.value > 1 { body(1, r1) }
        if Rows.value > 2 { body(2, r2) }
        if Rows.value > 3 { body(3, r3) }
        if Rows.value > 4 { body(4, r4) }
        if Rows.value > 5 { body(5, r5) }
        if Rows.value > 6 { body(6, r6) }
        if Rows.value > 7 { body(7, r7) }
    }

    /// Writes the sums, or adds them, from `c` on.
    @inline(__always)
    package func store(_ c: UnsafeMutablePointer<V.Scalar>, _ cRow: Int, accumulate: Bool) {
        forEachRow { row, sums in sums.store(c + row &* cRow, accumulate) }
    }

    /// Writes the sums, or adds them: of each row only the last `valid` columns, the first of them at `c`.
    @inline(__always)
    package func store(valid: Int, _ c: UnsafeMutablePointer<V.Scalar>, _ cRow: Int, accumulate: Bool) {
        let width = Tile.width
        if valid == width { return store(c, cRow, accumulate: accumulate) }
        withUnsafeTemporaryAllocation(of: V.self, capacity: Rows.value * Columns.value) { room in
            guard let base = room.baseAddress else { return }
            let whole = UnsafeMutableRawPointer(base).assumingMemoryBound(to: V.Scalar.self)
            store(whole, width, accumulate: false)
            for row in 0..<Rows.value {
                let c = c + row &* cRow
                let sums = whole + (row &* width &+ width &- valid)
                for column in 0..<valid { c[column] = accumulate ? c[column] + sums[column] : sums[column] }
            }
        }
    }

    /// Calls `body` for each row with the row's number and the sums of its vectors' lanes.
    @inline(__always)
    package func forEachLaneSum(_ body: (Int, V.Scalar, V.Scalar, V.Scalar) -> Void) {
        forEachRow { number, row in
            body(
                number, row.x.laneSum, Columns.value > 1 ? row.y.laneSum : 0, Columns.value > 2 ? row.z.laneSum : 0)
        }
    }
}
