import TensorCore

/// An operation that gradients flow through.
///
/// A value of such a type is one application: it holds the settings, and what `forward` computes on the way that
/// `backward` can use.
package protocol Operation {
    /// As scripts, messages and profiles call it.
    var name: String { get }
    /// How far what an input's element decides goes.
    var spread: Spread { get }

    /// Whether the result is the operand's memory in another shape.
    var isView: Bool { get }

    mutating func forward(_ inputs: [Tensor]) throws -> Tensor

    /// The shape and type of the result, for an operation that gains from being run later, when it is known what becomes
    /// of the result. Running it then fails only if memory runs out; nil: it runs at once.
    func outline(_ inputs: [Variable]) -> Outline?

    /// The arithmetic of the forward pass, for inputs and a result of these shapes.
    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double
    /// The arithmetic of the backward pass to the inputs that gradients are wanted by.
    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double

    /// Returns the gradients by the inputs, `nil` where none is needed.
    ///
    /// They are written in operations on variables, so that they can be differentiated in turn. A gradient may have
    /// the shape that its input was broadcast to, and the type that it was promoted to: both are undone by the caller.
    func backward(_ call: Backward) throws -> [Variable?]
}

/// The table of operations.
package enum Operations {
    /// The names of those that gradients flow through. The gradient check goes over all of them.
    package static let differentiable: [String] =
        ElementwiseOperation.all.filter(\.isDifferentiable).map(\.name)
        + BinaryOperation.allCases.filter(\.isDifferentiable).map(\.name)
        + ["+", "-", "*", "/", "**"].flatMap { ["x \($0) number", "number \($0) x"] }
        + [
            "alias", "cast", "leaky_relu", "elu", "huber", "clip", "select", "reshape", "permute", "broadcast",
            "concat", "pad",
            "repeated", "flip", "at", "scatter", "set", "gather", "scatter_along", "sum", "mean", "prod", "max", "min",
            "extreme_along", "var", "std", "norm", "cumsum", "cumprod", "recurrence", "roll", "cdist",
            "softmax", "log_softmax", "logsumexp", "matmul", "linear",
            "einsum",
            "linear_weight",
            "cross_entropy", "binary_cross_entropy", "binary_cross_entropy_with_logits", "normalization", "embedding",
            "dropout", "recurrent",
            "masked_softmax", "attention", "conv2d", "conv2d_input", "conv2d_weight", "max_pool2d", "max_unpool2d",
            "avg_pool2d",
            "avg_unpool2d",
            "fourier_pairs", "fourier_of_real", "real_of_fourier",
            "inv", "solve", "det", "slogdet", "cholesky", "pinv", "eigh", "svd", "qr",
        ]

    /// The names of those that only rules of fusion apply.
    package static let fused = ["linear_activation", "conv_relu_pool"]

    static let known = Set(differentiable + fused)
}

/// How elements of an operation's inputs decide those of its output.
package enum Spread: Sendable {
    /// Each element of an input, by itself or with its fellow of the other input, decides one element of the output.
    case elementwise
    /// Elements are picked, put elsewhere or added up, with weights that are not negative; which ones, numbers may
    /// decide.
    case moving
    /// Anything else.
    case mixing
}

/// What an operation computes gradients from.
package struct Backward {
    /// The gradient by the operation's output, in its shape and type.
    package private(set) var gradient: Variable
    /// Whether the gradients will be differentiated in turn. Where they will not, all variables here are constants, and an
    /// operation may use what its `forward` has kept.
    package let isDifferentiated: Bool
    private let variable: Variable
    private let isWanted: [Bool]

    init(_ variable: Variable, gradient: Variable, isWanted: [Bool], isDifferentiated: Bool) {
        self.variable = variable
        self.gradient = gradient
        self.isWanted = isWanted
        self.isDifferentiated = isDifferentiated
    }

    package var inputCount: Int { variable.inputs.count }

    package func input(_ index: Int = 0) -> Variable {
        isDifferentiated ? variable.inputs[index] : variable.inputs[index].detached()
    }

    /// The tensor of an input, for what is not differentiated again.
    package func value(_ index: Int = 0) -> Tensor { variable.inputs[index].value }

    /// Whether the gradient by one of these inputs is needed.
    package func wants(_ indices: Range<Int>) -> Bool { indices.contains { isWanted[$0] } }

    /// The same with another gradient, for an operation that ends in a function of its own.
    func replacing(gradient: Variable) -> Backward {
        var call = self
        call.gradient = gradient
        return call
    }

    package var output: Variable { isDifferentiated ? variable : variable.detached() }

    /// Returns the gradient by an input, computed only where it is needed.
    package func gradient(by index: Int, _ compute: () throws -> Variable) rethrows -> Variable? {
        isWanted[index] ? try compute() : nil
    }
}

/// An operation of one input.
protocol OneInputOperation: Operation {
    mutating func forward(_ x: Tensor) throws -> Tensor
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable
}

/// An operation that takes elements of its input, each as it is.
protocol TakingOperation: OneInputOperation {
    /// Adds the gradient by the result to that by the input, in place.
    ///
    /// - Returns: Whether it was added; nothing is done where that is not possible in place.
    func add(_ gradient: Tensor, to sum: inout Tensor?) throws -> Bool
}

extension Operation {
    package func outline(_ inputs: [Variable]) -> Outline? { nil }
}

extension OneInputOperation {
    package mutating func forward(_ inputs: [Tensor]) throws -> Tensor { try forward(inputs[0]) }

    package func backward(_ call: Backward) throws -> [Variable?] { [try gradient(call.gradient, call)] }
}

/// The other name of a variable.
struct Alias: OneInputOperation {
    var name: String { "alias" }
    var spread: Spread { .elementwise }
    var isView: Bool { true }
    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { 0 }
    func forward(_ x: Tensor) -> Tensor { x }
    func gradient(_ g: Variable, _ call: Backward) -> Variable { g }
}
