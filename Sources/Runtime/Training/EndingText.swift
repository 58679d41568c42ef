import Training

/// How a training ended, in words.
enum EndingText {
    /// What is said when `train` is back; nil where it came to its end as planned.
    static func note(_ run: Run) -> String? {
        let figures = run.history.last.map { " (epoch \($0.epoch): \(EpochText.figures($0).joined(separator: ", ")))" }
        // The last epoch's line is gone where lines are replaced.
        let place = EndingText.place(run.progress) + (figures ?? "")
        let restored = run.restoredEpoch.map { "; the model has the weights of epoch \($0), its best" } ?? ""
        switch run.ending {
        case .notFinite(let report):
            return "training stopped, weights are those before the step: \(report.message)\(restored)"
                + (report.help.map { "\n\($0)" } ?? "")
        case .interrupted: return "training stopped after \(place); `resume=` continues it\(restored)"
        case .outOfTime: return "the time limit was reached after \(place); `resume=` continues it\(restored)"
        case .plateau:
            return "training stopped after epoch \(run.progress.epochs): "
                + "\(run.settings.patience.map { "\($0)" } ?? "") epochs brought no improvement\(restored)"
        case .stopped:
            return "training stopped after \(place): on_epoch gave false; `resume=` continues it\(restored)"
        case .finished where run.restoredEpoch != run.progress.epochs:
            return run.restoredEpoch.map { "the model has the weights of epoch \($0), its best" }
        case .finished, nil: return nil
        }
    }

    /// What is said of batches without a step.
    static func skipped(_ run: Run) -> String? {
        guard run.skippedBatches > 0 else { return nil }
        let batches = run.skippedBatches == 1 ? "1 batch" : "\(run.skippedBatches) batches"
        return
            "no step was taken for \(batches): none of the labels there counts (\(run.loss.ignoreIndex ?? 0) is left out)"
    }

    /// How far a run has come: "7 epochs and 52 batches".
    static func place(_ progress: (epochs: Int, batches: Int)) -> String {
        let epochs = progress.epochs == 1 ? "1 epoch" : "\(progress.epochs) epochs"
        let batches = progress.batches == 1 ? "1 batch" : "\(progress.batches) batches"
        return epochs + (progress.batches > 0 ? " and \(batches)" : "")
    }
}
