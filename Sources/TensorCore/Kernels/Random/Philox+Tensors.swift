extension Philox {
    /// The four words for a counter and a key, as the paper's test vectors list them.
    package static func words(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        let result = block(
            (
                Words(repeating: counter.x), Words(repeating: counter.y), Words(repeating: counter.z),
                Words(repeating: counter.w)
            ), key: UInt64(key.y) << 32 | UInt64(key.x))
        return SIMD4(result.0[0], result.1[0], result.2[0], result.3[0])
    }

    // Targets are contiguous and of a type that the numbers fit.

    static func fillUniform(_ target: Tensor, low: Double, high: Double, _ key: RandomKey) {
        if target.dtype == .float32 {
            fillUniform(target.pointer(Float.self), target.count, low: Float(low), high: Float(high), key)
        } else {
            fillUniform(target.pointer(Double.self), target.count, low: low, high: high, key)
        }
    }

    static func fillNormal(_ target: Tensor, mean: Double, deviation: Double, _ key: RandomKey) {
        if target.dtype == .float32 {
            fillNormal(
                target.pointer(Float.self), target.count, mean: Float(mean), deviation: Float(deviation), key)
        } else {
            fillNormal(target.pointer(Double.self), target.count, mean: mean, deviation: deviation, key)
        }
    }

    static func fillIntegers(_ target: Tensor, low: Int, high: Int, _ key: RandomKey) {
        fillIntegers(
            target.pointer(Int64.self), target.count, low: Int64(low), range: UInt64(bitPattern: Int64(high &- low)),
            key)
    }

    static func fillMask(_ target: Tensor, keep: Double, value: Double, _ key: RandomKey) {
        fillMask(target.pointer(Float.self), target.count, keep: keep, value: Float(value), key)
    }

    /// The numbers 0 ..< count in an order drawn with `room`'s elements, which are int64.
    static func permutation(_ room: Tensor, _ key: RandomKey) throws -> [Int] {
        var order = try (0..<room.count).mapUntilInterrupt { $0 }
        // All 64 bits of each draw, to be scaled to the range that is left.
        fillIntegers(room.pointer(Int64.self), room.count, low: 0, range: 0, key)
        try Interrupt.check()
        let draws = room.pointer(Int64.self)
        for last in stride(from: room.count - 1, to: 0, by: -1) {
            if last & 0x3_FFFF == 0 { try Interrupt.check() }
            let other = UInt64(bitPattern: draws[last]).multipliedFullWidth(by: UInt64(last + 1)).high
            order.swapAt(last, Int(other))
        }
        return order
    }
}
