extension GnuplotRenderer {
    static func script(of chart: BarChart, on canvas: FigureCanvas) -> GnuplotScript {
        guard !chart.labels.isEmpty, !chart.groups.isEmpty else { return empty(chart.title, "no bars", on: canvas) }
        let canvas = canvas.sized(chart.extras.size)
        let count = chart.labels.count
        let values = chart.groups.flatMap(\.values)
        let finite = values.filter(\.isFinite)
        // Zero is always in sight: the length is what the eye compares.
        guard
            let y = Scale(
                values: finite + [0] + chart.extras.horizontals, axis: chart.y.withRoomForBars(finite),
                tickCount: tickCount(height: canvas.height), isRoomy: true)
        else { return empty(chart.title, "no finite values", on: canvas) }
        var script = GnuplotScript(width: canvas.width, height: canvas.height)
        var top = addTitle(chart.title, to: &script)
        top += addLegend(
            groupLegend(chart.groups.map { ($0.name, $0.color(0)) }, chart.opacity ?? 1), from: top, to: &script)
        let labels = CategoryLabels(chart.labels, width: script.width)
        let missing = values.count - finite.count
        let field = addAxes(
            chart.x, chart.y, nil, y, top: top, bottomLabels: labels.height, leftRoom: labels.left,
            hasNote: missing > 0,
            to: &script)

        let step = (field.right - field.left) / Double(count)
        addBars(chart, field, step, to: &script)
        labels.draw(below: field, step: step, to: &script)
        addGuides(chart.extras, field, to: &script)
        if missing > 0 { addNote("\(counted(missing, "value")) not finite", to: &script) }
        return script
    }

    private static func addBars(
        _ chart: BarChart, _ field: ChartField, _ step: Double, to script: inout GnuplotScript
    ) {
        func height(_ value: Double) -> Double {
            let part = field.y.position(of: value) ?? 0
            return field.bottom + min(max(part, 0), 1) * (field.top - field.bottom)
        }
        let base = height(0)
        let width = step * 0.76 / Double(chart.groups.count)
        let texts = chart.groups.flatMap(\.values).map { NumberLabel.short($0, digits: 4) }
        let widest = texts.map { FigureStyle.width(of: $0, size: FigureStyle.noteSize) }.max() ?? 0
        let showsValues =
            chart.labels.count * chart.groups.count <= 20
            && widest < max(width, step * 0.9 / Double(chart.groups.count))
        for (place, group) in chart.groups.enumerated() {
            for (index, value) in group.values.enumerated() {
                let color = group.color(index) ?? FigureStyle.color(place)
                let left = field.left + step * (Double(index) + 0.12) + width * Double(place)
                let end = value.isFinite ? height(value) : base
                if end != base {
                    script.rectangle(left, base, left + width, end, color, opacity: chart.opacity ?? 1)
                }
                if showsValues || !value.isFinite {
                    script.text(
                        NumberLabel.short(value, digits: 4), x: left + width / 2,
                        y: end < base ? end - 9 : end + 9, .center, size: FigureStyle.noteSize)
                }
            }
        }
        script.stroke([[(field.left, base), (field.right, base)]], FigureStyle.ink)
    }

    private static func groupLegend(_ groups: [(name: String?, color: RGB?)], _ opacity: Double) -> [LegendEntry] {
        guard groups.count > 1 || groups.contains(where: { $0.name != nil }) else { return [] }
        return groups.enumerated().map { index, group in
            LegendEntry(
                name: group.name ?? "\(index + 1)", color: group.color ?? FigureStyle.color(index), opacity: opacity,
                sample: .box)
        }
    }

    static func script(of histogram: Histogram, on canvas: FigureCanvas) -> GnuplotScript {
        let canvas = canvas.sized(histogram.extras.size)
        let (edges, heights, notFinite) = histogram.heightsBySample()
        let verticals = histogram.extras.verticals
        guard edges.count > 1, let x = horizontalScale(edges + verticals, axis: histogram.x, width: canvas.width),
            let y = Scale(
                values: heights.joined() + [0] + histogram.extras.horizontals,
                axis: histogram.y.withRoomForBars(heights.lazy.joined()),
                tickCount: tickCount(height: canvas.height), isRoomy: true)
        else {
            return empty(
                histogram.title, notFinite > 0 ? "\(counted(notFinite, "value")), none finite" : "no values", on: canvas
            )
        }
        // Samples that overlap show through.
        let opacity = histogram.opacity ?? (heights.count > 1 ? 0.55 : 1)
        var script = GnuplotScript(width: canvas.width, height: canvas.height)
        var top = addTitle(histogram.title, to: &script)
        top += addLegend(groupLegend(histogram.samples.map { ($0.name, $0.color) }, opacity), from: top, to: &script)
        var yAxis = histogram.y
        yAxis.label = yAxis.label ?? histogram.heightLabel
        let field = addAxes(histogram.x, yAxis, x, y, top: top, hasNote: notFinite > 0, to: &script)
        for (sample, heights) in heights.enumerated() {
            let color = histogram.samples[sample].color ?? FigureStyle.color(sample)
            for (index, height) in heights.enumerated() where height > 0 {
                // On a logarithmic axis bars stand on its end.
                guard let low = field.part(edges[index], 0) ?? field.part(edges[index], y.value(at: 0)),
                    let high = field.part(edges[index + 1], height),
                    case let corners = Clipping.area([low, (low.x, high.y), high, (high.x, low.y)]).map(field.point),
                    let left = corners.map(\.x).min(), let right = corners.map(\.x).max(),
                    let bottom = corners.map(\.y).min(), let end = corners.map(\.y).max()
                else { continue }
                // A gap that tells neighbours apart, where there is room for it.
                let gap = right - left > 4 && self.gap(histogram) ? 0.75 : 0
                script.rectangle(left + gap, bottom, right - gap, end, color, opacity: opacity)
            }
        }
        addGuides(histogram.extras, field, to: &script)
        addNotes(histogram.extras.notes, field, to: &script)
        if notFinite > 0 { addNote("\(counted(notFinite, "value")) not finite", to: &script) }
        return script
    }

    private static func gap(_ histogram: Histogram) -> Bool { histogram.samples.count == 1 }

    static func script(of chart: BoxChart, on canvas: FigureCanvas) -> GnuplotScript {
        let canvas = canvas.sized(chart.extras.size)
        let count = chart.samples.count
        guard count > 0 else { return empty(chart.title, "no samples", on: canvas) }
        let values = chart.samples.flatMap(\.values)
        let missing = values.count { !chart.y.holds($0) }
        guard
            let y = Scale(
                values: values + chart.extras.horizontals, axis: chart.y,
                tickCount: tickCount(height: canvas.height), isRoomy: true)
        else { return empty(chart.title, "no finite values", on: canvas) }
        var script = GnuplotScript(width: canvas.width, height: canvas.height)
        let top = addTitle(chart.title, to: &script)
        let labels = CategoryLabels(chart.samples.map(\.label), width: script.width)
        let field = addAxes(
            chart.x, chart.y, nil, y, top: top, bottomLabels: labels.height, leftRoom: labels.left,
            hasNote: missing > 0,
            to: &script)
        let step = (field.right - field.left) / Double(count)
        labels.draw(below: field, step: step, to: &script)
        for (index, sample) in chart.samples.enumerated() {
            let center = field.left + step * (Double(index) + 0.5)
            guard let summary = BoxChart.summary(sample.values.filter(chart.y.holds)) else { continue }
            addBox(summary, sample.color ?? FigureStyle.color(0), center, min(step * 0.5, 90) / 2, field, to: &script)
        }
        addGuides(chart.extras, field, to: &script)
        if missing > 0 { addNote("\(counted(missing, "value")) not finite", to: &script) }
        return script
    }

    private static func addBox(
        _ summary: BoxChart.Summary, _ color: RGB, _ center: Double, _ half: Double, _ field: ChartField,
        to script: inout GnuplotScript
    ) {
        func height(_ value: Double) -> Double {
            let part = field.y.position(of: value) ?? 0
            return field.bottom + min(max(part, 0), 1) * (field.top - field.bottom)
        }
        let (low, high) = (height(summary.low), height(summary.high))
        let (first, third) = (height(summary.lowerQuartile), height(summary.upperQuartile))
        let cap = half * 0.5
        script.stroke(
            [
                [(center, low), (center, first)], [(center, third), (center, high)],
                [(center - cap, low), (center + cap, low)], [(center - cap, high), (center + cap, high)],
            ], FigureStyle.ink, width: 1.2)
        script.rectangle(
            center - half, first, center + half, third, color.mixed(with: FigureStyle.background, part: 0.6),
            border: FigureStyle.ink)
        let median = height(summary.median)
        script.stroke([[(center - half, median), (center + half, median)]], FigureStyle.color(1), width: 2.5)
        let outliers = summary.outliers.compactMap { field.y.position(of: $0) }.filter { Clipping.holds((0, $0)) }
        script.plot(
            outliers.map { GnuplotScript.row((center, field.point((0, $0)).y)) },
            "with points pt 6 ps 0.7 lc rgb '\(FigureStyle.ink.hex)'")
    }
}
