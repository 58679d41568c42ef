import Language
import Runtime
import TensorCore

/// A notebook as other programs have them: cells with outputs that are told apart by kind.
struct NotebookDocument {
    enum Output: Equatable {
        case text([String])
        case table(RecordedTable)
        /// - name: As it is recorded, `question2_figures/cell3-1.svg`.
        case figure(name: String)
        case error([String])

        /// The lines that are recorded for it.
        var lines: [String] {
            switch self {
            case .text(let lines), .error(let lines): lines
            case .table(let table): table.lines
            case .figure(let name): ["[figure: \(name)]"]
            }
        }
    }

    struct Cell {
        var number: Int
        var title = ""
        var kind = NotebookCell.Kind.code
        /// False for what stands before the first `# %%`.
        var hasMarker = true
        var tags: [NotebookTag] = []
        /// What `[points=3]` says.
        var points: Double?
        /// What stands behind `#~`.
        var options: [String] = []
        /// Code, or text.
        var source = ""
        var outputs: [Output] = []
        /// The cell as it stands in its file, up to the next.
        var text = ""
    }

    /// The path of the notebook.
    let name: String
    var cells: [Cell]

    init(name: String, cells: [Cell]) {
        self.name = name
        self.cells = cells
    }

    init(_ notebook: Notebook) {
        name = notebook.source.name
        cells = notebook.cells.map { cell in
            let recorded = notebook.recordedLines(of: cell).map(\.text)
            return Cell(
                number: cell.number, title: cell.title, kind: cell.kind, hasMarker: cell.markerSpan != nil,
                tags: NotebookTag.allCases.filter { cell.tags.contains($0) }, points: cell.points,
                options: cell.lines.filter { $0.kind == .option }.map { line in
                    String(notebook.source[line.span].dropFirst(2).drop { $0 == " " })
                }, source: cell.kind == .code ? notebook.code(of: cell) : notebook.text(of: cell),
                outputs: Self.outputs(recorded, mayFail: cell.tags.contains(.raises)),
                text: notebook.source[cell.span])
        }
    }

    /// What recorded lines were before they were lines.
    static func outputs(_ lines: [String], mayFail: Bool) -> [Output] {
        var outputs: [Output] = []
        var open: [String] = []
        func close() {
            if !open.isEmpty { outputs.append(.text(open)) }
            open = []
        }
        var index = 0
        while index < lines.count {
            let line = lines[index]
            if let name = RecordedText.figureName(in: line), isFigureName(name) {
                close()
                outputs.append(.figure(name: name))
            } else if mayFail, line.hasPrefix("error: ") {
                close()
                outputs.append(.error(Array(lines[index...])))
                break
            } else if let table = RecordedTable(lines[index...]) {
                close()
                outputs.append(.table(table))
                index += table.lines.count
                continue
            } else {
                open.append(line)
            }
            index += 1
        }
        close()
        return outputs
    }

    /// Whether a name is that of a file in a folder beside the notebook, and leads nowhere else.
    static func isFigureName(_ name: String) -> Bool {
        // By bytes, as the system reads it: a `/` with a combining mark behind it leads into a folder too.
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0].suffix(8).elementsEqual("_figures".utf8)
            && parts[1].suffix(4).elementsEqual(".svg".utf8)
            && parts.allSatisfy { $0.first != UInt8(ascii: ".") && !$0.contains(UInt8(ascii: "\\")) && !$0.contains(0) }
    }

    /// Whether nothing is recorded in any of its cells with code.
    var hasNoOutputs: Bool { cells.allSatisfy(\.outputs.isEmpty) }
}

extension NotebookDocument.Cell {
    /// The cell as a program writes it that knows its parts only.
    func canonicalText(isLast: Bool) -> String {
        var lines: [String] = []
        if hasMarker {
            lines.append("# %%" + (title.isEmpty ? "" : " \(title)") + tagNames.map { " [\($0)]" }.joined())
        }
        lines += options.map { "#~ \($0)" }
        if !source.isEmpty {
            let body = source.split(separator: "\n", omittingEmptySubsequences: false)
            lines += body.map { NotebookText.guarded(String($0), kind) }
                .map { kind == .code ? $0 : $0.isEmpty ? "#" : "# \($0)" }
        }
        lines += outputs.flatMap(\.lines).map { $0.isEmpty ? "#>" : "#> \($0)" }
        return lines.joined(separator: "\n") + (isLast ? "\n" : "\n\n")
    }

    private var tagNames: [String] {
        let own: [NotebookCell.Kind: String] = [.markdown: "markdown", .raw: "raw"]
        return [own[kind]].compactMap { $0 } + tags.map(\.rawValue) + [pointsText].compactMap { $0 }
    }

    /// What stands in brackets for the points.
    var pointsText: String? { points.map { "points=\(numberText($0))" } }

    /// How it is called in a message.
    var label: String { title.isEmpty ? "cell \(number)" : "cell \(number) \"\(title)\"" }
}
