import Datasets
import Glibc
import Language
import Runtime
import Session
import TensorCore

/// What the command line asks for.
package enum ProgramRequest: Equatable {
    case prompt(usesReadline: Bool)
    case script(path: String)
    /// `dls -e CODE`.
    case code(String)
    case standardInput
    case help(topic: String?)
    /// `dls help --html FOLDER`
    case helpReference(folder: String, overwrites: Bool)
    /// `dls --recover`
    case recover
    case replay(path: String, options: ReplayOptions)
    case exportNotebook(path: String, format: ExportFormat, output: String?)
    case importNotebook(path: String, output: String?)
    case releaseHomework(path: String, output: String?, overwrites: Bool)
    case gradeHomework(GradeRequest)
    /// Runs a student's code for `gradeHomework`, which starts it.
    case homeworkSession
    /// `dls runs merge`; nil: into the file that runs are kept in.
    case mergeRuns(files: [String], into: String?)
}

extension ProgramRequest {
    /// The file whose code runs.
    fileprivate var codePath: String? {
        switch self {
        case .script(let path), .replay(let path, _): path
        default: nil
        }
    }

    /// Whether outputs are written into that file.
    fileprivate var records: Bool {
        if case .replay(_, let options) = self { options.mode == .record } else { false }
    }

    /// The file that it is about.
    fileprivate var path: String? {
        switch self {
        case .script(let path), .replay(let path, _), .exportNotebook(let path, _, _), .importNotebook(let path, _):
            path
        case .prompt, .code, .standardInput, .help, .helpReference, .recover, .mergeRuns, .releaseHomework,
            .gradeHomework, .homeworkSession:
            nil
        }
    }
}

/// What scripts need of a session, beyond what the prompt does.
package protocol ProgramBackend: ReplBackend {
    /// Gives `param`s the values of `name=value` texts; false if one is wrong, which it says.
    func setParameters(_ assignments: [String]) -> Bool

    /// Runs a source from its first statement to its last, shows what comes of it, errors too, and returns the exit
    /// status.
    func run(_ source: SourceText) -> Int32

    /// Shows the help of a topic, or the way into it; false if there is no such topic, which it says.
    func showHelp(topic: String?) -> Bool

    /// Replays a notebook; returns the exit status.
    func replay(_ source: SourceText, options: ReplayOptions) -> Int32
}

/// The statuses that dls ends with.
package enum ExitStatus {
    package static let success: Int32 = 0
    package static let failure: Int32 = 1
    package static let usage: Int32 = 2
    /// A check found something that is not as recorded.
    package static let drift: Int32 = 3
    package static let interrupted: Int32 = 130
    /// As if the signal had ended it that says that nobody reads any more.
    package static let closedPipe: Int32 = 141
}

/// The program behind the command line: brings a request, a session and the terminal together.
package struct Program {
    package static let version = dlsVersion

    let display: Display
    private let makeBackend: (_ display: Display, _ arguments: [String]) -> any ProgramBackend

    /// - Parameters:
    ///   - makeBackend: Makes the session, given where it shows things and the script's arguments.
    package init(
        display: Display, makeBackend: @escaping (_ display: Display, _ arguments: [String]) -> any ProgramBackend
    ) {
        self.display = display
        self.makeBackend = makeBackend
        display.output.onFailure = { failure in
            // The reader of a pipe has seen enough. Nothing is left to be done, and nobody to be told.
            if failure.isClosedPipe { exit(ExitStatus.closedPipe) }
            display.error.write("dls: cannot write the output: \(failure.message)\n")
            exit(ExitStatus.failure)
        }
    }

    /// Does what is asked for; returns the exit status.
    ///
    /// - Parameters:
    ///   - arguments: What a script finds in `args`.
    ///   - settings: `name=value` for its `param`s.
    ///   - confinement: What `--safe` leaves; nil: everything.
    ///   - trusts: Whether the file is approved, though it may be a stranger's.
    package func run(
        _ request: ProgramRequest, arguments: [String] = [], settings: [String] = [], confinement: Confinement? = nil,
        trusts: Bool = false
    ) -> Int32 {
        let status = perform(request, arguments, settings, confinement, trusts)
        // Without it the launcher takes this process for one that has failed, and ends the others.
        if status == ExitStatus.success { MessagePassing.finish() }
        return status
    }

    private func perform(
        _ request: ProgramRequest, _ arguments: [String], _ settings: [String], _ confinement: Confinement?,
        _ trusts: Bool
    ) -> Int32 {
        var confinement = confinement
        // The text that was approved is the one that runs.
        var code: SourceText?
        if confinement == nil, let path = request.codePath {
            guard let source = source(of: path) else { return ExitStatus.usage }
            code = source
            switch TrustCheck(display: display, approves: trusts).answer(for: source, records: request.records) {
            case .run: break
            case .safe: confinement = Confinement()
            case .refuse: return ExitStatus.usage
            }
        }
        if let confinement {
            do { try enter(confinement, for: request) } catch {
                display.show(Failure(wrapping: error).diagnostic)
                return ExitStatus.usage
            }
        }
        switch request {
        case .recover: return recover()
        case .mergeRuns(let files, let path): return mergeRuns(files, into: path)
        // Its process is confined before it has a session.
        case .homeworkSession: return runHomeworkSession()
        default: break
        }
        if let path = request.codePath, path.hasSuffix(".ipynb") {
            display.showError(
                "dls: `\(path)` is a notebook of Jupyter\n"
                    + "`dls import \(path)` makes a notebook of dls of it, which runs and replays")
            return ExitStatus.usage
        }
        let backend = makeBackend(display, arguments)
        guard backend.setParameters(settings) else { return ExitStatus.usage }
        switch request {
        case .prompt(let usesReadline):
            guard display.capabilities.isInputTerminal else { return runStandardInput(backend) }
            return Repl.standard(backend: backend, display: display, usesReadline: usesReadline).run()
        case .script(let path):
            guard let source = code ?? source(of: path) else { return ExitStatus.usage }
            return backend.run(source)
        case .code(let text): return backend.run(SourceText(name: "-e", text: text))
        case .standardInput: return runStandardInput(backend)
        // Answered before there is a session.
        case .recover, .mergeRuns, .homeworkSession: return ExitStatus.usage
        case .releaseHomework(let path, let output, let overwrites):
            guard let source = source(of: path) else { return ExitStatus.usage }
            return release(source, to: output, overwrites: overwrites)
        case .gradeHomework(let request):
            guard let source = source(of: request.solution) else { return ExitStatus.usage }
            return grade(source, request)
        case .helpReference(let folder, let overwrites): return writeReference(to: folder, overwrites: overwrites)
        case .help(let topic): return backend.showHelp(topic: topic) ? ExitStatus.success : ExitStatus.failure
        case .replay(let path, let options):
            guard let source = code ?? source(of: path) else { return ExitStatus.usage }
            return backend.replay(source, options: options)
        case .exportNotebook(let path, let format, let output):
            guard let source = source(of: path) else { return ExitStatus.usage }
            return exchange(source) { try NotebookExchange.export($0, to: format, output: output) }
        case .importNotebook(let path, let output):
            guard let source = source(of: path) else { return ExitStatus.usage }
            return exchange(source) { try NotebookExchange.importNotebook($0, output: output) }
        }
    }

    private func enter(_ confinement: Confinement, for request: ProgramRequest) throws {
        var confinement = confinement
        let isAttended = request == .prompt(usesReadline: true) && display.capabilities.isInputTerminal
        if !isAttended { confinement.seconds = confinement.seconds ?? Confinement.scriptSeconds }
        switch request {
        case .replay(let path, let options) where options.mode == .record:
            guard let output = confinement.output, let folder = FileAccess.resolvedPath(output),
                FileAccess.isBeneath(FileAccess.resolvedPath(path) ?? path, folder)
            else {
                throw Failure(
                    "--safe does not let \(path) be recorded", help: "--output FOLDER, with the notebook's folder, does"
                )
            }
        // Who exports or imports has named the place to write to.
        case .exportNotebook(let path, _, let output), .importNotebook(let path, let output):
            confinement.output = Folder.parent(of: output ?? path)
        default: break
        }
        let notice = try confinement.enter(besides: request.path) { limit, isLastCall in
            TerminalSignals.stop(because: limit.message, atOnce: isLastCall)
        }
        if let notice { display.note("note: \(notice)") }
    }

    /// Writes a notebook of the last session that stopped unexpectedly or whose inputs were not saved.
    private func recover() -> Int32 {
        guard let history = HistoryFile.defaultPath(environment: environmentVariable) else {
            display.showError("dls: no history is kept, and so there is no session to recover (DLS_HISTORY is empty)")
            return ExitStatus.failure
        }
        let lost = LostSession.all(besideHistory: history, includesEnded: true)
        guard let session = lost.first else {
            display.showError(
                "dls: there is no session to recover in \(displayPath(SessionJournal.folder(history))): none stopped"
                    + " unexpectedly or had inputs that are in no notebook")
            return ExitStatus.failure
        }
        guard let path = session.recover() else {
            display.showError(
                "dls: the notebook of the session cannot be written here: \(systemMessage(errno))\n"
                    + "run `dls --recover` in a folder of yours")
            return ExitStatus.failure
        }
        let count = session.inputs.count == 1 ? "1 input" : "\(session.inputs.count) inputs"
        display.show("\(path): \(count) of the session of \(session.startedText), from \(displayPath(session.path))\n")
        if lost.count > 1 {
            display.note("\(lost.count - 1) more can be recovered: run it again for the one before")
        }
        return ExitStatus.success
    }

    private func mergeRuns(_ files: [String], into path: String?) -> Int32 {
        do {
            guard let path = path ?? Session.defaultRunsPath(environment: environmentVariable) else {
                throw Failure("no runs are kept here: DLS_RUNS is empty", help: "--into FILE says where to merge to")
            }
            display.show(try Session.mergeRuns(files, into: path) + "\n")
            return ExitStatus.success
        } catch {
            display.show(Failure(wrapping: error).diagnostic)
            return ExitStatus.failure
        }
    }

    private func runStandardInput(_ backend: any ProgramBackend) -> Int32 {
        guard let bytes = readAll(STDIN_FILENO) else {
            if Interrupt.isRequested { return ExitStatus.interrupted }
            display.showError("dls: cannot read the standard input: \(systemMessage(errno))")
            return ExitStatus.failure
        }
        return backend.run(SourceText(name: "standard input", bytes: bytes))
    }

    private func source(of path: String) -> SourceText? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, let bytes = readAll(descriptor) else {
            display.showError("dls: cannot read `\(path)`: \(systemMessage(errno))")
            return nil
        }
        return SourceText(name: path, bytes: bytes)
    }
}

/// All that a descriptor gives; nil, with `errno`, if it cannot be read or Ctrl-C was pressed.
func readAll(_ descriptor: Int32) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count == 0 { return bytes }
        if count > 0 {
            bytes += buffer.prefix(count)
        } else if errno != EINTR || Interrupt.isRequested {
            return nil
        }
    }
}

/// A line of a descriptor without its end; nil at the end of input, and when Ctrl-C was pressed.
///
/// It reads no byte behind the line, which another reader may be for.
func readLine(_ descriptor: Int32) -> String? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
        let count = read(descriptor, &byte, 1)
        if count == 1, byte != UInt8(ascii: "\n") {
            line.append(byte)
        } else if count == 1 || count == 0 && !line.isEmpty {
            return String(decoding: line, as: UTF8.self)
        } else if count == 0 || errno != EINTR || Interrupt.isRequested {
            return nil
        }
    }
}

/// A path with `~` for the user's folder.
func displayPath(_ path: String) -> String {
    guard let home = environmentVariable("HOME"), home.count > 1, path.hasPrefix(home + "/") else { return path }
    return "~" + path.dropFirst(home.count)
}

func systemMessage(_ code: Int32) -> String {
    String(cString: strerror(code))
}
