/// The gradient of a convolution for its filters, for groups that have about as many output channels as fill vectors:
/// `dw[k, o] = sum over n, y, x of input[n, k's place from y, x] * g[n, o, y, x]`.
///
/// As a matrix product whose columns are output channels: the gradients of a few hundred pixels are copied into panels
/// with the channels of a pixel side by side, and a tile of registers goes along the pixels with one number of the
/// input for each of its rows. No sum runs across a vector, and a row is any element of the filter.
///
/// Samples are divided in shards, whose number depends on the shape alone; each makes its own sums, which are added in a
/// tree.
struct WeightPanels<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    private let o: ConvolutionGeometry
    private let gradients: UnsafePointer<Scalar>
    private let input: UnsafePointer<Scalar>
    /// For each shard and group, panels of output channels, and in each the filter's elements one after the other.
    private var sums: UnsafeMutablePointer<Scalar>
    private let shards: Int
    /// Vectors of a panel.
    private let panelVectors: Int
    /// Panels that a chunk makes, and chunks that make all.
    private let chunkPanels: Int
    private let panelChunks: Int
    /// Elements of a row, a channel and all channels of a padded image.
    private let pitch: Int
    private let planeSize: Int
    private let imageSize: Int
    /// Samples that are worked on at once, and rows of each.
    private let batch: Int
    private let bandRows: Int

    /// Pixels whose gradients are in panels at once: what stays in the first-level cache.
    private static var bandPixels: Int { 128 }

    /// Elements of the images that are worked on at once, unless one has more.
    private static var imageElements: Int { 1 << 18 }

    private var isPadded: Bool { o.padding != (0, 0) }
    private var panelWidth: Int { panelVectors * V.scalarCount }
    /// Output channels of a group, whole vectors of them.
    private var width: Int { (o.groupOutChannels + V.scalarCount - 1) / V.scalarCount * V.scalarCount }
    private var size: Int { o.groups * width * o.depth }
    private var pixels: Int { o.outHeight * o.outWidth }

    /// Whether vectors of output channels are at least three quarters full.
    static func suits(_ o: ConvolutionGeometry) -> Bool {
        let lanes = V.scalarCount
        return 4 * o.groupOutChannels >= 3 * ((o.groupOutChannels + lanes - 1) / lanes * lanes)
    }

    /// - Throws: `TensorError.outOfMemory` for images that no memory holds, `.workMemory`.
    @inline(__always)
    static func run(
        _ g: UnsafePointer<Scalar>, _ input: UnsafePointer<Scalar>, _ o: ConvolutionGeometry,
        _ result: UnsafeMutablePointer<Scalar>
    ) throws {
        guard o.outChannels * o.depth > 0 else { return }
        let shards = min(8, max(o.samples, 1), max((1 << 22) / (o.outChannels * o.depth), 1))
        let pitch = o.width + 2 * o.padding.1
        let (planeSize, planeOverflow) = (o.height + 2 * o.padding.0).multipliedReportingOverflow(by: pitch)
        let (imageSize, imageOverflow) = planeSize.multipliedReportingOverflow(by: o.groupChannels)
        guard !planeOverflow, !imageOverflow, imageSize < 1 << 28 else {
            let isHuge = planeOverflow || imageOverflow || imageSize > 1 << 58
            throw TensorError.outOfMemory(byteCount: isHuge ? .max : imageSize * MemoryLayout<Scalar>.size)
        }
        let vectors = (o.groupOutChannels + V.scalarCount - 1) / V.scalarCount
        let panelVectors = evenPart(vectors, most: Count3.value)
        let panels = (vectors + panelVectors - 1) / panelVectors
        let chunkPanels = shards >= 4 ? panels : (panels + 3) / 4
        let pixels = o.outHeight * o.outWidth
        var work = WeightPanels(
            o: o, gradients: g, input: input, sums: result, shards: shards, panelVectors: panelVectors,
            chunkPanels: chunkPanels, panelChunks: (panels + chunkPanels - 1) / chunkPanels,
            pitch: pitch, planeSize: planeSize, imageSize: imageSize,
            batch: max(min(bandPixels / pixels, imageElements / imageSize), 1),
            bandRows: evenPart(o.outHeight, most: max(bandPixels / o.outWidth, 1)))
        try Scratch.with(shards * work.size, of: Scalar.self) { sums in
            sums.update(repeating: 0, count: shards * work.size)
            work.sums = sums
            Threads.perform(shards * o.groups * work.panelChunks, work)
            ShardSums.add(sums, shards, work.size)
            work.write(result)
        }
    }

    /// The size of parts that are about equal and hold `most` at most.
    private static func evenPart(_ count: Int, most: Int) -> Int {
        let parts = (count + most - 1) / most
        return (count + parts - 1) / parts
    }

    func run(chunk: Int) {
        let shard = chunk / (o.groups * panelChunks)
        let group = chunk / panelChunks % o.groups
        let firstChannel = chunk % panelChunks * chunkPanels * panelWidth
        let channels = min(chunkPanels * panelWidth, o.groupOutChannels - firstChannel)
        let samples = o.samples * shard / shards..<o.samples * (shard + 1) / shards
        let sums = sums + shard * size + (group * width + firstChannel) * o.depth
        let imageCount = isPadded ? batch * imageSize : 0
        let panelCount = chunkPanels * panelWidth * batch * bandRows * o.outWidth
        Scratch.withBounded(o.depth, of: Int.self) { offsets in
            writeOffsets(offsets)
            Scratch.withBounded(imageCount + panelCount, of: Scalar.self) { room in
                let panels = room + imageCount
                // Padding and channels beyond the last stay zero.
                room.update(repeating: 0, count: imageCount + panelCount)
                for first in stride(from: samples.lowerBound, to: samples.upperBound, by: batch) {
                    let count = min(batch, samples.upperBound - first)
                    let images = images(first, count, group, room)
                    for row in stride(from: 0, to: o.outHeight, by: bandRows) {
                        add(
                            Band(
                                firstSample: first, samples: count, firstRow: row,
                                rows: min(bandRows, o.outHeight - row)),
                            firstChannel: group * o.groupOutChannels + firstChannel, channels, images, offsets, panels,
                            sums)
                    }
                }
            }
        }
    }

    /// Rows of some samples.
    private struct Band {
        let firstSample: Int
        let samples: Int
        let firstRow: Int
        let rows: Int
    }

    /// Images with zeros around them, or as they are if there are none, and the distance from one to the next.
    private struct Images {
        let start: UnsafePointer<Scalar>
        let distance: Int
    }

    /// From the place of a patch in an image to that of each element of the filter.
    private func writeOffsets(_ offsets: UnsafeMutablePointer<Int>) {
        var k = 0
        for channel in 0..<o.groupChannels {
            for i in 0..<o.kernel.0 {
                for j in 0..<o.kernel.1 {
                    offsets[k] = channel * planeSize + i * o.dilation.0 * pitch + j * o.dilation.1
                    k += 1
                }
            }
        }
    }

    private func images(_ first: Int, _ count: Int, _ group: Int, _ room: UnsafeMutablePointer<Scalar>) -> Images {
        let channels = o.groupChannels
        let pixels = o.height * o.width
        let start = input + (first * o.groups + group) * channels * pixels
        guard isPadded else { return Images(start: start, distance: o.groups * channels * pixels) }
        for sample in 0..<count {
            for channel in 0..<channels {
                let from = start + (sample * o.groups * channels + channel) * pixels
                let to = room + (sample * imageSize + channel * planeSize + o.padding.0 * pitch + o.padding.1)
                for y in 0..<o.height { (to + y &* pitch).update(from: from + y &* o.width, count: o.width) }
            }
        }
        return Images(start: room, distance: imageSize)
    }

    /// Adds the sums over the pixels of a band.
    private func add(
        _ band: Band, firstChannel: Int, _ channels: Int, _ images: Images, _ offsets: UnsafePointer<Int>,
        _ panels: UnsafeMutablePointer<Scalar>, _ sums: UnsafeMutablePointer<Scalar>
    ) {
        let bandPixels = band.rows * o.outWidth
        for panel in stride(from: 0, to: channels, by: panelWidth) {
            let vectors = min(panelVectors, (channels - panel + V.scalarCount - 1) / V.scalarCount)
            let width = vectors * V.scalarCount
            for sample in 0..<band.samples {
                let from = (band.firstSample + sample) * o.outChannels + firstChannel + panel
                LineCopy(line: pixels, element: 1, depth: bandPixels, width: width)(
                    gradients + from * pixels + band.firstRow * o.outWidth, min(width, channels - panel),
                    panels + sample * bandPixels * width)
            }
            for lane in min(width, channels - panel)..<width {
                for pixel in 0..<band.samples * bandPixels { panels[pixel &* width &+ lane] = 0 }
            }
            let sums = sums + panel * o.depth
            var k = 0
            while k < o.depth {
                let height = TileShape<V>.height(o.depth - k)
                TileShape<V>.perform(
                    rows: height, columns: vectors,
                    Part(
                        image: images.start + band.firstRow * o.stride.0 * pitch, imageDistance: images.distance,
                        samples: band.samples, rows: band.rows, columns: o.outWidth,
                        rowDistance: o.stride.0 * pitch, columnDistance: o.stride.1, offsets: offsets + k,
                        gradients: panels, sums: sums + k * width))
                k += height
            }
        }
    }

    private struct Part: TileWork {
        let image: UnsafePointer<Scalar>
        let imageDistance: Int
        let samples: Int
        let rows: Int
        let columns: Int
        let rowDistance: Int
        let columnDistance: Int
        let offsets: UnsafePointer<Int>
        let gradients: UnsafePointer<Scalar>
        let sums: UnsafeMutablePointer<Scalar>

        func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
            var tile = Tile<V, Rows, Columns>()
            var gradients = gradients
            for sample in 0..<samples {
                var line = image + sample &* imageDistance
                for _ in 0..<rows {
                    var pixel = line
                    for _ in 0..<columns {
                        tile.addOuter(gradients) { pixel[offsets[$0]] }
                        pixel += columnDistance
                        gradients += Columns.value &* V.scalarCount
                    }
                    line += rowDistance
                }
            }
            tile.store(sums, Columns.value &* V.scalarCount, accumulate: true)
        }
    }

    /// Writes the sums of the first shard as `[O, C / groups, kH, kW]`.
    private func write(_ result: UnsafeMutablePointer<Scalar>) {
        for group in 0..<o.groups {
            for panel in stride(from: 0, to: o.groupOutChannels, by: panelWidth) {
                let from = sums + (group * width + panel) * o.depth
                let width = min(panelWidth, self.width - panel)
                for lane in 0..<min(width, o.groupOutChannels - panel) {
                    let to = result + (group * o.groupOutChannels + panel + lane) * o.depth
                    for k in 0..<o.depth { to[k] = from[k &* width &+ lane] }
                }
            }
        }
    }
}
