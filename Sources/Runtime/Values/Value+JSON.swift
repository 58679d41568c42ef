import Datasets
import TensorCore

// Values as JSON, and back to the same bits. What JSON has no word for is an object with one name that starts
// with `$`: {"$number":"nan"}, {"$tensor":{...}}, {"$table":{...}}, {"$map":[[key,value],...]}, {"$set":[...]}.

extension Value {
    /// Larger tensors belong in files of their own.
    private static let largestTensor = 1 << 20

    /// Values of more parts, be they the same ones again and again, are not written.
    private static let mostParts = 10_000_000

    /// Deeper values are not written: a reader of JSON takes a limited depth.
    private static let deepest = 20

    /// What stands in JSON for an object with an identity; nil where nothing does.
    typealias Reference = (RuntimeObject) throws -> JSON?

    /// The value as JSON; nil for functions, objects with an identity, such as models, and what is nested very deep.
    package var json: JSON? { json(referring: { _ in nil }) }

    /// The value as JSON, in which references stand for objects such as runs.
    ///
    /// - Throws: What `reference` throws.
    func json(referring reference: Reference) rethrows -> JSON? {
        guard partCount(limit: Self.mostParts, countsElements: true) <= Self.mostParts else { return nil }
        return try json(depth: 0, reference)
    }

    private func json(depth: Int, _ reference: Reference) rethrows -> JSON? {
        guard depth < Self.deepest else { return nil }
        switch self {
        case .undefined, .none: return .null
        case .boolean(let flag): return .boolean(flag)
        case .number(let number): return Self.json(number)
        case .string(let text): return .string(text)
        case .list, .range:
            guard let elements = try? elements else { return nil }
            return try Self.json(elements, depth: depth + 1, reference)
        case .record(let record):
            var fields: [JSON.Member] = []
            var pairs: [JSON] = []
            var isPlain = true
            for (key, value) in record.entries {
                guard let json = try value.json(depth: depth + 1, reference) else { return nil }
                if pairs.isEmpty, case .string(let name) = key {
                    fields.append(JSON.Member(name, json))
                    isPlain = isPlain && !name.hasPrefix("$")
                } else {
                    // The fields so far become pairs too.
                    if pairs.isEmpty { pairs = fields.map { .array([.string($0.name), $0.value]) } }
                    guard let key = try key.value.json(depth: depth + 1, reference) else { return nil }
                    pairs.append(.array([key, json]))
                }
            }
            if !pairs.isEmpty { return Self.marked("map", .array(pairs)) }
            return isPlain ? .object(fields) : Self.marked("record", .array(fields.map { .object([$0]) }))
        case .set(let set):
            return try Self.json(set.elements.map(\.value), depth: depth + 1, reference).map { Self.marked("set", $0) }
        case .tensor(let variable):
            let tensor = variable.value
            guard tensor.count <= Self.largestTensor else { return nil }
            let numbers: [JSON] =
                tensor.dtype == .int64
                ? tensor.integers().map { .string("\($0)") } : tensor.doubles().map { Self.json($0) }
            return Self.marked(
                "tensor",
                .object([
                    JSON.Member("dtype", .string(tensor.dtype.name)),
                    JSON.Member("shape", .array(tensor.shape.map { .integer($0) })),
                    JSON.Member("data", .array(numbers)),
                ]))
        case .object(let object):
            if let json = try reference(object) { return json }
            guard let table = object as? TableObject else { return nil }
            var columns: [JSON] = []
            for (name, values) in table.columns {
                guard let json = try Self.json(values, depth: depth + 1, reference) else { return nil }
                columns.append(.array([.string(name), json]))
            }
            return Self.marked("table", .array(columns))
        case .function: return nil
        }
    }

    static func marked(_ name: String, _ value: JSON) -> JSON { .object([JSON.Member("$" + name, value)]) }

    private static func json(_ number: Double) -> JSON {
        // Minus zero is not a whole number of JSON.
        if let whole = Int(exactly: number), number != 0 || number.sign == .plus { return .integer(whole) }
        return number.isFinite ? .number(number) : marked("number", .string("\(number)"))
    }

    private static func json(_ values: [Value], depth: Int, _ reference: Reference) rethrows -> JSON? {
        var elements: [JSON] = []
        elements.reserveCapacity(values.count)
        for value in values {
            guard let json = try value.json(depth: depth, reference) else { return nil }
            elements.append(json)
        }
        return .array(elements)
    }

    /// The value that `json` gave; nil for JSON that it gives for none.
    package init?(_ json: JSON) {
        guard let value = Value(json, { _ in nil }) else { return nil }
        self = value
    }

    /// The value that `json(referring:)` gave.
    ///
    /// - Parameter object: What a reference stands for; nil for other marks.
    init?(_ json: JSON, _ object: (JSON.Member) throws -> Value?) rethrows {
        switch json {
        case .null: self = .none
        case .boolean(let flag): self = .boolean(flag)
        case .integer(let number): self = .number(Double(number))
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .array(let elements):
            guard let values = try Value.values(elements, object) else { return nil }
            self = .list(values)
        case .object(let fields):
            if fields.count == 1, fields[0].name.hasPrefix("$") {
                if let known = try object(fields[0]) {
                    self = known
                    return
                }
                guard let value = try Value.unmarked(fields[0], object) else { return nil }
                self = value
                return
            }
            guard let values = try Value.values(fields.map(\.value), object) else { return nil }
            self = .record(Record(zip(fields, values).map { ($0.name, $1) }))
        }
    }

    private static func values(_ elements: [JSON], _ object: (JSON.Member) throws -> Value?) rethrows -> [Value]? {
        let values = try elements.compactMap { try Value($0, object) }
        return values.count == elements.count ? values : nil
    }

    private static func unmarked(
        _ field: JSON.Member, _ object: (JSON.Member) throws -> Value?
    ) rethrows -> Value? {
        switch (field.name, field.value) {
        case ("$number", .string(let text)): return Double(text).map { .number($0) }
        case ("$record", .array(let parts)):
            var record = Record()
            for part in parts {
                guard case .object(let fields) = part, fields.count == 1,
                    let value = try Value(fields[0].value, object)
                else { return nil }
                record[fields[0].name] = value
            }
            return .record(record)
        case ("$map", .array(let parts)):
            var record = Record()
            for part in parts {
                guard case .array(let pair) = part, pair.count == 2,
                    let key = try Value(pair[0], object).flatMap(RecordKey.init),
                    let value = try Value(pair[1], object)
                else { return nil }
                record[key] = value
            }
            return .record(record)
        case ("$set", .array(let parts)):
            guard let elements = try values(parts, object) else { return nil }
            return (try? KeySet(elementsOf: .list(elements))).map { .set($0) }
        case ("$table", .array(let parts)):
            var columns: [(name: String, values: [Value])] = []
            for part in parts {
                guard case .array(let pair) = part, pair.count == 2, case .string(let name) = pair[0],
                    case .array(let elements) = pair[1], let column = try values(elements, object),
                    column.count == columns.first?.values.count ?? column.count
                else { return nil }
                columns.append((name, column))
            }
            return .object(TableObject(columns: columns))
        case ("$tensor", let parts): return tensor(parts)
        default: return nil
        }
    }

    private static func tensor(_ parts: JSON) -> Value? {
        guard case .string(let name)? = parts["dtype"], let dtype = DType(name: name),
            case .array(let sizes)? = parts["shape"], case .array(let data)? = parts["data"]
        else { return nil }
        let shape = sizes.compactMap { Value($0)?.asInteger }
        guard shape.count == sizes.count, shape.allSatisfy({ $0 >= 0 && $0 <= largestTensor }),
            shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == data.count
        else { return nil }
        if dtype == .int64 {
            let integers = data.compactMap { element -> Int? in
                if case .string(let text) = element { Int(text) } else { nil }
            }
            guard integers.count == data.count else { return nil }
            return (try? Tensor(integers, shape: shape)).map { .tensor($0) }
        }
        let numbers = data.compactMap { Value($0)?.asNumber }
        guard numbers.count == data.count else { return nil }
        return (try? Tensor(numbers, shape: shape).cast(to: dtype)).map { .tensor($0) }
    }
}
