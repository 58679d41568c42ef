import Datasets
import Figures
import Language
import Runtime

/// A notebook as one of Jupyter, format 4.5.
///
/// - Source: nbformat's documentation, "The notebook file format".
struct IpynbWriter {
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
        let name = JSON.string(JupyterNames.language)
        let kernel = JSON(["display_name": name, "language": name, "name": name])
        return JSON([
            "cells": .array(cells),
            "metadata": JSON(["kernelspec": kernel, "language_info": JupyterNames.languageInfo]),
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
        let tags = cell.tags.map(\.jupyterName) + [cell.pointsText].compactMap { $0 }
        if !tags.isEmpty { fields.append(.init("tags", .array(tags.map { .string($0) }))) }
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
            return display(MIMEBundle(table: table))
        case .figure(let name):
            return display(MIMEBundle(figure: try figure(name), plain: text))
        case .error(let lines):
            let message = String(lines[0].dropFirst("error: ".count))
            return .object(
                JupyterNames.error(message, traceback: lines) + [.init("output_type", .string("error"))])
        }
    }

    private func display(_ bundle: MIMEBundle) -> JSON {
        let (data, metadata) = bundle.json(Self.lines)
        return JSON(["data": data, "metadata": metadata, "output_type": .string("display_data")])
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
