/// The product of large matrices: blocks of both are copied into panels in the order in which the register tile reads
/// them, and the tile runs over pairs of panels.
struct PackedProduct<V: KernelVector> where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    private static var panelRows: Int { TileShape<V>.maximumRows }
    private static var panelColumns: Int { TileShape<V>.maximumColumns }
    /// The part of the sums that one visit of a tile makes.
    private static var blockDepth: Int { 256 }
    /// Rows that a chunk covers, so that its part of `a` stays in the second-level cache.
    private static var blockRows: Int { 128 }
    /// Columns that a chunk covers.
    private static var blockPanels: Int { 8 }
    /// What is packed at once at most.
    private static var superRows: Int { 4096 }
    private static var superColumns: Int { 4096 / panelColumns * panelColumns }

    @inline(__always)
    static func run(_ o: MatrixProduct.Operands<Scalar>) {
        let depth = min(o.k, blockDepth)
        let paddedRows = (min(o.m, superRows) + panelRows - 1) / panelRows * panelRows
        let paddedColumns = (min(o.n, superColumns) + panelColumns - 1) / panelColumns * panelColumns
        Scratch.withBounded((paddedRows + paddedColumns) * depth, of: Scalar.self) { room in
            let aPanels = room
            let bPanels = room + paddedRows * depth
            for column in stride(from: 0, to: o.n, by: superColumns) {
                for first in stride(from: 0, to: o.k, by: blockDepth) {
                    var part = o
                    part.b = o.b + first * o.bRow + column * o.bCol
                    part.n = min(superColumns, o.n - column)
                    part.k = min(blockDepth, o.k - first)
                    part.accumulate = o.accumulate || first > 0
                    packB(part, bPanels)
                    for row in stride(from: 0, to: o.m, by: superRows) {
                        part.a = o.a + row * o.aRow + first * o.aCol
                        part.c = o.c + row * o.cRow + column
                        part.m = min(superRows, o.m - row)
                        packA(part, aPanels)
                        multiplyPanels(part, aPanels, bPanels)
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func packA(_ o: MatrixProduct.Operands<Scalar>, _ panels: UnsafeMutablePointer<Scalar>) {
        let count = (o.m + panelRows - 1) / panelRows
        let perChunk = 16
        Threads.perform(
            (count + perChunk - 1) / perChunk,
            PanelPacking<V>(
                source: o.a, along: o.aRow, across: o.aCol, length: o.m, depth: o.k, width: panelRows,
                panelsPerChunk: perChunk, panels: panels))
    }

    @inline(__always)
    private static func packB(_ o: MatrixProduct.Operands<Scalar>, _ panels: UnsafeMutablePointer<Scalar>) {
        let count = (o.n + panelColumns - 1) / panelColumns
        let perChunk = 4
        Threads.perform(
            (count + perChunk - 1) / perChunk,
            PanelPacking<V>(
                source: o.b, along: o.bCol, across: o.bRow, length: o.n, depth: o.k, width: panelColumns,
                panelsPerChunk: perChunk, panels: panels))
    }

    @inline(__always)
    private static func multiplyPanels(
        _ o: MatrixProduct.Operands<Scalar>, _ aPanels: UnsafePointer<Scalar>, _ bPanels: UnsafePointer<Scalar>
    ) {
        let rowBlocks = (o.m + blockRows - 1) / blockRows
        let columnBlocks = (o.n + blockPanels * panelColumns - 1) / (blockPanels * panelColumns)
        Threads.perform(
            rowBlocks * columnBlocks,
            PanelProduct<V>(
                o: o, aPanels: aPanels, bPanels: bPanels, rowBlocks: rowBlocks, blockRows: blockRows,
                blockPanels: blockPanels))
    }
}

/// Copies a matrix into panels: `width` rows (or columns) wide, element after element across each, zeros beyond the end.
private struct PanelPacking<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    let source: UnsafePointer<Scalar>
    /// From one row (or column) of a panel to the next.
    let along: Int
    /// From one element of it to the next.
    let across: Int
    let length: Int
    let depth: Int
    let width: Int
    let panelsPerChunk: Int
    let panels: UnsafeMutablePointer<Scalar>

    func run(chunk: Int) {
        let count = (length + width - 1) / width
        for panel in chunk * panelsPerChunk..<min((chunk + 1) * panelsPerChunk, count) {
            let target = panels + panel * width * depth
            let filled = min(width, length - panel * width)
            let from = source + panel * width * along
            if along == 1 && filled == width {
                copyLines(from, target)
                continue
            }
            LineCopy(line: along, element: across, depth: depth, width: width)(from, filled, target)
            for lane in filled..<width {
                for p in 0..<depth { target[p &* width &+ lane] = 0 }
            }
        }
    }

    /// Copies elements that lie side by side, in vectors while there are so many.
    @inline(__always)
    private func copyLines(_ from: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>) {
        var (from, target) = (from, target)
        for _ in 0..<depth {
            var lane = 0
            while lane &+ V.scalarCount <= width {
                V.load(from + lane).store(target + lane)
                lane &+= V.scalarCount
            }
            while lane &+ 4 <= width {
                let (a, b, c, d) = (from[lane], from[lane &+ 1], from[lane &+ 2], from[lane &+ 3])
                let to = target + lane
                (to[0], to[1], to[2], to[3]) = (a, b, c, d)
                lane &+= 4
            }
            while lane < width {
                target[lane] = from[lane]
                lane &+= 1
            }
            from += across
            target += width
        }
    }
}

/// Multiplies panels; a chunk is a block of rows by a block of columns.
private struct PanelProduct<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    let o: MatrixProduct.Operands<V.Scalar>
    let aPanels: UnsafePointer<V.Scalar>
    let bPanels: UnsafePointer<V.Scalar>
    let rowBlocks: Int
    let blockRows: Int
    let blockPanels: Int

    func run(chunk: Int) {
        let rows = chunk % rowBlocks * blockRows
        let rowEnd = min(rows + blockRows, o.m)
        let panels = chunk / rowBlocks * blockPanels
        let panelEnd = min(panels + blockPanels, (o.n + TileShape<V>.maximumColumns - 1) / TileShape<V>.maximumColumns)
        for panel in panels..<panelEnd {
            for row in stride(from: rows, to: rowEnd, by: TileShape<V>.maximumRows) {
                tile(row, min(TileShape<V>.maximumRows, rowEnd - row), panel)
            }
        }
    }

    @inline(__always)
    private func tile(_ row: Int, _ height: Int, _ panel: Int) {
        let width = TileShape<V>.maximumColumns
        let column = panel * width
        let valid = min(width, o.n - column)
        let part = Part(
            a: aPanels + row * o.k, b: bPanels + column * o.k, depth: o.k, c: o.c + row * o.cRow + column,
            cRow: o.cRow, height: height, valid: valid, accumulate: o.accumulate)
        if height == TileShape<V>.maximumRows && valid == width {
            part.run(CountMost.self, Count3.self)
        } else if height == TileShape<V>.maximumRows && valid % V.scalarCount == 0 {
            part.runNarrow(vectors: valid / V.scalarCount)
        } else {
            part.runRest(vectors: (valid + V.scalarCount - 1) / V.scalarCount)
        }
    }

    private struct Part: TileWork {
        let a: UnsafePointer<V.Scalar>
        let b: UnsafePointer<V.Scalar>
        let depth: Int
        let c: UnsafeMutablePointer<V.Scalar>
        let cRow: Int
        let height: Int
        let valid: Int
        let accumulate: Bool

        @inline(__always)
        func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
            var tile = Tile<V, Rows, Columns>()
            var a = a
            var b = b
            for _ in 0..<depth {
                tile.addOuter(a, 1, b)
                a += CountMost.value
                b += TileShape<V>.maximumColumns
            }
            tile.store(c, cRow, accumulate: accumulate)
        }

        /// The same with one or two vectors of columns.
        @inline(never)
        func runNarrow(vectors: Int) { TileShape<V>.performWhole(columns: vectors, self) }

        /// The same where rows or parts of vectors are missing: by a whole tile of `vectors` vectors, of which a part is copied.
        @inline(never)
        func runRest(vectors: Int) {
            let width = vectors * V.scalarCount
            withUnsafeTemporaryAllocation(of: V.self, capacity: vectors * CountMost.value) { room in
                guard let base = room.baseAddress else { return }
                let sums = UnsafeMutableRawPointer(base).assumingMemoryBound(to: V.Scalar.self)
                let whole = Part(
                    a: a, b: b, depth: depth, c: sums, cRow: width, height: CountMost.value, valid: width,
                    accumulate: false)
                TileShape<V>.performWhole(columns: vectors, whole)
                for row in 0..<height {
                    let c = c + row * cRow
                    let sums = sums + row * width
                    for column in 0..<valid { c[column] = accumulate ? c[column] + sums[column] : sums[column] }
                }
            }
        }
    }
}
