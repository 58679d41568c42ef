import Language
import Runtime

/// How a cell went.
package struct CellResult {
    package enum Ending {
        case completed
        case failed(Diagnostic)
        case interrupted
        case quit(status: Int32)
        /// It is tagged so, or there is nothing to run.
        case notRun
    }

    package let cell: NotebookCell
    package let ending: Ending
    /// In the order in which they came.
    package let outputs: [CellOutput]
    package let seconds: Double

    /// What is wrong with how it ended: an error, or none where one was expected.
    package var problem: Diagnostic? {
        switch ending {
        case .failed(let diagnostic): cell.tags.contains(.raises) ? nil : diagnostic
        case .completed where cell.tags.contains(.raises):
            Diagnostic("\(cell.name) ends without the error that its tag [raises] expects")
        default: nil
        }
    }
}

/// Who is told how far a notebook is; what its cells show goes to the session's sink meanwhile.
package protocol NotebookObserver: AnyObject {
    /// A cell is about to run, or is passed over.
    func willRun(_ cell: NotebookCell, of notebook: Notebook)
    func didRun(_ result: CellResult, of notebook: Notebook)
}

/// Runs the cells of a notebook one after the other in a session.
package struct NotebookRunner {
    package let notebook: Notebook
    package let session: Session
    /// Goes on behind a cell that fails.
    package var keepsGoing = false
    /// Keeps the last value of a cell as `_N`, as the prompt does for its inputs.
    package var numbersResults = false

    package init(_ notebook: Notebook, in session: Session) {
        self.notebook = notebook
        self.session = session
    }

    /// Runs some of the cells, all unless chosen, up to the first that fails, quits or is interrupted.
    ///
    /// All of them are parsed first: hours are not spent before a mistake in the last cell is found.
    ///
    /// - Throws: `Failure` for a cell that cannot be parsed, or a parameter that no cell has.
    package func run(
        _ isChosen: (NotebookCell) -> Bool = { _ in true }, observer: (any NotebookObserver)? = nil
    ) throws -> [CellResult] {
        let chosen = notebook.cells.filter(isChosen)
        try checkSyntax(of: chosen)
        var results: [CellResult] = []
        for cell in chosen {
            observer?.willRun(cell, of: notebook)
            let result = run(cell)
            observer?.didRun(result, of: notebook)
            results.append(result)
            switch result.ending {
            case .interrupted, .quit: return results
            case .completed, .failed, .notRun: if result.problem != nil, !keepsGoing { return results }
            }
        }
        return results
    }

    private func checkSyntax(of cells: [NotebookCell]) throws {
        var statements: [Statement] = []
        for cell in cells where cell.kind == .code {
            let parsed = Parser.parse(notebook.source, in: cell.bodySpan)
            if let diagnostic = parsed.diagnostics.first, !keepsGoing, cell.tags.isDisjoint(with: [.skip, .raises]) {
                throw Failure(diagnostic)
            }
            statements += parsed.block.statements
        }
        try session.checkParameters(of: statements) { name in
            let maker = notebook.cells.first { cell in
                Parser.parse(notebook.source, in: cell.bodySpan).block.statements.contains {
                    if case .param(let found, _) = $0.kind { found.text == name } else { false }
                }
            }
            return maker.map { "\($0.name) has it, and was not chosen" }
        }
    }

    private func run(_ cell: NotebookCell) -> CellResult {
        guard cell.kind == .code, cell.hasCode, !cell.tags.contains(.skip) else {
            return CellResult(cell: cell, ending: .notRun, outputs: [], seconds: 0)
        }
        var style = DisplayStyle.recorded
        style.showsSeconds = cell.tags.contains(.volatile)
        let start = ContinuousClock.now
        let (result, outputs) = session.executeCollecting(
            notebook.source, in: cell.bodySpan, style: style, number: numbersResults ? cell.number : nil)
        let duration = start.duration(to: .now).components
        let ending: CellResult.Ending =
            switch result {
            case .completed: .completed
            case .failed(let diagnostic): .failed(diagnostic)
            case .interrupted: .interrupted
            case .quit(let status): .quit(status: status)
            }
        return CellResult(
            cell: cell, ending: ending, outputs: outputs,
            seconds: Double(duration.seconds) + Double(duration.attoseconds) * 1e-18)
    }
}
