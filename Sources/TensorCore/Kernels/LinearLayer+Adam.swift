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
        let lanes = FloatVector.scalarCount
        let rest = inputs % lanes
        Scratch.withBounded(rest == 0 ? 1 : n * lanes, of: Float.self) { copy in
            let x = UnsafePointer(x.checkedPointer(Float.self, n * inputs))
            if rest > 0 {
                // The last columns, padded to a vector.
                for sample in 0..<n {
                    let row = copy + sample * lanes
                    for lane in 0..<lanes { row[lane] = lane < rest ? x[(sample + 1) * inputs - rest + lane] : 0 }
                }
            }
            Threads.perform(
                (outputs + WeightUpdate.rowsPerChunk - 1) / WeightUpdate.rowsPerChunk,
                WeightUpdate(
                    weight: weight.checkedPointer(Float.self, count), mean: mean.checkedPointer(Float.self, count),
                    square: square.checkedPointer(Float.self, count), g: g.checkedPointer(Float.self, n * outputs),
                    x: x, lastColumns: copy, samples: n, outputs: outputs, inputs: inputs,
                    update: AdamUpdate(settings)))
        }
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

    let weight: UnsafeMutablePointer<Float>
    let mean: UnsafeMutablePointer<Float>
    let square: UnsafeMutablePointer<Float>
    let g: UnsafePointer<Float>
    let x: UnsafePointer<Float>
    let lastColumns: UnsafePointer<Float>
    let samples: Int
    let outputs: Int
    let inputs: Int
    let update: AdamUpdate<FloatVector>

    func run(chunk: Int) {
        let lanes = FloatVector.scalarCount
        let whole = inputs / lanes * lanes
        let end = min((chunk + 1) * WeightUpdate.rowsPerChunk, outputs)
        var row = chunk * WeightUpdate.rowsPerChunk
        while row < end {
            let height = TileShape<FloatVector>.height(end - row)
            var column = 0
            while column < whole {
                let vectors = min((whole - column) / lanes, 3)
                TileShape<FloatVector>.perform(
                    rows: height, columns: vectors,
                    Part(work: self, row: row, column: column, x: x + column, xRow: inputs, valid: lanes))
                column += vectors * lanes
            }
            if whole < inputs {
                TileShape<FloatVector>.perform(
                    rows: height, columns: 1,
                    Part(work: self, row: row, column: whole, x: lastColumns, xRow: lanes, valid: inputs - whole))
            }
            row += height
        }
    }

    private struct Part: TileWork {
        typealias V = FloatVector

        let work: WeightUpdate
        let row: Int
        let column: Int
        let x: UnsafePointer<Float>
        let xRow: Int
        /// Elements of a vector that exist; fewer in a tile of one vector only.
        let valid: Int

        func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
            var tile = Tile<FloatVector, Rows, Columns>()
            var g = work.g + row
            var x = x
            for _ in 0..<work.samples {
                tile.addOuter(g, 1, x)
                g += work.outputs
                x += xRow
            }
            tile.forEachRow { number, gradient in
                let place = (row &+ number) &* work.inputs &+ column
                if valid < FloatVector.scalarCount {
                    applyRest(place, gradient.x)
                } else {
                    apply(place, gradient.x)
                    if Columns.value > 1 { apply(place &+ FloatVector.scalarCount, gradient.y) }
                    if Columns.value > 2 { apply(place &+ 2 &* FloatVector.scalarCount, gradient.z) }
                }
            }
        }

        @inline(__always)
        private func apply(_ place: Int, _ gradient: FloatVector) {
            work.update.apply(work.weight + place, gradient, work.mean + place, work.square + place) { csimd_sqrt($0) }
        }

        @inline(never)
        private func applyRest(_ place: Int, _ gradient: FloatVector) {
            let lanes = FloatVector.scalarCount
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * lanes) { room in
                guard let room = room.baseAddress else { return }
                let targets = (work.weight + place, work.mean + place, work.square + place)
                FloatVector.load(targets.0, count: valid).store(room)
                FloatVector.load(targets.1, count: valid).store(room + lanes)
                FloatVector.load(targets.2, count: valid).store(room + 2 * lanes)
                work.update.apply(room, gradient, room + lanes, room + 2 * lanes) { csimd_sqrt($0) }
                targets.0.update(from: room, count: valid)
                targets.1.update(from: room + lanes, count: valid)
                targets.2.update(from: room + 2 * lanes, count: valid)
            }
        }
    }
}
