/// Normalisation of rows of neighbouring elements, as layer normalisation does it: all passes over a row while it is in
/// the cache.
///
/// All tensors are contiguous and of one floating-point type. `x` has rows of `size` elements; mean, variance and scale
/// have an element for each row, weight and bias one for each place in a row.
package enum RowNormalization {
    /// Writes `y = (x - mean) * scale * weight + bias`, and the mean, the variance (divided by the count) and the scale
    /// `1 / sqrt(variance + epsilon)` of each row.
    package static func forward(
        _ x: Tensor, size: Int, epsilon: Double, mean: Tensor, variance: Tensor, scale: Tensor, weight: Tensor?,
        bias: Tensor?, into y: Tensor
    ) {
        func run<V: KernelVector>(_: V.Type) where V.Scalar: FractionElement {
            let rows = NormalizedRows<V>(x, mean: mean, scale: scale, weight: weight, size: size)
            let variances = variance.checkedPointer(V.Scalar.self, rows.count)
            let bias = bias?.checkedPointer(V.Scalar.self, size)
            let y = y.checkedPointer(V.Scalar.self, rows.count * size)
            let epsilon = V.Scalar(epsilon)
            let perChunk = max(WorkSize.elements / max(size, 1), 1)
            Threads.parallelFor((rows.count + perChunk - 1) / perChunk) { chunk in
                for row in chunk * perChunk..<min((chunk + 1) * perChunk, rows.count) {
                    let variance = rows.findMean(row)
                    variances[row] = variance
                    rows.scale[row] = 1 / (variance + epsilon).squareRoot()
                    let to = y + row * size
                    @inline(__always)
                    func write(_ place: Int, _ left: Int, _ normal: V) {
                        var value = rows.weighted(normal, place, left)
                        if let bias { value += .load(upTo: left, bias + place) }
                        value.store(upTo: left, to + place)
                    }
                    rows.eachVector(row, write)
                }
            }
        }
        if x.dtype == .float32 { run(FloatVector.self) } else { run(DoubleVector.self) }
    }

    /// Writes the gradients of `forward` that are asked for, where mean and scale are those of `x`; those of weight and
    /// bias are summed over the rows.
    ///
    /// - Throws: `TensorError.workMemory`.
    package static func backward(
        _ g: Tensor, x: Tensor, size: Int, mean: Tensor, scale: Tensor, weight: Tensor?, inputGradient: Tensor?,
        weightGradient: Tensor?, biasGradient: Tensor?
    ) throws {
        func run<V: KernelVector>(_: V.Type) throws where V.Scalar: FractionElement {
            let rows = NormalizedRows<V>(x, mean: mean, scale: scale, weight: weight, size: size)
            let shards = min(8, max(rows.count, 1))
            try Scratch.with(2 * shards * size, of: V.Scalar.self) { sums in
                sums.update(repeating: 0, count: 2 * shards * size)
                let pass = NormalizationGradients(
                    rows: rows, g: g.pointer(V.Scalar.self), inputGradient: inputGradient?.pointer(V.Scalar.self),
                    sums: sums, wantsSums: weightGradient != nil || biasGradient != nil, shards: shards)
                Threads.perform(shards, pass)
                ShardSums.add(sums, shards, 2 * size)
                weightGradient?.pointer(V.Scalar.self).update(from: sums, count: size)
                biasGradient?.pointer(V.Scalar.self).update(from: sums + size, count: size)
            }
        }
        if x.dtype == .float32 { try run(FloatVector.self) } else { try run(DoubleVector.self) }
    }
}

/// Rows with what normalises them.
private struct NormalizedRows<V: KernelVector> where V.Scalar: FractionElement {
    let x: UnsafePointer<V.Scalar>
    let mean: UnsafeMutablePointer<V.Scalar>
    let scale: UnsafeMutablePointer<V.Scalar>
    let weight: UnsafePointer<V.Scalar>?
    let size: Int
    let count: Int

    init(_ x: Tensor, mean: Tensor, scale: Tensor, weight: Tensor?, size: Int) {
        count = mean.count
        self.size = size
        self.x = UnsafePointer(x.checkedPointer(V.Scalar.self, count * size))
        self.mean = mean.checkedPointer(V.Scalar.self, count)
        self.scale = scale.checkedPointer(V.Scalar.self, count)
        self.weight = weight.map { UnsafePointer($0.checkedPointer(V.Scalar.self, size)) }
    }

    /// Writes the mean of a row.
    ///
    /// - Returns: The variance.
    @inline(__always)
    func findMean(_ row: Int) -> V.Scalar {
        let x = x + row * size
        mean[row] = Summing<V>.sum(x, size) / V.Scalar(size)
        let level = V(repeating: mean[row])
        @inline(__always)
        func square(_ place: Int, _ left: Int) -> V {
            let distance = V.load(upTo: left, x + place) - level
            return (distance * distance).keeping(first: left)
        }
        return Summing<V>.sum(size, square) / V.Scalar(size)
    }

    /// Calls `body` with the vectors of a normalised row, their places and how many elements are left there; the lanes
    /// beyond the row are not zero.
    @inline(__always)
    func eachVector(_ row: Int, _ body: (_ place: Int, _ left: Int, _ normal: V) -> Void) {
        let (x, level, factor) = (x + row * size, V(repeating: mean[row]), V(repeating: scale[row]))
        var place = 0
        while place < size {
            let left = size &- place
            body(place, left, (.load(upTo: left, x + place) - level) * factor)
            place &+= V.scalarCount
        }
    }

    @inline(__always)
    func weighted(_ value: V, _ place: Int, _ left: Int) -> V {
        guard let weight else { return value }
        return value * .load(upTo: left, weight + place)
    }
}

/// Gradients of some rows; the sums over rows of each shard are its own.
private struct NormalizationGradients<V: KernelVector>: ChunkedWork where V.Scalar: FractionElement {
    let rows: NormalizedRows<V>
    let g: UnsafePointer<V.Scalar>
    let inputGradient: UnsafeMutablePointer<V.Scalar>?
    /// For each shard the gradient of the weight, then that of the bias.
    let sums: UnsafeMutablePointer<V.Scalar>
    let wantsSums: Bool
    let shards: Int

    func run(chunk shard: Int) {
        let size = rows.size
        for row in rows.count * shard / shards..<rows.count * (shard + 1) / shards {
            let g = g + row * size
            if wantsSums { addSums(row, g, sums + 2 * shard * size) }
            if let inputGradient { writeGradient(row, g, inputGradient + row * size) }
        }
    }

    private func addSums(_ row: Int, _ g: UnsafePointer<V.Scalar>, _ sums: UnsafeMutablePointer<V.Scalar>) {
        let biasSums = sums + rows.size
        @inline(__always)
        func add(_ place: Int, _ left: Int, _ normal: V) {
            let g = V.load(upTo: left, g + place)
            var sum = V.load(upTo: left, sums + place)
            sum.multiplyAdd(g, normal)
            sum.store(upTo: left, sums + place)
            (V.load(upTo: left, biasSums + place) + g).store(upTo: left, biasSums + place)
        }
        rows.eachVector(row, add)
    }

    /// `(g * weight - mean(g * weight) - normal * mean(g * weight * normal)) * scale`
    private func writeGradient(_ row: Int, _ g: UnsafePointer<V.Scalar>, _ to: UnsafeMutablePointer<V.Scalar>) {
        let size = rows.size
        let (x, mean, scale) = (rows.x + row * size, V(repeating: rows.mean[row]), V(repeating: rows.scale[row]))
        /// The gradient of the normalised elements; zero where none are loaded.
        @inline(__always)
        func inner(_ place: Int, _ left: Int) -> V { rows.weighted(.load(upTo: left, g + place), place, left) }
        let level = Summing<V>.sum(size, inner) / V.Scalar(size)
        @inline(__always)
        func product(_ place: Int, _ left: Int) -> V {
            inner(place, left) * ((.load(upTo: left, x + place) - mean) * scale)
        }
        let along = Summing<V>.sum(size, product) / V.Scalar(size)
        let (levels, alongs) = (V(repeating: level), V(repeating: along))
        @inline(__always)
        func write(_ place: Int, _ left: Int, _ normal: V) {
            ((inner(place, left) - levels - normal * alongs) * scale).store(upTo: left, to + place)
        }
        rows.eachVector(row, write)
    }
}
