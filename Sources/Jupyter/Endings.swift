import CSystem
import Glibc
import Runtime

/// What ends a kernel beside its client's word: signals, and that its client is gone.
struct Endings {
    /// Can be read when a signal has come.
    let descriptor = dls_take_stop_signals()
    let parent: ParentProcess?
    private var deadline: ContinuousClock.Instant?

    /// How long a cell may take to stop when the kernel ends.
    private static let patience = Duration.seconds(5)

    init(parent: ParentProcess?) { self.parent = parent }

    /// Ends the kernel when it is told to by a signal or nobody is there any more, if need be in the middle of a cell.
    mutating func look(_ mailbox: Mailbox) {
        while descriptor >= 0 {
            let signal = dls_next_signal(descriptor)
            if signal == 0 { break }
            if signal == SIGINT { mailbox.interrupt() } else { mailbox.stop() }
        }
        if parent?.hasEnded == true { mailbox.stop() }
        guard mailbox.stops else { return }
        let now = ContinuousClock.now
        if deadline == nil { deadline = now.advanced(by: Self.patience) }
        if let deadline, now > deadline { _exit(1) }
    }

    func finish() {
        if descriptor >= 0 { close(descriptor) }
    }
}

/// The process that started the kernel, which must not outlive it.
package struct ParentProcess {
    private let process: pid_t
    private let isDirect: Bool

    /// Nil where the client does not say who it is.
    package init?(environment: String?) {
        guard let process = environment.flatMap({ pid_t($0) }), process > 1 else { return nil }
        self.process = process
        isDirect = getppid() == process
    }

    /// A process that has ended and is not yet waited for can still be sent signals, but its children have another parent.
    package var hasEnded: Bool {
        isDirect ? getppid() != process : kill(process, 0) != 0 && errno == ESRCH
    }
}
