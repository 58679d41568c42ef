import TensorCore

// Linear algebra of matrices `[..., m, n]`, in double precision inside.
extension Variable {
    /// Returns the inverses.
    package func inverse() throws -> Variable { try applying(Inverse()) }

    /// Returns x with A x = b; a vector b `[n]` gives vectors.
    package static func solve(_ a: Variable, _ b: Variable) throws -> Variable {
        guard b.rank == 1 else { return try apply(Solve(), [a, b]) }
        return try apply(Solve(), [a, b.unsqueeze(1)]).squeeze(-1)
    }

    /// Returns the determinants `[...]`.
    package func determinant() throws -> Variable { try applying(Determinant()) }

    /// Returns the sign of each determinant and the logarithm of its size.
    package func signAndLogDeterminant() throws -> (sign: Variable, logarithm: Variable) {
        let both = try applying(LogDeterminant())
        return (Variable(try both.value.at([.ellipsis, .index(0)])), try both.at([.ellipsis, .index(1)]))
    }

    /// Returns the lower triangular L with L L^T = A.
    package func cholesky() throws -> Variable { try applying(Cholesky()) }

    /// Returns the Moore-Penrose inverse.
    ///
    /// - Parameter cutoff: Singular values up to this part of the greatest count as 0; as in PyTorch unless given.
    package func pseudoInverse(cutoff: Double? = nil) throws -> Variable {
        try applying(PseudoInverse(cutoff: cutoff ?? rankCutoff))
    }

    /// The part of the greatest singular value that rounding leaves of a 0: max(m, n) times the unit of the type.
    package var rankCutoff: Double {
        Double(shape.suffix(2).max() ?? 1) * (dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne)
    }

    /// Returns the eigenvalues, ascending, and the vectors, as columns, of symmetric matrices.
    package func eigh(isUpper: Bool = false) throws -> (values: Variable, vectors: Variable) {
        let both = try applying(SymmetricEigen(isUpper: isUpper))
        let n = shape.last ?? 0
        return (
            try both.slice(axis: rank - 2, from: n, to: n + 1).squeeze(-2),
            try both.slice(axis: rank - 2, from: 0, to: n)
        )
    }

    /// Returns the eigenvalues of symmetric matrices, ascending.
    package func eigenvaluesOfSymmetric(isUpper: Bool = false) throws -> Variable {
        isTracked
            ? try eigh(isUpper: isUpper).values : Variable(try value.eigh(isUpper: isUpper, givesVectors: false).values)
    }

    /// Returns U `[..., m, k]`, the singular values `[..., k]`, descending, and V^T `[..., k, n]`, for k = min(m, n).
    package func svd() throws -> (u: Variable, s: Variable, vt: Variable) {
        guard isTracked else {
            let (u, s, vt) = try value.svd(isFull: false)
            return (Variable(u), Variable(s), Variable(vt))
        }
        let all = try applying(SingularValues())
        let (m, n, axis) = (shape[rank - 2], shape[rank - 1], rank - 2)
        return (
            try all.slice(axis: axis, from: 0, to: m), try all.slice(axis: axis, from: m, to: m + 1).squeeze(-2),
            try all.slice(axis: axis, from: m + 1, to: m + 1 + n).transpose(-1, -2)
        )
    }

    /// Returns the singular values, descending.
    package func singularValues() throws -> Variable {
        isTracked ? try svd().s : Variable(try value.singularValues())
    }

    /// Returns Q `[..., m, k]` and R `[..., k, n]`, for k = min(m, n).
    package func qr() throws -> (q: Variable, r: Variable) {
        guard isTracked else {
            let (q, r) = try value.qr(isComplete: false)
            return (Variable(q), Variable(r))
        }
        let both = try applying(OrthogonalTriangular())
        let (m, n) = (shape[rank - 2], shape[rank - 1])
        return (
            try both.slice(axis: rank - 2, from: 0, to: m),
            try both.slice(axis: rank - 2, from: m, to: m + n).transpose(-1, -2)
        )
    }

    /// Returns the product of a matrix with itself, `exponent` times; of its inverse for a negative one.
    package func matrixPower(_ exponent: Int) throws -> Variable {
        guard rank >= 2, shape[rank - 1] == shape[rank - 2] else {
            throw TensorError.shape(
                operation: "matrix_power", expected: "square matrices [..., n, n]", actual: shape)
        }
        let one = Variable(try Tensor.eye(shape[rank - 1], dtype: dtype).broadcast(to: shape))
        var base = exponent < 0 ? try inverse() : self
        var rest = exponent.magnitude
        var result: Variable?
        while rest > 0 {
            try Interrupt.check()
            if rest % 2 == 1 { result = try result?.matmul(base) ?? base }
            rest /= 2
            if rest > 0 { base = try base.matmul(base) }
        }
        return result ?? one
    }
}
