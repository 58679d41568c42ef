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
        /// Comments, which are text of another program, such as LaTeX for a converter of Jupyter.
        case raw
    }

    /// As error messages count them: 1 for the first `# %%`, 0 for what stands before it.
    package let number: Int
    /// What stands behind `# %%`, without the tags; may be empty.
    package let title: String
    package let kind: Kind
    package let tags: Set<NotebookTag>
    /// What `[points=3]` gives for it in a homework.
    package let points: Double?
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
    /// The answer to a question of a homework, which the students' file does not have.
    case solution
    /// A check of a homework, which the students' file does not have.
    case hidden
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
    /// The lines of a text cell, without the comment signs.
    package func text(of cell: NotebookCell) -> String {
        let lines = cell.lines.compactMap { line -> String? in
            switch line.kind {
            case .blank: return ""
            case .comment:
                let comment = source[line.span].unicodeScalars.drop { $0 != "#" }
                if line.span.start <= 3, comment.dropFirst().first == "!" { return nil }
                return NotebookText.unguarded(NotebookText.text(of: comment, behind: 1), cell.kind)
            case .code, .option, .recorded: return nil
            }
        }
        return NotebookText.withoutOuterBlankLines(lines).joined(separator: "\n")
    }

    /// The lines of a code cell without marker, check options and recorded outputs.
    package func code(of cell: NotebookCell) -> String {
        let lines = cell.lines.filter { $0.kind != .option && $0.kind != .recorded }
            .map { NotebookText.unguarded(source[$0.span], cell.kind) }
        return NotebookText.withoutOuterBlankLines(lines).joined(separator: "\n")
    }

    /// The recorded outputs of a cell, line by line, without `#> `.
    package func recordedLines(of cell: NotebookCell) -> [(text: String, span: Span)] {
        cell.lines.filter { $0.kind == .recorded }.map { line in
            (NotebookText.text(of: source[line.span].unicodeScalars[...], behind: 2), line.span)
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

    /// What stands behind a line's sign and one blank. By scalars: a mark that combines with the blank is text.
    static func text(of line: Substring.UnicodeScalarView, behind signLength: Int) -> String {
        let rest = line.dropFirst(signLength)
        return String(rest.first == " " ? rest.dropFirst() : rest)
    }

    /// A line of a cell as it stands in a file: where it would begin a cell, options or an output there, a `\` keeps
    /// it from that, and one more where it has some already.
    ///
    ///     "# %% no cell"  in code    "#\ %% no cell"
    ///     "%% no cell"    in text    "\%% no cell", behind the comment sign
    package static func guarded(_ line: String, _ kind: NotebookCell.Kind) -> String {
        guard let place = guardPlace(line, kind) else { return line }
        return String(decoding: line.utf8.prefix(place), as: UTF8.self) + "\\"
            + String(decoding: line.utf8.dropFirst(place), as: UTF8.self)
    }

    /// The line that `guarded` was given.
    package static func unguarded(_ line: String, _ kind: NotebookCell.Kind) -> String {
        let bytes = Array(line.utf8)
        guard let place = guardPlace(line, kind), bytes[place] == UInt8(ascii: "\\") else { return line }
        return String(decoding: bytes[..<place] + bytes[(place + 1)...], as: UTF8.self)
    }

    /// Where a line's guard stands or would stand, by bytes; nil for a line that needs none.
    private static func guardPlace(_ line: String, _ kind: NotebookCell.Kind) -> Int? {
        let isCode = kind == .code
        var rest = line.utf8[...]
        if isCode, rest.popFirst() != UInt8(ascii: "#") { return nil }
        rest = rest.drop { $0 == UInt8(ascii: "\\") }
        let signs = isCode ? [">", "~", "%%", " %%"] : ["%%"]
        return signs.contains { rest.starts(with: $0.utf8) } ? (isCode ? 1 : 0) : nil
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
