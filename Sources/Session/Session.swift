import Language
import RunStore
import Runtime
import TensorCore

/// How the execution of a piece of text ended.
package enum ExecutionResult {
    case completed
    case failed(Diagnostic)
    case interrupted
    case quit(status: Int32)
}

/// Runs text and hands its outputs to a sink: the prompt, a script and a notebook are clients of this one object.
package final class Session {
    package let interpreter: Interpreter
    package let module: Namespace
    /// The number of the next input at the prompt, from 1.
    package private(set) var inputNumber = 1
    /// Draws the figures of notebooks that are recorded or saved; without it they are named and not drawn.
    package var figureWriter: FigureWriter?
    /// The calls that the last input that failed has left.
    var failedCalls: [FailedCall] = []
    /// While `debug` looks at one of them.
    var debugger: Debugger?
    package var debugPrompt: String? { debugger?.prompt }
    /// How many inputs ran that no notebook has; 0 where none of them has made anything.
    package var unsavedInputCount: Int { transcript.unsavedCount }
    /// What was typed at the prompt and ran.
    var transcript = Transcript()
    /// The notebooks that are running, one inside the other.
    var runningNotebooks: [String] = []

    /// - Parameters:
    ///   - arguments: What a script finds in `args`.
    ///   - runsPath: The file that trainings are kept in; nil: none are.
    ///   - part: The share of sweeps that it runs, and keeps in a file beside; nil: all.
    package init(sink: any OutputSink, arguments: [String] = [], runsPath: String? = nil, part: SweepPart? = nil) {
        module = Namespace(name: "session")
        interpreter = Interpreter(module: module, sink: sink)
        let path = runsPath.map { path in part.map { RunStore.path(path, of: $0) } ?? path }
        interpreter.runKeeper = path.map { RunStore(path: $0) }
        interpreter.part = part
        module.cell("args").value = .strings(arguments)
        interpreter.host = self
    }

    deinit {
        // What they hold would count as needed.
        transcript = Transcript()
        failedCalls = []
        debugger = nil
        interpreter.releaseAll()
    }

    /// Where trainings are kept: what `DLS_RUNS` says, else in the folder; nil where it says nowhere.
    package static func defaultRunsPath(environment: (String) -> String?) -> String? {
        RunStore.defaultPath(environment: environment)
    }

    /// Takes the runs of other files into one; returns what to tell of it.
    package static func mergeRuns(_ files: [String], into path: String) throws -> String {
        let merge = try RunStore(path: path).merge(files)
        func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        let updated = merge.updatedRuns > 0 ? ", and \(merge.updatedRuns) have ended since" : ""
        return "\(path): \(counted(merge.runs, "new run")) and \(counted(merge.rows, "new sweep row")) of "
            + "\(counted(merge.files, "file"))\(updated)"
    }

    // MARK: Running

    /// Runs a source from its first statement to its last, or to the first error.
    ///
    /// All of it is parsed first: a file with a syntax error runs nothing.
    package func execute(_ source: SourceText) -> ExecutionResult {
        let source = asHelp(source)
        return run(source, in: Span(0, source.bytes.count), showsFigures: true)
    }

    /// Runs a part of a source, such as a cell, and gathers what it shows, which goes to the sink at once, too.
    ///
    /// - Parameters:
    ///   - style: How values are gathered.
    ///   - number: The last value is kept as `_`, and as `_N` if a number is given.
    package func executeCollecting(
        _ source: SourceText, in span: Span, style: DisplayStyle, number: Int? = nil
    ) -> (result: ExecutionResult, outputs: [CellOutput]) {
        let collector = OutputCollector(next: interpreter.sink, style: style)
        // What is printed is recorded as it is.
        let outer = interpreter.printStyle
        interpreter.printStyle.showsSeconds = style.showsSeconds
        defer { interpreter.printStyle = outer }
        let result = withSink(collector) {
            run(
                source, in: span, checksParameters: false, showsFigures: true,
                keeping: { keep($0, number: number) })
        }
        if case .failed(let diagnostic) = result { return (result, collector.finish(diagnostic)) }
        return (result, collector.finish(nil))
    }

    private func withSink(_ sink: any OutputSink, _ body: () -> ExecutionResult) -> ExecutionResult {
        let outer = interpreter.sink
        interpreter.sink = sink
        defer { interpreter.sink = outer }
        return body()
    }

    private func keep(_ value: Value, number: Int?) {
        module.cell("_").value = value
        guard let number, value.byteCount <= Session.largestKeptResult else { return }
        module.cell("_\(number)").value = value
    }

    /// Runs what was typed at the prompt or in a cell of Jupyter, and keeps its value as `_` and `_N`.
    ///
    /// - Parameters:
    ///   - isCounted: Whether it takes a number and is part of what `save session` writes.
    ///   - showsFigures: Whether figures that `plt` has not shown are shown at its end.
    ///   - shell: Runs the lines that begin with `!`; without it they are no code.
    package func executeInput(
        _ text: String, isCounted: Bool = true, showsFigures: Bool = false,
        shell: ((String) -> ExecutionResult)? = nil
    ) -> ExecutionResult {
        if let result = debug(text) { return result }
        if debugger != nil {
            let source = SourceText(name: "debug", text: text)
            return run(source, in: Span(0, source.bytes.count))
        }
        let number = inputNumber
        let input = CellParts(asHelp(SourceText(name: "input \(number)", text: text)), hasCommands: shell != nil)
        let source = input.source
        guard isCounted else {
            return run(input, shell: shell) {
                run(source, in: $0, checksParameters: false, showsFigures: showsFigures)
            }
        }
        if !isEmpty(text) { inputNumber += 1 }
        interpreter.keepsLastValue = true
        defer { interpreter.keepsLastValue = false }
        let collector = OutputCollector(next: interpreter.sink, style: .recorded)
        var completed: [Statement] = []
        let (result, calls) = interpreter.gatheringFailedCalls {
            withSink(collector) {
                run(input, shell: shell) { span in
                    run(source, in: span, showsFigures: showsFigures, keeping: { keep($0, number: number) }) {
                        completed.append($0)
                        collector.checkpoint()
                    }
                }
            }
        }
        if case .failed = result { failedCalls = calls }
        // What failed, and what it had shown by then, is no part of the record.
        if case .completed = result {} else { collector.rollBack() }
        transcript.add(number: number, completed, of: source, collector.finish(nil))
        return result
    }

    /// Runs the parts of an input one after the other; one with a syntax error runs nothing.
    private func run(
        _ input: CellParts, shell: ((String) -> ExecutionResult)?, code: (Span) -> ExecutionResult
    ) -> ExecutionResult {
        guard let shell, input.hasCommands else { return code(Span(0, input.source.bytes.count)) }
        for case .code(let span) in input.parts {
            if let diagnostic = Parser.parse(input.source, in: span).diagnostics.first { return .failed(diagnostic) }
        }
        for part in input.parts {
            let result =
                switch part {
                case .code(let span): code(span)
                case .command(let command): shell(command)
                }
            guard case .completed = result else { return result }
        }
        return .completed
    }

    /// Whether there is nothing to run: white space and comments.
    private func isEmpty(_ text: String) -> Bool {
        text.split(separator: "\n").allSatisfy { line in
            line.first { !$0.isWhitespace }.map { $0 == "#" } ?? true
        }
    }

    /// `help model` asks for the word, which the language would read as its own.
    private func asHelp(_ source: SourceText) -> SourceText {
        guard source.bytes.count < 80 else { return source }
        let words = source[Span(0, source.bytes.count)].split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, words[0] == "help" else { return source }
        let isSymbol = words.count == 2 && (words[1] == "!" || words[1] == "?")
        guard isSymbol || words.dropFirst().allSatisfy({ $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } })
        else { return source }
        // Several words are looked for together: `help error bars`.
        return SourceText(name: source.name, text: "?" + words.dropFirst().joined(separator: " "))
    }

    /// Numbered results above this many bytes are not kept, so that a long session does not fill the memory.
    private static let largestKeptResult = 64 << 20

    private func run(
        _ source: SourceText, in span: Span, checksParameters: Bool = true, showsFigures: Bool = false,
        keeping keep: (Value) -> Void = { _ in }, onCompletion: (Statement) -> Void = { _ in }
    ) -> ExecutionResult {
        let parsed = Parser.parse(source, in: span)
        if let diagnostic = parsed.diagnostics.first { return .failed(diagnostic) }
        var random = interpreter.random
        do {
            if checksParameters { try checkParameters(of: parsed.block.statements) }
            for statement in parsed.block.statements {
                random = interpreter.random
                let value = try evaluate(statement, of: source)
                if !value.isNone {
                    keep(value)
                    if !statement.isSilenced { try interpreter.sink.emit(.value(value)) }
                }
                onCompletion(statement)
                // What stops at Ctrl-C by itself, as training does, gives its value; what follows does not run.
                if Interrupt.isRequested { throw Failure.interrupted }
            }
            if showsFigures { try interpreter.showFigures() }
            return .completed
        } catch let quit as Quit {
            return .quit(status: quit.status)
        } catch {
            // A statement that fails draws no random numbers: without it the rest comes to the same.
            interpreter.random = random
            let failure = Failure(wrapping: error)
            return failure.isInterrupt ? .interrupted : .failed(failure.diagnostic)
        }
    }

    private func evaluate(_ statement: Statement, of source: SourceText) throws -> Value {
        guard let path = notebookPath(in: statement) else {
            return try interpreter.run(statement, of: source, in: debugger?.namespace ?? module)
        }
        try runNotebook(path)
        return .none
    }

    // MARK: Parameters

    /// Sets a `param` from the command line's `name=value`.
    ///
    /// - Throws: `Failure` if the text is no assignment of a value. A word that is no value is taken as a string.
    package func setParameter(_ assignment: String) throws {
        guard let equals = assignment.firstIndex(of: "=") else {
            throw Failure("`--set \(assignment)` has no `=`", help: "it is written as --set epochs=2")
        }
        let name = String(assignment[..<equals])
        let text = String(assignment[assignment.index(after: equals)...])
        let source = SourceText(name: "--set \(name)", text: text)
        let parsed = Parser.parse(source)
        // A path such as data/kmnist is no division.
        guard parsed.diagnostics.isEmpty, parsed.block.statements.count == 1,
            case .expression(let expression) = parsed.block.statements[0].kind, expression.isLiteral
        else { return interpreter.setParameter(name, to: .string(text)) }
        interpreter.setParameter(
            name, to: try interpreter.run(parsed.block.statements[0], of: source, in: Namespace(name: source.name)))
    }

    /// Parameters that were set and that no `param` asked for.
    package var unusedParameters: [String] { interpreter.unusedParameters.sorted() }

    /// A wrong name is found before hours are spent on the wrong value.
    ///
    /// - Parameter help: What to say of a name that none of the statements has.
    func checkParameters(of statements: [Statement], help: (String) -> String? = { _ in nil }) throws {
        guard !interpreter.unusedParameters.isEmpty else { return }
        var names: [String] = []
        for statement in statements {
            if case .param(let name, _) = statement.kind { names.append(name.text) }
            // Another file may have it.
            if case .import = statement.kind { return }
        }
        guard let unknown = unusedParameters.first(where: { !names.contains($0) }) else { return }
        let meant = Suggestion.closest(to: unknown, among: names).map { "did you mean `\($0)`?" }
        throw Failure(
            "--set \(unknown): the script has no `param \(unknown)`",
            help: help(unknown) ?? meant
                ?? (names.isEmpty ? "it has no `param` at all" : "it has \(names.joined(separator: ", "))"))
    }

    // MARK: Asking

    /// Shows help on a name, a page or a topic; with nothing, an overview.
    ///
    /// - Throws: `Failure` where there is none.
    package func showHelp(_ topic: String) throws {
        try interpreter.showHelp(topic, module: module)
    }

    /// Whether a text is a whole input, or goes on in the next line.
    ///
    /// - Parameter hasCommands: Whether a line may be a command of the shell behind `!`.
    package func completeness(of text: String, hasCommands: Bool = false) -> ParseResult.Completeness {
        Parser.parse(CellParts(SourceText(name: "input", text: text), hasCommands: hasCommands).source).completeness
    }
}

extension Expression {
    /// Whether it is a value written out.
    fileprivate var isLiteral: Bool {
        switch kind {
        case .none, .boolean, .number, .string: true
        case .unary(.negate, let operand), .unary(.plus, let operand): operand.isLiteral
        case .list(let elements): elements.allSatisfy(\.isLiteral)
        case .record(let fields): fields.allSatisfy { $0.value.isLiteral && $0.key?.isLiteral == true }
        default: false
        }
    }
}

extension Value {
    /// The memory that its tensors hold.
    fileprivate var byteCount: Int {
        switch self {
        case .tensor(let tensor): tensor.value.storage.byteCount
        case .list(let elements): elements.reduce(elements.count * 24) { $0 + $1.byteCount }
        case .record(let record): record.entries.reduce(record.count * 64) { $0 + $1.value.byteCount }
        default: 0
        }
    }
}
