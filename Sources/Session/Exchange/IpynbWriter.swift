import Datasets
import Figures
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
            if cell.kind == .code { count += 1 }
            let isLast = index == document.cells.count - 1
            let code: [JSON.Member] =
                cell.kind == .code
                ? [
                    .init("execution_count", cell.outputs.isEmpty ? .null : .integer(count)),
                    .init("outputs", .array(try cell.outputs.map(output))),
                ] : []
            return JSON.object(
                [
                    .init("cell_type", .string("\(cell.kind)")),
                    .init("id", .string("cell-\(index)")),
                    .init("metadata", Self.metadata(of: cell, isLast: isLast)),
                    .init("source", Self.lines(Self.source(of: cell))),
                ] + code)
        }
        let kernel = JSON([
            "display_name": .string(Self.language), "language": .string(Self.language), "name": .string(Self.language),
        ])
        let language = JSON([
            "file_extension": .string(".dls"), "mimetype": .string("text/x-dls"), "name": .string(Self.language),
            "pygments_lexer": .string("text"),
        ])
        return JSON([
            "cells": .array(cells), "metadata": JSON(["kernelspec": kernel, "language_info": language]),
            "nbformat": .integer(4), "nbformat_minor": .integer(5),
        ])
    }

    // MARK: - Cells

    /// Jupyter shows no titles, so that of a cell with code is a comment over it.
    static func source(of cell: NotebookDocument.Cell) -> String {
        guard cell.kind == .code, !cell.title.isEmpty else { return cell.source }
        return "# \(cell.title)" + (cell.source.isEmpty ? "" : "\n\(cell.source)")
    }

    /// What Jupyter has no place for is kept under "dls": title, check options, and where its parts do not make it up again,
    /// the whole text of the cell.
    private static func metadata(of cell: NotebookDocument.Cell, isLast: Bool) -> JSON {
        var own: [JSON.Member] = []
        if !cell.title.isEmpty { own.append(.init("title", .string(cell.title))) }
        if !cell.options.isEmpty { own.append(.init("options", .array(cell.options.map { .string($0) }))) }
        if !cell.hasMarker { own.append(.init("marker", .boolean(false))) }
        if cell.canonicalText(isLast: isLast) != cell.text { own.append(.init("text", .string(cell.text))) }
        var fields: [JSON.Member] = own.isEmpty ? [] : [.init("dls", .object(own))]
        if !cell.tags.isEmpty { fields.append(.init("tags", .array(cell.tags.map { .string($0.jupyterName) }))) }
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
            return JSON([
                "name": .string("stdout"), "output_type": .string("stream"), "text": Self.lines(text + "\n"),
            ])
        case .table(let table):
            return display(["text/html": Self.lines(HTMLText.table(table)), "text/plain": Self.lines(text)])
        case .figure(let name):
            let picture = try figure(name)
            let words = SVGWords(picture).text ?? name
            return display(
                [
                    "image/svg+xml": Self.lines(String(decoding: picture, as: UTF8.self)),
                    "text/plain": Self.lines(text),
                ], metadata: ["image/svg+xml": ["alt": .string(words)]])
        case .error(let lines):
            let message = lines[0].dropFirst("error: ".count)
            return JSON([
                "ename": .string("error"), "evalue": .string(String(message)), "output_type": .string("error"),
                "traceback": .array(lines.map { .string($0) }),
            ])
        }
    }

    private func display(
        _ data: KeyValuePairs<String, JSON>, metadata: KeyValuePairs<String, KeyValuePairs<String, JSON>> = [:]
    ) -> JSON {
        JSON([
            "data": JSON(data), "metadata": .object(metadata.map { .init($0.key, JSON($0.value)) }),
            "output_type": .string("display_data"),
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
