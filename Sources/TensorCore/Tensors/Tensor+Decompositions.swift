// Matrices `[..., n, n]` through LAPACK, in double precision; results have the type of what they are made of.
extension Tensor {
    /// Returns the inverses.
    ///
    /// - Throws: `TensorError.shape`, `LinearAlgebraError` `.singular`, `.unavailable`, `.tooLarge`.
    package func inverse() throws -> Tensor {
        let lu = try matrices("inv", isSquare: true)
        let (pivots, singular) = try Lapack.lu(lu)
        if let singular { throw LinearAlgebraError.singular(operation: "inv", place: singular) }
        try Lapack.invert(lu, pivots)
        return try lu.cast(to: dtype)
    }

    /// Returns x with A x = b: `[..., n, n]`, `[..., n, k]` -> `[..., n, k]`; batches broadcast.
    ///
    /// - Throws: `TensorError` `.shape`, `.broadcast`; `LinearAlgebraError` as `inverse`.
    package static func solve(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        try a.checkMatrices("solve", isSquare: true)
        let n = a.shape[a.rank - 1]
        guard b.rank >= 2, b.shape[b.rank - 2] == n else {
            throw TensorError.shape(
                operation: "solve", expected: "a right side with \(n) rows, as many as the matrix has", actual: b.shape)
        }
        let batch = try broadcastShape("solve", Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
        let lu = try a.broadcast(to: batch + [n, n]).matrices("solve", isSquare: true)
        let x = try b.broadcast(to: batch + b.shape.suffix(2)).matrices("solve", isSquare: false)
        let (pivots, singular) = try Lapack.lu(lu)
        if let singular { throw LinearAlgebraError.singular(operation: "solve", place: singular) }
        try Lapack.solve(lu, pivots, x)
        return try x.cast(to: a.dtype)
    }

    /// Returns the determinants, `[...]`.
    package func determinant() throws -> Tensor {
        let lu = try matrices("det", isSquare: true)
        return try Lapack.determinants(lu, Lapack.lu(lu).pivots, isPlain: true).cast(to: dtype)
    }

    /// Returns the sign of each determinant and the logarithm of its size, `[..., 2]`: 0 and minus infinity for 0.
    package func signAndLogDeterminant() throws -> Tensor {
        let lu = try matrices("slogdet", isSquare: true)
        return try Lapack.determinants(lu, Lapack.lu(lu).pivots, isPlain: false).cast(to: dtype)
    }

    /// Returns the lower triangular L with L L^T = A; of A the lower triangle is read.
    ///
    /// - Throws: `TensorError.shape`, `LinearAlgebraError` `.notPositiveDefinite`, `.notFinite`.
    package func cholesky() throws -> Tensor {
        let a = try matrices("cholesky", isSquare: true)
        try Lapack.checkFinite(a, "cholesky")
        try Lapack.cholesky(a)
        return try a.triangle(isLower: true).cast(to: dtype)
    }

    /// Returns Q with orthonormal columns and R, upper triangular, with Q R = A.
    ///
    ///     [..., m, n] -> [..., m, k], [..., k, n]      k = min(m, n); with `isComplete`, k = m
    package func qr(isComplete: Bool) throws -> (q: Tensor, r: Tensor) {
        let a = try matrices("qr", isSquare: false)
        let (m, n) = (shape[rank - 2], shape[rank - 1])
        let k = isComplete ? m : Swift.min(m, n)
        try Lapack.check("qr", rows: m, columns: k)
        let tau = try Lapack.qr(a)
        let all = [TensorIndex](repeating: .all, count: rank - 2)
        // Q is made where the reflectors are, in as many columns as it will have.
        let kept = Swift.min(k, n)
        var reflectors = try a.at(all + [.all, .slice(start: 0, stop: kept, step: 1)])
        if kept < k {
            let rest = try Tensor.zeros(shape.dropLast(2) + [m, k - kept], dtype: .float64)
            reflectors = try Tensor.concat([reflectors, rest], axis: -1)
        }
        let q = try reflectors.copy()
        try Lapack.orthogonal(q, tau)
        let r = try a.at(all + [.slice(start: 0, stop: k, step: 1)]).triangle(isLower: false)
        return (try q.cast(to: dtype), try r.cast(to: dtype))
    }

    /// Returns the singular values, descending: `[..., m, n]` -> `[..., min(m, n)]`.
    package func singularValues() throws -> Tensor {
        let a = try matrices("svd", isSquare: false)
        try Lapack.checkFinite(a, "svd")
        let values = try Tensor.empty(
            shape.dropLast(2) + [Swift.min(shape[rank - 2], shape[rank - 1])], dtype: .float64)
        try Lapack.svd(a, values: values, vectors: nil, isFull: false)
        return try values.cast(to: dtype)
    }

    /// Returns U, the singular values and V^T with U diag(s) V^T = A.
    ///
    ///     [..., m, n] -> [..., m, k], [..., k], [..., k, n]      k = min(m, n); with `isFull`, U and V^T are square
    package func svd(isFull: Bool) throws -> (u: Tensor, s: Tensor, vt: Tensor) {
        let a = try matrices("svd", isSquare: false)
        try Lapack.checkFinite(a, "svd")
        let (batch, m, n) = (Array(shape.dropLast(2)), shape[rank - 2], shape[rank - 1])
        let k = Swift.min(m, n)
        if isFull { try Lapack.check("svd", rows: Swift.max(m, n), columns: Swift.max(m, n)) }
        let s = try Tensor.empty(batch + [k], dtype: .float64)
        guard k > 0 else {
            // Of nothing any orthogonal matrices will do.
            let u = try Tensor.eye(m, columns: isFull ? m : 0, dtype: dtype)
            let vt = try Tensor.eye(isFull ? n : 0, columns: n, dtype: dtype)
            return (
                try u.broadcast(to: batch + u.shape), try s.cast(to: dtype), try vt.broadcast(to: batch + vt.shape)
            )
        }
        let u = try Tensor.empty(batch + [m, isFull ? m : k], dtype: .float64)
        let vt = try Tensor.empty(batch + [isFull ? n : k, n], dtype: .float64)
        try Lapack.svd(a, values: s, vectors: (u, vt), isFull: isFull)
        return (try u.cast(to: dtype), try s.cast(to: dtype), try vt.cast(to: dtype))
    }

    /// Returns the eigenvalues, ascending, and the vectors, as columns, of symmetric matrices.
    ///
    /// - Parameters:
    ///   - isUpper: Which triangle is read.
    ///   - givesVectors: Without them what is given for them is empty.
    package func eigh(isUpper: Bool, givesVectors: Bool = true) throws -> (values: Tensor, vectors: Tensor) {
        let a = try matrices("eigh", isSquare: true)
        try Lapack.checkFinite(a, "eigh")
        let values = try Tensor.empty(Array(shape.dropLast()), dtype: .float64)
        try Lapack.eigh(a, values: values, givesVectors: givesVectors, isUpper: isUpper)
        return (try values.cast(to: dtype), try givesVectors ? a.cast(to: dtype) : Tensor.empty([0], dtype: dtype))
    }

    /// Returns the eigenvalues of general matrices, `[..., n, 2]` with real and imaginary parts, in LAPACK's order.
    package func complexEigenvalues() throws -> Tensor {
        let (real, imaginary, _) = try eigenparts("eigvals", givesVectors: false)
        return try Tensor.stack([real, imaginary], axis: -1).cast(to: dtype)
    }

    /// Returns the eigenvalues and, if asked for, the vectors of norm 1, as columns, of matrices whose eigenvalues are real.
    ///
    /// - Throws: `LinearAlgebraError.complexEigenvalues` where one is not.
    package func eig(_ operation: String, givesVectors: Bool) throws -> (values: Tensor, vectors: Tensor?) {
        let (real, imaginary, vectors) = try eigenparts(operation, givesVectors: givesVectors)
        if let found = Lapack.firstComplex(real, imaginary) {
            throw LinearAlgebraError.complexEigenvalues(
                operation: operation, real: found.real, imaginary: abs(found.imaginary), place: found.place)
        }
        return (try real.cast(to: dtype), try vectors?.cast(to: dtype))
    }

    private func eigenparts(
        _ operation: String, givesVectors: Bool
    ) throws -> (real: Tensor, imaginary: Tensor, vectors: Tensor?) {
        let a = try matrices(operation, isSquare: true)
        try Lapack.checkFinite(a, operation)
        let real = try Tensor.empty(Array(shape.dropLast()), dtype: .float64)
        let imaginary = try Tensor.empty(Array(shape.dropLast()), dtype: .float64)
        let vectors = try givesVectors ? Tensor.empty(shape, dtype: .float64) : nil
        try Lapack.eig(a, real: real, imaginary: imaginary, vectors: vectors)
        return (real, imaginary, vectors)
    }

    /// The elements on one side of the main diagonal of the last two axes, 0 on the other.
    private func triangle(isLower: Bool) throws -> Tensor {
        let rows = try Tensor.arange(0, Double(shape[rank - 2]), dtype: .int64).unsqueeze(1)
        let columns = try Tensor.arange(0, Double(shape[rank - 1]), dtype: .int64)
        let kept = try Tensor.combine(isLower ? .greaterOrEqual : .lessOrEqual, rows, columns)
        return try Tensor.select(kept, self, .scalar(0, dtype: dtype))
    }

    /// - Throws: `TensorError.shape` for what is no matrix, or none that is square; `LinearAlgebraError`.
    private func checkMatrices(_ operation: String, isSquare: Bool) throws {
        guard rank >= 2, !isSquare || shape[rank - 1] == shape[rank - 2] else {
            throw TensorError.shape(
                operation: operation, expected: isSquare ? "square matrices [..., n, n]" : "matrices [..., m, n]",
                actual: shape)
        }
        try Lapack.check(operation, rows: shape[rank - 2], columns: shape[rank - 1])
    }

    /// The matrices in memory of their own, as LAPACK takes them.
    private func matrices(_ operation: String, isSquare: Bool) throws -> Tensor {
        try checkMatrices(operation, isSquare: isSquare)
        return dtype == .float64 ? try copy() : try cast(to: .float64)
    }
}
