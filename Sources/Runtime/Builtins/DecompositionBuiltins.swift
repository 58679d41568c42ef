import Autograd
import TensorCore

extension Builtin {
    /// Matrices `[..., n, n]`: systems of equations, factors, eigenvalues, norms. By LAPACK in double precision.
    static let decompositions: [Builtin] = [
        Builtin(
            "inv(x)", .algebra, "The inverse of square matrices [..., n, n].",
            details: """
                `solve(a, b)` is more exact than `inv(a) @ b`. All functions of matrices compute in 64 bits, take batches and give
                float32 for float32.
                """,
            example: "inv([[2, 1], [1, 1]])"
        ) { call in .tensor(try call.fractions("x").inverse()) },
        Builtin(
            "solve(a, b)", .algebra, "x with a @ x = b, for square matrices a [..., n, n].",
            details: "b is a vector [n], or matrices [..., n, k] with a right side in each column.",
            example: "solve([[2, 1], [1, 3]], [3, 5])"
        ) { call in
            let (a, b) = try call.fractionPair("a", "b")
            return .tensor(try .solve(a, b))
        },
        Builtin(
            "lstsq(a, b, rcond=none)", .algebra,
            "The x that makes a @ x closest to b, by least squares; the shortest where there are several.",
            details: """
                a [..., m, n], b [m] or [..., m, k]. Gives solution, residuals (the sums of squares that remain; empty where a has
                not n independent columns or no more rows than columns), rank and singular_values: `x = lstsq(a, b)[0]`.
                rcond: singular values up to this part of the greatest count as 0; max(m, n) times the unit of the dtype.
                """,
            example: "a = [[1, 0], [1, 1], [1, 2]]\nlstsq(a, [1, 3, 5]).solution"
        ) { call in try leastSquares(call) },
        Builtin(
            "pinv(x, rcond=none, rtol=none)", .algebra, "The pseudoinverse (Moore-Penrose) of matrices [..., m, n].",
            details: """
                rcond, or rtol: singular values up to this part of the greatest count as 0; max(m, n) times the unit of the dtype
                unless given.
                """,
            example: "pinv([[1, 2], [2, 4], [0, 0]])"
        ) { call in
            let cutoff = try call.optionalNumber("rtol") ?? call.optionalNumber("rcond")
            return .tensor(try call.fractions("x").pseudoInverse(cutoff: cutoff))
        },
        Builtin("det(x)", .algebra, "The determinant of square matrices.", example: "det([[1, 2], [3, 4]])") { call in
            Value.tensor(try call.fractions("x").determinant()).unwrapped
        },
        Builtin(
            "slogdet(x)", .algebra, "The sign of a determinant and the logarithm of its size, which never overflow.",
            details: "Gives sign and logabsdet; 0 and -inf for singular matrices. Gradients flow through logabsdet.",
            example: "sign, logabsdet = slogdet([[1, 2], [3, 4]])\nsign * exp(logabsdet)"
        ) { call in
            let (sign, logarithm) = try call.fractions("x").signAndLogDeterminant()
            return results([("sign", sign), ("logabsdet", logarithm)])
        },
        Builtin(
            "cholesky(x, upper=false)", .algebra, "The lower triangular L with L @ L.T = x, for positive definite x.",
            details: "The lower triangle of x is read. upper=true gives U = L.T, with U.T @ U = x.",
            example: "cholesky([[4, 2], [2, 3]])"
        ) { call in
            let lower = try call.fractions("x").cholesky()
            return .tensor(try call.boolean("upper") ? lower.transpose(-1, -2) : lower)
        },
        Builtin(
            "qr(x, mode=\"reduced\")", .algebra,
            "Q with orthonormal columns and R, upper triangular, with Q @ R = x.",
            details: """
                [..., m, n] -> Q [..., m, k] and R [..., k, n], where k = min(m, n), or m with mode="complete". mode="r" gives R alone.
                """,
            example: "q, r = qr([[1, 2], [3, 4], [5, 6]])\nround(q @ r, 6)"
        ) { call in
            let x = try call.fractions("x")
            switch try call.choice("mode", of: ["reduced", "complete", "r"]) {
            case "r": return .tensor(try x.qr().r)
            case "complete" where x.rank < 2 || x.shape[x.rank - 2] > x.shape[x.rank - 1]:
                try call.refuseGradient(x, "of mode=\"complete\" with more rows than columns", "leave mode= out")
                let (q, r) = try x.value.qr(isComplete: true)
                return results([("Q", Variable(q)), ("R", Variable(r))])
            default:
                let (q, r) = try x.qr()
                return results([("Q", q), ("R", r)])
            }
        },
        Builtin(
            "svd(x, full_matrices=true, compute_uv=true)", .algebra,
            "The singular value decomposition: U, S and Vh with U @ diag(S) @ Vh = x.",
            details: """
                [..., m, n] -> U [..., m, m], S [..., k], descending, and Vh [..., n, n], where k = min(m, n), as in NumPy and PyTorch.
                full_matrices=false gives U [..., m, k] and Vh [..., k, n], which is what is mostly wanted. compute_uv=false: S alone.
                The signs of vectors are free. Gradients by vectors exist where the singular values differ.
                """,
            example: "u, s, vh = svd([[3, 0], [0, 4], [0, 0]], full_matrices=false)\ns"
        ) { call in
            let x = try call.fractions("x")
            guard try call.boolean("compute_uv") else { return .tensor(try x.singularValues()) }
            let isSquare = x.rank >= 2 && x.shape[x.rank - 2] == x.shape[x.rank - 1]
            if try call.boolean("full_matrices"), !isSquare {
                try call.refuseGradient(
                    x, "of full_matrices=true unless x is square", "write svd(x, full_matrices=false)")
                let (u, s, vt) = try x.value.svd(isFull: true)
                return results([("U", Variable(u)), ("S", Variable(s)), ("Vh", Variable(vt))])
            }
            let (u, s, vt) = try x.svd()
            return results([("U", u), ("S", s), ("Vh", vt)])
        },
        Builtin(
            "svdvals(x)", .algebra, "The singular values of matrices, descending.", example: "svdvals([[3, 0], [0, 4]])"
        ) { call in .tensor(try call.fractions("x").singularValues()) },
        Builtin(
            "eigh(x, UPLO=\"L\")", .algebra,
            "Eigenvalues, ascending, and eigenvectors, as columns, of symmetric matrices.",
            details: """
                The lower triangle is read, or with UPLO="U" the upper one. Gives eigenvalues [..., n] and eigenvectors [..., n, n], whose
                signs are free. Gradients by vectors exist where the eigenvalues differ.
                """,
            example: "values, vectors = eigh([[2, 1], [1, 2]])\nvalues"
        ) { call in
            let isUpper = try call.choice("UPLO", of: ["L", "U"]) == "U"
            let (values, vectors) = try call.fractions("x").eigh(isUpper: isUpper)
            return results([("eigenvalues", values), ("eigenvectors", vectors)])
        },
        Builtin(
            "eigvalsh(x, UPLO=\"L\")", .algebra, "The eigenvalues of symmetric matrices, ascending.",
            details: "The lower triangle is read, or with UPLO=\"U\" the upper one.",
            example: "eigvalsh([[2, 1], [1, 2]])"
        ) { call in
            let isUpper = try call.choice("UPLO", of: ["L", "U"]) == "U"
            return .tensor(try call.fractions("x").eigenvaluesOfSymmetric(isUpper: isUpper))
        },
        Builtin(
            "eig(x)", .algebra,
            "Eigenvalues and eigenvectors, as columns, of square matrices whose eigenvalues are real.",
            details: """
                Gives eigenvalues [..., n], in no particular order, and eigenvectors [..., n, n] of norm 1. Symmetric matrices: `eigh`, which
                has gradients. Complex eigenvalues: `eigvals(x, as_real=true)`.
                """,
            example: "values, vectors = eig([[2, 0], [1, 3]])\nvalues"
        ) { call in
            let x = try call.constantFractions("x")
            let (values, vectors) = try x.eig("eig", givesVectors: true)
            return results([("eigenvalues", Variable(values)), ("eigenvectors", Variable(vectors ?? x))])
        },
        Builtin(
            "eigvals(x, as_real=false)", .algebra, "The eigenvalues of square matrices, in no particular order.",
            details: """
                as_real=true: real and imaginary parts, [..., n, 2], as PyTorch's view_as_real gives them; else all have to be real.
                """,
            example: "eigvals([[2, 0], [1, 3]])\neigvals([[0, -1], [1, 0]], as_real=true)"
        ) { call in
            let x = try call.constantFractions("x")
            if try call.boolean("as_real") { return .tensor(Variable(try x.complexEigenvalues())) }
            return .tensor(Variable(try x.eig("eigvals", givesVectors: false).values))
        },
        Builtin(
            "matrix_power(x, n)", .algebra, "A square matrix times itself, n times; its inverse for a negative n.",
            example: "matrix_power([[1, 1], [1, 0]], 10)"
        ) { call in
            let (x, n) = (try call.tensor("x"), try call.integer("n"))
            return .tensor(try (n < 0 ? try call.fractions("x") : x).matrixPower(n))
        },
        Builtin(
            "matrix_rank(x, tol=none, rtol=none)", .algebra,
            "How many rows of a matrix are independent: its singular values above a tolerance.",
            details: """
                tol: the tolerance; rtol: its part of the greatest singular value, max(m, n) times the unit of the dtype unless given.
                """,
            example: "matrix_rank([[1, 2], [2, 4]])"
        ) { call in
            let x = try Variable(call.endingGradient("x")).asMatrixFractions
            return Value.tensor(
                Variable(
                    try x.rank(atLeast: try call.optionalNumber("tol"), part: try call.optionalNumber("rtol")))
            ).unwrapped
        },
        Builtin(
            "cond(x, p=none)", .algebra, "The condition of matrices: how much solving with them can enlarge errors.",
            details:
                "The norm of x times that of its inverse; p is the order as in `norm`, 2 unless given. inf: singular.",
            example: "cond([[1, 0], [0, 100]])"
        ) { call in
            let order = try call.normOrder("p") ?? .number(2)
            guard let condition = try call.fractions("x").condition(order) else {
                throw call.failure("p", takes: "1, -1, 2, -2, inf, -inf, \"fro\" or \"nuc\"")
            }
            return Value.tensor(condition).unwrapped
        },
        Builtin(
            "norm(x, ord=none, axis=none, keepdims=false, p=none)", .reductions,
            "The Euclidean norm, the root of the sum of squares, or another one.",
            details: """
                ord, of vectors (one axis): any number, inf, -inf, 0 (how many are not 0). Of matrices (two axes, or x itself): "fro",
                "nuc", 1, -1, 2, -2, inf, -inf, as NumPy's linalg.norm. p= is PyTorch's torch.norm: of the elements, whatever the shape.
                `axis` is a number or a pair; without it and ord, all elements. `keepdims` leaves axes of size 1.
                """,
            example: "norm([3, 4])\nnorm([[1, 2], [3, 4]], ord=1, axis=1)"
        ) { call in try norm(call) },
        Builtin(
            "kron(a, b)", .algebra, "The Kronecker product: for each element of a, in its place, b times it.",
            example: "kron([[1, 2]], [[1], [1]])"
        ) { call in
            let operands = try call.operands("a", "b")
            return Value.tensor(try .kronecker(operands[0], operands[1])).unwrapped
        },
    ]

    private static func results(_ entries: [(String, Variable)]) -> Value {
        .object(NamedValues(entries.map { ($0.0, Value.tensor($0.1).unwrapped) }))
    }

    private static func leastSquares(_ call: Call) throws -> Value {
        let (a, given) = try call.fractionPair("a", "b")
        guard a.rank >= 2, given.rank >= 1 else {
            throw call.failure(
                a.rank < 2 ? "a" : "b", takes: a.rank < 2 ? "matrices [..., m, n]" : "a vector or matrices")
        }
        let (m, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
        let b = given.rank == 1 ? try given.unsqueeze(1) : given
        guard b.shape[b.rank - 2] == m else {
            throw TensorError.shape(
                operation: "lstsq", expected: "a right side with \(m) rows, as many as the matrix has",
                actual: given.shape)
        }
        let cutoff = try call.optionalNumber("rcond") ?? a.rankCutoff
        let x = try a.pseudoInverse(cutoff: cutoff).matmul(b)
        let values = try a.value.singularValues()
        let rank = try a.detached().rank(atLeast: nil, part: cutoff)
        let isFull = m > n && rank.doubles().allSatisfy { $0 == Double(n) }
        let residuals =
            isFull ? try (b - a.matmul(x)).square().sum(axes: [-2]) : Variable(try .zeros([0], dtype: a.dtype))
        return .object(
            NamedValues([
                ("solution", .tensor(given.rank == 1 ? try x.squeeze(-1) : x)), ("residuals", .tensor(residuals)),
                ("rank", Value.tensor(Variable(rank)).unwrapped), ("singular_values", .tensor(Variable(values))),
            ]))
    }

    private static func norm(_ call: Call) throws -> Value {
        let order = try call.normOrder("ord")
        if order == nil, !call.has("p"), let number = call.rangeFigure("norm") { return .number(number) }
        let keepDims = try call.boolean("keepdims")
        let x = try call.fractionsToReduce().asFractions
        let axes = try call.optionalIntegers("axis")
        if call.has("p") {
            guard order == nil else { throw Failure("`norm` takes `ord` or `p`, and got both") }
            switch try call.normOrder("p") {
            case .number(let p)?: return Value.tensor(try x.vectorNorm(p, axes: axes, keepDims: keepDims)).unwrapped
            case .frobenius?, nil: return Value.tensor(try x.norm(axes: axes, keepDims: keepDims)).unwrapped
            case .nuclear?: break
            }
        }
        guard let order = try order ?? call.normOrder("p") else {
            return Value.tensor(try x.norm(axes: axes, keepDims: keepDims)).unwrapped
        }
        let places = axes ?? (x.rank <= 2 ? Array(0..<x.rank) : [])
        switch (places.count, order) {
        case (1, .number(let p)): return Value.tensor(try x.vectorNorm(p, axes: places, keepDims: keepDims)).unwrapped
        case (2, _):
            guard
                let result = try x.matrixNorm(order, rows: places[0], columns: places[1], keepDims: keepDims)
            else { throw call.failure("ord", takes: "1, -1, 2, -2, inf, -inf, \"fro\" or \"nuc\" for matrices") }
            return Value.tensor(result).unwrapped
        case (1, _): throw call.failure("ord", takes: "a number for vectors")
        default:
            throw Failure(
                "`norm` with an order takes one axis for vectors or two for matrices, and x has shape \(x.shape)",
                help: "say which, such as axis=-1 or axis=[-2, -1]")
        }
    }
}

extension Variable {
    /// The same numbers in a floating-point dtype; whole ones get 64 bits.
    fileprivate var asMatrixFractions: Variable {
        get throws { dtype.isFloatingPoint ? self : try cast(to: .float64) }
    }

    /// How many singular values are above a number, or above a part of the greatest, int64 `[...]`.
    fileprivate func rank(atLeast tolerance: Double?, part: Double?) throws -> Tensor {
        guard rank >= 2 else {
            // As in NumPy: a vector is a matrix of rank 1 unless all of it is 0.
            let isNonzero = value.doubles().contains { $0 != 0 }
            return try Tensor.scalar(whole: isNonzero ? 1 : 0)
        }
        let values = try value.singularValues()
        guard values.count > 0 else { return try Tensor.zeros(Array(shape.dropLast(2)), dtype: .int64) }
        let relative = try values.reduced(.max, axes: [-1], keepDims: true).combined(
            .multiply, with: part ?? rankCutoff)
        let bound = try tolerance.map { try Tensor.scalar($0, dtype: dtype) } ?? relative
        return try Tensor.combine(.greater, values, bound).reduced(.sum, axes: [-1]).cast(to: .int64)
    }
}

extension Call {
    /// A tensor of floating-point numbers; whole ones get 64 bits.
    fileprivate func fractions(_ parameter: String) throws -> Variable { try tensor(parameter).asMatrixFractions }

    /// The same, of which no gradient is taken.
    fileprivate func constantFractions(_ parameter: String) throws -> Tensor {
        try Variable(constant(parameter)).asMatrixFractions.value
    }

    /// Two tensors of one floating-point type.
    fileprivate func fractionPair(_ a: String, _ b: String) throws -> (Variable, Variable) {
        let pair = try operands(a, b).map { try $0.asMatrixFractions }
        let dtype = DType.promoted(pair[0].dtype, pair[1].dtype)
        return (try pair[0].cast(to: dtype), try pair[1].cast(to: dtype))
    }

    fileprivate func normOrder(_ parameter: String) throws -> NormOrder? {
        guard has(parameter) else { return nil }
        switch value(parameter) {
        case .string("fro"): return .frobenius
        case .string("nuc"): return .nuclear
        default:
            guard let number = value(parameter).asNumber, !number.isNaN else {
                throw failure(parameter, takes: "a number, inf, -inf, \"fro\" or \"nuc\"")
            }
            return .number(number)
        }
    }

    fileprivate func refuseGradient(_ x: Variable, _ what: String, _ help: String) throws {
        guard x.isTracked else { return }
        throw Failure("no gradient flows through `\(name)` \(what)", help: help)
    }
}
