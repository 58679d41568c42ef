import TensorCore

/// How the losses of examples become one number.
package enum LossReduction: String, CaseIterable, Sendable {
    case mean, sum, none
}

extension Variable {
    /// Returns the cross entropy of logits against class indices.
    ///
    /// `loss_i = -sum over c of t_ic * logSoftmax(logits_i)_c`, with `t` one at the label and zero elsewhere, or
    /// `(1 - smoothing) * t + smoothing / C`.
    ///
    ///     try logits.crossEntropy(labels)   // [8, 10], [8] -> []
    ///
    /// - Parameters:
    ///   - targets: int64 or uint8 labels: `[N]` for logits `[N, C]`, `[N, d1, ...]` for `[N, C, d1, ...]`, `[]` for
    ///     `[C]`.
    ///   - ignoreIndex: Examples with this label count for nothing, in the mean too.
    ///   - labelSmoothing: From 0 to 1.
    /// - Returns: One number, or with `.none` one for each label. The mean over no labels is NaN, as in PyTorch.
    /// - Throws: `AutogradError` `.labels` for another shape, `.labelType`, `.classOutOfRange` for a label without a
    ///   class, `.argument`.
    package func crossEntropy(
        _ targets: Tensor, ignoreIndex: Int = -100, labelSmoothing: Double = 0, reduction: LossReduction = .mean
    ) throws -> Variable {
        guard rank != 1 else {
            let loss = try unsqueeze(0).crossEntropy(
                try single(targets), ignoreIndex: ignoreIndex, labelSmoothing: labelSmoothing, reduction: reduction)
            return try loss.reshape([])
        }
        try checkClasses(operation: "cross_entropy", labelSmoothing)
        let labels = try ClassLabels(targets, logits: shape, ignoreIndex: ignoreIndex)
        return try applying(CrossEntropy(labels, smoothing: labelSmoothing, reduction: reduction))
    }

    /// Returns the cross entropy of logarithms of probabilities, as `logSoftmax` gives, against class indices.
    ///
    /// Parameters, shapes and errors are those of `crossEntropy`.
    package func negativeLogLikelihood(
        _ targets: Tensor, ignoreIndex: Int = -100, labelSmoothing: Double = 0, reduction: LossReduction = .mean
    ) throws -> Variable {
        guard rank != 1 else {
            let loss = try unsqueeze(0).negativeLogLikelihood(
                try single(targets), ignoreIndex: ignoreIndex, labelSmoothing: labelSmoothing, reduction: reduction)
            return try loss.reshape([])
        }
        try checkClasses(operation: "nll", labelSmoothing)
        let labels = try ClassLabels(targets, logits: shape, ignoreIndex: ignoreIndex)
        var losses = try -gather(axis: 1, indices: labels.indices.unsqueeze(1)).squeeze(1)
        if labelSmoothing > 0 {
            losses = try losses * (1 - labelSmoothing) - mean(axes: [1]) * labelSmoothing
        }
        if let isCounted = labels.isCounted { losses = try losses.where(isCounted) }
        switch reduction {
        case .none: return losses
        case .sum: return try losses.sum()
        case .mean: return try losses.sum() / Double(labels.count)
        }
    }

    /// Returns the binary cross entropy of each probability: `-(t * log(p) + (1 - t) * log(1 - p))`, with logarithms of at
    /// least -100.
    ///
    /// - Parameter targets: Of the same shape, from 0 to 1.
    /// - Throws: `TensorError.broadcast`.
    package func binaryCrossEntropy(_ targets: Variable) throws -> Variable {
        try .apply(BinaryCrossEntropy(), [self, targets])
    }

    /// Returns the binary cross entropy of the sigmoid of each score.
    ///
    /// - Parameter targets: Of the same shape, from 0 to 1.
    /// - Throws: `TensorError.broadcast`.
    package func binaryCrossEntropyOfLogits(_ targets: Variable) throws -> Variable {
        try .apply(BinaryCrossEntropyOfLogits(), [self, targets])
    }

    /// The label of a vector of logits as a batch of one.
    private func single(_ targets: Tensor) throws -> Tensor {
        guard targets.rank == 0 else { throw AutogradError.labels(expected: [], actual: targets.shape) }
        return try targets.reshape([1])
    }

    private func checkClasses(operation: String, _ labelSmoothing: Double) throws {
        guard rank >= 1 else {
            throw TensorError.shape(operation: operation, expected: "classes on axis 1", actual: shape)
        }
        guard dtype.isFloatingPoint else {
            throw TensorError.dtype(operation: operation, expected: "float32 or float64", actual: dtype)
        }
        guard labelSmoothing >= 0 && labelSmoothing <= 1 else {
            throw AutogradError.argument(
                operation: operation, name: "label_smoothing",
                reason: "is \(numberText(labelSmoothing)), and goes from 0 to 1")
        }
    }

    /// Returns the elements normalised over the last axes: `(x - mean) / sqrt(var + epsilon) * weight + bias`.
    ///
    /// - Parameters:
    ///   - axes: How many axes are normalised together, counted from the last.
    ///   - weight: Broadcasts to those axes, as does `bias`.
    /// - Throws: `TensorError` `.axisOutOfRange`, `.broadcast`.
    /// - Source: Ba, Kiros and Hinton 2016, arXiv:1607.06450; the variance is divided by the count.
    package func layerNorm(axes: Int, weight: Variable?, bias: Variable?, eps: Double) throws -> Variable {
        guard axes >= 0 && axes <= rank else {
            throw TensorError.axisOutOfRange(operation: "layer_norm", axis: -axes, rank: rank)
        }
        let places = Array((rank - axes)..<rank)
        return try normalized(over: places, parameters: places.map { shape[$0] }, weight, bias, eps).result
    }

    /// Returns each channel (axis 1) normalised by the figures of the batch.
    ///
    /// - Parameters:
    ///   - weight: Shape `[C]`, as `bias`.
    ///   - useFigures: Called with mean and variance of shape `[C]`, the variance divided by the count; in a recording, at
    ///     its end.
    /// - Throws: `TensorError` `.axisOutOfRange` for less than two axes, `.elementCount` for a weight of another shape.
    /// - Source: Ioffe and Szegedy 2015, arXiv:1502.03167.
    package func batchNorm(
        weight: Variable?, bias: Variable?, eps: Double,
        useFigures: @escaping (_ mean: Tensor, _ variance: Tensor) throws -> Void = { _, _ in }
    ) throws -> Variable {
        let channels = try channelShape(operation: "batch_norm")
        let (result, operation, inputs) = try normalized(
            over: (0..<rank).filter { $0 != 1 }, parameters: channels, weight?.reshape(channels),
            bias?.reshape(channels), eps)
        func report() throws {
            if operation.figures.mean == nil {
                // Nobody has asked for the result.
                var operation = operation
                _ = try operation.forward(inputs.map(\.value))
            }
            guard let mean = operation.figures.mean, let variance = operation.figures.variance else { return }
            try useFigures(mean.flatten(), variance.flatten())
        }
        if result.isDeferred, let recording = result.recording {
            recording.atEnd(report)
        } else {
            try report()
        }
        return result
    }

    /// Returns each channel (axis 1) times its weight plus its bias, both of shape `[C]`.
    package func scaledByChannel(_ weight: Variable?, _ bias: Variable?) throws -> Variable {
        let channels = try channelShape(operation: "batch_norm")
        var result = self
        if let weight { result = try result * weight.reshape(channels) }
        if let bias { result = try result + bias.reshape(channels) }
        return result
    }

    private func channelShape(operation: String) throws -> [Int] {
        guard rank >= 2 else { throw TensorError.axisOutOfRange(operation: operation, axis: 1, rank: rank) }
        return shape.indices.map { $0 == 1 ? shape[1] : 1 }
    }

    private func normalized(
        over axes: [Int], parameters: [Int], _ weight: Variable?, _ bias: Variable?, _ epsilon: Double
    ) throws -> (result: Variable, operation: Normalization, inputs: [Variable]) {
        let isPlain = [weight, bias].allSatisfy { $0.map { $0.shape == parameters && $0.dtype == dtype } ?? true }
        let operation = Normalization(axes: axes, epsilon: epsilon, hasWeight: weight != nil, isPlain: isPlain)
        let inputs = [self] + (weight.map { [$0] } ?? []) + (bias.map { [$0] } ?? [])
        return (try .apply(operation, inputs), operation, inputs)
    }

    /// Returns the rows of a table at indices.
    ///
    ///     try Variable.embedding(table, tokens)   // [vocabulary, width], [N, T] -> [N, T, width]
    ///
    /// - Parameters:
    ///   - indices: int64 or uint8, of any shape; negative ones count from the end.
    ///   - paddingIndex: The row that gets no gradient.
    /// - Throws: `TensorError` `.axisOutOfRange`, `.dtype`, `.indexOutOfRange`.
    package static func embedding(_ table: Variable, _ indices: Tensor, paddingIndex: Int? = nil) throws -> Variable {
        try table.applying(Embedding(indices: indices, paddingIndex: paddingIndex))
    }
}
