import Datasets
import TensorCore
import Testing

struct FolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let images = idx([3, 2, 2], [0, 51, 102, 255, 1, 2, 3, 4, 5, 6, 7, 8])

    private func writeParts() throws {
        _ = try folder.write("train-images-idx3-ubyte.gz", gzip(images))
        _ = try folder.write("train-labels-idx1-ubyte", idx([3], [0, 1, 1]))
        _ = try folder.write("t10k-images-idx3-ubyte", idx([1, 2, 2], [9, 9, 9, 9]))
        _ = try folder.write("t10k-labels-idx1-ubyte", idx([1], [0]))
    }

    @Test func loadsPartsByContents() throws {
        try writeParts()
        let data = try loadCollection(folder.path + "/")
        #expect(data.parts.map(\.part) == [.train, .test])
        let train = try #require(data.train)
        #expect(train.storedX.dtype == .uint8)
        #expect(train.storedX.shape == [3, 1, 2, 2])
        #expect(try train.x().dtype == .float32)
        #expect(try train.x().doubles().prefix(4).map { Float($0) } == [0, 0.2, 0.4, 1])
        #expect(train.labels == [0, 1, 1])
        #expect(data["test"]?.count == 1)
        #expect(data["nothing"] == nil)
        #expect(try loadCollection(folder.path, LoadOptions(scale: 1)).train?.x().doubles()[1] == 51)
    }

    @Test func readsClassNamesBesideTheData() throws {
        try writeParts()
        _ = try folder.write("my_classmap.csv", "index,codepoint,char\n1,U+304D,き\n0,U+304A,お\n")
        #expect(try loadCollection(folder.path).train?.classNames == ["お", "き"])
        _ = try folder.write("my_classmap.csv", "index,char\n1,none\n0,3\n")
        #expect(try loadCollection(folder.path).train?.classNames == ["3", "none"])
        let given = try loadCollection(folder.path, LoadOptions(classNames: ["no", "yes"]))
        #expect(given.test?.classNames == ["no", "yes"])
        let few = try loadError(folder.path, LoadOptions(classNames: ["no"]))
        #expect(
            folder.relative(few.message)
                == "train-labels-idx1-ubyte: a label is 1, and there are names for 1 classes")
        _ = try folder.write("my_classmap.csv", "index,char\n0,お\n2,き\n")
        #expect(
            folder.relative(try loadError(folder.path).message)
                == "my_classmap.csv: the indices of the class map are not 0 to 1, each once")
    }

    @Test func takesThePlainFileOfTwo() throws {
        try writeParts()
        _ = try folder.write("train-labels-idx1-ubyte.gz", [1, 2, 3])
        #expect(try loadCollection(folder.path).train?.labels == [0, 1, 1])
    }

    @Test func oneSetOfFilesWithoutParts() throws {
        _ = try folder.write("images", images)
        _ = try folder.write("labels", idx([3], [2, 0, 1]))
        let data = try loadDataset(folder.path)
        #expect(data.count == 3)
        #expect(data.labels == [2, 0, 1])
    }

    @Test func badFolders() throws {
        func message() throws -> String {
            folder.relative(try loadError(folder.path).message + "\n").dropLast().description
        }
        let nothing = try loadError(folder.path)
        #expect(nothing.problem == .noData(seen: []))
        #expect(nothing.message.hasSuffix(": the folder is empty"))
        _ = try folder.write("notes.txt", "hello")
        #expect(try message().hasSuffix(": the folder holds no data that can be loaded, only notes.txt"))
        _ = try folder.write("train-labels-idx1-ubyte", idx([2], [0, 1]))
        #expect(try message() == "train-labels-idx1-ubyte: there are labels and no images for them")
        _ = try folder.write("train-images-idx3-ubyte", images)
        #expect(
            try message()
                == "train-labels-idx1-ubyte: it holds 2 labels for the 3 examples of train-images-idx3-ubyte")
        _ = try folder.write("train-labels-idx1-ubyte", idx([3], [0, 1, 0]))
        _ = try folder.write("train-more", images)
        #expect(try message() == "train-more: train-images-idx3-ubyte holds examples for the same part")
        _ = try folder.write("train-more", "")
        _ = try folder.write("stray", images)
        #expect(try message() == "stray: its name does not say which part of the dataset it is")
        _ = try folder.write("stray", "")
        _ = try folder.write("t10k-images-idx3-ubyte", "")
        #expect(try message() == "t10k-images-idx3-ubyte, byte 0: the file is empty")
        _ = try folder.write("t10k-images-idx3-ubyte", "<html>")
        #expect(
            try message()
                == "t10k-images-idx3-ubyte: this is a web page (HTML), and no data")
        #expect(
            try loadError(folder.path, LoadOptions(target: "y")).message.hasSuffix(
                "target names a column, and this is not a table"))
    }

    // MARK: Archives that are datasets

    @Test func theHomeworksOwnFile() throws {
        func images(_ count: Int) throws -> Tensor {
            try Tensor([UInt8](repeating: 255, count: count * 784), shape: [count, 784])
        }
        func labels(_ count: Int) throws -> Tensor { try Tensor((0..<count).map { Int64($0 % 10) }) }
        let path = "\(folder.path)/kmnist.npz"
        let arrays = try [
            ("Xtrain", images(4)), ("ytrain", labels(4)), ("Xdev", images(2)), ("ydev", labels(2)),
            ("Xtest", images(3)),
            ("ytest", labels(3).reshape([3, 1])),
        ]
        try ArrayWriter.writeNPZ(arrays, to: path, compressed: true)
        let data = try loadCollection(path)
        #expect(data.name == "kmnist")
        #expect(data.parts.map(\.part) == [.train, .dev, .test])
        #expect(data.train?.storedX.shape == [4, 1, 28, 28])
        #expect(try data.dev?.x().doubles().allSatisfy { $0 == 1 } == true)
        #expect(data["validation"]?.count == 2)
        #expect(data.test?.labels == [0, 1, 2])
    }

    /// The axes of images follow from their shape alone.
    @Test(arguments: [DType.uint8, .int64, .float32, .float64])
    func imagesOfEveryTypeHaveTheSameAxes(_ dtype: DType) throws {
        let path = "\(folder.path)/d.npz"
        func images(_ shape: [Int]) throws -> Tensor {
            try Tensor((0..<shape.reduce(1, *)).map { UInt8($0 % 250) }, shape: shape).cast(to: dtype)
        }
        for (stored, shape) in [
            ([6, 4, 4], [6, 1, 4, 4]), ([6, 5, 4], [6, 1, 5, 4]), ([6, 1, 5, 4], [6, 1, 5, 4]),
            ([6, 3, 5, 4], [6, 3, 5, 4]), ([6, 5, 4, 3], [6, 3, 5, 4]), ([6, 5, 4, 1], [6, 1, 5, 4]),
            ([6, 64, 3, 3], [6, 64, 3, 3]), ([6, 7], [6, 7]),
        ] {
            try ArrayWriter.writeNPZ(
                [("x_train", images(stored)), ("train_label", Tensor([0, 1, 0, 1, 0, 1]))], to: path)
            let data = try #require(try loadCollection(path).train)
            #expect(try data.x().shape == shape, "\(stored)")
            #expect(data.labels == [0, 1, 0, 1, 0, 1])
            guard shape.count == 4 else { continue }
            #expect(try data.x().dtype == .float32)
            // Whole numbers up to 255 are bytes, whatever they are stored as.
            #expect(try data.x().floats().max() == Float(min(249, stored.reduce(1, *) - 1)) / 255)
        }
    }

    @Test func otherNamesAndShapes() throws {
        let path = "\(folder.path)/d.npz"
        let coloured = try Tensor((0..<24).map { UInt8($0) }, shape: [2, 2, 2, 3])
        try ArrayWriter.writeNPZ(
            [("train_images", coloured), ("train_labels", Tensor([0, 1] as [UInt8])), ("x_test", coloured)], to: path)
        let data = try loadCollection(path)
        #expect(data.train?.storedX.shape == [2, 3, 2, 2])
        #expect(data.train?.storedX.integers().prefix(4) == [0, 3, 6, 9])
        #expect(data.test?.targetShape == nil)

        try ArrayWriter.writeNPZ([("x", coloured), ("y", Tensor([0, 1] as [UInt8]))], to: path)
        #expect(try loadTensors(path).count == 2)
        try ArrayWriter.writeNPZ([("ytrain", Tensor([0, 1] as [UInt8]))], to: path)
        #expect(
            folder.relative(try loadError(path).message)
                == "d.npz: there are targets and no examples for the part train")
        try ArrayWriter.writeNPZ([("xtrain", coloured), ("ytrain", Tensor([0] as [UInt8]))], to: path)
        #expect(folder.relative(try loadError(path).message) == "d.npz, part train: there are 2 examples and 1 targets")
    }

    // MARK: Real data

    @Test func theShippedCharacters() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let data = try loadCollection("/\(root)/examples/data/kmnist")
        let train = try #require(data.train)
        let test = try #require(data.test)
        #expect(train.storedX.shape == [8000, 1, 28, 28])
        #expect(test.storedX.shape == [2000, 1, 28, 28])
        #expect(train.storedX.integers().reduce(0, +) == 294_866_646)
        #expect(test.storedX.integers().reduce(0, +) == 74_099_759)
        #expect(train.labels?.prefix(10) == [2, 8, 3, 3, 8, 2, 5, 3, 3, 5])
        #expect(train.classCounts == [Int](repeating: 800, count: 10))
        #expect(test.classCounts == [Int](repeating: 200, count: 10))
        #expect(train.classNames == ["お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を"])
        let figures = try train.statistics()
        #expect(abs(figures.means[0] - 294_866_646 / (8000 * 784 * 255)) < 1e-12)
        #expect(
            data.descriptionText.split(separator: "\n").prefix(7).joined(separator: "\n") == """
                dataset kmnist
                  train  x  [8000, 1, 28, 28] float32 (stored as uint8, times 1/255)
                         y  [8000] int64, 10 classes
                  test   x  [2000, 1, 28, 28] float32 (stored as uint8, times 1/255)
                         y  [2000] int64, 10 classes
                  class  train  test
                      0    800   200  お
                """)
    }
}
