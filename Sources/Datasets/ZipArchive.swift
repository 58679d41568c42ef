/// The table of contents of a zip archive.
///
/// Sizes and checksums come from the central directory at the end, which has the last word; every claim is checked
/// against the file before anything is read or unpacked by it.
///
/// - Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", version 6.3.
struct ZipArchive {
    struct Entry {
        let name: String
        let isDeflated: Bool
        let checksum: UInt32
        let storedByteCount: Int
        let byteCount: Int
        let headerOffset: Int
    }

    let file: OpenFile
    let entries: [Entry]

    private static let endRecordByteCount = 22
    private static let localHeaderByteCount = 30

    static func matches(start: [UInt8]) -> Bool {
        start.starts(with: [0x50, 0x4b, 3, 4]) || start.starts(with: [0x50, 0x4b, 5, 6])
    }

    /// Reads the table of contents.
    init(file: OpenFile) throws {
        self.file = file
        let end = try ZipArchive.endRecord(file)
        let entryCount = end.integer(10, 2)
        let byteCount = end.integer(12, 4)
        let offset = end.integer(16, 4)
        if entryCount == 0xffff || byteCount == 0xffff_ffff || offset == 0xffff_ffff {
            throw ZipArchive.tooBig(file)
        }
        guard offset + byteCount <= file.byteCount else {
            throw DatasetError(
                file: file.path, place: .byte(offset),
                .badHeader(format: "zip", reason: "its table of contents would lie behind the end of the file"))
        }
        var directory = ByteFields(try file.bytes(at: offset, count: byteCount))
        var entries: [Entry] = []
        for _ in 0..<entryCount {
            let start = offset + (byteCount - directory.count)
            guard directory.count >= 46, directory.integer(0, 4) == 0x0201_4b50 else {
                throw DatasetError(
                    file: file.path, place: .byte(start),
                    .badHeader(format: "zip", reason: "its table of contents has no entry here"))
            }
            let lengths = [28, 30, 32].map { directory.integer($0, 2) }
            guard directory.count >= 46 + lengths.reduce(0, +) else {
                throw DatasetError(
                    file: file.path, place: .byte(start),
                    .badHeader(format: "zip", reason: "its table of contents ends early"))
            }
            entries.append(try ZipArchive.entry(directory, nameLength: lengths[0], in: file))
            directory.drop(46 + lengths.reduce(0, +))
        }
        self.entries = entries
    }

    private static func tooBig(_ file: OpenFile) -> DatasetError {
        DatasetError(
            file: file.path,
            .unsupported(
                what: "an archive of the zip64 kind (over 4 GB, or over 65535 arrays)",
                instead: "in Python, save each array with numpy.save as a .npy file"))
    }

    /// Finds the record that ends an archive, which only a comment may follow.
    private static func endRecord(_ file: OpenFile) throws -> ByteFields {
        let count = min(file.byteCount, endRecordByteCount + 0xffff)
        let tail = ByteFields(try file.bytes(at: file.byteCount - count, count: count))
        for start in stride(from: tail.count - endRecordByteCount, through: 0, by: -1)
        where tail.integer(start, 4) == 0x0605_4b50
            && start + endRecordByteCount + tail.integer(start + 20, 2) == tail.count
        {
            return ByteFields(Array(tail.bytes[start...]))
        }
        throw DatasetError(
            file: file.path,
            .damaged(format: "zip", reason: "its table of contents, which stands at the end, is missing"))
    }

    private static func entry(_ fields: ByteFields, nameLength: Int, in file: OpenFile) throws -> Entry {
        let name = String(decoding: fields.bytes[fields.start + 46..<fields.start + 46 + nameLength], as: UTF8.self)
        let flags = fields.integer(8, 2)
        let method = fields.integer(10, 2)
        let storedByteCount = fields.integer(20, 4)
        let byteCount = fields.integer(24, 4)
        func error(_ problem: DatasetError.Problem) -> DatasetError {
            DatasetError(file: file.path, entry: arrayName(name), problem)
        }
        if storedByteCount == 0xffff_ffff || byteCount == 0xffff_ffff { throw tooBig(file) }
        if flags & 1 != 0 {
            throw error(.unsupported(what: "an encrypted archive", instead: "save it again without a password"))
        }
        guard method == 0 || method == 8 else {
            throw error(
                .unsupported(
                    what: "an archive compressed by method \(method)",
                    instead: "in Python, numpy.savez and numpy.savez_compressed write what can be read"))
        }
        let isDeflated = method == 8
        let isPossible =
            isDeflated
            ? byteCount <= storedByteCount * CompressedFormat.greatestRatio : byteCount == storedByteCount
        guard isPossible else {
            throw error(
                .badHeader(
                    format: "zip",
                    reason: "\(storedByteCount) stored bytes cannot be the \(byteCount) that it promises"))
        }
        return Entry(
            name: name, isDeflated: isDeflated, checksum: UInt32(fields.integer(16, 4)),
            storedByteCount: storedByteCount, byteCount: byteCount, headerOffset: fields.integer(42, 4))
    }

    /// The name that NumPy gives an array in an archive: without `.npy`.
    static func arrayName(_ fileName: String) -> String {
        fileName.hasSuffix(".npy") ? String(fileName.dropLast(4)) : fileName
    }

    /// The contents of an entry.
    func open(_ entry: Entry) throws -> ByteSource {
        let name = ZipArchive.arrayName(entry.name)
        let header = ByteFields(try file.bytes(at: entry.headerOffset, count: ZipArchive.localHeaderByteCount))
        guard header.count == ZipArchive.localHeaderByteCount, header.integer(0, 4) == 0x0403_4b50 else {
            throw DatasetError(
                file: file.path, entry: name, place: .byte(entry.headerOffset),
                .badHeader(format: "zip", reason: "there is no array where its table of contents says"))
        }
        let offset =
            entry.headerOffset + ZipArchive.localHeaderByteCount + header.integer(26, 2) + header.integer(28, 2)
        guard offset + entry.storedByteCount <= file.byteCount else {
            throw DatasetError(
                file: file.path, entry: name, place: .byte(file.byteCount),
                .truncated(promised: entry.storedByteCount, found: max(file.byteCount - offset, 0)))
        }
        return try ByteSource(
            file: file, entry: name, format: entry.isDeflated ? .deflate : nil, offset: offset,
            byteCount: entry.storedByteCount, contentByteCount: entry.byteCount, checksum: entry.checksum)
    }
}

/// Little-endian integers in a run of bytes.
struct ByteFields {
    let bytes: [UInt8]
    private(set) var start = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count - start }

    func integer(_ offset: Int, _ byteCount: Int) -> Int {
        (0..<byteCount).reversed().reduce(0) { $0 << 8 | Int(bytes[start + offset + $1]) }
    }

    mutating func drop(_ byteCount: Int) { start += byteCount }
}
