import Figures
import Testing

@Suite("Images as text")
struct ImageDrawingTests {
    @Test("an image in characters")
    func anImageInCharacters() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.images(ImageGrid(title: "slope", images: [slope], brightness: .fixed(low: 0, high: 1))))
        #expect(
            text == """
                           slope
                      ......::::------====++
                    ......::::------====++++
                  ......::::------====++++++
                ......::::------====++++++**
                ....::::------====++++++****
                ..::::------====++++++******
                ::::------====++++++******##
                ::------====++++++******####
                ------====++++++******####%%
                ----====++++++******####%%%%
                --====++++++******####%%%%%%
                ====++++++******####%%%%%%@@
                ==++++++******####%%%%%%@@@@
                ++++++******####%%%%%%@@@@@@
                """)
    }

    @Test("an image in half blocks")
    func anImageInHalfBlocks() {
        let text = TextRenderer(TextCapabilities(charset: .block, color: .trueColor, width: 40, height: 13))
            .text(.images(ImageGrid(images: [tiny], captions: ["tiny"], brightness: .fixed(low: 0, high: 255))))
        #expect(
            text == """
                            tiny
                \u{1b}[38;2;0;0;0;48;2;200;0;60m▀▀▀▀▀▀▀▀▀▀\u{1b}[0m\u{1b}[38;2;128;128;128;48;2;0;0;0m▀▀▀▀▀▀▀▀▀▀\u{1b}[0m\u{1b}[38;2;255;255;255;48;2;128;128;128m▀▀▀▀▀▀▀▀\u{1b}[0m
                """)
    }

    @Test("an image in coloured spaces")
    func anImageInColouredSpaces() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .palette256, width: 40, height: 13))
            .text(.images(ImageGrid(images: [tiny], brightness: .shared)))
        #expect(
            text == """
                \u{1b}[48;5;161m                \u{1b}[0m\u{1b}[48;5;238m            \u{1b}[0m\u{1b}[48;5;244m  \u{1b}[0m\u{1b}[48;5;250m          \u{1b}[0m
                (black is 0, white 255)
                """)
    }

    @Test("a grid of images has as many columns as it is told, where they fit")
    func aGridOfImagesHasColumns() {
        func lineCount(_ columns: Int?, width: Int = 100) -> Int {
            let grid = ImageGrid(images: [slope, slope, slope], brightness: .each, columns: columns)
            return TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: width, height: 13))
                .text(.images(grid)).split(separator: "\n", omittingEmptySubsequences: false).count
        }
        // Below the rows stands a line that tells the brightness.
        let row = lineCount(3) - 1
        #expect(lineCount(nil) == row + 1)
        #expect(lineCount(2) == 2 * row + 2)
        #expect(lineCount(1) == 3 * row + 3)
        #expect(lineCount(3, width: 40) == lineCount(2, width: 40), "no more than two fit")
    }

    @Test("a grid of images breaks its rows")
    func aGridOfImagesBreaksItsRows() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.images(ImageGrid(images: [slope, slope, slope], captions: ["a", "b"], brightness: .each)))
        #expect(
            text == """
                         a                    b
                     ....::----===+       ....::----===+
                   ...::::---====++     ...::::---====++
                  ...::::--====++++    ...::::--====++++
                ..::::---====++++**  ..::::---====++++**
                :::::--====++++***#  :::::--====++++***#
                ::---====++++**####  ::---====++++**####
                ---====++++***####%  ---====++++***####%
                =====++++**####%%%@  =====++++**####%%%@
                ===++++***####%%%@@  ===++++***####%%%@@
                +++++****##%%%%@@@@  +++++****##%%%%@@@@

                     ....::----===+
                   ...::::---====++
                  ...::::--====++++
                ..::::---====++++**
                :::::--====++++***#
                ::---====++++**####
                ---====++++***####%
                =====++++**####%%%@
                ===++++***####%%%@@
                +++++****##%%%%@@@@
                (black and white are each image's least and greatest value)
                """)
    }

    @Test("no images")
    func noImages() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.images(ImageGrid(images: [], brightness: .each)))
        #expect(
            text == """
                (no images)
                """)
    }
}
