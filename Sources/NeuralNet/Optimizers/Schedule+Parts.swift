import TensorCore

extension Schedule {
    /// Lowers the rate when `patience` epochs did not improve the figure by more than `threshold` of the best, and then
    /// waits `cooldown` epochs. PyTorch's `ReduceLROnPlateau`.
    ///
    /// The rate follows from the figures of the epochs that are done, so that a run which is resumed has the same one.
    package struct Plateau: Equatable, Sendable {
        package var factor: Double
        package var patience: Int
        package var threshold: Double
        package var cooldown: Int
        package var minimum: Double

        package init(
            factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, cooldown: Int = 0, minimum: Double = 0
        ) {
            self.factor = factor
            self.patience = patience
            self.threshold = threshold
            self.cooldown = cooldown
            self.minimum = minimum
        }

        /// - Parameter figures: Of the epochs in order; less is better.
        func rate(_ rate: Double, _ figures: [Double]) -> Double {
            var rate = rate
            var best = Double.infinity
            var worse = 0
            var waiting = 0
            for figure in figures {
                if figure < best - threshold * best.magnitude || best == .infinity && figure < best {
                    best = figure
                    worse = 0
                } else {
                    worse += 1
                }
                if waiting > 0 {
                    waiting -= 1
                    worse = 0
                }
                if worse > patience {
                    rate = max(rate * factor, min(minimum, rate))
                    waiting = cooldown
                    worse = 0
                }
            }
            return rate
        }
    }
}

/// A function of the script that gives the learning rate of a step.
package final class RateFunction: Equatable, @unchecked Sendable {
    /// By which two are told apart, when a run is resumed.
    package let text: String
    private let rate: (_ step: Int, _ epoch: Int) throws -> Double

    /// - Parameters:
    ///   - text: Its source.
    ///   - rate: Steps and epochs count from 0.
    package init(text: String, _ rate: @escaping (_ step: Int, _ epoch: Int) throws -> Double) {
        self.text = text
        self.rate = rate
    }

    /// - Throws: `NeuralNetError` `.setting` for what is no rate.
    func callAsFunction(_ step: Int, epoch: Int) throws -> Double {
        let rate = try rate(step, epoch)
        guard rate >= 0, rate.isFinite else {
            throw NeuralNetError(
                subject: "schedule",
                .setting(
                    name: "the rate that the function gives for step \(step) (epoch \(epoch))",
                    value: numberText(rate), expected: "a number of at least 0"))
        }
        return rate
    }

    package static func == (a: RateFunction, b: RateFunction) -> Bool { a.text == b.text }
}
