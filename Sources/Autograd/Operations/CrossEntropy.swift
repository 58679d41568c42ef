import TensorCore

/// Class labels that fit logits of shape `[N, C, d1, ...]`.
struct ClassLabels {
    /// Shape `[N, d1, ...]`, int64; 0 where the label is ignored.
    let indices: Tensor
    /// Which labels count, bool; `nil` where all do.
    let isCounted: Tensor?
    let count: Int
    /// The labels as they were given, int64, and the one that does not count.
    let given: (labels: Tensor, ignored: Int)

    /// Checks labels against the shape of logits.
    ///
    /// - Throws: `AutogradError` `.labels`, `.labelType`, `.classOutOfRange`.
    init(_ targets: Tensor, logits: [Int], ignoreIndex: Int) throws {
        let expected = [logits[0]] + logits[2...]
        guard targets.shape == expected else { throw AutogradError.labels(expected: expected, actual: targets.shape) }
        guard targets.dtype == .int64 || targets.dtype == .uint8 else { throw AutogradError.labelType(targets.dtype) }
        let classes = logits[1]
        var labels = targets.integers()
        var ignored = 0
        for (place, label) in labels.enumerated() where label < 0 || label >= classes || label == ignoreIndex {
            guard label == ignoreIndex else { throw AutogradError.classOutOfRange(label: label, classes: classes) }
            ignored += 1
            labels[place] = 0
        }
        indices = try Tensor(labels, shape: expected)
        isCounted = ignored == 0 ? nil : try targets.combined(.notEqual, with: Double(ignoreIndex))
        count = labels.count - ignored
        given = (try targets.cast(to: .int64).contiguous(), ignoreIndex)
    }
}

/// The cross entropy of logits `[N, C, d1, ...]` against labels.
struct CrossEntropy: OneInputOperation {
    let labels: ClassLabels
    let smoothing: Double
    let reduction: LossReduction
    private var logProbabilities: Tensor?
    /// The gradient of each row's loss by the row, where one kernel makes both.
    private var slopes: Tensor?
    var name: String { "cross_entropy" }
    var spread: Spread { .mixing }

    init(_ labels: ClassLabels, smoothing: Double, reduction: LossReduction) {
        self.labels = labels
        self.smoothing = smoothing
        self.reduction = reduction
    }

    mutating func forward(_ x: Tensor) throws -> Tensor {
        let losses = try self.losses(x)
        switch reduction {
        case .none: return losses
        case .sum: return try losses.reduced(.sum)
        case .mean: return try losses.reduced(.sum).combined(.divide, with: Double(labels.count))
        }
    }

    /// The loss of each label.
    private mutating func losses(_ x: Tensor) throws -> Tensor {
        if x.rank == 2, x.dtype == .float32, x.count > 0 {
            let losses = try Tensor.empty(labels.indices.shape, dtype: .float32)
            let slopes = try Tensor.empty(x.shape, dtype: .float32)
            try TensorCore.CrossEntropy.run(
                x.contiguous(), classes: labels.given.labels, ignoring: labels.given.ignored, smoothing: smoothing,
                losses: losses, gradient: slopes)
            self.slopes = slopes
            return losses
        }
        let logProbabilities = try x.logSoftmax(axis: 1)
        self.logProbabilities = logProbabilities
        var losses = try logProbabilities.gather(axis: 1, indices: labels.indices.unsqueeze(1)).squeeze(1).map(.negate)
        if smoothing > 0 {
            let spread = try logProbabilities.reduced(.mean, axes: [1]).combined(.multiply, with: -smoothing)
            losses = try Tensor.combine(.add, losses.combined(.multiply, with: 1 - smoothing), spread)
        }
        if let isCounted = labels.isCounted {
            losses = try Tensor.select(isCounted, losses, .scalar(0, dtype: losses.dtype))
        }
        return losses
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        var shares = reduction == .mean ? try g / Double(labels.count) : g
        shares = try shares.broadcast(to: labels.indices.shape)
        if let isCounted = labels.isCounted { shares = try shares.where(isCounted) }
        if !call.isDifferentiated, let slopes {
            // Rows that do not count have slopes of 0.
            return try Variable(slopes) * shares.unsqueeze(1)
        }
        if !call.isDifferentiated, let logProbabilities {
            return Variable(
                try logProbabilities.crossEntropyGradient(
                    labels: labels.indices, shares: shares.value, smoothing: smoothing))
        }
        let x = call.input()
        return try (x.softmax(axis: 1) - Variable(targets(x))) * shares.unsqueeze(1)
    }

    /// The distributions that the labels stand for.
    private func targets(_ x: Variable) throws -> Tensor {
        let last = x.rank - 1
        let certain = try Tensor.oneHot(labels.indices, classes: x.shape[1], dtype: x.dtype)
            .permute([0, last] + (1..<max(last, 1)))
        if smoothing == 0 { return certain }
        return try certain.combined(.multiply, with: 1 - smoothing)
            .combined(.add, with: smoothing / Double(x.shape[1]))
    }
}
