import Glibc
import Testing

/// What the program says of inputs that are in no notebook, when a person leaves it.
@Suite("Leaving the prompt")
struct LeavingTests {
    private let session = ProbeSession()

    private var environment: [String: String] {
        session.variables.merging(["DLS_RUNS": "", "HOME": session.folder]) { $1 }
    }

    /// Types inputs and leaves; gives all that was shown.
    private func leave(after inputs: [String], by ending: String) throws -> String {
        let terminal = try PseudoTerminal([session.program("dls")], environment: environment, columns: 100)
        var seen = try terminal.expect("[1]> ")
        for (index, input) in inputs.enumerated() {
            terminal.type(input + "\r")
            seen += try terminal.expect("[\(index + 2)]> ")
        }
        terminal.type(ending)
        #expect(try terminal.status() == 0)
        return seen + ((try? terminal.expect("history.sessions/ended.jsonl", seconds: 1)) ?? "")
    }

    /// Runs `dls --recover` in the folder of the test.
    private func recover() throws -> String {
        let terminal = try PseudoTerminal(
            ["/bin/sh", "-c", "cd \(session.folder) && \"\(session.program("dls"))\" --recover; echo all-done"],
            environment: environment, columns: 200)
        return try terminal.expect("all-done")
    }

    private func removeAll() { system("rm -rf '\(session.folder)'/*") }

    @Test("inputs that are in no notebook come back by --recover", arguments: ["quit\r", "exit()\r", "\u{4}"])
    func unsaved(_ ending: String) throws {
        defer { removeAll() }
        let seen = try leave(after: ["x = 1", "x + 1"], by: ending)
        #expect(
            seen.contains("2 inputs are in no notebook: `dls --recover` makes one of ~/history.sessions/ended.jsonl"))
        // It is not taken for one that stopped unexpectedly.
        #expect(try leave(after: ["1 + 1"], by: "\u{4}").contains("unexpectedly") == false)
        let recovered = try recover()
        #expect(recovered.contains("2 inputs of the session of "), "\(recovered)")
        #expect(recovered.contains(", from ~/history.sessions/ended.jsonl"), "\(recovered)")
        #expect(
            system(
                "cd '\(session.folder)' && grep -q '^x = 1$' recovered-*.dls && ! grep -q 'quit\\|exit' recovered-*.dls"
            ) == 0)
        let none = try recover()
        #expect(none.contains("no session to recover in ~/history.sessions"), "\(none)")
    }

    @Test("where nothing was made, or all is saved, nothing is said")
    func nothingToLose() throws {
        defer { removeAll() }
        for inputs in [[], ["1 + 1"], ["x = 1", "save session \"\(session.folder)/a.dls\""]] {
            #expect(try leave(after: inputs, by: "\u{4}").contains("notebook:") == false)
        }
        #expect(access(session.historyPath + ".sessions", F_OK) != 0)
    }
}
