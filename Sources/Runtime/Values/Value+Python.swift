import Datasets

extension Value {
    /// What a file of PyTorch's holds.
    init(_ value: PythonValue) {
        switch value {
        case .none: self = .none
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .number(Double(value))
        case .number(let value): self = .number(value)
        case .text(let value): self = .string(value)
        case .list(let values): self = .list(values.map { Value($0) })
        case .tensor(let tensor): self = .tensor(tensor)
        case .dictionary(let entries):
            var record = Record()
            for (key, value) in entries {
                // Of tensors and records as keys there are none in Python.
                let key = Value(key)
                record[RecordKey(key) ?? .string(key.shortText)] = Value(value)
            }
            self = .record(record)
        }
    }
}
