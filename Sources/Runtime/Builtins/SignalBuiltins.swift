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
        ) { call in .tensor(try call.complex("z").fourier(isInverse: true))
        },
        Builtin(
            "fft2(x)", .math, "The Fourier transform of the last two axes: [..., m, n] -> [..., m, n, 2].",
            details: pairs, example: "z = fft2(ones([2, 2]))\nround(norm(z, axis=-1), 6)"
        ) { call in
            let x = try call.tensor("x")
            guard x.rank > 1 else { throw call.failure("x", takes: "numbers on two axes") }
            return .tensor(try alongOtherAxis(spectrum(call, half: false), isInverse: false))
        },
        Builtin(
            "ifft2(z)", .math, "The inverse of `fft2`: [..., m, n, 2] -> [..., m, n, 2].", details: pairs,
            example: "round(ifft2(fft2([[1, 2], [3, 4]]))[..., 0], 6)"
        ) { call in
            let z = try call.complex("z")
            guard z.rank > 2 else {
                throw call.failure("z", takes: "pairs on two axes, [..., m, n, 2], as `fft2` gives them")
            }
            return .tensor(try alongOtherAxis(z.fourier(isInverse: true), isInverse: true))
        },
        Builtin(
            "irfft(z, n=none)", .math, "The inverse of `rfft`, real numbers: [..., n // 2 + 1, 2] -> [..., n].",
            details: "\(pairs)\nn: how many numbers, 2 * (m - 1) for m pairs unless given.",
            example: "round(irfft(rfft([1, 2, 3, 4])), 6)"
        ) { call in
            let z = try call.complex("z")
            let n = try call.has("n") ? call.integer("n", atLeast: 1) : 2 * (z.shape[z.rank - 2] - 1)
            guard n > 0 else { throw call.failure("z", takes: "at least two pairs, or n=") }
            return .tensor(try call.resized(z, axis: z.rank - 2, to: n / 2 + 1).realOfFourier(count: n))
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

    /// The transform of the last axis but one, of pairs `[..., m, n, 2]`.
    private static func alongOtherAxis(_ z: Variable, isInverse: Bool) throws -> Variable {
        let (rows, columns) = (z.rank - 3, z.rank - 2)
        return try z.transpose(rows, columns).fourier(isInverse: isInverse).transpose(rows, columns)
    }

    private static func spectrum(_ call: Call, half: Bool) throws -> Variable {
        let x = try call.tensor("x")
        guard x.rank > 0 else { throw call.failure("x", takes: "numbers on a last axis") }
        var real = try x.dtype == .float32 ? x : x.cast(to: .float64)
        if call.has("n") { real = try call.resized(real, axis: x.rank - 1, to: call.integer("n", atLeast: 1)) }
        let n = real.shape.last ?? 0
        return try real.fourierOfReal(kept: half && n > 0 ? n / 2 + 1 : n)
    }
}

extension Call {
    /// An axis cut, or with zeros behind it.
    fileprivate func resized(_ x: Variable, axis: Int, to n: Int) throws -> Variable {
        let size = x.shape[axis]
        if n == size { return x }
        if n < size {
            return try x.at([TensorIndex](repeating: .all, count: axis) + [.slice(start: 0, stop: n, step: 1)])
        }
        var shape = x.shape
        shape[axis] = n
        _ = try Tensor.checkedCount(shape, operation: name)
        var widths = [(before: Int, after: Int)](repeating: (0, 0), count: x.rank)
        widths[axis].after = n - size
        return try x.pad(widths)
    }

    /// Pairs of real and imaginary part.
    fileprivate func complex(_ parameter: String) throws -> Variable {
        let z = try tensor(parameter)
        guard z.rank >= 2, z.shape[z.rank - 1] == 2 else {
            throw failure(parameter, takes: "pairs of real and imaginary part, [..., n, 2], as `fft` gives them")
        }
        return try z.dtype == .float32 ? z : z.cast(to: .float64)
    }
}
