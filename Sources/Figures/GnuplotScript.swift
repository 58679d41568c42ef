import TensorCore

/// A program for gnuplot in the making: commands, and the data that they draw.
///
/// Coordinates are points of the canvas, from its lower left corner, so that gnuplot lays nothing out by itself.
struct GnuplotScript {
    let width: Double
    private(set) var height: Double
    private var commands: [String] = []
    private var blocks: [String] = []
    private var plots: [String] = []
    /// Other pictures in this one, with the place of their lower left corners.
    private var parts: [(script: GnuplotScript, x: Double, y: Double)] = []

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    mutating func add(_ command: String) { commands.append(command) }

    /// Draws a block of lines of numbers; `how` is what stands behind its name in a `plot` command.
    mutating func plot(_ rows: [String], _ how: String) {
        guard rows.contains(where: { !$0.isEmpty }) else { return }
        if how == plots.last, how.contains("boxxyerror") {
            blocks[blocks.count - 1] += "\n" + rows.joined(separator: "\n")
            return
        }
        plots.append(how)
        blocks.append(rows.joined(separator: "\n"))
    }

    /// Puts a picture into this one.
    mutating func place(_ script: GnuplotScript, x: Double, y: Double) {
        parts.append((script, x, y))
    }

    enum Anchor: String {
        case left, center, right
    }

    mutating func text(
        _ text: String, x: Double, y: Double, _ anchor: Anchor = .left, size: Double = FigureStyle.fontSize,
        color: RGB = FigureStyle.ink, rotated degrees: Int = 0, isBold: Bool = false
    ) {
        guard !text.isEmpty else { return }
        let font = "\(FigureStyle.font)\(isBold ? ":Bold" : ""),\(Self.number(size))"
        add(
            "set label \(Self.quoted(text)) at \(Self.number(x)),\(Self.number(y)) \(anchor.rawValue) font '\(font)'"
                + " tc rgb '\(color.hex)'\(degrees == 0 ? "" : " rotate by \(degrees)") front")
    }

    mutating func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ color: RGB, width: Double = 1) {
        let ends = "\(Self.number(x0)),\(Self.number(y0)) to \(Self.number(x1)),\(Self.number(y1))"
        add("set arrow from \(ends) nohead lc rgb '\(color.hex)' lw \(Self.number(width)) back")
    }

    mutating func arrow(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ color: RGB) {
        let ends = "\(Self.number(x0)),\(Self.number(y0)) to \(Self.number(x1)),\(Self.number(y1))"
        add("set arrow from \(ends) head filled size 7,20,60 lc rgb '\(color.hex)' lw 1.2 front")
    }

    /// What is drawn later lies in front of it, as of `stroke` and `area`.
    mutating func rectangle(
        _ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ color: RGB, opacity: Double = 1, border: RGB? = nil
    ) {
        let corners = [(x0 + x1) / 2, (y0 + y1) / 2, min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)]
        // Inside, not along the border.
        let fill = "fs solid \(border.map { "border rgb '\($0.hex)'" } ?? "noborder")"
        plot(
            [corners.map(Self.number).joined(separator: " ")],
            "with boxxyerror fc rgb '\(color.hex(opacity: opacity))' \(fill)")
    }

    mutating func stroke(
        _ pieces: [[(x: Double, y: Double)]], _ color: RGB, width: Double = 1, style: LineStyle = .solid,
        opacity: Double = 1
    ) {
        let rows = pieces.map { $0.map(Self.row) }.joined(separator: [""])
        let dashes = style.gnuplotDashes.map { " dt \($0)" } ?? ""
        plot(
            Array(rows), "with lines lw \(Self.number(width))\(dashes) lc rgb '\(color.hex(opacity: opacity))'")
    }

    mutating func area(_ corners: [(x: Double, y: Double)], _ color: RGB, opacity: Double) {
        guard corners.count > 2 else { return }
        plot(
            corners.map(Self.row),
            "with filledcurves closed fc rgb '\(color.hex(opacity: opacity))' fs solid noborder")
    }

    static func row(_ point: (x: Double, y: Double)) -> String { "\(number(point.x)) \(number(point.y))" }

    /// A picture of `columns` x `rows` colours, the first at the upper left, in the rectangle at `x`, `y` (lower left).
    mutating func picture(
        _ pixels: [RGB], columns: Int, rows: Int, x: Double, y: Double, width: Double, height: Double
    ) {
        // gnuplot takes no picture of a single row or column.
        let copies = columns == 1 || rows == 1 ? 2 : 1
        var lines: [String] = []
        lines.reserveCapacity(pixels.count * copies * copies)
        for row in 0..<rows * copies {
            for column in 0..<columns * copies {
                let color = pixels[row / copies * columns + column / copies]
                lines.append("\(column) \(row) \(color.red) \(color.green) \(color.blue)")
            }
        }
        let stepX = width / Double(columns * copies)
        let stepY = height / Double(rows * copies)
        plot(
            lines,
            "using (\(Self.number(x + stepX / 2))+$1*\(Self.exact(stepX))):"
                + "(\(Self.number(y + height - stepY / 2))-$2*\(Self.exact(stepY))):3:4:5 with rgbimage")
    }

    /// The whole program for a terminal of gnuplot.
    ///
    /// - Parameter pixelRatio: Pixels of a PNG for each point.
    func text(_ format: FigureFormat, pixelRatio: Double = FigureStyle.pixelRatio) -> String {
        let prologue = [
            "set encoding utf8", terminal(format, pixelRatio), "set output", "unset key", "unset border", "unset tics",
            "set margins 0,0,0,0",
        ]
        let layers = layers(x: 0, y: 0)
        let data = layers.enumerated().flatMap { layer, part in
            part.script.blocks.enumerated().map { "$d\(layer)_\($0) << E\n\($1)\nE" }
        }
        var commands: [String] = []
        for (index, part) in layers.enumerated() {
            if layers.count > 1 {
                let script = part.script
                commands += [
                    "unset label", "unset arrow",
                    "set origin \(Self.exact(part.x / width)),\(Self.exact(part.y / height))",
                    "set size \(Self.exact(script.width / width)),\(Self.exact(script.height / height))",
                ]
            }
            commands += part.script.drawing(index)
        }
        if layers.count > 1 { commands = ["set multiplot"] + commands + ["unset multiplot"] }
        return (prologue + data + commands + ["unset output", ""]).joined(separator: "\n")
    }

    /// This picture and all in it, with their places in the whole.
    private func layers(x: Double, y: Double) -> [(script: GnuplotScript, x: Double, y: Double)] {
        [(self, x, y)] + parts.flatMap { $0.script.layers(x: x + $0.x, y: y + $0.y) }
    }

    private func drawing(_ layer: Int) -> [String] {
        // Something has to be plotted for the labels to be drawn.
        let plots = plots.isEmpty ? ["NaN notitle"] : plots.enumerated().map { "$d\(layer)_\($0) \($1)" }
        return ["set xrange [0:\(Self.number(width))]", "set yrange [0:\(Self.number(height))]"] + commands
            + ["plot " + plots.joined(separator: ", ")]
    }

    private func terminal(_ format: FigureFormat, _ pixelRatio: Double) -> String {
        let font = "font '\(FigureStyle.font),\(Self.number(FigureStyle.fontSize))'"
        let common = "noenhanced rounded background rgb '\(FigureStyle.background.hex)'"
        switch format {
        case .svg: return "set terminal svg size \(Self.number(width)),\(Self.number(height)) \(font) \(common)"
        case .png:
            let size = "\(Self.number(width * pixelRatio)),\(Self.number(height * pixelRatio))"
            let scales = scales(pixelRatio, lineWidth: 1)
            return "set terminal pngcairo size \(size) \(scales) \(font) \(common)"
        case .pdf:
            // 96 points of the canvas are an inch, and 72 are one of paper.
            let size = "\(Self.number(width / 96))in,\(Self.number(height / 96))in"
            let scales = scales(0.75, lineWidth: 2)
            return "set terminal pdfcairo size \(size) \(scales) \(font) \(common)"
        }
    }

    /// Cairo's terminals have larger letters and smaller marks than the one of SVG, and that of PDF thinner lines.
    private func scales(_ ratio: Double, lineWidth: Double) -> String {
        let parts = [("fontscale", 0.75), ("linewidth", lineWidth), ("pointscale", 1.45), ("dashlength", 0.6)]
        return parts.map { "\($0) \(Self.number($1 * ratio))" }.joined(separator: " ")
    }

    // MARK: - Words of gnuplot

    /// A text of one line, in which gnuplot replaces and runs nothing: what means anything to it anywhere is written by
    /// the number of its byte.
    ///
    /// Single quotes would not do: gnuplot 5.4 takes none at the start of a text, and looks for macros between quotes of
    /// both kinds. Scalar by scalar: a quote with a combining mark behind it is one `Character` and still ends a text.
    static func quoted(_ text: String) -> String {
        var isAfterNumber = false
        let escaped = singleLine(text).escaping { scalar in
            let isDigit = "0"..."9" ~= scalar
            let isPlain =
                !scalar.isASCII || "a"..."z" ~= scalar || "A"..."Z" ~= scalar || isDigit && !isAfterNumber
                || " .,:;-+=()/_".unicodeScalars.contains(scalar)
            isAfterNumber = !isPlain
            // A digit behind a number would be taken for one of its own.
            return isPlain ? nil : "\\" + String(512 + scalar.value, radix: 8).dropFirst()
        }
        return "\"\(escaped)\""
    }

    /// A number to a hundredth of a point.
    static func number(_ value: Double) -> String {
        let text = NumberLabel.fixed(value, decimals: 2)
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }

    private static func exact(_ value: Double) -> String { NumberLabel.fixed(value, decimals: 8) }
}

extension LineStyle {
    /// The lengths of strokes and gaps, by turns; the ends of strokes are round, which makes dots of the short ones.
    fileprivate var gnuplotDashes: String? {
        switch self {
        case .solid: nil
        case .dashed: "(8,8)"
        case .dotted: "(1,6)"
        case .dashDotted: "(10,6,1,6)"
        }
    }
}
