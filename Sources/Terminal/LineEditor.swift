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

    /// Tells what is called at a byte offset of an input.
    package var call: (_ input: String, _ offset: Int) -> CallHint? = { _, _ in nil }

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

    private let hasColor: Bool
    private let hasHints: Bool
    private let reflows: Bool

    /// - Parameters:
    ///   - hasColor: Whether the input has colours, and earlier inputs are suggested in grey.
    ///   - hasHints: Whether the signature of what is called is shown below.
    ///   - reflows: Whether the terminal breaks lines anew that a window gets too narrow for.
    package init(history: [String], historySize: Int, hasColor: Bool, hasHints: Bool = false, reflows: Bool = true) {
        self.hasColor = hasColor
        self.hasHints = hasHints
        self.reflows = reflows
        // Only how characters are read: numbers keep their point in every language.
        setlocale(LC_CTYPE, "")
        dls_readline_start(
            completionsForReadline, Int32(clamping: historySize), hasColor ? 1 : 0, decorationForReadline,
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

    /// What is longer is read anew with each key for too long.
    private static let longestDecorated = 1 << 16

    /// The colours over what readline has shown, and what stands below it; and how many rows below the cursor that is.
    fileprivate func decoration(_ line: String, cursor: Int) -> (text: String, rowsBelow: Int)? {
        guard earlierLines.utf8.count + line.utf8.count <= Self.longestDecorated else { return nil }
        var (rows, columns): (Int32, Int32) = (0, 0)
        rl_get_screen_size(&rows, &columns)
        guard
            let layout = InputLayout(
                line, cursor: cursor, promptWidth: promptWidth, columns: Int(columns),
                width: { Int(dls_readline_character_width($0)) }),
            layout.rows.count <= rows
        else { return nil }
        var text = ""
        if hasColor {
            let runs = InputColors.runs(earlierLines + line, from: earlierLines.utf8.count)
            text = layout.painted(line, runs: runs)
        }
        guard hasHints, layout.rows.count < rows,
            let call = call(earlierLines + line, earlierLines.utf8.count + cursor)
        else { return (text, 0) }
        let hint = call.text(columns: Int(columns) - promptWidth - 1, hasColor: hasColor)
        return (text + layout.below(String(repeating: " ", count: promptWidth) + hint), layout.rowsBelowCursor)
    }

    /// Shows the input anew where it stood before the window had another size.
    private func resize() {
        var (rows, columns): (Int32, Int32) = (0, 0)
        if reflows { rl_reset_screen_size() }
        rl_get_screen_size(&rows, &columns)
        let line = String(cString: dls_readline_line())
        let layout = InputLayout(
            line, cursor: Int(dls_readline_point()), promptWidth: promptWidth, columns: Int(columns),
            width: { Int(dls_readline_character_width($0)) })
        dls_readline_resize(Int32(clamping: layout?.cursorRow ?? 0))
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
                if earlierLines.isEmpty { return .end }
                _ = write(STDOUT_FILENO, "\n", 1)
                // What was typed is not thrown away: whoever reads it says what is missing.
                return .input(String(earlierLines.dropLast()))
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
        rl_reset_screen_size()
        promptWidth = displayWidth(text)
        dls_readline_begin(shown, takeLineFromReadline)
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
                dls_readline_go_to_end()
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
                resize()
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

private func decorationForReadline(
    _ line: UnsafePointer<CChar>?, _ cursor: Int32, _ rowsBelow: UnsafeMutablePointer<Int32>?
) -> UnsafeMutablePointer<CChar>? {
    guard let line, let (text, rows) = LineEditor.active?.decoration(String(cString: line), cursor: Int(cursor))
    else { return nil }
    rowsBelow?.pointee = Int32(clamping: rows)
    return strdup(text)
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
