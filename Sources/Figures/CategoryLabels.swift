/// The words below bars and boxes: slanted where they have no room side by side.
struct CategoryLabels {
    private let texts: [String]
    private let isSlanted: Bool
    private let widths: [Double]
    private let step: Double

    /// - Parameter width: That of the whole picture.
    init(_ labels: [String], width: Double) {
        texts = labels.map { truncated(singleLine($0), to: 24) }
        widths = texts.map { FigureStyle.width(of: $0) }
        step = (width - 90) / Double(max(labels.count, 1))
        isSlanted = (widths.max() ?? 0) + 8 > step
        mostLeft = width / 3
    }

    private let mostLeft: Double
    /// Of a slanted text: how high and how wide it is, in parts of its length.
    private static let rise = 0.64
    private static let run = 0.77
    private static let degrees = 40

    /// The height that they take.
    var height: Double { isSlanted ? min(widths.max() ?? 0, 160) * Self.rise + 14 : 18 }

    /// How far from the left border of the picture the field has to begin.
    var left: Double {
        guard isSlanted else { return 0 }
        let overhang = widths.enumerated().map { Self.run * $1 - step * (Double($0) + 0.5) }.max() ?? 0
        return min(overhang + 4, mostLeft)
    }

    func draw(below field: ChartField, step: Double, to script: inout GnuplotScript) {
        // Slanted labels need the height of a line each.
        let every = isSlanted ? max(Int((18 / step).rounded(.up)), 1) : 1
        for index in stride(from: 0, to: texts.count, by: every) {
            let center = field.left + step * (Double(index) + 0.5)
            if isSlanted {
                script.text(texts[index], x: center + 3, y: field.bottom - 10, .right, rotated: Self.degrees)
            } else {
                script.text(texts[index], x: center, y: field.bottom - 14, .center)
            }
        }
    }
}
