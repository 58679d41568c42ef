import Autograd
import Datasets
import NeuralNet
import TensorCore

/// A figure of one's own that a training shows and records by epoch: a function of scores and targets.
///
/// In training it is the mean over the batches, each by its examples; in validation it is taken of all examples at once.
package final class TrainingFigure: @unchecked Sendable {
    package let name: String
    /// The source of the function, by which two are told apart when a run is resumed.
    package let text: String
    private let value: (_ scores: Variable, _ targets: Variable) throws -> Double

    package init(
        name: String, text: String, _ value: @escaping (_ scores: Variable, _ targets: Variable) throws -> Double
    ) {
        self.name = name
        self.text = text
        self.value = value
    }

    func callAsFunction(_ scores: Tensor, _ targets: Tensor) throws -> Double {
        try value(Variable(scores), Variable(targets))
    }

    /// What trainings record themselves.
    package static let takenNames: Set<String> = [
        "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "val_error_rate", "lr", "seconds",
    ]
}

/// A figure of an epoch by its name.
package struct NamedFigure: Equatable, Sendable {
    package let name: String
    package let value: Double
}

/// How often examples are drawn: in an epoch there are as many draws as examples, each with replacement.
package struct ExampleWeights: Equatable, Sendable {
    /// Tells the numbers from others.
    let fingerprint: String
    /// The sums of the weights up to each example; empty where only the fingerprint is known.
    private let sums: [Double]

    /// - Throws: `TrainingError.setting` for numbers that are negative or not finite, or all 0.
    package init(_ weights: [Double]) throws {
        var hash = ContentHash()
        var sum = 0.0
        sums = weights.map { weight in
            hash.add(weight)
            sum += weight
            return sum
        }
        fingerprint = hash.text
        if let wrong = weights.first(where: { !($0 >= 0 && $0.isFinite) }) {
            throw TrainingError.setting(
                name: "weights", reason: "has \(numberText(wrong)): they are numbers of at least 0")
        }
        guard sum > 0, sum.isFinite else {
            throw TrainingError.setting(name: "weights", reason: "has no example with a weight above 0")
        }
    }

    /// Each class of a dataset as often as any other.
    ///
    /// - Throws: `TrainingError.setting` where targets are not classes.
    package init(balancing dataset: Dataset) throws {
        guard let y = try dataset.y(), y.dtype == .int64, y.rank == 1 else {
            throw TrainingError.setting(name: "weights", reason: "is \"balanced\", and \(dataset.name) has no classes")
        }
        let labels = y.integers()
        let counts = labels.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        // Labels below 0, such as -100, say that the loss leaves the example out.
        try self.init(labels.map { $0 < 0 ? 0 : 1 / Double(counts[$0] ?? 1) })
    }

    /// Of a checkpoint.
    init(fingerprint: String) {
        self.fingerprint = fingerprint
        sums = []
    }

    package static func == (a: ExampleWeights, b: ExampleWeights) -> Bool { a.fingerprint == b.fingerprint }

    /// Refuses weights that are not those of a dataset's examples.
    package func check(_ dataset: Dataset) throws {
        guard !sums.isEmpty else { throw Checkpoint.refused("its examples were drawn by weights: give them again") }
        guard sums.count == dataset.count else {
            throw TrainingError.setting(
                name: "weights", reason: "has \(sums.count) numbers, and \(dataset.name) has \(dataset.count) examples")
        }
    }

    /// The examples of an epoch.
    package func order(_ key: RandomKey) throws -> [Int] {
        let total = sums.last ?? 0
        return try Tensor.uniform([sums.count], low: 0, high: 1, dtype: .float64, key: key).doubles().map { draw in
            let place = draw * total
            var (low, high) = (0, sums.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if sums[middle] > place { high = middle } else { low = middle + 1 }
            }
            return low
        }
    }
}
