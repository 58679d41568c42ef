import TensorCore

/// An operation with its rule of differentiation.
///
/// A value of such a type is one application: it holds the settings, and what `forward` computes on the way that
/// `backward` can use.
package protocol Primitive {
    /// Its entry in the table.
    var rule: Rule { get }

    mutating func forward(_ inputs: [Tensor]) throws -> Tensor

    /// Returns the gradients by the inputs, `nil` where none is needed.
    ///
    /// They are written in operations on variables, so that they can be differentiated in turn. A gradient may have
    /// the shape that its input was broadcast to, and the type that it was promoted to: both are undone by the caller.
    func backward(_ call: Backward) throws -> [Variable?]
}

/// What a rule computes gradients from.
package struct Backward {
    /// The gradient by the operation's output, in its shape and type.
    package let gradient: Variable
    /// Whether the gradients will be differentiated in turn. Where they will not, all variables here are constants, and a
    /// rule may use what its `forward` has kept.
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

    /// Whether the gradient by one of these inputs is needed.
    package func wants(_ indices: Range<Int>) -> Bool { indices.contains { isWanted[$0] } }

    package var output: Variable { isDifferentiated ? variable : variable.detached() }

    /// Returns the gradient by an input, computed only where it is needed.
    package func gradient(by index: Int, _ compute: () throws -> Variable) rethrows -> Variable? {
        isWanted[index] ? try compute() : nil
    }
}

/// An operation of one input.
protocol UnaryPrimitive: Primitive {
    mutating func forward(_ x: Tensor) throws -> Tensor
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable
}

extension UnaryPrimitive {
    package mutating func forward(_ inputs: [Tensor]) throws -> Tensor { try forward(inputs[0]) }

    package func backward(_ call: Backward) throws -> [Variable?] { [try gradient(call.gradient, call)] }
}

/// The other name of a variable.
struct Alias: UnaryPrimitive {
    var rule: Rule { .alias }
    func forward(_ x: Tensor) -> Tensor { x }
    func gradient(_ g: Variable, _ call: Backward) -> Variable { g }
}
