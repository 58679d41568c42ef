/// The product of large matrices: the register tile runs over a panel of `b`'s columns, which is copied in the order in
/// which it is read, and over rows of `a`, which are read in place where they are contiguous.
struct PackedProduct<V: KernelVector> where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    private static var panelRows: Int { TileShape<V>.maximumRows }
    private static var panelColumns: Int { TileShape<V>.maximumColumns }
    /// The part of the sums that one visit of a tile makes.
    private static var blockDepth: Int { 256 }
    /// Rows that a chunk covers, so that its part of `a` stays in the second-level cache.
    private static var blockRows: Int { 128 }
    /// Panels of columns that a chunk covers at most.
    private static var blockPanels: Int { 8 }
    /// What is packed at once at most.
    private static var superRows: Int { 4096 }
    private static var superColumns: Int { 4096 / panelColumns * panelColumns }

    @inline(__always)
    static func run(_ o: MatrixProduct.Operands<Scalar>) {
        let depth = min(o.k, blockDepth)
        let packedRows = o.aCol == 1 ? 0 : (min(o.m, superRows) + panelRows - 1) / panelRows * panelRows
        let packedColumns = o.bCol == 1 ? 0 : (min(o.n, superColumns) + panelColumns - 1) / panelColumns * panelColumns
        Scratch.withBounded((packedRows + packedColumns) * depth, of: Scalar.self) { room in
            let aPanels = packedRows == 0 ? nil : room
            let bPanels = packedColumns == 0 ? nil : room + packedRows * depth
            for column in stride(from: 0, to: o.n, by: superColumns) {
                for first in stride(from: 0, to: o.k, by: blockDepth) {
                    var part = o
                    part.b = o.b + first * o.bRow + column * o.bCol
                    part.n = min(superColumns, o.n - column)
                    part.k = min(blockDepth, o.k - first)
                    part.accumulate = o.accumulate || first > 0
                    if let bPanels { packB(part, bPanels) }
                    for row in stride(from: 0, to: o.m, by: superRows) {
                        part.a = o.a + row * o.aRow + first * o.aCol
                        part.c = o.c + row * o.cRow + column
                        part.m = min(superRows, o.m - row)
                        if let aPanels { packA(part, aPanels) }
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
                source: o.a, length: o.m,
                copy: PanelCopy(along: o.aRow, across: o.aCol, depth: o.k, width: panelRows), panelsPerChunk: perChunk,
                panels: panels))
    }

    @inline(__always)
    private static func packB(_ o: MatrixProduct.Operands<Scalar>, _ panels: UnsafeMutablePointer<Scalar>) {
        let count = (o.n + panelColumns - 1) / panelColumns
        let perChunk = 4
        Threads.perform(
            (count + perChunk - 1) / perChunk,
            PanelPacking<V>(
                source: o.b, length: o.n,
                copy: PanelCopy(along: o.bCol, across: o.bRow, depth: o.k, width: panelColumns),
                panelsPerChunk: perChunk,
                panels: panels))
    }

    @inline(__always)
    private static func multiplyPanels(
        _ o: MatrixProduct.Operands<Scalar>, _ aPanels: UnsafePointer<Scalar>?, _ bPanels: UnsafePointer<Scalar>?
    ) {
        let rowBlocks = (o.m + blockRows - 1) / blockRows
        let panels = (o.n + panelColumns - 1) / panelColumns
        let wantedBlocks = max(o.worthwhileChunks / rowBlocks, 1)
        let perBlock = min(blockPanels, (panels + wantedBlocks - 1) / wantedBlocks)
        Threads.perform(
            rowBlocks * ((panels + perBlock - 1) / perBlock),
            PanelProduct<V>(
                o: o, aPanels: aPanels, bPanels: bPanels, rowBlocks: rowBlocks, blockRows: blockRows,
                blockPanels: perBlock))
    }
}

/// Copies a matrix into panels, with zeros beyond its end.
private struct PanelPacking<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    let source: UnsafePointer<V.Scalar>
    let length: Int
    let copy: PanelCopy<V>
    let panelsPerChunk: Int
    let panels: UnsafeMutablePointer<V.Scalar>

    func run(chunk: Int) {
        let width = copy.width
        let count = (length + width - 1) / width
        var panel = chunk * panelsPerChunk
        let end = min(panel + panelsPerChunk, count)
        // Panels side by side share the lines of the cache that they are copied from.
        while copy.along == 1, panel + 4 <= end, (panel + 4) * width <= length {
            copy.copyLines(source + panel * width, panels + panel * width * copy.depth, panels: 4)
            panel += 4
        }
        while panel < end {
            let from = source + panel * width * copy.along
            copy(from, min(width, length - panel * width), panels + panel * width * copy.depth)
            panel += 1
        }
    }
}

/// Copies rows (or columns) into a panel of `width` of them, element after element across each.
private struct PanelCopy<V: KernelVector> where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    /// From one row (or column) to the next.
    let along: Int
    /// From one element of it to the next.
    let across: Int
    let depth: Int
    let width: Int

    /// Copies `filled` of them, and zeros after them.
    @inline(__always)
    func callAsFunction(_ from: UnsafePointer<Scalar>, _ filled: Int, _ target: UnsafeMutablePointer<Scalar>) {
        if along == 1 && filled == width { return copyLines(from, target, panels: 1) }
        LineCopy(line: along, element: across, depth: depth, width: width)(from, filled, target)
        for lane in filled..<width {
            for p in 0..<depth { target[p &* width &+ lane] = 0 }
        }
    }

    /// Copies elements that lie side by side to panels that follow each other.
    @inline(__always)
    func copyLines(_ from: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>, panels: Int) {
        let panel = width &* depth
        for p in 0..<depth {
            let from = from + p &* across
            let target = target + p &* width
            for next in 0..<panels { copyLine(from + next &* width, target + next &* panel) }
        }
    }

    /// Copies `width` elements, in vectors while there are so many.
    @inline(__always)
    private func copyLine(_ from: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>) {
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
    }
}

/// Multiplies panels; a chunk is a block of rows by a block of columns.
private struct PanelProduct<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    let o: MatrixProduct.Operands<Scalar>
    /// Panels of `a`, unless its rows are contiguous: those are read in place.
    let aPanels: UnsafePointer<Scalar>?
    /// Panels of `b`, unless its rows are contiguous: then a chunk copies those that it uses.
    let bPanels: UnsafePointer<Scalar>?
    let rowBlocks: Int
    let blockRows: Int
    let blockPanels: Int

    private static var panelRows: Int { TileShape<V>.maximumRows }
    private static var panelColumns: Int { TileShape<V>.maximumColumns }

    func run(chunk: Int) {
        let first = chunk % rowBlocks * blockRows
        let rows = first..<min(first + blockRows, o.m)
        let panels = chunk / rowBlocks * blockPanels
        let panelEnd = min(panels + blockPanels, (o.n + Self.panelColumns - 1) / Self.panelColumns)
        Scratch.withBounded((Self.panelRows + Self.panelColumns) * o.k, of: Scalar.self) { room in
            let lastRows = room
            let panelRoom = room + Self.panelRows * o.k
            if aPanels == nil { copyLastRows(rows, lastRows) }
            for panel in panels..<panelEnd { multiply(rows, panel, lastRows, panelRoom) }
        }
    }

    /// Copies the rows that do not fill a tile, with rows of zeros after them.
    @inline(__always)
    private func copyLastRows(_ rows: Range<Int>, _ room: UnsafeMutablePointer<Scalar>) {
        let height = rows.count % Self.panelRows
        guard height > 0 else { return }
        let copy = PanelCopy<V>(along: o.aRow, across: o.aCol, depth: o.k, width: Self.panelRows)
        copy(o.a + (rows.upperBound - height) * o.aRow, height, room)
    }

    /// Multiplies some rows by a panel of columns.
    @inline(__always)
    private func multiply(
        _ rows: Range<Int>, _ panel: Int, _ lastRows: UnsafePointer<Scalar>, _ room: UnsafeMutablePointer<Scalar>
    ) {
        let column = panel * Self.panelColumns
        let valid = min(Self.panelColumns, o.n - column)
        var part = Part(
            a: o.a, aRow: 1, aCol: Self.panelRows, b: bPanels.map { $0 + column * o.k } ?? UnsafePointer(room),
            depth: o.k, c: o.c, cRow: o.cRow, height: Self.panelRows, valid: valid, accumulate: o.accumulate)
        var row = rows.lowerBound
        var copies = bPanels == nil
        if copies, valid < Self.panelColumns || rows.count < Self.panelRows {
            let copy = PanelCopy<V>(along: 1, across: o.bRow, depth: o.k, width: Self.panelColumns)
            copy(o.b + column, valid, room)
            copies = false
        }
        while row < rows.upperBound {
            part.height = min(Self.panelRows, rows.upperBound - row)
            part.c = o.c + row * o.cRow + column
            if let aPanels {
                part.a = aPanels + row * o.k
            } else if part.height == Self.panelRows {
                (part.a, part.aRow, part.aCol) = (o.a + row * o.aRow, o.aRow, 1)
            } else {
                (part.a, part.aRow, part.aCol) = (lastRows, 1, Self.panelRows)
            }
            if copies {
                part.runCopying(o.b + column, o.bRow, to: room)
                copies = false
            } else {
                part.runTile()
            }
            row += Self.panelRows
        }
    }

    private struct Part: TileWork {
        var a: UnsafePointer<Scalar>
        var aRow: Int
        var aCol: Int
        let b: UnsafePointer<Scalar>
        let depth: Int
        var c: UnsafeMutablePointer<Scalar>
        let cRow: Int
        var height: Int
        let valid: Int
        let accumulate: Bool

        @inline(__always)
        func runTile() {
            if height == CountMost.value && valid == TileShape<V>.maximumColumns {
                run(CountMost.self, Count3.self)
            } else if height == CountMost.value && valid % V.scalarCount == 0 {
                runNarrow(vectors: valid / V.scalarCount)
            } else {
                runRest(vectors: (valid + V.scalarCount - 1) / V.scalarCount)
            }
        }

        @inline(__always)
        func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
            var tile = Tile<V, Rows, Columns>()
            var a = a
            var b = b
            for _ in 0..<depth {
                tile.addOuter(a, aRow, b)
                a += aCol
                b += TileShape<V>.maximumColumns
            }
            tile.store(c, cRow, accumulate: accumulate)
        }

        /// A whole tile, which copies the panel that it reads from rows `bRow` apart.
        @inline(__always)
        func runCopying(_ b: UnsafePointer<Scalar>, _ bRow: Int, to panel: UnsafeMutablePointer<Scalar>) {
            var tile = Tile<V, CountMost, Count3>()
            var (a, b, panel) = (a, b, panel)
            for _ in 0..<depth {
                V.load(b).store(panel)
                V.load(b + V.scalarCount).store(panel + V.scalarCount)
                V.load(b + 2 &* V.scalarCount).store(panel + 2 &* V.scalarCount)
                tile.addOuter(a, aRow, panel)
                a += aCol
                b += bRow
                panel += TileShape<V>.maximumColumns
            }
            tile.store(c, cRow, accumulate: accumulate)
        }

        /// A tile of one or two vectors of columns.
        @inline(never)
        func runNarrow(vectors: Int) { TileShape<V>.performWhole(columns: vectors, self) }

        /// A tile in which rows or parts of vectors are missing: by a whole one of `vectors` vectors, of which a part is copied.
        @inline(never)
        func runRest(vectors: Int) {
            let width = vectors * V.scalarCount
            withUnsafeTemporaryAllocation(of: V.self, capacity: vectors * CountMost.value) { room in
                guard let base = room.baseAddress else { return }
                let sums = UnsafeMutableRawPointer(base).assumingMemoryBound(to: Scalar.self)
                let whole = Part(
                    a: a, aRow: aRow, aCol: aCol, b: b, depth: depth, c: sums, cRow: width, height: CountMost.value,
                    valid: width, accumulate: false)
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
