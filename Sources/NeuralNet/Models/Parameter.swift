import Autograd
import TensorCore

/// A tensor that a layer learns, or keeps beside what it learns.
///
/// An optimizer moves the values of all parameters into one flat vector and writes there in place: `value` is then a
/// view of memory that the next step changes. What is shown or kept must be a `snapshot`.
package final class Parameter {
    /// Its name within the layer, such as `weight`.
    package let name: String
    package let initial: InitialDistribution
    private let ownership = Ownership()
    /// The values as they are now, in memory that training writes to.
    package private(set) var value: Tensor {
        didSet {
            constant = Variable(value)
            shown?.show(value)
        }
    }
    /// Whether steps leave it as it is.
    package private(set) var isFrozen: Bool
    /// The variable by which scripts know it, where they hold it as a tensor.
    weak var shown: Variable?
    /// Made with the value and not when it is read: several threads may apply one model.
    private var constant: Variable
    /// What is recorded now, innermost last: `grad` inside `step` records twice.
    private var recorded: [Variable] = []

    /// Makes a parameter of a module and draws its first values from the stream of its path.
    ///
    /// - Throws: `TensorError.outOfMemory`; `OwnershipError` where the module is one that others read.
    init(_ name: String, of module: any Module, shape: [Int], initial: InitialDistribution) throws {
        try module.checkOwnership()
        self.name = name
        self.initial = initial
        let place = module.place
        isFrozen = place.isFrozen
        value = try initial.draw(shape, dtype: place.dtype, key: place.key.child(named: place.path(of: name)))
        constant = Variable(value)
    }

    init(_ name: String, value: Tensor, initial: InitialDistribution, isFrozen: Bool = false) {
        self.name = name
        self.isFrozen = isFrozen
        self.initial = initial
        self.value = value
        constant = Variable(value)
    }

    package var shape: [Int] { value.shape }
    package var dtype: DType { value.dtype }
    package var count: Int { value.count }

    /// The value as operations take it: a constant, or between `startRecording` and `stopRecording` the tracked leaf
    /// that gradients are computed by.
    package var variable: Variable {
        recorded.last ?? shown ?? constant
    }

    /// Keeps steps from changing it, or lets them.
    ///
    /// - Throws: `OwnershipError`.
    package func setFrozen(_ isFrozen: Bool) throws {
        try checkOwnership()
        self.isFrozen = isFrozen
    }

    package var isRecording: Bool { !recorded.isEmpty }

    /// Lets a change of the values pass, or refuses it.
    ///
    /// - Throws: `OwnershipError`.
    func checkOwnership() throws { try ownership.check(name.isEmpty ? "the parameter" : "the parameter `\(name)`") }

    /// Makes `variable` a fresh tracked leaf. Recordings nest: the inner leaf depends on the outer one.
    ///
    /// - Parameter recording: What operations on it are computed in; nil: at once.
    /// - Throws: `OwnershipError`.
    package func startRecording(in recording: Recording? = nil) throws {
        try checkOwnership()
        if let shown {
            shown.setTracked(true, in: recording)
            recorded.append(shown)
        } else {
            recorded.append(Gradient.leaf(variable, in: recording))
        }
    }

    /// Ends the innermost recording.
    package func stopRecording() {
        if let last = recorded.popLast(), recorded.isEmpty, last === shown { last.setTracked(false) }
    }

    /// Tells it that its values have changed where they stand.
    func noteWrite() { shown?.show(value) }

    /// The values as they are now, in memory of their own.
    package func snapshot() throws -> Tensor { try value.copy() }

    /// Makes another tensor of the same shape and type the values: the one way to change them.
    ///
    /// - Throws: `OwnershipError`.
    package func replace(with newValue: Tensor) throws {
        try checkOwnership()
        value = newValue
    }

    /// Puts in other values of the same shape, cast to the parameter's type.
    ///
    /// - Throws: `NeuralNetError` `.stateShape` where the shapes differ.
    package func set(_ newValue: Tensor, path: String) throws {
        guard newValue.shape == shape else {
            throw NeuralNetError(subject: path, .stateShape(expected: shape, actual: newValue.shape))
        }
        try Recording.settle()
        try replace(with: newValue.dtype == dtype ? newValue.copy() : newValue.cast(to: dtype))
    }

    /// Draws the first values anew.
    func redraw(_ key: RandomKey) throws {
        try replace(with: initial.draw(shape, dtype: dtype, key: key))
    }

    func cloned() throws -> Parameter { Parameter(name, value: try snapshot(), initial: initial, isFrozen: isFrozen) }
}

extension Sequence<Parameter> {
    /// Makes all of them record or, where one must not change, none.
    ///
    /// - Throws: `OwnershipError`.
    package func startRecording(in recording: Recording? = nil) throws {
        var started: [Parameter] = []
        do {
            for parameter in self {
                try parameter.startRecording(in: recording)
                started.append(parameter)
            }
        } catch {
            started.forEach { $0.stopRecording() }
            throw error
        }
    }
}

/// What a parameter's first values are drawn from: PyTorch's choices for each layer.
package enum InitialDistribution: Equatable, Sendable {
    /// Uniform in `-1/sqrt(fanIn) ..< 1/sqrt(fanIn)`: for weights this is He et al. 2015, doi:10.1109/ICCV.2015.123
    /// (`kaiming_uniform`) with PyTorch's `a = sqrt(5)`; the bias of the same layer has the same bounds.
    case fanInUniform(fanIn: Int)
    /// Normal with mean 0 and deviation 1; row `zeroRow`, where there is one, is all zero.
    case normal(zeroRow: Int?)
    case constant(Double)
    /// Uniform in `-b ..< b` with `b = sqrt(6 / (fanIn + fanOut))`. Glorot and Bengio 2010 (`xavier_uniform`).
    case xavierUniform(fanIn: Int, fanOut: Int)
    case gaussian(deviation: Double)
    case uniform(bound: Double)
    case orthogonal
    case made(WeightFunction)

    func draw(_ shape: [Int], dtype: DType, key: RandomKey) throws -> Tensor {
        switch self {
        case .fanInUniform(let fanIn):
            let bound = 1 / Double(max(fanIn, 1)).squareRoot()
            return try Tensor.uniform(shape, low: -bound, high: bound, dtype: dtype, key: key)
        case .xavierUniform(let fanIn, let fanOut):
            let bound = (6 / Double(max(fanIn + fanOut, 1))).squareRoot()
            return try Tensor.uniform(shape, low: -bound, high: bound, dtype: dtype, key: key)
        case .normal(let zeroRow):
            var values = try Tensor.normal(shape, mean: 0, std: 1, dtype: dtype, key: key)
            if let zeroRow { try values.set([.index(zeroRow)], to: Tensor.scalar(0, dtype: dtype)) }
            return values
        case .constant(let value):
            return try Tensor.full(shape, value, dtype: dtype)
        case .gaussian(let deviation):
            return try Tensor.normal(shape, mean: 0, std: deviation, dtype: dtype, key: key)
        case .uniform(let bound):
            return try Tensor.uniform(shape, low: -bound, high: bound, dtype: dtype, key: key)
        case .orthogonal:
            return try Tensor.orthogonal(shape, dtype: dtype, key: key)
        case .made(let function):
            return try function.make(shape).cast(to: dtype).copy()
        }
    }
}
