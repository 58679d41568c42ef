import Glibc

/// What is asked of folders.
package enum Folder {
    /// The path without its last part; `.` where there is but one.
    package static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    package static func exists(_ path: String) -> Bool { (try? pathKind(path)) == .folder }

    /// Makes a folder and those around it, where they are missing; what cannot be made is found out by who writes there.
    package static func make(_ path: String, permissions: mode_t = 0o777) {
        guard (try? FileAccess.check(path, for: .writing)) != nil else { return errno = EACCES }
        var folder = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            folder += part + "/"
            mkdir(folder, permissions)
        }
    }

    /// Removes a folder that nothing is in.
    package static func removeIfEmpty(_ path: String) {
        if (try? FileAccess.check(path, for: .writing)) != nil { rmdir(path) }
    }

    /// Removes a folder of our own making, with the folders in it and the files in those.
    package static func remove(_ path: String) {
        guard (try? FileAccess.check(path, for: .writing)) != nil else { return }
        for name in (try? folderContents(path)) ?? [] {
            let inner = "\(path)/\(name)"
            if exists(inner) { remove(inner) } else { unlink(inner) }
        }
        rmdir(path)
    }
}
