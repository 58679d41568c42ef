import TensorCore
import Testing

private func worst(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } }

@Suite struct ConvolutionPoolTests {
    private func check(_ input: [Int], _ weight: [Int], _ settings: ConvolutionSettings) throws {
        var numbers = TestNumbers(seed: 41)
        let x = try randomKernelTensor(input, &numbers)
        let w = try randomKernelTensor(weight, &numbers)
        let bias = try randomKernelTensor([weight[0]], &numbers)
        let fused = try ConvolutionPool(inputShape: input, weightShape: weight, settings)
        let y = try Tensor.empty(fused.outShape, dtype: .float32)
        let positions = try Tensor.empty(fused.outShape, dtype: .uint8)
        try fused.forward(x, weight: w, bias: bias, into: y, positions: positions)

        let convolved = try x.conv2D(w, bias: bias, settings).map(.relu)
        let pool = PoolSettings(size: (2, 2))
        let (values, indices) = try convolved.maxPool2D(pool)
        #expect(values.shape == fused.outShape)
        #expect(worst(kernelValues(y), kernelValues(values)) < 1e-6)

        let g = try randomKernelTensor(y.shape, &numbers)
        let dw = try Tensor.empty(weight, dtype: .float32)
        let db = try Tensor.empty([weight[0]], dtype: .float32)
        let dx = try Tensor.empty(input, dtype: .float32)
        try fused.backward(
            g, positions: positions, x: x, weight: w, weightGradient: dw, biasGradient: db, inputGradient: dx)
        let passing = try Tensor.combine(.multiply, g, Tensor.combine(.greater, values, Tensor.scalar(0)))
        let inner = try Tensor.maxPool2DGradient(passing, indices: indices, inputShape: convolved.shape)
        let scale = 1e-6 * Double(max(y.count, 100)).squareRoot()
        let expected = (
            try Tensor.conv2DWeightGradient(inner, input: x, weightShape: weight, settings),
            try inner.reduced(.sum, axes: [0, 2, 3]),
            try Tensor.conv2DInputGradient(inner, weight: w, inputShape: input, settings)
        )
        #expect(worst(kernelValues(dw), kernelValues(expected.0)) < scale)
        #expect(worst(kernelValues(db), kernelValues(expected.1)) < scale)
        #expect(worst(kernelValues(dx), kernelValues(expected.2)) < scale)
    }

    @Test func agreesWithTheSeparateOperations() throws {
        try check([9, 1, 28, 28], [8, 1, 5, 5], ConvolutionSettings(padding: (2, 2)))
        try check([9, 8, 14, 14], [16, 8, 3, 3], ConvolutionSettings())
        try check([2, 4, 9, 12], [6, 2, 2, 3], ConvolutionSettings(padding: (1, 0), groups: 2))
        try check(
            [3, 2, 17, 15], [5, 2, 3, 3], ConvolutionSettings(stride: (2, 1), padding: (1, 2), dilation: (2, 1)))
        try check([1, 3, 70, 81], [3, 3, 4, 4], ConvolutionSettings(padding: (3, 1)))
        try check([1, 1, 3, 3], [1, 1, 2, 2], ConvolutionSettings())
        try check([3, 2, 9, 12], [4, 2, 1, 3], ConvolutionSettings(dilation: (1, 2)))
        try check([2, 3, 14, 13], [5, 3, 3, 3], ConvolutionSettings(padding: (2, 1), dilation: (2, 2)))
        try check([2, 4, 11, 12], [6, 2, 2, 3], ConvolutionSettings(stride: (1, 2), dilation: (3, 2), groups: 2))
        try check([2, 2, 20, 20], [3, 2, 7, 7], ConvolutionSettings(padding: (3, 3)))
    }

    @Test func sameBitsOnAnyNumberOfThreads() throws {
        var numbers = TestNumbers(seed: 42)
        let x = try randomKernelTensor([30, 1, 28, 28], &numbers)
        let w = try randomKernelTensor([8, 1, 5, 5], &numbers)
        let bias = try randomKernelTensor([8], &numbers)
        let fused = try ConvolutionPool(
            inputShape: x.shape, weightShape: w.shape, ConvolutionSettings(padding: (2, 2)))
        let results = try withThreadCounts {
            let y = try Tensor.empty(fused.outShape, dtype: .float32)
            let positions = try Tensor.empty(fused.outShape, dtype: .uint8)
            let (dw, db, dx) = (try Tensor.zeros(w.shape), try Tensor.zeros([8]), try Tensor.zeros(x.shape))
            try fused.forward(x, weight: w, bias: bias, into: y, positions: positions)
            try fused.backward(
                y, positions: positions, x: x, weight: w, weightGradient: dw, biasGradient: db, inputGradient: dx)
            return [y, positions, dw, db, dx].map(kernelBytes)
        }
        #expect(results[0] == results[1] && results[1] == results[2])
    }

    @Test func refusesImagesWithoutAWindow() {
        #expect(throws: TensorError.self) {
            try ConvolutionPool(inputShape: [1, 1, 3, 3], weightShape: [1, 1, 3, 3], ConvolutionSettings())
        }
    }

    @Test func refusesImagesThatNoMemoryHolds() {
        let far = 1 << 30
        #expect(throws: TensorError.self) {
            try ConvolutionPool(
                inputShape: [8, 3, 8, 10], weightShape: [4, 3, 3, 3],
                ConvolutionSettings(padding: (far, far), dilation: (far, far)))
        }
    }
}

@Suite struct LinearUpdateTests {
    /// The gradient made tile by tile is the one that would have been written, to the last bit.
    @Test func isTheGradientAndThenAdam() throws {
        var numbers = TestNumbers(seed: 46)
        for (n, inputs, outputs) in [(8, 576, 600), (1, 5, 3), (32, 33, 130), (8, 120, 10), (3, 24, 7), (5, 1, 1)] {
            let granularity = OptimizerPasses.granularity
            let count = (inputs * outputs + granularity - 1) / granularity * granularity
            let x = try randomKernelTensor([n, inputs], &numbers)
            let g = try randomKernelTensor([n, outputs], &numbers)
            let start = try (0..<3).map { _ in try randomKernelTensor([count], &numbers).map(.abs) }
            let settings = OptimizerPasses.Adam(
                beta1: 0.9, beta2: 0.99, epsilon: 1e-8, rate: 0.01, correction: 1.5, decay: 0.1, shrinkage: 0.99)

            let apart = try start.map { try $0.copy() }
            let gradient = try Tensor.zeros([count])
            func matrix(_ flat: Tensor) -> Tensor {
                Tensor(
                    storage: flat.storage, dtype: .float32, shape: [outputs, inputs], strides: [inputs, 1],
                    offset: flat.offset)
            }
            LinearLayer.writeWeightGradient(g, x: x, into: matrix(gradient))
            OptimizerPasses.adam(apart[0], gradient, mean: apart[1], square: apart[2], settings)

            let fused = try start.map { try $0.copy() }
            LinearLayer.update(
                matrix(fused[0]), mean: matrix(fused[1]), square: matrix(fused[2]), gradient: g, input: x, settings)
            let size = inputs * outputs
            for (i, before) in start.map(kernelValues).enumerated() {
                let (a, b) = (kernelValues(apart[i]), kernelValues(fused[i]))
                #expect(a[..<size] == b[..<size], "\(n) \(inputs) \(outputs)")
                #expect(b[size...] == before[size...])
                #expect(b[..<size] != before[..<size])
            }
        }
    }

    @Test func sameBitsOnAnyNumberOfThreads() throws {
        var numbers = TestNumbers(seed: 47)
        let x = try randomKernelTensor([8, 100], &numbers)
        let g = try randomKernelTensor([8, 333], &numbers)
        let start = try randomKernelTensor([333, 100], &numbers)
        let results = withThreadCounts([1, 2, 4]) { () -> [Double] in
            guard let w = try? start.copy(), let m = try? start.copy(), let v = try? start.map(.abs) else {
                return []
            }
            LinearLayer.update(
                w, mean: m, square: v, gradient: g, input: x,
                OptimizerPasses.Adam(
                    beta1: 0.9, beta2: 0.99, epsilon: 1e-8, rate: 0.01, correction: 1, decay: 0, shrinkage: 1))
            return kernelValues(w) + kernelValues(m) + kernelValues(v)
        }
        #expect(results[0].count == 3 * 33300)
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test func knowsWhereAGradientMayOverflow() throws {
        func isFinite(_ g: [Double], _ x: [Double]) throws -> Bool {
            LinearLayer.gradientIsSurelyFinite(try kernelTensor(g, [1, g.count]), try kernelTensor(x, [1, x.count]))
        }
        let ones = [Double](repeating: 1, count: 70)
        #expect(try isFinite(ones, ones))
        #expect(try isFinite([1e18, 1], [1e19]))
        #expect(try !isFinite([1e20, 1], [1e20]))
        #expect(try !isFinite(ones + [.nan], ones))
        #expect(try !isFinite(ones, [.infinity] + ones))
        #expect(try !isFinite([0], [.infinity]))
    }
}

@Suite struct CrossEntropyTests {
    /// The definition in double precision.
    private func expected(
        _ scores: [Double], _ count: Int, _ classes: [Int], ignoring ignored: Int?, smoothing: Double
    ) -> (loss: Double, gradient: [Double]) {
        let rows = classes.count { $0 != ignored }
        var (loss, gradient) = (0.0, [Double](repeating: 0, count: scores.count))
        for (row, wanted) in classes.enumerated() where wanted != ignored {
            let part = scores[row * count..<(row + 1) * count]
            let shift = part.max() ?? 0
            let sum = part.reduce(0) { $0 + exponential($1 - shift) }
            for (c, score) in part.enumerated() {
                let target = (c == wanted ? 1 - smoothing : 0) + smoothing / Double(count)
                loss -= target * (score - shift - logarithm(sum)) / Double(rows)
                gradient[row * count + c] = (exponential(score - shift) / sum - target) / Double(rows)
            }
        }
        return (loss, gradient)
    }

    @Test func agreesWithTheDefinition() throws {
        var numbers = TestNumbers(seed: 44)
        for (n, count) in [(8, 10), (1, 1), (33, 17), (5, 100), (3000, 16)] {
            for (ignored, smoothing) in [(nil, 0.0), (0, 0.0), (nil, 0.1), (0, 0.2)] as [(Int?, Double)] {
                let values = (0..<n * count).map { _ in 8 * numbers.number() }
                let scores = try kernelTensor(values, [n, count])
                var classes = (0..<n).map { _ in Int.random(in: 0..<count, using: &numbers) }
                if count > 1 { classes[0] = 1 } else { classes[0] = 0 }
                if count == 1 && ignored != nil { continue }
                let gradient = try Tensor.empty(scores.shape, dtype: .float32)
                let losses = try Tensor.empty([n], dtype: .float32)
                try CrossEntropy.run(
                    scores, classes: Tensor(classes.map { Int64($0) }), ignoring: ignored, smoothing: smoothing,
                    losses: losses, gradient: gradient)
                let rows = Double(classes.count { $0 != ignored })
                let (loss, expectedGradient) = expected(
                    kernelValues(scores), count, classes, ignoring: ignored, smoothing: smoothing)
                #expect(abs(kernelValues(losses).reduce(0, +) / rows - loss) < 2e-6 * max(abs(loss), 1))
                #expect(worst(kernelValues(gradient).map { $0 / rows }, expectedGradient) < 1e-6)
            }
        }
    }

    @Test func refusesClassesThatAreNotThere() throws {
        let scores = try Tensor.zeros([2, 3])
        func run(_ classes: [Int64], ignoring ignored: Int? = nil) throws -> [Double] {
            let losses = try Tensor.empty([2], dtype: .float32)
            try CrossEntropy.run(
                scores, classes: Tensor(classes), ignoring: ignored, losses: losses,
                gradient: Tensor.empty([2, 3], dtype: .float32))
            return kernelValues(losses)
        }
        for wrong in [3, -1] as [Int64] {
            #expect(throws: TensorError.classOutOfRange(index: Int(wrong), classes: 3)) { try run([0, wrong]) }
        }
        #expect(throws: TensorError.self) { try run([0]) }
        #expect(try run([-100, 1], ignoring: -100)[0] == 0)
    }

    @Test func gradientMayReplaceTheScores() throws {
        var numbers = TestNumbers(seed: 45)
        let scores = try randomKernelTensor([4, 21], &numbers)
        let classes = try Tensor([3, 0, 20, 7] as [Int64])
        let gradient = try Tensor.empty(scores.shape, dtype: .float32)
        let (first, second) = (try Tensor.empty([4], dtype: .float32), try Tensor.empty([4], dtype: .float32))
        try CrossEntropy.run(scores, classes: classes, losses: first, gradient: gradient)
        try CrossEntropy.run(scores, classes: classes, losses: second, gradient: scores)
        #expect(kernelBytes(first) == kernelBytes(second) && kernelBytes(scores) == kernelBytes(gradient))
    }
}
