import Autograd
import Datasets
import NeuralNet
import TensorCore

/// A loss together with how a dataset's targets are brought to it, and how right answers are counted.
package struct Objective {
    package let loss: Loss
    private let perTarget: Loss

    /// For pairs of sentences.
    static let ofSentences = Objective(.crossEntropy())

    private init(_ loss: Loss) {
        self.loss = loss
        perTarget = Loss(loss.function, reduction: .none)
    }

    /// Chooses what `model` is measured by on `dataset`, and checks that the two fit.
    ///
    /// - Parameters:
    ///   - loss: `nil`: for whole numbers where the model has one output for each, the binary cross entropy if all are 0 or
    ///     1, else the mean squared error; for other whole numbers, which are classes, cross entropy (nll where the model
    ///     ends in log_softmax); for fractions, the mean squared error.
    ///   - output: The shape of what the model gives for a batch.
    /// - Throws: `TrainingError` `.noTargets`, `.softmaxBeforeLoss`, `.logitsForNLL`, `.labelBeyondOutputs`,
    ///   `.negativeLabel`, `.noLabelCounts`, `.badTarget`.
    init(_ loss: Loss?, for model: Model, on dataset: Dataset, output: [Int]) throws {
        guard let targets = try dataset.firstTargets() else { throw TrainingError.noTargets(dataset: dataset.name) }
        if let script = loss?.script {
            self.init(Loss(Self.counting(script, targets, output)))
            if ignoresAll(targets), let ignored = self.loss.ignoreIndex {
                throw TrainingError.noLabelCounts(label: ignored, dataset: dataset.name)
            }
            return
        }
        let last = model.lastLayer
        let chosen = loss ?? Self.usual(for: targets, of: dataset, output: output, last: last?.layer.kind)
        if let last {
            let misfit = type(of: chosen.function).misfits.first { $0.layer == last.layer.kind }
            switch misfit?.reason {
            case .appliedTwice: throw TrainingError.softmaxBeforeLoss(layer: last.path, loss: chosen.name)
            case .noLogarithms: throw TrainingError.logitsForNLL(layer: last.path)
            case nil: break
            }
        }
        self.init(chosen)
        try check(targets, of: dataset, output)
    }

    /// A function of the script, with right answers counted where targets are classes that the model has scores of.
    private static func counting(_ script: ScriptLoss, _ targets: Tensor, _ output: [Int]) -> ScriptLoss {
        var script = script
        let areClasses = targets.dtype == .int64 && targets.rank == 1 && output.count == 2 && output[1] > 1
        let isLabel = 0..<(areClasses ? output[1] : 0)
        // The number that the losses of classes leave out unless they are told another.
        let ignored = -100
        script.answers =
            areClasses && targets.integers().allSatisfy { isLabel.contains($0) || $0 == ignored }
            ? .classes(ignoring: ignored) : .numbers
        return script
    }

    private static func usual(for targets: Tensor, of dataset: Dataset, output: [Int], last: String?) -> Loss {
        guard targets.dtype == .int64 else { return .mse() }
        if isOneForEach(output, targets.shape) {
            if targets.integers().allSatisfy({ $0 == 0 || $0 == 1 }) { return .bce(withLogits: last != "sigmoid") }
            if dataset.classNames == nil { return .mse() }
        }
        return last == "log_softmax" ? .nll() : .crossEntropy()
    }

    /// Whether a model gives one number for each target, be it on an axis of its own.
    private static func isOneForEach(_ output: [Int], _ targets: [Int]) -> Bool {
        let batch = Array(targets.prefix(1))
        return [targets, targets + [1], batch + [1] + targets.dropFirst()].contains(batch + output.dropFirst())
    }

    /// Whether each target is a whole number that goes with one score, and no class.
    private func hasSingleScores(_ output: [Int], _ targets: Tensor) -> Bool {
        let known = loss.function.singleScoreTargets
        return !known.isEmpty && Self.isOneForEach(output, targets.shape)
            && targets.integers().allSatisfy(known.contains)
    }

    /// Targets that no loss can be taken of are found before the first step, not in the middle of an epoch.
    private func check(_ targets: Tensor, of dataset: Dataset, _ output: [Int]) throws {
        if loss.takesClasses, targets.dtype == .int64 {
            if hasSingleScores(output, targets) { return }
            let known = loss.function.singleScoreTargets
            if !known.isEmpty, Self.isOneForEach(output, targets.shape),
                let place = targets.integers().firstIndex(where: { !known.contains($0) })
            {
                let example = place / max(targets.shape.dropFirst().reduce(1, *), 1)
                throw TrainingError.badTarget(
                    value: Double(targets.integers()[place]), example: example, dataset: dataset.name, loss: loss.name)
            }
            return try checkLabels(targets.integers(), of: dataset, output, targets.shape)
        }
        let range =
            loss.function.targetRange ?? -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
        guard let place = targets.doubles().firstIndex(where: { !range.contains($0) }) else { return }
        let example = place / max(targets.shape.dropFirst().reduce(1, *), 1)
        throw TrainingError.badTarget(
            value: try targets.flatten().at([.index(place)]).item(), example: example, dataset: dataset.name,
            loss: loss.name)
    }

    private func checkLabels(_ labels: [Int], of dataset: Dataset, _ output: [Int], _ shape: [Int]) throws {
        let counted = labels.filter { $0 != loss.ignoreIndex }
        guard let least = counted.min(), let greatest = counted.max() else {
            throw TrainingError.noLabelCounts(label: loss.ignoreIndex ?? 0, dataset: dataset.name)
        }
        if least < 0 { throw TrainingError.negativeLabel(label: least, dataset: dataset.name) }
        guard output.count > 1 else { return }
        let classCount = output[try classAxis(output, labels: shape)]
        if greatest >= classCount {
            throw TrainingError.labelBeyondOutputs(label: greatest, outputs: classCount, dataset: dataset.name)
        }
    }

    private func classAxis(_ output: [Int], labels: [Int]) throws -> Int {
        let axis = Objective.classAxis(output, labels: labels)
        let steps = labels.count == 2 ? labels[1] : 1
        guard axis == 1 || output[1] == steps else {
            throw TrainingError.stepCount(output: output[1], labels: steps)
        }
        return axis
    }

    /// The axis of the classes in an output of this shape, 1 or 2.
    ///
    /// Sequences have their classes last, `[N, steps, classes]`, as recurrent and linear layers give them, unless labels
    /// `[N, steps]` say that the steps are; images have them first, `[N, classes, ...]`, as `crossEntropy` takes them.
    ///
    /// - Parameter labels: Their shape, if there are any; `[N]` is one step.
    package static func classAxis(_ output: [Int], labels: [Int]?) -> Int {
        guard output.count == 3 else { return 1 }
        guard let labels, labels.count <= 2 else { return 2 }
        let steps = labels.count == 2 ? labels[1] : 1
        return output[1] != steps && output[2] == steps ? 1 : 2
    }

    /// Scores of all steps of a batch and their classes, or their shares of the classes, as those of a batch of steps;
    /// others as they are.
    private func flattened(_ prediction: Variable, _ y: Tensor) throws -> (prediction: Variable, y: Tensor) {
        guard loss.takesClasses, prediction.rank == 3 else { return (prediction, y) }
        let areClasses = y.dtype == .int64 && y.rank <= 2
        guard try areClasses ? classAxis(prediction.shape, labels: y.shape) == 2 : y.shape == prediction.shape else {
            return (prediction, y)
        }
        let classCount = prediction.shape[2]
        return (try prediction.reshape([-1, classCount]), try y.reshape(areClasses ? [-1] : [-1, classCount]))
    }

    /// The losses of a batch.
    func losses(_ prediction: Variable, _ y: Tensor) throws -> BatchLosses {
        if loss.script != nil {
            let isOther = y.dtype.isFloatingPoint && y.dtype != prediction.dtype
            let each = try perTarget(prediction, Variable(isOther ? y.cast(to: prediction.dtype) : y))
            let examples = y.shape.first ?? 1
            guard each.rank == 0 || each.count == examples || each.count == y.count else {
                throw TrainingError.setting(
                    name: "loss",
                    reason:
                        "gives a tensor of shape \(each.shape) for targets of shape \(y.shape): it gives one number, "
                        + "as with mean(), or one for each example")
            }
            return BatchLosses(
                each: each, count: each.rank == 0 ? countedTargets(y) : each.count, isMean: each.rank == 0)
        }
        let (prediction, y) = try flattened(prediction, y)
        let losses = try perTarget(prediction, target(y, for: prediction))
        return BatchLosses(each: losses, count: losses.count - ignoredCount(y))
    }

    /// The targets of a batch that count.
    func countedTargets(_ y: Tensor) -> Int { loss.takesClasses ? y.count - ignoredCount(y) : y.shape.first ?? 1 }

    /// Whether no target of a batch counts, so that there is nothing to learn from it.
    func ignoresAll(_ y: Tensor) -> Bool { y.count > 0 && ignoredCount(y) == y.count }

    /// The targets in the type of the predictions, unless they are classes; one number for each example also stands
    /// for a column.
    private func target(_ y: Tensor, for prediction: Variable) throws -> Variable {
        if loss.takesClasses, y.dtype == .int64, !hasSingleScores(prediction.shape, y) { return Variable(y) }
        let numbers = y.dtype == prediction.dtype ? y : try y.cast(to: prediction.dtype)
        return Variable(
            Objective.isOneForEach(prediction.shape, numbers.shape) ? try numbers.reshape(prediction.shape) : numbers)
    }

    private func ignoredCount(_ y: Tensor) -> Int {
        guard let ignored = loss.ignoreIndex, y.dtype == .int64 else { return 0 }
        return y.integers().count { $0 == ignored }
    }

    /// How many answers are right, of how many: the greatest output is the label; for bce, each output lies on the
    /// target's side of one half. `nil` where answers are not classes.
    package func hits(_ prediction: Tensor, _ y: Tensor) throws -> (right: Int, of: Int)? {
        switch loss.function.answers {
        case .classes where hasSingleScores(prediction.shape, y):
            let pairs = zip(prediction.doubles(), y.doubles())
            return (pairs.count { ($0 > 0) == ($1 > 0) }, prediction.count)
        case .classes(let ignored):
            guard y.dtype == .int64, prediction.rank >= 2 else { return nil }
            let (scores, y) = try flattened(Variable(prediction), y)
            let labels = y.integers()
            let answers = try scores.value.argument(.max, axis: 1, keepDims: false).integers()
            var right = 0
            var count = 0
            for (answer, label) in zip(answers, labels) where label != ignored {
                count += 1
                if answer == label { right += 1 }
            }
            return (right, count)
        case .truths(let threshold):
            let pairs = zip(prediction.doubles(), y.doubles())
            return (pairs.count { ($0 > threshold) == ($1 > 0.5) }, prediction.count)
        case .numbers: return nil
        }
    }
}

extension Model {
    /// The layer whose output is the model's, where the layers follow each other.
    var lastLayer: (path: String, layer: any Module)? {
        isSequence ? Model.lastLayer(of: self) : nil
    }

    private static func lastLayer(of composite: any Composite) -> (path: String, layer: any Module)? {
        guard let last = composite.parts.last else { return nil }
        guard let inner = last.module.composite else { return (last.name, last.module) }
        if let model = inner as? Model, !model.isSequence { return nil }
        return lastLayer(of: inner).map { ("\(last.name).\($0.path)", $0.layer) }
    }

    /// Applies the model to a batch of a dataset.
    func apply(_ x: Tensor, _ context: ForwardContext) throws -> Variable {
        let dtype = place.dtype
        return try self(
            Variable(x.dtype.isFloatingPoint && x.dtype != dtype ? x.cast(to: dtype) : x, in: context.recording),
            context)
    }

    /// Applies the model to a batch of a dataset in inference.
    func infer(_ x: Tensor) throws -> Variable {
        try Recording.run { recording in
            let output = try apply(x, ForwardContext(recording: recording))
            try output.compute()
            return output
        }
    }
}
