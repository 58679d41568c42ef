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
