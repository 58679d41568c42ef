import TensorCore

extension Variable {
    /// Returns the 2-D cross-correlation of images `[N, C, H, W]` with filters `[O, C / groups, kH, kW]`, as
    /// `Tensor.conv2D`.
    package func conv2D(
        _ weight: Variable, bias: Variable? = nil, _ settings: ConvolutionSettings = .init()
    ) throws -> Variable {
        try .apply(Convolve2D(settings: settings), [self, weight] + (bias.map { [$0] } ?? []))
    }

    /// Returns the transposed convolution: each element adds the filters of its channel, times itself, to the output.
    ///
    /// - Parameters:
    ///   - weight: Shape `[C, O / groups, kH, kW]` for images `[N, C, H, W]`.
    ///   - outputShape: `[N, O, H', W']`, of which a convolution of these settings makes the image's size.
    /// - Throws: As `conv2D`.
    package func conv2DTransposed(
        _ weight: Variable, outputShape: [Int], _ settings: ConvolutionSettings
    ) throws -> Variable {
        try .apply(Convolve2DInput(shape: outputShape, settings: settings), [self, weight])
    }

    /// Returns the greatest element of each window, as `Tensor.maxPool2D`; the first of equal ones gets the gradient.
    package func maxPool2D(_ settings: PoolSettings) throws -> Variable { try applying(MaxPool2D(settings)) }

    /// Returns the mean of each window, padding counted as zeros, as `Tensor.avgPool2D`.
    package func avgPool2D(_ settings: PoolSettings) throws -> Variable {
        try applying(AvgPool2D(settings: settings))
    }

    /// Returns the elements kept with a probability and divided by it, the rest 0.
    ///
    /// - Source: Srivastava et al. 2014, JMLR 15:1929; scaled while training, as in PyTorch.
    package func dropout(keep: Double, key: RandomKey) throws -> Variable {
        keep == 1 ? self : try applying(Dropout(keep: keep, key: key))
    }
}
