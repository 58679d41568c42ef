import TensorCore

/// A value of Python, as files of PyTorch hold it: tensors, and what is made of lists and dictionaries.
package indirect enum PythonValue {
    case none
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([PythonValue])
    case dictionary([(key: PythonValue, value: PythonValue)])
    case tensor(Tensor)

    /// The tensors of a dictionary that holds tensors by their names and nothing else; `nil` for other values.
    package var namedTensors: [(name: String, value: Tensor)]? {
        guard case .dictionary(let entries) = self, !entries.isEmpty else { return nil }
        var tensors: [(name: String, value: Tensor)] = []
        for entry in entries {
            guard case (.text(let name), .tensor(let tensor)) = entry else { return nil }
            tensors.append((name, tensor))
        }
        return tensors
    }
}
