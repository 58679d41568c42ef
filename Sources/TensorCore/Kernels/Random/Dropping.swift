extension Philox {
    /// A tensor's elements times those of the mask that `fillMask` makes, without the mask in memory. Both float32 and
    /// contiguous.
    static func drop(_ source: Tensor, into target: Tensor, keep: Double, value: Double, _ key: RandomKey) {
        let from = UnsafePointer(source.pointer(Float.self))
        let to = target.pointer(Float.self)
        let count = target.count
        let size = wordsPerBatch
        let batches = (count + size - 1) / size
        let batchesPerChunk = 256
        let mask = DropoutMask(keep: keep, value: Float(value))
        Threads.parallelFor((batches + batchesPerChunk - 1) / batchesPerChunk) { chunk in
            var batch = chunk * batchesPerChunk
            let end = min((chunk + 1) * batchesPerChunk, batches)
            while batch + 2 <= end && (batch + 2) * size <= count {
                let start = batch * size
                let (first, second) = twoBatches(batch, key)
                mask.multiply(first, from + start, to + start)
                mask.multiply(second, from + start + size, to + start + size)
                batch += 2
            }
            while batch < end {
                let start = batch * size
                if start + size <= count {
                    mask.multiply(words(batch, key), from + start, to + start)
                } else {
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { room in
                        guard let base = room.baseAddress else { return }
                        base.update(repeating: 0, count: size)
                        base.update(from: from + start, count: count - start)
                        mask.multiply(words(batch, key), base, base)
                        (to + start).update(from: base, count: count - start)
                    }
                }
                batch += 1
            }
        }
    }
}

/// The words of a stream as the numbers of a mask.
struct DropoutMask {
    private let limit: Philox.Words
    private let keepsAll: Bool
    private let value: SIMD16<Float>

    init(keep: Double, value: Float) {
        let threshold = keep * 0x1p32
        keepsAll = threshold >= 0x1p32
        limit = Philox.Words(repeating: UInt32(clamping: Int64(max(min(threshold, 0x1p32), 0))))
        self.value = SIMD16(repeating: value)
    }

    @inline(__always)
    func numbers(_ words: Philox.Words) -> SIMD16<Float> {
        keepsAll ? value : SIMD16<Float>().replacing(with: value, where: words .< limit)
    }

    @inline(__always)
    func multiply(
        _ words: Philox.Block, _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>
    ) {
        (SIMD16<Float>.load(from) * numbers(words.0)).store(to)
        (SIMD16<Float>.load(from + 16) * numbers(words.1)).store(to + 16)
        (SIMD16<Float>.load(from + 32) * numbers(words.2)).store(to + 32)
        (SIMD16<Float>.load(from + 48) * numbers(words.3)).store(to + 48)
    }
}
