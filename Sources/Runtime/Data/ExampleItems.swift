import Autograd
import Datasets
import TensorCore

/// Examples that a value gives one by one: an object with `len` and `get`, a list, or the rows of a tensor.
struct ExampleItems {
    let value: Value
    let count: Int

    /// Nil for other values.
    ///
    /// - Throws: What `len` of the object throws.
    init?(_ value: Value) throws {
        switch value {
        case .list(let elements): count = elements.count
        case .range(let range): count = range.count
        case .tensor(let tensor) where tensor.rank > 0: count = tensor.shape[0]
        default:
            guard let object = value.instance, object.definition.special(.get) != nil, let length = try object.count()
            else { return nil }
            count = length
        }
        self.value = value
    }

    /// What the examples are called in errors.
    var name: String { value.instance?.definition.name ?? value.kindName }

    func item(_ index: Int) throws -> Value { try value.element([.value(.integer(index))]) }

    /// The examples as one batch, put together as PyTorch's `default_collate` does: numbers and tensors become a tensor,
    /// lists and records are put together part by part, and texts stay a list.
    ///
    /// - Throws: `Failure` for examples that are not alike, and for other values.
    static func collated(_ items: [Value]) throws -> Value {
        guard let first = items.first else { return .list([]) }
        switch first {
        case .tensor, .number, .boolean: return .tensor(try stacked(items))
        case .string:
            guard items.allSatisfy({ $0.asString != nil }) else { throw mixed(first, items) { $0.asString != nil } }
            return .list(items)
        case .record(let record):
            return .record(
                try Record(
                    entries: record.keys.map { key in
                        let parts = items.compactMap { item -> Value? in
                            if case .record(let other) = item { other[key] } else { nil }
                        }
                        guard parts.count == items.count else {
                            throw Failure(
                                "the examples of a batch are records of different fields: `\(key.text)` is not in each",
                                help: advice)
                        }
                        return (key, try collated(parts))
                    }))
        case .list, .range:
            let rows = try items.map { $0.isList ? try $0.elements ?? [] : nil }
            guard let count = rows[0]?.count, rows.allSatisfy({ $0 != nil }) else {
                throw mixed(first, items) { $0.isList }
            }
            if let other = rows.first(where: { $0?.count != count }), let other {
                throw Failure(
                    "the examples of a batch are lists of \(count) and of \(other.count) parts",
                    help: "`pad_sequence` makes lists as long as each other; \(advice)")
            }
            return .list(try (0..<count).map { place in try collated(rows.compactMap { $0?[place] }) })
        default:
            throw Failure("\(first.kindWithArticle) of an example cannot be put together to a batch", help: advice)
        }
    }

    private static let advice = "`collate=f` takes a function that makes a batch of the list of its examples"

    private static func mixed(_ first: Value, _ items: [Value], _ isAlike: (Value) -> Bool) -> Failure {
        let other = items.first { !isAlike($0) } ?? first
        return Failure(
            "the examples of a batch are of different kinds: \(first.kindWithArticle) and \(other.kindWithArticle)",
            help: advice)
    }

    private static func stacked(_ items: [Value]) throws -> Variable {
        let isNumber = { (value: Value) in if case .tensor = value { false } else { true } }
        if items.allSatisfy(isNumber) {
            let isWhole = items.allSatisfy { $0.asInteger != nil }
            guard let numbers = try Value.list(items).asVariable(plain: isWhole ? .int64 : .float32) else {
                throw mixed(items[0], items, \.isNumber)
            }
            return numbers
        }
        let parts = try items.map { item in
            guard let part = try isNumber(item) ? item.asVariable(plain: .float32) : item.asVariable() else {
                throw mixed(items[0], items) { if case .tensor = $0 { true } else { false } }
            }
            return part
        }
        if let other = parts.first(where: { $0.shape != parts[0].shape }) {
            throw Failure(
                "the examples of a batch have the shapes \(parts[0].shape) and \(other.shape)",
                help: "`pad_sequence` makes them as long as each other; \(advice)")
        }
        return try Variable.stack(parts)
    }
}
