import Figures
import Glibc
import TensorCore

/// What a terminal answers to questions, apart from what was typed meanwhile.
package struct TerminalAnswers: Equatable {
    package private(set) var hasKitty = false
    package private(set) var hasSixels = false
    package private(set) var cell: CellSize?
    /// How many colours there are for sixels.
    package private(set) var colorCount: Int?
    /// Whether the last of the questions is answered, to which every terminal has an answer.
    package private(set) var isComplete = false
    /// What is no answer.
    package private(set) var typed: [UInt8] = []
    private var sequence: [UInt8] = []

    package init() {}

    /// The questions: kitty's pictures, the size of a character, the colours of sixels, and what the terminal is.
    package static func questions(kitty: Bool) -> String {
        (kitty ? "\u{1b}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1b}\\" : "") + "\u{1b}[16t\u{1b}[?1;1;0S\u{1b}[c"
    }

    mutating func removeTyped() { typed = [] }

    package mutating func add(_ bytes: [UInt8]) { for byte in bytes { add(byte) } }

    private mutating func add(_ byte: UInt8) {
        let escape: UInt8 = 0x1b
        if sequence.isEmpty {
            if byte == escape { sequence = [byte] } else { typed.append(byte) }
            return
        }
        sequence.append(byte)
        switch sequence.count > 1 ? sequence[1] : 0 {
        case UInt8(ascii: "["):
            guard sequence.count > 2, (0x40...0x7e).contains(byte) else { break }
            end(isAnswer: takeReport(String(decoding: sequence.dropFirst(2), as: UTF8.self)))
        case UInt8(ascii: "_"):
            guard byte == UInt8(ascii: "\\"), sequence[sequence.count - 2] == escape else { break }
            let text = String(decoding: sequence.dropFirst(2).dropLast(2), as: UTF8.self)
            if text.hasPrefix("Gi=31"), text.hasSuffix(";OK") { hasKitty = true }
            end(isAnswer: true)
        default: end(isAnswer: false)
        }
        if sequence.count > 256 { end(isAnswer: false) }
    }

    private mutating func end(isAnswer: Bool) {
        if !isAnswer { typed += sequence }
        sequence = []
    }

    /// Returns false for the sequence of a key.
    private mutating func takeReport(_ text: String) -> Bool {
        let numbers = text.dropLast().drop { $0 == "?" }.split(separator: ";").map { Int($0) }
        switch text.last {
        case "c" where text.hasPrefix("?"):
            hasSixels = numbers.dropFirst().contains(4)
            isComplete = true
        case "S" where text.hasPrefix("?"):
            if numbers.count == 3, numbers[0] == 1, numbers[1] == 0 { colorCount = numbers[2] }
        case "t":
            if numbers.count == 3, numbers[0] == 6, let height = numbers[1], let width = numbers[2] {
                cell = CellSize(width: width, height: height)
            }
        default: return text.hasPrefix("?")
        }
        return true
    }
}

/// Asks the terminal of the standard streams.
enum TerminalQuery {
    /// Returns nil where it cannot be asked now: another program has it, or something has been typed ahead, which would be
    /// lost.
    static func ask(kitty: Bool, by output: TextOutput) -> TerminalAnswers? {
        var usual = termios()
        guard isatty(STDOUT_FILENO) == 1, tcgetpgrp(STDIN_FILENO) == getpgrp(), tcgetattr(STDIN_FILENO, &usual) == 0
        else { return nil }
        var modes = usual
        // Answers come without a line end, and are not shown. Ctrl-C stays a signal.
        modes.c_lflag &= ~tcflag_t(ICANON | ECHO)
        guard tcsetattr(STDIN_FILENO, TCSANOW, &modes) == 0 else { return nil }
        defer { tcsetattr(STDIN_FILENO, TCSANOW, &usual) }
        var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, 0) == 0 else { return nil }
        output.write(TerminalAnswers.questions(kitty: kitty))
        // What a terminal without an answer may have shown.
        defer { output.write("\r\u{1b}[K") }
        var answers = TerminalAnswers()
        var buffer = [UInt8](repeating: 0, count: 256)
        let deadline = monotonicSeconds() + (environmentVariable("SSH_CONNECTION") == nil ? 0.3 : 1)
        while !answers.isComplete, !Interrupt.isRequested {
            let rest = deadline - monotonicSeconds()
            guard rest > 0 else { break }
            guard poll(&request, 1, Int32(rest * 1000) + 1) > 0 else { continue }
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count > 0 { answers.add(Array(buffer.prefix(count))) } else if count == 0 || errno != EINTR { break }
        }
        return answers
    }
}
