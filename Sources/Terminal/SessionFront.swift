import Glibc
import Language
import Runtime
import Session
import TensorCore

/// A session on this process's streams: shows what it gives, at the prompt and for scripts.
package final class SessionFront {
    let display: Display
    let session: Session

    package init(display: Display, arguments: [String] = [], part: SweepPart? = nil) {
        self.display = display
        session = Session(
            sink: DisplaySink(display), arguments: arguments,
            // Of processes that train together, one keeps the runs.
            runsPath: Launch.current.rank == 0 ? Session.defaultRunsPath(environment: environmentVariable) : nil,
            part: part)
        session.figureWriter = { try Gnuplot.draw($0, as: .svg) }
    }

    func show(_ diagnostic: Diagnostic) {
        display.show(diagnostic)
    }
}

extension SessionFront: ProgramBackend {
    package func setParameters(_ assignments: [String]) -> Bool {
        for assignment in assignments {
            do { try session.setParameter(assignment) } catch {
                show(Failure(wrapping: error).diagnostic)
                return false
            }
        }
        return true
    }

    package func run(_ source: SourceText) -> Int32 {
        let result = session.execute(source)
        display.settle()
        switch result {
        case .completed:
            for name in session.unusedParameters {
                display.note("note: --set \(name): there is no `param \(name)` in \(source.name)")
            }
            return ExitStatus.success
        case .failed(let diagnostic):
            display.showEnd(diagnostic)
            return ExitStatus.failure
        case .interrupted:
            display.showError("dls: \(TerminalSignals.stopText)")
            return ExitStatus.interrupted
        case .quit(let status): return status
        }
    }

    package func showHelp(topic: String?) -> Bool {
        do { try session.showHelp(topic ?? "") } catch {
            show(Failure(wrapping: error).diagnostic)
            return false
        }
        return true
    }

    package var inputNumber: Int { session.inputNumber }

    package var unsavedInputCount: Int { session.unsavedInputCount }

    package var specialPrompt: String? { session.debugPrompt }

    package func leaveSpecialPrompt() { _ = session.executeInput("quit") }

    package func isComplete(_ text: String) -> Bool {
        if case .incomplete = session.completeness(of: text) { false } else { true }
    }

    package func complete(_ text: String, at offset: Int) -> TabCompletion {
        let result = session.complete(text, at: offset)
        return TabCompletion(start: result.start, candidates: result.candidates.map(\.text))
    }

    package func call(in text: String, at offset: Int) -> CallHint? {
        guard let call = session.call(text, at: offset), let signature = call.signature else { return nil }
        if signature.name == "run", Self.runsFile(text.utf8.prefix(offset)) {
            return CallHint(name: "run", parameters: ["file"], current: 0)
        }
        return CallHint(
            name: signature.name, parameters: signature.parameters.map(\.text),
            current: call.parameter(of: signature, isMethod: call.isMethod))
    }

    /// Whether the last `run` of an input has a string behind it, which is a file: `run "f.dls"`.
    private static func runsFile(_ text: Substring.UTF8View) -> Bool {
        guard let quote = text.firstIndex(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }) else {
            return false
        }
        let before = String(decoding: text[..<quote], as: UTF8.self)
        let word = before.reversed().drop { $0 == " " || $0 == "(" }
        return word.starts(with: "nur")
    }

    package func execute(_ text: String) -> ReplOutcome {
        let wasDebugging = session.debugPrompt != nil
        switch session.executeInput(text) {
        case .completed: return wasDebugging || session.debugPrompt != nil ? .aside : .proceed
        case .failed(let diagnostic):
            show(diagnostic)
            return .failed
        case .interrupted: return .interrupted
        case .quit(let status): return .quit(status: status)
        }
    }
}

/// Draws outputs on the display.
private final class DisplaySink: OutputSink {
    private let display: Display

    init(_ display: Display) { self.display = display }

    var width: Int? { display.resultColumns }

    func emit(_ output: Output) throws {
        switch output {
        case .text(let text), .report(let text): display.show(text)
        case .rawText(let text): display.showStyled(text)
        case .value(let value):
            display.output.finishLine()
            display.show(try value.display(display.style) + "\n")
        case .figure(let figure): display.show(figure)
        case .progress(let report): display.show(report)
        case .note(let text): display.note(text)
        }
        // What cannot be written ends the program by the display's own rule; a prompt only hears of it here.
        if let failure = display.output.failure { throw Failure("the output cannot be written: \(failure.message)") }
    }

    func confirm(_ question: String) throws -> String? {
        guard display.capabilities.isInputTerminal, display.capabilities.isErrorTerminal else { return nil }
        let answer = display.askOnError(question)
        if answer == nil, Interrupt.isRequested { throw Failure.interrupted }
        return answer ?? ""
    }

    func ask(_ prompt: String) throws -> String {
        display.show(prompt)
        guard let line = TerminalEcho.whileShown({ readLine(STDIN_FILENO) }) else {
            if Interrupt.isRequested { throw Failure.interrupted }
            throw Failure("`input` has no answer: the standard input has ended")
        }
        display.output.assumeLineStart()
        return line
    }
}
