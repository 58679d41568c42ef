import CSimd
import Glibc
import Synchronization

/// Memory that was given back, kept for the next request of about the same size.
///
/// Large blocks straight from the system are filled with zeros page by page when they are first touched, which takes
/// longer than most operations on them.
enum BlockCache {
    /// The least capacity of a block; all are a multiple of it, and aligned to it.
    static let alignment = 64
    private static let largePage = 2 << 20
    /// What is kept in all: what a step of most networks takes, and at most an eighth of a small machine's memory.
    private static let keptByteCount = max(256 << 20, min(1 << 30, (Memory.physicalByteCount ?? 0) / 8))

    private struct Kept {
        /// For each class of sizes, the block that was given back last; each block starts with the place of the next.
        var heads = [UnsafeMutableRawPointer?](repeating: nil, count: 256)
        var byteCount = 0
    }

    nonisolated(unsafe) private static var kept = Kept()
    private static let lock = Mutex(())

    /// The class of blocks that hold so many bytes, and their capacity: four classes for each doubling.
    @inline(__always)
    private static func sizeClass(_ byteCount: Int) -> (index: Int, capacity: Int) {
        let units = max((byteCount + alignment - 1) / alignment, 1)
        if units <= 4 { return (units - 1, units * alignment) }
        let shift = Int.bitWidth - 3 - (units - 1).leadingZeroBitCount
        let steps = ((units - 1) >> shift) + 1
        return (shift * 4 + steps - 1, (steps << shift) * alignment)
    }

    /// Returns memory for so many bytes, or `nil` where there is none.
    static func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        guard byteCount <= Int.max / 4 else { return nil }
        let (index, capacity) = sizeClass(byteCount)
        let block = lock.withLock { _ -> UnsafeMutableRawPointer? in
            guard let block = kept.heads[index] else { return nil }
            kept.heads[index] = block.load(as: UnsafeMutableRawPointer?.self)
            kept.byteCount -= capacity
            return block
        }
        if let block { return block }
        if let block = allocate(capacity) { return block }
        release()
        return allocate(capacity)
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer? {
        csimd_count_allocation()
        Memory.requested.wrappingAdd(capacity, ordering: .relaxed)
        var pointer: UnsafeMutableRawPointer?
        let isLarge = capacity >= largePage
        guard posix_memalign(&pointer, isLarge ? largePage : alignment, capacity) == 0 else { return nil }
        // Fewer, larger pages: reading and writing a large block takes up to a fifth less time.
        if isLarge { madvise(pointer, capacity, MADV_HUGEPAGE) }
        return pointer
    }

    /// Gives back memory that was taken for so many bytes.
    static func give(_ block: UnsafeMutableRawPointer, _ byteCount: Int) {
        let (index, capacity) = sizeClass(byteCount)
        if capacity > keptByteCount / 2 { return free(block) }
        lock.withLock { _ in
            if kept.byteCount + capacity > keptByteCount { releaseAll() }
            block.storeBytes(of: kept.heads[index], as: UnsafeMutableRawPointer?.self)
            kept.heads[index] = block
            kept.byteCount += capacity
        }
    }

    /// Gives all that is kept to the system.
    static func release() {
        lock.withLock { _ in releaseAll() }
    }

    /// Gives all to the system; the lock is held.
    private static func releaseAll() {
        for index in kept.heads.indices {
            while let block = kept.heads[index] {
                kept.heads[index] = block.load(as: UnsafeMutableRawPointer?.self)
                free(block)
            }
        }
        kept.byteCount = 0
    }
}
