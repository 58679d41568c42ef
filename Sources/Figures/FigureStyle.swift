/// How figures in files look: fonts, colours and sizes. All of them are set here.
enum FigureStyle {
    /// The family that every system maps to a font of its own, with the characters of every script.
    static let font = "sans-serif"
    /// In points of the canvas, as all sizes here.
    static let fontSize = 13.0
    static let titleSize = 15.0
    static let noteSize = 11.0
    /// The mean width of a column of text, in parts of the font's size.
    static let columnWidth = 0.58

    /// The canvas of a chart. Images and heat maps are as wide, and as high as they need.
    static let chartWidth = 720.0
    static let chartHeight = 430.0
    static let pointsPerInch = 96.0
    static let chartInches = (width: chartWidth / pointsPerInch, height: chartHeight / pointsPerInch)
    static let margin = 14.0
    /// Pixels of a PNG for each point.
    static let pixelRatio = 2.0

    static let background = RGB(255, 255, 255)
    static let ink = RGB(45, 45, 45)
    static let faintInk = RGB(110, 110, 110)
    static let grid = RGB(228, 228, 228)
    /// What stands for a value that is not a number: no grey, and no colour of a scale.
    static let notANumber = RGB(200, 0, 60)
    static let lineWidth = 2.0
    /// Lines of at most so many points show the points too.
    static let mostMarkedPoints = 40

    /// Colours that most people's eyes tell apart, on white.
    ///
    /// - Source: after Okabe and Ito, Color Universal Design, 2008, without the yellow that white swallows.
    static let seriesColors = [
        RGB(0, 114, 178), RGB(213, 94, 0), RGB(0, 158, 115), RGB(204, 121, 167), RGB(230, 159, 0), RGB(86, 180, 233),
        RGB(90, 90, 90), RGB(120, 80, 180), RGB(140, 86, 60), RGB(150, 150, 30),
    ]
    /// Shapes differ too: disc, square, triangle, diamond and the triangle on its head.
    static let markers = [7, 5, 9, 13, 11]

    static func color(_ series: Int) -> RGB { RGB(ofSeries: series) }
    /// Where colours come again, other markers stand beside them.
    static func marker(_ series: Int) -> Int { markers[(series + series / seriesColors.count) % markers.count] }

    /// gnuplot's number of a marker; nil for none.
    static func marker(_ marker: Marker) -> Int? {
        switch marker {
        case .disc, .dot: 7
        case .square: 5
        case .triangle: 9
        case .diamond: 13
        case .downTriangle: 11
        case .plus: 1
        case .cross: 2
        case .star: 3
        case .none: nil
        }
    }

    /// About how wide a text is, in points.
    static func width(of text: String, size: Double = fontSize) -> Double {
        Double(displayWidth(text)) * size * columnWidth
    }
}

/// The room for a figure in a file, in points.
struct FigureCanvas {
    var width: Double
    var height: Double

    static let standard = FigureCanvas(width: FigureStyle.chartWidth, height: FigureStyle.chartHeight)

    /// The size that a figure asks for, or else this one.
    func sized(_ size: FigureSize?) -> FigureCanvas {
        guard let size else { return self }
        return FigureCanvas(
            width: size.width * FigureStyle.pointsPerInch, height: size.height * FigureStyle.pointsPerInch)
    }
}

extension RGB {
    /// `#0072b2`
    var hex: String { "#" + Self.digits([red, green, blue]) }

    /// `#800072b2`, as gnuplot writes a colour that is half transparent.
    func hex(opacity: Double) -> String {
        guard opacity < 1 else { return hex }
        return "#" + Self.digits([UInt8((255 * (1 - min(max(opacity, 0), 1))).rounded()), red, green, blue])
    }

    private static func digits(_ parts: [UInt8]) -> String {
        parts.map { part in
            let digits = String(part, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

extension RGB {
    /// The colour that a series has by its place in a chart.
    package init(ofSeries place: Int) { self = FigureStyle.seriesColors[place % FigureStyle.seriesColors.count] }
}
