import Glibc

/// Shows long text a screen at a time by another program, as `git` does.
enum Pager {
    /// What the environment asks for: `DLS_PAGER`, else `PAGER`, else `less`; nil where that is empty.
    static func command(environment: (String) -> String?) -> String? {
        let command = environment("DLS_PAGER") ?? environment("PAGER") ?? "less"
        return command.allSatisfy(\.isWhitespace) ? nil : command
    }

    /// Returns false where it could not be shown.
    static func show(_ text: String, by command: String) -> Bool {
        guard let path = temporaryFile(of: Array(text.utf8)) else { return false }
        defer { unlink(path) }
        let quotedPath = "'" + path.replacing("'", with: "'\\''") + "'"
        // Of `less`: leave a page that fits, keep colours, and leave the text on the screen.
        switch TerminalEcho.whileShown({ ShellCommand.run("LESS=${LESS-FRX} \(command) < \(quotedPath)") }) {
        case .exited(let status): return status < 126
        case .killed: return true
        case .failed: return false
        }
    }

    /// A new file that only this user can read; nil where it cannot be written.
    private static func temporaryFile(of bytes: [UInt8]) -> String? {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(folder)/dls-page-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else {
                unlink(path)
                return nil
            }
            start += max(count, 0)
        }
        return path
    }
}
