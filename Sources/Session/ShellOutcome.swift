import Glibc

/// How a command of the shell ended.
package enum ShellOutcome: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    case failed(String)

    /// - Parameter status: As `waitpid` gives it for a process that has ended.
    package init(status: Int32) {
        self = status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: status & 0x7f)
    }

    /// What to say of it; nil if all went well.
    package var note: String? {
        switch self {
        case .exited(0): nil
        case .exited(let status): "the command ended with status \(status)"
        case .killed(SIGINT): nil
        case .killed(let signal): "the command was ended by signal \(signal)"
        case .failed(let reason): "the command cannot be run: \(reason)"
        }
    }
}
