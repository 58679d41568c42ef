import Foundation

/// Shows long text a screen at a time by another program, as `git` does.
enum Pager {
    /// What the environment asks for: `DLS_PAGER`, else `PAGER`, else `less`; nil where that is empty.
    static func command(environment: (String) -> String?) -> String? {
        let command = environment("DLS_PAGER") ?? environment("PAGER") ?? "less"
        return command.allSatisfy(\.isWhitespace) ? nil : command
    }

    /// Returns false where it could not be shown.
    static func show(_ text: String, by command: String) -> Bool {
        let path = FileManager.default.temporaryDirectory.appending(path: "dls-page-\(UUID().uuidString)").path
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { return false }
        defer { unlink(path) }
        let quotedPath = "'" + path.replacing("'", with: "'\\''") + "'"
        // Of `less`: leave a page that fits, keep colours, and leave the text on the screen.
        switch ShellCommand.run("LESS=${LESS-FRX} \(command) < \(quotedPath)") {
        case .exited(let status): return status < 126
        case .killed: return true
        case .failed: return false
        }
    }
}
