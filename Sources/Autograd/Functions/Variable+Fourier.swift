import TensorCore

// Discrete Fourier transforms of the last axis. Complex numbers are pairs of real and imaginary part on a last axis of size 2,
// as PyTorch's `view_as_real` gives them. Those of float32 are computed in 64 bits and rounded once.
//
// Errors: `TensorError` `.shape`, `.argument` for a length with a prime factor above 2048, `.workMemory`.
extension Variable {
    /// Returns `out[k] = sum over j of x[j] e^(-2 pi i j k / n)`, for pairs; inverse: with the other sign, divided by n.
    package func fourier(isInverse: Bool = false) throws -> Variable {
        let result = try applying(FourierPairs(isInverse: isInverse))
        return isInverse ? try result / Double(shape[rank - 2]) : result
    }

    /// Returns the first elements of the transform of real numbers: `[..., n]` -> `[..., kept, 2]`.
    package func fourierOfReal(kept: Int) throws -> Variable { try applying(FourierOfReal(kept: kept)) }

    /// Returns the real numbers whose transform begins with these pairs, the inverse of `fourierOfReal`:
    /// `[..., n / 2 + 1, 2]` -> `[..., n]`.
    package func realOfFourier(count n: Int) throws -> Variable {
        // The others mirror these, so they count twice; the first, and the middle one of an even number, are alone.
        var shares = [Double](repeating: 2 / Double(n), count: n / 2 + 1)
        shares[0] = 1 / Double(n)
        if n % 2 == 0 { shares[n / 2] = 1 / Double(n) }
        let factors = try Tensor(shares, shape: [shares.count, 1]).cast(to: dtype)
        return try (self * Variable(factors)).applying(RealOfFourier(size: n))
    }
}
