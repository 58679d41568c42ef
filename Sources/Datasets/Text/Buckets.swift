import TensorCore

/// An order of examples in which those of a batch are of like length, so that little of it is padding.
struct Buckets {
    /// Batches whose examples are sorted among each other: more give less padding and less chance.
    static let batchesInBucket = 50

    private let sortKeys: [Int]
    private let batchSize: Int

    init(_ dataset: Dataset, _ pairs: TextPairs, batchSize: Int) {
        sortKeys = dataset.positions.map { (pairs.sourceLengths[$0] << 20) + min(pairs.targetLengths[$0], 1 << 20 - 1) }
        self.batchSize = batchSize
    }

    /// Sorts stretches of `order` by length and, where there is a key, brings whole batches into random order.
    ///
    /// A batch that is not full stays at the end.
    func order(_ order: [Int], key: RandomKey?) throws -> [Int] {
        let stretch = batchSize * Buckets.batchesInBucket
        var batches: [ArraySlice<Int>] = []
        for start in stride(from: 0, to: order.count, by: stretch) {
            // Ties by place, so that the order is one and the same everywhere.
            let bucket = order[start..<min(start + stretch, order.count)].enumerated()
                .sorted { (sortKeys[$0.element], $0.offset) < (sortKeys[$1.element], $1.offset) }.map(\.element)
            for first in stride(from: 0, to: bucket.count, by: batchSize) {
                batches.append(bucket[first..<min(first + batchSize, bucket.count)])
            }
        }
        guard let key else { return batches.flatMap { $0 } }
        let full = batches.filter { $0.count == batchSize }
        let rest = batches.filter { $0.count < batchSize }
        return try Tensor.permutation(full.count, key: key.child(named: "buckets")).flatMap { full[$0] }
            + rest.flatMap { $0 }
    }
}
