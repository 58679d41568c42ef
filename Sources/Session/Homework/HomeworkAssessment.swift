import Language
import Runtime
import TensorCore

/// Compares what a student's file gave with what the homework expects.
struct HomeworkAssessment {
    private let plan: HomeworkPlan
    private let results: [Int: HomeworkJob.Result]
    private let notebook: Notebook
    /// The steps that made others fail, by the steps that failed because of them alone.
    private var causes: [Int: Int] = [:]

    /// - Parameter results: By the index of their step.
    init(_ plan: HomeworkPlan, _ results: [Int: HomeworkJob.Result]) {
        (self.plan, self.results) = (plan, results)
        notebook = plan.homework.notebook
        findCauses()
    }

    func grade(path: String, name: String) -> HomeworkGrade {
        let marks = plan.homework.questions.map { question in
            let reasons = reasons(against: question)
            return HomeworkGrade.Mark(
                title: question.cell.name, points: question.points, isEarned: reasons == nil,
                reason: reasons?.full ?? "",
                feedback: (plan.studentsName(of: question.cell), reasons?.feedback ?? ""))
        }
        var grade = HomeworkGrade(path: path, name: name, marks: marks)
        grade.missing = plan.missing
        grade.guesses = plan.guesses.map { ($0.title, $0.cell.name) }
        grade.cells = plan.steps.indices.map(report)
        return grade
    }

    /// The first cell that failed, and what is wrong with it; nil: none did.
    var firstFailure: (cell: String, problem: String)? {
        for step in plan.steps {
            if let cell = cell(of: step), let problem = problem(of: cell).first { return (cell.name, problem) }
        }
        return nil
    }

    /// Why the points of a question are not given, for the teacher and for the student; nil: they are.
    private func reasons(against question: Homework.Question) -> (full: String, feedback: String)? {
        let answer = plan.homework.answers.last { $0.number <= question.cell.number }
        let isUntouched = answer.map { plan.untouched.contains($0.number) } ?? false
        let unanswered = (full: "not answered", feedback: "not answered")
        if isUntouched, answer?.number == question.cell.number { return unanswered }
        for cell in question.cells {
            guard var problem = problem(of: cell).first else { continue }
            // What fails because an answer is missing has no reason of its own.
            if isUntouched { return unanswered }
            if let answer, index(of: answer) == nil, answer.number != cell.number {
                let reason = "the file has no cell with the title \(quoted(answer.title)), which this checks"
                return (reason, reason)
            }
            var words = problem
            if let index = index(of: cell), let cause = causes[index] {
                problem += ", because \(failure(of: cause, isForStudent: false))"
                words += ", because \(failure(of: cause, isForStudent: true))"
            }
            let isOwn = cell.number == question.cell.number
            if cell.tags.contains(.hidden) {
                words = isOwn ? Self.hiddenWords : "the hidden check \(plan.studentsName(of: cell)) does not pass"
            } else if !isOwn {
                words = "\(plan.studentsName(of: cell)): \(words)"
            }
            return (isOwn ? problem : "\(cell.name): \(problem)", words)
        }
        return nil
    }

    /// All that students are told of a hidden check that fails.
    private static let hiddenWords = "this hidden check does not pass"

    // MARK: - Cells

    private func index(of cell: NotebookCell) -> Int? {
        plan.steps.firstIndex { $0.cell == cell.number && $0.isStudents == cell.tags.contains(.solution) }
    }

    /// The cell of the homework that a step stands for; nil for one of the student's own.
    private func cell(of step: HomeworkJob.Step) -> NotebookCell? {
        step.cell.flatMap { number in notebook.cells.last { $0.number == number && $0.kind == .code } }
    }

    /// What is wrong with a cell of the homework, in lines; empty: nothing.
    private func problem(of cell: NotebookCell) -> [String] {
        guard let index = index(of: cell) else { return ["the file has no cell with this title"] }
        guard let result = results[index] else { return ["not run: the cells before it were stopped too often"] }
        let mayFail = cell.tags.contains(.raises)
        switch result.ending {
        case .stopped, .quit: return lines(result.message)
        case .failed where !mayFail: return lines(result.message)
        case .completed where mayFail: return ["it ends without the error that is expected"]
        case .completed, .failed: break
        }
        guard cell.isRecorded, !cell.tags.contains(.volatile) else { return [] }
        return notebook.drifts(of: cell, result.lines, allowsMore: true).prefix(Self.mostDrifts).flatMap(words)
    }

    private static let mostDrifts = 3

    private func words(_ drift: Drift) -> [String] {
        switch (drift.recorded, drift.actual) {
        case (let expected?, let actual?): ["it shows \(asCode(actual)) instead of \(asCode(expected))"]
        case (let expected?, nil): ["it does not show \(asCode(expected))"]
        case (nil, let actual?): ["it shows \(asCode(actual)), which is too much"]
        case (nil, nil): []
        }
    }

    /// In backticks, more than stand in a row in it.
    private func asCode(_ text: String) -> String {
        let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
        let signs = String(repeating: "`", count: longest + 1)
        return longest == 0 ? "`\(text)`" : "\(signs) \(text) \(signs)"
    }

    /// The lines of an error, the first without the word that says so.
    private func lines(_ text: String) -> [String] {
        let text = text.hasPrefix("error: ") ? String(text.dropFirst("error: ".count)) : text
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    // MARK: - Causes

    /// Finds steps that miss a name which an earlier one would have defined, had it not failed.
    private mutating func findCauses() {
        var broken: [String: Int] = [:]
        for (index, step) in plan.steps.enumerated() {
            // Code that cannot be read would have defined what the homework's own does.
            let expected = cell(of: step).map { Homework.boundNames(of: $0, in: notebook.source) } ?? []
            let names = Homework.boundNames(of: step.span, in: plan.source(of: step)).union(expected)
            let mayFail = cell(of: step)?.tags.contains(.raises) ?? false
            guard let result = results[index], result.ending == .completed || result.ending == .failed && mayFail else {
                let cause = results[index].flatMap { Self.missingName(in: $0.message) }.flatMap { broken[$0] }
                causes[index] = cause
                for name in names { broken[name] = cause ?? index }
                continue
            }
            for name in names { broken[name] = nil }
        }
    }

    /// The name that an error says is unknown.
    private static func missingName(in message: String) -> String? {
        let words = message.prefix { $0 != "\n" }
        guard words.contains("unknown name `") || words.contains("no answer defines `") else { return nil }
        let parts = words.split(separator: "`", omittingEmptySubsequences: false)
        return parts.count > 1 ? String(parts[1]) : nil
    }

    /// `cell 2 "Data" failed: there is no such file`
    private func failure(of index: Int, isForStudent: Bool) -> String {
        let step = plan.steps[index]
        let problem = results[index].map { lines($0.message)[0] } ?? "it was not run"
        guard let cell = cell(of: step) else {
            let own = student(at: step)
            return "\(own.map { "the file's \($0.name)" } ?? "a cell") failed: \(problem)"
        }
        guard isForStudent else { return "\(cell.name) failed: \(problem)" }
        return "\(plan.studentsName(of: cell)) failed" + (cell.tags.contains(.hidden) ? "" : ": \(problem)")
    }

    /// The student's cell that a step runs.
    private func student(at step: HomeworkJob.Step) -> NotebookCell? {
        plan.student.cells.first { $0.bodySpan.start == step.span.start && $0.bodySpan.end == step.span.end }
    }

    // MARK: - Feedback

    private func report(_ index: Int) -> HomeworkGrade.CellReport {
        let step = plan.steps[index]
        let result = results[index]
        guard let cell = cell(of: step) else {
            let problem = result.map { $0.ending == .completed ? [] : lines($0.message) } ?? []
            return .init(
                title: student(at: step)?.name ?? "", code: code(plan.student.source[step.span]),
                lines: result?.lines ?? [], problem: withCause(problem, index))
        }
        let title = plan.studentsName(of: cell)
        let problem = problem(of: cell)
        // What a hidden check does stays hidden, for the next course.
        if cell.tags.contains(.hidden) {
            return .init(
                title: title, code: "", lines: [], problem: problem.isEmpty ? [] : [Self.hiddenWords], isHidden: true)
        }
        let code = step.isStudents ? code(plan.student.source[step.span]) : notebook.code(of: cell)
        return .init(
            title: title, code: code, lines: result?.lines ?? [],
            problem: withCause(step.isInStudentsFile ? problem : Self.withoutPlaces(problem), index),
            hasOnlyFigures: notebook.hasOnlyFigures(cell))
    }

    private func withCause(_ problem: [String], _ index: Int) -> [String] {
        guard !problem.isEmpty, let cause = causes[index] else { return problem }
        return problem + ["It fails because \(failure(of: cause, isForStudent: true))"]
    }

    /// The lines of an error without those that show where it is in a file that the student does not have.
    private static func withoutPlaces(_ lines: [String]) -> [String] {
        lines.filter { line in
            let text = line.drop { $0 == " " || $0.isNumber }
            return !text.hasPrefix("--> ") && !text.hasPrefix("|") && line != "..."
        }
    }

    /// The code of a cell without what is recorded there.
    private func code(_ text: String) -> String {
        let notebook = Notebook(SourceText(name: "", text: text))
        return notebook.cells.map { notebook.code(of: $0) }.joined(separator: "\n")
    }
}

extension Notebook {
    /// Whether figures are all that is recorded under a cell.
    func hasOnlyFigures(_ cell: NotebookCell) -> Bool {
        cell.isRecorded && recordedLines(of: cell).allSatisfy { RecordedText.figureName(in: $0.text) != nil }
    }
}
