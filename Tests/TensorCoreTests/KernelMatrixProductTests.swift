import TensorCore
import Testing

@Suite struct KernelMatrixProductTests {
    /// Matrices whose rows, columns or both are spread out, and reversed ones.
    private func operand(
        _ rows: Int, _ columns: Int, layout: Int, dtype: DType, _ numbers: inout TestNumbers
    ) throws -> Tensor {
        switch layout {
        case 0: return try randomKernelTensor([rows, columns], dtype: dtype, &numbers)
        case 1:
            let t = try randomKernelTensor([columns, rows], dtype: dtype, &numbers)
            return Tensor(storage: t.storage, dtype: dtype, shape: [rows, columns], strides: [1, rows], offset: 0)
        case 2:
            let t = try randomKernelTensor([rows, columns + 3, 2], dtype: dtype, &numbers)
            return Tensor(
                storage: t.storage, dtype: dtype, shape: [rows, columns], strides: [2 * (columns + 3), 2], offset: 1)
        default:
            let t = try randomKernelTensor([rows, columns], dtype: dtype, &numbers)
            return Tensor(
                storage: t.storage, dtype: dtype, shape: [rows, columns], strides: [-columns, 1],
                offset: (rows - 1) * columns)
        }
    }

    private func check(_ m: Int, _ n: Int, _ k: Int, _ dtype: DType, _ numbers: inout TestNumbers) throws {
        let layouts = (Int.random(in: 0..<4, using: &numbers), Int.random(in: 0..<4, using: &numbers))
        let accumulate = Bool.random(using: &numbers)
        let a = try operand(m, k, layout: layouts.0, dtype: dtype, &numbers)
        let b = try operand(k, n, layout: layouts.1, dtype: dtype, &numbers)
        // Wider than the product, to see that nothing is written beside it.
        let whole = try randomKernelTensor([m, n + 2], dtype: dtype, &numbers)
        let c = Tensor(storage: whole.storage, dtype: dtype, shape: [m, n], strides: [n + 2, 1], offset: 1)
        let before = kernelValues(whole)
        let (x, y) = (kernelValues(a), kernelValues(b))
        try MatrixProduct.multiply(a, b, into: c, accumulate: accumulate)
        let after = kernelValues(whole)
        let tolerance = (dtype == .float32 ? 4e-7 : 1e-15) * Double(k + 8)
        var worst = 0.0
        for i in 0..<m {
            for j in 0..<n + 2 {
                let place = i * (n + 2) + j
                var expected = before[place]
                if (1...n).contains(j) {
                    var sum = accumulate ? expected : 0
                    for p in 0..<k { sum += x[i * k + p] * y[p * n + j - 1] }
                    expected = sum
                } else {
                    #expect(after[place] == expected)
                }
                worst = max(worst, abs(after[place] - expected))
            }
        }
        #expect(worst <= tolerance, "\(m)x\(n)x\(k) \(dtype) layouts \(layouts) accumulate \(accumulate)")
    }

    @Test(arguments: [DType.float32, .float64])
    func agreesWithTheDefinition(_ dtype: DType) throws {
        var numbers = TestNumbers(seed: 11)
        for m in 1...20 {
            for n in [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 47, 48, 49, 50, 97] {
                try check(m, n, Int.random(in: 1...70, using: &numbers), dtype, &numbers)
            }
        }
        for (m, n, k) in [
            (33, 50, 300), (130, 97, 257), (129, 400, 515), (257, 131, 64), (1, 300, 700), (300, 1, 700), (8, 600, 576),
            (600, 57, 8), (5, 3, 5000), (40, 1, 5), (1, 1, 1000), (64, 64, 1), (17, 9000, 3),
        ] {
            for _ in 0..<4 { try check(m, n, k, dtype, &numbers) }
        }
    }

    @Test func productOfNothingIsZero() throws {
        let a = try kernelTensor([], [2, 0])
        let b = try kernelTensor([], [0, 3])
        let c = try kernelTensor([1, 2, 3, 4, 5, 6], [2, 3])
        try MatrixProduct.multiply(a, b, into: c, accumulate: true)
        #expect(kernelValues(c) == [1, 2, 3, 4, 5, 6])
        try MatrixProduct.multiply(a, b, into: c)
        #expect(kernelValues(c) == [0, 0, 0, 0, 0, 0])
    }

    @Test func infinityAndNaNStayWhereTheyBelong() throws {
        var numbers = TestNumbers(seed: 5)
        for (m, n, k) in [(9, 50, 40), (40, 100, 300)] {
            var values = (0..<m * k).map { _ in numbers.number() }
            values[3 * k + 5] = .nan
            values[4 * k + 5] = .infinity
            let c = try kernelTensor([Double](repeating: 0, count: m * n), [m, n])
            try MatrixProduct.multiply(
                try kernelTensor(values, [m, k]), try randomKernelTensor([k, n], &numbers), into: c)
            let result = kernelValues(c)
            for i in 0..<m {
                for j in 0..<n {
                    let value = result[i * n + j]
                    #expect(i == 3 ? value.isNaN : i == 4 ? value.isInfinite : value.isFinite)
                }
            }
        }
    }

    @Test func sameBitsOnAnyNumberOfThreads() throws {
        var numbers = TestNumbers(seed: 3)
        for (m, n, k) in [(300, 500, 600), (8, 1200, 700), (1200, 9, 300), (2000, 30, 20)] {
            for transposed in [false, true] {
                let a = try operand(m, k, layout: 0, dtype: .float32, &numbers)
                let b = try operand(k, n, layout: transposed ? 1 : 0, dtype: .float32, &numbers)
                let results = try withThreadCounts {
                    let c = try kernelTensor([Double](repeating: 0, count: m * n), [m, n])
                    try MatrixProduct.multiply(a, b, into: c)
                    return kernelBytes(c)
                }
                #expect(results[0] == results[1] && results[1] == results[2])
            }
        }
    }

    @Test func refusesWhatDoesNotFit() throws {
        let a = try kernelTensor([1, 2], [1, 2])
        let c = try kernelTensor([0], [1, 1])
        #expect(throws: TensorError.matrixProduct([1, 2], [1, 2])) { try MatrixProduct.multiply(a, a, into: c) }
        let b = try kernelTensor([1, 2], [2, 1], dtype: .float64)
        #expect(throws: TensorError.self) { try MatrixProduct.multiply(a, b, into: c) }
    }
}
