import TensorCore

/// `x weight^T + bias`, for `x` `[..., I]`, `weight` `[O, I]` and, if there is one, `bias` `[O]`.
struct LinearMap: Operation {
    var name: String { "linear" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        size(output) * (2 * Double(inputs[0].last ?? 1) + (inputs.count > 2 ? 1 : 0))
    }

    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double {
        flops(inputs, output) * Double(wanted.prefix(2).count { $0 })
    }

    func outline(_ inputs: [Variable]) -> Outline? {
        let (x, weight) = (inputs[0].shape, inputs[1].shape)
        guard inputs.allSatisfy({ $0.dtype == .float32 }), weight.count == 2, x.last == weight[1],
            inputs.count < 3 || inputs[2].shape == [weight[0]]
        else { return nil }
        return Outline(x.dropLast() + [weight[0]], .float32)
    }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        try Tensor.linear(inputs[0], inputs[1], bias: inputs.count > 2 ? inputs[2] : nil)
    }

    /// The gradient of the weights is a product in their own layout.
    func backward(_ call: Backward) throws -> [Variable?] {
        if !call.isDifferentiated { return try direct(call) }
        let x = call.input(0)
        let weight = call.input(1)
        let count = x.shape.dropLast().reduce(1, *)
        let rows = try call.gradient.reshape([count, weight.shape[0]])
        var gradients = [
            try call.gradient(by: 0) { try rows.matmul(weight).reshape(x.shape) },
            try call.gradient(by: 1) {
                try .apply(LinearWeightGradient(), [rows, x.reshape([count, weight.shape[1]])])
            },
        ]
        if call.inputCount > 2 { gradients.append(try call.gradient(by: 2) { try rows.sum(axes: [0]) }) }
        return gradients
    }

    /// The gradients as constants, without the steps between.
    private func direct(_ call: Backward) throws -> [Variable?] {
        let (x, weight) = (call.value(0), call.value(1))
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        let count = x.shape.dropLast().reduce(1, *)
        let rows = try call.gradient.value.reshape([count, outputs])
        var gradients = [
            try call.gradient(by: 0) { Variable(try Tensor.matmul(rows, weight).reshape(x.shape)) },
            try call.gradient(by: 1) {
                let factors = [Variable(rows), Variable(try x.reshape([count, inputs]))]
                // Later, if it keeps no more memory than it takes itself.
                let isLater = count <= inputs && factors.allSatisfy { $0.dtype == .float32 }
                return try isLater
                    ? .later(LinearWeightGradient(), factors, Outline(weight.shape, .float32))
                    : .apply(LinearWeightGradient(), factors)
            },
        ]
        if call.inputCount > 2 {
            gradients.append(try call.gradient(by: 2) { Variable(try rows.reduced(.sum, axes: [0])) })
        }
        return gradients
    }
}

/// The matrix product, with vectors and batches as in `Tensor.matmul`.
struct MatrixProduct: Operation {
    var name: String { "matmul" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { 2 * size(output) * Double(inputs[0].last ?? 1) }

    func forward(_ inputs: [Tensor]) throws -> Tensor { try Tensor.matmul(inputs[0], inputs[1]) }

    func backward(_ call: Backward) throws -> [Variable?] {
        let a = call.input(0)
        let b = call.input(1)
        // A vector is a row on the left, a column on the right.
        let left = a.rank == 1 ? try a.unsqueeze(0) : a
        let right = b.rank == 1 ? try b.unsqueeze(1) : b
        var g = call.gradient
        if a.rank == 1 { g = try g.unsqueeze(b.rank == 1 ? g.rank : g.rank - 1) }
        if b.rank == 1 { g = try g.unsqueeze(g.rank) }
        return [
            try call.gradient(by: 0) { try vector(g.matmul(right.transpose(-1, -2)), ofRow: a) },
            try call.gradient(by: 1) { try vector(byRight(g, left, right), ofColumn: b) },
        ]
    }

    /// Where one matrix serves a whole batch, its gradient is one product over all rows.
    private func byRight(_ g: Variable, _ left: Variable, _ right: Variable) throws -> Variable {
        guard right.rank == 2, left.rank > 2, left.count > 0, g.count > 0 else {
            return try left.transpose(-1, -2).matmul(g)
        }
        let rows = try left.reshape([-1, left.shape[left.rank - 1]])
        return try rows.transpose(0, 1).matmul(g.reshape([-1, g.shape[g.rank - 1]]))
    }

    /// The gradient without the axis that a vector was given; batches are summed by the caller.
    private func vector(_ gradient: Variable, ofRow operand: Variable) throws -> Variable {
        operand.rank == 1 ? try gradient.squeeze(-2) : gradient
    }

    private func vector(_ gradient: Variable, ofColumn operand: Variable) throws -> Variable {
        operand.rank == 1 ? try gradient.squeeze(-1) : gradient
    }
}
