import Figures
import Language
import Runtime
import Testing

/// Which lines `plot` makes of its arguments.
@Suite struct PlotSeriesTests {
    private func series(_ command: String) throws -> [Series] {
        let module = Namespace(name: "test")
        let interpreter = Interpreter(module: module, sink: Recorder())
        let source = SourceText(name: "test", text: command)
        for statement in Parser.parse(source).block.statements {
            _ = try interpreter.run(statement, of: source, in: module)
        }
        guard case .lines(let chart)? = interpreter.lastFigure else { return [] }
        return chart.series
    }

    @Test(arguments: [
        "plot [5, 6] [[1, 2], [3, 4]]", "plot tensor([5, 6]) [tensor([1, 2]), [3, 4]]",
        "plot([5, 6], tensor([[1, 2], [3, 4]]))", "plot range(5, 7) [[1, 2], range(3, 5)]",
    ]) func severalLinesShareTheirNumbers(_ command: String) throws {
        #expect(try series(command) == [Series(x: [5, 6], y: [1, 2]), Series(x: [5, 6], y: [3, 4])])
    }

    @Test func namedLinesShareThemToo() throws {
        #expect(
            try series("plot [5, 6] {a=[1, 2], b=[3, 4]}") == [
                Series(name: "a", x: [5, 6], y: [1, 2]), Series(name: "b", x: [5, 6], y: [3, 4]),
            ])
    }

    @Test func oneLineAndLinesOverTheirIndexStayAsTheyWere() throws {
        #expect(try series("plot [5, 6] [1, 2]") == [Series(x: [5, 6], y: [1, 2])])
        #expect(try series("plot [[5, 6], [1, 2, 3]]") == [Series([5, 6]), Series([1, 2, 3])])
        #expect(try series("plot [5, 6] [1, 2] [3, 4]") == [Series([5, 6]), Series([1, 2]), Series([3, 4])])
    }

    private func chart(_ command: String) -> Chart? {
        switch lastFigure(command) {
        case .lines(let chart), .scatter(let chart): chart
        default: nil
        }
    }

    private func lastFigure(_ command: String) -> Figure? {
        let module = Namespace(name: "test")
        let interpreter = Interpreter(module: module, sink: Recorder())
        let source = SourceText(name: "test", text: command)
        for statement in Parser.parse(source).block.statements {
            _ = try? interpreter.run(statement, of: source, in: module)
        }
        return interpreter.lastFigure
    }

    @Test func pointsAreColouredByClass() {
        let byNumber = chart(
            "plot [1, 2, 3] [4, 5, 6] kind=\"scatter\" color=tensor([2, 0, 2]) labels=[\"a\", \"b\", \"c\"]")
        #expect(byNumber?.series == [Series(name: "a", x: [2], y: [5]), Series(name: "c", x: [1, 3], y: [4, 6])])
        let byName = chart("plot [1, 2] [4, 5] kind=\"scatter\" color=[\"ki\", \"aka\"]")
        #expect(byName?.series.map(\.name) == ["aka", "ki"])
        let shaded = chart("plot [1, 2] [4, 5] kind=\"scatter\" color=[0.5, 1.5]")
        #expect(shaded?.series.first?.shades == [0.5, 1.5])
        #expect(chart("plot range(30) range(30) kind=\"scatter\" color=range(30)")?.series.first?.shades?.count == 30)
        #expect(chart("plot [1, 2] [4, 5] kind=\"scatter\" color=\"red\"")?.series.first?.color == RGB(214, 39, 40))
    }

    @Test func oneNameIsEnoughForOneLine() {
        #expect(chart("plot [1, 2] labels=\"loss\"")?.series.map(\.name) == ["loss"])
        let failure = run("plot([1, 2], \"ro-\")").failure?.diagnostic
        #expect(failure?.help == ["looks have names: `plot [1, 2] color=\"red\" marker=\"o\"`"])
        #expect(run("plot [1, 2] color=\"red\" marker=\"o\"").failure == nil)
    }

    @Test func argumentsReachTheChart() {
        let command = """
            plot [1, 2] [[3, 4], [5, 6]] color=["#f00", "tab:blue"] marker="s" alpha=0.5 size=[8, 4] xlim=[none, 9] ylim=[0, 10] \
            xticks=["a", "b"] yticks=[[5, "five"]] hline=3 vline=[1, 2] text=[1.5, 4, "x"] band=[0.5, none] log="x"
            """
        let chart = chart(command)
        #expect(chart?.series.map(\.color) == [RGB(255, 0, 0), RGB(0, 114, 178)])
        #expect(chart?.series.allSatisfy { $0.marker == .square && $0.opacity == 0.5 } == true)
        #expect(chart?.series.map(\.band) == [Series.Band(low: [2.5, 3.5], high: [3.5, 4.5]), nil])
        #expect(chart?.x == Axis(isLogarithmic: true, high: 9, ticks: [.init(0, "a"), .init(1, "b")]))
        #expect(chart?.y == Axis(low: 0, high: 10, ticks: [.init(5, "five")]))
        #expect(
            chart?.extras
                == ChartExtras(
                    size: FigureSize(width: 8, height: 4), horizontals: [3], verticals: [1, 2],
                    notes: [.init(x: 1.5, y: 4, text: "x")]))
    }

    @Test func standardErrorsAreBars() {
        let bars = Series.Band(low: [3.5, 4], high: [4.5, 6])
        for command in [
            "plot [1, 2] [4, 5] error=[0.5, 1]", "plot [1, 2] [4, 5] kind=\"scatter\" error=[[3.5, 4], [4.5, 6]]",
            "plot [1, 2] {a=[4, 5], a_se=[0.5, 1]}", "plot [1, 2] table({a_sem=[0.5, 1], a_mean=[4, 5]})",
            "plot table({a=[4, 5], a_se=[0.5, 1]})",
        ] {
            let series = chart(command)?.series ?? []
            #expect(series.map(\.errorBars) == [bars], "\(command)")
        }
        #expect(chart("plot {b=[4, 5], a_se=[0.5, 1]}")?.series.map(\.name) == ["b", "a_se"])
        #expect(chart("plot table({b=[4, 5], a_se=[0.5, 1]}) kind=\"line\"")?.series.count == 2)
        #expect(run("plot [1, 2] error=[1]").failure != nil)
        #expect(run("plot [1, 2] kind=\"bar\" error=1").failure?.diagnostic.help.first?.contains("\"scatter\"") == true)
    }

    @Test func statementsDrawAndExpressionsDoNot() {
        #expect(run("f = plot([1, 2])").recorder.figures == 0)
        #expect(run("f = plot([1, 2])\nf").recorder.figures == 1)
        #expect(run("plot [1, 2]").recorder.figures == 1)
        #expect(run("for i in range(3) { plot [i, 1] }").recorder.figures == 3)
        #expect(run("fn f() { plot [1, 2] }\nf()\nfor i in range(2) { f() }").recorder.figures == 3)
        #expect(run("if true { plot [1, 2] }\ntry { plot [1, \"a\"] } catch e { plot [3] }").recorder.figures == 2)
        #expect(run("grid [[plot([1, 2]), show(eye(3))], [plot([2])]]").recorder.figures == 1)
        #expect(run("t = sweep n in [1, 2] { plot [n, 2] }\nprint t.n").failure == nil)
    }

    @Test func gridsHaveRows() {
        func rows(_ command: String) -> [Int]? {
            if case .grid(let grid)? = lastFigure(command) { grid.rows.map(\.count) } else { nil }
        }
        #expect(rows("f = plot([1])\ngrid [[f, f], [f]]") == [2, 1])
        #expect(rows("f = plot([1])\ngrid [f, f, f, f, f] columns=2") == [2, 2, 1])
        #expect(rows("grid [rand([3, 8, 8]), plot([1])]") == [2])
    }

    @Test func regionsCoverThePlane() throws {
        let program =
            "d = dataset(tensor([[0.0, 0], [1, 1], [0, 1]]), [0, 1, 1])\nplot_regions (x -> x[:, 0] > 0.5) d labels=[\"no\", \"yes\"]"
        guard case .scatter(let chart)? = lastFigure(program) else {
            Issue.record("no figure")
            return
        }
        #expect(chart.series == [Series(name: "no", x: [0], y: [0]), Series(name: "yes", x: [1, 0], y: [1, 1])])
        #expect(chart.background?.coloring == .classes)
        #expect(Set(chart.background?.values ?? []) == [0, 1])
    }

    @Test func mistakesAreShownWorstFirst() {
        let program = """
            model always() { x = linear 2; fn forward(t) = tensor([[0.0, 1], [0, 3], [0, 2], [0, 9]])[0:len(t)] }
            d = dataset(zeros([4, 1, 6, 6]), [0, 0, 1, 0])
            m = mistakes(always(), d, count=2)
            print m.index m.target m.answer
            show m
            """
        let (output, failure, recorder) = run(program)
        #expect(failure == nil, "\(failure?.diagnostic.message ?? "")")
        // Classes without names are the numbers that y holds.
        #expect(output.hasPrefix("[3, 1] [0, 0] [1, 1]"), "\(output)")
        #expect(recorder.figures == 1)
    }

    @Test func modelsAreShownAsDiagrams() {
        guard case .diagram(let diagram)? = lastFigure("model m() { linear 4; relu; linear 2 }\nshow m(input=[3])")
        else {
            Issue.record("no figure")
            return
        }
        #expect(diagram.nodes.map(\.shape) == ["[N, 3]", "[N, 4]", "[N, 4]", "[N, 2]"])
        #expect(diagram.nodes[1].parameters == "16 parameters" && diagram.isChain)
        #expect(diagram.note == "26 parameters")
    }
}
