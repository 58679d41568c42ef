import Glibc

/// Reads inputs line by line without editing, for terminals that cannot do more and for programs that edit
/// themselves, such as rlwrap and Emacs.
package final class PlainInput: InputSource {
    private let descriptor: Int32
    private let prompts: TextOutput
    private var bytes: [UInt8] = []
    private var isAtEnd = false

    package init(descriptor: Int32 = STDIN_FILENO, prompts: TextOutput) {
        self.descriptor = descriptor
        self.prompts = prompts
    }

    package func next(prompt: Prompt, isComplete: (String) -> Bool) -> InputEvent {
        TerminalSignals.enter(.execution)
        _ = TerminalSignals.takeEvents()
        var input = ""
        while true {
            prompts.write(input.isEmpty ? prompt.first : prompt.continuation)
            guard let line = nextLine() else {
                prompts.write("\n")
                if !isAtEnd { return .interrupted }
                return input.isEmpty ? .end : .input(String(input.dropLast()))
            }
            input += line
            if isComplete(input) { return .input(input) }
            input += "\n"
        }
    }

    /// A line without its end; nil at the end of input and when Ctrl-C was pressed.
    private func nextLine() -> String? {
        var buffer = [UInt8](repeating: 0, count: 1 << 12)
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                defer { bytes.removeSubrange(...end) }
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
            if isAtEnd {
                defer { bytes = [] }
                return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            }
            guard waitForBytes() else {
                bytes = []
                return nil
            }
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                bytes += buffer.prefix(count)
            } else if count == 0 {
                isAtEnd = true
            } else if errno != EINTR {
                isAtEnd = true
            }
        }
    }

    /// Waits until there is something to read; false when Ctrl-C was pressed.
    ///
    /// It looks again and again, for a signal that comes just before the wait would not end it.
    private func waitForBytes() -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            if TerminalSignals.takeEvents().contains(.interrupt) { return false }
            let ready = poll(&request, 1, 50)
            if ready > 0 || (ready < 0 && errno != EINTR) { return true }
        }
    }
}
