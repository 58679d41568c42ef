import Glibc

extension GnuplotRenderer {
    static func script(of grid: ImageGrid, on canvas: FigureCanvas) -> GnuplotScript {
        let images = grid.images
        guard let first = images.first else { return empty(grid.title, "no images", on: canvas) }
        guard images.allSatisfy({ $0.width > 0 && $0.height > 0 }) else {
            return empty(grid.title, "an image without pixels, \(first.height) x \(first.width)", on: canvas)
        }
        let margin = FigureStyle.margin
        let gap = 10.0
        let columns =
            grid.columns.map { max(1, min($0, images.count)) } ?? columnCount(images.count, width: canvas.width)
        let rows = (images.count + columns - 1) / columns
        let most = images.count == 1 ? 320.0 : 170
        let cellWidth = min(most, (canvas.width - 2 * margin + gap) / Double(columns) - gap)
        let aspect = images.map { Double($0.height) / Double($0.width) }.max() ?? 1
        let cellHeight = min(cellWidth * aspect, 1.3 * most)
        let captions = images.indices.map { $0 < grid.captions.count ? singleLine(grid.captions[$0]) : "" }
        let captionHeight = captions.contains { !$0.isEmpty } ? 20.0 : 0
        let note = grid.brightnessNote
        let used = Double(columns) * (cellWidth + gap) - gap
        // Room for the words, where the images are small.
        let width = max(used + 2 * margin, grid.title == nil && note == nil ? 0 : min(420, canvas.width))
        let height =
            titleHeight(grid.title, width: width) + Double(rows) * (cellHeight + captionHeight + gap) - gap + margin
            + (note == nil ? 0 : 22)

        var script = GnuplotScript(width: width.rounded(.up), height: height.rounded(.up))
        let top = addTitle(grid.title, to: &script)
        for (index, image) in images.enumerated() {
            let left = (script.width - used) / 2 + Double(index % columns) * (cellWidth + gap)
            let upper = script.height - top - Double(index / columns) * (cellHeight + captionHeight + gap)
            if !captions[index].isEmpty {
                let room = Int(cellWidth / (FigureStyle.noteSize * FigureStyle.columnWidth))
                script.text(
                    truncated(captions[index], to: room), x: left + cellWidth / 2, y: upper - 9, .center,
                    size: FigureStyle.noteSize)
            }
            let scale = min(cellWidth / Double(image.width), cellHeight / Double(image.height))
            let (shownWidth, shownHeight) = (scale * Double(image.width), scale * Double(image.height))
            let pixels = pixels(of: image, brightness: grid.range(ofImage: index), shownWidth, shownHeight)
            script.picture(
                pixels.colors, columns: pixels.width, rows: pixels.height, x: left + (cellWidth - shownWidth) / 2,
                y: upper - captionHeight - (cellHeight + shownHeight) / 2, width: shownWidth, height: shownHeight)
        }
        if let note { addNote(note, to: &script) }
        return script
    }

    /// Wider than high, with few places left empty.
    private static func columnCount(_ count: Int, width: Double) -> Int {
        // Beside other figures there is less room.
        let isNarrow = width < FigureStyle.chartWidth
        guard count > (isNarrow ? 3 : 6) else { return count }
        let best = (Double(count) * (isNarrow ? 1.2 : 1.7)).squareRoot()
        let candidates = max(2, Int(best.rounded(.down)) - 1)...min(count, Int(best.rounded(.up)) + 2)
        func cost(_ columns: Int) -> Double {
            let empty = (columns - count % columns) % columns
            return abs(Double(columns) - best) + Double(empty) * 0.8
        }
        return candidates.min { cost($0) < cost($1) } ?? count
    }

    /// All of an image's pixels, or as many as can be seen of a large one.
    private static func pixels(
        of image: Image, brightness: ValueRange?, _ shownWidth: Double, _ shownHeight: Double
    ) -> (colors: [RGB], width: Int, height: Int) {
        let width = max(1, min(image.width, Int(shownWidth * FigureStyle.pixelRatio)))
        let height = max(1, min(image.height, Int(shownHeight * FigureStyle.pixelRatio)))
        let colors = image.resized(to: (height, width), brightness: brightness)
        return (colors.map { $0 ?? FigureStyle.notANumber }, width, height)
    }

    static func script(of map: HeatMap, on canvas: FigureCanvas) -> GnuplotScript {
        guard map.rowCount > 0, map.columnCount > 0 else { return empty(map.title, "an empty matrix", on: canvas) }
        guard let range = map.range else { return empty(map.title, "no finite values", on: canvas) }
        let margin = FigureStyle.margin
        let rowLabels = labels(map.rowLabels, map.rowCount)
        let columnLabels = labels(map.columnLabels, map.columnCount)
        let xLabel = map.x.label.map(singleLine) ?? ""
        let yLabel = map.y.label.map(singleLine) ?? ""
        let widestRow = rowLabels.map { FigureStyle.width(of: $0) }.max() ?? 0
        let widestColumn = columnLabels.map { FigureStyle.width(of: $0) }.max() ?? 0
        var left = margin + widestRow + 8 + (yLabel.isEmpty ? 0 : 22)
        let barRoom = 90.0

        // Cells are square unless the matrix is very long one way.
        let widest = max(canvas.width - left - barRoom, 40) / Double(map.columnCount)
        let cellWidth = max(min(54, widest), 0.5)
        let cellHeight = max(min(cellWidth, 640 / Double(map.rowCount)), min(16, 640 / Double(map.rowCount)), 0.5)
        let isSlanted = widestColumn + 6 > cellWidth && widestColumn > 20
        if isSlanted, let first = columnLabels.first {
            left = max(left, FigureStyle.width(of: first) * 0.77 - cellWidth / 2 + 4)
        }
        let columnLabelHeight = isSlanted ? widestColumn * 0.64 + 14 : 20
        let (mapWidth, mapHeight) = (cellWidth * Double(map.columnCount), cellHeight * Double(map.rowCount))
        let width = max(left + mapWidth + barRoom, 320).rounded(.up)
        let top = titleHeight(map.title, width: width)
        let bottom = margin + columnLabelHeight + (xLabel.isEmpty ? 0 : 22)
        var script = GnuplotScript(width: width, height: (top + mapHeight + bottom).rounded(.up))
        _ = addTitle(map.title, to: &script)

        script.picture(
            map.values.map { $0.isFinite ? Shade.color(range.shadeFraction(of: $0)) : FigureStyle.notANumber },
            columns: map.columnCount, rows: map.rowCount, x: left, y: bottom, width: mapWidth, height: mapHeight)

        let everyRow = max(Int((15 / cellHeight).rounded(.up)), 1)
        let everyColumn = max(Int(((isSlanted ? 15 : widestColumn + 6) / cellWidth).rounded(.up)), 1)
        for row in stride(from: 0, to: map.rowCount, by: everyRow) {
            let y = bottom + mapHeight - cellHeight * (Double(row) + 0.5)
            script.text(rowLabels[row], x: left - 8, y: y, .right)
        }
        for column in stride(from: 0, to: map.columnCount, by: everyColumn) {
            let x = left + cellWidth * (Double(column) + 0.5)
            if isSlanted {
                script.text(columnLabels[column], x: x + 3, y: bottom - 9, .right, rotated: 40)
            } else {
                script.text(columnLabels[column], x: x, y: bottom - 12, .center)
            }
        }
        let texts = TextRenderer.cellTexts(map.values)
        let textWidth = texts.map { FigureStyle.width(of: $0, size: FigureStyle.noteSize) }.max() ?? 0
        if textWidth + 4 <= cellWidth, cellHeight >= 14 {
            for (index, value) in map.values.enumerated() {
                script.text(
                    texts[index], x: left + cellWidth * (Double(index % map.columnCount) + 0.5),
                    y: bottom + mapHeight - cellHeight * (Double(index / map.columnCount) + 0.5), .center,
                    size: FigureStyle.noteSize,
                    color: value.isFinite && range.shadeFraction(of: value) > 0.6
                        ? FigureStyle.ink : FigureStyle.background)
            }
        }
        if !xLabel.isEmpty {
            script.text(xLabel, x: left + mapWidth / 2, y: bottom - columnLabelHeight - 12, .center)
        }
        if !yLabel.isEmpty {
            script.text(yLabel, x: margin + 6, y: bottom + mapHeight / 2, .center, rotated: 90)
        }
        addScaleBar(range, x: left + mapWidth + 16, y: bottom, height: mapHeight, to: &script)
        return script
    }

    /// A strip of all shades with the values that they stand for.
    static func addScaleBar(
        _ range: ValueRange, x: Double, y: Double, height: Double, to script: inout GnuplotScript
    ) {
        let steps = 64
        let shades = (0..<steps).reversed().map { Shade.color((Double($0) + 0.5) / Double(steps)) }
        script.picture(shades, columns: 1, rows: steps, x: x, y: y, width: 12, height: height)
        let count = min(max(Int(height / 40), 2), 8)
        let scale = Scale(values: [range.low, range.high], tickCount: count, isRoomy: false)
        for tick in range.low == range.high
            ? [(range.low, NumberLabel.short(range.low, digits: 3))] : scale?.ticks ?? []
        {
            let place = y + height * range.shadeFraction(of: tick.0)
            script.line(x + 12, place, x + 15, place, FigureStyle.ink)
            script.text(tick.1, x: x + 18, y: place, size: FigureStyle.noteSize)
        }
    }

    private static func labels(_ given: [String], _ count: Int) -> [String] {
        (0..<count).map { truncated(singleLine($0 < given.count ? given[$0] : String($0)), to: 24) }
    }
}
