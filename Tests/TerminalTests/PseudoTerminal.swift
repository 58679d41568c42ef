import Glibc
import Testing

/// A program that runs on a terminal of its own, as a person sees it.
final class PseudoTerminal {
    struct TimedOut: Error, CustomStringConvertible {
        let description: String
    }

    // What the headers define with more than C and POSIX.
    private static let getNumber: UInt = 0x8004_5430
    private static let setLock: UInt = 0x4004_5431
    private static let newSession: Int16 = 0x80

    let process: pid_t
    private let control: Int32
    private var unread: [UInt8] = []

    init(_ arguments: [String], environment: [String: String], columns: UInt16 = 80, rows: UInt16 = 24) throws {
        control = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var number: Int32 = 0
        guard control >= 0, ioctl(control, Self.setLock, &number) == 0, ioctl(control, Self.getNumber, &number) == 0
        else { throw TimedOut(description: "there are no pseudo-terminals here") }
        let name = "/dev/pts/\(number)"
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(control, UInt(TIOCSWINSZ), &size)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a new session opens becomes its own.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of the tests hold signals back, and a program would inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGMASK))

        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { (text: String) in strdup(text) }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
        words.append(nil)
        variables.append(nil)
        defer { for pointer in words + variables { free(pointer) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, arguments[0], &actions, &attributes, words, variables)
        process = child
        if code != 0 { throw TimedOut(description: "cannot start \(arguments[0]): \(String(cString: strerror(code)))") }
    }

    deinit {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        close(control)
    }

    func type(_ text: String) {
        _ = write(control, text, text.utf8.count)
    }

    /// Reads until a text has come, and returns all up to its end.
    @discardableResult
    func expect(_ text: String, seconds: Int = 20) throws -> String {
        let wanted = Array(text.utf8)
        let deadline = time(nil) + seconds
        while true {
            if let end = endOfFirst(wanted) {
                defer { unread.removeFirst(end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            guard time(nil) < deadline, readSome() else {
                let seen = String(decoding: unread.suffix(2000), as: UTF8.self)
                throw TimedOut(
                    description: "\(text.debugDescription) did not come; what came: \(seen.debugDescription)")
            }
        }
    }

    /// The status that the program ends with; negative if by a signal.
    func status(seconds: Int = 20) throws -> Int32 {
        let deadline = time(nil) + seconds
        while time(nil) < deadline {
            _ = readSome(milliseconds: 10)
            var status: Int32 = 0
            if waitpid(process, &status, WNOHANG) == process {
                return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
            }
        }
        throw TimedOut(description: "the program goes on")
    }

    /// Waits until the program is stopped, as by Ctrl-Z.
    func waitUntilStopped(seconds: Int = 20) throws {
        let deadline = time(nil) + seconds
        while time(nil) < deadline {
            _ = readSome(milliseconds: 10)
            var status: Int32 = 0
            if waitpid(process, &status, WNOHANG | WUNTRACED) == process, status & 0xff == 0x7f { return }
        }
        throw TimedOut(description: "the program is not stopped")
    }

    func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(control, UInt(TIOCSWINSZ), &size)
    }

    /// Whether something is still there to be read.
    private func readSome(milliseconds: Int32 = 1000) -> Bool {
        var request = pollfd(fd: control, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, milliseconds) > 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(control, &buffer, buffer.count)
        guard count > 0 else { return false }
        unread += buffer.prefix(count)
        return true
    }

    private func endOfFirst(_ wanted: [UInt8]) -> Int? {
        guard wanted.count <= unread.count else { return nil }
        for start in 0...(unread.count - wanted.count) where unread[start] == wanted[0] {
            if unread[start..<start + wanted.count].elementsEqual(wanted) { return start + wanted.count }
        }
        return nil
    }
}

/// A folder of one test, and a prompt that keeps its history there.
final class ProbeSession {
    let folder: String

    init() {
        var template = Array("/tmp/dls-test-XXXXXX".utf8CString)
        mkdtemp(&template)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        unlink(historyPath)
        rmdir(folder)
    }

    var historyPath: String { folder + "/history" }

    /// The prompt alone on a terminal.
    func start(
        _ arguments: [String] = [], environment: [String: String] = [:], columns: UInt16 = 80, rows: UInt16 = 24
    ) throws -> PseudoTerminal {
        try PseudoTerminal(
            [probe] + arguments, environment: variables.merging(environment) { $1 }, columns: columns, rows: rows)
    }

    /// A script of the shell on a terminal, with the path of the prompt as `PROBE`.
    func startInShell(_ script: String) throws -> PseudoTerminal {
        try PseudoTerminal(["/bin/sh", "-c", script], environment: variables.merging(["PROBE": probe]) { $1 })
    }

    var variables: [String: String] {
        [
            "TERM": "xterm-256color", "DLS_PAGER": "", "LC_ALL": "C.UTF-8", "DLS_HISTORY": historyPath,
            "INPUTRC": "/dev/null",
            "PATH": "/usr/bin:/bin", "NO_COLOR": "1",
        ]
    }

    private var probe: String { program("PromptProbe") }

    /// The path of a program, which lies beside that of the tests.
    func program(_ name: String) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let program = String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let parts = program.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
        return (parts + [name]).joined(separator: "/")
    }
}
