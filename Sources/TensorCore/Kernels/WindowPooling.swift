import CSimd

/// Bias, ReLU and the maximum of 2 by 2 windows over two rows of pixels.
enum WindowPooling {
    /// Pools as many windows as fill vectors, or can be read beyond, of the `count` that two rows have.
    ///
    /// Writes the greatest of each window, plus `bias`, or 0 if that is not above 0; and its number in the window (0 to
    /// 3, row by row), or 4. NaN counts as the greatest.
    ///
    /// - Parameter readable: How many pixels may be read from the start of each row.
    /// - Returns: How many windows are done.
    @inline(__always)
    static func pool(
        _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, bias: Float,
        _ target: UnsafeMutablePointer<Float>,
        _ positions: UnsafeMutablePointer<UInt8>, _ count: Int, readable: Int
    ) -> Int {
        let zero = SIMD8<Float>()
        var x = 0
        while x < count && 2 * x + 16 <= readable {
            let up = SIMD16<Float>.load(upper + 2 * x)
            let down = SIMD16<Float>.load(lower + 2 * x)
            var greatest = up.evenHalf
            var place = SIMD8<Int32>()
            take(up.oddHalf, 1, &greatest, &place)
            take(down.evenHalf, 2, &greatest, &place)
            take(down.oddHalf, 3, &greatest, &place)
            greatest += bias
            let isNot = greatest .<= zero
            greatest.replace(with: zero, where: isNot)
            place.replace(with: SIMD8(repeating: 4), where: isNot)
            if x + 8 <= count {
                greatest.store(target + x)
                csimd_store_bytes8(place, positions + x)
            } else {
                for lane in 0..<count - x {
                    target[x + lane] = greatest[lane]
                    positions[x + lane] = UInt8(truncatingIfNeeded: place[lane])
                }
            }
            x += 8
        }
        return min(x, count)
    }

    /// Writes, for as many of `count` windows as fill vectors, the two pixels of one of its rows: the window's value
    /// where its position is that pixel's, else 0.
    ///
    /// - Parameter left: The number of the left pixel in its window.
    /// - Returns: How many windows are done.
    @inline(__always)
    static func spread(
        _ values: UnsafePointer<Float>, _ positions: UnsafePointer<UInt8>, _ left: UInt8,
        _ target: UnsafeMutablePointer<Float>, _ count: Int
    ) -> Int {
        var x = 0
        while x + 8 <= count {
            csimd_spread8(values + x, positions + x, left, target + 2 * x)
            x += 8
        }
        if x + 4 <= count {
            csimd_spread4(values + x, positions + x, left, target + 2 * x)
            x += 4
        }
        return x
    }

    @inline(__always)
    private static func take(
        _ values: SIMD8<Float>, _ number: Int32, _ greatest: inout SIMD8<Float>, _ place: inout SIMD8<Int32>
    ) {
        let isGreater = (values .> greatest) .| (values .!= values)
        greatest.replace(with: values, where: isGreater)
        place.replace(with: SIMD8(repeating: number), where: isGreater)
    }
}
