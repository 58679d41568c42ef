import Datasets
import NeuralNet
import TensorCore

/// How far a training has come, after a batch.
package struct TrainingProgress {
    /// Counted from 1.
    package let epoch: Int
    package let epochs: Int
    /// Batches of the epoch that are done.
    package let batch: Int
    package let batches: Int
    /// The mean over these batches.
    package let loss: Double
    package let samplesPerSecond: Double
    /// To the end of the last epoch.
    package let secondsLeft: Double
}

package enum TrainingEvent {
    case batch(TrainingProgress)
    case epoch(EpochFigures, epochs: Int)
}

/// Trains a model on a dataset.
///
///     let trainer = try Trainer(net, data.train, TrainingSettings(epochs: 20, batchSize: 8))
///     let run = try trainer.run { event in ... }
///
/// The order of examples in an epoch comes from (seed, epoch), their augmentation from (seed, epoch, place), dropout from
/// (seed, step): runs of equal settings give equal bits, stopped and resumed or not.
package final class Trainer {
    /// What is trained, as it stands.
    package let run: Run
    let dataset: Dataset
    /// What is evaluated after each epoch, as the model reads it.
    private let validation: Dataset?
    private let objective: Objective
    private let step: any TrainingStep
    let batches: Batches
    private let key: RandomKey
    /// What writes checkpoints, if any are wanted.
    package var checkpointer: Checkpointer?
    /// What stands in the checkpoints about model and data.
    lazy var description = RunDescription(run.model, dataset, validation: run.settings.validation)
    /// The learning rates of the next step, as it was planned and as it is, where resuming with other settings changes it.
    package private(set) var rateChange: (from: Double, to: Double)?
    /// The order of the epoch that a checkpoint has left under way.
    var orderUnderWay: [Int]?
    /// Whether all that the run tells of belongs to the steps that were taken: not where an error has cut one short.
    private var isBetweenSteps = true

    /// Prepares a new run: builds the model where it is not, and checks that model, loss and dataset fit.
    ///
    /// - Throws: `TrainingError`, `NeuralNetError` for shapes that do not go through the model.
    package convenience init(_ model: Model, _ dataset: Dataset, _ settings: TrainingSettings) throws {
        try settings.validate()
        guard dataset.count > 0 else { throw TrainingError.noExamples(dataset: dataset.name) }
        let dataset = try Trainer.prepare(model, for: settings.augmenting(dataset), loss: settings.loss)
        let objective = try Rehearsal.objective(
            settings.loss, for: model, on: dataset, batchSize: settings.batchSize, isTraining: true,
            dropsLast: settings.dropsLast, shards: settings.shards, figures: settings.figures)
        try self.init(
            Run(model, settings, loss: objective.loss, dataset: (dataset.name, dataset.count)), dataset, objective)
    }

    /// Makes the parameters that are not there yet.
    ///
    /// - Parameter coding: What a model without vocabularies reads pairs by; `nil`: their own.
    /// - Returns: The dataset as the model reads it.
    package static func prepare(
        _ model: Model, for dataset: Dataset, loss: Loss?, coding: TextCoding? = nil
    ) throws -> Dataset {
        let dataset = try model.reading(dataset, else: coding)
        try dataset.task.prepare(model, for: dataset, loss: loss)
        return dataset
    }

    /// Prepares to go on with a run that was stopped, or to add epochs to one that ended.
    ///
    /// - Parameter settings: Those of the run, with other epochs, validation, learning rate or schedule where wanted;
    ///   `nil`: as they are.
    /// - Throws: `TrainingError` `.resume` where dataset, model or a setting is not the run's, `.scheduleLasts`.
    package convenience init(
        resuming run: Run, _ model: Model, _ dataset: Dataset, _ settings: TrainingSettings? = nil
    ) throws {
        guard model === run.model else { throw TrainingError.resume(reason: "it trained another model") }
        try model.checkOwnership()
        guard dataset.count == run.exampleCount else {
            throw TrainingError.resume(
                reason: "it trained on \(run.exampleCount) examples of \(run.datasetName), and \(dataset.name) has "
                    + "\(dataset.count)")
        }
        let planned = run.settings
        if let settings {
            try settings.validate()
            try settings.checkSchedule(from: planned)
            if let difference = settings.difference(
                from: run.settings, loss: run.loss, except: ["lr", "schedule", "monitor", "best"])
            {
                throw TrainingError.resume(reason: difference)
            }
            run.settings = settings
            run.optimizer.learningRate = settings.optimizer.learningRate
        }
        guard run.position.epoch < run.settings.epochs else {
            throw TrainingError.resume(
                reason:
                    "its \(run.position.epoch) epochs are done; `epochs` counts these, too, so give a greater number")
        }
        if run.ending == .plateau { run.patienceStart = run.history.count }
        try self.init(run, dataset)
        try run.takeUpAgain()
        let step = run.position.epoch * batches.count + run.position.batch
        let rates = try [planned, run.settings].map {
            try $0.rate(at: step, stepsPerEpoch: batches.count, history: run.history)
        }
        if rates[0] != rates[1] { rateChange = (rates[0], rates[1]) }
    }

    /// - Parameter objective: What is minimised, where the model was tried with the dataset already.
    init(_ run: Run, _ dataset: Dataset, _ objective: Objective? = nil) throws {
        try run.model.checkOwnership()
        let dataset = try run.settings.augmenting(run.model.reading(dataset))
        self.run = run
        self.dataset = dataset
        let objective =
            try objective
            ?? Rehearsal.objective(
                run.loss, for: run.model, on: dataset, batchSize: run.settings.batchSize, isTraining: true,
                dropsLast: run.settings.dropsLast, shards: run.settings.shards)
        self.objective = objective
        let task = dataset.task
        if let validation = run.settings.validation {
            try task.check(validation: validation, of: dataset)
            let validation = try run.model.reading(validation, else: dataset.pairs?.coding)
            try Trainer.rehearse(run, validation)
            self.validation = validation
        } else {
            validation = nil
        }
        let settings = run.settings
        try Trainer.check(settings.monitor, run)
        try task.check(settings, on: dataset)
        try settings.weights?.check(dataset)
        step = task.step(
            run.model, dataset, objective, run.optimizer, figures: settings.figures,
            cut: settings.cut)
        batches = try Batches(dataset, size: settings.stepSize, dropLast: settings.dropsLast)
        guard batches.count > 0 else {
            throw TrainingError.setting(
                name: "drop_last",
                reason:
                    "leaves no step: \(dataset.name) has \(dataset.count) examples, and a step takes \(settings.stepSize)"
            )
        }
        key = RandomKey(seed: run.settings.seed).child(named: "train")
        try task.leave(dataset, with: run.model)
    }

    /// Checks that the model can be evaluated after an epoch.
    private static func rehearse(_ run: Run, _ validation: Dataset) throws {
        do {
            _ = try Rehearsal.objective(
                run.loss, for: run.model, on: validation, batchSize: Inference.batchSize, isTraining: false)
        } catch let error as TrainingError {
            throw TrainingError.validate(error)
        } catch let error as NeuralNetError {
            throw TrainingError.validation(dataset: validation.name, reason: error.message, help: error.help)
        } catch let error as TensorError {
            throw TrainingError.validation(dataset: validation.name, reason: error.message, help: error.help.first)
        }
    }

    /// Trains to the end, or until it is asked to stop or a step is refused.
    ///
    /// - Parameters:
    ///   - onEvent: Called after each batch and after each epoch.
    ///   - onEpoch: Called after each epoch with what it came to; false stops.
    ///   - shouldStop: Asked after each batch.
    /// - Returns: The run, which says how it ended.
    package func run(
        onEvent: (TrainingEvent) -> Void = { _ in }, onEpoch: (EpochFigures) throws -> Bool = { _ in true },
        shouldStop: () -> Bool = { Interrupt.isRequested }
    ) throws -> Run {
        run.ending = nil
        isBetweenSteps = true
        run.skippedBatches = 0
        run.model.trainedLoss = run.loss
        try checkRanks()
        do {
            run.ending = try trainEpochs(onEvent, onEpoch, shouldStop)
        } catch let error where isBetweenSteps && run.settings.peers == nil && (error is InterruptError || shouldStop())
        {
            // Heard while an epoch was drawn, a checkpoint written or a function of the script called.
            run.ending = .interrupted
        } catch {
            checkpointer?.finish()
            try? run.restoreBest()
            throw error
        }
        try saveAtEnd()
        try run.restoreBest()
        return run
    }

    private func trainEpochs(
        _ onEvent: (TrainingEvent) -> Void, _ onEpoch: (EpochFigures) throws -> Bool, _ shouldStop: () -> Bool
    ) throws -> Run.Ending {
        var clock = SessionClock(limit: run.settings.timeLimit)
        while run.position.epoch < run.settings.epochs {
            if run.position.batch == 0, run.hasReachedPlateau { return .plateau }
            if try agreed(clock.isOver) { return .outOfTime }
            if let ending = try trainEpoch(&clock, onEvent, shouldStop) ?? finishEpoch(&clock, onEvent, shouldStop) {
                return ending
            }
            if let figures = run.history.last, try agreed(!onEpoch(figures)) { return .stopped }
        }
        return .finished
    }

    /// The time of this session, for the rate and the time left.
    private struct SessionClock {
        let start = monotonicSeconds()
        var last: Double
        var steps = 0
        private let end: Double

        init(limit: Double?) {
            last = start
            end = start + (limit ?? .infinity)
        }

        /// Whether the time is over; never before the first step.
        var isOver: Bool { steps > 0 && last >= end }

        /// Seconds since the last call.
        mutating func lap() -> Double {
            let now = monotonicSeconds()
            defer { last = now }
            return now - last
        }

        var secondsPerStep: Double { (last - start) / Double(max(steps, 1)) }
    }

    /// Puts the examples in the order of an epoch, counted from 0.
    func startEpoch(_ epoch: Int, at batch: Int = 0) throws {
        batches.augmentationKey = key.child(named: "augment").child(UInt64(epoch))
        if let weights = run.settings.weights {
            return batches.restart(
                order: try weights.order(key.child(named: "order").child(UInt64(epoch))), at: batch)
        }
        let order = run.settings.shuffle ? key.child(named: "order").child(UInt64(epoch)) : nil
        try batches.restart(shuffle: order, at: batch)
    }

    /// Takes the step of a number, counted from 0 over all epochs.
    func take(_ batch: Batch, number: Int, rate: Double) throws -> StepFigures {
        try step(batch, learningRate: rate, key: key.child(named: "step").child(UInt64(number)))
    }

    /// Goes through the batches that the epoch has left; returns how the run ended, if it did.
    private func trainEpoch(
        _ clock: inout SessionClock, _ onEvent: (TrainingEvent) -> Void, _ shouldStop: () -> Bool
    ) throws -> Run.Ending? {
        let settings = run.settings
        let epoch = run.position.epoch
        run.batchesPerEpoch = batches.count
        try startEpoch(epoch, at: run.position.batch)
        if let known = orderUnderWay {
            batches.restart(order: known, at: run.position.batch)
            orderUnderWay = nil
        }
        while let batch = try batches.nextBatch() {
            let number = epoch * batches.count + batch.index
            let rate = try settings.rate(at: number, stepsPerEpoch: batches.count, history: run.history)
            let figures: StepFigures
            let stepCount = run.optimizer.stepCount
            do {
                figures = try take(batch, number: number, rate: rate)
            } catch let error as NeuralNetError {
                guard case .nonFinite(let found) = error.reason else { throw error }
                let part = try step.refusedPart(of: batch)
                return .notFinite(
                    NonFiniteReport(
                        error: error, epoch: epoch + 1, batch: batch.index + 1,
                        example: found.example(of: part.examples), datasetName: dataset.name,
                        lastLoss: run.position.lastLoss, rank: part.rank))
            } catch let error where error is InterruptError || shouldStop() {
                // A function of the script heard the request; mostly before the step has changed anything.
                guard run.optimizer.stepCount == stepCount else {
                    isBetweenSteps = false
                    throw error
                }
                return .interrupted
            }
            clock.steps += 1
            if figures.count == 0 { run.skippedBatches += 1 }
            run.position.add(figures, batch, rate: rate, seconds: clock.lap())
            onEvent(.batch(progress(clock)))
            let isDue = checkpointer?.isDue(afterBatch: number + 1) == true
            let agreed = try agreed([isDue, shouldStop(), clock.isOver])
            if agreed[0] { try save() }
            if agreed[1] { return .interrupted }
            // The last batch of an epoch is followed by its figures.
            if agreed[2], run.position.batch < batches.count { return .outOfTime }
        }
        return nil
    }

    /// Evaluates, and writes the epoch down; returns how the run ended, if it did.
    private func finishEpoch(
        _ clock: inout SessionClock, _ onEvent: (TrainingEvent) -> Void, _ shouldStop: () -> Bool
    ) throws -> Run.Ending? {
        var validation: Evaluation?
        if let dataset = self.validation {
            var isInterrupted = false
            do {
                validation = try Inference.evaluate(
                    run.model, dataset, by: objective, figures: run.settings.figures, shouldStop: shouldStop)
            } catch is InterruptError {
                isInterrupted = true
            }
            if try agreed(isInterrupted) { return .interrupted }
        }
        run.position.seconds += clock.lap()
        let position = run.position
        var figures = EpochFigures(
            epoch: position.epoch + 1, loss: position.loss, accuracy: position.accuracy,
            validationLoss: validation?.loss, validationAccuracy: validation?.accuracy,
            learningRate: position.learningRate, seconds: position.seconds,
            validationErrorRate: validation?.errorRate)
        figures.others =
            zip(run.settings.figures, position.figureSums).map { figure, sum in
                NamedFigure(name: figure.name, value: sum / Double(position.exampleCount))
            } + (validation?.others ?? []).map { NamedFigure(name: "val_\($0.name)", value: $0.value) }
        run.history.append(figures)
        run.position = Run.Position(epoch: position.epoch + 1, lastLoss: position.lastLoss)
        try run.keepIfBest()
        try checkRanks()
        if try agreed(checkpointer?.isDue(afterEpoch: run.position.epoch) == true) { try save() }
        onEvent(.epoch(figures, epochs: run.settings.epochs))
        return nil
    }

    private func progress(_ clock: SessionClock) -> TrainingProgress {
        let position = run.position
        let stepsLeft = (run.settings.epochs - position.epoch) * batches.count - position.batch
        return TrainingProgress(
            epoch: position.epoch + 1, epochs: run.settings.epochs, batch: position.batch, batches: batches.count,
            loss: position.loss, samplesPerSecond: Double(position.exampleCount) / max(position.seconds, 1e-9),
            secondsLeft: Double(stepsLeft) * clock.secondsPerStep)
    }
}

extension Run.Position {
    fileprivate mutating func add(_ figures: StepFigures, _ batch: Batch, rate: Double, seconds: Double) {
        self.batch = batch.index + 1
        lossSum += figures.lossSum
        targetCount += figures.count
        exampleCount += batch.count
        right += figures.hits?.right ?? 0
        for (place, figure) in figures.figures.enumerated() {
            if place == figureSums.count { figureSums.append(0) }
            figureSums[place] += figure * Double(batch.count)
        }
        answerCount = figures.hits.flatMap { hits in answerCount.map { $0 + hits.of } }
        learningRate = rate
        if figures.count > 0 { lastLoss = figures.loss }
        self.seconds += seconds
    }
}

extension NonFinite {
    /// The example of the dataset that the value belongs to: layers keep the batch on axis 0.
    fileprivate func example(of batch: Batch) -> Int? {
        switch place {
        case .input, .output, .lossGradient:
            guard let row = index.first, row < batch.count else { return nil }
            return batch.indices[batch.indices.startIndex + row]
        default: return nil
        }
    }
}
