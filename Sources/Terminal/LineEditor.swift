@preconcurrency import CReadline
import Figures
import Glibc

/// Reads inputs from a terminal with GNU readline: editing, history, search and completion.
///
/// It uses readline's callback interface, so that signals are events of the same loop that waits for keys, and no
/// C frame is ever jumped over. There is one terminal, so there can be one editor.
package final class LineEditor: InputSource {
    /// Answers Tab, given an input and the byte offset of the cursor.
    package var complete: (_ input: String, _ offset: Int) -> TabCompletion = {
        TabCompletion(start: $1, candidates: [])
    }

    /// What was typed before the prompt and read by others.
    package var takeTyped: () -> String = { "" }

    /// The lines of an input that goes on, each with its line end.
    private var earlierLines = ""
    fileprivate var outcome: Outcome?

    fileprivate enum Outcome {
        case line(String)
        case end
    }

    /// The editor that readline's callbacks speak to. Only the thread that reads input touches it.
    nonisolated(unsafe) fileprivate static var active: LineEditor?

    /// - Parameter hasColor: Whether the input has colours, and earlier inputs are suggested in grey.
    package init(history: [String], historySize: Int, hasColor: Bool) {
        // Only how characters are read: numbers keep their point in every language.
        setlocale(LC_CTYPE, "")
        dls_readline_start(
            completionsForReadline, Int32(clamping: historySize), hasColor ? paintForReadline : nil,
            TerminalSignals.wakeDescriptor)
        for entry in history { remember(entry) }
    }

    /// Puts an input among those that the arrow keys and Ctrl-R find, unless it repeats the last one.
    package func remember(_ input: String) {
        guard !input.isEmpty, input != lastRemembered else { return }
        add_history(input)
        lastRemembered = input
    }

    private var lastRemembered = ""
    private var promptWidth = 0

    /// A line in colours; nil where it takes more than one row, or has none.
    fileprivate func painted(_ line: String) -> String? {
        var size: (rows: Int32, columns: Int32) = (0, 0)
        rl_get_screen_size(&size.rows, &size.columns)
        guard !line.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }),
            promptWidth + displayWidth(line) < size.columns
        else { return nil }
        return InputColors.painted(line)
    }

    package func next(prompt: Prompt, isComplete: (String) -> Bool) -> InputEvent {
        Self.active = self
        defer { Self.active = nil }
        TerminalSignals.enter(.prompt)
        earlierLines = ""
        // What was asked for before this prompt has been answered.
        _ = TerminalSignals.takeEvents()
        while true {
            switch readLine(prompt) {
            case nil: return .interrupted
            case .end:
                // What was typed is not thrown away: whoever reads it says what is missing.
                return earlierLines.isEmpty ? .end : .input(String(earlierLines.dropLast()))
            case .line(let line):
                let input = earlierLines + line
                if isComplete(input) { return .input(input) }
                earlierLines = input + "\n"
            }
        }
    }

    /// One line; nil when Ctrl-C was pressed.
    private func readLine(_ prompt: Prompt) -> Outcome? {
        outcome = nil
        let text = earlierLines.isEmpty ? prompt.first : prompt.continuation
        // Between the marks stands what takes no room on the screen.
        let shown = prompt.hasColor ? "\u{1}\u{1b}[1;36m\u{2}\(text)\u{1}\u{1b}[0m\u{2}" : text
        rl_resize_terminal()
        promptWidth = displayWidth(text)
        dls_readline_begin(shown, Int32(clamping: promptWidth), takeLineFromReadline)
        let typed = takeTyped()
        if !typed.isEmpty {
            rl_insert_text(typed)
            rl_redisplay()
        }
        while true {
            if case .line = outcome { return outcome }
            let events = TerminalSignals.takeEvents()
            if events.contains(.termination) {
                dls_readline_abandon()
                TerminalSignals.terminateNow()
            }
            if events.contains(.interrupt) {
                dls_readline_hide_suggestion()
                // Before readline goes back to the start of the line.
                _ = write(STDOUT_FILENO, "^C", 2)
                dls_readline_abandon()
                _ = write(STDOUT_FILENO, "\n", 1)
                return nil
            }
            // After the signals: one of them may have ended the line.
            if let outcome { return outcome }
            if events.contains(.suspension) {
                dls_readline_release_terminal()
                TerminalSignals.suspendNow()
                dls_readline_retake_terminal()
            } else if events.contains(.continuation) {
                dls_readline_retake_terminal()
            } else if events.contains(.windowChange) {
                rl_resize_terminal()
            }
            waitAndRead()
        }
    }

    /// Gives a key to readline when there is one; returns at once when a signal comes.
    private func waitAndRead() {
        var requests = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: TerminalSignals.wakeDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&requests, 2, -1) > 0, requests[1].revents == 0 else { return }
        if requests[0].revents & Int16(POLLIN | POLLHUP) != 0 {
            rl_callback_read_char()
        } else if requests[0].revents != 0 {
            dls_readline_abandon()
            outcome = .end
        }
    }

    /// The candidates as readline wants them: in the place of what stands behind `wordStart`.
    fileprivate func candidates(before cursor: [UInt8], wordStart: Int) -> [[UInt8]] {
        let context = Array(earlierLines.utf8)
        let text = String(decoding: context + cursor, as: UTF8.self)
        let answer = complete(text, context.count + cursor.count)
        let start = answer.start - context.count
        guard start >= 0, start <= cursor.count else { return [] }
        return answer.candidates.compactMap { candidate in
            let bytes = Array(candidate.utf8)
            if start >= wordStart { return cursor[wordStart..<start] + bytes }
            // The candidate starts in front of readline's word, as the path of a file does.
            let typed = cursor[start..<wordStart]
            return bytes.starts(with: typed) ? Array(bytes[typed.count...]) : nil
        }
    }

    fileprivate static func commonPrefix(_ words: [[UInt8]]) -> [UInt8] {
        guard var prefix = words.first else { return [] }
        for word in words.dropFirst() {
            prefix = Array(zip(prefix, word).prefix { $0 == $1 }.map(\.0))
        }
        // Not through the middle of a character.
        while !prefix.isEmpty, String(validating: prefix, as: UTF8.self) == nil { prefix.removeLast() }
        return prefix
    }
}

// MARK: What readline calls

private func takeLineFromReadline(_ line: UnsafeMutablePointer<CChar>?) {
    // Puts the terminal back as it was: whatever runs now finds it so.
    rl_callback_handler_remove()
    guard let line else {
        LineEditor.active?.outcome = .end
        return
    }
    LineEditor.active?.outcome = .line(String(cString: line))
    free(line)
}

private func paintForReadline(_ line: UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>? {
    guard let line, let painted = LineEditor.active?.painted(String(cString: line)) else { return nil }
    return strdup(painted)
}

private func completionsForReadline(
    _ word: UnsafePointer<CChar>?, _ start: Int32, _ end: Int32
) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    dls_readline_completion_is_final()
    guard let editor = LineEditor.active, let buffer = dls_readline_line() else { return nil }
    let line = UnsafeBufferPointer(start: buffer, count: Int(end)).map { UInt8(bitPattern: $0) }
    let words = editor.candidates(before: line, wordStart: Int(start))
    guard !words.isEmpty else { return nil }
    // What all have in common comes first; a single candidate is that.
    let list = words.count == 1 ? words : [LineEditor.commonPrefix(words)] + words
    let size = (list.count + 1) * MemoryLayout<UnsafeMutablePointer<CChar>?>.stride
    guard let memory = malloc(size) else { return nil }
    let matches = memory.bindMemory(to: UnsafeMutablePointer<CChar>?.self, capacity: list.count + 1)
    for (index, word) in list.enumerated() {
        (matches + index).initialize(to: strdup(String(decoding: word, as: UTF8.self)))
    }
    (matches + list.count).initialize(to: nil)
    return matches
}
