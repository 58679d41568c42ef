import CSystem
import Glibc
import TensorCore

/// How the bytes of a file are a text.
package enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    case utf16 = "utf-16"
    case latin1 = "latin-1"

    /// An encoding by its name in Python, of which there are several.
    package init?(name: String) {
        let letters = name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
        switch letters {
        case "utf8", "utf8sig", "ascii": self = .utf8
        case "utf16", "utf16le", "utf16be": self = .utf16
        case "latin1", "latin", "iso88591", "l1": self = .latin1
        default: return nil
        }
    }
}

/// Reads and writes texts.
package enum TextFile {
    /// Writes a file that appears whole or not at all.
    ///
    /// - Throws: `DatasetError` `.unwritable` where the system refuses.
    package static func write(_ text: String, to path: String) throws {
        let file = try AtomicFile(path: path)
        try file.write(Array(text.utf8))
        try file.commit()
    }

    /// Adds a text at the end of a file, whole or not at all; makes the file where there is none.
    ///
    /// - Throws: `DatasetError` `.unwritable` where the system refuses.
    package static func append(_ text: String, to path: String) throws {
        func failure(_ code: Int32) -> DatasetError {
            DatasetError(file: path, .unwritable(reason: String(cString: strerror(code))))
        }
        try FileAccess.check(path, for: .writing)
        // What somebody else began stays theirs.
        let isOwn = dls_may_replace(path) == 1
        // A pipe would wait for somebody who reads.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o666)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw DatasetError(file: path, .notAFile) }
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                let code = errno
                ftruncate(descriptor, status.st_size)
                throw failure(code)
            }
        }
        if isOwn { dls_mark_written(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(errno) }
    }

    /// The text of a file, plain or .gz, with line feeds for all ends of lines, as Python reads it.
    ///
    /// Without an encoding it is UTF-8, unless the file begins with the mark of UTF-16. Marks are left out.
    ///
    /// - Throws: `DatasetError`: where the file is missing, a folder, larger than `mostBytes` or in another encoding.
    package static func read(_ path: String, encoding: TextEncoding? = nil, mostBytes: Int) throws -> String {
        guard try pathKind(path) == .file else {
            throw DatasetError(
                file: path,
                .unsupported(
                    what: "a folder",
                    instead: "`files(\"\(path.hasSuffix("/") ? path : path + "/")*\")` lists its files"))
        }
        let file = try OpenFile(path: path)
        let isCompressed = try file.bytes(at: 0, count: 2) == [0x1f, 0x8b]
        let source = try ByteSource(
            file: file, entry: nil, format: isCompressed ? .gzip : nil, offset: 0, byteCount: file.byteCount)
        var bytes: [UInt8] = []
        while true {
            guard bytes.count <= mostBytes, isCompressed || file.byteCount <= mostBytes else {
                throw DatasetError(
                    file: path,
                    .unsupported(
                        what: "a text of more than \(mostBytes) bytes",
                        instead: "cut it first: at the prompt, `!split -C 200M \"\(path)\" part-` makes files of 200 MB"
                    ))
            }
            try Interrupt.check()
            let piece = try source.read(atMost: 1 << 22)
            if piece.isEmpty { break }
            bytes += piece
        }
        return try text(bytes, encoding, path).withLineFeeds
    }

    private static func text(_ bytes: [UInt8], _ encoding: TextEncoding?, _ path: String) throws -> String {
        let isLittle = bytes.starts(with: [0xFF, 0xFE])
        let isMarked = isLittle || bytes.starts(with: [0xFE, 0xFF])
        switch encoding ?? (isMarked ? .utf16 : .utf8) {
        case .latin1:
            var text = String.UnicodeScalarView()
            for byte in bytes { text.append(Unicode.Scalar(byte)) }
            return String(text)
        case .utf16:
            // Without a mark it is as Windows writes it.
            let start = isMarked ? 2 : 0
            let units = stride(from: start, to: bytes.count - 1, by: 2).map { index in
                let (low, high) = isLittle || !isMarked ? (index, index + 1) : (index + 1, index)
                return UInt16(bytes[low]) | UInt16(bytes[high]) << 8
            }
            guard bytes.count.isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) else {
                throw DatasetError(
                    file: path,
                    .unsupported(what: "text that is not UTF-16", instead: "leave out `encoding` where it is UTF-8"))
            }
            return text
        case .utf8:
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            if let text = String(validating: bytes[start...], as: UTF8.self) { return text }
            let place = invalidByte(in: bytes)
            let isBinary = bytes.prefix(1024).contains(0)
            throw DatasetError(
                file: path, place: .byte(place),
                .unsupported(
                    what: isBinary ? "what is not text in UTF-8" : "text that is not UTF-8",
                    instead: isBinary
                        ? "`load` reads files of data; text in UTF-16 is read with encoding=\"utf-16\""
                        : "western European text of older programs is read with encoding=\"latin-1\""))
        }
    }

    private static func invalidByte(in bytes: [UInt8]) -> Int {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var place = 0
        while case .valid(let scalar) = parser.parseScalar(from: &iterator) { place += scalar.count }
        return place
    }
}

extension String {
    fileprivate var withLineFeeds: String {
        guard utf8.contains(0x0D) else { return self }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var isAfterReturn = false
        for byte in utf8 {
            if byte == 0x0D {
                bytes.append(0x0A)
            } else if byte != 0x0A || !isAfterReturn {
                bytes.append(byte)
            }
            isAfterReturn = byte == 0x0D
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
