import CSimd

/// Pooling of float32 images with vectors along rows of the result.
///
/// A row of the image is split into as many lines as the stride has columns, so that each column of the windows is a line
/// of neighbours.
enum LinePooling {
    /// Whether a row of the result fills a good part of a vector, and the rows of a window stay in the caches.
    static func suits(_ o: PoolGeometry) -> Bool {
        guard 2 * o.outWidth >= FloatVector.scalarCount else { return false }
        let (size, overflow) = PoolLines(o).size.multipliedReportingOverflow(by: o.size.0)
        return !overflow && size <= 1 << 17
    }

    /// Whether `maximum` does it: the number of a window's place has to fit in a byte.
    static func suitsMaximum(_ o: PoolGeometry) -> Bool { suits(o) && o.size.0 <= 256 / o.size.1 }

    /// Writes the greatest of each window, and its number in the window, row by row. NaN counts as the greatest.
    static func maximum(
        _ input: UnsafePointer<Float>, _ o: PoolGeometry, _ values: UnsafeMutablePointer<Float>,
        _ numbers: UnsafeMutablePointer<UInt8>
    ) {
        let lines = PoolLines(o)
        lines.share { planes in
            let taps = o.size.0 * o.size.1
            Scratch.withBounded(taps + 1, of: Int.self) { offsets in
                lines.writeOffsets(offsets)
                Scratch.withBounded(lines.rowSize, of: Int32.self) { firstColumns in
                    for x in 0..<lines.rowSize {
                        firstColumns[x] = Int32(truncatingIfNeeded: max(o.padding.1 - x * o.stride.1, 0))
                    }
                    Scratch.withBounded(o.size.0 * lines.size, of: Float.self) { room in
                        room.update(repeating: -.infinity, count: o.size.0 * lines.size)
                        for plane in planes {
                            let start = plane * o.outHeight * o.outWidth
                            for y in 0..<o.outHeight {
                                let rows = lines.split(input + plane * o.height * o.width, y, room)
                                maximumRow(
                                    o, rows, room, offsets, firstColumns, rest: (o.outHeight - y) * o.outWidth,
                                    values + (start + y * o.outWidth), numbers + (start + y * o.outWidth))
                            }
                        }
                    }
                }
            }
        }
    }

    /// - Parameters:
    ///   - rows: The rows of the windows that are in the image.
    ///   - rest: How many elements may be written, of which those after this row will be written again.
    private static func maximumRow(
        _ o: PoolGeometry, _ rows: Range<Int>, _ lines: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>,
        _ firstColumns: UnsafePointer<Int32>, rest: Int, _ values: UnsafeMutablePointer<Float>,
        _ numbers: UnsafeMutablePointer<UInt8>
    ) {
        let lanes = FloatVector.scalarCount
        let (first, end) = (rows.lowerBound * o.size.1, rows.upperBound * o.size.1)
        for x in stride(from: 0, to: o.outWidth, by: lanes) {
            var greatest = FloatVector(repeating: -.infinity)
            // What is padding is never chosen, even where all is as small as it.
            var number =
                IntVector(repeating: Int32(truncatingIfNeeded: first)) &+ IntVector.load(firstColumns + x)
            for k in first..<end {
                let value = FloatVector.load(lines + (offsets[k] &+ x))
                let isGreater = csimd_is_greater_or_nan(value, greatest)
                greatest = csimd_select(isGreater, value, greatest)
                number = csimd_select_int(
                    isGreater, IntVector(repeating: Int32(truncatingIfNeeded: k)), number)
            }
            if x + lanes <= rest {
                greatest.store(values + x)
                csimd_store_bytes(number, numbers + x)
            } else {
                for lane in 0..<min(lanes, o.outWidth - x) {
                    values[x + lane] = greatest[lane]
                    numbers[x + lane] = UInt8(truncatingIfNeeded: number[lane])
                }
            }
        }
    }

    /// Writes the gradient of `maximum` for its input: each of `g` added where its maximum stood.
    static func maximumGradient(
        _ g: UnsafePointer<Float>, _ numbers: UnsafePointer<UInt8>, _ o: PoolGeometry,
        _ result: UnsafeMutablePointer<Float>
    ) {
        let lines = PoolLines(o)
        let isPairs = o.size == (2, 2) && o.stride == (2, 2) && o.padding == (0, 0)
        let isByLines = o.size.0 * o.size.1 <= 16
        lines.share { planes in
            Scratch.withBounded(o.size.0 * o.size.1 + 1, of: Int.self) { offsets in
                lines.writeOffsets(offsets)
                Scratch.withBounded(lines.rowSize, of: Int32.self) { row in
                    Scratch.withBounded(lines.size + lines.rowSize, of: Float.self) { room in
                        room.update(repeating: 0, count: lines.size + lines.rowSize)
                        row.update(repeating: -1, count: lines.rowSize)
                        for plane in planes {
                            let image = result + plane * o.height * o.width
                            image.update(repeating: 0, count: o.height * o.width)
                            for y in 0..<o.outHeight {
                                let start = (plane * o.outHeight + y) * o.outWidth
                                if isPairs {
                                    spreadPairs(o, y, g + start, numbers + start, image)
                                } else if isByLines {
                                    spreadRow(
                                        lines, y, g + start, numbers + start, offsets, row, room, room + lines.size,
                                        image)
                                } else {
                                    scatterRow(o, y, g + start, numbers + start, image)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Windows of 2 by 2 that neither overlap nor leave the image.
    private static func spreadPairs(
        _ o: PoolGeometry, _ y: Int, _ g: UnsafePointer<Float>, _ numbers: UnsafePointer<UInt8>,
        _ image: UnsafeMutablePointer<Float>
    ) {
        let lanes = FloatVector.scalarCount
        let upper = image + 2 * y * o.width
        let lower = upper + o.width
        var x = 0
        while x &+ lanes <= o.outWidth {
            let (g, number) = (FloatVector.load(g + x), csimd_load_bytes(numbers + x))
            @inline(__always)
            func passing(_ place: Int32) -> FloatVector {
                csimd_select(csimd_is_equal(number, IntVector(repeating: place)), g, FloatVector())
            }
            @inline(__always)
            func write(_ even: FloatVector, _ odd: FloatVector, _ to: UnsafeMutablePointer<Float>) {
                csimd_interleave_low(even, odd).store(to)
                csimd_interleave_high(even, odd).store(to + lanes)
            }
            write(passing(0), passing(1), upper + 2 &* x)
            write(passing(2), passing(3), lower + 2 &* x)
            x &+= lanes
        }
        while x < o.outWidth {
            (numbers[x] < 2 ? upper : lower)[2 &* x &+ Int(numbers[x] & 1)] = g[x]
            x &+= 1
        }
    }

    private static func scatterRow(
        _ o: PoolGeometry, _ y: Int, _ g: UnsafePointer<Float>, _ numbers: UnsafePointer<UInt8>,
        _ image: UnsafeMutablePointer<Float>
    ) {
        for x in 0..<o.outWidth {
            let number = Int(numbers[x])
            let row = y * o.stride.0 - o.padding.0 + number / o.size.1
            image[row * o.width + x * o.stride.1 - o.padding.1 + number % o.size.1] += g[x]
        }
    }

    private static func spreadRow(
        _ lines: PoolLines, _ y: Int, _ g: UnsafePointer<Float>, _ numbers: UnsafePointer<UInt8>,
        _ offsets: UnsafePointer<Int>, _ places: UnsafeMutablePointer<Int32>, _ room: UnsafeMutablePointer<Float>,
        _ gradients: UnsafeMutablePointer<Float>, _ image: UnsafeMutablePointer<Float>
    ) {
        let o = lines.o
        for x in 0..<o.outWidth {
            gradients[x] = g[x]
            places[x] = Int32(numbers[x])
        }
        let (start, rows) = lines.rows(y)
        for row in rows {
            room.update(repeating: 0, count: lines.size)
            for j in 0..<o.size.1 {
                let number = IntVector(repeating: Int32(truncatingIfNeeded: row * o.size.1 + j))
                let to = room + offsets[j]
                for x in stride(from: 0, to: o.outWidth, by: FloatVector.scalarCount) {
                    let passing = csimd_select(
                        csimd_is_equal(.load(places + x), number), .load(gradients + x), FloatVector())
                    (FloatVector.load(to + x) + passing).store(to + x)
                }
            }
            lines.merge(room, into: image + (start + row) * o.width)
        }
    }

    /// Writes the mean of each window, padding counted as zeros.
    static func mean(_ input: UnsafePointer<Float>, _ o: PoolGeometry, _ result: UnsafeMutablePointer<Float>) {
        let lines = PoolLines(o)
        let lanes = FloatVector.scalarCount
        let count = FloatVector(repeating: Float(o.size.0 * o.size.1))
        lines.share { planes in
            Scratch.withBounded(o.size.0 * o.size.1 + 1, of: Int.self) { offsets in
                lines.writeOffsets(offsets)
                Scratch.withBounded(o.size.0 * lines.size, of: Float.self) { room in
                    room.update(repeating: 0, count: o.size.0 * lines.size)
                    for plane in planes {
                        for y in 0..<o.outHeight {
                            let rows = lines.split(input + plane * o.height * o.width, y, room)
                            let to = result + (plane * o.outHeight + y) * o.outWidth
                            for x in stride(from: 0, to: o.outWidth, by: lanes) {
                                var sum = FloatVector()
                                for k in rows.lowerBound * o.size.1..<rows.upperBound * o.size.1 {
                                    sum += .load(room + (offsets[k] &+ x))
                                }
                                let mean = sum / count
                                if x + lanes <= (o.outHeight - y) * o.outWidth {
                                    mean.store(to + x)
                                } else {
                                    mean.store(to + x, count: min(lanes, o.outWidth - x))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Writes the gradient of `mean` for its input.
    static func meanGradient(_ g: UnsafePointer<Float>, _ o: PoolGeometry, _ result: UnsafeMutablePointer<Float>) {
        let lines = PoolLines(o)
        let count = Float(o.size.0 * o.size.1)
        lines.share { planes in
            Scratch.withBounded(o.size.0 * o.size.1 + 1, of: Int.self) { offsets in
                lines.writeOffsets(offsets)
                Scratch.withBounded(lines.size + lines.rowSize, of: Float.self) { room in
                    let shares = room + lines.size
                    shares.update(repeating: 0, count: lines.rowSize)
                    for plane in planes {
                        let image = result + plane * o.height * o.width
                        image.update(repeating: 0, count: o.height * o.width)
                        for y in 0..<o.outHeight {
                            let from = g + (plane * o.outHeight + y) * o.outWidth
                            for x in 0..<o.outWidth { shares[x] = from[x] / count }
                            room.update(repeating: 0, count: lines.size)
                            for j in 0..<o.size.1 {
                                let to = room + offsets[j]
                                for x in stride(from: 0, to: o.outWidth, by: FloatVector.scalarCount) {
                                    (FloatVector.load(to + x) + .load(shares + x)).store(to + x)
                                }
                            }
                            let (start, rows) = lines.rows(y)
                            for row in rows { lines.merge(room, into: image + (start + row) * o.width) }
                        }
                    }
                }
            }
        }
    }
}

/// The lines that rows of an image are split into: column `c` of the padded row is element `c / stride` of line
/// `c % stride`.
private struct PoolLines {
    let o: PoolGeometry
    /// Elements of a line; vectors may go on after the last that counts.
    private let pitch: Int

    init(_ o: PoolGeometry) {
        self.o = o
        pitch = (o.width + 2 * o.padding.1) / o.stride.1 + 1 + o.size.1 / o.stride.1 + FloatVector.scalarCount
    }

    /// Elements of the lines of one row.
    var size: Int { min(o.stride.1, o.width + 2 * o.padding.1) * pitch }
    /// A row of the result, and on to the end of its last vector.
    var rowSize: Int { o.outWidth + FloatVector.scalarCount }

    /// Calls `body` with the planes of each chunk; a chunk is some 16,000 pixels.
    func share(_ body: (Range<Int>) -> Void) {
        let perChunk = max(16384 / max(o.height * o.width, 1), 1)
        Threads.parallelFor((o.planes + perChunk - 1) / perChunk) { chunk in
            body(chunk * perChunk..<min((chunk + 1) * perChunk, o.planes))
        }
    }

    /// For each place of a window, that of the first window's element in the lines of its rows.
    func writeOffsets(_ offsets: UnsafeMutablePointer<Int>) {
        for i in 0..<o.size.0 {
            for j in 0..<o.size.1 {
                offsets[i * o.size.1 + j] = i * size + j % o.stride.1 * pitch + j / o.stride.1
            }
        }
    }

    /// The first row of the windows of row `y` of the result, and which of their rows are in the image.
    func rows(_ y: Int) -> (start: Int, Range<Int>) {
        let start = y * o.stride.0 - o.padding.0
        return (start, max(-start, 0)..<min(o.size.0, o.height - start))
    }

    /// Splits the rows of the windows of row `y`, and returns which of them are in the image.
    @inline(__always)
    func split(_ image: UnsafePointer<Float>, _ y: Int, _ lines: UnsafeMutablePointer<Float>) -> Range<Int> {
        let (start, rows) = rows(y)
        for row in rows { split(image + (start + row) * o.width, lines + row * size) }
        return rows
    }

    /// The places of even columns with stride 2, and of odd ones.
    @inline(__always)
    private func halves(_ lines: UnsafeMutablePointer<Float>) -> (
        UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
    ) {
        let next = o.padding.1 + 1
        return (lines + ((o.padding.1 & 1) &* pitch &+ o.padding.1 / 2), lines + ((next & 1) &* pitch &+ next / 2))
    }

    private func split(_ row: UnsafePointer<Float>, _ lines: UnsafeMutablePointer<Float>) {
        let lanes = FloatVector.scalarCount
        var column = 0
        switch o.stride.1 {
        case 1:
            let to = lines + o.padding.1
            while column &+ lanes <= o.width {
                FloatVector.load(row + column).store(to + column)
                column &+= lanes
            }
            while column < o.width {
                to[column] = row[column]
                column &+= 1
            }
        case 2:
            let (even, odd) = halves(lines)
            while column &+ 2 &* lanes <= o.width {
                let (a, b) = (FloatVector.load(row + column), FloatVector.load(row + (column &+ lanes)))
                csimd_even(a, b).store(even + column / 2)
                csimd_odd(a, b).store(odd + column / 2)
                column &+= 2 &* lanes
            }
            while column < o.width {
                (column & 1 == 0 ? even : odd)[column / 2] = row[column]
                column &+= 1
            }
        default:
            forEachColumn { place, column in lines[place] = row[column] }
        }
    }

    /// Adds what is in lines to a row of an image.
    func merge(_ lines: UnsafeMutablePointer<Float>, into row: UnsafeMutablePointer<Float>) {
        let lanes = FloatVector.scalarCount
        var column = 0
        switch o.stride.1 {
        case 1:
            let from = lines + o.padding.1
            for column in 0..<o.width { row[column] += from[column] }
        case 2:
            let (even, odd) = halves(lines)
            while column &+ 2 &* lanes <= o.width {
                let (a, b) = (FloatVector.load(even + column / 2), FloatVector.load(odd + column / 2))
                let to = row + column
                (FloatVector.load(to) + csimd_interleave_low(a, b)).store(to)
                (FloatVector.load(to + lanes) + csimd_interleave_high(a, b)).store(to + lanes)
                column &+= 2 &* lanes
            }
            while column < o.width {
                row[column] += (column & 1 == 0 ? even : odd)[column / 2]
                column &+= 1
            }
        default:
            forEachColumn { place, column in row[column] += lines[place] }
        }
    }

    /// Calls `body` with the place in the lines of each column of an image.
    @inline(__always)
    private func forEachColumn(_ body: (_ place: Int, _ column: Int) -> Void) {
        var (line, element) = (o.padding.1 % o.stride.1, o.padding.1 / o.stride.1)
        for column in 0..<o.width {
            body(line &* pitch &+ element, column)
            line &+= 1
            if line == o.stride.1 { (line, element) = (0, element &+ 1) }
        }
    }
}
