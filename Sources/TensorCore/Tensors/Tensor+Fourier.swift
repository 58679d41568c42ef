/// Discrete Fourier transforms of the last axis, of float32 or float64, computed in double precision. Complex numbers are
/// pairs of real and imaginary part on a last axis of size 2.
///
/// Each throws `TensorError` `.shape` for another shape or no elements, `.dtype`, `.argument` for a length with a prime factor
/// above 2048, `.workMemory`.
extension Tensor {
    /// Returns `out[k] = sum over j of x[j] e^(sign 2 pi i j k / n)`: `[..., n, 2]` -> `[..., n, 2]`.
    ///
    /// - Parameter isInverse: Whether the sign is plus. Nothing is divided by n.
    package func fourierPairs(isInverse: Bool) throws -> Tensor {
        let size = try pairCount()
        return try fourier(.pairs, size: size, kept: size, sign: isInverse ? 1 : -1, shape)
    }

    /// Returns the first elements of the transform of real numbers: `[..., n]` -> `[..., kept, 2]`.
    ///
    /// - Parameter kept: At most n.
    package func fourierOfReal(kept: Int) throws -> Tensor {
        guard rank > 0, let size = shape.last, size > 0, kept <= size else {
            throw TensorError.shape(operation: "fft", expected: "at least one number", actual: shape)
        }
        return try fourier(.realToPairs, size: size, kept: kept, sign: -1, shape.dropLast() + [kept, 2])
    }

    /// Returns `out[j] = sum over k of the real part of x[k] e^(2 pi i j k / n)`: `[..., m, 2]` -> `[..., n]`, the adjoint of
    /// `fourierOfReal`.
    ///
    /// - Parameter size: n, at least m.
    package func realOfFourier(size: Int) throws -> Tensor {
        let kept = try pairCount()
        guard kept <= size else {
            throw TensorError.shape(operation: "fft", expected: "at most \(size) pairs", actual: shape)
        }
        return try fourier(.pairsToReal, size: size, kept: kept, sign: 1, shape.dropLast(2) + [size])
    }

    private func pairCount() throws -> Int {
        guard rank >= 2, shape[rank - 1] == 2 else {
            throw TensorError.shape(operation: "fft", expected: "pairs [..., n, 2]", actual: shape)
        }
        guard shape[rank - 2] > 0 else {
            throw TensorError.shape(operation: "fft", expected: "at least one number", actual: shape)
        }
        return shape[rank - 2]
    }

    private func fourier(
        _ kind: FourierRows.Kind, size: Int, kept: Int, sign: Double, _ shape: [Int]
    ) throws -> Tensor {
        guard dtype.isFloatingPoint else {
            throw TensorError.dtype(operation: "fft", expected: "float32 or float64", actual: dtype)
        }
        let rows = try FourierRows(kind, size: size, kept: kept, sign: sign)
        _ = try Tensor.checkedCount(shape, operation: "fft")
        let result = try Tensor.empty(shape, dtype: dtype)
        try rows.run(contiguous(), into: result)
        return result
    }
}
