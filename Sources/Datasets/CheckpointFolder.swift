import Glibc
import TensorCore

/// A folder of checkpoints of one training, each a checked .safetensors file with the number of its step in its name.
///
/// A file is written beside, forced to the disk and renamed; the one before it is kept. While this object lives, no
/// other one, in this process or another, can write there.
package final class CheckpointFolder {
    package let path: String
    private let descriptor: Int32
    /// How many checkpoints are kept.
    private static let keptCount = 2
    private static let prefix = "checkpoint-"
    private static let suffix = ".safetensors"

    /// Makes the folder, and those around it, where they are missing.
    ///
    /// - Throws: `DatasetError` where the system refuses, or another training writes there.
    package init(path: String) throws {
        self.path = path
        guard !path.isEmpty else {
            throw DatasetError(file: "\"\"", .argument(name: "the folder's name", reason: "is empty"))
        }
        try FileAccess.check(path, for: .writing)
        Folder.make(path)
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.refused(path) }
        guard access(path, W_OK | X_OK) == 0 else {
            let error = Self.refused(path)
            close(descriptor)
            throw error
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw DatasetError(
                file: path,
                .badParts(
                    reason: "another training writes its checkpoints there",
                    help: "give each training a folder of its own"))
        }
        removeParts()
    }

    deinit {
        // Closing is not enough: a process that is just being started has the descriptor too, until it runs its program.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func refused(_ path: String) -> DatasetError {
        DatasetError(file: path, .unwritable(reason: String(cString: strerror(errno))))
    }

    /// What a killed process left half-written goes away; the lock says that nobody is writing now.
    private func removeParts() {
        AtomicFile.removeLeftovers(in: path) { $0.hasPrefix(Self.prefix) && $0.hasSuffix(Self.suffix) }
    }

    /// The files of checkpoints in a folder, the newest first; none where it is not a folder. Nothing is locked or changed.
    package static func files(in path: String) throws -> [String] {
        guard Folder.exists(path) else { return [] }
        return try checkpoints(in: path).map(\.path)
    }

    private func checkpoints() throws -> [(step: Int, path: String)] { try Self.checkpoints(in: path) }

    /// The checkpoints by the number of their step, the newest first.
    private static func checkpoints(in path: String) throws -> [(step: Int, path: String)] {
        try folderContents(path).compactMap { name -> (Int, String)? in
            guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
            let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
            guard !digits.isEmpty, digits.allSatisfy(\.isNumber), let step = Int(digits) else { return nil }
            return (step, "\(path)/\(name)")
        }.sorted { $0.0 > $1.0 }
    }

    package var isEmpty: Bool {
        get throws { try checkpoints().isEmpty }
    }

    /// The newest checkpoint that is whole, with what is wrong with newer ones; `nil` where there is none at all.
    ///
    /// Damaged ones get `.damaged` at the end of their names, so that they stand in nobody's way.
    ///
    /// - Throws: `DatasetError` where all are damaged, or one cannot be read.
    package func newest() throws -> (contents: Safetensors.Contents, path: String, damaged: [DatasetError])? {
        var damaged: [(path: String, error: DatasetError)] = []
        for (_, path) in try checkpoints() {
            do {
                let contents = try Safetensors.readChecked(path)
                for (path, _) in damaged { rename(path, path + ".damaged") }
                return (contents, path, damaged.map(\.error))
            } catch let error as DatasetError {
                if case .earlierCheckpoint = error.problem { throw error }
                damaged.append((path, error))
            }
        }
        guard let first = damaged.first else { return nil }
        throw DatasetError(
            file: path,
            .badParts(
                reason:
                    "none of its \(damaged.count == 1 ? "checkpoints" : "\(damaged.count) checkpoints") can be read: "
                    + first.error.message,
                help: "start anew in another folder, or get the files again"))
    }

    /// Writes a checkpoint, and removes those before the last one.
    package func write(
        _ tensors: [(name: String, value: Tensor)], metadata: [(name: String, text: String)], step: Int
    ) throws {
        let digits = String(step)
        let name = Self.prefix + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + Self.suffix
        try Safetensors.writeChecked(tensors, metadata: metadata, to: "\(path)/\(name)")
        for (_, path) in try checkpoints().dropFirst(Self.keptCount) { unlink(path) }
    }
}
