import Dispatch
import Synchronization
import TensorCore

/// Reads the images of the next batch on a thread of its own while the one before is worked on.
final class ReadAhead {
    private let files: ImageFiles
    private let queue = DispatchQueue(label: "dls.read-ahead")
    private let result = Outcome()
    private var rows: [Int] = []

    init(_ files: ImageFiles) { self.files = files }

    deinit { queue.sync {} }

    /// The images at `rows`, which were read already if `next` said so.
    ///
    /// - Parameter next: The rows that are asked for next; empty at the end.
    /// - Throws: `DatasetError` for a file that cannot be read, `TensorError.outOfMemory`.
    func read(_ rows: [Int], next: [Int]) throws -> Tensor {
        defer { start(next) }
        queue.sync {}
        let found = result.value.withLock { value in
            defer { value = nil }
            return value
        }
        guard let found, rows == self.rows else { return try files.read(rows, isShared: true) }
        return try found.images.get()
    }

    private func start(_ rows: [Int]) {
        self.rows = rows
        guard !rows.isEmpty else { return }
        queue.async { [files, result] in
            let images = Result {
                let images = try files.read(rows, isShared: false)
                try MemoryRefusal.check()
                return images
            }
            result.value.withLock { $0 = Found(images: images) }
        }
    }

    /// The tensor has one holder at a time.
    private struct Found: @unchecked Sendable {
        let images: Result<Tensor, any Error>
    }

    private final class Outcome: Sendable {
        let value = Mutex<Found?>(nil)
    }
}
