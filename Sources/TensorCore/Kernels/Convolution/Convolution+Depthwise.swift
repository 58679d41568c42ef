/// Convolutions in which each channel has one filter of its own, and their gradients: plane by plane.
///
/// A plane is copied into a frame of zeros, in which every element of the filter is a fixed distance from the result's
/// place; vectors run along the frame. With stride 1 they run on from row to row, and what they make between rows is left
/// out; else all places of a row are made, and every n-th is taken.
struct DepthwiseFrame {
    let height: Int
    let pitch: Int
    /// Where the plane's first pixel is put, and how far apart the others.
    private let rows: PlaneAxis
    private let columns: PlaneAxis
    /// The rows and columns of the plane that are in the frame.
    private let rowRange: Range<Int>
    private let columnRange: Range<Int>
    private let width: Int

    /// Elements of a frame at most: larger images are convolved in bands.
    private static let largest = 1 << 18

    var size: Int { height * pitch }

    /// - Parameters:
    ///   - rows: Where the rows of the plane go, all of them; some may be outside. Likewise `columns`.
    private init?(height: Int, pitch: Int, rows: PlaneAxis, columns: PlaneAxis) {
        let (size, overflow) = height.multipliedReportingOverflow(by: pitch)
        guard !overflow, size <= DepthwiseFrame.largest else { return nil }
        (self.height, self.pitch, self.rows, self.columns, width) = (height, pitch, rows, columns, columns.count)
        rowRange = DepthwiseFrame.inside(rows, height)
        columnRange = DepthwiseFrame.inside(columns, pitch)
    }

    /// The pixels of an axis that are in a frame of `size`.
    private static func inside(_ axis: PlaneAxis, _ size: Int) -> Range<Int> {
        let first = axis.first < 0 ? (axis.step - 1 - axis.first) / axis.step : 0
        let end = size > axis.first ? (size - axis.first + axis.step - 1) / axis.step : 0
        let low = min(first, axis.count)
        return low..<max(min(end, axis.count), low)
    }

    /// Whether there is one input and one output channel to a group.
    private static func suits(_ o: ConvolutionGeometry) -> Bool { o.groupChannels == 1 && o.groupOutChannels == 1 }

    /// What the result's places read: the input with zeros around it. `nil` where another kernel is to be used.
    static func forward(_ o: ConvolutionGeometry) -> DepthwiseFrame? {
        guard suits(o) else { return nil }
        return DepthwiseFrame(
            height: o.height + 2 * o.padding.0, pitch: o.width + 2 * o.padding.1,
            rows: PlaneAxis(first: o.padding.0, step: 1, count: o.height),
            columns: PlaneAxis(first: o.padding.1, step: 1, count: o.width))
    }

    /// What the input's places read with the filter turned round: the result's gradient, `stride` apart.
    static func reverse(_ o: ConvolutionGeometry) -> DepthwiseFrame? {
        guard suits(o) else { return nil }
        let reach = (o.dilation.0 * (o.kernel.0 - 1), o.dilation.1 * (o.kernel.1 - 1))
        return DepthwiseFrame(
            height: o.height + reach.0, pitch: o.width + reach.1,
            rows: PlaneAxis(first: reach.0 - o.padding.0, step: o.stride.0, count: o.outHeight),
            columns: PlaneAxis(first: reach.1 - o.padding.1, step: o.stride.1, count: o.outWidth))
    }

    /// Copies a plane to its place; what is around it stays.
    @inline(__always)
    func copy<Scalar>(_ plane: UnsafePointer<Scalar>, to frame: UnsafeMutablePointer<Scalar>) {
        for row in rowRange {
            let from = plane + (row &* width &+ columnRange.lowerBound)
            let to =
                frame
                + ((rows.first &+ row &* rows.step) &* pitch &+ columns.first &+ columnRange.lowerBound &* columns.step)
            copyLine(from, 1, to, columns.step, columnRange.count)
        }
    }

    /// Writes the distances of the filter's elements, row by row; `isTurned` for the filter turned round.
    func writeOffsets(_ o: ConvolutionGeometry, isTurned: Bool, _ offsets: UnsafeMutablePointer<Int>) {
        let (height, width) = o.kernel
        for i in 0..<height {
            for j in 0..<width {
                let (down, across) = isTurned ? (height - 1 - i, width - 1 - j) : (i, j)
                offsets[i * width + j] = down * o.dilation.0 * pitch + across * o.dilation.1
            }
        }
    }
}

/// Copies `count` elements; without a call, as lines are short.
@inline(__always)
private func copyLine<Scalar>(
    _ from: UnsafePointer<Scalar>, _ fromStep: Int, _ to: UnsafeMutablePointer<Scalar>, _ toStep: Int, _ count: Int
) {
    var i = 0
    if fromStep == 1 && toStep == 1 {
        while i &+ 4 <= count {
            let (a, b, c, d) = (from[i], from[i &+ 1], from[i &+ 2], from[i &+ 3])
            (to[i], to[i &+ 1], to[i &+ 2], to[i &+ 3]) = (a, b, c, d)
            i &+= 4
        }
    }
    while i < count {
        to[i &* toStep] = from[i &* fromStep]
        i &+= 1
    }
}

/// Rows of a result as lines along a frame: one line over all rows where the stride is 1, else one for each row.
private struct DepthwiseLines {
    let count: Int
    let length: Int
    /// From one line to the next in the frame.
    let frameDistance: Int
    /// From one row of the result to the next along the lines, which lie one after the other, and from one place of it to the
    /// next.
    let rowDistance: Int
    let step: Int

    init(_ frame: DepthwiseFrame, rows: Int, columns: Int, stride: (Int, Int), lanes: Int) {
        step = stride.1
        if stride == (1, 1) {
            count = 1
            length = ((rows - 1) * frame.pitch + columns + lanes - 1) / lanes * lanes
            frameDistance = 0
            rowDistance = frame.pitch
        } else {
            count = rows
            length = ((columns - 1) * stride.1 + lanes) / lanes * lanes
            frameDistance = stride.0 * frame.pitch
            rowDistance = length
        }
    }

    var size: Int { count * length }
}

/// The convolution of framed planes; also the gradient for the input.
struct DepthwiseConvolution<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    private let o: ConvolutionGeometry
    private let frame: DepthwiseFrame
    private let lines: DepthwiseLines
    private let isReverse: Bool
    private let source: UnsafePointer<Scalar>
    private let sourceSize: Int
    private let weight: UnsafePointer<Scalar>
    private let bias: UnsafePointer<Scalar>?
    private let result: UnsafeMutablePointer<Scalar>
    private let rows: Int
    private let columns: Int
    private let planesPerChunk: Int

    private var planes: Int { o.samples * o.groups }
    private var taps: Int { o.kernel.0 * o.kernel.1 }

    static func forward(
        _ o: ConvolutionGeometry, _ frame: DepthwiseFrame, _ input: UnsafePointer<Scalar>,
        _ weight: UnsafePointer<Scalar>, _ bias: UnsafePointer<Scalar>?, _ result: UnsafeMutablePointer<Scalar>
    ) {
        DepthwiseConvolution(
            o, frame, isReverse: false, input, o.height * o.width, weight, bias, result, rows: o.outHeight,
            columns: o.outWidth, stride: o.stride
        ).run()
    }

    static func reverse(
        _ o: ConvolutionGeometry, _ frame: DepthwiseFrame, _ g: UnsafePointer<Scalar>, _ weight: UnsafePointer<Scalar>,
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        DepthwiseConvolution(
            o, frame, isReverse: true, g, o.outHeight * o.outWidth, weight, nil, result, rows: o.height,
            columns: o.width, stride: (1, 1)
        ).run()
    }

    private init(
        _ o: ConvolutionGeometry, _ frame: DepthwiseFrame, isReverse: Bool, _ source: UnsafePointer<Scalar>,
        _ sourceSize: Int, _ weight: UnsafePointer<Scalar>, _ bias: UnsafePointer<Scalar>?,
        _ result: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, stride: (Int, Int)
    ) {
        (self.o, self.frame, self.isReverse) = (o, frame, isReverse)
        (self.source, self.sourceSize) = (source, sourceSize)
        (self.weight, self.bias, self.result) = (weight, bias, result)
        (self.rows, self.columns) = (rows, columns)
        lines = DepthwiseLines(frame, rows: rows, columns: columns, stride: stride, lanes: V.scalarCount)
        planesPerChunk = max(WorkSize.elements / max(frame.size, 1), 1)
    }

    private func run() {
        guard planes > 0, rows > 0, columns > 0 else { return }
        Threads.perform((planes + planesPerChunk - 1) / planesPerChunk, self)
    }

    func run(chunk: Int) {
        let frameCount = frame.size + lines.length + V.scalarCount
        Scratch.withBounded(taps, of: Int.self) { offsets in
            frame.writeOffsets(o, isTurned: isReverse, offsets)
            Scratch.withBounded(frameCount + lines.size, of: Scalar.self) { room in
                room.update(repeating: 0, count: frameCount)
                let sums = room + frameCount
                for plane in chunk * planesPerChunk..<min((chunk + 1) * planesPerChunk, planes) {
                    let channel = plane % o.groups
                    frame.copy(source + plane * sourceSize, to: room)
                    for line in 0..<lines.count {
                        convolve(
                            room + line * lines.frameDistance, weight + channel * taps, offsets,
                            sums + line * lines.length)
                    }
                    write(sums, bias.map { $0[channel] } ?? 0, result + plane * rows * columns)
                }
            }
        }
    }

    private func convolve(
        _ frame: UnsafePointer<Scalar>, _ weight: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int>,
        _ sums: UnsafeMutablePointer<Scalar>
    ) {
        let lanes = V.scalarCount
        var x = 0
        while x &+ 4 &* lanes <= lines.length {
            var (a, b, c, d) = (V(), V(), V(), V())
            for k in 0..<taps {
                let factor = V(repeating: weight[k])
                let from = frame + (x &+ offsets[k])
                a.multiplyAdd(factor, .load(from))
                b.multiplyAdd(factor, .load(from + lanes))
                c.multiplyAdd(factor, .load(from + 2 &* lanes))
                d.multiplyAdd(factor, .load(from + 3 &* lanes))
            }
            a.store(sums + x)
            b.store(sums + (x &+ lanes))
            c.store(sums + (x &+ 2 &* lanes))
            d.store(sums + (x &+ 3 &* lanes))
            x &+= 4 &* lanes
        }
        while x < lines.length {
            var a = V()
            for k in 0..<taps { a.multiplyAdd(V(repeating: weight[k]), .load(frame + (x &+ offsets[k]))) }
            a.store(sums + x)
            x &+= lanes
        }
    }

    private func write(_ sums: UnsafePointer<Scalar>, _ bias: Scalar, _ to: UnsafeMutablePointer<Scalar>) {
        for row in 0..<rows {
            let from = sums + row &* lines.rowDistance
            let to = to + row &* columns
            if bias == 0 {
                copyLine(from, lines.step, to, 1, columns)
            } else {
                for x in 0..<columns { to[x] = from[x &* lines.step] + bias }
            }
        }
    }
}

/// The gradient for the filters: `dw[c, i, j] = sum over n, y, x of g[n, c, y, x] * frame[n, c][y * stride + i, ...]`.
///
/// A channel's sums over the samples are made one after the other, in vectors of which each adds up some thousand
/// products at most; these are added in double precision.
struct DepthwiseWeightGradient<V: KernelVector>: ChunkedWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    private let o: ConvolutionGeometry
    private let frame: DepthwiseFrame
    private let lines: DepthwiseLines
    private let gradients: UnsafePointer<Scalar>
    private let input: UnsafePointer<Scalar>
    private let result: UnsafeMutablePointer<Scalar>
    private let channelsPerChunk: Int

    private var taps: Int { o.kernel.0 * o.kernel.1 }

    static func run(
        _ g: UnsafePointer<Scalar>, _ input: UnsafePointer<Scalar>, _ o: ConvolutionGeometry, _ frame: DepthwiseFrame,
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        let perChunk = max(WorkSize.elements / max(o.samples * frame.size, 1), 1)
        Threads.perform(
            (o.groups + perChunk - 1) / perChunk,
            DepthwiseWeightGradient(
                o: o, frame: frame,
                lines: DepthwiseLines(
                    frame, rows: o.outHeight, columns: o.outWidth, stride: o.stride, lanes: V.scalarCount),
                gradients: g, input: input, result: result, channelsPerChunk: perChunk))
    }

    func run(chunk: Int) {
        let frameCount = frame.size + lines.length + V.scalarCount
        let sumCount = taps * V.scalarCount
        Scratch.withBounded(taps, of: Int.self) { offsets in
            frame.writeOffsets(o, isTurned: false, offsets)
            Scratch.withBounded(frameCount + lines.size + sumCount, of: Scalar.self) { room in
                room.update(repeating: 0, count: frameCount + lines.size)
                let spread = room + frameCount
                let sums = spread + lines.size
                Scratch.withBounded(taps, of: Double.self) { totals in
                    for channel in chunk * channelsPerChunk..<min((chunk + 1) * channelsPerChunk, o.groups) {
                        totals.update(repeating: 0, count: taps)
                        for first in stride(from: 0, to: o.samples, by: samplesPerSum) {
                            sums.update(repeating: 0, count: sumCount)
                            for sample in first..<min(first + samplesPerSum, o.samples) {
                                let plane = sample * o.groups + channel
                                frame.copy(input + plane * o.height * o.width, to: room)
                                spreadGradients(gradients + plane * o.outHeight * o.outWidth, to: spread)
                                add(room, offsets, spread, sums)
                            }
                            for k in 0..<taps { totals[k] += Double(V.load(sums + k * V.scalarCount).laneSum) }
                        }
                        for k in 0..<taps { result[channel * taps + k] = Scalar(totals[k]) }
                    }
                }
            }
        }
    }

    private var samplesPerSum: Int { max((1 << 14) / max(lines.size, 1), 1) }

    private func spreadGradients(_ from: UnsafePointer<Scalar>, to spread: UnsafeMutablePointer<Scalar>) {
        for row in 0..<o.outHeight {
            copyLine(from + row &* o.outWidth, 1, spread + row &* lines.rowDistance, lines.step, o.outWidth)
        }
    }

    private func add(
        _ frame: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int>, _ spread: UnsafePointer<Scalar>,
        _ sums: UnsafeMutablePointer<Scalar>
    ) {
        let parts = (taps + PatchBlock.mostRows - 1) / PatchBlock.mostRows
        let most = (taps + parts - 1) / parts
        for first in stride(from: 0, to: taps, by: most) {
            PatchBlock.perform(
                rows: min(most, taps - first), vectors: 1,
                Part(
                    lines: lines, frame: frame, offsets: offsets + first, gradients: spread,
                    sums: sums + first * V.scalarCount))
        }
    }

    private struct Part: PatchWork {
        let lines: DepthwiseLines
        let frame: UnsafePointer<Scalar>
        let offsets: UnsafePointer<Int>
        let gradients: UnsafePointer<Scalar>
        let sums: UnsafeMutablePointer<Scalar>

        func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
            var tile = Tile<V, Rows, Count1> { UnsafePointer(sums + $0 &* V.scalarCount) }
            var gradients = gradients
            for line in 0..<lines.count {
                var from = frame + line &* lines.frameDistance
                for _ in 0..<lines.length / V.scalarCount {
                    tile.addInner(.load(gradients)) { from + offsets[$0] }
                    from += V.scalarCount
                    gradients += V.scalarCount
                }
            }
            tile.store(sums, V.scalarCount, accumulate: false)
        }
    }
}
