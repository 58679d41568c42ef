import TensorCore

/// Classes beyond this many are counted and not listed.
private let listedClassCount = 20

extension Dataset {
    /// What the dataset prints: counts, shapes, types, classes with their counts.
    package var descriptionText: String {
        if let pairs { return PairsText(name, pairs, [(nil, self)]).text }
        let lines =
            ["dataset \(name): \(examplesText(count))"] + tensorLines(indent: "  ") + classLines([("count", self)])
        return lines.joined(separator: "\n")
    }

    fileprivate func tensorLines(indent: String) -> [String] {
        var lines = ["\(indent)x  \([count] + examples.shape) \(typeText)"]
        if let targetShape, let targetType {
            let classes = classCount.map { ", \($0) \($0 == 1 ? "class" : "classes")" } ?? ""
            lines.append("\(indent)y  \(targetShape) \(targetType.name)\(classes)")
        }
        return lines
    }

    /// Such as `float32 (stored as uint8, times 1/255)`.
    fileprivate var typeText: String {
        var notes: [String] = []
        switch examples {
        case .memory(let tensor): if tensor.dtype != dtype { notes.append("stored as \(tensor.dtype.name)") }
        case .files: notes.append("read from files when needed")
        case .made: notes.append("made when needed")
        }
        if scale == 1.0 / 255 {
            notes.append("times 1/255")
        } else if scale != 1 {
            notes.append("times \(numberText(scale))")
        }
        if normalization != nil { notes.append("normalized") }
        return notes.isEmpty ? dtype.name : "\(dtype.name) (\(notes.joined(separator: ", ")))"
    }
}

extension DatasetCollection {
    /// What the collection prints: the parts with their shapes and types, classes with their counts by part.
    package var descriptionText: String {
        if let pairs = parts.lazy.compactMap(\.dataset.pairs).first {
            return PairsText(name, pairs, parts.map { ($0.part.rawValue, $0.dataset) }).text
        }
        var lines = ["dataset \(name)"]
        let width = parts.map(\.part.rawValue.count).max() ?? 0
        for (part, dataset) in parts {
            let label = part.rawValue + String(repeating: " ", count: width - part.rawValue.count)
            let tensors = dataset.tensorLines(indent: "  ")
            lines.append("  \(label)\(tensors[0])")
            lines += tensors.dropFirst().map { String(repeating: " ", count: 2 + width) + $0 }
        }
        return (lines + classLines(parts.map { ($0.part.rawValue, $0.dataset) })).joined(separator: "\n")
    }
}

func examplesText(_ count: Int) -> String { count == 1 ? "1 example" : "\(count) examples" }

/// A row for each class: its index, its count in each dataset and its name, which comes last because names may be
/// wide.
private func classLines(_ datasets: [(title: String, dataset: Dataset)]) -> [String] {
    let counts = datasets.map { $0.dataset.classCounts ?? [] }
    let classCount = counts.map(\.count).max() ?? 0
    guard classCount > 0 else { return [] }
    let names = datasets.lazy.compactMap(\.dataset.classNames).first
    let shown = classCount > listedClassCount ? listedClassCount / 2 : classCount
    let rows = (0..<shown).map { index in [String(index)] + counts.map { index < $0.count ? String($0[index]) : "0" } }
    let table = [["class"] + datasets.map(\.title)] + rows
    let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    var lines = table.enumerated().map { number, row in
        let cells = zip(row, widths).map { cell, width in String(repeating: " ", count: width - cell.count) + cell }
        let name = number > 0 ? names.map { "  \($0[number - 1])" } ?? "" : ""
        return "  " + cells.joined(separator: "  ") + name
    }
    if shown < classCount { lines.append("  ... and \(classCount - shown) more classes") }
    return lines
}
