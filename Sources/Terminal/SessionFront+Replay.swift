import Language
import Runtime
import Session
import TensorCore

extension SessionFront {
    package func replay(_ source: SourceText, options: ReplayOptions) -> Int32 {
        func refuse(_ error: any Error, _ status: Int32) -> Int32 {
            if options.isJSON {
                let message = Failure(wrapping: error).diagnostic.message
                display.show(ReplayReport().text(notebook: source.name, status: status, error: message))
            }
            return report(error, status)
        }
        let notebook: Notebook
        do { notebook = try Notebook(checking: source) } catch { return refuse(error, ExitStatus.failure) }
        let chosen: Set<Int>
        do { chosen = try notebook.numbers(of: options.choice) } catch { return refuse(error, ExitStatus.usage) }

        if options.isQuiet { session.interpreter.sink = SilentSink() }
        var runner = NotebookRunner(notebook, in: session)
        runner.keepsGoing = options.keepsGoing
        runner.numbersResults = true
        let shown = ReplayDisplay(display, options, chosen)
        let results: [CellResult]
        do { results = try runner.run({ chosen.contains($0.number) }, observer: shown) } catch {
            return refuse(error, ExitStatus.failure)
        }
        display.settle()
        for name in session.unusedParameters {
            display.note("note: --set \(name): no `param \(name)` was run in \(source.name)")
        }
        let status = finish(shown, results)
        if options.isJSON { display.show(shown.report.text(notebook: source.name, status: status)) }
        return status
    }

    /// Records where it was asked for, says what came of it, and gives the exit status.
    private func finish(_ shown: ReplayDisplay, _ results: [CellResult]) -> Int32 {
        let (notebook, options) = (shown.notebook, shown.options)
        let isRecording = options.mode == .record
        let path = notebook?.source.name ?? ""
        switch results.last?.ending {
        case .interrupted:
            display.showError("dls: \(TerminalSignals.stopText)" + (isRecording ? "; nothing is recorded" : ""))
            return ExitStatus.interrupted
        case .quit(let status) where status != 0:
            if isRecording { display.note("note: \(path) quit with status \(status): nothing is recorded") }
            return status
        default: break
        }
        // Of a replay that ends at a cell that fails, the cells before it are whole.
        let failed = options.keepsGoing ? nil : shown.problemCells.first
        if isRecording, let notebook {
            let whole = failed == nil ? results : results.dropLast()
            let count = whole.count { if case .notRun = $0.ending { false } else { true } }
            do {
                if failed == nil || count > 0 {
                    let isChanged = try NotebookFile(notebook).record(
                        Array(whole), figureWriter: session.figureWriter)
                    shown.say(
                        isChanged
                            ? "recorded \(cells(count)) in \(path)\n"
                            : "\(path) is as it was: \(cells(count)) agree\n")
                }
            } catch { return report(error, ExitStatus.failure) }
            if let failed {
                display.note(
                    "note: \(failed.name) failed: nothing is recorded for it and the cells behind it; --keep-going "
                        + "records errors, too")
            }
        }
        if failed != nil { return ExitStatus.failure }
        if options.keepsGoing { shown.say(shown.runSummary) }
        if options.mode == .check { shown.say(shown.checkSummary) }
        if shown.problemCount > 0 { return ExitStatus.failure }
        return shown.driftedCells.isEmpty ? ExitStatus.success : ExitStatus.drift
    }

    private func cells(_ count: Int) -> String { count == 1 ? "1 cell" : "\(count) cells" }

    private func report(_ error: any Error, _ status: Int32) -> Int32 {
        show(Failure(wrapping: error).diagnostic)
        return status
    }
}

/// Shows nothing.
final class SilentSink: OutputSink {
    func emit(_ output: Output) throws {}
}

/// Shows the cells of a notebook as they run, and how they went.
private final class ReplayDisplay: NotebookObserver {
    let options: ReplayOptions
    private(set) var notebook: Notebook?
    /// The cells that did not end as they should.
    private(set) var problemCells: [NotebookCell] = []
    var problemCount: Int { problemCells.count }
    private var runCount = 0
    private(set) var report = ReplayReport()
    /// The numbers of cells that are not as recorded.
    private(set) var driftedCells: [Int] = []
    private var driftCount = 0
    private var comparedCount = 0
    private let display: Display
    private let chosen: Set<Int>
    private let renderer: DiagnosticRenderer

    init(_ display: Display, _ options: ReplayOptions, _ chosen: Set<Int>) {
        self.display = display
        self.options = options
        self.chosen = chosen
        renderer = display.diagnosticRenderer
    }

    private var isASCII: Bool { display.capabilities.text.charset == .ascii }
    private var width: Int { min(display.width, 100) }

    private func styled(_ text: String, _ code: String) -> String {
        display.capabilities.hasColor ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }

    /// Shows a last word, where words are wanted.
    func say(_ text: String) {
        if !options.isJSON { display.show(text) }
    }

    // MARK: Cells

    func willRun(_ cell: NotebookCell, of notebook: Notebook) {
        self.notebook = notebook
        guard !options.isQuiet else { return }
        display.output.finishLine()
        switch cell.kind {
        case .markdown:
            let text = MarkdownText(
                notebook.text(of: cell).withVisibleControls, width: width, usesColor: display.capabilities.hasColor)
            guard !text.lines.isEmpty else { return }
            display.showStyled(text.lines.joined(separator: "\n") + "\n\n")
        case .raw: display.show(notebook.text(of: cell) + "\n\n")
        case .code:
            guard cell.hasCode else { return }
            display.showStyled(heading(cell) + "\n")
            let bar = isASCII ? "| " : "│ "
            for line in notebook.code(of: cell).split(separator: "\n", omittingEmptySubsequences: false) {
                display.showStyled(styled(bar, "2") + String(line).withVisibleControls + "\n")
            }
        }
    }

    /// `── 3  Train [volatile] ──────`
    private func heading(_ cell: NotebookCell) -> String {
        let rule = isASCII ? "-" : "─"
        let points = cell.points.map { ["points=\(numberText($0))"] } ?? []
        let tags = (NotebookTag.allCases.filter(cell.tags.contains).map(\.rawValue) + points)
            .map { " [\($0)]" }.joined()
        let words = cell.title.isEmpty ? "" : "  " + cell.title.withVisibleControls
        let title = "\(rule)\(rule) \(cell.number)\(words)\(tags) "
        return styled(title + String(repeating: rule, count: max(2, width - title.count)), "1")
    }

    func didRun(_ result: CellResult, of notebook: Notebook) {
        display.progress.clear()
        let cell = result.cell
        if case .notRun = result.ending {
            if cell.kind == .code, cell.hasCode { report.add(result, problem: nil, drifts: nil) }
            guard !options.isQuiet, cell.kind == .code, cell.hasCode else { return }
            display.showStyled(styled("(not run: it is tagged [skip])", "2") + "\n\n")
            return
        }
        runCount += 1
        if case .failed(let diagnostic) = result.ending, result.problem == nil, !options.isQuiet {
            display.output.finishLine()
            display.show("error: \(diagnostic.message)\n")
        }
        if !options.isQuiet {
            display.output.finishLine()
            display.showStyled(styled("(\(seconds(result.seconds)))", "2") + "\n\n")
        }
        // Where an error is recorded that did not come, a check tells of it as of all that is not as recorded.
        let isChecked = options.mode == .check && cell.tags.contains(.raises) && cell.isRecorded
        if var problem = result.problem, !isChecked {
            problemCells.append(cell)
            if let help = notebook.help(on: problem, in: cell, without: chosen) { problem.help.insert(help, at: 0) }
            report.add(result, problem: problem, drifts: nil)
            if !options.isJSON {
                display.show(problem)
                if options.keepsGoing, !options.isQuiet { display.error.write("\n") }
            }
        } else {
            let drifts = options.mode == .check ? check(result, notebook) : nil
            report.add(result, problem: nil, drifts: drifts)
        }
    }

    private func seconds(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e9).rounded())
        if whole >= 3600 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
        if whole >= 60 { return "\(whole / 60) min \(whole % 60) s" }
        let hundredths = Int((seconds * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }

    // MARK: Checking

    private static let mostDrifts = 10

    /// - Returns: What differs; nil where nothing is compared.
    private func check(_ result: CellResult, _ notebook: Notebook) -> [Drift]? {
        if case .failed = result.ending, !result.cell.tags.contains(.raises) { return nil }
        if !result.cell.tags.contains(.volatile) { comparedCount += 1 }
        let drifts = notebook.drifts(of: result)
        guard let first = drifts.first else { return [] }
        driftedCells.append(result.cell.number)
        driftCount += drifts.count
        if options.isJSON { return drifts }
        guard result.cell.isRecorded else {
            let place = first.location.source.place(of: first.location.span.start)
            display.show(
                "drift: \(result.cell.name) (\(notebook.source.name):\(place.line)) shows \(lines(drifts.count)),"
                    + " and nothing is recorded\n\n")
            return drifts
        }
        for drift in drifts.prefix(Self.mostDrifts) { show(drift) }
        if drifts.count > Self.mostDrifts {
            display.show("... \(lines(drifts.count - Self.mostDrifts)) more differ in \(result.cell.name)\n\n")
        }
        return drifts
    }

    private func show(_ drift: Drift) {
        let source = drift.location.source
        let place = "\(source.name):\(source.place(of: drift.location.span.start).line)"
        display.showStyled(styled("drift: \(drift.cell.name), \(place)".withVisibleControls, "1;33") + "\n")
        if let recorded = drift.recorded { display.show("  recorded  \(recorded)\n") }
        if let actual = drift.actual {
            display.show("  \(drift.recorded == nil ? "new " : "now ")      \(actual)\n")
        } else {
            display.show("  now       (this line is not there)\n")
        }
        for text in drift.explanations.prefix(4) { display.show("  \(text)\n") }
        if drift.explanations.count > 4 { display.show("  ... and \(drift.explanations.count - 4) numbers more\n") }
        display.show("\n")
    }

    private func lines(_ count: Int) -> String { count == 1 ? "1 line" : "\(count) lines" }

    /// The last word of a replay that goes on behind cells that fail.
    var runSummary: String {
        let ran = runCount == 1 ? "1 cell ran" : "\(runCount) cells ran"
        if problemCells.isEmpty { return "\(ran): none failed\n" }
        return "\(ran): \(problemCount) failed: \(problemCells.map(\.name).joined(separator: ", "))\n"
    }

    /// The last word of a check.
    var checkSummary: String {
        let compared = comparedCount == 1 ? "1 cell" : "\(comparedCount) cells"
        if driftedCells.isEmpty { return "\(compared) compared: as recorded\n" }
        guard let notebook else { return "" }
        if !notebook.cells.contains(where: \.isRecorded) {
            return "nothing is recorded in \(notebook.source.name): `dls replay --record` does it\n"
        }
        let numbers = driftedCells.map { "\($0)" }.joined(separator: ", ")
        return
            "\(compared) compared: \(lines(driftCount)) drifted in cell\(driftedCells.count == 1 ? "" : "s") \(numbers)\n"
    }
}
