import Language
import Runtime

/// How a student's file fits a homework: what runs, and which answers are missing.
struct HomeworkPlan {
    let homework: Homework
    let student: Notebook
    private let match: HomeworkMatch
    private(set) var steps: [HomeworkJob.Step] = []
    /// The titles of answers that the file does not have.
    private(set) var missing: [String] = []
    /// The numbers of the answers that are as they were released.
    private(set) var untouched: Set<Int> = []

    init(_ homework: Homework, _ student: Notebook) {
        (self.homework, self.student) = (homework, student)
        match = HomeworkMatch(homework, student)
        var others = match.others
        addOwn(others[nil])
        for cell in homework.notebook.cells {
            if cell.tags.contains(.solution) {
                add(match.answers[cell.number], for: cell)
            } else if cell.runs {
                // What is the same in both runs as the student's text: errors then name the lines that they know.
                let copy = match.copies[cell.number].flatMap { match.isSame($0, cell) ? $0 : nil }
                steps.append(
                    .init(
                        cell: cell.number, isStudents: false, isInStudentsFile: copy != nil,
                        span: (copy ?? cell).bodySpan, showsSeconds: cell.tags.contains(.volatile)))
            }
            // The number of the first cell is that of what stands before it, too.
            if let own = others.removeValue(forKey: cell.number) { addOwn(own) }
        }
    }

    /// The student's cells that were taken for answers, though their titles are others, with the answers' titles.
    var guesses: [(title: String, cell: NotebookCell)] {
        homework.answers.compactMap { answer in
            guard match.guesses.contains(answer.number), let cell = match.answers[answer.number] else { return nil }
            return (answer.title, cell)
        }
    }

    /// What a student calls a cell of the homework: by the number of the cell in their file, if they have it.
    func studentsName(of cell: NotebookCell) -> String {
        let own = cell.tags.contains(.hidden) ? nil : match.answers[cell.number] ?? match.copies[cell.number]
        let title = cell.title.isEmpty ? "" : quoted(cell.title)
        guard let own else { return title.isEmpty ? "a check" : title }
        return title.isEmpty ? "cell \(own.number)" : "cell \(own.number) \(title)"
    }

    private mutating func add(_ cell: NotebookCell?, for answer: NotebookCell) {
        guard let cell else { return missing.append(answer.title) }
        let stub = (try? homework.stub(of: answer)) ?? ""
        if !cell.hasCode || isSame(student.code(of: cell), stub) { untouched.insert(answer.number) }
        steps.append(
            .init(
                cell: answer.number, isStudents: true, isInStudentsFile: true, span: cell.bodySpan,
                showsSeconds: answer.tags.contains(.volatile)))
    }

    private mutating func addOwn(_ cells: [NotebookCell]?) {
        for cell in cells ?? [] {
            steps.append(.init(cell: nil, isStudents: true, isInStudentsFile: true, span: cell.bodySpan))
        }
    }

    /// Whether two texts have the same words in the same lines, comments and blank lines aside.
    private func isSame(_ a: String, _ b: String) -> Bool {
        func words(_ text: String) -> [String] {
            let source = SourceText(name: "", text: text)
            return Lexer.tokenize(source).tokens.map { source[$0.span] }
        }
        return words(a) == words(b)
    }

    /// Whether a step of the student's gives a class operators of its own, such as an `==` by which any check passes.
    func definesOperator(_ step: HomeworkJob.Step) -> Bool {
        step.isStudents && Self.definesOperator(Lexer.tokenize(student.source, in: step.span).tokens)
    }

    static func definesOperator(_ tokens: [Token]) -> Bool {
        zip(tokens, tokens.dropFirst()).contains { $0.kind == .fn && $1.kind.isMethodOperator }
    }

    /// The text that a step is from.
    func source(of step: HomeworkJob.Step) -> SourceText {
        step.isInStudentsFile ? student.source : homework.notebook.source
    }

    // MARK: - What is run

    func job(_ steps: [HomeworkJob.Step], limits: Confinement) -> HomeworkJob {
        var job = HomeworkJob(
            homework: homework.withoutAnswers, student: student.source, steps: steps, limits: limits)
        job.ownNames = homework.names(homework.notebook.cells)
        job.answerNames = homework.names(homework.answers)
        let given = homework.notebook.cells.filter { $0.tags.isDisjoint(with: [.solution, .hidden]) }
        job.keptNames = homework.names(given).union(homework.functionNames(homework.notebook.cells))
            .subtracting(job.answerNames)
        return job
    }
}

extension Homework {
    /// The text with blanks in the place of answers and recorded outputs, so that every place in it stays.
    fileprivate var withoutAnswers: SourceText {
        var bytes = notebook.source.bytes
        func blank(_ span: Span) {
            for index in span.start..<span.end where ![0x0A, 0x0D].contains(bytes[index]) { bytes[index] = 0x20 }
        }
        for cell in notebook.cells {
            if cell.tags.contains(.solution) { blank(cell.bodySpan) }
            for line in cell.lines where line.kind == .recorded { blank(line.span) }
        }
        return SourceText(name: notebook.source.name, bytes: bytes)
    }

    /// The names that cells give values to.
    fileprivate func names(_ cells: [NotebookCell]) -> Set<String> { Set(statements(of: cells).flatMap(\.boundNames)) }

    /// Those of functions, models and classes.
    func functionNames(_ cells: [NotebookCell]) -> Set<String> {
        Set(
            statements(of: cells).flatMap { statement -> [String] in
                switch statement.kind {
                case .function, .model, .class: return statement.boundNames
                default: return []
                }
            })
    }

    /// The names that the code of a cell gives values to.
    static func boundNames(of cell: NotebookCell, in source: SourceText) -> Set<String> {
        boundNames(of: cell.bodySpan, in: source)
    }

    static func boundNames(of span: Span, in source: SourceText) -> Set<String> {
        Set(Parser.parse(source, in: span).block.statements.flatMap(\.boundNames))
    }

    private func statements(of cells: [NotebookCell]) -> [Statement] {
        cells.filter { $0.kind == .code }.flatMap { cell in
            Parser.parse(notebook.source, in: cell.bodySpan).block.statements
        }
    }
}
