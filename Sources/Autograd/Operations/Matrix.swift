import TensorCore

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
