/// Processes that compute parts of one thing, and add them up in one order, whatever their number: a power of two.
package protocol Peers: AnyObject, Sendable {
    /// This one's place among all, from 0.
    var rank: Int { get }
    var count: Int { get }

    /// Sends a contiguous tensor to a peer, which sends another one at the same time.
    func exchange(_ sent: Tensor, into received: Tensor, with peer: Int) throws
}

extension Peers {
    /// The rows of all peers, by rank; each gives one of the same length.
    package func gathered(_ own: [Double]) throws -> [[Double]] {
        let width = own.count
        let all = try Tensor.zeros([count * width], dtype: .float64)
        func rows(_ first: Int, _ count: Int) -> Tensor { all.range(first * width..<(first + count) * width) }
        try OptimizerPasses.write(Tensor(own, shape: [width]), into: all, at: rank * width)
        var distance = 1
        while distance < count {
            let (own, others) = (rank & ~(distance - 1), (rank ^ distance) & ~(distance - 1))
            try exchange(rows(own, distance), into: rows(others, distance), with: rank ^ distance)
            distance *= 2
        }
        let values = all.doubles()
        return (0..<count).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }

    /// The texts of all peers, by rank; what is longer than a path can be is cut off.
    package func texts(_ own: String) throws -> [String] {
        let longest = 4096
        let bytes = own.utf8.prefix(longest).map { Double($0) }
        return try gathered(bytes + Array(repeating: 0, count: longest - bytes.count)).map { row in
            String(decoding: row.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
        }
    }
}

/// How peers share out vectors of a length: each has a part, of whole chunks of `OptimizerPasses`, and does all that is
/// done with it.
package struct PeerParts {
    private let peers: any Peers
    private let length: Int
    /// Where the tree of `TreeSum` cuts the chunks in two, from the whole to the part of this peer.
    private let cuts: [Cut]
    private let ownChunks: Range<Int>

    private typealias Cut = (peer: Int, kept: Range<Int>, given: Range<Int>)

    package init(of length: Int, _ peers: any Peers) {
        self.peers = peers
        self.length = length
        (cuts, ownChunks) = Self.cuts(length, peers.rank, peers.count)
    }

    private static func cuts(_ length: Int, _ rank: Int, _ count: Int) -> (cuts: [Cut], part: Range<Int>) {
        var chunks = 0..<OptimizerPasses.chunkCount(length)
        var cuts: [Cut] = []
        var distance = 1
        while distance < count {
            let middle = chunks.lowerBound + (chunks.count + 1) / 2
            let (lower, upper) = (chunks.lowerBound..<middle, middle..<chunks.upperBound)
            let (kept, given) = rank & distance == 0 ? (lower, upper) : (upper, lower)
            cuts.append((rank ^ distance, kept, given))
            chunks = kept
            distance *= 2
        }
        return (cuts, chunks)
    }

    /// The elements of this peer's part.
    package var own: Range<Int> { elements(ownChunks) }

    private func elements(_ chunks: Range<Int>) -> Range<Int> {
        let grain = OptimizerPasses.grain
        return min(chunks.lowerBound * grain, length)..<min(chunks.upperBound * grain, length)
    }

    /// Adds to this peer's part of a vector those of all others' vectors, along the tree of `TreeSum`, by ranks. The rest
    /// is left as sums of some.
    ///
    /// - Parameters:
    ///   - vector: Contiguous, float32 or float64.
    ///   - buffer: As long as that; what is received lies in it.
    fileprivate func addUp(_ vector: Tensor, buffer: Tensor) throws {
        for (peer, kept, given) in cuts {
            let sum = vector.range(elements(kept))
            let received = buffer.range(0..<sum.count)
            try peers.exchange(vector.range(elements(given)), into: received, with: peer)
            OptimizerPasses.add(received, to: sum)
        }
    }

    /// Gives each peer the others' parts of a vector. With `addUp`, it sends and receives less than twice a vector that
    /// has some chunks for each peer.
    package func gather(_ vector: Tensor) throws {
        for (peer, kept, given) in cuts.reversed() {
            try peers.exchange(vector.range(elements(kept)), into: vector.range(elements(given)), with: peer)
        }
    }

    /// The sums of the squares in the chunks of this peer's part of a vector, and zeros: as many numbers for all peers.
    package func squares(_ vector: Tensor) -> [Double] {
        // The first peer gets the larger half at each cut.
        let most = Self.cuts(length, 0, peers.count).part.count
        return OptimizerPasses.squares(vector.range(own)) + Array(repeating: 0, count: most - ownChunks.count)
    }

    /// The sum of the squares of a vector, by the `squares` of all peers: the bits of `OptimizerPasses.sumOfSquares`.
    package func sumOfSquares(_ rows: [ArraySlice<Double>]) -> Double {
        let parts = rows.enumerated().map { (chunks: Self.cuts(length, $0.offset, peers.count).part, row: $0.element) }
        return parts.sorted { $0.chunks.lowerBound < $1.chunks.lowerBound }
            .flatMap { $0.row.prefix($0.chunks.count) }.reduce(0, +)
    }
}

extension Tensor {
    /// Some elements of a contiguous vector, as a view.
    fileprivate func range(_ range: Range<Int>) -> Tensor {
        Tensor(storage: storage, dtype: dtype, shape: [range.count], strides: [1], offset: offset + range.lowerBound)
    }
}

/// The sum of a power of two of vectors along the binary tree over their places: `((0 + 1) + (2 + 3)) + ...`. Whoever
/// adds up a whole branch of it gets the bits that the whole sum has there.
///
/// The vectors come one after the other in the same memory, which holds the sum behind the last one. Its buffers are kept
/// for the next sum.
package final class TreeSum {
    package let vector: Tensor
    package let places: Int
    /// Sums of whole branches, from the largest to the smallest.
    private var branches: [(height: Int, sum: Tensor?)] = []
    private var free: [Tensor] = []

    /// - Parameters:
    ///   - vector: Contiguous, float32 or float64; its count is a multiple of `OptimizerPasses.granularity`.
    ///   - places: A power of two.
    package init(in vector: Tensor, places: Int) {
        self.vector = vector
        self.places = places
    }

    /// Begins with the first place again.
    package func restart() {
        free += branches.compactMap(\.sum)
        branches = []
    }

    /// Adds what the vector holds as that of the next place.
    ///
    /// - Parameter isMissing: Whether there is nothing to add at this place, not even zeros.
    package func add(isMissing: Bool = false) throws {
        var branch = (height: 0, sum: isMissing ? nil : vector)
        while let last = branches.last, last.height == branch.height {
            branches.removeLast()
            if let left = last.sum, let right = branch.sum {
                OptimizerPasses.add(left, to: right)
                free.append(left)
            }
            branch = (last.height + 1, branch.sum ?? last.sum)
        }
        guard 1 << branch.height < places else { return try finish(branch.sum) }
        if let sum = branch.sum, sum.storage === vector.storage {
            let kept = try free.popLast() ?? buffer()
            OptimizerPasses.copy(sum, to: kept)
            branch.sum = kept
        }
        branches.append(branch)
    }

    private func finish(_ sum: Tensor?) throws {
        guard let sum else {
            // What changes no number that it is added to, as a missing vector does not: -0 + -0 is -0.
            return try OptimizerPasses.write(
                Tensor.full([vector.count], -0.0, dtype: vector.dtype), into: vector, at: 0)
        }
        guard sum.storage !== vector.storage else { return }
        OptimizerPasses.copy(sum, to: vector)
        free.append(sum)
    }

    private func buffer() throws -> Tensor { try Tensor.zeros([vector.count], dtype: vector.dtype) }

    /// Adds the sums of peers, who have the other branches.
    ///
    /// - Returns: Who has which part of the whole sum; the rest of the vector has no meaning.
    package func add(_ peers: any Peers) throws -> PeerParts {
        if free.isEmpty { free.append(try buffer()) }
        let parts = PeerParts(of: vector.count, peers)
        try parts.addUp(vector, buffer: free[0])
        return parts
    }
}

/// Why processes cannot work together.
package enum PeerError: Error, Equatable {
    case noLibrary(reason: String)
    case unknownLibrary(name: String)
    case notStarted(library: String)
    /// The library does not see the processes that were launched.
    case otherLibrary(name: String, count: Int, launched: Int)
    /// A peer could not do its part, which this one could.
    case failed(rank: Int, reason: String)
    /// A peer does not do what the first does.
    case different(rank: Int, what: String)
}

extension PeerError {
    package var message: String {
        switch self {
        case .noLibrary(let reason):
            "the library of MPI cannot be loaded" + (reason.isEmpty ? "" : ": \(reason)")
        case .unknownLibrary(let name):
            "the library of MPI is neither Open MPI nor MPICH" + (name.isEmpty ? "" : ": \(name)")
        case .notStarted(let library): "\(library) does not start"
        case .otherLibrary(let name, let count, let launched):
            "\(launched) processes were started, and \(name) knows of \(count)"
        case .failed(let rank, let reason): "rank \(rank) could not do its part of the step: \(reason)"
        case .different(let rank, let what): "rank \(rank) has other \(what) than rank 0"
        }
    }

    package var help: String? {
        switch self {
        case .noLibrary: "install it (Debian: openmpi-bin or mpich), or name its file: DLS_MPI=/path/libmpi.so"
        case .unknownLibrary: "name the file of Open MPI's or MPICH's library: DLS_MPI=/path/libmpi.so"
        case .notStarted: "start the processes by the mpirun of the same MPI"
        case .otherLibrary:
            "start them by the mpirun of that MPI, or name the library of the one that started them: "
                + "DLS_MPI=/path/libmpi.so"
        case .failed: nil
        case .different: "all ranks run one script on the same data, by the same dls on CPUs of one kind"
        }
    }
}
