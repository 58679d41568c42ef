import Language
import Runtime

/// Looks at the calls that an error at the prompt has left: `debug`, and inside it `up`, `down`, `vars` and `quit`.
struct Debugger {
    private let calls: [FailedCall]
    private let session: Namespace
    private var index = 0
    private(set) var namespace: Namespace

    /// nil where the error was in no function.
    init?(_ calls: [FailedCall], session: Namespace) {
        guard let first = calls.first else { return nil }
        self.calls = calls
        self.session = session
        namespace = first.namespace(over: session)
    }

    /// What stands before the cursor.
    var prompt: String { "debug \(calls[index].name)> " }

    var place: String {
        let call = calls[index]
        let others = calls.count > 1 ? "`up` and `down` go to the others, " : ""
        return "\(call.title), \(call.place) (call \(index + 1) of \(calls.count)); \(others)"
            + "`vars` shows its variables, `quit` leaves"
    }

    func variables() throws -> Value {
        .object(try TableObject(variables: calls[index].shown(in: namespace)))
    }

    /// Goes to the call that led here, or back.
    mutating func move(up: Bool) throws {
        let next = index + (up ? 1 : -1)
        guard calls.indices.contains(next) else {
            throw Failure(
                up ? "this is the outermost call" : "this is the innermost call",
                help: up ? ["your input made this call; the variables of the session can be read here, too"] : [])
        }
        index = next
        namespace = calls[index].namespace(over: session)
    }
}

extension Session {
    /// Runs what the debugger answers itself; nil for other inputs.
    func debug(_ text: String) -> ExecutionResult? {
        let word = text.trimmingPrefix { $0.isWhitespace }.prefix { !$0.isWhitespace }
        guard text.split(whereSeparator: \.isWhitespace).count == 1 else { return nil }
        do {
            guard debugger != nil else {
                guard word == "debug", module["debug"] == nil else { return nil }
                guard let debugger = Debugger(failedCalls, session: module) else {
                    throw Failure(
                        "there is no error in a function to look at",
                        help: "`debug` looks at the last error, where that was inside a function of yours")
                }
                self.debugger = debugger
                try interpreter.sink.emit(.note(debugger.place))
                return .completed
            }
            switch word {
            case "up", "down":
                try debugger?.move(up: word == "up")
                try interpreter.sink.emit(.note(debugger?.place ?? ""))
            case "vars": try debugger.map { try interpreter.sink.emit(.value($0.variables())) }
            case "quit": debugger = nil
            default: return nil
            }
            return .completed
        } catch {
            return .failed(Failure(wrapping: error).diagnostic)
        }
    }
}
