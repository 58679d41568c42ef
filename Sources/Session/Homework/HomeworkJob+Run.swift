import Datasets
import Language
import Runtime

extension HomeworkJob {
    /// The first line of a report: the process is confined, and the student's code is about to run.
    package static let readyLine = JSON(["ready": .boolean(true)])

    /// Runs the steps one after the other in a session, up to one that is stopped.
    ///
    /// What the code prints reaches the report as the text of a line's member, and nothing else does: who prints a
    /// line of a report changes no result.
    ///
    /// - Parameters:
    ///   - stopText: What stopped the work, in words.
    ///   - report: Takes a line for each step as soon as it has ended.
    package func run(in session: Session, stopText: () -> String, report: (JSON) -> Void) {
        let notebook = Notebook(homework)
        for (index, step) in steps.enumerated() {
            let result = run(step, in: session, of: notebook, stopText)
            report(result.json(step: index))
            if result.ending == .stopped { return }
        }
    }

    /// The start of an error that is long, such as the text of a student's `assert`.
    private static func clipped(_ text: String) -> String {
        let start = String(text.unicodeScalars.prefix(4000))
        return start.utf8.count < text.utf8.count ? start + " ..." : text
    }

    private func run(
        _ step: Step, in session: Session, of notebook: Notebook, _ stopText: () -> String
    ) -> Result {
        let source = step.isInStudentsFile ? student : homework
        let interpreter = session.interpreter
        let kept = step.isStudents ? keptNames.map { ($0, session.module[$0]) } : []
        defer { for case (let name, let value?) in kept { session.module.cell(name).value = value } }
        interpreter.sealedNames = []
        if !step.isStudents {
            let tokens = Lexer.tokenize(source, in: step.span).tokens
            let builtins = Set(tokens.filter { $0.kind == .name }.map { source[$0.span] })
                .filter { interpreter.builtins.value($0) != nil }
            // Without this a check would take dls's own `softmax` for the answer that is missing.
            if let name = builtins.intersection(answerNames).sorted().first(where: { session.module[$0] == nil }) {
                return Result(
                    ending: .failed, message: "no answer defines `\(name)`, and this checks it",
                    lines: ["error: unknown name `\(name)`"])
            }
            interpreter.sealedNames = builtins.subtracting(ownNames)
        }
        var style = DisplayStyle.recorded
        style.showsSeconds = step.showsSeconds
        let (ending, outputs) = session.executeCollecting(source, in: step.span, style: style, number: step.cell)
        let all = RecordedText(outputs) { notebook.figureName(cell: step.cell ?? 0, order: $0) }.lines
        // What a cell of the student's own shows is for the feedback alone.
        let lines = step.cell == nil ? Array(all.prefix(50)) : all
        switch ending {
        case .completed: return Result(ending: .completed, lines: lines)
        case .failed(let diagnostic):
            return Result(
                ending: .failed, message: Self.clipped(DiagnosticRenderer().render(diagnostic)), lines: lines)
        case .interrupted: return Result(ending: .stopped, message: stopText(), lines: lines)
        case .quit: return Result(ending: .quit, message: "`quit` ends it", lines: lines)
        }
    }
}
