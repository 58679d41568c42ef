import Language
import Runtime

/// A notebook as one of Jupyter, format 4.5.
///
/// - Source: nbformat's documentation, "The notebook file format".
struct IpynbWriter {
    static let language = "dls"

    let document: NotebookDocument
    /// The bytes of a figure by its recorded name.
    let figure: (String) throws -> [UInt8]

    func json() throws -> JSON {
        var count = 0
        let cells = try document.cells.enumerated().map { index, cell in
            if !cell.isMarkdown { count += 1 }
            let isLast = index == document.cells.count - 1
            return JSON.object(
                [
                    ("cell_type", .string(cell.isMarkdown ? "markdown" : "code")),
                    ("id", .string("cell-\(index)")),
                    ("metadata", Self.metadata(of: cell, isLast: isLast)),
                    ("source", Self.lines(Self.source(of: cell))),
                ]
                    + (cell.isMarkdown
                        ? []
                        : [
                            ("execution_count", cell.outputs.isEmpty ? JSON.null : .integer(count)),
                            ("outputs", .array(try cell.outputs.map(output))),
                        ]))
        }
        return .object([
            ("cells", .array(cells)),
            (
                "metadata",
                .object([
                    (
                        "kernelspec",
                        .object([
                            ("display_name", .string(Self.language)), ("language", .string(Self.language)),
                            ("name", .string(Self.language)),
                        ])
                    ),
                    (
                        "language_info",
                        .object([
                            ("file_extension", .string(".dls")), ("mimetype", .string("text/x-dls")),
                            ("name", .string(Self.language)), ("pygments_lexer", .string("text")),
                        ])
                    ),
                ])
            ),
            ("nbformat", .integer(4)), ("nbformat_minor", .integer(5)),
        ])
    }

    // MARK: - Cells

    /// Jupyter shows no titles, so that of a cell with code is a comment over it.
    static func source(of cell: NotebookDocument.Cell) -> String {
        guard !cell.isMarkdown, !cell.title.isEmpty else { return cell.source }
        return "# \(cell.title)" + (cell.source.isEmpty ? "" : "\n\(cell.source)")
    }

    /// What Jupyter has no place for is kept under "dls": title, check options, and where its parts do not make it up again,
    /// the whole text of the cell.
    private static func metadata(of cell: NotebookDocument.Cell, isLast: Bool) -> JSON {
        var own: [(name: String, value: JSON)] = []
        if !cell.title.isEmpty { own.append(("title", .string(cell.title))) }
        if !cell.options.isEmpty { own.append(("options", .array(cell.options.map { .string($0) }))) }
        if !cell.hasMarker { own.append(("marker", .boolean(false))) }
        if cell.canonicalText(isLast: isLast) != cell.text { own.append(("text", .string(cell.text))) }
        var fields: [(name: String, value: JSON)] = own.isEmpty ? [] : [("dls", .object(own))]
        if !cell.tags.isEmpty { fields.append(("tags", .array(cell.tags.map { .string($0.jupyterName) }))) }
        return .object(fields)
    }

    /// A text as the lines that Jupyter keeps, each with its end.
    static func lines(_ text: String) -> JSON {
        var lines: [JSON] = []
        var line = ""
        for scalar in text.unicodeScalars {
            line.unicodeScalars.append(scalar)
            if scalar == "\n" {
                lines.append(.string(line))
                line = ""
            }
        }
        if !line.isEmpty { lines.append(.string(line)) }
        return .array(lines)
    }

    // MARK: - Outputs

    private func output(_ output: NotebookDocument.Output) throws -> JSON {
        let text = output.lines.joined(separator: "\n")
        switch output {
        case .text:
            return .object([
                ("name", .string("stdout")), ("output_type", .string("stream")), ("text", Self.lines(text + "\n")),
            ])
        case .table(let table):
            return display([("text/html", Self.lines(HTMLText.table(table))), ("text/plain", Self.lines(text))])
        case .figure(let name):
            let picture = String(decoding: try figure(name), as: UTF8.self)
            return display([("image/svg+xml", Self.lines(picture)), ("text/plain", Self.lines(text))])
        case .error(let lines):
            let message = lines[0].dropFirst("error: ".count)
            return .object([
                ("ename", .string("error")), ("evalue", .string(String(message))),
                ("output_type", .string("error")), ("traceback", .array(lines.map { .string($0) })),
            ])
        }
    }

    private func display(_ data: [(name: String, value: JSON)]) -> JSON {
        .object([
            ("data", .object(data)), ("metadata", .object([])), ("output_type", .string("display_data")),
        ])
    }
}

extension NotebookTag {
    /// What Jupyter's tools call it.
    var jupyterName: String { self == .raises ? "raises-exception" : rawValue }

    init?(jupyterName: String) {
        guard let tag = Self.allCases.first(where: { $0.jupyterName == jupyterName }) else { return nil }
        self = tag
    }
}
