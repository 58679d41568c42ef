import Figures
import Testing

@Suite("The data of figures")
struct FigureDataTests {
    @Test("pictures that do not add up are refused")
    func refusals() {
        #expect(Image(height: 2, width: 2, values: [1, 2, 3]) == nil)
        #expect(Image(height: 1, width: 1, channels: 2, values: [1, 2]) == nil)
        #expect(Image(height: -1, width: 0, values: []) == nil)
        #expect(Image(height: Int.max, width: 2, values: []) == nil)
        #expect(HeatMap(rowCount: 2, columnCount: 2, values: [1]) == nil)
        #expect(HeatMap(rowCount: Int.max, columnCount: Int.max, values: []) == nil)
    }

    @Test("bins hold every finite value once, and the last one its upper edge")
    func bins() {
        let (edges, counts, notFinite) = Histogram(values: [0, 1, 2, 3, 4, .nan, -.infinity], binCount: 4).bins()
        #expect(edges == [0, 1, 2, 3, 4])
        #expect(counts == [1, 1, 1, 2])
        #expect(notFinite == 2)
    }

    @Test("bins of the largest numbers")
    func hugeBins() {
        let limit = Double.greatestFiniteMagnitude
        let (edges, counts, _) = Histogram(values: [-limit, 0, limit], binCount: 2).bins()
        #expect(edges == [-limit, 0, limit])
        #expect(counts == [1, 2])
    }

    @Test("widths as a terminal gives them")
    func displayWidths() {
        #expect(displayWidth("abc") == 3)
        #expect(displayWidth("日本") == 4)
        #expect(displayWidth("e\u{301}") == 1)
        #expect(displayWidth("👍🏽") == 2)
        #expect(displayWidth("👨‍👩‍👧") == 2)
        #expect(displayWidth("❤️") == 2)
        #expect(displayWidth("a\u{200b}b\u{7}") == 2)
        #expect(truncated("日本語", to: 5) == "日本…")
        #expect(truncated("abc", to: 3) == "abc")
        #expect(truncated("abcdef", to: 2, ellipsis: "...") == "..")
        #expect(padded("猫", to: 4, .right) == "  猫")
    }

    @Test("the nearest colours of a palette")
    func palette() {
        #expect(RGB(0, 0, 0).paletteIndex == 16)
        #expect(RGB(255, 255, 255).paletteIndex == 231)
        #expect(RGB(255, 0, 0).paletteIndex == 196)
        #expect(RGB(118, 118, 118).paletteIndex == 243)
    }

    @Test(
        "every figure is drawn at every size, whatever its values",
        arguments: [20, 33, 80, 200], [8, 24, 60])
    func sizes(width: Int, height: Int) {
        let odd: [Double] = [
            0, -0.0, 1, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, 1.7e308, -1.7e308, 1e-300,
        ]
        let values = [
            [], odd, odd.map { _ in Double.leastNonzeroMagnitude * 1000 }, odd.map { _ in .nan }, [7],
            odd + odd.reversed(),
        ]
        for charset in TextCapabilities.Charset.allCases {
            for color in TextCapabilities.Color.allCases {
                let renderer = TextRenderer(
                    TextCapabilities(charset: charset, color: color, width: width, height: height))
                for numbers in values {
                    for figure in figures(of: numbers) {
                        #expect(!renderer.text(figure).isEmpty, "\(figure.kind) of \(numbers)")
                        #expect(!figure.altText.isEmpty)
                    }
                }
            }
        }
    }

    private func figures(of numbers: [Double]) -> [Figure] {
        let series = [Series(name: "a", numbers), Series(x: numbers, y: numbers)]
        let logarithmic = Axis(label: "log", isLogarithmic: true)
        let count = numbers.count
        var dressed = Series(name: "d", numbers)
        dressed.band = Series.Band(low: numbers, high: numbers.reversed())
        dressed.shades = numbers
        let extras = ChartExtras(
            size: FigureSize(width: 1, height: 30), horizontals: numbers, verticals: numbers,
            notes: numbers.map { ChartExtras.Note(x: $0, y: $0, text: "日本") })
        let ticks = Axis(low: 0, high: 1e-300, ticks: numbers.map { Axis.Tick($0, "日本") })
        let surface = Surface(x: [0, 1], y: [-1e308, 1e308], values: [.nan, 1, -.infinity, 1e308], coloring: .levels)
        let image = Image(height: 1, width: count, values: numbers.map { Float($0) })
        return [
            .lines(Chart(title: "t", series: series)),
            .lines(Chart(series: series, x: logarithmic, y: logarithmic)),
            .scatter(Chart(series: series, y: logarithmic)),
            .bars(BarChart(bars: numbers.map { BarChart.Bar("\($0)", $0) })),
            .histogram(Histogram(values: numbers)),
            .lines(Chart(series: [dressed], x: ticks, y: Axis(high: 1), extras: extras)),
            .scatter(Chart(series: [dressed], x: logarithmic, y: ticks, extras: extras)),
            .scatter(Chart(series: series, x: Axis(low: 3), extras: extras, background: surface)),
            .bars(
                BarChart(
                    labels: numbers.map { "\($0)" }, groups: [.init(values: numbers), .init(name: "b", values: [])],
                    y: ticks, extras: extras)),
            .histogram(Histogram(samples: [.init(values: numbers), .init(values: [])], binCount: 100, x: ticks)),
            .histogram(Histogram(samples: [.init(values: numbers)], edges: [0, 1, 1e300], y: logarithmic)),
            .boxes(
                BoxChart(samples: [.init(label: "a", values: numbers), .init(label: "", values: [])], extras: extras)),
            .boxes(BoxChart(samples: [.init(label: "a", values: numbers)], y: logarithmic)),
            .heatMap(HeatMap(rowCount: 1, columnCount: count, values: numbers) ?? unknown),
            .heatMap(HeatMap(rowCount: count, columnCount: 1, values: numbers) ?? unknown),
            .table(TextTable(headers: ["n", "t"], rows: numbers.map { [.number($0), .text("\($0)")] })),
            .images(ImageGrid(images: image.map { [$0, slope] } ?? [], brightness: .shared)),
            .images(ImageGrid(images: image.map { [$0] } ?? [], brightness: .each)),
            .grid(FigureGrid(title: "g", rows: [[], numbers.prefix(3).map { .lines(Chart(series: [Series([$0])])) }])),
            .diagram(
                Diagram(
                    nodes: numbers.map { Diagram.Node(name: "\($0)", detail: "", shape: "[N]", parameters: "") },
                    isChain: count == 1, note: "")),
        ]
    }
}
