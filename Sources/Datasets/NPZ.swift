import TensorCore

/// NumPy's format for several arrays: a zip archive of .npy files.
enum NPZ {
    /// Reads all arrays, by name in the order of the archive.
    ///
    /// - Throws: `DatasetError` on the first array that cannot be read; nothing is half-loaded.
    static func read(_ archive: ZipArchive) throws -> [(name: String, value: Tensor)] {
        let arrays = archive.entries.filter { $0.name.hasSuffix(".npy") }
        guard !arrays.isEmpty else {
            throw DatasetError(
                file: archive.file.path,
                .badParts(
                    reason: archive.entries.isEmpty
                        ? "the archive is empty" : "the archive holds no arrays, only \(archive.entries[0].name)",
                    help: "a .npz file, as numpy.savez writes it, can be loaded"))
        }
        return try arrays.map { (ZipArchive.arrayName($0.name), try NPY.read(archive.open($0))) }
    }
}
