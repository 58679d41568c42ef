extension Figure {
    /// What the figure shows, in words, for those who cannot see it.
    ///
    ///     lines of loss and val_loss over epoch: 20 points, 0.113 to 2.31
    package var altText: String {
        switch self {
        case .lines(let chart): Self.text("lines", chart.series, chart.x, chart.y)
        case .scatter(let chart): Self.scatterText(chart)
        case .bars(let chart):
            "\(counted(chart.bars.count, "bar")): "
                + Self.listed(chart.bars.map { "\($0.label) \(Self.short($0.value))" })
        case .histogram(let histogram):
            "histogram of \(counted(histogram.values.count, "value"))\(Self.range(histogram.values))"
        case .boxes(let chart):
            "box plot of \(Self.listed(chart.samples.map(\.label)))\(Self.range(chart.samples.flatMap(\.values)))"
        case .diagram(let diagram): "diagram of \(Self.listed(diagram.nodes.map(\.name)))"
        case .grid(let grid):
            "\(counted(grid.rows.joined().count, "figure")): \(Self.listed(grid.rows.joined().map(\.altText)))"
        case .images(let grid): Self.text(grid)
        case .heatMap(let map):
            "heat map of \(map.rowCount) x \(map.columnCount)\(Self.axes(map.x, map.y))\(Self.range(map.values))"
        case .table(let table): "table of \(Self.listed(table.headers))"
        }
    }

    private static func text(_ kind: String, _ series: [Series], _ x: Axis, _ y: Axis) -> String {
        let names = series.compactMap(\.name).filter { !$0.isEmpty }
        let subject = names.isEmpty ? "" : " of \(listed(names))"
        let points = series.map(\.x.count).max() ?? 0
        let several = series.count > 1 && names.isEmpty ? "\(series.count) series of " : ""
        return "\(several)\(kind)\(subject)\(axes(x, y)): \(counted(points, "point"))\(range(series.flatMap(\.y)))"
    }

    private static func scatterText(_ chart: Chart) -> String {
        let points = text("points", chart.series, chart.x, chart.y)
        guard let surface = chart.background else { return points }
        let kind = surface.coloring == .classes ? "regions of classes" : "contours\(range(surface.values))"
        return chart.series.allSatisfy(\.x.isEmpty) ? kind : "\(kind), with \(points)"
    }

    private static func text(_ grid: ImageGrid) -> String {
        let sizes = Set(grid.images.map { "\($0.height) x \($0.width)" })
        let size = sizes.count == 1 ? " of \(sizes.first ?? "")" : ""
        let captions = grid.captions.isEmpty ? "" : ": \(listed(grid.captions))"
        return "\(counted(grid.images.count, "image"))\(size)\(captions)"
    }

    private static func axes(_ x: Axis, _ y: Axis) -> String {
        (y.label.map { ", \($0)" } ?? "") + (x.label.map { " over \($0)" } ?? "")
    }

    /// `, 0.113 to 2.31`
    private static func range(_ values: [Double]) -> String {
        let finite = values.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return "" }
        return low == high ? ", all \(short(low))" : ", \(short(low)) to \(short(high))"
    }

    /// A few of some words; the number of the others.
    private static func listed(_ words: [String]) -> String {
        let most = 10
        guard words.count > 1 else { return words.first ?? "" }
        if words.count > most {
            return words.prefix(most).joined(separator: ", ") + " and \(words.count - most) more"
        }
        return words.dropLast().joined(separator: ", ") + " and \(words[words.count - 1])"
    }

    private static func short(_ value: Double) -> String { NumberLabel.short(value, digits: 3) }
}
