import Figures
import Training

/// The losses of a training that runs, by the epochs that are done: within an epoch the mean so far.
final class LossCurve {
    private var training = Series(name: "loss", x: [], y: [])
    private var validation = Series(name: "val_loss", x: [], y: [])
    /// How many batches come between two points. It doubles when there are too many points.
    private var stride = 1
    private var batchesToNext = 1
    private static let mostPoints = 400

    /// - Parameter earlier: The epochs of the training that this one resumes.
    init(_ earlier: [EpochFigures]) { for figures in earlier { add(figures) } }

    func add(_ event: TrainingEvent) {
        switch event {
        case .batch(let progress):
            batchesToNext -= 1
            guard batchesToNext <= 0 else { return }
            batchesToNext = stride
            addPoint(
                Double(progress.epoch - 1) + Double(progress.batch) / Double(max(progress.batches, 1)), progress.loss)
        case .epoch(let figures, _): add(figures)
        }
    }

    private func add(_ figures: EpochFigures) {
        addPoint(Double(figures.epoch), figures.loss)
        guard let loss = figures.validationLoss else { return }
        validation.x.append(Double(figures.epoch))
        validation.y.append(loss)
    }

    private func addPoint(_ x: Double, _ y: Double) {
        training.x.append(x)
        training.y.append(y)
        guard training.x.count > Self.mostPoints else { return }
        let kept = training.x.indices.filter { $0 % 2 == 0 }
        training.x = kept.map { training.x[$0] }
        training.y = kept.map { training.y[$0] }
        stride *= 2
    }

    /// Nil where a line cannot be drawn yet.
    var figure: Figure? {
        guard training.x.count > 1 else { return nil }
        let series = validation.x.isEmpty ? [training] : [training, validation]
        return .lines(Chart(title: "Training", series: series, x: Axis(label: "epoch"), y: Axis(label: "loss")))
    }
}
