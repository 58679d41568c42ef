import Figures
import Testing

@Suite struct AltTextTests {
    @Test func everyFigureSaysWhatItShows() {
        func words(_ figure: Figure) -> String { figure.altText }
        let losses = [Series(name: "loss", [2.3, 0.5, 0.1134]), Series(name: "val_loss", [2, .nan, 1])]
        #expect(
            words(.lines(Chart(series: losses, x: Axis(label: "epoch"))))
                == "lines of loss and val_loss over epoch: 3 points, 0.113 to 2.3")
        #expect(words(.lines(Chart(series: []))) == "lines: 0 points")
        #expect(
            words(.scatter(Chart(series: [Series([1, 1]), Series([1])], y: Axis(label: "error"))))
                == "2 series of points, error: 2 points, all 1")
        #expect(words(.bars(BarChart(bars: [.init("a", 0.5), .init("b", -1)]))) == "2 bars: a 0.5 and b -1")
        #expect(
            words(.bars(BarChart(bars: (0..<12).map { .init("c\($0)", 1) })))
                == "12 bars: c0 1, c1 1, c2 1, c3 1, c4 1, c5 1, c6 1, c7 1, c8 1, c9 1 and 2 more")
        #expect(words(.histogram(Histogram(values: [1, 2, .infinity]))) == "histogram of 3 values, 1 to 2")
        let heat = HeatMap(rowCount: 1, columnCount: 2, values: [0, 1], x: Axis(label: "key"), y: Axis(label: "query"))
        #expect(heat.map { words(.heatMap($0)) } == "heat map of 1 x 2, query over key, 0 to 1")
        let image = Image(height: 28, width: 20, values: [Float](repeating: 0, count: 560))
        #expect(
            image.map { words(.images(ImageGrid(images: [$0, $0], captions: ["お", "き"], brightness: .shared))) }
                == "2 images of 28 x 20: お and き")
        #expect(
            words(.boxes(BoxChart(samples: [.init(label: "a", values: [1, 2]), .init(label: "b", values: [5])])))
                == "box plot of a and b, 1 to 5")
        #expect(words(.scatter(Chart(series: [], background: hill))) == "contours, 0.444 to 4")
        #expect(
            words(
                .grid(
                    FigureGrid(rows: [
                        [.lines(Chart(series: [Series([1, 2])]))], [.table(TextTable(headers: ["a"], rows: []))],
                    ])))
                == "2 figures: lines: 2 points, 1 to 2 and table of a")
        let node = Diagram.Node(name: "conv1", detail: "conv 8", shape: "[N, 8]", parameters: "")
        #expect(words(.diagram(Diagram(nodes: [node, node], isChain: true, note: ""))) == "diagram of conv1 and conv1")
        #expect(words(.table(TextTable(headers: ["lr", "loss"], rows: []))) == "table of lr and loss")
    }
}
