/// An image with the channels of a pixel side by side and zeros around it, and in it the patches that filters cover:
/// rows of equal length, each one run of memory.
struct PatchLayout {
    private let geometry: ConvolutionGeometry
    /// Of a group.
    let channels: Int
    /// Elements of a line of pixels, and of all.
    let lineLength: Int
    let imageSize: Int
    /// Vectors may read on after the last pixel.
    let slack: Int

    /// Whether rows of a patch are single pixels, because those of a filter's row are not neighbours.
    private let rowsArePixels: Bool
    /// A patch is so many sets of rows, the sets and the rows of a set a fixed distance apart: one set whose rows are
    /// those of the filter, or with dilation a set for each row of the filter, whose rows are single pixels.
    private let sets: Int
    private let setDistance: Int
    private let rows: Int
    let rowDistance: Int
    private let length: Int
    /// The length of a row of a filter that is laid out as a patch: whole vectors, zeros at the end.
    let paddedLength: Int
    var filterSize: Int { sets * rows * paddedLength }

    /// - Throws: `TensorError.outOfMemory` for images that no memory holds.
    init(_ o: ConvolutionGeometry) throws {
        geometry = o
        channels = o.groupChannels
        let (line, lineOverflow) = (o.width + 2 * o.padding.1).multipliedReportingOverflow(by: channels)
        let (size, sizeOverflow) = (o.height + 2 * o.padding.0).multipliedReportingOverflow(by: line)
        guard !lineOverflow, !sizeOverflow, size < 1 << 28 else {
            throw TensorError.outOfMemory(byteCount: lineOverflow || sizeOverflow || size > 1 << 60 ? .max : 4 * size)
        }
        lineLength = line
        imageSize = size
        rowsArePixels = o.dilation.1 != 1
        // A filter of one row has no distance between rows, whatever its dilation.
        let down = o.kernel.0 > 1 ? o.dilation.0 * lineLength : 0
        if rowsArePixels {
            (sets, setDistance) = (o.kernel.0, down)
            (rows, rowDistance, length) = (o.kernel.1, o.kernel.1 > 1 ? o.dilation.1 * channels : 0, channels)
        } else {
            (sets, setDistance) = (1, 0)
            (rows, rowDistance, length) = (o.kernel.0, down, o.kernel.1 * channels)
        }
        let lanes = FloatVector.scalarCount
        paddedLength = (length + lanes - 1) / lanes * lanes
        slack = paddedLength
    }

    /// Calls `body` with the place of each element of a filter in a patch, and in the filter's `[C, kH, kW]`.
    @inline(__always)
    func forEachElement(_ body: (_ patchPlace: Int, _ filterPlace: Int) -> Void) {
        let (height, width) = geometry.kernel
        for channel in 0..<channels {
            for i in 0..<height {
                for j in 0..<width {
                    let place =
                        rowsArePixels
                        ? (i &* rows &+ j) &* paddedLength &+ channel
                        : i &* paddedLength &+ j &* channels &+ channel
                    body(place, (channel &* height &+ i) &* width &+ j)
                }
            }
        }
    }

    /// Copies the planes of an image `[C, H, W]` to the inside of `image`.
    func copy(_ planes: UnsafePointer<Float>, to image: UnsafeMutablePointer<Float>) {
        forEachLine { plane, place in
            let (from, to) = (planes + plane, image + place)
            if channels == 1 {
                to.update(from: from, count: geometry.width)
            } else {
                for x in 0..<geometry.width { to[x &* channels] = from[x] }
            }
        }
    }

    /// The way back.
    func copy(_ image: UnsafePointer<Float>, toPlanes planes: UnsafeMutablePointer<Float>) {
        forEachLine { plane, place in
            let (from, to) = (image + place, planes + plane)
            for x in 0..<geometry.width { to[x] = from[x &* channels] }
        }
    }

    @inline(__always)
    private func forEachLine(_ body: (_ plane: Int, _ place: Int) -> Void) {
        for channel in 0..<channels {
            for y in 0..<geometry.height {
                body(
                    (channel &* geometry.height &+ y) &* geometry.width,
                    (y &+ geometry.padding.0) &* lineLength &+ geometry.padding.1 &* channels &+ channel)
            }
        }
    }

    /// Calls `body` for blocks of rows and vectors that cover a filter and stay in registers.
    @inline(__always)
    func forEachBlock(_ body: (PatchBlock) -> Void) {
        let vectors = paddedLength / FloatVector.scalarCount
        let height = PatchLayout.evenPart(rows, most: PatchBlock.mostRows)
        let width = PatchLayout.evenPart(vectors, most: min(PatchBlock.mostVectors / height, 3))
        for set in 0..<sets {
            for row in stride(from: 0, to: rows, by: height) {
                for vector in stride(from: 0, to: vectors, by: width) {
                    let column = vector * FloatVector.scalarCount
                    body(
                        PatchBlock(
                            rows: min(height, rows - row), vectors: min(width, vectors - vector),
                            place: (set * rows + row) * paddedLength + column,
                            imagePlace: set * setDistance + row * rowDistance + column))
                }
            }
        }
    }

    /// The size of parts that are about equal and hold `most` at most.
    private static func evenPart(_ count: Int, most: Int) -> Int {
        let parts = (count + most - 1) / most
        return (count + parts - 1) / parts
    }
}

/// A part of a patch: neighbouring rows and vectors.
struct PatchBlock {
    static let mostRows = 5
    static let mostVectors = 12

    let rows: Int
    let vectors: Int
    /// Where it starts in a filter that is laid out as a patch, and from the start of a patch in an image.
    let place: Int
    let imagePlace: Int

    /// Does `work` with the kernel for a size, each of which is a function of its own.
    @inline(__always)
    static func perform<Work: PatchWork>(rows: Int, vectors: Int, _ work: Work) {
        switch vectors {
        case 1: perform(rows, Count1.self, work)
        case 2: perform(rows, Count2.self, work)
        default: perform(rows, Count3.self, work)
        }
    }

    @inline(__always)
    private static func perform<Work: PatchWork, Columns: TileCount>(_ rows: Int, _: Columns.Type, _ work: Work) {
        switch rows {
        case 1: work.run(Count1.self, Columns.self)
        case 2: work.run(Count2.self, Columns.self)
        case 3: work.run(Count3.self, Columns.self)
        case 4: work.run(Count4.self, Columns.self)
        default: work.run(Count5.self, Columns.self)
        }
    }
}

/// What is done with a block of a size that only the run decides.
protocol PatchWork {
    func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type)
}
