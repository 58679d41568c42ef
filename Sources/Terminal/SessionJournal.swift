import Datasets
import Glibc
import Runtime

/// The inputs of one session in a file of its own beside the history, from its first input to its clean end: what a
/// crash, a kill or a closed terminal leaves behind is what `dls --recover` makes a notebook of. Of the sessions that
/// ended well, the last one whose inputs were not saved is kept, too.
///
/// One JSON object a line: `{"time":1700000000,"code":"x = 1"}` before an input runs, `{"outcome":"failed"}` after one
/// that did not go well, `{"outcome":"left"}` after one that left the session. While the session lives it holds a lock
/// on the file.
package final class SessionJournal {
    private let path: String
    private var descriptor: Int32 = -1

    /// - Parameter history: The path of the history; journals lie in the folder `<history>.sessions`.
    package init(besideHistory history: String, time: Int = Glibc.time(nil), process: Int32 = getpid()) {
        path = "\(Self.folder(history))/\(time)-\(process).jsonl"
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    static func folder(_ history: String) -> String { history + ".sessions" }

    /// Writes an input down before it runs. Where that cannot be done the session goes on without.
    package func append(_ code: String, time: Int = Glibc.time(nil)) {
        guard code.utf8.count <= HistoryFile.longestEntry else { return }
        if descriptor < 0, !create() { return }
        write("{\"time\":\(time),\"code\":\(JSON.quoted(code))}\n")
    }

    /// Marks the last input as one that failed or was interrupted.
    package func markFailure() {
        if descriptor >= 0 { write("{\"outcome\":\"failed\"}\n") }
    }

    /// Takes the last input out, which only left the session.
    package func dropLast() {
        if descriptor >= 0 { write("{\"outcome\":\"left\"}\n") }
    }

    /// The session has come to its end.
    ///
    /// - Parameter keeps: Whether its inputs can be missed; they take the place of those that were kept before.
    /// - Returns: The path of the file that has them; nil where there is nothing to recover.
    @discardableResult
    package func finish(keeps: Bool = false) -> String? {
        guard descriptor >= 0 else { return nil }
        defer {
            close(descriptor)
            descriptor = -1
        }
        let folder = Folder.parent(of: path)
        let kept = "\(folder)/\(Self.endedName)"
        if keeps, rename(path, kept) == 0 { return kept }
        unlink(path)
        // Only if it was the last one there.
        rmdir(folder)
        return nil
    }

    /// The file of the last session that ended well with inputs that were not saved.
    static let endedName = "ended.jsonl"

    private func create() -> Bool {
        Folder.make(Folder.parent(of: path), permissions: 0o700)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        flock(descriptor, LOCK_EX | LOCK_NB)
        return true
    }

    private func write(_ line: String) {
        let bytes = Array(line.utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}

/// A session that ended without a word, or whose inputs were not saved.
package struct LostSession {
    package struct Input: Equatable {
        package let code: String
        package var hasFailed = false
    }

    package let path: String
    /// Seconds since 1970.
    package let started: Int
    package let inputs: [Input]

    /// The sessions beside a history that stopped unexpectedly, the newest first; those that still run are none.
    ///
    /// - Parameter includesEnded: Whether the one that ended well with unsaved inputs is among them.
    package static func all(besideHistory history: String, includesEnded: Bool = false) -> [LostSession] {
        let folder = SessionJournal.folder(history)
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var sessions: [LostSession] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let started = Int(name.prefix { $0 != "-" })
            guard name.hasSuffix(".jsonl"), started != nil || includesEnded && name == SessionJournal.endedName else {
                continue
            }
            if let session = LostSession(path: "\(folder)/\(name)", started: started) { sessions.append(session) }
        }
        return sessions.sorted { ($0.started, $0.path) > ($1.started, $1.path) }
    }

    /// Nil for the journal of a session that lives, and for one without inputs.
    ///
    /// - Parameter started: Nil: when its first input was typed.
    private init?(path: String, started: Int?) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Who writes it holds the lock, until its process is gone.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, let bytes = readAll(descriptor) else { return nil }
        var inputs: [Input] = []
        var firstTime: Int?
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            // The last line may be cut off.
            guard let entry = try? JSON(parsing: Array(line)) else { continue }
            if let code = entry["code"]?.asString {
                inputs.append(Input(code: code))
                firstTime = firstTime ?? entry["time"]?.asInteger
            } else if entry["outcome"]?.asString == "failed", !inputs.isEmpty {
                inputs[inputs.count - 1].hasFailed = true
            } else if entry["outcome"]?.asString == "left", !inputs.isEmpty {
                inputs.removeLast()
            }
        }
        guard !inputs.isEmpty else { return nil }
        self.path = path
        self.started = started ?? firstTime ?? 0
        self.inputs = inputs
    }

    package var startedText: String { clockText(started) }

    /// The inputs as a notebook, a cell each. What failed, and what is no code of the language, stands as comments.
    package var notebook: String {
        var text = "# %% [markdown]\n# Recovered from the session of \(startedText).\n"
        let hasEnded = path.hasSuffix("/" + SessionJournal.endedName)
        for (index, input) in inputs.enumerated() {
            let isShell = Repl.shellCommand(in: input.code) != nil
            let isComment = input.hasFailed || isShell
            let word = input.hasFailed ? " (failed)" : index == inputs.count - 1 && !hasEnded ? " (the last)" : ""
            text += "\n# %% Input \(index + 1)\(word)\n"
            for line in input.code.split(separator: "\n", omittingEmptySubsequences: false) {
                text += isComment ? "# \(line)\n" : "\(line)\n"
            }
        }
        return text
    }

    /// Writes the notebook to a new file of a folder, and lets the journal go; gives the file's path.
    ///
    /// - Returns: Nil, with `errno`, if it cannot be written: the journal stays.
    package func recover(into folder: String = ".") -> String? {
        let stem = "\(folder)/recovered-\(clockText(started, hourSeparator: "-", minuteSeparator: ""))"
        let bytes = Array(notebook.utf8)
        for attempt in 1...1000 {
            let target = attempt == 1 ? "\(stem).dls" : "\(stem)-\(attempt).dls"
            // Never over a file that is there.
            let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor < 0 {
                if errno == EEXIST { continue }
                return nil
            }
            let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
            let code = errno
            close(descriptor)
            guard isWritten else {
                unlink(target)
                errno = code
                return nil
            }
            unlink(path)
            return target.hasPrefix("./") ? String(target.dropFirst(2)) : target
        }
        return nil
    }
}
