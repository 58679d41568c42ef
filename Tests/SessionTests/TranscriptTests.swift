import Language
import Runtime
import Session
import Testing

@Suite(.serialized) struct TranscriptTests {
    let recorder = Recorder()
    let session: Session
    let folder: TemporaryFolder

    init() throws {
        session = Session(sink: recorder)
        folder = try TemporaryFolder()
    }

    @discardableResult
    private func input(_ text: String) -> String {
        recorder.text = ""
        switch session.executeInput(text) {
        case .completed: return recorder.text
        case .failed(let diagnostic): return "error: \(diagnostic.message)"
        case .interrupted: return "interrupted"
        case .quit(let status): return "quit \(status)"
        }
    }

    @Test func whatWasTypedBecomesANotebookThatReplays() throws {
        input("seed 3")
        input("x = randn([2]); print \"shown\"; missing")
        input("missing")
        input("randn([1000, 1000, 1000, 1000, 1000])")
        input("# only words")
        input("y = randn([2])\ny")
        input("_5[0]\nx + 1;")
        input("# %% a pasted cell\n1.5\n#> 1.5")
        input("plot [1, 2]")
        #expect(input("save session \"\(folder.path)/s.dls\"") == "")
        let bytes = try folder.bytes("s.dls")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text.hasPrefix(
                "# %% Input 1\nseed 3\n\n# %% Input 2\nx = randn([2]); print \"shown\";\n#> shown\n\n# %% Input 5"))
        #expect(!text.contains("missing") && !text.contains("save session"))
        #expect(text.contains("_3[0]\nx + 1;\n"), "the value of input 5 is that of cell 3")
        #expect(text.contains("## a pasted cell\n1.5\n#> 1.5\n"))
        #expect(text.contains("#> [figure: s_figures/cell6-1.svg]"))
        let book = try Notebook(checking: SourceText(name: folder.path + "/s.dls", bytes: bytes))
        #expect(try drifts(book).map(\.explanations) == [])
        #expect(try run(book).allSatisfy { $0.problem == nil })

        #expect(input("z = 5") == "")
        #expect(input("save session \"\(folder.path)/s.dls\"") == "", "its own file is written again")
        #expect(String(decoding: try folder.bytes("s.dls"), as: UTF8.self).hasSuffix("z = 5\n"))
    }

    @Test func aSessionIsNotSavedOverAnotherFile() throws {
        let path = try folder.file("mine.dls", Array("x = 1".utf8))
        #expect(input("save session \"\(folder.path)/new.dls\"").contains("nothing yet"))
        input("x = 2")
        #expect(input("save session \"\(path)\"").contains("a file is there that dls did not write"))
        #expect(try folder.bytes("mine.dls") == Array("x = 1".utf8))
        #expect(input("save session \"\(folder.path)/a.txt\"").contains("writes a .dls"))
        #expect(input("save session \"\(folder.path)/none/a.dls\"").hasPrefix("error: "))
        #expect(input("session").hasPrefix("the session"))
    }

    @Test func aNotebookRunsInTheSession() throws {
        let path = try folder.file(
            "a.dls",
            Array("# %% First\nx = base + 1\nx\n# %% Skipped [skip]\nquit\n# %% Second\nprint \"x {x}\"\n".utf8))
        input("base = 4")
        #expect(input("run \"\(path)\"") == "# %% First\n5\n# %% Second\nx 5\n")
        #expect(input("x") == "5\n")
        #expect(input("run = 3") == "")
        #expect(input("run \"\(path)\"") == "# %% First\n5\n# %% Second\nx 5\n", "`run` is the name of many a training")
        #expect(input("run \"\(folder.path)/none.dls\"").hasPrefix("error: cannot read"))
        let bad = try folder.file("bad.dls", Array("# %% A\ny = 7\n# %% B\nmissing\n# %% C\ny = 8".utf8))
        #expect(input("run \"\(bad)\"") == "error: unknown name `missing`")
        #expect(input("y") == "7\n")
        let own = try folder.file("own.dls", Array("run \"\(folder.path)/own.dls\"".utf8))
        #expect(input("run \"\(own)\"").hasSuffix("runs itself"))
        let raises = try folder.file("raises.dls", Array("# %% A [raises]\nmissing\n# %% B\nprint 2\n".utf8))
        #expect(input("run \"\(raises)\"") == "# %% A\nerror: unknown name `missing`\n# %% B\n2\n")
        let lone = try folder.file("lone.dls", Array("#> 1\n".utf8))
        #expect(input("run \"\(lone)\"").hasPrefix("error: a recorded output stands here"))
    }
}
