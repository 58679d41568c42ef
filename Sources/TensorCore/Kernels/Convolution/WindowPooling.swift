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
                storeFirst(count - x, greatest, place, target + x, positions + x)
            }
            x += 8
            // The last ones once more with those before them, rather than one by one.
            if x < count && x + 8 > count { x = count - 8 }
        }
        return min(x, count)
    }

    @inline(__always)
    private static func storeFirst(
        _ count: Int, _ values: SIMD8<Float>, _ places: SIMD8<Int32>, _ target: UnsafeMutablePointer<Float>,
        _ positions: UnsafeMutablePointer<UInt8>
    ) {
        withUnsafeTemporaryAllocation(of: SIMD8<Int32>.self, capacity: 1) { room in
            guard let bytes = UnsafeMutableRawPointer(room.baseAddress)?.assumingMemoryBound(to: UInt8.self) else {
                return
            }
            csimd_store_bytes8(places, bytes)
            for lane in 0..<count { positions[lane] = bytes[lane] }
        }
        for lane in 0..<count { target[lane] = values[lane] }
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
