import CSimd
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
                    softmax(kind, g, y, row * size, size, result, FloatVector.self)
                } else {
                    softmax(kind, g, y, row * size, size, result, DoubleVector.self)
                }
            }
        }
    }

    private static func softmax<V: GateVector>(
        _ kind: Softmax.Kind, _ g: Tensor, _ y: Tensor, _ start: Int, _ size: Int, _ result: Tensor, _: V.Type
    ) {
        let g = UnsafePointer(g.pointer(V.Scalar.self) + start)
        let y = UnsafePointer(y.pointer(V.Scalar.self) + start)
        let to = result.pointer(V.Scalar.self) + start
        let isLogarithm = kind == .logSoftmax
        @inline(__always)
        func product(_ place: Int, _ left: Int) -> V { .load(upTo: left, g + place) * .load(upTo: left, y + place) }
        let sum = isLogarithm ? Summing<V>.sum(g, size) : Summing<V>.sum(size, product)
        let sums = V(repeating: sum)
        var i = 0
        while i < size {
            let left = size &- i
            let (g, y) = (V.load(upTo: left, g + i), V.load(upTo: left, y + i))
            (isLogarithm ? g - V.exp(y) * sums : y * (g - sums)).store(upTo: left, to + i)
            i &+= V.scalarCount
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
                        logProbabilities, Int(labels[row]), shares, smoothing, row, size, result, FloatVector.self)
                } else {
                    crossEntropy(
                        logProbabilities, Int(labels[row]), shares, smoothing, row, size, result, DoubleVector.self)
                }
            }
        }
    }

    private static func crossEntropy<V: GateVector>(
        _ logProbabilities: Tensor, _ label: Int, _ shares: Tensor, _ smoothing: Double, _ row: Int, _ size: Int,
        _ result: Tensor, _: V.Type
    ) {
        let from = UnsafePointer(logProbabilities.pointer(V.Scalar.self) + row * size)
        let to = result.pointer(V.Scalar.self) + row * size
        let share = shares.pointer(V.Scalar.self)[row]
        // Rows that do not count may hold anything.
        if share == 0 { return to.update(repeating: 0, count: size) }
        let level = V.Scalar(smoothing) / V.Scalar(size)
        var i = 0
        while i < size {
            let left = size &- i
            ((V.exp(.load(upTo: left, from + i)) - V(repeating: level)) * V(repeating: share)).store(upTo: left, to + i)
            i &+= V.scalarCount
        }
        to[label] -= (1 - V.Scalar(smoothing)) * share
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
