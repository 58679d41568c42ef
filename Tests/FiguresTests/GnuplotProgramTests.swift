import Figures
import Testing

@Suite("Programs for gnuplot")
struct GnuplotProgramTests {
    static let hostile =
        "it's `date` $(ls) @x \\ {/Bold a} x_1^2 \"q\"\nsystem 'ls'\u{7}"
        + " '\u{301}`date`'\u{fe0f} `date` \u{85}\u{2028}`date`"

    static let figures: [(name: String, figure: Figure)] = [
        (
            "lines",
            .lines(
                LineChart(
                    title: hostile, series: [Series(name: hostile, falling), Series(rising)],
                    x: Axis(label: hostile), y: Axis(label: hostile)))
        ),
        (
            "gaps",
            .lines(LineChart(series: [Series([.nan, 1, .infinity, 2, 3, -.infinity, 1e308, -1e308])]))
        ),
        ("logarithmic", .lines(LineChart(series: [Series([0, -1, 1e-300, 1, 1e300])], y: Axis(isLogarithmic: true)))),
        ("constant", .lines(LineChart(series: [Series([3, 3, 3])]))),
        ("no points", .lines(LineChart(series: []))),
        ("many series", .lines(LineChart(series: (0..<100).map { Series(name: "a longer name \($0)", rising) }))),
        ("many points", .lines(LineChart(series: [Series((0..<50_000).map { Double($0 * $0 % 997) })]))),
        ("scatter", .scatter(ScatterChart(series: [Series(x: rising, y: falling), Series(x: falling, y: rising)]))),
        (
            "bars",
            .bars(
                BarChart(
                    title: "日本語", bars: [.init(hostile, 3), .init("き", -2), .init("", .nan), .init("ま", .infinity)]))
        ),
        ("no bars", .bars(BarChart(bars: []))),
        ("many bars", .bars(BarChart(bars: (0..<500).map { .init("label \($0)", Double($0)) }))),
        ("histogram", .histogram(Histogram(title: "h", values: rising + [.nan]))),
        ("one value", .histogram(Histogram(values: [2]))),
        ("no values", .histogram(Histogram(values: [.nan]))),
        ("images", .images(ImageGrid(title: "grid", images: [slope, tiny], captions: [hostile], brightness: .each))),
        (
            "a thin image",
            .images(ImageGrid(images: [Image(height: 1, width: 3, values: [0, 1, 2])!], brightness: .shared))
        ),
        ("no pixels", .images(ImageGrid(images: [Image(height: 0, width: 3, values: [])!], brightness: .shared))),
        ("no images", .images(ImageGrid(images: [], brightness: .shared))),
        ("heat map", .heatMap(attention)),
        ("wide heat map", .heatMap(wide)),
        ("nothing finite", .heatMap(unknown)),
        ("empty matrix", .heatMap(HeatMap(rowCount: 0, columnCount: 0, values: [])!)),
        ("table", .table(TextTable(title: "t", headers: ["a", "b"], rows: [[.number(1), .text(hostile)]]))),
    ]

    @Test("the same figure gives the same program, with finite numbers only", arguments: figures.map(\.name))
    func sameFigureSameProgram(_ name: String) throws {
        let figure = try #require(Self.figures.first { $0.name == name }).figure
        for format in FigureFormat.allCases {
            let program = GnuplotRenderer.program(figure, format)
            #expect(program == GnuplotRenderer.program(figure, format))
            #expect(program.contains("\nplot "))
            for line in data(of: program) {
                #expect(line.split(separator: " ").allSatisfy { Double($0)?.isFinite == true }, "\(line)")
            }
        }
    }

    /// The lines between `<< E` and `E`.
    private func data(of program: String) -> [Substring] {
        var lines: [Substring] = []
        var isData = false
        for line in program.split(separator: "\n") {
            if line == "E" { isData = false } else if isData { lines.append(line) }
            if line.hasSuffix("<< E") { isData = true }
        }
        return lines
    }

    @Test("texts stand in quotes, and what means anything to gnuplot by its number")
    func textsAreQuoted() {
        for (name, figure) in Self.figures {
            let program = Array(GnuplotRenderer.program(figure, .svg).utf8)
            // By bytes, as gnuplot reads it.
            #expect(!program.contains(UInt8(ascii: "`")) && !program.contains(UInt8(ascii: "@")), "\(name)")
        }
        let program = GnuplotRenderer.program(
            .bars(BarChart(title: "'\u{301}\"5' \\1 `date` é 100%2", bars: [.init("a", 1)])), .svg)
        let text = #"set label "\047́\042\065\047 \134\061 \140date\140 é 100\045\062" at"#
        #expect(program.unicodeScalars.split(separator: "\n").contains { $0.starts(with: text.unicodeScalars) })
    }

    @Test("a long series keeps its peaks")
    func aLongSeriesKeepsItsPeaks() {
        var values = [Double](repeating: 0, count: 100_000)
        values[77_777] = 1
        let program = GnuplotRenderer.program(.lines(LineChart(series: [Series(values)])), .svg)
        let rows = data(of: program)
        #expect(rows.count < 8000)
        let heights = Set(rows.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } })
        #expect(heights.count == 2, "the floor and the peak")
    }

    @Test("the end of a path says the format")
    func formatsByPath() {
        #expect(FigureFormat(path: "a/b.SVG") == .svg)
        #expect(FigureFormat(path: "loss.v2.png") == .png)
        #expect(FigureFormat(path: "loss") == nil)
        #expect(FigureFormat(path: "loss.jpg") == nil)
        #expect(FigureFormat(path: "") == nil)
    }
}
