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

    init(_ call: Call) throws {
        self.call = call
        object = try call.model("model")
        try object.requireOwn(to: "train")
        model = try call.network("model")
        dataset = try call.dataset("data")
    }

    func run() throws -> Value {
        let trainer: Trainer
        var resuming: RunObject?
        if call.has("resume") {
            let object = try call.object("resume", as: RunObject.self, called: "a run, which an earlier `train` gave")
            let earlier = object.run
            resuming = object
            trainer = try Trainer(resuming: earlier, model, dataset, resumed(earlier.settings))
        } else {
            trainer = try Trainer(model, dataset, try settings())
        }
        let recorder = try RunRecorder(self, trainer, resuming: resuming)
        let run: Run
        do {
            var failure: (any Error)?
            run = try trainer.run(
                onEvent: { event in
                    recorder?.record(event)
                    do { try show(event) } catch { failure = error }
                }, shouldStop: { failure != nil || Interrupt.isRequested })
            if let failure { throw failure }
        } catch {
            try recorder?.end(nil, failure: error)
            throw error
        }
        try recorder?.end(run)
        switch run.ending {
        case .notFinite(let report):
            try call.interpreter.sink.emit(
                .note(
                    "training stopped, weights are those before the step: \(report.message)"
                        + (report.help.map { "\n\($0)" } ?? "")))
        case .interrupted:
            try call.interpreter.sink.emit(
                .note(
                    "training stopped after epoch \(run.progress.epochs), batch \(run.progress.batches); `resume=` goes on from there"
                ))
        case .finished, nil: break
        }
        return .object(RunObject(run, model: object, id: recorder?.id))
    }

    private func show(_ event: TrainingEvent) throws {
        let report =
            switch event {
            case .batch(let progress): ProgressReport(text: { EpochText.line(progress) }, isMilestone: false)
            case .epoch(let figures, let epochs):
                ProgressReport(
                    text: { EpochText.line(figures, of: epochs) }, isMilestone: true, isLast: figures.epoch == epochs)
            }
        try call.interpreter.sink.emit(.progress(report))
    }

    // MARK: Settings

    private func settings() throws -> TrainingSettings {
        let key = try call.key("seed")
        return TrainingSettings(
            epochs: try call.integer("epochs"), batchSize: try call.integer("batch"), optimizer: try optimizer(),
            schedule: try schedule(), loss: try loss(),
            validation: call.has("validate") ? try call.dataset("validate") : nil,
            // 53 bits, which a number of the language holds exactly, so that a run's seed can be given again.
            seed: call.has("seed") ? key.seed : (key.seed &+ key.stream) >> 11, shuffle: try call.boolean("shuffle"))
    }

    /// A resumed run keeps its settings; more epochs, another rate or validation set may be given.
    private func resumed(_ earlier: TrainingSettings) throws -> TrainingSettings {
        var settings = earlier
        if try call.integer("epochs") > 1 { settings.epochs = try call.integer("epochs") }
        if let rate = try call.optionalNumber("lr") { settings.optimizer.learningRate = rate }
        if call.has("validate") { settings.validation = try call.dataset("validate") }
        return settings
    }

    private func optimizer() throws -> OptimizerSettings {
        let momentum = try call.number("momentum")
        let algorithm: OptimizerSettings.Algorithm =
            switch try optimizerName() {
            case "adamw": .adamW()
            case "sgd": .sgd(momentum: momentum)
            case "rmsprop": .rmsprop(momentum: momentum)
            default: .adam()
            }
        guard !call.has("clip") || !call.has("clip_value") else {
            throw Failure("`train` takes `clip` or `clip_value`, not both")
        }
        let clipping =
            try call.optionalNumber("clip").map { OptimizerSettings.Clipping.norm($0) }
            ?? call.optionalNumber("clip_value").map { .value($0) }
        return OptimizerSettings(
            algorithm, learningRate: try call.optionalNumber("lr"),
            weightDecay: try call.optionalNumber("weight_decay"),
            clipping: clipping)
    }

    /// A name, or the function of that name: `optimizer=adam`.
    private func optimizerName() throws -> String {
        let names = ["adam", "adamw", "sgd", "rmsprop"]
        if case .function(let function) = call.value("optimizer"), names.contains(function.name) {
            return function.name
        }
        return try call.choice("optimizer", of: names)
    }

    private func loss() throws -> Loss? {
        guard call.has("loss") else { return nil }
        if case .function(let function) = call.value("loss") { return try named(function.name) }
        return try named(try call.string("loss"))
    }

    private func named(_ name: String) throws -> Loss {
        switch name {
        case "cross_entropy": return .crossEntropy()
        case "nll": return .nll()
        case "mse": return .mse()
        case "mae": return .mae()
        case "bce": return .bce()
        default: throw call.failure("loss", takes: "one of \"cross_entropy\", \"nll\", \"mse\", \"mae\", \"bce\"")
        }
    }

    private func schedule() throws -> Schedule {
        guard call.has("schedule") else { return .constant }
        let record: Record
        if case .record(let given) = call.value("schedule") {
            record = given
        } else {
            record = Record([("kind", .string(try call.string("schedule")))])
        }
        let known = ["kind", "every", "factor", "minimum", "warmup"]
        if let other = record.names.first(where: { !known.contains($0) }) {
            throw Failure("a schedule has no setting `\(other)`", help: "it has \(known.joined(separator: ", "))")
        }
        func number(_ name: String, _ absent: Double) throws -> Double {
            guard let value = record[name] else { return absent }
            guard let number = value.asNumber else {
                throw Failure("`\(name)` of a schedule is a number, not \(value.kindWithArticle)")
            }
            return number
        }
        let warmUp = Schedule.Duration.epochs(try number("warmup", 0))
        switch record["kind"]?.asString {
        case "constant": return Schedule(.constant, warmUp: warmUp)
        case "cosine": return Schedule(.cosine(minimum: try number("minimum", 0)), warmUp: warmUp)
        case "step":
            return Schedule(
                .step(every: .epochs(try number("every", 10)), factor: try number("factor", 0.1)), warmUp: warmUp)
        default:
            throw call.failure(
                "schedule",
                takes: "\"constant\", \"cosine\", \"step\" or a record such as {kind=\"step\", every=10, factor=0.5}")
        }
    }
}
