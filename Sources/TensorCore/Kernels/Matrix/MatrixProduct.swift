import Glibc

/// Products of matrices: `c = a b`, or `c += a b`, with any strides of `a` and `b`.
///
/// The order in which an element's sum is made depends on the sizes and strides alone, not on the number of threads.
/// Denormals count as zero.
///
/// - Source: the packed scheme of Goto and van de Geijn 2008, doi:10.1145/1356052.1356053.
package enum MatrixProduct {
    /// `c[i, j] (+)= sum over p of a[i, p] * b[p, j]`, with strides in elements; the rows of `c` are contiguous and
    /// `cRowStride` apart, or follow each other.
    static func multiply(
        a: UnsafePointer<Float>, aRowStride: Int, aColStride: Int,
        b: UnsafePointer<Float>, bRowStride: Int, bColStride: Int,
        c: UnsafeMutablePointer<Float>, cRowStride: Int? = nil, m: Int, n: Int, k: Int,
        accumulate: Bool
    ) {
        multiply(
            FloatVector.self,
            Operands(
                a: a, aRow: aRowStride, aCol: aColStride, b: b, bRow: bRowStride, bCol: bColStride, c: c,
                cRow: cRowStride ?? n, m: m, n: n, k: k, accumulate: accumulate))
    }

    /// The same in double precision.
    static func multiply(
        a: UnsafePointer<Double>, aRowStride: Int, aColStride: Int,
        b: UnsafePointer<Double>, bRowStride: Int, bColStride: Int,
        c: UnsafeMutablePointer<Double>, cRowStride: Int? = nil, m: Int, n: Int, k: Int,
        accumulate: Bool
    ) {
        multiply(
            DoubleVector.self,
            Operands(
                a: a, aRow: aRowStride, aCol: aColStride, b: b, bRow: bRowStride, bCol: bColStride, c: c,
                cRow: cRowStride ?? n, m: m, n: n, k: k, accumulate: accumulate))
    }

    /// What is multiplied, and where the product goes.
    struct Operands<Scalar> {
        var a: UnsafePointer<Scalar>
        var aRow: Int
        var aCol: Int
        var b: UnsafePointer<Scalar>
        var bRow: Int
        var bCol: Int
        var c: UnsafeMutablePointer<Scalar>
        var cRow: Int
        var m: Int
        var n: Int
        var k: Int
        var accumulate: Bool

        /// Into how many chunks the work is cut at most: one of less than some microseconds is not worth handing over.
        var worthwhileChunks: Int { Int(min(max(Double(m) * Double(n) * Double(k) * 0x1p-19, 1), 64)) }
    }

    /// Up to so many rows or columns a matrix is thin: packing the other would cost as much as the product.
    ///
    /// Thin matrices are multiplied in another order. With more rows than this, each has bits of its own.
    package static var thin: Int { 16 }

    @inline(__always)
    private static func multiply<V: KernelVector>(_: V.Type, _ operands: Operands<V.Scalar>)
    where V.Scalar: BinaryFloatingPoint {
        var o = operands
        guard o.m > 0, o.n > 0 else { return }
        guard o.k > 0 else {
            if !o.accumulate {
                for row in 0..<o.m { (o.c + row * o.cRow).update(repeating: 0, count: o.n) }
            }
            return
        }
        // The stride of an axis of one element says nothing: any will do.
        if o.k == 1 { (o.aCol, o.bRow) = (1, o.n) }
        if o.n == 1 && o.bCol != 1 { o.bCol = 1 }
        if o.n == 1 && o.m > 1 { return multiplyVector(V.self, o) }
        choose(V.self, o)
    }

    /// Chooses by sizes and strides alone.
    @inline(__always)
    private static func choose<V: KernelVector>(_: V.Type, _ o: Operands<V.Scalar>)
    where V.Scalar: BinaryFloatingPoint {
        let fitsFirstCaches = o.k * o.n * MemoryLayout<V.Scalar>.size <= 128 << 10
        if o.bRow == 1 && o.k > 1 && (o.m <= thin || o.n <= thin) && (o.aCol == 1 || o.m * o.k <= 1 << 20) {
            InnerProduct<V>.run(o)
        } else if o.bCol == 1 && o.m == 1 {
            RowProduct<V>.run(o)
        } else if (o.bCol == 1 && o.m <= thin || (o.bCol == 1 || o.bRow == 1) && fitsFirstCaches)
            && (o.n >= V.scalarCount || o.k <= 4096)
        {
            DirectProduct<V>.run(o)
        } else {
            PackedProduct<V>.run(o)
        }
    }

    /// A matrix times one column, which is made contiguous first; so is the result.
    @inline(__always)
    private static func multiplyVector<V: KernelVector>(_: V.Type, _ operands: Operands<V.Scalar>)
    where V.Scalar: BinaryFloatingPoint {
        let o = operands
        Scratch.withBounded((o.bRow == 1 ? 0 : o.k) + (o.cRow == 1 ? 0 : o.m), of: V.Scalar.self) { room in
            var part = o
            if o.bRow != 1 {
                for p in 0..<o.k { room[p] = o.b[p * o.bRow] }
                (part.b, part.bRow) = (UnsafePointer(room), 1)
            }
            if o.cRow != 1 {
                part.c = room + (o.bRow == 1 ? 0 : o.k)
                part.cRow = 1
                if o.accumulate {
                    for row in 0..<o.m { part.c[row] = o.c[row * o.cRow] }
                }
            }
            if o.aRow == 1 && o.aCol != 1 {
                // As a row times the transposed matrix, whose rows are contiguous.
                (part.a, part.aRow, part.aCol) = (part.b, 1, 1)
                (part.b, part.bRow, part.bCol) = (o.a, o.aCol, 1)
                (part.m, part.n, part.cRow) = (1, o.m, o.m)
            }
            choose(V.self, part)
            if o.cRow != 1 {
                for row in 0..<o.m { o.c[row * o.cRow] = part.c[row] }
            }
        }
    }
}
