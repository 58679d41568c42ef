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
}
