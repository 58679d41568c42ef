extension TextRenderer {
    func lines(of chart: LineChart) -> [StyledLine] {
        let isDashed = !hasColor && !isASCII
        return axes(title: chart.title, series: chart.series, x: chart.x, y: chart.y, hasMarkers: isASCII) {
            canvas, series, index, place in
            let ink = self.ink(index, of: chart.series.count)
            let pattern = isDashed ? Self.dashes[index % Self.dashes.count] : [true]
            var phase = 0
            var last: (x: Int, y: Int)?
            var isLonely = false
            for (x, y) in zip(series.x, series.y) {
                let next = place(x, y)
                if let next {
                    if let last {
                        canvas.line(from: last, to: next, ink, pattern: pattern, phase: &phase)
                        isLonely = false
                    } else {
                        isLonely = true
                    }
                } else if let last, isLonely {
                    canvas.setMark(last.x, last.y, ink)
                }
                last = next
            }
            if let last, isLonely { canvas.setMark(last.x, last.y, ink) }
        }
    }

    func lines(of chart: ScatterChart) -> [StyledLine] {
        // Dots of several clouds look alike without colours.
        let hasMarkers = isASCII || !hasColor && chart.series.count > 1
        let isSparse = chart.series.reduce(0) { $0 + $1.x.count } <= 100
        return axes(title: chart.title, series: chart.series, x: chart.x, y: chart.y, hasMarkers: hasMarkers) {
            canvas, series, index, place in
            let ink = self.ink(index, of: chart.series.count)
            for (x, y) in zip(series.x, series.y) {
                guard let dot = place(x, y) else { continue }
                if isSparse {
                    canvas.setMark(dot.x, dot.y, ink)
                } else {
                    canvas.set(dot.x, dot.y, ink)
                }
            }
        }
    }

    private typealias Placement = (_ x: Double, _ y: Double) -> (x: Int, y: Int)?

    /// Frame, marks and labels around a field on which `draw` puts each series.
    private func axes(
        title: String?, series: [Series], x: Axis, y: Axis, hasMarkers: Bool,
        draw: (inout DotCanvas, Series, Int, Placement) -> Void
    ) -> [StyledLine] {
        func isDrawn(_ px: Double, _ py: Double) -> Bool {
            px.isFinite && py.isFinite && (!x.isLogarithmic || px > 0) && (!y.isLogarithmic || py > 0)
        }
        let points = series.flatMap { zip($0.x, $0.y) }
        let drawn = points.filter(isDrawn)
        let rows = chartRows
        guard
            let yScale = Scale(
                values: drawn.map(\.1), isLogarithmic: y.isLogarithmic, tickCount: max(rows / 3, 2), isRoomy: true)
        else {
            return emptyLines(title, points.isEmpty ? "nothing to plot" : missingPoints(points.count, drawn: 0, x, y))
        }
        let labelWidth = yScale.ticks.map { displayWidth($0.label) }.max() ?? 0
        let columns = max(chartWidth - labelWidth - 3, 10)
        guard let xScale = horizontalScale(drawn.map(\.0), isLogarithmic: x.isLogarithmic, columns: columns) else {
            return emptyLines(title, "nothing to plot")
        }

        var canvas = DotCanvas(columns: columns, rows: rows, charset: hasMarkers ? .ascii : capabilities.charset)
        let field = canvas
        for (index, line) in series.enumerated() {
            draw(&canvas, line, index) { px, py in
                guard isDrawn(px, py), let fx = xScale.position(of: px), let fy = yScale.position(of: py) else {
                    return nil
                }
                return field.dot(fx, fy)
            }
        }

        let width = labelWidth + 2 + columns
        var lines = titleLine(title, width: width)
        if let label = y.label.map(singleLine), !label.isEmpty {
            lines.append(StyledLine(padded(label, to: labelWidth + 1, .right)))
        }
        var rowLabels = [String](repeating: "", count: rows)
        for tick in yScale.ticks {
            guard let position = yScale.position(of: tick.value) else { continue }
            rowLabels[min(max(canvas.row(position), 0), rows - 1)] = tick.label
        }
        for row in 0..<rows {
            let label = rowLabels[row]
            let edge = isASCII ? (label.isEmpty ? "|" : "+") : (label.isEmpty ? "│" : "┤")
            var line = StyledLine(padded(label, to: labelWidth, .right) + " " + edge)
            line.append(canvas.line(row: row))
            lines.append(line)
        }
        lines += horizontalAxis(xScale, canvas: canvas, indent: labelWidth + 1)
        if let label = x.label.map(singleLine), !label.isEmpty {
            let shift = max(0, (columns - displayWidth(label)) / 2)
            lines.append(StyledLine(String(repeating: " ", count: labelWidth + 2 + shift) + label))
        }
        lines += legend(series, isMarked: hasMarkers, indent: labelWidth + 2, width: width)
        if drawn.count < points.count {
            lines.append(StyledLine("(\(missingPoints(points.count, drawn: drawn.count, x, y)))"))
        }
        return lines
    }

    /// As many marks as have room for their labels.
    private func horizontalScale(_ values: [Double], isLogarithmic: Bool, columns: Int) -> Scale? {
        var count = max(columns / 7, 2)
        while true {
            guard let scale = Scale(values: values, isLogarithmic: isLogarithmic, tickCount: count, isRoomy: false)
            else {
                return nil
            }
            let widest = scale.ticks.map { displayWidth($0.label) }.max() ?? 0
            if count <= 2 || scale.ticks.count * (widest + 2) <= columns { return scale }
            count -= 1
        }
    }

    private func horizontalAxis(_ scale: Scale, canvas: DotCanvas, indent: Int) -> [StyledLine] {
        var edge = [Character](repeating: isASCII ? "-" : "─", count: canvas.columns)
        var labels = ""
        var lastEnd = -1
        for tick in scale.ticks {
            guard let position = scale.position(of: tick.value), position > -1e-9, position < 1 + 1e-9 else { continue }
            let column = min(max(canvas.column(position), 0), canvas.columns - 1)
            edge[column] = isASCII ? "+" : "┬"
            let width = displayWidth(tick.label)
            // One more column on the left of the field is the corner's.
            let start = max(column + 1 - width / 2, lastEnd + (lastEnd < 0 ? 1 : 2), 0)
            labels += String(repeating: " ", count: start - max(lastEnd + 1, 0)) + tick.label
            lastEnd = start + width - 1
        }
        let left = String(repeating: " ", count: indent)
        return [StyledLine(left + (isASCII ? "+" : "└") + String(edge)), StyledLine(left + labels)]
    }

    private func ink(_ index: Int, of count: Int) -> DotCanvas.Ink {
        DotCanvas.Ink(
            color: Self.seriesColors[index % Self.seriesColors.count], marker: Self.markers[index % Self.markers.count])
    }

    private func legend(_ series: [Series], isMarked: Bool, indent: Int, width: Int) -> [StyledLine] {
        guard series.contains(where: { $0.name != nil }) || series.count > 1 else { return [] }
        let margin = String(repeating: " ", count: indent)
        var lines = [StyledLine(margin)]
        for (index, line) in series.enumerated() {
            let ink = ink(index, of: series.count)
            let name = truncated(
                singleLine(line.name ?? "\(index + 1)"), to: max(width - indent - 4, 8), ellipsis: ellipsis)
            let sample: String
            if isMarked {
                sample = String(ink.marker)
            } else {
                let pattern = hasColor ? [true] : Self.dashes[index % Self.dashes.count]
                var canvas = DotCanvas(columns: 4, rows: 1, charset: capabilities.charset)
                var phase = 0
                let middle = canvas.height / 2
                canvas.line(from: (0, middle), to: (canvas.width - 1, middle), ink, pattern: pattern, phase: &phase)
                sample = canvas.line(row: 0).encoded(.none)
            }
            let entryWidth = displayWidth(sample) + 1 + displayWidth(name)
            let used = lines[lines.count - 1].width
            if used > indent, used + 3 + entryWidth > width { lines.append(StyledLine(margin)) }
            var current = lines.removeLast()
            if current.width > indent { current.append("   ") }
            current.append(sample, foreground: ink.color)
            current.append(" " + name)
            lines.append(current)
        }
        return lines
    }

    private static let markers: [Character] = ["*", "+", "o", "x", "#", "@", "%", "="]

    /// How lines differ without colours: whole, dashed, dotted, dashed and dotted.
    private static let dashes: [[Bool]] = [
        [true],
        [true, true, true, true, false, false, false],
        [true, false, false],
        [true, true, true, true, true, false, false, true, false, false],
    ]
}
