/// One row times a matrix whose rows are contiguous: the matrix is read once, in the order in which it lies in memory.
struct RowProduct<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    private let o: MatrixProduct.Operands<Scalar>
    private let chunkColumns: Int

    /// Rows of the matrix that are read side by side.
    private static var step: Int { 8 }

    @inline(__always)
    static func run(_ o: MatrixProduct.Operands<Scalar>) {
        let chunks = min(max(o.n * o.k >> 17, 1), max(o.n / 512, 1), 64)
        let columns = ((o.n + chunks - 1) / chunks + 63) & ~63
        Threads.perform((o.n + columns - 1) / columns, RowProduct(o: o, chunkColumns: columns))
    }

    func run(chunk: Int) {
        let columns = chunk * chunkColumns..<min((chunk + 1) * chunkColumns, o.n)
        if !o.accumulate { (o.c + columns.lowerBound).update(repeating: 0, count: columns.count) }
        var p = 0
        while p + RowProduct.step <= o.k {
            add(RowProduct.step, p, columns)
            p += RowProduct.step
        }
        while p < o.k {
            add(1, p, columns)
            p += 1
        }
    }

    /// Adds `count` rows, times their numbers.
    @inline(__always)
    private func add(_ count: Int, _ p: Int, _ columns: Range<Int>) {
        let b = o.b + p * o.bRow
        @inline(__always)
        func number(_ i: Int) -> V { V(repeating: i < count ? o.a[(p &+ i) &* o.aCol] : 0) }
        let (a0, a1, a2, a3) = (number(0), number(1), number(2), number(3))
        let (a4, a5, a6, a7) = (number(4), number(5), number(6), number(7))
        var column = columns.lowerBound
        while column &+ V.scalarCount <= columns.upperBound {
            var sum = V.load(o.c + column)
            let b = b + column
            sum.multiplyAdd(a0, .load(b))
            if count > 1 {
                sum.multiplyAdd(a1, .load(b + o.bRow))
                sum.multiplyAdd(a2, .load(b + 2 &* o.bRow))
                sum.multiplyAdd(a3, .load(b + 3 &* o.bRow))
                sum.multiplyAdd(a4, .load(b + 4 &* o.bRow))
                sum.multiplyAdd(a5, .load(b + 5 &* o.bRow))
                sum.multiplyAdd(a6, .load(b + 6 &* o.bRow))
                sum.multiplyAdd(a7, .load(b + 7 &* o.bRow))
            }
            sum.store(o.c + column)
            column &+= V.scalarCount
        }
        while column < columns.upperBound {
            for i in 0..<count { o.c[column] += o.a[(p &+ i) &* o.aCol] * b[i &* o.bRow &+ column] }
            column &+= 1
        }
    }
}
