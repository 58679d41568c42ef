import Datasets
import Language
import Runtime
import TensorCore

extension Homework {
    /// Writes the students' file.
    ///
    /// - Parameters:
    ///   - output: The path to write to; `FILE_student.dls` unless given.
    ///   - overwrites: Whether a file is replaced that dls did not write.
    /// - Returns: The path.
    /// - Throws: `Failure` for a path that is refused, and for `# keep` marks that leave no code.
    package func release(to output: String? = nil, overwrites: Bool = false) throws -> String {
        let source = notebook.source.name
        let path = output ?? (source.hasSuffix(".dls") ? String(source.dropLast(4)) : source) + "_student.dls"
        guard FileBytes.realPath(path) != FileBytes.realPath(source) else {
            throw Failure("the students' file would replace the homework itself", help: "name another with --output")
        }
        let text = try studentsText()
        do { if !overwrites { try FileAccess.checkMayReplace(path) } } catch {
            throw Failure("\(path) was not written by dls, or was changed since", help: "--overwrite replaces it")
        }
        try NotebookFile.replace(path, with: Array(text.utf8))
        return path
    }

    /// The notebook without answers, hidden checks and recorded outputs.
    package func studentsText() throws -> String {
        let points = studentsPoints
        let cells = notebook.cells.filter { !$0.tags.contains(.hidden) }
        let text = try cells.map { cell in
            guard cell.tags.contains(.solution) else { return withoutOutputs(cell) }
            var stub = NotebookDocument.Cell(number: cell.number)
            stub.title = cell.title
            stub.tags = NotebookTag.allCases.filter { $0 != .solution && cell.tags.contains($0) }
            stub.points = points[cell.number]
            stub.options = notebook.options(of: cell)
            stub.source = try self.stub(of: cell)
            return stub.canonicalText(isLast: cell.number == cells.last?.number)
        }.joined()
        // What is kept of an answer must stand alone: every student would begin with the error.
        let released = Notebook(SourceText(name: "the students' file", text: text))
        for cell in released.cells where cell.kind == .code && cell.tags.isDisjoint(with: [.skip, .raises]) {
            let parsed = Parser.parse(released.source, in: cell.bodySpan)
            if var problem = parsed.diagnostics.first {
                problem.help.append("change what stands between `# keep` and `# end keep`")
                throw Failure(problem)
            }
        }
        return text
    }

    /// The points that students see: those of hidden checks are with the question before them.
    private var studentsPoints: [Int: Double] {
        var points: [Int: Double] = [:]
        var last: Int?
        for cell in notebook.cells {
            if cell.tags.contains(.solution) { last = cell.number }
            guard let own = cell.points else { continue }
            points[cell.tags.contains(.hidden) ? last ?? cell.number : cell.number, default: 0] += own
        }
        return points
    }

    private func withoutOutputs(_ cell: NotebookCell) -> String {
        let lines = Notebook(SourceText(name: "", bytes: notebook.recording([cell.number: []])))
        return lines.cells.first { $0.number == cell.number && ($0.markerSpan == nil) == (cell.markerSpan == nil) }
            .map { lines.source[$0.span] } ?? ""
    }

    // MARK: - Answers

    static let stubLine = "# your answer"

    /// What a student finds in the place of an answer: the kept lines, and a comment where others were.
    func stub(of cell: NotebookCell) throws -> String {
        var lines: [String] = []
        var keepStart: NotebookCell.Line?
        var isOpen = false
        func leaveOut(_ line: String) {
            if !isOpen { lines.append(line.prefix { $0 == " " || $0 == "\t" } + Self.stubLine) }
            isOpen = true
        }
        for line in cell.lines where line.kind != .recorded && line.kind != .option {
            let text = NotebookText.unguarded(notebook.source[line.span], .code)
            switch (Self.mark(text), keepStart) {
            case ("keep", nil): keepStart = line
            case ("end keep", _?): keepStart = nil
            case ("keep", _?): throw markFailure("`# keep` stands inside of another", line)
            case ("end keep", nil): throw markFailure("`# end keep` has no `# keep` before it", line)
            case (_, _?):
                lines.append(text)
                isOpen = false
            case (_, nil): if line.kind == .code { leaveOut(text) }
            }
        }
        if let keepStart { throw markFailure("`# keep` has no `# end keep` behind it", keepStart) }
        return NotebookText.withoutOuterBlankLines(lines).joined(separator: "\n")
    }

    /// The words of a comment that is a mark.
    private static func mark(_ line: String) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace)
        return words == ["#", "keep"] ? "keep" : words == ["#", "end", "keep"] ? "end keep" : nil
    }

    private func markFailure(_ message: String, _ line: NotebookCell.Line) -> Failure {
        Failure(
            Diagnostic(
                message, at: .init(source: notebook.source, span: line.span),
                help: ["lines between `# keep` and `# end keep` stay in the students' file"]))
    }
}

extension Notebook {
    /// What stands behind `#~`.
    func options(of cell: NotebookCell) -> [String] {
        cell.lines.filter { $0.kind == .option }.map { String(source[$0.span].dropFirst(2).drop { $0 == " " }) }
    }
}
