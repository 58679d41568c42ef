import Language
import Runtime
import TensorCore

/// A homework: a notebook with the answers, of which the students' file is made and by which theirs are graded.
package struct Homework {
    /// A cell that gives points.
    package struct Question {
        package let cell: NotebookCell
        package let points: Double
        /// The cells behind it that must pass for its points, too.
        fileprivate(set) var checks: [NotebookCell] = []

        var cells: [NotebookCell] { [cell] + checks }
    }

    package let notebook: Notebook
    package private(set) var questions: [Question] = []

    package var points: Double { questions.reduce(0) { $0 + $1.points } }

    /// - Throws: `Failure` for a notebook that is not understood, or by which no answer can be graded.
    package init(_ source: SourceText) throws {
        guard !source.name.hasSuffix(".ipynb") else {
            throw Failure(
                "\(source.name) is a notebook of Jupyter",
                help: "`dls import \(source.name)` makes a notebook of dls of it, which can be a homework")
        }
        guard String(validating: source.bytes, as: UTF8.self) != nil else {
            throw Failure("\(source.name) is not text in UTF-8")
        }
        notebook = try Notebook(checking: source)
        try checkAnswers()
        var open: Question?
        for cell in notebook.cells where cell.runs {
            if let points = cell.points {
                questions += [open].compactMap { $0 }
                open = Question(cell: cell, points: points)
            } else if cell.tags.contains(.solution) {
                questions += [open].compactMap { $0 }
                open = nil
            } else {
                open?.checks.append(cell)
            }
        }
        questions += [open].compactMap { $0 }
        try checkQuestions()
    }

    /// The cells that students write.
    package var answers: [NotebookCell] { notebook.cells.filter { $0.tags.contains(.solution) } }

    private func checkAnswers() throws {
        guard !answers.isEmpty else {
            throw Failure(
                "\(notebook.source.name) has no cell that students are to write",
                help: "tag the answers: # %% Softmax [solution] [points=3] (`dls help homework`)")
        }
        for cell in answers {
            guard cell.kind == .code, cell.hasCode else {
                throw failure("an answer holds code, and this cell none", cell)
            }
            guard cell.tags.isDisjoint(with: [.hidden, .skip]) else {
                throw failure("an answer is neither [hidden] nor [skip]", cell)
            }
            guard !cell.title.isEmpty else {
                throw failure("an answer needs a title, by which it is found in the students' files", cell)
            }
            guard notebook.cells.count(where: { $0.title == cell.title }) == 1 else {
                throw failure("several cells are called \(quoted(cell.title)): an answer is found by its title", cell)
            }
        }
        for cell in notebook.cells where cell.points != nil && !cell.runs {
            throw failure("points are for a cell that runs", cell)
        }
        let first = answers[0].number
        for cell in notebook.cells where cell.number < first && cell.tags.contains(.hidden) && cell.points != nil {
            throw failure(
                "a hidden check with points stands before the first answer, so that students' files have no place for "
                    + "its points", cell, help: "put it behind the answer that it checks")
        }
    }

    private func checkQuestions() throws {
        guard !questions.isEmpty else {
            throw Failure(
                "no cell of \(notebook.source.name) gives points",
                help: "write them behind its title: # %% Softmax [solution] [points=3]")
        }
        for question in questions where !question.cells.contains(where: isTelling) {
            throw failure(
                "nothing tells whether this is right", question.cell,
                help: "put a cell with `assert` or recorded outputs (`dls replay --record`) behind it, before the next "
                    + "cell with points")
        }
    }

    /// Whether a wrong answer can make the cell fail.
    private func isTelling(_ cell: NotebookCell) -> Bool {
        cell.isRecorded && !cell.tags.contains(.volatile) || cell.tags.contains(.raises)
            || !cell.tags.contains(.solution) && tokens(of: cell).contains { $0.kind == .assert }
    }

    /// Whether a figure is all that is expected of a question, and so nothing of it is compared.
    package func comparesOnlyFigures(_ question: Question) -> Bool {
        let telling = question.cells.filter(isTelling)
        return telling.allSatisfy { cell in
            notebook.hasOnlyFigures(cell) && !cell.tags.contains(.raises)
                && (cell.tags.contains(.solution) || !tokens(of: cell).contains { $0.kind == .assert })
        }
    }

    func tokens(of cell: NotebookCell) -> [Token] { Lexer.tokenize(notebook.source, in: cell.bodySpan).tokens }

    func failure(_ message: String, _ cell: NotebookCell, help: String? = nil) -> Failure {
        Failure(
            Diagnostic(
                message, at: .init(source: notebook.source, span: notebook.placeSpan(of: cell)),
                help: [help].compactMap { $0 }))
    }
}

extension NotebookCell {
    /// Whether a replay runs it.
    var runs: Bool { kind == .code && hasCode && !tags.contains(.skip) }
}
