import Foundation
import Language
import RunStore
import Runtime
import TensorCore
import Testing

/// Gathers what a program shows, line by line.
final class Recorder: OutputSink {
    var text = ""
    var figures = 0
    var lastTable: TableObject?
    /// The store of the program lives as long as what it showed.
    var store: TemporaryStore?

    func emit(_ output: Output) throws {
        switch output {
        case .text(let part), .rawText(let part), .report(let part): text += part
        case .value(let value):
            lastTable = value.object(as: TableObject.self)
            text += try value.display(DisplayStyle(width: 100)) + "\n"
        case .figure: figures += 1
        case .progress, .note: break
        }
    }
}

/// A store of runs for one program, removed with it.
final class TemporaryStore {
    private let folder = FileManager.default.temporaryDirectory.path + "/dls-test-\(UUID().uuidString)"
    var path: String { folder + "/runs.sqlite" }
    let keeper: RunStore

    init() { keeper = RunStore(path: folder + "/runs.sqlite") }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}

/// Runs a program and gives what it showed and the error that it ended in.
func run(_ program: String, name: String = "test.dls") -> (output: String, failure: Failure?, recorder: Recorder) {
    let recorder = Recorder()
    let module = Namespace(name: name)
    let interpreter = Interpreter(module: module, sink: recorder)
    let store = TemporaryStore()
    interpreter.runKeeper = store.keeper
    recorder.store = store
    let source = SourceText(name: name, text: program)
    let parsed = Parser.parse(source)
    if let diagnostic = parsed.diagnostics.first { return (recorder.text, Failure(diagnostic), recorder) }
    do {
        for statement in parsed.block.statements {
            let value = try interpreter.run(statement, of: source, in: module)
            if !value.isNone, !statement.isSilenced { try recorder.emit(.value(value)) }
        }
        return (recorder.text, nil, recorder)
    } catch {
        return (recorder.text, Failure(wrapping: error), recorder)
    }
}

let programsFolder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Programs")

/// Programs with what they show beside the line that shows it, in the order of the lines.
@Suite struct ProgramTests {
    static let programs = ((try? FileManager.default.contentsOfDirectory(atPath: programsFolder.path)) ?? [])
        .filter { $0.hasSuffix(".dls") }.sorted()

    @Test(arguments: programs) func showsWhatItExpects(_ name: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let program = try String(contentsOf: programsFolder.appending(path: name), encoding: .utf8)
            .replacingOccurrences(of: "@folder", with: folder)
        let expected = program.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
            line.range(of: "# expect: ").map { String(line[$0.upperBound...]) }
        }
        let (output, failure, _) = run(program, name: name)
        #expect(failure == nil, "\(failure?.diagnostic.message ?? "")")
        let shown = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { String($0) }
        for (index, (shown, expected)) in zip(shown, expected).enumerated() {
            #expect(trimmedEnd(shown) == trimmedEnd(expected), "\(name), output line \(index + 1)")
        }
        #expect(shown.count == expected.count)
    }

    @Test func thereAreProgramsToRun() { #expect(Self.programs.count >= 5) }

    private func trimmedEnd(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
