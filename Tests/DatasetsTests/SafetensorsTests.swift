import Datasets
import TensorCore
import Testing

/// A file with any header.
private func file(_ header: String, _ data: [UInt8] = [], length: Int? = nil) -> [UInt8] {
    littleEndian(length ?? header.utf8.count, 8) + Array(header.utf8) + data
}

private func entry(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
}

struct SafetensorsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ bytes: [UInt8]) throws -> Safetensors.Contents {
        try Safetensors.read(folder.write("x.safetensors", bytes))
    }

    private func expect(_ bytes: [UInt8], _ message: String, _ location: SourceLocation = #_sourceLocation) throws {
        let path = try folder.write("x.safetensors", bytes)
        #expect(folder.relative(try loadError(path).message) == "x.safetensors" + message, sourceLocation: location)
    }

    // MARK: What is right

    @Test func comesBackAsItWas() throws {
        let tensors: [(name: String, value: Tensor)] = [
            ("b.weight", try Tensor((0..<6).map { Float($0) / 7 }, shape: [2, 3])),
            ("a", try Tensor([Int64(-5), .max], shape: [2])),
            ("flags", try Tensor.ones([3], dtype: .bool)), ("bytes", try Tensor.full([5], 200, dtype: .uint8)),
            ("wide", try Tensor.full([1, 2], 0.1, dtype: .float64)), ("one", try Tensor.scalar(3, dtype: .float32)),
            ("none", try Tensor.zeros([0, 4])), ("ünï \"q\"", try Tensor.zeros([1])),
            ("transposed", try Tensor((0..<6).map { Float($0) }, shape: [2, 3]).transpose(0, 1)),
        ]
        let path = "\(folder.path)/x.safetensors"
        try Safetensors.write(tensors, metadata: [("format", "pt"), ("note", "a \"b\"\n")], to: path)
        let contents = try Safetensors.read(path)
        #expect(contents.tensors.map(\.name) == tensors.map(\.name))
        for (read, written) in zip(contents.tensors, tensors) {
            #expect(read.value.shape == written.value.shape && read.value.dtype == written.value.dtype)
            #expect(read.value.doubles() == written.value.doubles())
        }
        #expect(contents.metadata("note") == "a \"b\"\n")
        // Elements are aligned for whoever maps the file.
        let length = try folder.read("x.safetensors").prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(length.isMultiple(of: 8))
        #expect(try loadTensors(path).map(\.name) == tensors.map(\.name))
    }

    @Test func isKnownByItsContent() throws {
        let path = try folder.write("weights.bin", file("{\(entry("x", "F32", "[1]", "[0,4]"))}", [0, 0, 0x80, 0x3f]))
        #expect(try loadTensors(path)[0].value.floats() == [1])
    }

    @Test func convertsOtherTypes() throws {
        let header =
            "{"
            + [
                entry("half", "F16", "[2]", "[0,4]"), entry("brain", "BF16", "[2]", "[4,8]"),
                entry("small", "I8", "[1]", "[8,9]"), entry("u16", "U16", "[1]", "[9,11]"),
                entry("i32", "I32", "[]", "[11,15]"), entry("u64", "U64", "[1]", "[15,23]"),
            ].joined(separator: ", ") + "}   "
        let contents = try read(
            file(
                header,
                [0, 0x3c, 0, 0xc0, 0x80, 0x3f, 0x49, 0x40, 0xff, 0xff, 0xff] + littleEndian(-7, 4) + littleEndian(9, 8))
        )
        let values = contents.tensors.map { $0.value.doubles() }
        #expect(values == [[1, -2], [1, 3.140625], [-1], [65535], [-7], [9]])
        #expect(contents.tensors.map(\.value.dtype) == [.float32, .float32, .int64, .int64, .int64, .int64])
    }

    @Test func orderInTheFileNeedNotBeThatOfTheHeader() throws {
        let contents = try read(
            file("{\(entry("b", "U8", "[2]", "[1,3]")),\(entry("a", "U8", "[1]", "[0,1]"))}", [1, 2, 3]))
        #expect(contents.tensors.map { $0.value.doubles() } == [[2, 3], [1]])
    }

    // MARK: What lies

    @Test func headersThatLie() throws {
        try expect([], ": the file is empty")
        try expect([1, 2, 3], ", byte 3: the data ends early: the header promises 8 bytes and there are 3")
        try expect(
            file("{}", length: 100), ", byte 10: the data ends early: the header promises 108 bytes and there are 10")
        try expect(
            file("{}", length: 1 << 40),
            ", byte 0: the safetensors header is wrong: it claims to be 1099511627776 bytes long")
        try expect(
            [UInt8](repeating: 0xff, count: 20),
            ", byte 0: the safetensors header is wrong: it claims to be 18446744073709551615 bytes long")
        try expect(file("[]"), ": the safetensors header is wrong: it is not a JSON object")
        try expect(
            file("{\"a\":1"), ", byte 14: the safetensors header is wrong: it is not JSON: ',' or '}' is expected")
        try expect(
            file("{\"a\":1}"),
            ": the safetensors header is wrong: the tensor \"a\" has not just dtype, shape and data_offsets")
        try expect(
            file("{\"__metadata__\":{\"a\":1}}"),
            ": the safetensors header is wrong: its __metadata__ holds something other than texts")
    }

    @Test func offsetsThatLie() throws {
        func expect(
            _ entries: String..., data: Int = 8, is message: String, _ location: SourceLocation = #_sourceLocation
        ) throws {
            try self.expect(
                file("{\(entries.joined(separator: ","))}", [UInt8](repeating: 0, count: data)), message, location)
        }
        let wrong = ": the safetensors header is wrong: "
        try expect(
            entry("a", "F32", "[1]", "[0,4]"), entry("b", "F32", "[1]", "[2,6]"), data: 6,
            is: wrong + "the tensors \"a\" and \"b\" overlap")
        try expect(
            entry("a", "F32", "[1]", "[0,4]"), entry("b", "F32", "[1]", "[0,4]"), data: 4,
            is: wrong + "the tensors \"a\" and \"b\" overlap")
        try expect(
            entry("a", "F32", "[1]", "[4,8]"), is: wrong + "the bytes 0 to 3 of the data belong to no tensor")
        try expect(
            entry("a", "F32", "[1]", "[0,4]"), is: ": the header promises 4 bytes and more follow")
        try expect(
            entry("a", "F32", "[4]", "[0,16]"),
            is: ": the data ends early: the header promises 16 bytes and there are 8")
        try expect(
            entry("a", "F32", "[1]", "[0,8]"),
            is: wrong + "the tensor \"a\" has 8 bytes, and its shape [1] of F32 takes 4")
        for range in ["[4,0]", "[-4,0]", "[0]", "[0,4,8]", "[0.5,4.5]", "[\"0\",4]", "[0,1e30]"] {
            try expect(
                entry("a", "F32", "[1]", range), is: wrong + "the tensor \"a\" has data_offsets that are not a range")
        }
    }

    @Test func countsThatNoFileHolds() throws {
        let wrong = ": the safetensors header is wrong: the tensor \"a\" has "
        for shape in ["[9223372036854775807, 2]", "[4294967296, 4294967296]", "[0, 9223372036854775807, 9]"] {
            try expect(
                file("{\(entry("a", "F32", shape, "[0,8]"))}"), wrong + "the shape \(shape), which no file can hold")
        }
        for shape in [
            "[-1]", "[1.5]", "[9223372036854775808]", "[\(Array(repeating: "1", count: 65).joined(separator: ","))]",
        ] {
            try expect(file("{\(entry("a", "F32", shape, "[0,4]"))}"), wrong + "a shape that no tensor has")
        }
        try expect(
            file("{\(entry("a", "F32", "[1000000000000]", "[0,4000000000000]"))}"),
            ": the data ends early: the header promises 4000000000000 bytes and there are 0")
    }

    @Test func typesThatAreUnknown() throws {
        try expect(
            file("{\(entry("a", "F8_E4M3", "[1]", "[0,1]"))}", [0]),
            ": the element type F8_E4M3 of \"a\" cannot be read")
        try expect(
            file("{\(entry("a", "Q3", "[1]", "[0,1]"))}", [0]),
            ": the safetensors header is wrong: the tensor \"a\" has the unknown element type \"Q3\"")
        try expect(
            file("{\(entry("a", "U64", "[1]", "[0,8]"))}", [UInt8](repeating: 255, count: 8)),
            ", array a: an unsigned 64-bit number over 9223372036854775807 cannot be read")
    }

    @Test func writesNothingThatItCannotRead() throws {
        let one = try Tensor.zeros([1])
        for names in [["a", "a"], ["__metadata__"]] {
            #expect(throws: DatasetError.self) {
                try Safetensors.write(names.map { ($0, one) }, to: "\(folder.path)/y.safetensors")
            }
        }
        #expect(try folder.names == [])
        #expect(throws: DatasetError.self) { try Safetensors.write([("a", one)], to: "/nowhere/y.safetensors") }
    }

    // MARK: With a checksum

    @Test func aCheckedFileIsWholeOrRefused() throws {
        let path = "\(folder.path)/c.safetensors"
        let tensors: [(name: String, value: Tensor)] = [
            ("w", try Tensor((0..<20).map { Float($0) }, shape: [4, 5])), ("n", try Tensor([Int64(7)], shape: [1])),
        ]
        try Safetensors.writeChecked(tensors, metadata: [("format", "test")], to: path)
        let bytes = try folder.read("c.safetensors")
        #expect(try Safetensors.readChecked(path).tensors[0].value.floats() == tensors[0].value.floats())
        // Others read it too.
        #expect(try Safetensors.read(path).metadata("format") == "test")
        for length in bytes.indices {
            let cut = try folder.write("cut", Array(bytes[..<length]))
            #expect(throws: DatasetError.self, "cut to \(length)") { try Safetensors.readChecked(cut) }
        }
        for place in bytes.indices {
            for flip: UInt8 in [0x01, 0x20, 0xff] {
                var changed = bytes
                changed[place] ^= flip
                let path = try folder.write("flipped", changed)
                #expect(throws: DatasetError.self, "byte \(place)") { try Safetensors.readChecked(path) }
            }
        }
    }

    /// Sizes that fill the lanes of the hash and that do not, and tensors of nothing.
    @Test(arguments: [0, 1, 7, 8, 31, 32, 33, 4097, 1 << 20 + 5]) func checkedFilesOfAnySizeComeBack(_ count: Int)
        throws
    {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let path = "\(folder.path)/\(count).safetensors"
        try Safetensors.writeChecked(
            [("a", Tensor(bytes, shape: [count])), ("none", Tensor.zeros([0], dtype: .float32))], metadata: [], to: path
        )
        let tensors = try Safetensors.readChecked(path).tensors
        #expect(tensors.map(\.name) == ["a", "none"])
        #expect(tensors[0].value.integers() == bytes.map(Int.init))
    }

    @Test func aShortChecksumIsRefused() throws {
        let header = Array("{\"__metadata__\":{\"checksum\":\"a\"}}".utf8)
        let path = try folder.write(
            "short", littleEndian(header.count, 8) + header + [UInt8](repeating: 0, count: 40))
        #expect(throws: DatasetError.self) { try Safetensors.readChecked(path) }
        let whole =
            Array("{\"__metadata__\":{\"checksum\":\"a\"},\"x\":{\"dtype\":\"U8\",\"shape\":[40],".utf8)
            + Array("\"data_offsets\":[0,40]}}".utf8)
        let other = try folder.write("whole", littleEndian(whole.count, 8) + whole + [UInt8](repeating: 0, count: 40))
        #expect(throws: DatasetError.self) { try Safetensors.readChecked(other) }
    }

    @Test func aCheckpointOfTheFirstFormatIsNotCalledDamaged() throws {
        let header = Array("{\"__metadata__\":{\"checksum\":\"0123abcd\",\"version\":\"1\"}}     ".utf8)
        let bytes = [UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header
        _ = try folder.write("checkpoint-0000000001.safetensors", bytes)
        let checkpoints = try CheckpointFolder(path: folder.path)
        let error = try #require(throws: DatasetError.self) { try checkpoints.newest() }
        #expect(error.message.contains("a checkpoint of an earlier dls cannot be read"))
        #expect(try folder.names == ["checkpoint-0000000001.safetensors"])
    }
}
