/// Pooling of images in `[N, C, H, W]`: each plane by itself, planes shared among threads.
enum Pooling {
    /// Operands are contiguous; `indices` are int64.
    static func maximum(_ input: Tensor, _ geometry: PoolGeometry, values: Tensor, indices: Tensor) {
        if values.dtype == .float32 {
            maximum(
                input.pointer(Float.self), geometry, values.pointer(Float.self), indices.pointer(Int64.self))
        } else {
            maximum(
                input.pointer(Double.self), geometry, values.pointer(Double.self), indices.pointer(Int64.self))
        }
    }

    /// The same of float32 where `LinePooling.suitsMaximum`, with the number of each place in its window (uint8).
    static func maximum(_ input: Tensor, _ geometry: PoolGeometry, values: Tensor, numbers: Tensor) {
        LinePooling.maximum(
            input.pointer(Float.self), geometry, values.pointer(Float.self), numbers.pointer(UInt8.self))
    }

    /// The gradient of that; writes all of `result`.
    static func maximumGradient(_ g: Tensor, numbers: Tensor, _ geometry: PoolGeometry, into result: Tensor) {
        let numbers = numbers.checkedPointer(UInt8.self, g.count)
        LinePooling.maximumGradient(g.pointer(Float.self), numbers, geometry, result.pointer(Float.self))
    }

    /// Writes for each number of a place in its window that place in the plane, as `indices` of `maximum`.
    static func indices(_ numbers: Tensor, _ o: PoolGeometry, into indices: Tensor) {
        let (numbers, indices) = (numbers.pointer(UInt8.self), indices.pointer(Int64.self))
        forEachPlane(o.planes, o.outHeight * o.outWidth) { plane in
            var i = plane * o.outHeight * o.outWidth
            for y in 0..<o.outHeight {
                for x in 0..<o.outWidth {
                    let number = Int(numbers[i])
                    let row = y * o.stride.0 - o.padding.0 + number / o.size.1
                    indices[i] = Int64(row * o.width + x * o.stride.1 - o.padding.1 + number % o.size.1)
                    i += 1
                }
            }
        }
    }

    /// Adds to `result`, which is zero before.
    ///
    /// - Throws: `TensorError.indexOutOfRange` for a position outside a plane.
    static func maximumGradient(_ g: Tensor, _ indices: Tensor, into result: Tensor) throws {
        let planeSize = result.shape[2] * result.shape[3]
        let positions = indices.pointer(Int64.self)
        for i in 0..<indices.count where positions[i] < 0 || positions[i] >= planeSize {
            throw TensorError.indexOutOfRange(
                axis: 2, size: planeSize, index: Int(positions[i]))
        }
        let planes = result.shape[0] * result.shape[1]
        let windows = g.shape[2] * g.shape[3]
        if result.dtype == .float32 {
            scatter(g.pointer(Float.self), positions, planes, windows, planeSize, result.pointer(Float.self))
        } else {
            scatter(g.pointer(Double.self), positions, planes, windows, planeSize, result.pointer(Double.self))
        }
    }

    static func mean(_ input: Tensor, _ geometry: PoolGeometry, into result: Tensor) {
        if result.dtype == .float32 && LinePooling.suits(geometry) {
            LinePooling.mean(input.pointer(Float.self), geometry, result.pointer(Float.self))
        } else if result.dtype == .float32 {
            mean(input.pointer(Float.self), geometry, result.pointer(Float.self))
        } else {
            mean(input.pointer(Double.self), geometry, result.pointer(Double.self))
        }
    }

    static func meanGradient(_ g: Tensor, _ geometry: PoolGeometry, into result: Tensor) {
        if result.dtype == .float32 && LinePooling.suits(geometry) {
            LinePooling.meanGradient(g.pointer(Float.self), geometry, result.pointer(Float.self))
        } else if result.dtype == .float32 {
            meanGradient(g.pointer(Float.self), geometry, result.pointer(Float.self))
        } else {
            meanGradient(g.pointer(Double.self), geometry, result.pointer(Double.self))
        }
    }

    /// Calls `body` with each plane's number; a chunk is some 16,000 pixels.
    private static func forEachPlane(_ planes: Int, _ planeSize: Int, _ body: (Int) -> Void) {
        let perChunk = max(16384 / max(planeSize, 1), 1)
        Threads.parallelFor((planes + perChunk - 1) / perChunk) { chunk in
            for plane in chunk * perChunk..<min((chunk + 1) * perChunk, planes) { body(plane) }
        }
    }

    @inline(__always)
    private static func maximum<Scalar: BinaryFloatingPoint>(
        _ input: UnsafePointer<Scalar>, _ o: PoolGeometry, _ values: UnsafeMutablePointer<Scalar>,
        _ indices: UnsafeMutablePointer<Int64>
    ) {
        forEachPlane(o.planes, o.height * o.width) { plane in
            let image = input + plane * o.height * o.width
            let outStart = plane * o.outHeight * o.outWidth
            for y in 0..<o.outHeight {
                let rows = window(y, o.stride.0, o.padding.0, o.size.0, o.height)
                for x in 0..<o.outWidth {
                    let columns = window(x, o.stride.1, o.padding.1, o.size.1, o.width)
                    var place = rows.lowerBound * o.width + columns.lowerBound
                    var greatest = image[place]
                    for row in rows {
                        for column in columns {
                            let value = image[row * o.width + column]
                            // NaN stays, once met.
                            if value > greatest || (value != value && greatest == greatest) {
                                greatest = value
                                place = row * o.width + column
                            }
                        }
                    }
                    values[outStart + y * o.outWidth + x] = greatest
                    indices[outStart + y * o.outWidth + x] = Int64(place)
                }
            }
        }
    }

    @inline(__always)
    private static func scatter<Scalar: BinaryFloatingPoint>(
        _ g: UnsafePointer<Scalar>, _ positions: UnsafePointer<Int64>, _ planes: Int, _ windows: Int, _ planeSize: Int,
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        forEachPlane(planes, planeSize) { plane in
            let image = result + plane * planeSize
            for i in plane * windows..<(plane + 1) * windows { image[Int(positions[i])] += g[i] }
        }
    }

    @inline(__always)
    private static func mean<Scalar: BinaryFloatingPoint>(
        _ input: UnsafePointer<Scalar>, _ o: PoolGeometry, _ result: UnsafeMutablePointer<Scalar>
    ) {
        let count = Scalar(o.size.0 * o.size.1)
        forEachPlane(o.planes, o.height * o.width) { plane in
            let image = input + plane * o.height * o.width
            let out = result + plane * o.outHeight * o.outWidth
            for y in 0..<o.outHeight {
                let rows = window(y, o.stride.0, o.padding.0, o.size.0, o.height)
                for x in 0..<o.outWidth {
                    let columns = window(x, o.stride.1, o.padding.1, o.size.1, o.width)
                    var sum: Scalar = 0
                    for row in rows {
                        for column in columns { sum += image[row * o.width + column] }
                    }
                    out[y * o.outWidth + x] = sum / count
                }
            }
        }
    }

    @inline(__always)
    private static func meanGradient<Scalar: BinaryFloatingPoint>(
        _ g: UnsafePointer<Scalar>, _ o: PoolGeometry, _ result: UnsafeMutablePointer<Scalar>
    ) {
        let count = Scalar(o.size.0 * o.size.1)
        forEachPlane(o.planes, o.height * o.width) { plane in
            let image = result + plane * o.height * o.width
            image.update(repeating: 0, count: o.height * o.width)
            let gradient = g + plane * o.outHeight * o.outWidth
            for y in 0..<o.outHeight {
                let rows = window(y, o.stride.0, o.padding.0, o.size.0, o.height)
                for x in 0..<o.outWidth {
                    let share = gradient[y * o.outWidth + x] / count
                    for row in rows {
                        for column in window(x, o.stride.1, o.padding.1, o.size.1, o.width) {
                            image[row * o.width + column] += share
                        }
                    }
                }
            }
        }
    }

    /// The part of a window that is in the image; never empty, because padding is at most half a window.
    @inline(__always)
    private static func window(_ place: Int, _ stride: Int, _ padding: Int, _ size: Int, _ limit: Int) -> Range<Int> {
        let start = place * stride - padding
        return max(start, 0)..<min(start + size, limit)
    }
}
