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

    /// What a file of PyTorch's can hold of it.
    ///
    /// - Throws: `Failure` for what is no plain value and no tensor.
    func pythonValue(depth: Int = 0) throws -> PythonValue {
        guard depth < Value.deepestGroup else {
            throw Failure("what is saved for PyTorch is nested at most \(Value.deepestGroup) deep")
        }
        if isNone { return .none }
        if case .boolean(let flag) = self { return .boolean(flag) }
        if let whole = asInteger, isNumber { return .integer(whole) }
        if isNumber, let number = asNumber { return .number(number) }
        if let text = asString { return .text(text) }
        if case .tensor(let tensor) = self { return .tensor(tensor.value) }
        if case .record(let record) = self {
            return .dictionary(
                try record.entries.map {
                    (try $0.key.value.pythonValue(depth: depth + 1), try $0.value.pythonValue(depth: depth + 1))
                })
        }
        if isList, let elements = try elements {
            return .list(try elements.map { try $0.pythonValue(depth: depth + 1) })
        }
        throw Failure(
            "a file of PyTorch's holds tensors and plain values, and not \(kindWithArticle)",
            help: object(as: ModuleObject.self) == nil
                ? [] : ["the weights of a model are such: save net.state_dict() \"net.pt\""])
    }
}
