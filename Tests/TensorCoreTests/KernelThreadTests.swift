import Glibc
import Synchronization
import TensorCore
import Testing

@Suite(.serialized) struct KernelThreadTests {
    @Test func doesEveryChunkOnce() {
        _ = withThreadCounts([1, 2, 3, 8]) {
            for chunks in [0, 1, 2, 7, 1000] {
                let visits = (0..<1000).map { _ in Counter() }
                Threads.parallelFor(chunks) { visits[$0].value.add(1, ordering: .relaxed) }
                #expect(visits.enumerated().allSatisfy { $1.value.load(ordering: .relaxed) == ($0 < chunks ? 1 : 0) })
            }
        }
    }

    @Test func nestedCallsFinish() {
        _ = withThreadCounts([4]) {
            let total = Counter()
            Threads.parallelFor(20) { _ in
                Threads.parallelFor(20) { _ in
                    Threads.parallelFor(3) { _ in total.value.add(1, ordering: .relaxed) }
                }
            }
            #expect(total.value.load(ordering: .relaxed) == 1200)
        }
    }

    /// Many short jobs from several threads at once, with pauses in which workers fall asleep.
    @Test func severalClientsAtOnce() {
        _ = withThreadCounts([3]) {
            let total = Counter()
            let clients = (0..<4).map { client in
                var thread = pthread_t()
                let context = Unmanaged.passRetained(total).toOpaque()
                _ = client
                pthread_create(
                    &thread, nil,
                    { context in
                        guard let context else { return nil }
                        let total = Unmanaged<Counter>.fromOpaque(context).takeRetainedValue()
                        for round in 0..<500 {
                            Threads.parallelFor(5) { _ in total.value.add(1, ordering: .relaxed) }
                            if round % 100 == 0 { usleep(2000) }
                        }
                        return nil
                    }, context)
                return thread
            }
            for thread in clients { pthread_join(thread, nil) }
            #expect(total.value.load(ordering: .relaxed) == 4 * 500 * 5)
        }
    }

    /// Memory refused to a chunk is told to the thread that asked for the work, and to no other.
    @Test(arguments: [1, 3]) func refusedMemoryIsToldToWhoAsked(_ threads: Int) {
        _ = withThreadCounts([threads]) {
            var other = pthread_t()
            let calm = Counter()
            pthread_create(
                &other, nil,
                { context in
                    let calm = context.map { Unmanaged<Counter>.fromOpaque($0).takeUnretainedValue() }
                    for _ in 0..<200 {
                        Threads.parallelFor(4) { _ in usleep(10) }
                        if (try? MemoryRefusal.check()) != nil { calm?.value.add(1, ordering: .relaxed) }
                    }
                    return nil
                }, Unmanaged.passUnretained(calm).toOpaque())
            for round in 0..<200 {
                Threads.parallelFor(6) { chunk in if chunk == round % 6 { MemoryRefusal.note(byteCount: 7) } }
                #expect(throws: TensorError.workMemory(byteCount: 7)) { try MemoryRefusal.check() }
                #expect(throws: Never.self) { try MemoryRefusal.check() }
            }
            pthread_join(other, nil)
            withExtendedLifetime(calm) { #expect(calm.value.load(ordering: .relaxed) == 200) }
        }
    }

    /// The count is that of the process, in which other tests set it, too.
    @Test func countStaysInRange() async {
        await #expect(processExitsWith: .success) {
            Threads.count = 0
            #expect(Threads.count == 1)
            Threads.count = 3
            #expect(Threads.count == 3)
        }
    }

    @Test func denormalsCountAsZeroInWorkersAndCaller() {
        let tiny = Float.leastNonzeroMagnitude
        _ = withThreadCounts([1, 2]) {
            let nonzero = Counter()
            Threads.parallelFor(64) { chunk in
                if opaque(tiny) * opaque(2) != 0 { nonzero.value.add(1, ordering: .relaxed) }
            }
            #expect(nonzero.value.load(ordering: .relaxed) == 0)
            #expect(opaque(tiny) * opaque(2) != 0)
        }
    }

    /// In a process of its own: all that runs in this one would stop.
    @Test func interruptIsAFlag() async {
        await #expect(processExitsWith: .success) {
            try Interrupt.check()
            Interrupt.request()
            #expect(Interrupt.isRequested)
            #expect(throws: InterruptError()) { try Interrupt.check() }
            Interrupt.clear()
            #expect(!Interrupt.isRequested)
        }
    }
}

private final class Counter: Sendable {
    let value = Atomic<Int>(0)
}

/// Keeps the compiler from computing at compile time.
@inline(never)
private func opaque(_ value: Float) -> Float { value }
