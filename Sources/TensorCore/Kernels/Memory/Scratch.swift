import CSimd
import Glibc

/// Memory that kernels use while they run: each thread keeps its own and lends it like a stack, so that kernels called
/// again and again allocate nothing.
enum Scratch {
    /// Calls `body` with room for `count` elements, aligned to 64 bytes and not initialised.
    ///
    /// - Throws: `TensorError.workMemory`; what `body` throws.
    @inline(__always)
    static func with<Element, Result>(
        _ count: Int, of: Element.Type, _ body: (UnsafeMutablePointer<Element>) throws -> Result
    ) throws -> Result {
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard !overflow, byteCount < Int.max - 4096 else { throw TensorError.workMemory(byteCount: Int.max) }
        let arena = Arena.ofThisThread
        guard let memory = arena.take(byteCount) else { throw TensorError.workMemory(byteCount: byteCount) }
        defer { arena.giveBack() }
        return try body(memory.bindMemory(to: Element.self, capacity: count))
    }

    /// The same where nothing can be thrown. If there is no room `body` is not called, and `MemoryRefusal.check` throws.
    @inline(__always)
    static func withBounded<Element>(
        _ count: Int, of: Element.Type, _ body: (UnsafeMutablePointer<Element>) -> Void
    ) {
        let arena = Arena.ofThisThread
        let byteCount = count * MemoryLayout<Element>.stride
        guard let memory = arena.take(byteCount) else { return MemoryRefusal.note(byteCount: byteCount) }
        defer { arena.giveBack() }
        body(memory.bindMemory(to: Element.self, capacity: count))
    }

    /// The same for a number, which is NaN if there is no room.
    @inline(__always)
    static func withBounded<Element, Result: FloatingPoint>(
        _ count: Int, of: Element.Type, _ body: (UnsafeMutablePointer<Element>) -> Result
    ) -> Result {
        var result = Result.nan
        withBounded(count, of: Element.self) { result = body($0) }
        return result
    }

    /// How much memory was refused to this thread where nothing could be thrown: see `MemoryRefusal`.
    static var refusedByteCount: Int? {
        get { Arena.ofThisThread.refusedByteCount }
        set { Arena.ofThisThread.refusedByteCount = newValue }
    }
}

private final class Arena {
    /// What a thread keeps between kernels.
    private static let keptByteCount = 64 << 20

    private var block: UnsafeMutableRawPointer?
    private var capacity = 0
    /// What is lent: where it starts in the block, or a block of its own where that was full.
    private var lent: [(start: Int, own: UnsafeMutableRawPointer?)] = []
    private var used = 0
    private var wanted = 0
    var refusedByteCount: Int?

    deinit { free(block) }

    func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let size = (max(byteCount, 1) + 63) & ~63
        if lent.isEmpty && capacity < max(size, wanted) {
            grow(to: max(size, wanted))
        }
        if let block, used + size <= capacity {
            lent.append((used, nil))
            used += size
            return block + (used - size)
        }
        wanted = min(max(wanted, used + size), Arena.keptByteCount)
        csimd_count_allocation()
        guard let own = Arena.allocate(size) else { return nil }
        lent.append((used, own))
        return own
    }

    func giveBack() {
        guard let last = lent.popLast() else { return }
        free(last.own)
        used = last.start
    }

    private func grow(to size: Int) {
        guard size <= Arena.keptByteCount else { return }
        let rounded = max(size + size / 2, 1 << 20) & ~63
        free(block)
        csimd_count_allocation()
        block = aligned_alloc(64, rounded)
        capacity = block == nil ? 0 : rounded
    }

    /// Memory from the system, for which tensors give up what they keep for later where it has no other.
    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        if let memory = aligned_alloc(64, size) { return memory }
        BlockCache.release()
        return aligned_alloc(64, size)
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { value in
            if let value { Unmanaged<Arena>.fromOpaque(value).release() }
        }
        return key
    }()

    static var ofThisThread: Arena {
        if let value = pthread_getspecific(key) { return Unmanaged<Arena>.fromOpaque(value).takeUnretainedValue() }
        let arena = Arena()
        pthread_setspecific(key, Unmanaged.passRetained(arena).toOpaque())
        return arena
    }
}
