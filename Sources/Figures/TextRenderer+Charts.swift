extension Chart {
    /// The values that the axes have to show.
    func extent(_ points: [(Double, Double)]) -> (x: [Double], y: [Double]) {
        var xs = points.untilInterrupt.map(\.0)
        var ys = points.untilInterrupt.map(\.1)
        for series in series {
            for band in [series.band, series.errorBars].compactMap({ $0 }) {
                for (x, edges) in zip(series.x, zip(band.low, band.high)) where x.isFinite {
                    ys += [edges.0, edges.1]
                }
            }
        }
        // A surface alone has no values to make room for.
        if let background { (xs, ys) = (xs + ends(background.x), ys + ends(background.y)) }
        return (xs + extras.verticals, ys + extras.horizontals)
    }

    private func ends(_ places: [Double]) -> [Double] { [places.first, places.last].compactMap { $0 } }

    /// Whether axes go on to the next mark.
    var isRoomy: Bool { background == nil }
}

extension TextRenderer {
    func lines(ofLines chart: Chart) -> [StyledLine] {
        axes(chart, hasMarkers: isASCII) { canvas, series, index, place in
            let ink = self.ink(series, index)
            if series.isPoints {
                for (x, y) in zip(series.x, series.y).untilInterrupt {
                    guard let place = place(x, y), Clipping.holds(place) else { continue }
                    let dot = canvas.dot(place.x, place.y)
                    canvas.setMark(dot.x, dot.y, ink)
                }
                return
            }
            var pattern = dashes(of: index, in: chart.series)
            var phase = 0
            func draw(_ xs: [Double], _ ys: [Double]) {
                for piece in Clipping.pieces(zip(xs, ys).untilInterrupt.map { place($0, $1) }) {
                    if piece.count == 1, let only = piece.first {
                        let dot = canvas.dot(only.x, only.y)
                        canvas.setMark(dot.x, dot.y, ink)
                    }
                    for (a, b) in zip(piece, piece.dropFirst()).untilInterrupt {
                        canvas.line(
                            from: canvas.dot(a.x, a.y), to: canvas.dot(b.x, b.y), ink, pattern: pattern, phase: &phase)
                    }
                }
            }
            draw(series.x, series.y)
            guard let band = series.band else { return }
            pattern = [true, false, false]
            draw(series.x, band.low)
            draw(series.x, band.high)
        }
    }

    func lines(ofPoints chart: Chart) -> [StyledLine] {
        // Dots of several clouds look alike without colours.
        let hasMarkers = isASCII || !hasColor && (chart.series.count > 1 || chart.background != nil)
        let isSparse = chart.series.reduce(0) { $0 + $1.x.count } <= 100
        let range = chart.shadeRange
        return axes(chart, hasMarkers: hasMarkers) { canvas, series, index, place in
            var ink = self.ink(series, index)
            for (point, (x, y)) in zip(series.x, series.y).untilInterrupt.enumerated() {
                guard let place = place(x, y), Clipping.holds(place) else { continue }
                if let range, let shades = series.shades, point < shades.count {
                    ink.color =
                        shades[point].isFinite
                        ? Shade.color(range.shadeFraction(of: shades[point])) : FigureStyle.notANumber
                }
                let dot = canvas.dot(place.x, place.y)
                if isSparse {
                    canvas.setMark(dot.x, dot.y, ink)
                } else {
                    canvas.set(dot.x, dot.y, ink)
                }
            }
        }
    }

    private typealias Placement = (_ x: Double, _ y: Double) -> Clipping.Point?

    /// Frame, marks and labels around a field on which `draw` puts each series.
    private func axes(
        _ chart: Chart, hasMarkers: Bool, draw: (inout DotCanvas, Series, Int, Placement) -> Void
    ) -> [StyledLine] {
        let (x, y) = (chart.x, chart.y)
        func isDrawn(_ px: Double, _ py: Double) -> Bool { x.holds(px) && y.holds(py) }
        let points = chart.series.flatMap { zip($0.x, $0.y).untilInterrupt }
        let drawn = points.untilInterrupt.filter(isDrawn)
        let rows = rowCount(chart.extras.size)
        let extent = chart.extent(drawn)
        guard let yScale = Scale(values: extent.y, axis: y, tickCount: max(rows / 3, 2), isRoomy: chart.isRoomy) else {
            return emptyLines(
                chart.title, points.isEmpty ? "nothing to plot" : missingPoints(points.count, drawn: 0, x, y))
        }
        let widest = yScale.ticks.map { displayWidth($0.label) }.max() ?? 0
        // Words may be long; numbers are shown whole.
        let labelWidth = y.ticks == nil ? widest : min(widest, capabilities.width / 3)
        let columns = max(columnCount(chart.extras.size) - labelWidth - 3, 10)
        guard let xScale = horizontalScale(extent.x, axis: x, columns: columns) else {
            return emptyLines(chart.title, "nothing to plot")
        }

        var canvas = DotCanvas(columns: columns, rows: rows, charset: hasMarkers ? .ascii : capabilities.charset)
        func place(_ px: Double, _ py: Double) -> Clipping.Point? {
            guard isDrawn(px, py), let fx = xScale.position(of: px), let fy = yScale.position(of: py) else {
                return nil
            }
            return (fx, fy)
        }
        drawGuides(chart.extras, xScale, yScale, on: &canvas)
        for (index, series) in chart.series.enumerated() {
            drawErrorBars(series, index, place, on: &canvas)
            draw(&canvas, series, index, place)
        }
        for note in chart.extras.notes {
            guard let place = place(note.x, note.y), Clipping.holds(place) else { continue }
            canvas.write(singleLine(note.text), column: canvas.column(place.x) + 1, row: canvas.row(place.y))
        }

        let width = labelWidth + 2 + columns
        var lines = titleLine(chart.title, width: width)
        if let label = y.label.map(singleLine), !label.isEmpty {
            lines.append(
                StyledLine(padded(truncated(label, to: width, ellipsis: ellipsis), to: labelWidth + 1, .right)))
        }
        var rowLabels = [String](repeating: "", count: rows)
        for tick in yScale.ticks {
            guard let position = yScale.position(of: tick.value) else { continue }
            rowLabels[min(max(canvas.row(position), 0), rows - 1)] = truncated(
                singleLine(tick.label), to: labelWidth, ellipsis: ellipsis)
        }
        let behind = chart.background.map { backdrop(of: $0, chart, xScale, yScale, columns: columns, rows: rows) }
        for row in 0..<rows {
            let label = rowLabels[row]
            let edge = isASCII ? (label.isEmpty ? "|" : "+") : (label.isEmpty ? "│" : "┤")
            var line = StyledLine(padded(label, to: labelWidth, .right) + " " + edge)
            line.append(canvas.line(row: row, background: behind.map { behind in { behind(row, $0) } }))
            lines.append(line)
        }
        lines += horizontalAxis(xScale, canvas: canvas, indent: labelWidth + 1, end: width + 1)
        lines += horizontalLabel(x.label, columns: columns, indent: labelWidth + 2)
        lines += legend(chart.series, isMarked: hasMarkers, indent: labelWidth + 2, width: width)
        lines += scaleLines(of: chart, indent: labelWidth + 2)
        if drawn.count < points.count {
            lines += remark(missingPoints(points.count, drawn: drawn.count, x, y))
        }
        return lines
    }

    /// Bars from the lower to the upper end of each value, in ASCII under the mark of the point.
    private func drawErrorBars(_ series: Series, _ index: Int, _ place: Placement, on canvas: inout DotCanvas) {
        var ink = ink(series, index)
        if isASCII { ink.marker = "|" }
        var phase = 0
        for bar in series.errorBarPlaces(place) {
            let ends = [bar.low, bar.high].map { canvas.dot($0.x, $0.y) }
            canvas.line(from: ends[0], to: ends[1], ink, pattern: [true], phase: &phase)
            guard !isASCII else { continue }
            for end in ends {
                canvas.line(from: (end.x - 1, end.y), to: (end.x + 1, end.y), ink, pattern: [true], phase: &phase)
            }
        }
    }

    /// Lines across the field, faint beside the data.
    private func drawGuides(_ extras: ChartExtras, _ x: Scale, _ y: Scale, on canvas: inout DotCanvas) {
        var phase = 0
        for value in extras.horizontals {
            guard let place = y.position(of: value), Clipping.holds((0, place)) else { continue }
            let ink = DotCanvas.Ink(color: Self.guideColor, marker: "-")
            canvas.line(
                from: canvas.dot(0, place), to: canvas.dot(1, place), ink, pattern: [true, true, false, false],
                phase: &phase)
        }
        for value in extras.verticals {
            guard let place = x.position(of: value), Clipping.holds((place, 0)) else { continue }
            let ink = DotCanvas.Ink(color: Self.guideColor, marker: ":")
            canvas.line(
                from: canvas.dot(place, 0), to: canvas.dot(place, 1), ink, pattern: isASCII ? [true] : [true, false],
                phase: &phase)
        }
    }

    private static let guideColor = RGB.grey(140)

    /// What is behind the cell of a row and a column.
    private func backdrop(
        of surface: Surface, _ chart: Chart, _ x: Scale, _ y: Scale, columns: Int, rows: Int
    ) -> (_ row: Int, _ column: Int) -> (color: RGB?, character: Character)? {
        let levels = surface.levels
        return { row, column in
            let place = (
                x.value(at: (Double(column) + 0.5) / Double(columns)),
                y.value(at: 1 - (Double(row) + 0.5) / Double(rows))
            )
            guard let value = surface.value(atX: place.0, y: place.1) else { return nil }
            guard let step = surface.step(of: value, levels: levels) else {
                return (hasColor ? FigureStyle.notANumber : nil, "?")
            }
            switch surface.coloring {
            case .levels:
                let part = (Double(step) + 0.5) / Double(max(levels.count - 1, 1))
                return (
                    hasColor ? surface.color(ofStep: step, levels: levels) : nil,
                    Shade.character(part, isASCII: isASCII)
                )
            case .classes:
                let marks: [Character] = isASCII ? [" ", ".", ":", "-", ","] : [" ", "·", ":", "╌", "░"]
                let color = color(of: chart.series, step).mixed(with: RGB(0, 0, 0), part: 0.65)
                return (hasColor ? color : nil, marks[step % marks.count])
            }
        }
    }

    /// What shades stand for.
    private func scaleLines(of chart: Chart, indent: Int) -> [StyledLine] {
        var lines: [StyledLine] = []
        if let surface = chart.background, surface.coloring == .levels, let first = surface.levels.first,
            let last = surface.levels.last
        {
            lines.append(shadeLegend(ValueRange(first, last), indent: indent))
        }
        if let range = chart.shadeRange, hasColor { lines.append(shadeLegend(range, indent: indent)) }
        return lines
    }

    /// As many marks as have room for their labels.
    func horizontalScale(_ values: [Double], axis: Axis, columns: Int) -> Scale? {
        var count = max(columns / 7, 2)
        while true {
            guard let scale = Scale(values: values, axis: axis, tickCount: count, isRoomy: false) else { return nil }
            let widest = scale.ticks.map { displayWidth($0.label) }.max() ?? 0
            if count <= 2 || axis.ticks != nil || scale.ticks.count * (widest + 2) <= columns { return scale }
            count -= 1
        }
    }

    /// The axis below a field, with its marks and their labels.
    ///
    /// - Parameters:
    ///   - indent: The columns in front of the corner.
    ///   - end: The column where the chart ends, which no label goes beyond.
    func horizontalAxis(_ scale: Scale, canvas: DotCanvas, indent: Int, end: Int) -> [StyledLine] {
        var edge = [Character](repeating: isASCII ? "-" : "─", count: canvas.columns)
        var labels = ""
        var lastEnd = -1
        for tick in scale.ticks {
            guard let position = scale.position(of: tick.value), position > -1e-9, position < 1 + 1e-9 else { continue }
            let column = min(max(canvas.column(position), 0), canvas.columns - 1)
            edge[column] = isASCII ? "+" : "┬"
            let label = truncated(singleLine(tick.label), to: 24, ellipsis: ellipsis)
            let width = displayWidth(label)
            // One more column on the left of the field is the corner's.
            let last = end - indent - width
            let wanted = min(column + 1 - width / 2, last)
            let start = max(wanted, lastEnd + (lastEnd < 0 ? 1 : 2), 0)
            // Labels that are given may have no room.
            guard lastEnd < 0 || start - wanted <= 2 && start <= last else { continue }
            labels += String(repeating: " ", count: start - max(lastEnd + 1, 0)) + label
            lastEnd = start + width - 1
        }
        let left = String(repeating: " ", count: indent)
        return [StyledLine(left + (isASCII ? "+" : "└") + String(edge)), StyledLine(left + labels)]
    }

    /// The label of the axis below a field, in its middle.
    func horizontalLabel(_ label: String?, columns: Int, indent: Int) -> [StyledLine] {
        guard let label = label.map(singleLine), !label.isEmpty else { return [] }
        let text = truncated(label, to: columns, ellipsis: ellipsis)
        let shift = max(0, (columns - displayWidth(text)) / 2)
        return [StyledLine(String(repeating: " ", count: indent + shift) + text)]
    }

    private func ink(_ series: Series, _ index: Int) -> DotCanvas.Ink {
        DotCanvas.Ink(
            color: series.color ?? Self.color(index),
            marker: series.marker?.character ?? Self.markers[index % Self.markers.count])
    }

    private static func color(_ index: Int) -> RGB { seriesColors[index % seriesColors.count] }

    private func color(of series: [Series], _ index: Int) -> RGB {
        (index < series.count ? series[index].color : nil) ?? Self.color(index)
    }

    private func legend(_ all: [Series], isMarked: Bool, indent: Int, width: Int) -> [StyledLine] {
        guard all.contains(where: { $0.name != nil }) || all.count > 1 else { return [] }
        let entries = all.enumerated().filter { $1.name != "" }.map { index, series in
            let ink = ink(series, index)
            let sample: String
            if isMarked {
                sample = String(ink.marker)
            } else {
                let pattern = dashes(of: index, in: all)
                var canvas = DotCanvas(columns: 4, rows: 1, charset: capabilities.charset)
                var phase = 0
                let middle = canvas.height / 2
                canvas.line(from: (0, middle), to: (canvas.width - 1, middle), ink, pattern: pattern, phase: &phase)
                sample = canvas.line(row: 0).encoded(.none)
            }
            return (sample, series.name ?? "\(index + 1)", ink.color)
        }
        return legendLines(entries, indent: indent, width: width)
    }

    /// Samples with their names, in rows; a legend that fills the screen tells nothing.
    func legendLines(_ entries: [(sample: String, name: String, color: RGB?)], indent: Int, width: Int) -> [StyledLine]
    {
        guard !entries.isEmpty else { return [] }
        let margin = String(repeating: " ", count: indent)
        var lines = [StyledLine(margin)]
        for (index, entry) in entries.enumerated() {
            let name = truncated(singleLine(entry.name), to: max(width - indent - 4, 8), ellipsis: ellipsis)
            let entryWidth = displayWidth(entry.sample) + 1 + displayWidth(name)
            let used = lines[lines.count - 1].width
            if used > indent, used + 3 + entryWidth > width {
                guard lines.count < 8 else { return lines + [StyledLine(margin + "and \(entries.count - index) more")] }
                lines.append(StyledLine(margin))
            }
            var current = lines.removeLast()
            if current.width > indent { current.append("   ") }
            current.append(entry.sample, foreground: entry.color)
            current.append(" " + name)
            lines.append(current)
        }
        return lines
    }

    private static let markers: [Character] = ["*", "+", "o", "x", "#", "@", "%", "="]

    /// Which of the points along a line are drawn, by turns. Where there are no colours and no styles are given, lines
    /// differ by it.
    private func dashes(of index: Int, in series: [Series]) -> [Bool] {
        if let style = series[index].style { return style.dots }
        guard !hasColor, !isASCII, series.allSatisfy({ $0.style == nil }) else { return LineStyle.solid.dots }
        return LineStyle.allCases[index % LineStyle.allCases.count].dots
    }
}

extension LineStyle {
    fileprivate var dots: [Bool] {
        switch self {
        case .solid: [true]
        case .dashed: [true, true, true, true, false, false, false]
        case .dotted: [true, false, false]
        case .dashDotted: [true, true, true, true, true, false, false, true, false, false]
        }
    }
}

extension Marker {
    /// What stands for it where there are no dots.
    fileprivate var character: Character {
        switch self {
        case .disc: "o"
        case .square: "#"
        case .triangle: "^"
        case .diamond: "@"
        case .downTriangle: "v"
        case .plus: "+"
        case .cross: "x"
        case .star: "*"
        case .dot, .none: "."
        }
    }
}

extension RGB {
    func mixed(with other: RGB, part: Double) -> RGB {
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Double(a) + part * (Double(b) - Double(a))).rounded()) }
        return RGB(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
}
