/// The product where the rows of `b` are contiguous and read in place: `b` is used a few times only, or is small.
struct DirectProduct<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    private let o: MatrixProduct.Operands<Scalar>
    /// Rows or columns, whichever there are more tiles of, are what threads share.
    private let sharesRows: Bool
    private let tilesPerChunk: Int

    @inline(__always)
    static func run(_ o: MatrixProduct.Operands<Scalar>) {
        let rowTiles = (o.m + Tile<V>.maximumRows - 1) / Tile<V>.maximumRows
        let columnTiles = (o.n + Tile<V>.maximumColumns - 1) / Tile<V>.maximumColumns
        let sharesRows = rowTiles > columnTiles
        let tiles = max(rowTiles, columnTiles)
        // A chunk that takes less than some microseconds is not worth handing over.
        let work = o.m * o.n * o.k
        let chunks = min(tiles, max(work >> 19, 1), 64)
        let perChunk = (tiles + chunks - 1) / chunks
        let product = DirectProduct(o: o, sharesRows: sharesRows, tilesPerChunk: perChunk)
        Threads.perform((tiles + perChunk - 1) / perChunk, product)
    }

    func run(chunk: Int) {
        let height = sharesRows ? tilesPerChunk * Tile<V>.maximumRows : o.m
        let width = sharesRows ? o.n : tilesPerChunk * Tile<V>.maximumColumns
        let rows = (sharesRows ? chunk : 0) * height
        let columns = (sharesRows ? 0 : chunk) * width
        region(rows..<min(rows + height, o.m), columns..<min(columns + width, o.n))
    }

    private func region(_ rows: Range<Int>, _ columns: Range<Int>) {
        if rows.count <= 2 * Tile<V>.maximumRows {
            var column = columns.lowerBound
            while column < columns.upperBound {
                let width = min(Tile<V>.maximumColumns, columns.upperBound - column)
                columnBlock(rows, column, width)
                column += width
            }
        } else {
            var row = rows.lowerBound
            while row < rows.upperBound {
                let height = min(Tile<V>.maximumRows, rows.upperBound - row)
                var column = columns.lowerBound
                while column < columns.upperBound {
                    let width = min(Tile<V>.maximumColumns, columns.upperBound - column)
                    columnBlock(row..<row + height, column, width)
                    column += width
                }
                row += height
            }
        }
    }

    /// The rows by up to three vectors of columns.
    ///
    /// Columns that do not fill their vectors are made from vectors that reach back over finished columns, or from a
    /// padded copy where there are none.
    private func columnBlock(_ rows: Range<Int>, _ column: Int, _ width: Int) {
        let lanes = V.scalarCount
        let vectors = (width + lanes - 1) / lanes
        let start = column + width - vectors * lanes
        if start >= 0 {
            tiles(rows, vectors, o.b + start, o.bRow, column, width)
            return
        }
        Scratch.withBounded(o.k * vectors * lanes, of: Scalar.self) { copy in
            for p in 0..<o.k {
                let row = copy + p * vectors * lanes
                for lane in 0..<(vectors * lanes - width) { row[lane] = 0 }
                for lane in 0..<width { row[vectors * lanes - width + lane] = o.b[p * o.bRow + column + lane] }
            }
            tiles(rows, vectors, copy, vectors * lanes, column, width)
        }
    }

    @inline(__always)
    private func tiles(
        _ rows: Range<Int>, _ vectors: Int, _ b: UnsafePointer<Scalar>, _ bRow: Int, _ column: Int, _ valid: Int
    ) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let height = Tile<V>.height(rows.upperBound - row)
            let a = o.a + row * o.aRow
            let c = o.c + row * o.cRow + column
            Tile<V>.withConstants(rows: height, columns: vectors) { rows, columns in
                var tile = Tile<V>()
                var a = a
                var b = b
                for _ in 0..<o.k {
                    tile.addOuter(rows, columns, a, o.aRow, b)
                    a += o.aCol
                    b += bRow
                }
                tile.store(rows, columns, valid: valid, c, o.cRow, accumulate: o.accumulate)
            }
            row += height
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
        let rowTiles = (o.m + Tile<V>.maximumRows - 1) / Tile<V>.maximumRows
        let columnTiles = (o.n + width - 1) / width
        let sharesRows = rowTiles > columnTiles
        let tiles = max(rowTiles, columnTiles)
        let chunks = min(tiles, max(o.m * o.n * o.k >> 19, 1), 64)
        let perChunk = (tiles + chunks - 1) / chunks
        Threads.perform(
            (tiles + perChunk - 1) / perChunk,
            InnerProduct(o: o, sharesRows: sharesRows, tilesPerChunk: perChunk))
    }

    func run(chunk: Int) {
        let height = sharesRows ? tilesPerChunk * Tile<V>.maximumRows : o.m
        let width = sharesRows ? o.n : tilesPerChunk * InnerProduct.width
        let firstRow = (sharesRows ? chunk : 0) * height
        let firstColumn = (sharesRows ? 0 : chunk) * width
        let rows = firstRow..<min(firstRow + height, o.m)
        let columns = firstColumn..<min(firstColumn + width, o.n)
        for column in stride(from: columns.lowerBound, to: columns.upperBound, by: InnerProduct.width) {
            let width = min(InnerProduct.width, columns.upperBound - column)
            var row = rows.lowerBound
            while row < rows.upperBound {
                let height = Tile<V>.height(rows.upperBound - row)
                tile(row, height, column, width)
                row += height
            }
        }
    }

    @inline(__always)
    private func tile(_ row: Int, _ height: Int, _ column: Int, _ width: Int) {
        let lanes = V.scalarCount
        let a = o.a + row * o.aRow
        let b = o.b + column * o.bCol
        let c = o.c + row * o.cRow + column
        Tile<V>.withConstants(rows: height, columns: width) { rows, columns in
            var tile = Tile<V>()
            var p = 0
            while p &+ lanes <= o.k {
                let b = b + p
                tile.addInner(rows, columns, a + p, o.aRow, b, b + o.bCol, b + 2 &* o.bCol)
                p &+= lanes
            }
            if p < o.k { addRest(&tile, rows, columns, a + p, b + p, o.k - p) }
            tile.forEachLaneSum(rows, columns) { row, x, y, z in
                let c = c + row &* o.cRow
                c[0] = o.accumulate ? c[0] + x : x
                if columns > 1 { c[1] = o.accumulate ? c[1] + y : y }
                if columns > 2 { c[2] = o.accumulate ? c[2] + z : z }
            }
        }
    }

    /// Adds the last elements, which do not fill a vector, from copies padded with zeros.
    @inline(__always)
    private func addRest(
        _ tile: inout Tile<V>, _ rows: Int, _ columns: Int, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>,
        _ count: Int
    ) {
        withUnsafeTemporaryAllocation(of: V.self, capacity: 11) { room in
            for row in 0..<rows { room[row] = V.load(a + row &* o.aRow, count: count) }
            for column in 0..<columns { room[8 &+ column] = V.load(b + column &* o.bCol, count: count) }
            guard let base = room.baseAddress else { return }
            let copies = UnsafeRawPointer(base).assumingMemoryBound(to: Scalar.self)
            let b = copies + 8 * V.scalarCount
            tile.addInner(
                rows, columns, copies, V.scalarCount, b, b + V.scalarCount, b + 2 * V.scalarCount)
        }
    }
}
