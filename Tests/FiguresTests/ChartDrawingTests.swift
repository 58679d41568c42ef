import Figures
import Testing

@Suite("Line and scatter charts as text")
struct ChartDrawingTests {
    @Test("two lines in braille differ by their dashes")
    func twoLinesInBrailleDifferByTheirDashes() {
        let text = TextRenderer(TextCapabilities(charset: .braille, color: .none, width: 40, height: 13))
            .text(
                .lines(
                    Chart(
                        title: "loss", series: [Series(name: "train", falling), Series(name: "validation", rising)],
                        x: Axis(label: "epoch"), y: Axis(label: "nats"))))
        #expect(
            text == """
                                 loss
                nats
                5 ┤
                  │
                  │⠑⠤⡀                         ⣀⣀ ⢀⣀⠄ ⠤
                  │  ⠈⠑⠢⠤⢄⣀⡀ ⢀⣀⡀ ⠤⠤ ⠠⠒⠂ ⠒⠒ ⠈⠉⠁
                0 ┤⠒⠒ ⠈⠉⠁ ⠉⠉⠉⠉⠉⠉⠉⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠢⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤
                  └┬────────┬────────┬─────────┬───────
                   0        5       10        15
                                  epoch
                   ⠤⠤⠤⠤ train   ⠤⠤ ⠠ validation
                """)
    }

    @Test("an error bar is cut off at the foot of a logarithmic axis, where its end is below zero")
    func errorBars() {
        var series = Series(x: [0, 1, 2], y: [1, 4, 10])
        func field() -> [Substring] {
            let chart = Chart(series: [series], x: Axis(), y: Axis(isLogarithmic: true, low: 1, high: 100))
            let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 24, height: 12))
                .text(.scatter(chart))
            return text.split(separator: "\n").prefix { !$0.hasSuffix("-+") && !$0.hasSuffix("--") }
        }
        #expect(field().count { $0.hasSuffix("|") && $0.count == 23 } == 0)
        series.errorBars = Series.Band(low: [0.5, 2, -1], high: [2, 6, 100])
        #expect(field().count > 3)
        #expect(field().allSatisfy { $0.count == 23 && ($0.hasSuffix("|") || $0.hasSuffix("*")) }, "\(field())")
    }

    @Test("two lines in blocks")
    func twoLinesInBlocks() {
        let text = TextRenderer(TextCapabilities(charset: .block, color: .none, width: 40, height: 13))
            .text(
                .lines(
                    Chart(
                        title: "loss", series: [Series(name: "train", falling), Series(name: "validation", rising)],
                        x: Axis(label: "epoch"), y: Axis(label: "nats"))))
        #expect(
            text == """
                                 loss
                nats
                5 ┤
                  │
                  │▀▄▄                         ▄▄ ▗▄▖ ▄
                  │   ▀▚▄▄▄▄▄▄▄▖ ▄▄ ▝▀▘ ▀▀ ▝▀▘
                0 ┤▀▀ ▝▀▘    ▝▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
                  └┬────────┬────────┬─────────┬───────
                   0        5       10        15
                                  epoch
                   ▄▄▄▄ train   ▄▄ ▗ validation
                """)
    }

    @Test("two lines in ASCII differ by their marks")
    func twoLinesInAsciiDifferByTheirMarks() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(
                .lines(
                    Chart(
                        title: "loss", series: [Series(name: "train", falling), Series(name: "validation", rising)],
                        x: Axis(label: "epoch"), y: Axis(label: "nats"))))
        #expect(
            text == """
                                 loss
                nats
                5 +
                  |
                  |***                       ++++++++++
                  |   *++++++++++++++++++++++
                0 +++++          **********************
                  ++--------+--------+---------+-------
                   0        5       10        15
                                  epoch
                   * train   + validation
                """)
    }

    @Test("a line in colour")
    func aLineInColour() {
        let text = TextRenderer(TextCapabilities(charset: .braille, color: .trueColor, width: 30, height: 9))
            .text(.lines(Chart(series: [Series(name: "a", [1, 2, 3])])))
        #expect(
            text == """
                4 ┤
                  │                   \u{1b}[38;2;70;160;215m⢀⣀⣀⠤⠤⠔⠒\u{1b}[0m
                2 ┤        \u{1b}[38;2;70;160;215m⢀⣀⣀⡠⠤⠤⠔⠒⠒⠉⠉⠁\u{1b}[0m
                  │\u{1b}[38;2;70;160;215m⠤⠤⠒⠒⠒⠉⠉⠉⠁\u{1b}[0m
                0 ┤
                  └┬────────────┬───────────┬
                   0            1           2
                   \u{1b}[38;2;70;160;215m⠤⠤⠤⠤\u{1b}[0m a
                """)
    }

    @Test("a logarithmic axis shows decades")
    func aLogarithmicAxisShowsDecades() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(
                .lines(
                    Chart(
                        series: [Series([1, 0.1, 0.01, 0.001, 0, -1])], y: Axis(label: "rate", isLogarithmic: true))))
        #expect(
            text == """
                  rate
                    1 +*****
                      |     ********
                      |             ******
                      |                   *******
                0.001 +                          ******
                      ++---------+----------+---------+
                       0         1          2         3
                (2 of 6 points not drawn: not finite, or
                not above zero on a logarithmic axis)
                """)
    }

    @Test("less than two decades are marked within")
    func lessThanTwoDecadesAreMarkedWithin() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.lines(Chart(series: [Series([1, 3, 9])], y: Axis(isLogarithmic: true))))
        #expect(
            text == """
                  |                               *****
                5 +                       ********
                  |              *********
                2 +     *********
                1 +*****
                  ++-----------------+----------------+
                   0                 1                2
                """)
    }

    @Test("gaps where a value is not finite, and lonely points seen")
    func gapsWhereAValueIsNotFiniteAndLonelyPointsSeen() {
        let text = TextRenderer(TextCapabilities(charset: .braille, color: .none, width: 40, height: 13))
            .text(.lines(Chart(title: "gaps", series: [Series([1, .nan, 2, 3, .infinity, 6])])))
        #expect(
            text == """
                                 gaps
                10 ┤
                   │                                  ⢀
                 5 ┤                                  ⠙
                   │              ⣀⣀⠤⠤⠤⠒⠒
                 0 ┤⠗
                   └┬─────────────┬────────────┬───────
                    0             2            4
                (2 of 6 points not drawn: not finite)
                """)
    }

    @Test("one point stands in the middle")
    func onePointStandsInTheMiddle() {
        let text = TextRenderer(TextCapabilities(charset: .braille, color: .none, width: 40, height: 13))
            .text(.lines(Chart(series: [Series([3])])))
        #expect(
            text == """
                4 ┤
                  │
                3 ┤                 ⠠⡦
                  │
                2 ┤
                  └┬─────────────────┬────────────────┬
                  -1                 0                1
                """)
    }

    @Test("a constant is a level line")
    func aConstantIsALevelLine() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.lines(Chart(series: [Series([0.5, 0.5, 0.5])])))
        #expect(
            text == """
                0.6 +
                    |
                0.5 +**********************************
                    |
                0.4 +
                    ++----------------+---------------+
                     0                1               2
                """)
    }

    @Test("the largest numbers there are")
    func theLargestNumbersThereAre() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.lines(Chart(series: [Series([-1.7e308, 1.7e308])])))
        #expect(
            text == """
                 1.7e+308 +                        ****
                          |                 *******
                          |           ******
                          |    *******
                -1.7e+308 +****
                          ++--------------------------+
                           0                          1
                """)
    }

    @Test("neighbouring numbers are told apart")
    func neighbouringNumbersAreToldApart() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.lines(Chart(series: [Series([1, 1.000000000000001])])))
        #expect(
            text == """
                1.000000000000001 +                 ***
                                  |            *****
                                  |        ****
                                  |   *****
                              1.0 +***
                                  ++------------------+
                                   0                  1
                """)
    }

    @Test("nothing to plot")
    func nothingToPlot() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.lines(Chart(title: "empty", series: [])))
        #expect(
            text == """
                empty
                (nothing to plot)
                """)
    }

    @Test("nothing finite")
    func nothingFinite() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.lines(Chart(title: "lost", series: [Series([.nan, -.infinity])])))
        #expect(
            text == """
                lost
                (2 of 2 points not drawn: not finite)
                """)
    }

    @Test("a scatter of two clouds without colours")
    func aScatterOfTwoCloudsWithoutColours() {
        let text = TextRenderer(TextCapabilities(charset: .braille, color: .none, width: 40, height: 13))
            .text(
                .scatter(
                    Chart(series: [
                        Series(name: "a", x: [0, 1, 2], y: [0, 1, 4]), Series(name: "b", x: [0, 1, 2], y: [4, 2, 0]),
                    ])))
        #expect(
            text == """
                5 ┤
                  │+                                  *
                  │                  +
                  │                  *
                0 ┤*                                  +
                  └┬─────────────────┬────────────────┬
                   0                 1                2
                   * a   + b
                """)
    }
}
