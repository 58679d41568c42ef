import Synchronization

/// Memory that the system refused to a kernel at a place where no error can be thrown, such as a worker's thread: the
/// kernel leaves its work undone, and the next call that can throws, before anybody has seen what it left.
package enum MemoryRefusal {
    private static let count = Atomic<Int>(0)
    private static let byteCount = Atomic<Int>(0)

    /// How many there were.
    static var total: Int { count.load(ordering: .acquiring) }

    /// Remembers a refusal.
    package static func note(byteCount: Int) {
        self.byteCount.store(byteCount, ordering: .relaxed)
        count.add(1, ordering: .releasing)
    }

    /// Throws where memory was refused since the last call on this thread, or on a thread that worked for it.
    ///
    /// Where several threads run programs at the same time, it throws on each: none can tell whose work was left undone.
    ///
    /// - Throws: `TensorError.workMemory`.
    @inline(__always)
    package static func check() throws {
        if total != 0 { try checkThread() }
    }

    @inline(never)
    private static func checkThread() throws {
        guard Scratch.hasNewRefusal() else { return }
        throw TensorError.workMemory(byteCount: byteCount.load(ordering: .relaxed))
    }
}
