import Datasets
import Foundation
import TensorCore
import Testing

/// Files that PyTorch wrote (scripts/fixtures/pth_fixtures.py), and such as it would not.
struct PyTorchFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func fixture(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).pth").path
    }

    private func load(_ path: String) throws -> PythonValue {
        guard case .python(let value) = try Loader.load(path) else { throw Mismatch(text: "\(path) is no .pth") }
        return value
    }

    private func tensors(_ name: String) throws -> [String: Tensor] {
        let tensors = try #require(try load(fixture(name)).namedTensors)
        return Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.value) })
    }

    @Test(arguments: ["torch_types", "torch_earlier", "torch_protocol4"])
    func readsEveryTypeAndLayout(_ name: String) throws {
        let tensors = try tensors(name)
        let types: [(String, DType)] = [
            ("float64", .float64), ("float32", .float32), ("float16", .float32), ("bfloat16", .float32),
            ("int64", .int64), ("int32", .int64), ("int16", .int64), ("int8", .int64), ("uint8", .uint8),
        ]
        for (name, dtype) in types {
            let tensor = try #require(tensors[name])
            #expect(tensor.dtype == dtype && tensor.shape == [2, 3], "\(name)")
            #expect(tensor.doubles() == [0, 1, 2, 3, 4, 5], "\(name)")
        }
        #expect(tensors["bool"]?.dtype == .bool && tensors["bool"]?.doubles() == [0, 1, 1, 1, 1, 1])
        let transposed = try #require(tensors["transposed"])
        #expect(transposed.shape == [6, 4] && transposed.doubles().prefix(5) == [0, 6, 12, 18, 1])
        #expect(tensors["part"]?.doubles() == [13, 14, 17, 18, 21, 22])
        #expect(tensors["one"]?.shape == [] && tensors["one"]?.doubles() == [-2.5])
        #expect(tensors["none"]?.shape == [0, 4])
        #expect(tensors["parameter"]?.doubles() == [5, 6, 7])
    }

    @Test func readsWhatStandsBesideTheWeights() throws {
        let value = try load(fixture("torch_checkpoint"))
        guard case .dictionary(let entries) = value else { throw Mismatch(text: "no dictionary") }
        func entry(_ name: String) -> PythonValue? {
            entries.first { if case .text(name) = $0.key { true } else { false } }?.value
        }
        guard case .integer(3) = entry("epoch"), case .number(0.25) = entry("loss"), case .some(.none) = entry("best"),
            case .boolean(false) = entry("done"), case .integer(-7) = entry("negative"),
            case .text("cpu") = entry("device"), case .integer(1_099_511_627_776) = entry("large"),
            case .list(let names) = entry("names"), case .list(let pair) = names[1], case .text("ü") = pair[1],
            case .list(let shape) = entry("shape"), case .integer(3) = shape[1]
        else { throw Mismatch(text: "\(value)") }
        let weights = try PyTorchFile.weights(of: value, path: "x.pth")
        #expect(weights.map(\.name).prefix(2) == ["0.weight", "0.bias"])
    }

    @Test func refusesOtherObjectsByName() throws {
        let error = try loadError(fixture("torch_object"))
        #expect(error.message.hasSuffix("an object of Python (`argparse.Namespace`) cannot be read"))
        #expect(error.help?.contains("state_dict()") == true)
        #expect(try loadError(fixture("torch_expanded")).help?.contains("contiguous") == true)
    }

    @Test func saysWhichWeightsThereAre() throws {
        let tensors = PythonValue.dictionary([(.text("w"), .tensor(try Tensor.zeros([1])))])
        let two = PythonValue.dictionary([(.text("ema"), tensors), (.text("raw"), tensors)])
        let error = try #require(throws: DatasetError.self) { try PyTorchFile.weights(of: two, path: "x.pth") }
        #expect(error.message == "x.pth: it holds several sets of weights: ema, raw")
        #expect(error.help == "choose one: `load_weights(net, load(\"x.pth\")[\"ema\"])`")
        let both = PythonValue.dictionary([(.text("ema"), tensors), (.text("model"), tensors)])
        #expect(try PyTorchFile.weights(of: both, path: "x.pth").map(\.name) == ["w"])
        #expect(throws: DatasetError.self) { try PyTorchFile.weights(of: .integer(1), path: "x.pth") }
    }

    /// As Python 2 wrote state dictionaries: `OrderedDict([["a", 5]])`.
    @Test func readsDictionariesOfPairs() throws {
        let pickle = "ccollections\nOrderedDict\n](](X\u{1}\0\0\0aK\u{5}ee\u{85}R."
        let bytes = pickle.unicodeScalars.map { UInt8($0.value) }
        let value = try load(folder.write("x.pth", ZipClaims(name: "x/data.pkl", contents: bytes).archive))
        guard case .dictionary(let entries) = value, entries.count == 1,
            case (.text("a"), .integer(5)) = entries[0]
        else { throw Mismatch(text: "\(value)") }
    }

    // MARK: Hostile files

    /// An archive of this pickle alone, which is given as Latin-1.
    private func expect(_ pickle: String, _ message: String, _ location: SourceLocation = #_sourceLocation) throws {
        let bytes = pickle.unicodeScalars.map { UInt8($0.value) }
        let path = try folder.write("x.pth", ZipClaims(name: "x/data.pkl", contents: bytes).archive)
        #expect(folder.relative(try loadError(path).message) == "x.pth" + message, sourceLocation: location)
    }

    @Test func refusesPicklesThatAreNotOfTensors() throws {
        let damaged = "the pickle data is damaged: "
        try expect("cos\nsystem\n(X\u{2}\0\0\0lstR.", ", byte 0: an object of Python (`os.system`) cannot be read")
        try expect("", ": \(damaged)it ends early")
        try expect(".", ": \(damaged)its stack is empty")
        try expect("R.", ", byte 0: \(damaged)its stack is empty")
        try expect("h\u{1}.", ", byte 0: \(damaged)it refers to what it does not hold")
        try expect("X\u{ff}\u{ff}\u{ff}\u{7f}", ", byte 0: \(damaged)it ends early")
        try expect(
            "\u{8d}" + String(repeating: "\u{ff}", count: 8), ", byte 0: \(damaged)it holds an impossible length")
        try expect("t.", ", byte 0: \(damaged)a mark is missing")
        try expect("(K\u{1}d.", ", byte 3: \(damaged)a key has no value")
        try expect("}(K\u{1}u.", ", byte 4: \(damaged)a key has no value")
        try expect("K\u{1}K\u{1}a.", ", byte 4: \(damaged)a list is missing")
        try expect(
            "ccollections\nOrderedDict\nK\u{1}\u{85}R.",
            ", byte 28: \(damaged)it calls `collections.OrderedDict` with other arguments than PyTorch does")
        try expect(
            "ccollections\nOrderedDict\n]K\u{1}a\u{85}R.", ", byte 30: \(damaged)a pair of a dictionary is missing")
        try expect("\u{ff}", ", byte 0: \(damaged)the operation 0xff is none that describes tensors")
    }

    /// A list in itself, a tuple in another a million times, and one that shares its parts two to the fortieth times.
    @Test func boundsDepthAndSharing() throws {
        let often = ": the pickle data is damaged: its containers hold each other too often"
        try expect("]q\u{1}h\u{1}a.", often)
        try expect(")" + String(repeating: "\u{85}", count: 1_000_000) + ".", often)
        try expect(")" + String(repeating: "2\u{86}", count: 40) + ".", often)
        // One list of a thousand pairs, of which a thousand dictionaries are made.
        let list = "](" + String(repeating: "K\u{1}K\u{1}\u{86}", count: 1000) + "eq\u{2}0"
        let pickle = "ccollections\nOrderedDict\nq\u{1}" + list + String(repeating: "h\u{1}h\u{2}\u{85}R0", count: 1000)
        let bytes = (pickle + ".").unicodeScalars.map { UInt8($0.value) }
        let path = try folder.write("x.pth", ZipClaims(name: "x/data.pkl", contents: bytes).archive)
        #expect(try loadError(path).message.hasSuffix("its containers hold each other too often"))
    }

    /// Whatever byte of a file is another, and wherever it ends: a value or an error.
    @Test(arguments: ["torch_types", "torch_earlier", "torch_checkpoint"])
    func survivesDamage(_ name: String) throws {
        let bytes = Array(try Data(contentsOf: URL(filePath: fixture(name))))
        var random = SystemRandomNumberGenerator()
        for index in stride(from: 0, to: bytes.count, by: 37) {
            var damaged = bytes
            damaged[index] ^= UInt8.random(in: 1...255, using: &random)
            check(damaged, "byte \(index) of \(name) is \(damaged[index])")
            check(Array(bytes.prefix(index)), "\(name) ends at \(index)")
        }
    }

    private func check(_ bytes: [UInt8], _ what: String) {
        do { _ = try Loader.load(folder.write("x.pth", bytes)) } catch is DatasetError {} catch {
            Issue.record("\(what): \(error)")
        }
    }
}
