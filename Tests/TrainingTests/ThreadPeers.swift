import Dispatch
import Synchronization
import TensorCore

/// Peers that are threads of this process.
final class ThreadPeers: Peers {
    let rank: Int
    let count: Int
    private let boxes: [[Box]]

    private init(rank: Int, _ boxes: [[Box]]) {
        self.rank = rank
        count = boxes.count
        self.boxes = boxes
    }

    /// What one has sent to another, and that has not taken yet.
    private final class Box: Sendable {
        private let content = Mutex<[[Double]]>([])
        private let filled = DispatchSemaphore(value: 0)

        func put(_ values: [Double]) {
            content.withLock { $0.append(values) }
            filled.signal()
        }

        func take() -> [Double] {
            filled.wait()
            return content.withLock { $0.removeFirst() }
        }
    }

    func exchange(_ sent: Tensor, into received: Tensor, with peer: Int) throws {
        boxes[rank][peer].put(sent.doubles())
        let values = boxes[peer][rank].take()
        precondition(values.count == received.count)
        try OptimizerPasses.write(Tensor(values, shape: received.shape).cast(to: received.dtype), into: received, at: 0)
    }

    /// Does a piece of work as so many peers at once.
    ///
    /// - Returns: What each has come to, by rank.
    static func run<Answer: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (ThreadPeers) throws -> Answer
    ) throws -> [Answer] {
        let boxes = (0..<count).map { _ in (0..<count).map { _ in Box() } }
        let answers = Mutex<[Int: Result<Answer, any Error>]>([:])
        let group = DispatchGroup()
        for rank in 0..<count {
            // A queue of one's own has a thread, however many wait.
            DispatchQueue(label: "rank \(rank)").async(group: group) {
                let answer = Result { try body(ThreadPeers(rank: rank, boxes)) }
                answers.withLock { $0[rank] = answer }
            }
        }
        group.wait()
        return try answers.withLock { answers in try (0..<count).compactMap { try answers[$0]?.get() } }
    }
}
