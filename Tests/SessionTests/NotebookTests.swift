import Language
import Runtime
import Session
import Testing

@Suite struct NotebookReaderTests {
    @Test func cellsHaveTitlesTagsAndOptions() {
        let book = notebook(
            """
            #!/usr/bin/env dls
            # Words.

            # %% [markdown]
            # # Heading
            #
            # > a quotation

            # %% The sizes [1, 2] [volatile, raises]
            #~ rtol=1e-3
            #~ atol=0.5
            x = 1
            #> 1
            #>
            # %% [skip] Later
            y
            """)
        #expect(book.diagnostics.isEmpty)
        #expect(book.cells.map(\.number) == [0, 1, 2, 3])
        #expect(book.cells.map(\.kind) == [.markdown, .markdown, .code, .code])
        #expect(book.cells.map(\.title) == ["", "", "The sizes [1, 2]", "Later"])
        #expect(book.cells[2].tags == [.volatile, .raises])
        #expect(book.cells[3].tags == [.skip])
        #expect(book.cells[2].tolerance == CheckTolerance(relative: 1e-3, absolute: 0.5))
        #expect(book.text(of: book.cells[0]) == "Words.")
        #expect(book.text(of: book.cells[1]) == "# Heading\n\n> a quotation")
        #expect(book.code(of: book.cells[2]) == "x = 1")
        #expect(book.recordedLines(of: book.cells[2]).map(\.text) == ["1", ""])
        #expect(book.figureName(cell: 3, order: 1) == "test_figures/cell3-1.svg")
    }

    @Test(arguments: [
        ("A [solution] [points=3]", "A", [NotebookTag.solution], 3.0), ("[hidden, points=0.5] B", "B", [.hidden], 0.5),
        ("C [points=three]", "C", [], nil), ("D [points=-1]", "D", [], nil), ("E [points=inf]", "E", [], nil),
        ("F [points=0]", "F", [], nil), ("G [x=1]", "G [x=1]", [], nil),
    ])
    func cellsHavePoints(_ marker: String, _ title: String, _ tags: [NotebookTag], _ points: Double?) {
        let book = notebook("# %% \(marker)\nx")
        #expect(book.cells[0].title == title && book.cells[0].tags == Set(tags) && book.cells[0].points == points)
        #expect(book.diagnostics.isEmpty == (points != nil || title == "G [x=1]"))
    }

    @Test func aFileWithoutMarkersIsOneCell() {
        #expect(notebook("x = 1\nx\n").cells.map(\.number) == [0])
        #expect(notebook("x = 1").cells[0].kind == .code)
        #expect(notebook("").cells.isEmpty)
    }

    @Test(arguments: [
        ("# %% A\n#> 1\nx", "a recorded output stands here without a cell that could have made it", 2),
        ("#> 1\n", "a recorded output stands here without a cell that could have made it", 1),
        ("# %% [markdown]\n# words\n#> 1", "a recorded output stands here without a cell that could have made it", 3),
        ("# %% [markdown]\n# words\nx = 1", "a text cell holds code, which `dls FILE` would run", 3),
        ("# %% [markdown]\n#~ rtol=1", "check options belong to a cell with code", 2),
        ("# %% A [volatil]\nx", "a cell has no tag [volatil]", 1),
        ("# %% A [raises, wrong]\nx", "a cell has no tag [wrong]", 1),
        ("# %% A\n#~ rtol=abc\nx", "`rtol` takes a number of at least 0, and got `abc`", 2),
        ("# %% A\n#~ atol=-1\nx", "`atol` takes a number of at least 0, and got `-1`", 2),
        ("# %% A\n#~ tolerance=1\nx", "`#~` does not know `tolerance=1`", 2),
        ("# %% A\n#~ rtol\nx", "`#~` does not know `rtol`", 2),
        ("# %% A\n#~\nx", "`#~` says nothing", 2),
    ])
    func whatIsNotUnderstoodIsSaidWithItsLine(_ text: String, _ message: String, _ line: Int) throws {
        let book = notebook(text)
        let diagnostic = try #require(book.diagnostics.first)
        #expect(diagnostic.message == message)
        let location = try #require(diagnostic.location)
        #expect(location.source.place(of: location.span.start).line == line)
        #expect(throws: Failure.self) { try Notebook(checking: book.source) }
    }

    @Test func aTagThatIsNearlyRightIsSuggested() {
        #expect(notebook("# %% A [volatil]\nx").diagnostics.first?.label == "did you mean [volatile]?")
    }

    @Test func cellsAreFoundByNumberAndTitle() throws {
        let book = notebook("# %% Load\nx\n# %% Load more\ny\n# %% Train\nz\n# %%\nv")
        #expect(try book.cell(named: "2").title == "Load more")
        #expect(try book.cell(named: "Load").number == 1)
        #expect(try book.cell(named: "train").number == 3)
        #expect(try book.cell(named: "load m").number == 2)
        for name in ["", "9", "lo", "Query"] { #expect(throws: Failure.self) { try book.cell(named: name) } }
        #expect(try book.numbers(of: CellChoice()) == [1, 2, 3, 4])
        #expect(try book.numbers(of: CellChoice(first: "2", last: "train")) == [2, 3])
        #expect(try book.numbers(of: CellChoice(cells: ["1"], first: "4")) == [1, 4])
        #expect(throws: Failure.self) { try book.numbers(of: CellChoice(first: "3", last: "1")) }
    }
}

@Suite(.serialized) struct NotebookRunnerTests {
    private func endings(_ text: String, keepsGoing: Bool = false) throws -> [String] {
        try run(notebook(text), keepsGoing: keepsGoing).map { result in
            switch result.ending {
            case .completed: result.problem == nil ? "completed" : "problem"
            case .failed(let diagnostic): (result.problem == nil ? "raised " : "failed ") + diagnostic.message
            case .notRun: "not run"
            case .interrupted: "interrupted"
            case .quit(let status): "quit \(status)"
            }
        }
    }

    @Test func outputsComeInOneQueue() throws {
        let book = notebook("# %% A\nprint \"a\"; print \"b\"\n3 * 3\nplot [1, 2]\nprint \"c\"\nmissing")
        let result = try #require(try run(book).first)
        #expect(
            book.recordedText(of: result) == [
                "a", "b", "9", "[figure: test_figures/cell1-1.svg]", "c", "error: unknown name `missing`",
            ])
    }

    @Test func aCellThatFailsEndsTheReplayUnlessToldOtherwise() throws {
        let text = "# %% A\nx = 1\n# %% B\nmissing\n# %% C\nx"
        #expect(try endings(text) == ["completed", "failed unknown name `missing`"])
        #expect(try endings(text, keepsGoing: true) == ["completed", "failed unknown name `missing`", "completed"])
    }

    @Test func tagsSayWhatIsExpected() throws {
        #expect(
            try endings("# %% A [raises]\nmissing\n# %% B [skip]\nquit 3\n# %% C [raises]\nx = = 3\n# %% D\n1")
                == ["raised unknown name `missing`", "not run", try syntaxError(), "completed"])
        #expect(try endings("# %% A [raises]\n1\n# %% B\n2") == ["problem"])
        #expect(try endings("# %% A\nquit 4\n# %% B\n2") == ["quit 4"])
    }

    private func syntaxError() throws -> String {
        let message = try #require(Parser.parse(SourceText(name: "", text: "x = = 3")).diagnostics.first?.message)
        return "raised " + message
    }

    @Test func aMistakeInTheLastCellIsFoundBeforeTheFirstRuns() {
        #expect(throws: Failure.self) { try run(notebook("# %% A\nx = 1\n# %% B\ny = = 2")) }
        #expect(throws: Failure.self) { try run(notebook("# %% A\nf(\n# %% B\n2)")) }
    }

    @Test func errorsNameTheirPlaceInTheFile() throws {
        let book = notebook("# %% A\nx = 1\n\n# %% B\n\nmissing")
        guard case .failed(let diagnostic) = try run(book)[1].ending else {
            Issue.record("it does not fail")
            return
        }
        #expect(DiagnosticRenderer().render(diagnostic).contains("--> test.dls:6:1, cell 2"))
    }

    @Test func parametersOfAnyCellCanBeSet() throws {
        let session = Session(sink: Recorder())
        try session.setParameter("epochs=3")
        let book = notebook("# %% A\nx = 1\n# %% B\nparam epochs = 20\nepochs")
        let results = try NotebookRunner(book, in: session).run()
        #expect(book.recordedText(of: results[1]) == ["3"])
        try session.setParameter("epoch=3")
        #expect(throws: Failure.self) { try NotebookRunner(book, in: session).run() }
    }

    @Test func aMissingNameIsTracedToTheCellThatWasLeftOut() throws {
        let book = notebook("# %% Load\nfn f(a) { a }\n# %% B\nif true { y, z = [1, 2] }\n# %% C\nz")
        let problem = Diagnostic("unknown name `z`")
        #expect(book.help(on: problem, in: book.cells[2], without: [3])?.contains("--from 2") == true)
        #expect(book.help(on: problem, in: book.cells[2], without: [2, 3]) == nil)
        #expect(
            book.help(on: Diagnostic("unknown name `f`"), in: book.cells[2], without: [3])?.contains("Load") == true)
    }

    @Test func durationsAreNotRecorded() throws {
        let program = """
            model m() { linear 2 }
            seed 1
            net = m()
            data = dataset([[0.0, 1.0], [1.0, 0.0]], [0, 1])
            run = train net data epochs=2 lr=0.1 batch=1
            run
            run.history
            evaluate net data
            """
        for (tag, isShown) in [("", false), (" [volatile]", true)] {
            let book = notebook("# %% A\(tag)\n\(program)")
            let lines = book.recordedText(of: try #require(try run(book).first))
            #expect(lines.contains { $0.contains("seconds") } == isShown)
            #expect(!lines.contains { $0.contains("epoch 1/2") })
            #expect(lines.contains { $0.contains("accuracy") })
        }
    }
}
