import ArgumentParser
import Session
import Terminal

/// `dls replay FILE [options]`
struct ReplayCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Replay a notebook, cell by cell.", usage: "dls replay FILE [options]")

    @Argument(help: "The notebook.", completion: .file(extensions: ["dls"])) var file: [String] = []

    @Flag(name: .customLong("check"), help: "Compare with the recorded outputs; status 3 if something drifted.")
    var checks = false

    @Flag(name: .customLong("record"), help: "Write the outputs under their cells.")
    var records = false

    @Option(
        name: .customLong("cell"),
        help: .init("Only this cell, by number or title; may be given several times.", valueName: "name"))
    var cells: [String] = []

    @Option(name: .customLong("from"), help: .init("Only this cell and those after it.", valueName: "name"))
    var first: String?

    @Option(name: .customLong("to"), help: .init("Only this cell and those before it.", valueName: "name"))
    var last: String?

    @Flag(name: .customLong("keep-going"), help: "Go on behind a cell that fails.")
    var keepsGoing = false

    @Flag(name: .customLong("quiet"), help: "Show what is wrong, and no cells.")
    var isQuiet = false

    @Flag(name: .customLong("json"), help: "Show how the cells went as JSON, and nothing else.")
    var isJSON = false

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: .init("The value of a `param`.", valueName: "name=value"))
    var settings: [String] = []

    @OptionGroup var safety: SafetyOptions
    @OptionGroup var trust: TrustOption

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        let path = try onlyFile(file)
        guard !checks || !records else { throw .init("`dls replay` takes --check or --record, not both") }
        let options = ReplayOptions(
            mode: checks ? .check : records ? .record : .show,
            choice: CellChoice(cells: cells, first: first, last: last), keepsGoing: keepsGoing, isQuiet: isQuiet,
            isJSON: isJSON)
        var result = CommandLineArguments(.run(.replay(path: path, options: options)))
        result.confinement = try safety.confinement(isDemanded: isSafe)
        result.trusts = try trust.isGiven(besides: safety)
        result.settings = settings
        return result
    }
}
