import Datasets
import Foundation
import TensorCore
import Testing

/// Folders of images by class, and CIFAR's binary files.
struct ImageFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Writes a grey image of one shade.
    private func write(_ path: String, _ shade: UInt8, size: [Int] = [2, 3]) throws {
        let full = "\(folder.path)/\(path)"
        Folder.make(Folder.parent(of: full))
        try ImageWriter.write(
            Tensor([UInt8](repeating: shade, count: size.reduce(1, *)), shape: size), to: full)
    }

    private func options(size: ImageSize? = nil, isLazy: Bool? = nil, classes: [String]? = nil) -> LoadOptions {
        var options = LoadOptions(classNames: classes)
        options.size = size
        options.isLazy = isLazy
        return options
    }

    @Test(arguments: [false, true]) func classesAreSortedFolders(isLazy: Bool) throws {
        try write("pets/dog/b.png", 51)
        try write("pets/dog/a.png", 102)
        try write("pets/cat/deep/1.PNG", 255)
        _ = try folder.write("pets/cat/notes.txt", "no image")
        let data = try loadDataset("\(folder.path)/pets", options(isLazy: isLazy))
        #expect(data.name == "pets" && data.classNames == ["cat", "dog"] && data.isLazy == isLazy)
        #expect(try data.x().shape == [3, 1, 2, 3])
        #expect(try data.x().at([.index(0), .index(0), .index(0), .index(0)]).doubles() == [1])
        #expect(
            try data.selecting([1, 2]).x().doubles().map { ($0 * 255).rounded() } == [
                102, 102, 102, 102, 102, 102, 51, 51, 51, 51, 51, 51,
            ])
        #expect(try data.y()?.integers() == [0, 1, 1])
        #expect(data.descriptionText.contains(isLazy ? "read from files when needed" : "stored as uint8"))
        #expect(try loadDataset("\(folder.path)/pets", options(classes: ["dog", "cat"])).y()?.integers() == [0, 0, 1])
    }

    @Test func lazyIsTheSame() throws {
        for i in 0..<10 { try write("d/\(i % 2)/\(i).png", UInt8(20 * i)) }
        let eager = try loadDataset("\(folder.path)/d", options(isLazy: false))
        let lazy = try loadDataset("\(folder.path)/d", options(isLazy: true))
        #expect(try lazy.x().doubles() == eager.x().doubles())
        let (a, b) = (try lazy.statistics(), try eager.statistics())
        #expect(abs(a.means[0] - b.means[0]) < 1e-12 && abs(a.deviations[0] - b.deviations[0]) < 1e-12)
        #expect(lazy.fingerprint() == (try lazy.selecting(Array(0..<10)).fingerprint()))
        #expect(lazy.fingerprint() != (try lazy.selecting(Array(1..<10)).fingerprint()))
        for key in [nil, RandomKey(seed: 3)] {
            let (first, second) = (
                try Batches(lazy.normalized(b), size: 4, shuffle: key),
                try Batches(eager.normalized(b), size: 4, shuffle: key)
            )
            for _ in 0..<2 {
                var count = 0
                while let batch = try first.nextBatch() {
                    let other = try #require(try second.nextBatch())
                    #expect(batch.x.doubles() == other.x.doubles() && batch.y?.integers() == other.y?.integers())
                    count += batch.count
                }
                #expect(count == 10)
                try first.restart(shuffle: key)
                try second.restart(shuffle: key)
            }
        }
    }

    @Test func aFileThatIsDamagedLater() throws {
        for i in 0..<8 { try write("d/\(i % 2)/\(i).png", UInt8(20 * i)) }
        let data = try loadDataset("\(folder.path)/d", options(isLazy: true))
        _ = try folder.write("d/1/7.png", Array(folder.read("d/1/7.png").prefix(45)))
        let batches = try Batches(data, size: 4)
        #expect(try batches.nextBatch()?.count == 4)
        let error = #expect(throws: DatasetError.self) { try batches.nextBatch() }
        #expect(folder.relative(error?.message ?? "") == "d/1/7.png: the PNG data is damaged: it ends early")
    }

    @Test func parts() throws {
        for part in ["train", "val", "test"] {
            try write("d/\(part)/a/1.png", 10)
            if part != "test" { try write("d/\(part)/b/1.png", 20) }
        }
        let data = try loadCollection("\(folder.path)/d/")
        #expect(data.parts.map(\.dataset.name) == ["d.train", "d.dev", "d.test"])
        #expect(data.parts.map(\.dataset.count) == [2, 2, 1])
        #expect(data.test?.classNames == ["a", "b"])
        try write("d/test/c/1.png", 30)
        let error = try loadError("\(folder.path)/d")
        #expect(folder.relative(error.message) == "d/test/c: the folder is none of the classes a, b")
    }

    @Test func sizes() throws {
        try write("d/a/1.png", 10)
        try write("d/b/1.png", 20, size: [4, 5])
        let error = try loadError("\(folder.path)/d")
        #expect(
            error.message
                == "\(folder.path)/d/b/1.png: the image is 4 by 5 pixels, and \(folder.path)/d/a/1.png is 2 by 3")
        #expect(error.help == "size=[2, 3] brings all images to one size, height first")
        let data = try loadDataset("\(folder.path)/d", options(size: ImageSize(height: 6, width: 2)))
        #expect(data.exampleShape == [1, 6, 2])
        #expect(
            try data.x().doubles().map { ($0 * 255).rounded() } == [Double](repeating: 10, count: 12)
                + [Double](repeating: 20, count: 12))
        // One coloured image makes all of them coloured.
        try ImageWriter.write(Tensor.zeros([3, 2, 3], dtype: .uint8), to: "\(folder.path)/d/a/2.png")
        #expect(
            try loadDataset("\(folder.path)/d", options(size: ImageSize(height: 6, width: 2))).exampleShape == [
                3, 6, 2,
            ])
    }

    @Test func foldersThatAreNoClasses() throws {
        func message(_ path: String) throws -> String {
            folder.relative(try loadError("\(folder.path)/\(path)").message)
        }
        try write("none/1.png", 1)
        #expect(try message("none") == "none: it holds images and no folder for a class")
        try write("one/a/1.png", 1)
        #expect(try message("one") == "one: there is one class, a, and a dataset of classes has at least two")
        try write("gap/a/1.png", 1)
        Folder.make("\(folder.path)/gap/b")
        #expect(try message("gap") == "gap/b: the folder of the class holds no PNG or JPEG image")
        try write("odd/a/1.png", 1)
        try write("odd/b/1.png", 1)
        _ = try folder.write("odd/b/2.gif", "GIF89a")
        #expect(try message("odd") == "odd/b/2.gif: an image that is neither PNG nor JPEG cannot be read")
        _ = try folder.write("gap/b/1.jpg", "text")
        #expect(try message("gap") == "gap/b/1.jpg, byte 0: this is neither PNG nor JPEG; it starts with 74 65 78 74")
        // A link that leads back ends.
        try write("loop/a/1.png", 1)
        try write("loop/b/1.png", 1)
        symlink("..", "\(folder.path)/loop/b/again")
        #expect(try message("loop").hasSuffix("there are folders in folders, more than 8 deep"))
        Folder.make("\(folder.path)/empty")
        #expect(try message("empty") == "empty: the folder is empty")
    }

    // MARK: CIFAR

    private func record(_ labels: [UInt8], _ shade: Int) -> [UInt8] {
        labels + (0..<3072).map { UInt8(truncatingIfNeeded: shade + $0 / 1024) }
    }

    @Test func cifar10() throws {
        Folder.make("\(folder.path)/c")
        _ = try folder.write("c/data_batch_1.bin", record([3], 10) + record([9], 20))
        _ = try folder.write("c/data_batch_2.bin", record([0], 30))
        _ = try folder.write("c/test_batch.bin", record([1], 40))
        let data = try loadCollection("\(folder.path)/c")
        let train = try #require(data.train)
        #expect(try train.x().shape == [3, 3, 32, 32])
        #expect(try train.y()?.integers() == [3, 9, 0])
        #expect(
            try train.x().at([.all, .all, .index(31), .index(0)]).doubles().map { ($0 * 255).rounded() }
                == [10, 11, 12, 20, 21, 22, 30, 31, 32])
        #expect(data.test?.count == 1 && train.classNames == nil)
        _ = try folder.write("c/batches.meta.txt", (0..<10).map { "class\($0)\n" }.joined() + "\n")
        #expect(try loadDataset("\(folder.path)/c/data_batch_1.bin").classNames?.last == "class9")
        _ = try folder.write("c/batches.meta.txt", "one\n")
        #expect(try loadError("\(folder.path)/c").message.hasSuffix("batches.meta.txt: it has 1 names for 10 classes"))
    }

    @Test func cifar100() throws {
        Folder.make("\(folder.path)/c")
        _ = try folder.write("c/train.bin", record([3, 99], 10))
        _ = try folder.write("c/test.bin", record([19, 0], 10))
        #expect(try loadCollection("\(folder.path)/c").train?.y()?.integers() == [99])
        #expect(try loadCollection("\(folder.path)/c", LoadOptions(target: "coarse")).train?.y()?.integers() == [3])
        #expect(try loadError("\(folder.path)/c", LoadOptions(target: "z")).message.contains("\"fine\" or \"coarse\""))
    }

    @Test func cifarThatIsDamaged() throws {
        let path = try folder.write("data_batch_1.bin", record([3], 10) + [1, 2])
        #expect(
            folder.relative(try loadError(path).message)
                == "data_batch_1.bin, byte 3073: the CIFAR-10 data is damaged: records have 3073 bytes, and 2 are left")
        _ = try folder.write("data_batch_1.bin", record([3], 10) + record([10], 10))
        #expect(
            folder.relative(try loadError(path).message)
                == "data_batch_1.bin, byte 3073: the CIFAR-10 data is damaged: a label is 10, and there are 10 classes")
        _ = try folder.write("data_batch_1.bin", [])
        #expect(try loadError(path).problem == .empty)
        _ = try folder.write("data_batch_1.bin", record([3], 10))
        _ = try folder.write("train.bin", record([3, 3], 10))
        #expect(
            try loadError(folder.path).message.hasSuffix(
                "train.bin: it is of CIFAR-100, and data_batch_1.bin of CIFAR-10"))
    }
}
