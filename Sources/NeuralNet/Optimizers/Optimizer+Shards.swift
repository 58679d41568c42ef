import Autograd
import TensorCore

/// Who computes which shard of a step. The gradients of all are added up along the tree of `TreeSum`, so that the sum has
/// the same bits for any number of peers.
package struct ShardPlan {
    /// The share of each shard's loss in that of the step, a power of two of them; 0: the shard has nothing to learn from.
    package let shares: [Double]
    /// Processes that compute the shards together; nil: this one computes all.
    package let peers: (any Peers)?
    /// The words for an error that the other peers do not have.
    package let errorText: (any Error) -> String

    package init(shares: [Double], peers: (any Peers)? = nil, errorText: @escaping (any Error) -> String) {
        self.shares = shares
        self.peers = peers
        self.errorText = errorText
    }

    /// The shards of this process: a branch of the tree.
    var own: Range<Int> {
        guard let peers else { return shares.indices }
        let count = shares.count / peers.count
        return peers.rank * count..<(peers.rank + 1) * count
    }

    fileprivate func text(_ error: any Error) -> String {
        error is NonFiniteStep ? "a value is not finite there, and is on the other ranks" : errorText(error)
    }

    func rank(of shard: Int) -> Int { shard / own.count }
}

extension Optimizer {
    private func shardSum(_ flat: FlatParameters, places: Int) -> TreeSum {
        if let sum = shards, sum.vector.storage === flat.gradients.storage, sum.places == places {
            sum.restart()
            return sum
        }
        let sum = TreeSum(in: flat.gradients, places: places)
        shards = sum
        return sum
    }

    /// Takes a step by the gradients of the shards of a batch. Each shard starts from the same running figures (those of
    /// `batch_norm`); the step changes them by the mean of what the shards change.
    ///
    /// - Parameters:
    ///   - key: What dropout draws from in a shard.
    ///   - loss: The loss of a shard; otherwise as in the step of one loss.
    ///   - figures: What else is to be known of a shard whose loss was computed, `figureCount` numbers.
    /// - Returns: The figures of the shards with a share, in order.
    /// - Throws: As the step of one loss; `PeerError.failed` where only a peer could not do its part, `InterruptError` where
    ///   one was asked to stop.
    package func step(
        learningRate: Double? = nil, _ plan: ShardPlan, key: (Int) -> RandomKey,
        loss: (Int, ForwardContext) throws -> Variable, figureCount: Int, figures: (Int) throws -> [Double]
    ) throws -> [[Double]] {
        let running = RunningFigures(module)
        var shard = 0
        // A share of the loss has that share of the gradients.
        func gradients() throws {
            _ = try recordedGradients(key: key(shard), fusesUpdate: false) { context in
                let (whole, share) = (try loss(shard, context), plan.shares[shard])
                return share == 1 ? whole : try whole * share
            }
            guard squares.isFinite else { throw NonFiniteStep.gradient }
        }
        do {
            let sum = shardSum(try prepared(), places: plan.own.count)
            var board = ShardBoard(width: figureCount + running.count)
            var failure: (any Error)?
            for own in plan.own {
                guard plan.shares[own] > 0, failure == nil else {
                    try sum.add(isMissing: true)
                    board.add(.nothing)
                    continue
                }
                shard = own
                do {
                    try gradients()
                    let row = try figures(own) + running.changes()
                    try running.restore()
                    try sum.add()
                    board.add(row)
                } catch {
                    // The peers wait for what this one has to say.
                    guard plan.peers != nil else { throw error }
                    failure = error
                    try sum.add(isMissing: true)
                    board.add(Interrupt.isRequested ? .interrupted : .failed)
                }
            }
            // Before it is known whether all have done their part: so much goes in one exchange.
            let parts = try plan.peers.map { try sum.add($0) }
            try board.gather(plan.peers, squares: parts?.squares(sum.vector) ?? [])
            if board.isInterrupted { throw InterruptError() }
            if let failed = board.firstFailure {
                let rank = plan.rank(of: failed)
                let reasons = try plan.peers?.texts(failure.map(plan.text) ?? "")
                if let failure, plan.own.contains(failed) { throw failure }
                // What the data or the weights are to blame for is found here, too, in the same words.
                shard = failed
                try gradients()
                throw PeerError.failed(rank: rank, reason: reasons?[rank] ?? "")
            }
            if plan.shares.count > 1 { squares = parts?.sumOfSquares(board.squares) ?? sumOfSquares(without: []) }
            try update(learningRate: learningRate, parts: parts)
            let rows = plan.shares.indices.filter { plan.shares[$0] > 0 }
            try running.change(by: rows.map { (plan.shares[$0], board.rows[$0].suffix(running.count)) })
            times?.mark(.optimizer)
            return rows.map { Array(board.rows[$0].prefix(figureCount)) }
        } catch {
            try running.restore()
            guard let refused = error as? NonFiniteStep else { throw error }
            let found = try NonFiniteSearch(module: module, key: key(shard)).run(refused) { try loss(shard, $0) }
            try running.restore()
            throw NeuralNetError(subject: module.displayName, .nonFinite(found))
        }
    }
}

/// What the shards of a step have come to, a row for each, the same for all peers once it is gathered.
private struct ShardBoard {
    private(set) var rows: [[Double]] = []
    /// The first shard that failed.
    private(set) var firstFailure: Int?
    private(set) var isInterrupted = false
    /// What each peer knows of the squares of the gradients.
    private(set) var squares: [ArraySlice<Double>] = []
    private let width: Int
    private var own: [Double] = []

    enum State: Double {
        case done, nothing, failed, interrupted
    }

    init(width: Int) { self.width = width }

    mutating func add(_ row: [Double]) {
        precondition(row.count == width)
        own += [State.done.rawValue] + row
    }

    /// Adds a shard without figures.
    mutating func add(_ state: State) {
        own += [state.rawValue] + Array(repeating: 0, count: width)
    }

    mutating func gather(_ peers: (any Peers)?, squares: [Double]) throws {
        let table = try peers?.gathered(own + squares) ?? [own]
        self.squares = table.map { $0.suffix(squares.count) }
        let all = table.flatMap { $0.dropLast(squares.count) }
        let starts = stride(from: 0, to: all.count, by: width + 1)
        rows = starts.map { Array(all[$0 + 1..<$0 + 1 + width]) }
        isInterrupted = starts.contains { all[$0] == State.interrupted.rawValue }
        firstFailure = starts.enumerated().first { all[$0.element] == State.failed.rawValue }?.offset
    }
}

/// The buffers of a module, such as the running figures of `batch_norm`, before a step and in it.
private struct RunningFigures {
    private let buffers: [(parameter: Parameter, before: Tensor)]
    /// The numbers in all of them.
    let count: Int

    init(_ module: any Module) {
        buffers = module.buffers.map { ($0, $0.value) }
        count = buffers.reduce(0) { $0 + $1.before.count }
    }

    func restore() throws {
        for (parameter, before) in buffers { try parameter.replace(with: before) }
    }

    /// By how much each number differs from before.
    func changes() -> [Double] {
        buffers.flatMap { parameter, before in
            zip(parameter.value.doubles(), before.doubles()).map { $0 == $1 ? 0 : $0 - $1 }
        }
    }

    /// Adds the mean of changes to what was before.
    func change(by rows: [(share: Double, changes: ArraySlice<Double>)]) throws {
        var start = 0
        for (parameter, before) in buffers {
            var values = before.doubles()
            for (share, changes) in rows {
                for place in values.indices { values[place] += share * changes[changes.startIndex + start + place] }
            }
            start += values.count
            try parameter.replace(with: Tensor(values, shape: before.shape).cast(to: before.dtype))
        }
    }
}
