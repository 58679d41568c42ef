import Language
import Runtime

/// A `.dls` file as the cells of a notebook: code, text, tags, check options and recorded outputs.
///
/// Nothing is lost: the spans of the cells, one behind the other, are the whole file.
package struct Notebook {
    package let source: SourceText
    package let cells: [NotebookCell]
    /// What is wrong with the notebook's own lines (`# %%`, `#~`, `#>`), in the order of the text.
    package let diagnostics: [Diagnostic]

    package init(_ source: SourceText) {
        self.source = source
        var reader = NotebookReader(source)
        reader.read()
        cells = reader.cells
        diagnostics = reader.diagnostics
    }

    /// A notebook whose lines are all understood.
    ///
    /// - Throws: `Failure` with the first thing that is wrong.
    package init(checking source: SourceText) throws {
        self.init(source)
        if let diagnostic = diagnostics.first { throw Failure(diagnostic) }
    }
}

/// A part of a notebook, from one `# %%` to the next, or what stands before the first.
package struct NotebookCell {
    package enum Kind: Sendable {
        case code
        /// Comments, which are Markdown.
        case markdown
    }

    /// As error messages count them: 1 for the first `# %%`, 0 for what stands before it.
    package let number: Int
    /// What stands behind `# %%`, without the tags; may be empty.
    package let title: String
    package let kind: Kind
    package let tags: Set<NotebookTag>
    /// What `#~` lines say; nil where there are none.
    package let tolerance: CheckTolerance?
    /// All of it, up to the next cell.
    package let span: Span
    /// The `# %%` line without its end; nil for what stands before the first.
    package let markerSpan: Span?
    /// What runs: all that stands below the marker.
    package let bodySpan: Span
    /// The lines below the marker, by what they are, without their ends.
    package let lines: [Line]

    package struct Line {
        package enum Kind: Sendable {
            case blank
            /// A line that is all comment.
            case comment
            case code
            /// `#~ rtol=1e-3`
            case option
            /// `#> 0.3255`
            case recorded
        }

        package let kind: Kind
        package let span: Span
    }

    /// Whether there is something to run.
    package var hasCode: Bool { lines.contains { $0.kind == .code } }

    /// Whether outputs are recorded under it.
    package var isRecorded: Bool { lines.contains { $0.kind == .recorded } }

    /// How it is called where one cell of many is meant: `cell 3 "Train"`.
    package var name: String { title.isEmpty ? "cell \(number)" : "cell \(number) \"\(title)\"" }
}

/// What a cell's marker says in brackets: `# %% Train [volatile]`.
package enum NotebookTag: String, CaseIterable, Sendable {
    /// Shown and recorded, and not compared.
    case volatile
    /// Not run.
    case skip
    /// Ends in an error, whose message is compared.
    case raises
}

/// How far a number may be from the recorded one: `absolute + relative * |recorded|`.
package struct CheckTolerance: Equatable, Sendable {
    package static let standardRelative = 1e-4

    package var relative: Double
    package var absolute: Double

    package init(relative: Double = standardRelative, absolute: Double = 0) {
        self.relative = relative
        self.absolute = absolute
    }
}

// MARK: - Texts

extension Notebook {
    /// The lines of a text cell as Markdown, without the comment signs.
    package func markdown(of cell: NotebookCell) -> String {
        let lines = cell.lines.compactMap { line -> String? in
            switch line.kind {
            case .blank: return ""
            case .comment:
                let text = source[line.span].drop { $0 != "#" }.dropFirst()
                if line.span.start <= 3, text.hasPrefix("!") { return nil }
                return String(text.hasPrefix(" ") ? text.dropFirst() : text)
            case .code, .option, .recorded: return nil
            }
        }
        return NotebookText.withoutOuterBlankLines(lines).joined(separator: "\n")
    }

    /// The lines of a code cell without marker, check options and recorded outputs.
    package func code(of cell: NotebookCell) -> String {
        let lines = cell.lines.filter { $0.kind != .option && $0.kind != .recorded }.map { source[$0.span] }
        return NotebookText.withoutOuterBlankLines(lines).joined(separator: "\n")
    }

    /// The recorded outputs of a cell, line by line, without `#> `.
    package func recordedLines(of cell: NotebookCell) -> [(text: String, span: Span)] {
        cell.lines.filter { $0.kind == .recorded }.map { line in
            let text = source[line.span].dropFirst(2)
            return (String(text.hasPrefix(" ") ? text.dropFirst() : text), line.span)
        }
    }

    /// Where the figures of a notebook are kept, beside it: `question2_figures` for `question2.dls`.
    package var figureFolder: String { NotebookText.figureFolder(of: source.name) }

    /// The name that a figure is recorded by: `question2_figures/cell3-1.svg`.
    ///
    /// - Parameter order: Which of its cell's figures it is, from 1.
    package func figureName(cell: Int, order: Int) -> String { "\(figureFolder)/cell\(cell)-\(order).svg" }
}

/// What the texts of notebooks have in common.
package enum NotebookText {
    package static func withoutOuterBlankLines(_ lines: [String]) -> [String] {
        func isBlank(_ line: String) -> Bool { line.allSatisfy(\.isWhitespace) }
        guard let first = lines.firstIndex(where: { !isBlank($0) }),
            let last = lines.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(lines[first...last])
    }

    /// The name of the folder for a notebook's figures, without the way to it.
    package static func figureFolder(of path: String) -> String {
        let name = path.split(separator: "/").last.map { String($0) } ?? "notebook"
        return (name.hasSuffix(".dls") ? String(name.dropLast(4)) : name) + "_figures"
    }

    /// The folder that a path leads to, with `/` behind it; empty for the current one.
    package static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }
}
