import Datasets

/// What the runtime needs of the file system.
package enum FileBytes {
    /// More is no notebook and no figure.
    private static let most = 256 << 20

    /// The contents of a regular file.
    ///
    /// - Parameter right: What they are read for.
    /// - Throws: `Failure` with the reason.
    package static func read(_ path: String, for right: FileAccess.Right = .reading) throws -> [UInt8] {
        do { return try FileAccess.contents(path, mostBytes: most, for: right) } catch let error as DatasetError {
            throw Failure("cannot read \(quoted(path)): \(error.reason)", help: error.help.map { [$0] } ?? [])
        }
    }

    /// The one path of a file that may be named in several ways.
    package static func realPath(_ path: String) -> String { Datasets.realPath(path) ?? path }
}
