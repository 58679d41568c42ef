import Datasets
import Language
import Runtime

/// What a notebook can be exported to.
package enum ExportFormat: String, CaseIterable, Sendable {
    /// Jupyter.
    case ipynb
    /// One page that needs nothing else.
    case html
    /// Markdown with the figures beside it.
    case md
}

/// Gives notebooks to other programs, and takes them back. Files appear whole or not at all.
package enum NotebookExchange {
    /// What was done, for those who asked for it.
    package struct Report {
        package let path: String
        /// A word of advice, if there is reason for one.
        package let note: String?
    }

    /// Writes a notebook with its recorded outputs in another format.
    ///
    /// - Parameter output: The path to write to; beside the notebook with another ending unless given.
    /// - Throws: `Failure` for a notebook that is not understood, a figure that is missing, a path that is refused.
    package static func export(_ source: SourceText, to format: ExportFormat, output: String? = nil) throws -> Report {
        let path = output ?? replacingEnding(of: source.name, ".dls", with: ".\(format.rawValue)")
        guard FileBytes.realPath(path) != FileBytes.realPath(source.name) else {
            throw Failure("the export would replace the notebook itself", help: "name another file with --output")
        }
        guard String(validating: source.bytes, as: UTF8.self) != nil else {
            throw Failure("\(source.name) is not text in UTF-8")
        }
        let notebook = try Notebook(checking: source)
        let document = NotebookDocument(notebook)
        let folder = NotebookText.folder(of: source.name)
        let figure = { (name: String) in try figureBytes(name, of: notebook, in: folder) }
        switch format {
        case .ipynb: try NotebookFile.replace(path, with: Array(try ipynb(notebook, figure: figure).utf8))
        case .html:
            let page = HTMLPage(document: document, figure: figure) { pictureAddress($0, in: folder) }
            try NotebookFile.replace(path, with: Array(try page.text().utf8))
        case .md:
            let page = Array(try MarkdownPage(document: document, figure: figure).text().utf8)
            try copyFigures(of: document, from: folder, to: NotebookText.folder(of: path), figure)
            try NotebookFile.replace(path, with: page)
        }
        return Report(
            path: path,
            note: document.hasNoOutputs
                ? "no outputs are recorded in \(source.name): `dls replay --record \(source.name)` writes them" : nil)
    }

    /// Writes a notebook of Jupyter as a `.dls` file, and its figures beside it.
    ///
    /// - Parameter output: The path to write to; unless given, beside the notebook, where nothing may stand yet.
    /// - Throws: `Failure` for a file that is no such notebook; nothing is written then.
    package static func importNotebook(_ source: SourceText, output: String? = nil) throws -> Report {
        let path = output ?? replacingEnding(of: source.name, ".ipynb", with: ".dls")
        guard FileBytes.realPath(path) != FileBytes.realPath(source.name) else {
            throw Failure("the import would replace \(source.name) itself", help: "name another file with --output")
        }
        guard try output != nil || !pathExists(path) else {
            throw Failure("there is a file \(path) already", help: "to replace it: --output \(path)")
        }
        let result = try IpynbReader(source).read()
        let folder = NotebookText.folder(of: path)
        try write(result.figures, in: folder)
        try NotebookFile.replace(path, with: Array(result.text.utf8))
        return Report(path: path, note: nil)
    }

    /// The text of a notebook of Jupyter for a notebook.
    ///
    /// - Parameter figure: The bytes of a figure by its recorded name.
    package static func ipynb(_ notebook: Notebook, figure: @escaping (String) throws -> [UInt8]) throws -> String {
        try IpynbWriter(document: NotebookDocument(notebook), figure: figure).json().document
    }

    /// The text of a `.dls` file for a notebook of Jupyter, and the figures that lie beside it.
    package static func dls(_ ipynb: SourceText) throws -> (text: String, figures: [(name: String, bytes: [UInt8])]) {
        let result = try IpynbReader(ipynb).read()
        return (result.text, result.figures)
    }

    // MARK: - Files

    private static func replacingEnding(of path: String, _ ending: String, with other: String) -> String {
        (path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path) + other
    }

    /// The bytes of a file beneath a notebook's folder, also by links; others are no part of the notebook.
    private static func bytes(_ name: String, in folder: String) throws -> [UInt8] {
        let path = folder + name
        guard let home = realPath(folder.isEmpty ? "." : folder), let place = realPath(path),
            FileAccess.isBeneath(place, home)
        else { throw Failure("\(quoted(path)) is not in the notebook's folder") }
        let bytes = try FileBytes.read(path)
        guard !name.lowercased().hasSuffix(".svg") || SVGSafety.onlyDraws(bytes) else {
            throw Failure("\(quoted(path)) does more than draw: it holds code, or takes something from elsewhere")
        }
        return bytes
    }

    private static func figureBytes(_ name: String, of notebook: Notebook, in folder: String) throws -> [UInt8] {
        do { return try bytes(name, in: folder) } catch {
            let line = notebook.cells.lazy.flatMap(notebook.recordedLines).first {
                RecordedText.figureName(in: $0.text) == name
            }
            throw Failure(
                Diagnostic(
                    "the figure \(folder + name), which the notebook records, cannot be used: "
                        + Failure(wrapping: error).diagnostic.message,
                    at: line.map { .init(source: notebook.source, span: $0.span) },
                    help: ["`dls replay --record` draws it again"]))
        }
    }

    /// Writes figures beside a notebook or a page.
    private static func write(_ figures: [(name: String, bytes: [UInt8])], in folder: String) throws {
        for figure in figures {
            let own = figure.name.split(separator: "/").first.map { String($0) } ?? ""
            try NotebookFile.write([figure], to: folder, own)
        }
    }

    private static func copyFigures(
        of document: NotebookDocument, from folder: String, to target: String, _ bytes: (String) throws -> [UInt8]
    ) throws {
        guard FileBytes.realPath(folder.isEmpty ? "." : folder) != FileBytes.realPath(target.isEmpty ? "." : target)
        else { return }
        for cell in document.cells {
            for case .figure(let name) in cell.outputs {
                try write([(name, try bytes(name))], in: target)
            }
        }
    }

    /// A picture of a text cell, which lies beside the notebook.
    private static func pictureAddress(_ path: String, in folder: String) -> String? {
        let types = ["svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"]
        guard let point = path.lastIndex(of: "."), let type = types[path[path.index(after: point)...].lowercased()],
            !path.utf8.starts(with: "/".utf8), !path.utf8.contains(UInt8(ascii: ":")),
            !path.utf8.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) }),
            let bytes = try? bytes(path, in: folder)
        else { return nil }
        return HTMLText.dataAddress(bytes, type)
    }
}
