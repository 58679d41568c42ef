/// A matrix packed once for products with rows that come a few at a time, as the steps of a recurrent layer do.
///
/// Each element of a product is what was there plus one term after the other: its bits depend on its own row alone,
/// not on how many rows go together.
struct RowPanels<V: KernelVector> where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    /// Rows that a tile of registers covers.
    static var tileRows: Int { Count6.value }
    /// Columns that a panel holds.
    private static var width: Int { 2 * V.scalarCount }

    private let panels: UnsafePointer<Scalar>
    let depth: Int
    let columns: Int

    /// Elements that the packed matrix takes.
    static func count(depth: Int, columns: Int) -> Int { (columns + width - 1) / width * width * depth }

    /// Packs the matrix with the element `[k, column]` at `matrix[k * along + column * across]`.
    init(
        packing matrix: UnsafePointer<Scalar>, along: Int, across: Int, depth: Int, columns: Int,
        into room: UnsafeMutablePointer<Scalar>
    ) {
        let width = RowPanels.width
        let count = (columns + width - 1) / width
        let perChunk = 8
        Threads.parallelFor((count + perChunk - 1) / perChunk) { chunk in
            for panel in chunk * perChunk..<min((chunk + 1) * perChunk, count) {
                let to = room + panel * width * depth
                let from = matrix + panel * width * across
                let filled = min(width, columns - panel * width)
                if across == 1 && filled == width {
                    for k in 0..<depth { (to + k &* width).update(from: from + k &* along, count: width) }
                    continue
                }
                LineCopy(line: across, element: along, depth: depth, width: width)(from, filled, to)
                for lane in filled..<width {
                    for k in 0..<depth { to[k &* width &+ lane] = 0 }
                }
            }
        }
        panels = UnsafePointer(room)
        self.depth = depth
        self.columns = columns
    }

    /// Adds to each row of `c`, from `column` on, the product of the row of `a` with the matrix.
    ///
    /// - Parameter start: What the sums start from instead of what is in `c`: a row like those of `c`, for all of them.
    @inline(__always)
    func multiply(
        _ rows: Int, _ a: UnsafePointer<UnsafePointer<Scalar>>, _ c: UnsafePointer<UnsafeMutablePointer<Scalar>>,
        column: Int, start: UnsafePointer<Scalar>? = nil
    ) {
        let width = RowPanels.width
        for first in stride(from: 0, to: columns, by: width) {
            let panel = panels + first * depth
            var row = 0
            while row < rows {
                let count = RowPanels.height(rows &- row)
                if first + width <= columns {
                    tiles(count, a + row, panel, c + row, column + first, start)
                } else {
                    partial(count, a + row, panel, c + row, column + first, columns - first, start)
                }
                row += count
            }
        }
    }

    /// How many of `rest` rows to do next: about as many each time, as the sums of one or two rows are too few to keep
    /// a CPU busy while it waits for each.
    @inline(__always)
    private static func height(_ rest: Int) -> Int {
        let tiles = (rest &+ tileRows &- 1) / tileRows
        return (rest &+ tiles &- 1) / tiles
    }

    /// A panel whose last columns are not there: by way of a copy of the sums.
    @inline(never)
    private func partial(
        _ rows: Int, _ a: UnsafePointer<UnsafePointer<Scalar>>, _ panel: UnsafePointer<Scalar>,
        _ c: UnsafePointer<UnsafeMutablePointer<Scalar>>, _ column: Int, _ filled: Int,
        _ start: UnsafePointer<Scalar>?
    ) {
        let width = RowPanels.width
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: RowPanels.tileRows * width) { sums in
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Scalar>.self, capacity: RowPanels.tileRows) { to in
                guard let base = sums.baseAddress, let rowsOfSums = to.baseAddress else { return }
                base.update(repeating: 0, count: RowPanels.tileRows * width)
                for row in 0..<rows {
                    (rowsOfSums + row).initialize(to: base + row * width)
                    (base + row * width).update(from: (start ?? UnsafePointer(c[row])) + column, count: filled)
                }
                tiles(rows, a, panel, rowsOfSums, 0, nil)
                for row in 0..<rows { (c[row] + column).update(from: base + row * width, count: filled) }
            }
        }
    }

    @inline(__always)
    private func tiles(
        _ rows: Int, _ a: UnsafePointer<UnsafePointer<Scalar>>, _ panel: UnsafePointer<Scalar>,
        _ c: UnsafePointer<UnsafeMutablePointer<Scalar>>, _ column: Int, _ start: UnsafePointer<Scalar>?
    ) {
        switch rows {
        case 6: tile(Count6.self, a, panel, c, column, start)
        case 5: tile(Count5.self, a, panel, c, column, start)
        case 4: tile(Count4.self, a, panel, c, column, start)
        case 3: tile(Count3.self, a, panel, c, column, start)
        case 2: tile(Count2.self, a, panel, c, column, start)
        default: tile(Count1.self, a, panel, c, column, start)
        }
    }

    @inline(__always)
    private func tile<Rows: TileCount>(
        _: Rows.Type, _ a: UnsafePointer<UnsafePointer<Scalar>>, _ panel: UnsafePointer<Scalar>,
        _ c: UnsafePointer<UnsafeMutablePointer<Scalar>>, _ column: Int, _ start: UnsafePointer<Scalar>?
    ) {
        var sums = Tile<V, Rows, Count2> { row in (start ?? UnsafePointer(c[row])) + column }
        var b = panel
        for k in 0..<depth {
            sums.addOuter(b) { row in a[row][k] }
            b += RowPanels.width
        }
        sums.forEachRow { row, sum in sum.store(c[row] + column, false) }
    }
}
