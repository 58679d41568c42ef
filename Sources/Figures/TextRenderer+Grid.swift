extension TextRenderer {
    /// Figures beside each other where each can still be read, and below each other elsewhere.
    func lines(of grid: FigureGrid) -> [StyledLine] {
        guard grid.rows.contains(where: { !$0.isEmpty }) else { return emptyLines(grid.title, "no figures") }
        let gap = 2
        let leastWidth = 36
        var lines: [StyledLine] = []
        for row in grid.rows where !row.isEmpty {
            let most = max((capabilities.width + gap) / (leastWidth + gap), 1)
            for start in stride(from: 0, to: row.count, by: most) {
                let part = row[start..<min(start + most, row.count)]
                if !lines.isEmpty { lines.append(StyledLine()) }
                lines += rowLines(Array(part), gap: gap)
            }
        }
        let width = min(lines.map(\.width).max() ?? 0, capabilities.width)
        return titleLine(grid.title, width: width) + lines
    }

    private func rowLines(_ figures: [Figure], gap: Int) -> [StyledLine] {
        guard figures.count > 1 else { return figures.first.map { self.lines(of: $0) } ?? [] }
        var cell = capabilities
        cell.width = (capabilities.width + gap) / figures.count - gap
        let parts = figures.map { TextRenderer(cell).lines(of: $0) }
        return (0..<(parts.map(\.count).max() ?? 0)).map { index in
            var line = StyledLine()
            for (place, part) in parts.enumerated() {
                let start = place * (cell.width + gap)
                line.append(String(repeating: " ", count: max(start - line.width, place == 0 ? 0 : 1)))
                if index < part.count { line.append(part[index]) }
            }
            return line
        }
    }

    /// The layers as boxes of text, one below the other.
    func lines(of diagram: Diagram) -> [StyledLine] {
        guard !diagram.nodes.isEmpty else { return emptyLines(diagram.title, "no layers") }
        let most = max(capabilities.width / 3, 12)
        let names = diagram.nodes.map { truncated(singleLine($0.name), to: most, ellipsis: ellipsis) }
        let details = diagram.nodes.map { truncated(singleLine($0.detail), to: most, ellipsis: ellipsis) }
        let shapes = diagram.nodes.map { singleLine($0.shape) }
        let nameWidth = names.map(displayWidth).max() ?? 0
        let detailWidth = details.map(displayWidth).max() ?? 0
        let shapeWidth = shapes.map(displayWidth).max() ?? 0
        let inner = nameWidth + detailWidth + 2
        let (left, right, across, down) = isASCII ? ("| ", " |", "-", "|") : ("│ ", " │", "─", "▼")
        func border(_ start: String, _ end: String) -> StyledLine {
            StyledLine(start + String(repeating: across, count: inner + 2) + end)
        }
        var lines = titleLine(diagram.title, width: inner + 4)
        for index in diagram.nodes.indices {
            if index > 0, diagram.isChain {
                lines.append(StyledLine(String(repeating: " ", count: inner / 2 + 1) + down))
            }
            lines.append(isASCII ? border("+", "+") : border("╭", "╮"))
            var line = StyledLine(left)
            line.append(padded(names[index], to: nameWidth), isBold: true)
            line.append(
                "  " + padded(details[index], to: detailWidth) + right + "  " + padded(shapes[index], to: shapeWidth))
            line.append("  " + singleLine(diagram.nodes[index].parameters))
            lines.append(line)
            lines.append(isASCII ? border("+", "+") : border("╰", "╯"))
        }
        if !diagram.note.isEmpty { lines.append(StyledLine(singleLine(diagram.note))) }
        return lines
    }
}
