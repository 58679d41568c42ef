import Autograd
import Foundation
import Language
import Runtime
import Session
import Testing

/// Gathers what an example shows, as the help shows it.
private final class ExampleSink: OutputSink {
    var text = ""

    func emit(_ output: Output) throws {
        switch output {
        case .text(let part), .rawText(let part), .report(let part): text += part
        case .value(let value): text += try value.display(DisplayStyle(width: 76)) + "\n"
        case .figure(let figure): text += "(figure: \(figure.altText))\n"
        case .progress, .note: break
        }
    }
}

/// Every example of the help runs, and shows what the help says that it shows.
@Suite struct ExampleTests {
    /// Examples that show times, dates or what depends on the machine: only their words are compared.
    static let volatile: Set<String> = [
        "profile", "timeit", "cost", "runs", "run", "sql", "threads", "find_rate", "compare", "note", "evaluate",
    ]

    private func output(of name: String) throws -> [String] {
        let builtin = try #require(BuiltinTable.standard.builtin(name))
        #expect(!builtin.example.isEmpty)
        let sink = ExampleSink()
        let module = Namespace(name: "example of \(name)")
        let interpreter = Interpreter(module: module, sink: sink)
        let store = TemporaryStore()
        interpreter.runKeeper = store.keeper
        // What is left in /tmp, or another test writes there, is no file of this example.
        let folder = NSTemporaryDirectory() + "dls-example-" + UUID().uuidString + "/"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let code = builtin.example.replacing("\"/tmp/", with: "\"" + folder)
        let source = SourceText(name: module.name, text: code)
        let parsed = Parser.parse(source)
        if let diagnostic = parsed.diagnostics.first { throw Failure(diagnostic) }
        for statement in parsed.block.statements {
            let value = try interpreter.run(statement, of: source, in: module)
            if !value.isNone, !statement.isSilenced { try sink.emit(.value(value)) }
        }
        var lines = sink.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    @Test(arguments: BuiltinTests.names) func showsWhatTheHelpSays(_ name: String) throws {
        let actual: [String]
        do { actual = try output(of: name) } catch let failure as Failure {
            Issue.record("\(failure.diagnostic.message)")
            return
        }
        let hint: Comment = "DLS_RECORD_EXAMPLES=1 swift test --filter recordsExamples writes the outputs again"
        let recorded = try #require(ExampleOutputs.standard.lines(of: name), hint)
        if Self.volatile.contains(name) {
            #expect(words(actual) == words(recorded), hint)
        } else {
            let tolerance = CheckTolerance(relative: 1e-3, absolute: 1e-6)
            let comparison = OutputComparison(recorded: recorded, actual: actual, tolerance: tolerance)
            #expect(comparison.differences.isEmpty, hint)
        }
    }

    /// The words without numbers and without the blanks and rules whose lengths follow from them.
    private func words(_ lines: [String]) -> [String] {
        lines.joined(separator: " ").split { !$0.isLetter && $0 != "_" }.map(String.init).filter { $0.count > 2 }
    }

    /// Writes the outputs into the sources. The example of `help` shows another one: after a change of that, run it twice.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["DLS_RECORD_EXAMPLES"] != nil))
    func recordsExamples() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Runtime/Help")
        for (part, letters) in [("AToF", "a"..."f"), ("GToP", "g"..."p"), ("QToZ", "q"..."z")] {
            var text = "extension ExampleOutputs {\n    static let recorded\(part) = #\"\"\"\n"
            let names = BuiltinTests.names.sorted().filter {
                letters.contains(String($0.prefix(1)).lowercased()) && ElementwiseOperation.documented($0) == nil
            }
            for name in names {
                text += "        == \(name)\n"
                text += try output(of: name).map { $0.isEmpty ? "\n" : "        \($0)\n" }.joined()
            }
            text += "        \"\"\"#\n}\n"
            try text.write(
                to: folder.appending(path: "ExampleOutputs+\(part).swift"), atomically: true, encoding: .utf8)
        }
    }
}
