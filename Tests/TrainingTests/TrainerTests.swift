import Autograd
import Datasets
import NeuralNet
import TensorCore
import Testing
import Training

struct TrainerTests {
    private let data: Dataset
    private let validation: Dataset

    init() throws {
        data = try points(90)
        validation = try points(30, seed: 2)
    }

    private func settings(epochs: Int = 4, _ change: (inout TrainingSettings) -> Void = { _ in }) -> TrainingSettings {
        var settings = TrainingSettings(
            epochs: epochs, batchSize: 8, optimizer: OptimizerSettings(.adam(), learningRate: 0.01),
            validation: validation, seed: 3)
        change(&settings)
        return settings
    }

    @Test func learnsAndWritesItDown() throws {
        let model = try classifier()
        let run = try train(model, data, settings(epochs: 15))
        #expect(run.ending == .finished)
        #expect(run.history.map(\.epoch) == Array(1...15))
        #expect(run.loss == .crossEntropy())
        let (first, last) = try (#require(run.history.first), #require(run.history.last))
        #expect(last.loss < first.loss / 3)
        #expect(try #require(last.accuracy) > 0.9)
        #expect(try #require(last.validationAccuracy) > 0.9)
        #expect(run.history.allSatisfy { $0.seconds > 0 && $0.learningRate == 0.01 })
        let best = try #require(run.bestEpoch?.validationAccuracy)
        #expect(run.history.allSatisfy { ($0.validationAccuracy ?? 1) <= best })
        #expect(
            run.columns.map(\.name) == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "lr", "seconds"])
        #expect(run.columns[1].values == run.history.map(\.loss))
        let evaluation = try Inference.evaluate(model, validation, shouldStop: { false })
        #expect(evaluation.loss == last.validationLoss)
        #expect(evaluation.accuracy == last.validationAccuracy)
    }

    @Test func sameSeedSameBits() throws {
        let models = try (0..<2).map { _ in try classifier() }
        let runs = try models.map { try train($0, data, settings()) }
        #expect(weights(models[0]) == weights(models[1]))
        #expect(runs[0].figures == runs[1].figures)
        let other = try classifier()
        try train(other, data, settings { $0.seed = 4 })
        #expect(weights(other) != weights(models[0]))
    }

    @Test func validationDoesNotChangeTraining() throws {
        let (a, b) = try (classifier(), classifier())
        try train(a, data, settings())
        try train(b, data, settings { $0.validation = nil })
        #expect(weights(a) == weights(b))
    }

    // MARK: Stopping and going on

    /// As where Ctrl-C is heard while a checkpoint is written or the next epoch is drawn.
    @Test func anInterruptBetweenEpochsKeepsTheRun() throws {
        let (whole, model) = (try classifier(), try classifier())
        try train(whole, data, settings())
        let run = try Trainer(model, data, settings()).run(
            onEpoch: { _ in throw InterruptError() }, shouldStop: { false })
        #expect(run.ending == .interrupted && run.progress == (1, 0))
        _ = try Trainer(resuming: run, model, data, settings()).run(shouldStop: { false })
        #expect(weights(model) == weights(whole))
    }

    /// Stops after each number of batches, in the middle of epochs, at their ends and in validation.
    @Test(arguments: [1, 5, 11, 12, 13, 25, 47]) func resumedEqualsUninterrupted(batches: Int) throws {
        let whole = try classifier()
        let expected = try train(whole, data, settings())

        let model = try classifier()
        let stop = StopAfter(batches)
        let run = try Trainer(model, data, settings()).run(shouldStop: { stop() })
        #expect(run.ending == .interrupted)
        #expect(weights(model) != weights(whole))
        #expect(run.history.count == run.progress.epochs)
        #expect(run.figures == Array(expected.figures.prefix(run.history.count)))

        let resumed = try Trainer(resuming: run, model, data).run(shouldStop: { false })
        #expect(resumed.ending == .finished)
        #expect(weights(model) == weights(whole))
        #expect(resumed.figures == expected.figures)
    }

    @Test func stopsAfterTheCurrentBatch() throws {
        let model = try classifier()
        let stop = StopAfter(3)
        var batches = 0
        let run = try Trainer(model, data, settings()).run { event in
            if case .batch = event { batches += 1 }
        } shouldStop: {
            stop()
        }
        #expect(batches == 3)
        #expect(run.progress == (0, 3))
        #expect(run.history == [])
        #expect(run.bestEpoch == nil)
        #expect(run.columns.allSatisfy { $0.values.isEmpty })
    }

    @Test func aRunCanBeMadeLonger() throws {
        let (long, short) = try (classifier(), classifier())
        let expected = try train(long, data, settings(epochs: 5))
        let run = try train(short, data, settings(epochs: 2))
        let resumed = try Trainer(resuming: run, short, data, settings(epochs: 5)).run(shouldStop: { false })
        #expect(weights(long) == weights(short))
        #expect(resumed.figures == expected.figures)
    }

    @Test func resumeRefusesWhatIsNotTheRuns() throws {
        let model = try classifier()
        let run = try train(model, data, settings(epochs: 1))
        func message(_ body: () throws -> Trainer) throws -> String {
            try #require(throws: TrainingError.self) { _ = try body() }.message
        }
        let longer = settings(epochs: 2)
        #expect(
            try message { try Trainer(resuming: run, model, data) }
                == "the run cannot be resumed: its 1 epochs are done; `epochs` counts these, too, so give a greater number"
        )
        #expect(
            try message { try Trainer(resuming: run, classifier(), data, longer) }
                == "the run cannot be resumed: it trained another model")
        #expect(
            try message { try Trainer(resuming: run, model, validation, longer) }
                == "the run cannot be resumed: it trained on 90 examples of points, and points has 30")
        for (name, changed) in [
            ("batch was 8, and is 9 now", settings(epochs: 2) { $0.batchSize = 9 }),
            ("seed was 3, and is 9 now", settings(epochs: 2) { $0.seed = 9 }),
            ("shuffle was true, and is false now", settings(epochs: 2) { $0.shuffle = false }),
            ("loss was cross_entropy, and is mse now", settings(epochs: 2) { $0.loss = .mse() }),
            (
                "optimizer was adam, and is sgd now",
                settings(epochs: 2) { $0.optimizer = OptimizerSettings(.sgd()) }
            ),
        ] {
            #expect(
                try message { try Trainer(resuming: run, model, data, changed) }
                    == "the run cannot be resumed: \(name)")
        }
    }

    // MARK: Progress

    @Test func reportsEachBatchAndEpoch() throws {
        var batches: [TrainingProgress] = []
        var epochs: [EpochFigures] = []
        let run = try Trainer(classifier(), data, settings(epochs: 2)).run { event in
            switch event {
            case .batch(let progress): batches.append(progress)
            case .epoch(let figures, let total):
                #expect(total == 2)
                epochs.append(figures)
            }
        } shouldStop: {
            false
        }
        #expect(epochs == run.history)
        #expect(batches.map(\.batch) == Array(1...12) + Array(1...12))
        #expect(batches.map(\.epoch) == [Int](repeating: 1, count: 12) + [Int](repeating: 2, count: 12))
        #expect(batches.allSatisfy { $0.batches == 12 && $0.epochs == 2 && $0.samplesPerSecond > 0 })
        #expect(batches[11].loss == epochs[0].loss)
        #expect(batches[0].secondsLeft > 0)
        #expect(batches[23].secondsLeft == 0)
    }

    @Test func theScheduleSetsEachStepsRate() throws {
        let run = try train(
            classifier(), data,
            settings(epochs: 3) { $0.schedule = Schedule(.step(every: .epochs(1), factor: 0.5)) })
        #expect(run.history.map(\.learningRate) == [0.01, 0.005, 0.0025])
    }

    /// The loss of each first batch of an epoch, for weights that do not change.
    private func firstLosses(_ model: Model, shuffle: Bool) throws -> [Double] {
        var losses: [Double] = []
        let still = settings(epochs: 3) {
            $0.shuffle = shuffle
            $0.optimizer = OptimizerSettings(.sgd(), learningRate: 0)
        }
        _ = try Trainer(model, data, still).run { event in
            if case .batch(let progress) = event, progress.batch == 1 { losses.append(progress.loss) }
        } shouldStop: {
            false
        }
        return losses
    }

    @Test func eachEpochHasAnOrderOfItsOwnUnlessTold() throws {
        func linear() throws -> Model {
            let model = Model("net", place: ModulePlace(key: RandomKey(seed: 1)))
            try model.add(Linear(3))
            return model
        }
        #expect(Set(try firstLosses(linear(), shuffle: false)).count == 1)
        #expect(Set(try firstLosses(linear(), shuffle: true)).count == 3)
    }

    @Test func eachStepDropsOutOtherValues() throws {
        #expect(Set(try firstLosses(classifier(), shuffle: false)).count == 3)
    }

    // MARK: Losses

    @Test func choosesTheLossByTargetsAndModel() throws {
        #expect(
            try train(classifier(ending: [Softmax(axis: 1, isLog: true)]), data, settings(epochs: 1)).loss == .nll())
        let numbers = try Dataset(x: data.x(), y: Tensor((0..<90).map { Float($0) / 90 }, shape: [90, 1]))
        let regression = Model("net", place: ModulePlace(key: RandomKey(seed: 1)))
        try regression.add(Linear(1))
        let run = try train(regression, numbers, settings(epochs: 3) { $0.validation = nil })
        #expect(run.loss == .mse())
        #expect(run.history.last?.accuracy == nil)
        #expect(run.columns.map(\.name) == ["epoch", "loss", "lr", "seconds"])
        #expect(run.bestEpoch == run.history.min { $0.loss < $1.loss })
    }

    @Test func oneNumberForEachExampleStandsForAColumn() throws {
        let flat = try Dataset(x: data.x(), y: Tensor((0..<90).map { Float($0) / 90 }))
        let column = try Dataset(x: data.x(), y: Tensor((0..<90).map { Float($0) / 90 }, shape: [90, 1]))
        var losses: [[Double]] = []
        for dataset in [flat, column] {
            let model = Model("net", place: ModulePlace(key: RandomKey(seed: 1)))
            try model.add(Linear(1))
            losses.append(try train(model, dataset, settings(epochs: 2) { $0.validation = nil }).history.map(\.loss))
        }
        #expect(losses[0] == losses[1])
    }

    @Test func labelsServeAsNumbersForOtherLosses() throws {
        let binary = try Dataset(x: data.x(), y: Tensor((0..<90).map { Int64($0 % 3 == 0 ? 1 : 0) }))
        let model = Model("net", place: ModulePlace(key: RandomKey(seed: 1)))
        try model.add(Linear(1))
        let run = try train(
            model, binary,
            settings(epochs: 30) {
                $0.loss = .bce(withLogits: true)
                $0.validation = binary
                $0.optimizer.learningRate = 0.1
            })
        #expect(try #require(run.history.last?.validationAccuracy) > 0.95)
    }

    @Test func refusesWhatDoesNotFit() throws {
        func error(_ model: Model, _ data: Dataset, _ settings: TrainingSettings) throws -> TrainingError {
            try #require(throws: TrainingError.self) { try train(model, data, settings) }
        }
        let softmax = try error(classifier(ending: [Softmax(axis: 1)]), data, settings())
        #expect(
            softmax.message
                == "cross_entropy takes scores of any size (logits), and the model ends in softmax1, which gives "
                + "probabilities")
        #expect(softmax.help == "leave out the last softmax, or put log_softmax in its place")
        let nll = try error(classifier(), data, settings { $0.loss = .nll() })
        #expect(
            nll.message == "nll takes logarithms of probabilities, and the model ends in linear2, which gives scores")
        let many = try Dataset(x: data.x(), y: Tensor((0..<90).map { Int64($0 % 5) }), name: "five")
        #expect(
            try error(classifier(), many, settings()).message == "five has the label 4, and the model has 3 outputs")
        #expect(
            try error(classifier(), many, settings()).help
                == "end the model with linear 5, or more: labels count from 0")
        let numbers = try Dataset(x: data.x(), y: Tensor((0..<90).map { Int64.max - Int64($0) }), name: "numbers")
        #expect(numbers.labels == nil && numbers.classCounts == nil)
        #expect(
            try error(classifier(), numbers, settings()).help == "for targets that are not classes, use loss=\"mse\"")
        let negative = try Dataset(x: data.x(), y: Tensor((0..<90).map { Int64($0 % 3 - 1) }), name: "odd")
        #expect(try error(classifier(), negative, settings()).message == "odd has the label -1")
        let bare = try Dataset(x: data.x(), y: nil, name: "bare")
        #expect(try error(classifier(), bare, settings()).message == "bare has no targets (y) to compare with")
        #expect(try error(classifier(), data.taking(0), settings()).message == "points has no examples")
        #expect(
            try error(classifier(), data, settings { $0.validation = bare }).message.hasPrefix(
                "validate: bare has no targets"))
        #expect(
            try error(classifier(), data, settings { $0.epochs = 0 }).message
                == "epochs is 0, and must be from 1 to 1000000")
        #expect(
            try error(classifier(), data, settings { $0.batchSize = -1 }).message
                == "batch is -1, and must be at least 1")
        #expect(throws: NeuralNetError.self) {
            try train(classifier(), data, settings { $0.optimizer.learningRate = -1 })
        }
    }

    @Test func aModelMadeForOtherInputsIsRefusedBeforeTraining() throws {
        let model = try classifier()
        try model.build(sampleShapes: [[5]])
        let before = weights(model)
        #expect(throws: NeuralNetError.self) { try train(model, data, settings()) }
        #expect(weights(model) == before)
    }

    // MARK: What is not finite

    @Test func anExampleThatIsNotFiniteStopsBeforeTheWeights() throws {
        var x = try data.x().copy()
        try x.set([.index(50), .index(1)], to: .scalar(.nan))
        let bad = try Dataset(x: x, y: data.y(), name: "bad")
        let model = try classifier()
        let found = try #require(throws: TrainingError.self) {
            try train(model, bad, settings { $0.validation = nil })
        }
        guard case .badExample(_, let example, let place, let dataset) = found else {
            Issue.record("the training was refused by \(found)")
            return
        }
        #expect(example == 50 && place == "feature 1" && dataset == "bad")
        #expect(model.parameters.allSatisfy { $0.value.doubles().allSatisfy(\.isFinite) })
    }

    @Test func aRateThatIsTooGreatEndsInAReport() throws {
        let numbers = try Dataset(x: data.x(), y: Tensor((0..<90).map { Float($0) }, shape: [90, 1]))
        let model = Model("net", place: ModulePlace(key: RandomKey(seed: 1)))
        try model.add(Linear(1))
        let run = try train(
            model, numbers,
            settings(epochs: 100) {
                $0.validation = nil
                $0.optimizer = OptimizerSettings(.sgd(), learningRate: 1e6)
            })
        guard case .notFinite(let report)? = run.ending else {
            Issue.record("the run ended as \(String(describing: run.ending))")
            return
        }
        #expect(report.help?.contains("smaller lr") == true)
        #expect(model.parameters.allSatisfy { $0.value.doubles().allSatisfy(\.isFinite) })
    }

    /// A step may be carried out by other means; what it is given is the same.
    @Test func batchesAndOptimizersServeLoopsByHand() throws {
        let model = try classifier()
        try model.build(sampleShapes: [[2]])
        let optimizer = try Optimizer(OptimizerSettings(.adam(), learningRate: 0.02), for: model)
        let key = RandomKey(seed: 5)
        var losses: [Double] = []
        for epoch in 0..<10 {
            let batches = try Batches(data, size: 16, shuffle: key.child(UInt64(epoch)))
            while let batch = try batches.nextBatch() {
                let y = try #require(batch.y)
                let report = try optimizer.step(key: key.child(UInt64(losses.count)).child(1)) { context in
                    try Loss.crossEntropy()(model(Variable(batch.x), context), Variable(y))
                }
                losses.append(report.loss)
            }
        }
        #expect(try #require(losses.last) < losses[0] / 2)
    }
}
