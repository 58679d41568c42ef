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

    /// Some of the examples.
    package func examples(_ rows: Range<Int>) throws -> Batch {
        func part(_ tensor: Tensor) throws -> Tensor {
            try tensor.at([.slice(start: rows.lowerBound, stop: rows.upperBound, step: 1)]).contiguous()
        }
        let first = indices.startIndex
        return Batch(
            x: try part(x), y: try y.map(part),
            indices: indices[first + rows.lowerBound..<first + rows.upperBound], index: index)
    }
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

    /// What an augmentation of the dataset draws from in the pass under way.
    package var augmentationKey = RandomKey(seed: 0).child(named: "augment")

    private var order: [Int]
    private var next = 0
    private let gather: RowGather
    private let targetGather: RowGather?
    private var buffer: Storage?
    private var targetBuffer: Storage?
    /// Where the examples lie in files.
    private let readAhead: ReadAhead?
    /// That an augmentation gave.
    private var exampleShape: [Int]?

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
        gather = dataset.augmentation == nil ? dataset.gather : dataset.plainGather
        targetGather = dataset.targetGather
        if case .files(let files) = dataset.examples { readAhead = ReadAhead(files) } else { readAhead = nil }
        exampleShape = dataset.batchShape
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
        let indices = indices(ofBatch: next)
        let rows = rows(at: indices)
        let capacity = min(size, order.count)
        let x: Tensor
        var y: Tensor?
        if case .made(let maker) = dataset.examples {
            let made = try maker.read(Array(rows))
            x = try Batches.fill(&buffer, gather, 0..<rows.count, of: .memory(made.x), capacity: capacity)
            y = made.y
        } else if let readAhead {
            let images = try readAhead.read(Array(rows), next: Array(self.rows(at: self.indices(ofBatch: next + 1))))
            x = try Batches.fill(&buffer, gather, 0..<rows.count, of: .memory(images), capacity: capacity)
        } else {
            x = try Batches.fill(&buffer, gather, rows, of: dataset.examples, capacity: capacity)
        }
        if let targetGather, let stored = dataset.storedY {
            y = try Batches.fill(
                &targetBuffer, targetGather, rows, of: .memory(stored), capacity: capacity)
        }
        let batch = Batch(x: x, y: y, indices: indices, index: next)
        guard let augmentation = dataset.augmentation else { return batch }
        let changed = try augmentation.changed(
            batch, key: augmentationKey, first: next * size, dataset: dataset.name)
        try checkShape(changed)
        return Batch(x: try dataset.normalizing(changed.x), y: changed.y, indices: indices, index: next)
    }

    /// The examples of a batch; none beyond the last.
    private func indices(ofBatch batch: Int) -> ArraySlice<Int> {
        batch < count ? order[batch * size..<min((batch + 1) * size, order.count)] : []
    }

    /// Where examples are stored.
    private func rows(at indices: ArraySlice<Int>) -> ArraySlice<Int> {
        dataset.rows.map { rows in indices.map { rows[$0] }[...] } ?? indices
    }

    /// Refuses a batch whose examples have another shape than those before.
    private func checkShape(_ batch: Batch) throws {
        let shape = Array(batch.x.shape.dropFirst())
        if let exampleShape, shape != exampleShape {
            throw DatasetError(
                file: dataset.name,
                .augmentation(
                    reason:
                        "the augmentation gave examples of shape \(shape) for batch \(batch.index + 1), and of shape "
                        + "\(exampleShape) before", help: "all batches of a dataset have examples of one shape"))
        }
        exampleShape = shape
    }

    private static func fill(
        _ buffer: inout Storage?, _ gather: RowGather, _ rows: some Collection<Int>, of stored: Examples, capacity: Int
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
