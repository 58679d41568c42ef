import CSimd
import Glibc

/// Softmax and cross entropy of rows of scores in one pass, with the gradient.
///
/// `loss[n] = -(1 - s) log p[n, t[n]] - s / C * sum over c of log p[n, c]`, with `p` the softmax of the row and `s` the
/// smoothing.
package enum CrossEntropy {
    /// Writes the loss of each row to `losses`, and the gradient of each by its row, `p - target`, to `gradient`.
    ///
    /// - Parameters:
    ///   - scores: Shape `[N, C]`, float32, contiguous.
    ///   - classes: Shape `[N]`, int64, contiguous. Each is a class or the one to ignore.
    ///   - losses: Shape `[N]`, float32, contiguous. Rows to ignore get 0.
    ///   - gradient: Shape `[N, C]`, float32, contiguous; may be `scores`. Rows to ignore get zeros.
    /// - Throws: `TensorError` `.shape` if the shapes disagree, `.classOutOfRange` for a class that is not there.
    package static func run(
        _ scores: Tensor, classes: Tensor, ignoring ignored: Int? = nil, smoothing: Double = 0, losses: Tensor,
        gradient: Tensor
    ) throws {
        guard scores.rank == 2, classes.shape == [scores.shape[0]] else {
            throw TensorError.shape(
                operation: "cross_entropy", expected: "a class for each of \(scores.shape) scores",
                actual: classes.shape)
        }
        let (n, count) = (scores.shape[0], scores.shape[1])
        let wanted = classes.checkedPointer(Int64.self, n)
        for row in 0..<n where ignored.map({ Int64($0) != wanted[row] }) ?? true {
            guard wanted[row] >= 0 && wanted[row] < Int64(count) else {
                throw TensorError.classOutOfRange(index: Int(wanted[row]), classes: count)
            }
        }
        // Scores that were not computed teach nothing.
        try MemoryRefusal.check()
        let perChunk = max(8192 / max(count, 1), 1)
        Threads.perform(
            (n + perChunk - 1) / perChunk,
            Rows(
                scores: scores.checkedPointer(Float.self, n * count), classes: wanted,
                ignored: ignored.map { Int64($0) }, count: count, total: n, perChunk: perChunk,
                smoothing: Float(smoothing), gradient: gradient.checkedPointer(Float.self, n * count),
                losses: losses.checkedPointer(Float.self, n)))
    }

    private struct Rows: ChunkedWork {
        let scores: UnsafePointer<Float>
        let classes: UnsafePointer<Int64>
        let ignored: Int64?
        let count: Int
        let total: Int
        let perChunk: Int
        let smoothing: Float
        let gradient: UnsafeMutablePointer<Float>
        let losses: UnsafeMutablePointer<Float>

        func run(chunk: Int) {
            for row in chunk * perChunk..<min((chunk + 1) * perChunk, total) {
                if classes[row] == ignored {
                    losses[row] = 0
                    (gradient + row * count).update(repeating: 0, count: count)
                } else {
                    one(row, Int(classes[row]))
                }
            }
        }

        @inline(__always)
        private func one(_ row: Int, _ wanted: Int) {
            let from = scores + row * count
            let score = from[wanted]
            var greatest = from[0]
            for c in 1..<max(count, 1) where from[c] > greatest { greatest = from[c] }
            var sums = FloatVector()
            var differences = FloatVector()
            let to = gradient + row * count
            let shift = FloatVector(repeating: greatest)
            let lanes = FloatVector.scalarCount
            var c = 0
            while c < count {
                let filled = min(lanes, count - c)
                var difference = (filled == lanes ? .load(from + c) : .load(from + c, count: filled)) - shift
                var power = csimd_exp(difference)
                for lane in filled..<lanes { (power[lane], difference[lane]) = (0, 0) }
                sums += power
                differences += difference
                filled == lanes ? power.store(to + c) : power.store(to + c, count: filled)
                c += lanes
            }
            let sum = csimd_sum(sums)
            let logSum = logf(sum)
            let share = smoothing / Float(count)
            // The sum over c of log p[c] is that of the differences less C times the logarithm of the sum.
            losses[row] = (1 - smoothing) * (logSum - (score - greatest))
            if smoothing > 0 { losses[row] += share * (Float(count) * logSum - csimd_sum(differences)) }
            let factor = 1 / sum
            for c in 0..<count { to[c] = to[c] * factor - share }
            to[wanted] -= 1 - smoothing
        }
    }
}
