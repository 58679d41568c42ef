/// What a dataset of sentences prints: the parts with their lengths, the vocabularies, an example.
struct PairsText {
    private let name: String
    private let pairs: TextPairs
    private let parts: [(title: String?, dataset: Dataset)]

    init(_ name: String, _ pairs: TextPairs, _ parts: [(title: String?, dataset: Dataset)]) {
        self.name = name
        self.pairs = pairs
        self.parts = parts
    }

    var text: String {
        let coding = pairs.coding
        var lines = ["dataset \(name): pairs of sentences by \(coding.unit.rawValue)" + notes(coding)]
        lines += table(parts.compactMap(row))
        lines.append(
            "  vocabulary  source \(vocabulary(coding.source)), target \(vocabulary(coding.target))")
        if let first = parts.first?.dataset, first.count > 0, let source = first.sourceTexts?.first,
            let target = first.targetTexts?.first
        {
            lines.append("  first pair  \(shortened(source)) -> \(shortened(target))")
        }
        return lines.joined(separator: "\n")
    }

    private func notes(_ coding: TextCoding) -> String {
        var notes: [String] = []
        if coding.isNormalized { notes.append("normalized") }
        if let most = coding.maxLength { notes.append("at most \(most)") }
        if pairs.isBucketed { notes.append("batches by length") }
        return notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"
    }

    private func row(_ title: String?, _ dataset: Dataset) -> [String]? {
        guard let pairs = dataset.pairs else { return nil }
        let positions = dataset.positions
        let left = pairs.leftOut > 0 && dataset.rows == nil ? "\(pairs.leftOut) left out" : ""
        return [
            title ?? "", dataset.count == 1 ? "1 pair" : "\(dataset.count) pairs",
            "source \(range(positions.map { pairs.sourceLengths[$0] }))",
            "target \(range(positions.map { pairs.targetLengths[$0] - 2 }))", left,
        ]
    }

    private func range(_ lengths: [Int]) -> String {
        guard let least = lengths.min(), let most = lengths.max() else { return "none" }
        let unit = pairs.coding.unit.rawValue + (most == 1 ? "" : "s")
        return least == most ? "\(most) \(unit)" : "\(least) to \(most) \(unit)"
    }

    private func vocabulary(_ vocabulary: Vocabulary) -> String {
        let unit = vocabulary.unit.rawValue + (vocabulary.ownCount == 1 ? "" : "s")
        return "\(vocabulary.ownCount) \(unit)"
    }

    private func shortened(_ text: String) -> String {
        text.count > 60 ? "\"\(text.prefix(59))…\"" : "\"\(text)\""
    }

    private func table(_ rows: [[String]]) -> [String] {
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = "  "
            for (column, cell) in row.enumerated() where widths[column] > 0 {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                line += column == 1 ? space + cell + "  " : cell + space + "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
