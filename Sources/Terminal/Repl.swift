import Datasets
import TensorCore

/// What the prompt needs of a session.
package protocol ReplBackend: AnyObject {
    /// The number of the next input, from 1.
    var inputNumber: Int { get }

    /// How many inputs would be missed that are in no notebook.
    var unsavedInputCount: Int { get }

    /// What stands before the cursor in place of the number, where an input has asked for it.
    var specialPrompt: String? { get }

    /// Leaves what has the special prompt, at the end of input there.
    func leaveSpecialPrompt()

    /// Whether a text is a whole input; what is wrong is whole, too.
    func isComplete(_ text: String) -> Bool

    /// What Tab offers at a byte offset of an input.
    func complete(_ text: String, at offset: Int) -> TabCompletion

    /// The function whose arguments are written at a byte offset of an input.
    func call(in text: String, at offset: Int) -> CallHint?

    /// Runs an input and shows what comes of it, errors too.
    func execute(_ text: String) -> ReplOutcome
}

extension ReplBackend {
    package var unsavedInputCount: Int { 0 }
    package var specialPrompt: String? { nil }
    package func leaveSpecialPrompt() {}
    package func call(in text: String, at offset: Int) -> CallHint? { nil }
}

package enum ReplOutcome: Equatable {
    case proceed
    /// It ran, and is no part of what a session can be made again from.
    case aside
    /// An error, which has been shown.
    case failed
    case interrupted
    case quit(status: Int32)
}

/// The prompt: reads inputs, remembers them, and has them executed, until one says that it is enough.
package final class Repl {
    private let backend: any ReplBackend
    private let source: any InputSource
    private let display: Display
    private let history: HistoryFile?
    private let journal: SessionJournal?
    private let hasPromptColor: Bool
    private var hasReportedHistory = false
    /// Called with each input that is kept, before it runs.
    package var onRemember: (String) -> Void = { _ in }

    package init(backend: any ReplBackend, source: any InputSource, display: Display, history: HistoryFile?) {
        self.backend = backend
        self.source = source
        self.display = display
        self.history = history
        journal = history.map { SessionJournal(besideHistory: $0.path) }
        hasPromptColor = display.capabilities.hasColor
    }

    /// A prompt on this process's terminal, with readline unless the user has an editor around it.
    package static func standard(backend: any ReplBackend, display: Display, usesReadline: Bool) -> Repl {
        let history = HistoryFile.defaultPath(environment: environmentVariable).map { HistoryFile(path: $0) }
        guard usesReadline, display.capabilities.isInteractive else {
            let source = PlainInput(prompts: display.error)
            return Repl(backend: backend, source: source, display: display, history: history)
        }
        display.pager = Pager.command(environment: environmentVariable)
        let entries = history?.load() ?? []
        let editor = LineEditor(
            history: entries, historySize: history?.capacity ?? 1000, hasColor: display.capabilities.hasColor,
            hasHints: display.capabilities.hasHints, reflows: display.capabilities.reflows)
        editor.takeTyped = { display.takeTyped() }
        editor.complete = { [unowned backend] in backend.complete($0, at: $1) }
        editor.call = { [unowned backend] in Self.shellCommand(in: $0) == nil ? backend.call(in: $0, at: $1) : nil }
        let repl = Repl(backend: backend, source: editor, display: display, history: history)
        repl.onRemember = { editor.remember($0) }
        return repl
    }

    /// Goes on until the end of input or an input that quits; returns the exit status.
    package func run() -> Int32 {
        if display.capabilities.isInteractive {
            display.note(
                "dls \(Program.version). `help` shows what there is and `help start` how to begin; `quit` leaves.")
        }
        history?.compact()
        announceLostSession()
        let status = readInputs()
        leave()
        return status
    }

    private func readInputs() -> Int32 {
        while true {
            display.settle()
            if TerminalSignals.termination != nil { TerminalSignals.terminateNow() }
            reportHistory()
            let prompt = Prompt(
                first: backend.specialPrompt ?? "[\(backend.inputNumber)]> ", hasColor: hasPromptColor)
            let event = source.next(prompt: prompt) { [backend] text in
                Self.shellCommand(in: text) != nil || backend.isComplete(text)
            }
            if display.output.failure != nil { return 1 }
            switch event {
            case .end:
                display.show("\n")
                if backend.specialPrompt != nil {
                    backend.leaveSpecialPrompt()
                    continue
                }
                return 0
            case .interrupted: continue
            case .input(let text):
                if text.allSatisfy(\.isWhitespace) { continue }
                // Before it runs: the input that ends the session badly is the one that is looked for.
                history?.append(text)
                journal?.append(text)
                onRemember(text)
                switch execute(text) {
                case .quit(let status):
                    journal?.dropLast()
                    return status
                case .failed, .interrupted, .aside: journal?.markFailure()
                case .proceed: break
                }
            }
        }
    }

    private func execute(_ text: String) -> ReplOutcome {
        Interrupt.clear()
        TerminalSignals.enter(.execution)
        defer { Interrupt.clear() }
        if let command = Self.shellCommand(in: text) {
            guard !FileAccess.isConfined else {
                display.note("`!` is off with --safe")
                return .proceed
            }
            if let note = ShellCommand.run(command).note { display.note(note) }
            return .proceed
        }
        if display.capabilities.isInteractive { TerminalEcho.hide() }
        defer { TerminalEcho.show() }
        let outcome = backend.execute(text)
        if outcome == .interrupted {
            display.settle()
            display.note("interrupted")
        }
        return outcome
    }

    private func announceLostSession() {
        guard let history, let lost = LostSession.all(besideHistory: history.path).first else { return }
        let count = lost.inputs.count == 1 ? "its one input" : "its \(lost.inputs.count) inputs"
        display.note(
            "the session of \(lost.startedText) stopped unexpectedly; `dls --recover` writes a notebook of \(count)"
        )
    }

    /// Tells where the inputs are that no notebook has.
    private func leave() {
        let count = display.capabilities.isInteractive ? backend.unsavedInputCount : 0
        guard let path = journal?.finish(keeps: count > 0) else { return }
        display.settle()
        let inputs = count == 1 ? "1 input is" : "\(count) inputs are"
        display.note("\(inputs) in no notebook: `dls --recover` makes one of \(displayPath(path))")
    }

    private func reportHistory() {
        guard !hasReportedHistory, let problem = history?.problem else { return }
        hasReportedHistory = true
        display.note(problem)
    }

    /// What stands behind a `!` at the start of an input.
    static func shellCommand(in text: String) -> String? {
        let trimmed = text.drop { $0 == " " || $0 == "\t" }
        guard trimmed.first == "!" else { return nil }
        return String(trimmed.dropFirst())
    }
}
