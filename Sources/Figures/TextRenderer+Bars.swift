import Glibc

extension TextRenderer {
    func lines(of chart: BarChart) -> [StyledLine] {
        guard !chart.labels.isEmpty, !chart.groups.isEmpty else { return emptyLines(chart.title, "no bars") }
        let colors = chart.groups.enumerated().map { $1.color(0) ?? Self.seriesColors[$0 % Self.seriesColors.count] }
        let bars = chart.bars.map { bar in
            // A label stands before the first bar of its group.
            Bar(
                label: bar.group == 0 ? bar.label : "", value: bar.value, text: NumberLabel.short(bar.value, digits: 5),
                group: bar.group, color: bar.color)
        }
        return barLines(title: chart.title, bars, colors, y: chart.y)
            + groupLegend(chart.groups.map(\.name), colors)
            + markLines(chart.extras.horizontals, chart.extras.verticals)
    }

    func lines(of histogram: Histogram) -> [StyledLine] {
        let (edges, heights, notFinite) = histogram.heightsBySample()
        guard edges.count > 1 else {
            return emptyLines(
                histogram.title, notFinite > 0 ? "\(counted(notFinite, "value")), none finite" : "no values")
        }
        let edgeLabels = labels(ofEdges: edges)
        let colors = histogram.samples.enumerated().map { $1.color ?? Self.seriesColors[$0 % Self.seriesColors.count] }
        // More bins than a screen has lines are drawn as a field of columns.
        guard (edges.count - 1) * heights.count <= 50 else {
            return columnLines(histogram, edges, heights)
        }
        let bars = (0..<edges.count - 1).flatMap { bin in
            heights.enumerated().map { sample, heights in
                let close = bin == edges.count - 2 ? "]" : ")"
                return Bar(
                    label: sample == 0 ? "[\(edgeLabels[bin]), \(edgeLabels[bin + 1])\(close)" : "",
                    value: heights[bin],
                    text: histogram.isDensity
                        ? NumberLabel.short(heights[bin], digits: 4) : String(Int(heights[bin])), group: sample)
            }
        }
        var lines = barLines(title: histogram.title, bars, colors, y: histogram.y)
        lines += groupLegend(histogram.samples.map(\.name), colors)
        lines += markLines(histogram.extras.horizontals, histogram.extras.verticals)
        if notFinite > 0 { lines += remark("\(counted(notFinite, "value")) not finite") }
        return lines
    }

    /// The outline of many bins.
    private func columnLines(_ histogram: Histogram, _ edges: [Double], _ heights: [[Double]]) -> [StyledLine] {
        let series = zip(histogram.samples, heights).map { sample, heights in
            var outline = Series(
                name: sample.name, x: heights.indices.flatMap { [edges[$0], edges[$0 + 1]] },
                y: heights.flatMap { [$0, $0] })
            outline.color = sample.color
            return outline
        }
        var y = histogram.y
        y.label = y.label ?? histogram.heightLabel
        return lines(
            ofLines: Chart(title: histogram.title, series: series, x: histogram.x, y: y, extras: histogram.extras))
    }

    private func groupLegend(_ names: [String?], _ colors: [RGB]) -> [StyledLine] {
        guard names.count > 1 || names.contains(where: { $0 != nil }) else { return [] }
        let entries = names.enumerated().map { index, name in
            (sample: String(Self.fill(index, isASCII, hasColor)), name: name ?? "\(index + 1)", color: colors[index])
        }
        return legendLines(entries, indent: 1, width: chartWidth)
    }

    /// Where marks are that bars cannot show.
    private func markLines(_ horizontals: [Double], _ verticals: [Double]) -> [StyledLine] {
        let marks = (horizontals + verticals).prefix(10).map { NumberLabel.short($0, digits: 4) }
        return marks.isEmpty ? [] : remark("marked: \(marks.joined(separator: ", "))")
    }

    /// As short as they can be while neighbours differ, and of one width.
    private func labels(ofEdges edges: [Double]) -> [String] {
        let spacing = edges.count > 1 ? abs(edges[1] / 2 - edges[0] / 2) * 2 : 1
        let largest = edges.map { abs($0) }.max() ?? 0
        var texts: [String] = []
        if largest < 1e7, spacing > 1e-6 {
            for decimals in 0...8 {
                texts = edges.map { NumberLabel.fixed($0, decimals: decimals) }
                let error = zip(edges, texts).map { abs($0 - (Double($1) ?? $0)) }.max() ?? 0
                if error <= spacing * 0.01 { break }
            }
        } else {
            texts = edges.map { NumberLabel.short($0, digits: 5) }
        }
        let width = texts.map(displayWidth).max() ?? 0
        return texts.map { padded($0, to: width, .right) }
    }

    private struct Bar {
        var label: String
        var value: Double
        var text: String
        var group: Int
        var color: RGB?
    }

    /// What a bar is made of: groups differ by it where there are no colours.
    private static func fill(_ group: Int, _ isASCII: Bool, _ hasColor: Bool) -> Character {
        let fills: [Character] = isASCII ? ["#", "=", "o", "-"] : hasColor ? ["█"] : ["█", "▒", "░", "▚"]
        return fills[group % fills.count]
    }

    private func barLines(title: String?, _ bars: [Bar], _ colors: [RGB], y: Axis) -> [StyledLine] {
        let labels = bars.map { truncated(singleLine($0.label), to: max(chartWidth / 3, 8), ellipsis: ellipsis) }
        let labelWidth = labels.map(displayWidth).max() ?? 0
        let textWidth = bars.map { displayWidth($0.text) }.max() ?? 0
        let y = y.withRoomForBars(bars.lazy.map(\.value))
        func placed(_ value: Double) -> Double { y.isLogarithmic ? (value > 0 ? log10(value) : .nan) : value }
        let finite = bars.map { placed($0.value) }.filter(\.isFinite)
        let low = y.low.map(placed)
        // Zero is always in sight: the length is what the eye compares.
        let base = y.isLogarithmic ? low ?? 0 : 0
        let range = ValueRange(low ?? min(finite.min() ?? 0, 0), y.high.map(placed) ?? max(finite.max() ?? base, base))
        let room = max(chartWidth - labelWidth - textWidth - 3, 8)
        let isEmpty = range.low >= range.high
        func fraction(_ value: Double) -> Double { min(max(range.fraction(of: value), 0), 1) }
        let zero = isEmpty ? 0 : Int((fraction(base) * Double(room)).rounded())

        var lines = titleLine(title, width: chartWidth)
        for (bar, label) in zip(bars, labels) {
            var line = StyledLine(padded(label, to: labelWidth, .right) + " " + (isASCII ? "|" : "▏"))
            var value = placed(bar.value)
            if value.isInfinite { value = value < 0 ? range.low : range.high }
            let color = bar.color ?? colors[bar.group]
            let fill = Self.fill(bar.group, isASCII, hasColor)
            if value.isNaN || isEmpty {
                line.append(String(repeating: " ", count: zero))
            } else if value < base {
                let start = Int((fraction(value) * Double(room)).rounded())
                line.append(String(repeating: " ", count: min(start, zero)))
                line.append(String(repeating: fill, count: max(zero - start, 0)), foreground: color)
            } else {
                line.append(String(repeating: " ", count: zero))
                line.append(barText((fraction(value) - fraction(base)) * Double(room), fill), foreground: color)
            }
            line.append((value < base || value.isNaN ? " " : line.width > labelWidth + 2 + zero ? " " : "") + bar.text)
            lines.append(line)
        }
        return lines
    }

    /// A bar of a length in characters, to an eighth of one where the place can show it.
    private func barText(_ length: Double, _ fill: Character) -> String {
        guard length > 0 else { return "" }
        if isASCII { return String(repeating: fill, count: Int(length.rounded())) }
        let eighths = Int((length * 8).rounded())
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        // What is not zero can be seen.
        if eighths == 0 { return "▏" }
        let end = fill == "█" ? parts[eighths % 8] : eighths % 8 >= 4 ? String(fill) : ""
        return String(repeating: fill, count: eighths / 8) + end
    }

    // MARK: - Box plots

    func lines(of chart: BoxChart) -> [StyledLine] {
        let summaries = chart.samples.map { BoxChart.summary($0.values) }
        guard !chart.samples.isEmpty else { return emptyLines(chart.title, "no samples") }
        let labels = chart.samples.map { truncated(singleLine($0.label), to: 24, ellipsis: ellipsis) }
        let labelWidth = labels.map(displayWidth).max() ?? 0
        let columns = max(columnCount(chart.extras.size) - labelWidth - 2, 10)
        let values = chart.samples.flatMap(\.values).filter(\.isFinite) + chart.extras.horizontals
        // Boxes lie here, so that the axis of values is the horizontal one.
        guard let scale = horizontalScale(values, axis: chart.y, columns: columns) else {
            return emptyLines(chart.title, "no finite values")
        }
        let canvas = DotCanvas(columns: columns, rows: 1, charset: .ascii)
        var lines = titleLine(chart.title, width: labelWidth + 2 + columns)
        for (index, summary) in summaries.enumerated() {
            var line = StyledLine(padded(labels[index], to: labelWidth, .right) + " " + (isASCII ? "|" : "│"))
            let color = chart.samples[index].color ?? Self.seriesColors[0]
            line.append(boxText(summary, scale, canvas), foreground: color)
            lines.append(line)
        }
        let end = labelWidth + 2 + columns
        lines += horizontalAxis(scale, canvas: canvas, indent: labelWidth + 1, end: end)
        lines += horizontalLabel(chart.y.label, columns: columns, indent: labelWidth + 2)
        lines += markLines(chart.extras.horizontals, [])
        let missing = chart.samples.reduce(0) { $0 + $1.values.count { !chart.y.holds($0) } }
        if missing > 0 { lines += remark("\(counted(missing, "value")) not finite") }
        return lines
    }

    private func boxText(_ summary: BoxChart.Summary?, _ scale: Scale, _ canvas: DotCanvas) -> String {
        guard let summary else { return isASCII ? "(none)" : "(no finite values)" }
        var cells = [Character](repeating: " ", count: canvas.columns)
        func column(_ value: Double) -> Int {
            let place = scale.position(of: value) ?? 0
            return canvas.column(min(max(place, 0), 1))
        }
        func set(_ value: Double, _ character: Character) {
            guard let place = scale.position(of: value), Clipping.holds((place, 0)) else { return }
            cells[column(value)] = character
        }
        for place in column(summary.low)...max(column(summary.high), column(summary.low)) {
            cells[place] = isASCII ? "-" : "─"
        }
        let box = column(summary.lowerQuartile)...max(column(summary.upperQuartile), column(summary.lowerQuartile))
        for place in box { cells[place] = isASCII ? "=" : "█" }
        for outlier in summary.outliers { set(outlier, isASCII ? "o" : "○") }
        set(summary.low, isASCII ? "|" : "├")
        set(summary.high, isASCII ? "|" : "┤")
        set(summary.median, isASCII ? "|" : "▒")
        return String(cells)
    }
}
