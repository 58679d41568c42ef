import Glibc
import TensorCore

/// Paths with `*`, `?` and `[a-z]` in their parts, and `**` for any number of folders.
package enum PathPattern {
    /// The paths that there are, in order; of a folder, what is in it. Names that begin with a point are found only where
    /// the pattern has the point.
    ///
    /// - Throws: `DatasetError` for a folder that cannot be read, `InterruptError`.
    package static func paths(_ pattern: String, most: Int) throws -> [String] {
        guard !pattern.isEmpty else { return [] }
        if Folder.exists(pattern) {
            return try paths((pattern.hasSuffix("/") ? pattern : pattern + "/") + "*", most: most)
        }
        var search = Search(most: most)
        let isAbsolute = pattern.hasPrefix("/")
        try search.add(pattern.split(separator: "/").map(String.init)[...], in: isAbsolute ? "/" : "")
        return search.found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private struct Search {
        let most: Int
        var found: Set<String> = []

        /// - Parameter folder: Ends in `/` unless it is empty.
        mutating func add(_ parts: ArraySlice<String>, in folder: String) throws {
            try Interrupt.check()
            guard let part = parts.first else { return }
            let rest = parts.dropFirst()
            if part == "**" {
                try add(rest.isEmpty ? ["*"] : rest, in: folder)
                for name in try names(in: folder) where isOwnFolder(folder + name) {
                    // Folders of others that cannot be read are passed over.
                    do { try add(parts, in: folder + name + "/") } catch is DatasetError {}
                }
                return
            }
            let isPattern = part.contains { "*?[".contains($0) }
            for name in isPattern ? try names(in: folder) : [part] {
                // `FNM_PERIOD`: a point at the start is no match of `*`.
                guard !isPattern || fnmatch(part, name, FNM_PERIOD) == 0 else { continue }
                // A name that is given is refused; what a pattern finds and may not be read is left out.
                do { try FileAccess.check(folder + name, for: .reading) } catch {
                    if isPattern { continue }
                    throw error
                }
                var status = stat()
                guard stat(folder + name, &status) == 0 else { continue }
                if !rest.isEmpty {
                    if status.st_mode & S_IFMT == S_IFDIR { try add(rest, in: folder + name + "/") }
                } else if found.count < most {
                    found.insert(folder + name)
                }
            }
        }

        private func names(in folder: String) throws -> [String] {
            try FileAccess.names(in: folder.isEmpty ? "." : folder)
        }

        /// Whether it is a folder itself and no link to one, which may lead in a circle.
        private func isOwnFolder(_ path: String) -> Bool {
            var status = stat()
            return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
                && path.split(separator: "/").last?.hasPrefix(".") == false
        }
    }
}

/// Whether anything is at a path.
///
/// - Throws: `DatasetError` where nobody may look.
package func pathExists(_ path: String, for right: FileAccess.Right = .reading) throws -> Bool {
    try FileAccess.check(path, for: right)
    var status = stat()
    return stat(path, &status) == 0
}

extension Folder {
    /// Makes a folder and those around it, where they are missing.
    ///
    /// - Throws: `DatasetError` `.unwritable` where the system refuses, or a file is in its place.
    package static func require(_ path: String) throws {
        if !path.isEmpty {
            try FileAccess.check(path, for: .writing)
            make(path)
        }
        let code = path.isEmpty ? ENOENT : errno
        guard !exists(path) else { return }
        let reason = (try? pathExists(path)) == true ? "a file of this name is there" : String(cString: strerror(code))
        throw DatasetError(file: path, .unwritable(reason: reason))
    }
}
