import Datasets
import Figures
import Glibc
import Language
import Runtime

/// What was typed at the prompt and what came of it, to be written as a notebook.
struct Transcript {
    private struct Entry {
        let number: Int
        let source: SourceText
        /// The statements that ran to their ends.
        let span: Span
        let isSilenced: Bool
        let outputs: [CellOutput]
        /// Whether it has defined or assigned something, or trained.
        let makes: Bool
    }

    private var entries: [Entry] = []
    /// How many of them the last notebook has.
    private var savedCount = 0
    /// The files that it was written to.
    private var paths: Set<String> = []

    /// Takes note of the statements of an input that did what they were to do.
    mutating func add(number: Int, _ statements: [Statement], of source: SourceText, _ outputs: [CellOutput]) {
        guard let first = statements.first, let last = statements.last else { return }
        guard statements.count > 1 || !first.savesSession else { return }
        entries.append(
            Entry(
                number: number, source: source, span: Span(0, last.span.end), isSilenced: last.isSilenced,
                outputs: outputs, makes: statements.contains(where: \.makesSomething)))
    }

    /// How many entries no notebook has; 0 where none of them has made anything.
    var unsavedCount: Int {
        let unsaved = entries.dropFirst(savedCount)
        return unsaved.contains(where: \.makes) ? unsaved.count : 0
    }

    /// Writes a notebook of which each input is a cell.
    ///
    /// - Throws: `Failure` if there is nothing to write, the file cannot be written, or is not this session's.
    mutating func save(to path: String, figureWriter: FigureWriter?) throws {
        guard path.hasSuffix(".dls") else {
            throw Failure(
                "`save session` writes a .dls, and got the path \(quoted(path))", help: "such as \"session.dls\"")
        }
        guard !entries.isEmpty else { throw Failure("`save session` writes what was typed at the prompt: nothing yet") }
        // A notebook that somebody has written is not the place for it.
        guard try !pathExists(path) || paths.contains(FileBytes.realPath(path)) else {
            throw Failure(
                "there is a file \(quoted(path)) already, which is not of this session", help: "give another name")
        }
        let numbers = Dictionary(
            entries.enumerated().map { ($1.number, $0 + 1) }, uniquingKeysWith: { first, _ in first })
        let text = entries.map { "# %% Input \($0.number)\n\(code(of: $0, numbers))\n" }.joined(separator: "\n")
        let notebook = Notebook(SourceText(name: path, text: text))
        var outputs: [Int: [String]] = [:]
        var figures: [(name: String, figure: Figure)] = []
        for (index, entry) in entries.enumerated() {
            let cell = index + 1
            outputs[cell] = RecordedText(entry.outputs) { notebook.figureName(cell: cell, order: $0) }.lines
            var order = 0
            for case .figure(let figure) in entry.outputs {
                order += 1
                figures.append((notebook.figureName(cell: cell, order: order), figure))
            }
        }
        if let figureWriter {
            let drawings = try figures.map { ($0.name, try figureWriter($0.figure)) }
            try NotebookFile.write(drawings, to: NotebookText.folder(of: path), notebook.figureFolder)
        }
        try NotebookFile.replace(path, with: notebook.recording(outputs))
        paths.insert(FileBytes.realPath(path))
        savedCount = entries.count
    }

    /// The text of an input as it stands in a cell: with the numbers that results have there, and without lines
    /// that a notebook would take for its own.
    private func code(of entry: Entry, _ numbers: [Int: Int]) -> String {
        var text = ""
        var end = 0
        for token in Lexer.tokenize(entry.source, in: entry.span).tokens where token.kind == .name {
            let name = entry.source[token.span]
            guard name.hasPrefix("_"), let number = Int(name.dropFirst()), let cell = numbers[number] else { continue }
            text += entry.source[Span(end, token.span.start)] + "_\(cell)"
            end = token.span.end
        }
        text += entry.source[Span(end, entry.span.end)] + (entry.isSilenced ? ";" : "")
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.compactMap { line -> String? in
            if line.hasPrefix("#>") { return nil }
            let isMarker = line.hasPrefix("# %%") || line.hasPrefix("#%%") || line.hasPrefix("#~")
            return isMarker ? "## " + line.drop { "# %~".contains($0) } : String(line)
        }
        return NotebookText.withoutOuterBlankLines(lines).joined(separator: "\n")
    }
}

extension Statement {
    /// Whether more comes of it than what it shows.
    fileprivate var makesSomething: Bool {
        switch kind {
        case .assign, .augmentedAssign, .function, .model, .class, .for, .while, .param: return true
        case .expression(let expression):
            guard case .call(let callee, _, _) = expression.kind, case .name("train") = callee.kind else {
                return false
            }
            return true
        default: return false
        }
    }

    /// `save session "session.dls"` itself.
    fileprivate var savesSession: Bool {
        guard case .expression(let expression) = kind, case .call(let callee, let arguments, _) = expression.kind,
            case .name("save") = callee.kind, case .name("session") = arguments.first?.value.kind
        else { return false }
        return true
    }
}

// MARK: - What built-ins ask for

extension Session: SessionHost {
    package func saveTranscript(to path: String) throws {
        try transcript.save(to: path, figureWriter: figureWriter)
    }

    package func willRun(_ source: SourceText) throws { try TrustedCode.check(source, interpreter.sink) }

    package func runNotebook(_ path: String) throws {
        let source = SourceText(name: path, bytes: try FileBytes.read(path))
        let key = FileBytes.realPath(path)
        guard !runningNotebooks.contains(key) else { throw Failure("\(quoted(path)) runs itself") }
        runningNotebooks.append(key)
        defer { runningNotebooks.removeLast() }
        let notebook = try Notebook(checking: source)
        try willRun(source)
        let runner = NotebookRunner(notebook, in: self)
        guard let last = try runner.run(observer: TitleWriter(self)).last else { return }
        if let problem = last.problem { throw Failure(problem) }
        switch last.ending {
        case .interrupted: throw Failure.interrupted
        case .quit(let status): throw Quit(status: status)
        case .completed, .failed, .notRun: return
        }
    }

    /// The path of `run "file.dls"` where `run` has become something else, such as a training.
    func notebookPath(in statement: Statement) -> String? {
        guard case .expression(let expression) = statement.kind,
            case .call(let callee, let arguments, isCommand: true) = expression.kind,
            case .name("run") = callee.kind, arguments.count == 1, arguments[0].label == nil,
            case .string(let path) = arguments[0].value.kind, let value = module["run"], !value.isCallable
        else { return nil }
        return path
    }
}

/// Shows the titles of the cells that run in a session.
private final class TitleWriter: NotebookObserver {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func willRun(_ cell: NotebookCell, of notebook: Notebook) {
        guard cell.kind == .code, cell.hasCode, !cell.tags.contains(.skip) else { return }
        // Where it cannot be written, the first output of the cell says so.
        try? session.interpreter.sink.emit(.text("# %% \(cell.title)\n"))
    }

    func didRun(_ result: CellResult, of notebook: Notebook) {
        // An error that was expected is what the cell shows.
        guard case .failed(let diagnostic) = result.ending, result.problem == nil else { return }
        try? session.interpreter.sink.emit(.text("error: \(diagnostic.message)\n"))
    }
}
