import TensorCore

// Factors of matrices. Each operation gives its factors as one tensor, joined along an axis, so that one gradient comes back
// for all of them; `Variable+Decompositions` takes them apart.
//
// Where values coincide, vectors have no derivative: the gradients by them are then nan or infinite, as in PyTorch. A
// function of the values alone has its gradient everywhere.

/// Eigenvalues and vectors of symmetric matrices: `[..., n + 1, n]`, the values in the last row. The gradient is symmetric.
struct SymmetricEigen: OneInputOperation {
    let isUpper: Bool
    var name: String { "eigh" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { cubicFlops(inputs[0], 9) }

    func forward(_ x: Tensor) throws -> Tensor {
        let (values, vectors) = try x.eigh(isUpper: isUpper)
        return try Tensor.concat([vectors, values.unsqueeze(-2)], axis: -2)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let n = call.input().shape.last ?? 0
        let axis = g.rank - 2
        let (gVectors, gValues) = (try g.slice(axis: axis, from: 0, to: n), try g.slice(axis: axis, from: n, to: n + 1))
        let vectors = try call.output.slice(axis: axis, from: 0, to: n)
        let values = try call.output.slice(axis: axis, from: n, to: n + 1)
        let turned = try vectors.transpose(-1, -2)
        let distances = try values - values.transpose(-1, -2)
        let turn = try turned.matmul(gVectors).skew()
        let inner = try turn.quotient(distances) * 0.5 + gValues.onDiagonal()
        return try vectors.matmul(inner).matmul(turned)
    }
}

/// Singular values and vectors: `[..., m + 1 + n, k]`: U, the values as a row, and V.
struct SingularValues: OneInputOperation {
    var name: String { "svd" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { cubicFlops(inputs[0], 14) }

    func forward(_ x: Tensor) throws -> Tensor {
        let (u, s, vt) = try x.svd(isFull: false)
        return try Tensor.concat([u, s.unsqueeze(-2), vt.transpose(-1, -2)], axis: -2)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let (m, n) = (call.input().shape[g.rank - 2], call.input().shape[g.rank - 1])
        func parts(_ x: Variable) throws -> (u: Variable, s: Variable, v: Variable) {
            let axis = x.rank - 2
            return (
                try x.slice(axis: axis, from: 0, to: m), try x.slice(axis: axis, from: m, to: m + 1),
                try x.slice(axis: axis, from: m + 1, to: m + 1 + n)
            )
        }
        let (u, s, v) = try parts(call.output)
        let (gU, gS, gV) = try parts(g)
        let column = try s.transpose(-1, -2)
        let distances = try s.square() - column.square()
        let left = try u.transpose(-1, -2).matmul(gU).skew().quotient(distances) * s
        let right = try v.transpose(-1, -2).matmul(gV).skew().quotient(distances) * column
        let vt = try v.transpose(-1, -2)
        var gradient = try u.matmul(left + right + gS.onDiagonal()).matmul(vt)
        // What turns a vector out of the space of the others.
        if m > n {
            let outside = try gU.quotient(s)
            gradient = try gradient + (outside - u.matmul(u.transpose(-1, -2).matmul(outside))).matmul(vt)
        }
        if n > m {
            let outside = try gV.quotient(s)
            gradient = try gradient + u.matmul((outside - v.matmul(vt.matmul(outside))).transpose(-1, -2))
        }
        return gradient
    }
}

/// A = Q R: `[..., m + n, k]`: Q and R^T. Roberts and Roberts 2020, arXiv:2009.10071.
struct OrthogonalTriangular: OneInputOperation {
    var name: String { "qr" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { cubicFlops(inputs[0], 4) }

    func forward(_ x: Tensor) throws -> Tensor {
        let (q, r) = try x.qr(isComplete: false)
        return try Tensor.concat([q, r.transpose(-1, -2)], axis: -2)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.input()
        let (m, n) = (x.shape[g.rank - 2], x.shape[g.rank - 1])
        let axis = g.rank - 2
        let q = try call.output.slice(axis: axis, from: 0, to: m)
        // The first columns of R, a square, with the columns of A that they come from; the others are Q^T A.
        let k = Swift.min(m, n)
        let square = try call.output.slice(axis: axis, from: m, to: m + k).transpose(-1, -2)
        let gSquare = try g.slice(axis: axis, from: m, to: m + k).transpose(-1, -2)
        var gQ = try g.slice(axis: axis, from: 0, to: m)
        var rest: Variable?
        if n > m {
            let gRest = try g.slice(axis: axis, from: m + k, to: m + n)
            let others = try x.slice(axis: x.rank - 1, from: k, to: n)
            gQ = try gQ + others.matmul(gRest)
            rest = try q.matmul(gRest.transpose(-1, -2))
        }
        let inner = try square.matmul(gSquare.transpose(-1, -2)) - gQ.transpose(-1, -2).matmul(q)
        let sum = try gQ + q.matmul(inner.mirroredLower())
        guard try !square.hasZeroOnDiagonal() else {
            throw LinearAlgebraError.noGradient(
                operation: "qr", reason: "of a matrix whose first columns depend on each other")
        }
        let first = try Variable.apply(Solve(), [square, sum.transpose(-1, -2)]).transpose(-1, -2)
        return try rest.map { try .concat([first, $0], axis: first.rank - 1) } ?? first
    }
}

extension Variable {
    fileprivate func skew() throws -> Variable { try self - transpose(-1, -2) }

    /// The matrices with the rows `[..., 1, n]` on their diagonals.
    fileprivate func onDiagonal() throws -> Variable {
        let n = shape.last ?? 0
        return try .select(Tensor.eye(n).cast(to: .bool), self, Variable(.scalar(0, dtype: dtype)))
    }

    /// The quotient, 0 where both are 0: what has no share in a result has none in its gradient.
    fileprivate func quotient(_ divisor: Variable) throws -> Variable {
        let shape = try Tensor.broadcastShape("/", shape, divisor.shape)
        let isNothing = try Tensor.combine(
            .logicalAnd, value.combined(.equal, with: 0), divisor.value.combined(.equal, with: 0))
        guard isNothing.booleans().contains(true) else { return try self / divisor }
        let safe = try Variable.select(
            isNothing, Variable(.scalar(1, dtype: dtype)), divisor.broadcast(to: shape))
        return try .select(isNothing, Variable(.scalar(0, dtype: dtype)), self / safe)
    }

    fileprivate func hasZeroOnDiagonal() throws -> Bool {
        guard let n = shape.last, n > 0 else { return false }
        let own = try Tensor.select(Tensor.eye(n).cast(to: .bool), value, .scalar(1, dtype: dtype))
        return try own.combined(.equal, with: 0).booleans().contains(true)
    }
}
