import Datasets
import Testing

/// Files that take their places together.
@Suite struct AtomicFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func staged(_ names: [String]) throws -> [AtomicFile] {
        try names.map { name in
            let file = try AtomicFile(path: "\(folder.path)/\(name)")
            try file.write(Array("new".utf8))
            return file
        }
    }

    private func text(_ name: String) throws -> String { String(decoding: try folder.read(name), as: UTF8.self) }

    @Test func severalTakeTheirPlacesTogether() throws {
        _ = try folder.write("a", "old")
        try AtomicFile.commit(staged(["a", "b"]))
        #expect(try text("a") == "new" && text("b") == "new")
        #expect(try folder.names == ["a", "b"])
    }

    @Test func whereOneFailsTheOthersComeBack() throws {
        _ = try folder.write("a", "old")
        // A folder with something in it is not replaced.
        Folder.make("\(folder.path)/taken/in")
        #expect(throws: DatasetError.self) { try AtomicFile.commit(staged(["a", "b", "taken", "c"])) }
        #expect(try text("a") == "old")
        #expect(try folder.names == ["a", "taken"])
    }
}
