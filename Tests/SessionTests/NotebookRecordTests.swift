import Datasets
import Foundation
import Language
import Runtime
import Session
import Testing

@Suite(.serialized) struct NotebookRecordTests {
    static let seeds = (0..<60).map { _ in UInt64.random(in: 0...UInt64.max) }

    /// The lines of a file that hold no recorded output, with their ends.
    private func unrecorded(_ bytes: [UInt8]) -> [UInt8] {
        let book = Notebook(SourceText(name: "test.dls", bytes: bytes))
        let all = Dictionary(uniqueKeysWithValues: book.cells.map { ($0.number, [String]()) })
        return book.recording(all)
    }

    /// What a check says of a notebook, one text for each drift.
    private func explanations(_ notebook: Notebook) throws -> [String] {
        try drifts(notebook).map { "\($0.recorded ?? "-"), now \($0.actual ?? "-"): \($0.explanations)" }
    }

    @Test(arguments: seeds) func everyByteOfANotebookIsKept(_ seed: UInt64) throws {
        var random = SplitMix(seed)
        let bytes = RandomNotebook(&random).bytes
        let book = Notebook(SourceText(name: "test.dls", bytes: bytes))
        #expect(book.diagnostics.isEmpty, "seed \(seed): \(book.diagnostics.first?.message ?? "")")
        #expect(book.cells.flatMap { bytes[$0.span.start..<$0.span.end] } == bytes, "seed \(seed)")
        #expect(book.recording([:]) == bytes, "seed \(seed)")
        #expect(unrecorded(bytes) == bytes, "seed \(seed)")

        let once = try recorded(book)
        #expect(unrecorded(once) == bytes, "seed \(seed): a byte that is no output has changed")
        let again = Notebook(SourceText(name: "test.dls", bytes: once))
        #expect(again.diagnostics.isEmpty, "seed \(seed)")
        #expect(try recorded(again) == once, "seed \(seed): the second record differs")
        #expect(try explanations(again) == [], "seed \(seed): a check right after the record")
    }

    @Test(arguments: seeds) func aNumberThatIsOnePercentOutIsNamed(_ seed: UInt64) throws {
        var random = SplitMix(seed)
        let bytes = try recorded(Notebook(SourceText(name: "test.dls", bytes: RandomNotebook(&random).bytes)))
        let text = String(decoding: bytes, as: UTF8.self)
        // Numbers with a point or a power of ten in recorded lines, with their places.
        let number = #/-?\d+(?:\.\d+(?:e[-+]?\d+)?|e[-+]?\d+)(?!\w)/#
        let places = text.ranges(of: number).filter { range in
            let before = text[..<range.lowerBound]
            if let last = before.last, last.isLetter || last.isNumber || last == "_" || last == "." { return false }
            let lineStart = before.lastIndex { $0.isNewline }.map { text.index(after: $0) } ?? text.startIndex
            return text[lineStart...].hasPrefix("#>") && Double(text[range]) != 0
        }
        guard let place = places.randomElement(using: &random), let value = Double(text[place]) else { return }
        func changed(_ factor: Double) -> Notebook {
            notebook(text.replacingCharacters(in: place, with: "\(value * factor)"))
        }
        #expect(try explanations(changed(1.00001)) == [], "seed \(seed), \(value)")
        let found = try drifts(changed(1.01))
        #expect(found.count == 1, "seed \(seed), \(value)")
        #expect(found.first?.explanations.first?.hasPrefix("\(value * 1.01) became ") == true, "seed \(seed), \(value)")
        #expect(found.first?.explanations.first?.contains(text[place]) == true, "seed \(seed), \(value)")
    }

    @Test func outputsGoToTheEndOfTheirCell() {
        func record(_ text: String, _ lines: [String] = ["1", "", "2"]) -> String {
            String(decoding: notebook(text).recording([1: lines]), as: UTF8.self)
        }
        #expect(record("# %% A\nx") == "# %% A\nx\n#> 1\n#>\n#> 2")
        #expect(record("# %% A\nx\n") == "# %% A\nx\n#> 1\n#>\n#> 2\n")
        #expect(record("# %% A\r\nx\r\n\r\n# %% B\r\n") == "# %% A\r\nx\r\n#> 1\r\n#>\r\n#> 2\r\n\r\n# %% B\r\n")
        #expect(record("# %% A\nx\n#> old\ny\n") == "# %% A\nx\ny\n#> 1\n#>\n#> 2\n", "code that was added below")
        #expect(record("# %% A\nx\n\n#> old", []) == "# %% A\nx\n")
        #expect(record("# %% A\nx\n#> old", []) == "# %% A\nx")
        #expect(record("# %% A\n# words\n", ["1"]) == "# %% A\n# words\n", "nothing runs there")
    }

    @Test func longOutputsAreRecordedByTheirEnds() {
        func lines(_ count: Int, change: Int? = nil) -> [String] {
            let text = (0..<count).map { $0 == change ? "changed\n" : "line \($0)\n" }.joined()
            return RecordedText([.text(text)]) { "\($0)" }.lines
        }
        #expect(lines(200).count == 200)
        let long = lines(5000)
        #expect(long.count == 151)
        #expect(long[0] == "line 0" && long[150] == "line 4999")
        #expect(long[100].hasPrefix("... (4850 lines, digest "))
        #expect(OutputComparison(recorded: long, actual: lines(5000)).differences.isEmpty)
        #expect(OutputComparison(recorded: long, actual: lines(5000, change: 2500)).differences.count == 1)
        let wide = RecordedText([.text(String(repeating: "0.5 ", count: 2000))]) { "\($0)" }.lines
        #expect(wide.count == 1 && wide[0].utf8.count < 600)
    }

    /// However it is shown, a training is recorded without its times; in a volatile cell with them.
    @Test func timesAreNotRecorded() throws {
        let code = """
            data = dataset([[0.0, 1.0], [1.0, 0.0]], [0, 1])
            model small() { linear 2 }
            run = train small() data epochs=2 lr=0.1
            run
            print run
            print "{run}"
            print run.history, evaluate(run.model, data)
            t = sweep n in [1, 2] workers=2 { print run.history; {n=n} }

            """
        let book = notebook("# %% A\n\(code)# %% B [volatile]\nprint run.history\n")
        let results = try run(book)
        let lines = book.recordedText(of: results[0])
        #expect(lines.count { $0.hasPrefix("epoch") } == 6)
        #expect(!lines.contains { $0.contains("seconds") }, "\(lines)")
        #expect(book.recordedText(of: results[1]).first?.contains("seconds") == true)
    }

    /// A store of runs grows with each replay, and what is recorded of its runs stays the same.
    @Test func keptRunsAreRecordedWithoutTimesAndNumbers() throws {
        let folder = try TemporaryFolder()
        let book = notebook(
            """
            # %% A
            data = dataset([[0.0, 1.0], [1.0, 0.0]], [0, 1])
            model small() { linear 2 }
            a = train small() data epochs=2 lr=0.1 seed=1
            b = train small() data epochs=2 lr=0.01 seed=1
            compare(a, b)
            run(a.id)
            t = sweep rate in [0.1, 0.2] { train small() data lr=rate seed=1; {rate=rate} }

            """)
        func lines() throws -> [String] {
            let session = Session(sink: Recorder(), runsPath: folder.path + "/runs.sqlite")
            let runner = NotebookRunner(book, in: session)
            return try withExtendedLifetime(session) { book.recordedText(of: try runner.run()[0]) }
        }
        let first = try lines()
        #expect(first == (try lines()))
        #expect(first.contains { $0.split(separator: " ") == ["lr", "0.1", "0.01"] }, "\(first)")
        #expect(!first.contains { $0.contains("seconds") }, "\(first)")
    }

    @Test func charactersThatWouldBreakALineAreWrittenByNumber() {
        let lines = RecordedText([.text("a\rb\u{1b}[0m\u{2028}\tc  \n\n"), .note("be careful")]) { "\($0)" }.lines
        #expect(lines == ["a\\u{d}b\\u{1b}[0m\\u{2028}\tc", "", "note: be careful"])
    }

    // MARK: Files

    @Test func aFileIsReplacedWholeWithItsPermissions() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a.dls", Array("# %% A\n1 + 1\n".utf8))
        #expect(chmod(path, 0o640) == 0)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link.dls", withDestinationPath: folder.path + "/a.dls")
        let book = try Notebook(checking: SourceText(name: folder.path + "/link.dls", bytes: folder.bytes("a.dls")))
        #expect(try NotebookFile(book).record(try run(book), figureWriter: nil))
        #expect(try folder.bytes("a.dls") == Array("# %% A\n1 + 1\n#> 2\n".utf8))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.dls", "link.dls"])
        let again = try Notebook(checking: SourceText(name: path, bytes: folder.bytes("a.dls")))
        #expect(try !NotebookFile(again).record(try run(again), figureWriter: nil), "nothing changed")
    }

    @Test func aNotebookThatChangedMeanwhileIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a.dls", Array("# %% A\n1 + 1\n".utf8))
        let book = Notebook(SourceText(name: path, bytes: try folder.bytes("a.dls")))
        let results = try run(book)
        _ = try folder.file("a.dls", Array("# %% A\n1 + 2\n".utf8))
        let error = #expect(throws: Failure.self) { try NotebookFile(book).record(results, figureWriter: nil) }
        #expect(error?.diagnostic.location.map { $0.source.place(of: $0.span.start).line } == 2)
        #expect(try folder.bytes("a.dls") == Array("# %% A\n1 + 2\n".utf8))
        for bytes in ["", "# %% A\n", "# %% A\n1 + 1\n# %% B"] {
            _ = try folder.file("a.dls", Array(bytes.utf8))
            #expect(throws: Failure.self) { try NotebookFile(book).record(results, figureWriter: nil) }
            #expect(try folder.bytes("a.dls") == Array(bytes.utf8))
        }
    }

    @Test func figuresAreWrittenBesideAndBeforeTheNotebook() throws {
        let folder = try TemporaryFolder()
        let text = Array("# %% A\nplot [1, 2]\nshow eye(4)\n".utf8)
        let path = try folder.file("a.dls", text)
        let book = Notebook(SourceText(name: path, bytes: text))
        let results = try run(book)
        #expect(throws: Failure.self) {
            try NotebookFile(book).record(results) { _ in throw Failure("no gnuplot") }
        }
        #expect(try folder.bytes("a.dls") == text)
        // A file where the folder should be.
        let blocker = try folder.file("a_figures", [])
        #expect(throws: DatasetError.self) { try NotebookFile(book).record(results) { _ in [1] } }
        #expect(try folder.bytes("a.dls") == text)
        try FileManager.default.removeItem(atPath: blocker)

        try NotebookFile(book).record(results) { Array($0.kind.utf8) }
        #expect(try folder.bytes("a_figures/cell1-1.svg") == Array("lines".utf8))
        #expect(try folder.bytes("a_figures/cell1-2.svg") == Array("images".utf8))
        let recorded = String(decoding: try folder.bytes("a.dls"), as: UTF8.self)
        #expect(recorded.hasSuffix("#> [figure: a_figures/cell1-1.svg]\n#> [figure: a_figures/cell1-2.svg]\n"))
        #expect(RecordedText.figureName(in: "[figure: a_figures/cell1-1.svg]") == "a_figures/cell1-1.svg")
    }

    @Test func timesAreNoReasonToWriteAVolatileCellAgain() throws {
        let folder = try TemporaryFolder()
        let text = Array("# %% A [volatile]\nprint \"took {clock()} s\"\n#> took 0.25 s\n".utf8)
        let path = try folder.file("a.dls", text)
        let book = Notebook(SourceText(name: path, bytes: text))
        #expect(try !NotebookFile(book).record(try run(book), figureWriter: nil))
        #expect(try drifts(book).isEmpty)
    }
}

@Suite struct OutputComparisonTests {
    private func differ(_ recorded: String, _ actual: String, _ tolerance: CheckTolerance? = nil) -> Bool {
        func lines(_ text: String) -> [String] {
            text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        }
        return !OutputComparison(recorded: lines(recorded), actual: lines(actual), tolerance: tolerance).differences
            .isEmpty
    }

    @Test(arguments: [
        ("0.32551", "0.32552"), ("loss 0.5 at epoch 3", "loss 0.50001 at epoch 3"), ("nan", "nan"), ("-inf", "-inf"),
        ("1e-07", "1.00001e-07"), ("x=0.25,", "x=0.250001,"), ("0.3255", "0.3256"), ("97.21 %", "97.22 %"),
        ("  9.9999  1.0000", " 10.0000  1.0000"), ("lr  accuracy\n0.1  0.99999", " lr   accuracy\n0.1  0.9999899"),
        ("1,234.5", "1,234.51"), ("3", "3.00001"), ("a  ", "a"), ("-0.25", "-0.250001"), ("[0.5, 2]", "[0.50001, 2]"),
    ])
    func theseAgree(_ recorded: String, _ actual: String) {
        #expect(!differ(recorded, actual))
        #expect(!differ(actual, recorded))
    }

    @Test(arguments: [
        ("0.3255", "0.3288"), ("0.0012", "0.0013"), ("[2, 3]", "[2, 4]"), ("421642 weights", "421643 weights"),
        ("conv1", "conv2"),
        ("nan", "0.5"), ("inf", "-inf"), ("0.5", "-0.5"), ("a b", "a  b"), ("accuracy 0.5", "Accuracy 0.5"), ("1", "2"),
        ("28x28", "28x29"), ("a\nb", "a"), ("a", "a\nb"), ("0.5", "half"), ("1e5", "1e6"), ("0.1 0.2", "0.1  0.2"),
        ("0.5s", "0.6s"), ("v1.5", "v1.6"), ("float32", "float64"), ("", "x"), ("1 - 2", "1 + 2"),
    ])
    func theseDiffer(_ recorded: String, _ actual: String) {
        #expect(differ(recorded, actual))
        #expect(differ(actual, recorded))
    }

    @Test func aCellsOwnToleranceDecides() {
        #expect(!differ("0.30", "0.31", CheckTolerance(absolute: 0.01)))
        #expect(differ("0.30", "0.32", CheckTolerance(absolute: 0.01)))
        #expect(!differ("100000", "100001", CheckTolerance(relative: 1e-4)))
        #expect(differ("[100000, 3]", "[100001, 3]", CheckTolerance(relative: 1e-4)), "shapes are exact")
        #expect(differ("0.3255", "0.3256", CheckTolerance(relative: 1e-6)))
    }

    @Test func linesThatCameOrWentAreFoundBetweenThoseThatAgree() {
        let comparison = OutputComparison(recorded: ["a 1.5", "b", "c 2.5"], actual: ["a 1.5", "x", "y", "c 2.6"])
        #expect(
            comparison.differences == [
                .text(line: 1, recorded: "b", actual: "x"), .added(line: 2, actual: "y"),
                .number(line: 2, actualLine: 3, recorded: "2.5", actual: "2.6", offset: 2.6 - 2.5),
            ])
    }

    @Test(arguments: [
        (["2"], ["sum", "6", "2", "done"], ["2"]),
        (["a 1.5", "b"], ["x", "a 1.50001", "y", "b"], ["a 1.50001", "b"]),
        // Not found: what is like nothing that is recorded is no part of the comparison.
        (["2"], ["debug", "7"], ["7"]), (["a", "b"], ["b", "c", "a"], ["b", "a"]),
        // Who shows all numbers has not found the right one.
        (["2"], ["0", "1", "2", "3", "4"], ["0", "1", "2", "3", "4"]), (["2"], ["2", "2", "2", "2", "2"], ["2"]),
        (["2"], ["3"], ["3"]),
    ])
    func furtherLinesAreLeftOut(_ recorded: [String], _ actual: [String], _ left: [String]) {
        #expect(
            OutputComparison.withoutFurtherLines(recorded: recorded, actual: actual, tolerance: nil) == left)
    }

    /// No text is too odd.
    @Test func anyTextIsCompared() {
        var random = SplitMix(UInt64.random(in: 0...UInt64.max))
        let signs = Array("0123456789.,eE+-[] \t(){}=:infna_é日|%\"")
        for _ in 0..<2000 {
            func text() -> String {
                String((0..<Int.random(in: 0...12, using: &random)).map { _ in signs.randomElement(using: &random)! })
            }
            let (old, new) = (text(), text())
            #expect(!differ(old, old), "\(old)")
            _ = differ(old, new)
        }
    }
}
