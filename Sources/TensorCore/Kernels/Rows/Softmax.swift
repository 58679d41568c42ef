import Glibc

/// Softmax and its logarithm along the rows of contiguous tensors.
enum Softmax {
    enum Kind { case softmax, logSoftmax }

    @inline(never)
    static func normalize(_ kind: Kind, _ rows: Tensor, size: Int, into result: Tensor) {
        if rows.count == 0 { return }
        if rows.dtype == .float32 {
            SoftmaxRows<FloatVector>(rows, size: size, kind: kind, into: result).perform()
        } else {
            SoftmaxRows<DoubleVector>(rows, size: size, kind: kind, into: result).perform()
        }
    }

    /// - Parameter scratch: As many elements as a row, of its type.
    @inline(never)
    static func logSumExp(_ rows: Tensor, size: Int, scratch: Tensor, into result: Tensor) {
        func run<V: GateVector>(_: V.Type) {
            let (scratch, to) = (scratch.pointer(V.Scalar.self), result.pointer(V.Scalar.self))
            for r in 0..<result.count {
                let from = rows.pointer(V.Scalar.self) + r * size
                // An infinite greatest element is not taken off, since infinities have no difference.
                let greatest = V.greatest(from, size)
                let shift = greatest.isFinite ? greatest : 0
                to[r] = V.log(exponentials(V.self, from, size, less: shift, to: scratch)) + shift
            }
        }
        if size == 0 { return Copying.fill(result, with: -.infinity) }
        if rows.dtype == .float32 { run(FloatVector.self) } else { run(DoubleVector.self) }
    }

    /// Writes the exponentials of the elements of a row less a shift; `to` may be `from`.
    ///
    /// - Returns: Their sum.
    @inline(__always)
    static func exponentials<V: GateVector>(
        _: V.Type, _ from: UnsafePointer<V.Scalar>, _ size: Int, less shift: V.Scalar,
        to: UnsafeMutablePointer<V.Scalar>
    ) -> V.Scalar {
        let shifts = V(repeating: shift)
        var i = 0
        while i < size {
            V.exp(.load(upTo: size &- i, from + i) - shifts).store(upTo: size &- i, to + i)
            i &+= V.scalarCount
        }
        return Summing<V>.sum(to, size)
    }
}

/// Softmax along rows of which a mask may hide places.
///
/// Hidden places get 0, a row of nothing else too. Zeros at the end of a sum change no bit of it, so more hidden places at
/// a row's end change no bit of the others.
struct SoftmaxRows<V: GateVector>: ChunkedWork {
    typealias Scalar = V.Scalar

    private let from: UnsafePointer<Scalar>
    private let to: UnsafeMutablePointer<Scalar>
    private let size: Int
    private let rowCount: Int
    private let rowsPerChunk: Int
    private let kind: Softmax.Kind
    /// What scores are multiplied with before places are hidden, if that is asked for.
    private let scale: Scalar?
    /// True where a place is hidden.
    private let mask: UnsafePointer<UInt8>?
    /// Of the rows' axes; the mask's strides have one more, for the places of a row.
    private let leading: [Int]
    private let strides: [Int]

    /// - Parameter mask: Of the rows' shape.
    init(_ rows: Tensor, size: Int, kind: Softmax.Kind, scale: Double? = nil, mask: Tensor? = nil, into result: Tensor)
    {
        from = UnsafePointer(rows.pointer(Scalar.self))
        to = result.pointer(Scalar.self)
        self.size = size
        rowCount = rows.count / size
        rowsPerChunk = max(WorkSize.elements / 4 / size, 1)
        self.kind = kind
        self.scale = scale.map { Scalar($0) }
        self.mask = mask.map { UnsafePointer($0.pointer(UInt8.self)) }
        leading = rows.shape.dropLast()
        strides = mask?.strides ?? []
    }

    func perform() { Threads.perform((rowCount + rowsPerChunk - 1) / rowsPerChunk, self) }

    func run(chunk: Int) {
        let first = chunk * rowsPerChunk
        let last = leading.last ?? 1
        var place = first % last
        var offset = maskOffset(first)
        for row in first..<min(first + rowsPerChunk, rowCount) {
            let (from, to) = (from + row * size, to + row * size)
            if let scale {
                SoftmaxRow<V>.hide(
                    from, size, scale: scale, mask.map { $0 + offset }, across: strides.last ?? 0, to: to)
                SoftmaxRow<V>.normalize(kind, to, size, mayHideAll: true, to: to)
            } else {
                SoftmaxRow<V>.normalize(kind, from, size, mayHideAll: false, to: to)
            }
            if mask == nil { continue }
            place += 1
            offset += strides[max(leading.count - 1, 0)]
            if place == last {
                place = 0
                offset = maskOffset(row + 1)
            }
        }
    }

    private func maskOffset(_ row: Int) -> Int {
        if mask == nil { return 0 }
        var rest = row
        var offset = 0
        for axis in leading.indices.reversed() {
            offset += rest % leading[axis] * strides[axis]
            rest /= leading[axis]
        }
        return offset
    }
}

/// Softmax of one row, in two steps.
enum SoftmaxRow<V: GateVector> {
    typealias Scalar = V.Scalar

    /// Writes the scores times `scale`, and minus infinity where the mask is true; `to` may be `from`.
    ///
    /// - Parameter across: From an element of the mask to the next.
    @inline(__always)
    static func hide(
        _ from: UnsafePointer<Scalar>, _ size: Int, scale: Scalar, _ hidden: UnsafePointer<UInt8>?, across: Int,
        to: UnsafeMutablePointer<Scalar>
    ) {
        guard let hidden else {
            for i in 0..<size { to[i] = from[i] * scale }
            return
        }
        if across == 1 {
            for i in 0..<size { to[i] = hidden[i] != 0 ? -Scalar.infinity : from[i] * scale }
        } else {
            for i in 0..<size { to[i] = hidden[i &* across] != 0 ? -Scalar.infinity : from[i] * scale }
        }
    }

    /// - Parameter mayHideAll: Whether a row of minus infinity alone gives zeros and not NaN.
    @inline(__always)
    static func normalize(
        _ kind: Softmax.Kind, _ from: UnsafePointer<Scalar>, _ size: Int, mayHideAll: Bool,
        to: UnsafeMutablePointer<Scalar>
    ) {
        let greatest = V.greatest(from, size)
        if mayHideAll && greatest == -.infinity { return to.update(repeating: 0, count: size) }
        let sum = Softmax.exponentials(V.self, from, size, less: greatest, to: to)
        let (shift, divisor) = (V(repeating: greatest), V(repeating: sum))
        let logSum = V(repeating: kind == .logSoftmax ? V.log(sum) : 0)
        var i = 0
        while i < size {
            let left = size &- i
            (kind == .softmax ? .load(upTo: left, to + i) / divisor : .load(upTo: left, from + i) - shift - logSum)
                .store(upTo: left, to + i)
            i &+= V.scalarCount
        }
    }
}
