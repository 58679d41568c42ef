import Figures
import Testing

@Suite("Programs for gnuplot")
struct GnuplotProgramTests {
    @Test(
        "lines and their samples in the legend are broken as their styles say",
        arguments: [
            (LineStyle.solid, ""), (.dashed, "(8,8)"), (.dotted, "(1,6)"), (.dashDotted, "(10,6,1,6)"),
        ])
    func lineStyles(_ style: LineStyle, _ dashes: String) {
        var series = Series(name: "a", rising)
        series.style = style
        for format in [FigureFormat.svg, .png, .pdf] {
            let program = GnuplotRenderer.program(.lines(Chart(series: [series])), format)
            #expect(program.split(separator: " dt \(dashes) lc").count == (style == .solid ? 1 : 3), "\(program)")
        }
    }

    static let hostile =
        "it's `date` $(ls) @x \\ {/Bold a} x_1^2 \"q\"\nsystem 'ls'\u{7}"
        + " '\u{301}`date`'\u{fe0f} `date` \u{85}\u{2028}`date`"

    static let figures: [(name: String, figure: Figure)] = [
        (
            "lines",
            .lines(
                Chart(
                    title: hostile, series: [Series(name: hostile, falling), Series(rising)],
                    x: Axis(label: hostile), y: Axis(label: hostile)))
        ),
        (
            "gaps",
            .lines(Chart(series: [Series([.nan, 1, .infinity, 2, 3, -.infinity, 1e308, -1e308])]))
        ),
        ("logarithmic", .lines(Chart(series: [Series([0, -1, 1e-300, 1, 1e300])], y: Axis(isLogarithmic: true)))),
        ("constant", .lines(Chart(series: [Series([3, 3, 3])]))),
        ("no points", .lines(Chart(series: []))),
        ("many series", .lines(Chart(series: (0..<100).map { Series(name: "a longer name \($0)", rising) }))),
        ("many points", .lines(Chart(series: [Series((0..<50_000).map { Double($0 * $0 % 997) })]))),
        ("scatter", .scatter(Chart(series: [Series(x: rising, y: falling), Series(x: falling, y: rising)]))),
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
        ("columns", .images(ImageGrid(images: [slope, tiny, slope], brightness: .each, columns: 2))),
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
        ("dressed", .lines(dressed)), ("shades", .scatter(dressed)),
        ("surface", .scatter(Chart(series: [], background: hill))),
        (
            "regions",
            .scatter(
                Chart(
                    series: [Series(name: hostile, x: [0], y: [1]), Series(x: [], y: [])],
                    background: Surface(x: [0, 1], y: [0, 1], values: [0, 1, 1, .nan], coloring: .classes)))
        ),
        (
            "groups",
            .bars(
                BarChart(
                    labels: [hostile, "b"],
                    groups: [.init(name: hostile, values: [1, .nan]), .init(values: [-1e308])],
                    y: Axis(label: hostile, low: -1, high: 1)))
        ),
        (
            "samples",
            .histogram(
                Histogram(
                    samples: [.init(name: hostile, values: [1, 2, .nan]), .init(values: [3])], binCount: 10_000,
                    x: Axis(low: 1.5, high: 1.6), y: Axis(isLogarithmic: true)))
        ),
        (
            "boxes",
            .boxes(
                BoxChart(
                    title: hostile,
                    samples: [.init(label: hostile, values: [1, 2, 3, 99, .infinity]), .init(label: "", values: [])]))
        ),
        ("diagram", .diagram(diagram)),
        (
            "grid",
            .grid(
                FigureGrid(
                    title: hostile,
                    rows: [
                        [.lines(dressed), .images(ImageGrid(images: [slope], brightness: .each))], [.diagram(diagram)],
                    ]))
        ),
        ("empty grid", .grid(FigureGrid(rows: [[]]))),
        ("table", .table(TextTable(title: "t", headers: ["a", "b"], rows: [[.number(1), .text(hostile)]]))),
    ]

    private static let diagram = Diagram(
        title: hostile,
        nodes: [
            Diagram.Node(name: hostile, detail: hostile, shape: hostile, parameters: hostile),
            Diagram.Node(name: "b", detail: "", shape: "", parameters: ""),
        ], isChain: true, note: hostile)

    private static let dressed: Chart = {
        var series = Series(name: hostile, [1, .nan, 1e308, -1e308, 2, 3])
        series.band = Series.Band(low: [0, 0, 0, .nan, -1e308, 2], high: [2, 2, 2, 2, 1e308, 4])
        series.errorBars = Series.Band(low: [0, 0, .nan, .nan, -1e308, 2], high: [2, .nan, 2, 2, 1e308, 4])
        series.shades = [1, .nan, 3, 4, 5, .infinity]
        return Chart(
            title: hostile, series: [series], x: Axis(ticks: [Axis.Tick(1, hostile)]), y: Axis(low: 0, high: 5),
            extras: ChartExtras(
                size: FigureSize(width: 1, height: 1), horizontals: [1, 1e308], verticals: [2, -1e308],
                notes: [ChartExtras.Note(x: 1, y: 1, text: hostile)]))
    }()

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
        let program = GnuplotRenderer.program(.lines(Chart(series: [Series(values)])), .svg)
        let rows = data(of: program)
        #expect(rows.count < 8000)
        let heights = Set(rows.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } })
        #expect(heights.count == 2, "the floor and the peak")
    }

    @Test("lines, points and areas stay within the ends of the axes")
    func dataStaysWithinTheEnds() throws {
        var series = Series(x: [-1e9, 0, 1, 2, 1e9], y: [-1e9, 0, 1e9, 1, 5])
        series.band = Series.Band(low: [-1e9, -1, 0, 0, 0], high: [1e9, 1, 1e9, 2, 9])
        series.errorBars = series.band
        let chart = Chart(series: [series], x: Axis(low: 0, high: 3), y: Axis(low: 0, high: 2))
        for figure in [Figure.lines(chart), .scatter(chart)] {
            let rows = data(of: GnuplotRenderer.program(figure, .svg)).map {
                $0.split(separator: " ").compactMap { Double($0) }
            }
            #expect(!rows.isEmpty)
            for row in rows where row.count == 2 {
                #expect(row[0] >= 0 && row[0] <= 720 && row[1] >= 0 && row[1] <= 430, "\(row)")
            }
        }
    }

    @Test("a cloud of many points leaves out those that lie on others")
    func cloudsAreThinned() {
        let chart = Chart(series: [
            Series(x: (0..<60_000).map { Double($0 % 10) }, y: (0..<60_000).map { Double($0 % 10) })
        ])
        #expect(data(of: GnuplotRenderer.program(.scatter(chart), .svg)).count == 10)
    }

    @Test func pointsOfAllSeriesAreOfOneSize() {
        let cloud = Series((0..<201).map { Double($0) })
        let chart = Chart(series: [cloud, Series([1, 2, 3])])
        let words = GnuplotRenderer.program(.scatter(chart), .svg).split(whereSeparator: \.isWhitespace)
        let sizes = zip(words, words.dropFirst()).filter { $0.0 == "ps" }.map { $0.1 }
        #expect(sizes.count { $0 == "0.6" } == 2, "\(sizes)")
    }

    @Test("parts of a grid keep their own coordinates")
    func partsOfAGridHaveTheirPlaces() {
        let part = Figure.lines(Chart(series: [Series([1, 2])]))
        let program = GnuplotRenderer.program(.grid(FigureGrid(rows: [[part, part], [part]])), .svg)
        #expect(program.contains("set multiplot"))
        #expect(
            program.split(separator: "\n").count { $0.hasPrefix("set origin") } == 4, "the whole and its three parts")
        #expect(program.split(separator: "\n").count { $0.hasPrefix("plot ") } == 4)
    }

    @Test("a figure is as large as it asks for")
    func sizesAreInInches() {
        let chart = Chart(series: [Series([1, 2])], extras: ChartExtras(size: FigureSize(width: 5, height: 2.5)))
        #expect(GnuplotRenderer.program(.lines(chart), .svg).contains("svg size 480,240"))
        #expect(FigureSize(width: 0, height: 4) == nil && FigureSize(width: 4, height: 1e9) == nil)
        #expect(FigureSize(width: .nan, height: 4) == nil)
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
