import CSimd
import Glibc

/// Softmax and cross entropy of rows of scores in one pass, with the gradient.
///
/// `loss[n] = -(1 - s) log p[n, t[n]] - s / C * sum over c of log p[n, c]`, with `p` the softmax of the row and `s` the
/// smoothing, and their mean over the rows that count.
package enum CrossEntropy {
    package struct Result: Equatable, Sendable {
        /// The sum of the rows' losses.
        package var lossSum: Double
        /// Rows whose greatest score is that of their class.
        package var hits: Int
        /// Rows that count: those whose class is not the one to ignore.
        package var rows: Int

        /// The mean loss; NaN where no row counts.
        package var loss: Double { lossSum / Double(rows) }
    }

    /// Returns the loss, and writes the gradient of its mean, `(p - target) / rows`, to `gradient`.
    ///
    /// - Parameters:
    ///   - scores: Shape `[N, C]`, float32, contiguous.
    ///   - classes: Shape `[N]`, int64, contiguous.
    ///   - gradient: Shape `[N, C]`, float32, contiguous; may be `scores`. Rows to ignore get zeros.
    /// - Throws: `TensorError` `.shape` if the shapes disagree, `.classOutOfRange` for a class that is not there.
    package static func run(
        _ scores: Tensor, classes: Tensor, ignoring ignored: Int? = nil, smoothing: Double = 0, gradient: Tensor? = nil
    ) throws -> Result {
        guard scores.rank == 2, classes.shape == [scores.shape[0]] else {
            throw TensorError.shape(
                operation: "cross_entropy", expected: "a class for each of \(scores.shape) scores",
                actual: classes.shape)
        }
        let (n, count) = (scores.shape[0], scores.shape[1])
        let from = scores.checkedPointer(Float.self, n * count)
        let wanted = classes.checkedPointer(Int64.self, n)
        let to = gradient?.checkedPointer(Float.self, n * count)
        var rows = 0
        for row in 0..<n where ignored.map({ Int64($0) != wanted[row] }) ?? true {
            guard wanted[row] >= 0 && wanted[row] < Int64(count) else {
                throw TensorError.classOutOfRange(index: Int(wanted[row]), classes: count)
            }
            rows += 1
        }
        // Scores that were not computed teach nothing.
        try MemoryRefusal.check()
        let perChunk = max(8192 / max(count, 1), 1)
        let chunks = (n + perChunk - 1) / perChunk
        return try Scratch.with(2 * n, of: Float.self) { room in
            Threads.perform(
                chunks,
                Rows(
                    scores: from, classes: wanted, ignored: ignored.map { Int64($0) }, count: count, total: n,
                    perChunk: perChunk, smoothing: Float(smoothing), scale: 1 / Float(rows), gradient: to, losses: room,
                    hits: room + n))
            var result = Result(lossSum: 0, hits: 0, rows: rows)
            for row in 0..<n {
                result.lossSum += Double(room[row])
                if room[n + row] != 0 { result.hits += 1 }
            }
            return result
        }
    }

    private struct Rows: ChunkedWork {
        let scores: UnsafePointer<Float>
        let classes: UnsafePointer<Int64>
        let ignored: Int64?
        let count: Int
        let total: Int
        let perChunk: Int
        let smoothing: Float
        let scale: Float
        let gradient: UnsafeMutablePointer<Float>?
        let losses: UnsafeMutablePointer<Float>
        let hits: UnsafeMutablePointer<Float>

        func run(chunk: Int) {
            for row in chunk * perChunk..<min((chunk + 1) * perChunk, total) {
                if classes[row] == ignored {
                    (losses[row], hits[row]) = (0, 0)
                    if let gradient { (gradient + row * count).update(repeating: 0, count: count) }
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
            var place = 0
            for c in 1..<max(count, 1) where from[c] > greatest { (greatest, place) = (from[c], c) }
            var sums = FloatVector()
            var differences = FloatVector()
            let to = gradient.map { $0 + row * count }
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
                if let to { filled == lanes ? power.store(to + c) : power.store(to + c, count: filled) }
                c += lanes
            }
            let sum = csimd_sum(sums)
            let logSum = logf(sum)
            let share = smoothing / Float(count)
            // The sum over c of log p[c] is that of the differences less C times the logarithm of the sum.
            losses[row] = (1 - smoothing) * (logSum - (score - greatest))
            if smoothing > 0 { losses[row] += share * (Float(count) * logSum - csimd_sum(differences)) }
            hits[row] = place == wanted && greatest == score ? 1 : 0
            guard let to else { return }
            let factor = scale / sum
            let less = share * scale
            for c in 0..<count { to[c] = to[c] * factor - less }
            to[wanted] -= (1 - smoothing) * scale
        }
    }
}
