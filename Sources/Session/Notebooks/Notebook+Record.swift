import Datasets
import Figures
import Language
import Runtime

/// Draws a figure as the bytes of an SVG file.
package typealias FigureWriter = (Figure) throws -> [UInt8]

extension Notebook {
    /// The file with the outputs of some cells under them, in the place of those that were recorded before.
    ///
    /// Every other byte stays: line ends of all kinds, tabs, a last line without an end.
    ///
    /// - Parameter outputs: The lines to record by the number of the cell; cells without an entry keep theirs.
    package func recording(_ outputs: [Int: [String]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.bytes.count)
        for cell in cells {
            if let lines = outputs[cell.number], cell.kind == .code, cell.hasCode {
                bytes += recording(lines, in: cell)
            } else {
                bytes += source.bytes[cell.span.start..<cell.span.end]
            }
        }
        return bytes
    }

    private func recording(_ outputs: [String], in cell: NotebookCell) -> [UInt8] {
        // Each line with the bytes up to the next: its end, or none at the end of the file.
        let bodyEnds = cell.lines.indices.map { index in
            index + 1 < cell.lines.count ? cell.lines[index + 1].span.start : cell.span.end
        }
        var kept: [(bytes: ArraySlice<UInt8>, isBlank: Bool)] = []
        if cell.markerSpan != nil { kept.append((source.bytes[cell.span.start..<cell.bodySpan.start], false)) }
        for (line, end) in zip(cell.lines, bodyEnds) where line.kind != .recorded {
            kept.append((source.bytes[line.span.start..<end], line.kind == .blank))
        }
        // What was recorded at the very end had the end of the line before it.
        let last = cell.lines.last { $0.span.start < $0.span.end }
        if let last, last.kind == .recorded, cell.span.end == source.bytes.count, source.bytes.last != 0x0A,
            let end = kept.indices.last
        {
            kept[end].bytes = withoutLineEnd(kept[end].bytes)
        }

        let anchor = kept.lastIndex { !$0.isBlank } ?? kept.count - 1
        var bytes: [UInt8] = []
        for (index, line) in kept.enumerated() {
            bytes += line.bytes
            guard index == anchor else { continue }
            let isEnded = line.bytes.last == 0x0A
            let lineEnd = lineEnd(near: line.bytes)
            for output in outputs {
                let text = Array((output.isEmpty ? "#>" : "#> " + output).utf8)
                bytes += isEnded ? text + lineEnd : lineEnd + text
            }
        }
        return bytes
    }

    private func withoutLineEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard line.last == 0x0A else { return line }
        let line = line.dropLast()
        return line.last == 0x0D ? line.dropLast() : line
    }

    /// That of a line, or else of the file's first one.
    private func lineEnd(near line: ArraySlice<UInt8>) -> [UInt8] {
        var line = line
        if line.last != 0x0A {
            line = source.bytes.firstIndex(of: 0x0A).map { source.bytes[...$0] } ?? [0x0A]
        }
        return line.dropLast().last == 0x0D ? [0x0D, 0x0A] : [0x0A]
    }
}

/// A notebook as a file that is recorded.
package struct NotebookFile {
    package let notebook: Notebook

    package init(_ notebook: Notebook) { self.notebook = notebook }

    /// Writes the outputs of cells under them, and their figures beside: the file is the old or the new one, whole.
    ///
    /// - Parameter figureWriter: Draws the figures; without it they are recorded by name and not drawn.
    /// - Returns: Whether anything changed.
    /// - Throws: `Failure` if it cannot be written, or has been changed since it was read: it stays as it is.
    @discardableResult
    package func record(_ results: [CellResult], figureWriter: FigureWriter?) throws -> Bool {
        var outputs: [Int: [String]] = [:]
        var figures: [(cell: NotebookCell, name: String, figure: Figure)] = []
        for result in results {
            if case .notRun = result.ending { continue }
            figures += notebook.figures(of: result).map { (result.cell, $0.name, $0.figure) }
            let lines = notebook.recordedText(of: result)
            // Times that differ are no reason to write a file that says the same.
            guard !result.cell.tags.contains(.volatile) || notebook.hasOtherWords(lines, in: result.cell) else {
                continue
            }
            outputs[result.cell.number] = lines
        }
        // All that can fail comes first: drawing, and a look at whether somebody else has written the file meanwhile.
        let drawings =
            try figureWriter.map { draw in
                try figures.map { figure in
                    try notebook.locating(figure.cell) {
                        (figure.cell, (name: figure.name, bytes: try draw(figure.figure)))
                    }
                }
            } ?? []
        let bytes = notebook.recording(outputs)
        let path = notebook.source.name
        let lock = try FileLock(path)
        defer { withExtendedLifetime(lock) {} }
        try checkIsUnchanged(try FileBytes.read(path))
        let folder = NotebookText.folder(of: path)
        // What a killed recording left goes away, also where nothing is written now.
        let place = FileBytes.realPath(path)
        AtomicFile.removeLeftovers(in: Folder.parent(of: place)) { place.hasSuffix("/" + $0) }
        AtomicFile.removeLeftovers(in: folder + notebook.figureFolder) { $0.hasPrefix("cell") && $0.hasSuffix(".svg") }
        if !drawings.isEmpty { try Folder.require(folder + notebook.figureFolder) }
        do {
            // All is on the disk before the first file takes its place: text and figures change together.
            var files = try drawings.map { cell, drawing in
                try notebook.locating(cell) { try Self.staged(folder + drawing.name, drawing.bytes) }
            }
            // A link stays a link: the file that it leads to is replaced.
            let isChanged = bytes != notebook.source.bytes
            if isChanged { files.append(try Self.staged(place, bytes)) }
            try AtomicFile.commit(files)
            return isChanged
        } catch {
            Folder.removeIfEmpty(folder + notebook.figureFolder)
            throw Failure(wrapping: error)
        }
    }

    private static func staged(_ path: String, _ bytes: [UInt8]) throws -> AtomicFile {
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.sync()
        return file
    }

    /// - Throws: `Failure` at the first line that is not as it was read.
    private func checkIsUnchanged(_ bytes: [UInt8]) throws {
        let before = notebook.source.bytes
        guard bytes != before else { return }
        let place = zip(bytes, before).enumerated().first { $1.0 != $1.1 }?.offset ?? min(bytes.count, before.count)
        let source = SourceText(name: notebook.source.name, bytes: bytes)
        throw Failure(
            Diagnostic(
                "\"\(source.name)\" was changed while it was replayed, and is left as it is",
                at: .init(source: source, span: source.lineSpan(source.lineIndex(at: place))),
                label: "changed here", help: ["record it once more"]))
    }

    /// Puts a file in its place when it is whole.
    package static func replace(_ path: String, with bytes: [UInt8]) throws {
        do {
            try staged(path, bytes).commit()
        } catch { throw Failure(wrapping: error) }
    }

    /// Writes the files of figures.
    ///
    /// - Parameters:
    ///   - files: Their names from `parent` on, and their bytes.
    ///   - folder: The folder in `parent` that they are in, which is made.
    package static func write(
        _ files: [(name: String, bytes: [UInt8])], to parent: String, _ folder: String
    ) throws {
        guard !files.isEmpty else { return }
        do { try Folder.require(parent + folder) } catch { throw Failure(wrapping: error) }
        do { for file in files { try replace(parent + file.name, with: file.bytes) } } catch {
            // Only if nothing is in it.
            Folder.removeIfEmpty(parent + folder)
            throw error
        }
    }
}

extension Notebook {
    /// Gives an error that has no place that of a cell.
    fileprivate func locating<T>(_ cell: NotebookCell, _ body: () throws -> T) throws -> T {
        do { return try body() } catch {
            throw Failure(wrapping: error).located(.init(source: source, span: placeSpan(of: cell)))
        }
    }

    /// Whether more than numbers differ from what is recorded under a cell.
    fileprivate func hasOtherWords(_ lines: [String], in cell: NotebookCell) -> Bool {
        let anything = CheckTolerance(relative: 0, absolute: .infinity)
        let recorded = recordedLines(of: cell).map(\.text)
        return OutputComparison(recorded: recorded, actual: lines, tolerance: anything).differences.contains {
            if case .number = $0 { false } else { true }
        }
    }

    /// The figures that a cell drew, with the names that they are recorded by.
    package func figures(of result: CellResult) -> [(name: String, figure: Figure)] {
        var figures: [(name: String, figure: Figure)] = []
        for case .figure(let figure) in result.outputs {
            figures.append((figureName(cell: result.cell.number, order: figures.count + 1), figure))
        }
        return figures
    }
}
