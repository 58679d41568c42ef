import Training

/// A run of the store as a value: all but its weights.
package final class KeptRunObject: RuntimeObject {
    package let kept: KeptRun

    package init(_ kept: KeptRun) { self.kept = kept }

    package override var kindName: String { "run" }
    package override var fieldNames: [String] {
        [
            "id", "started", "model", "source", "parameter_count", "data", "fingerprint", "settings", "params", "sweep",
            "seed", "threads", "version", "host", "ending", "note", "epochs", "seconds", "history", "best",
        ] + history.fieldNames
    }
    package override var shortText: String {
        "run \(kept.id) of \(kept.beginning.model) on \(kept.beginning.data): \(kept.ending)"
    }

    package var history: TableObject {
        TableObject(
            columns: Run.columns(of: kept.history).map { name, values in
                (name, values.map { $0.isNaN ? .none : .number($0) })
            })
    }

    package override func field(_ name: String) throws -> Value? {
        let beginning = kept.beginning
        switch name {
        case "id": return .integer(kept.id)
        case "started": return .string(startedText)
        case "model": return .string(beginning.model)
        case "source": return beginning.modelSource.map { .string($0) } ?? Value.none
        case "parameter_count": return .integer(beginning.parameterCount)
        case "data": return .string(beginning.data)
        case "fingerprint": return .string(beginning.dataFingerprint)
        case "settings": return .record(beginning.settings)
        case "params": return .record(beginning.parameters)
        case "sweep": return .record(beginning.sweep)
        case "seed": return .number(Double(beginning.seed))
        case "threads": return .integer(beginning.threads)
        case "version": return .string(beginning.version)
        case "host": return .string(beginning.host)
        case "ending": return .string(kept.ending)
        case "note": return kept.note.map { .string($0) } ?? Value.none
        case "epochs": return .integer(kept.history.count)
        case "seconds": return .number(kept.seconds)
        case "history": return .object(history)
        case "best":
            guard let best = bestEpoch,
                let row = kept.history.firstIndex(where: { $0.epoch == best.epoch })
            else { return Value.none }
            return .record(history.row(row))
        default: return history.column(name)?.last
        }
    }

    private var startedText: String { clockText(Int(exactly: kept.beginning.started.rounded()) ?? 0) }

    /// By the figure that was watched; else by the best of those that there are.
    private var bestEpoch: EpochFigures? {
        let watched = kept.beginning.settings["monitor"]?.asString.flatMap { Metric(rawValue: $0) }
        return Run.bestEpoch(of: kept.history, by: watched)
    }

    package override var plotted: [(name: String, values: [Value])]? {
        history.columns.filter { ["epoch", "loss", "val_loss"].contains($0.name) }
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        let beginning = kept.beginning
        let epochs = kept.history.count == 1 ? "1 epoch" : "\(kept.history.count) epochs"
        let what = "of \(beginning.model) on \(beginning.data)"
        // Recorded, a run has nothing that is another one at each replay or on another machine.
        let number = style.showsSeconds ? " \(kept.id)" : ""
        let start = style.showsSeconds ? ", \(startedText)" : ""
        let duration = style.showsSeconds ? ", \(EpochText.duration(kept.seconds))" : ""
        let place =
            style.showsSeconds
            ? ", dls \(beginning.version), \(beginning.threads) threads of \(beginning.host)" : ""
        var lines = [
            "run\(number) \(what)\(start): \(kept.ending) after \(epochs)\(duration)",
            beginning.settings.fields.map { "\($0.name)=\($0.value.shortText)" }.joined(separator: " "),
            "\(beginning.parameterCount) parameters, data \(beginning.dataFingerprint)\(place)",
        ]
        if let note = kept.note { lines.append("note: \(note)") }
        if !kept.history.isEmpty { lines.append(try history.display(style)) }
        return lines.joined(separator: "\n")
    }

    /// Columns that a swept name cannot take.
    private static let rowNames: Set<String> = [
        "optimizer", "lr", "batch", "seed", "epochs", "loss", "accuracy", "val_loss", "val_accuracy", "val_error_rate",
        "seconds", "ending", "note",
    ]

    /// The row of `runs`, with the swept names.
    var row: Record {
        let beginning = kept.beginning
        let settings = beginning.settings
        var row = Record([
            ("id", .integer(kept.id)), ("started", .string(startedText)),
            ("model", .string(beginning.model)), ("data", .string(beginning.data)),
        ])
        for (name, value) in beginning.sweep.fields where row[name] == nil && !Self.rowNames.contains(name) {
            row[name] = value
        }
        for name in ["optimizer", "lr", "batch"] { row[name] = settings[name] ?? Value.none }
        row["seed"] = .number(Double(beginning.seed))
        row["epochs"] = .integer(kept.history.count)
        let last = kept.history.last
        row["loss"] = last.map { .number($0.loss) } ?? Value.none
        row["accuracy"] = last?.accuracy.map { .number($0) } ?? Value.none
        row["val_loss"] = last?.validationLoss.map { .number($0) } ?? Value.none
        row["val_accuracy"] = last?.validationAccuracy.map { .number($0) } ?? Value.none
        row["val_error_rate"] = last?.validationErrorRate.map { .number($0) } ?? Value.none
        row["seconds"] = .number((kept.seconds * 1000).rounded() / 1000)
        row["ending"] = .string(kept.ending)
        row["note"] = kept.note.map { .string($0) } ?? Value.none
        return row
    }
}
