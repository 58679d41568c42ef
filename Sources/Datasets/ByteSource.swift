import TensorCore

/// Bytes to be read from front to back: a file, the contents of a compressed file, or an array in an archive.
///
/// Every error names the file, the array and the place; nothing is read past what was asked for, so a file that
/// claims little and unpacks to much costs only what it claims.
final class ByteSource {
    let file: OpenFile
    let entry: String?
    /// Where the next byte lies in the contents.
    private(set) var position = 0
    /// The most bytes that the contents can have, by the size of what they are stored in.
    let greatestByteCount: Int

    private let offset: Int
    private let inflater: Inflater?
    /// Of archives, which state it for each array.
    private let expectedChecksum: UInt32?
    private var checksum: UInt32 = 0

    /// Reads a file, unpacking it when its contents are gzip.
    ///
    /// - Throws: `DatasetError` `.strayDownload` for what a server gave in the place of the file.
    convenience init(file: OpenFile) throws {
        let format: CompressedFormat? = try file.bytes(at: 0, count: 2) == [0x1f, 0x8b] ? .gzip : nil
        let look = try ByteSource(file: file, entry: nil, format: format, offset: 0, byteCount: file.byteCount)
        if let kind = StrayDownload(start: try look.read(atMost: StrayDownload.startByteCount)) {
            throw look.error(.strayDownload(kind))
        }
        try self.init(file: file, entry: nil, format: format, offset: 0, byteCount: file.byteCount)
    }

    /// Reads a stretch of a file.
    ///
    /// - Parameters:
    ///   - format: How it is compressed; `nil`: not at all.
    ///   - checksum: The CRC-32 of the contents.
    init(
        file: OpenFile, entry: String?, format: CompressedFormat?, offset: Int, byteCount: Int,
        contentByteCount: Int? = nil, checksum: UInt32? = nil
    ) throws {
        self.file = file
        self.entry = entry
        self.offset = offset
        expectedChecksum = checksum
        if let format {
            inflater = try Inflater(file: file, entry: entry, format: format, offset: offset, byteCount: byteCount)
            let (limit, overflow) = byteCount.multipliedReportingOverflow(by: CompressedFormat.greatestRatio)
            greatestByteCount = min(overflow ? Int.max : limit, contentByteCount ?? Int.max)
        } else {
            inflater = nil
            greatestByteCount = byteCount
        }
    }

    func error(_ problem: DatasetError.Problem, at place: DatasetError.Place? = nil) -> DatasetError {
        DatasetError(file: file.path, entry: entry, place: place, problem)
    }

    /// Reads up to `count` bytes; fewer only at the end.
    func read(atMost count: Int) throws -> [UInt8] {
        let wanted = min(count, greatestByteCount - position)
        let storage = try Storage(byteCount: wanted, zeroed: false)
        let got = try read(into: storage, at: 0, count: wanted)
        return storage.withBytes { span in span.extracting(0..<got).withUnsafeBytes { Array($0) } }
    }

    /// Reads a header's `count` bytes.
    func read(exactly count: Int) throws -> [UInt8] {
        let start = position
        let bytes = try read(atMost: count)
        guard bytes.count == count else {
            throw error(.truncated(promised: start + count, found: position), at: .byte(position))
        }
        return bytes
    }

    /// Reads `count` bytes that a header has promised, and no more may follow.
    ///
    /// - Throws: `DatasetError` when fewer or more are there; where the source cannot hold so many, before any memory
    ///   is taken.
    func readRest(promised count: Int) throws -> Storage {
        let start = position
        guard count <= greatestByteCount - start else {
            throw error(.truncated(promised: count, found: try countRest()), at: .byte(position))
        }
        let storage: Storage
        do {
            storage = try Storage(byteCount: count, zeroed: false)
        } catch is TensorError {
            throw error(.outOfMemory(byteCount: count))
        }
        let got = try read(into: storage, at: 0, count: count)
        guard got == count else { throw error(.truncated(promised: count, found: got), at: .byte(position)) }
        try expectEnd(promised: count)
        return storage
    }

    /// Reads to the end of contents that no header measures.
    ///
    /// - Throws: `DatasetError` `.outOfMemory` where the contents and what is made of them would not fit.
    func readAll() throws -> [UInt8] {
        var result: [UInt8] = []
        var checkedByteCount = 1 << 26
        while true {
            if result.count > checkedByteCount {
                checkedByteCount = 2 * result.count
                do {
                    // Memory that is only asked for, never touched.
                    _ = try Storage(byteCount: 4 * checkedByteCount, zeroed: false)
                } catch is TensorError {
                    throw error(.outOfMemory(byteCount: checkedByteCount), at: .byte(position))
                }
            }
            let piece = try read(atMost: 1 << 22)
            if piece.isEmpty { break }
            result += piece
        }
        try expectEnd(promised: position)
        return result
    }

    private func expectEnd(promised: Int) throws {
        let end = position
        let more = try read(into: Storage(byteCount: 1, zeroed: false), at: 0, count: 1)
        guard more == 0 else { throw error(.trailing(promised: promised), at: .byte(end)) }
        if let inflater, !inflater.isComplete {
            throw error(.damaged(format: "compressed", reason: "it ends before its checksum"), at: .byte(end))
        }
        if let expectedChecksum, expectedChecksum != checksum {
            throw error(.damaged(format: "archive", reason: "the checksum of the array does not match"))
        }
    }

    private func read(into storage: Storage, at start: Int, count: Int) throws -> Int {
        let got =
            if let inflater {
                try inflater.read(count, into: storage, at: start)
            } else {
                try file.read(
                    min(count, greatestByteCount - position), at: offset + position, into: storage, at: start)
            }
        position += got
        if expectedChecksum != nil { checksum = crc32(storage, start..<start + got, from: checksum) }
        return got
    }

    /// Reads to the end in small pieces and returns how many bytes there were.
    private func countRest() throws -> Int {
        let start = position
        let piece = try Storage(byteCount: 1 << 16, zeroed: false)
        while try read(into: piece, at: 0, count: piece.byteCount) > 0 {}
        return position - start
    }
}
