import TensorCore

extension Variable {
    /// Returns minus the logarithm of the probability of each label sequence, all its alignments with the steps together.
    ///
    /// `self` holds log-probabilities `[T, N, C]`. Labels are written between steps of `blank`, and equal neighbours need one
    /// in between. Sequences that fit in no alignment have infinity, and a gradient of 0.
    ///
    /// - Parameters:
    ///   - targets: For each of N its labels, all within `0 ..< C`.
    ///   - steps: For each of N how many of the T steps count.
    /// - Returns: Shape `[N]`.
    /// - Source: Graves et al. 2006, doi:10.1145/1143844.1143891; as PyTorch's `ctc_loss`.
    package func connectionistLosses(_ targets: [[Int]], steps: [Int], blank: Int) throws -> Variable {
        let (time, count) = (shape[0], shape[1])
        let longest = targets.map(\.count).max() ?? 0
        let width = 2 * longest + 1
        // Finite, so that differences of two of them are 0 and not NaN.
        let impossible = -1e30
        var labels = [Int](repeating: blank, count: count * width)
        var canSkip = [Bool](repeating: false, count: count * width)
        var isStart = [Bool](repeating: false, count: count * width)
        var isEnd = isStart
        for (row, target) in targets.enumerated() {
            for (place, label) in target.enumerated() {
                labels[row * width + 2 * place + 1] = label
                canSkip[row * width + 2 * place + 1] = place > 0 && label != target[place - 1]
            }
            isStart[row * width] = true
            isEnd[row * width + 2 * target.count] = true
            if !target.isEmpty {
                isStart[row * width + 1] = true
                isEnd[row * width + 2 * target.count - 1] = true
            }
        }
        let nothing = Variable(try Tensor.full([count, width], impossible, dtype: dtype))
        let indices = try Tensor(labels, shape: [count, width])
        let skips = try Tensor(canSkip, shape: [count, width])
        func scores(_ step: Int) throws -> Variable {
            // Steps that are impossible stay finite, too.
            try at([.index(step)]).gather(axis: 1, indices: indices).clipped(min: impossible)
        }
        /// What is one or two places before each place.
        func before(_ x: Variable, _ distance: Int) throws -> Variable {
            guard distance < width else { return nothing }
            return try x.slice(axis: 1, from: 0, to: width - distance).pad([(0, 0), (distance, 0)], value: impossible)
        }
        let ends = try Tensor(isEnd, shape: [count, width])
        let isNoStep = try Tensor(steps.map { $0 == 0 })
        var paths = try Variable.select(
            Tensor(isStart, shape: [count, width]), time > 0 ? scores(0) : nothing, nothing)
        for step in 1..<Swift.max(time, 1) {
            try Interrupt.check()
            let ways = try Variable.stack(
                [paths, before(paths, 1), .select(skips, before(paths, 2), nothing)], axis: 0)
            let next = try ways.logSumExp(axes: [0]) + scores(step)
            let goesOn = try Tensor(steps.map { step < $0 }).unsqueeze(1)
            paths = try .select(goesOn, next.clipped(min: impossible), paths)
        }
        var losses = try -Variable.select(ends, paths, nothing).logSumExp(axes: [1])
        // Without steps there is one alignment of no labels, and none of any.
        let ofNothing = Variable(
            try Tensor(targets.map { $0.isEmpty ? 0.0 : .infinity }).cast(to: dtype))
        losses = try .select(isNoStep, ofNothing, losses)
        let isImpossible = try losses.value.combined(.greater, with: 1e29)
        return try .select(isImpossible, Variable(.scalar(.infinity, dtype: dtype)), losses)
    }
}
