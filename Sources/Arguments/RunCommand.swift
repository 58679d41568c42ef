import ArgumentParser
import Runtime
import Terminal

/// `dls [run] FILE [arguments]`, and what else runs code: the prompt, `-e`, `-`.
struct RunCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a script, some code or the prompt.",
        usage: "dls [run] [options] [FILE [arguments]]")

    @Option(name: .customShort("e"), parsing: .unconditional, help: .init("Run this code.", valueName: "code"))
    var code: String?

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: .init("The value of a `param`, before the file or behind it.", valueName: "name=value"))
    var settings: [String] = []

    @Option(
        name: .customLong("part"), parsing: .unconditional,
        help: .init(
            "Run this part of each sweep, before the file or behind it; `dls help sweeps`.", valueName: "i/n|mpi"))
    var part: String?

    @OptionGroup var safety: SafetyOptions
    @OptionGroup var trust: TrustOption

    @Flag(name: .customLong("no-readline"), help: "A prompt without line editing.")
    var hasNoReadline = false

    @Flag(
        name: .customLong("recover"),
        help: "Make a notebook of the last session that a crash ended, or that was not saved.")
    var recovers = false

    @Flag(name: .customLong("version"), help: "Show the version.")
    var showsVersion = false

    /// From the first word that is not an option on, everything as it stands.
    @Argument(
        parsing: .captureForPassthrough,
        help: .init("The file, or `-` for standard input, and what it finds in `args`.", valueName: "file"),
        completion: .file(extensions: ["dls"]))
    var rest: [String] = []

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        let first = rest.first
        if first == "-h" || first == "--help" {
            return CommandLineArguments(.show(DlsCommand.helpMessage(for: Self.self)))
        }
        if showsVersion { return CommandLineArguments(.showVersion) }
        guard !recovers || first == nil && code == nil else { throw .init("`dls --recover` takes nothing else") }
        if code == nil, let first, first != "-", first.hasPrefix("-") { throw .init("there is no option `\(first)`") }
        var result = CommandLineArguments(.run(program))
        result.confinement = try safety.confinement(isDemanded: isSafe)
        result.trusts = try trust.isGiven(besides: safety)
        result.settings = settings
        result.givenPart = part
        try result.take(code == nil ? rest.dropFirst() : rest[...])
        return result
    }

    private var program: ProgramRequest {
        if recovers { return .recover }
        if let code { return .code(code) }
        return switch rest.first {
        case nil: .prompt(usesReadline: !hasNoReadline)
        case "-": .standardInput
        case let path?: .script(path: path)
        }
    }
}
