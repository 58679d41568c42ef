import Figures
import Foundation
import Language
import Runtime
import Testing

/// With the gnuplot of this machine.
@Suite struct FigureFileTests {
    private static let chart = Figure.lines(
        Chart(
            title: "it's `date` <b> & @x \\", series: [Series(name: "学習", [3, 2, 1.5]), Series([1, .nan, 2])],
            x: Axis(label: "epoch"), y: Axis(label: "loss")))
    private static let grid = Figure.images(
        ImageGrid(images: [Image(height: 1, width: 2, values: [0, 1])!], captions: ["あ"], brightness: .shared))
    private static let figures: [Figure] = [
        chart, grid, .bars(BarChart(bars: [.init("a", 1), .init("b", -1)])),
        .histogram(Histogram(values: [1, 2, 2, 3])), .heatMap(HeatMap(rowCount: 1, columnCount: 2, values: [0, 1])!),
        .lines(Chart(series: [])), .lines(dressed), .scatter(dressed),
        .scatter(
            Chart(
                series: [Series(name: "a", x: [0.5], y: [0.5])],
                background: Surface(x: [0, 1], y: [0, 1], values: [0, 1, 2, .nan], coloring: .levels))),
        .histogram(Histogram(samples: [.init(name: "a", values: [1, 2]), .init(values: [2, 3])], binCount: 4)),
        .boxes(BoxChart(samples: [.init(label: "a", values: [1, 2, 3, 99])])), .diagram(diagram(of: "conv 8")),
        .grid(
            FigureGrid(
                title: "all", rows: [[chart, grid], [.lines(dressed)], [.grid(FigureGrid(rows: [[chart, chart]]))]])),
    ]

    private static let dressed: Chart = {
        var series = Series(name: "<a>", [1, 4, 2])
        series.band = Series.Band(low: [0, 3, 1], high: [2, 5, 3])
        series.shades = [1, .nan, 3]
        return Chart(
            series: [series], x: Axis(low: 0.5), y: Axis(ticks: [Axis.Tick(1, "`date` & 1"), Axis.Tick(2)]),
            extras: ChartExtras(
                size: FigureSize(width: 3, height: 2), horizontals: [2], verticals: [1],
                notes: [ChartExtras.Note(x: 1, y: 4, text: "学習 <b>")]))
    }()

    private static func diagram(of text: String) -> Diagram {
        let node = Diagram.Node(name: text, detail: text, shape: text, parameters: text)
        return Diagram(title: text, nodes: [node, node], isChain: true, note: text)
    }

    @Test(arguments: figures) func theSameFigureIsTheSameSVG(_ figure: Figure) throws {
        let bytes = try Gnuplot.draw(figure, as: .svg)
        #expect(bytes == (try Gnuplot.draw(figure, as: .svg)))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("<svg"))
        #expect(!text.contains("NaN") && !text.contains("Produced by"))
        #expect(XMLDocumentCheck.isWellFormed(bytes))
    }

    @Test func titlesAreShownAsTheyAre() throws {
        let text = String(decoding: try Gnuplot.draw(Self.chart, as: .svg), as: UTF8.self)
        #expect(text.contains("<title>it&#39;s `date` &lt;b&gt; &amp; @x \\</title>"))
        #expect(text.contains("<svg role=\"img\""))
        #expect(text.contains("<desc>lines of 学習, loss over epoch: 3 points, 1 to 3</desc>"))
        #expect(text.contains("学習"))
        #expect(text.contains("`date`"))
    }

    /// A quote and the mark that combines with it are one `Character`; gnuplot reads them apart.
    @Test func noTextOfAFigureRunsACommand() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("dls-touched-\(UUID())").path
        let hostile = "x'\u{301}`touch \(file)` '`touch \(file)`\nsystem('touch \(file)')"
        let figures: [Figure] = [
            .bars(BarChart(title: "'quoted' 5''", bars: [.init("'a'", 1)])),
            .lines(
                Chart(
                    title: hostile, series: [Series(name: hostile, [1, 2]), Series(name: "b", [2, 3])],
                    x: Axis(label: hostile), y: Axis(label: hostile))),
            .bars(BarChart(title: hostile, bars: [.init(hostile, 1)])),
            .table(TextTable(title: hostile, headers: [hostile], rows: [[.text(hostile)]])),
            .diagram(Self.diagram(of: hostile)),
            .boxes(
                BoxChart(title: hostile, samples: [.init(label: hostile, values: [1, 2])], y: Axis(label: hostile))),
            .histogram(
                Histogram(title: hostile, samples: [.init(name: hostile, values: [1])], x: Axis(label: hostile))),
            .scatter(
                Chart(
                    series: [Series(name: hostile, [1])], x: Axis(ticks: [Axis.Tick(0, hostile)]),
                    y: Axis(ticks: [Axis.Tick(1, hostile)]),
                    extras: ChartExtras(notes: [ChartExtras.Note(x: 0, y: 1, text: hostile)]))),
            .grid(FigureGrid(title: hostile, rows: [[.diagram(Self.diagram(of: hostile))]])),
        ]
        for figure in figures {
            for format in FigureFormat.allCases { _ = try Gnuplot.draw(figure, as: format) }
        }
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func otherFormatsAreWhatTheirNameSays() throws {
        #expect(try Gnuplot.draw(Self.chart, as: .png).starts(with: [0x89] + Array("PNG".utf8)))
        #expect(try Gnuplot.draw(Self.grid, as: .png).starts(with: [0x89] + Array("PNG".utf8)))
        #expect(try Gnuplot.draw(Self.chart, as: .pdf).starts(with: Array("%PDF".utf8)))
    }

    @Test func pixelsStaySharp() throws {
        let text = String(decoding: try Gnuplot.draw(Self.grid, as: .svg), as: UTF8.self)
        #expect(text.contains("image-rendering:pixelated"))
    }

    @Test func withoutGnuplotTheErrorNamesThePackage() {
        #expect { try Gnuplot.draw(Self.chart, as: .svg, program: "no-gnuplot-of-this-name") } throws: { error in
            let diagnostic = (error as? Failure)?.diagnostic
            return diagnostic?.message.contains("not installed") == true
                && diagnostic?.help.first?.contains("gnuplot-nox") == true
        }
    }

    @Test func whatGnuplotComplainsOfIsSaid() {
        // A program that fails as gnuplot may.
        #expect { try Gnuplot.draw(Self.chart, as: .svg, program: "false") } throws: { error in
            (error as? Failure)?.diagnostic.message.contains("could not draw the figure") == true
        }
    }

    @Test func theLastFigureIsSaved() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dls-figures-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (_, failure, _) = run(
            """
            plot [1, 2] title="first"
            f = figure()
            plot [2, 1] title="second"
            save figure "\(folder.path)/second.svg"
            save f "\(folder.path)/first.svg"
            show eye(3)
            save figure "\(folder.path)/eye.png"
            """)
        #expect(failure == nil, "\(failure?.diagnostic.message ?? "")")
        for name in ["first", "second"] {
            let text = try String(contentsOf: folder.appendingPathComponent("\(name).svg"), encoding: .utf8)
            #expect(text.contains("<title>\(name)</title>"))
        }
        #expect(try Data(contentsOf: folder.appendingPathComponent("eye.png")).count > 100)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
    }

    @Test func whatCannotBeSavedIsAnError() {
        func message(_ program: String) -> String { run(program).failure?.diagnostic.message ?? "no error" }
        #expect(message("save figure \"x.svg\"").contains("nothing has been drawn yet"))
        #expect(message("figure()").contains("nothing has been drawn yet"))
        #expect(message("plot [1]\nsave figure \"x.jpg\"").contains(".svg, .png or .pdf"))
        #expect(message("plot [1]\nsave figure \"/nowhere/at/all/x.svg\"").contains("/nowhere/at/all/x.svg"))
        #expect(message("plot [1]\nfigure().colour").contains("no field `colour`"))
    }
}

private enum XMLDocumentCheck {
    /// Every tag that opens closes, in order.
    static func isWellFormed(_ bytes: [UInt8]) -> Bool {
        var open: [Substring] = []
        let text = Substring(decoding: bytes, as: UTF8.self)
        for part in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            guard !part.hasPrefix("?"), !part.hasPrefix("!") else { continue }
            guard let end = part.firstIndex(of: ">") else { return false }
            let name = part.prefix { $0.isLetter || $0 == "/" }
            if name.hasPrefix("/") {
                guard open.popLast() == name.dropFirst() else { return false }
            } else if part[..<end].last != "/" {
                open.append(name)
            }
        }
        return open.isEmpty
    }
}
