import TensorCore

/// The format for named tensors of huggingface.co/docs/safetensors: the length of a JSON header in 8 bytes, the
/// header, and the elements of all tensors, which it describes. It holds numbers and texts, and no code.
package enum Safetensors {
    package struct Contents {
        /// In the order of the file's header. (Python's library writes them sorted by type and name.)
        package let tensors: [(name: String, value: Tensor)]
        package let metadata: [(name: String, text: String)]

        package func metadata(_ name: String) -> String? { metadata.first { $0.name == name }?.text }
    }

    /// The reference implementation's limit.
    private static let greatestHeaderByteCount = 100_000_000
    private static let lengthByteCount = 8

    /// Whether a file is meant to be one: by its first bytes, or by its name where it is damaged.
    static func matches(_ file: OpenFile, start: [UInt8]) -> Bool {
        if file.path.lowercased().hasSuffix(".safetensors") { return true }
        return start.count > 8 && start[8] == UInt8(ascii: "{") && start[4..<8].allSatisfy { $0 == 0 }
    }

    /// Reads all tensors of a file.
    ///
    /// - Throws: `DatasetError`: the file, what is wrong and where.
    package static func read(_ path: String) throws -> Contents { try read(OpenFile(path: path)) }

    static func read(_ file: OpenFile) throws -> Contents {
        let (header, start) = try header(of: file)
        let tensors = try header.entries.map { entry in
            let source = try ByteSource(
                file: file, entry: entry.name, format: nil, offset: start + entry.range.lowerBound,
                byteCount: entry.range.count)
            return (
                name: entry.name,
                value: try ArrayContents.read(
                    source, element: entry.element, bigEndian: false, shape: entry.shape, format: "safetensors")
            )
        }
        return Contents(tensors: tensors, metadata: header.metadata)
    }

    /// An entry of a file's metadata, without its tensors.
    package static func metadata(_ path: String, _ name: String) throws -> String? {
        let file = try OpenFile(path: path)
        guard try matches(file, start: file.bytes(at: 0, count: min(16, file.byteCount))) else { return nil }
        return try header(of: file).0.metadata.first { $0.name == name }?.text
    }

    private static func header(of file: OpenFile) throws -> (SafetensorsHeader, dataStart: Int) {
        guard file.byteCount > 0 else { throw DatasetError(file: file.path, .empty) }
        if let kind = StrayDownload(start: try file.bytes(at: 0, count: StrayDownload.startByteCount)) {
            throw DatasetError(file: file.path, .strayDownload(kind))
        }
        guard file.byteCount >= lengthByteCount else {
            throw DatasetError(
                file: file.path, place: .byte(file.byteCount),
                .truncated(promised: lengthByteCount, found: file.byteCount))
        }
        let length = try file.bytes(at: 0, count: lengthByteCount).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(greatestHeaderByteCount) else {
            throw DatasetError(
                file: file.path, place: .byte(0),
                .badHeader(format: "safetensors", reason: "it claims to be \(length) bytes long"))
        }
        let start = lengthByteCount + Int(length)
        guard start <= file.byteCount else {
            throw DatasetError(
                file: file.path, place: .byte(file.byteCount), .truncated(promised: start, found: file.byteCount))
        }
        let text = try file.bytes(at: lengthByteCount, count: Int(length))
        do {
            return (try SafetensorsHeader(text: text, byteCount: file.byteCount - start), start)
        } catch {
            throw DatasetError(
                file: file.path, place: error.byte.map { .byte(lengthByteCount + $0) }, error.problem)
        }
    }

    // MARK: Writing

    /// Writes tensors in their order; the file appears when it is whole, or not at all.
    ///
    /// - Throws: `DatasetError`: `.argument` for a name that stands twice or is kept for the format, `.unwritable`.
    package static func write(
        _ tensors: [(name: String, value: Tensor)], metadata: [(name: String, text: String)] = [], to path: String
    ) throws {
        try write(tensors, header: header(tensors, metadata, path), to: path)
    }

    private static func write(_ tensors: [(name: String, value: Tensor)], header: [UInt8], to path: String) throws {
        let file = try AtomicFile(path: path)
        try file.write(header)
        for (_, value) in tensors {
            let tensor = try value.contiguous()
            try file.write(tensor.storage, tensor.byteRange)
        }
        try file.commit()
    }

    /// The length and the header. Elements start at a multiple of 8.
    private static func header(
        _ tensors: [(name: String, value: Tensor)], _ metadata: [(name: String, text: String)], _ path: String
    ) throws -> [UInt8] {
        var seen: Set<String> = []
        var members: [JSON.Member] = []
        if !metadata.isEmpty {
            members.append(
                JSON.Member("__metadata__", .object(metadata.map { JSON.Member($0.name, .string($0.text)) })))
        }
        var offset = 0
        for (name, value) in tensors {
            guard name != "__metadata__", seen.insert(name).inserted else {
                throw DatasetError(
                    file: path,
                    .argument(
                        name: "name \"\(name)\"",
                        reason: name == "__metadata__" ? "means something else in this format" : "is given twice"))
            }
            let end = offset + value.count * value.dtype.size
            members.append(
                JSON.Member(
                    name,
                    JSON([
                        "dtype": .string(value.dtype.safetensorsName),
                        "shape": .array(value.shape.map { .integer($0) }),
                        "data_offsets": .array([.integer(offset), .integer(end)]),
                    ])))
            offset = end
        }
        var text = Array(JSON.object(members).text.utf8)
        text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
        return (0..<lengthByteCount).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
    }
}

// MARK: - With a checksum

extension Safetensors {
    /// What such a file's header begins with; the digits follow.
    private static let checksumStart = Array("{\"__metadata__\":{\"checksum\":\"".utf8)
    private static let noChecksum = String(repeating: "0", count: 16)
    private static let checksumPlace =
        lengthByteCount + checksumStart.count..<lengthByteCount + checksumStart.count + noChecksum.utf8.count

    /// Writes a file whose first entry of metadata, `checksum`, is the `ContentHash` of the header, with zeros in its
    /// place, and of one tensor after the other.
    package static func writeChecked(
        _ tensors: [(name: String, value: Tensor)], metadata: [(name: String, text: String)], to path: String
    ) throws {
        var header = try header(tensors, [("checksum", noChecksum)] + metadata, path)
        var checksum = ContentHash()
        checksum.add(header)
        for (_, value) in tensors { checksum.add(try value.contiguous(), 0..<value.count) }
        header.replaceSubrange(checksumPlace, with: checksum.text.utf8)
        try write(tensors, header: header, to: path)
    }

    /// Reads a file that `writeChecked` wrote.
    ///
    /// - Throws: `DatasetError` where one bit is not as it was written.
    package static func readChecked(_ path: String) throws -> Contents {
        let file = try OpenFile(path: path)
        let damaged = DatasetError(file: path, .damaged(format: "safetensors", reason: "its checksum does not match"))
        guard file.byteCount >= checksumPlace.upperBound else {
            throw DatasetError(
                file: path, place: .byte(file.byteCount),
                .truncated(promised: checksumPlace.upperBound, found: file.byteCount))
        }
        let whole = try Storage(byteCount: file.byteCount, zeroed: false)
        guard try file.read(file.byteCount, at: 0, into: whole, at: 0) == file.byteCount else { throw damaged }
        let start = try file.bytes(at: 0, count: checksumPlace.upperBound)
        guard start[lengthByteCount..<checksumPlace.lowerBound].elementsEqual(checksumStart) else { throw damaged }
        // The first version had eight digits. (One damaged byte does not make it look so.)
        guard start[checksumPlace].dropFirst(8).prefix(2) != [UInt8(ascii: "\""), UInt8(ascii: ",")] else {
            throw DatasetError(file: path, .earlierCheckpoint)
        }
        let (header, dataStart) = try header(of: file)
        guard dataStart >= checksumPlace.upperBound else { throw damaged }
        var headerBytes = try file.bytes(at: 0, count: dataStart)
        headerBytes.replaceSubrange(checksumPlace, with: noChecksum.utf8)
        var checksum = ContentHash()
        checksum.add(headerBytes)
        for entry in header.entries {
            checksum.add(whole, dataStart + entry.range.lowerBound..<dataStart + entry.range.upperBound)
        }
        guard checksum.text.utf8.elementsEqual(start[checksumPlace]) else { throw damaged }
        return try read(file)
    }
}

extension DType {
    fileprivate var safetensorsName: String {
        switch self {
        case .bool: "BOOL"
        case .uint8: "U8"
        case .int64: "I64"
        case .float32: "F32"
        case .float64: "F64"
        }
    }
}
