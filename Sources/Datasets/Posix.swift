import CSystem
import Glibc
import Synchronization
import TensorCore

// The system's calls on files, with all pointers that they need.

/// A regular file, open for reading.
final class OpenFile {
    let path: String
    let byteCount: Int
    private let descriptor: Int32

    init(path: String, for right: FileAccess.Right = .reading) throws {
        self.path = path
        descriptor = try FileAccess.open(path, for: right)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw DatasetError(file: path, FileAccess.systemProblem(code))
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
                throw DatasetError(file: path, place: .byte(offset + done), FileAccess.systemProblem(errno))
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
    try FileAccess.check(path, for: .reading)
    var status = stat()
    guard stat(path, &status) == 0 else { throw DatasetError(file: path, FileAccess.systemProblem(errno)) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .folder
    case S_IFREG: return .file
    default: throw DatasetError(file: path, .notAFile)
    }
}

/// The names in a folder that do not start with a point, sorted.
func folderContents(_ path: String) throws -> [String] {
    try FileAccess.names(in: path).filter { !$0.hasPrefix(".") }.sorted()
}

/// The one path, without links, of what may be named in several ways; nil where nothing is there.
package func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

func workingFolder() -> String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
}

/// A file that appears under its name only when it is whole: written beside, forced to the disk and renamed.
///
/// It has the permissions of the file in whose place it comes.
package final class AtomicFile {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32

    package init(path: String) throws {
        try FileAccess.check(path, for: .writing)
        self.path = path
        // A pipe or a device would be gone.
        var there = stat()
        if stat(path, &there) == 0, ![S_IFREG, S_IFDIR].contains(there.st_mode & S_IFMT) {
            throw DatasetError(file: path, .notAFile)
        }
        // Several may be written at once to the same path, by one process or by many: the last to end stays.
        for number in 1...Self.mostWriters {
            let candidate = "\(path).part-\(number)"
            let opened = Self.create(candidate)
            if opened >= 0 {
                (temporaryPath, descriptor) = (candidate, opened)
                var status = stat()
                if stat(path, &status) == 0 { fchmod(descriptor, status.st_mode & 0o7777) }
                return
            }
            if errno != EEXIST { break }
        }
        throw DatasetError(file: path, .unwritable(reason: String(cString: strerror(errno))))
    }

    private static let mostWriters = 1000

    /// A new file, locked while it is written; nobody's link, and nobody's file, stands in for it. What a killed process
    /// left there goes away: its lock is gone.
    private static func create(_ path: String) -> Int32 {
        for _ in 0..<2 {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
            if descriptor >= 0 {
                // Before it is locked somebody may take it for a leftover.
                var status = stat()
                if flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0, status.st_nlink > 0 {
                    return descriptor
                }
                close(descriptor)
                continue
            }
            guard errno == EEXIST, removeLeftover(path) else { return -1 }
        }
        errno = EEXIST
        return -1
    }

    /// Removes what killed processes left of files in a folder; `isOwn` tells by the name of a file whether it is meant.
    package static func removeLeftovers(in folder: String, of isOwn: (String) -> Bool) {
        for name in (try? folderContents(folder)) ?? [] {
            guard let mark = name.firstRange(of: ".part-"),
                name[mark.upperBound...].allSatisfy({ $0.isNumber || $0 == "-" }),
                isOwn(String(name[..<mark.lowerBound]))
            else { continue }
            _ = removeLeftover("\(folder)/\(name)")
        }
    }

    private static func removeLeftover(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            errno = EEXIST
            return false
        }
        defer {
            close(descriptor)
            errno = EEXIST
        }
        // Once it is locked only its own name is removed: another writer may have made a file of that name meanwhile.
        var own = stat()
        var named = stat()
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstat(descriptor, &own) == 0 && lstat(path, &named) == 0
            && own.st_ino == named.st_ino && own.st_dev == named.st_dev && unlink(path) == 0
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

    /// Forces what was written to the disk: what is full has been noticed then.
    package func sync() throws {
        guard fsync(descriptor) == 0 else { throw writeError(errno) }
    }

    /// Puts the file in its place.
    package func commit() throws {
        try sync()
        dls_mark_written(descriptor)
        guard rename(temporaryPath, path) == 0 else { throw writeError(errno) }
        finish()
    }

    /// Puts several files in their places; where that fails for one of them, what those before it replaced comes back.
    package static func commit(_ files: [AtomicFile]) throws {
        for file in files {
            try file.sync()
            dls_mark_written(file.descriptor)
        }
        var placed: [(file: AtomicFile, old: Replaced)] = []
        do {
            for file in files { placed.append((file, try file.place())) }
        } catch {
            for (file, old) in placed.reversed() { file.takeBack(old) }
            throw error
        }
        for (file, old) in placed {
            if case .file(let descriptor) = old {
                unlink(file.temporaryPath)
                close(descriptor)
            }
            file.finish()
        }
    }

    /// What was at the path before.
    private enum Replaced {
        case nothing
        /// It has the temporary name now, and is locked: a leftover to nobody.
        case file(descriptor: Int32)
        /// On a file system that exchanges no files.
        case lost
    }

    private func place() throws -> Replaced {
        var status = stat()
        let isThere = lstat(path, &status) == 0
        // A folder is not to be exchanged.
        if isThere, status.st_mode & S_IFMT == S_IFREG {
            let old = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            // It may be that who records has locked it.
            if old >= 0 { flock(old, LOCK_EX | LOCK_NB) }
            if dls_exchange_files(temporaryPath, path) == 0 {
                return .file(descriptor: old)
            }
            let code = errno
            close(old)
            guard [EINVAL, ENOSYS, ENOENT].contains(code) else { throw writeError(code) }
        }
        guard rename(temporaryPath, path) == 0 else { throw writeError(errno) }
        return isThere ? .lost : .nothing
    }

    private func takeBack(_ old: Replaced) {
        switch old {
        case .nothing: rename(path, temporaryPath)
        case .file(let descriptor):
            dls_exchange_files(temporaryPath, path)
            close(descriptor)
        case .lost: finish()
        }
    }

    private func finish() {
        close(descriptor)
        descriptor = -1
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

/// The right to change a file while others wait, until it is released.
package final class FileLock {
    private let descriptor: Int32

    /// Waits for those who have it.
    ///
    /// - Throws: `DatasetError` where the file cannot be read; `InterruptError`.
    package init(_ path: String) throws {
        descriptor = try FileAccess.open(path)
        while flock(descriptor, LOCK_EX) != 0 {
            // Some file systems have no locks.
            guard errno == EINTR else { return }
            guard !Interrupt.isRequested else {
                close(descriptor)
                throw InterruptError()
            }
        }
    }

    deinit { close(descriptor) }
}
