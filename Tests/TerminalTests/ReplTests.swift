import Glibc
import Terminal
import Testing

private final class ScriptedInput: InputSource {
    var events: [InputEvent]
    private(set) var prompts: [String] = []

    init(_ events: [InputEvent]) {
        self.events = events
    }

    func next(prompt: Prompt, isComplete: (String) -> Bool) -> InputEvent {
        prompts.append(prompt.first)
        return events.isEmpty ? .end : events.removeFirst()
    }
}

private final class RecordingBackend: ReplBackend {
    private(set) var inputs: [String] = []
    var inputNumber: Int { inputs.count + 1 }
    /// Asked before an input runs.
    var onExecute: () -> Void = {}

    func isComplete(_ text: String) -> Bool { true }
    func complete(_ text: String, at offset: Int) -> TabCompletion { TabCompletion(start: offset, candidates: []) }

    func execute(_ text: String) -> ReplOutcome {
        onExecute()
        inputs.append(text)
        return text == "quit" ? .quit(status: 4) : text == "stop" ? .interrupted : .proceed
    }
}

@Suite("The loop of the prompt")
struct ReplTests {
    private let session = ProbeSession()
    private let backend = RecordingBackend()

    private func repl(_ source: ScriptedInput) -> Repl {
        let nowhere = TextOutput(descriptor: open("/dev/null", O_WRONLY | O_CLOEXEC))
        let display = Display(
            capabilities: TerminalCapabilities(
                environment: [:], isTerminal: (false, false, false), size: nil), output: nowhere, error: nowhere)
        return Repl(
            backend: backend, source: source, display: display, history: HistoryFile(path: session.historyPath))
    }

    @Test("inputs run in order until the end; blank ones and interrupted ones do not")
    func order() {
        let source = ScriptedInput([.input("a"), .input("  \n "), .interrupted, .input("stop"), .input("b")])
        #expect(repl(source).run() == 0)
        #expect(backend.inputs == ["a", "stop", "b"])
        #expect(source.prompts == ["[1]> ", "[2]> ", "[2]> ", "[2]> ", "[3]> ", "[4]> "])
    }

    @Test("what was typed is in the journal before it runs, and a session that ends well leaves none")
    func journal() {
        let path = session.historyPath
        var lost: [LostSession] = []
        backend.onExecute = {
            let folder = path + ".sessions"
            lost = LostSession.all(besideHistory: path)
            #expect(access(folder, F_OK) == 0)
        }
        #expect(repl(ScriptedInput([.input("a"), .input("b")])).run() == 0)
        #expect(lost.isEmpty)
        #expect(LostSession.all(besideHistory: path).isEmpty)
        rmdir(path + ".sessions")
    }

    @Test("an input that quits is the last, and gives the status")
    func quit() {
        #expect(repl(ScriptedInput([.input("quit"), .input("a")])).run() == 4)
        #expect(backend.inputs == ["quit"])
    }

    @Test("an input is in the history before it runs")
    func history() {
        let path = session.historyPath
        var seen: [String] = []
        backend.onExecute = { seen = HistoryFile(path: path).load() }
        #expect(repl(ScriptedInput([.input("x = 1\nx")])).run() == 0)
        #expect(seen == ["x = 1\nx"])
    }
}
