import Arguments
import Runtime
import Session
import Testing

/// The manual page: all commands and options, and no line that roff would take for a command of its own.
@Suite struct ManualPageTests {
    @Test func hasEveryCommandAndOption() throws {
        let page = ManualPage.text
        for command in ["run", "replay", "export", "import", "homework", "homework grade", "jupyter", "lsp", "help"] {
            #expect(page.contains("\n.SS \"dls \(command)\"\n"), "\(command)")
            let words = command.split(separator: " ").map(String.init)
            guard case .show(let help) = try CommandLineArguments(words + ["--help"]).action else {
                Issue.record("\(command) has help")
                continue
            }
            for option in help.matches(of: /--[a-z]+(?:-[a-z]+)*(?= |,|\n)/) where option.0 != "--help" {
                #expect(page.contains(Roff.text(String(option.0))), "\(command) \(option.0)")
            }
        }
        for setting in Setting.variables + Setting.files { #expect(page.contains(Roff.text(setting.name))) }
        #expect(!page.contains("homework\\-session"), "what is not for people")
    }

    @Test func onlyItsOwnLinesAreCommands() {
        let commands: Set<String> = [".TH", ".SH", ".SS", ".PP", ".TP", ".BR", ".nf", ".fi"]
        for line in ManualPage.text.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(commands.contains(String(line.prefix { $0 != " " })), "\(line)")
        }
    }

    @Test func textsStayTexts() {
        #expect(
            Roff.text(".so /etc/passwd\n'br\n\\fB x-y \"z\" `a` ~ ^")
                == "\\&.so /etc/passwd\n\\(aqbr\n\\(rsfB x\\-y \\(dqz\\(dq \\(gaa\\(ga \\(ti \\(ha")
        #expect(Roff.prose("see `help .x`, not `this") == Roff.text("see `help .x`, not `this"), "an odd quote")
        #expect(Roff.prose("`.x` is bold") == "\\fB\\&.x\\fP is bold")
        #expect(Roff.page("One.\n\n  .x   y\n\nTwo.") == ".PP\nOne.\n.PP\n.nf\n  .x   y\n.fi\n.PP\nTwo.\n")
    }

    @Test func formsOfHelp() throws {
        #expect(try CommandLineArguments(["help", "--man"]).action == .show(ManualPage.text))
        #expect(
            try CommandLineArguments(["help", "--html", "a", "--overwrite"]).action
                == .run(.helpReference(folder: "a", overwrites: true)))
        for words in [
            ["--man", "x"], ["--html"], ["--html", ""], ["--html", "a", "--man"], ["--html", "a", "x"], ["--overwrite"],
        ] {
            #expect(throws: CommandLineArguments.UsageError.self) { try CommandLineArguments(["help"] + words) }
        }
    }
}
