import Datasets
import Foundation
import Testing

/// Texts in files: encodings, sizes and what is not text.
@Suite struct TextFileTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/dls-text-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func read(_ bytes: [UInt8], _ encoding: TextEncoding? = nil, most: Int = 1 << 20) throws -> String {
        let path = folder + "/\(UUID().uuidString).txt"
        try Data(bytes).write(to: URL(filePath: path))
        return try TextFile.read(path, encoding: encoding, mostBytes: most)
    }

    @Test func marksTellTheEncoding() throws {
        #expect(try read([0xEF, 0xBB, 0xBF, 0xC3, 0xA9]) == "é")
        #expect(try read([0xFF, 0xFE, 0xE9, 0, 0x0A, 0]) == "é\n")
        #expect(try read([0xFE, 0xFF, 0, 0xE9]) == "é")
        #expect(try read([0x61, 0, 0x62, 0], .utf16) == "ab")
        #expect(try read([0x63, 0xE9], .latin1) == "cé")
    }

    @Test func lineEndsBecomeLineFeeds() throws {
        #expect(try read(Array("a\r\nb\rc\n\r\n".utf8)) == "a\nb\nc\n\n")
    }

    @Test func otherBytesAreNamedWithTheirPlace() throws {
        let error = try #require(throws: DatasetError.self) { try read(Array("caf".utf8) + [0xE9, 0x0A]) }
        #expect(error.message.hasSuffix("byte 3: text that is not UTF-8 cannot be read"))
        #expect(error.help?.contains("latin-1") == true)
        #expect(throws: DatasetError.self) { try read([0x61, 0, 0x62], .utf16) }
        #expect(throws: DatasetError.self) { try read([0x00, 0xD8], .utf16) }
    }

    @Test func largeTextsAreRefused() throws {
        let error = try #require(throws: DatasetError.self) { try read([UInt8](repeating: 0x61, count: 11), most: 10) }
        #expect(error.message.contains("a text of more than 10 bytes cannot be read"))
        #expect(try read([UInt8](repeating: 0x61, count: 10), most: 10).count == 10)
    }

    @Test func appendingKeepsWhatIsThere() throws {
        let path = folder + "/log.txt"
        try TextFile.append("a\n", to: path)
        try TextFile.append("b\n", to: path)
        #expect(try TextFile.read(path, mostBytes: 100) == "a\nb\n")
        #expect(throws: DatasetError.self) { try TextFile.append("a", to: folder) }
    }

    @Test func foldersAreGoneThroughOnceThoughLinksLeadBack() throws {
        try FileManager.default.createDirectory(atPath: folder + "/a", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder + "/a/back", withDestinationPath: folder)
        try TextFile.write("", to: folder + "/a/x.txt")
        #expect(try PathPattern.paths(folder + "/**/*.txt", most: 100) == [folder + "/a/x.txt"])
    }
}
