import Datasets
import Glibc
import TensorCore
import Testing

struct FingerprintTests {
    private func data(_ seed: UInt64) throws -> Dataset {
        try Dataset(
            x: Tensor.normal([40, 3], mean: 0, std: 1, key: RandomKey(seed: seed)),
            y: Tensor((0..<40).map { Int64($0 % 2) }), name: "points")
    }

    @Test func tellsContentsAndOrder() throws {
        let data = try data(1)
        let print = data.fingerprint()
        #expect(print.count == 16)
        #expect(try self.data(1).renamed("other").fingerprint() == print)
        #expect(try data.selecting(Array(0..<40)).fingerprint() == print)
        var others: Set<String> = [print]
        for other in [
            try self.data(2), try data.taking(39), try data.shuffled(key: RandomKey(seed: 3)), try data.normalized(),
            try Dataset(x: data.x(), y: nil), try Dataset(x: data.x(), y: data.y(), scale: 2),
            try Dataset(x: data.x().reshape([40, 1, 3]), y: data.y()),
        ] { others.insert(other.fingerprint()) }
        #expect(others.count == 8)
    }

    @Test func tellsEveryBit() throws {
        var prints: Set<String> = []
        for place in 0..<100 {
            var bytes = [UInt8](repeating: 0, count: 100)
            bytes[place] = 1
            prints.insert(try Dataset(x: Tensor(bytes, shape: [4, 25]), y: nil).fingerprint())
        }
        #expect(prints.count == 100)
    }
}

struct CheckpointFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ folder: CheckpointFolder, _ step: Int) throws {
        try folder.write([("w", Tensor.full([3], Double(step)))], metadata: [("n", "\(step)")], step: step)
    }

    @Test func keepsTheOneBefore() throws {
        let checkpoints = try CheckpointFolder(path: folder.path)
        #expect(try checkpoints.isEmpty && checkpoints.newest() == nil)
        for step in [5, 90, 100, 1_000_000] { try write(checkpoints, step) }
        #expect(try checkpoints.newest()?.contents.metadata("n") == "1000000")
        #expect(try folder.names == ["checkpoint-0000000100.safetensors", "checkpoint-0001000000.safetensors"])
        #expect(try !checkpoints.isEmpty)
    }

    @Test func aDamagedOneIsPassedOver() throws {
        let checkpoints = try CheckpointFolder(path: folder.path)
        for step in [10, 20] { try write(checkpoints, step) }
        _ = try folder.write(
            "checkpoint-0000000020.safetensors", Array(try folder.read("checkpoint-0000000020.safetensors").dropLast()))
        let newest = try #require(try checkpoints.newest())
        #expect(newest.contents.metadata("n") == "10")
        #expect(newest.damaged.count == 1)
        #expect(
            try folder.names == ["checkpoint-0000000010.safetensors", "checkpoint-0000000020.safetensors.damaged"])
        // What was written after the good one is not taken for newer than what comes now.
        try write(checkpoints, 15)
        #expect(try checkpoints.newest()?.contents.metadata("n") == "15")
    }

    /// A header that still reads, and tells of a type that there is not, is damaged too.
    @Test func aDamagedTypeIsPassedOver() throws {
        let checkpoints = try CheckpointFolder(path: folder.path)
        for step in [10, 20] { try write(checkpoints, step) }
        var bytes = try folder.read("checkpoint-0000000020.safetensors")
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("\"F32\"".utf8)) })
        bytes[place + 2] = UInt8(ascii: "9")
        _ = try folder.write("checkpoint-0000000020.safetensors", bytes)
        #expect(try checkpoints.newest()?.contents.metadata("n") == "10")
    }

    @Test func noneThatIsWholeIsAnError() throws {
        let checkpoints = try CheckpointFolder(path: folder.path)
        _ = try folder.write("checkpoint-0000000020.safetensors", [1, 2, 3])
        let error = try #require(throws: DatasetError.self) { try checkpoints.newest() }
        #expect(error.message.contains("none of its checkpoints can be read"))
    }

    @Test func belongsToOneTraining() throws {
        let first = try CheckpointFolder(path: folder.path)
        let error = try #require(throws: DatasetError.self) { try CheckpointFolder(path: folder.path) }
        #expect(error.message.hasSuffix("another training writes its checkpoints there"))
        try write(first, 1)
    }

    @Test func whatAKilledOneLeftGoesAway() throws {
        _ = try folder.write("checkpoint-0000000020.safetensors.part-99-1", [1, 2, 3])
        _ = try folder.write("mine.txt", [1])
        _ = try CheckpointFolder(path: folder.path)
        #expect(try folder.names == ["mine.txt"])
    }

    @Test func foldersThatCannotBeWritten() throws {
        let file = try folder.write("file", [1])
        for path in ["", "\(file)/deep/down", file] {
            #expect(throws: DatasetError.self) { try CheckpointFolder(path: path) }
        }
    }

    @Test func foldersAroundItAreMade() throws {
        _ = try CheckpointFolder(path: "\(folder.path)/runs/a")
        #expect(Folder.exists("\(folder.path)/runs/a"))
    }

    @Test(.enabled(if: getuid() != 0)) func foldersWithoutRights() throws {
        chmod(folder.path, 0o555)
        defer { chmod(folder.path, 0o777) }
        let error = try #require(throws: DatasetError.self) { try CheckpointFolder(path: folder.path) }
        #expect(error.message.hasSuffix("it cannot be written (Permission denied)"))
    }
}
