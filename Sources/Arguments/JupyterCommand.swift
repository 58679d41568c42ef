import ArgumentParser
import Jupyter

/// `dls jupyter FILE`, `dls jupyter --lines`, `dls jupyter install [--user | --prefix P]`
struct JupyterCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "jupyter", abstract: "Make dls a kernel of Jupyter, or run the kernel.",
        usage: """
            dls jupyter install [--user | --prefix P]
            dls jupyter FILE
            dls jupyter --lines
            """)

    @Argument(
        help: .init(
            "`install`, or the connection file with which a client of Jupyter starts the kernel.", valueName: "file"),
        completion: .list(["install"]))
    var words: [String] = []

    @Flag(help: "Install for this user, as without it.") var user = false

    @Option(help: .init("Install in this folder.", valueName: "folder"), completion: .directory) var prefix: String?

    @Flag(help: "Run the kernel over standard input and output: a message in JSON on each line.") var lines = false

    @OptionGroup var safety: SafetyOptions

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        if lines {
            guard words.isEmpty, !user, prefix == nil else { throw .init("--lines takes no other words") }
            var result = CommandLineArguments(.jupyter(.serveLines))
            result.confinement = try safety.confinement(isDemanded: isSafe)
            return result
        }
        guard let first = words.first else {
            throw .init("`dls jupyter` needs `install`, or the connection file of a client")
        }
        guard words.count == 1 else { throw .init("`dls jupyter` takes one word, not \(words.count)") }
        guard first == "install" else {
            guard !user, prefix == nil else { throw .init("--user and --prefix are for `dls jupyter install`") }
            var result = CommandLineArguments(.jupyter(.serve(connectionFile: first)))
            result.confinement = try safety.confinement(isDemanded: isSafe)
            return result
        }
        guard !user || prefix == nil else { throw .init("`dls jupyter install` takes --user or --prefix, not both") }
        return CommandLineArguments(.jupyter(.install(prefix: prefix)))
    }
}
