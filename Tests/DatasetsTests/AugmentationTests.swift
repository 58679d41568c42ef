import Datasets
import TensorCore
import Testing

/// Changes of batches: what they draw depends on the key and the place in the epoch alone.
@Suite(.serialized) struct AugmentationTests {
    private let steps: [ImageAugmentation] = [
        .crop(height: 6, width: 6, padding: 1), .flip(probability: 0.5, isVertical: false),
        .affine(degrees: -20...20, shift: (0.1, 0.1), scale: 0.8...1.2),
        .jitter(brightness: 0.5...1.5, contrast: 0.5...1.5, saturation: 0...2),
        .erase(probability: 0.5, area: 0.1...0.3, ratio: 0.5...2, value: 0.5), .grayscale(probability: 0.3),
        .noise(deviation: 0.1), .resizedCrop(height: 5, width: 4, area: 0.3...1, ratio: 0.5...2),
    ]

    private func data(_ count: Int = 9) throws -> Dataset {
        try Dataset(
            x: Tensor.randomIntegers([count, 3, 6, 6], high: 256, key: RandomKey(seed: 1)).cast(to: .uint8),
            y: Tensor((0..<count).map { $0 % 2 }))
    }

    private func augmented(_ count: Int = 9) throws -> Dataset {
        try data(count).augmented(Augmentation(steps.map { .image($0) }))
    }

    private func pass(_ batches: Batches) throws -> [Double] {
        var all: [Double] = []
        while let batch = try batches.nextBatch() { all += batch.x.doubles() }
        return all
    }

    @Test func threadsAndBatchSizesMakeNoDifference() throws {
        let threads = Threads.count
        defer { Threads.count = threads }
        let passes = try [(1, 4), (3, 4), (2, 9), (2, 1)].map { threads, size in
            Threads.count = threads
            return try pass(Batches(augmented(), size: size))
        }
        #expect(passes[0].count == 9 * 3 * 5 * 4)
        #expect(passes.allSatisfy { $0 == passes[0] })
        #expect(passes[0].allSatisfy { $0.isFinite })
    }

    @Test func aPassCanBeTakenUp() throws {
        let batches = try Batches(augmented(), size: 4)
        let whole = try pass(batches)
        try batches.restart(at: 2)
        #expect(try pass(batches) == Array(whole.suffix(3 * 5 * 4)))
        batches.augmentationKey = RandomKey(seed: 2)
        try batches.restart()
        #expect(try pass(batches) != whole)
    }

    @Test func examplesOfAnEpochAreDrawnEach() throws {
        // Twice the same example is changed in two ways.
        let twice = try augmented().selecting([3, 3])
        let x = try #require(try Batches(twice, size: 2).nextBatch()).x
        let (first, second) = (try x.at([.index(0)]).doubles(), try x.at([.index(1)]).doubles())
        #expect(first != second)
        #expect(twice.exampleShape == [3, 5, 4])
        // What lies in memory stays.
        #expect(try twice.x().shape == [2, 3, 6, 6])
    }

    @Test func aQuarterTurnMovesEachPixel() throws {
        let image = try Tensor((0..<9).map { Float($0) / 9 }, shape: [1, 3, 3])
        let turn = ImageAugmentation.affine(degrees: 90...90, shift: (0, 0), scale: 1...1)
        let turned = try turn.applied(to: image, key: RandomKey(seed: 0)).doubles().map { ($0 * 9).rounded() }
        // Against the clock: the right column becomes the top row.
        #expect(turned == [2, 5, 8, 1, 4, 7, 0, 3, 6])
        let shift = ImageAugmentation.affine(degrees: 0...0, shift: (0, 0), scale: 3...3)
        let large = try shift.applied(to: image, key: RandomKey(seed: 0)).doubles()
        // Three times as large around the middle, which stays: steps of a third.
        #expect(abs(large[4] - 4.0 / 9) < 1e-6 && abs(large[5] - (4 + 1.0 / 3) / 9) < 1e-6)
    }

    @Test func sharesOfFlipsAndErasures() throws {
        let images = try Tensor([Float](repeating: 1, count: 400 * 64), shape: [400, 1, 8, 8])
        let erase = ImageAugmentation.erase(probability: 0.25, area: 0.1...0.3, ratio: 0.5...2, value: 0)
        let sums = try erase.applied(to: images, key: RandomKey(seed: 5)).reduced(.sum, axes: [1, 2, 3]).doubles()
        let erased = sums.filter { $0 < 64 }
        // 100 expected, with a deviation of 9.
        #expect((65...135).contains(erased.count))
        // Between 0.1 and 0.3 of 64, up to rounding of sides.
        #expect(erased.allSatisfy { (4...26).contains(64 - $0) })
    }

    @Test func textTellsSettingsApart() {
        #expect(Set(steps.map(\.text)).count == steps.count)
        #expect(
            Augmentation([.image(steps[0]), .image(steps[1])]).text
                == "random_crop([6, 6], padding=1), random_flip(p=0.5, vertical=false)")
    }

    @Test func whatCannotBeChanged() throws {
        let table = try Dataset(x: Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]), y: nil, name: "table")
        let error = #expect(throws: DatasetError.self) { try table.augmented(Augmentation([.image(steps[1])])) }
        #expect(error?.message == "table: random_flip changes images, and an example is float32 of shape [2]")
        let crop = ImageAugmentation.crop(height: 9, width: 2, padding: 1)
        let window = #expect(throws: DatasetError.self) { try data().augmented(Augmentation([.image(crop)])) }
        #expect(
            window?.message
                == "random_crop: the window of 9 by 2 does not fit in images of 6 by 6 with padding=1")
        let nan = BatchFunction(text: "f") { batch, _ in
            var values = batch.x.doubles().map { Float($0) }
            if batch.count > 2 { values[2 * 108] = .nan }
            return (try Tensor(values, shape: batch.x.shape), batch.y)
        }
        let augmented = try data().augmented(Augmentation([.function(nan)]))
        let found = #expect(throws: DatasetError.self) {
            try pass(Batches(augmented.selecting([8, 7, 6, 5]), size: 4))
        }
        #expect(found?.message == "data: the augmentation gave nan for example 2, whose values are finite")
    }
}
