import Glibc
import TensorCore
import Testing

/// Kernels that go along lines, against the formulas in double precision.
@Suite struct KernelLineTests {
    // MARK: Fourier transforms

    /// Of lengths with factors of their own code, with others, prime, odd and even; of 1.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 12, 15, 22, 49, 60, 64, 97, 100, 360])
    func transformsAreThoseOfTheFormula(size: Int) throws {
        var numbers = TestNumbers(seed: UInt64(size))
        // Groups of rows side by side, and rows by themselves.
        let (rows, kept) = (11, size / 2 + 1)
        for dtype in [DType.float32, .float64] {
            let pairs = try randomKernelTensor([rows, size, 2], dtype: dtype, &numbers)
            let real = try randomKernelTensor([rows, size], dtype: dtype, &numbers)
            let few = try randomKernelTensor([rows, kept, 2], dtype: dtype, &numbers)
            let found = try withThreadCounts {
                try [
                    pairs.fourierPairs(isInverse: true), real.fourierOfReal(kept: kept), real.fourierOfReal(kept: size),
                    few.realOfFourier(size: size),
                ].map { kernelValues($0) }
            }
            #expect(found.allSatisfy { $0 == found[0] })
            let x = kernelValues(pairs)
            let y = kernelValues(real)
            let z = kernelValues(few)
            // In double precision it is the plain sum that errs more.
            let tolerance = dtype == .float32 ? 8e-7 * Double(size).squareRoot() : 2e-15 * Double(size)
            for row in [0, rows - 1] {
                for k in 0..<size {
                    let whole = sum(size, k, sign: 1) { j in
                        let place = 2 * (row * size + j)
                        return (x[place], x[place + 1])
                    }
                    let half = sum(size, k, sign: -1) { j in (y[row * size + j], 0) }
                    let back = sum(kept, k, of: size, sign: 1) { j in
                        let place = 2 * (row * kept + j)
                        return (z[place], z[place + 1])
                    }
                    let place = 2 * (row * size + k)
                    #expect(abs(found[0][0][place] - whole.re) < tolerance)
                    #expect(abs(found[0][0][place + 1] - whole.im) < tolerance)
                    #expect(abs(found[0][2][place] - half.re) < tolerance)
                    #expect(abs(found[0][2][place + 1] - half.im) < tolerance)
                    #expect(abs(found[0][3][row * size + k] - back.re) < tolerance)
                    if k < kept {
                        let first = 2 * (row * kept + k)
                        #expect(found[0][1][first] == found[0][2][place])
                        #expect(found[0][1][first + 1] == found[0][2][place + 1])
                    }
                }
            }
        }
    }

    private func sum(
        _ count: Int, _ k: Int, of size: Int? = nil, sign: Double, _ element: (Int) -> (Double, Double)
    ) -> (re: Double, im: Double) {
        let size = size ?? count
        return (0..<count).reduce((0, 0)) { sum, j in
            let angle = sign * 2 * .pi * Double(j * k % size) / Double(size)
            let (re, im) = element(j)
            return (sum.0 + re * cos(angle) - im * sin(angle), sum.1 + re * sin(angle) + im * cos(angle))
        }
    }

    @Test func rowsAreTransformedAloneAndAlike() throws {
        var numbers = TestNumbers(seed: 1)
        let rows = try randomKernelTensor([9, 30], &numbers)
        let all = try kernelValues(rows.fourierOfReal(kept: 16))
        for row in 0..<9 {
            let one = try kernelValues(rows.at([.slice(start: row, stop: row + 1, step: 1)]).fourierOfReal(kept: 16))
            #expect(one == Array(all[row * 32..<(row + 1) * 32]))
        }
        var spoilt = kernelValues(rows)
        spoilt[30] = .nan
        let others = try kernelValues(kernelTensor(spoilt, [9, 30]).fourierOfReal(kept: 16))
        #expect(others[..<32] == all[..<32] && others[64...] == all[64...] && others[32..<64].allSatisfy(\.isNaN))
        let long = try kernelTensor((0..<10_000).map { sin(Double($0)) }, [10_000], dtype: .float64)
        let back = try kernelValues(long.fourierOfReal(kept: 5001).fourierRoundTrip(10_000))
        #expect(zip(back, kernelValues(long)).allSatisfy { abs($0 - $1) < 1e-13 })
    }

    // MARK: From element to element

    @Test(arguments: [[3, 7, 1], [2, 5, 3], [20, 3000, 1], [1, 4, 1300], [2, 1, 2], [2, 0, 2]])
    func productsAndTheirGradientsAreThoseOfLoops(shape: [Int]) throws {
        var numbers = TestNumbers(seed: 3)
        let (outer, size, inner) = (shape[0], shape[1], shape[2])
        let count = outer * size * inner
        for dtype in [DType.float32, .float64] {
            // Some zeros; long products neither vanish nor grow.
            let values = (0..<count).map { $0 % 11 == 3 ? 0 : Double(Float(1 + 0.1 * numbers.number())) }
            let x = try kernelTensor(values, shape, dtype: dtype)
            let g = try randomKernelTensor(shape, dtype: dtype, &numbers)
            let last = try randomKernelTensor([outer, 1, inner], dtype: dtype, &numbers)
            let found = try withThreadCounts {
                try [
                    x.cumulativeProduct(axis: 1), x.productGradient(g, axis: 1, ofLast: false),
                    size == 0 ? x : x.productGradient(last, axis: 1, ofLast: true),
                    Tensor.recurrence(x, g, axis: 1, isReversed: false),
                    Tensor.recurrence(x, g, axis: 1, isReversed: true),
                ].map { kernelValues($0) }
            }
            #expect(found.allSatisfy { $0 == found[0] })
            let (weights, ends) = (kernelValues(g), kernelValues(last))
            let tolerance = dtype == .float32 ? 1e-5 : 1e-12
            for line in 0..<(size == 0 ? 0 : min(outer * inner, 40)) {
                let start = line / inner * size * inner + line % inner
                let places = (0..<size).map { start + $0 * inner }
                var (product, state) = (1.0, 0.0)
                var products: [Double] = []
                for (i, place) in places.enumerated() {
                    products.append(product)
                    product *= values[place]
                    state = weights[place] + (i == 0 ? 0 : values[place] * state)
                    #expect(abs(found[0][0][place] - product) <= tolerance * abs(product))
                    #expect(abs(found[0][3][place] - state) <= tolerance * max(abs(state), 1))
                }
                var (behind, alone) = (0.0, ends[line])
                for i in (0..<size).reversed() {
                    let factor = i + 1 < size ? values[places[i + 1]] : 0
                    behind = weights[places[i]] + factor * behind
                    if i + 1 < size { alone *= factor }
                    #expect(abs(found[0][1][places[i]] - products[i] * behind) <= tolerance * max(abs(behind), 1))
                    #expect(abs(found[0][2][places[i]] - products[i] * alone) <= tolerance)
                    #expect(abs(found[0][4][places[i]] - behind) <= tolerance * max(abs(behind), 1))
                }
            }
        }
    }

    // MARK: Order and counts

    @Test(arguments: [1, 40, 49, 1000, 20_000]) func rankedElementsAreThoseOfSorting(size: Int) throws {
        var numbers = TestNumbers(seed: UInt64(size))
        // Many are equal, some are not numbers.
        let values = (0..<3 * size).map { _ in (numbers.number() * 50).rounded() / 50 }
        var spoilt = values
        for i in stride(from: size / 2, to: values.count, by: size / 3 + 1) { spoilt[i] = .nan }
        let wide = try kernelTensor(spoilt, [3, size], dtype: .float64)
        let whole = try kernelTensor(values, [3, size]).combined(.multiply, with: 100).cast(to: .int64)
        let ranks = Set([0, size / 3, size / 3 + 1, size / 2, size - 1].map { min($0, size - 1) }).sorted()
        for x in [wide, try wide.cast(to: .float32), whole, try whole.cast(to: .uint8)] {
            for x in [x, try x.transpose(0, 1)] {
                let axis = x.shape[0] == size ? 0 : 1
                let (values, indices) = try x.sorted(axis: axis)
                let found = try x.ranked(ranks, axis: axis)
                let places = try Tensor(ranks)
                #expect(try kernelValues(found.indices) == kernelValues(indices.take(places, axis: axis)))
                let pairs = zip(kernelValues(found.values), try kernelValues(values.take(places, axis: axis)))
                #expect(pairs.allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
            }
        }
    }

    @Test func histogramsCountAsTheEdgesSay() throws {
        var numbers = TestNumbers(seed: 5)
        let edges = (0...7).map { -0.9 + 1.7 * (Double($0) / 7) }
        let values = (0..<5000).map { _ in numbers.number() } + edges + edges.map(\.nextUp) + [.nan, .infinity]
        let x = try kernelTensor(values, [values.count], dtype: .float64)
        let expected = (0..<7).map { bin in
            Double(values.count { $0 >= edges[bin] && ($0 < edges[bin + 1] || bin == 6 && $0 == edges[7]) })
        }
        #expect(try kernelValues(x.histogram(edges: edges, areEven: true)) == expected)
        #expect(try kernelValues(x.histogram(edges: edges, areEven: false)) == expected)
        let big = try kernelTensor([-1e300, 1e300, 0], [3], dtype: .float64)
        #expect(try kernelValues(big.histogram(edges: [-1e300, 0, 1e300], areEven: true)) == [1, 2])
    }

    @Test(arguments: [[7], [3, 5], [2, 3, 4], [2, 0, 3], [2, 5000]]) func placesOfNonzeroAreInOrder(shape: [Int]) throws
    {
        let count = shape.reduce(1, *)
        let values = (0..<count).map { $0 % 3 == 1 ? 0.5 : 0 }
        var expected: [Double] = []
        for i in 0..<count where values[i] != 0 {
            var (rest, place) = (i, [Double]())
            for size in shape.reversed() {
                place.insert(Double(rest % size), at: 0)
                rest /= size
            }
            expected += place
        }
        #expect(try kernelValues(kernelTensor(values, shape).placesOfNonzero()) == expected)
    }

    // MARK: Distances

    @Test func distancesKeepTheirDigits() throws {
        var numbers = TestNumbers(seed: 7)
        for (m, n, size) in [(40, 30, 64), (40, 30, 3), (5, 4, 7), (30, 1, 1), (2, 30, 0)] {
            // Rows near each other and far from 0, and a row that is the same.
            for shift in [0.0, 100] {
                let a = try randomKernelTensor([m, size], &numbers).combined(.add, with: shift)
                var rows = try kernelValues(randomKernelTensor([n, size], &numbers).combined(.add, with: shift))
                for j in 0..<size { rows[j] = kernelValues(a)[j] }
                let b = try kernelTensor(rows, [n, size])
                let found = try withThreadCounts { try kernelValues(Tensor.distances(a, b)) }
                #expect(found.allSatisfy { $0 == found[0] })
                let (x, y) = (kernelValues(a), kernelValues(b))
                for i in 0..<m {
                    for j in 0..<n {
                        let squares = (0..<size).reduce(0) { sum, p in
                            let difference = x[i * size + p] - y[j * size + p]
                            return sum + difference * difference
                        }
                        #expect(abs(found[0][i * n + j] - squares.squareRoot()) <= 2e-6 * squares.squareRoot())
                    }
                }
            }
        }
        // Norms that are infinite where the distances are not, and what is not a number.
        var large = [Double](repeating: 2e19, count: 30)
        large[7] = .nan
        let far = try kernelValues(Tensor.distances(kernelTensor(large, [30, 1]), kernelTensor([1e19], [1, 1])))
        #expect(far.enumerated().allSatisfy { $0 == 7 ? $1.isNaN : abs($1 / 1e19 - 1) < 1e-6 })
    }
}

extension Tensor {
    /// The real numbers whose transform begins with these pairs, divided as the inverse is.
    fileprivate func fourierRoundTrip(_ size: Int) throws -> Tensor {
        let twice = try combined(.multiply, with: 2 / Double(size)).realOfFourier(size: size)
        // The first and the middle pair have no mirror.
        let first = try at([.index(0), .index(0)]).combined(.divide, with: Double(size))
        let middle = try at([.index(size / 2), .index(0)]).combined(.divide, with: Double(size))
        let signs = try Tensor.arange(0, Double(size), dtype: .int64).combined(.remainder, with: 2)
            .combined(.multiply, with: -2).combined(.add, with: 1).cast(to: dtype)
        return try Tensor.combine(
            .subtract, Tensor.combine(.subtract, twice, first), Tensor.combine(.multiply, signs, middle))
    }
}
