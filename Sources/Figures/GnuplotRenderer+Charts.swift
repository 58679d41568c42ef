/// The rectangle of a chart in which its data are drawn, with a scale on each side.
struct ChartField {
    let left: Double
    let bottom: Double
    let right: Double
    let top: Double
    let x: Scale?
    let y: Scale
    /// Marks at both ends stand clear of the frame.
    var inset = 10.0

    func x(_ value: Double) -> Double? {
        x?.position(of: value).map { left + inset + $0 * (right - left - 2 * inset) }
    }

    func y(_ value: Double) -> Double? { y.position(of: value).map { bottom + $0 * (top - bottom) } }

    /// Where a point of the data is, in parts of the scales.
    func part(_ px: Double, _ py: Double) -> Clipping.Point? {
        x?.position(of: px).flatMap { x in y.position(of: py).map { (x, $0) } }
    }

    func point(_ part: Clipping.Point) -> (x: Double, y: Double) {
        (left + inset + part.x * (right - left - 2 * inset), bottom + part.y * (top - bottom))
    }
}

extension GnuplotRenderer {
    static func script(of chart: Chart, isScatter: Bool, on canvas: FigureCanvas) -> GnuplotScript {
        let (x, y) = (chart.x, chart.y)
        let points = chart.series.flatMap { zip($0.x, $0.y) }
        let drawn = points.filter { x.holds($0.0) && y.holds($0.1) }
        let missing = drawn.count < points.count ? missingPoints(points.count, drawn: drawn.count, x, y) : nil
        let canvas = canvas.sized(chart.extras.size)
        let extent = chart.extent(drawn)
        guard
            let yScale = Scale(
                values: extent.y, axis: y, tickCount: tickCount(height: canvas.height), isRoomy: chart.isRoomy),
            let xScale = horizontalScale(extent.x, axis: x, width: canvas.width)
        else { return empty(chart.title, missing ?? "nothing to plot", on: canvas) }

        var script = GnuplotScript(width: canvas.width, height: canvas.height)
        var top = addTitle(chart.title, to: &script)
        top += addLegend(legend(of: chart, isScatter: isScatter), from: top, to: &script)
        let levels = chart.background?.coloring == .levels ? chart.background?.levels ?? [] : []
        let shades = levels.isEmpty ? chart.shadeRange : nil
        let field = addAxes(
            x, y, xScale, yScale, top: top, hasNote: missing != nil,
            rightRoom: levels.isEmpty && shades == nil ? 0 : 72, isTight: chart.background != nil, to: &script)
        if let surface = chart.background { addSurface(surface, chart, levels, field, to: &script) }
        for (index, series) in chart.series.enumerated() {
            addBand(series, index, field, to: &script)
        }
        addGuides(chart.extras, field, to: &script)
        // The points of all series look alike.
        let crowd = chart.series.map { min($0.x.count, $0.y.count) }.max() ?? 0
        for (index, series) in chart.series.enumerated() {
            let places = zip(series.x, series.y).untilInterrupt.map { field.part($0, $1) }
            if isScatter || series.isPoints {
                addPoints(series, places, index, shades, crowd: crowd, field, to: &script)
            } else {
                addLine(series, places, index, field, to: &script)
            }
            addErrorBars(series, index, field, to: &script)
        }
        addNotes(chart.extras.notes, on: chart.background, field, to: &script)
        let bar = (x: field.right + 16, y: field.bottom, height: field.top - field.bottom)
        if !levels.isEmpty {
            addLevelBar(levels, chart.background, x: bar.x, y: bar.y, height: bar.height, to: &script)
        } else if let shades {
            addScaleBar(shades, x: bar.x, y: bar.y, height: bar.height, to: &script)
        }
        if let missing { addNote(missing, to: &script) }
        return script
    }

    static func tickCount(height: Double) -> Int { min(max(Int(height / 55), 4), 12) }

    static func horizontalScale(_ values: [Double], axis: Axis, width: Double) -> Scale? {
        var count = max(Int(width / 65), 3)
        while true {
            guard let scale = Scale(values: values, axis: axis, tickCount: count, isRoomy: false) else { return nil }
            let widest = scale.ticks.map { FigureStyle.width(of: $0.label) }.max() ?? 0
            if count <= 2 || axis.ticks != nil || Double(scale.ticks.count) * (widest + 12) < width - 90 {
                return scale
            }
            count -= 1
        }
    }

    private static func legend(of chart: Chart, isScatter: Bool) -> [LegendEntry] {
        guard chart.series.contains(where: { $0.name != nil }) || chart.series.count > 1 else { return [] }
        return chart.series.enumerated().filter { $1.name != "" }.map { index, series in
            let marker = marker(of: series, index)
            let isMarked = series.marker != nil || series.y.count <= FigureStyle.mostMarkedPoints
            return LegendEntry(
                name: series.name ?? "\(index + 1)", color: color(of: series, index), opacity: series.opacity ?? 1,
                sample: isScatter || series.isPoints
                    ? .point(marker: marker ?? 7)
                    : .line(marker: isMarked ? marker : nil, style: series.style ?? .solid))
        }
    }

    static func color(of series: Series, _ index: Int) -> RGB { series.color ?? FigureStyle.color(index) }

    private static func marker(of series: Series, _ index: Int) -> Int? {
        series.marker.map { FigureStyle.marker($0) } ?? FigureStyle.marker(index)
    }

    // MARK: - Axes

    /// - Parameters:
    ///   - top: The height that title and legend take.
    ///   - isTight: Whether the horizontal axis ends at the frame, as where its ends are given.
    /// - Returns: The field that is left for the data.
    static func addAxes(
        _ xAxis: Axis, _ yAxis: Axis, _ x: Scale?, _ y: Scale, top: Double, bottomLabels: Double = 18,
        leftRoom: Double = 0,
        hasNote: Bool,
        rightRoom: Double = 0, isTight: Bool = false, to script: inout GnuplotScript
    ) -> ChartField {
        let most = Int(script.width / 4 / (FigureStyle.fontSize * FigureStyle.columnWidth))
        let yTicks = y.ticks.map { ($0.value, truncated(singleLine($0.label), to: most)) }
        let widest = yTicks.map { FigureStyle.width(of: $0.1) }.max() ?? 0
        let xLabel = xAxis.label.map(singleLine) ?? ""
        let yLabel = yAxis.label.map(singleLine) ?? ""
        let margin = FigureStyle.margin
        let left = max(margin + widest + 10 + (yLabel.isEmpty ? 0 : 22), leftRoom)
        let bottom = margin + bottomLabels + (xLabel.isEmpty ? 0 : 22) + (hasNote ? 18 : 0)
        // However small the picture, there is a field.
        var field = ChartField(
            left: left, bottom: bottom, right: max(script.width - margin - 8 - rightRoom, left + 30),
            top: max(script.height - top - 8, bottom + 20), x: x, y: y)
        if isTight || xAxis.low != nil || xAxis.high != nil { field.inset = 0 }
        var lastHeight = -Double.infinity
        for (value, label) in yTicks.sorted(by: { $0.0 < $1.0 }) {
            guard let height = field.y(value) else { continue }
            script.line(field.left, height, field.right, height, FigureStyle.grid)
            // Marks that are given may lie close together.
            guard height - lastHeight >= 13 else { continue }
            script.text(label, x: field.left - 8, y: height, .right)
            lastHeight = height
        }
        if let x { addTicks(x, field, to: &script) }
        script.line(field.left, field.bottom, field.right, field.bottom, FigureStyle.ink)
        script.line(field.left, field.bottom, field.left, field.top, FigureStyle.ink)
        if !xLabel.isEmpty {
            let columns = Int((field.right - field.left) / (FigureStyle.fontSize * FigureStyle.columnWidth))
            script.text(
                truncated(xLabel, to: columns), x: (field.left + field.right) / 2,
                y: field.bottom - bottomLabels - 16, .center)
        }
        if !yLabel.isEmpty {
            let columns = Int((field.top - field.bottom) / (FigureStyle.fontSize * FigureStyle.columnWidth))
            script.text(
                truncated(yLabel, to: columns), x: margin + 6, y: (field.bottom + field.top) / 2, .center, rotated: 90)
        }
        return field
    }

    private static func addTicks(_ x: Scale, _ field: ChartField, to script: inout GnuplotScript) {
        var lastEnd = -Double.infinity
        for tick in x.ticks.sorted(by: { $0.value < $1.value }) {
            guard let place = field.x(tick.value) else { continue }
            script.line(place, field.bottom, place, field.top, FigureStyle.grid)
            script.line(place, field.bottom, place, field.bottom - 4, FigureStyle.ink)
            let label = truncated(singleLine(tick.label), to: 24)
            let half = FigureStyle.width(of: label) / 2
            // Given labels may be long; all stay in the picture.
            let center = max(min(place, script.width - 4 - half), half + 4)
            guard center - half > lastEnd + 4 else { continue }
            script.text(label, x: center, y: field.bottom - 14, .center)
            lastEnd = center + half
        }
    }

    // MARK: - Data

    static func addGuides(_ extras: ChartExtras, _ field: ChartField, to script: inout GnuplotScript) {
        for value in extras.horizontals {
            guard let part = field.y.position(of: value), Clipping.holds((0, part)) else { continue }
            let y = field.point((0, part)).y
            script.stroke([[(field.left, y), (field.right, y)]], FigureStyle.faintInk, width: 1.5, style: .dashed)
        }
        for value in extras.verticals {
            guard let part = field.x?.position(of: value), Clipping.holds((part, 0)) else { continue }
            let x = field.point((part, 0)).x
            script.stroke([[(x, field.bottom), (x, field.top)]], FigureStyle.faintInk, width: 1.5, style: .dashed)
        }
    }

    static func addNotes(
        _ notes: [ChartExtras.Note], on surface: Surface? = nil, _ field: ChartField, to script: inout GnuplotScript
    ) {
        let levels = surface?.coloring == .levels ? surface?.levels ?? [] : []
        for note in notes {
            guard let part = field.part(note.x, note.y), Clipping.holds(part) else { continue }
            let (x, y) = field.point(part)
            let columns = Int((field.right - field.left) / (FigureStyle.fontSize * FigureStyle.columnWidth))
            let text = truncated(singleLine(note.text), to: max(columns, 4))
            let width = FigureStyle.width(of: text) + 7
            // Beside its point, where there is room.
            let fits = x + width <= field.right || x - width < field.left
            let place = fits ? min(x + 7, field.right - width + 7) : x - 7
            let step =
                levels.isEmpty
                ? nil : surface?.value(atX: note.x, y: note.y).flatMap { surface?.step(of: $0, levels: levels) }
            let isDark = step.map { 2 * $0 < levels.count } ?? false
            script.text(
                text, x: place, y: y, fits ? .left : .right, color: isDark ? FigureStyle.background : FigureStyle.ink)
        }
    }

    private static func addBand(_ series: Series, _ index: Int, _ field: ChartField, to script: inout GnuplotScript) {
        guard let band = series.band else { return }
        let color = color(of: series, index)
        let edges = zip(series.x, zip(band.low, band.high)).map { x, edges in
            field.part(x, edges.0).flatMap { low in field.part(x, edges.1).map { (low, $0) } }
        }
        // What lies between gaps is an area of its own.
        for run in edges.split(whereSeparator: { $0 == nil }) {
            let run = run.compactMap { $0 }
            let corners = Clipping.area(run.map(\.0) + run.map(\.1).reversed())
            script.area(corners.map(field.point), color, opacity: 0.22)
        }
    }

    /// Bars from the lower to the upper end with a short stroke at either.
    private static func addErrorBars(
        _ series: Series, _ index: Int, _ field: ChartField, to script: inout GnuplotScript
    ) {
        let bars = series.errorBarPlaces { field.part($0, $1) }.map { (field.point($0.low), field.point($0.high)) }
        let cap = bars.count > 100 ? 0.0 : 4.0
        script.stroke(
            bars.flatMap { low, high -> [[(x: Double, y: Double)]] in
                let stem = [[low, high]]
                guard cap > 0 else { return stem }
                return stem + [low, high].map { [($0.x - cap, $0.y), ($0.x + cap, $0.y)] }
            }, color(of: series, index), width: 1.5, opacity: series.opacity ?? 1)
    }

    /// Clouds of more points leave out those that lie on others.
    private static let mostPoints = 20_000

    private static func addPoints(
        _ series: Series, _ places: [Clipping.Point?], _ index: Int, _ shades: ValueRange?, crowd: Int,
        _ field: ChartField, to script: inout GnuplotScript
    ) {
        guard let marker = marker(of: series, index) else { return }
        let count = places.count
        // Clouds show where they are dense.
        let size = series.marker == .dot ? "0.4" : crowd > 2000 ? "0.4" : crowd > 200 ? "0.6" : "0.9"
        let opacity = series.opacity ?? (crowd > 200 && shades == nil ? 0.5 : 1)
        var rows: [String] = []
        var taken: Set<SIMD2<Int32>> = []
        for (point, place) in places.enumerated() {
            guard let place, Clipping.holds(place) else { continue }
            let center = field.point(place)
            if count > mostPoints {
                // Half a point of the canvas is a pixel.
                let pixel = SIMD2(Int32((center.x * 2).rounded()), Int32((center.y * 2).rounded()))
                guard taken.insert(pixel).inserted else { continue }
            }
            var row = GnuplotScript.row(center)
            if let shades, let values = series.shades {
                let value = point < values.count ? values[point] : .nan
                let color = value.isFinite ? Shade.color(shades.shadeFraction(of: value)) : FigureStyle.notANumber
                row += " \(color.number(opacity: opacity))"
            }
            rows.append(row)
        }
        let isShaded = shades != nil && series.shades != nil
        let color = isShaded ? "variable" : "'\(color(of: series, index).hex(opacity: opacity))'"
        script.plot(rows, "with points pt \(marker) ps \(size) lc rgb \(color)")
    }

    /// A line with gaps where there is no point.
    private static func addLine(
        _ series: Series, _ places: [Clipping.Point?], _ index: Int, _ field: ChartField, to script: inout GnuplotScript
    ) {
        let color = color(of: series, index)
        let opacity = series.opacity ?? 1
        let pieces = Clipping.pieces(places).map { thinned($0.map(field.point)) }
        script.stroke(
            pieces, color, width: FigureStyle.lineWidth, style: series.style ?? .solid, opacity: opacity)
        guard let marker = marker(of: series, index) else { return }
        let isMarked = series.marker != nil || places.count <= FigureStyle.mostMarkedPoints
        let marks =
            isMarked
            ? places.compactMap { $0 }.filter(Clipping.holds).map(field.point)
            : pieces.compactMap { $0.count == 1 ? $0[0] : nil }
        let size = series.marker == .dot ? "0.4" : "0.8"
        script.plot(
            marks.map(GnuplotScript.row),
            "with points pt \(marker) ps \(size) lc rgb '\(color.hex(opacity: opacity))'")
    }

    /// Of many points that lie in one column of the picture, those that can be seen: the first and last, the lowest and
    /// the highest.
    private static func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
        guard points.count > 4000, zip(points, points.dropFirst()).allSatisfy({ $0.0.x <= $0.1.x }) else {
            return points
        }
        var result: [(x: Double, y: Double)] = []
        var start = 0
        while start < points.count {
            let column = (points[start].x * 2).rounded(.down)
            var end = start
            var low = start
            var high = start
            while end < points.count, (points[end].x * 2).rounded(.down) == column {
                if points[end].y < points[low].y { low = end }
                if points[end].y > points[high].y { high = end }
                end += 1
            }
            var last = -1
            for index in [start, low, high, end - 1].sorted() where index != last {
                result.append(points[index])
                last = index
            }
            start = end
        }
        return result
    }

    // MARK: - Surfaces

    private static func addSurface(
        _ surface: Surface, _ chart: Chart, _ levels: [Double], _ field: ChartField, to script: inout GnuplotScript
    ) {
        guard let xScale = field.x else { return }
        let (width, height) = (field.right - field.left, field.top - field.bottom)
        let columns = min(max(Int(width), 2), 600)
        let rows = min(max(Int(height), 2), 600)
        let steps = (0..<rows).map { row in
            (0..<columns).map { column -> Int? in
                let x = xScale.value(at: (Double(column) + 0.5) / Double(columns))
                let y = field.y.value(at: 1 - (Double(row) + 0.5) / Double(rows))
                return surface.value(atX: x, y: y).map { surface.step(of: $0, levels: levels) ?? -1 }
            }
        }
        var pixels: [RGB] = []
        pixels.reserveCapacity(rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                guard let step = steps[row][column] else {
                    pixels.append(FigureStyle.background)
                    continue
                }
                let right = steps[row][min(column + 1, columns - 1)] ?? step
                let below = steps[min(row + 1, rows - 1)][column] ?? step
                let isBorder = step != right || step != below
                if step < 0 {
                    pixels.append(FigureStyle.notANumber)
                } else if surface.coloring == .levels {
                    let color = surface.color(ofStep: step, levels: levels)
                    pixels.append(isBorder ? color.mixed(with: FigureStyle.ink, part: 0.35) : color)
                } else {
                    let color =
                        step < chart.series.count ? Self.color(of: chart.series[step], step) : FigureStyle.color(step)
                    pixels.append(color.mixed(with: FigureStyle.background, part: isBorder ? 0.3 : 0.7))
                }
            }
        }
        script.picture(
            pixels, columns: columns, rows: rows, x: field.left, y: field.bottom, width: width, height: height)
        script.stroke(
            [
                [
                    (field.left, field.bottom), (field.right, field.bottom), (field.right, field.top),
                    (field.left, field.top),
                    (field.left, field.bottom),
                ]
            ], FigureStyle.ink)
    }

    /// A strip of the steps, with the levels between them.
    private static func addLevelBar(
        _ levels: [Double], _ surface: Surface?, x: Double, y: Double, height: Double, to script: inout GnuplotScript
    ) {
        guard let surface, levels.count > 1 else { return }
        let step = height / Double(levels.count - 1)
        let scale = Scale(values: levels, tickCount: levels.count, isRoomy: false)
        for index in 0..<(levels.count - 1) {
            script.rectangle(
                x, y + Double(index) * step, x + 12, y + Double(index + 1) * step,
                surface.color(ofStep: index, levels: levels))
        }
        let every = max(Int((13 / step).rounded(.up)), 1)
        for index in stride(from: 0, to: levels.count, by: every) {
            let label = scale?.ticks.first { $0.value == levels[index] }?.label
            script.text(
                label ?? NumberLabel.short(levels[index], digits: 3), x: x + 18, y: y + Double(index) * step,
                size: FigureStyle.noteSize)
        }
    }
}

extension RGB {
    /// The number that gnuplot reads a colour from in data.
    fileprivate func number(opacity: Double) -> Int {
        let transparency = Int((255 * (1 - min(max(opacity, 0), 1))).rounded())
        return transparency << 24 | Int(red) << 16 | Int(green) << 8 | Int(blue)
    }
}
