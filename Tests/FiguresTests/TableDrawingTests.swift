import Figures
import Testing

@Suite("Tables as text")
struct TableDrawingTests {
    @Test("a table aligns decimal points and wide characters")
    func aTableAlignsDecimalPointsAndWideCharacters() {
        let text = TextRenderer(TextCapabilities(charset: .block, color: .none, width: 40, height: 13))
            .text(
                .table(
                    TextTable(
                        headers: ["rate", "accuracy", "name"],
                        rows: [
                            [.number(0.01), .number(0.1), .text("low")],
                            [.number(0.0005), .number(0.9585), .text("猫 cat")],
                            [.number(0.00001), .number(.nan), .empty],
                        ])))
        #expect(
            text == """
                   rate  accuracy  name
                0.01       0.1     low
                0.0005     0.9585  猫 cat
                0.00001  nan
                """)
    }

    @Test("whole numbers such as seeds keep all their digits")
    func wholeNumbersKeepTheirDigits() {
        let table = TextTable(
            headers: ["seed"], rows: [[.number(4_923_540_812_892_294)], [.number(7)], [.number(1e16)]])
        #expect(table.text() == "            seed\n4923540812892294\n               7\n           1e+16")
    }

    @Test("fractions keep their whole part")
    func fractionsKeepTheirWholePart() {
        let numbers = [16_777_217.25, -1_234_567_890.5, 123_456.789, 12_345.678, 1.5e15]
        let table = TextTable(headers: ["n"], rows: numbers.map { [.number($0)] })
        #expect(
            table.text() == """
                                  n
                        16777217.25
                     -1234567890.5
                          123456.79
                           12345.7
                1500000000000000
                """)
    }

    @Test("a long table is shortened")
    func aLongTableIsShortened() {
        let text = TextRenderer(TextCapabilities(charset: .block, color: .none, width: 40, height: 13))
            .text(.table(TextTable(headers: ["n"], rows: (0..<100).map { [.number(Double($0))] }, mostRows: 5)))
        #expect(
            text == """
                 n
                 0
                 1
                 2
                 …
                98
                99
                (100 rows)
                """)
    }

    @Test("a wide table goes on in blocks below")
    func aWideTableGoesOnBelow() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.table(TextTable(headers: (0..<20).map { "c\($0)" }, rows: [(0..<20).map { .number(Double($0)) }])))
        #expect(
            text == """
                c0  c1  c2  c3  c4  c5  c6  c7  c8  c9
                 0   1   2   3   4   5   6   7   8   9

                c0  c10  c11  c12  c13  c14  c15  c16
                 0   10   11   12   13   14   15   16

                c0  c17  c18  c19
                 0   17   18   19
                """)
    }

    @Test("columns that were asked for, and then those that differ, come first where not all fit")
    func askedColumnsComeFirst() {
        let rows: [[TextTable.Cell]] = (0..<2).map {
            [.number(Double($0)), .text("the same"), .number(Double(2 * $0)), .text("alike"), .number(5)]
        }
        let table = TextTable(headers: ["id", "model", "loss", "data", "epochs"], rows: rows, asked: ["data"])
        #expect(
            table.text(width: 20) == """
                id  data   loss
                 0  alike     0
                 1  alike     2

                id  model     epochs
                 0  the same       5
                 1  the same       5
                """)
        #expect(table.text(width: 40).hasPrefix("id  model     loss  data   epochs\n"))
    }

    @Test("a column that was asked for comes first, however much of its name is shown")
    func askedColumnsOfLongNamesComeFirst() {
        let name = "the loss of the validation data"
        let table = TextTable(
            headers: ["id", "model", name], rows: [[.number(1), .text("a rather long text"), .number(2)]], asked: [name]
        )
        let header = table.text(width: 30).split(separator: "\n")[0].split(separator: " ")
        #expect(header.starts(with: ["id", "the"]), "\(header)")
    }

    @Test("a table that keeps its order goes on in blocks in that order")
    func aTableKeepsItsOrder() {
        let table = TextTable(
            headers: ["id", "first", "second", "third"],
            rows: [0.0, 1].map { [.number($0), .number(1), .number($0), .number(3)] }, keepsOrder: true)
        let lines = table.text(width: 20).split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines[0] == ["id", "first", "second"] && lines[3] == ["id", "third"], "\(lines)")
    }

    @Test("a whole table is neither broken nor cut")
    func aWholeTable() {
        let words = String(repeating: "word ", count: 40) + "end"
        let rows: [[TextTable.Cell]] = (0..<50).map { _ in [.text(words), .text(words)] }
        let lines = TextTable(headers: ["a", "b"], rows: rows, isWhole: true).text(width: 40).split(separator: "\n")
        #expect(lines.count == 51 && lines.dropFirst().allSatisfy { $0 == "\(words)  \(words)" })
    }

    @Test("a long text is cut, and is one line")
    func aLongTextIsCutAndIsOneLine() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.table(TextTable(headers: ["text"], rows: [[.text("first\nsecond and so on until it is too long")]])))
        #expect(
            text == """
                text
                first second and ...
                """)
    }

    private func text(_ width: Int, _ headers: [String], _ row: [TextTable.Cell]) -> String {
        TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: width, height: 13))
            .text(.table(TextTable(headers: headers, rows: [row])))
    }

    @Test("before a table is broken into blocks, long texts are cut shorter, but not below 16 columns")
    func longTextsMakeRoom() {
        let headers = ["name", "what it is", "count", "how it comes about"]
        let row: [TextTable.Cell] = [
            .text("a"), .text("one of a kind, or two of them"), .number(12), .text("3 * 4 + 5 * 6 + 7 * 8"),
        ]
        #expect(
            text(50, headers, row) == """
                name  what it is         count  how it comes a...
                a     one of a kind,...     12  3 * 4 + 5 * 6 ...
                """)
        #expect(text(40, headers, row).split(separator: "\n").count == 4)
    }

    @Test("columns without anything in them make room first")
    func emptyColumnsMakeRoom() {
        let headers = ["id", "val_error_rate", "epochs", "loss"]
        let row: [TextTable.Cell] = [.number(1), .empty, .number(3), .number(0.5)]
        #expect(
            text(20, headers, row) == """
                id  epochs  loss
                 1       3   0.5
                (without values: ...
                """)
        #expect(!text(40, headers, row).contains("without values"))
    }

    @Test("a table without rows")
    func aTableWithoutRows() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.table(TextTable(headers: ["a", "b"], rows: [])))
        #expect(
            text == """
                a  b
                (no rows)
                """)
    }

    @Test("a table without columns")
    func aTableWithoutColumns() {
        let text = TextRenderer(TextCapabilities(charset: .ascii, color: .none, width: 40, height: 13))
            .text(.table(TextTable(headers: [], rows: [])))
        #expect(
            text == """
                (a table without columns)
                """)
    }
}
