extension TextRenderer {
    func lines(of chart: BarChart) -> [StyledLine] {
        guard !chart.bars.isEmpty else { return emptyLines(chart.title, "no bars") }
        return barLines(
            title: chart.title, chart.bars.map { ($0.label, $0.value, NumberLabel.short($0.value, digits: 5)) })
    }

    func lines(of histogram: Histogram) -> [StyledLine] {
        let (edges, counts, notFinite) = histogram.bins()
        guard !counts.isEmpty else {
            return emptyLines(
                histogram.title, notFinite > 0 ? "\(counted(notFinite, "value")), none finite" : "no values")
        }
        let edgeLabels = labels(ofEdges: edges)
        let bars = counts.enumerated().map { index, count in
            let close = index == counts.count - 1 ? "]" : ")"
            return ("[\(edgeLabels[index]), \(edgeLabels[index + 1])\(close)", Double(count), String(count))
        }
        var lines = barLines(title: histogram.title, bars)
        if notFinite > 0 { lines.append(StyledLine("(\(counted(notFinite, "value")) not finite)")) }
        return lines
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

    private func barLines(title: String?, _ bars: [(label: String, value: Double, text: String)]) -> [StyledLine] {
        let labels = bars.map { truncated(singleLine($0.label), to: max(chartWidth / 3, 8), ellipsis: ellipsis) }
        let labelWidth = labels.map(displayWidth).max() ?? 0
        let textWidth = bars.map { displayWidth($0.text) }.max() ?? 0
        let finite = bars.map(\.value).filter(\.isFinite)
        // Zero is always in sight: the length is what the eye compares.
        let range = ValueRange(min(finite.min() ?? 0, 0), max(finite.max() ?? 0, 0))
        let room = max(chartWidth - labelWidth - textWidth - 3, 8)
        let zero = range.low == range.high ? 0 : Int((range.fraction(of: 0) * Double(room)).rounded())

        var lines = titleLine(title, width: chartWidth)
        for (bar, label) in zip(bars, labels) {
            var line = StyledLine(padded(label, to: labelWidth, .right) + " " + (isASCII ? "|" : "▏"))
            var value = bar.value
            if value.isInfinite { value = value < 0 ? range.low : range.high }
            let color = Self.seriesColors[0]
            if value.isNaN || range.low == range.high {
                line.append(String(repeating: " ", count: zero))
            } else if value < 0 {
                let start = Int((range.fraction(of: value) * Double(room)).rounded())
                line.append(String(repeating: " ", count: min(start, zero)))
                line.append(String(repeating: isASCII ? "#" : "█", count: max(zero - start, 0)), foreground: color)
            } else {
                line.append(String(repeating: " ", count: zero))
                let length = (range.fraction(of: value) - range.fraction(of: 0)) * Double(room)
                line.append(barText(length), foreground: color)
            }
            line.append((value < 0 || value.isNaN ? " " : line.width > labelWidth + 2 + zero ? " " : "") + bar.text)
            lines.append(line)
        }
        return lines
    }

    /// A bar of a length in characters, to an eighth of one where the place can show it.
    private func barText(_ length: Double) -> String {
        guard length > 0 else { return "" }
        if isASCII { return String(repeating: "#", count: Int(length.rounded())) }
        let eighths = Int((length * 8).rounded())
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        // What is not zero can be seen.
        return eighths == 0 ? "▏" : String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }
}
