import CMPI
import Glibc
import Synchronization

/// The processes that a launcher of MPI has started together, joined when they first work together.
package final class MessagePassing: Peers {
    package let rank: Int
    package let count: Int

    private init(rank: Int, count: Int) {
        self.rank = rank
        self.count = count
    }

    private static let joined = Mutex<Result<MessagePassing, PeerError>?>(nil)

    /// All processes of the launch; `nil` where this one was started alone.
    ///
    /// - Throws: `PeerError` where the library of MPI is not there or does not know the others.
    package static func all() throws(PeerError) -> MessagePassing? {
        let launch = Launch.current
        guard launch.count > 1 else { return nil }
        return try joined.withLock { known in
            let result = known ?? join(launch)
            known = result
            return result
        }.get()
    }

    private static func join(_ launch: Launch) -> Result<MessagePassing, PeerError> {
        let outcome = dls_mpi_start(getenv("DLS_MPI"), launch.isOfMPICH ? 1 : 0)
        let text = String(cString: dls_mpi_text()).prefix { !$0.isNewline && $0 != "," }
        switch dls_mpi_outcome(UInt32(outcome)) {
        case dls_mpi_started: break
        case dls_mpi_no_library: return .failure(.noLibrary(reason: String(text)))
        case dls_mpi_unknown_library: return .failure(.unknownLibrary(name: String(text)))
        default: return .failure(.notStarted(library: String(text)))
        }
        let peers = MessagePassing(rank: Int(dls_mpi_rank()), count: Int(dls_mpi_count()))
        guard peers.rank == launch.rank, peers.count == launch.count else {
            return .failure(.otherLibrary(name: String(text), count: peers.count, launched: launch.count))
        }
        return .success(peers)
    }

    /// What this process has exchanged with others.
    package struct Traffic {
        package var exchanges = 0
        package var sentBytes = 0
        /// The time of the exchanges: waiting for the other process, and for what goes over the network.
        package var seconds = 0.0

        package static func - (a: Traffic, b: Traffic) -> Traffic {
            Traffic(
                exchanges: a.exchanges - b.exchanges, sentBytes: a.sentBytes - b.sentBytes,
                seconds: a.seconds - b.seconds)
        }
    }

    package var traffic: Traffic {
        let traffic = dls_mpi_traffic_so_far()
        return Traffic(
            exchanges: Int(traffic.exchanges), sentBytes: Int(traffic.sent), seconds: traffic.seconds)
    }

    /// Whether trainings tell their traffic.
    package static var tellsTraffic: Bool { getenv("DLS_MPI_STATS").map { String(cString: $0) == "1" } ?? false }

    /// Waits until all processes have come here, where they work together; the last thing that a program does that has
    /// not failed.
    package static func finish() { dls_mpi_finish() }

    package func exchange(_ sent: Tensor, into received: Tensor, with peer: Int) {
        func base(_ tensor: Tensor) -> UnsafeMutableRawPointer {
            precondition(tensor.isContiguous)
            return tensor.storage.base + tensor.offset * tensor.dtype.size
        }
        dls_mpi_exchange(
            Int32(peer), base(sent), sent.count * sent.dtype.size, base(received), received.count * received.dtype.size)
    }
}

/// What the launcher of this process says in its environment.
package struct Launch: Sendable {
    /// The place of this process among all, from 0.
    package let rank: Int
    package let count: Int
    /// Whether it is MPICH's launcher, or one that speaks its protocol.
    let isOfMPICH: Bool

    package static var current: Launch { hasLeft.load(ordering: .relaxed) ? alone : launched }

    private static let launched = Launch()
    private static let alone = Launch(rank: 0, count: 1)
    private static let hasLeft = Atomic(false)

    /// From now on this process counts as one that was started alone.
    package static func leave() { hasLeft.store(true, ordering: .relaxed) }

    private init(rank: Int, count: Int) { (self.rank, self.count, isOfMPICH) = (rank, count, false) }

    private init() {
        func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
        // Open MPI's mpirun, MPICH's and srun --mpi=pmi2, srun --mpi=pmix. A lone `SLURM_NTASKS` says nothing: a batch
        // script has it too, which runs once.
        let names = [
            ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
            ("PMIX_RANK", "SLURM_STEP_NUM_TASKS"),
        ]
        for (rankName, countName) in names {
            guard let rank = number(rankName), let count = number(countName), (0..<count).contains(rank) else {
                continue
            }
            (self.rank, self.count, isOfMPICH) = (rank, count, rankName == "PMI_RANK")
            return
        }
        (rank, count, isOfMPICH) = (0, 1, false)
    }
}
