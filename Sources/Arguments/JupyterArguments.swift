import ArgumentParser
import Jupyter

/// `dls jupyter FILE`, `dls jupyter install [--user | --prefix P]`
private struct JupyterOptions: ParsableArguments {
    @Flag var user = false
    @Option var prefix: String?
    @Argument var words: [String] = []
}

extension CommandLineArguments {
    static func jupyterRequest(_ words: [String]) throws(UsageError) -> JupyterRequest {
        let options = try parse(JupyterOptions.self, words)
        guard let first = options.words.first else {
            throw UsageError(message: "`dls jupyter` needs `install`, or the connection file of a client")
        }
        guard options.words.count == 1 else {
            throw UsageError(message: "`dls jupyter` takes one word, not \(options.words.count)")
        }
        guard first == "install" else {
            guard !options.user, options.prefix == nil else {
                throw UsageError(message: "--user and --prefix are for `dls jupyter install`")
            }
            return .serve(connectionFile: first)
        }
        guard !options.user || options.prefix == nil else {
            throw UsageError(message: "`dls jupyter install` takes --user or --prefix, not both")
        }
        return .install(prefix: options.prefix)
    }
}
