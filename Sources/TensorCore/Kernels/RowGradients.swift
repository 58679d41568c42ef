import Glibc

/// Gradients through softmax, its logarithm and the cross entropy, along the rows of contiguous tensors of one type.
enum RowGradients {
    /// `y * (g - sum(g * y))` for softmax's result, `g - exp(y) * sum(g)` for its logarithm's.
    @inline(never)
    static func softmax(_ kind: Softmax.Kind, _ g: Tensor, _ y: Tensor, size: Int, into result: Tensor) {
        if result.count == 0 { return }
        Threads.parallelFor(chunks(result, size)) { chunk in
            for row in rows(result, size, chunk) {
                if result.dtype == .float32 {
                    softmax(
                        kind, g.pointer(Float.self) + row * size, y.pointer(Float.self) + row * size,
                        result.pointer(Float.self) + row * size, size, SIMD16<Float>.self
                    ) { VectorMath.exp($0, $1, count: size) }
                } else {
                    softmax(
                        kind, g.pointer(Double.self) + row * size, y.pointer(Double.self) + row * size,
                        result.pointer(Double.self) + row * size, size, SIMD8<Double>.self
                    ) { VectorMath.exp($0, $1, count: size) }
                }
            }
        }
    }

    @inline(__always)
    private static func softmax<Vector: SIMD>(
        _ kind: Softmax.Kind, _ g: UnsafePointer<Vector.Scalar>, _ y: UnsafePointer<Vector.Scalar>,
        _ to: UnsafeMutablePointer<Vector.Scalar>, _ size: Int, _: Vector.Type,
        _ exponentials: (UnsafePointer<Vector.Scalar>, UnsafeMutablePointer<Vector.Scalar>) -> Void
    ) where Vector.Scalar: FractionElement {
        switch kind {
        case .softmax:
            for i in 0..<size { to[i] = g[i] * y[i] }
            let sum = Summing<Vector>.sum(to, size)
            for i in 0..<size { to[i] -= y[i] * sum }
        case .logSoftmax:
            exponentials(y, to)
            let sum = Summing<Vector>.sum(g, size)
            for i in 0..<size { to[i] = g[i] - to[i] * sum }
        }
    }

    /// `(exp(logProbabilities) - target) * share` by row, where the target is `1 - smoothing` at the row's label and
    /// `smoothing / size` everywhere.
    @inline(never)
    static func crossEntropy(
        _ logProbabilities: Tensor, labels: Tensor, shares: Tensor, smoothing: Double, size: Int, into result: Tensor
    ) {
        if result.count == 0 { return }
        let labels = labels.pointer(Int64.self)
        Threads.parallelFor(chunks(result, size)) { chunk in
            for row in rows(result, size, chunk) {
                if result.dtype == .float32 {
                    crossEntropy(
                        logProbabilities.pointer(Float.self) + row * size, Int(labels[row]),
                        shares.pointer(Float.self)[row], Float(smoothing), size,
                        result.pointer(Float.self) + row * size
                    ) { VectorMath.exp($0, $1, count: size) }
                } else {
                    crossEntropy(
                        logProbabilities.pointer(Double.self) + row * size, Int(labels[row]),
                        shares.pointer(Double.self)[row], smoothing, size, result.pointer(Double.self) + row * size
                    ) { VectorMath.exp($0, $1, count: size) }
                }
            }
        }
    }

    @inline(__always)
    private static func crossEntropy<Value: FractionElement>(
        _ logProbabilities: UnsafePointer<Value>, _ label: Int, _ share: Value, _ smoothing: Value, _ size: Int,
        _ to: UnsafeMutablePointer<Value>, _ exponentials: (UnsafePointer<Value>, UnsafeMutablePointer<Value>) -> Void
    ) {
        // Rows that do not count may hold anything.
        if share == 0 { return to.update(repeating: 0, count: size) }
        exponentials(logProbabilities, to)
        let level = smoothing / Value(size)
        for i in 0..<size { to[i] = (to[i] - level) * share }
        to[label] -= (1 - smoothing) * share
    }

    private static func rowsPerChunk(_ size: Int) -> Int { max(WorkSize.elements / size, 1) }

    private static func chunks(_ result: Tensor, _ size: Int) -> Int {
        let rows = result.count / size
        return (rows + rowsPerChunk(size) - 1) / rowsPerChunk(size)
    }

    private static func rows(_ result: Tensor, _ size: Int, _ chunk: Int) -> Range<Int> {
        let first = chunk * rowsPerChunk(size)
        return first..<min(first + rowsPerChunk(size), result.count / size)
    }
}
