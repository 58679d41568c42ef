import Glibc
import Language
import Testing

/// What dls itself writes fits the terminal: help, errors and their help, notes, lists.
@Suite("Widths of the terminal")
struct WidthTests {
    private let session = ProbeSession()

    private static let inputs = [
        "help", "help conv", "help train", "help lr", "help sweeps", "help param", "help tensors", "help pytorch",
        "help keys", "help csv", "drpout 0.3", "train(1, 2, epoch=3)",
        "model m() { linear 2 }; net = m(input=[3]); net(ones([8, 1, 14, 14]))",
        "fn inner_function(x) { x.missing }; fn outer_function(x) { inner_function(x) }; outer_function(3)",
        "x = [i * 1000 for i in range(60)]; x", "rand([3, 30])", "randint(100000, shape=[2, 14])", "zeros([28, 28])",
        "rand([2, 3, 12]) * 1e9", "vars", "load \"a_file_that_does_not_exist.csv\"",
        "data = dataset(randn([8, 3]), randint(2, shape=[8])); net = sgd(data)",
        "from sklearn.linear_model import LogisticRegression", "size = 3; range = 4",
        "model m() { linear 2 }; train m() dataset(randn([64, 3]), randint(2, shape=[64])) epochs=100000 time=0.02;",
        "from sklearn.linear_model import Lasso, Ridge, ElasticNet",
    ]
    /// Words of the command line that end in an error or a note of the program itself.
    private static let commands = [
        "--recover", "a_file_that_does_not_exist.dls", "replay a_file_that_does_not_exist.dls", "--no-such-option",
        "replay --from", "export a.dls --to pptx", "-e 1 --set nobody_asks_for_this=3",
    ]

    @Test("no line is longer, or broken inside a word", arguments: [40, 60, 80, 120] as [UInt16])
    func linesFit(_ columns: UInt16) throws {
        let program = session.program("dls")
        let script = Self.inputs.joined(separator: "\n") + "\n"
        let path = session.folder + "/inputs"
        let file = try #require(fopen(path, "w"))
        fputs(script, file)
        fclose(file)
        defer { unlink(path) }
        // The inputs come from a file, so that nothing but the output is on the terminal.
        let terminal = try PseudoTerminal(
            [
                "/bin/sh", "-c",
                "while IFS= read -r line; do \"\(program)\" -e \"$line\"; done < \(path); "
                    + Self.commands.map { "\"\(program)\" \($0); " }.joined()
                    + "DLS_HISTORY= \"\(program)\" --recover; "
                    + "echo all-done",
            ],
            environment: session.variables.merging(["DLS_RUNS": ""]) { $1 }, columns: columns)
        let text = try terminal.expect("all-done", seconds: 60)
        let lines = text.split(whereSeparator: \.isNewline)
        #expect(lines.count > 200)
        for line in lines where TextWrapping.columns(line) > Int(columns) {
            let words = line.split(separator: " ").filter { !["#>", "=", "|", "-->"].contains($0) }
            #expect(words.count == 1, "at \(columns): \(line)")
        }
    }

    @Test("help follows the window when its size changes")
    func resize() throws {
        let terminal = try PseudoTerminal(
            [session.program("dls")], environment: session.variables.merging(["DLS_RUNS": ""]) { $1 }, columns: 120)
        try terminal.expect("[1]> ")
        terminal.resize(columns: 40, rows: 24)
        terminal.type("help adam\r")
        // The editing of the line ends.
        try terminal.expect("\u{1b}[?2004l\r")
        let text = try terminal.expect("[2]> ")
        let lines = text.split(whereSeparator: \.isNewline).dropLast()
        #expect(lines.count > 30)
        for line in lines { #expect(TextWrapping.columns(line) <= 40, "\(line)") }
        terminal.type("\u{4}")
        #expect(try terminal.status() == 0)
    }
}
