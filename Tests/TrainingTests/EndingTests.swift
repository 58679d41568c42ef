import Autograd
import Datasets
import NeuralNet
import TensorCore
import Testing
import Training

/// Early stopping, best weights, time budgets, the search for a rate.
struct EndingTests {
    private let data: Dataset
    private let validation: Dataset

    init() throws {
        data = try points(90)
        validation = try points(30, seed: 2)
    }

    private func settings(_ change: (inout TrainingSettings) -> Void = { _ in }) -> TrainingSettings {
        var settings = TrainingSettings(
            epochs: 30, batchSize: 8, optimizer: OptimizerSettings(.adam(), learningRate: 0.1), validation: validation,
            seed: 3)
        settings.monitor = .validationLoss
        change(&settings)
        return settings
    }

    private func loss(_ model: Model) throws -> Double {
        try Inference.evaluate(model, validation, shouldStop: { false }).loss
    }

    // MARK: Patience

    @Test func stopsWhenNothingIsBetter() throws {
        let free = try train(classifier(), data, settings())
        let run = try train(classifier(), data, settings { $0.patience = 4 })
        #expect(run.ending == .plateau)
        #expect(run.figures == Array(free.figures.prefix(run.history.count)))
        let losses = run.history.compactMap(\.validationLoss)
        let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
        #expect(run.history.count == best + 1 + 4)
        #expect(run.bestEpoch?.epoch == best + 1)
        // No earlier epoch had as many after it without anything better.
        for end in 5..<run.history.count {
            let first = try #require(losses[..<end].indices.min { losses[$0] < losses[$1] })
            #expect(end - first - 1 < 4)
        }
    }

    @Test func goingOnCountsAnew() throws {
        let model = try classifier()
        let run = try train(model, data, settings { $0.patience = 2 })
        let count = run.history.count
        #expect(run.ending == .plateau && count < 28)
        let more = try Trainer(resuming: run, model, data).run(shouldStop: { false })
        #expect(more.history.count >= min(count + 2, 30))
        let free = try train(classifier(), data, settings())
        #expect(more.figures == Array(free.figures.prefix(more.history.count)))
    }

    // MARK: Best weights

    /// Lets everything through, until it is told to fail.
    private final class Fuse: Layer {
        struct Blown: Error {}
        let ownership = Ownership()
        var place = ModulePlace()
        var isBlown = false
        var kind: String { "fuse" }

        func outputShape(_ input: [Int]) throws -> [Int] { input }
        func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
            if isBlown, context.isTraining { throw Blown() }
            return input
        }
        func cloned(_ copies: ModuleCopies) throws -> any Module { Fuse() }
    }

    @Test func bestWeightsAfterAnError() throws {
        let model = try classifier()
        let fuse = Fuse()
        try model.add(fuse)
        var figures: [EpochFigures] = []
        let trainer = try Trainer(model, data, settings { $0.restoresBest = true })
        #expect(throws: Fuse.Blown.self) {
            try trainer.run { event in
                if case .epoch(let epoch, _) = event { figures.append(epoch) }
                fuse.isBlown = figures.count == 9
            } shouldStop: {
                false
            }
        }
        let losses = figures.compactMap(\.validationLoss)
        #expect(losses.count == 9)
        #expect(try loss(model) == losses.min())
    }

    /// However training ends, the model is the one of the best epoch.
    @Test(arguments: ["done", "patience", "stop", "time", "not finite"]) func bestWeights(ending: String) throws {
        let model = try classifier()
        let trainer = try Trainer(
            model, data,
            settings {
                $0.restoresBest = true
                if ending == "patience" { $0.patience = 3 }
                if ending == "time" { $0.timeLimit = 1e-9 }
            })
        let stop = StopAfter(12 * 9 + 5)
        var epochs = 0
        var run: Run
        switch ending {
        case "time":
            // The first call ends after its first batch; the next ones go on from there.
            run = try trainer.run(shouldStop: { false })
            #expect(run.ending == .outOfTime && run.progress == (0, 1))
            while run.history.count < 9 {
                run = try Trainer(resuming: run, model, data).run(shouldStop: { false })
            }
        case "not finite":
            let weight = try #require(model.parameters.first)
            run = try trainer.run { event in
                if case .epoch(let figures, _) = event { epochs = figures.epoch }
                if epochs == 9 {
                    // A weight that becomes NaN between two steps, as no step would make it.
                    try? weight.set(Tensor.full(weight.shape, .nan), path: "w")
                }
            } shouldStop: {
                false
            }
            guard case .notFinite(let report) = run.ending else {
                Issue.record("ended by \(String(describing: run.ending))")
                return
            }
            #expect(report.message.contains("after a loss of "))
            #expect(report.lastLoss != nil)
        default: run = try trainer.run(shouldStop: { ending == "stop" && stop() })
        }
        let best = try #require(run.bestEpoch)
        #expect(run.restoredEpoch == best.epoch)
        #expect(try loss(model) == best.validationLoss)
        #expect(try run.history.allSatisfy { try #require($0.validationLoss) >= #require(best.validationLoss) })
    }

    @Test func goingOnTakesTheWeightsOfTheStop() throws {
        let whole = try classifier()
        let expected = try train(whole, data, settings { $0.restoresBest = true })
        for batches in [40, 12 * 9 + 5, 12 * 20] {
            let model = try classifier()
            let stop = StopAfter(batches)
            let run = try Trainer(model, data, settings { $0.restoresBest = true }).run(shouldStop: { stop() })
            #expect(try loss(model) == run.bestEpoch?.validationLoss)
            let more = try Trainer(resuming: run, model, data).run(shouldStop: { false })
            #expect(more.figures == expected.figures)
            #expect(weights(model) == weights(whole))
        }
    }

    @Test func lastWeightsUnlessAsked() throws {
        let model = try classifier()
        let run = try train(model, data, settings())
        #expect(run.restoredEpoch == nil)
        #expect(try loss(model) == run.history.last?.validationLoss)
    }

    @Test(arguments: Metric.allCases.filter { $0 != .validationErrorRate }) func anyFigureCanDecide(_ metric: Metric)
        throws
    {
        let run = try train(classifier(), data, settings { $0.monitor = metric })
        let values = run.history.compactMap { metric.value(of: $0) }
        #expect(metric.value(of: try #require(run.bestEpoch)) == (metric.isAccuracy ? values.max() : values.min()))
    }

    @Test func figuresThatThereWillNotBe() throws {
        func message(_ data: Dataset, _ change: (inout TrainingSettings) -> Void) throws -> String {
            try #require(throws: TrainingError.self) { try Trainer(classifier(), data, settings(change)) }.message
        }
        #expect(
            try message(data) { $0.validation = nil }
                == "monitor is \"val_loss\", and there is no validation data: give `validate`")
        #expect(
            try message(data) { $0.monitor = .validationErrorRate }
                == "monitor is \"val_error_rate\", and the examples are not pairs of sentences")
        let numbers = try Dataset(x: data.x(), y: Tensor.zeros([90, 3]))
        #expect(
            try message(numbers) {
                $0.validation = nil
                $0.monitor = .accuracy
            } == "monitor is \"accuracy\", and with the loss mse there is none")
        #expect(try message(data) { $0.patience = 0 } == "patience is 0, and must be at least 1")
        #expect(try message(data) { $0.timeLimit = 0 } == "time must be more than 0 seconds")
    }

    // MARK: Time

    @Test func timeEndsAfterABatch() throws {
        let model = try classifier()
        let run = try train(
            model, data,
            settings {
                $0.epochs = 1_000_000
                $0.timeLimit = 0.2
            })
        #expect(run.ending == .outOfTime)
        let seconds = run.history.reduce(0) { $0 + $1.seconds }
        #expect(seconds < 5)
    }

    // MARK: The search for a rate

    private func digest(_ model: Model, _ optimizer: Optimizer) throws -> [UInt64] {
        let state = try model.stateDictionary() + optimizer.state()
        return state.flatMap { $0.value.doubles().map(\.bitPattern) }
    }

    @Test(arguments: ["done", "stop", "error"]) func leavesEverythingAsItWas(_ ending: String) throws {
        let model = try classifier()
        try model.add(BatchNorm())
        try model.build(sampleShapes: [[2]])
        let optimizer = try Optimizer(OptimizerSettings(.adam(), learningRate: 0.01), for: model)
        func step(_ number: UInt64) throws {
            _ = try optimizer.step(key: RandomKey(seed: number)) { context in
                try Loss.crossEntropy()(model(Variable(data.x()), context), Variable(try #require(try data.y())))
            }
        }
        for number in 0..<3 { try step(UInt64(number)) }
        let before = try digest(model, optimizer)
        var asked = 0
        func goesOn() -> Bool {
            asked += 1
            return asked < 9
        }
        struct Stopped: Error {}
        var finder = RateFinder()
        finder.steps = 40
        let run = {
            try finder.run(model, self.data, TrainingSettings(batchSize: 8, seed: 1)) { number in
                if ending == "error", number == 7 { throw Stopped() }
                if ending == "stop", number == 7 { #expect(try self.digest(model, optimizer) != before) }
            } shouldStop: {
                ending == "stop" && !goesOn()
            }
        }
        switch ending {
        case "stop": #expect(throws: InterruptError.self) { try run() }
        case "error": #expect(throws: Stopped.self) { try run() }
        default: #expect(try run().points.count > 20)
        }
        #expect(try digest(model, optimizer) == before)
        // And the next step is the one that it would have been.
        try step(3)
        let after = try digest(model, optimizer)
        let other = try classifier()
        try other.add(BatchNorm())
        try other.build(sampleShapes: [[2]])
        let others = try Optimizer(OptimizerSettings(.adam(), learningRate: 0.01), for: other)
        for number in 0..<4 {
            _ = try others.step(key: RandomKey(seed: UInt64(number))) { context in
                try Loss.crossEntropy()(other(Variable(data.x()), context), Variable(try #require(try data.y())))
            }
        }
        #expect(try digest(other, others) == after)
    }

    @Test func findsARateThatLearns() throws {
        let model = try classifier()
        let result = try RateFinder().run(
            model, data, TrainingSettings(batchSize: 8, seed: 1), shouldStop: { false })
        #expect(!model.isBuilt)
        let rates = result.points.map(\.rate)
        #expect(rates == rates.sorted() && abs(rates[0] - 1e-7) < 1e-12)
        #expect(
            try result.points
                == RateFinder().run(model, data, TrainingSettings(batchSize: 8, seed: 1), shouldStop: { false }).points)
        let rate = try #require(result.suggestion)
        #expect(rate > 1e-4 && rate < 1)
        let run = try train(classifier(), data, settings { $0.optimizer.learningRate = rate })
        #expect(try #require(run.bestEpoch?.validationLoss) < 0.3)
    }

    @Test func refusesOddSearches() throws {
        for (low, high, steps) in [(0, 1, 20), (1, 1, 20), (1e-5, .infinity, 20), (.nan, 1, 20), (1e-5, 1, 5)] {
            var finder = RateFinder()
            (finder.lowest, finder.highest, finder.steps) = (low, high, steps)
            #expect(throws: TrainingError.self) {
                try finder.run(classifier(), data, TrainingSettings(), shouldStop: { false })
            }
        }
    }
}
