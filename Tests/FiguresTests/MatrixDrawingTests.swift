import Figures
import Testing

@Suite("Heat maps as text")
struct MatrixDrawingTests {
    @Test("attention weights")
    func attentionWeights() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.heatMap(attention))
        #expect(
            text == """
                       attention
                       the black <end>
                  le  0.90  0.10  0.00
                chat  0.05  0.80   nan
                """)
    }

    @Test("attention weights in colour")
    func attentionWeightsInColour() {
        let text = TextRenderer(TextCapabilities(charset: .block, color: .palette256, width: 40, height: 13))
            .text(.heatMap(attention))
        #expect(
            text == """
                       \u{1b}[1mattention\u{1b}[0m
                       the black <end>
                  le \u{1b}[38;5;16;48;5;220m 0.90 \u{1b}[0m\u{1b}[38;5;231;48;5;54m 0.10 \u{1b}[0m\u{1b}[38;5;231;48;5;53m 0.00 \u{1b}[0m
                chat \u{1b}[38;5;231;48;5;53m 0.05 \u{1b}[0m\u{1b}[38;5;16;48;5;113m 0.80 \u{1b}[0m  nan
                     0 \u{1b}[48;5;53m  \u{1b}[0m\u{1b}[48;5;60m    \u{1b}[0m\u{1b}[48;5;24m \u{1b}[0m\u{1b}[48;5;30m   \u{1b}[0m\u{1b}[48;5;36m \u{1b}[0m\u{1b}[48;5;72m \u{1b}[0m\u{1b}[48;5;71m \u{1b}[0m\u{1b}[48;5;77m \u{1b}[0m\u{1b}[48;5;113m \u{1b}[0m\u{1b}[48;5;185m \u{1b}[0m 0.9
                """)
    }

    @Test("a matrix larger than the screen")
    func aMatrixLargerThanTheScreen() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.heatMap(wide))
        #expect(
            text == """
                  0 4 8 12 18 24 30 36 42 48 54 60 66
                0     ...::::---===++++***####%%%@@@@
                2     ...::::---===++++***####%%%@@@@
                  0  .:-=+*#%@ 0.986
                (each cell is the mean of up to 2 x 2 values)
                """)
    }

    @Test("a matrix larger than the screen in shades")
    func aMatrixLargerThanTheScreenInShades() {
        let text = TextRenderer(TextCapabilities(charset: .block, color: .none, width: 40, height: 13))
            .text(.heatMap(wide))
        #expect(
            text == """
                  0 4 8 12 18 24 30 36 42 48 54 60 66
                0        ░░░░░░░▒▒▒▒▒▒▒▓▓▓▓▓▓▓███████
                2        ░░░░░░░▒▒▒▒▒▒▒▓▓▓▓▓▓▓███████
                  0  ░▒▓█ 0.986
                (each cell is the mean of up to 2 x 2 values)
                """)
    }

    @Test("a matrix of nothing finite")
    func aMatrixOfNothingFinite() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.heatMap(unknown))
        #expect(
            text == """
                (no finite values)
                """)
    }
}
