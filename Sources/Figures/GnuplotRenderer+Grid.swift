extension GnuplotRenderer {
    /// Figures in rows; the more stand beside each other, the smaller each is drawn.
    static func script(of grid: FigureGrid, on canvas: FigureCanvas) -> GnuplotScript {
        let rows = grid.rows.filter { !$0.isEmpty }
        guard let most = rows.map(\.count).max() else { return empty(grid.title, "no figures", on: canvas) }
        let gap = 6.0
        // Wider than a single figure, so that the texts of each keep their room.
        let whole = canvas.width * (most == 1 ? 1 : min(1 + 0.3 * Double(most - 1), 2.2))
        let placed = rows.map { row in
            let width = (whole + gap) / Double(row.count) - gap
            let least = min(canvas.height, max(width * 0.72, 200))
            let parts = row.map { script($0, on: FigureCanvas(width: width, height: least)) }
            // Charts are as high as what stands beside them.
            let height = min(parts.map(\.height).max() ?? least, max(width, least))
            return zip(row, parts).map { figure, part in
                figure.isStretchable && part.height < height
                    ? script(figure, on: FigureCanvas(width: width, height: height)) : part
            }
        }
        let heights = placed.map { $0.map(\.height).max() ?? 0 }
        let widths = placed.map { row in row.reduce(-gap) { $0 + $1.width + gap } }
        let width = max(widths.max() ?? 0, 200)
        let title = grid.title == nil ? 0 : titleHeight(grid.title, width: width)
        var result = GnuplotScript(
            width: width.rounded(.up), height: (heights.reduce(title - gap) { $0 + $1 + gap }).rounded(.up))
        _ = addTitle(grid.title, to: &result)
        var top = result.height - title
        for (row, height) in zip(placed, heights) {
            let used = row.reduce(-gap) { $0 + $1.width + gap }
            // What is narrower than its cell stands in the middle of it.
            let spare = max(result.width - used, 0) / Double(row.count)
            var x = spare / 2
            for part in row {
                result.place(part, x: x, y: top - (height + part.height) / 2)
                x += part.width + gap + spare
            }
            top -= height + gap
        }
        return result
    }

    /// Boxes below each other, with the shapes between them.
    static func script(of diagram: Diagram, on canvas: FigureCanvas) -> GnuplotScript {
        guard !diagram.nodes.isEmpty else { return empty(diagram.title, "no layers", on: canvas) }
        let names = diagram.nodes.map { truncated(singleLine($0.name), to: 32) }
        let details = diagram.nodes.map { truncated(singleLine($0.detail), to: 40) }
        let inner =
            zip(names, details).map {
                FigureStyle.width(of: $0) * 1.1 + FigureStyle.width(of: $1, size: FigureStyle.noteSize) + 36
            }.max() ?? 0
        let sides =
            diagram.nodes.map {
                max(FigureStyle.width(of: $0.shape), FigureStyle.width(of: $0.parameters, size: FigureStyle.noteSize))
            }.max() ?? 0
        let (boxHeight, gap) = (30.0, diagram.isChain ? 22.0 : 8.0)
        let boxWidth = max(inner, 140)
        let noteWidth = FigureStyle.width(of: diagram.note, size: FigureStyle.noteSize)
        let width = max(boxWidth + sides + 18, noteWidth, 232) + 2 * FigureStyle.margin
        let note = diagram.note.isEmpty ? 0 : 22.0
        let title = titleHeight(diagram.title, width: width)
        let count = Double(diagram.nodes.count)
        var script = GnuplotScript(
            width: width.rounded(.up),
            height: (title + count * (boxHeight + gap) - gap + FigureStyle.margin + note).rounded(.up))
        _ = addTitle(diagram.title, to: &script)
        let left = FigureStyle.margin
        let center = left + boxWidth / 2
        for (index, node) in diagram.nodes.enumerated() {
            let top = script.height - title - Double(index) * (boxHeight + gap)
            let bottom = top - boxHeight
            let color = FigureStyle.color(node.parameters.isEmpty ? 5 : 0)
            script.rectangle(
                left, bottom, left + boxWidth, top, color.mixed(with: FigureStyle.background, part: 0.82), border: color
            )
            script.text(names[index], x: left + 10, y: (top + bottom) / 2, isBold: true)
            script.text(
                details[index], x: left + boxWidth - 10, y: (top + bottom) / 2, .right, size: FigureStyle.noteSize)
            let isTwoLines = !node.parameters.isEmpty
            script.text(
                singleLine(node.shape), x: left + boxWidth + 12, y: (top + bottom) / 2 + (isTwoLines ? 7 : 0))
            script.text(
                singleLine(node.parameters), x: left + boxWidth + 12, y: (top + bottom) / 2 - 8,
                size: FigureStyle.noteSize, color: FigureStyle.faintInk)
            if diagram.isChain, index + 1 < diagram.nodes.count {
                script.arrow(center, bottom - 2, center, bottom - gap + 2, FigureStyle.faintInk)
            }
        }
        if !diagram.note.isEmpty {
            script.text(
                singleLine(diagram.note), x: left, y: FigureStyle.margin, size: FigureStyle.noteSize,
                color: FigureStyle.faintInk)
        }
        return script
    }
}

extension Figure {
    /// Whether it fills any height.
    fileprivate var isStretchable: Bool {
        switch self {
        case .lines(let chart), .scatter(let chart): chart.extras.size == nil
        case .bars(let chart): chart.extras.size == nil
        case .histogram(let histogram): histogram.extras.size == nil
        case .boxes(let chart): chart.extras.size == nil
        case .images, .heatMap, .diagram, .table, .grid: false
        }
    }
}
