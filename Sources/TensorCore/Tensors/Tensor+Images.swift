/// How a bank of filters moves over images; pairs are (down, across).
package struct ConvolutionSettings: Equatable, Sendable {
    /// Pixels from one place of the filter to the next.
    package var stride: (Int, Int)
    /// Rows and columns of zeros on each side.
    package var padding: (Int, Int)
    /// Pixels from one of the filter's elements to the next.
    package var dilation: (Int, Int)
    /// Parts that the channels are divided in; each output channel sees the input channels of its part.
    package var groups: Int

    package init(
        stride: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0), dilation: (Int, Int) = (1, 1), groups: Int = 1
    ) {
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
    }

    package static func == (a: Self, b: Self) -> Bool {
        a.stride == b.stride && a.padding == b.padding && a.dilation == b.dilation && a.groups == b.groups
    }
}

/// How a pooling window moves over images; pairs are (down, across).
package struct PoolSettings: Equatable, Sendable {
    package var size: (Int, Int)
    package var stride: (Int, Int)
    /// Rows and columns on each side that hold nothing (for the maximum) or zeros (for the mean).
    package var padding: (Int, Int)

    package init(size: (Int, Int), stride: (Int, Int)? = nil, padding: (Int, Int) = (0, 0)) {
        self.size = size
        self.stride = stride ?? size
        self.padding = padding
    }

    package static func == (a: Self, b: Self) -> Bool {
        a.size == b.size && a.stride == b.stride && a.padding == b.padding
    }

    /// Whether the windows are 2 x 2, side by side and without padding.
    package var halves: Bool { self == PoolSettings(size: (2, 2)) }
}

extension Tensor {
    /// Returns the 2-D cross-correlation of a batch of images with a bank of filters.
    ///
    /// `out[n,o,y,x] = bias[o] + sum over c,i,j of self[n,c,y*stride+i*dilation-padding,x*stride+j*dilation-padding] *
    /// w[o,c,i,j]`
    ///
    ///     try x.conv2D(w, bias: b, ConvolutionSettings(padding: (1, 1)))   // [8,3,32,32], [16,3,3,3] -> [8,16,32,32]
    ///
    /// - Parameters:
    ///   - w: Filters, shape `[O, C / groups, kH, kW]`.
    ///   - bias: A number for each output channel, shape `[O]`.
    /// - Returns: Shape `[N, O, (H + 2*padding - dilation*(kH - 1) - 1) / stride + 1, ...]`.
    /// - Throws: `TensorError` `.shape` for shapes that do not fit, `.argument` for a setting that cannot be, `.dtype` for
    ///   what is not floating point, `.outOfMemory`.
    /// - Source: LeCun et al. 1998, doi:10.1109/5.726791; the settings are those of PyTorch's `Conv2d`.
    package func conv2D(_ w: Tensor, bias: Tensor? = nil, _ settings: ConvolutionSettings = .init()) throws -> Tensor {
        let dtype = try Tensor.imageType("conv2d", [self, w] + (bias.map { [$0] } ?? []))
        let geometry = try ConvolutionGeometry(input: shape, weight: w.shape, settings)
        if let bias, bias.shape != [geometry.outChannels] {
            throw TensorError.shape(
                operation: "conv2d", expected: "a bias of shape [\(geometry.outChannels)]", actual: bias.shape)
        }
        let result = try Tensor.empty(geometry.outShape, dtype: dtype)
        try Convolution.forward(
            try cast(to: dtype).contiguous(), try w.cast(to: dtype).contiguous(),
            bias: try bias?.cast(to: dtype).contiguous(), geometry, into: result)
        return result
    }

    /// The shape of what `conv2D` gives for images and filters of these shapes; nil where they do not fit.
    package static func conv2DShape(_ x: [Int], weight: [Int], _ settings: ConvolutionSettings) -> [Int]? {
        try? ConvolutionGeometry(input: x, weight: weight, settings).outShape
    }

    /// Returns the gradient of `conv2D` for its input.
    ///
    /// - Parameters:
    ///   - g: The gradient of the result, shape `[N, O, outH, outW]`.
    ///   - inputShape: The shape that the input had, `[N, C, H, W]`.
    /// - Throws: As `conv2D`.
    package static func conv2DInputGradient(
        _ g: Tensor, weight: Tensor, inputShape: [Int], _ settings: ConvolutionSettings = .init()
    ) throws -> Tensor {
        let dtype = try imageType("conv2d", [g, weight])
        let geometry = try ConvolutionGeometry(input: inputShape, weight: weight.shape, settings)
        try geometry.check(gradient: g.shape)
        let result = try empty(inputShape, dtype: dtype)
        try Convolution.inputGradient(
            try g.cast(to: dtype).contiguous(), try weight.cast(to: dtype).contiguous(), geometry, into: result)
        return result
    }

    /// Returns the gradient of `conv2D` for its filters.
    ///
    /// - Parameters:
    ///   - g: The gradient of the result, shape `[N, O, outH, outW]`.
    ///   - weightShape: The shape of the filters, `[O, C / groups, kH, kW]`.
    /// - Throws: As `conv2D`.
    package static func conv2DWeightGradient(
        _ g: Tensor, input: Tensor, weightShape: [Int], _ settings: ConvolutionSettings = .init()
    ) throws -> Tensor {
        let dtype = try imageType("conv2d", [g, input])
        let geometry = try ConvolutionGeometry(input: input.shape, weight: weightShape, settings)
        try geometry.check(gradient: g.shape)
        let result = try empty(weightShape, dtype: dtype)
        try Convolution.weightGradient(
            try g.cast(to: dtype).contiguous(), try input.cast(to: dtype).contiguous(), geometry, into: result)
        return result
    }

    /// Returns the greatest element of each window, and where it stands.
    ///
    /// NaN counts as the greatest. Of equal ones the first, row by row, is taken.
    ///
    ///     try x.maxPool2D(PoolSettings(size: (2, 2)))   // [8, 16, 28, 28] -> [8, 16, 14, 14]
    ///
    /// - Returns: Values and positions `row * W + column` (int64), each of shape
    ///   `[N, C, (H + 2*padding - size) / stride + 1, ...]`.
    /// - Throws: `TensorError` `.shape`, `.argument`, `.dtype`, `.outOfMemory` as `conv2D`.
    package func maxPool2D(_ settings: PoolSettings) throws -> (values: Tensor, indices: Tensor) {
        let dtype = try Tensor.imageType("max_pool2d", [self])
        let geometry = try PoolGeometry(input: shape, settings, operation: "max_pool2d")
        let values = try Tensor.empty(geometry.outShape, dtype: dtype)
        let indices = try Tensor.empty(geometry.outShape, dtype: .int64)
        Pooling.maximum(try contiguous(), geometry, values: values, indices: indices)
        return (values, indices)
    }

    /// The same by faster kernels, with the number of each place in its window instead (uint8, row by row), or `nil` where
    /// they do not suit: for what is not float32, narrow results and large windows.
    package func maxPool2DByNumber(_ settings: PoolSettings) throws -> (values: Tensor, numbers: Tensor)? {
        guard dtype == .float32 else { return nil }
        let geometry = try PoolGeometry(input: shape, settings, operation: "max_pool2d")
        guard LinePooling.suitsMaximum(geometry) else { return nil }
        let values = try Tensor.empty(geometry.outShape, dtype: .float32)
        let numbers = try Tensor.empty(geometry.outShape, dtype: .uint8)
        Pooling.maximum(try contiguous(), geometry, values: values, numbers: numbers)
        try MemoryRefusal.check()
        return (values, numbers)
    }

    /// Returns the positions that `maxPool2D` gives, from the numbers of `maxPool2DByNumber`.
    package static func maxPool2DIndices(
        numbers: Tensor, inputShape: [Int], _ settings: PoolSettings
    ) throws -> Tensor {
        let geometry = try PoolGeometry(input: inputShape, settings, operation: "max_pool2d")
        let indices = try empty(geometry.outShape, dtype: .int64)
        Pooling.indices(numbers, geometry, into: indices)
        return indices
    }

    /// Returns the gradient of `maxPool2DByNumber` for its input; the numbers are those that it gave.
    ///
    /// - Throws: `TensorError` `.shape` for a gradient of another shape, `.outOfMemory`.
    package static func maxPool2DGradient(
        _ g: Tensor, numbers: Tensor, inputShape: [Int], _ settings: PoolSettings
    ) throws -> Tensor {
        let geometry = try PoolGeometry(input: inputShape, settings, operation: "max_pool2d")
        guard g.shape == geometry.outShape else {
            throw TensorError.shape(
                operation: "max_pool2d", expected: "a gradient of shape \(geometry.outShape)", actual: g.shape)
        }
        let result = try empty(inputShape, dtype: .float32)
        Pooling.maximumGradient(
            try g.cast(to: .float32).contiguous(), numbers: numbers, geometry, into: result)
        try MemoryRefusal.check()
        return result
    }

    /// Returns the gradient of `maxPool2D` for its input: each element of `g` added where its maximum stood.
    ///
    /// - Throws: `TensorError` `.shape` if the shapes disagree, `.indexOutOfRange` for a position outside the image.
    package static func maxPool2DGradient(_ g: Tensor, indices: Tensor, inputShape: [Int]) throws -> Tensor {
        let dtype = try imageType("max_pool2d", [g])
        guard inputShape.count == 4, g.rank == 4, g.shape == indices.shape, g.shape[..<2] == inputShape[..<2] else {
            throw TensorError.shape(
                operation: "max_pool2d", expected: "a gradient that fits an input of shape \(inputShape)",
                actual: g.shape)
        }
        guard indices.dtype == .int64 else {
            throw TensorError.dtype(operation: "max_pool2d", expected: "int64 positions", actual: indices.dtype)
        }
        let result = try zeros(inputShape, dtype: dtype)
        try Pooling.maximumGradient(try g.contiguous(), try indices.contiguous(), into: result)
        return result
    }

    /// Returns the mean of each window; padding counts as zeros.
    ///
    /// - Returns: Shape `[N, C, (H + 2*padding - size) / stride + 1, ...]`.
    /// - Throws: As `maxPool2D`.
    package func avgPool2D(_ settings: PoolSettings) throws -> Tensor {
        let dtype = try Tensor.imageType("avg_pool2d", [self])
        let geometry = try PoolGeometry(input: shape, settings, operation: "avg_pool2d")
        let result = try Tensor.empty(geometry.outShape, dtype: dtype)
        Pooling.mean(try contiguous(), geometry, into: result)
        try MemoryRefusal.check()
        return result
    }

    /// Returns the gradient of `avgPool2D` for its input.
    ///
    /// - Throws: As `maxPool2D`.
    package static func avgPool2DGradient(_ g: Tensor, inputShape: [Int], _ settings: PoolSettings) throws -> Tensor {
        let dtype = try imageType("avg_pool2d", [g])
        let geometry = try PoolGeometry(input: inputShape, settings, operation: "avg_pool2d")
        guard g.shape == geometry.outShape else {
            throw TensorError.shape(
                operation: "avg_pool2d", expected: "a gradient of shape \(geometry.outShape)", actual: g.shape)
        }
        let result = try empty(inputShape, dtype: dtype)
        Pooling.meanGradient(try g.contiguous(), geometry, into: result)
        try MemoryRefusal.check()
        return result
    }

    /// Returns the matrix that convolves: `M @ image.flatten()` is the valid cross-correlation of an image with `w`.
    ///
    /// `M[y*outW + x, (y+i)*W + x+j] = w[i,j]`, and zero elsewhere.
    ///
    /// - Parameters:
    ///   - w: One filter, shape `[kH, kW]`.
    ///   - height: Rows of the image, H.
    ///   - width: Columns of the image, W.
    /// - Returns: Shape `[(H - kH + 1) * (W - kW + 1), H * W]`.
    /// - Throws: `TensorError` `.shape` if `w` is no matrix or does not fit in the image, `.argument` for a size below 1,
    ///   `.outOfMemory`.
    package static func convolutionMatrix(_ w: Tensor, height: Int, width: Int) throws -> Tensor {
        for (name, size) in [("height", height), ("width", width)] where size < 1 || size > 1 << 20 {
            throw TensorError.argument(
                operation: "conv_matrix", name: name, reason: "is \(size), and must be from 1 to \(1 << 20)")
        }
        guard w.rank == 2, w.count > 0, w.shape[0] <= height, w.shape[1] <= width else {
            throw TensorError.shape(
                operation: "conv_matrix",
                expected: "a filter of two axes that fits in an image of \(height) by \(width)",
                actual: w.shape)
        }
        let dtype = try imageType("conv_matrix", [w])
        let outShape = [(height - w.shape[0] + 1) * (width - w.shape[1] + 1), height * width]
        let result = try zeros(outShape, dtype: dtype)
        Convolution.fillMatrix(try w.contiguous(), width: width, into: result)
        return result
    }

    /// The type in which images are worked on: the latest of the operands' floating types.
    private static func imageType(_ operation: String, _ operands: [Tensor]) throws -> DType {
        for operand in operands where !operand.dtype.isFloatingPoint {
            throw TensorError.dtype(operation: operation, expected: "float32 or float64", actual: operand.dtype)
        }
        return operands.map(\.dtype).reduce(.float32, DType.promoted)
    }
}
