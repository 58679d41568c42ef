import Glibc
import TensorCore

/// Complex numbers as two tensors of one shape.
package struct ComplexParts {
    package var real: Variable
    package var imaginary: Variable

    package init(real: Variable, imaginary: Variable) {
        self.real = real
        self.imaginary = imaginary
    }

    /// Real and imaginary parts on a new last axis, as PyTorch's `view_as_real` gives them.
    package func joined() throws -> Variable { try .stack([real, imaginary], axis: -1) }

    /// The discrete Fourier transform of the last axis: `out[k] = sum over j of x[j] e^(-2 pi i j k / n)`; inverse: with the
    /// other sign, divided by n.
    ///
    /// n is taken apart into factors (Cooley and Tukey 1965, doi:10.1090/S0025-5718-1965-0178586-1), each a product with a small
    /// matrix, so that gradients flow as through any product.
    ///
    /// - Complexity: n times the sum of its factors.
    /// - Throws: `TensorError.argument` for a prime factor above `greatestFactor`.
    package func transformed(isInverse: Bool = false) throws -> ComplexParts {
        let n = real.shape.last ?? 0
        guard n > 0 else {
            throw TensorError.shape(operation: "fft", expected: "at least one number", actual: real.shape)
        }
        let result = try transform(n, sign: isInverse ? 1 : -1)
        guard isInverse else { return result }
        return ComplexParts(real: try result.real / Double(n), imaginary: try result.imaginary / Double(n))
    }

    package static let greatestFactor = 2048

    private func transform(_ n: Int, sign: Double) throws -> ComplexParts {
        try Interrupt.check()
        let factor = Self.factor(n)
        guard factor <= Self.greatestFactor else {
            throw TensorError.argument(
                operation: "fft", name: "the length",
                reason:
                    "has the prime factor \(factor), and \(Self.greatestFactor) is the greatest that it does: pad x to another length"
            )
        }
        if factor == n { return try times(Self.roots(n, n, over: n, sign)) }
        let rest = n / factor
        // x[j1 * rest + j2] -> [j2, k1], turned by j2 k1 / n, then [k1, k2], which stands at k1 + factor * k2.
        let columns = try reshaped(last: [factor, rest]).turned()
        let (cosines, sines) = try Self.roots(rest, factor, over: n, sign)
        let first = try columns.times(Self.roots(factor, factor, over: factor, sign))
        let turned = ComplexParts(
            real: try first.real * cosines - first.imaginary * sines,
            imaginary: try first.real * sines + first.imaginary * cosines)
        return try turned.turned().transform(rest, sign: sign).turned().reshaped(last: [n], dropping: 2)
    }

    /// The greatest divisor up to 64, or else the least prime factor.
    private static func factor(_ n: Int) -> Int {
        if n <= 64 { return n }
        if let small = stride(from: 64, to: 1, by: -1).first(where: { n % $0 == 0 }) { return small }
        var divisor = 65
        while divisor * divisor <= n {
            if n % divisor == 0 { return divisor }
            divisor += 2
        }
        return n
    }

    /// cos and sin of 2 pi j k / n, shape [rows, columns].
    private static func roots(_ rows: Int, _ columns: Int, over n: Int, _ sign: Double) throws -> (Variable, Variable) {
        var (cosines, sines) = ([Double](), [Double]())
        cosines.reserveCapacity(rows * columns)
        sines.reserveCapacity(rows * columns)
        for j in 0..<rows {
            for k in 0..<columns {
                // Whole turns are taken off first, and what is left is exact.
                let angle = sign * 2 * .pi * Double(j * k % n) / Double(n)
                cosines.append(cos(angle))
                sines.append(sin(angle))
            }
        }
        return (
            Variable(try Tensor(cosines, shape: [rows, columns])), Variable(try Tensor(sines, shape: [rows, columns]))
        )
    }

    private func times(_ roots: (Variable, Variable)) throws -> ComplexParts {
        let (cosines, sines) = roots
        return ComplexParts(
            real: try real.matmul(cosines) - imaginary.matmul(sines),
            imaginary: try real.matmul(sines) + imaginary.matmul(cosines))
    }

    private func turned() throws -> ComplexParts {
        ComplexParts(real: try real.transpose(-1, -2), imaginary: try imaginary.transpose(-1, -2))
    }

    private func reshaped(last sizes: [Int], dropping count: Int = 1) throws -> ComplexParts {
        let shape = real.shape.dropLast(count) + sizes
        return ComplexParts(real: try real.reshape(Array(shape)), imaginary: try imaginary.reshape(Array(shape)))
    }
}
