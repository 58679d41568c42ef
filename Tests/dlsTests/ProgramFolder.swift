import Foundation
import Testing

/// A folder of its own in which the program runs as a person runs it; it goes when the test is done.
final class ProgramFolder {
    /// The program, which is built beside the tests.
    private static let program: String? = {
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<4 {
            let file = folder.appending(path: "dls").path
            if FileManager.default.isExecutableFile(atPath: file) { return file }
            folder.deleteLastPathComponent()
        }
        return nil
    }()

    let url: URL

    init() throws {
        url = URL(filePath: NSTemporaryDirectory()).appending(path: "dls-program-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        chmod(url.path, 0o755)
        try? FileManager.default.removeItem(at: url)
    }

    /// - Parameters:
    ///   - shell: A line of the shell that ends in running `"$@"`, which is the program with its arguments.
    ///   - environment: What is added to the environment; runs are kept nowhere unless it says so.
    func start(
        _ arguments: [String], shell: String? = nil, environment: [String: String] = [:]
    ) throws -> (process: Process, output: Pipe, error: Pipe) {
        let process = Process()
        let program = try #require(Self.program, "there is no dls beside the tests")
        process.executableURL = URL(filePath: shell == nil ? program : "/bin/sh")
        process.arguments = (shell.map { ["-c", $0, "sh", program] } ?? []) + arguments
        process.currentDirectoryURL = url
        process.environment = ProcessInfo.processInfo.environment
            .merging(["DLS_RUNS": "", "DLS_HISTORY": ""]) { $1 }.merging(environment) { $1 }
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        // The threads of the tests hold signals back, and a program would inherit that.
        var (none, mask) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &mask)
        defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
        try process.run()
        return (process, output, error)
    }

    func dls(
        _ arguments: [String], shell: String? = nil, environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String, error: String) {
        let (process, output, error) = try start(arguments, shell: shell, environment: environment)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errors = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // As a shell says it.
        let signalBase: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
        return (signalBase + process.terminationStatus, text, errors)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }

    func contents(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self)
    }

    /// All that is below it, by its path.
    var paths: [String] { (FileManager.default.subpaths(atPath: url.path) ?? []).sorted() }
}
