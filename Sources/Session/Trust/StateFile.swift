import Datasets
import Glibc
import Runtime

/// The user's folder for what dls keeps; nil for users that have none.
package enum StateFolder {
    package static func path(environment: (String) -> String?) -> String? {
        if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/dls" }
        guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
        return home + "/.local/state/dls"
    }
}

/// A small file of the user's own settings or state.
struct StateFile {
    let path: String

    var lines: [String] {
        guard let bytes = try? FileBytes.read(path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    /// Adds a line, by one write; returns whether it is kept.
    func add(_ line: String) -> Bool {
        Folder.make(Folder.parent(of: path), permissions: 0o700)
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array((line + "\n").utf8)
        return write(descriptor, bytes, bytes.count) == bytes.count
    }
}
