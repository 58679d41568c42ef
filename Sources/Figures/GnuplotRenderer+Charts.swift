/// The rectangle of a chart in which its data are drawn, with a scale on each side.
struct ChartField {
    let left: Double
    let bottom: Double
    let right: Double
    let top: Double
    let x: Scale?
    let y: Scale

    /// Marks at both ends stand clear of the frame.
    private static let inset = 10.0

    func x(_ value: Double) -> Double? {
        x?.position(of: value).map { left + Self.inset + $0 * (right - left - 2 * Self.inset) }
    }

    func y(_ value: Double) -> Double? { y.position(of: value).map { bottom + $0 * (top - bottom) } }
}

extension GnuplotRenderer {
    static func script(of chart: LineChart) -> GnuplotScript {
        script(title: chart.title, chart.series, chart.x, chart.y, isScatter: false)
    }

    static func script(of chart: ScatterChart) -> GnuplotScript {
        script(title: chart.title, chart.series, chart.x, chart.y, isScatter: true)
    }

    private static func script(title: String?, _ series: [Series], _ x: Axis, _ y: Axis, isScatter: Bool)
        -> GnuplotScript
    {
        let points = series.flatMap { zip($0.x, $0.y) }
        let drawn = points.filter { $0.0.isFinite && $0.1.isFinite && x.holds($0.0) && y.holds($0.1) }
        let missing = drawn.count < points.count ? missingPoints(points.count, drawn: drawn.count, x, y) : nil
        guard
            let yScale = Scale(
                values: drawn.lazy.map(\.1), isLogarithmic: y.isLogarithmic, tickCount: 7, isRoomy: true),
            let xScale = horizontalScale(drawn.map(\.0), isLogarithmic: x.isLogarithmic)
        else { return empty(title, missing ?? "nothing to plot") }

        var script = GnuplotScript(width: FigureStyle.chartWidth, height: FigureStyle.chartHeight)
        var top = addTitle(title, to: &script)
        top += addLegend(series, isScatter: isScatter, from: top, to: &script)
        let field = addAxes(
            xLabel: x.label, yLabel: y.label, xScale, yScale, top: top, hasNote: missing != nil, to: &script)
        for (index, series) in series.enumerated() {
            let placed = zip(series.x, series.y).map { x, y in field.x(x).flatMap { x in field.y(y).map { (x, $0) } } }
            if isScatter {
                addPoints(placed.compactMap { $0 }, index, to: &script)
            } else {
                addLine(placed, index, to: &script)
            }
        }
        if let missing { addNote(missing, to: &script) }
        return script
    }

    private static func horizontalScale(_ values: [Double], isLogarithmic: Bool) -> Scale? {
        var count = 11
        while true {
            guard let scale = Scale(values: values, isLogarithmic: isLogarithmic, tickCount: count, isRoomy: false)
            else { return nil }
            let widest = scale.ticks.map { FigureStyle.width(of: $0.label) }.max() ?? 0
            if count <= 2 || Double(scale.ticks.count) * (widest + 12) < FigureStyle.chartWidth - 90 { return scale }
            count -= 1
        }
    }

    // MARK: - Axes

    /// - Parameter top: The height that title and legend take.
    /// - Returns: The field that is left for the data.
    static func addAxes(
        xLabel: String?, yLabel: String?, _ x: Scale?, _ y: Scale, top: Double, bottomLabels: Double = 18,
        hasNote: Bool, to script: inout GnuplotScript
    ) -> ChartField {
        let widest = y.ticks.map { FigureStyle.width(of: $0.label) }.max() ?? 0
        let xLabel = xLabel.map(singleLine) ?? ""
        let yLabel = yLabel.map(singleLine) ?? ""
        let margin = FigureStyle.margin
        let field = ChartField(
            left: margin + widest + 10 + (yLabel.isEmpty ? 0 : 22),
            bottom: margin + bottomLabels + (xLabel.isEmpty ? 0 : 22) + (hasNote ? 18 : 0),
            right: script.width - margin - 8, top: script.height - top - 8, x: x, y: y)
        for tick in y.ticks {
            guard let height = field.y(tick.value) else { continue }
            script.line(field.left, height, field.right, height, FigureStyle.grid)
            script.text(tick.label, x: field.left - 8, y: height, .right)
        }
        if let x {
            for tick in x.ticks {
                guard let place = field.x(tick.value) else { continue }
                script.line(place, field.bottom, place, field.top, FigureStyle.grid)
                script.line(place, field.bottom, place, field.bottom - 4, FigureStyle.ink)
                script.text(tick.label, x: place, y: field.bottom - 14, .center)
            }
        }
        script.line(field.left, field.bottom, field.right, field.bottom, FigureStyle.ink)
        script.line(field.left, field.bottom, field.left, field.top, FigureStyle.ink)
        if !xLabel.isEmpty {
            let columns = Int((field.right - field.left) / (FigureStyle.fontSize * FigureStyle.columnWidth))
            script.text(
                truncated(xLabel, to: columns), x: (field.left + field.right) / 2,
                y: field.bottom - bottomLabels - 16, .center)
        }
        if !yLabel.isEmpty {
            let columns = Int((field.top - field.bottom) / (FigureStyle.fontSize * FigureStyle.columnWidth))
            script.text(
                truncated(yLabel, to: columns), x: margin + 6, y: (field.bottom + field.top) / 2, .center, rotated: 90)
        }
        return field
    }

    /// A sample and a name for each series, in rows.
    ///
    /// - Returns: The height that they take.
    private static func addLegend(
        _ series: [Series], isScatter: Bool, from top: Double, to script: inout GnuplotScript
    ) -> Double {
        guard series.contains(where: { $0.name != nil }) || series.count > 1 else { return 0 }
        let room = script.width - 2 * FigureStyle.margin - 30
        let columns = Int((room - 40) / (FigureStyle.fontSize * FigureStyle.columnWidth))
        let names = series.enumerated().map { truncated(singleLine($1.name ?? "\($0 + 1)"), to: columns) }
        var rows: [[Int]] = [[]]
        var used = 0.0
        func entryWidth(_ index: Int) -> Double { 34 + FigureStyle.width(of: names[index]) + 18 }
        for index in series.indices {
            if used > 0, used + entryWidth(index) > room {
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append(index)
            used += entryWidth(index)
        }
        // A legend that fills the picture tells nothing.
        let shown = Array(rows.prefix(6))
        for (row, entries) in shown.enumerated() {
            let y = script.height - top - 12 - 19 * Double(row)
            var x = (script.width - entries.reduce(-18) { $0 + entryWidth($1) }) / 2
            for index in entries {
                let color = FigureStyle.color(index)
                let isMarked = isScatter || series[index].y.count <= FigureStyle.mostMarkedPoints
                if !isScatter { script.line(x, y, x + 26, y, color, width: FigureStyle.lineWidth) }
                if isMarked {
                    script.plot(
                        ["\(GnuplotScript.number(x + 13)) \(GnuplotScript.number(y))"],
                        "with points pt \(FigureStyle.marker(index)) ps 0.8 lc rgb '\(color.hex)'")
                }
                script.text(names[index], x: x + 34, y: y)
                x += entryWidth(index)
            }
        }
        let left = rows.dropFirst(shown.count).reduce(0) { $0 + $1.count }
        if left > 0 {
            script.text(
                "and \(left) more", x: script.width / 2, y: script.height - top - 12 - 19 * Double(shown.count),
                .center, color: FigureStyle.faintInk)
        }
        return 19 * Double(shown.count + (left > 0 ? 1 : 0)) + 6
    }

    // MARK: - Data

    private static func row(_ point: (Double, Double)) -> String {
        "\(GnuplotScript.number(point.0)) \(GnuplotScript.number(point.1))"
    }

    private static func addPoints(_ points: [(Double, Double)], _ index: Int, to script: inout GnuplotScript) {
        let color = FigureStyle.color(index)
        // Clouds show where they are dense.
        let size = points.count > 2000 ? "0.4" : points.count > 200 ? "0.6" : "0.9"
        let opacity = points.count > 200 ? "#80" + color.hex.dropFirst() : color.hex
        script.plot(
            points.map(row), "with points pt \(FigureStyle.marker(index)) ps \(size) lc rgb '\(opacity)'")
    }

    /// A line with gaps where there is no point.
    private static func addLine(_ points: [(Double, Double)?], _ index: Int, to script: inout GnuplotScript) {
        let color = FigureStyle.color(index).hex
        var rows: [String] = []
        var lonely: [String] = []
        for part in points.split(whereSeparator: { $0 == nil }) {
            let part = thinned(part.compactMap { $0 })
            if part.count == 1 { lonely.append(row(part[0])) }
            if !rows.isEmpty { rows.append("") }
            rows += part.map(row)
        }
        let width = GnuplotScript.number(FigureStyle.lineWidth)
        script.plot(rows, "with lines lw \(width) lc rgb '\(color)'")
        let marks = points.count <= FigureStyle.mostMarkedPoints ? rows : lonely
        script.plot(marks, "with points pt \(FigureStyle.marker(index)) ps 0.8 lc rgb '\(color)'")
    }

    /// Of many points that lie in one column of the picture, those that can be seen: the first and last, the lowest and
    /// the highest.
    private static func thinned(_ points: [(Double, Double)]) -> [(Double, Double)] {
        guard points.count > 4000, zip(points, points.dropFirst()).allSatisfy({ $0.0 <= $1.0 }) else { return points }
        var result: [(Double, Double)] = []
        var start = 0
        while start < points.count {
            let column = (points[start].0 * 2).rounded(.down)
            var end = start
            var low = start
            var high = start
            while end < points.count, (points[end].0 * 2).rounded(.down) == column {
                if points[end].1 < points[low].1 { low = end }
                if points[end].1 > points[high].1 { high = end }
                end += 1
            }
            var last = -1
            for index in [start, low, high, end - 1].sorted() where index != last {
                result.append(points[index])
                last = index
            }
            start = end
        }
        return result
    }
}

extension Axis {
    fileprivate func holds(_ value: Double) -> Bool { !isLogarithmic || value > 0 }
}
