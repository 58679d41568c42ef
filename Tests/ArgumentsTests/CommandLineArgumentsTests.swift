import Arguments
import Jupyter
import Session
import Terminal
import Testing

@Suite("The command line")
struct CommandLineArgumentsTests {
    private func parse(_ words: String...) throws -> CommandLineArguments { try CommandLineArguments(words) }

    private func message(_ words: String...) -> String? {
        do {
            _ = try CommandLineArguments(words)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("without a word it is the prompt")
    func prompt() throws {
        #expect(try parse().action == .run(.prompt(usesReadline: true)))
        #expect(try parse("--no-readline").action == .run(.prompt(usesReadline: false)))
    }

    @Test("--recover stands alone")
    func recover() throws {
        #expect(try parse("--recover").action == .run(.recover))
        #expect(message("--recover", "a.dls") == "`dls --recover` takes nothing else")
    }

    @Test("a file runs, and what stands behind it is the script's")
    func script() throws {
        for words in [["a.dls", "x", "-v", "--help", "-e", "1"], ["run", "a.dls", "x", "-v", "--help", "-e", "1"]] {
            let arguments = try CommandLineArguments(words)
            #expect(arguments.action == .run(.script(path: "a.dls")))
            #expect(arguments.arguments == ["x", "-v", "--help", "-e", "1"])
        }
    }

    @Test("settings stand before the file or behind it, but not behind --")
    func settings() throws {
        let arguments = try parse("--set", "a=1", "f.dls", "--set", "b=2", "x", "--set=c=-3", "--", "--set", "d=4")
        #expect(arguments.action == .run(.script(path: "f.dls")))
        #expect(arguments.settings == ["a=1", "b=2", "c=-3"])
        #expect(arguments.arguments == ["x", "--set", "d=4"])
        #expect(try parse("run", "--set", "a=1", "f.dls").settings == ["a=1"])
        #expect(try parse("f.dls", "--set").arguments == ["--set"])
    }

    @Test("code runs, also such that starts with a minus")
    func code() throws {
        #expect(try parse("-e", "1 + 1").action == .run(.code("1 + 1")))
        #expect(try parse("-e", "-1").action == .run(.code("-1")))
        let arguments = try parse("-e", "args", "a", "-b")
        #expect(arguments.arguments == ["a", "-b"])
    }

    @Test("jupyter runs a kernel or installs it")
    func jupyter() throws {
        #expect(try parse("jupyter", "k.json").action == .jupyter(.serve(connectionFile: "k.json")))
        #expect(try parse("jupyter", "install").action == .jupyter(.install(prefix: nil)))
        #expect(try parse("jupyter", "install", "--user").action == .jupyter(.install(prefix: nil)))
        #expect(try parse("jupyter", "install", "--prefix", "p").action == .jupyter(.install(prefix: "p")))
        #expect(try parse("jupyter", "--lines").action == .jupyter(.serveLines))
        #expect(try parse("jupyter", "--lines", "--safe").confinement != nil)
        #expect(message("jupyter", "--lines", "k.json") == "--lines takes no other words")
        #expect(message("jupyter") == "`dls jupyter` needs `install`, or the connection file of a client")
        #expect(message("jupyter", "install", "--user", "--prefix", "p")?.contains("not both") == true)
        #expect(message("jupyter", "k.json", "--user")?.contains("install") == true)
        #expect(message("jupyter", "a", "b") == "`dls jupyter` takes one word, not 2")
    }

    @Test("a lone minus is the standard input")
    func standardInput() throws {
        #expect(try parse("-").action == .run(.standardInput))
        #expect(try parse("-", "a", "--b").arguments == ["a", "--b"])
        #expect(try parse("--set", "a=1", "-", "x").arguments == ["x"])
        #expect(try parse("--set", "a=1", "-", "x").settings == ["a=1"])
    }

    @Test("help, version, replay")
    func words() throws {
        #expect(try parse("help").action == .run(.help(topic: nil)))
        #expect(try parse("help", "train").action == .run(.help(topic: "train")))
        #expect(try parse("help", "error", "bars").action == .run(.help(topic: "error bars")))
        #expect(try parse("help", "runs", "merge").action == parse("runs", "merge", "--help").action)
        #expect(try parse("run", "help").action == .run(.script(path: "help")))
        #expect(try parse("--version").action == .showVersion)
        #expect(
            try parse("replay", "--check", "a.dls").action
                == .run(.replay(path: "a.dls", options: ReplayOptions(mode: .check))))
    }

    @Test("a replay takes its options on either side of the file")
    func replay() throws {
        let arguments = try parse(
            "replay", "--record", "a.dls", "--cell", "3", "--cell=Train", "--from", "2", "--to", "Query", "--set",
            "x=-1",
            "--keep-going", "--quiet")
        let choice = CellChoice(cells: ["3", "Train"], first: "2", last: "Query")
        #expect(
            arguments.action
                == .run(
                    .replay(
                        path: "a.dls",
                        options: ReplayOptions(mode: .record, choice: choice, keepsGoing: true, isQuiet: true))))
        #expect(arguments.settings == ["x=-1"])
        #expect(message("replay", "a.dls", "b.dls") == "`dls replay` takes one file, and got `b.dls`, too")
        #expect(message("replay", "a.dls", "--check", "--record") == "`dls replay` takes --check or --record, not both")
        #expect(message("replay", "a.dls", "--cells") != nil)
    }

    /// What is shown in place of a run.
    private func shown(_ words: String...) throws -> String? {
        guard case .show(let text) = try CommandLineArguments(words).action else { return nil }
        return text
    }

    @Test(
        "every command has its help",
        arguments: ["run", "replay", "export", "import", "jupyter", "homework", "lsp", "help"])
    func help(_ command: String) throws {
        let help = try #require(try shown(command, "--help"))
        #expect(help.contains("USAGE: dls ") && help.contains(command) && help.contains("--help"))
        #expect(try shown("--help")?.contains("\n  \(command) ") == true)
        #expect(try shown(command, "-h") == help)
    }

    @Test("the help of dls stands behind its options, too")
    func generalHelp() throws {
        let help = try #require(try shown("-h"))
        #expect(help.contains("dls [run] FILE") && help.contains("dls <subcommand> --help"))
        #expect(try shown("--help") == help)
        #expect(try shown("--no-readline", "--help") == shown("run", "--help"))
        #expect(try shown("-e", "1", "--help") == shown("run", "--help"))
    }

    @Test("completion scripts of shells name the commands", arguments: ["bash", "zsh", "fish"])
    func completion(_ shell: String) throws {
        let script = try #require(try shown("--generate-completion-script", shell))
        for word in ["replay", "keep-going", "jupyter"] { #expect(script.contains(word)) }
    }

    @Test("an error names the command whose help tells more")
    func commandOfError() throws {
        for (words, command) in [
            (["replay"], "dls replay"), (["replay", "a.dls", "--foo"], "dls replay"), (["run"], "dls run"),
            (["--foo"], "dls"), (["--safe", "replay"], "dls replay"), (["jupyter"], "dls jupyter"),
        ] {
            #expect {
                try CommandLineArguments(words)
            } throws: {
                ($0 as? CommandLineArguments.UsageError)?.command == command
            }
        }
    }

    @Test("--safe stands before a command, or behind replay")
    func safeReplay() throws {
        for words in [["--safe", "replay", "a.dls"], ["replay", "a.dls", "--safe"]] {
            let arguments = try CommandLineArguments(words)
            #expect(arguments.action == .run(.replay(path: "a.dls", options: ReplayOptions(mode: .show))))
            #expect(arguments.confinement != nil)
        }
        #expect(try parse("replay", "a.dls").confinement == nil)
        #expect(try parse("--safe", "export", "a.dls", "--to", "md").confinement != nil)
        for words in [["--safe", "--time", "8s", "jupyter", "c.json"], ["jupyter", "--safe", "--time=8s", "c.json"]] {
            let words = try CommandLineArguments(words)
            #expect(words.action == .jupyter(.serve(connectionFile: "c.json")) && words.confinement?.seconds == 8)
        }
        #expect(try CommandLineArguments(["jupyter", "c.json"], environment: { _ in "1" }).confinement != nil)
        #expect(try parse("--safe", "run", "a.dls").action == .run(.script(path: "a.dls")))
    }

    @Test("wrong usage is said in our words")
    func errors() {
        #expect(message("--foo") == "there is no option `--foo`")
        #expect(message("-x", "a.dls") == "there is no option `-x`")
        #expect(message("run") == "`dls run` needs a file")
        #expect(message("replay") == "`dls replay` needs a file")
        #expect(message("-e") != nil)
        #expect(message("--set") != nil)
        #expect(message("a.dls", "--foo") == nil)
        #expect(
            message("homework", "grad", "--solution", "a.dls")
                == "`dls homework` has no command `grad`: did you mean `dls homework grade`?")
        #expect(message("runs", "merg") == "`dls runs` has no command `merg`: did you mean `dls runs merge`?")
        #expect(message("runs", "x") == "`dls runs` has no command `x`: there is `dls runs merge`")
    }
}
