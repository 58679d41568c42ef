import CSimd
import Synchronization

/// Convolution, bias, ReLU and pooling of 2 by 2 windows in one pass, and its gradients: for training steps, which call
/// it again and again with tensors of the same shapes. Sizes are checked once, and calls allocate nothing but for very large
/// images.
///
/// `y[n,o,p,q] = max(0, max over a, b < 2 of conv(x)[n,o,2p+a,2q+b] + bias[o])`
///
/// Which pixel of a window was taken is kept as a byte: `2 a + b`, or 4 where the result is 0 and no gradient passes.
/// All tensors are float32 and contiguous.
package struct ConvolutionPool {
    /// `[N, O, outH / 2, outW / 2]` of the convolution's `[N, O, outH, outW]`; an odd last row or column is left out.
    package let outShape: [Int]
    private let geometry: ConvolutionGeometry
    private let forwardLayout: ForwardLayout
    private let patch: PatchLayout

    /// Checks the sizes.
    ///
    /// - Parameters:
    ///   - inputShape: `[N, C, H, W]`.
    ///   - weightShape: `[O, C / groups, kH, kW]`.
    /// - Throws: `TensorError`, as `Tensor.conv2D`; `.shape` if there is no window, `.outOfMemory` for images that no memory
    ///   holds.
    package init(inputShape: [Int], weightShape: [Int], _ settings: ConvolutionSettings) throws {
        geometry = try ConvolutionGeometry(input: inputShape, weight: weightShape, settings)
        guard geometry.outHeight > 1, geometry.outWidth > 1 else {
            throw TensorError.shape(
                operation: "max_pool2d", expected: "images of at least 2 by 2", actual: geometry.outShape)
        }
        outShape = [geometry.samples, geometry.outChannels, geometry.outHeight / 2, geometry.outWidth / 2]
        forwardLayout = ForwardLayout(geometry)
        patch = try PatchLayout(geometry)
    }

    private struct Key: Hashable {
        let sizes: [Int]

        init(_ input: [Int], _ weight: [Int], _ settings: ConvolutionSettings) {
            sizes =
                input + weight + [
                    settings.stride.0, settings.stride.1, settings.padding.0, settings.padding.1, settings.dilation.0,
                    settings.dilation.1, settings.groups,
                ]
        }
    }

    private static let known = Mutex([Key: ConvolutionPool]())
    /// More than the layers of a network, times the sizes of batches that it meets.
    private static let mostKnown = 64

    /// The same as `init`, made once for the shapes that were asked for lately.
    package static func cached(
        inputShape: [Int], weightShape: [Int], _ settings: ConvolutionSettings
    ) throws -> ConvolutionPool {
        let key = Key(inputShape, weightShape, settings)
        if let kernel = known.withLock({ $0[key] }) { return kernel }
        let kernel = try ConvolutionPool(inputShape: inputShape, weightShape: weightShape, settings)
        known.withLock {
            if $0.count >= mostKnown { $0 = [:] }
            $0[key] = kernel
        }
        return kernel
    }

    private var inputCount: Int {
        geometry.samples * geometry.groups * geometry.groupChannels * geometry.height * geometry.width
    }
    private var weightCount: Int { geometry.outChannels * geometry.depth }

    /// Writes the result to `y` and the positions (uint8) to `positions`, both of shape `outShape`.
    ///
    /// - Throws: `TensorError` `.outOfMemory`, `.workMemory`.
    package func forward(_ x: Tensor, weight: Tensor, bias: Tensor, into y: Tensor, positions: Tensor) throws {
        let count = outShape.reduce(1, *)
        let target = PlaneTarget(
            pixels: y.checkedPointer(Float.self, count), channels: geometry.groupOutChannels, height: outShape[2],
            width: outShape[3], rows: PlaneAxis(first: 0, step: 1, count: outShape[2]),
            columns: PlaneAxis(first: 0, step: 1, count: outShape[3]),
            finish: .reluPool(positions: positions.checkedPointer(UInt8.self, count)))
        try PlaneConvolution<FloatVector>.forward(
            geometry, forwardLayout, x.checkedPointer(Float.self, inputCount),
            weight.checkedPointer(Float.self, weightCount), bias.checkedPointer(Float.self, geometry.outChannels),
            target)
        try MemoryRefusal.check()
    }

    /// Writes the gradients for the filters, the bias and, if asked for, the input.
    ///
    /// - Parameters:
    ///   - g: The gradient of the result, shape `outShape`.
    ///   - positions: What `forward` wrote.
    /// - Throws: `TensorError` `.outOfMemory`, `.workMemory`.
    package func backward(
        _ g: Tensor, positions: Tensor, x: Tensor, weight: Tensor, weightGradient: Tensor, biasGradient: Tensor,
        inputGradient: Tensor?
    ) throws {
        let count = outShape.reduce(1, *)
        let gradient = UnsafePointer(g.checkedPointer(Float.self, count))
        let places = UnsafePointer(positions.checkedPointer(UInt8.self, count))
        try WindowGradients.run(
            gradient, positions: places, input: x.checkedPointer(Float.self, inputCount),
            weight: weight.checkedPointer(Float.self, weightCount), geometry, patch,
            weightGradient: weightGradient.checkedPointer(Float.self, weightCount),
            inputGradient: inputGradient?.checkedPointer(Float.self, inputCount))
        Threads.perform(
            geometry.outChannels,
            BiasGradient(
                gradient: gradient, positions: places, samples: outShape[0], channels: outShape[1],
                pixels: outShape[2] * outShape[3],
                result: biasGradient.checkedPointer(Float.self, geometry.outChannels)))
    }
}

/// The sum of a channel's gradients that pass.
private struct BiasGradient: ChunkedWork {
    let gradient: UnsafePointer<Float>
    let positions: UnsafePointer<UInt8>
    let samples: Int
    let channels: Int
    let pixels: Int
    let result: UnsafeMutablePointer<Float>

    func run(chunk channel: Int) {
        var sums = SIMD8<Float>()
        var rest: Float = 0
        for sample in 0..<samples {
            let start = (sample * channels + channel) * pixels
            var i = 0
            while i + 8 <= pixels {
                let isOff = csimd_bytes_are_four8(positions + start + i)
                sums += SIMD8.load(gradient + start + i).replacing(with: SIMD8(), where: isOff .!= SIMD8())
                i += 8
            }
            while i < pixels {
                if positions[start + i] != 4 { rest += gradient[start + i] }
                i += 1
            }
        }
        result[channel] = sums.sum() + rest
    }
}

extension Tensor {
    /// The first of `count` elements of a contiguous tensor; anything else is a mistake of the caller.
    func checkedPointer<Element>(_: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
        precondition(isContiguous && self.count == count && dtype.size == MemoryLayout<Element>.size)
        return pointer(Element.self)
    }
}
