import Datasets
import Language
import Runtime
import Session
import TensorCore

/// Where the session of a kernel sends its messages, and asks.
package protocol KernelOutlet: AnyObject {
    func send(_ message: Message, on channel: Channel)
    /// Text on `stdout` or `stderr`, which may go out together with what follows.
    func stream(_ name: String, _ text: String, parent: Request?)
    /// Sends an `input_request` and waits for the line that the person types; nil where the cell is interrupted.
    func ask(_ question: Message) -> String?
    /// Runs a cell, which can be interrupted meanwhile.
    func withExecution<Result>(_ body: () -> Result) -> Result
    /// Why the kernel has to end, beside the client's wish.
    var stopReason: String? { get }
    /// Requests of a type that came before the answer to the present one.
    func takeWaiting(_ type: String) -> [Request]
}

/// Answers the requests of the shell channel by a session.
package final class KernelSession {
    private let outlet: any KernelOutlet
    let session: Session
    private let sink: KernelSink
    private var history = KernelHistory()
    /// Whether a request has asked for the end.
    package private(set) var hasEnded = false

    /// A request of more bytes is refused: code is written by people.
    static let largestContent = 16 << 20

    /// - Parameter runsPath: The file that trainings are kept in; nil: none are.
    package init(outlet: any KernelOutlet, runsPath: String?, figureWriter: FigureWriter?) {
        self.outlet = outlet
        sink = KernelSink(outlet, figureWriter)
        session = Session(sink: sink, runsPath: runsPath)
        session.figureWriter = figureWriter
    }

    /// Answers, with `busy` before it and `idle` behind it on iopub.
    package func handle(_ request: Request) {
        outlet.send(.status("busy", parent: request), on: .iopub)
        defer { outlet.send(.status("idle", parent: request), on: .iopub) }
        guard request.content.count <= Self.largestContent else {
            if request.type == "execute_request" { refuse(request) }
            return
        }
        guard let content = try? JSON(parsing: request.content, .document), content.members != nil else { return }
        switch request.type {
        case "kernel_info_request": outlet.send(.kernelInfo(parent: request), on: .shell)
        case "execute_request": execute(content, request)
        case "is_complete_request":
            switch session.completeness(of: content["code"]?.asString ?? "", hasCommands: true) {
            case .complete: reply([], status: "complete", to: request)
            case .incomplete: reply([.init("indent", .string(""))], status: "incomplete", to: request)
            case .invalid: reply([], status: "invalid", to: request)
            }
        case "complete_request": reply(completion(content), to: request)
        case "inspect_request": reply(inspection(content), to: request)
        case "history_request": reply([.init("history", history.answer(content))], to: request)
        case "comm_info_request": reply([.init("comms", .object([]))], to: request)
        case "comm_open":
            // No comm has a target here: the client is told at once.
            let closing = JSON(["comm_id": content["comm_id"] ?? .string(""), "data": .object([])])
            outlet.send(Message("comm_close", closing, parent: request), on: .iopub)
        case "shutdown_request":
            outlet.send(.shutdown(parent: request), on: .shell)
            hasEnded = true
        default: break
        }
    }

    private func reply(_ members: [JSON.Member], status: String = "ok", to request: Request) {
        let type = request.type.replacing("_request", with: "_reply")
        outlet.send(
            Message(type, .object([.init("status", .string(status))] + members), parent: request), on: .shell)
    }

    // MARK: Running cells

    private struct Outcome {
        var status = "ok"
        var error: [JSON.Member] = []
        var isInterrupted = false
    }

    private func execute(_ content: JSON, _ request: Request) {
        let code = content["code"]?.asString ?? ""
        let isSilent = content["silent"]?.asBoolean ?? false
        let isStored = !isSilent && content["store_history"]?.asBoolean ?? true
        let count = session.inputNumber
        if !isSilent {
            let input = JSON(["code": .string(code), "execution_count": .integer(count)])
            outlet.send(Message("execute_input", input, parent: request), on: .iopub)
        }
        sink.begin(request, count, isSilent: isSilent, canAsk: content["allow_stdin"]?.asBoolean ?? false)
        let result = outlet.withExecution {
            session.executeInput(code, isCounted: isStored, showsFigures: true) { [sink] in sink.run($0) }
        }
        sink.finish()
        var payload: [JSON] = []
        if case .quit = result {
            hasEnded = true
            payload = [JSON(["source": .string("ask_exit"), "keepkernel": .boolean(false)])]
        }
        let outcome = outcome(of: result)
        if outcome.status == "error", !isSilent {
            outlet.send(Message("error", .object(outcome.error), parent: request), on: .iopub)
        }
        if isStored { history.add(count, code, sink.lastResult) }
        let expressions =
            outcome.status == "ok" ? content["user_expressions"]?.members ?? [] : []
        let values = expressions.map { JSON.Member($0.name, value(of: $0.value.asString ?? "", request)) }
        // Those that wait are counted before the client knows of the error, so that none that it sends then is lost.
        let isAborting =
            outcome.isInterrupted || outcome.status == "error" && content["stop_on_error"]?.asBoolean ?? true
        let aborted = isAborting && !isSilent ? outlet.takeWaiting("execute_request") : []
        reply(
            [
                .init("execution_count", .integer(count)), .init("user_expressions", .object(values)),
                .init("payload", .array(payload)),
            ] + outcome.error, status: outcome.status, to: request)
        for other in aborted { abort(other) }
    }

    private func abort(_ request: Request) {
        outlet.send(.status("busy", parent: request), on: .iopub)
        // Without a number: it has not run.
        reply([], status: "aborted", to: request)
        outlet.send(.status("idle", parent: request), on: .iopub)
    }

    private func refuse(_ request: Request) {
        let failure = Failure(
            "the cell has \(request.content.count >> 20) MB of code, and at most \(Self.largestContent >> 20) MB are read",
            help: "keep data in a file and `load` it")
        let outcome = outcome(of: .failed(failure.diagnostic))
        outlet.send(Message("error", .object(outcome.error), parent: request), on: .iopub)
        reply(
            [.init("execution_count", .integer(session.inputNumber))] + outcome.error, status: "error", to: request)
    }

    private static let renderer = {
        var renderer = DiagnosticRenderer(usesColor: true, width: KernelSink.width, wrapsText: true)
        // Clients set errors on red, light or dark.
        renderer.usesOnlyWeight = true
        return renderer
    }()

    private func outcome(of result: ExecutionResult) -> Outcome {
        switch result {
        case .completed, .quit: return Outcome()
        case .interrupted:
            let reason = outlet.stopReason ?? "interrupted"
            return Outcome(
                status: "error", error: JupyterNames.error(reason, traceback: [reason]), isInterrupted: true)
        case .failed(let diagnostic):
            return Outcome(
                status: "error",
                error: JupyterNames.error(
                    diagnostic.message,
                    traceback: Self.renderer.render(diagnostic).split(
                        separator: "\n", omittingEmptySubsequences: false
                    ).map { String($0) }))
        }
    }

    /// The value of an expression that a client looks at beside a cell.
    private func value(of expression: String, _ request: Request) -> JSON {
        sink.begin(request, session.inputNumber, isSilent: true, canAsk: false)
        let outcome = outcome(
            of: outlet.withExecution { session.executeInput(expression, isCounted: false) })
        sink.finish()
        let status = JSON.Member("status", .string(outcome.status))
        guard outcome.status == "ok" else { return .object([status] + outcome.error) }
        let (data, metadata) = MIMEBundle(value: sink.lastResult ?? "").json()
        return .object([status, .init("data", data), .init("metadata", metadata)])
    }

    // MARK: Looking

    private func completion(_ content: JSON) -> [JSON.Member] {
        let place = CodePlace(content)
        let found = session.complete(place.code, at: place.offset)
        let start = JSON.integer(CodePlace.scalars(in: place.code, before: found.start))
        let end = JSON.integer(CodePlace.scalars(in: place.code, before: place.offset))
        let types = found.candidates.map { candidate -> JSON in
            let (type, signature) = session.details(of: candidate)
            let members: [JSON.Member] = [
                .init("text", .string(candidate.text)), .init("start", start), .init("end", end),
                .init("type", .string(type)),
            ]
            return .object(members + (signature.map { [.init("signature", .string($0))] } ?? []))
        }
        return [
            .init("matches", .array(found.candidates.map { .string($0.text) })),
            .init("cursor_start", start), .init("cursor_end", end),
            .init("metadata", JSON(["_jupyter_types_experimental": .array(types)])),
        ]
    }

    private func inspection(_ content: JSON) -> [JSON.Member] {
        let place = CodePlace(content)
        let found = session.inspect(place.code, at: place.offset)
        let (data, metadata) = found.map { MIMEBundle(help: $0).json() } ?? (.object([]), .object([]))
        return [.init("found", .boolean(found != nil)), .init("data", data), .init("metadata", metadata)]
    }
}

/// A place in a text that a client gives in code points, and the session has in bytes.
package struct CodePlace {
    package let code: String
    package let offset: Int

    init(_ content: JSON) { self.init(content["code"]?.asString ?? "", content["cursor_pos"]?.asInteger) }

    /// - Parameter cursor: In code points; the end where it is missing or beyond.
    package init(_ code: String, _ cursor: Int?) {
        self.code = code
        let scalars = code.unicodeScalars
        let index = cursor.flatMap {
            scalars.index(scalars.startIndex, offsetBy: max($0, 0), limitedBy: scalars.endIndex)
        }
        offset = code.utf8.distance(from: code.startIndex, to: index ?? code.endIndex)
    }

    /// How many code points stand before a byte.
    package static func scalars(in code: String, before offset: Int) -> Int {
        code.utf8.prefix(offset).count { $0 & 0xC0 != 0x80 }
    }
}
