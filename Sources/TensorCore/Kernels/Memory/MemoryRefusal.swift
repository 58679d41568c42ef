import CSimd
import Synchronization

/// Memory that the system refused to a kernel at a place where no error can be thrown, such as a worker's thread: the
/// kernel leaves its work undone, and the next call that can throws, before anybody has seen what it left.
package enum MemoryRefusal {
    /// Whether there was one at all: what each call looks at before it looks at its thread.
    private static let hasAny = Atomic<Bool>(false)

    /// Remembers a refusal for the thread that asked for the work.
    package static func note(byteCount: Int) {
        if csimd_get_working() {
            ThreadPool.shared.noteRefusal(byteCount: byteCount)
        } else {
            Scratch.refusedByteCount = byteCount
        }
        hasAny.store(true, ordering: .releasing)
    }

    /// Throws where memory was refused since the last call on this thread, or on a thread that worked for it.
    ///
    /// - Throws: `TensorError.workMemory`.
    @inline(__always)
    package static func check() throws {
        if hasAny.load(ordering: .acquiring) { try checkThread() }
    }

    @inline(never)
    private static func checkThread() throws {
        guard let byteCount = Scratch.refusedByteCount else { return }
        Scratch.refusedByteCount = nil
        throw TensorError.workMemory(byteCount: byteCount)
    }
}
