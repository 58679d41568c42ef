import TensorCore
import Testing

@Suite struct KernelPhiloxTests {
    /// The known answers that Random123, the authors' library, is shipped with.
    @Test func knownAnswers() {
        #expect(
            Philox.words(counter: SIMD4(0, 0, 0, 0), key: SIMD2(0, 0))
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        let ones = UInt32.max
        #expect(
            Philox.words(counter: SIMD4(ones, ones, ones, ones), key: SIMD2(ones, ones))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox.words(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0)
            )
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func childKeysDiffer() {
        let key = RandomKey(seed: 42)
        var seen: Set<RandomKey> = [key]
        for n in 0..<1000 as Range<UInt64> {
            seen.insert(key.child(n))
            seen.insert(key.child(n).child(0))
            seen.insert(key.child(named: "layer\(n)"))
        }
        #expect(seen.count == 3001)
        #expect(key.child(7) == RandomKey(seed: 42).child(7))
        #expect(key.child(7) != RandomKey(seed: 43).child(7))
    }
}

@Suite struct RandomTensorTests {
    private let key = RandomKey(seed: 42).child(named: "test")

    private func moments(_ values: [Double]) -> (mean: Double, variance: Double, kurtosis: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        let fourth = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) }
        return (mean, variance, fourth / Double(values.count) / (variance * variance))
    }

    @Test(arguments: [DType.float32, .float64])
    func uniformMoments(_ dtype: DType) throws {
        let values = kernelValues(try Tensor.uniform([200_000], low: -1, high: 3, dtype: dtype, key: key))
        let (mean, variance, kurtosis) = moments(values)
        #expect(abs(mean - 1) < 0.015 && abs(variance - 16.0 / 12) < 0.015 && abs(kurtosis - 1.8) < 0.02)
        #expect(values.allSatisfy { $0 >= -1 && $0 < 3 })
        #expect(Set(values).count > 190_000)
    }

    @Test(arguments: [DType.float32, .float64])
    func normalMoments(_ dtype: DType) throws {
        let values = kernelValues(try Tensor.normal([200_000], mean: 2, std: 3, dtype: dtype, key: key))
        let (mean, variance, kurtosis) = moments(values)
        #expect(abs(mean - 2) < 0.03 && abs(variance - 9) < 0.15 && abs(kurtosis - 3) < 0.06)
        let within = values.count { abs($0 - 2) < 3 }
        #expect(abs(Double(within) / 200_000 - 0.6827) < 0.005)
        // Neighbours, and the two numbers of a transform, do not depend on each other.
        for distance in [1, 16, 32] {
            let products = (0..<values.count - distance).reduce(0.0) {
                $0 + (values[$1] - 2) * (values[$1 + distance] - 2)
            }
            #expect(abs(products / Double(values.count) / 9) < 0.01)
        }
    }

    @Test func anElementDependsOnItsPlaceAlone() throws {
        let long = kernelValues(try Tensor.uniform([100_000], key: key))
        for count in [1, 3, 64, 65, 999, 40_000] {
            #expect(kernelValues(try Tensor.uniform([count], key: key)) == Array(long[..<count]))
        }
        let normals = kernelValues(try Tensor.normal([1000], key: key))
        #expect(kernelValues(try Tensor.normal([7, 11], key: key)) == Array(normals[..<77]))
        #expect(kernelValues(try Tensor.uniform([1000], key: key.child(1))) != Array(long[..<1000]))
        let results = try withThreadCounts { kernelBytes(try Tensor.normal([100_000], key: key)) }
        #expect(results[0] == results[1] && results[1] == results[2])
    }

    @Test func integersCoverTheirRange() throws {
        let values = kernelValues(try Tensor.randomIntegers([60_000], low: -2, high: 4, key: key))
        for value in -2..<4 {
            #expect(abs(values.count { $0 == Double(value) } - 10_000) < 500)
        }
        let wide = try Tensor.randomIntegers([1000], low: .min, high: .max, key: key)
        #expect(Set(kernelValues(wide)).count == 1000)
    }

    @Test func permutationHoldsEachOnce() throws {
        let order = try Tensor.permutation(1000, key: key)
        #expect(order.sorted() == Array(0..<1000) && order != Array(0..<1000))
        #expect(try Tensor.permutation(1000, key: key) == order)
        #expect(try Tensor.permutation(0, key: key) == [])
        // Each of three in each place equally often.
        var counts = [Int](repeating: 0, count: 9)
        for n in 0..<6000 as Range<UInt64> {
            for (place, value) in try Tensor.permutation(3, key: key.child(n)).enumerated() {
                counts[3 * place + value] += 1
            }
        }
        #expect(counts.allSatisfy { abs($0 - 2000) < 200 })
    }

    @Test func masks() throws {
        let mask = kernelValues(try Tensor.bernoulliMask([100_000], keep: 0.7, scale: true, key: key))
        #expect(Set(mask) == [0, Double(Float(1 / 0.7))])
        #expect(abs(mask.count { $0 > 0 } - 70_000) < 700)
        #expect(kernelValues(try Tensor.bernoulliMask([999], keep: 1, scale: true, key: key)).allSatisfy { $0 == 1 })
        #expect(kernelValues(try Tensor.bernoulliMask([999], keep: 0, scale: true, key: key)).allSatisfy { $0 == 0 })
    }

    @Test func refusesWhatCannotBe() {
        #expect(throws: TensorError.self) { try Tensor.uniform([2], low: 1, high: 0, key: key) }
        #expect(throws: TensorError.self) { try Tensor.uniform([2], low: 0, high: .infinity, key: key) }
        #expect(throws: TensorError.self) { try Tensor.uniform([2], dtype: .int64, key: key) }
        #expect(throws: TensorError.self) { try Tensor.normal([2], std: -1, key: key) }
        #expect(throws: TensorError.self) { try Tensor.randomIntegers([2], low: 3, high: 3, key: key) }
        #expect(throws: TensorError.self) { try Tensor.permutation(-1, key: key) }
        #expect(throws: TensorError.self) { try Tensor.bernoulliMask([2], keep: 1.5, scale: false, key: key) }
        #expect(throws: TensorError.self) { try Tensor.bernoulliMask([2], keep: .nan, scale: false, key: key) }
    }
}
