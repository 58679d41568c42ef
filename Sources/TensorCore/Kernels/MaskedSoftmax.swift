/// Softmax along rows of which a mask hides places.
///
/// Hidden places get 0, a row of nothing else too. Sums go by lanes, so more hidden places at a row's end change no bit
/// of the others.
struct MaskedSoftmax<V: GateVector>: ChunkedWork {
    typealias Scalar = V.Scalar

    let scores: UnsafePointer<Scalar>
    /// True where a place is hidden; row and place are `strides` apart.
    let mask: UnsafePointer<UInt8>?
    /// Of the axes before the last.
    let leading: [Int]
    let strides: [Int]
    let size: Int
    let scale: Scalar
    let result: UnsafeMutablePointer<Scalar>
    let rowCount: Int
    let rowsPerChunk: Int

    func run(chunk: Int) {
        for row in chunk * rowsPerChunk..<min((chunk + 1) * rowsPerChunk, rowCount) {
            let from = scores + row * size
            let to = result + row * size
            if let mask {
                hide(from, mask + maskOffset(row), to)
            } else {
                for i in 0..<size { to[i] = from[i] * scale }
            }
            normalize(to)
        }
    }

    private func maskOffset(_ row: Int) -> Int {
        var rest = row
        var offset = 0
        for axis in leading.indices.reversed() {
            offset += rest % leading[axis] * strides[axis]
            rest /= leading[axis]
        }
        return offset
    }

    private func hide(_ from: UnsafePointer<Scalar>, _ mask: UnsafePointer<UInt8>, _ to: UnsafeMutablePointer<Scalar>) {
        let across = strides[leading.count]
        for i in 0..<size { to[i] = mask[i &* across] != 0 ? -Scalar.infinity : from[i] * scale }
    }

    private func normalize(_ row: UnsafeMutablePointer<Scalar>) {
        var greatest = -Scalar.infinity
        for i in 0..<size where !(row[i] <= greatest) { greatest = row[i] }
        guard greatest > -Scalar.infinity || greatest.isNaN else { return row.update(repeating: 0, count: size) }
        let lanes = V.scalarCount
        var sums = V(repeating: 0)
        let shift = V(repeating: greatest)
        var i = 0
        while i < size {
            let left = size &- i
            var power = V.exp(.load(upTo: left, row + i) - shift)
            if left < lanes {
                for lane in left..<lanes { power[lane] = 0 }
            }
            sums += power
            power.store(upTo: left, row + i)
            i &+= lanes
        }
        var sum: Scalar = 0
        for lane in 0..<lanes { sum += sums[lane] }
        for i in 0..<size { row[i] /= sum }
    }
}

extension Tensor {
    /// Returns `exp(scale * x) / sum(exp(scale * x))` along the last axis over the places that a mask does not hide.
    ///
    /// Hidden places are 0; where all of a row are, so is the row.
    ///
    /// - Parameter mask: True where a place is hidden; broadcasts to this tensor's shape.
    /// - Throws: `TensorError` `.broadcast`, `.axisOutOfRange`, `.dtype`, `.outOfMemory`.
    package func maskedSoftmax(_ mask: Tensor?, scale: Double = 1) throws -> Tensor {
        guard let size = shape.last else {
            throw TensorError.axisOutOfRange(operation: "softmax", axis: -1, rank: 0)
        }
        guard dtype.isFloatingPoint else {
            throw TensorError.dtype(operation: "softmax", expected: "float32 or float64", actual: dtype)
        }
        let mask = try mask.map { try ($0.dtype == .bool ? $0 : $0.cast(to: .bool)).broadcast(to: shape) }
        let scores = try contiguous()
        let result = try Tensor.empty(shape, dtype: dtype)
        if dtype == .float32 {
            Tensor.normalize(scores, mask, size, scale, result, FloatVector.self)
        } else {
            Tensor.normalize(scores, mask, size, scale, result, DoubleVector.self)
        }
        return result
    }

    @inline(never)
    private static func normalize<V: GateVector>(
        _ scores: Tensor, _ mask: Tensor?, _ size: Int, _ scale: Double, _ result: Tensor, _: V.Type
    ) {
        guard result.count > 0 else { return }
        let rowCount = result.count / size
        let perChunk = max(WorkSize.elements / 4 / size, 1)
        Threads.perform(
            (rowCount + perChunk - 1) / perChunk,
            MaskedSoftmax<V>(
                scores: scores.pointer(V.Scalar.self), mask: mask.map { UnsafePointer($0.pointer(UInt8.self)) },
                leading: Array(result.shape.dropLast()), strides: mask?.strides ?? [], size: size,
                scale: V.Scalar(scale), result: result.pointer(V.Scalar.self), rowCount: rowCount,
                rowsPerChunk: perChunk))
    }
}
