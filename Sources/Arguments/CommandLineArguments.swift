import ArgumentParser
import Jupyter
import Runtime
import Session
import Terminal

/// The options of dls that stand before a file.
private struct Options: ParsableArguments {
    @Option(name: .customShort("e"), parsing: .unconditional) var code: String?
    @Option(name: .customLong("set"), parsing: .unconditionalSingleValue) var settings: [String] = []
    @OptionGroup var safety: SafetyOptions
    @Flag(name: .customLong("no-readline")) var hasNoReadline = false
    @Flag(name: .customLong("recover")) var recovers = false
    @Flag(name: .customLong("version")) var showsVersion = false
    @Flag(name: [.customShort("h"), .customLong("help")]) var showsHelp = false
    /// From the first word that is not an option on, everything as it stands.
    @Argument(parsing: .captureForPassthrough) var rest: [String] = []
}

/// What stands behind `dls replay`.
private struct ReplayWords: ParsableArguments {
    @OptionGroup var safety: SafetyOptions
    @Option(name: .customLong("cell")) var cells: [String] = []
    @Option(name: .customLong("from")) var first: String?
    @Option(name: .customLong("to")) var last: String?
    @Flag(name: .customLong("check")) var checks = false
    @Flag(name: .customLong("record")) var records = false
    @Flag(name: .customLong("keep-going")) var keepsGoing = false
    @Flag(name: .customLong("quiet")) var isQuiet = false
    @Option(name: .customLong("set"), parsing: .unconditionalSingleValue) var settings: [String] = []
    @Argument var files: [String] = []
}

/// The command line, understood.
package struct CommandLineArguments {
    package enum Action: Equatable {
        case run(ProgramRequest)
        case jupyter(JupyterRequest)
        case showUsage
        case showVersion
    }

    package struct UsageError: Error {
        package let message: String
    }

    package let action: Action
    /// What the script finds in `args`.
    package private(set) var arguments: [String] = []
    /// The values of `--set`, before the file or behind it.
    package private(set) var settings: [String] = []

    /// What `--safe` leaves; nil: everything.
    package private(set) var confinement: Confinement?

    /// - Parameter environment: `DLS_SAFE` asks for `--safe`.
    package init(_ words: [String], environment: (String) -> String? = { _ in nil }) throws(UsageError) {
        let isSafe = !["", "0"].contains(environment("DLS_SAFE") ?? "")
        var words = words
        // `dls run FILE` is `dls FILE`, with a place for options in between.
        let isRun = words.first == "run"
        if isRun { words.removeFirst() }
        // A lone `-` would end the options for the parser.
        if let dash = words.first, dash == "-" {
            action = .run(.standardInput)
            confinement = isSafe ? Confinement() : nil
            take(words.dropFirst())
            return
        }
        let options = try Self.parse(Options.self, words)
        let isReplay = options.rest.first == "replay" && !isRun
        let replay = isReplay ? try Self.parse(ReplayWords.self, Array(options.rest.dropFirst())) : nil
        confinement = try (replay?.safety ?? options.safety).confinement(isDemanded: isSafe || options.safety.isSafe)
        if options.showsHelp {
            action = .showUsage
            return
        }
        if options.showsVersion {
            action = .showVersion
            return
        }
        if options.recovers {
            guard options.rest.isEmpty, options.code == nil else {
                throw UsageError(message: "`dls --recover` takes nothing else")
            }
            action = .run(.recover)
            return
        }
        settings = options.settings
        if let code = options.code {
            action = .run(.code(code))
            take(options.rest[...])
            return
        }
        guard let first = options.rest.first else {
            if isRun { throw UsageError(message: "`dls run` needs a file") }
            action = .run(.prompt(usesReadline: !options.hasNoReadline))
            return
        }
        let rest = options.rest.dropFirst()
        if !isRun, Self.subcommands.contains(first), rest.prefix(while: { $0 != "--" }).contains(where: Self.isHelp) {
            action = .showUsage
            return
        }
        switch first {
        case "-":
            action = .run(.standardInput)
            take(rest)
        case "help" where !isRun:
            guard rest.count <= 1 else { throw UsageError(message: "`dls help` takes one topic") }
            action = .run(.help(topic: rest.first))
        case "replay" where !isRun:
            guard let replay else { preconditionFailure("the words behind replay are parsed above") }
            guard let path = replay.files.first else { throw UsageError(message: "`dls replay` needs a file") }
            guard replay.files.count == 1 else {
                throw UsageError(message: "`dls replay` takes one file, and got `\(replay.files[1])`, too")
            }
            guard !replay.checks || !replay.records else {
                throw UsageError(message: "`dls replay` takes --check or --record, not both")
            }
            settings += replay.settings
            action = .run(
                .replay(
                    path: path,
                    options: ReplayOptions(
                        mode: replay.checks ? .check : replay.records ? .record : .show,
                        choice: CellChoice(cells: replay.cells, first: replay.first, last: replay.last),
                        keepsGoing: replay.keepsGoing, isQuiet: replay.isQuiet)))
        case "export" where !isRun: action = .run(try Self.exportRequest(Array(rest)))
        case "jupyter" where !isRun: action = .jupyter(try Self.jupyterRequest(Array(rest)))
        case "import" where !isRun: action = .run(try Self.importRequest(Array(rest)))
        case _ where first.hasPrefix("-"): throw UsageError(message: "there is no option `\(first)`")
        default:
            action = .run(.script(path: first))
            take(rest)
        }
    }

    private static let subcommands: Set<String> = ["replay", "export", "import"]

    private static func isHelp(_ word: String) -> Bool { word == "-h" || word == "--help" }

    static func parse<Words: ParsableArguments>(
        _ type: Words.Type, _ words: [String]
    ) throws(UsageError) -> Words {
        do { return try Words.parse(words) } catch {
            let message = Words.message(for: error)
            throw UsageError(message: message.prefix(1).lowercased() + message.dropFirst())
        }
    }

    /// Behind the file everything is the script's, but for `--set`, and that too after `--`.
    private mutating func take(_ words: ArraySlice<String>) {
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
            } else {
                arguments.append(word)
            }
        }
    }

    package static let usage = """
        usage:
          dls                          the prompt
          dls [run] FILE [arguments]   run a script; it finds the arguments in `args`
          dls -e CODE [arguments]      run some code
          dls - [arguments]            run a script from standard input
          dls replay FILE [options]    replay a notebook, cell by cell
          dls export FILE --to FORMAT  write a notebook as ipynb, html or md (--output PATH)
          dls import FILE.ipynb        make a .dls file of a notebook of Jupyter (--output PATH)
          dls jupyter install          make dls a kernel of Jupyter (--prefix P: in that folder)
          dls jupyter FILE             the kernel, as a client of Jupyter starts it
          dls help [topic]             the help that the prompt has

        options:
          --set name=value             the value of a `param`, before FILE or behind it
          --safe                       run code of strangers: `help safe` tells what is left to it
          --data FOLDER                with --safe: one more folder to read; may be given several times
          --output FOLDER              with --safe: the folder to write to
          --memory 4G, --time 10m      with --safe: the limits
          --recover                    a notebook of the last session that a crash or a kill ended
          --no-readline                a prompt without line editing
          --version                    the version
          -h, --help                   this text

        options of dls replay:
          --check                      compare with the recorded outputs; status 3 if something drifted
          --record                     write the outputs under their cells
          --cell NAME                  only this cell, by number or title; may be given several times
          --from NAME, --to NAME       only the cells from one to another
          --keep-going                 go on behind a cell that fails
          --quiet                      show what is wrong, and no cells

        Exit status: 0 done, 1 an error in a script, 2 wrong usage, 3 a check that drifted, 130 interrupted.

        """
}
