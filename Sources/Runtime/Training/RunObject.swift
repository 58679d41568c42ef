import Language
import NeuralNet
import Training

/// A training as a value: history, settings, model, how it ended.
package final class RunObject: RuntimeObject {
    package let run: Run
    private let model: ModuleObject
    // As they were when `train` returned: going on with a run gives a new value and leaves this one as it is.
    private let columns: [(name: String, values: [Double])]
    private let epochFigures: [EpochFigures]
    private let trainingSettings: TrainingSettings
    private let progress: (epochs: Int, batches: Int)
    private let ending: Run.Ending?
    private let best: EpochFigures?
    /// Its number among the runs that are kept.
    package let id: Int?
    private let restoredEpoch: Int?

    package init(_ run: Run, model: ModuleObject, id: Int? = nil) {
        self.run = run
        self.id = id
        self.model = model
        columns = run.columns
        epochFigures = run.history
        trainingSettings = run.settings
        progress = run.progress
        ending = run.ending
        best = run.bestEpoch
        restoredEpoch = run.restoredEpoch
    }

    package override var kindName: String { "run" }
    package override var fieldNames: [String] {
        [
            "id", "history", "settings", "model", "ending", "epochs", "seconds", "best", "restored",
        ] + columns.map(\.name)
    }
    package override var shortText: String {
        let last = epochFigures.last.map { ", \(EpochText.figures($0).joined(separator: ", "))" } ?? ""
        return "run of \(epochs(progress.epochs))\(last)"
    }

    private func epochs(_ count: Int) -> String { count == 1 ? "1 epoch" : "\(count) epochs" }

    private var history: TableObject {
        TableObject(columns: columns.map { name, values in (name, values.map { $0.isNaN ? .none : .number($0) }) })
    }

    package override func help(forField name: String) -> String? {
        if ["val_loss", "val_accuracy"].contains(name), !columns.contains(where: { $0.name == name }) {
            return "figures of validation need data: `train ... validate=dev`, where `first, dev = split(data, 4)`"
        }
        if let meant = Suggestion.closest(to: name, among: fieldNames) { return "did you mean `\(meant)`?" }
        return "it has \(fieldNames.joined(separator: ", "))"
    }

    /// The last figure of each column can be read from the run itself: `run.val_accuracy`.
    package override func field(_ name: String) throws -> Value? {
        switch name {
        case "id": return id.map { .integer($0) } ?? Value.none
        case "history": return .object(history)
        case "model": return .object(model)
        case "settings": return .record(Self.settings(run, trainingSettings))
        case "ending": return .string(endingText)
        case "epochs": return .integer(progress.epochs)
        case "seconds": return .number(epochFigures.reduce(0) { $0 + $1.seconds })
        case "best":
            guard let best else { return Value.none }
            return .record(history.row(best.epoch - 1))
        case "restored": return restoredEpoch.map { .integer($0) } ?? Value.none
        default: return history.column(name)?.last
        }
    }

    static func settings(_ run: Run, _ settings: TrainingSettings) -> Record {
        Record([
            ("epochs", .integer(settings.epochs)), ("lr", .number(settings.optimizer.learningRate)),
            ("batch", .integer(settings.batchSize)), ("optimizer", .string(settings.optimizer.name)),
            ("loss", .string(run.loss.name)), ("seed", .number(Double(settings.seed))),
            ("data", .string(run.datasetName)), ("examples", .integer(run.exampleCount)),
        ])
    }

    static func endingText(_ run: Run) -> String { endingText(run.ending) }

    private var endingText: String { Self.endingText(ending) }

    private static func endingText(_ ending: Run.Ending?) -> String {
        switch ending {
        case .finished: "finished"
        case .interrupted: "interrupted"
        case .plateau: "stopped early"
        case .stopped: "stopped by on_epoch"
        case .outOfTime: "out of time"
        case .notFinite(let report): report.message
        case nil: "running"
        }
    }

    package override var plotted: [(name: String, values: [Value])]? {
        history.columns.filter { ["epoch", "loss", "val_loss"].contains($0.name) }
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        let settings = trainingSettings
        var lines = [
            "run of \(run.model.name) on \(run.datasetName): \(endingText) after \(EndingText.place(run))",
            "\(settings.optimizer.name) lr=\(Value.number(settings.optimizer.learningRate).shortText) batch=\(settings.batchSize) loss=\(run.loss.name)",
        ]
        if let restoredEpoch { lines.append("with the weights of epoch \(restoredEpoch), the best") }
        if !epochFigures.isEmpty { lines.append(try history.display(style)) }
        return lines.joined(separator: "\n")
    }
}

extension EpochFigures {
    /// A row of the history.
    var record: Record {
        Record(Run.columns(of: [self]).map { ($0.name, $0.values.first.map { .number($0) } ?? .none) })
    }
}

/// The figures of an epoch in words.
enum EpochText {
    static func figures(_ figures: EpochFigures) -> [String] {
        var parts = ["loss \(number(figures.loss))"]
        if let accuracy = figures.accuracy { parts.append("accuracy \(number(accuracy))") }
        if let loss = figures.validationLoss { parts.append("val_loss \(number(loss))") }
        if let accuracy = figures.validationAccuracy { parts.append("val_accuracy \(number(accuracy))") }
        if let rate = figures.validationErrorRate { parts.append("val_error_rate \(number(rate))") }
        return parts + figures.others.map { "\($0.name) \(number($0.value))" }
    }

    static func line(_ figures: EpochFigures, of epochs: Int) -> String {
        (["epoch \(figures.epoch)/\(epochs)"] + self.figures(figures) + [duration(figures.seconds)])
            .joined(separator: "  ")
    }

    static func line(_ progress: TrainingProgress) -> String {
        let rate = (try? FormatSpecification(",.0f").apply(to: .number(progress.samplesPerSecond))) ?? ""
        return [
            "epoch \(progress.epoch)/\(progress.epochs)", "batch \(progress.batch)/\(progress.batches)",
            "loss \(number(progress.loss))", "\(rate) samples/s", "\(duration(progress.secondsLeft)) left",
        ].joined(separator: "  ")
    }

    private static func number(_ value: Double) -> String { printfText("%.*f", 4, value) }

    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "? s" }
        if seconds < 10 { return printfText("%.*f", seconds < 1 ? 2 : 1, seconds) + " s" }
        let whole = Int(min(seconds, 1e9).rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
