import Autograd
import NeuralNet
import TensorCore

extension Variable {
    /// One element, by a whole number for each axis; nil where it is more, or takes more to find.
    func single(_ subscripts: [Subscript]) throws -> Value? {
        guard subscripts.count == rank, !isTracked, !isDeferred, dtype.isFloatingPoint,
            let number = value.element({ subscripts[$0].whole })
        else { return nil }
        return dtype == .float64 ? .number(number) : .tensor(Variable(try Tensor.scalar(number, dtype: dtype)))
    }

    /// The parameter that it shows.
    var ownParameter: Parameter? { (owner as? TensorParameter)?.parameter ?? owner as? Parameter }

    /// The parameter that a loop over `net.parameters()` has given: `p -= lr * g` changes it, as in PyTorch.
    var parameterOfLoop: Parameter? { ownName == nil ? nil : owner as? Parameter }

    /// Gives the parameter that it shows other values, and shows those.
    ///
    /// - Throws: `Failure` inside `step` and `grad`, where what was computed from the parameter would no longer be true.
    func change(_ parameter: Parameter, to new: Variable) throws {
        let name = ownName ?? (parameter.name.isEmpty ? "the parameter" : parameter.name)
        guard !parameter.isRecording else {
            throw Failure(
                "`\(name)` cannot be changed inside `step` and `grad`, which take its gradient",
                help: "change it after them, or compute with another name: `q = p * 2`")
        }
        guard new.shape == parameter.shape else {
            throw Failure("`\(name)` has shape \(parameter.shape), and the value has shape \(new.shape)")
        }
        try Value.tensor(new).checkConstant("`\(name)`")
        try parameter.set(new.value, path: name)
        // The one under whose name a script holds it is shown by the parameter itself.
        if owner is Parameter { show(parameter.value) }
    }
}
