import CSimd
import Glibc

/// The counter-based generator Philox4x32-10: 128 bits of randomness for each pair of a counter and a key.
///
/// - Source: Salmon et al. 2011, doi:10.1145/2063384.2063405.
package enum Philox {
    typealias Words = SIMD16<UInt32>

    /// Four words for each of 16 counters, by lane.
    typealias Block = (Words, Words, Words, Words)

    /// The random words of 16 counters.
    @inline(__always)
    static func block(_ counter: Block, key: UInt64) -> Block {
        var block = counter
        forEachRound(key) { k0, k1 in mix(&block, k0, k1) }
        return block
    }

    /// Those of two blocks of counters: what one waits for is time for the other.
    @inline(__always)
    static func blocks(_ first: Block, _ second: Block, key: UInt64) -> (Block, Block) {
        var blocks = (first, second)
        forEachRound(key) { k0, k1 in
            mix(&blocks.0, k0, k1)
            mix(&blocks.1, k0, k1)
        }
        return blocks
    }

    @inline(__always)
    private static func forEachRound(_ key: UInt64, _ body: (UInt32, UInt32) -> Void) {
        var k0 = UInt32(truncatingIfNeeded: key)
        var k1 = UInt32(truncatingIfNeeded: key >> 32)
        for _ in 0..<10 {
            body(k0, k1)
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
    }

    @inline(__always)
    private static func mix(_ x: inout Block, _ k0: UInt32, _ k1: UInt32) {
        let m0 = Words(repeating: 0xD251_1F53)
        let m1 = Words(repeating: 0xCD9E_8D57)
        let high0 = csimd_multiply_high16(x.0, m0)
        let high1 = csimd_multiply_high16(x.2, m1)
        let low0 = x.0 &* m0
        let low1 = x.2 &* m1
        x = (high1 ^ x.1 ^ Words(repeating: k0), low1, high0 ^ x.3 ^ Words(repeating: k1), low0)
    }

    /// How many words of a stream are made at once: of 16 counters the first words, then the second, and so on.
    static var wordsPerBatch: Int { 64 }

    /// The words `64 * batch ..< 64 * batch + 64` of a key's stream.
    @inline(__always)
    static func words(_ batch: Int, _ key: RandomKey) -> Block { block(counters(batch, key), key: key.seed) }

    /// Those of a batch and of the next one.
    @inline(__always)
    static func twoBatches(_ batch: Int, _ key: RandomKey) -> (Block, Block) {
        blocks(counters(batch, key), counters(batch + 1, key), key: key.seed)
    }

    /// Counter `16 * batch + lane`, with the stream's number in the upper half.
    @inline(__always)
    private static func counters(_ batch: Int, _ key: RandomKey) -> Block {
        let first = UInt64(truncatingIfNeeded: batch) &* 16
        // 16 counters never cross a multiple of 2^32.
        let lanes = Words(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
        return (
            Words(repeating: UInt32(truncatingIfNeeded: first)) &+ lanes,
            Words(repeating: UInt32(truncatingIfNeeded: first >> 32)),
            Words(repeating: UInt32(truncatingIfNeeded: key.stream)),
            Words(repeating: UInt32(truncatingIfNeeded: key.stream >> 32))
        )
    }

    // MARK: - Arrays

    /// Fills `count` elements: `make` turns a batch's words into `perBatch` elements at the pointer.
    ///
    /// The last elements, which do not fill a batch, go through a copy.
    @inline(__always)
    private static func fill<Element>(
        _ target: UnsafeMutablePointer<Element>, _ count: Int, perBatch: Int, _ key: RandomKey,
        _ make: (Block, UnsafeMutablePointer<Element>) -> Void
    ) {
        let batches = (count + perBatch - 1) / perBatch
        let batchesPerChunk = 256
        Threads.parallelFor((batches + batchesPerChunk - 1) / batchesPerChunk) { chunk in
            for batch in chunk * batchesPerChunk..<min((chunk + 1) * batchesPerChunk, batches) {
                let start = batch * perBatch
                if start + perBatch <= count {
                    make(words(batch, key), target + start)
                } else {
                    withUnsafeTemporaryAllocation(of: Element.self, capacity: perBatch) { room in
                        guard let base = room.baseAddress else { return }
                        make(words(batch, key), base)
                        for i in 0..<count - start { target[start + i] = base[i] }
                    }
                }
            }
        }
    }

    /// Uniform numbers in `low ..< high`, of 24 bits.
    static func fillUniform(
        _ target: UnsafeMutablePointer<Float>, _ count: Int, low: Float, high: Float, _ key: RandomKey
    ) {
        let scale = (high - low) * 0x1p-24
        let below = high > low ? high.nextDown : high
        fill(target, count, perBatch: wordsPerBatch, key) { words, target in
            @inline(__always)
            func put(_ words: Words, _ offset: Int) {
                var value = SIMD16<Float>(repeating: low)
                value.multiplyAdd(csimd_high24_to_float16(words), SIMD16(repeating: scale))
                // Rounding may reach the end, which is not included.
                value.replace(with: below, where: value .>= high)
                value.store(target + offset)
            }
            put(words.0, 0)
            put(words.1, 16)
            put(words.2, 32)
            put(words.3, 48)
        }
    }

    /// Uniform numbers in `low ..< high`, of 53 bits.
    static func fillUniform(
        _ target: UnsafeMutablePointer<Double>, _ count: Int, low: Double, high: Double, _ key: RandomKey
    ) {
        let scale = (high - low) * 0x1p-53
        let below = high > low ? high.nextDown : high
        fill(target, count, perBatch: wordsPerBatch / 2, key) { words, target in
            for (offset, pair) in [(0, (words.0, words.1)), (16, (words.2, words.3))] {
                for lane in 0..<16 {
                    let value = low + scale * Double(joined(pair.0[lane], pair.1[lane]) >> 11)
                    target[offset + lane] = value >= high ? below : value
                }
            }
        }
    }

    /// Normal numbers, by the transform of Box and Muller 1958, doi:10.1214/aoms/1177706645.
    static func fillNormal(
        _ target: UnsafeMutablePointer<Float>, _ count: Int, mean: Float, deviation: Float, _ key: RandomKey
    ) {
        fill(target, count, perBatch: wordsPerBatch, key) { words, target in
            @inline(__always)
            func put(_ first: Words, _ second: Words, _ offset: Int) {
                let cosines = target + offset
                let sines = target + offset + 16
                // In 0 < u <= 1, so that its logarithm exists.
                ((csimd_high24_to_float16(first) + 1) * 0x1p-24).store(cosines)
                (csimd_high24_to_float16(second) * 0x1p-24).store(sines)
                for lane in stride(from: 0, to: 16, by: FloatVector.scalarCount) {
                    let radius = csimd_sqrt(-2 * csimd_log(.load(cosines + lane))) * deviation
                    let turns = FloatVector.load(sines + lane)
                    (mean + radius * csimd_cosine(turns)).store(cosines + lane)
                    (mean + radius * csimd_sine(turns)).store(sines + lane)
                }
            }
            put(words.0, words.1, 0)
            put(words.2, words.3, 32)
        }
    }

    /// The same in double precision, with 53 bits for each of the two uniform numbers.
    static func fillNormal(
        _ target: UnsafeMutablePointer<Double>, _ count: Int, mean: Double, deviation: Double, _ key: RandomKey
    ) {
        fill(target, count, perBatch: wordsPerBatch / 2, key) { words, target in
            for lane in 0..<16 {
                let u = Double(joined(words.0[lane], words.1[lane]) >> 11 + 1) * 0x1p-53
                let angle = Double(joined(words.2[lane], words.3[lane]) >> 11) * (0x1p-53 * 2 * Double.pi)
                let radius = deviation * (-2 * Glibc.log(u)).squareRoot()
                target[lane] = mean + radius * Glibc.cos(angle)
                target[lane + 16] = mean + radius * Glibc.sin(angle)
            }
        }
    }

    /// Whole numbers in `low ..< low + range`; a range of 0 stands for all 2^64.
    static func fillIntegers(
        _ target: UnsafeMutablePointer<Int64>, _ count: Int, low: Int64, range: UInt64, _ key: RandomKey
    ) {
        fill(target, count, perBatch: wordsPerBatch / 2, key) { words, target in
            for lane in 0..<16 {
                for (offset, bits) in [
                    (0, joined(words.0[lane], words.1[lane])), (16, joined(words.2[lane], words.3[lane])),
                ] {
                    let drawn = range == 0 ? bits : bits.multipliedFullWidth(by: range).high
                    target[offset + lane] = low &+ Int64(truncatingIfNeeded: drawn)
                }
            }
        }
    }

    /// `value` with probability `keep`, else zero.
    static func fillMask(
        _ target: UnsafeMutablePointer<Float>, _ count: Int, keep: Double, value: Float, _ key: RandomKey
    ) {
        let mask = DropoutMask(keep: keep, value: value)
        fill(target, count, perBatch: wordsPerBatch, key) { words, target in
            mask.numbers(words.0).store(target)
            mask.numbers(words.1).store(target + 16)
            mask.numbers(words.2).store(target + 32)
            mask.numbers(words.3).store(target + 48)
        }
    }

    /// The number that two words make, the first one low.
    @inline(__always)
    private static func joined(_ low: UInt32, _ high: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
}
