import Language
import Runtime

/// Reads a notebook of Jupyter, format 4, that is in this language.
struct IpynbReader {
    private let source: SourceText

    /// What comes of it: the text of the notebook, and the pictures that belong beside it.
    struct Result {
        var text: String
        var figures: [(name: String, bytes: [UInt8])]
    }

    init(_ source: SourceText) { self.source = source }

    /// - Throws: `Failure` that says what is wrong, and in which cell.
    func read() throws -> Result {
        guard String(validating: source.bytes, as: UTF8.self) != nil else {
            throw Failure("\(source.name) is not text in UTF-8, so it is no notebook")
        }
        let json = try JSON.parse(source)
        try checkFormat(json)
        guard let cells = json["cells"]?.elements else { throw failure("it has no list of cells") }
        var texts: [String] = []
        var figures: [(name: String, bytes: [UInt8])] = []
        for (index, json) in cells.enumerated() {
            let isLast = index == cells.count - 1
            let cell = try cell(json, number: index + 1, &figures)
            let text =
                originalText(json, cell, isLast: isLast) ?? canonicalText(cell, isFirst: index == 0, isLast: isLast)
            // Not by characters: the end of a line of Windows is one of them.
            if let last = texts.last?.utf8.last, last != 0x0A { texts.append("\n") }
            texts.append(text)
        }
        return Result(text: texts.joined(), figures: figures)
    }

    private func failure(_ problem: String, help: String? = nil) -> Failure {
        Failure("\(source.name) cannot be imported: \(problem)", help: help.map { [$0] } ?? [])
    }

    private func checkFormat(_ json: JSON) throws {
        guard let major = json["nbformat"]?.integer else {
            throw failure("it has no `nbformat`, so it is no notebook of Jupyter")
        }
        guard major == 4 else {
            throw failure(
                "it has nbformat \(major), and 4 is read",
                help: "Jupyter converts it: jupyter nbconvert --to notebook --nbformat 4 FILE")
        }
        let language =
            json["metadata"]?["language_info"]?["name"]?.text ?? json["metadata"]?["kernelspec"]?["language"]?.text
        guard let language else { throw failure("it does not say which language its cells are in") }
        guard language == IpynbWriter.language else {
            throw failure(
                "its cells are in \(language), not in dls", help: "`help python` shows how to write them in dls")
        }
    }

    // MARK: - Cells

    private func cell(
        _ json: JSON, number: Int, _ figures: inout [(name: String, bytes: [UInt8])]
    ) throws -> NotebookDocument.Cell {
        let place = "cell \(number)"
        guard let kind = json["cell_type"]?.text else { throw failure("\(place) has no `cell_type`") }
        guard ["code", "markdown", "raw"].contains(kind) else {
            throw failure("\(place) is of the unknown type \(kind)")
        }
        guard let text = text(json["source"]) else { throw failure("\(place) has no text as `source`") }
        if case .object(let attachments) = json["attachments"], let first = attachments.first {
            throw failure(
                "\(place) holds the picture \(first.name), for which a text cell of a .dls file has no place",
                help: "take it out, or refer to a file with ![...](...)")
        }
        var cell = NotebookDocument.Cell(number: number)
        cell.isMarkdown = kind != "code"
        let own = json["metadata"]?["dls"]
        cell.title = own?["title"]?.text.map(oneLine) ?? ""
        cell.options = (own?["options"]?.elements ?? []).compactMap { $0.text.map(oneLine) }
        if case .boolean(false) = own?["marker"] { cell.hasMarker = false }
        cell.tags = (json["metadata"]?["tags"]?.elements ?? []).compactMap {
            $0.text.flatMap(NotebookTag.init(jupyterName:))
        }
        cell.source = text
        if !cell.isMarkdown, !cell.title.isEmpty {
            let heading = "# \(cell.title)"
            if text == heading { cell.source = "" }
            if text.hasPrefix(heading + "\n") { cell.source = String(text.dropFirst(heading.count + 1)) }
        }
        cell.source = withoutOuterBlankLines(cell.source)
        if !cell.isMarkdown {
            var lines: [String] = []
            for (index, output) in (json["outputs"]?.elements ?? []).enumerated() {
                lines += try recordedLines(output, "\(place), output \(index + 1)", &figures)
            }
            // What records nothing would be recorded without a cell.
            cell.outputs = cell.source.isEmpty || lines.isEmpty ? [] : [.text(lines)]
        }
        return cell
    }

    /// The cell as it stood in its file, if what Jupyter keeps of it is still the same.
    private func originalText(_ json: JSON, _ cell: NotebookDocument.Cell, isLast: Bool) -> String? {
        guard let text = json["metadata"]?["dls"]?["text"]?.text else { return nil }
        let cells = NotebookDocument(Notebook(SourceText(name: source.name, text: text))).cells
        guard cells.count == 1, cells[0].isMarkdown == cell.isMarkdown, cells[0].source == cell.source,
            cells[0].title == cell.title, Set(cells[0].tags) == Set(cell.tags),
            cells[0].outputs.flatMap(\.lines) == cell.outputs.flatMap(\.lines)
        else { return nil }
        return text
    }

    private func canonicalText(_ cell: NotebookDocument.Cell, isFirst: Bool, isLast: Bool) -> String {
        var cell = cell
        // Only the first can do without.
        if !isFirst { cell.hasMarker = true }
        // In code these signs would begin an output, options or another cell, and `%%` would in a text.
        cell.source = cell.source.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if cell.isMarkdown { return (line.hasPrefix("%%") ? "\\" : "") + line }
            let isSign = ["#>", "#~", "#%%", "# %%"].contains { line.utf8.starts(with: $0.utf8) }
            return isSign ? "#  " + line.dropFirst().drop { $0 == " " } : String(line)
        }.joined(separator: "\n")
        return cell.canonicalText(isLast: isLast)
    }

    /// A text of Jupyter: a string, or a list of its lines.
    private func text(_ json: JSON?) -> String? {
        guard let json else { return nil }
        if let text = json.text { return normalized(text) }
        guard let parts = json.elements else { return nil }
        let texts = parts.compactMap(\.text)
        return texts.count == parts.count ? normalized(texts.joined()) : nil
    }

    private func normalized(_ text: String) -> String {
        guard text.utf8.contains(0x0D) else { return text }
        return String(decoding: text.utf8.filter { $0 != 0x0D }, as: UTF8.self)
    }

    private func oneLine(_ text: String) -> String {
        normalized(text).split(separator: "\n").joined(separator: " ")
    }

    private func withoutOuterBlankLines(_ text: String) -> String {
        NotebookText.withoutOuterBlankLines(
            text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        ).joined(separator: "\n")
    }

    // MARK: - Outputs

    private func recordedLines(
        _ output: JSON, _ place: String, _ figures: inout [(name: String, bytes: [UInt8])]
    ) throws -> [String] {
        switch output["output_type"]?.text {
        case "stream":
            // What was said beside the results is none of them.
            if output["name"]?.text == "stderr" { return [] }
            guard let text = text(output["text"]) else { throw failure("\(place) has no text") }
            return lines(text)
        case "display_data", "execute_result":
            guard let data = output["data"], case .object(let kinds) = data else {
                throw failure("\(place) has no data")
            }
            guard let text = text(data["text/plain"]) else {
                let kind = kinds.first?.name ?? "nothing"
                throw failure(
                    "\(place) is \(kind) without a text, and outputs are recorded as text",
                    help: "run the cell again with dls, or clear its outputs in Jupyter")
            }
            let lines = lines(text)
            if let picture = self.text(data["image/svg+xml"]), lines.count == 1,
                let name = RecordedText.figureName(in: lines[0])
            {
                guard NotebookDocument.isFigureName(name) else {
                    throw failure("\(place) is a figure with the name \(quoted(name)), which leads out of its folder")
                }
                figures.append((name, Array(picture.utf8)))
            }
            return lines
        case "error":
            guard let lines = output["traceback"]?.elements?.compactMap(\.text), !lines.isEmpty else {
                return ["error: \(output["evalue"]?.text.map(oneLine) ?? "")"]
            }
            return lines.flatMap { $0.isEmpty ? [""] : self.lines(normalized($0)) }
        case let kind:
            throw failure("\(place) is of the unknown type \(kind ?? "none")")
        }
    }

    private func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
