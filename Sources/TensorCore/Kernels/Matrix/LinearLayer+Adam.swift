import CSimd

extension LinearLayer {
    /// Updates the weights by Adam, with their gradient `g^T x` made tile by tile where it is used: for small batches
    /// a gradient takes longer to write and to read again than to compute.
    ///
    /// - Parameters:
    ///   - weight: `[O, I]`, as the moments `mean` and `square`.
    ///   - g: The gradient of the output before ReLU, `[N, O]`.
    ///   - x: The input, `[N, I]`.
    package static func update(
        _ weight: Tensor, mean: Tensor, square: Tensor, gradient g: Tensor, input x: Tensor,
        _ settings: OptimizerPasses.Adam
    ) {
        let (outputs, inputs, n) = (weight.shape[0], weight.shape[1], x.shape[0])
        let count = outputs * inputs
        Threads.perform(
            (outputs + WeightUpdate.rowsPerChunk - 1) / WeightUpdate.rowsPerChunk,
            WeightUpdate(
                weight: weight.checkedPointer(Float.self, count), mean: mean.checkedPointer(Float.self, count),
                square: square.checkedPointer(Float.self, count), g: g.checkedPointer(Float.self, n * outputs),
                x: x.checkedPointer(Float.self, n * inputs), samples: n, outputs: outputs, inputs: inputs,
                update: AdamUpdate(settings)))
    }

    /// Whether no element of `g^T x` can be infinite or no number: by the inequality of Cauchy and Schwarz none is
    /// greater than the product of the norms.
    package static func gradientIsSurelyFinite(_ g: Tensor, _ x: Tensor) -> Bool {
        let bound = Double(Float.greatestFiniteMagnitude) * 0.5
        return sumOfSquares(g) * sumOfSquares(x) < bound * bound
    }

    private static func sumOfSquares(_ tensor: Tensor) -> Double {
        let count = tensor.count
        let values = UnsafePointer(tensor.checkedPointer(Float.self, count))
        let lanes = FloatVector.scalarCount
        var sums = (FloatVector(), FloatVector(), FloatVector(), FloatVector())
        var i = 0
        while i + 4 * lanes <= count {
            let (a, b) = (FloatVector.load(values + i), FloatVector.load(values + i + lanes))
            let (c, d) = (FloatVector.load(values + i + 2 * lanes), FloatVector.load(values + i + 3 * lanes))
            sums.0.multiplyAdd(a, a)
            sums.1.multiplyAdd(b, b)
            sums.2.multiplyAdd(c, c)
            sums.3.multiplyAdd(d, d)
            i += 4 * lanes
        }
        var rest = 0.0
        while i < count {
            rest += Double(values[i]) * Double(values[i])
            i += 1
        }
        return Double(csimd_sum((sums.0 + sums.1) + (sums.2 + sums.3))) + rest
    }
}

/// Some rows of weights; a chunk writes no others.
private struct WeightUpdate: ChunkedWork {
    static let rowsPerChunk = 64
    private typealias V = FloatVector
    /// What gradients are made for at once: they stay in the first-level cache until they are used.
    private static let blockRows = TileShape<V>.maximumRows
    private static let blockColumns = 4096 / blockRows / TileShape<V>.maximumColumns * TileShape<V>.maximumColumns

    let weight: UnsafeMutablePointer<Float>
    let mean: UnsafeMutablePointer<Float>
    let square: UnsafeMutablePointer<Float>
    let g: UnsafePointer<Float>
    let x: UnsafePointer<Float>
    let samples: Int
    let outputs: Int
    let inputs: Int
    let update: AdamUpdate<FloatVector>

    func run(chunk: Int) {
        let end = min((chunk + 1) * WeightUpdate.rowsPerChunk, outputs)
        // Weights are changed here: there is no way back if memory were refused, so it is the stack's.
        withUnsafeTemporaryAllocation(of: Float.self, capacity: WeightUpdate.blockRows * WeightUpdate.blockColumns) {
            room in
            guard let gradients = room.baseAddress else { return }
            var row = chunk * WeightUpdate.rowsPerChunk
            while row < end {
                let height = end - row >= WeightUpdate.blockRows ? WeightUpdate.blockRows : 1
                for column in stride(from: 0, to: inputs, by: WeightUpdate.blockColumns) {
                    let width = min(WeightUpdate.blockColumns, inputs - column)
                    if height == 1 {
                        makeGradients(Count1.self, g + row, x + column, width, gradients)
                    } else {
                        makeGradients(CountMost.self, g + row, x + column, width, gradients)
                    }
                    for line in 0..<height {
                        let place = (row + line) * inputs + column
                        update.run(
                            weight + place, gradients + line * WeightUpdate.blockColumns, mean + place, square + place,
                            width)
                    }
                }
                row += height
            }
        }
    }

    /// Writes the gradients of `width` weights in each of some rows, which are `blockColumns` apart.
    ///
    /// One call for all of them: calls for single tiles would take as long as the tiles.
    @inline(never)
    private func makeGradients<Rows: TileCount>(
        _: Rows.Type, _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ width: Int,
        _ gradients: UnsafeMutablePointer<Float>
    ) {
        var column = 0
        while column &+ TileShape<V>.maximumColumns <= width {
            addTile(Tile<V, Rows, Count3>(), g, x + column, gradients + column)
            column &+= TileShape<V>.maximumColumns
        }
        while column &+ V.scalarCount <= width {
            addTile(Tile<V, Rows, Count1>(), g, x + column, gradients + column)
            column &+= V.scalarCount
        }
        guard column < width else { return }
        for row in 0..<Rows.value {
            var sum = V()
            for sample in 0..<samples {
                let numbers = V.load(x + (sample &* inputs &+ column), count: width - column)
                sum.multiplyAdd(V(repeating: g[sample &* outputs &+ row]), numbers)
            }
            sum.store(gradients + (row &* WeightUpdate.blockColumns &+ column), count: width - column)
        }
    }

    @inline(__always)
    private func addTile<Rows: TileCount, Columns: TileCount>(
        _ empty: Tile<V, Rows, Columns>, _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
        _ gradients: UnsafeMutablePointer<Float>
    ) {
        var (tile, g, x) = (empty, g, x)
        for _ in 0..<samples {
            tile.addOuter(g, 1, x)
            g += outputs
            x += inputs
        }
        tile.store(gradients, WeightUpdate.blockColumns, accumulate: false)
    }
}

extension AdamUpdate<FloatVector> {
    /// Updates any number of weights.
    fileprivate func run(
        _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>, _ m: UnsafeMutablePointer<Float>,
        _ v: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        let lanes = FloatVector.scalarCount
        var i = 0
        while i &+ lanes <= count {
            apply(w + i, .load(g + i), m + i, v + i) { csimd_sqrt($0) }
            i &+= lanes
        }
        if i < count { runRest(w + i, g + i, m + i, v + i, count - i) }
    }

    /// The last weights, which do not fill a vector, by copies that do.
    @inline(never)
    private func runRest(
        _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>, _ m: UnsafeMutablePointer<Float>,
        _ v: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        let lanes = FloatVector.scalarCount
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * lanes) { room in
            guard let room = room.baseAddress else { return }
            FloatVector.load(w, count: count).store(room)
            FloatVector.load(m, count: count).store(room + lanes)
            FloatVector.load(v, count: count).store(room + 2 * lanes)
            apply(room, .load(g, count: count), room + lanes, room + 2 * lanes) { csimd_sqrt($0) }
            w.update(from: room, count: count)
            m.update(from: room + lanes, count: count)
            v.update(from: room + 2 * lanes, count: count)
        }
    }
}
