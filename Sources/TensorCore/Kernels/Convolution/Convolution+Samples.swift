/// The rows and columns of a source that those of a result are computed from, and the filter's rows and columns beside them.
struct PixelAxes {
    typealias Reached = (element: Int, place: Int)

    let rows: [[Reached]]
    let columns: [[Reached]]
    let kernelWidth: Int
    let sourceWidth: Int
    /// The products of a channel, for all pixels of the result.
    var tapCount: Int { rows.reduce(0) { $0 + $1.count } * columns.reduce(0) { $0 + $1.count } }

    /// What a convolution reads for each pixel of its result.
    static func forward(_ o: ConvolutionGeometry) -> PixelAxes {
        PixelAxes(
            rows: (0..<o.outHeight).map { y in
                reached(o.kernel.0, size: o.height) { y * o.stride.0 + $0 * o.dilation.0 - o.padding.0 }
            },
            columns: (0..<o.outWidth).map { x in
                reached(o.kernel.1, size: o.width) { x * o.stride.1 + $0 * o.dilation.1 - o.padding.1 }
            }, kernelWidth: o.kernel.1, sourceWidth: o.width)
    }

    /// What the gradient by the input reads for each of the input's pixels: those of the result's gradient.
    static func reverse(_ o: ConvolutionGeometry) -> PixelAxes {
        func whole(_ place: Int, by stride: Int) -> Int? { place % stride == 0 ? place / stride : nil }
        return PixelAxes(
            rows: (0..<o.height).map { y in
                reached(o.kernel.0, size: o.outHeight) { whole(y + o.padding.0 - $0 * o.dilation.0, by: o.stride.0) }
            },
            columns: (0..<o.width).map { x in
                reached(o.kernel.1, size: o.outWidth) { whole(x + o.padding.1 - $0 * o.dilation.1, by: o.stride.1) }
            }, kernelWidth: o.kernel.1, sourceWidth: o.outWidth)
    }

    private static func reached(_ kernel: Int, size: Int, _ place: (Int) -> Int?) -> [Reached] {
        (0..<kernel).compactMap { element in
            guard let place = place(element), place >= 0, place < size else { return nil }
            return (element, place)
        }
    }
}

/// For each pixel of a result, the pixels of the source that it is computed from, and the filter's elements beside them.
struct PixelTaps {
    struct Tap {
        /// `i * kW + j`.
        let element: Int
        /// `y * width + x` of the source.
        let pixel: Int
    }

    private(set) var taps: [Tap] = []
    /// Where each pixel's taps start in `taps`, and where the last ones end.
    private(set) var starts = [0]
    var pixels: Int { starts.count - 1 }

    init(_ axes: PixelAxes) {
        for row in axes.rows {
            for column in axes.columns {
                for y in row {
                    for x in column {
                        taps.append(
                            Tap(
                                element: y.element * axes.kernelWidth + x.element,
                                pixel: y.place * axes.sourceWidth + x.place))
                    }
                }
                starts.append(taps.count)
            }
        }
    }
}

/// The convolution of many small images: a vector holds the same pixel of as many samples.
///
/// Where images have few pixels, vectors of neighbouring pixels hold mostly padding. Here all lanes count, and padding
/// is left out. The sums have the order, and so the bits, that `PlaneConvolution` gives them.
struct SampleConvolution<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    private let samples: Int
    private let groups: Int
    private let taps: PixelTaps
    private let elements: Int
    private let source: UnsafePointer<Scalar>
    private let sourceChannels: Int
    private let sourcePixels: Int
    private let target: UnsafeMutablePointer<Scalar>
    private let targetChannels: Int
    private let bias: UnsafePointer<Scalar>?
    /// For each group, panels of the target's channels, and in each the channels' weights side by side.
    private var weights: UnsafePointer<Scalar>

    private let blocks: SampleBlocks
    /// Parts of the target's channels that are done apart.
    private let parts: Int
    private let partChannels: Int

    /// A convolution of this geometry; nil where that of planes takes less time.
    static func forward(
        _ o: ConvolutionGeometry, _ layout: ForwardLayout, _ input: UnsafePointer<Scalar>,
        _ bias: UnsafePointer<Scalar>?, _ result: UnsafeMutablePointer<Scalar>
    ) -> SampleConvolution? {
        guard mayBeSmall(o, channels: o.groupChannels, pixels: o.height * o.width) else { return nil }
        let axes = PixelAxes.forward(o)
        let planes = slots(pixels: o.outHeight * (o.outWidth + layout.extraColumns)) * Double(layout.taps.count)
        guard isFaster(axes.tapCount, samples: o.samples, than: planes) else { return nil }
        return SampleConvolution(
            o, PixelTaps(axes), input, channels: o.groupChannels, pixels: o.height * o.width, bias, result,
            targetChannels: o.groupOutChannels)
    }

    /// The gradient by the input of a convolution of this geometry; nil where that by planes takes less time.
    static func reverse(
        _ o: ConvolutionGeometry, _ layouts: [ReverseLayout], _ g: UnsafePointer<Scalar>,
        _ result: UnsafeMutablePointer<Scalar>
    ) -> SampleConvolution? {
        guard mayBeSmall(o, channels: o.groupOutChannels, pixels: o.outHeight * o.outWidth) else { return nil }
        let axes = PixelAxes.reverse(o)
        let planes = layouts.reduce(0) { sum, layout in
            sum + slots(pixels: layout.rows.count * (layout.columns.count + layout.extraColumns))
                * Double(layout.taps.count)
        }
        guard isFaster(axes.tapCount, samples: o.samples, than: planes) else { return nil }
        return SampleConvolution(
            o, PixelTaps(axes), g, channels: o.groupOutChannels, pixels: o.outHeight * o.outWidth, nil, result,
            targetChannels: o.groupChannels)
    }

    private init(
        _ o: ConvolutionGeometry, _ taps: PixelTaps, _ source: UnsafePointer<Scalar>, channels: Int, pixels: Int,
        _ bias: UnsafePointer<Scalar>?, _ target: UnsafeMutablePointer<Scalar>, targetChannels: Int
    ) {
        (samples, groups) = (o.samples, o.groups)
        self.taps = taps
        elements = o.kernel.0 * o.kernel.1
        (self.source, sourceChannels, sourcePixels) = (source, channels, pixels)
        (self.target, self.targetChannels, self.bias) = (target, targetChannels, bias)
        weights = source
        blocks = SampleBlocks(samples: o.samples, lanes: V.scalarCount)
        let panels = (targetChannels + TileShape<V>.maximumRows - 1) / TileShape<V>.maximumRows
        let work = taps.taps.count * channels * targetChannels * blocks.size
        let parts = min(max(work >> 20, 1), panels, 8)
        partChannels = (panels + parts - 1) / parts * TileShape<V>.maximumRows
        self.parts = (targetChannels + partChannels - 1) / partChannels
    }

    // MARK: - When it pays

    /// Whether its tables and a block of samples stay small.
    private static func mayBeSmall(_ o: ConvolutionGeometry, channels: Int, pixels: Int) -> Bool {
        let most = max(o.height * o.width, o.outHeight * o.outWidth)
        guard o.samples > 1, o.groupChannels > 0, o.groupOutChannels > 0, most <= 256, o.kernel.0 * o.kernel.1 <= 64
        else { return false }
        return channels * pixels * TileShape<V>.maximumColumns * MemoryLayout<Scalar>.size <= 1 << 20
    }

    private static func isFaster(_ tapCount: Int, samples: Int, than planes: Double) -> Bool {
        let blocks = SampleBlocks(samples: samples, lanes: V.scalarCount)
        let time = Double(tapCount * blocks.count) * time(vectors: blocks.vectors) / Double(samples)
        // It also has to bring samples together and apart.
        return time * 1.5 < planes
    }

    /// The time of a pass over so many pixels, in that of a lane of three vectors at once.
    private static func slots(pixels: Int) -> Double {
        let vectors = (pixels + V.scalarCount - 1) / V.scalarCount
        return Double(vectors / 3) * time(vectors: 3) + (vectors % 3 > 0 ? time(vectors: vectors % 3) : 0)
    }

    /// Fewer vectors take more time each: every number of a filter is loaded for them.
    private static func time(vectors: Int) -> Double {
        Double(V.scalarCount) * (vectors == 1 ? 1.7 : vectors == 2 ? 2.3 : 3)
    }

    // MARK: - Running

    /// Does it all; `weight` gives the numbers to pack, for a channel of the target (over all groups) and a place in its
    /// sum, `channel of the source * elements + element`.
    ///
    /// - Throws: `TensorError.workMemory`.
    @inline(__always)
    mutating func run(weight: (Int, Int) -> Scalar) throws {
        let depth = sourceChannels * elements
        try Scratch.with(groups * targetChannels * depth, of: Scalar.self) { packed in
            var next = packed
            for group in 0..<groups {
                var first = 0
                while first < targetChannels {
                    let rows = TileShape<V>.height(targetChannels - first)
                    for k in 0..<depth {
                        for row in 0..<rows { next[row] = weight(group * targetChannels + first + row, k) }
                        next += rows
                    }
                    first += rows
                }
            }
            weights = UnsafePointer(packed)
            Threads.perform(groups * blocks.count * parts, self)
        }
    }

    func run(chunk: Int) {
        let (part, unit) = (chunk % parts, chunk / parts)
        let (group, block) = (unit % groups, unit / groups)
        let size = blocks.size
        let first = block * size
        let count = min(size, samples - first)
        let channels = part * partChannels..<min((part + 1) * partChannels, targetChannels)
        let sourceSize = sourceChannels * sourcePixels * size
        Scratch.withBounded(
            sourceSize + TileShape<V>.maximumRows * taps.pixels * size, of: Scalar.self
        ) { room in
            gather(group, first, count, room)
            var weights = weights + (group * targetChannels + channels.lowerBound) * sourceChannels * elements
            var channel = channels.lowerBound
            while channel < channels.upperBound {
                if Interrupt.stopsWork { return }
                let rows = TileShape<V>.height(targetChannels - channel)
                convolve(room, weights, rows, room + sourceSize)
                scatter(room + sourceSize, group * targetChannels + channel, rows, first, count)
                weights += rows * sourceChannels * elements
                channel += rows
            }
        }
    }

    /// Brings the samples of a block together: `[channel, pixel, sample]`, with zeros for samples that are not there.
    private func gather(_ group: Int, _ first: Int, _ count: Int, _ room: UnsafeMutablePointer<Scalar>) {
        let size = blocks.size
        let places = sourceChannels * sourcePixels
        for sample in 0..<size {
            let to = room + sample
            guard sample < count else {
                for place in 0..<places { to[place &* size] = 0 }
                continue
            }
            let from = source + ((first + sample) * groups + group) * places
            for place in 0..<places { to[place &* size] = from[place] }
        }
    }

    /// The sums of `rows` channels for each pixel: `[channel, pixel, sample]`.
    private func convolve(
        _ planes: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>, _ rows: Int,
        _ sums: UnsafeMutablePointer<Scalar>
    ) {
        taps.taps.withUnsafeBufferPointer { all in
            for pixel in 0..<taps.pixels {
                let range = taps.starts[pixel]..<taps.starts[pixel + 1]
                TileShape<V>.perform(
                    rows: rows, columns: blocks.vectors,
                    Part(
                        planes: planes, planeSize: sourcePixels * blocks.size, blockSize: blocks.size,
                        channels: sourceChannels, taps: UnsafeBufferPointer(rebasing: all[range]), elements: elements,
                        weights: weights, sums: sums + pixel * blocks.size, rowSize: taps.pixels * blocks.size))
            }
        }
    }

    private struct Part: TileWork {
        let planes: UnsafePointer<Scalar>
        let planeSize: Int
        let blockSize: Int
        let channels: Int
        let taps: UnsafeBufferPointer<PixelTaps.Tap>
        let elements: Int
        let weights: UnsafePointer<Scalar>
        let sums: UnsafeMutablePointer<Scalar>
        let rowSize: Int

        func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
            var tile = Tile<V, Rows, Columns>()
            var (plane, weights) = (planes, weights)
            for _ in 0..<channels {
                for tap in taps {
                    tile.addOuter(weights + tap.element &* Rows.value, 1, plane + tap.pixel &* blockSize)
                }
                plane += planeSize
                weights += elements &* Rows.value
            }
            tile.store(sums, rowSize, accumulate: false)
        }
    }

    /// Writes sums, with the bias, to the images of their samples.
    private func scatter(
        _ sums: UnsafePointer<Scalar>, _ channel: Int, _ rows: Int, _ first: Int, _ count: Int
    ) {
        let (size, pixels) = (blocks.size, taps.pixels)
        for row in 0..<rows {
            let bias = bias.map { $0[channel + row] } ?? 0
            for sample in 0..<count {
                let to = target + ((first + sample) * groups * targetChannels + channel + row) * pixels
                let from = sums + row * pixels * size + sample
                for pixel in 0..<pixels { to[pixel] = from[pixel &* size] + bias }
            }
        }
    }
}

/// Samples in blocks of one to three vectors, about equal.
private struct SampleBlocks {
    let count: Int
    let vectors: Int
    /// Samples of a block.
    let size: Int

    init(samples: Int, lanes: Int) {
        let all = (samples + lanes - 1) / lanes
        count = (all + 2) / 3
        vectors = (all + count - 1) / max(count, 1)
        size = vectors * lanes
    }
}
