import Language
import Runtime
import TensorCore

/// Compares what a student's file gave with what the homework expects.
struct HomeworkAssessment {
    private let plan: HomeworkPlan
    private let results: [Int: HomeworkJob.Result]
    private let notebook: Notebook

    /// - Parameter results: By the index of their step.
    init(_ plan: HomeworkPlan, _ results: [Int: HomeworkJob.Result]) {
        (self.plan, self.results) = (plan, results)
        notebook = plan.homework.notebook
    }

    func grade(path: String, name: String) -> HomeworkGrade {
        let marks = plan.homework.questions.map { question in
            let reason = reason(against: question)
            return HomeworkGrade.Mark(
                title: question.cell.name, points: question.points, isEarned: reason == nil, reason: reason ?? "")
        }
        var grade = HomeworkGrade(path: path, name: name, marks: marks)
        grade.missing = plan.missing
        grade.cells = plan.steps.indices.map(report)
        return grade
    }

    /// Why the points of a question are not given; nil: they are.
    private func reason(against question: Homework.Question) -> String? {
        let answer = plan.homework.answers.last { $0.number <= question.cell.number }
        let isUntouched = answer.map { plan.untouched.contains($0.number) } ?? false
        if isUntouched, answer?.number == question.cell.number { return "not answered" }
        for cell in question.cells {
            guard let problem = problem(of: cell).first else { continue }
            // What fails because an answer is missing has no reason of its own.
            if isUntouched { return "not answered" }
            return cell.number == question.cell.number ? problem : "\(cell.name): \(problem)"
        }
        return nil
    }

    // MARK: - Cells

    /// What is wrong with a cell of the homework, in lines; empty: nothing.
    private func problem(of cell: NotebookCell) -> [String] {
        let index = plan.steps.firstIndex { $0.cell == cell.number && $0.isStudents == cell.tags.contains(.solution) }
        guard let index else { return ["the cell is missing"] }
        guard let result = results[index] else { return ["not run: the cells before it were stopped too often"] }
        let mayFail = cell.tags.contains(.raises)
        switch result.ending {
        case .stopped, .quit: return lines(result.message)
        case .failed where !mayFail: return lines(result.message)
        case .completed where mayFail: return ["it ends without the error that is expected"]
        case .completed, .failed: break
        }
        guard cell.isRecorded, !cell.tags.contains(.volatile) else { return [] }
        return notebook.drifts(of: cell, result.lines).prefix(Self.mostDrifts).flatMap(words)
    }

    private static let mostDrifts = 3

    private func words(_ drift: Drift) -> [String] {
        switch (drift.recorded, drift.actual) {
        case (let expected?, let actual?): ["it shows `\(actual)` instead of `\(expected)`"]
        case (let expected?, nil): ["it does not show `\(expected)`"]
        case (nil, let actual?): ["it shows `\(actual)`, which is too much"]
        case (nil, nil): []
        }
    }

    /// The lines of an error, the first without the word that says so.
    private func lines(_ text: String) -> [String] {
        let text = text.hasPrefix("error: ") ? String(text.dropFirst("error: ".count)) : text
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    // MARK: - Feedback

    private func report(_ index: Int) -> HomeworkGrade.CellReport {
        let step = plan.steps[index]
        let result = results[index]
        guard let number = step.cell, let cell = notebook.cells.last(where: { $0.number == number && $0.kind == .code })
        else {
            let text = step.isStudents ? plan.student.source[step.span] : ""
            let problem = result.map { $0.ending == .completed ? [] : lines($0.message) } ?? []
            return .init(title: "", code: code(text), lines: result?.lines ?? [], problem: problem)
        }
        let title = cell.title.isEmpty ? cell.name : cell.title
        let problem = problem(of: cell)
        if step.isStudents {
            let code = code(plan.student.source[step.span])
            return .init(title: title, code: code, lines: result?.lines ?? [], problem: problem)
        }
        // What a hidden check does stays hidden, for the next course.
        if cell.tags.contains(.hidden) {
            return .init(title: title, code: "", lines: [], problem: Array(problem.prefix(1)))
        }
        return .init(title: title, code: notebook.code(of: cell), lines: result?.lines ?? [], problem: problem)
    }

    /// The code of a cell without what is recorded there.
    private func code(_ text: String) -> String {
        let notebook = Notebook(SourceText(name: "", text: text))
        return notebook.cells.map { notebook.code(of: $0) }.joined(separator: "\n")
    }
}
