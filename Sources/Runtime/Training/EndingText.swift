import Training

/// How a training ended, in words.
enum EndingText {
    /// What is said when `train` is back; nil where it came to its end as planned.
    static func note(_ run: Run) -> String? {
        let place = EndingText.place(run)
        let restored = run.restoredEpoch.map { "; the model has the weights of epoch \($0), its best" } ?? ""
        switch run.ending {
        case .notFinite(let report):
            return "training stopped, weights are those before the step: \(report.message)\(restored)"
                + (report.help.map { "\n\($0)" } ?? "")
        case .interrupted: return "training stopped after \(place); `resume=` goes on from there\(restored)"
        case .outOfTime: return "its time is over after \(place); `resume=` goes on from there\(restored)"
        case .plateau:
            return "training stopped after epoch \(run.progress.epochs): "
                + "\(run.settings.patience.map { "\($0)" } ?? "") epochs brought nothing better\(restored)"
        case .finished where run.restoredEpoch != run.progress.epochs:
            return run.restoredEpoch.map { "the model has the weights of epoch \($0), its best" }
        case .finished, nil: return nil
        }
    }

    /// How far a run has come, with the figures of its last whole epoch, whose line is gone where lines are replaced.
    private static func place(_ run: Run) -> String {
        func count(_ number: Int, _ unit: String, _ units: String) -> String {
            "\(number) \(number == 1 ? unit : units)"
        }
        let batches = run.progress.batches
        let figures = run.history.last.map { " (epoch \($0.epoch): \(EpochText.figures($0).joined(separator: ", ")))" }
        return count(run.progress.epochs, "epoch", "epochs")
            + (batches > 0 ? " and \(count(batches, "batch", "batches"))" : "") + (figures ?? "")
    }
}
