import Datasets
import Glibc
import Session

/// The inputs of all sessions, kept in a file: one JSON object a line, such as
/// `{"time":1700000000,"code":"x = 1\nx + 1"}`.
///
/// An input of many lines is one entry. Several sessions may write at once.
package final class HistoryFile {
    package let path: String
    /// How many of the newest inputs are kept.
    package let capacity: Int
    /// Why nothing can be kept, to be said once.
    package private(set) var problem: String?

    /// Longer inputs are not kept: they were pasted, and are in a file somewhere.
    static let longestEntry = 100_000

    package init(path: String, capacity: Int = 5000) {
        self.path = path
        self.capacity = capacity
    }

    /// Where the history is: `DLS_HISTORY`, or `dls/history` in the user's folder for state. Nil if `DLS_HISTORY` is
    /// empty, which turns the history off, or if the user has no folder.
    package static func defaultPath(environment: (String) -> String?) -> String? {
        if let path = environment("DLS_HISTORY") { return path.isEmpty ? nil : path }
        return StateFolder.path(environment: environment).map { $0 + "/history" }
    }

    /// The newest inputs, oldest first. What is not an entry is passed over.
    package func load() -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno != ENOENT { report("read") }
            return []
        }
        defer { close(descriptor) }
        guard let bytes = readAll(descriptor) else {
            report("read")
            return []
        }
        return Array(Self.entries(in: bytes).suffix(capacity))
    }

    /// Adds an input, with one write, so that entries of several sessions do not mix, and on a line of its own also
    /// where the last one was cut off (a full disk, a crash).
    package func append(_ code: String, time: Int = Glibc.time(nil)) {
        guard problem == nil, code.utf8.count <= Self.longestEntry else { return }
        Folder.make(Folder.parent(of: path), permissions: 0o700)
        guard let descriptor = openLocked(O_RDWR | O_APPEND | O_CREAT) else { return report("write") }
        defer { close(descriptor) }
        let lineEnd = endsInsideLine(descriptor) ? "\n" : ""
        let line = Array("\(lineEnd){\"time\":\(time),\"code\":\(JSON.quoted(code))}\n".utf8)
        if write(descriptor, line, line.count) != line.count { report("write") }
    }

    /// Forgets the oldest inputs when there are twice as many as are kept: writes the others to a file beside it,
    /// which then takes its place.
    package func compact() {
        guard problem == nil, let descriptor = openLocked(O_RDONLY) else { return }
        defer { close(descriptor) }
        guard let bytes = readAll(descriptor) else { return }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard lines.count > 2 * capacity else { return }
        var kept: [UInt8] = []
        for line in lines.suffix(capacity) { kept += line + [UInt8(ascii: "\n")] }
        let temporary = path + ".\(getpid())"
        let target = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard target >= 0 else { return }
        let isWritten = write(target, kept, kept.count) == kept.count && fsync(target) == 0
        close(target)
        if !isWritten || rename(temporary, path) != 0 { unlink(temporary) }
    }

    private func endsInsideLine(_ descriptor: Int32) -> Bool {
        let end = lseek(descriptor, 0, SEEK_END)
        var last: UInt8 = 0
        return end > 0 && pread(descriptor, &last, 1, end - 1) == 1 && last != UInt8(ascii: "\n")
    }

    private func report(_ action: String) {
        problem = "the history is not kept: cannot \(action) \(path): \(String(cString: strerror(errno)))"
    }

    /// The file, locked, and not one that another session's compaction has just replaced.
    private func openLocked(_ flags: Int32) -> Int32? {
        for _ in 0..<10 {
            let descriptor = open(path, flags | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return nil }
            flock(descriptor, LOCK_EX)
            var opened = stat()
            var current = stat()
            if fstat(descriptor, &opened) == 0, stat(path, &current) == 0, opened.st_ino == current.st_ino {
                return descriptor
            }
            close(descriptor)
        }
        return nil
    }

    static func entries(in bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? JSON(parsing: Array(line)))?["code"]?.asString
        }
    }
}
