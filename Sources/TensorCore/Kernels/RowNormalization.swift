/// Normalisation of rows of neighbouring elements, as layer normalisation does it: all passes over a row while it is in
/// the cache.
///
/// All tensors are contiguous and of one floating-point type. `x` has rows of `size` elements; mean, variance and scale
/// have an element for each row, weight and bias one for each place in a row.
package enum RowNormalization {
    /// Writes the mean and the variance (divided by the count) of each row.
    package static func figures(_ x: Tensor, size: Int, mean: Tensor, variance: Tensor) {
        func run<V: KernelVector>(_: V.Type) where V.Scalar: BinaryFloatingPoint {
            let (means, variances) = (mean.pointer(V.Scalar.self), variance.pointer(V.Scalar.self))
            let start = UnsafePointer(x.pointer(V.Scalar.self))
            NormalizedRows<V>.share(mean.count, size) { row in
                let x = start + row * size
                let mean =
                    sum(V.self, size) {
                        V.load(x + $0)
                    } one: {
                        x[$0]
                    } / V.Scalar(size)
                let level = V(repeating: mean)
                let squares = sum(V.self, size) {
                    let distance = V.load(x + $0) - level
                    return distance * distance
                } one: {
                    (x[$0] - mean) * (x[$0] - mean)
                }
                means[row] = mean
                variances[row] = squares / V.Scalar(size)
            }
        }
        if x.dtype == .float32 { run(FloatVector.self) } else { run(DoubleVector.self) }
    }

    /// Writes `y = (x - mean) * scale * weight + bias`.
    package static func forward(
        _ x: Tensor, size: Int, mean: Tensor, scale: Tensor, weight: Tensor?, bias: Tensor?, into y: Tensor
    ) {
        func run<V: KernelVector>(_: V.Type) where V.Scalar: BinaryFloatingPoint {
            let rows = NormalizedRows<V>(x, mean: mean, scale: scale, weight: weight, size: size)
            let bias = bias?.pointer(V.Scalar.self)
            let y = y.pointer(V.Scalar.self)
            NormalizedRows<V>.share(rows.count, size) { row in
                rows.eachVector(row) { place, normal in
                    let value = rows.weighted(normal, place)
                    (bias.map { value + V.load($0 + place) } ?? value).store(y + row * size + place)
                } one: { place, normal in
                    y[row * size + place] = rows.weighted(normal, place) + (bias.map { $0[place] } ?? 0)
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
        func run<V: KernelVector>(_: V.Type) throws where V.Scalar: BinaryFloatingPoint {
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

    /// The sum of `count` values, vectors of them while they fill one: in blocks, whose sums are added in double precision.
    @inline(__always)
    fileprivate static func sum<V: KernelVector>(
        _: V.Type, _ count: Int, _ vector: (Int) -> V, one: (Int) -> V.Scalar
    ) -> V.Scalar where V.Scalar: BinaryFloatingPoint {
        let lanes = V.scalarCount
        var total = 0.0
        var i = 0
        while i &+ lanes <= count {
            let end = min(i &+ 4096, count)
            var (a, b, c, d) = (V(), V(), V(), V())
            while i &+ 4 &* lanes <= end {
                a += vector(i)
                b += vector(i &+ lanes)
                c += vector(i &+ 2 &* lanes)
                d += vector(i &+ 3 &* lanes)
                i &+= 4 &* lanes
            }
            while i &+ lanes <= end {
                a += vector(i)
                i &+= lanes
            }
            total += Double(((a + b) + (c + d)).laneSum)
        }
        while i < count {
            total += Double(one(i))
            i &+= 1
        }
        return V.Scalar(total)
    }
}

/// Rows with what normalises them.
private struct NormalizedRows<V: KernelVector> where V.Scalar: BinaryFloatingPoint {
    let x: UnsafePointer<V.Scalar>
    let mean: UnsafePointer<V.Scalar>
    let scale: UnsafePointer<V.Scalar>
    let weight: UnsafePointer<V.Scalar>?
    let size: Int
    let count: Int

    init(_ x: Tensor, mean: Tensor, scale: Tensor, weight: Tensor?, size: Int) {
        count = mean.count
        self.size = size
        self.x = UnsafePointer(x.checkedPointer(V.Scalar.self, count * size))
        self.mean = UnsafePointer(mean.checkedPointer(V.Scalar.self, count))
        self.scale = UnsafePointer(scale.checkedPointer(V.Scalar.self, count))
        self.weight = weight.map { UnsafePointer($0.checkedPointer(V.Scalar.self, size)) }
    }

    /// Calls `body` for each row, on several threads.
    @inline(__always)
    static func share(_ count: Int, _ size: Int, _ body: (Int) -> Void) {
        let perChunk = max(WorkSize.elements / max(size, 1), 1)
        Threads.parallelFor((count + perChunk - 1) / perChunk) { chunk in
            for row in chunk * perChunk..<min((chunk + 1) * perChunk, count) { body(row) }
        }
    }

    /// Calls `vector` with each vector of a normalised row and its place, `one` with the elements that do not fill one.
    @inline(__always)
    func eachVector(_ row: Int, _ vector: (Int, V) -> Void, one: (Int, V.Scalar) -> Void) {
        let x = x + row * size
        let (mean, scale) = (mean[row], scale[row])
        let (level, factor) = (V(repeating: mean), V(repeating: scale))
        var place = 0
        while place &+ V.scalarCount <= size {
            vector(place, (.load(x + place) - level) * factor)
            place &+= V.scalarCount
        }
        while place < size {
            one(place, (x[place] - mean) * scale)
            place &+= 1
        }
    }

    @inline(__always)
    func weighted(_ value: V, _ place: Int) -> V { weight.map { value * V.load($0 + place) } ?? value }

    @inline(__always)
    func weighted(_ value: V.Scalar, _ place: Int) -> V.Scalar { weight.map { value * $0[place] } ?? value }
}

/// Gradients of some rows; the sums over rows of each shard are its own.
private struct NormalizationGradients<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
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
        rows.eachVector(row) { place, normal in
            let g = V.load(g + place)
            var sum = V.load(sums + place)
            sum.multiplyAdd(g, normal)
            sum.store(sums + place)
            (V.load(biasSums + place) + g).store(biasSums + place)
        } one: { place, normal in
            sums[place] += g[place] * normal
            biasSums[place] += g[place]
        }
    }

    /// `(g * weight - mean(g * weight) - normal * mean(g * weight * normal)) * scale`
    private func writeGradient(_ row: Int, _ g: UnsafePointer<V.Scalar>, _ to: UnsafeMutablePointer<V.Scalar>) {
        let (size, x) = (rows.size, rows.x + row * rows.size)
        let (mean, scale) = (rows.mean[row], rows.scale[row])
        let (meanVector, scaleVector) = (V(repeating: mean), V(repeating: scale))
        let level =
            RowNormalization.sum(V.self, size) {
                rows.weighted(V.load(g + $0), $0)
            } one: {
                rows.weighted(g[$0], $0)
            } / V.Scalar(size)
        let along =
            RowNormalization.sum(V.self, size) {
                rows.weighted(V.load(g + $0), $0) * ((V.load(x + $0) - meanVector) * scaleVector)
            } one: {
                rows.weighted(g[$0], $0) * ((x[$0] - mean) * scale)
            } / V.Scalar(size)
        let (levelVector, alongVector) = (V(repeating: level), V(repeating: along))
        rows.eachVector(row) { place, normal in
            let inner = rows.weighted(V.load(g + place), place)
            ((inner - levelVector - normal * alongVector) * scaleVector).store(to + place)
        } one: { place, normal in
            to[place] = (rows.weighted(g[place], place) - level - normal * along) * scale
        }
    }
}
