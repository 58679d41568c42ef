import Figures
import Testing

/// What charts can have beside their series, as text.
@Suite struct ChartOptionTests {
    private func text(_ figure: Figure, width: Int = 40, height: Int = 13) -> String {
        TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: width, height: height)).text(figure)
    }

    @Test func marksLinesAndTextsStandWhereTheyAreAskedFor() {
        let chart = Chart(
            series: [Series([0, 1, 2, 3, 4])], x: Axis(ticks: [.init(0, "start"), .init(4, "end")]),
            y: Axis(low: 0, high: 4, ticks: [.init(0), .init(2, "half")]),
            extras: ChartExtras(horizontals: [2], verticals: [3], notes: [.init(x: 1, y: 3, text: "here")]))
        #expect(
            text(.lines(chart)) == """
                     |                        :    ****
                     |         here        ********
                half +--  --  --  -********-  :-  --  -
                     |     ********           :
                   0 +*****                   :
                     ++-------------------------------+
                     start                           end
                """, "\(text(.lines(chart)))")
    }

    /// Labels, marks and remarks, of which a long one would go on in the next line of the terminal.
    @Test(arguments: [40, 60, 80]) func noLineIsWiderThanThePage(_ width: Int) {
        let words = "a label that says more than there is room for in a line of a narrow terminal, and then some"
        for last in [9, 99, 999, 9_999, 99_999, 999_999, 9_999_999] as [Double] {
            let x = (0...10).map { Double($0) * last / 10 }
            let chart = Chart(
                title: words, series: [Series(name: words, x: x, y: x), Series(x: x, y: x.map { $0 - .nan })],
                x: Axis(label: words), y: Axis(label: words, isLogarithmic: true))
            let figures: [Figure] = [
                .lines(chart), .scatter(chart), .lines(Chart(series: [Series(x: x, y: [1, 2, 3])])),
                .boxes(BoxChart(samples: [.init(label: words, values: x + [.nan])], y: Axis(label: words))),
                .lines(Chart(title: words, series: [Series([.nan])], y: Axis(isLogarithmic: true))),
            ]
            for charset in TextCapabilities.Charset.allCases {
                for figure in figures {
                    let lines = TextRenderer(TextCapabilities(charset: charset, width: width)).text(figure)
                        .split(separator: "\n")
                    for line in lines { #expect(displayWidth(String(line)) <= width, "\(last): \(line)") }
                }
            }
        }
    }

    /// As Matplotlib's `"r--"`; where there are no colours, lines without a style keep apart as before.
    @Test func stylesBreakLines() {
        func top(_ styles: [LineStyle?]) -> [Substring] {
            let series = styles.map { style in
                var series = Series([1, 1])
                series.style = style
                return series
            }
            return TextRenderer(TextCapabilities(charset: .block, width: 40, height: 13))
                .text(.lines(Chart(series: series, y: Axis(low: 0, high: 1)))).split(separator: "\n")
        }
        let lines = LineStyle.allCases.map { top([$0])[0] }
        #expect(Set(lines).count == 4, "\(lines)")
        #expect(top([nil])[0] == lines[0])
        let plain = top([nil, nil])
        #expect(top([.solid, .dashed]).last == plain.last, "\(plain)")
    }

    @Test func whatIsBeyondTheEndsIsNotDrawn() throws {
        let lines = text(
            .lines(Chart(series: [Series([0, 1e300, 0, -1e300])], x: Axis(low: 0, high: 3), y: Axis(low: 0, high: 1)))
        )
        .split(separator: "\n")
        #expect(lines.first?.hasPrefix("1 +") == true && lines.contains { $0.contains("*") })
        let (start, end) = try #require(Clipping.segment((0, 0), (1, 2)))
        #expect(start == (0, 0) && end == (0.5, 1))
        #expect(Clipping.segment((-1, -1), (-2, 5)) == nil)
        #expect(Clipping.segment((-1e308, 0.5), (1e308, 0.5)) == nil, "their distance is not a number")
        #expect(Clipping.area([(-1, -1), (2, -1), (2, 2), (-1, 2)]).count == 4)
        #expect(Clipping.area([(2, 2), (3, 2), (3, 3)]).isEmpty)
    }

    @Test func axesEndWhereTheyAreTold() throws {
        let scale = try #require(Scale(values: [3, 250], axis: Axis(low: 0, high: 100), tickCount: 5, isRoomy: true))
        #expect(scale.range == ValueRange(0, 100))
        #expect(scale.ticks.map(\.label) == ["0", "50", "100"])
        let open = try #require(Scale(values: [3, 47], axis: Axis(low: 0), tickCount: 5, isRoomy: true))
        #expect(open.range.low == 0 && open.range.high >= 47)
        let decades = try #require(
            Scale(values: [5], axis: Axis(isLogarithmic: true, low: 0.1, high: 1000), tickCount: 5, isRoomy: true))
        #expect(decades.position(of: 1) == 0.25)
        #expect(decades.ticks.map(\.label) == ["0.1", "1", "10", "100", "1000"])
    }

    @Test func barsOfALabelStandTogether() {
        let chart = BarChart(
            labels: ["cat", "dog"], groups: [.init(name: "a", values: [4, 2]), .init(name: "b", values: [1, .nan])])
        #expect(
            text(.bars(chart), width: 20) == """
                cat |########### 4
                    |=== 1
                dog |###### 2
                    | nan
                 # a   = b
                """, "\(text(.bars(chart), width: 20))")
    }

    @Test func logarithmicBarsShowTheirLeastValue() {
        let chart = BarChart(
            labels: ["a", "b", "c", "d"], groups: [.init(values: [1, 10, 100, 0])], y: Axis(isLogarithmic: true))
        #expect(
            text(.bars(chart), width: 20) == """
                a |## 1
                b |####### 10
                c |############# 100
                d | 0
                """, "\(text(.bars(chart), width: 20))")
        let program = GnuplotRenderer.program(.bars(chart), .svg)
        let bars = program.split(separator: "\n").filter {
            $0.split(separator: " ").count == 6 && Double($0.split(separator: " ")[0]) != nil
        }
        #expect(bars.count == 3, "that of 1 too")
    }

    @Test func histogramsShareTheirBins() {
        let histogram = Histogram(
            samples: [.init(name: "a", values: [0, 1]), .init(name: "b", values: [3, 4, 4])], binCount: 2)
        let (edges, counts, _) = histogram.binsBySample()
        #expect(edges == [0, 2, 4])
        #expect(counts == [[2, 0], [0, 3]])
        let given = Histogram(samples: [.init(values: [-1, 0, 0.5, 2, 10, 11, .nan])], edges: [0, 1, 10])
        #expect(given.binsBySample().counts == [[2, 2]])
        #expect(given.binsBySample().notFinite == 1)
    }

    @Test func manyBinsAreAnOutline() {
        let histogram = Histogram(values: (0..<500).map { Double($0 % 100) }, binCount: 100)
        #expect(text(.histogram(histogram)).split(separator: "\n").count < 20)
    }

    /// As `numpy.percentile` and `matplotlib.cbook.boxplot_stats` give them.
    @Test func boxesShowQuartilesWhiskersAndOutliers() throws {
        let summary = try #require(BoxChart.summary([1, 2, 3, 4, 100, .nan]))
        #expect(summary.lowerQuartile == 2 && summary.median == 3 && summary.upperQuartile == 4)
        #expect(summary.low == 1 && summary.high == 4 && summary.outliers == [100])
        #expect(BoxChart.summary([.nan]) == nil)
        let chart = BoxChart(samples: [.init(label: "a", values: [0, 1, 2, 3, 4]), .init(label: "b", values: [])])
        #expect(
            text(.boxes(chart), width: 28) == """
                a ||-----======|======-----|
                b |(none)
                  ++-----------+-----------+
                   0           2           4
                """, "\(text(.boxes(chart), width: 28))")
    }

    @Test func surfacesAreShadedByTheirSteps() {
        #expect(hill.levels.first == 0 && hill.levels.last == 4)
        #expect(hill.value(atX: 0, y: 0) == 4)
        #expect(hill.value(atX: 0.1, y: 0).map { $0 > 3.9 && $0 < 4 } == true, "between neighbours")
        #expect(hill.value(atX: 2.1, y: 0) == nil)
        #expect(Surface(x: [0, 0], y: [0, 1], values: [1, 2, 3, 4], coloring: .levels) == nil)
        let lines = text(.scatter(Chart(series: [], background: hill))).split(separator: "\n")
        #expect(lines.contains { $0.contains("@") })
    }

    @Test func figuresOfAGridStandSideBySide() {
        let part = Figure.lines(Chart(title: "loss", series: [Series([1, 2])]))
        let row = text(.grid(FigureGrid(title: "both", rows: [[part, part]])), width: 80).split(separator: "\n")
        #expect(row[0].contains("both"))
        #expect(row[1].split(separator: " ") == ["loss", "loss"])
        #expect(row.allSatisfy { $0.count <= 80 })
        let narrow = text(.grid(FigureGrid(rows: [[part, part]])), width: 40)
        #expect(narrow.split(separator: "\n").count { $0.contains("loss") } == 2, "below each other")
    }

    @Test func diagramsListLayersWithShapes() {
        let diagram = Diagram(
            nodes: [
                .init(name: "input", detail: "", shape: "[N, 3]", parameters: ""),
                .init(name: "out", detail: "linear 2", shape: "[N, 2]", parameters: "8 parameters"),
            ], isChain: true, note: "8 parameters")
        #expect(
            text(.diagram(diagram)) == """
                +-----------------+
                | input           |  [N, 3]
                +-----------------+
                        |
                +-----------------+
                | out    linear 2 |  [N, 2]  8 parameters
                +-----------------+
                8 parameters
                """, "\(text(.diagram(diagram)))")
    }

    @Test func manySeriesHaveAShortLegend() {
        let chart = Chart(series: (0..<1000).map { Series(name: "series \($0)", [Double($0)]) })
        let lines = text(.lines(chart)).split(separator: "\n")
        #expect(lines.count < 40)
        #expect(lines.last?.contains("more") == true)
    }
}
