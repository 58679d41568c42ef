import Foundation
import Testing

/// `dls replay` as a person runs it.
@Suite(.serialized) struct ReplayProgramTests {
    private let folder: ProgramFolder

    init() throws { folder = try ProgramFolder() }

    private func dls(_ arguments: String...) throws -> (status: Int32, output: String, error: String) {
        try folder.dls(arguments)
    }

    private func write(_ text: String, to name: String = "a.dls") throws { try folder.write(text, to: name) }

    private func contents(_ name: String = "a.dls") throws -> String { try folder.contents(name) }

    @Test func recordsChecksAndNamesWhatDrifted() throws {
        try write("# %% [markdown]\n# # Title\n\n# %% Numbers\nparam x = 0.5\nx * 1.5\n# %% Text\nprint \"words\"\n")
        let shown = try dls("replay", "a.dls")
        #expect(shown.status == 0)
        #expect(shown.output.contains("Title\n=====\n"))
        for part in ["2  Numbers", "x * 1.5\n0.75\n", "words\n", " s)\n"] { #expect(shown.output.contains(part)) }
        #expect(try dls("replay", "--check", "a.dls").status == 3, "nothing is recorded")

        let record = try dls("replay", "--record", "a.dls", "--quiet")
        #expect(record.status == 0 && record.output == "recorded 2 cells in a.dls\n")
        let text = try contents()
        #expect(text.hasSuffix("x * 1.5\n#> 0.75\n# %% Text\nprint \"words\"\n#> words\n"))
        #expect(try dls("replay", "--record", "a.dls", "--quiet").output == "a.dls is as it was: 2 cells agree\n")
        #expect(try contents() == text)
        let check = try dls("replay", "--check", "--quiet", "a.dls")
        #expect(check.status == 0 && check.output == "2 cells compared: as recorded\n")

        try write(text.replacingOccurrences(of: "#> 0.75", with: "#> 0.7575"), to: "b.dls")
        let drifted = try dls("replay", "--check", "--quiet", "b.dls")
        #expect(drifted.status == 3)
        #expect(drifted.output.contains("drift: cell 2 \"Numbers\", b.dls:7\n  recorded  0.7575\n  now       0.75\n"))
        #expect(drifted.output.contains("0.7575 became 0.75: out by 0.0075 (0.99 %), where 7.58e-05 is allowed"))
        try write(text.replacingOccurrences(of: "#> 0.75", with: "#> 0.7500075"), to: "b.dls")
        #expect(try dls("replay", "--check", "b.dls").status == 0)
        #expect(try dls("replay", "--check", "a.dls", "--set", "x=0.6").status == 3)
        #expect(try dls("replay", "--check", "a.dls", "--set", "y=0.6").status == 1)
    }

    @Test func statusesTellHowItEnded() throws {
        let text = "# %% A\nx = 1\n# %% B\nmissing\n# %% C\nprint \"x is {x}\"\n"
        try write(text)
        let failed = try dls("replay", "a.dls")
        #expect(
            failed.status == 1 && failed.error.contains("--> a.dls:4:1, cell 2") && !failed.output.contains("x is 1"))
        let kept = try dls("replay", "--keep-going", "a.dls")
        #expect(kept.status == 1 && kept.output.contains("x is 1"))
        let recorded = try dls("replay", "--record", "--quiet", "a.dls")
        #expect(recorded.status == 1 && recorded.error.contains("cell 2 \"B\" failed: nothing is recorded for it"))
        #expect(try contents() == text, "nothing was shown before it")
        let lone = try dls("replay", "--cell", "C", "a.dls")
        #expect(lone.status == 1 && lone.error.contains("cell 1 \"A\" makes `x`"))
        #expect(try dls("replay", "--cell", "1", "--cell", "C", "a.dls").status == 0)
        try write("# %% A\nparam y = 1\n# %% B\n2\n", to: "param.dls")
        let elsewhere = try dls("replay", "--cell", "B", "--set", "y=2", "param.dls")
        #expect(elsewhere.status == 1 && elsewhere.error.contains("cell 1 \"A\" has it, and was not chosen"))
        #expect(try dls("replay", "--cell", "D", "a.dls").status == 2)
        #expect(try dls("replay", "none.dls").status == 2)
        #expect(try dls("replay").status == 2)
        try write("# %% A\n#> 1\n", to: "bad.dls")
        let bad = try dls("replay", "bad.dls")
        #expect(bad.status == 1 && bad.error.contains("--> bad.dls:2:1"))
        try write("# %% A\nquit 7\n", to: "quit.dls")
        #expect(try dls("replay", "quit.dls").status == 7)
    }

    @Test func whatRanBeforeACellThatFailsIsRecorded() throws {
        try write("# %% A\n1 + 1\n# %% B\nmissing\n#> old\n# %% C\n3\n")
        let result = try dls("replay", "--record", "--quiet", "a.dls")
        #expect(result.status == 1 && result.output == "recorded 1 cell in a.dls\n", "\(result.output)")
        #expect(result.error.contains("cell 2 \"B\" failed: nothing is recorded for it and the cells behind it"))
        #expect(try contents() == "# %% A\n1 + 1\n#> 2\n# %% B\nmissing\n#> old\n# %% C\n3\n")
        try write("# %% A\nmissing\n# %% B\n1\n")
        let first = try dls("replay", "--record", "--quiet", "a.dls")
        #expect(
            first.status == 1 && first.output == "" && first.error.contains("cell 1 \"A\" failed: nothing is recorded"))
        try write("# %% A\n1\n# %% B\nquit 3\n")
        let quit = try dls("replay", "--record", "--quiet", "a.dls")
        #expect(quit.status == 3 && quit.error.contains("quit with status 3: nothing is recorded"))
    }

    @Test func whatGoesOnEndsWithASummary() throws {
        try write("# %% A\n1\n#> 2\n# %% B\nmissing\n# %%\nmissing\n# %% [skip]\nmissing\n")
        let shown = try dls("replay", "--keep-going", "--quiet", "a.dls")
        #expect(shown.status == 1 && shown.output == "3 cells ran: 2 failed: cell 2 \"B\", cell 3\n")
        let checked = try dls("replay", "--keep-going", "--quiet", "--check", "a.dls")
        #expect(checked.status == 1 && checked.output.hasSuffix("cell 3\n1 cell compared: 1 line drifted in cell 1\n"))
        try write("# %% A\n1\n")
        #expect(try dls("replay", "--keep-going", "--quiet", "a.dls").output == "1 cell ran: none failed\n")
    }

    @Test func programsReadHowItWent() throws {
        func json(_ words: String...) throws -> [String: Any] {
            let result = try folder.dls(["replay", "--json"] + words)
            let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            #expect(json?["status"] as? Int == Int(result.status))
            return try #require(json)
        }
        try write("# %% A\nprint \"\u{7f}\\u{1b}[2J\"\n1\n#> 2\n# %% B\nmissing\n# %% C [skip]\nmissing\n")
        let report = try json("--keep-going", "--check", "a.dls")
        let cells = try #require(report["cells"] as? [[String: Any]])
        #expect(cells.map { $0["ending"] as? String } == ["completed", "failed", "not run"])
        let drifts = try #require(cells[0]["drifts"] as? [[String: Any]])
        #expect(drifts.contains { $0["recorded"] as? String == "2" && $0["line"] as? Int == 4 }, "\(drifts)")
        #expect(cells[1]["error"] as? String == "unknown name `missing`" && cells[1]["line"] as? Int == 6)
        #expect(try json("a.dls")["status"] as? Int == 1)
        try write("# %% A\nx = = 1\n")
        #expect(try json("a.dls")["error"] is String, "what cannot be parsed is told, too")
    }

    @Test func aNotebookThatWasRenamedHasTheFiguresOfItsOldName() throws {
        try write("# %% A\nplot [1, 2]\n#> [figure: old_figures/cell1-1.svg]\n")
        #expect(try dls("replay", "--check", "--quiet", "a.dls").status == 0)
        for other in ["old_figures/cell1-2.svg", "../old_figures/cell1-1.svg", "old_figures/cell2-1.svg"] {
            try write("# %% A\nplot [1, 2]\n#> [figure: \(other)]\n")
            #expect(try dls("replay", "--check", "--quiet", "a.dls").status == 3, "\(other)")
        }
    }

    @Test func theClockStartsAtZero() throws {
        #expect(try dls("-e", "clock() >= 0").output == "true\n")
    }

    @Test func aRecordThatIsInterruptedChangesNothing() throws {
        let text = "# %% A\nprint \"started\"\nwhile true { }\n"
        try write(text)
        let (process, output, error) = try folder.start(["replay", "--record", "a.dls"])
        var shown = ""
        while !shown.contains("\nstarted\n") {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            shown += String(decoding: data, as: UTF8.self)
        }
        process.interrupt()
        let errors = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130, "\(errors)")
        #expect(try contents() == text)
    }

    /// How often a record is killed: what the environment's `DLS_TEST_KILLS` says.
    private static let kills = ProcessInfo.processInfo.environment["DLS_TEST_KILLS"].flatMap { Int($0) } ?? 50

    /// Killed at any moment, the file is the old or the new one, whole.
    @Test func aRecordThatIsKilledLeavesAWholeFile() throws {
        let cells = (0..<40).map { "# %% Cell \($0)\n[i * \($0).5 for i in range(400)]\n" }.joined()
        try write(cells)
        let start = ContinuousClock.now
        #expect(try dls("replay", "--record", "--quiet", "a.dls").status == 0)
        let whole = start.duration(to: .now)
        let recorded = try contents()
        var counts = (old: 0, new: 0)
        for _ in 0..<Self.kills {
            try write(cells)
            let (process, _, _) = try folder.start(["replay", "--record", "--quiet", "a.dls"])
            let share = Double.random(in: 0...1.2)
            Thread.sleep(forTimeInterval: share * Double(whole.components.attoseconds) * 1e-18)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let text = try contents()
            #expect(text == cells || text == recorded)
            if text == cells { counts.old += 1 } else { counts.new += 1 }
        }
        #expect(counts.old > 0)
    }
}
