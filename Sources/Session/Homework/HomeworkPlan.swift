import Language
import Runtime

/// How a student's file fits a homework: what runs, and which answers are missing.
struct HomeworkPlan {
    let homework: Homework
    let student: Notebook
    private(set) var steps: [HomeworkJob.Step] = []
    /// The titles of answers that the file does not have.
    private(set) var missing: [String] = []
    /// The numbers of the answers that are as they were released.
    private(set) var untouched: Set<Int> = []

    init(_ homework: Homework, _ student: Notebook) {
        (self.homework, self.student) = (homework, student)
        let teachers = homework.notebook
        let answers = Dictionary(uniqueKeysWithValues: homework.answers.map { ($0.title, $0) })
        let given = teachers.cells.filter { !$0.tags.contains(.solution) }
        let givenCode = Set(given.filter(\.hasCode).map(teachers.code))
        // The student's cells: answers by the number of theirs, others by that of the cell that they stand behind.
        var written: [Int: NotebookCell] = [:]
        var others: [Int?: [NotebookCell]] = [:]
        var anchor: Int?
        for cell in student.cells where cell.kind == .code {
            if let answer = answers[cell.title], written[answer.number] == nil {
                written[answer.number] = cell
                anchor = answer.number
            } else if let copy = given.first(where: { !$0.title.isEmpty && $0.title == cell.title }) {
                anchor = copy.number
            } else if cell.hasCode, !givenCode.contains(student.code(of: cell)) {
                others[anchor, default: []].append(cell)
            }
        }
        addOwn(others[nil])
        for cell in teachers.cells {
            if cell.tags.contains(.solution) {
                add(written[cell.number], for: cell)
            } else if cell.runs {
                steps.append(
                    .init(
                        cell: cell.number, isStudents: false, span: cell.bodySpan,
                        showsSeconds: cell.tags.contains(.volatile)))
            }
            // The number of the first cell is that of what stands before it, too.
            if let own = others.removeValue(forKey: cell.number) { addOwn(own) }
        }
    }

    private mutating func add(_ cell: NotebookCell?, for answer: NotebookCell) {
        guard let cell else { return missing.append(answer.title) }
        let stub = (try? homework.stub(of: answer)) ?? ""
        if !cell.hasCode || isSame(student.code(of: cell), stub) { untouched.insert(answer.number) }
        steps.append(
            .init(
                cell: answer.number, isStudents: true, span: cell.bodySpan,
                showsSeconds: answer.tags.contains(.volatile)))
    }

    private mutating func addOwn(_ cells: [NotebookCell]?) {
        for cell in cells ?? [] { steps.append(.init(cell: nil, isStudents: true, span: cell.bodySpan)) }
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
    fileprivate func functionNames(_ cells: [NotebookCell]) -> Set<String> {
        Set(
            statements(of: cells).flatMap { statement -> [String] in
                switch statement.kind {
                case .function, .model, .class: return statement.boundNames
                default: return []
                }
            })
    }

    private func statements(of cells: [NotebookCell]) -> [Statement] {
        cells.filter { $0.kind == .code }.flatMap { cell in
            Parser.parse(notebook.source, in: cell.bodySpan).block.statements
        }
    }
}
