import Datasets
import TensorCore

extension Call {
    /// The processes that were started with this one, to train with; nil where there are none.
    func peers() throws -> MessagePassing? {
        guard Launch.current.count > 1 else { return nil }
        guard !interpreter.isWorker else {
            throw Failure(
                "a run of a sweep cannot train on \(Launch.current.count) ranks",
                help: "start the sweep without mpirun: its runs go on side by side on the cores of one machine")
        }
        guard !FileAccess.isConfined else {
            throw Failure("--safe does not let `train` work with other processes", help: "start it without mpirun")
        }
        return try MessagePassing.all()
    }
}
