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

    @Flag(name: .customLong("safe"), help: "Read only what is in the notebook's folder.") var isSafe = false

    func request(isSafe isDemanded: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        let path = try onlyFile(file, "a notebook")
        let ending = output.flatMap { $0.contains(".") ? $0.split(separator: ".").last : nil }
        guard let word = format ?? ending.map({ String($0) }) else {
            throw .init("`dls export` needs --to \(Self.formats.joined(separator: "|"))")
        }
        guard let format = ExportFormat(rawValue: word) else {
            throw .init("`dls export` writes \(Self.formats.joined(separator: ", ")), not `\(word)`")
        }
        var result = CommandLineArguments(.run(.exportNotebook(path: path, format: format, output: output)))
        if isSafe || isDemanded { result.confinement = Confinement(writingBeside: output ?? path) }
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

    @Flag(name: .customLong("safe"), help: "Read only what is in the notebook's folder.") var isSafe = false

    func request(isSafe isDemanded: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        let path = try onlyFile(file, "a notebook of Jupyter")
        var result = CommandLineArguments(.run(.importNotebook(path: path, output: output)))
        if isSafe || isDemanded { result.confinement = Confinement(writingBeside: output ?? path) }
        return result
    }
}

extension Confinement {
    /// For a command that writes a file and runs no code.
    fileprivate init(writingBeside path: String) {
        self.init()
        output = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }
}
