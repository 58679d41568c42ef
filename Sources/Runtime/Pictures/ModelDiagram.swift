import Figures
import NeuralNet
import TensorCore

extension Model {
    /// The layers with the shapes that they give and their parameters.
    func diagram(title: String?) throws -> Diagram {
        let summary = try summary()
        var nodes = summary.rows.map { row in
            Diagram.Node(
                name: row.layer, detail: row.settings.isEmpty ? row.kind : "\(row.kind) \(row.settings)",
                shape: row.outputShape.map(ModelSummary.shapeText) ?? "",
                parameters: row.parameterCount.map { $0 == 0 ? "" : "\(ModelSummary.grouped($0)) parameters" } ?? "")
        }
        let inputs = summary.sampleShapes?.map { ModelSummary.shapeText([Shape.unknown] + $0) }
        if let inputs {
            nodes.insert(
                Diagram.Node(name: "input", detail: "", shape: inputs.joined(separator: ", "), parameters: ""), at: 0)
        }
        let count = summary.parameterCount.map { "\(ModelSummary.grouped($0)) parameters" }
        let note = isSequence ? [] : ["its forward function joins the layers"]
        return Diagram(
            title: title ?? summary.model, nodes: nodes, isChain: isSequence,
            note: ([count ?? "sizes are known after the first data"] + note).joined(separator: "; "))
    }
}
