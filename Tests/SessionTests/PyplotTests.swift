import Figures
import Language
import Runtime
import Session
import Testing

private final class Pictures: OutputSink {
    var figures: [Figure] = []

    func emit(_ output: Output) throws {
        if case .figure(let figure) = output { figures.append(figure) }
    }
}

/// Charts that are put together by calls of `plt` and of axes.
@Suite struct PyplotTests {
    private static let own = "xs = [0, 1, 2]; ys = [3, 1, 2]; zs = [1, 2, 2]; z = tensor([[1, 2], [3, 4]])\n"

    private func run(_ program: String) -> (figures: [Figure], error: String?) {
        let sink = Pictures()
        let session = Session(sink: sink)
        let result = session.execute(SourceText(name: "test.dls", text: Self.own + program))
        return withExtendedLifetime(session) {
            if case .failed(let diagnostic) = result { return (sink.figures, DiagnosticRenderer().render(diagnostic)) }
            return (sink.figures, nil)
        }
    }

    @Test(arguments: [
        ("plt.plot(ys); plt.title(\"a\"); plt.show()", "plot ys title=\"a\""),
        ("plt.plot(xs, ys)", "plot xs ys"),
        ("plt.figure(figsize=[8, 4]); plt.plot(xs, ys, lw=2); plt.xlabel(\"x\")", "plot xs ys size=[8, 4] x=\"x\""),
        ("plt.plot(xs, ys, label=\"a\"); plt.plot(xs, zs, label=\"b\"); plt.legend()", "plot xs {a=ys, b=zs}"),
        ("plt.plot(xs, ys); plt.plot(xs, zs); plt.legend([\"a\", \"b\"])", "plot xs {a=ys, b=zs}"),
        ("plt.plot(xs, ys, xs, zs); plt.legend([\"a\", \"b\"])", "plot xs {a=ys, b=zs}"),
        ("plt.plot(xs, ys, \"ro\")", "plot xs ys kind=\"scatter\" color=\"r\" marker=\"o\""),
        ("plt.plot(ys, \"o\")", "plot xs ys kind=\"scatter\" marker=\"o\""),
        ("plt.plot(xs, ys, \"r--\", alpha=0.5)", "plot xs ys color=\"r\" style=\"--\" alpha=0.5"),
        ("plt.plot(xs, ys, \"b:\")", "plot xs ys color=\"b\" style=\":\""),
        ("plt.plot(xs, ys, \"k-.\")", "plot xs ys color=\"k\" style=\"-.\""),
        ("plt.plot(xs, ys, \"g-\")", "plot xs ys color=\"g\""),
        ("plt.plot(xs, ys, linestyle=\"dashdot\")", "plot xs ys style=\"-.\""),
        (
            "plt.plot(xs, ys, \"--\", xs, zs, \":\"); plt.legend([\"a\", \"b\"])",
            "plot xs {a=ys, b=zs} style=[\"dashed\", \"dotted\"]"
        ),
        ("plot xs ys linestyle=\":\"", "plot xs ys style=\":\""),
        (
            "plt.plot(xs, ys, marker=\"s\", linestyle=\"\", c=\"C1\")",
            "plot xs ys kind=\"scatter\" marker=\"s\" color=\"C1\""
        ),
        ("plt.plot(tensor([[1, 4], [2, 5], [3, 6]]), label=[\"a\", \"b\"])", "plot {a=[1, 2, 3], b=[4, 5, 6]}"),
        (
            "plt.scatter(xs, ys, c=[\"a\", \"b\", \"a\"], s=20)",
            "plot xs ys kind=\"scatter\" color=[\"a\", \"b\", \"a\"]"
        ),
        ("plt.bar([\"a\", \"b\"], [1, 2])", "plot [\"a\", \"b\"] [1, 2] kind=\"bar\""),
        (
            "plt.bar(range(2), [1, 2]); plt.xticks([0, 1], [\"a\", \"b\"], rotation=45)",
            "plot [\"a\", \"b\"] [1, 2] kind=\"bar\""
        ),
        ("table({a=xs, b=ys}).plot(x=\"a\", y=\"b\")", "plot xs ys x=\"a\" y=\"b\""),
        (
            "table({a=xs, b=ys}).plot(x=\"a\", y=\"b\", kind=\"scatter\")",
            "plot xs ys x=\"a\" y=\"b\" kind=\"scatter\""
        ),
        ("table({b=ys}).b.hist(bins=2)", "plot ys kind=\"histogram\" bins=2"),
        ("r = {p=1, q=2}\nr.plot(kind=\"bar\")", "plot [\"p\", \"q\"] [1, 2] kind=\"bar\""),
        ("plt.hist(ys, bins=4, edgecolor=\"k\")", "plot ys kind=\"histogram\" bins=4"),
        ("plt.hist(ys, bins=2, range=(0, 4))", "plot ys kind=\"histogram\" bins=[0, 2, 4]"),
        ("plt.hist(ys, 4, bottom=0, orientation=\"vertical\")", "plot ys kind=\"histogram\" bins=4"),
        (
            "plt.bar(range(2), [1, 2]); plt.xticks(tensor([0, 1]), [\"a\", \"b\"])",
            "plot [\"a\", \"b\"] [1, 2] kind=\"bar\""
        ),
        ("fig, ax = plt.subplots(); ax.plot(ys); ax.set_xticks(np.arange(3))", "plot ys xticks=[0, 1, 2]"),
        ("plt.boxplot([xs, ys], labels=[\"a\", \"b\"])", "plot [xs, ys] kind=\"box\" labels=[\"a\", \"b\"]"),
        ("plt.contourf(z, 10)", "plot z kind=\"contour\""),
        ("plt.imshow(z, cmap=\"gray\"); plt.axis(\"off\")", "show z"),
        ("plt.imshow(z, cmap=\"Blues\"); plt.colorbar()", "plot z kind=\"heatmap\""),
        ("plt.imshow(z, origin=\"lower\")", "show tensor([[3, 4], [1, 2]])"),
        ("plt.imshow(ones([4, 5, 3]))", "show ones([3, 4, 5])"),
        ("plt.matshow(z); plt.xticks(range(2), [\"a\", \"b\"])", "plot z kind=\"heatmap\" xticks=[\"a\", \"b\"]"),
        ("plt.plot(xs, ys); plt.fill_between(xs, [2, 0, 1], [4, 2, 3], alpha=0.2)", "plot xs ys band=1"),
        ("plt.errorbar(xs, ys, yerr=[1, 2, 1], fmt=\"o\")", "plot xs ys error=[1, 2, 1]"),
        ("plt.plot(xs, ys); plt.axhline(2, color=\"k\"); plt.axvline(x=1)", "plot xs ys hline=2 vline=1"),
        ("plt.plot(ys); plt.xlim(0, 3); plt.ylim(bottom=0)", "plot ys xlim=[0, 3] ylim=[0, none]"),
        ("plt.plot(ys); plt.axis([0, 3, 1, 4])", "plot ys xlim=[0, 3] ylim=[1, 4]"),
        ("plt.semilogy(ys)", "plot ys log=\"y\""),
        ("plt.plot(ys); plt.xscale(\"log\"); plt.yscale(\"log\")", "plot ys log=\"xy\""),
        (
            "plt.plot(ys); plt.text(1, 2, \"here\"); plt.annotate(\"there\", [2, 2])",
            "plot ys text=[[1, 2, \"here\"], [2, 2, \"there\"]]"
        ),
        (
            "fig, ax = plt.subplots(); ax.plot(xs, ys); ax.set(title=\"a\", ylim=[0, 4])",
            "plot xs ys title=\"a\" ylim=[0, 4]"
        ),
        (
            "fig, ax = plt.subplots(1, 2); ax[0].plot(ys); ax[1].imshow(z); fig.suptitle(\"a\")",
            "grid [plot(ys), show(z)] title=\"a\""
        ),
        ("fig, ax = plt.subplots(2, 2); ax[0, 0].plot(ys); ax[1][1].plot(zs)", "grid [[plot(ys)], [plot(zs)]]"),
        (
            "fig, axes = plt.subplots(1, 2); for ax, y in zip(axes, [ys, zs]) { ax.plot(y) }",
            "grid [plot(ys), plot(zs)]"
        ),
        ("fig, axes = plt.subplots(2, 1); for ax in axes.flatten() { ax.plot(ys) }", "grid [[plot(ys)], [plot(ys)]]"),
        ("plt.subplot(1, 2, 1); plt.plot(ys); plt.subplot(122); plt.plot(zs); plt.show()", "grid [plot(ys), plot(zs)]"),
        ("plt.figure(); plt.plot(ys); plt.figure(); plt.plot(zs); plt.show()", "plot ys; plot zs"),
        ("plt.plot(ys); plt.clf(); plt.plot(zs)", "plot zs"),
        ("plt.figure(); plt.show()", "0;"),
    ]) func drawsWhatTheCommandDraws(_ programs: (String, String)) {
        let (made, expected) = (run(programs.0), run(programs.1))
        #expect(made.error == nil && expected.error == nil, "\(made.error ?? "") \(expected.error ?? "")")
        #expect(made.figures == expected.figures, "\(programs.0)")
    }

    /// `vmin` and `vmax` are what the first and the last shade stand for.
    @Test func shadesHaveTheEndsThatWereGiven() throws {
        let grey = run("plt.imshow(z, cmap=\"gray\", vmin=-1, vmax=6)").figures.first
        guard case .images(let grid)? = grey else {
            Issue.record("no image")
            return
        }
        #expect(grid.brightness == .fixed(low: -1, high: 6))
        let shaded = run("plt.imshow(z, cmap=\"Blues\", vmax=6); plt.colorbar()").figures.first
        guard case .heatMap(let map)? = shaded else {
            Issue.record("no heat map")
            return
        }
        #expect(map.low == nil && map.high == 6)
        // The strip of shades names its ends.
        let wide = run("plt.imshow(eye(40), cmap=\"Blues\", vmax=6); plt.colorbar()").figures.first
        let text = TextRenderer(TextCapabilities(charset: .block, width: 60)).text(try #require(wide))
        #expect(text.contains(" 6"), "\(text)")
    }

    @Test func barsOfADensityHaveTheAreaOne() throws {
        guard case .histogram(let chart)? = run("plt.hist([0, 1, 1, 4], bins=[0, 2, 4], density=True)").figures.first
        else {
            Issue.record("no histogram")
            return
        }
        #expect(chart.isDensity)
        let text = TextRenderer(TextCapabilities(charset: .block, width: 60)).text(.histogram(chart))
        #expect(text.contains("0.375") && text.contains("0.125"), "\(text)")
    }

    @Test func linesAndPointsShareAChart() throws {
        let figures = run("plt.scatter(xs, ys, label=\"data\"); plt.plot(xs, zs, \"k-\"); plt.show()").figures
        guard case .lines(let chart)? = figures.first else {
            Issue.record("no chart of lines")
            return
        }
        #expect(chart.series.map(\.isPoints) == [true, false])
        // What has no name is left out of the legend.
        #expect(chart.series.map(\.name) == ["data", ""])
        let text = TextRenderer(TextCapabilities(charset: .block, width: 60)).text(.lines(chart))
        let legend = text.split(whereSeparator: \.isNewline)
        #expect(legend.last?.hasSuffix("data") == true)
    }

    @Test(arguments: [
        ("plt.plot(ys); plt.bar(xs, ys)", "has no place for bars"),
        ("plt.imshow(z); plt.plot(ys)", "draws nothing over an image"),
        ("plt.plot(ys, width_of_line=2)", "has no option `width_of_line`"),
        ("plt.plot(xs, ys, \"solid\")", "has no format \"solid\""),
        ("plt.plot(xs, [1, 2])", "3 x values and 2 y values"),
        ("plt.bar(xs, ys); plt.bar(xs, ys, bottom=ys)", "`bottom` of `bar` is not there"),
        ("plt.hist(ys, orientation=\"horizontal\")", "`orientation` of `hist` is not there"),
        ("plt.hist(ys, range=[2, 1])", "takes [low, high]"),
        ("plt.subplot(1, 2, 3)", "a place from 1 on"), ("plt.subplots(0)", "nrows"),
        ("fig, ax = plt.subplots(1, 2); ax[2].plot(ys)", "there is no axes 2"),
        ("fig, ax = plt.subplots(2, 2); ax[0].plot(ys)", "plot"),
        ("plt.plot(ys, ls=\"~\")", "there is no line style"),
        ("plt.figure(); plt.savefig(\"x.svg\")", "nothing is drawn"),
        ("plt.xlim(2, 1)", "low below high"), ("plt.savefig(\"x.svg\")", "nothing is drawn"),
        ("plt.plot(ys); plt.title()", "label"), ("plt.yscale(\"cubic\")", "\"linear\", \"log\""),
    ]) func whatCannotBeDrawnIsSaid(_ program: String, _ part: String) {
        let error = run(program).error
        #expect(error?.contains(part) == true, "\(program): \(error ?? "no error")")
    }

    /// A figure that went to a file is seen, too, as in a cell of Jupyter.
    @Test func whatIsSavedIsShown() throws {
        let folder = try TemporaryFolder()
        let (figures, error) = run("plt.plot(ys); plt.savefig(\"\(folder.path)/a.svg\")")
        #expect(error == nil && figures.count == 1, "\(error ?? "")")
        #expect(try folder.bytes("a.svg").isEmpty == false)
    }

    @Test func theFigureLastShownIsSavedWhereNothingWasDrawnSince() throws {
        let folder = try TemporaryFolder()
        let (figures, error) = run(
            "plt.plot(ys); plt.savefig(\"\(folder.path)/a.svg\"); plt.show(); plt.savefig(\"\(folder.path)/b.svg\")")
        #expect(error == nil && figures.count == 1, "\(error ?? "")")
        #expect(try folder.bytes("a.svg") == folder.bytes("b.svg"))
    }

    /// At the prompt a chart grows over several inputs; a cell and a file draw what is left at their end.
    @Test func inputsWaitForShow() {
        let sink = Pictures()
        let session = Session(sink: sink)
        for text in ["plt.plot([1, 2])", "plt.title(\"a\")"] { _ = session.executeInput(text) }
        #expect(sink.figures.isEmpty)
        _ = session.executeInput("plt.show()")
        #expect(sink.figures.count == 1)
        _ = session.executeInput("plt.show()")
        #expect(sink.figures.count == 1)
    }
}
