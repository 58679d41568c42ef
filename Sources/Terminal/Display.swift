import Figures
import Glibc
import Language
import Runtime
import TensorCore

/// Shows text and figures on standard output, and notes, errors and progress on standard error, in the order in
/// which they come.
package final class Display {
    package let output: TextOutput
    package let error: TextOutput
    package private(set) var capabilities: TerminalCapabilities
    package let progress: ProgressLine
    private let pictures: TerminalPictures
    private let windowSize: () -> (columns: Int, rows: Int)?
    /// Of processes that run one script, the place of this one; only the first shows what the script does.
    private let rank: Int

    package init(
        capabilities: TerminalCapabilities, output: TextOutput, error: TextOutput, rank: Int = 0,
        windowSize: @escaping () -> (columns: Int, rows: Int)? = { nil }
    ) {
        self.capabilities = capabilities
        self.output = output
        self.error = error
        self.rank = rank
        self.windowSize = windowSize
        pictures = TerminalPictures(capabilities)
        let width = capabilities.text.width
        progress = ProgressLine(
            output: error, isLive: capabilities.hasCursor, width: { windowSize()?.columns ?? width },
            reflows: capabilities.reflows)
    }

    /// The streams of this process.
    package static func standard() -> Display {
        let capabilities = TerminalCapabilities.current()
        let rank = Launch.current.rank
        return Display(
            capabilities: capabilities, output: rank == 0 ? .standardOutput() : .nowhere(),
            error: rank == 0 ? .standardError() : .nowhere(), rank: rank,
            windowSize: {
                guard capabilities.isErrorTerminal, let size = TerminalCapabilities.windowSize(2) else { return nil }
                return (capabilities.columns ?? size.columns, size.rows)
            })
    }

    /// Results. Control characters of data are shown, not sent.
    package func show(_ text: String) { showStyled(text.withVisibleControls) }

    /// Text with styles of the terminal in it, whose words cannot hold others.
    package func showStyled(_ text: String) {
        progress.clear()
        // The pager would take for its own what was typed for the next prompt.
        if let pager, isLong(text), !hasTypedAhead, Pager.show(text, by: pager) { return output.assumeLineStart() }
        output.write(text)
    }

    /// Whether a line waits to be read.
    private var hasTypedAhead: Bool {
        var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    /// What was typed while the terminal was asked something.
    package func takeTyped() -> String { pictures.takeTyped() }

    /// The command that shows what is longer than the window; nil: nothing does.
    package var pager: String?

    private func isLong(_ text: String) -> Bool {
        guard capabilities.isInteractive, text.utf8.count > 80 else { return false }
        updateSize()
        let columns = max(capabilities.text.width, 1)
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
            .reduce(0) { $0 + max((displayWidth(String($1)) - 1) / columns + 1, 1) }
        return rows > capabilities.text.height
    }

    /// How values are shown: on a terminal as wide as it is; elsewhere whole, for nothing says how wide that is.
    package var style: DisplayStyle {
        let isKnown = resultColumns != nil
        return DisplayStyle(width: width, tensorWidth: resultColumns ?? 100, isWhole: !isKnown)
    }

    /// The columns of the terminal, or of `COLUMNS`; nil where nobody knows.
    package var resultColumns: Int? { capabilities.isOutputTerminal ? width : capabilities.columns }

    package func show(_ figure: Figure) {
        // Nothing is drawn while what runs is asked to stop.
        if Interrupt.isRequested, progress.keepDrawing() { return }
        updateSize()
        output.finishLine()
        progress.clear()
        do {
            if rank == 0, try pictures.show(figure, in: capabilities.text, on: output) { return }
        } catch { return note("the picture cannot be shown: \(Failure(wrapping: error).diagnostic.message)") }
        let text = TextRenderer(capabilities.text).text(figure)
        // A drawing that was stopped is not whole.
        if Interrupt.isRequested { return }
        showStyled(text + "\n")
    }

    /// How far something is, with its curve where that is asked for.
    package func show(_ report: ProgressReport) {
        if report.showsFigure == true, !report.isLast {
            let drawing = { report.figure().map { self.lines(of: $0, below: 1) } ?? [] }
            if report.isMilestone {
                progress.mark(report.text(), drawing: drawing)
            } else {
                progress.update(report.text(), drawing: drawing)
            }
        } else if report.isMilestone {
            progress.mark(report.text())
        } else {
            progress.update(report.text())
        }
        if report.isLast { progress.keep() }
    }

    /// A chart as lines that stay on the screen together with some above; none where the window is too low.
    private func lines(of figure: Figure, below count: Int) -> [String] {
        let size = windowSize() ?? (capabilities.text.width, capabilities.text.height)
        let text = capabilities.text
        // The last column stays free: some terminals would begin a new line there.
        let room = TextCapabilities(
            charset: text.charset, color: text.color, width: size.columns - 1, height: size.rows)
        let lines = TextRenderer(room).text(figure).split(separator: "\n", omittingEmptySubsequences: false)
        return room.width < size.columns && lines.count + count < size.rows ? lines.map { String($0) } : []
    }

    /// What is no result: advice, warnings. In a colour of its own on a terminal.
    package func note(_ text: String) {
        showStyledError(styled(wrappedForErrors(text.withVisibleControls), "2"))
    }

    /// Makes the words of errors, as wide as the terminal that they go to.
    package var diagnosticRenderer: DiagnosticRenderer {
        let usesColor = capabilities.hasColor && capabilities.isErrorTerminal
        guard let columns = errorColumns else { return DiagnosticRenderer(usesColor: usesColor) }
        return DiagnosticRenderer(usesColor: usesColor, width: columns, wrapsText: true)
    }

    /// The columns of the terminal that results go to, as it is now.
    package var width: Int {
        updateSize()
        return capabilities.text.width
    }

    /// The columns of the terminal that errors go to; in a file their lines stay whole.
    private var errorColumns: Int? {
        capabilities.isErrorTerminal ? max(windowSize()?.columns ?? capabilities.text.width, 40) : nil
    }

    /// An error's text, which may have many lines. Control characters of data are shown, not sent.
    package func showError(_ text: String) { showStyledError(wrappedForErrors(text.withVisibleControls)) }

    /// Shows a page, and a question behind whose last line the answer is typed; nil at the end of input.
    ///
    /// What was typed or pasted before the question is no answer, and is thrown away.
    func askOnError(_ text: String) -> String? {
        progress.clear()
        tcflush(STDIN_FILENO, TCIFLUSH)
        let question = text.lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
        error.write(wrappedForErrors(String(text[..<question])) + text[question...])
        let answer = TerminalEcho.whileShown { readLine(STDIN_FILENO) }
        // Nobody has pressed Enter.
        if answer == nil { error.write("\n") }
        return answer
    }

    /// A page, as wide as the terminal that errors go to.
    func wrappedForErrors(_ text: String) -> String {
        errorColumns.map { TextWrapping(width: $0).page(text).joined(separator: "\n") } ?? text
    }

    /// A diagnostic, whose renderer leaves out what would move the cursor.
    package func show(_ diagnostic: Diagnostic) { showStyledError(diagnosticRenderer.render(diagnostic)) }

    /// Why a script ended. Of processes that were started together, another one than the first waits whether that says
    /// the same: its launcher then asks all to end.
    package func showEnd(_ diagnostic: Diagnostic) {
        guard rank > 0 else { return show(diagnostic) }
        sleep(Display.secondsForFirst)
        guard TerminalSignals.termination == nil else { return }
        TextOutput.standardError().write("dls: rank \(rank) ended:\n\(diagnosticRenderer.render(diagnostic))\n")
    }

    private static let secondsForFirst: UInt32 = 2

    private func showStyledError(_ text: String) {
        progress.clear()
        // On one screen the two streams share their lines.
        if capabilities.isOutputTerminal, capabilities.isErrorTerminal { output.finishLine() }
        error.write(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// Ends what stands half on the screen, before a prompt.
    package func settle() {
        progress.clear()
        output.finishLine()
    }

    /// The text in a style of the terminal, such as `1` for bold, where it goes to one that has colours.
    package func styled(_ text: String, _ code: String) -> String {
        capabilities.hasColor && capabilities.isErrorTerminal ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }

    /// The window may have changed since the last output.
    private func updateSize() {
        guard capabilities.isOutputTerminal, let size = windowSize() else { return }
        let text = capabilities.text
        capabilities.text = TextCapabilities(
            charset: text.charset, color: text.color, width: size.columns, height: size.rows)
    }
}
