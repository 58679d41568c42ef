import Datasets
import Dispatch
import Synchronization

/// Writes checkpoints of a training, on a thread of its own while the training goes on.
///
/// Only copying the weights holds up the training; a write still under way is waited for before the next one. Where
/// the disk refuses, the training goes on, `failure` says why, and the next one is tried again.
package final class Checkpointer {
    package enum Interval: Equatable, Sendable {
        case epochs(Int)
        case batches(Int)
        case seconds(Double)
    }

    private let folder: CheckpointFolder
    private let interval: Interval
    private let queue = DispatchQueue(label: "checkpoints")
    private let outcome = Outcome()
    private var lastTime = monotonicSeconds()
    /// Where the training was at the last one.
    private var lastPlace: (epoch: Int, batch: Int)?

    package init(folder: CheckpointFolder, every interval: Interval) {
        self.folder = folder
        self.interval = interval
    }

    deinit { finish() }

    /// Why the last one could not be written.
    package var failure: DatasetError? { outcome.failure.withLock { $0 } }

    func isDue(afterBatch steps: Int) -> Bool {
        switch interval {
        case .epochs: false
        case .batches(let count): steps.isMultiple(of: count)
        case .seconds(let seconds): monotonicSeconds() - lastTime >= seconds
        }
    }

    func isDue(afterEpoch count: Int) -> Bool {
        switch interval {
        case .epochs(let every): count.isMultiple(of: every)
        case .batches: false
        case .seconds(let seconds): monotonicSeconds() - lastTime >= seconds
        }
    }

    /// Whether the last checkpoint is of another place.
    func isBehind(_ position: Run.Position) -> Bool {
        lastPlace.map { $0 != (position.epoch, position.batch) } ?? true
    }

    /// Says that the folder holds this run already.
    package func start(from saved: SavedRun) { lastPlace = (saved.position.epoch, saved.position.batch) }

    func write(_ checkpoint: Checkpoint, at position: Run.Position) {
        finish()
        lastTime = monotonicSeconds()
        lastPlace = (position.epoch, position.batch)
        let work = Work(checkpoint: checkpoint, folder: folder)
        queue.async { [outcome] in
            let failure = work.write()
            outcome.failure.withLock { $0 = failure }
        }
    }

    /// Waits until what is being written is on the disk.
    func finish() { queue.sync {} }

    private final class Outcome: Sendable {
        let failure = Mutex<DatasetError?>(nil)
    }

    /// The tensors are copies that nobody else holds, and the queue writes one at a time.
    private struct Work: @unchecked Sendable {
        let checkpoint: Checkpoint
        let folder: CheckpointFolder

        func write() -> DatasetError? {
            do {
                try folder.write(checkpoint.tensors, metadata: checkpoint.metadata, step: checkpoint.step)
                return nil
            } catch let error as DatasetError {
                return error
            } catch {
                return DatasetError(file: folder.path, .unwritable(reason: "\(error)"))
            }
        }
    }
}
