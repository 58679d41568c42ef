import TensorCore

// Inverses, systems of equations and determinants of matrices [..., n, n].
// Gradients: Giles 2008, "Collected matrix derivative results for forward and reverse mode".

/// The arithmetic of something that costs `factor * n^3` for each matrix.
func cubicFlops(_ shape: [Int], _ factor: Double) -> Double {
    factor * size(shape) * Double(shape.suffix(2).min() ?? 1)
}

struct Inverse: OneInputOperation {
    var name: String { "inv" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { cubicFlops(inputs[0], 2) }

    func forward(_ x: Tensor) throws -> Tensor { try x.inverse() }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let transposed = try call.output.transpose(-1, -2)
        return try -transposed.matmul(g).matmul(transposed)
    }
}

/// x with A x = b.
struct Solve: Operation {
    var name: String { "solve" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        cubicFlops(inputs[0], 2 / 3) + 2 * size(output) * Double(inputs[0].last ?? 1)
    }

    func forward(_ inputs: [Tensor]) throws -> Tensor { try Tensor.solve(inputs[0], inputs[1]) }

    func backward(_ call: Backward) throws -> [Variable?] {
        let right = try Variable.apply(Solve(), [call.input(0).transpose(-1, -2), call.gradient])
        return [
            try call.gradient(by: 0) { try -right.matmul(call.output.transpose(-1, -2)) },
            call.gradient(by: 1) { right },
        ]
    }
}

/// The gradient is the matrix of cofactors, which singular matrices have as well.
struct Determinant: OneInputOperation {
    var name: String { "det" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { cubicFlops(inputs[0], 2 / 3) }

    func forward(_ x: Tensor) throws -> Tensor { try x.determinant() }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.input()
        let isSingular = try call.output.value.combined(.equal, with: 0).booleans().contains(true)
        let cofactors =
            try isSingular ? cofactors(x) : call.output.asMatrices * x.inverse().transpose(-1, -2)
        return try g.asMatrices * cofactors
    }

    /// Of U S V^T they are det(U) det(V) U C V^T, where C has the products of the other singular values on its diagonal.
    private func cofactors(_ x: Variable) throws -> Variable {
        let (u, s, vt) = try x.svd()
        let signs = try Tensor.combine(.multiply, u.value.determinant(), vt.value.determinant())
        let own = try Tensor.eye(s.shape[s.rank - 1]).cast(to: .bool)
        let others = try Variable.select(own, Variable(.scalar(1, dtype: x.dtype)), s.unsqueeze(-2)).prod(axes: [-1])
        return try (u * others.unsqueeze(-2)).matmul(vt) * Variable(signs).asMatrices
    }
}

/// The sign of the determinant and the logarithm of its size, `[..., 2]`.
struct LogDeterminant: OneInputOperation {
    var name: String { "slogdet" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { cubicFlops(inputs[0], 2 / 3) }

    func forward(_ x: Tensor) throws -> Tensor { try x.signAndLogDeterminant() }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let last = call.output.rank - 1
        let signs = try call.output.value.at([.ellipsis, .index(0)])
        guard try !signs.combined(.equal, with: 0).booleans().contains(true) else {
            throw LinearAlgebraError.noGradient(
                operation: "slogdet", reason: "where the determinant is 0; `det` has one there")
        }
        let ofLogarithm = try g.slice(axis: last, from: 1, to: 2).unsqueeze(-1)
        return try ofLogarithm * call.input().inverse().transpose(-1, -2)
    }
}

/// A = L L^T; of A the lower triangle is read. The gradient is that of a symmetric A. Murray 2016, arXiv:1602.07527.
struct Cholesky: OneInputOperation {
    var name: String { "cholesky" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { cubicFlops(inputs[0], 1 / 3) }

    func forward(_ x: Tensor) throws -> Tensor { try x.cholesky() }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let lower = call.output
        let upper = try lower.transpose(-1, -2)
        let product = try upper.matmul(g)
        // The lower triangle mirrored, half of its diagonal counted twice.
        let half = try product.mirroredLower() * 0.5
        let left = try Variable.apply(Solve(), [upper, half])
        return try Variable.apply(Solve(), [upper, left.transpose(-1, -2)])
    }
}

/// The Moore-Penrose inverse. Golub and Pereyra 1973, doi:10.1137/0710036; the rank is taken for constant.
struct PseudoInverse: OneInputOperation {
    /// Singular values up to this part of the greatest count as 0.
    let cutoff: Double
    var name: String { "pinv" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { cubicFlops(inputs[0], 16) }

    func forward(_ x: Tensor) throws -> Tensor {
        let (u, s, vt) = try x.cast(to: .float64).svd(isFull: false)
        guard s.count > 0 else { return try Tensor.zeros(x.transpose(-1, -2).shape, dtype: x.dtype) }
        let least = try s.reduced(.max, axes: [-1], keepDims: true).combined(.multiply, with: cutoff)
        let inverses = try Tensor.select(
            Tensor.combine(.greater, s, least), s.map(.reciprocal), .scalar(0, dtype: .float64))
        let scaled = try Tensor.combine(.multiply, vt.transpose(-1, -2), inverses.unsqueeze(-2))
        return try Tensor.matmul(scaled, u.transpose(-1, -2)).cast(to: x.dtype)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let (x, inverse) = (call.input(), call.output)
        let (turned, gTurned) = (try inverse.transpose(-1, -2), try g.transpose(-1, -2))
        let first = try turned.matmul(g).matmul(turned)
        // (I - A P) G^T P P^T and P^T P G^T (I - P A)
        let second = try gTurned.matmul(inverse).matmul(turned)
        let third = try turned.matmul(inverse).matmul(gTurned)
        let left = try second - x.matmul(inverse.matmul(second))
        let right = try third - third.matmul(inverse).matmul(x)
        return try left + right - first
    }
}

extension Variable {
    /// Numbers `[...]` as `[..., 1, 1]`, to meet matrices.
    fileprivate var asMatrices: Variable {
        get throws { try reshape(shape + [1, 1]) }
    }

    /// The symmetric matrix that has the same lower triangle.
    func mirroredLower() throws -> Variable {
        try triangle(isLower: true, k: 0) + triangle(isLower: true, k: -1).transpose(-1, -2)
    }
}
