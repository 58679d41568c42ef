import CSimd
import Glibc
import Synchronization

/// Work in numbered pieces that may run in any order and at the same time.
protocol ChunkedWork {
    /// Does piece `chunk`.
    func run(chunk: Int)
}

/// The threads that kernels share.
///
/// Work is cut into chunks by its shape alone, never by the number of threads, and a chunk writes only what is its own:
/// so results have the same bits whatever the number of threads.
package enum Threads {
    /// How many threads work at the same time, the caller's among them; 1 to 256.
    ///
    /// At first the number that the environment's `DLS_THREADS` says, else the number of cores the process may use.
    package static var count: Int {
        get { ThreadPool.shared.threadCount }
        set { ThreadPool.shared.resize(to: min(max(newValue, 1), 256)) }
    }

    /// Calls `body` with 0 ..< `chunks`, on several threads where there are some to spare, and returns when all are done.
    ///
    /// A call from within another one's `body`, or while another client's work runs, does its chunks in order on the
    /// calling thread. Denormals count as zero in `body`.
    package static func parallelFor(_ chunks: Int, _ body: (Int) -> Void) {
        guard ThreadPool.shared.mayShare(chunks) else { return inOrder(chunks, body) }
        withoutActuallyEscaping(body) { perform(chunks, ClosureWork(body: $0)) }
    }

    /// Does the pieces 0 ..< `chunks` of `work` like `parallelFor`, without allocating memory.
    static func perform<Work: ChunkedWork>(_ chunks: Int, _ work: Work) {
        guard ThreadPool.shared.mayShare(chunks) else { return inOrder(chunks) { work.run(chunk: $0) } }
        withUnsafePointer(to: work) { pointer in
            ThreadPool.shared.run(chunks, UnsafeRawPointer(pointer)) { context, chunk in
                context.assumingMemoryBound(to: Work.self).pointee.run(chunk: chunk)
            }
        }
    }

    private static func inOrder(_ chunks: Int, _ body: (Int) -> Void) {
        let before = csimd_flush_denormals()
        defer { csimd_restore(before) }
        for chunk in 0..<max(chunks, 0) {
            if Interrupt.stopsWork { return }
            body(chunk)
        }
    }
}

private struct ClosureWork: ChunkedWork {
    let body: (Int) -> Void

    func run(chunk: Int) { body(chunk) }
}

/// Workers that take chunks of one job at a time, spin for a moment when there is none, then sleep.
final class ThreadPool: @unchecked Sendable {
    static let shared = ThreadPool()

    typealias ChunkFunction = (UnsafeRawPointer, Int) -> Void

    /// The job's number in the upper half, how many of its chunks nobody has taken yet in the lower.
    ///
    /// Whoever takes a chunk by exchanging this word knows that the job is unfinished, and so that the four properties
    /// below are that job's until the chunk is reported done.
    private let ticket = Atomic<UInt64>(0)
    private var chunkCount = 0
    private var context = UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    private var function: ChunkFunction = { _, _ in }
    /// Whether chunks are left out once an interrupt is requested.
    private var isStoppable = false

    /// Chunks of the job that are not done.
    private let pending = Atomic<Int>(0)
    /// What was refused to the job's kernels; 0 for nothing.
    private let refusedByteCount = Atomic<Int>(0)
    private let isTaken = Atomic<Bool>(false)
    private let ownerSleeps = Atomic<Bool>(false)
    private let sleepers = Atomic<Int>(0)
    /// Workers with lower numbers take part.
    private let activeWorkers = Atomic<Int>(0)
    private var workerCount = 0

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let jobArrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let jobDone = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let becameActive = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Looks at the job's word this often before sleeping: some 50 microseconds, more than lies between two kernels of
    /// a training step.
    private static let spins = 3000

    private init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(jobArrived, nil)
        pthread_cond_init(jobDone, nil)
        pthread_cond_init(becameActive, nil)
        let wanted = getenv("DLS_THREADS").flatMap { Int(String(cString: $0)) } ?? Int(csimd_core_count())
        resize(to: min(max(wanted, 1), 256))
    }

    var threadCount: Int { activeWorkers.load(ordering: .relaxed) + 1 }

    func resize(to threads: Int) {
        pthread_mutex_lock(mutex)
        while workerCount < threads - 1 {
            let worker = Unmanaged.passRetained(Worker(pool: self, number: workerCount))
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { argument in
                    if let argument { Unmanaged<Worker>.fromOpaque(argument).takeRetainedValue().work() }
                    return nil
                }, worker.toOpaque())
            guard status == 0 else {
                worker.release()
                break
            }
            pthread_detach(thread)
            workerCount += 1
        }
        activeWorkers.store(min(threads - 1, workerCount), ordering: .sequentiallyConsistent)
        pthread_cond_broadcast(becameActive)
        // Those that became surplus move from one queue to the other.
        pthread_cond_broadcast(jobArrived)
        pthread_mutex_unlock(mutex)
    }

    /// Whether a job of so many chunks is worth offering to others.
    func mayShare(_ chunks: Int) -> Bool {
        chunks > 1 && activeWorkers.load(ordering: .relaxed) > 0 && !csimd_get_working()
            && !isTaken.load(ordering: .relaxed)
    }

    func run(_ chunks: Int, _ context: UnsafeRawPointer, _ function: @escaping ChunkFunction) {
        let before = csimd_flush_denormals()
        defer { csimd_restore(before) }
        guard !isTaken.exchange(true, ordering: .acquiring) else {
            for chunk in 0..<chunks where !Interrupt.stopsWork { function(context, chunk) }
            return
        }
        self.context = context
        self.function = function
        isStoppable = csimd_get_stoppable()
        chunkCount = chunks
        pending.store(chunks, ordering: .relaxed)
        let number = (ticket.load(ordering: .relaxed) >> 32) &+ 1
        ticket.store(number << 32 | UInt64(chunks), ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
            pthread_mutex_lock(mutex)
            pthread_cond_broadcast(jobArrived)
            pthread_mutex_unlock(mutex)
        }
        csimd_set_working(true)
        takeChunks()
        csimd_set_working(false)
        waitForOthers()
        // The last report of a chunk came after this was written.
        let refused = refusedByteCount.load(ordering: .relaxed)
        if refused != 0 { refusedByteCount.store(0, ordering: .relaxed) }
        isTaken.store(false, ordering: .releasing)
        if refused != 0 { MemoryRefusal.note(byteCount: refused) }
    }

    /// Remembers that memory was refused to the job: its owner is told when it is done.
    func noteRefusal(byteCount: Int) { refusedByteCount.store(max(byteCount, 1), ordering: .relaxed) }

    private func takeChunks() {
        var word = ticket.load(ordering: .acquiring)
        while word & 0xffff_ffff != 0 {
            let (taken, current) = ticket.weakCompareExchange(
                expected: word, desired: word - 1, ordering: .acquiringAndReleasing)
            guard taken else {
                word = current
                continue
            }
            csimd_set_stoppable(isStoppable)
            if !Interrupt.stopsWork { function(context, chunkCount - Int(word & 0xffff_ffff)) }
            if pending.subtract(1, ordering: .sequentiallyConsistent).newValue == 0,
                ownerSleeps.load(ordering: .sequentiallyConsistent)
            {
                pthread_mutex_lock(mutex)
                pthread_cond_broadcast(jobDone)
                pthread_mutex_unlock(mutex)
            }
            word = ticket.load(ordering: .acquiring)
        }
    }

    private func waitForOthers() {
        for _ in 0..<ThreadPool.spins {
            if pending.load(ordering: .acquiring) == 0 { return }
            csimd_pause()
        }
        pthread_mutex_lock(mutex)
        ownerSleeps.store(true, ordering: .sequentiallyConsistent)
        while pending.load(ordering: .sequentiallyConsistent) != 0 { pthread_cond_wait(jobDone, mutex) }
        ownerSleeps.store(false, ordering: .relaxed)
        pthread_mutex_unlock(mutex)
    }

    private final class Worker {
        let pool: ThreadPool
        let number: Int

        init(pool: ThreadPool, number: Int) {
            self.pool = pool
            self.number = number
        }

        func work() {
            var signals = sigset_t()
            sigfillset(&signals)
            // Ctrl-C is the main thread's to hear.
            pthread_sigmask(SIG_BLOCK, &signals, nil)
            _ = csimd_flush_denormals()
            csimd_set_working(true)
            while true {
                waitForJob()
                pool.takeChunks()
            }
        }

        private var isActive: Bool { number < pool.activeWorkers.load(ordering: .sequentiallyConsistent) }
        private var hasJob: Bool { pool.ticket.load(ordering: .sequentiallyConsistent) & 0xffff_ffff != 0 }

        private func waitForJob() {
            for _ in 0..<ThreadPool.spins where isActive {
                if hasJob { return }
                csimd_pause()
            }
            pthread_mutex_lock(pool.mutex)
            while true {
                if !isActive {
                    pthread_cond_wait(pool.becameActive, pool.mutex)
                    continue
                }
                pool.sleepers.add(1, ordering: .sequentiallyConsistent)
                if !hasJob { pthread_cond_wait(pool.jobArrived, pool.mutex) }
                pool.sleepers.subtract(1, ordering: .sequentiallyConsistent)
                if isActive && hasJob { break }
            }
            pthread_mutex_unlock(pool.mutex)
        }
    }
}
