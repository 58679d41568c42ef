import TensorCore

// The runs of a sweep go on side by side, each with an interpreter of its own and inside `Ownership.isolating`. They
// read the names around them, and change nothing that was made outside: values are copied when they change, and what
// is shared refuses.

extension Interpreter {
    /// The worker that runs on this thread, if it is one of a sweep's.
    static let ofThread = ThreadSlot<Interpreter>()

    var isWorker: Bool { parent != nil }

    /// The number of this run's next pass through batches that had so many before the sweep.
    func nextPass(through batches: BatchesObject, after count: UInt64) -> UInt64 {
        let next = (outerPasses[ObjectIdentifier(batches)]?.count ?? count) + 1
        outerPasses[ObjectIdentifier(batches)] = (batches, next)
        return next
    }
}

extension Failure {
    /// A change of what other runs of a sweep read.
    init(_ error: OwnershipError) {
        self.init(
            "a run of a sweep cannot change \(error.subject), which was made outside it",
            help: [
                "the runs go on side by side, and share what is around them",
                "make the model inside the block, or a copy: `own = clone(model)`",
            ])
    }
}
