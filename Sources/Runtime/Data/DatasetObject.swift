import Datasets
import TensorCore
import Training

/// Examples with their targets, as a value.
package final class DatasetObject: RuntimeObject {
    package let dataset: Dataset
    private var cachedX: Value?
    private let monitor = Monitor()

    package init(_ dataset: Dataset) { self.dataset = dataset }

    package override var kindName: String { "dataset" }
    package override var fieldNames: [String] {
        ["x", "y", "classes", "name", "count", "shape"] + (dataset.pairs == nil ? [] : PairFields.names)
    }
    package override var length: Int? { dataset.count }
    package override var shortText: String { "dataset \(dataset.name) of \(dataset.count) examples" }
    package override func display(_ style: DisplayStyle) throws -> String { dataset.descriptionText }

    /// Larger conversions than this are made anew each time and not kept.
    private static let largestCache = 64 << 20

    package override func field(_ name: String) throws -> Value? {
        switch name {
        case "x":
            return try monitor.withLock {
                if let cachedX { return cachedX }
                let x = Value.tensor(try dataset.x())
                if dataset.count * dataset.exampleShape.reduce(4, *) <= Self.largestCache { cachedX = x }
                return x
            }
        case "y": return try dataset.y().map { .tensor($0) } ?? Value.none
        case "classes": return dataset.classNames.map { .strings($0) } ?? Value.none
        case "name": return .string(dataset.name)
        case "count": return .integer(dataset.count)
        case "shape": return .list(dataset.exampleShape.map { .integer($0) })
        default: return PairFields(dataset)?.value(name)
        }
    }

    package override func help(forField name: String) -> String? {
        DatasetCollection.Part(word: name).map { _ in
            "it is one part already; `load` of a folder with train-*, val-* and test-* gives several"
        }
    }

    /// `data.x[4]` converts one example, not all.
    package override func fieldElement(_ name: String, _ subscripts: [Subscript]) throws -> Value? {
        guard name == "x", monitor.withLock({ cachedX == nil }), case .value(let value)? = subscripts.first,
            let index = value.asInteger
        else {
            return nil
        }
        let position = index < 0 ? index + dataset.count : index
        guard position >= 0, position < dataset.count else {
            throw TensorError.indexOutOfRange(axis: 0, size: dataset.count, index: index)
        }
        return try Value.tensor(dataset.selecting([position]).x()).element(
            [.value(.number(0))] + subscripts.dropFirst())
    }

    /// `data[0:100]`: a part, sharing memory.
    package override func element(_ subscripts: [Subscript]) throws -> Value {
        let rows = try Value.range(NumberRange(count: dataset.count)).element(subscripts)
        guard let indices = try rows.elements?.compactMap(\.asInteger) else {
            let index = rows.asInteger ?? 0
            let example = try dataset.selecting([index])
            let tensors: [(name: String, value: Value)] = [
                ("x", try Value.tensor(example.x()).element([.value(.number(0))])),
                ("y", try example.y().map { try Value.tensor($0).element([.value(.number(0))]) } ?? .none),
            ]
            return .record(Record((PairFields(dataset)?.texts(index) ?? []) + tensors))
        }
        return .object(DatasetObject(try dataset.selecting(indices)))
    }
}

/// The parts of a dataset: `train`, `dev`, `test`.
package final class CollectionObject: RuntimeObject {
    package let collection: DatasetCollection
    private let parts: [(name: String, object: DatasetObject)]

    package init(_ collection: DatasetCollection) {
        self.collection = collection
        parts = collection.parts.map { ($0.part.rawValue, DatasetObject($0.dataset)) }
    }

    package override var kindName: String { "dataset" }
    package override var fieldNames: [String] { parts.map(\.name) }
    package override var shortText: String { "dataset \(collection.name) with \(fieldNames.joined(separator: ", "))" }
    package override func display(_ style: DisplayStyle) throws -> String { collection.descriptionText }

    package override func field(_ name: String) throws -> Value? {
        if let part = parts.first(where: { $0.name == name }) { return .object(part.object) }
        if PairFields.vocabularyNames.contains(name) {
            return try parts.first.flatMap { try $0.object.field(name) }
        }
        // The part's other names: `val`, `validation`.
        guard let dataset = collection[name] else { return nil }
        return parts.first { $0.object.dataset === dataset }.map { .object($0.object) }
    }

    override var unpacked: [Value]? { parts.map { .object($0.object) } }

    package override func element(_ subscripts: [Subscript]) throws -> Value {
        throw Failure(
            "\(Value.object(self).kindWithArticle) of several parts cannot be indexed",
            help: "take one of " + fieldNames.map { ".\($0)" }.joined(separator: ", "))
    }
}

/// `batches(data, 64)`: goes through the data once each time a loop does.
package final class BatchesObject: RuntimeObject {
    private let dataset: Dataset
    private let size: Int
    private let order: RandomKey?
    private let weights: ExampleWeights?
    /// Each pass draws from a child of it, and all but the first from one of `order`.
    private let augmentationKey: RandomKey?
    private var passCount: UInt64 = 0
    private let dropLast: Bool
    private let collate: Value?
    private unowned let interpreter: Interpreter
    private weak var maker: Interpreter?

    init(
        _ dataset: Dataset, size: Int, order: RandomKey?, weights: ExampleWeights?, augmentationKey: RandomKey?,
        dropLast: Bool, collate: Value?,
        _ interpreter: Interpreter
    ) {
        self.dataset = dataset
        self.size = size
        self.order = order
        self.weights = weights
        self.augmentationKey = augmentationKey
        self.dropLast = dropLast
        self.collate = collate
        self.interpreter = interpreter.root
        maker = interpreter
    }

    package override var kindName: String { "batches" }
    package override var shortText: String { "batches of \(size) of \(dataset.name)" }
    package override var length: Int? { dropLast ? dataset.count / size : (dataset.count + size - 1) / size }

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
        let order = pass == 1 ? order : order?.child(pass)
        let batches = try Batches(dataset, size: size, shuffle: order, dropLast: dropLast)
        if let weights, let order { batches.restart(order: try weights.order(order), at: 0) }
        if let augmentationKey { batches.augmentationKey = augmentationKey.child(pass) }
        return {
            guard let batch = try batches.nextBatch() else { return nil }
            // Values of the language outlive the turn of the loop; the buffer is used again for the next batch.
            if let pairs = PairFields(self.dataset) { return .record(try pairs.batch(batch)) }
            guard let collate = self.collate else {
                return .record(
                    Record([
                        ("x", .tensor(try batch.x.copy())), ("y", try batch.y.map { .tensor(try $0.copy()) } ?? .none),
                    ]))
            }
            let examples = try batch.examples()
            return try (Interpreter.ofThread.object ?? self.interpreter).call(collate, [.list(examples)])
        }
    }
}
