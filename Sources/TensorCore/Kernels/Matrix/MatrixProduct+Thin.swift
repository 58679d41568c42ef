/// The product where `b` is used a few times only, or is small: its rows are read in place where they are contiguous and
/// fill their vectors, and else from a copy.
struct DirectProduct<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    /// With contiguous rows of `b`.
    private let o: MatrixProduct.Operands<Scalar>
    /// Rows or columns, whichever there are more tiles of, are what threads share.
    private let sharesRows: Bool
    private let tilesPerChunk: Int

    @inline(__always)
    static func run(_ o: MatrixProduct.Operands<Scalar>) {
        let lanes = V.scalarCount
        let missing = o.n < TileShape<V>.maximumColumns ? (lanes - o.n % lanes) % lanes : 0
        if o.bCol == 1 && missing == 0 { return share(o) }
        let width = missing + o.n
        Scratch.withBounded(o.k * width, of: Scalar.self) { copy in
            copyRows(o, to: copy, before: missing)
            var copied = o
            (copied.b, copied.bRow, copied.bCol) = (UnsafePointer(copy + missing), width, 1)
            share(copied)
        }
    }

    @inline(__always)
    private static func share(_ o: MatrixProduct.Operands<Scalar>) {
        let rowTiles = (o.m + TileShape<V>.maximumRows - 1) / TileShape<V>.maximumRows
        let columnTiles = (o.n + TileShape<V>.maximumColumns - 1) / TileShape<V>.maximumColumns
        let sharesRows = rowTiles > columnTiles
        let tiles = max(rowTiles, columnTiles)
        let chunks = min(tiles, o.worthwhileChunks)
        let perChunk = (tiles + chunks - 1) / chunks
        let product = DirectProduct(o: o, sharesRows: sharesRows, tilesPerChunk: perChunk)
        Threads.perform((tiles + perChunk - 1) / perChunk, product)
    }

    /// Copies `b` row by row, with zeros before each row for the part of its first vector that is not there.
    @inline(__always)
    private static func copyRows(
        _ o: MatrixProduct.Operands<Scalar>, to copy: UnsafeMutablePointer<Scalar>, before missing: Int
    ) {
        let width = missing + o.n
        if missing > 0 { copy.update(repeating: 0, count: o.k * width) }
        let rows = copy + missing
        if o.bCol == 1 {
            for p in 0..<o.k { (rows + p &* width).update(from: o.b + p &* o.bRow, count: o.n) }
        } else {
            LineCopy(line: o.bCol, element: o.bRow, depth: o.k, width: width)(o.b, o.n, rows)
        }
    }

    func run(chunk: Int) {
        let height = sharesRows ? tilesPerChunk * TileShape<V>.maximumRows : o.m
        let width = sharesRows ? o.n : tilesPerChunk * TileShape<V>.maximumColumns
        let rows = (sharesRows ? chunk : 0) * height
        let columns = (sharesRows ? 0 : chunk) * width
        region(rows..<min(rows + height, o.m), columns..<min(columns + width, o.n))
    }

    private func region(_ rows: Range<Int>, _ columns: Range<Int>) {
        if rows.count <= 2 * TileShape<V>.maximumRows {
            var column = columns.lowerBound
            while column < columns.upperBound {
                let width = min(TileShape<V>.maximumColumns, columns.upperBound - column)
                columnBlock(rows, column, width)
                column += width
            }
        } else {
            var row = rows.lowerBound
            while row < rows.upperBound {
                let height = min(TileShape<V>.maximumRows, rows.upperBound - row)
                var column = columns.lowerBound
                while column < columns.upperBound {
                    let width = min(TileShape<V>.maximumColumns, columns.upperBound - column)
                    columnBlock(row..<row + height, column, width)
                    column += width
                }
                row += height
            }
        }
    }

    /// The rows by up to three vectors of columns.
    ///
    /// Columns that do not fill their vectors are made from vectors that reach back over finished columns.
    private func columnBlock(_ rows: Range<Int>, _ column: Int, _ width: Int) {
        let lanes = V.scalarCount
        let vectors = (width + lanes - 1) / lanes
        tiles(rows, vectors, o.b + (column + width - vectors * lanes), o.bRow, column, width)
    }

    @inline(__always)
    private func tiles(
        _ rows: Range<Int>, _ vectors: Int, _ b: UnsafePointer<Scalar>, _ bRow: Int, _ column: Int, _ valid: Int
    ) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let height = TileShape<V>.height(rows.upperBound - row)
            TileShape<V>.perform(
                rows: height, columns: vectors,
                Part(
                    o: o, a: o.a + row * o.aRow, b: b, bRow: bRow, c: o.c + row * o.cRow + column, valid: valid))
            row += height
        }
    }

    private struct Part: TileWork {
        let o: MatrixProduct.Operands<Scalar>
        let a: UnsafePointer<Scalar>
        let b: UnsafePointer<Scalar>
        let bRow: Int
        let c: UnsafeMutablePointer<Scalar>
        let valid: Int

        func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
            var tile = Tile<V, Rows, Columns>()
            var a = a
            var b = b
            for _ in 0..<o.k {
                tile.addOuter(a, o.aRow, b)
                a += o.aCol
                b += bRow
            }
            tile.store(valid: valid, c, o.cRow, accumulate: o.accumulate)
        }
    }
}

/// The product where the columns of `b` are contiguous and few rows or columns of the result share them: each element
/// is an inner product, summed in as many parts as a vector has lanes and then by a tree.
struct InnerProduct<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    private let o: MatrixProduct.Operands<Scalar>
    private let sharesRows: Bool
    private let tilesPerChunk: Int

    private static var width: Int { 3 }

    @inline(__always)
    static func run(_ operands: MatrixProduct.Operands<Scalar>) {
        guard operands.aCol != 1 else { return share(operands) }
        Scratch.withBounded(operands.m * operands.k, of: Scalar.self) { copy in
            var o = operands
            for row in 0..<o.m {
                for p in 0..<o.k { copy[row * o.k + p] = o.a[row * o.aRow + p * o.aCol] }
            }
            (o.a, o.aRow, o.aCol) = (UnsafePointer(copy), o.k, 1)
            share(o)
        }
    }

    @inline(__always)
    private static func share(_ o: MatrixProduct.Operands<Scalar>) {
        let rowTiles = (o.m + TileShape<V>.maximumRows - 1) / TileShape<V>.maximumRows
        let columnTiles = (o.n + width - 1) / width
        let sharesRows = rowTiles > columnTiles
        let tiles = max(rowTiles, columnTiles)
        let chunks = min(tiles, o.worthwhileChunks)
        let perChunk = (tiles + chunks - 1) / chunks
        Threads.perform(
            (tiles + perChunk - 1) / perChunk,
            InnerProduct(o: o, sharesRows: sharesRows, tilesPerChunk: perChunk))
    }

    func run(chunk: Int) {
        let height = sharesRows ? tilesPerChunk * TileShape<V>.maximumRows : o.m
        let width = sharesRows ? o.n : tilesPerChunk * InnerProduct.width
        let firstRow = (sharesRows ? chunk : 0) * height
        let firstColumn = (sharesRows ? 0 : chunk) * width
        let rows = firstRow..<min(firstRow + height, o.m)
        let columns = firstColumn..<min(firstColumn + width, o.n)
        for column in stride(from: columns.lowerBound, to: columns.upperBound, by: InnerProduct.width) {
            let width = min(InnerProduct.width, columns.upperBound - column)
            var row = rows.lowerBound
            while row < rows.upperBound {
                let height = TileShape<V>.height(rows.upperBound - row)
                tile(row, height, column, width)
                row += height
            }
        }
    }

    @inline(__always)
    private func tile(_ row: Int, _ height: Int, _ column: Int, _ width: Int) {
        TileShape<V>.perform(
            rows: height, columns: width,
            Part(
                o: o, a: o.a + row * o.aRow, b: o.b + column * o.bCol, c: o.c + row * o.cRow + column))
    }

    private struct Part: TileWork {
        let o: MatrixProduct.Operands<Scalar>
        let a: UnsafePointer<Scalar>
        let b: UnsafePointer<Scalar>
        let c: UnsafeMutablePointer<Scalar>

        func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
            let lanes = V.scalarCount
            var tile = Tile<V, Rows, Columns>()
            var p = 0
            while p &+ lanes <= o.k {
                let b = b + p
                tile.addInner(a + p, o.aRow, b, b + o.bCol, b + 2 &* o.bCol)
                p &+= lanes
            }
            if p < o.k { addRest(&tile, p) }
            tile.forEachLaneSum { row, x, y, z in
                let c = c + row &* o.cRow
                c[0] = o.accumulate ? c[0] + x : x
                if Columns.value > 1 { c[1] = o.accumulate ? c[1] + y : y }
                if Columns.value > 2 { c[2] = o.accumulate ? c[2] + z : z }
            }
        }

        /// Adds the last elements, which do not fill a vector, from copies padded with zeros.
        @inline(__always)
        private func addRest<Rows: TileCount, Columns: TileCount>(_ tile: inout Tile<V, Rows, Columns>, _ p: Int) {
            withUnsafeTemporaryAllocation(of: V.self, capacity: 11) { room in
                for row in 0..<Rows.value { room[row] = V.load(a + (row &* o.aRow &+ p), count: o.k - p) }
                for column in 0..<Columns.value {
                    room[8 &+ column] = V.load(b + (column &* o.bCol &+ p), count: o.k - p)
                }
                guard let base = room.baseAddress else { return }
                let copies = UnsafeRawPointer(base).assumingMemoryBound(to: Scalar.self)
                let b = copies + 8 * V.scalarCount
                tile.addInner(copies, V.scalarCount, b, b + V.scalarCount, b + 2 * V.scalarCount)
            }
        }
    }
}
