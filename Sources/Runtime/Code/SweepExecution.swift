import TensorCore

/// One run of a sweep's block: which values, which random numbers, and what came of it.
final class SweepRun {
    enum Outcome {
        case row(Record)
        case failed(Failure)
        /// Stopped before its end.
        case stopped
        case quit(Quit)
    }

    /// The swept names with their values.
    let names: Record
    /// The number of the combination, and of the seed within it.
    let combination: Int
    let seed: Int
    /// Its place among all runs of the sweep.
    let number: Int
    let key: RandomKey
    /// What it is kept by, where it can be kept.
    var keptAs: String?
    /// Where its trainings are kept.
    var folder: String?
    var outcome: Outcome?
    /// The numbers under which its trainings are kept.
    var trained: [Int] = []
    /// The calls that its error has left, for `debug`.
    var failedCalls: [FailedCall] = []
    /// Whether the outcome is of an earlier session.
    var isRestored = false
    var seconds = 0.0
    /// From its start until its outputs are shown; under the execution's monitor.
    fileprivate var sink: GatheringSink?

    init(names: Record, combination: Int, seed: Int, number: Int, key: RandomKey) {
        self.names = names
        self.combination = combination
        self.seed = seed
        self.number = number
        self.key = key
    }

    var failure: Failure? { if case .failed(let failure)? = outcome { failure } else { nil } }
    var row: Record? { if case .row(let row)? = outcome { row } else { nil } }

    /// `rate=0.1 batch=8`
    var text: String {
        names.fields.map { "\($0.name)=\($0.value.shortText)" }.joined(separator: " ")
            + (seed > 0 ? " seed \(seed + 1)" : "")
    }
}

/// Carries out the runs of a sweep on several threads, and hands their outputs on in the order of the runs.
///
/// Each run has an interpreter of its own: random numbers, outputs, depth of calls. What runs share, they only read.
final class SweepExecution {
    private let runs: [SweepRun]
    private let parent: Interpreter
    private let workers: Int
    private let body: (SweepRun, Interpreter) throws -> Record
    private let onRow: (SweepRun) -> Void
    private let monitor = Monitor()

    // Under the monitor.
    private var next = 0
    private var activeWorkers = 0
    private var isStopped = false

    /// The threads there are to share.
    private let threads = Threads.count

    /// As on the main thread, where deep recursion fits.
    private static let stackByteCount = 256 << 20

    /// - Parameters:
    ///   - body: Runs the block for one run, on a worker's thread.
    ///   - onRow: Called on the calling thread with each run that gave a row, as soon as it did.
    init(
        _ runs: [SweepRun], workers: Int, for parent: Interpreter,
        body: @escaping (SweepRun, Interpreter) throws -> Record, onRow: @escaping (SweepRun) -> Void
    ) {
        self.runs = runs
        self.parent = parent
        self.workers = workers
        self.body = body
        self.onRow = onRow
    }

    /// Runs all that have no outcome yet.
    ///
    /// - Throws: What showing the outputs threw, and `Quit`.
    func run() throws {
        shareThreads(among: workers)
        defer { if !parent.isWorker { Threads.count = threads } }
        let started = (0..<workers).compactMap { _ -> SystemThread? in
            monitor.withLock { activeWorkers += 1 }
            let thread = SystemThread(stackByteCount: Self.stackByteCount) { self.work() }
            if thread == nil { monitor.withLock { activeWorkers -= 1 } }
            return thread
        }
        guard !started.isEmpty else {
            throw Failure(
                "the system has no thread to give to the sweep", help: "close other programs, and run it again")
        }
        defer { started.forEach { $0.join() } }
        do { try follow() } catch {
            monitor.withLock { isStopped = true }
            throw error
        }
        for case .quit(let quit)? in runs.map(\.outcome) { throw quit }
    }

    /// Together, workers and the threads that their kernels share are as many as there were.
    ///
    /// A sweep inside a run of another takes what that one has left: several at once could not give back what they found.
    private func shareThreads(among workers: Int) {
        if !parent.isWorker, workers > 0 { Threads.count = max(threads - workers + 1, 1) }
    }

    // MARK: On the workers' threads

    private func work() {
        while let run = take() {
            let start = ContinuousClock.now
            let outcome = outcome(of: run)
            let elapsed = start.duration(to: .now).components
            monitor.withLock {
                run.seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
                run.outcome = outcome
                if case .quit = outcome { isStopped = true }
                monitor.signal()
            }
        }
        monitor.withLock {
            activeWorkers -= 1
            // Those that still run, the last one above all, have its core.
            shareThreads(among: activeWorkers)
            monitor.signal()
        }
    }

    private func take() -> SweepRun? {
        monitor.withLock {
            while next < runs.count, runs[next].outcome != nil { next += 1 }
            guard next < runs.count, !isStopped, !Interrupt.isRequested else { return nil }
            next += 1
            runs[next - 1].sink = GatheringSink()
            return runs[next - 1]
        }
    }

    private func outcome(of run: SweepRun) -> SweepRun.Outcome {
        Ownership.isolating { parent.root.objects.pausing { isolatedOutcome(of: run) } }
    }

    private func isolatedOutcome(of run: SweepRun) -> SweepRun.Outcome {
        let sink = monitor.withLock { run.sink } ?? GatheringSink()
        let interpreter = Interpreter(worker: sink, of: parent, sweeping: run.names, number: run.number)
        interpreter.random.start(at: run.key)
        interpreter.sweepFolder = run.folder
        Interpreter.ofThread.object = interpreter
        defer {
            Interpreter.ofThread.object = nil
            interpreter.spareFrames.removeAll()
            run.trained = interpreter.keptRuns
            run.failedCalls = interpreter.failedCalls.calls
        }
        do {
            let row = try body(run, interpreter)
            // A training that Ctrl-C has ended gives its run, and is not done.
            return Interrupt.isRequested ? .stopped : .row(row)
        } catch let quit as Quit {
            return .quit(quit)
        } catch {
            let failure = Failure(wrapping: error)
            return failure.isInterrupt || Interrupt.isRequested ? .stopped : .failed(failure)
        }
    }

    // MARK: On the calling thread

    /// Shows what comes, until all workers have ended.
    private func follow() throws {
        var shown = 0
        var told: Set<Int> = []
        while true {
            let (isOver, finished, sinks) = monitor.withLock {
                if activeWorkers > 0 { monitor.wait(atMost: 0.1) }
                let underWay = runs.filter { $0.outcome == nil }
                return (
                    activeWorkers == 0, runs.map { $0.outcome != nil },
                    underWay.compactMap { run in run.sink.map { (run.text, $0) } }
                )
            }
            for (index, isFinished) in finished.enumerated() where isFinished && told.insert(index).inserted {
                try tell(runs[index], done: told.count)
            }
            while shown < runs.count, finished[shown] {
                try show(runs[shown])
                shown += 1
            }
            if isOver { break }
            let done = told.count
            let latest = sinks.compactMap { text, sink in sink.latest.map { (text, $0) } }
            try parent.sink.emit(
                .progress(
                    ProgressReport(
                        text: { [count = runs.count] in
                            // A line for each run that is under way.
                            (["\(done) of \(count) runs done"] + latest.map { "\($0)  \($1())" })
                                .joined(separator: "\n")
                        }, isMilestone: false)))
        }
        // What the runs that were stopped have said is not lost.
        for run in runs[shown...] { try show(run) }
    }

    /// Hands on what a run that has ended has said.
    private func show(_ run: SweepRun) throws {
        let sink = monitor.withLock { run.sink.take() }
        for output in sink?.takeOutputs() ?? [] { try parent.sink.emit(output) }
    }

    private func tell(_ run: SweepRun, done: Int) throws {
        if run.isRestored { return }
        let end: String
        switch run.outcome {
        case .row(let row):
            onRow(run)
            let figures = row.fields.compactMap { name, value -> String? in
                guard run.names[name] == nil, case .number(let number) = value else { return nil }
                return "\(name)=\(printfText("%.*g", 6, number))"
            }
            end = (figures + [EpochText.duration(run.seconds)]).joined(separator: "  ")
        case .failed(let failure): end = "failed: \(failure.diagnostic.message)"
        case .stopped, .quit, nil: return
        }
        let text = "\(done)/\(runs.count) done  \(run.text)  \(end)"
        try parent.sink.emit(.progress(ProgressReport(text: { text }, isMilestone: true, isLast: done == runs.count)))
    }
}

/// Gathers the outputs of a run until it is its turn.
private final class GatheringSink: OutputSink {
    private let monitor = Monitor()
    private var outputs: [Output] = []
    private var report: (() -> String)?

    func emit(_ output: Output) throws {
        monitor.withLock {
            if case .progress(let progress) = output {
                report = progress.text
            } else {
                outputs.append(output)
            }
        }
    }

    func takeOutputs() -> [Output] {
        monitor.withLock {
            defer { outputs = [] }
            return outputs
        }
    }

    /// How far its training is.
    var latest: (() -> String)? { monitor.withLock { report } }
}
