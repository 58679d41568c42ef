import Autograd
import TensorCore

/// What `vars` tells of a variable.
struct VariableRow {
    private let name: String
    private let value: Value
    private var shape: [Int]?
    private var dtype: DType?
    private var byteCount: Int?
    private var smallest = Double.infinity
    private var largest = -Double.infinity
    private var notFiniteCount: Int?

    init(_ name: String, _ value: Value) throws {
        self.name = name
        self.value = value
        switch value {
        case .tensor(let tensor): try describe(tensor.value)
        case .list(let elements) where !elements.isEmpty && elements.allSatisfy(\.isNumber):
            shape = [elements.count]
            count(elements.lazy.compactMap(\.asNumber))
        case .object(let object as ModuleObject) where object.module.isBuilt:
            let weights = try object.module.parameters.map { try $0.snapshot() }
            byteCount = weights.reduce(0) { $0 + $1.count * $1.dtype.size }
            for weight in weights { try count(weight) }
        case .object(let object as DatasetObject):
            shape = [object.dataset.count] + object.dataset.exampleShape
        default: break
        }
    }

    private mutating func describe(_ tensor: Tensor) throws {
        shape = tensor.shape
        dtype = tensor.dtype
        byteCount = tensor.count * tensor.dtype.size
        try count(tensor)
    }

    /// In pieces: as numbers of 64 bits a large tensor would take several times its memory.
    private mutating func count(_ tensor: Tensor) throws {
        let flat = try tensor.reshape([-1])
        for start in stride(from: 0, to: flat.count, by: Self.pieceCount) {
            try Operators.checkInterrupt()
            let end = min(start + Self.pieceCount, flat.count)
            count(try flat.at([.slice(start: start, stop: end, step: 1)]).doubles())
        }
    }

    private static let pieceCount = 1 << 20

    private mutating func count(_ numbers: some Sequence<Double>) {
        var notFinite = 0
        for number in numbers {
            guard number.isFinite else {
                notFinite += 1
                continue
            }
            smallest = min(smallest, number)
            largest = max(largest, number)
        }
        notFiniteCount = (notFiniteCount ?? 0) + notFinite
    }

    var record: Record {
        func number(_ value: Double) -> Value { value.isFinite ? .number(value) : .none }
        return Record([
            ("name", .string(name)), ("kind", .string(value.kindName)),
            ("shape", shape.map { .string("\($0)") } ?? .none), ("dtype", dtype.map { .string($0.name) } ?? .none),
            ("bytes", byteCount.map { .integer($0) } ?? .none),
            ("min", number(smallest)), ("max", number(largest)),
            // Where all are finite there is nothing to tell.
            ("not_finite", notFiniteCount.flatMap { $0 > 0 ? .integer($0) : nil } ?? .none),
            // Of a tensor its kind, shape and dtype are all that it would say.
            ("value", dtype == nil ? .string(String(value.shortText.prefix(60))) : .none),
        ])
    }
}

extension TableObject {
    /// What `vars` shows: a row for each name, without the columns that have no value.
    package convenience init(variables: [(name: String, value: Value)]) throws {
        let table = try TableObject(rows: variables.map { try VariableRow($0.name, $0.value).record })
        self.init(
            columns: table.columns.filter { $0.values.contains { !$0.isNone } }, asked: ["kind", "shape", "value"])
    }
}
