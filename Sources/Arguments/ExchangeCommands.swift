import ArgumentParser
import Runtime
import Session
import Terminal

/// `dls export FILE --to ipynb|html|md [--output PATH]`
struct ExportCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a notebook as ipynb, html or md.",
        usage: "dls export FILE --to FORMAT [--output PATH]")

    private static let formats = ExportFormat.allCases.map(\.rawValue)

    @Argument(help: "The notebook.", completion: .file(extensions: ["dls"])) var file: [String] = []

    @Option(
        name: .customLong("to"),
        help: .init("What to write; the ending of --output says it, too.", valueName: "format"),
        completion: .list(formats))
    var format: String?

    @Option(
        name: [.long, .customShort("o")], help: .init("Where to write.", valueName: "path"), completion: .file())
    var output: String?

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        let path = try onlyFile(file, "a notebook")
        let ending = output.flatMap { $0.contains(".") ? $0.split(separator: ".").last : nil }
        guard let word = format ?? ending.map({ String($0) }) else {
            throw .init("`dls export` needs --to \(Self.formats.joined(separator: "|"))")
        }
        guard let format = ExportFormat(rawValue: word) else {
            throw .init("`dls export` writes \(Self.formats.joined(separator: ", ")), not `\(word)`")
        }
        var result = CommandLineArguments(.run(.exportNotebook(path: path, format: format, output: output)))
        result.confinement = isSafe ? Confinement() : nil
        return result
    }
}

/// `dls import FILE.ipynb [--output PATH]`
struct ImportCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a .dls file of a notebook of Jupyter.",
        usage: "dls import FILE.ipynb [--output PATH]")

    @Argument(help: "The notebook.", completion: .file(extensions: ["ipynb"])) var file: [String] = []

    @Option(
        name: [.long, .customShort("o")], help: .init("Where to write.", valueName: "path"), completion: .file())
    var output: String?

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        let path = try onlyFile(file, "a notebook of Jupyter")
        var result = CommandLineArguments(.run(.importNotebook(path: path, output: output)))
        result.confinement = isSafe ? Confinement() : nil
        return result
    }
}
