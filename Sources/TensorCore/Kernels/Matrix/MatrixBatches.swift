/// Products of batches of matrices.
enum MatrixBatches {
    /// Writes the products of `[..., m, k]` and `[..., k, n]` to contiguous `[..., m, n]`.
    ///
    /// Both operands have the same axes before the last two, in number and sizes. Their strides are free; all have the
    /// same type, which is int64 or floating-point.
    @inline(never)
    static func multiply(_ a: Tensor, _ b: Tensor, into c: Tensor) {
        switch c.dtype {
        case .float32:
            multiply(a, b, c, Float.self) { a, b, c, s in
                MatrixProduct.multiply(
                    a: a, aRowStride: s.aRow, aColStride: s.aColumn, b: b, bRowStride: s.bRow, bColStride: s.bColumn,
                    c: c, m: s.m, n: s.n, k: s.k, accumulate: false)
            }
        case .float64:
            multiply(a, b, c, Double.self) { a, b, c, s in
                MatrixProduct.multiply(
                    a: a, aRowStride: s.aRow, aColStride: s.aColumn, b: b, bRowStride: s.bRow, bColStride: s.bColumn,
                    c: c, m: s.m, n: s.n, k: s.k, accumulate: false)
            }
        default: multiply(a, b, c, Int64.self, multiplyWhole)
        }
    }

    /// The multiplications that are worth a thread's while.
    private static var smallest: Double { 0x1p19 }

    private struct Sizes {
        var m: Int
        var n: Int
        var k: Int
        var aRow: Int
        var aColumn: Int
        var bRow: Int
        var bColumn: Int
    }

    @inline(__always)
    private static func multiply<Value>(
        _ a: Tensor, _ b: Tensor, _ c: Tensor, _: Value.Type,
        _ product: (UnsafePointer<Value>, UnsafePointer<Value>, UnsafeMutablePointer<Value>, Sizes) -> Void
    ) {
        let last = a.rank - 1
        let sizes = Sizes(
            m: a.shape[last - 1], n: b.shape[last], k: a.shape[last], aRow: a.strides[last - 1],
            aColumn: a.strides[last], bRow: b.strides[last - 1], bColumn: b.strides[last])
        let batch = a.shape.dropLast(2).reduce(1, *)
        // Products that are too small to be shared go to threads as they are.
        guard batch > 0 else { return }
        let work = max(Double(sizes.m) * Double(sizes.n) * Double(sizes.k), 1)
        let perChunk = work > smallest ? batch : Int((smallest / work).rounded(.up))
        @inline(__always)
        func multiply(_ i: Int) {
            product(
                a.pointer(Value.self) + matrixOffset(i, in: a), b.pointer(Value.self) + matrixOffset(i, in: b),
                c.pointer(Value.self) + i * sizes.m * sizes.n, sizes)
        }
        if perChunk >= batch {
            for i in 0..<batch { multiply(i) }
        } else {
            Threads.parallelFor((batch + perChunk - 1) / perChunk) { chunk in
                for i in chunk * perChunk..<min((chunk + 1) * perChunk, batch) { multiply(i) }
            }
        }
    }

    /// Where a tensor's matrix of a number begins.
    private static func matrixOffset(_ number: Int, in tensor: Tensor) -> Int {
        var (rest, offset) = (number, 0)
        for axis in (0..<tensor.rank - 2).reversed() {
            let (above, index) = rest.quotientAndRemainder(dividingBy: tensor.shape[axis])
            offset += index * tensor.strides[axis]
            rest = above
        }
        return offset
    }

    private static func multiplyWhole(
        _ a: UnsafePointer<Int64>, _ b: UnsafePointer<Int64>, _ c: UnsafeMutablePointer<Int64>, _ s: Sizes
    ) {
        for i in 0..<s.m {
            let row = c + i * s.n
            row.update(repeating: 0, count: s.n)
            for p in 0..<s.k {
                let left = a[i * s.aRow + p * s.aColumn]
                let right = b + p * s.bRow
                for j in 0..<s.n { row[j] &+= left &* right[j * s.bColumn] }
            }
        }
    }
}
