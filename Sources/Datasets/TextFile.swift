/// Writes text to files that appear whole or not at all.
package enum TextFile {
    /// - Throws: `DatasetError` `.unwritable` where the system refuses.
    package static func write(_ text: String, to path: String) throws {
        let file = try AtomicFile(path: path)
        try file.write(Array(text.utf8))
        try file.commit()
    }
}
