import TensorCore
import Testing

/// A convolution's sizes, drawn at random.
private struct Case {
    var input: [Int]
    var weight: [Int]
    var settings: ConvolutionSettings

    init(_ numbers: inout TestNumbers, large: Bool) {
        func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &numbers) }
        let groups = [1, 1, 1, 2, 3][draw(0...4)]
        let channels = draw(1...(large ? 9 : 3))
        let outChannels = draw(1...(large ? 17 : 5))
        let kernel = (draw(1...5), draw(1...5))
        settings = ConvolutionSettings(
            stride: (draw(1...3), draw(1...3)), padding: (draw(0...4), draw(0...4)),
            dilation: (draw(1...3), draw(1...3)), groups: groups)
        let reach = (
            settings.dilation.0 * (kernel.0 - 1) + 1 - 2 * settings.padding.0,
            settings.dilation.1 * (kernel.1 - 1) + 1 - 2 * settings.padding.1
        )
        let size = (max(reach.0, 1) + draw(0...(large ? 40 : 6)), max(reach.1, 1) + draw(0...(large ? 40 : 6)))
        input = [draw(1...3), groups * channels, size.0, size.1]
        weight = [groups * outChannels, channels, kernel.0, kernel.1]
    }
}

/// The definition: visits each product once, with its place in input, filter and result.
private func visit(_ c: Case, _ out: [Int], _ body: (_ input: Int, _ weight: Int, _ result: Int) -> Void) {
    let s = c.settings
    let perGroup = (c.weight[0] / s.groups, c.weight[1])
    for n in 0..<c.input[0] {
        for o in 0..<c.weight[0] {
            for y in 0..<out[2] {
                for x in 0..<out[3] {
                    for channel in 0..<perGroup.1 {
                        for i in 0..<c.weight[2] {
                            for j in 0..<c.weight[3] {
                                let row = y * s.stride.0 + i * s.dilation.0 - s.padding.0
                                let column = x * s.stride.1 + j * s.dilation.1 - s.padding.1
                                guard row >= 0, row < c.input[2], column >= 0, column < c.input[3] else { continue }
                                let plane = n * c.input[1] + o / perGroup.0 * perGroup.1 + channel
                                body(
                                    (plane * c.input[2] + row) * c.input[3] + column,
                                    ((o * perGroup.1 + channel) * c.weight[2] + i) * c.weight[3] + j,
                                    ((n * out[1] + o) * out[2] + y) * out[3] + x)
                            }
                        }
                    }
                }
            }
        }
    }
}

private func worst(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } }

@Suite struct KernelConvolutionTests {
    private func check(_ c: Case, _ dtype: DType, _ numbers: inout TestNumbers) throws {
        let x = try randomKernelTensor(c.input, dtype: dtype, &numbers)
        let w = try randomKernelTensor(c.weight, dtype: dtype, &numbers)
        let bias = try randomKernelTensor([c.weight[0]], dtype: dtype, &numbers)
        let y = try x.conv2D(w, bias: bias, c.settings)
        let g = try randomKernelTensor(y.shape, dtype: dtype, &numbers)
        let dx = try Tensor.conv2DInputGradient(g, weight: w, inputShape: c.input, c.settings)
        let dw = try Tensor.conv2DWeightGradient(g, input: x, weightShape: c.weight, c.settings)
        let (xs, ws, gs, bs) = (kernelValues(x), kernelValues(w), kernelValues(g), kernelValues(bias))
        var (ys, dxs, dws) = (
            (0..<y.count).map { bs[$0 / (y.shape[2] * y.shape[3]) % c.weight[0]] },
            [Double](repeating: 0, count: x.count), [Double](repeating: 0, count: w.count)
        )
        visit(c, y.shape) { input, weight, result in
            ys[result] += xs[input] * ws[weight]
            dxs[input] += gs[result] * ws[weight]
            dws[weight] += gs[result] * xs[input]
        }
        let tolerance = dtype == .float32 ? 3e-6 : 1e-14
        let scale = Double(max(c.weight[1...].reduce(1, *), y.count / max(y.shape[1], 1), 30)).squareRoot()
        #expect(worst(kernelValues(y), ys) < tolerance * scale, "forward \(c)")
        #expect(worst(kernelValues(dx), dxs) < tolerance * scale, "input gradient \(c)")
        #expect(worst(kernelValues(dw), dws) < tolerance * scale, "weight gradient \(c)")
        // <conv(x), g> = <x, inputGradient(g)> = <w, weightGradient(g)>, without the bias.
        let product = zip(ys.indices, gs).reduce(0.0) {
            $0 + (ys[$1.0] - bs[$1.0 / (y.shape[2] * y.shape[3]) % c.weight[0]]) * $1.1
        }
        #expect(abs(zip(xs, kernelValues(dx)).reduce(0) { $0 + $1.0 * $1.1 } - product) < tolerance * scale * 100)
        #expect(abs(zip(ws, kernelValues(dw)).reduce(0) { $0 + $1.0 * $1.1 } - product) < tolerance * scale * 100)
    }

    @Test(arguments: [DType.float32, .float64])
    func agreesWithTheDefinition(_ dtype: DType) throws {
        var numbers = TestNumbers(seed: 21)
        for _ in 0..<150 { try check(Case(&numbers, large: false), dtype, &numbers) }
        for _ in 0..<12 { try check(Case(&numbers, large: true), dtype, &numbers) }
    }

    /// A filter for each channel, and enough output channels for vectors of them.
    @Test(arguments: [DType.float32, .float64])
    func agreesWithTheDefinitionForDepthwiseAndWideFilters(_ dtype: DType) throws {
        var numbers = TestNumbers(seed: 26)
        for i in 0..<60 {
            var c = Case(&numbers, large: i % 10 == 0)
            let channels = Int.random(in: 1...(i % 2 == 0 ? 20 : 4), using: &numbers)
            if i % 2 == 0 {
                (c.input[1], c.settings.groups) = (channels, channels)
                c.weight[0...1] = [channels, 1]
            } else {
                (c.input[1], c.settings.groups) = (channels, 1)
                c.weight[0...1] = [Int.random(in: 12...70, using: &numbers), channels]
            }
            c.input[0] = Int.random(in: 1...19, using: &numbers)
            try check(c, dtype, &numbers)
        }
    }

    @Test func theHomeworksLayers() throws {
        var numbers = TestNumbers(seed: 22)
        var c = Case(&numbers, large: false)
        (c.input, c.weight, c.settings) = ([9, 1, 28, 28], [8, 1, 5, 5], ConvolutionSettings(padding: (2, 2)))
        try check(c, .float32, &numbers)
        (c.input, c.weight, c.settings) = ([9, 8, 14, 14], [16, 8, 3, 3], ConvolutionSettings())
        try check(c, .float32, &numbers)
    }

    @Test func sameBitsOnAnyNumberOfThreads() throws {
        var numbers = TestNumbers(seed: 23)
        for (outChannels, channels, groups) in [(10, 4, 1), (48, 4, 1), (12, 1, 12)] {
            let x = try randomKernelTensor([20, channels * groups, 30, 31], &numbers)
            let w = try randomKernelTensor([outChannels, channels, 3, 3], &numbers)
            let settings = ConvolutionSettings(stride: (1, 2), padding: (1, 1), groups: groups)
            let results = try withThreadCounts {
                let y = try x.conv2D(w, settings)
                return [
                    kernelBytes(y),
                    kernelBytes(try Tensor.conv2DInputGradient(y, weight: w, inputShape: x.shape, settings)),
                    kernelBytes(try Tensor.conv2DWeightGradient(y, input: x, weightShape: w.shape, settings)),
                ]
            }
            #expect(results[0] == results[1] && results[1] == results[2])
        }
    }

    @Test func depthwiseSamplesDoNotDependOnTheirBatch() throws {
        var numbers = TestNumbers(seed: 27)
        let x = try randomKernelTensor([5, 12, 9, 11], &numbers)
        let w = try randomKernelTensor([12, 1, 3, 3], &numbers)
        let settings = ConvolutionSettings(stride: (2, 1), padding: (1, 1), groups: 12)
        let y = try x.conv2D(w, settings)
        let dx = try Tensor.conv2DInputGradient(y, weight: w, inputShape: x.shape, settings)
        for sample in 0..<5 {
            let one = try x.at([.slice(start: sample, stop: sample + 1, step: 1)])
            let oneResult = try one.conv2D(w, settings)
            let part = try y.at([.slice(start: sample, stop: sample + 1, step: 1)])
            #expect(kernelValues(oneResult) == kernelValues(part))
            let oneGradient = try Tensor.conv2DInputGradient(
                oneResult, weight: w, inputShape: one.shape, settings)
            #expect(
                kernelValues(oneGradient) == kernelValues(try dx.at([.slice(start: sample, stop: sample + 1, step: 1)]))
            )
        }
    }

    /// Vectors along samples give what vectors along pixels give for one sample, to the bit, on any number of threads.
    @Test(arguments: [DType.float32, .float64])
    func smallImagesDoNotDependOnTheirBatch(_ dtype: DType) throws {
        var numbers = TestNumbers(seed: 28)
        for i in 0..<24 {
            var c = Case(&numbers, large: i % 4 == 0)
            if i % 3 == 0 { c.weight[2...3] = c.input[2...3] }
            c.input[0] = Int.random(in: 7...70, using: &numbers)
            if i % 4 == 0 { (c.weight[0], c.input[2], c.input[3]) = (c.weight[0] * 7, 4, 4) }
            guard let shape = Tensor.conv2DShape(c.input, weight: c.weight, c.settings) else { continue }
            let x = try randomKernelTensor(c.input, dtype: dtype, &numbers)
            let w = try randomKernelTensor(c.weight, dtype: dtype, &numbers)
            let g = try randomKernelTensor(shape, dtype: dtype, &numbers)
            let results = try withThreadCounts {
                try [
                    x.conv2D(w, c.settings),
                    Tensor.conv2DInputGradient(g, weight: w, inputShape: c.input, c.settings),
                ]
            }
            #expect(results.allSatisfy { $0.map(kernelBytes) == results[0].map(kernelBytes) })
            for sample in [0, c.input[0] / 2, c.input[0] - 1] {
                let range = [TensorIndex.slice(start: sample, stop: sample + 1, step: 1)]
                let one = try x.at(range)
                let (y, dx) = (results[0][0], results[0][1])
                #expect(try kernelValues(one.conv2D(w, c.settings)) == kernelValues(y.at(range)), "\(c)")
                let gradient = try Tensor.conv2DInputGradient(
                    g.at(range), weight: w, inputShape: one.shape, c.settings)
                #expect(try kernelValues(gradient) == kernelValues(dx.at(range)), "\(c)")
            }
            if c.input[0] < 20 { try check(c, dtype, &numbers) }
        }
    }

    @Test func matrixConvolves() throws {
        var numbers = TestNumbers(seed: 24)
        let w = try randomKernelTensor([3, 2], dtype: .float64, &numbers)
        let image = try randomKernelTensor([7, 6], dtype: .float64, &numbers)
        let matrix = try Tensor.convolutionMatrix(w, height: 7, width: 6)
        #expect(matrix.shape == [5 * 5, 42])
        let byMatrix = kernelValues(try Tensor.matmul(matrix, image.reshape([42])))
        let direct = kernelValues(try image.reshape([1, 1, 7, 6]).conv2D(w.reshape([1, 1, 3, 2])))
        #expect(worst(byMatrix, direct) < 1e-14)
    }

    @Test func refusesWhatCannotBe() throws {
        var numbers = TestNumbers(seed: 25)
        let x = try randomKernelTensor([1, 4, 8, 8], &numbers)
        let w = try randomKernelTensor([6, 4, 3, 3], &numbers)
        let bad: [ConvolutionSettings] = [
            .init(stride: (0, 1)), .init(padding: (0, -1)), .init(dilation: (1, 0)), .init(groups: 0), .init(groups: 3),
            .init(groups: 2), .init(dilation: (4, 1)), .init(stride: (Int.max, 1)), .init(padding: (Int.max, 0)),
            .init(padding: (1 << 30, 1 << 30)),
        ]
        for settings in bad {
            #expect(throws: TensorError.self, "\(settings)") { try x.conv2D(w, settings) }
            #expect(throws: TensorError.self, "\(settings)") {
                try Tensor.conv2DInputGradient(x, weight: w, inputShape: x.shape, settings)
            }
            #expect(throws: TensorError.self, "\(settings)") {
                try Tensor.conv2DWeightGradient(x, input: x, weightShape: w.shape, settings)
            }
        }
        #expect(throws: TensorError.self) { try x.reshape([4, 8, 8]).conv2D(w) }
        #expect(throws: TensorError.self) { try x.conv2D(x.reshape([2, 2, 8, 8])) }
        #expect(throws: TensorError.self) { try x.conv2D(w, bias: x) }
        #expect(throws: TensorError.self) { try x.cast(to: .int64).conv2D(w) }
        #expect(throws: TensorError.self) { try Tensor.convolutionMatrix(w, height: 3, width: 3) }
        #expect(throws: TensorError.self) {
            try Tensor.convolutionMatrix(w.at([.index(0), .index(0)]), height: Int.max, width: 3)
        }
    }

    @Test func emptyBatches() throws {
        let x = try Tensor.zeros([0, 2, 5, 5])
        let w = try Tensor.ones([3, 2, 2, 2])
        #expect(try x.conv2D(w).shape == [0, 3, 4, 4])
        let g = try Tensor.zeros([0, 3, 4, 4])
        #expect(try Tensor.conv2DInputGradient(g, weight: w, inputShape: x.shape).shape == x.shape)
        #expect(
            kernelValues(try Tensor.conv2DWeightGradient(g, input: x, weightShape: w.shape)).allSatisfy { $0 == 0 })
    }
}

@Suite struct KernelPoolingTests {
    @Test(arguments: [DType.float32, .float64])
    func agreesWithTheDefinition(_ dtype: DType) throws {
        var numbers = TestNumbers(seed: 31)
        for round in 0..<200 {
            func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &numbers) }
            let size = (draw(1...4), draw(1...4))
            let settings = PoolSettings(
                size: size, stride: (draw(1...4), draw(1...4)), padding: (draw(0...size.0 / 2), draw(0...size.1 / 2)))
            let shape = [draw(1...3), draw(1...3), size.0 + draw(0...9), size.1 + draw(0...(round % 4 == 0 ? 70 : 9))]
            let x = try randomKernelTensor(shape, dtype: dtype, &numbers)
            let (values, indices) = try x.maxPool2D(settings)
            let mean = try x.avgPool2D(settings)
            let g = try randomKernelTensor(values.shape, dtype: dtype, &numbers)
            let (xs, vs, ins, ms, gs) = (
                kernelValues(x), kernelValues(values), kernelValues(indices), kernelValues(mean), kernelValues(g)
            )
            var maximumGradient = [Double](repeating: 0, count: x.count)
            var meanGradient = maximumGradient
            for place in 0..<values.count {
                let (column, row) = (place % values.shape[3], place / values.shape[3] % values.shape[2])
                let plane = place / (values.shape[2] * values.shape[3])
                var (best, at, sum) = (-Double.infinity, -1, 0.0)
                for i in 0..<size.0 {
                    for j in 0..<size.1 {
                        let y = row * settings.stride.0 + i - settings.padding.0
                        let z = column * settings.stride.1 + j - settings.padding.1
                        guard y >= 0, y < shape[2], z >= 0, z < shape[3] else { continue }
                        let flat = plane * shape[2] * shape[3] + y * shape[3] + z
                        sum += xs[flat]
                        meanGradient[flat] += gs[place] / Double(size.0 * size.1)
                        if xs[flat] > best { (best, at) = (xs[flat], y * shape[3] + z) }
                    }
                }
                maximumGradient[plane * shape[2] * shape[3] + at] += gs[place]
                #expect(vs[place] == best && ins[place] == Double(at))
                #expect(abs(ms[place] - sum / Double(size.0 * size.1)) < 1e-6)
            }
            let dMaximum = try Tensor.maxPool2DGradient(g, indices: indices, inputShape: shape)
            let dMean = try Tensor.avgPool2DGradient(g, inputShape: shape, settings)
            #expect(worst(kernelValues(dMaximum), maximumGradient) < 1e-6)
            if let (values, numbers) = try x.maxPool2DByNumber(settings) {
                #expect(kernelValues(values) == vs)
                let indices = try Tensor.maxPool2DIndices(numbers: numbers, inputShape: shape, settings)
                #expect(kernelValues(indices) == ins)
                let dMaximum = try Tensor.maxPool2DGradient(g, numbers: numbers, inputShape: shape, settings)
                #expect(worst(kernelValues(dMaximum), maximumGradient) < 1e-6)
            } else {
                #expect(dtype == .float64 || values.shape[3] < 8)
            }
            #expect(worst(kernelValues(dMean), meanGradient) < 1e-6)
        }
    }

    @Test func nanIsTheGreatest() throws {
        let x = try kernelTensor([1, .nan, 3, 4], [1, 1, 2, 2])
        let (values, indices) = try x.maxPool2D(PoolSettings(size: (2, 2)))
        #expect(kernelValues(values)[0].isNaN && kernelValues(indices) == [1])
    }

    @Test func numbersOfNaNAndInfinity() throws {
        var numbers = [Double](repeating: -.infinity, count: 2 * 34)
        (numbers[4], numbers[34 + 9], numbers[20], numbers[21]) = (.nan, .nan, .infinity, 1)
        let x = try kernelTensor(numbers, [1, 1, 2, 34])
        let settings = PoolSettings(size: (2, 2), padding: (1, 1))
        let (values, places) = try #require(try x.maxPool2DByNumber(settings))
        let expected = kernelValues(try x.maxPool2D(settings).values)
        #expect(zip(kernelValues(values), expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
        // No place in the padding, even where all is minus infinity.
        let indices = try Tensor.maxPool2DIndices(numbers: places, inputShape: x.shape, settings)
        #expect(kernelValues(indices) == kernelValues(try x.maxPool2D(settings).indices))
    }

    @Test func sameBitsOnAnyNumberOfThreads() throws {
        var numbers = TestNumbers(seed: 32)
        let x = try randomKernelTensor([6, 5, 40, 41], &numbers)
        let settings = PoolSettings(size: (3, 3), stride: (2, 2), padding: (1, 1))
        let results = try withThreadCounts {
            let (values, places) = try #require(try x.maxPool2DByNumber(settings))
            return [
                values, places,
                try Tensor.maxPool2DGradient(values, numbers: places, inputShape: x.shape, settings),
                try x.avgPool2D(settings), try Tensor.avgPool2DGradient(values, inputShape: x.shape, settings),
            ].map(kernelBytes)
        }
        #expect(results[0] == results[1] && results[1] == results[2])
    }

    @Test func refusesWhatCannotBe() throws {
        let x = try Tensor.zeros([1, 1, 4, 4])
        for settings: PoolSettings in [
            .init(size: (5, 1)), .init(size: (0, 1)), .init(size: (2, 2), stride: (0, 1)),
            .init(size: (2, 2), padding: (2, 0)), .init(size: (Int.max, 2)), .init(size: (2, 2), padding: (-1, 0)),
        ] {
            #expect(throws: TensorError.self) { try x.maxPool2D(settings) }
            #expect(throws: TensorError.self) { try x.avgPool2D(settings) }
        }
        let indices = try Tensor([Int64(99)], shape: [1, 1, 1, 1])
        #expect(throws: TensorError.self) {
            try Tensor.maxPool2DGradient(try Tensor.ones([1, 1, 1, 1]), indices: indices, inputShape: x.shape)
        }
    }
}
