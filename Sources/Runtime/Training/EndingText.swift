import Training

/// How a training ended, in words.
enum EndingText {
    /// What is said when `train` is back; nil where it came to its end as planned.
    ///
    /// - Parameter resume: The argument that continues it.
    static func note(_ run: Run, resume: String) -> String? {
        let figures = run.history.last.map { " (epoch \($0.epoch): \(EpochText.figures($0).joined(separator: ", ")))" }
        // The last epoch's line is gone where lines are replaced.
        let place = EndingText.place(run) + (figures ?? "")
        let restored = run.restoredEpoch.map { "; the model has the weights of epoch \($0), its best" } ?? ""
        switch run.ending {
        case .notFinite(let report):
            return "training stopped, weights are those before the step: \(report.message)\(restored)"
                + (report.help.map { "\n\($0)" } ?? "")
        case .interrupted: return "training stopped after \(place); \(resume) continues it\(restored)"
        case .outOfTime: return "the time limit was reached after \(place); \(resume) continues it\(restored)"
        case .plateau:
            let isAccuracy = run.settings.monitor == nil && run.comparedBy == .validationAccuracy
            let other = isAccuracy ? " (`monitor=\"val_loss\"` watches the loss)" : ""
            return "training stopped after epoch \(run.progress.epochs): "
                + "\(run.settings.patience.map { "\($0)" } ?? "") epochs brought no improvement"
                + "\(run.comparedBy.map { " of \($0.rawValue)" } ?? "")\(other)\(restored)"
        case .stopped:
            return "training stopped after \(place): on_epoch gave false; \(resume) continues it\(restored)"
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
    ///
    /// - Parameter batchesPerEpoch: 0 where it is not known.
    static func place(_ progress: (epochs: Int, batches: Int), batchesPerEpoch: Int = 0) -> String {
        let (epochs, batches) = progress
        let whole = epochs == 1 ? "1 epoch" : "\(epochs) epochs"
        if batches == 0 { return whole }
        // Its validation was not finished.
        if batches == batchesPerEpoch { return "\(whole) and the batches of epoch \(epochs + 1)" }
        return "\(whole) and \(batches == 1 ? "1 batch" : "\(batches) batches")"
    }

    static func place(_ run: Run) -> String { place(run.progress, batchesPerEpoch: run.batchesPerEpoch) }
}
