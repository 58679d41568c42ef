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

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    mutating func add(_ command: String) { commands.append(command) }

    /// Draws a block of lines of numbers; `how` is what stands behind its name in a `plot` command.
    mutating func plot(_ rows: [String], _ how: String) {
        guard rows.contains(where: { !$0.isEmpty }) else { return }
        plots.append("$d\(blocks.count) \(how)")
        blocks.append("$d\(blocks.count) << E\n\(rows.joined(separator: "\n"))\nE")
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

    mutating func rectangle(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ color: RGB) {
        let corners = "\(Self.number(x0)),\(Self.number(y0)) to \(Self.number(x1)),\(Self.number(y1))"
        add("set object rectangle from \(corners) fc rgb '\(color.hex)' fs solid noborder front")
    }

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
    func text(_ format: FigureFormat) -> String {
        let prologue = [
            "set encoding utf8", terminal(format), "set output", "unset key", "unset border", "unset tics",
            "set margins 0,0,0,0", "set xrange [0:\(Self.number(width))]", "set yrange [0:\(Self.number(height))]",
        ]
        // Something has to be plotted for the labels to be drawn.
        let plot = "plot " + (plots.isEmpty ? ["NaN notitle"] : plots).joined(separator: ", ")
        return (prologue + blocks + commands + [plot, "unset output", ""]).joined(separator: "\n")
    }

    private func terminal(_ format: FigureFormat) -> String {
        let font = "font '\(FigureStyle.font),\(Self.number(FigureStyle.fontSize))'"
        let common = "noenhanced rounded background rgb '\(FigureStyle.background.hex)'"
        switch format {
        case .svg: return "set terminal svg size \(Self.number(width)),\(Self.number(height)) \(font) \(common)"
        case .png:
            let size = "\(Self.number(width * FigureStyle.pixelRatio)),\(Self.number(height * FigureStyle.pixelRatio))"
            let scales = scales(FigureStyle.pixelRatio, lineWidth: 1)
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
        let parts = [("fontscale", 0.75), ("linewidth", lineWidth), ("pointscale", 1.45)]
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
