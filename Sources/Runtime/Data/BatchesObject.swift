import Datasets
import TensorCore
import Training

/// `batches(data, 64)`: goes through the data once each time a loop does.
package final class BatchesObject: RuntimeObject {
    enum Source {
        case dataset(Dataset)
        case items(ExampleItems)

        var count: Int {
            switch self {
            case .dataset(let dataset): dataset.count
            case .items(let items): items.count
            }
        }

        var name: String {
            switch self {
            case .dataset(let dataset): dataset.name
            case .items(let items): items.name
            }
        }
    }

    /// Which examples a pass goes through, and in which order.
    struct Order {
        /// Of a random order; each pass has one of its own.
        var key: RandomKey?
        var weights: ExampleWeights?
        /// The places of examples, or an object that gives them anew for each pass.
        var sampler: Value = .none
    }

    /// What the batches are of.
    private let data: Value
    private let source: Source
    private let size: Int
    private let order: Order
    /// Each pass draws from a child of it, and all but the first from one of `order`.
    private let augmentationKey: RandomKey?
    private var passCount: UInt64 = 0
    private let dropLast: Bool
    private let collate: Value?
    private unowned let interpreter: Interpreter
    private weak var maker: Interpreter?

    init(
        of data: Value, _ source: Source, size: Int, order: Order, augmentationKey: RandomKey?, dropLast: Bool,
        collate: Value?, _ interpreter: Interpreter
    ) {
        self.data = data
        self.source = source
        self.size = size
        self.order = order
        self.augmentationKey = augmentationKey
        self.dropLast = dropLast
        self.collate = collate
        self.interpreter = interpreter.root
        maker = interpreter
    }

    package override var kindName: String { "batches" }
    package override var shortText: String { "batches of \(size) of \(source.name)" }
    package override func display(_ style: DisplayStyle) throws -> String { shortText }
    package override var fieldNames: [String] { ["dataset", "batch_size", "drop_last"] }
    package override var length: Int? {
        let count = order.sampler.isNone ? source.count : order.sampler.knownCount ?? source.count
        return dropLast ? count / size : (count + size - 1) / size
    }

    package override func field(_ name: String) throws -> Value? {
        switch name {
        case "dataset": data
        case "batch_size": .integer(size)
        case "drop_last": .boolean(dropLast)
        default: nil
        }
    }

    /// A run of a sweep counts its own passes through batches from outside it: its bits do not depend on other runs.
    private func nextPass() -> UInt64 {
        if let running = Interpreter.ofThread.object, let maker, running !== maker {
            return running.nextPass(through: self, after: passCount)
        }
        passCount += 1
        return passCount
    }

    package override func makeIterator() throws -> (() throws -> Value?)? {
        let pass = nextPass()
        // Each pass has an order of its own.
        let key = pass == 1 ? order.key : order.key?.child(pass)
        switch source {
        case .dataset(let dataset): return try iterator(dataset, key, pass: pass)
        case .items(let items): return try iterator(items, key)
        }
    }

    /// The places that the sampler gives for a pass.
    private func sampledPlaces() throws -> [Int]? {
        guard !order.sampler.isNone else { return nil }
        return try Builtin.allElements(order.sampler).map { place in
            guard let index = place.asInteger, index >= 0, index < source.count else {
                throw Failure(
                    "a sampler gives the places of examples, from 0 to \(source.count - 1), and gave \(place.shortText)"
                )
            }
            return index
        }
    }

    private func iterator(_ dataset: Dataset, _ key: RandomKey?, pass: UInt64) throws -> () throws -> Value? {
        let dataset = try sampledPlaces().map { try dataset.selecting($0) } ?? dataset
        let batches = try Batches(dataset, size: size, shuffle: key, dropLast: dropLast)
        if let weights = order.weights, let key { batches.restart(order: try weights.order(key), at: 0) }
        if let augmentationKey { batches.augmentationKey = augmentationKey.child(pass) }
        return { [self] in
            guard let batch = try batches.nextBatch() else { return nil }
            // Values of the language outlive the turn of the loop; the buffer is used again for the next batch.
            if let pairs = PairFields(dataset) { return .record(try pairs.batch(batch)) }
            guard let collate else {
                return .record(
                    Record([
                        ("x", .tensor(try batch.x.copy())), ("y", try batch.y.map { .tensor(try $0.copy()) } ?? .none),
                    ]))
            }
            return try (Interpreter.ofThread.object ?? interpreter).call(collate, [.list(try batch.examples())])
        }
    }

    private func iterator(_ items: ExampleItems, _ key: RandomKey?) throws -> () throws -> Value? {
        let places =
            try sampledPlaces() ?? key.map { try Tensor.permutation(items.count, key: $0) } ?? Array(0..<items.count)
        var next = 0
        return { [self] in
            let end = min(next + size, places.count)
            guard next < end, !dropLast || end - next == size else { return nil }
            let examples = try places[next..<end].map(items.item)
            next = end
            guard let collate else { return try ExampleItems.collated(examples) }
            return try (Interpreter.ofThread.object ?? interpreter).call(collate, [.list(examples)])
        }
    }
}
