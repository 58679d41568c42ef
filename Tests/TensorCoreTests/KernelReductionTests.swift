import Glibc
import TensorCore
import Testing

/// Reductions against plain loops, of sizes that are shared out among threads too.
@Suite struct KernelReductionTests {
    /// Rows and columns of `[outer, size, inner]`, of fewer and of more elements than threads share.
    private let shapes = [[3, 5, 1], [2, 7, 9], [1000, 300, 1], [1, 150, 2000], [3, 90, 1100], [2, 300_000, 1]]

    private func elements(_ shape: [Int], hasNaN: Bool) throws -> (Tensor, [Double]) {
        var numbers = TestNumbers(seed: UInt64(shape.reduce(1, *)))
        let count = shape.reduce(1, *)
        var values = (0..<count).map { _ in Double(Float(numbers.number())) }
        if hasNaN { values[count / 2] = .nan }
        return (try kernelTensor(values, shape), values)
    }

    /// The elements that each result is made of, in their order.
    private func lines(_ values: [Double], _ shape: [Int]) -> [[Double]] {
        (0..<shape[0] * shape[2]).map { place in
            let start = place / shape[2] * shape[1] * shape[2] + place % shape[2]
            return (0..<shape[1]).map { values[start + $0 * shape[2]] }
        }
    }

    @Test(arguments: [false, true]) func agreeWithLoopsOnAnyThreads(hasNaN: Bool) throws {
        for shape in shapes {
            let (x, values) = try elements(shape, hasNaN: hasNaN)
            let lines = lines(values, shape)
            let found = try withThreadCounts {
                try [Reduction.sum, .mean, .max, .min, .prod].map { kernelValues(try x.reduced($0, axes: [1])) }
            }
            #expect(found[0].map { $0.map(\.bitPattern) } == found[1].map { $0.map(\.bitPattern) })
            #expect(found[0].map { $0.map(\.bitPattern) } == found[2].map { $0.map(\.bitPattern) })
            for (place, line) in lines.enumerated() {
                let isNaN = line.contains { $0.isNaN }
                let sum = line.reduce(0, +)
                let tolerance = 1e-6 * line.reduce(0) { $0 + $1.magnitude }
                let results = found[0].map { $0[place] }
                #expect(isNaN ? results[0].isNaN : abs(results[0] - sum) <= tolerance)
                #expect(isNaN ? results[1].isNaN : abs(results[1] * Double(line.count) - sum) <= 2 * tolerance)
                #expect(isNaN ? results[2].isNaN : results[2] == line.max())
                #expect(isNaN ? results[3].isNaN : results[3] == line.min())
                let product = line.reduce(1, *)
                #expect(isNaN ? results[4].isNaN : abs(results[4] - product) <= abs(product) * 1e-4 + 1e-37)
            }
        }
    }

    @Test(arguments: [false, true]) func extremesHaveTheirFirstPlace(hasNaN: Bool) throws {
        for shape in shapes {
            let (x, values) = try elements(shape, hasNaN: hasNaN)
            let places = kernelValues(try x.argument(.max, axis: 1))
            for (place, line) in zip(places, lines(values, shape)) {
                let greatest = line.max()
                #expect(Int(place) == line.firstIndex { $0.isNaN } ?? line.firstIndex { $0 == greatest })
            }
        }
    }

    @Test func runningExtremesKeepTheLastPlaceOfEqualOnes() throws {
        let line: [Double] = [1, 3, 2, 3, .nan, 4, .nan]
        let x = try kernelTensor(line + line.map { -$0 }, [2, 7])
        let (values, places) = try x.runningExtreme(.max, axis: 1)
        #expect(kernelValues(try #require(places)) == [0, 1, 1, 3, 4, 4, 6, 0, 0, 0, 0, 4, 4, 6])
        #expect(kernelValues(values).prefix(4) == [1, 3, 3, 3] && kernelValues(values)[5].isNaN)
        let columns = try x.permute([1, 0]).contiguous().runningExtreme(.min, axis: 0)
        #expect(kernelValues(try #require(columns.places)) == [0, 0, 0, 1, 0, 1, 0, 3, 4, 4, 4, 4, 6, 6])
        let counts = try Tensor.arange(0, 6, dtype: .int64).reshape([2, 3]).runningExtreme(.min, axis: -1)
        #expect(kernelValues(counts.values) == [0, 0, 0, 3, 3, 3] && counts.values.dtype == .int64)
        #expect(try Tensor.zeros([2, 0], dtype: .float32).runningExtreme(.max, axis: 1).values.shape == [2, 0])
    }

    @Test func fewDrawsWithoutReplacementAreTheFirstOfMany() throws {
        let weights = try kernelTensor((0..<200).map { Double($0 % 7) }, [2, 100])
        let key = RandomKey(seed: 3)
        let all = kernelValues(try Tensor.multinomial(weights, count: 80, replaces: false, key: key))
        for count in [0, 1, 2, 32, 33] {
            let some = kernelValues(try Tensor.multinomial(weights, count: count, replaces: false, key: key))
            #expect(some == Array(all[..<count] + all[80..<80 + count]))
        }
    }
}
