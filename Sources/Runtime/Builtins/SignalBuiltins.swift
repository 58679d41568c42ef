import Autograd
import TensorCore

private let pairs =
    "Complex numbers are pairs of real and imaginary part on a last axis of size 2, as PyTorch's view_as_real."

extension Builtin {
    /// Covariances and Fourier transforms.
    static let signals: [Builtin] = [
        Builtin(
            "cov(x, y=none, rowvar=true, bias=false, ddof=none, correction=1)", .reductions,
            "The covariances of variables: each row of x is one, each column an observation.",
            details: """
                rowvar=false: each column is a variable. y: further variables. Sums are divided by n - correction (PyTorch's word; NumPy's
                are bias=true for n, and ddof). Of one variable: its variance.
                """,
            example: "cov([[1, 2, 3], [6, 4, 2]])"
        ) { call in Value.tensor(try covariance(call)).unwrapped },
        Builtin(
            "corrcoef(x, y=none, rowvar=true)", .reductions,
            "The correlations of variables, from -1 to 1: each row of x is one, each column an observation.",
            details:
                "rowvar=false: each column is a variable. y: further variables. nan for a variable that is constant.",
            example: "corrcoef([1, 2, 3, 4], [2, 1, 4, 3])"
        ) { call in
            let covariance = try covariance(call)
            guard covariance.rank == 2 else { return Value.tensor(try covariance / covariance).unwrapped }
            let deviations = try covariance.diagonal(0).sqrt()
            let result = try covariance / deviations.unsqueeze(1) / deviations
            return .tensor(try result.clipped(min: -1, max: 1))
        },
        Builtin(
            "fft(x, n=none)", .math, "The discrete Fourier transform of the last axis: [..., n] -> [..., n, 2].",
            details: """
                out[k] = sum of x[j] * exp(-2 pi i j k / n). \(pairs)
                n: pads with 0 or cuts to that length first. Computed in 64 bits; the sum of n's factors tells how long it takes.
                """,
            example: "z = fft([1, 0, 0, 0])\nnorm(z, axis=-1)"
        ) { call in .tensor(try spectrum(call, half: false)) },
        Builtin(
            "rfft(x, n=none)", .math,
            "The first half of the Fourier transform, which the other one mirrors: [..., n] -> [..., n // 2 + 1, 2].",
            details: "\(pairs)\nn: pads with 0 or cuts to that length first.",
            example: "z = rfft(sin(arange(8) * pi / 2))\nround(norm(z, axis=-1), 6)"
        ) { call in .tensor(try spectrum(call, half: true)) },
        Builtin(
            "ifft(z)", .math, "The inverse of `fft`: [..., n, 2] -> [..., n, 2].", details: pairs,
            example: "round(ifft(fft([1, 2, 3]))[:, 0], 6)"
        ) { call in
            let (z, dtype) = try call.complex("z")
            return .tensor(try z.transformed(isInverse: true).joined().cast(to: dtype))
        },
        Builtin(
            "irfft(z, n=none)", .math, "The inverse of `rfft`, real numbers: [..., n // 2 + 1, 2] -> [..., n].",
            details: "\(pairs)\nn: how many numbers, 2 * (m - 1) for m pairs unless given.",
            example: "round(irfft(rfft([1, 2, 3, 4])), 6)"
        ) { call in
            let (z, dtype) = try call.complex("z")
            let given = z.real.shape.last ?? 0
            let n = try call.has("n") ? call.integer("n", atLeast: 1) : 2 * (given - 1)
            guard n > 0 else { throw call.failure("z", takes: "at least two pairs, or n=") }
            let kept = n / 2 + 1
            // The other half mirrors the first, with the sign of the imaginary part turned.
            func mirrored(_ x: Variable, _ sign: Double) throws -> Variable {
                let half = try call.resized(x, to: kept)
                let all = [TensorIndex](repeating: .all, count: x.rank - 1)
                let rest = try half.at(all + [.slice(start: 1, stop: (n + 1) / 2, step: 1)]).flip([-1])
                return try .concat([half, rest * sign], axis: -1)
            }
            // The middle one of an even number, as the first, is real.
            var ends = [Bool](repeating: false, count: kept)
            ends[0] = true
            if n % 2 == 0 { ends[kept - 1] = true }
            let imaginary = try Variable.select(
                Tensor(ends), Variable(.scalar(0, dtype: .float64)), call.resized(z.imaginary, to: kept))
            let full = ComplexParts(real: try mirrored(z.real, 1), imaginary: try mirrored(imaginary, -1))
            return .tensor(try full.transformed(isInverse: true).real.cast(to: dtype))
        },
        Builtin(
            "fftfreq(n, d=1)", .math, "The frequency of each place of `fft` for samples at distances d.",
            example: "fftfreq(4)"
        ) { call in
            let (n, d) = (try call.integer("n", atLeast: 1), try call.number("d"))
            let places = try Tensor.arange(0, Double(n), dtype: .float64)
            let half = Double((n - 1) / 2)
            let signed = try Tensor.select(
                places.combined(.greater, with: half), places.combined(.subtract, with: Double(n)), places)
            return .tensor(Variable(try signed.combined(.divide, with: Double(n) * d)))
        },
        Builtin(
            "rfftfreq(n, d=1)", .math, "The frequency of each place of `rfft` for samples at distances d.",
            example: "rfftfreq(4)"
        ) { call in
            let (n, d) = (try call.integer("n", atLeast: 1), try call.number("d"))
            return .tensor(
                Variable(
                    try Tensor.arange(0, Double(n / 2 + 1), dtype: .float64).combined(.divide, with: Double(n) * d)))
        },
    ]

    /// `[variables, variables]`, or the variance of one.
    private static func covariance(_ call: Call) throws -> Variable {
        let given = try call.has("y") ? call.operands("x", "y") : [call.tensor("x")]
        let isByRow = try call.boolean("rowvar")
        let rows = try given.map { x -> Variable in
            guard x.rank <= 2 else {
                throw TensorError.shape(operation: call.name, expected: "at most two axes", actual: x.shape)
            }
            let wide = try x.dtype.isFloatingPoint ? x : x.cast(to: .float64)
            if x.rank < 2 { return try wide.reshape([1, x.count]) }
            return isByRow || x.shape[0] == 1 ? wide : try wide.transpose(0, 1)
        }
        guard rows.allSatisfy({ $0.shape[1] == rows[0].shape[1] }) else {
            throw Failure("`\(call.name)` got variables of \(rows[0].shape[1]) and \(rows[1].shape[1]) observations")
        }
        let all = rows.count == 1 ? rows[0] : try Variable.concat(rows, axis: 0)
        var correction = 1.0
        if call.takes("bias") {
            correction = try call.optionalNumber("ddof") ?? (call.boolean("bias") ? 0 : call.number("correction"))
        }
        let centred = try all - all.mean(axes: [1], keepDims: true)
        let product = try centred.matmul(centred.transpose(0, 1)) / max(Double(all.shape[1]) - correction, 0)
        return all.shape[0] == 1 && given.count == 1 ? try product.reshape([]) : product
    }

    private static func spectrum(_ call: Call, half: Bool) throws -> Variable {
        let x = try call.tensor("x")
        guard x.rank > 0 else { throw call.failure("x", takes: "numbers on a last axis") }
        let dtype: DType = x.dtype == .float32 ? .float32 : .float64
        var real = try x.cast(to: .float64)
        if call.has("n") { real = try call.resized(real, to: call.integer("n", atLeast: 1)) }
        let zeros = Variable(try Tensor.zeros(real.shape, dtype: .float64))
        let result = try ComplexParts(real: real, imaginary: zeros).transformed().joined().cast(to: dtype)
        guard half else { return result }
        let kept = (real.shape.last ?? 0) / 2 + 1
        return try result.at([.ellipsis, .slice(start: 0, stop: kept, step: 1), .all])
    }
}

extension Call {
    /// The last axis cut, or with zeros behind it.
    fileprivate func resized(_ x: Variable, to n: Int) throws -> Variable {
        let size = x.shape.last ?? 0
        if n <= size { return try x.at([.ellipsis, .slice(start: 0, stop: n, step: 1)]) }
        _ = try Tensor.checkedCount(x.shape.dropLast() + [n], operation: name)
        return try x.pad([(before: Int, after: Int)](repeating: (0, 0), count: x.rank - 1) + [(0, n - size)])
    }

    /// Pairs of real and imaginary part, with the dtype that results have.
    fileprivate func complex(_ parameter: String) throws -> (ComplexParts, DType) {
        let z = try tensor(parameter)
        guard z.rank >= 2, z.shape[z.rank - 1] == 2 else {
            throw failure(parameter, takes: "pairs of real and imaginary part, [..., n, 2], as `fft` gives them")
        }
        let wide = try z.cast(to: .float64)
        let parts = ComplexParts(
            real: try wide.at([.ellipsis, .index(0)]), imaginary: try wide.at([.ellipsis, .index(1)]))
        return (parts, z.dtype == .float32 ? .float32 : .float64)
    }
}
