import ArgumentParser
import Terminal

/// `dls runs merge`: what is done with files of runs.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "Merge files of kept runs.", subcommands: [MergeRunsCommand.self])

    static let verbs = Set(configuration.subcommands.map { $0._commandName })
}

/// `dls runs merge FILE... [--into FILE]`
struct MergeRunsCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Take the runs of some files into one.",
        usage: "dls runs merge FILE... [--into FILE]",
        discussion: """
            Takes in the runs, and the rows of sweeps, that the files have; what is known already is not taken twice. Runs get
            the next numbers, those of a sweep's parts in the order of its combinations. Where a file cannot be read,
            nothing changes. Then the script, run without --part, has the whole table at once.
            """)

    @Argument(
        help: "Files of runs, or patterns such as '.dls/runs-part-*.sqlite'.", completion: .file(extensions: ["sqlite"])
    )
    var files: [String] = []

    @Option(
        help: .init("Where to; unless given, where runs are kept (DLS_RUNS, or .dls/runs.sqlite).", valueName: "file"),
        completion: .file())
    var into: String?

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        guard !files.isEmpty else { throw .init("`dls runs merge` needs files of runs") }
        guard !isSafe else { throw .init("`dls runs merge` writes a file, which DLS_SAFE does not let it") }
        return CommandLineArguments(.run(.mergeRuns(files: files, into: into)))
    }
}
