import Datasets
import TensorCore
import Training

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

/// What a training exchanges with other processes, where somebody wants to know.
struct TrafficReport {
    private let peers: MessagePassing
    private let before: MessagePassing.Traffic
    private let earlierSteps: Int
    private let start = ContinuousClock.now

    /// Begins to count; nil where there are no others, or nobody asked.
    init?(_ peers: MessagePassing?, _ run: Run) {
        guard let peers, MessagePassing.tellsTraffic else { return nil }
        self.peers = peers
        before = peers.traffic
        earlierSteps = run.stepCount
    }

    /// What the run has exchanged at each step, on average.
    func text(_ run: Run) -> String {
        let (traffic, steps) = (peers.traffic - before, run.stepCount - earlierSteps)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        func rounded(_ number: Double) -> String { numberText((number * 1000).rounded() / 1000) }
        func perStep(_ count: Int) -> Int { count / max(steps, 1) }
        let wait = traffic.seconds / Double(max(steps, 1))
        let share = Int((100 * traffic.seconds / max(seconds, 1e-9)).rounded())
        return "rank \(peers.rank) of \(peers.count): \(steps) steps in \(rounded(seconds)) s; a step sent "
            + "\(perStep(traffic.sentBytes)) bytes in \(perStep(traffic.exchanges)) exchanges and waited "
            + "\(rounded(wait * 1000)) ms, \(share) % of the time"
    }
}
