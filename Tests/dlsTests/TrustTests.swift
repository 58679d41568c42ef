import Foundation
import Testing

/// Files that count as a stranger's run when they read their own folder, and else when they are approved.
@Suite(.serialized) struct TrustTests {
    private let folder: ProgramFolder

    init() throws {
        folder = try ProgramFolder()
        for name in ["Downloads", "work"] {
            try FileManager.default.createDirectory(
                at: folder.url.appending(path: name), withIntermediateDirectories: false)
        }
        try folder.write("the secret\n", to: "secret.txt")
        try folder.write("the data\n", to: "Downloads/data.txt")
    }

    private func dls(
        _ words: [String], environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String, error: String) {
        let home = ["HOME": folder.url.path, "XDG_STATE_HOME": folder.url.path + "/state", "XDG_CONFIG_HOME": ""]
        return try folder.dls(words, environment: home.merging(environment) { $1 })
    }

    private static let writing = "print \"runs\"\nsave \"text\" \"work/made.txt\" overwrite=true\n"

    private var wasWritten: Bool { folder.paths.contains("work/made.txt") }

    @Test func whatReadsItsOwnFolderRuns() throws {
        try folder.write("print \"imported\"\n", to: "Downloads/library.dls")
        try folder.write(
            """
            import "library.dls"
            print read("Downloads/data.txt")
            model net() { linear 1 }
            train net() dataset(ones([4, 2]), ones([4, 1])) epochs=1 lr=0.1;
            print runs.len()
            """, to: "Downloads/a.dls")
        let result = try dls(["Downloads/a.dls"], environment: ["DLS_RUNS": folder.url.path + "/.dls/runs.sqlite"])
        #expect(result.status == 0 && result.output == "imported\nthe data\n\n1\n", "\(result.output)\(result.error)")
        try folder.write("1 + 1\n", to: "Downloads/b.dls")
        #expect(try dls(["replay", "--record", "Downloads/b.dls"]).status == 0)
        #expect(try folder.contents("Downloads/b.dls") == "1 + 1\n#> 2\n")
    }

    @Test(arguments: [
        ("print read(\"secret.txt\")", "reads  line 1 of Downloads/a.dls: read(\"secret.txt\")"),
        ("path = \"secret.txt\"\nprint lines(path)", "reads  line 2"),
        ("list(map(read, [\"secret.txt\"]))", "reads  line 1 of Downloads/a.dls: read"),
        ("print \"{read(\"/etc/passwd\")}\"", "reads  line 1"),
        ("fn f() {\n  save [1] \"work/made.txt\" overwrite=true\n}\nf()", "writes  line 2"),
        ("f = open(\"work/made.txt\", \"w\")", "writes  line 1"),
        ("table([{a=1}]).to_csv(\"work/made.txt\")", "writes  line 1"),
        ("read(\n\n   \"secret.txt\")", "read( \"secret.txt\")"),
        ("save \"\(String(repeating: "x", count: 999))\" \"work/made.txt\"", "x\" \"work/made.txt\""),
        ("import \"work/other.dls\"", "runs  line 1"),
        ("import \"library.dls\"", "writes  line 1 of Downloads/library.dls"),
        ("run \"work/other.dls\"", "runs  line 1"),
        ("forget all=true", "forgets  line 1"),
        (
            "model net() { linear 1 }\ntrain net() dataset(ones([4, 2]), ones([4, 1])) checkpoint=\"work/kept\"",
            "writes  line 2"
        ),
    ]) func whatAsksForMoreIsRefusedAndShown(_ code: String, _ request: String) throws {
        try folder.write("save \"text\" \"work/made.txt\"\n", to: "Downloads/library.dls")
        try folder.write("print \"other\"\n", to: "work/other.dls")
        try folder.write(code + "\n", to: "Downloads/a.dls")
        let before = folder.paths
        for words in [["Downloads/a.dls"], ["replay", "Downloads/a.dls"]] {
            let result = try dls(words)
            #expect(result.status == 2 && result.output.isEmpty, "\(result.output)")
            #expect(result.error.contains("it lies in ") && result.error.contains(request), "\(result.error)")
        }
        #expect(folder.paths == before)
    }

    /// What the text does not tell ends when it happens.
    @Test func hiddenRequestsEndInErrors() throws {
        for code in [
            "paths = [\"secret.txt\"]\nprint [p.read() for p in paths]",
            "data = load \"Downloads/workspace\"\nprint \"began\"\nhidden()",
        ] {
            try folder.write(
                "fn hidden() { save \"text\" \"work/made.txt\" }\nsave workspace \"Downloads/workspace\" overwrite=true\n",
                to: "work/make.dls")
            #expect(try dls(["work/make.dls"]).status == 0)
            try folder.write(code + "\n", to: "Downloads/a.dls")
            let result = try dls(["Downloads/a.dls"])
            #expect(result.status == 1 && result.error.contains("counts as a stranger's may not"), "\(result.error)")
            #expect(!wasWritten && !result.output.contains("secret"), "\(result.output)")
        }
    }

    @Test func trustIsForTheCodeAsItIs() throws {
        try folder.write(Self.writing + "1 + 1\n", to: "Downloads/a.dls")
        #expect(try dls(["Downloads/a.dls"]).status == 2)
        #expect(try dls(["run", "--trust", "Downloads/a.dls"]).status == 0)
        #expect(wasWritten)
        let state = folder.url.appending(path: "state/dls/trusted").path
        let permissions = try FileManager.default.attributesOfItem(atPath: state)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        // Outputs that are recorded are no code.
        #expect(try dls(["replay", "--record", "Downloads/a.dls"]).status == 0)
        #expect(try folder.contents("Downloads/a.dls").contains("#> 2"))
        #expect(try dls(["Downloads/a.dls"]).status == 0)
        try folder.write(Self.writing + "1 + 2\n", to: "Downloads/a.dls")
        #expect(try dls(["Downloads/a.dls"]).status == 2)
        #expect(try dls(["--trust", "replay", "Downloads/a.dls"]).status == 0)
        try folder.write(Self.writing + "t = \"\"\"\n#> 1\n\"\"\"\n", to: "Downloads/a.dls")
        #expect(try dls(["--trust", "Downloads/a.dls"]).status == 0)
        try folder.write(Self.writing + "t = \"\"\"\n#> 2\n\"\"\"\n", to: "Downloads/a.dls")
        #expect(try dls(["Downloads/a.dls"]).status == 2)
        #expect(try dls(["run", "--trust", "--safe", "Downloads/a.dls"]).error.contains("either --safe or --trust"))
    }

    /// What runs the code of another file asks for it, also where the first one is one's own.
    @Test(arguments: [
        "import \"../Downloads/a.dls\"", "run \"Downloads/a.dls\"", "load \"Downloads/workspace\";\nf()",
        "try { import_it() } catch e { print e.message }\nfn import_it() { run \"Downloads/a.dls\" }\nimport_it()",
    ]) func codeOfStrangersDoesNotRunUnasked(_ code: String) throws {
        try folder.write("fn f() { \(Self.writing.replacing("\n", with: "; ")) }\n", to: "work/make.dls")
        let saving = "import \"work/make.dls\" as m\nf = m.f\nsave workspace \"Downloads/workspace\" overwrite=true"
        #expect(try dls(["-e", saving]).status == 0)
        try folder.write(Self.writing, to: "Downloads/a.dls")
        try folder.write(code + "\n", to: "work/b.dls")
        for words in [["work/b.dls"], ["replay", "work/b.dls"]] {
            let result = try dls(words)
            #expect(result.status == 1 && !wasWritten, "\(result.output)")
            let shown = (result.output + result.error).replacing(/\s+/, with: " ")
            #expect(shown.contains("counts as a stranger's: it lies in") && shown.contains("writes line"), "\(shown)")
        }
        // What confines the script confines the file.
        #expect(try dls(["run", "--safe", "--data", "Downloads", "work/b.dls"]).status == 1)
        #expect(!wasWritten)
        let trusted = try dls(["run", "--trust", "work/b.dls"])
        #expect(trusted.status == 0 && wasWritten, "\(trusted.error)")
        #expect(try dls(["work/b.dls"]).status == 0)
        try folder.write(Self.writing + "1 + 1\n", to: "Downloads/a.dls")
        #expect(try dls(["work/b.dls"]).status == (code.hasPrefix("load") ? 0 : 1))
    }

    @Test(arguments: ["y", "n"]) func thePromptAsks(_ answer: String) throws {
        try folder.write(Self.writing, to: "Downloads/a.dls")
        // What was typed before the question is no answer.
        let input = """
            sleep 1; printf "run \\\"Downloads/a.dls\\\"\\ny\\n"
            for i in $(seq 100); do sleep 0.1; grep -q "run it?" typescript && break; done
            sleep 0.1; printf "\(answer)\\nprint \\\"still here\\\"\\n"; sleep 1
            """
        let result = try folder.dls(
            [], shell: "(\(input)) | script -qefc \"stty cols 60 rows 24; $1 --no-readline\" typescript",
            environment: ["HOME": folder.url.path, "XDG_STATE_HOME": folder.url.path + "/state", "TERM": "dumb"])
        #expect(result.output.contains("run it? [y: trust it, N: no]"), "\(result.output)")
        #expect(result.output.contains("writes  line 2 of Downloads/a.dls"), "\(result.output)")
        #expect(wasWritten == (answer == "y") && result.output.contains("still here"), "\(result.output)")
        let isRefused = result.output.contains("Downloads/a.dls does not run: it was not trusted")
        #expect(isRefused == (answer == "n"), "\(result.output)")
        let lines = result.output.split(whereSeparator: \.isNewline)
        #expect(lines.allSatisfy { $0.count <= 60 || !$0.contains(" ") }, "\(result.output)")
    }

    /// A file that is approved is the one that runs: what changes it in between is asked about.
    @Test func whatChangesWhileItRunsIsNotTrusted() throws {
        let code = Self.writing.replacing("\n", with: ";")
        try folder.write(
            """
            if exists("Downloads/change") { save '\(code)' "Downloads/library.dls" overwrite=true }
            import "library.dls"
            """, to: "Downloads/a.dls")
        try folder.write("print \"harmless\"\n", to: "Downloads/library.dls")
        #expect(try dls(["run", "--trust", "Downloads/a.dls"]).status == 0)
        #expect(try dls(["Downloads/a.dls"]).output == "harmless\n")
        try folder.write("", to: "Downloads/change")
        let result = try dls(["Downloads/a.dls"])
        #expect(result.status == 1 && result.error.contains("counts as a stranger's"), "\(result.error)")
        #expect(!wasWritten)
    }

    /// The name of a file shows no control characters, and no lines of its own.
    @Test func namesOfFilesForgeNoQuestion() throws {
        let name = "Downloads/a\u{202E}\u{1B}[2J\nrun it? y .dls"
        try folder.write(Self.writing, to: name)
        for words in [[name], ["-e", "run \(quoted(name))"]] {
            let result = try dls(words)
            #expect(result.status != 0 && !wasWritten)
            #expect(!result.error.contains("\u{202E}") && !result.error.contains("\u{1B}"), "\(result.error)")
            #expect(!result.error.contains("\nrun it? y"), "\(result.error)")
        }
    }

    private func quoted(_ name: String) -> String {
        "\""
            + name.unicodeScalars.map {
                $0.value < 0x80 && $0.value > 0x1F ? "\($0)" : "\\u{\(String($0.value, radix: 16))}"
            }
            .joined() + "\""
    }

    @Test func linksLeadToStrangers() throws {
        try folder.write(Self.writing, to: "Downloads/a.dls")
        try FileManager.default.createSymbolicLink(
            atPath: folder.url.appending(path: "work/link.dls").path, withDestinationPath: "../Downloads/a.dls")
        #expect(try dls(["work/link.dls"]).status == 2)
        #expect(try dls(["-e", "import \"work/link.dls\""]).status == 1)
        #expect(!wasWritten)
    }

    @Test func filesOfOnesOwnRun() throws {
        try folder.write(Self.writing, to: "work/a.dls")
        try folder.write(Self.writing, to: "Downloads/a.dls")
        for words in [["work/a.dls"], ["replay", "work/a.dls"], ["-e", Self.writing]] {
            #expect(try dls(words).status == 0)
        }
        let piped = try folder.dls([], shell: "cat Downloads/a.dls | \"$@\" -", environment: ["HOME": folder.url.path])
        #expect(piped.status == 0 && piped.output == "runs\n", "\(piped.error)")
        // Another folder of downloads, by the settings of the desktop.
        try folder.write("XDG_DOWNLOAD_DIR=\"$HOME/work\"\n", to: "user-dirs.dirs")
        let settings = ["XDG_CONFIG_HOME": folder.url.path]
        #expect(try dls(["Downloads/a.dls"], environment: settings).status == 0)
        #expect(try dls(["work/a.dls"], environment: settings).status == 2)
        try folder.write("XDG_DOWNLOAD_DIR=\"$HOME/\"\n", to: "user-dirs.dirs")
        #expect(try dls(["work/a.dls"], environment: settings).status == 0)
    }

    @Test func marksOfDownloadsAreSeen() throws {
        try folder.write(Self.writing, to: "work/a.dls")
        try folder.write("[ZoneTransfer]\nZoneId=3\n", to: "work/a.dls:Zone.Identifier")
        let marked = try dls(["work/a.dls"])
        #expect(marked.status == 2 && marked.error.contains("it was downloaded"), "\(marked.error)")
        try folder.write(Self.writing, to: "work/b.dls")
        let mark = "python3 -c 'import os; os.setxattr(\"work/b.dls\", \"user.xdg.origin.url\", b\"https://a.org\")'"
        let result = try folder.dls(["work/b.dls"], shell: "\(mark) 2> /dev/null || exit 9; exec \"$@\"")
        // Some file systems keep no marks.
        guard result.status != 9 else { return }
        #expect(result.status == 2 && result.error.contains("it was downloaded"), "\(result.error)")
    }

    /// The hostile notebooks that touch files ask, where they are not confined.
    @Test(arguments: ["files.dls", "code.dls", "shell.dls", "links.dls"])
    func hostileNotebooksAsk(_ name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Hostile/\(name)")
        try folder.write(try String(contentsOf: file, encoding: .utf8), to: "Downloads/\(name)")
        let before = folder.paths
        let result = try dls(["run", "Downloads/\(name)"])
        #expect(result.status == 2 && result.output.isEmpty, "\(result.output)\(result.error)")
        #expect(folder.paths == before)
    }
}
