import Glibc
import Synchronization
import TensorCore

// The system's calls on files, with all pointers that they need.

/// A regular file, open for reading.
final class OpenFile {
    let path: String
    let byteCount: Int
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DatasetError(file: path, systemProblem(errno)) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw DatasetError(file: path, systemProblem(code))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw DatasetError(file: path, .notAFile)
        }
        byteCount = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads up to `count` bytes from `offset` on; fewer only at the end of the file.
    func read(_ count: Int, at offset: Int, into target: UnsafeMutableRawPointer) throws -> Int {
        var done = 0
        while done < count {
            let got = pread(descriptor, target + done, min(count - done, 1 << 30), off_t(offset + done))
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw DatasetError(file: path, place: .byte(offset + done), systemProblem(errno))
            }
            done += got
        }
        return done
    }

    func read(_ count: Int, at offset: Int, into storage: Storage, at start: Int) throws -> Int {
        try storage.withMutableBytes { span in
            try span.withUnsafeMutableBytes { bytes in
                try bytes.baseAddress.map { try read(count, at: offset, into: $0 + start) } ?? 0
            }
        }
    }

    func bytes(at offset: Int, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
            guard let base = buffer.baseAddress else { return }
            initialised = try read(count, at: offset, into: base)
        }
    }
}

enum PathKind {
    case file
    case folder
}

/// What lies at a path.
func pathKind(_ path: String) throws -> PathKind {
    var status = stat()
    guard stat(path, &status) == 0 else { throw DatasetError(file: path, systemProblem(errno)) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .folder
    case S_IFREG: return .file
    default: throw DatasetError(file: path, .notAFile)
    }
}

/// The names in a folder that do not start with a point, sorted.
func folderContents(_ path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw DatasetError(file: path, systemProblem(errno)) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}

func workingFolder() -> String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
}

private func systemProblem(_ code: Int32) -> DatasetError.Problem {
    code == ENOENT || code == ENOTDIR ? .missing : .unreadable(reason: String(cString: strerror(code)))
}

/// A file that appears under its name only when it is whole: written beside, forced to the disk and renamed.
///
/// It has the permissions of the file in whose place it comes.
package final class AtomicFile {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32
    private static let count = Atomic<Int>(0)

    package init(path: String) throws {
        self.path = path
        // Several may be written at once to the same path, by one process or by many: the last to end stays.
        temporaryPath = "\(path).part-\(getpid())-\(Self.count.wrappingAdd(1, ordering: .relaxed).newValue)"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw writeError(errno) }
        var status = stat()
        if stat(path, &status) == 0 { fchmod(descriptor, status.st_mode & 0o7777) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporaryPath)
    }

    package func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Writes `range` of the bytes of `storage`.
    func write(_ storage: Storage, _ range: Range<Int>) throws {
        try storage.withBytes { span in
            try span.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[range])) }
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = Glibc.write(descriptor, base + done, min(bytes.count - done, 1 << 30))
            if count < 0 {
                if errno == EINTR { continue }
                throw writeError(errno)
            }
            done += count
        }
    }

    /// Puts the file in its place.
    package func commit() throws {
        guard fsync(descriptor) == 0 else { throw writeError(errno) }
        close(descriptor)
        descriptor = -1
        guard rename(temporaryPath, path) == 0 else {
            let code = errno
            unlink(temporaryPath)
            throw writeError(code)
        }
        // The rename itself reaches the disk with its folder.
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folderDescriptor >= 0 {
            fsync(folderDescriptor)
            close(folderDescriptor)
        }
    }

    private func writeError(_ code: Int32) -> DatasetError {
        DatasetError(file: path, .unwritable(reason: String(cString: strerror(code))))
    }
}
