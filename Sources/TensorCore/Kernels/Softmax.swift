import Glibc

/// Softmax and its logarithm along the rows of contiguous tensors.
enum Softmax {
    enum Kind { case softmax, logSoftmax }

    /// Elements whose exponentials are taken at once: few enough to stay in the cache.
    private static let blockCount = 4096

    @inline(never)
    static func normalize(_ kind: Kind, _ rows: Tensor, size: Int, into result: Tensor) {
        if rows.count == 0 { return }
        if rows.dtype == .float32 {
            let from = rows.pointer(Float.self)
            let to = result.pointer(Float.self)
            eachBlock(rows.count / size, size) { (first: Int, count: Int, shifts: UnsafeMutablePointer<Float>) in
                let (from, to) = (from + first * size, to + first * size)
                shift(from, to, count, size, shifts, GreatestFloat.self)
                VectorMath.exp(to, to, count: count * size)
                for r in 0..<count {
                    let sum = Summing<SIMD16<Float>>.sum(to + r * size, size)
                    normalize(kind, from + r * size, size, shifts[r], sum, logf(sum), to + r * size)
                }
            }
        } else {
            let from = rows.pointer(Double.self)
            let to = result.pointer(Double.self)
            eachBlock(rows.count / size, size) { (first: Int, count: Int, shifts: UnsafeMutablePointer<Double>) in
                let (from, to) = (from + first * size, to + first * size)
                shift(from, to, count, size, shifts, GreatestDouble.self)
                VectorMath.exp(to, to, count: count * size)
                for r in 0..<count {
                    let sum = Summing<SIMD8<Double>>.sum(to + r * size, size)
                    normalize(kind, from + r * size, size, shifts[r], sum, log(sum), to + r * size)
                }
            }
        }
    }

    /// Calls `body` with the first row and the number of rows of each block, and a place for a number by row.
    @inline(__always)
    private static func eachBlock<Value>(
        _ rows: Int, _ size: Int, _ body: (Int, Int, UnsafeMutablePointer<Value>) -> Void
    ) {
        let blockRows = max(blockCount / max(size, 1), 1)
        withUnsafeTemporaryAllocation(of: Value.self, capacity: min(blockRows, max(rows, 1))) { shifts in
            guard let shifts = shifts.baseAddress else { return }
            for first in stride(from: 0, to: rows, by: blockRows) { body(first, min(blockRows, rows - first), shifts) }
        }
    }

    /// Writes the rows less their greatest elements, and these to `shifts`.
    @inline(__always)
    private static func shift<Order: ExtremeOrder>(
        _ from: UnsafePointer<Order.Value>, _ to: UnsafeMutablePointer<Order.Value>, _ rows: Int, _ size: Int,
        _ shifts: UnsafeMutablePointer<Order.Value>, _: Order.Type
    ) {
        for r in 0..<rows {
            let (from, to) = (from + r * size, to + r * size)
            let shift = Reducing.extreme(from, size, Order.self)
            for i in 0..<size { to[i] = from[i] - shift }
            shifts[r] = shift
        }
    }

    @inline(__always)
    private static func normalize<Value: FractionElement>(
        _ kind: Kind, _ from: UnsafePointer<Value>, _ size: Int, _ shift: Value, _ sum: Value, _ logSum: Value,
        _ to: UnsafeMutablePointer<Value>
    ) {
        switch kind {
        case .softmax: for i in 0..<size { to[i] /= sum }
        case .logSoftmax: for i in 0..<size { to[i] = from[i] - shift - logSum }
        }
    }

    /// - Parameter scratch: As many elements as a row, of its type.
    @inline(never)
    static func logSumExp(_ rows: Tensor, size: Int, scratch: Tensor, into result: Tensor) {
        if size == 0 { return Copying.fill(result, with: -.infinity) }
        if rows.dtype == .float32 {
            let scratch = scratch.pointer(Float.self)
            for r in 0..<result.count {
                let from = rows.pointer(Float.self) + r * size
                let shift = finite(Reducing.extreme(from, size, GreatestFloat.self))
                for i in 0..<size { scratch[i] = from[i] - shift }
                VectorMath.exp(scratch, scratch, count: size)
                result.pointer(Float.self)[r] = logf(Summing<SIMD16<Float>>.sum(scratch, size)) + shift
            }
        } else {
            let scratch = scratch.pointer(Double.self)
            for r in 0..<result.count {
                let from = rows.pointer(Double.self) + r * size
                let shift = finite(Reducing.extreme(from, size, GreatestDouble.self))
                for i in 0..<size { scratch[i] = exp(from[i] - shift) }
                result.pointer(Double.self)[r] = log(Summing<SIMD8<Double>>.sum(scratch, size)) + shift
            }
        }
    }

    /// An infinite greatest element is not taken off, since infinities have no difference.
    @inline(__always)
    private static func finite<Value: FractionElement>(_ shift: Value) -> Value { shift.isFinite ? shift : 0 }
}
