import Datasets
import TensorCore
import Testing

struct DatasetTests {
    private let key = RandomKey(seed: 42, stream: 0)

    /// `count` examples of two numbers, `i` and `-i`, with the label `i % 3`.
    private func numbered(_ count: Int) throws -> Dataset {
        let x = try Tensor((0..<count).flatMap { [Float($0), -Float($0)] }, shape: [count, 2])
        return try Dataset(x: x, y: Tensor((0..<count).map { Int64($0 % 3) }), name: "numbers")
    }

    private func firsts(_ dataset: Dataset) throws -> [Int] {
        stride(from: 0, to: dataset.count * 2, by: 2).map { [x = try dataset.x().integers()] in x[$0] }
    }

    @Test func splitsWithoutLossOrOverlap() throws {
        let data = try numbered(100)
        let (a, b) = try data.split(count: 70, key: key)
        #expect(a.count == 70 && b.count == 30)
        #expect(try (firsts(a) + firsts(b)).sorted() == Array(0..<100))
        #expect(try firsts(a) != Array(0..<70))
        #expect(a.labels == (try firsts(a).map { $0 % 3 }))
        #expect(try firsts(data.split(count: 70, key: key).0) == firsts(a))
        #expect(try firsts(data.split(count: 70, key: RandomKey(seed: 43, stream: 0)).0) != firsts(a))
        let (c, d) = try data.split(fraction: 0.25, key: key)
        #expect(c.count == 25 && d.count == 75)
        // A part of a part keeps to its own rows.
        let (e, f) = try a.split(count: 10, key: key)
        #expect(try (firsts(e) + firsts(f)).sorted() == firsts(a).sorted())
    }

    @Test func shufflesTakesAndSelects() throws {
        let data = try numbered(50)
        let shuffled = try data.shuffled(key: key)
        #expect(try firsts(shuffled).sorted() == Array(0..<50))
        #expect(try firsts(shuffled) != Array(0..<50))
        #expect(try firsts(shuffled.taking(5)) == Array(firsts(shuffled).prefix(5)))
        #expect(try firsts(shuffled.selecting([3, 3, 0])) == [3, 3, 0].map { try firsts(shuffled)[$0] })
        #expect(try shuffled.y()?.integers() == (try firsts(shuffled).map { $0 % 3 }))
        #expect(shuffled.storedX.storage === data.storedX.storage)
    }

    @Test func refusesWhatIsNotThere() throws {
        let data = try numbered(5)
        func message(_ body: () throws -> Void) throws -> String {
            try #require(throws: DatasetError.self, performing: body).message
        }
        #expect(
            try message { _ = try data.split(count: 5, key: key) }
                == "numbers: count 5 does not split 5 examples in two parts")
        #expect(
            try message { _ = try data.split(fraction: 1.5, key: key) }
                == "numbers: fraction 1.5 has to lie between 0 and 1")
        #expect(try message { _ = try data.split(fraction: .nan, key: key) }.contains("fraction nan"))
        #expect(try message { _ = try data.taking(6) } == "numbers: count 6 is out of range: there are 5 examples")
        #expect(try message { _ = try data.taking(-1) } == "numbers: count -1 is out of range: there are 5 examples")
        #expect(try message { _ = try data.selecting([5]) } == "numbers: index 5 is out of range: there are 5 examples")
        #expect(try message { _ = try Batches(data, size: 0) } == "numbers: batch size 0 has to be at least 1")
        #expect(
            try message { _ = try Dataset(x: .zeros([3]), y: .zeros([2])) }
                == "data: there are 3 examples and 2 targets")
        #expect(try message { _ = try Dataset(x: .scalar(1), y: nil) }.contains("x is a single number"))
        #expect(
            try message { _ = try Dataset(x: .zeros([3]), y: nil, scale: .nan) }
                == "data: scale has to be a number other than 0")
        #expect(
            try message { _ = try data.taking(0).statistics() }
                == "numbers: the dataset has no examples to take the mean of")
    }

    @Test func targetsHaveTheTypesThatLossesTake() throws {
        let x = try Tensor.zeros([2, 1])
        func y(_ tensor: Tensor) throws -> Tensor? { try Dataset(x: x, y: tensor).y() }
        #expect(try y(Tensor([1, 0] as [UInt8]))?.dtype == .int64)
        #expect(try y(Tensor([true, false]))?.dtype == .int64)
        #expect(try y(Tensor([1, 0] as [Double]))?.dtype == .float32)
        #expect(try y(Tensor([1, 0] as [Int64], shape: [2, 1]))?.shape == [2])
        #expect(try y(Tensor([1, 0] as [Float], shape: [2, 1]))?.shape == [2, 1])
        #expect(try Dataset(x: x, y: Tensor([-1, 0] as [Int64])).classCount == nil)
    }

    // MARK: Scaling

    @Test func bytesAreScaledAsDivisionByTwoHundredAndFiftyFive() throws {
        let all = try Dataset(x: Tensor((0..<256).map { UInt8($0) }, shape: [1, 1, 16, 16]), y: nil)
        #expect(try all.x().floats() == (0..<256).map { Float($0) / 255 })
        #expect(all.dtype == .float32)
        for shape in [[4], [2, 2], [2, 1, 2]] {
            let bytes = try Tensor([0, 51, 102, 255] as [UInt8], shape: shape)
            #expect(try Dataset(x: bytes, y: nil).x().floats() == [0, 0.2, 0.4, 1])
            #expect(try Dataset(x: bytes, y: nil, scale: 1).x().floats() == [0, 51, 102, 255])
        }
    }

    /// Bytes of images give the same dataset in every type that holds them.
    @Test(arguments: [DType.uint8, .int64, .float32, .float64]) func bytesOfEveryTypeAreTheSameImages(_ dtype: DType)
        throws
    {
        func data(_ elements: [Float], _ shape: [Int], scale: Double? = nil) throws -> Dataset {
            let x = try ImageBatch.ofValue(Tensor(elements, shape: shape).cast(to: dtype), scale: scale, name: "data")
            return try Dataset(x: x, y: nil, scale: scale)
        }
        let bytes = (0..<24).map { Float($0 * 11) }
        for (shape, expected) in [
            ([2, 3, 2, 2], [2, 3, 2, 2]), ([2, 1, 3, 4], [2, 1, 3, 4]), ([2, 2, 2, 3], [2, 3, 2, 2]),
            ([6, 2, 2, 1], [6, 1, 2, 2]),
        ] {
            let found = try data(bytes, shape)
            #expect(try found.x().shape == expected)
            #expect(try found.x().floats().sorted() == bytes.map { $0 / 255 })
            #expect(found.storedX.dtype == .uint8)
        }
        #expect(try data(bytes, [2, 3, 2, 2], scale: 1).x().floats() == bytes)
        // Zeros and ones are as they are to be, but for uint8.
        let binary = try data([0, 1, 1, 0], [1, 1, 2, 2])
        #expect(try binary.x().floats() == (dtype == .uint8 ? [0, 1 / 255, 1 / 255, 0] : [0, 1, 1, 0]))
        #expect(binary.dtype == .float32)
        let (grey, greyShape) = (bytes, [2, 3, 4])
        if dtype.isFloatingPoint {
            #expect(throws: DatasetError.self) { try data(grey, greyShape) }
            #expect(try data(grey, greyShape, scale: 1).x().floats() == grey)
            #expect(try data(grey.map { $0 - 1 }, greyShape).x().shape == greyShape)
        } else {
            #expect(try data(grey, greyShape).x().shape == [2, 1, 3, 4])
            #expect(try data(grey, greyShape).x().floats() == grey.map { $0 / 255 })
        }
    }

    @Test func imagesOfFractionsUpTo255NeedAScale() throws {
        func x(_ elements: [Float], scale: Double? = nil) throws -> Tensor {
            try ImageBatch.ofValue(Tensor(elements, shape: [1, 1, 2, 2]), scale: scale, name: "data")
        }
        do {
            _ = try x([0, 12.5, 254.75, 3])
            Issue.record("no error")
        } catch let error as DatasetError {
            #expect(error.message == "data: x has fractions up to 254.75, as images have before they are scaled")
            #expect(error.help?.hasPrefix("scale=1/255 brings them to 0..1") == true)
        }
        for elements: [Float] in [[0, 0.5, 1, 0.25], [-1, 0.5, 200, 3], [0, 0.5, 255.5, 3], [0, 0.5, .nan, 200]] {
            #expect(try x(elements).dtype == .float32)
        }
        #expect(try x([0, 12.5, 254.75, 3], scale: 1).dtype == .float32)
    }

    @Test func wholeNumbersStayIndices() throws {
        let words = try Dataset(x: Tensor([1, 2, 3, 4] as [Int64], shape: [2, 2]), y: nil)
        #expect(try words.x().dtype == .int64)
        #expect(try Batches(words, size: 1).nextBatch()?.x.integers() == [1, 2])
        let scaled = try Dataset(x: Tensor([1, 2, 3, 4] as [Int64], shape: [2, 2]), y: nil, scale: 0.5)
        #expect(try scaled.x().floats() == [0.5, 1, 1.5, 2])
        let doubles = try Dataset(x: Tensor([0.1, 2] as [Double]), y: nil)
        #expect(try doubles.x().floats() == [0.1, 2])
    }

    @Test(arguments: [DType.uint8, .float32, .float64, .int64]) func normalizesByChannel(dtype: DType) throws {
        // Two channels of two pixels; the second never changes.
        let x = try Tensor([1, 3, 9, 9, 5, 7, 9, 9] as [Float], shape: [2, 2, 1, 2]).cast(to: dtype)
        let data = try Dataset(x: x, y: nil, scale: 0.5)
        let figures = try data.statistics()
        #expect(figures.means == [2, 4.5])
        let deviation = (5 as Double).squareRoot()
        #expect(figures.deviations == [deviation / 2, 1])
        let expected = [-3, -1, 0, 0, 1, 3, 0, 0].map { $0 / deviation }
        for (found, value) in zip(try data.normalized().x().doubles(), expected) { #expect(abs(found - value) < 1e-6) }
        let given = try data.normalized(Normalization(means: [1], deviations: [0.5]))
        #expect(try given.x().floats() == [-1, 1, 7, 7, 3, 5, 7, 7])
        #expect(throws: DatasetError.self) { try data.normalized(Normalization(means: [1, 2, 3], deviations: [1])) }
        #expect(throws: DatasetError.self) { try data.normalized(Normalization(means: [1], deviations: [0])) }
    }

    @Test func collectionsNormalizeByTheirTrainPart() throws {
        let train = try Dataset(x: Tensor([0, 2] as [Float], shape: [2, 1]), y: nil)
        let test = try Dataset(x: Tensor([4] as [Float], shape: [1, 1]), y: nil)
        let data = try DatasetCollection(name: "d", parts: [.train: train, .test: test]).normalized()
        #expect(try data.train?.x().floats() == [-1, 1])
        #expect(try data.test?.x().floats() == [3])
        #expect(data.test?.name == "d.test")
        #expect(throws: DatasetError.self) { try DatasetCollection(name: "d", parts: [.test: test]).normalized() }
    }

    // MARK: Batches

    private func all(_ batches: Batches) throws -> [[Int]] {
        var result: [[Int]] = []
        while let batch = try batches.nextBatch() {
            #expect(batch.y?.shape == [batch.count])
            #expect(batch.index == result.count)
            let firsts = stride(from: 0, to: batch.count * 2, by: 2).map { [x = batch.x.integers()] in x[$0] }
            #expect(batch.y?.integers() == firsts.map { $0 % 3 })
            result.append(firsts)
        }
        #expect(result.count == batches.count)
        return result
    }

    @Test func batchesCoverEverythingOnce() throws {
        let data = try numbered(10)
        #expect(try all(Batches(data, size: 4)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]])
        #expect(try all(Batches(data, size: 4, dropLast: true)) == [[0, 1, 2, 3], [4, 5, 6, 7]])
        #expect(try all(Batches(data, size: .max)) == [Array(0..<10)])
        #expect(try all(Batches(data.taking(0), size: 4)) == [])
        let shuffled = try all(Batches(data, size: 3, shuffle: key))
        #expect(shuffled.map(\.count) == [3, 3, 3, 1])
        #expect(shuffled.flatMap(\.self).sorted() == Array(0..<10))
        #expect(shuffled.flatMap(\.self) != Array(0..<10))
        #expect(try all(Batches(data, size: 3, shuffle: key)) == shuffled)
        let batches = try Batches(data, size: 3, shuffle: key)
        try batches.restart(shuffle: key, at: 2)
        #expect(try batches.nextBatch()?.x.integers() == shuffled[2].flatMap { [$0, -$0] })
    }

    @Test func theBufferIsReusedUnlessABatchIsKept() throws {
        let batches = try Batches(numbered(12), size: 3)
        var storage = try ObjectIdentifier(#require(try batches.nextBatch()).x.storage)
        let kept = try #require(try batches.nextBatch())
        #expect(ObjectIdentifier(kept.x.storage) == storage)
        let other = try #require(try batches.nextBatch())
        storage = ObjectIdentifier(other.x.storage)
        #expect(ObjectIdentifier(kept.x.storage) != storage)
        #expect(kept.x.integers() == [3, -3, 4, -4, 5, -5])
        #expect(other.x.integers() == [6, -6, 7, -7, 8, -8])
    }

    // MARK: Text

    @Test func describesItself() throws {
        #expect(
            try numbered(4).descriptionText == """
                dataset numbers: 4 examples
                  x  [4, 2] float32
                  y  [4] int64, 3 classes
                  class  count
                      0      2
                      1      1
                      2      1
                """)
        let many = try Dataset(x: .zeros([1]), y: Tensor([99] as [Int64]), name: "many")
        #expect(many.descriptionText.hasSuffix("\n      9      0\n  ... and 90 more classes"))
        let plain = try Dataset(
            x: Tensor([1, 2] as [Double]), y: Tensor([0.5, 1] as [Float]), scale: 0.5, name: "plain")
        #expect(
            try plain.normalized().descriptionText == """
                dataset plain: 2 examples
                  x  [2] float32 (stored as float64, times 0.5, normalized)
                  y  [2] float32
                """)
    }
}
