import TensorCore

/// What was wrong with a request for a gradient or a loss: data, from which `message` and `help` make the words.
package enum AutogradError: Error, Equatable {
    /// A gradient of more than one number.
    case notScalar([Int])
    /// A gradient by, or of, whole numbers.
    case notFloatingPoint(DType)
    /// Labels in another shape than the logits ask for.
    case labels(expected: [Int], actual: [Int])
    /// Labels that are not whole numbers.
    case labelType(DType)
    case classOutOfRange(label: Int, classes: Int)
    case argument(operation: String, name: String, reason: String)

    /// What is wrong.
    package var message: String {
        switch self {
        case .notScalar(let shape): "a gradient is taken of one number, and this is a tensor of shape \(shape)"
        case .notFloatingPoint(let dtype): "a gradient is taken by floating-point numbers, and these are \(dtype.name)"
        case .labels(let expected, let actual):
            "the labels have shape \(actual), and these outputs need labels of shape \(expected)"
        case .labelType(let dtype): "labels are whole numbers, and these are \(dtype.name)"
        case .classOutOfRange(let label, let classes):
            classes == 0
                ? "label \(label) is out of range: there are no classes"
                : "label \(label) is out of range: there are \(classes) classes, 0 to \(classes - 1)"
        case .argument(let operation, let name, let reason): "\(operation): \(name) \(reason)"
        }
    }

    /// A way to go on.
    package var help: String? {
        switch self {
        case .notScalar: "reduce it first, with `sum` or `mean`"
        case .notFloatingPoint: "convert them first, as in tensor(x, dtype=\"float32\")"
        case .labels: nil
        case .labelType: "convert them first, as in tensor(y, dtype=\"int64\")"
        case .classOutOfRange: "the last layer needs as many outputs as there are classes"
        case .argument: nil
        }
    }
}
