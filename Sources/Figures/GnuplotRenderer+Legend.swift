/// A sample and a name in a legend.
struct LegendEntry {
    enum Sample {
        case line(marker: Int?, style: LineStyle)
        case point(marker: Int)
        case box
    }

    var name: String
    var color: RGB
    var opacity = 1.0
    var sample: Sample
}

extension GnuplotRenderer {
    /// A sample and a name for each series, in rows.
    ///
    /// - Returns: The height that they take.
    static func addLegend(_ entries: [LegendEntry], from top: Double, to script: inout GnuplotScript) -> Double {
        guard !entries.isEmpty else { return 0 }
        let room = script.width - 2 * FigureStyle.margin - 30
        let columns = max(Int((room - 40) / (FigureStyle.fontSize * FigureStyle.columnWidth)), 4)
        let names = entries.map { truncated(singleLine($0.name), to: columns) }
        var rows: [[Int]] = [[]]
        var used = 0.0
        func sampleWidth(_ index: Int) -> Double { if case .line = entries[index].sample { 34 } else { 20 } }
        func entryWidth(_ index: Int) -> Double { sampleWidth(index) + FigureStyle.width(of: names[index]) + 18 }
        for index in entries.indices {
            if used > 0, used + entryWidth(index) > room {
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append(index)
            used += entryWidth(index)
        }
        // A legend that fills the picture tells nothing.
        let shown = Array(rows.prefix(6))
        for (row, indices) in shown.enumerated() {
            let y = script.height - top - 12 - 19 * Double(row)
            var x = (script.width - indices.reduce(-18) { $0 + entryWidth($1) }) / 2
            for index in indices {
                addSample(entries[index], x: x, y: y, to: &script)
                script.text(names[index], x: x + sampleWidth(index), y: y)
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

    private static func addSample(_ entry: LegendEntry, x: Double, y: Double, to script: inout GnuplotScript) {
        let color = entry.color.hex(opacity: entry.opacity)
        func point(_ marker: Int, at place: Double) {
            script.plot([GnuplotScript.row((place, y))], "with points pt \(marker) ps 0.8 lc rgb '\(color)'")
        }
        switch entry.sample {
        case .line(let marker, let style):
            script.stroke(
                [[(x, y), (x + 26, y)]], entry.color, width: FigureStyle.lineWidth, style: style,
                opacity: entry.opacity)
            if let marker { point(marker, at: x + 13) }
        case .point(let marker): point(marker, at: x + 7)
        case .box: script.rectangle(x, y - 5, x + 14, y + 5, entry.color, opacity: entry.opacity)
        }
    }
}
