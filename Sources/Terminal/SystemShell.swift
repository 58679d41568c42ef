import CReadline
import Glibc
import Session

/// Runs a command of the shell in the foreground, as the shell itself would: with signals as they are by default and
/// the terminal its own, which comes back when it ends.
package enum ShellCommand {
    package static func run(_ command: String) -> ShellOutcome {
        let hasTerminal = isatty(STDIN_FILENO) == 1
        var modes = termios()
        if hasTerminal { tcgetattr(STDIN_FILENO, &modes) }
        // A process in the background that gives the terminal away would be stopped.
        var blocked = sigset_t()
        var previous = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTTOU)
        pthread_sigmask(SIG_BLOCK, &blocked, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

        let process = dls_shell_start(command, hasTerminal ? 1 : 0)
        guard process > 0 else { return .failed(String(cString: strerror(errno))) }
        let outcome = wait(for: process, hasTerminal: hasTerminal)
        if hasTerminal {
            tcsetpgrp(STDIN_FILENO, getpgrp())
            tcsetattr(STDIN_FILENO, TCSADRAIN, &modes)
        }
        return outcome
    }

    private static func wait(for process: pid_t, hasTerminal: Bool) -> ShellOutcome {
        while true {
            var status: Int32 = 0
            guard waitpid(process, &status, WUNTRACED) == process else {
                if errno == EINTR { continue }
                return .failed(String(cString: strerror(errno)))
            }
            if status & 0xff == 0x7f {
                let signal = (status >> 8) & 0xff
                // Stopped by Ctrl-Z: dls stops too, and both go on together.
                if hasTerminal, signal == SIGTSTP || signal == SIGSTOP {
                    tcsetpgrp(STDIN_FILENO, getpgrp())
                    raise(SIGTSTP)
                }
                if hasTerminal { tcsetpgrp(STDIN_FILENO, process) }
                kill(-process, SIGCONT)
            } else {
                return ShellOutcome(status: status)
            }
        }
    }
}
