import Autograd
import Datasets
import NeuralNet
import TensorCore

/// Where the time of a training step goes.
package struct Profile {
    package struct Row {
        /// The layers, by their paths, that one kernel or layer stands for: `conv1 + relu1 + maxpool1`.
        package let layers: String
        package let pass: StepTimes.Pass
        /// The mean over the steps that were kept.
        package let seconds: Double
        /// Nil where nothing is counted.
        package let work: Work?
    }

    package let rows: [Row]
    /// The mean time of a whole step, data included.
    package let stepSeconds: Double
    package let batchSize: Int
    /// Steps that were kept: the faster half of those that were taken.
    package let steps: Int
    package let rates: MachineRates
}

/// Takes some training steps of a copy of a model, and the time of every part.
package enum Profiler {
    /// - Parameters:
    ///   - duration: How long to take steps, in seconds; ten are taken in any case.
    /// - Throws: What `train` throws where model and dataset do not fit; `InterruptError`.
    package static func run(
        _ original: Model, _ given: Dataset, batchSize: Int, duration: Double = 0.5,
        shouldStop: () -> Bool = { Interrupt.isRequested }
    ) throws -> Profile {
        guard given.count > 0 else { throw TrainingError.noExamples(dataset: given.name) }
        let model = try original.cloned()
        let dataset = try Trainer.prepare(model, for: given, loss: nil)
        let size = min(batchSize, dataset.count)
        let objective = try Rehearsal.objective(nil, for: model, on: dataset, batchSize: size, isTraining: false)
        let optimizer = try Optimizer(OptimizerSettings(.adam()), for: model)
        let batches = try Batches(dataset, size: size, dropLast: true)
        let times = StepTimes()
        let training = dataset.task.step(model, dataset, objective, optimizer, figures: [], cut: .whole)
        let key = RandomKey(seed: 0)
        var taken: [(seconds: Double, entries: [StepTimes.Entry])] = []

        func step(_ number: Int) throws {
            times.start()
            let start = monotonicSeconds()
            guard let batch = try nextBatch(of: batches) else { return }
            times.mark(.data)
            let stepKey = key.child(UInt64(number))
            _ = try training(batch, learningRate: 1e-4, key: stepKey)
            taken.append((monotonicSeconds() - start, times.entries))
        }

        // The first steps make buffers.
        for number in 0..<3 { try step(number) }
        taken = []
        optimizer.times = times
        let start = monotonicSeconds()
        var number = 3
        while number < 13 || (monotonicSeconds() - start < duration && number < 10_000) {
            if shouldStop() { throw InterruptError() }
            try step(number)
            number += 1
        }
        // Others who use the machine make steps longer, never shorter.
        taken.sort { $0.seconds < $1.seconds }
        let kept = taken.prefix(max(1, taken.count / 2))
        guard let cost = try model.stepCost(batchSize: size), !kept.isEmpty else {
            throw TrainingError.noExamples(dataset: dataset.name)
        }
        let rows = RowSums(cost, model).rows(kept.map(\.entries))
        return Profile(
            rows: rows, stepSeconds: kept.reduce(0) { $0 + $1.seconds } / Double(kept.count), batchSize: size,
            steps: kept.count, rates: try MachineRates.measured())
    }

    private static func nextBatch(of batches: Batches) throws -> Batch? {
        if let batch = try batches.nextBatch() { return batch }
        try batches.restart()
        return try batches.nextBatch()
    }
}

/// Adds up what the stopwatch marked, part by part.
private struct RowSums {
    private let cost: StepCost
    private let paths: [ObjectIdentifier: String]

    init(_ cost: StepCost, _ model: Model) {
        self.cost = cost
        paths = Dictionary(model.layers.map { (ObjectIdentifier($0.layer), $0.path) }) { first, _ in first }
    }

    private struct Key: Hashable {
        let pass: StepTimes.Pass
        let layers: [ObjectIdentifier]
    }

    func rows(_ steps: [[StepTimes.Entry]]) -> [Profile.Row] {
        var sums: [Key: Double] = [:]
        var order: [Key] = []
        for entry in steps.joined() {
            let key = Key(pass: entry.pass, layers: entry.layers)
            if sums[key] == nil { order.append(key) }
            sums[key, default: 0] += entry.seconds
        }
        return order.map { key in
            Profile.Row(
                layers: name(key.layers), pass: key.pass, seconds: (sums[key] ?? 0) / Double(steps.count),
                work: work(key))
        }
    }

    private func name(_ layers: [ObjectIdentifier]) -> String {
        layers.map { paths[$0] ?? "model" }.joined(separator: " + ")
    }

    private func work(_ key: Key) -> Work? {
        let layers = key.layers.compactMap { module in
            cost.layers.first { ObjectIdentifier($0.module) == module }
        }
        switch key.pass {
        case .loss: return cost.loss
        case .optimizer: return cost.optimizer
        case .data: return nil
        case .backward: return layers.isEmpty ? nil : layers.reduce(Work()) { $0 + $1.backward }
        case .forward: return layers.isEmpty ? nil : layers.reduce(Work()) { $0 + $1.forward }
        }
    }
}
