import Datasets

/// The names in a folder, as completion offers them.
enum FolderListing {
    /// Folders end in `/`; nothing for what cannot be read.
    static func names(in path: String) -> [String] {
        ((try? FileAccess.names(in: path)) ?? []).map { Folder.exists(path + "/" + $0) ? $0 + "/" : $0 }
    }
}
