import Foundation
import Runtime
import Synchronization
import TensorCore

/// Bounds the time and the memory of each input: what goes beyond ends the process. Code is asked to stop first.
final class Watch: Sendable {
    private static let interval = 0.05
    /// What a program may take, in seconds, before it is asked to stop as by Ctrl-C.
    private static let patience = 0.5
    /// Seconds of the processor, as the machine may be busy, and by the clock.
    private static let mostSeconds = 8.0
    private static let mostClockSeconds = 120.0
    private static let mostBytes = 3 << 30

    private struct Start {
        var time: UInt64
        var processorTime: UInt64
        var byteCount: Int
    }

    private let start = Mutex<Start?>(nil)

    init(isCode: Bool) throws {
        let watching = SystemThread(stackByteCount: 512 << 10) { [self] in
            while true {
                usleep(UInt32(Self.interval * 1e6))
                look(isCode)
            }
        }
        guard watching != nil else { throw FuzzError("the system has no thread to give") }
    }

    private func look(_ isCode: Bool) {
        start.withLock { start in
            guard let start else { return }
            let seconds = Double(nanoseconds(CLOCK_MONOTONIC) - start.time) / 1e9
            let worked = Double(nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - start.processorTime) / 1e9
            if isCode, seconds > Self.patience { Interrupt.request() }
            if worked > Self.mostSeconds || seconds > Self.mostClockSeconds {
                find("it takes \(seconds) s\(isCode ? " and does not stop when asked to" : "")")
            }
            if let used = Memory.usedByteCount, used - start.byteCount > Self.mostBytes {
                find("it takes \((used - start.byteCount) >> 20) MB of memory")
            }
        }
    }

    func run(_ body: () -> Void) {
        start.withLock {
            $0 = Start(
                time: nanoseconds(CLOCK_MONOTONIC),
                processorTime: nanoseconds(CLOCK_PROCESS_CPUTIME_ID), byteCount: Memory.usedByteCount ?? 0)
        }
        body()
        start.withLock { $0 = nil }
        Interrupt.clear()
    }

    private func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
