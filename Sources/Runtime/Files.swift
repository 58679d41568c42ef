import Glibc

/// What the runtime needs of the file system.
package enum FileBytes {
    /// The contents of a file.
    ///
    /// - Throws: `Failure` with the system's reason.
    package static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            throw Failure("cannot read \"\(path)\": \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            bytes.append(contentsOf: chunk.prefix(count))
            if count < chunk.count { break }
        }
        guard ferror(file) == 0 else {
            throw Failure("cannot read \"\(path)\": \(String(cString: strerror(errno)))")
        }
        return bytes
    }

    /// The one path of a file that may be named in several ways.
    package static func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
