/// What a matrix lacks for what is asked of it.
package enum LinearAlgebraError: Error, Equatable {
    /// The system has no LAPACK.
    case unavailable
    /// `place` are the indices of the matrix in a batch.
    case singular(operation: String, place: [Int])
    /// The leading minor of that order is not positive.
    case notPositiveDefinite(order: Int, place: [Int])
    case notFinite(operation: String, place: [Int])
    case notConverged(operation: String, place: [Int])
    /// The first of the eigenvalues that are not real.
    case complexEigenvalues(operation: String, real: Double, imaginary: Double, place: [Int])
    case tooLarge(operation: String, rows: Int, columns: Int)
    /// A function whose gradient does not exist there.
    case noGradient(operation: String, reason: String)
}

extension LinearAlgebraError {
    /// What is wrong, as one sentence without a full stop.
    package var message: String {
        switch self {
        case .unavailable: "linear algebra needs the library LAPACK, and this system has no liblapacke.so.3"
        case .singular(let operation, let place):
            "\(operation) takes a matrix that has an inverse, and \(Self.matrix(place)) is singular"
        case .notPositiveDefinite(let order, let place):
            "cholesky takes a positive definite matrix, and of \(Self.matrix(place)) the leading minor of order \(order) is not "
                + "positive"
        case .notFinite(let operation, let place):
            "\(operation) takes finite numbers, and \(Self.matrix(place)) holds nan or inf"
        case .notConverged(let operation, let place): "\(operation) did not converge for \(Self.matrix(place))"
        case .complexEigenvalues(let operation, let real, let imaginary, let place):
            "\(operation) gives real numbers, and \(Self.matrix(place)) has complex eigenvalues such as "
                + "\(numberText(real)) + \(numberText(imaginary))i"
        case .tooLarge(let operation, let rows, let columns):
            "\(operation) of a matrix [\(rows), \(columns)] is more than it can do"
        case .noGradient(let operation, let reason): "\(operation) has no gradient \(reason)"
        }
    }

    /// Ways to go on.
    package var help: [String] {
        switch self {
        case .unavailable: ["on Debian and Ubuntu: sudo apt-get install liblapacke"]
        case .singular:
            [
                "`pinv(a)` and `lstsq(a, b)` take singular matrices; `a + 1e-6 * eye(n)` has an inverse where a has no negative "
                    + "eigenvalues"
            ]
        case .notPositiveDefinite:
            [
                "covariances and a @ a.T + 1e-6 * eye(n) are; `eigh(a)[0]` shows the eigenvalues, which have to be positive"
            ]
        case .notFinite: ["`isfinite(a)` shows where"]
        case .notConverged: ["divide the matrix by its largest element first"]
        case .complexEigenvalues(let operation, _, _, _):
            operation == "eigvals"
                ? ["`eigvals(a, as_real=true)` gives real and imaginary parts, [n, 2]"]
                : ["`eigvals(a, as_real=true)` gives real and imaginary parts; `eigh` is for symmetric matrices"]
        case .tooLarge("svd", let rows, let columns) where rows == columns:
            ["full_matrices=false makes only what is needed of the vectors"]
        case .tooLarge: ["the smaller side may have \(Lapack.greatestSide), and all together 2^31 elements"]
        case .noGradient: []
        }
    }

    private static func matrix(_ place: [Int]) -> String {
        place.isEmpty ? "this one" : "that at \(place) of the batch"
    }
}
