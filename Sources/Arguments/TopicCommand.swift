import ArgumentParser
import Terminal

/// `dls help [topic]`: what `help` shows at the prompt, and the same as a reference or a manual page.
struct TopicCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "help", abstract: "Show the help that the prompt has.",
        usage: """
            dls help [TOPIC...]
            dls help --html FOLDER
            dls help --man
            """)

    @Argument(help: "A name, words to look for, or a command: `train`, `error bars`, `runs merge`.")
    var topic: [String] = []

    @Option(
        name: .customLong("html"), help: .init("Write all of the help as pages for a browser.", valueName: "folder"),
        completion: .directory)
    var folder: String?

    @Flag(name: .customLong("overwrite"), help: "With --html: replace files that dls did not write.")
    var overwrites = false

    @Flag(name: .customLong("man"), help: "Show the manual page of dls, as roff.") var isManual = false

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        let choices = [topic.first != nil, folder != nil, isManual].filter { $0 }
        guard choices.count <= 1 else { throw .init("`dls help` takes a topic, --html or --man, not several") }
        guard !overwrites || folder != nil else { throw .init("--overwrite is for --html") }
        if isManual { return CommandLineArguments(.show(ManualPage.text)) }
        if let folder {
            guard !folder.isEmpty else { throw .init("--html takes a folder") }
            return CommandLineArguments(.run(.helpReference(folder: folder, overwrites: overwrites)))
        }
        if topic.count > 1, let command = command {
            return CommandLineArguments(.show(DlsCommand.inOurWords(DlsCommand.helpMessage(for: command))))
        }
        return CommandLineArguments(.run(.help(topic: topic.isEmpty ? nil : topic.joined(separator: " "))))
    }

    /// The command that the words name, such as `runs merge`.
    private var command: (any ParsableCommand.Type)? {
        var command: any ParsableCommand.Type = DlsCommand.self
        for word in topic {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else {
                return nil
            }
            command = next
        }
        return command
    }
}
