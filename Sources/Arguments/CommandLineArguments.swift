import ArgumentParser
import Jupyter
import Language
import Runtime
import Terminal

/// The command line, understood.
package struct CommandLineArguments {
    package enum Action: Equatable {
        case run(ProgramRequest)
        case jupyter(JupyterRequest)
        case languageServer
        /// Help, or a script that completes in a shell.
        case show(String)
        case showVersion
    }

    package struct UsageError: Error {
        package let message: String
        /// The command whose `--help` tells more.
        package internal(set) var command = "dls"

        init(_ message: String) { self.message = message }
    }

    package private(set) var action: Action
    /// What the script finds in `args`.
    package private(set) var arguments: [String] = []
    /// The values of `--set`, before the file or behind it.
    package var settings: [String] = []
    /// What `--part` says, before the file or behind it.
    var givenPart: String?
    /// The share of sweeps that a script runs; nil: all.
    package private(set) var part: SweepPart?
    /// What `--safe` leaves; nil: everything.
    package var confinement: Confinement?
    /// Whether the file is approved, though it may be a stranger's.
    package var trusts = false

    init(_ action: Action) { self.action = action }

    /// - Parameter environment: `DLS_SAFE` asks for `--safe`.
    package init(_ words: [String], environment: (String) -> String? = { _ in nil }) throws(UsageError) {
        let isSafe = !["", "0"].contains(environment("DLS_SAFE") ?? "")
        // A lone `-` would end the options for the parser.
        if words.first == "-" {
            self.init(.run(.standardInput))
            confinement = isSafe ? Confinement() : nil
            try take(words.dropFirst())
            try choosePart(environment)
            return
        }
        let words = Self.withVerbFirst(words)
        let verb = words.first.flatMap { DlsCommand.verbs.contains($0) ? $0 : nil }
        do throws(UsageError) {
            self = try Self.parse(words, isSafe: isSafe)
            if verb == "run", case .run(.prompt) = action { throw UsageError("`dls run` needs a file") }
            try choosePart(environment)
        } catch {
            var error = error
            if let verb { error.command += " " + verb }
            if verb == HomeworkCommand._commandName, words.count > 1, HomeworkCommand.verbs.contains(words[1]) {
                error.command += " " + words[1]
            }
            throw error
        }
    }

    /// `dls --safe --time 10m replay FILE` is `dls replay --safe --time 10m FILE`.
    private static func withVerbFirst(_ words: [String]) -> [String] {
        var end = 0
        while end < words.count, let count = SafetyOptions.wordCount(words[end]) { end += count }
        guard end > 0, end < words.count, DlsCommand.verbs.contains(words[end]) else { return words }
        return [words[end]] + words[..<end] + words[(end + 1)...]
    }

    /// What is wrong with the second word of a command that has commands of its own; nil: nothing.
    private static func unknownVerb(_ words: [String]) -> UsageError? {
        let verbs = [
            HomeworkCommand._commandName: HomeworkCommand.verbs, RunsCommand._commandName: RunsCommand.verbs,
        ]
        guard words.count > 1, let known = verbs[words[0]], !words[1].hasPrefix("-"), !known.contains(words[1]) else {
            return nil
        }
        let command = "dls \(words[0])"
        let meant = Suggestion.closest(to: words[1], among: known.sorted()).map { "did you mean `\(command) \($0)`?" }
        let all = known.sorted().map { "`\(command) \($0)`" }.joined(separator: " and ")
        return UsageError("`\(command)` has no command `\(words[1])`: \(meant ?? "there is \(all)")")
    }

    private static func parse(_ words: [String], isSafe: Bool) throws(UsageError) -> CommandLineArguments {
        if let problem = unknownVerb(words) { throw problem }
        do {
            var command = try DlsCommand.parseAsRoot(words)
            if let command = command as? any Subcommand { return try command.request(isSafe: isSafe) }
            // Of the library's own there is help, which it throws.
            try command.run()
            return CommandLineArguments(.show(""))
        } catch let error as UsageError {
            throw error
        } catch {
            let message = DlsCommand.message(for: error)
            // Help is an error for the library, with the status of success.
            if DlsCommand.exitCode(for: error).isSuccess {
                let text = message.isEmpty ? DlsCommand.fullMessage(for: error) : message
                return CommandLineArguments(.show(DlsCommand.inOurWords(text)))
            }
            throw UsageError(message.prefix(1).lowercased() + message.dropFirst())
        }
    }

    /// - Parameter environment: Of a script only: what a SLURM array says is for no prompt.
    private mutating func choosePart(_ environment: (String) -> String?) throws(UsageError) {
        switch action {
        case .run(.script), .run(.code), .run(.standardInput): break
        default:
            guard givenPart == nil else { throw UsageError("--part is for scripts") }
            return
        }
        do { part = try SweepPart.chosen(givenPart, environment: environment) } catch {
            let diagnostic = Failure(wrapping: error).diagnostic
            throw UsageError(([diagnostic.message] + diagnostic.help).joined(separator: "\n"))
        }
        guard let part else { return }
        let reason =
            confinement != nil ? "--safe keeps none" : environment("DLS_RUNS") == "" ? "DLS_RUNS is empty" : nil
        guard reason == nil else {
            throw UsageError("part \(part.text) of a sweep keeps its runs in a file, and \(reason ?? "")")
        }
    }

    /// Behind the file everything is the script's, but for `--set` and `--part`, and those too after `--`.
    mutating func take(_ words: ArraySlice<String>) throws(UsageError) {
        var words = words
        while let word = words.popFirst() {
            if word == "--" {
                arguments += words
                return
            }
            if word == "--set", let value = words.popFirst() {
                settings.append(value)
            } else if word.hasPrefix("--set=") {
                settings.append(String(word.dropFirst("--set=".count)))
            } else if word == "--part" {
                guard let value = words.popFirst() else { throw UsageError("--part needs a value, such as 2/3") }
                givenPart = value
            } else if word.hasPrefix("--part=") {
                givenPart = String(word.dropFirst("--part=".count))
            } else {
                arguments.append(word)
            }
        }
    }
}

/// A command of `dls`, which turns its words into a request.
protocol Subcommand: ParsableCommand {
    /// - Parameter isSafe: Whether the environment asks for `--safe`.
    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments
}

/// `dls`: all that its commands share is their help.
struct DlsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dls", abstract: "A notebook-style language for deep learning.",
        usage: """
            dls                            the prompt
            dls [run] FILE [arguments]     run a script; it finds the arguments in `args`
            dls -e CODE [arguments]        run some code
            dls - [arguments]              run a script from standard input
            dls <subcommand>
            """,
        discussion: """
            \(remarks)

            Exit status: \(exitStatus)
            """,
        subcommands: [
            RunCommand.self, ReplayCommand.self, ExportCommand.self, ImportCommand.self, RunsCommand.self,
            HomeworkCommand.self, HomeworkSessionCommand.self, JupyterCommand.self, LanguageServerCommand.self,
            TopicCommand.self,
        ],
        defaultSubcommand: RunCommand.self)

    static let remarks = """
        `dls run --help` lists the options before a file, such as --set and --safe.
        `dls --generate-completion-script bash` (or zsh, fish) writes a script that completes commands in that shell.
        """

    static let exitStatus =
        "0 done, 1 an error in a script, 2 wrong usage, 3 a check that drifted, 130 interrupted."

    static let verbs = Set(configuration.subcommands.map { $0._commandName })

    /// `dls help` has the topics of the language, and a command's help is its own.
    static func inOurWords(_ help: String) -> String {
        help.replacing("dls help <subcommand>", with: "dls <subcommand> --help")
            .replacing("dls help homework <subcommand>", with: "dls homework <subcommand> --help")
            + (help.hasSuffix("\n") ? "" : "\n")
    }
}

extension Subcommand {
    /// The only file of a command that takes one.
    func onlyFile(_ files: [String], _ kind: String = "a file") throws(CommandLineArguments.UsageError) -> String {
        let verb = Self._commandName
        guard let path = files.first else { throw .init("`dls \(verb)` needs \(kind)") }
        guard files.count == 1 else { throw .init("`dls \(verb)` takes one file, and got `\(files[1])`, too") }
        return path
    }
}
