import CSimd

/// Images, by groups of channels, of which planes are made.
struct PlaneSource<Scalar: BinaryFloatingPoint> {
    let pixels: UnsafePointer<Scalar>
    let channels: Int
    let height: Int
    let width: Int
    let planes: [Plane]

    /// Writes rows `first ..< first + rows` of a plane of image `number`, `pitch` pixels each, with zeros outside it.
    @inline(__always)
    func copy(
        _ number: Int, _ plane: Plane, first: Int, rows: Int, pitch: Int, _ target: UnsafeMutablePointer<Scalar>
    ) {
        let image = pixels + number * height * width
        let step = plane.columnStep
        if step == 1 && plane.rowStep == 1 && plane.columnStart == 0 && pitch == width,
            plane.rowStart + first >= 0, plane.rowStart + first + rows <= height
        {
            return target.update(from: image + (plane.rowStart + first) * width, count: rows * width)
        }
        // Columns columnStart + x * columnStep that are in the image.
        let low = min(max((step - 1 - plane.columnStart) / step, 0), pitch)
        let inside = width - plane.columnStart
        let high = min(max(inside <= 0 ? 0 : (inside + step - 1) / step, low), pitch)
        for row in 0..<rows {
            let line = target + row * pitch
            let y = plane.rowStart + (first + row) * plane.rowStep
            guard y >= 0 && y < height else {
                line.update(repeating: 0, count: pitch)
                continue
            }
            let from = image + y * width + plane.columnStart
            for x in 0..<low { line[x] = 0 }
            if step == 1 {
                (line + low).update(from: from + low, count: high - low)
            } else {
                var x = low
                if step == 2 { copyEven(from, line, &x, high, readable: width - plane.columnStart) }
                while x < high {
                    line[x] = from[x &* step]
                    x &+= 1
                }
            }
            for x in high..<pitch { line[x] = 0 }
        }
    }
}

extension PlaneSource {
    /// Copies every second element in vectors, from `x` on while there are enough.
    @inline(__always)
    private func copyEven(
        _ from: UnsafePointer<Scalar>, _ to: UnsafeMutablePointer<Scalar>, _ x: inout Int, _ end: Int, readable: Int
    ) {
        guard Scalar.self == Float.self else { return }
        let lanes = FloatVector.scalarCount
        let from = UnsafeRawPointer(from).assumingMemoryBound(to: Float.self)
        let to = UnsafeMutableRawPointer(to).assumingMemoryBound(to: Float.self)
        while x &+ lanes <= end && 2 &* (x &+ lanes) <= readable {
            csimd_even(.load(from + 2 &* x), .load(from + (2 &* x &+ lanes))).store(to + x)
            x &+= lanes
        }
    }
}

/// Where results go, and what becomes of them before.
struct PlaneTarget<Scalar: BinaryFloatingPoint> {
    enum Finish {
        case plain
        /// The greater of the result and zero, and of these the greatest of each 2 by 2 window, with its number in the window (0 to 3, row by row), or 4 where
        /// it is not above zero.
        case reluPool(positions: UnsafeMutablePointer<UInt8>)
    }

    let pixels: UnsafeMutablePointer<Scalar>
    let channels: Int
    let height: Int
    let width: Int
    let rows: PlaneAxis
    let columns: PlaneAxis
    let finish: Finish
}

/// The convolution of planes with taps: `out[o, y, x] = bias[o] + sum over k of weight[o, k] * plane(k)[y, x]`.
///
/// A unit of work is a band of rows of one group of one sample, for all output channels.
struct PlaneConvolution<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    let samples: Int
    let groups: Int
    let source: PlaneSource<Scalar>
    let extraRows: Int
    let extraColumns: Int
    /// The pixels of the result, before pooling.
    let rows: PlaneAxis
    let columns: PlaneAxis
    let taps: [PlaneTap]
    /// Packed by `run`: for each group, panels of output channels, and in each the channels' weights side by side.
    var weights: UnsafePointer<Scalar>
    let bias: UnsafePointer<Scalar>?
    let target: PlaneTarget<Scalar>

    private var pitch: Int { columns.count + extraColumns }
    private var depth: Int { source.channels * taps.count }
    /// Rows of a band: what gives vectors enough neighbours, and planes that stay in the cache.
    /// Even, so that no window of a pooling is cut.
    private var bandRows: Int { min(max(2048 / max(pitch, 1) & ~1, 2), max(rows.count, 1)) }
    private var bands: Int { (rows.count + bandRows - 1) / bandRows }
    private var units: Int { samples * groups * bands }
    private var unitsPerChunk: Int {
        let work = bandRows * pitch * target.channels * max(depth, 1)
        return max((1 << 18) / max(work, 1), 1)
    }
    private var planeSize: Int { (bandRows + extraRows) * pitch }
    private var channelSize: Int { source.planes.count * planeSize }
    /// Vectors may read on after the last pixel that counts.
    private var slack: Int { TileShape<V>.maximumColumns }
    private var flatSize: Int { bandRows * pitch + slack }

    /// Does it all; `weight` gives the numbers to pack, for an output channel (over all groups) and a place in its sum.
    ///
    /// - Throws: `TensorError.outOfMemory` if the planes of a band do not fit.
    @inline(__always)
    mutating func run(weight: (Int, Int) -> Scalar) throws {
        guard units > 0, target.channels > 0, pitch > 0 else { return }
        let (size, overflow) = planeSize.multipliedReportingOverflow(by: source.channels * source.planes.count)
        guard !overflow, size < 1 << 28 else {
            throw TensorError.outOfMemory(byteCount: overflow ? .max : size * MemoryLayout<Scalar>.size)
        }
        try Scratch.with(groups * target.channels * depth, of: Scalar.self) { packed in
            var next = packed
            for group in 0..<groups {
                var first = 0
                while first < target.channels {
                    let rows = TileShape<V>.height(target.channels - first)
                    for k in 0..<depth {
                        for row in 0..<rows { next[row] = weight(group * target.channels + first + row, k) }
                        next += rows
                    }
                    first += rows
                }
            }
            weights = UnsafePointer(packed)
            Threads.perform((units + unitsPerChunk - 1) / unitsPerChunk, self)
        }
    }

    func run(chunk: Int) {
        let count = source.channels * channelSize + slack
        Scratch.withBounded(count + TileShape<V>.maximumRows * flatSize, of: Scalar.self) { room in
            Scratch.withBounded(depth, of: Int.self) { offsets in
                for channel in 0..<source.channels {
                    for (place, tap) in taps.enumerated() {
                        offsets[channel * taps.count + place] =
                            channel * channelSize + tap.plane * planeSize + tap.row * pitch + tap.column
                    }
                }
                (room + count - slack).update(repeating: 0, count: slack)
                for unit in chunk * unitsPerChunk..<min((chunk + 1) * unitsPerChunk, units) {
                    band(unit, room, UnsafePointer(offsets), room + count)
                }
            }
        }
    }

    private func band(
        _ unit: Int, _ planes: UnsafeMutablePointer<Scalar>, _ offsets: UnsafePointer<Int>,
        _ flat: UnsafeMutablePointer<Scalar>
    ) {
        let group = unit / bands
        let first = unit % bands * bandRows
        let rows = min(bandRows, self.rows.count - first)
        for channel in 0..<source.channels {
            for (place, plane) in source.planes.enumerated() {
                source.copy(
                    group * source.channels + channel, plane, first: first, rows: rows + extraRows, pitch: pitch,
                    planes + channel * channelSize + place * planeSize)
            }
        }
        let groupInSample = group % groups
        var weights = weights + groupInSample * target.channels * depth
        var panel = 0
        while panel < target.channels {
            if Interrupt.stopsWork { return }
            let height = TileShape<V>.height(target.channels - panel)
            convolve(planes, offsets, weights, height, length: rows * pitch, flat)
            weights += height * depth
            for row in 0..<height {
                let channel = groupInSample * target.channels + panel + row
                write(
                    flat + row * flatSize, first, rows, bias.map { $0[channel] } ?? 0,
                    (group * target.channels + panel + row) * target.height * target.width)
            }
            panel += height
        }
    }

    /// The sums for `height` output channels along the pixels of a band.
    @inline(__always)
    private func convolve(
        _ planes: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int>, _ weights: UnsafePointer<Scalar>,
        _ height: Int, length: Int, _ flat: UnsafeMutablePointer<Scalar>
    ) {
        let lanes = V.scalarCount
        var pixel = 0
        while pixel < length {
            let columns = min((length - pixel + lanes - 1) / lanes, 3)
            TileShape<V>.perform(
                rows: height, columns: columns,
                Part(
                    planes: planes + pixel, offsets: offsets, weights: weights, depth: depth, flat: flat + pixel,
                    flatSize: flatSize))
            pixel += columns * lanes
        }
    }

    private struct Part: TileWork {
        let planes: UnsafePointer<Scalar>
        let offsets: UnsafePointer<Int>
        let weights: UnsafePointer<Scalar>
        let depth: Int
        let flat: UnsafeMutablePointer<Scalar>
        let flatSize: Int

        func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
            var tile = Tile<V, Rows, Columns>()
            var weights = weights
            for k in 0..<depth {
                tile.addOuter(weights, 1, planes + offsets[k])
                weights += Rows.value
            }
            tile.store(flat, flatSize, accumulate: false)
        }
    }

    /// Whether a band is written as it is: no columns between rows, nor between what is written.
    private var isDense: Bool {
        pitch == target.width && pitch == columns.count && target.columns.step == 1 && target.rows.step == 1
    }

    /// Writes a band of one channel, without the columns between rows, to the image that starts at `image`.
    @inline(__always)
    private func write(_ flat: UnsafePointer<Scalar>, _ first: Int, _ rows: Int, _ bias: Scalar, _ image: Int) {
        switch target.finish {
        case .plain where isDense:
            let to = target.pixels + image + (target.rows.first + first) * target.width
            for x in 0..<rows * pitch { to[x] = flat[x] + bias }
        case .plain:
            for row in 0..<rows {
                let from = flat + row * pitch
                let y = target.rows.first + (first + row) * target.rows.step
                let to = target.pixels + image + y * target.width + target.columns.first
                if target.columns.step == 1 {
                    for x in 0..<columns.count { to[x] = from[x] + bias }
                } else {
                    for x in 0..<columns.count { to[x * target.columns.step] = from[x] + bias }
                }
            }
        case .reluPool(let positions):
            for row in 0..<rows / 2 {
                let start = image + (first / 2 + row) * target.width
                pool(flat + 2 * row * pitch, bias, target.pixels + start, positions + start)
            }
        }
    }

    @inline(__always)
    private func pool(
        _ from: UnsafePointer<Scalar>, _ bias: Scalar, _ to: UnsafeMutablePointer<Scalar>,
        _ positions: UnsafeMutablePointer<UInt8>
    ) {
        var x = 0
        if Scalar.self == Float.self {
            let upper = UnsafeRawPointer(from).assumingMemoryBound(to: Float.self)
            let to = UnsafeMutableRawPointer(to).assumingMemoryBound(to: Float.self)
            x = WindowPooling.pool(
                upper, upper + pitch, bias: unsafeBitCast(bias, to: Float.self), to, positions, target.width,
                readable: columns.count + extraColumns + slack)
        }
        while x < target.width {
            var greatest = from[2 * x]
            var place: UInt8 = 0
            for (number, value) in [
                (1 as UInt8, from[2 * x + 1]), (2, from[pitch + 2 * x]), (3, from[pitch + 2 * x + 1]),
            ] where value > greatest || (value != value && greatest == greatest) {
                greatest = value
                place = number
            }
            let value = positivePart(greatest + bias)
            to[x] = value
            positions[x] = value == 0 ? 4 : place
            x += 1
        }
    }

    /// Zero for what is below; NaN stays.
    @inline(__always)
    private func positivePart(_ value: Scalar) -> Scalar { value <= 0 ? 0 : value }
}
