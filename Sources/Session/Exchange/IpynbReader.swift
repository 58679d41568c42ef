import Datasets
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
            throw Failure("\(source.name) is not text in UTF-8, so it is not a notebook")
        }
        let json = try parse()
        try checkFormat(json)
        guard let cells = json["cells"]?.elements else { throw failure("it has no list of cells", at: []) }
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

    private func parse() throws -> JSON {
        do { return try JSON(parsing: source.bytes, .document) } catch {
            if let kind = StrayDownload(start: Array(source.bytes.prefix(StrayDownload.startByteCount))) {
                throw Failure("\(source.name) is \(kind.rawValue), and no notebook", help: kind.help)
            }
            let start = min(error.byte, max(source.bytes.count - 1, 0))
            throw Failure(
                Diagnostic(
                    error.isCutOff
                        ? "the JSON of \(source.name) ends too early" : "\(source.name) is not JSON: \(error.reason)",
                    at: .init(source: source, span: Span(start, min(start + 1, source.bytes.count))),
                    help: error.isCutOff ? ["the file was cut off; get it again"] : []))
        }
    }

    /// What is wrong with the value at the end of some steps, or else with what is around it.
    private func failure(_ problem: String, at steps: [JSON.Step], help: String? = nil) -> Failure {
        var steps = steps
        var start = JSON.byte(of: steps, in: source.bytes, .document)
        while start == nil, steps.popLast() != nil { start = JSON.byte(of: steps, in: source.bytes, .document) }
        let span = start.map { Span($0, min($0 + 1, source.bytes.count)) }
        return Failure(
            Diagnostic(
                "\(source.name) cannot be imported: \(problem)", at: span.map { .init(source: source, span: $0) },
                help: help.map { [$0] } ?? []))
    }

    private func checkFormat(_ json: JSON) throws {
        guard let major = json["nbformat"]?.asInteger else {
            throw failure("it has no `nbformat`, so it is not a notebook of Jupyter", at: [.member("nbformat")])
        }
        guard major == 4 else {
            throw failure(
                "it has nbformat \(major), and 4 is read", at: [.member("nbformat")],
                help: "Jupyter converts it: jupyter nbconvert --to notebook --nbformat 4 FILE")
        }
        for steps in [["language_info", "name"], ["kernelspec", "language"]] {
            guard let language = json["metadata"]?[steps[0]]?[steps[1]]?.asString else { continue }
            guard language == JupyterNames.language else {
                throw failure(
                    "its cells are in \(language), not in dls", at: (["metadata"] + steps).map { .member($0) },
                    help: "`help python` shows how to write them in dls")
            }
            return
        }
        throw failure("it does not say which language its cells are in", at: [.member("metadata")])
    }

    // MARK: - Cells

    private func cell(
        _ json: JSON, number: Int, _ figures: inout [(name: String, bytes: [UInt8])]
    ) throws -> NotebookDocument.Cell {
        let place = "cell \(number)"
        let steps = [JSON.Step.member("cells"), .element(number - 1)]
        guard let kind = json["cell_type"]?.asString else { throw failure("\(place) has no `cell_type`", at: steps) }
        guard ["code", "markdown", "raw"].contains(kind) else {
            throw failure("\(place) is of the unknown type \(kind)", at: steps + [.member("cell_type")])
        }
        guard let text = text(json["source"]) else {
            throw failure("\(place) has no text as `source`", at: steps + [.member("source")])
        }
        if let first = json["attachments"]?.members?.first {
            throw failure(
                "\(place) holds the picture \(first.name), for which a text cell of a .dls file has no place",
                at: steps + [.member("attachments"), .member(first.name)],
                help: "take it out, or refer to a file with ![...](...)")
        }
        var cell = NotebookDocument.Cell(number: number)
        cell.kind = kind == "code" ? .code : kind == "raw" ? .raw : .markdown
        let own = json["metadata"]?["dls"]
        cell.title = own?["title"]?.asString.map(oneLine) ?? ""
        cell.options = (own?["options"]?.elements ?? []).compactMap { $0.asString.map(oneLine) }
        if own?["marker"]?.asBoolean == false { cell.hasMarker = false }
        let tags = (json["metadata"]?["tags"]?.elements ?? []).compactMap(\.asString)
        cell.tags = tags.compactMap(NotebookTag.init(jupyterName:))
        // Read as in a title, so that nothing else gets into that line.
        cell.points =
            tags.lazy.compactMap { tag in
                Notebook(SourceText(name: source.name, text: "# %% [\(oneLine(tag))]")).cells.first?.points
            }.first
        cell.source = text
        if cell.kind == .code, !cell.title.isEmpty {
            let heading = "# \(cell.title)"
            if text == heading { cell.source = "" }
            if text.hasPrefix(heading + "\n") { cell.source = String(text.dropFirst(heading.count + 1)) }
        }
        cell.source = withoutOuterBlankLines(cell.source)
        if cell.kind == .code {
            var lines: [String] = []
            for (index, output) in (json["outputs"]?.elements ?? []).enumerated() {
                lines += try recordedLines(
                    output, "\(place), output \(index + 1)", at: steps + [.member("outputs"), .element(index)], &figures
                )
            }
            // What records nothing would be recorded without a cell.
            cell.outputs = cell.source.isEmpty || lines.isEmpty ? [] : [.text(lines)]
        }
        return cell
    }

    /// The cell as it stood in its file, if what Jupyter keeps of it is still the same.
    private func originalText(_ json: JSON, _ cell: NotebookDocument.Cell, isLast: Bool) -> String? {
        guard let text = json["metadata"]?["dls"]?["text"]?.asString else { return nil }
        let cells = NotebookDocument(Notebook(SourceText(name: source.name, text: text))).cells
        guard cells.count == 1, cells[0].kind == cell.kind, normalized(cells[0].source) == cell.source,
            cells[0].title == cell.title, Set(cells[0].tags) == Set(cell.tags), cells[0].points == cell.points,
            comparable(cells[0].outputs) == comparable(cell.outputs)
        else { return nil }
        return text
    }

    /// The lines of outputs without the carriage returns at their ends: before the end of a line Jupyter keeps none.
    private func comparable(_ outputs: [NotebookDocument.Output]) -> [Substring] {
        outputs.flatMap(\.lines).map { line in
            var bytes = line.utf8[...]
            while bytes.last == 0x0D { bytes.removeLast() }
            return Substring(bytes)
        }
    }

    private func canonicalText(_ cell: NotebookDocument.Cell, isFirst: Bool, isLast: Bool) -> String {
        var cell = cell
        // Only the first can do without.
        if !isFirst { cell.hasMarker = true }
        return cell.canonicalText(isLast: isLast)
    }

    /// A text of Jupyter: a string, or a list of its lines.
    private func text(_ json: JSON?) -> String? {
        guard let json else { return nil }
        if let text = json.asString { return normalized(text) }
        guard let parts = json.elements else { return nil }
        let texts = parts.compactMap(\.asString)
        return texts.count == parts.count ? normalized(texts.joined()) : nil
    }

    /// With the ends of lines that a .dls file has; a carriage return elsewhere is a part of its line.
    private func normalized(_ text: String) -> String {
        guard text.utf8.contains(0x0D) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            // None of several is left: with a line feed it would be one `Character`, at which no text is split.
            while byte == 0x0A, bytes.last == 0x0D { bytes.removeLast() }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
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
        _ output: JSON, _ place: String, at steps: [JSON.Step], _ figures: inout [(name: String, bytes: [UInt8])]
    ) throws -> [String] {
        switch output["output_type"]?.asString {
        case "stream":
            // What was said beside the results is none of them.
            if output["name"]?.asString == "stderr" { return [] }
            guard let text = text(output["text"]) else { throw failure("\(place) has no text", at: steps) }
            return lines(text)
        case "display_data", "execute_result":
            guard let data = output["data"], let kinds = data.members else {
                throw failure("\(place) has no data", at: steps)
            }
            guard let text = text(data["text/plain"]) else {
                let kind = kinds.first?.name ?? "nothing"
                throw failure(
                    "\(place) is \(kind) without a text, and outputs are recorded as text",
                    at: steps + [.member("data")],
                    help: "run the cell again with dls, or clear its outputs in Jupyter")
            }
            let lines = lines(text)
            if let picture = self.text(data["image/svg+xml"]), lines.count == 1,
                let name = RecordedText.figureName(in: lines[0])
            {
                guard NotebookDocument.isFigureName(name) else {
                    throw failure(
                        "\(place) is a figure with the name \(quoted(name)), which leads out of its folder",
                        at: steps + [.member("data"), .member("text/plain")])
                }
                figures.append((name, Array(picture.utf8)))
            }
            return lines
        case "error":
            guard let lines = output["traceback"]?.elements?.compactMap(\.asString), !lines.isEmpty else {
                return ["error: \(output["evalue"]?.asString.map(oneLine) ?? "")"]
            }
            return lines.flatMap { $0.isEmpty ? [""] : self.lines(normalized($0)) }
        case let kind:
            throw failure("\(place) is of the unknown type \(kind ?? "none")", at: steps + [.member("output_type")])
        }
    }

    private func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
