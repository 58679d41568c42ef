import TensorCore
import Testing

/// Channels are compared with sums in double precision, an element after the other.
@Suite struct ChannelNormalizationTests {
    private struct Results {
        let y, mean, variance, scale, inputGradient, weightGradient, biasGradient: Tensor
        var all: [Tensor] { [y, mean, variance, scale, inputGradient, weightGradient, biasGradient] }
    }

    private func run(
        _ x: Tensor, _ g: Tensor, _ weight: Tensor?, _ bias: Tensor?, relu: Bool = false
    ) throws -> Results {
        func room(_ shape: [Int]) throws -> Tensor { try Tensor.full(shape, 7, dtype: x.dtype) }
        let channels = [x.shape[1]]
        let r = Results(
            y: try room(x.shape), mean: try room(channels), variance: try room(channels), scale: try room(channels),
            inputGradient: try room(x.shape), weightGradient: try room(channels), biasGradient: try room(channels))
        ChannelNormalization.forward(
            x, epsilon: 1e-5, weight: weight, bias: bias, relu: relu, mean: r.mean, variance: r.variance,
            scale: r.scale, into: r.y)
        ChannelNormalization.backward(
            g, relu: relu ? r.y : nil, x: x, mean: r.mean, scale: r.scale, weight: weight,
            inputGradient: r.inputGradient,
            weightGradient: r.weightGradient, biasGradient: r.biasGradient)
        return r
    }

    /// The same by the formulas.
    private func expected(_ x: Tensor, _ g: Tensor, _ weight: [Double], _ bias: [Double]) -> [[Double]] {
        let (channels, size) = (x.shape[1], x.shape[2...].reduce(1, *))
        let (x, g) = (kernelValues(x), kernelValues(g))
        var (y, dx) = (x, x)
        var figures = [[Double]](repeating: [Double](repeating: 0, count: channels), count: 5)
        for channel in 0..<channels {
            let places = stride(from: channel * size, to: x.count, by: channels * size).flatMap { $0..<$0 + size }
            let count = Double(places.count)
            let mean = places.reduce(0) { $0 + x[$1] } / count
            let variance = places.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / count
            let scale = 1 / (variance + 1e-5).squareRoot()
            let sum = places.reduce(0) { $0 + g[$1] }
            let along = places.reduce(0) { $0 + g[$1] * (x[$1] - mean) * scale }
            for place in places {
                let normal = (x[place] - mean) * scale
                y[place] = normal * weight[channel] + bias[channel]
                dx[place] = (g[place] - sum / count - normal * along / count) * scale * weight[channel]
            }
            for (i, value) in [mean, variance, scale, along, sum].enumerated() { figures[i][channel] = value }
        }
        return [y] + figures[..<3] + [dx] + figures[3...]
    }

    private static let shapes = [
        [32, 3, 7, 5], [2, 2, 81, 70], [5, 1, 64, 64], [9, 37], [300, 17], [40, 16, 1], [3, 5, 2], [1, 2, 9],
        [64, 4, 16, 16],
    ]

    @Test(arguments: shapes) func agreesWithTheFormulas(_ shape: [Int]) throws {
        var numbers = TestNumbers(seed: 61)
        for dtype in [DType.float32, .float64] {
            let x = try randomKernelTensor(shape, dtype: dtype, &numbers)
            let g = try randomKernelTensor(shape, dtype: dtype, &numbers)
            let weight = try randomKernelTensor([shape[1]], dtype: dtype, &numbers)
            let bias = try randomKernelTensor([shape[1]], dtype: dtype, &numbers)
            let plain = [Double](repeating: 1, count: shape[1])
            for (w, b) in [(weight, bias), (nil, bias), (weight, nil), (nil, nil)] as [(Tensor?, Tensor?)] {
                let results = try run(x, g, w, b).all
                let reference = expected(
                    x, g, w.map(kernelValues) ?? plain, b.map(kernelValues) ?? plain.map { $0 - 1 })
                for (result, reference) in zip(results, reference) {
                    let unit = dtype == .float32 ? 2e-6 : 1e-14
                    let tolerance = unit * max(reference.reduce(1) { max($0, abs($1)) }, 1)
                    for (a, b) in zip(kernelValues(result), reference) { #expect(abs(a - b) <= tolerance) }
                }
            }
        }
    }

    /// Far from zero, and where samples differ much more than the elements of one.
    @Test func varianceKeepsItsDigits() throws {
        var numbers = TestNumbers(seed: 62)
        for (offset, drift) in [(1000.0, 0.0), (-3, 50), (20000, 500), (0, 0)] {
            for shape in [[12, 2, 31, 30], [300, 16]] {
                let size = shape[2...].reduce(1, *)
                let values = (0..<shape.reduce(1, *)).map {
                    Double(Float(offset + drift * Double($0 / (size * shape[1])) + numbers.number()))
                }
                let x = try kernelTensor(values, shape)
                let results = try run(x, x, nil, nil)
                let plain = [Double](repeating: 1, count: shape[1])
                let reference = expected(x, x, plain, plain)
                for (mean, exact) in zip(kernelValues(results.mean), reference[1]) {
                    #expect(abs(mean - exact) <= 2e-7 * abs(exact) + 1e-7)
                }
                for (variance, exact) in zip(kernelValues(results.variance), reference[2]) {
                    #expect(abs(variance - exact) <= 2e-6 * exact)
                }
            }
        }
    }

    @Test(arguments: shapes) func reluHasTheBitsOfAPassOfItsOwn(_ shape: [Int]) throws {
        var numbers = TestNumbers(seed: 64)
        for dtype in [DType.float32, .float64] {
            let x = try randomKernelTensor(shape, dtype: dtype, &numbers)
            let g = try randomKernelTensor(shape, dtype: dtype, &numbers)
            let weight = try randomKernelTensor([shape[1]], dtype: dtype, &numbers)
            let plain = try run(x, g, weight, weight)
            let y = try plain.y.map(.relu)
            let passing = try #require(try g.multiplied(bySlopeOf: .relu, operand: y, result: y))
            let expected = try run(x, passing, weight, weight)
            let fused = try run(x, g, weight, weight, relu: true)
            #expect(kernelBytes(fused.y) == kernelBytes(y))
            for (a, b) in zip(fused.all.dropFirst(), expected.all.dropFirst()) {
                #expect(kernelBytes(a) == kernelBytes(b))
            }
        }
    }

    @Test func nanStaysInItsChannel() throws {
        for shape in [[4, 3, 5, 5], [6, 40]] {
            var values = [Double](repeating: 0, count: shape.reduce(1, *)).indices.map { Double($0 % 7) }
            values[0] = .nan
            let x = try kernelTensor(values, shape)
            let results = try run(x, x, nil, nil)
            let size = shape[2...].reduce(1, *)
            for tensor in [results.y, results.inputGradient] {
                for (i, value) in kernelValues(tensor).enumerated() {
                    #expect(value.isNaN == (i / size % shape[1] == 0))
                }
            }
        }
    }

    @Test func sameBitsOnAnyNumberOfThreads() throws {
        var numbers = TestNumbers(seed: 63)
        for shape in [[30, 8, 28, 28], [600, 133]] {
            let x = try randomKernelTensor(shape, &numbers)
            let weight = try randomKernelTensor([shape[1]], &numbers)
            let results = try withThreadCounts { try run(x, x, weight, weight).all.map(kernelBytes) }
            #expect(results[0] == results[1] && results[1] == results[2])
        }
    }
}
