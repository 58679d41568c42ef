import Figures
import NeuralNet
import TensorCore

extension ModelSummary {
    /// The layers with their output shapes, parameters and formulas, as a table of text.
    func text(width: Int) -> String {
        let cells = rows.map { row -> [TextTable.Cell] in
            [
                .text(row.layer), .text(row.settings.isEmpty ? row.kind : "\(row.kind) \(row.settings)"),
                .text(row.outputShape.map(Self.shapeText) ?? "?"),
                row.parameterCount.map { .number(Double($0)) } ?? .text("?"), .text(row.formula ?? ""),
            ]
        }
        let table = TextTable(
            headers: ["layer", "kind", "output", "parameters", "formula"], rows: cells, mostRows: 200)
        var lines = [heading, table.text(width: max(width, 60))]
        lines.append(parameterCount.map { "\(Self.grouped($0)) parameters in all" + frozen } ?? notBuilt)
        if bufferCount > 0 { lines.append("\(Self.grouped(bufferCount)) numbers in buffers, which are not trained") }
        return lines.joined(separator: "\n")
    }

    private var frozen: String { frozenCount > 0 ? ", \(Self.grouped(frozenCount)) of them frozen" : "" }

    private var heading: String {
        let inputs = sampleShapes.map { $0.map { Self.shapeText([Shape.unknown] + $0) }.joined(separator: ", ") }
        return "model \(model)" + (inputs.map { " for \($0)" } ?? "")
    }

    private var notBuilt: String {
        "Sizes and parameters are known after the first data, or with input=[1, 28, 28] when the model is made."
    }

    static func shapeText(_ shape: [Int]) -> String {
        "[" + shape.map { $0 == Shape.unknown ? "N" : "\($0)" }.joined(separator: ", ") + "]"
    }

    static func grouped(_ count: Int) -> String {
        (try? FormatSpecification(",d").apply(to: .integer(count))) ?? "\(count)"
    }
}
