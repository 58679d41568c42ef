import ArgumentParser
import Session
import Terminal

/// `dls export FILE --to ipynb|html|md [--output PATH]`
private struct ExportOptions: ParsableArguments {
    @Option var to: String?
    @Option(name: [.long, .customShort("o")]) var output: String?
    @Argument var files: [String] = []
}

/// `dls import FILE.ipynb [--output PATH]`
private struct ImportOptions: ParsableArguments {
    @Option(name: [.long, .customShort("o")]) var output: String?
    @Argument var files: [String] = []
}

extension CommandLineArguments {
    static func exportRequest(_ words: [String]) throws(UsageError) -> ProgramRequest {
        let options = try parse(ExportOptions.self, words)
        let path = try onlyFile(options.files, of: "export", "a notebook")
        let formats = ExportFormat.allCases.map(\.rawValue)
        // The end of the output's name says it too.
        let ending = options.output.flatMap { $0.contains(".") ? $0.split(separator: ".").last : nil }
        guard let word = options.to ?? ending.map({ String($0) }) else {
            throw UsageError(message: "`dls export` needs --to \(formats.joined(separator: "|"))")
        }
        guard let format = ExportFormat(rawValue: word) else {
            throw UsageError(message: "`dls export` writes \(formats.joined(separator: ", ")), not `\(word)`")
        }
        return .exportNotebook(path: path, format: format, output: options.output)
    }

    static func importRequest(_ words: [String]) throws(UsageError) -> ProgramRequest {
        let options = try parse(ImportOptions.self, words)
        let path = try onlyFile(options.files, of: "import", "a notebook of Jupyter")
        return .importNotebook(path: path, output: options.output)
    }

    private static func onlyFile(_ files: [String], of verb: String, _ kind: String) throws(UsageError) -> String {
        guard let path = files.first else { throw UsageError(message: "`dls \(verb)` needs \(kind)") }
        guard files.count == 1 else { throw UsageError(message: "`dls \(verb)` takes one file, not \(files.count)") }
        return path
    }
}
