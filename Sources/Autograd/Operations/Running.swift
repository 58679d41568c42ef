import TensorCore

struct CumulativeSum: OneInputOperation {
    let axis: Int
    var name: String { "cumsum" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.cumulativeSum(axis: axis) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try g.flip([axis]).cumulativeSum(axis: axis).flip([axis])
    }
}

/// The products of the elements up to each place of an axis. Its gradient divides by nothing, so that zeros have exact ones.
struct CumulativeProduct: OneInputOperation {
    /// Counted from the front.
    let axis: Int
    var name: String { "cumprod" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { size(output) }
    func forward(_ x: Tensor) throws -> Tensor { try x.cumulativeProduct(axis: axis) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        if !call.isDifferentiated {
            return Variable(try call.value().productGradient(g.value, axis: axis, ofLast: false))
        }
        // What reaches each place from the products behind it, times the product before it.
        let behind = try Variable.apply(Recurrence(axis: axis, isReversed: true), [call.input(), g])
        return try call.output.shiftedBehind(1, axis: axis) * behind
    }
}

/// `y[i] = b[i] + a[i] * y[i - 1]` along an axis of two inputs of one shape and type; reversed, its adjoint by b:
/// `y[i] = b[i] + a[i + 1] * y[i + 1]`. The first factor is not used.
package struct Recurrence: Operation {
    /// Counted from the front.
    let axis: Int
    let isReversed: Bool
    package var name: String { "recurrence" }
    package var spread: Spread { .mixing }

    package init(axis: Int, isReversed: Bool) {
        self.axis = axis
        self.isReversed = isReversed
    }

    package func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { 2 * size(output) }

    package func forward(_ inputs: [Tensor]) throws -> Tensor {
        try Tensor.recurrence(inputs[0], inputs[1], axis: axis, isReversed: isReversed)
    }

    package func backward(_ call: Backward) throws -> [Variable?] {
        let adjoint = try Variable.apply(
            Recurrence(axis: axis, isReversed: !isReversed), [call.input(0), call.gradient])
        return [
            try call.gradient(by: 0) {
                // Each factor joins a place and the one before it, of which one has the result and one its gradient.
                isReversed
                    ? try adjoint.shiftedBehind(0, axis: axis) * call.output
                    : try call.output.shiftedBehind(0, axis: axis) * adjoint
            }, adjoint,
        ]
    }
}

extension Variable {
    /// The elements one place further along an axis, behind a number; the last one is left out.
    func shiftedBehind(_ number: Double, axis: Int) throws -> Variable {
        let size = shape[axis]
        guard size > 0 else { return self }
        var widths = [(before: Int, after: Int)](repeating: (0, 0), count: rank)
        widths[axis].before = 1
        return try slice(axis: axis, from: 0, to: size - 1).pad(widths, value: number)
    }
}
