import CReadline
import Glibc
import Synchronization
import TensorCore

/// What Ctrl-C, Ctrl-Z and a change of the window do, at the prompt and while something runs.
///
/// Handlers only set flags and write to a pipe; the prompt polls the pipe, and work polls `Interrupt`.
package enum TerminalSignals {
    /// Who has the terminal: that decides what a signal means.
    package enum Phase: Int, Sendable {
        /// A script: a third Ctrl-C in a row ends it.
        case script
        /// The prompt waits for input: Ctrl-C, Ctrl-Z and the rest are events.
        case prompt
        /// Something that was typed at the prompt runs: Ctrl-C asks it to stop, Ctrl-Z suspends.
        case execution
    }

    enum Event: CaseIterable {
        case interrupt, windowChange, suspension, continuation, termination
    }

    /// Turns Ctrl-C into a request to stop, and a closed output into an error of `write`.
    package static func install() {
        if wakeReader.load(ordering: .relaxed) < 0 {
            var ends: [Int32] = [-1, -1]
            if pipe(&ends) == 0 {
                for end in ends {
                    _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                    _ = fcntl(end, F_SETFL, O_NONBLOCK)
                }
                wakeReader.store(ends[0], ordering: .relaxed)
                wakeWriter.store(ends[1], ordering: .relaxed)
            }
        }
        // So that no handler is the first to touch them.
        for flag in [interruptFlag, windowFlag, suspensionFlag, continuationFlag, terminationSignal] {
            flag.value.store(0, ordering: .relaxed)
        }
        pressCount.store(0, ordering: .relaxed)
        lastPress.store(0, ordering: .relaxed)
        // Who was started by `nohup` stays deaf to it.
        hangUpIsIgnored.value.store(dls_is_ignored(SIGHUP), ordering: .relaxed)
        // A file at its size limit is an error of `write` too.
        for signal in [SIGPIPE, SIGXFSZ] { setDisposition(signal, SIG_IGN) }
        enter(.script)
    }

    package static func enter(_ next: Phase) {
        phase.store(next.rawValue, ordering: .relaxed)
        pressCount.store(0, ordering: .relaxed)
        setDisposition(SIGINT, handleSignal)
        let isPrompt = next == .prompt
        setDisposition(SIGTSTP, isPrompt ? handleSignal : SIG_DFL)
        setDisposition(SIGWINCH, next == .script ? SIG_DFL : handleSignal)
        // The terminal is readline's at the prompt, and must be given back before the program ends or stops.
        setDisposition(SIGCONT, isPrompt ? handleSignal : SIG_DFL)
        // A script stops as at Ctrl-C, with a last checkpoint, before it ends by the signal.
        for signal in [SIGTERM, SIGHUP, SIGXCPU]
        where signal != SIGHUP || hangUpIsIgnored.value.load(ordering: .relaxed) == 0 {
            setDisposition(signal, handleSignal)
        }
        setDisposition(SIGQUIT, isPrompt ? SIG_IGN : SIG_DFL)
    }

    /// The end of the pipe that can be read when a signal has come; -1 where there is none.
    static var wakeDescriptor: Int32 { wakeReader.load(ordering: .relaxed) }

    /// Empties the pipe and returns what has happened since the last call.
    static func takeEvents() -> Set<Event> {
        var buffer = [UInt8](repeating: 0, count: 64)
        while read(wakeDescriptor, &buffer, buffer.count) > 0 {}
        var events: Set<Event> = []
        for (event, flag) in [
            (Event.interrupt, interruptFlag), (.windowChange, windowFlag), (.suspension, suspensionFlag),
            (.continuation, continuationFlag),
        ] where flag.value.exchange(0, ordering: .relaxed) != 0 {
            events.insert(event)
        }
        if terminationSignal.value.load(ordering: .relaxed) != 0 { events.insert(.termination) }
        return events
    }

    /// Stops the program as Ctrl-Z would without a handler; returns when it goes on.
    static func suspendNow() {
        setDisposition(SIGTSTP, SIG_DFL)
        raise(SIGTSTP)
        setDisposition(SIGTSTP, handleSignal)
        continuationFlag.value.store(0, ordering: .relaxed)
    }

    /// The signal that asked the program to end; nil if none has.
    package static var termination: Int32? {
        let signal = terminationSignal.value.load(ordering: .relaxed)
        return signal == 0 ? nil : signal
    }

    /// What stopped the work, in words.
    static var stopText: String {
        if let reason = limitReason.withLock({ $0 }) { return reason }
        switch termination {
        case SIGTERM: return "ended by SIGTERM"
        case SIGHUP: return "ended by SIGHUP"
        case SIGXCPU: return "ended by SIGXCPU: the time of the processor is used up"
        default: return "interrupted"
        }
    }

    /// Stops the work as SIGXCPU does, because a limit of `--safe` is reached; at once where it does not stop.
    static func stop(because reason: String, atOnce: Bool) {
        if atOnce {
            _ = "dls: \(reason)\n".withCString { write(STDERR_FILENO, $0, strlen($0)) }
            TerminalEcho.show()
            _exit(128 + SIGXCPU)
        }
        limitReason.withLock { $0 = reason }
        handleSignal(SIGXCPU)
    }

    /// Ends the program by the signal that asked for it.
    package static func terminateNow() -> Never {
        let signal = terminationSignal.value.load(ordering: .relaxed)
        setDisposition(signal, SIG_DFL)
        raise(signal)
        exit(128 + signal)
    }

    /// Ends a script as Ctrl-C would without a handler, so that a shell's loop around it ends too.
    package static func endByInterrupt() -> Never {
        setDisposition(SIGINT, SIG_DFL)
        raise(SIGINT)
        exit(130)
    }

    private static func setDisposition(_ signal: Int32, _ handler: sighandler_t?) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        sigemptyset(&action.sa_mask)
        // No SA_RESTART: what waits in a system call wakes up.
        sigaction(signal, &action, nil)
    }
}

/// A flag that a handler can name.
private final class Flag: Sendable {
    let value = Atomic<Int32>(0)
}

private let interruptFlag = Flag()
private let windowFlag = Flag()
private let suspensionFlag = Flag()
private let continuationFlag = Flag()
private let terminationSignal = Flag()
private let limitReason = Mutex<String?>(nil)
private let hangUpIsIgnored = Flag()
private let phase = Atomic<Int>(TerminalSignals.Phase.script.rawValue)
private let pressCount = Atomic<Int>(0)
/// In milliseconds of the clock that never goes back.
private let lastPress = Atomic<Int>(0)
private let wakeReader = Atomic<Int32>(-1)
private let wakeWriter = Atomic<Int32>(-1)

private func handleSignal(_ signal: Int32) {
    let savedError = errno
    switch signal {
    case SIGINT:
        interruptFlag.value.store(1, ordering: .relaxed)
        Interrupt.request()
        countPress()
    case SIGWINCH: windowFlag.value.store(1, ordering: .relaxed)
    case SIGTSTP: suspensionFlag.value.store(1, ordering: .relaxed)
    case SIGCONT: continuationFlag.value.store(1, ordering: .relaxed)
    default:
        let isRepeated = terminationSignal.value.exchange(signal, ordering: .relaxed) != 0
        Interrupt.request()
        let isScript = phase.load(ordering: .relaxed) == TerminalSignals.Phase.script.rawValue
        if isRepeated, isScript { _exit(128 + signal) }
    }
    var byte: UInt8 = 0
    _ = write(wakeWriter.load(ordering: .relaxed), &byte, 1)
    errno = savedError
}

/// Ctrl-C again and again, within a second each: work that does not hear it can still be ended.
private func countPress() {
    let current = phase.load(ordering: .relaxed)
    guard current != TerminalSignals.Phase.prompt.rawValue else { return }
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let milliseconds = now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    let isQuick = milliseconds - lastPress.exchange(milliseconds, ordering: .relaxed) < 1000
    let count = isQuick ? pressCount.load(ordering: .relaxed) + 1 : 1
    pressCount.store(count, ordering: .relaxed)
    if current == TerminalSignals.Phase.script.rawValue {
        if count >= 3 { _exit(130) }
    } else if count == 3 {
        let message: StaticString =
            "\ndls: it will stop at the next step\nCtrl-\\ ends dls at once, unsaved\n"
        _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
    }
}
