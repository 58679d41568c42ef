import Glibc

/// Work that nothing can stop, such as a routine of LAPACK: it has a thread of its own, which an interrupt leaves behind.
package enum LeftBehind {
    private final class Job: @unchecked Sendable {
        let body: () -> Void
        var hasEnded = false
        var isLeft = false

        init(_ body: @escaping () -> Void) { self.body = body }
    }

    private static let monitor = Monitor()
    nonisolated(unsafe) private static var leftCount = 0
    private static let patienceSeconds = 0.02
    private static let stackByteCount = 8 << 20

    /// Whether work goes on that nobody waits for any more.
    package static var isWorking: Bool { monitor.withLock { leftCount > 0 } }

    /// Does work and waits for its end, or for an interrupt.
    ///
    /// None begins while an interrupted one is still at work, so that they do not pile up.
    ///
    /// - Parameter body: Keeps all alive that it works on; what it writes to is nobody else's after an interrupt.
    /// - Throws: `InterruptError`.
    static func run(_ body: @escaping () -> Void) throws {
        let job = Job(body)
        try monitor.withLock {
            while leftCount > 0 {
                try Interrupt.check()
                monitor.wait(atMost: patienceSeconds)
            }
        }
        let thread = SystemThread(stackByteCount: stackByteCount) {
            job.body()
            monitor.withLock {
                job.hasEnded = true
                if job.isLeft { leftCount -= 1 }
                monitor.signal()
            }
        }
        // Without a thread there is nobody else to do it.
        guard let thread else { return body() }
        thread.detach()
        try monitor.withLock {
            while !job.hasEnded {
                if Interrupt.isRequested {
                    job.isLeft = true
                    leftCount += 1
                    throw InterruptError()
                }
                monitor.wait(atMost: patienceSeconds)
            }
        }
    }
}
