import Glibc
import Language
import Runtime
import TensorCore

/// A line of a cell's output that is not as recorded.
package struct Drift {
    package let cell: NotebookCell
    /// The place in the notebook: a recorded line, or the cell's first line where nothing is recorded.
    package let location: Diagnostic.Location
    package let recorded: String?
    package let actual: String?
    /// What is out, and by how much; empty where the lines say it all.
    package let explanations: [String]
}

extension Notebook {
    /// What a cell gave, as it is recorded.
    package func recordedText(of result: CellResult) -> [String] {
        RecordedText(result.outputs) { figureName(cell: result.cell.number, order: $0) }.lines
    }

    /// Where a message about a cell as a whole points: to its marker, or else to its code.
    func placeSpan(of cell: NotebookCell) -> Span {
        cell.markerSpan ?? cell.lines.first { $0.kind == .code }?.span ?? cell.span
    }

    /// Compares what a cell gave with what is recorded under it, unless it is volatile or did not run.
    package func drifts(of result: CellResult) -> [Drift] {
        let cell = result.cell
        if case .notRun = result.ending { return [] }
        guard !cell.tags.contains(.volatile) else { return [] }
        return drifts(of: cell, recordedText(of: result))
    }

    /// Compares the lines that a cell gave with what is recorded under it.
    ///
    /// - Parameter allowsMore: Whether further lines are none of its business.
    func drifts(of cell: NotebookCell, _ actual: [String], allowsMore: Bool = false) -> [Drift] {
        let recorded = recordedLines(of: cell)
        let expected = recorded.map { withOwnFigureFolder($0.text) }
        var actual = actual
        if allowsMore {
            actual = OutputComparison.withoutFurtherLines(
                recorded: expected, actual: actual, tolerance: cell.tolerance)
        }
        let comparison = OutputComparison(recorded: expected, actual: actual, tolerance: cell.tolerance)
        let start = placeSpan(of: cell)

        var drifts: [Drift] = []
        func add(_ line: Int, _ recordedText: String?, _ actualText: String?, _ explanations: [String]) {
            let span = recorded.isEmpty ? start : recorded[min(line, recorded.count - 1)].span
            drifts.append(
                Drift(
                    cell: cell, location: .init(source: source, span: span), recorded: recordedText,
                    actual: actualText, explanations: explanations))
        }
        var lastLine: Int?
        for difference in comparison.differences {
            switch difference {
            case .number(let line, let actualLine, let old, let new, let offset):
                let text = explanation(old, new, offset, cell.tolerance ?? CheckTolerance())
                // The numbers of one line are one drift.
                if lastLine == line, let last = drifts.popLast() {
                    add(line, last.recorded, last.actual, last.explanations + [text])
                } else {
                    add(line, recorded[line].text, actual[actualLine], [text])
                }
                lastLine = line
            case .text(let line, let old, let new): add(line, old, new, digestHelp(old, new))
            case .missing(let line, let old): add(line, old, nil, [])
            case .added(let line, let new): add(line, nil, new, [])
            }
        }
        return drifts
    }

    /// A recorded line as this notebook would record it: a file that was renamed has its figures in the folder of its
    /// old name.
    private func withOwnFigureFolder(_ line: String) -> String {
        guard let name = RecordedText.figureName(in: line), NotebookDocument.isFigureName(name) else { return line }
        let file = name.utf8.drop { $0 != UInt8(ascii: "/") }
        return "[figure: \(figureFolder)\(String(decoding: file, as: UTF8.self))]"
    }

    /// `0.3255 became 0.3288: out by 0.0033 (1.01 %), where 3.26e-05 is allowed`
    private func explanation(_ old: String, _ new: String, _ offset: Double, _ tolerance: CheckTolerance) -> String {
        guard let value = Double(old.filter { $0 != "," }), offset.isFinite else { return "\(old) became \(new)" }
        let share = value == 0 ? "" : " (\(shortNumber(100 * offset / value.magnitude)) %)"
        let allowed = shortNumber(tolerance.absolute + tolerance.relative * value.magnitude)
        return "\(old) became \(new): out by \(shortNumber(offset))\(share), where \(allowed) is allowed"
    }

    /// A number of at least 0 in three digits.
    private func shortNumber(_ number: Double) -> String {
        guard number > 0, number.isFinite else { return numberText(number) }
        let unit = Int(log10(number).rounded(.down)) - 2
        guard unit < 0, unit > -300 else { return numberText(number.rounded()) }
        let scale = pow(10, Double(-unit))
        return numberText((number * scale).rounded() / scale)
    }

    private func digestHelp(_ old: String, _ new: String) -> [String] {
        guard old.contains(", digest "), new.contains(", digest ") else { return [] }
        return ["what is not recorded is compared as a whole: print less, or tag the cell [volatile]"]
    }
}
