import Synchronization

// The runs of a sweep go on side by side, each with an interpreter of its own. They read the names around them, and
// change nothing that was made outside: values are copied when they change, and objects refuse.

extension Interpreter {
    /// The worker that runs on this thread, if it is one of a sweep's.
    static let ofThread = ThreadSlot<Interpreter>()

    var isWorker: Bool { firstOwnSerial != nil }
}

/// Numbers objects in the order in which they are made.
enum ObjectSerial {
    private static let last = Atomic<UInt64>(0)

    static func next() -> UInt64 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}

extension RuntimeObject {
    /// Refuses to change an object inside a run of a sweep that was made outside it: other runs have it too.
    ///
    /// - Throws: `Failure`.
    func requireOwn(to action: String) throws {
        guard let first = Interpreter.ofThread.object?.firstOwnSerial, serial < first else { return }
        throw Failure(
            "a run of a sweep cannot \(action) \(Value.object(self).kindWithArticle) that was made outside it",
            help: [
                "the runs go on side by side, and share what is around them",
                "make it inside the block, or a copy: `own = clone(model)`",
            ])
    }
}
