import Glibc
import TensorCore

/// The discrete Fourier transform of pairs, `[..., n, 2]` -> `[..., n, 2]`; inverse: with the other sign, not divided by n.
struct FourierPairs: OneInputOperation {
    let isInverse: Bool
    var name: String { "fourier_pairs" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        fourierFlops(pairs: size(output) / 2, output.dropLast().last ?? 1)
    }
    func forward(_ x: Tensor) throws -> Tensor { try x.fourierPairs(isInverse: isInverse) }
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try g.applying(FourierPairs(isInverse: !isInverse))
    }
}

/// The first elements of the transform of real numbers, `[..., n]` -> `[..., kept, 2]`.
struct FourierOfReal: OneInputOperation {
    let kept: Int
    var name: String { "fourier_of_real" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        fourierFlops(pairs: inputs[0].reduce(0.5) { $0 * Double($1) }, inputs[0].last ?? 1)
    }
    func forward(_ x: Tensor) throws -> Tensor { try x.fourierOfReal(kept: kept) }
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try g.applying(RealOfFourier(size: call.input().shape.last ?? 0))
    }
}

/// The real part of the inverse transform of the first elements, not divided by n: the adjoint of `FourierOfReal`.
struct RealOfFourier: OneInputOperation {
    let size: Int
    var name: String { "real_of_fourier" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        fourierFlops(pairs: output.reduce(0.5) { $0 * Double($1) }, size)
    }
    func forward(_ x: Tensor) throws -> Tensor { try x.realOfFourier(size: size) }
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try g.applying(FourierOfReal(kept: call.input().shape.dropLast().last ?? 0))
    }
}

/// As fast transforms are counted: five times the binary logarithm of the length for each pair.
private func fourierFlops(pairs: Double, _ length: Int) -> Double { 5 * pairs * log2(Double(max(length, 1))) }
