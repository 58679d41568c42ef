/// Euclidean distances of rows from the products of rows, and from their differences where those lose digits.
enum RowDistances {
    /// A squared distance below this share of the two squared norms is computed from the differences: above it the product
    /// loses no more than four of the bits that a sum of squares has.
    static let share = 1.0 / 16

    /// Writes the distances `|a[i] - b[j]|`, over the products `a[i] . b[j]` where these are given.
    ///
    /// - Parameters:
    ///   - a: Contiguous, `[batches, m, size]`; b likewise `[batches, n, size]`.
    ///   - hasProducts: Whether `result` holds the products; else all distances are made from differences.
    ///   - result: Contiguous, `[batches, m, n]`.
    @inline(never)
    static func write(_ a: Tensor, _ b: Tensor, hasProducts: Bool, into result: Tensor) {
        if result.dtype == .float32 {
            write(a, b, hasProducts, result, FloatVector.self)
        } else {
            write(a, b, hasProducts, result, DoubleVector.self)
        }
    }

    private static func write<V: KernelVector>(
        _ a: Tensor, _ b: Tensor, _ hasProducts: Bool, _ result: Tensor, _: V.Type
    ) where V.Scalar: FractionElement {
        let (batches, m, n, size) = (a.shape[0], a.shape[1], b.shape[1], a.shape[2])
        let (a, b) = (UnsafePointer(a.pointer(V.Scalar.self)), UnsafePointer(b.pointer(V.Scalar.self)))
        let to = result.pointer(V.Scalar.self)
        let perChunk = max(WorkSize.elements / max(hasProducts ? n : n * size, 1), 1)
        Scratch.withBounded(batches * n, of: V.Scalar.self) { norms in
            if hasProducts {
                for j in 0..<batches * n { norms[j] = squares(b + j * size, size, V.self) }
            }
            Threads.parallelFor((batches * m + perChunk - 1) / perChunk) { chunk in
                for i in chunk * perChunk..<min((chunk + 1) * perChunk, batches * m) {
                    let (row, others) = (a + i * size, b + i / m * n * size)
                    let to = to + i * n
                    if hasProducts {
                        combine(row, others, norms + i / m * n, n, size, to, V.self)
                    } else {
                        for j in 0..<n { to[j] = difference(row, others + j * size, size, V.self) }
                    }
                    for j in 0..<n { to[j] = to[j].squareRoot() }
                }
            }
        }
    }

    /// Makes squared distances of products.
    @inline(__always)
    private static func combine<V: KernelVector>(
        _ row: UnsafePointer<V.Scalar>, _ others: UnsafePointer<V.Scalar>, _ norms: UnsafePointer<V.Scalar>, _ n: Int,
        _ size: Int, _ to: UnsafeMutablePointer<V.Scalar>, _: V.Type
    ) where V.Scalar: FractionElement {
        let (norm, share) = (squares(row, size, V.self), V.Scalar(share))
        var close = 0
        for j in 0..<n {
            let sum = norm + norms[j]
            let square = sum - 2 * to[j]
            to[j] = square
            // Neither where it is not a number: norms may be too large where the difference is not.
            close &+= square >= sum * share ? 0 : 1
        }
        if close == 0 { return }
        for j in 0..<n where !(to[j] >= (norm + norms[j]) * share) {
            to[j] = difference(row, others + j * size, size, V.self)
        }
    }

    @inline(__always)
    private static func squares<V: KernelVector>(
        _ row: UnsafePointer<V.Scalar>, _ size: Int, _: V.Type
    ) -> V.Scalar where V.Scalar: FractionElement {
        @inline(__always)
        func square(_ place: Int, _ left: Int) -> V {
            let x = V.load(upTo: left, row + place)
            return x * x
        }
        return Summing<V>.sum(size, square)
    }

    /// The sum of the squared differences.
    @inline(never)
    private static func difference<V: KernelVector>(
        _ a: UnsafePointer<V.Scalar>, _ b: UnsafePointer<V.Scalar>, _ size: Int, _: V.Type
    ) -> V.Scalar where V.Scalar: FractionElement {
        @inline(__always)
        func square(_ place: Int, _ left: Int) -> V {
            let x = V.load(upTo: left, a + place) - V.load(upTo: left, b + place)
            return x * x
        }
        return Summing<V>.sum(size, square)
    }
}
