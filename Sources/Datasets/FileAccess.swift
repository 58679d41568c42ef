import CSystem
import Glibc
import Synchronization
import TensorCore

/// What this process may do with files: everything, until it is confined to some folders, which is for good.
///
/// All that scripts name as a path is checked here, with symbolic links resolved first. Landlock refuses the same beneath
/// (`Confinement`), so that a check that is missing, or comes before a link is changed, opens nothing.
package enum FileAccess {
    package enum Right: Sendable {
        case reading, writing
        /// Reading code that is run.
        case importing
    }

    /// The folders for each right, by their real paths.
    package struct Folders: Sendable {
        package var readable: [String]
        package var writable: [String]
        package var importable: [String]
        /// Whether `--safe` leaves them; else they are what a stranger's file has without being approved.
        package var isSafe: Bool

        package init(readable: [String], writable: [String], importable: [String], isSafe: Bool = true) {
            self.readable = readable
            self.writable = writable
            self.importable = importable
            self.isSafe = isSafe
        }
    }

    private static let folders = Mutex<Folders?>(nil)

    /// Whether it is `--safe` that confines.
    package static var isConfined: Bool { folders.withLock { $0?.isSafe == true } }

    /// Whether anything confines.
    package static var hasLimits: Bool { folders.withLock { $0 != nil } }

    /// Leaves only what is beneath some folders; what was taken away does not come back.
    package static func confine(to allowed: Folders) {
        folders.withLock { if $0 == nil { $0 = allowed } }
    }

    /// - Throws: `DatasetError` `.confined` for a path that leads beyond the folders, `.unreadable` and `.unwritable` for
    ///   one that the system would cut off.
    package static func check(_ path: String, for right: Right) throws(DatasetError) {
        if path.utf8.contains(0) {
            let reason = "the path has a character 0 in it"
            let isWriting = right == .writing
            throw DatasetError(file: path, isWriting ? .unwritable(reason: reason) : .unreadable(reason: reason))
        }
        guard let folders = folders.withLock({ $0 }) else { return }
        let allowed =
            switch right {
            case .reading: folders.readable + folders.writable
            case .writing: folders.writable
            case .importing: folders.importable
            }
        guard let place = resolvedPath(path), allowed.contains(where: { isBeneath(place, $0) }) else {
            let isWriting = right == .writing
            throw DatasetError(
                file: path, folders.isSafe ? .confined(to: allowed, isWriting: isWriting) : .untrusted(isWriting))
        }
    }

    /// Whether a path is a folder or leads into it; both without links.
    package static func isBeneath(_ path: String, _ folder: String) -> Bool {
        guard path.utf8.starts(with: folder.utf8) else { return false }
        let rest = path.utf8.dropFirst(folder.utf8.count)
        return rest.isEmpty || folder.utf8.last == UInt8(ascii: "/") || rest.first == UInt8(ascii: "/")
    }

    /// The path without links; of what is not there yet, that of the folder where it would be made.
    ///
    /// - Returns: Nil for a link that leads nowhere, and below what is no folder.
    package static func resolvedPath(_ path: String) -> String? {
        if let real = realPath(path) { return real }
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        while parts.last == "" { parts.removeLast() }
        guard let name = parts.popLast(), name != ".", name != "..", !isLink(path) else { return nil }
        let parent = parts.isEmpty ? (path.utf8.first == UInt8(ascii: "/") ? "/" : ".") : parts.joined(separator: "/")
        return resolvedPath(parent.isEmpty ? "/" : parent).map { ($0 == "/" ? "" : $0) + "/" + name }
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Refuses to replace what dls did not write: files that it wrote bear a mark, which goes when others change them.
    ///
    /// - Throws: `DatasetError` `.foreign`, or `.confined`.
    package static func checkMayReplace(_ path: String) throws(DatasetError) {
        try check(path, for: .writing)
        guard dls_may_replace(path) == 1 else { throw DatasetError(file: path, .foreign) }
    }

    // MARK: - Opening

    /// A descriptor of what is at a path, for reading. What is no file makes nobody wait.
    ///
    /// - Throws: `DatasetError` where it is beyond the folders, or the system refuses.
    package static func open(_ path: String, _ flags: Int32 = 0, for right: Right = .reading) throws(DatasetError)
        -> Int32
    {
        try check(path, for: right)
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags)
        guard descriptor >= 0 else { throw DatasetError(file: path, systemProblem(errno)) }
        return descriptor
    }

    /// All names in a folder but `.` and `..`, as the system gives them.
    ///
    /// - Throws: `DatasetError` where it is beyond the folders, or the system refuses.
    package static func names(in path: String) throws -> [String] {
        try check(path, for: .reading)
        guard let folder = opendir(path) else { throw DatasetError(file: path, systemProblem(errno)) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            // Only now and then, so that Ctrl-C lets the last checkpoint be written.
            if names.count & 0xFFF == 0xFFF { try Interrupt.check() }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// All bytes of a regular file.
    ///
    /// - Throws: `DatasetError` where it is none, is larger than `mostBytes`, or cannot be read; `InterruptError`.
    package static func contents(_ path: String, mostBytes: Int, for right: Right = .reading) throws -> [UInt8] {
        let file = try OpenFile(path: path, for: right)
        guard file.byteCount <= mostBytes else {
            throw DatasetError(
                file: path,
                .unsupported(
                    what: "a file of more than \(mostBytes >> 20) MB", instead: "it is larger than any notebook"))
        }
        return try file.bytes(at: 0, count: file.byteCount)
    }

    static func systemProblem(_ code: Int32) -> DatasetError.Problem {
        code == ENOENT || code == ENOTDIR ? .missing : .unreadable(reason: String(cString: strerror(code)))
    }
}
