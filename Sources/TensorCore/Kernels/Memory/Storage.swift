import CSimd
import Glibc

/// Memory that tensors share: aligned to 64 bytes, of a fixed size.
package final class Storage {
    package let byteCount: Int
    let base: UnsafeMutableRawPointer
    /// Whether optimizers write to it where it stands: what keeps its values copies them, see `Tensor.kept`.
    package var isWrittenInPlace = false

    /// Requests below this are made without asking how much memory is left: asking takes longer than filling them.
    private static let checkedByteCount = 32 << 20

    /// How many blocks of memory the calling thread has asked the system for, for tensors and within kernels.
    package static var allocationsOfThisThread: Int { Int(csimd_get_allocations()) }

    /// Allocates memory.
    ///
    /// - Throws: `TensorError.outOfMemory` where the system has no such amount; `.workMemory` where it had none for an
    ///   operation before.
    package init(byteCount: Int, zeroed: Bool) throws {
        try MemoryRefusal.check()
        try Storage.checkAvailable(byteCount)
        guard let block = BlockCache.take(byteCount) else { throw TensorError.outOfMemory(byteCount: byteCount) }
        if zeroed { Storage.clear(block, byteCount) }
        base = block
        self.byteCount = byteCount
    }

    /// Writes zeros, piece by piece: pages that nobody used before take long.
    private static func clear(_ block: UnsafeMutableRawPointer, _ byteCount: Int) {
        let piece = 16 << 20
        for place in stride(from: 0, to: byteCount, by: piece) where !Interrupt.stopsWork {
            memset(block + place, 0, min(piece, byteCount - place))
        }
    }

    /// A single zero, for what stands in for a value that was refused memory: it is made without asking whether there was
    /// a refusal, and is never given back.
    nonisolated(unsafe) static let zero = Storage()

    private init() {
        byteCount = BlockCache.alignment
        base = .allocate(byteCount: byteCount, alignment: BlockCache.alignment)
        memset(base, 0, byteCount)
    }

    /// - Throws: `TensorError.outOfMemory` where the system has no such amount of memory left.
    package static func checkAvailable(_ byteCount: Int) throws {
        if byteCount >= checkedByteCount, let available = Memory.availableByteCount(), byteCount > available {
            throw TensorError.outOfMemory(byteCount: byteCount)
        }
    }

    deinit { BlockCache.give(base, byteCount) }
}

extension Tensor {
    /// The first element's place in memory.
    @inline(__always)
    func pointer<Element>(_: Element.Type) -> UnsafeMutablePointer<Element> {
        storage.base.assumingMemoryBound(to: Element.self) + offset
    }
}
