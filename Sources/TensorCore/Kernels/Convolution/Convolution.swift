/// Convolutions of images in `[N, C, H, W]`, and their gradients, without a matrix of patches in memory.
///
/// Padded copies of a few rows of the input make every element of the filter a fixed distance: output pixels of a row,
/// and of the rows after it, are then neighbours for each of them, and the matrix product's register tile runs along
/// pixels with one distance per step. A stride splits the input into as many interleaved copies, so that there, too,
/// neighbours stay neighbours.
enum Convolution {
    /// All operands are contiguous and of the result's type.
    static func forward(
        _ input: Tensor, _ weight: Tensor, bias: Tensor?, _ geometry: ConvolutionGeometry, into result: Tensor
    ) throws {
        if result.dtype == .float32 {
            try forward(
                FloatVector.self, input.pointer(Float.self), weight.pointer(Float.self), bias?.pointer(Float.self),
                geometry, result.pointer(Float.self))
        } else {
            try forward(
                DoubleVector.self, input.pointer(Double.self), weight.pointer(Double.self),
                bias?.pointer(Double.self), geometry, result.pointer(Double.self))
        }
        try MemoryRefusal.check()
    }

    static func inputGradient(
        _ g: Tensor, _ weight: Tensor, _ geometry: ConvolutionGeometry, into result: Tensor
    ) throws {
        if result.dtype == .float32 {
            try inputGradient(
                FloatVector.self, g.pointer(Float.self), weight.pointer(Float.self), geometry,
                result.pointer(Float.self))
        } else {
            try inputGradient(
                DoubleVector.self, g.pointer(Double.self), weight.pointer(Double.self), geometry,
                result.pointer(Double.self))
        }
        try MemoryRefusal.check()
    }

    static func weightGradient(
        _ g: Tensor, _ input: Tensor, _ geometry: ConvolutionGeometry, into result: Tensor
    ) throws {
        if result.dtype == .float32 {
            try weightGradient(
                FloatVector.self, g.pointer(Float.self), input.pointer(Float.self), geometry,
                result.pointer(Float.self))
        } else {
            try weightGradient(
                DoubleVector.self, g.pointer(Double.self), input.pointer(Double.self), geometry,
                result.pointer(Double.self))
        }
        try MemoryRefusal.check()
    }

    /// Writes the matrix of a valid convolution of an image with contiguous `w` into zeros.
    static func fillMatrix(_ w: Tensor, width: Int, into matrix: Tensor) {
        if matrix.dtype == .float32 {
            fillMatrix(w.pointer(Float.self), w.shape, width, matrix.pointer(Float.self), matrix.shape)
        } else {
            fillMatrix(w.pointer(Double.self), w.shape, width, matrix.pointer(Double.self), matrix.shape)
        }
    }

    @inline(__always)
    private static func fillMatrix<Scalar>(
        _ w: UnsafePointer<Scalar>, _ size: [Int], _ width: Int, _ matrix: UnsafeMutablePointer<Scalar>, _ shape: [Int]
    ) {
        let outWidth = width - size[1] + 1
        for place in 0..<shape[0] {
            let start = matrix + place * shape[1] + place / outWidth * width + place % outWidth
            for i in 0..<size[0] { (start + i * width).update(from: w + i * size[1], count: size[1]) }
        }
    }

    // MARK: - Passes

    @inline(__always)
    private static func forward<V: KernelVector>(
        _: V.Type, _ input: UnsafePointer<V.Scalar>, _ weight: UnsafePointer<V.Scalar>,
        _ bias: UnsafePointer<V.Scalar>?, _ o: ConvolutionGeometry, _ result: UnsafeMutablePointer<V.Scalar>
    ) throws where V.Scalar: BinaryFloatingPoint {
        if let frame = DepthwiseFrame.forward(o) {
            return DepthwiseConvolution<V>.forward(o, frame, input, weight, bias, result)
        }
        let layout = ForwardLayout(o)
        if var pass = SampleConvolution<V>.forward(o, layout, input, bias, result) {
            let depth = o.depth
            return try pass.run { channel, k in weight[channel * depth + k] }
        }
        try PlaneConvolution<V>.forward(
            o, layout, input, weight, bias,
            PlaneTarget(
                pixels: result, channels: o.groupOutChannels, height: o.outHeight, width: o.outWidth,
                rows: PlaneAxis(first: 0, step: 1, count: o.outHeight),
                columns: PlaneAxis(first: 0, step: 1, count: o.outWidth), finish: .plain))
    }

    @inline(__always)
    private static func inputGradient<V: KernelVector>(
        _: V.Type, _ g: UnsafePointer<V.Scalar>, _ weight: UnsafePointer<V.Scalar>, _ o: ConvolutionGeometry,
        _ result: UnsafeMutablePointer<V.Scalar>
    ) throws where V.Scalar: BinaryFloatingPoint {
        if let frame = DepthwiseFrame.reverse(o) {
            return DepthwiseConvolution<V>.reverse(o, frame, g, weight, result)
        }
        let layouts = ReverseLayout.all(o)
        if var pass = SampleConvolution<V>.reverse(o, layouts, g, result) {
            let size = o.kernel.0 * o.kernel.1
            return try pass.run { channel, k in
                let filter = channel / o.groupChannels * o.groupOutChannels + k / size
                return weight[(filter * o.groupChannels + channel % o.groupChannels) * size + k % size]
            }
        }
        // Pixels that no element of the filter reaches.
        if layouts.contains(where: \.taps.isEmpty) {
            result.update(repeating: 0, count: o.samples * o.groups * o.groupChannels * o.height * o.width)
        }
        for layout in layouts where !layout.taps.isEmpty {
            try PlaneConvolution<V>.reverse(o, layout, g, weight, result)
        }
    }

    @inline(__always)
    private static func weightGradient<V: KernelVector>(
        _: V.Type, _ g: UnsafePointer<V.Scalar>, _ input: UnsafePointer<V.Scalar>, _ o: ConvolutionGeometry,
        _ result: UnsafeMutablePointer<V.Scalar>
    ) throws where V.Scalar: BinaryFloatingPoint {
        if let frame = DepthwiseFrame.forward(o) {
            DepthwiseWeightGradient<V>.run(g, input, o, frame, result)
        } else if WeightPanels<V>.suits(o) {
            try WeightPanels<V>.run(g, input, o, result)
        } else {
            try WeightGradient<V>.run(g, input, o, ForwardLayout(o), result)
        }
    }
}

extension PlaneConvolution {
    @inline(__always)
    static func forward(
        _ o: ConvolutionGeometry, _ layout: ForwardLayout, _ input: UnsafePointer<Scalar>,
        _ weight: UnsafePointer<Scalar>, _ bias: UnsafePointer<Scalar>?, _ target: PlaneTarget<Scalar>
    ) throws {
        var pass = PlaneConvolution(
            samples: o.samples, groups: o.groups,
            source: PlaneSource(
                pixels: input, channels: o.groupChannels, height: o.height, width: o.width,
                planes: layout.planes),
            extraRows: layout.extraRows, extraColumns: layout.extraColumns,
            rows: PlaneAxis(first: 0, step: 1, count: o.outHeight),
            columns: PlaneAxis(first: 0, step: 1, count: o.outWidth), taps: layout.taps, weights: weight, bias: bias,
            target: target)
        let depth = o.depth
        try pass.run { channel, k in weight[channel * depth + k] }
    }

    /// The convolution of the gradient `g` with the reversed filters.
    @inline(__always)
    static func reverse(
        _ o: ConvolutionGeometry, _ layout: ReverseLayout, _ g: UnsafePointer<Scalar>, _ weight: UnsafePointer<Scalar>,
        _ result: UnsafeMutablePointer<Scalar>
    ) throws {
        var pass = PlaneConvolution(
            samples: o.samples, groups: o.groups,
            source: PlaneSource(
                pixels: g, channels: o.groupOutChannels, height: o.outHeight, width: o.outWidth,
                planes: layout.planes),
            extraRows: layout.extraRows, extraColumns: layout.extraColumns, rows: layout.rows, columns: layout.columns,
            taps: layout.taps, weights: weight, bias: nil,
            target: PlaneTarget(
                pixels: result, channels: o.groupChannels, height: o.height, width: o.width, rows: layout.rows,
                columns: layout.columns, finish: .plain))
        let size = o.kernel.0 * o.kernel.1
        // `channel` counts over all groups; `k` over a group's output channels and the elements.
        try pass.run { channel, k in
            let (out, element) = (k / layout.elements.count, layout.elements[k % layout.elements.count])
            let filter = channel / o.groupChannels * o.groupOutChannels + out
            return weight[(filter * o.groupChannels + channel % o.groupChannels) * size + element]
        }
    }
}
