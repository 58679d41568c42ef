import TensorCore

/// Some examples as a model sees them.
package struct Batch {
    /// Shape `[count, ...]`.
    package let x: Tensor
    package let y: Tensor?
    /// Which examples of the dataset they are.
    package let indices: ArraySlice<Int>
    /// Where the batch stands among all, from 0.
    package let index: Int

    package var count: Int { x.shape[0] }
}

/// The examples of a dataset, some at a time, each epoch in an order of its own.
///
/// Rows are gathered and converted into one buffer, which the next batch takes over unless somebody still holds
/// the last one.
package final class Batches {
    package let dataset: Dataset
    /// Examples in a batch; the last may have fewer.
    package let size: Int
    /// The number of batches.
    package let count: Int

    private var order: [Int]
    private var next = 0
    private let gather: RowGather
    private let targetGather: RowGather?
    private var buffer: Storage?
    private var targetBuffer: Storage?

    /// Makes the batches of one pass over a dataset.
    ///
    /// - Parameters:
    ///   - shuffle: The key of a random order; `nil`: in the dataset's order.
    ///   - dropLast: Whether to leave out a last batch that is not full.
    /// - Throws: `DatasetError` `.argument` for a size under 1.
    package init(_ dataset: Dataset, size: Int, shuffle: RandomKey? = nil, dropLast: Bool = false) throws {
        guard size > 0 else {
            throw DatasetError(
                file: dataset.name, .argument(name: "batch size \(size)", reason: "has to be at least 1"))
        }
        self.dataset = dataset
        self.size = size
        count = dataset.count / size + (dropLast || dataset.count.isMultiple(of: size) ? 0 : 1)
        gather = dataset.gather
        targetGather = dataset.targetGather
        order = []
        try restart(shuffle: shuffle)
    }

    /// Goes back to a pass's start, or to the batch `index` of it, in the order that `shuffle` gives.
    package func restart(shuffle: RandomKey? = nil, at index: Int = 0) throws {
        order = try shuffle.map { try Tensor.permutation(dataset.count, key: $0) } ?? Array(0..<dataset.count)
        if let pairs = dataset.pairs, pairs.isBucketed {
            order = try Buckets(dataset, pairs, batchSize: size).order(order, key: shuffle)
        }
        next = index
    }

    /// Goes to the batch `index` of a pass in a known order.
    package func restart(order: [Int], at index: Int) {
        precondition(order.count == dataset.count)
        self.order = order
        next = index
    }

    /// The order of the pass under way, by the dataset's indices.
    package var currentOrder: [Int] { order }

    /// The next batch; `nil` at the end.
    ///
    /// - Throws: `TensorError.outOfMemory`.
    package func nextBatch() throws -> Batch? {
        guard next < count else { return nil }
        defer { next += 1 }
        let indices = order[next * size..<min((next + 1) * size, order.count)]
        let rows = dataset.rows.map { rows in indices.map { rows[$0] }[...] } ?? indices
        let x = try Batches.fill(&buffer, gather, rows, of: dataset.examples, capacity: min(size, order.count))
        var y: Tensor?
        if let targetGather, let stored = dataset.storedY {
            y = try Batches.fill(
                &targetBuffer, targetGather, rows, of: .memory(stored), capacity: min(size, order.count))
        }
        return Batch(x: x, y: y, indices: indices, index: next)
    }

    private static func fill(
        _ buffer: inout Storage?, _ gather: RowGather, _ rows: ArraySlice<Int>, of stored: Examples, capacity: Int
    ) throws -> Tensor {
        let rowShape = stored.shape
        let storage: Storage
        if isKnownUniquelyReferenced(&buffer), let last = buffer {
            storage = last
        } else {
            storage = try Tensor.empty([capacity] + rowShape, dtype: gather.dtype).storage
            buffer = storage
        }
        try stored.gather(rows, by: gather, into: storage)
        let shape = [rows.count] + rowShape
        return Tensor(
            storage: storage, dtype: gather.dtype, shape: shape, strides: Tensor.rowMajorStrides(shape), offset: 0)
    }
}
