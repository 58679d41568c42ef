import ArgumentParser

/// `dls lsp`
struct LanguageServerCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "lsp", abstract: "Serve an editor over standard input and output.",
        discussion: "An editor starts it: `dls help editors` tells how.")

    /// What clients add to the command of any server.
    @Flag(name: .customLong("stdio"), help: "Use the standard streams, as without it.") var usesStandardStreams = false

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        CommandLineArguments(.languageServer)
    }
}
