import Datasets
import NeuralNet
import TensorCore
import Training

/// A call of `train`: its settings in the engine's terms, its progress in words.
struct TrainCall {
    let call: Call
    let object: ModuleObject
    let model: Model
    let dataset: Dataset
    /// Where a run of a sweep keeps what this call trains.
    let sweepFolder: String?
    /// The processes that train together, if there are others.
    let peers: MessagePassing?
    /// Whether the loss is drawn while it trains; nil: as the place shows trainings.
    private let showsCurve: Bool?
    let start = ContinuousClock.now

    init(_ call: Call) throws {
        self.call = call
        if call.takes("on_epoch"), call.has("on_epoch") { _ = try call.callable("on_epoch") }
        object = try call.model("model")
        model = try call.network("model")
        dataset = try call.dataset("data")
        sweepFolder = call.has("checkpoint") || call.has("resume") ? nil : call.interpreter.nextSweepFolder()
        // `find_rate` has no shards: each process finds the same rate.
        peers = call.takes("shards") ? try call.peers() : nil
        showsCurve = call.takes("plot") && call.has("plot") ? try call.boolean("plot") : nil
    }

    func run() throws -> Value {
        let trainer = try trainer()
        let traffic = TrafficReport(peers, trainer.run)
        let curve = LossCurve(trainer.run.history)
        let recorder = try RunRecorder(self, trainer)
        let run: Run
        var toldOfCheckpoint = false
        do {
            var failure: (any Error)?
            run = try trainer.run(
                onEvent: { event in
                    recorder?.record(event)
                    do {
                        try show(event, curve)
                        keepInSweep(trainer)
                        if !toldOfCheckpoint { toldOfCheckpoint = try tell(trainer.checkpointer?.failure) }
                    } catch { failure = error }
                },
                onEpoch: { figures in
                    if let failure { throw failure }
                    guard call.has("on_epoch") else { return true }
                    let row = figures.record
                    return try TrainFunctions(call.interpreter).goesOn(call.callable("on_epoch"), after: row)
                }, shouldStop: { failure != nil || Interrupt.isRequested })
            if let failure { throw failure }
        } catch {
            try recorder?.end(nil, failure: error)
            throw error
        }
        try recorder?.end(run)
        if showsCurve == true, let figure = curve.figure { try call.interpreter.show(figure) }
        // A signal that one process has had stops the script of all.
        if run.ending == .interrupted, run.settings.peers != nil { Interrupt.request() }
        if !toldOfCheckpoint { _ = try tell(trainer.checkpointer?.failure) }
        if let text = traffic?.text(run) { try note(text) }
        if let text = EndingText.skipped(run) { try note(text) }
        if let text = EndingText.note(run, resume: resumeArgument) { try note(text) }
        return .object(RunObject(run, model: object, id: recorder?.id))
    }

    private func trainer() throws -> Trainer {
        if let earlier = call.value("resume").object(as: RunObject.self)?.run {
            let trainer = try Trainer(resuming: earlier, model, dataset, settings(from: earlier.settings))
            if peers.map({ $0.rank == 0 }) ?? true {
                trainer.checkpointer = try checkpointFolder("checkpoint").map(checkpointer)
            }
            if let (planned, rate) = trainer.rateChange {
                try note("goes on at a learning rate of \(numberText(rate)), where \(numberText(planned)) was planned")
            }
            return trainer
        }
        return try checkpointedTrainer()
    }

    /// What continues the run: the folder of its checkpoints, or the name that the run is going to have.
    private var resumeArgument: String {
        if let folder = call.value("checkpoint").asString ?? call.value("resume").asString {
            return "`resume=\(quoted(folder))`"
        }
        return call.interpreter.runName.map { "`resume=\($0)`" } ?? "`resume=` with the run"
    }

    func note(_ text: String) throws { try call.interpreter.sink.emit(.note(text)) }

    private func show(_ event: TrainingEvent, _ curve: LossCurve) throws {
        curve.add(event)
        let report =
            switch event {
            case .batch(let progress):
                ProgressReport(
                    text: { EpochText.line(progress) }, isMilestone: false, showsFigure: showsCurve,
                    figure: { curve.figure })
            case .epoch(let figures, let epochs):
                ProgressReport(
                    text: { EpochText.line(figures, of: epochs) }, isMilestone: true, isLast: figures.epoch == epochs,
                    showsFigure: showsCurve, figure: { curve.figure })
            }
        try call.interpreter.sink.emit(.progress(report))
    }

    // MARK: Settings

    /// The settings that the call gives; where it leaves them out, those of an earlier run, or else the defaults.
    func settings(from earlier: TrainingSettings? = nil) throws -> TrainingSettings {
        func takes(_ parameter: String) -> Bool {
            call.isGiven(parameter) || earlier == nil && call.takes(parameter)
        }
        var settings = earlier ?? TrainingSettings()
        if takes("epochs") { settings.epochs = try call.integer("epochs") }
        if takes("batch") { settings.batchSize = try call.integer("batch") }
        settings.optimizer = try optimizer(from: earlier?.optimizer)
        if takes("schedule") { settings.schedule = try schedule() }
        if takes("loss") { settings.loss = try call.optionalLoss("loss") }
        if call.has("validate") { settings.validation = try call.dataset("validate") }
        if takes("seed") {
            let key = try call.key("seed")
            // 53 bits, which a number of the language holds exactly, so that a run's seed can be given again.
            settings.seed = call.has("seed") ? key.seed : (key.seed &+ key.stream) >> 11
        }
        if takes("shuffle") { settings.shuffle = try call.boolean("shuffle") }
        if takes("metrics") { settings.figures = try figures() }
        if takes("accumulate") { settings.accumulated = try call.integer("accumulate") }
        if takes("shards") { settings.shards = try call.integer("shards") }
        settings.peers = peers
        settings.errorText = { Failure(wrapping: $0).diagnostic.message }
        if takes("drop_last") { settings.dropsLast = try call.boolean("drop_last") }
        if takes("weights") { settings.weights = try call.exampleWeights("weights", of: dataset) }
        if takes("augment") || takes("collate") {
            settings.augmentation = try call.augmentation("augment", collate: "collate")
        }
        if takes("monitor") { settings.monitor = try monitor() }
        if takes("patience") { settings.patience = try call.optionalInteger("patience") }
        if call.has("best") {
            settings.restoresBest = try call.boolean("best")
        } else if call.isGiven("patience"), settings.patience != nil {
            settings.restoresBest = true
        }
        if takes("time") {
            settings.timeLimit = nil
            if call.has("time") {
                guard let seconds = DurationText.seconds(call.value("time")) else {
                    throw call.failure("time", takes: "seconds, or a time such as \"90s\", \"5 min\" or \"2h\"")
                }
                settings.timeLimit = seconds
            }
        }
        return settings
    }

    private func monitor() throws -> Metric? {
        guard call.has("monitor") else { return nil }
        return Metric(rawValue: try call.choice("monitor", of: Metric.allCases.map(\.rawValue)))
    }

    private func optimizer(from earlier: OptimizerSettings?) throws -> OptimizerSettings {
        func takes(_ parameter: String) -> Bool {
            call.isGiven(parameter) || earlier == nil && call.takes(parameter)
        }
        let name = takes("optimizer") ? try optimizerName() : earlier?.name
        var algorithm: OptimizerSettings.Algorithm
        if let earlier, earlier.name == name {
            algorithm = earlier.algorithm
        } else {
            algorithm = name.flatMap { OptimizerSettings.algorithm(named: $0) } ?? .adam()
        }
        if takes("momentum") {
            let momentum = try call.number("momentum")
            switch algorithm {
            case .sgd(_, let isNesterov): algorithm = .sgd(momentum: momentum, isNesterov: isNesterov)
            case .rmsprop(let alpha, let epsilon, _):
                algorithm = .rmsprop(alpha: alpha, epsilon: epsilon, momentum: momentum)
            default:
                guard !call.isGiven("momentum") || momentum == 0 else {
                    throw Failure(
                        "`momentum` of `train` is for the optimizers sgd and rmsprop, and this one is \(name ?? "adam")",
                        help: "leave it out, or give optimizer=\"sgd\"")
                }
            }
        }
        guard !call.has("clip") || !call.has("clip_value") else {
            throw Failure("`train` takes `clip` or `clip_value`, not both")
        }
        var clipping = earlier?.clipping
        if takes("clip") || takes("clip_value") {
            clipping =
                try call.optionalNumber("clip").map { .norm($0) }
                ?? call.optionalNumber("clip_value").map { .value($0) }
        }
        return OptimizerSettings(
            algorithm, learningRate: try call.optionalNumber("lr") ?? earlier?.learningRate,
            weightDecay: try call.optionalNumber("weight_decay") ?? earlier?.weightDecay, clipping: clipping)
    }

    /// A name, or the function of that name: `optimizer=adam`.
    private func optimizerName() throws -> String {
        let names = OptimizerSettings.names
        if case .function(let function) = call.value("optimizer"), names.contains(function.name) {
            return function.name
        }
        return try call.choice("optimizer", of: names)
    }
}
