import Foundation
import Testing

/// Notebooks of strangers under `--safe`: what each tries has no effect outside.
@Suite(.serialized) struct SafeModeTests {
    private let outside: ProgramFolder

    /// A folder with things to protect, and beneath it the notebook's.
    init() throws {
        outside = try ProgramFolder()
        for name in ["home", "more", "out"] {
            try FileManager.default.createDirectory(
                at: outside.url.appending(path: name), withIntermediateDirectories: false)
        }
        try outside.write("the secret\n", to: "secret.txt")
        try outside.write("the victim\n", to: "victim.txt")
        try outside.write("more data\n", to: "more/data.txt")
        try outside.write("print \"REACHED by code\"\n", to: "evil.dls")
        try outside.write("own\n", to: "home/own.txt")
        for (name, target) in [("home/link", ".."), ("home/dangling", "../made-by-link.txt"), ("out/link", "..")] {
            try FileManager.default.createSymbolicLink(
                atPath: outside.url.appending(path: name).path, withDestinationPath: target)
        }
    }

    private func snapshot() -> [String: String] {
        var files: [String: String] = [:]
        for path in outside.paths where !path.contains("link/") && !path.hasPrefix("out/") {
            files[path] = (try? outside.contents(path)) ?? "(folder)"
        }
        return files
    }

    private func runInHome(
        _ words: [String], environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String, error: String) {
        let before = snapshot()
        let result = try outside.dls(words, shell: "cd home && exec \"$@\"", environment: environment)
        #expect(snapshot() == before)
        return result
    }

    private func addHostile(_ name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Hostile/\(name)")
        try outside.write(try String(contentsOf: file, encoding: .utf8), to: "home/\(name)")
    }

    @Test(
        arguments: ["files.dls", "code.dls", "shell.dls", "links.dls"],
        [["run", "--safe"], ["replay", "--safe"], ["run"]])
    func nothingOutsideIsReadOrWritten(_ notebook: String, _ words: [String]) throws {
        try addHostile(notebook)
        let environment = words == ["run"] ? ["DLS_SAFE": "1"] : [:]
        let result = try runInHome(words + [notebook], environment: environment)
        #expect(result.status == 0, "\(result.error)")
        // A replay shows the code, too.
        let output = result.output.split(separator: "\n").filter { !$0.hasPrefix("| ") && !$0.hasPrefix("│ ") }
        #expect(!output.contains { $0.contains("REACHED") || $0.contains("the secret") }, "\(result.output)")
        #expect(output.contains { $0.contains("--safe does not let it be read") } && output.contains("end"))
    }

    @Test func notebooksThatWouldOpenTooMuchAreRefused() throws {
        try outside.write("print \"REACHED\"\n", to: "home/a.dls")
        for (words, home) in [(["home/a.dls"], "home"), (["a.dls"], "."), (["a.dls"], "home/deep/er")] {
            try outside.write("print \"REACHED\"\n", to: "a.dls")
            let path = outside.url.appending(path: home).path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let result = try outside.dls(["run", "--safe"] + words, environment: ["HOME": path])
            #expect(result.status == 2 && result.error.contains("would open all of"), "\(result.error)")
        }
        try FileManager.default.createSymbolicLink(
            atPath: outside.url.appending(path: "home/b.dls").path, withDestinationPath: "../evil.dls")
        let linked = try runInHome(["run", "--safe", "b.dls"])
        #expect(linked.status == 2 && linked.error.contains("beyond its folder"), "\(linked.error)")
    }

    @Test func commandsInTextsOfFiguresDoNotRun() throws {
        try outside.write(
            "plot [1, 2] title=\"`touch pwned`\" x=\"$(touch pwned)\"\nsave figure \"../out/a.svg\"\n", to: "home/a.dls"
        )
        let result = try runInHome(["run", "--safe", "--output", "../out", "a.dls"])
        #expect(result.status == 0, "\(result.error)")
        #expect(try outside.contents("out/a.svg").contains("touch pwned"))
    }

    @Test func foldersThatAreGivenAreOpen() throws {
        try outside.write(
            """
            print read("../more/data.txt") + read("own.txt")
            save "text" "../out/a.txt"
            print read("../out/a.txt")
            for path in ["../more/b.txt", "../out/link/b.txt", "b.txt"] {
              try { save "text" path; print "REACHED" } catch e { print e.message }
            }
            """, to: "home/a.dls")
        let result = try runInHome(["run", "--safe", "--data", "../more", "--output", "../out", "a.dls"])
        #expect(result.status == 0, "\(result.error)")
        #expect(
            result.output.hasPrefix("more data\nown\n\ntext\n") && !result.output.contains("REACHED"),
            "\(result.output)")
        #expect(try outside.contents("out/a.txt") == "text")
        let script = ["run", "--data", "../more", "a.dls"]
        #expect(try runInHome(script).status == 2, "--data alone")
        #expect(try runInHome(["run", "--safe", "--data", "nowhere", "a.dls"]).error.contains("no folder \"nowhere\""))
    }

    @Test func trainingsAreKeptInATemporaryStore() throws {
        try outside.write(
            """
            model net() { linear 1 }
            train net() dataset(ones([4, 2]), ones([4, 1])) epochs=1 lr=0.1;
            print runs.len()
            print sql("select count(*) as n from runs")[0].n
            forget all=true
            print runs.len()
            """, to: "home/a.dls")
        let temporary = outside.url.appending(path: "out/temporary").path
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
        let result = try runInHome(
            ["run", "--safe", "a.dls"], environment: ["DLS_RUNS": "runs.sqlite", "TMPDIR": temporary])
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output == "1\n1\n0\n", "\(result.output)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
    }

    @Test func memoryEndsTheNotebookAndNothingElse() throws {
        try addHostile("memory.dls")
        let result = try runInHome(["run", "--safe", "--memory", "300M", "--time", "60", "memory.dls"])
        #expect(result.status == 152, "\(result.output)\(result.error)")
        #expect(!result.output.contains("REACHED"), "\(result.output)")
        #expect(result.error.contains("the memory limit of 300 MB is reached"), "\(result.error)")
    }

    @Test func timeEndsTheNotebook() throws {
        try addHostile("time.dls")
        let result = try runInHome(["run", "--safe", "--time", "0.5s", "time.dls"])
        #expect(result.status == 152 && result.error.contains("the time limit of 0.5 s is reached"), "\(result.error)")
    }

    @Test func dataGivesNoOrdersToTheTerminal() throws {
        try addHostile("terminal.dls")
        let notebook = try outside.contents("home/terminal.dls")
            .replacing("Title with an escape", with: "Title \u{1b}]0;pwned\u{7}\u{9b}31m\u{202e}")
        try outside.write(notebook + "#> \u{1b}]0;old\u{7}\n", to: "home/terminal.dls")
        for words in [["run"], ["replay"], ["replay", "--check"]] {
            let result = try runInHome(words + ["terminal.dls"])
            for text in [result.output, result.error] {
                let orders = text.unicodeScalars.filter {
                    $0.value < 0x20 && $0 != "\n" && $0 != "\t" || (0x7F...0x9F).contains($0.value)
                        || $0.value == 0x202E
                }
                #expect(orders.isEmpty, "\(words): \(text.debugDescription)")
            }
            #expect(result.output.contains("\\u{1b}]0;pwned\\u{7}"), "\(result.output)")
        }
        #expect(try runInHome(["-e", "print \"\\u{1b}[1m\" raw=true"]).output == "\u{1b}[1m\n")
    }

    @Test(arguments: ["html", "md", "ipynb"]) func pagesHoldNoCodeAndNoFilesFromElsewhere(_ format: String) throws {
        try addHostile("pages.dls")
        let result = try outside.dls(["export", "home/pages.dls", "--to", format, "--output", "out/pages.\(format)"])
        #expect(result.status == 0, "\(result.error)")
        let page = try outside.contents("out/pages.\(format)")
        #expect(!page.contains("the secret") && !page.contains("root:"))
        // Jupyter itself obeys no tags of text cells.
        guard format != "ipynb" else { return }
        let parts = page.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        for word in ["<script", "<img src=x", "<iframe", "](javascript", "](&#106", "href=\"javascript"] {
            #expect(!parts.contains { $0.contains(word) }, "\(word)")
        }
    }

    /// Pipes and devices stay, and a path does not end at a character that it does not show.
    @Test func whatIsNoFileIsNotReplaced() throws {
        #expect(mkfifo(outside.url.appending(path: "home/pipe").path, 0o600) == 0)
        try outside.write(
            """
            for path in ["pipe", "/dev/full", "own.txt\\u{0}.npy"] {
              try { save "text" path overwrite=true; print "REACHED" } catch e { print e.message }
              try { save "text" path append=true; print "REACHED" } catch e { print e.message }
            }
            """, to: "home/a.dls")
        let result = try outside.dls(["a.dls"], shell: "cd home && exec \"$@\"")
        #expect(result.status == 0 && !result.output.contains("REACHED"), "\(result.output)\(result.error)")
        var status = stat()
        #expect(stat(outside.url.appending(path: "home/pipe").path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
        #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    @Test func recordingNeedsTheNotebooksFolderAsOutput() throws {
        try outside.write("1 + 1\n", to: "home/a.dls")
        let refused = try runInHome(["replay", "--safe", "--record", "a.dls"])
        #expect(refused.status == 2 && refused.error.contains("--output FOLDER"), "\(refused.error)")
        try outside.write("1 + 1\n", to: "out/a.dls")
        let recorded = try outside.dls(["replay", "--safe", "--record", "--output", "out", "out/a.dls"])
        #expect(recorded.status == 0, "\(recorded.error)")
        #expect(try outside.contents("out/a.dls") == "1 + 1\n#> 2\n")
    }
}
