extension GnuplotRenderer {
    static func script(of chart: BarChart) -> GnuplotScript {
        guard !chart.bars.isEmpty else { return empty(chart.title, "no bars") }
        let count = chart.bars.count
        let finite = chart.bars.map(\.value).filter(\.isFinite)
        // Zero is always in sight: the length is what the eye compares.
        guard let y = Scale(values: finite + [0], isLogarithmic: false, tickCount: 7, isRoomy: true) else {
            return empty(chart.title, "no finite values")
        }
        var script = GnuplotScript(width: FigureStyle.chartWidth, height: FigureStyle.chartHeight)
        let top = addTitle(chart.title, to: &script)
        let labels = chart.bars.map { truncated(singleLine($0.label), to: 24) }
        let widest = labels.map { FigureStyle.width(of: $0) }.max() ?? 0
        let room = (script.width - 90) / Double(count)
        let isSlanted = widest + 8 > room
        let missing = count - finite.count
        let field = addAxes(
            xLabel: nil, yLabel: nil, nil, y, top: top, bottomLabels: isSlanted ? min(widest, 160) * 0.64 + 14 : 18,
            hasNote: missing > 0, to: &script)

        let step = (field.right - field.left) / Double(count)
        let base = field.y(0) ?? field.bottom
        // Slanted labels need the height of a line each.
        let every = isSlanted ? max(Int((18 / step).rounded(.up)), 1) : 1
        let showsValues = count <= 20
        for (index, bar) in chart.bars.enumerated() {
            let left = field.left + step * (Double(index) + 0.12)
            let right = field.left + step * (Double(index) + 0.88)
            let end = field.y(bar.value) ?? base
            if end != base {
                script.rectangle(left, min(base, end), right, max(base, end), FigureStyle.color(0))
            }
            let center = (left + right) / 2
            if index % every == 0 {
                if isSlanted {
                    script.text(labels[index], x: center + 3, y: field.bottom - 10, .right, rotated: 40)
                } else {
                    script.text(labels[index], x: center, y: field.bottom - 14, .center)
                }
            }
            if showsValues || !bar.value.isFinite {
                script.text(
                    NumberLabel.short(bar.value, digits: 4), x: center, y: end < base ? end - 9 : end + 9, .center,
                    size: FigureStyle.noteSize)
            }
        }
        script.line(field.left, base, field.right, base, FigureStyle.ink)
        if missing > 0 { addNote("\(counted(missing, "value")) not finite", to: &script) }
        return script
    }

    static func script(of histogram: Histogram) -> GnuplotScript {
        let (edges, counts, notFinite) = histogram.bins()
        guard let x = Scale(values: edges, isLogarithmic: false, tickCount: 9, isRoomy: false),
            let y = Scale(values: counts.map(Double.init) + [0], isLogarithmic: false, tickCount: 7, isRoomy: true)
        else {
            return empty(histogram.title, notFinite > 0 ? "\(counted(notFinite, "value")), none finite" : "no values")
        }
        var script = GnuplotScript(width: FigureStyle.chartWidth, height: FigureStyle.chartHeight)
        let top = addTitle(histogram.title, to: &script)
        let field = addAxes(
            xLabel: nil, yLabel: "count", x, y, top: top, hasNote: notFinite > 0, to: &script)
        for (index, count) in counts.enumerated() where count > 0 {
            guard let left = field.x(edges[index]), let right = field.x(edges[index + 1]),
                let end = field.y(Double(count)), let base = field.y(0)
            else { continue }
            // A gap that tells neighbours apart, where there is room for it.
            let gap = right - left > 4 ? 0.75 : 0
            script.rectangle(left + gap, base, right - gap, end, FigureStyle.color(0))
        }
        if notFinite > 0 { addNote("\(counted(notFinite, "value")) not finite", to: &script) }
        return script
    }
}
