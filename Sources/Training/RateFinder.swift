import Datasets
import Glibc
import NeuralNet
import TensorCore

/// Finds a learning rate: takes steps whose rate grows from very small to too large, and looks where the loss falls
/// fastest.
///
/// Model, optimizer and random numbers are afterwards as they were, however it ends.
///
/// - Source: Smith 2017, arXiv:1506.01186, section 3.3.
package struct RateFinder {
    package struct Point: Equatable {
        package let rate: Double
        /// Of the batch, before the step.
        package let loss: Double
        /// The mean over the steps so far, which forgets by 5 % a step.
        package let smoothLoss: Double
    }

    package struct Result {
        package let points: [Point]
        /// Where the smooth loss falls fastest by the logarithm of the rate; `nil` where it does not fall.
        package let suggestion: Double?
    }

    package var lowest = 1e-7
    package var highest = 10.0
    package var steps = 100

    package init() {}

    private static let forgetting = 0.95
    /// Where the smooth loss is so many times the least one, larger rates only make it worse.
    private static let greatestRise = 4.0

    private func validate() throws {
        guard lowest > 0, lowest < highest, highest.isFinite else {
            throw TrainingError.setting(name: "low", reason: "must be more than 0 and less than `high`")
        }
        guard (10...10_000).contains(steps) else {
            throw TrainingError.setting(name: "steps", reason: "is \(steps), and must be from 10 to 10000")
        }
    }

    /// - Parameter settings: Batches, optimizer, loss and seed; its learning rate does not matter.
    /// - Throws: `TrainingError`, `NeuralNetError`; `InterruptError` where `shouldStop` said so.
    package func run(
        _ model: Model, _ dataset: Dataset, _ settings: TrainingSettings,
        onStep: (Int) throws -> Void = { _ in }, shouldStop: () -> Bool = { Interrupt.isRequested }
    ) throws -> Result {
        try validate()
        let wasBuilt = model.isBuilt
        let coding = model.translating?.coding
        let trainer = try Trainer(model, dataset, settings)
        // A new optimizer moves the weights to memory of its own and writes there: what they were stays untouched.
        let before = (model.parameters + model.buffers).map { ($0, $0.value) }
        defer {
            // Whose weights could be trained, they can be put back.
            for (parameter, value) in before { try? parameter.replace(with: value) }
            if !wasBuilt { model.unbuild() }
            try? model.translating?.adopt(coding)
        }
        let points = try trainer.losses(count: steps) { step in
            if shouldStop() { throw InterruptError() }
            try onStep(step)
            return lowest * pow(highest / lowest, Double(step) / Double(steps - 1))
        } isEnough: { points in
            guard let last = points.last?.smoothLoss, let least = points.map(\.smoothLoss).min() else { return false }
            return !last.isFinite || last > Self.greatestRise * least
        }
        return Result(points: points, suggestion: Self.suggestion(points))
    }

    /// The steepest fall over a few points, before the least loss and after the first points, whose mean is of too few
    /// batches; to two digits, for more would say nothing.
    private static func suggestion(_ points: [Point]) -> Double? {
        let span = max(2, points.count / 20)
        let start = points.count / 5
        guard let least = points.indices.min(by: { points[$0].smoothLoss < points[$1].smoothLoss }),
            least - span >= start + span
        else { return nil }
        let slopes = (start + span...least - span).map { index in
            (index, points[index + span].smoothLoss - points[index - span].smoothLoss)
        }
        guard let steepest = slopes.min(by: { $0.1 < $1.1 }), steepest.1 < 0 else { return nil }
        return points[steepest.0].rate.rounded(toDigits: 2)
    }

    static func smooth(_ losses: [Double]) -> Double {
        var sum = 0.0
        var weight = 0.0
        for loss in losses {
            sum = sum * forgetting + loss
            weight = weight * forgetting + 1
        }
        return sum / weight
    }
}

extension Trainer {
    /// Takes steps at given rates, epoch after epoch, until there are enough or a step is refused.
    func losses(
        count: Int, rate: (Int) throws -> Double, isEnough: ([RateFinder.Point]) -> Bool
    ) throws -> [RateFinder.Point] {
        var points: [RateFinder.Point] = []
        var losses: [Double] = []
        while points.count < count {
            try startEpoch(points.count / batches.count)
            while points.count < count, let batch = try batches.nextBatch() {
                let rate = try rate(points.count)
                let figures: StepFigures
                do {
                    figures = try take(batch, number: points.count, rate: rate)
                } catch let error as NeuralNetError {
                    guard case .nonFinite = error.reason else { throw error }
                    return points
                }
                // A batch without a label that counts shows the loss of the one before.
                guard let loss = figures.count > 0 ? figures.loss : losses.last else { continue }
                losses.append(loss)
                points.append(RateFinder.Point(rate: rate, loss: loss, smoothLoss: RateFinder.smooth(losses)))
                if isEnough(points) { return points }
            }
        }
        return points
    }
}

extension Double {
    /// The nearest number of so many significant decimal digits.
    func rounded(toDigits count: Int) -> Double {
        guard self != 0, isFinite else { return self }
        let exponent = count - 1 - Int(log10(abs(self)).rounded(.down))
        // Dividing by a whole power gives 0.1 where multiplying by its inverse gives 0.1000...1.
        if exponent >= 0 { return (self * pow(10, Double(exponent))).rounded() / pow(10, Double(exponent)) }
        return (self / pow(10, Double(-exponent))).rounded() * pow(10, Double(-exponent))
    }
}
