import CSystem
import Glibc
import NeuralNet
import TensorCore
import Training

/// Tells the store of one training: when it begins, ends an epoch, ends.
///
/// What the store cannot take, because another program has it, is told again at the next epoch and at the end.
final class RunRecorder {
    private let keeper: any RunKeeping
    private let interpreter: Interpreter
    private let beginning: RunBeginning
    private let start = ContinuousClock.now
    /// Nil until the store knows of it.
    private(set) var id: Int?
    /// The epochs that the store does not know of.
    private var waiting: [EpochFigures]

    /// Nil where runs are not kept, and for one that comes back done from its checkpoint: it was kept before.
    init?(_ call: TrainCall, _ trainer: Trainer) throws {
        guard let keeper = call.call.interpreter.runKeeper,
            trainer.run.progress.epochs < trainer.run.settings.epochs
        else { return nil }
        let resumed = call.call.value("resume").object(as: RunObject.self)?.id
        self.keeper = keeper
        interpreter = call.call.interpreter
        let run = trainer.run
        beginning = RunBeginning(
            started: Double(time(nil)), model: run.model.name, modelSource: call.object.sourceText,
            parameterCount: run.model.parameters.reduce(0) { $0 + $1.count }, data: run.datasetName,
            dataFingerprint: call.dataset.fingerprint(), exampleCount: run.exampleCount,
            settings: Self.settings(call, run), parameters: interpreter.parameterValues,
            sweep: interpreter.sweptValues, seed: run.settings.seed, threads: Threads.count,
            version: dlsBuild, host: Self.host, process: Int(getpid()), resumed: resumed,
            part: interpreter.part?.text, stage: interpreter.stage, sweepRun: interpreter.sweepRun)
        waiting = run.history
        tell()
        try reportProblem()
    }

    func record(_ event: TrainingEvent) {
        guard case .epoch(let figures, _) = event else { return }
        waiting.append(figures)
        tell()
    }

    private func tell(patiently: Bool = false) {
        if id == nil {
            id = keeper.begin(beginning, patiently: patiently)
            if let id { interpreter.keptRuns.append(id) }
        }
        guard let id, !waiting.isEmpty, keeper.add(waiting, to: id, patiently: patiently) else { return }
        waiting = []
    }

    /// - Parameter run: Nil where the training failed.
    func end(_ run: Run?, failure: (any Error)? = nil) throws {
        tell(patiently: true)
        if let id {
            let ending =
                failure.map { "failed: \(Failure(wrapping: $0).diagnostic.message)" } ?? run.map(RunObject.endingText)
            let elapsed = start.duration(to: .now).components
            keeper.end(
                id, ending: ending ?? "failed",
                seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
        }
        try reportProblem()
    }

    private func reportProblem() throws {
        guard let problem = keeper.takeProblem() else { return }
        try interpreter.sink.emit(.note(problem))
    }

    /// The arguments that were given, in words that JSON has, after those that every run has.
    private static func settings(_ call: TrainCall, _ run: Run) -> Record {
        var record = RunObject.settings(run, run.settings)
        let known = ["model", "data", "resume", "loss", "optimizer", "seed"]
        for (parameter, value) in zip(call.call.function.signature.parameters, call.call.values)
        where !known.contains(parameter.name) && record[parameter.name] == nil && !value.isNone {
            record[parameter.name] = value.json == nil ? .string(value.shortText) : value
        }
        return record
    }

    static let host: String = {
        var names = utsname()
        uname(&names)
        return withUnsafeBytes(of: &names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }()
}
