/// The gradient of a convolution for its filters: `dw[o, k] = sum over n, y, x of g[n, o, y, x] * plane(k)[n, y, x]`.
///
/// Samples are divided in shards, whose number depends on the shape alone; each makes its own sums, which are added in a
/// tree. Within a shard, a few samples at a time are laid out one after the other, the gradient with zeros between rows,
/// so that vectors run along the pixels of all of them.
struct WeightGradient<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    private let o: ConvolutionGeometry
    private let gradients: PlaneSource<Scalar>
    private let source: PlaneSource<Scalar>
    private let taps: [PlaneTap]
    /// The sums of each shard.
    private let sums: UnsafeMutablePointer<Scalar>
    private let shards: Int
    /// Output channels that a chunk makes.
    private let chunkChannels: Int
    private let channelChunks: Int
    private let rows: Int
    private let pitch: Int
    /// Samples that are laid out at once.
    private let batch: Int

    private var size: Int { o.outChannels * o.depth }
    private var planeSize: Int { rows * pitch }

    @inline(__always)
    static func run(
        _ g: UnsafePointer<Scalar>, _ input: UnsafePointer<Scalar>, _ o: ConvolutionGeometry, _ layout: ForwardLayout,
        _ result: UnsafeMutablePointer<Scalar>
    ) throws {
        let size = o.outChannels * o.depth
        guard size > 0 else { return }
        let shards = min(8, max(o.samples, 1), max((1 << 22) / size, 1))
        let rows = o.outHeight + layout.extraRows
        let pitch = o.outWidth + layout.extraColumns
        let perSample = rows * pitch * (o.groupChannels * layout.planes.count + o.groupOutChannels)
        guard perSample < 1 << 28 else {
            throw TensorError.outOfMemory(byteCount: perSample * MemoryLayout<Scalar>.size)
        }
        let height = TileShape<V>.maximumRows
        let panels = (o.groupOutChannels + height - 1) / height
        let chunkPanels = shards >= 4 ? panels : (panels + 3) / 4
        try Scratch.with(shards * size, of: Scalar.self) { sums in
            sums.update(repeating: 0, count: shards * size)
            let work = WeightGradient(
                o: o,
                gradients: PlaneSource(
                    pixels: g, channels: o.groupOutChannels, height: o.outHeight,
                    width: o.outWidth, planes: []),
                source: PlaneSource(
                    pixels: input, channels: o.groupChannels, height: o.height, width: o.width,
                    planes: layout.planes),
                taps: layout.taps, sums: sums, shards: shards, chunkChannels: chunkPanels * height,
                channelChunks: (panels + chunkPanels - 1) / chunkPanels, rows: rows, pitch: pitch,
                batch: max(min(32768 / perSample, 64), 1))
            Threads.perform(shards * o.groups * work.channelChunks, work)
            ShardSums.add(sums, shards, size)
            result.update(from: sums, count: size)
        }
    }

    func run(chunk: Int) {
        let shard = chunk / (o.groups * channelChunks)
        let group = chunk / channelChunks % o.groups
        let firstChannel = chunk % channelChunks * chunkChannels
        let channels = min(chunkChannels, o.groupOutChannels - firstChannel)
        let samples = o.samples * shard / shards..<o.samples * (shard + 1) / shards
        let planeCount = source.channels * source.planes.count * batch * planeSize
        let slack = V.scalarCount
        // Taps of the last plane reach beyond it.
        let reach = (taps.map { $0.row * pitch + $0.column }.max() ?? 0) + slack
        Scratch.withBounded(planeCount + reach + channels * (batch * planeSize + slack), of: Scalar.self) { room in
            let gradients = room + planeCount + reach
            room.update(repeating: 0, count: planeCount + reach)
            for first in stride(from: samples.lowerBound, to: samples.upperBound, by: batch) {
                let count = min(batch, samples.upperBound - first)
                copyPlanes(first, count, group, room)
                copyGradients(first, count, group, firstChannel, channels, gradients)
                add(
                    room, gradients, count, channels,
                    sums + shard * size + (group * o.groupOutChannels + firstChannel) * o.depth)
            }
        }
    }

    private var gradientSize: Int { batch * planeSize + V.scalarCount }

    private func copyPlanes(_ first: Int, _ count: Int, _ group: Int, _ room: UnsafeMutablePointer<Scalar>) {
        for sample in 0..<count {
            for channel in 0..<source.channels {
                for (place, plane) in source.planes.enumerated() {
                    source.copy(
                        ((first + sample) * o.groups + group) * source.channels + channel, plane, first: 0, rows: rows,
                        pitch: pitch, room + ((channel * source.planes.count + place) * batch + sample) * planeSize)
                }
            }
        }
    }

    private func copyGradients(
        _ first: Int, _ count: Int, _ group: Int, _ firstChannel: Int, _ channels: Int,
        _ target: UnsafeMutablePointer<Scalar>
    ) {
        let whole = Plane(rowStart: 0, rowStep: 1, columnStart: 0, columnStep: 1)
        for channel in 0..<channels {
            let line = target + channel * gradientSize
            for sample in 0..<count {
                gradients.copy(
                    (first + sample) * o.outChannels + group * o.groupOutChannels + firstChannel + channel, whole,
                    first: 0, rows: rows, pitch: pitch, line + sample * planeSize)
            }
            (line + count * planeSize).update(repeating: 0, count: V.scalarCount)
        }
    }

    /// Adds the sums over the pixels of `count` samples to `dw`.
    private func add(
        _ planes: UnsafePointer<Scalar>, _ gradients: UnsafePointer<Scalar>, _ count: Int, _ channels: Int,
        _ dw: UnsafeMutablePointer<Scalar>
    ) {
        let channelSize = source.planes.count * batch * planeSize
        for first in stride(from: 0, to: o.depth, by: 3) {
            let width = min(3, o.depth - first)
            @inline(__always)
            func tap(_ k: Int) -> UnsafePointer<Scalar> {
                let k = min(k, o.depth - 1)
                let tap = taps[k % taps.count]
                return planes
                    + (k / taps.count * channelSize + tap.plane * batch * planeSize + tap.row * pitch + tap.column)
            }
            let (x, y, z) = (tap(first), tap(first + 1), tap(first + 2))
            var channel = 0
            while channel < channels {
                let rows = TileShape<V>.height(channels - channel)
                TileShape<V>.perform(
                    rows: rows, columns: width,
                    Part(
                        gradients: gradients + channel * gradientSize, gradientSize: gradientSize, x: x, y: y, z: z,
                        pixels: count * planeSize, dw: dw + (channel * o.depth + first), depth: o.depth))
                channel += rows
            }
        }
    }

    private struct Part: TileWork {
        let gradients: UnsafePointer<Scalar>
        let gradientSize: Int
        let x: UnsafePointer<Scalar>
        let y: UnsafePointer<Scalar>
        let z: UnsafePointer<Scalar>
        let pixels: Int
        let dw: UnsafeMutablePointer<Scalar>
        let depth: Int

        func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
            var tile = Tile<V, Rows, Columns>()
            var pixel = 0
            while pixel < pixels {
                tile.addInner(gradients + pixel, gradientSize, x + pixel, y + pixel, z + pixel)
                pixel &+= V.scalarCount
            }
            tile.forEachLaneSum { row, x, y, z in
                let c = dw + row &* depth
                c[0] += x
                if Columns.value > 1 { c[1] += y }
                if Columns.value > 2 { c[2] += z }
            }
        }
    }
}

/// Sums that shards of a batch make each for itself, one after the other in memory.
enum ShardSums {
    /// Adds them in a tree, into the first.
    @inline(__always)
    static func add<Scalar: BinaryFloatingPoint>(_ sums: UnsafeMutablePointer<Scalar>, _ shards: Int, _ size: Int) {
        var distance = 1
        while distance < shards {
            for shard in stride(from: 0, to: shards - distance, by: 2 * distance) {
                let to = sums + shard * size
                let from = to + distance * size
                for i in 0..<size { to[i] += from[i] }
            }
            distance *= 2
        }
    }
}
