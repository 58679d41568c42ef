import Datasets
import Figures
import Language
import Runtime
import Session
import TensorCore

/// Makes messages of what a cell shows.
final class KernelSink: OutputSink {
    private unowned let outlet: any KernelOutlet
    private let drawing: FigureDrawing
    private var request: Request?
    private var count = 0
    private var isSilent = false
    private var canAsk = false
    private var live: LiveDisplay?
    private var displayCount = 0
    /// Displays of trainings that were interrupted.
    private var stopped: [LiveDisplay] = []
    /// The last value that was shown, as text.
    private(set) var lastResult: String?

    /// The columns that most windows have room for.
    static let width = 88
    private static let style = DisplayStyle(width: width)

    init(_ outlet: any KernelOutlet, _ writer: FigureWriter?) {
        self.outlet = outlet
        drawing = FigureDrawing(writer)
    }

    /// - Parameters:
    ///   - count: The number of the cell.
    ///   - isSilent: Whether nothing is shown.
    func begin(_ request: Request, _ count: Int, isSilent: Bool, canAsk: Bool) {
        self.request = request
        self.count = count
        self.isSilent = isSilent
        self.canAsk = canAsk
        lastResult = nil
    }

    /// After a cell, when the request to stop it has been taken back.
    func finish() {
        endLive()
        for display in stopped { settle(display) }
        stopped = []
    }

    func emit(_ output: Output) throws {
        if case .value(let value) = output { lastResult = try value.display(Self.style) }
        guard !isSilent else { return }
        if case .progress(let report) = output { return show(report) }
        let shown = live
        endLive()
        switch output {
        case .text(let text), .rawText(let text): outlet.stream("stdout", text, parent: request)
        case .value:
            let (data, metadata) = MIMEBundle(value: lastResult ?? "").json()
            let content = JSON(["execution_count": .integer(count), "data": data, "metadata": metadata])
            outlet.send(Message("execute_result", content, parent: request), on: .iopub)
        // A training's own curve is where the training was shown.
        case .figure(let figure) where shown?.ends(as: figure) == true: break
        case .report(let text):
            let bundle = MIMEBundle(value: text)
            if bundle.html == nil {
                outlet.stream("stdout", text, parent: request)
            } else {
                send("display_data", bundle)
            }
        case .figure(let figure):
            send("display_data", drawing.bundle(of: figure))
            if let problem = drawing.takeProblem() { note(problem) }
        case .note(let text): note(text)
        case .progress: break
        }
    }

    private func note(_ text: String) {
        let lines = TextWrapping(width: Self.width).page(text)
        outlet.stream("stderr", lines.map { $0 + "\n" }.joined(), parent: request)
    }

    // MARK: Commands of the shell

    /// Runs a command; what it writes is shown while it runs.
    func run(_ command: String) -> ExecutionResult {
        guard !FileAccess.isConfined else { return .failed(Failure("`!` is off with --safe").diagnostic) }
        endLive()
        let process = CellProcess { [self] name, text in
            if !isSilent { outlet.stream(name, text, parent: request) }
        }
        let outcome = process.run(command)
        if Interrupt.isRequested { return .interrupted }
        if let note = outcome.note, !isSilent { self.note(note) }
        return .completed
    }

    // MARK: Questions

    func ask(_ prompt: String) throws -> String {
        guard canAsk, !isSilent else {
            throw Failure(
                "`input` has nobody to ask: the client of this kernel takes no questions",
                help: "give the value as a `param`, or read it from a file")
        }
        return try answer(to: prompt)
    }

    func confirm(_ question: String) throws -> String? {
        canAsk && !isSilent ? try answer(to: question) : nil
    }

    private func answer(to prompt: String) throws -> String {
        endLive()
        let content = JSON(["prompt": .string(prompt), "password": .boolean(false)])
        guard let answer = outlet.ask(Message("input_request", content, parent: request)) else {
            throw Failure.interrupted
        }
        return answer
    }

    // MARK: Trainings

    private func show(_ report: ProgressReport) {
        let display: LiveDisplay
        if let live {
            display = live
        } else {
            displayCount += 1
            display = LiveDisplay(identifier: "\(request?.id ?? "")-\(displayCount)", drawing)
            live = display
        }
        if let (bundle, isFirst) = display.update(report) {
            send(isFirst ? "display_data" : "update_display_data", bundle, display)
        }
        // Its curve follows where that was asked for.
        if report.isLast, report.showsFigure != true { endLive() }
    }

    /// Leaves a figure that no longer changes.
    private func endLive() {
        guard let display = live else { return }
        live = nil
        // Nothing is drawn while what runs is asked to stop.
        guard !Interrupt.isRequested else {
            stopped.append(display)
            return
        }
        settle(display)
    }

    private func settle(_ display: LiveDisplay) {
        if let bundle = display.final() { send("update_display_data", bundle, display) }
    }

    private func send(_ type: String, _ bundle: MIMEBundle, _ display: LiveDisplay? = nil) {
        let (data, metadata) = bundle.json()
        let transient = JSON.object(display.map { [.init("display_id", .string($0.identifier))] } ?? [])
        let content = JSON(["data": data, "metadata": metadata, "transient": transient])
        outlet.send(Message(type, content, parent: request), on: .iopub)
    }
}

/// Draws figures for clients, which can do without.
final class FigureDrawing {
    private let writer: FigureWriter?
    private var problem: String?
    private var isProblemKnown = false

    init(_ writer: FigureWriter?) { self.writer = writer }

    /// Nil where it cannot be drawn.
    func svg(of figure: Figure) -> [UInt8]? {
        do { return try writer?(figure) } catch {
            problem = Failure(wrapping: error).diagnostic.message
            return nil
        }
    }

    func bundle(of figure: Figure, plain: String? = nil) -> MIMEBundle {
        let text = plain ?? TextRenderer(TextCapabilities(charset: .block, width: 80)).text(figure)
        guard let svg = svg(of: figure) else { return MIMEBundle(value: text) }
        return MIMEBundle(figure: svg, plain: text)
    }

    /// Why a figure could not be drawn, once in a session.
    func takeProblem() -> String? {
        defer { problem = nil }
        guard let problem, !isProblemKnown else { return nil }
        isProblemKnown = true
        return problem
    }
}
