import NeuralNet
import TensorCore

/// The weights and buffers after the best epoch so far.
struct BestWeights {
    let epoch: Int
    let state: [String: Tensor]
}

extension Run {
    /// The epoch that is best by `monitor`; without it, by the error rate or else the accuracy in validation, or else
    /// the least loss there, or else in training. Of equals, the first.
    package var bestEpoch: EpochFigures? { Self.bestEpoch(of: history, by: settings.monitor) }

    /// The figure that epochs are compared by; nil before the first epoch.
    package var comparedBy: Metric? {
        if let monitor = settings.monitor { return monitor }
        return Metric.usual.first { $0.best(of: history) != nil }
    }

    package static func bestEpoch(of history: [EpochFigures], by monitor: Metric? = nil) -> EpochFigures? {
        if let monitor { return monitor.best(of: history) }
        return Metric.usual.lazy.compactMap { $0.best(of: history) }.first
    }

    /// Whether the last `patience` epochs brought no improvement.
    var hasReachedPlateau: Bool {
        guard let patience = settings.patience else { return false }
        return history.count - max(bestEpoch?.epoch ?? 0, patienceStart) >= patience
    }

    /// Keeps the weights as they are now if the last epoch was the best.
    func keepIfBest() throws {
        guard settings.restoresBest, let last = history.last, bestEpoch?.epoch == last.epoch else { return }
        best = BestWeights(epoch: last.epoch, state: try state())
    }

    private func state() throws -> [String: Tensor] {
        Dictionary(uniqueKeysWithValues: try model.stateDictionary().map { ($0.name, $0.value) })
    }

    /// Gives the model its best weights, where that is wanted; those of the stop are kept for going on.
    func restoreBest() throws {
        guard settings.restoresBest, let best else { return }
        restoredEpoch = best.epoch
        guard best.epoch != history.count || position.batch > 0 else { return }
        let now = try state()
        try model.load(state: best.state)
        stateAtStop = now
    }

    /// Gives the model the weights that it had when the run was stopped.
    func takeUpAgain() throws {
        restoredEpoch = nil
        guard let state = stateAtStop else { return }
        try model.load(state: state)
        stateAtStop = nil
    }
}

extension Trainer {
    /// Refuses a figure to compare epochs by that there will not be.
    static func check(_ monitor: Metric?, _ run: Run) throws {
        guard let monitor else { return }
        if monitor.isOfValidation, run.settings.validation == nil {
            throw TrainingError.setting(
                name: "monitor", reason: "is \"\(monitor.rawValue)\", and there is no validation data: give `validate`")
        }
        if monitor.isAccuracy, run.loss.function.answers == .numbers {
            throw TrainingError.setting(
                name: "monitor", reason: "is \"\(monitor.rawValue)\", and with the loss \(run.loss.name) there is none")
        }
    }
}
