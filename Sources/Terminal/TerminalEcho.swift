import Glibc

/// Whether the terminal shows what is typed.
///
/// While an input runs it does not: typed text would stand in the middle of outputs, and the prompt shows it anyway
/// as soon as it reads it.
enum TerminalEcho {
    /// The settings to go back to; nil while nothing is hidden. Only the thread that reads input touches it.
    nonisolated(unsafe) private static var saved: termios?
    nonisolated(unsafe) private static var isRegistered = false

    static func hide() {
        var settings = termios()
        guard saved == nil, isInForeground, tcgetattr(STDIN_FILENO, &settings) == 0,
            settings.c_lflag & tcflag_t(ECHO) != 0
        else { return }
        if !isRegistered { isRegistered = atexit { TerminalEcho.show() } == 0 }
        guard isRegistered else { return }
        let shown = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        if tcsetattr(STDIN_FILENO, TCSANOW, &settings) == 0 { saved = shown }
    }

    static func show() {
        guard var settings = saved, isInForeground else { return }
        saved = nil
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// Runs what asks a person, who has to see the answer.
    static func whileShown<T>(_ body: () throws -> T) rethrows -> T {
        guard saved != nil else { return try body() }
        show()
        defer { hide() }
        return try body()
    }

    /// A program in the background that changes the terminal is stopped.
    private static var isInForeground: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }
}
