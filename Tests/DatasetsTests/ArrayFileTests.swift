import Datasets
import Glibc
import TensorCore
import Testing

struct ArrayFileTests {
    let folder: TemporaryFolder

    // MARK: IDX

    @Test func readsEveryElementTypeOfIDX() throws {
        let cases: [(UInt8, [UInt8], DType, [Double])] = [
            (0x08, [0, 200], .uint8, [0, 200]),
            (0x09, [0xff, 5], .int64, [-1, 5]),
            (0x0B, [0xff, 0xfe, 0x01, 0x00], .int64, [-2, 256]),
            (0x0C, [0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0], .int64, [-3, 65536]),
            (0x0D, [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0], .float32, [1.5, -2]),
            (0x0E, bigEndian(0x3ff8_0000_0000_0000, 8) + bigEndian(0x4008_0000_0000_0000, 8), .float64, [1.5, 3]),
        ]
        for (type, elements, dtype, values) in cases {
            let tensor = try loadTensor(folder.write("x.idx", idx(type: type, [2], elements)))
            #expect(tensor.dtype == dtype)
            #expect(tensor.doubles() == values)
        }
    }

    @Test func readsIDXOfSeveralAxesPlainAndPacked() throws {
        let bytes = idx([2, 3, 2], Array(0..<12))
        for contents in [bytes, gzip(bytes)] {
            let tensor = try loadTensor(folder.write("anything", contents))
            #expect(tensor.shape == [2, 3, 2])
            #expect(tensor.integers() == Array(0..<12))
        }
    }

    @Test func readsPackedFilesOfSeveralParts() throws {
        let bytes = idx([6], [1, 2, 3, 4, 5, 6])
        let path = try folder.write("x.gz", gzip(Array(bytes[..<9])) + gzip(Array(bytes[9...])))
        #expect(try loadTensor(path).integers() == [1, 2, 3, 4, 5, 6])
    }

    // MARK: npy

    @Test func readsEveryElementTypeOfNPY() throws {
        let cases: [(String, [UInt8], DType, [Double])] = [
            ("|b1", [0, 7], .bool, [0, 1]),
            ("|u1", [0, 255], .uint8, [0, 255]),
            ("|i1", [0x80, 1], .int64, [-128, 1]),
            ("<i2", [0xfe, 0xff, 0, 1], .int64, [-2, 256]),
            (">i2", [0xff, 0xfe, 1, 0], .int64, [-2, 256]),
            ("<u2", [0xfe, 0xff, 0, 1], .int64, [65534, 256]),
            ("<i4", [0xfe, 0xff, 0xff, 0xff, 0, 1, 0, 0], .int64, [-2, 256]),
            (">u4", [0xff, 0xff, 0xff, 0xfe, 0, 0, 1, 0], .int64, [4_294_967_294, 256]),
            ("<i8", littleEndian(-5, 8) + littleEndian(1 << 40, 8), .int64, [-5, 1_099_511_627_776]),
            (">i8", bigEndian(-5, 8) + bigEndian(1 << 40, 8), .int64, [-5, 1_099_511_627_776]),
            ("<u8", littleEndian(5, 8) + littleEndian(Int.max, 8), .int64, [5, 0x1p63]),
            ("<f2", [0x00, 0x3e, 0x01, 0x00], .float32, [1.5, 0x1p-24]),
            (">f2", [0xc0, 0x00, 0x7c, 0x00], .float32, [-2, .infinity]),
            ("<f4", [0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0], .float32, [1.5, -2]),
            (">f4", [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0], .float32, [1.5, -2]),
            ("<f8", littleEndian(0x3ff8_0000_0000_0000, 8) + littleEndian(0, 8), .float64, [1.5, 0]),
            (">f8", bigEndian(0x3ff8_0000_0000_0000, 8) + bigEndian(0, 8), .float64, [1.5, 0]),
        ]
        for (type, elements, dtype, values) in cases {
            let tensor = try loadTensor(folder.write("x.npy", npy(type, "(2,)", elements)))
            #expect(tensor.dtype == dtype, "\(type)")
            #expect(tensor.doubles() == values, "\(type)")
        }
    }

    @Test func readsShapesOrdersAndVersions() throws {
        let bytes: [UInt8] = [0, 1, 2, 3, 4, 5]
        let rows = try loadTensor(folder.write("x", npy("|u1", "(2, 3)", bytes)))
        #expect(rows.shape == [2, 3])
        #expect(try rows.element([1, 0]) == 3)
        let columns = try loadTensor(folder.write("x", npy("|u1", "(2, 3)", bytes, columnMajor: true)))
        #expect(columns.shape == [2, 3])
        #expect(columns.integers() == [0, 2, 4, 1, 3, 5])
        #expect(try loadTensor(folder.write("x", npy("|u1", "()", [7]))).shape == [])
        #expect(try loadTensor(folder.write("x", npy("|u1", "(0, 3)", []))).shape == [0, 3])
        #expect(try loadTensor(folder.write("x", npy("|u1", "(6L,)", bytes))).shape == [6])
        let header = "{\"descr\": \"|u1\", \"fortran_order\": False, \"shape\": (6,)}"
        for version: UInt8 in [1, 2, 3] {
            let path = try folder.write("x", npy(header, bytes, version: version))
            #expect(try loadTensor(path).shape == [6])
        }
    }

    // MARK: Writing

    private let samples: [(name: String, value: Tensor)]

    init() throws {
        folder = try TemporaryFolder()
        samples = try [
            ("a", Tensor([1.5, -2, 3e-9, .infinity, 0, 7] as [Float], shape: [2, 3])),
            ("b", Tensor([0.1, 2] as [Double])),
            ("c", Tensor([-5, 1 << 40] as [Int64])), ("d", Tensor([0, 128, 255, 3] as [UInt8], shape: [4, 1])),
            ("e", Tensor([true, false] as [Bool])), ("f", Tensor.scalar(4)), ("g", Tensor.zeros([0, 3])),
        ]
    }

    private func expectSame(_ a: Tensor, _ b: Tensor) {
        #expect(a.shape == b.shape)
        #expect(a.dtype == b.dtype)
        #expect(a.doubles() == b.doubles())
    }

    @Test func writesNPYThatItReads() throws {
        for (name, value) in samples {
            try ArrayWriter.writeNPY(value, to: "\(folder.path)/\(name).npy")
            expectSame(try loadTensor("\(folder.path)/\(name).npy"), value)
        }
        let view = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]).transpose(0, 1)
        try ArrayWriter.writeNPY(view, to: "\(folder.path)/view.npy")
        expectSame(try loadTensor("\(folder.path)/view.npy"), view)
    }

    @Test func writesTheBytesOfTheFormat() throws {
        try ArrayWriter.writeNPY(Tensor([1, 2] as [UInt8]), to: "\(folder.path)/x.npy")
        let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }"
        let text = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        #expect(try folder.read("x.npy") == [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8) + [1, 2])
    }

    @Test(arguments: [false, true]) func writesNPZThatItReads(compressed: Bool) throws {
        let path = "\(folder.path)/all.npz"
        try ArrayWriter.writeNPZ(samples, to: path, compressed: compressed)
        let tensors = try loadTensors(path)
        #expect(tensors.map(\.name) == samples.map(\.name))
        for (found, sample) in zip(tensors, samples) { expectSame(found.value, sample.value) }
        let again = try folder.read("all.npz")
        try ArrayWriter.writeNPZ(samples, to: path, compressed: compressed)
        #expect(try folder.read("all.npz") == again)
    }

    @Test func compressesWhatRepeats() throws {
        let large = try Tensor.zeros([1000, 1000])
        try ArrayWriter.writeNPZ([("x", large)], to: "\(folder.path)/x.npz", compressed: true)
        #expect(try folder.read("x.npz").count < 10_000)
        #expect(try loadTensors("\(folder.path)/x.npz")[0].value.shape == [1000, 1000])
    }

    @Test func writesAtOnceOrNotAtAll() throws {
        let tensor = try Tensor.zeros([2])
        let error = try #require(throws: DatasetError.self) {
            try ArrayWriter.writeNPY(tensor, to: "\(folder.path)/none/x.npy")
        }
        #expect(folder.relative(error.message) == "none/x.npy: it cannot be written (No such file or directory)")
        #expect(throws: DatasetError.self) { try ArrayWriter.writeNPY(tensor, to: folder.path) }
        let twice = try #require(throws: DatasetError.self) {
            try ArrayWriter.writeNPZ([("a", tensor), ("a", tensor)], to: "\(folder.path)/x.npz")
        }
        #expect(folder.relative(twice.message) == "x.npz: name \"a\" is given twice")
        #expect(try folder.names == [])
        #expect(access("\(folder.path).part-\(getpid())", F_OK) != 0)
    }

    /// NumPy itself, where it is installed.
    @Test(.enabled(if: system("python3 -c 'import numpy' 2>/dev/null") == 0))
    func agreesWithNumPy() throws {
        for (name, compressed) in [("plain", false), ("packed", true)] {
            try ArrayWriter.writeNPZ(samples, to: "\(folder.path)/\(name).npz", compressed: compressed)
        }
        let script = try folder.write(
            "check.py",
            """
            import numpy as np, sys
            f = sys.argv[1]
            for name in ["plain", "packed"]:
                z = np.load(f"{f}/{name}.npz")
                assert list(z) == list("abcdefg"), list(z)
                a = np.array([[1.5, -2, 3e-9], [np.inf, 0, 7]], np.float32)
                assert z["a"].dtype == np.float32 and (z["a"] == a).all()
                assert z["b"].dtype == np.float64 and (z["b"] == [0.1, 2]).all()
                assert z["c"].dtype == np.int64 and (z["c"] == [-5, 1 << 40]).all()
                assert z["d"].dtype == np.uint8 and z["d"].tolist() == [[0], [128], [255], [3]]
                assert z["e"].dtype == bool and z["e"].tolist() == [True, False]
                assert z["f"].shape == () and z["f"] == 4 and z["g"].shape == (0, 3)
            x = np.asfortranarray(np.arange(24).reshape(2, 3, 4).astype(">f4"))
            np.save(f"{f}/big.npy", x)
            np.savez_compressed(f"{f}/made.npz", x=x, y=np.array([True, False]), h=np.float16([1, -0.5]))
            np.savez(f"{f}/pickle.npz", x=np.array([{}, None], dtype=object))
            """)
        try #require(system("python3 '\(script)' '\(folder.path)'") == 0)
        #expect(try loadTensor("\(folder.path)/big.npy").integers() == Array(0..<24))
        let made = try loadTensors("\(folder.path)/made.npz")
        #expect(made.map(\.name) == ["x", "y", "h"])
        #expect(made[0].value.integers() == Array(0..<24))
        #expect(made[1].value.dtype == .bool)
        #expect(made[2].value.doubles() == [1, -0.5])
        #expect(try loadError("\(folder.path)/pickle.npz").problem == .pickled)
    }

    @Test func severalMayWriteTheSamePathAtOnce() async throws {
        let path = "\(folder.path)/shared.npy"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<32 {
                group.addTask {
                    for _ in 0..<8 {
                        try ArrayWriter.writeNPY(Tensor([Int](repeating: number, count: 1000)), to: path)
                    }
                }
            }
            try await group.waitForAll()
        }
        let values = try loadTensor(path).integers()
        #expect(values.count == 1000)
        #expect(Set(values).count == 1, "one of the writers' files, whole")
        #expect(try folder.names == ["shared.npy"])
    }
}
