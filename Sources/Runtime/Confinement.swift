import CSystem
import Datasets
import Glibc
import Synchronization
import TensorCore

/// What `--safe` leaves to code of strangers: some folders, some memory, some time, and no other program but gnuplot.
///
/// `FileAccess` refuses paths in words that help; Landlock and seccomp refuse them in the system, too.
package struct Confinement: Equatable, Sendable {
    /// The folders that may be read, besides the notebook's.
    package var data: [String] = []
    /// The folder that may be written; nil: none.
    package var output: String?
    /// Whether the notebook's folder may be read; `import` takes files from there, else from `data`.
    package var readsHome = true
    package var memoryByteCount = 4 << 30
    /// Nil: no limit, for work that a person attends.
    package var seconds: Double?

    /// The time of a script that names no other.
    package static let scriptSeconds = 600.0

    package init() {}

    /// What was used up.
    package enum Limit: Sendable {
        case memory(byteCount: Int)
        case time(seconds: Double)

        package var message: String {
            switch self {
            case .memory(let byteCount): "the memory limit of \(byteCount >> 20) MB is reached (--memory)"
            case .time(let seconds): "the time limit of \(numberText(seconds)) s is reached (--time)"
            }
        }
    }

    /// Confines this process for good: the calling thread, those that it starts, and their programs.
    ///
    /// - Parameters:
    ///   - notebook: The file that will run; nil: the current folder is what may be read.
    ///   - onLimit: Called on a thread of its own when a limit is reached, and once more when nothing has stopped since.
    /// - Returns: What the system could not enforce, in words.
    /// - Throws: `Failure` for folders that are not there or hold too much.
    package func enter(
        besides notebook: String?, onLimit: @escaping @Sendable (Limit, _ isLastCall: Bool) -> Void
    ) throws -> String? {
        let home = readsHome ? try home(of: notebook) : []
        if let output { Folder.make(output) }
        let readable = home + (try data.map(Self.folder))
        let writable = try output.map { [try Self.folder($0)] } ?? []
        let scratch = Self.makeScratch()
        FileAccess.confine(to: .init(readable: readable, writable: writable, importable: readsHome ? home : readable))
        Memory.limit(to: memoryByteCount)
        watch(onLimit)
        // Addresses are more than memory: stacks and what the allocator keeps ready.
        dls_limit_resources(
            UInt64(Memory.addressByteCount ?? 1 << 30) + 2 * UInt64(memoryByteCount) + 1 << 30,
            UInt64(memoryByteCount))
        let isEnforced = Self.enforce(readable: readable, writable: writable + scratch)
        return isEnforced
            ? nil : "this kernel has no Landlock or seccomp: --safe is enforced by dls alone, and not by the system"
    }

    /// The folder of a notebook.
    private func home(of notebook: String?) throws -> [String] {
        let home = try Self.folder(notebook.map(Folder.parent) ?? ".")
        guard home != "/", environmentFolder("HOME").map({ FileAccess.isBeneath($0, home) }) != true else {
            throw Failure(
                "--safe would open all of \(home) to the notebook", help: "move it to a folder of its own first")
        }
        // Who sent a folder has not chosen another one of this machine by a link.
        if let notebook, let file = realPath(notebook), !FileAccess.isBeneath(file, home) {
            throw Failure("\(notebook) is a link to \(file), beyond its folder", help: "name that file instead")
        }
        return [home]
    }

    private static func folder(_ path: String) throws -> String {
        guard let folder = realPath(path), Folder.exists(folder) else {
            throw Failure("there is no folder \(quoted(path))")
        }
        return folder
    }

    private func environmentFolder(_ name: String) -> String? {
        getenv(name).flatMap { realPath(String(cString: $0)) }
    }

    // MARK: - Runs and work files

    private static let scratchFolder = Mutex<String?>(nil)

    /// A folder for what a session keeps by itself: runs, and SQLite's work files. Without it none are kept.
    private static func makeScratch() -> [String] {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/dls-safe-XXXXXX".utf8CString)
        let isMade = mkdtemp(&template) != nil
        let path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        setenv("DLS_RUNS", isMade ? path + "/runs.sqlite" : "", 1)
        setenv("DLS_HISTORY", "", 1)
        guard isMade else { return [] }
        setenv("SQLITE_TMPDIR", path, 1)
        scratchFolder.withLock { $0 = path }
        return [path]
    }

    /// Removes the work files; on a thread that is not confined, such as the first one.
    package static func removeScratch() {
        guard let path = scratchFolder.withLock({ $0 }) else { return }
        for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + "/runs.sqlite" + ending) }
        rmdir(path)
    }

    // MARK: - Limits

    private static let watchInterval = 0.05
    private static let patienceSeconds = 5.0

    private func watch(_ onLimit: @escaping @Sendable (Limit, Bool) -> Void) {
        let (start, limits) = (ContinuousClock.now, self)
        _ = SystemThread(stackByteCount: 256 << 10) {
            var reached: (limit: Limit, time: ContinuousClock.Instant)?
            while true {
                var pause = timespec(tv_sec: 0, tv_nsec: Int(Self.watchInterval * 1e9))
                nanosleep(&pause, nil)
                let now = ContinuousClock.now
                if let reached {
                    if now - reached.time > .seconds(Self.patienceSeconds) {
                        Self.removeScratch()
                        onLimit(reached.limit, true)
                    }
                    continue
                }
                if let seconds = limits.seconds, now - start > .seconds(seconds) {
                    reached = (.time(seconds: seconds), now)
                } else if let used = Memory.usedByteCount, used > limits.memoryByteCount {
                    reached = (.memory(byteCount: limits.memoryByteCount), now)
                }
                if let reached { onLimit(reached.limit, false) }
            }
        }
    }

    // MARK: - The system

    /// What programs need beside the folders given: libraries, fonts, gnuplot, and what the system tells of memory.
    private static let systemFolders = ["/usr", "/lib", "/lib32", "/lib64", "/bin", "/opt", "/nix/store"]
    private static let systemFiles = [
        "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/proc/meminfo", "/proc/self/statm", "/dev/urandom",
    ]
    private static let systemData = [
        "/etc/fonts", "/etc/alternatives", "/var/cache/fontconfig", "/sys/devices/system/cpu",
    ]

    /// Whether the system refuses now what is not allowed.
    private static func enforce(readable: [String], writable: [String]) -> Bool {
        let rules = dls_file_rules()
        var isEnforced = rules >= 0
        if isEnforced {
            func allow(_ paths: [String], _ right: Int) {
                for path in paths { dls_allow_files(rules, path, Int32(right)) }
            }
            allow(systemFolders, DLS_MAY_EXECUTE)
            allow(systemFiles, DLS_MAY_READ_FILE)
            allow(systemData + readable, DLS_MAY_READ)
            allow(["/dev/null"], DLS_MAY_WRITE_FILE)
            allow(writable, DLS_MAY_WRITE)
            isEnforced = dls_enter_file_rules(rules) == 0
        }
        return dls_refuse_system_calls() == 0 && isEnforced
    }
}
