import Figures
import Testing

@Suite("Bars and histograms as text")
struct BarDrawingTests {
    @Test("bars")
    func bars() {
        let text = TextRenderer(TextCapabilities(charset: .block, color: .none, width: 40, height: 13))
            .text(
                .bars(
                    BarChart(
                        title: "accuracy",
                        bars: [
                            .init("cat", 0.93), .init("bird 鳥", 0.5), .init("tiny", 0.001), .init("zero", 0),
                            .init("lost", .nan), .init("inf", .infinity),
                        ])))
        #expect(
            text == """
                                accuracy
                    cat ▏█████████████████████████ 0.93
                bird 鳥 ▏█████████████▌ 0.5
                   tiny ▏▏ 0.001
                   zero ▏0
                   lost ▏ nan
                    inf ▏█████████████████████████ inf
                """)
    }

    @Test("bars in ASCII")
    func barsInAscii() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(
                .bars(
                    BarChart(
                        title: "accuracy",
                        bars: [
                            .init("cat", 0.93), .init("bird 鳥", 0.5), .init("tiny", 0.001), .init("zero", 0),
                            .init("lost", .nan), .init("inf", .infinity),
                        ])))
        #expect(
            text == """
                                accuracy
                    cat |######################### 0.93
                bird 鳥 |############# 0.5
                   tiny |0.001
                   zero |0
                   lost | nan
                    inf |######################### inf
                """)
    }

    @Test("bars on both sides of zero")
    func barsOnBothSidesOfZero() {
        let text = TextRenderer(TextCapabilities(charset: .block, color: .none, width: 40, height: 13))
            .text(.bars(BarChart(bars: [.init("up", 3), .init("down", -2), .init("none", 0)])))
        #expect(
            text == """
                  up ▏            ██████████████████▋ 3
                down ▏████████████ -2
                none ▏            0
                """)
    }

    @Test("no bars")
    func noBars() {
        let text = TextRenderer(TextCapabilities(charset: .block, color: .none, width: 40, height: 13))
            .text(.bars(BarChart(title: "none", bars: [])))
        #expect(
            text == """
                none
                (no bars)
                """)
    }

    @Test("a histogram")
    func aHistogram() {
        let text = TextRenderer(TextCapabilities(charset: .block, color: .none, width: 40, height: 13))
            .text(
                .histogram(Histogram(title: "weights", values: [0, 0.1, 0.1, 0.2, 0.25, 0.4, 0.5, .nan], binCount: 5)))
        #expect(
            text == """
                                weights
                [0.0, 0.1) ▏█████████████ 1
                [0.1, 0.2) ▏██████████████████████████ 2
                [0.2, 0.3) ▏██████████████████████████ 2
                [0.3, 0.4) ▏0
                [0.4, 0.5] ▏██████████████████████████ 2
                (1 value not finite)
                """)
    }

    @Test("a histogram of one value")
    func aHistogramOfOneValue() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.histogram(Histogram(values: [3])))
        #expect(
            text == """
                [2.7, 3.3] |########################## 1
                """)
    }

    @Test("a histogram of nothing finite")
    func aHistogramOfNothingFinite() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.histogram(Histogram(values: [.nan, .infinity])))
        #expect(
            text == """
                (2 values, none finite)
                """)
    }
}
