import Autograd
import Datasets
import NeuralNet
import TensorCore

/// A loss together with how a dataset's targets are brought to it, and how right answers are counted.
package struct Objective {
    package let loss: Loss
    private let perExample: Loss

    private init(_ loss: Loss) {
        self.loss = loss
        perExample = Loss(loss.function, reduction: .none)
    }

    /// Chooses what `model` is measured by on `dataset`, and checks that the two fit.
    ///
    /// - Parameter loss: `nil`: for labels, cross entropy (nll where the model ends in log_softmax); for other
    ///   targets, the mean squared error.
    /// - Throws: `TensorError`s of the model's shapes; `TrainingError` `.noTargets`, `.softmaxBeforeLoss`,
    ///   `.logitsForNLL`, `.labelBeyondOutputs`, `.negativeLabel`.
    package init(_ loss: Loss?, for model: Model, on dataset: Dataset) throws {
        guard let targets = dataset.storedY else { throw TrainingError.noTargets(dataset: dataset.name) }
        let last = model.lastLayer
        let chosen =
            loss ?? (targets.dtype != .int64 ? .mse() : last?.layer.kind == "log_softmax" ? .nll() : .crossEntropy())
        if let last {
            switch (chosen.function, last.layer.kind) {
            case (.crossEntropy, "softmax"), (.nll, "softmax"):
                throw TrainingError.softmaxBeforeLoss(layer: last.path, loss: chosen.name)
            case (.nll, "linear"): throw TrainingError.logitsForNLL(layer: last.path)
            default: break
            }
        }
        self.init(chosen)
        try checkLabels(model, dataset)
    }

    /// Labels that are no output are found before the first step, not in the middle of an epoch.
    private func checkLabels(_ model: Model, _ dataset: Dataset) throws {
        guard loss.takesClasses, let targets = dataset.storedY, targets.dtype == .int64, targets.count > 0 else {
            return
        }
        let labels = targets.integers()
        let least = labels.min() ?? 0
        let greatest = labels.max() ?? 0
        if least < 0, least != loss.ignoreIndex {
            throw TrainingError.negativeLabel(label: least, dataset: dataset.name)
        }
        guard model.isSequence else { return }
        let output = try model.outputShapes([[Shape.unknown] + dataset.exampleShape]).first ?? []
        guard output.count > 1 else { return }
        let classCount = output[try classAxis(output, labels: [Shape.unknown] + targets.shape.dropFirst())]
        if classCount != Shape.unknown, greatest >= classCount, greatest != loss.ignoreIndex {
            throw TrainingError.labelBeyondOutputs(label: greatest, outputs: classCount, dataset: dataset.name)
        }
    }

    private func classAxis(_ output: [Int], labels: [Int]) throws -> Int {
        let axis = Objective.classAxis(output, labels: labels)
        let steps = labels.count == 2 ? labels[1] : 1
        guard axis == 1 || output[1] == steps || output[1] == Shape.unknown else {
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

    /// The loss of a batch.
    package func callAsFunction(_ prediction: Variable, _ y: Tensor) throws -> Variable {
        let (prediction, y) = try flattened(prediction, y)
        return try loss(prediction, target(y, for: prediction))
    }

    /// The sum of the losses of all targets of a batch, and how many these are, so that batches of any size add up
    /// to the same mean.
    func sum(_ prediction: Variable, _ y: Tensor) throws -> (loss: Double, count: Int) {
        let (prediction, y) = try flattened(prediction, y)
        let losses = try perExample(prediction, target(y, for: prediction)).value.doubles()
        return (losses.reduce(0, +), loss.takesClasses ? counted(y) : losses.count)
    }

    /// The targets in the type of the predictions, unless they are classes; one number for each example also stands
    /// for a column.
    private func target(_ y: Tensor, for prediction: Variable) throws -> Variable {
        if loss.takesClasses, y.dtype == .int64 { return Variable(y) }
        let numbers = y.dtype == prediction.dtype ? y : try y.cast(to: prediction.dtype)
        let isColumn = numbers.shape + [1] == prediction.shape
        return Variable(isColumn ? try numbers.reshape(prediction.shape) : numbers)
    }

    private func counted(_ y: Tensor) -> Int {
        guard let ignored = loss.ignoreIndex, y.dtype == .int64 else { return y.shape.first ?? 1 }
        return y.integers().count { $0 != ignored }
    }

    /// How many answers are right, of how many: the greatest output is the label; for bce, each output lies on the
    /// target's side of one half. `nil` where answers are no classes.
    package func hits(_ prediction: Tensor, _ y: Tensor) throws -> (right: Int, of: Int)? {
        switch loss.function {
        case .crossEntropy, .nll:
            guard y.dtype == .int64, prediction.rank >= 2 else { return nil }
            let (scores, y) = try flattened(Variable(prediction), y)
            let labels = y.integers()
            let answers = try scores.value.argument(.max, axis: 1, keepDims: false).integers()
            var right = 0
            var count = 0
            for (answer, label) in zip(answers, labels) where label != loss.ignoreIndex {
                count += 1
                if answer == label { right += 1 }
            }
            return (right, count)
        case .bce(let withLogits):
            let threshold = withLogits ? 0 : 0.5
            let pairs = zip(prediction.doubles(), y.doubles())
            return (pairs.count { ($0 > threshold) == ($1 > 0.5) }, prediction.count)
        case .mse, .mae: return nil
        }
    }
}

extension Loss {
    /// The label whose examples do not count.
    fileprivate var ignoreIndex: Int? {
        switch function {
        case .crossEntropy(let ignoreIndex, _), .nll(let ignoreIndex): ignoreIndex
        case .mse, .mae, .bce: nil
        }
    }
}

extension Model {
    /// The layer whose output is the model's, where the layers follow each other.
    fileprivate var lastLayer: (path: String, layer: any Module)? {
        isSequence ? Model.lastLayer(of: self) : nil
    }

    private static func lastLayer(of composite: any Composite) -> (path: String, layer: any Module)? {
        guard let last = composite.parts.last else { return nil }
        guard let inner = last.module as? any Composite else { return (last.name, last.module) }
        if let model = inner as? Model, !model.isSequence { return nil }
        return lastLayer(of: inner).map { ("\(last.name).\($0.path)", $0.layer) }
    }

    /// Applies the model to a batch of a dataset.
    func apply(_ x: Tensor, _ context: ForwardContext) throws -> Variable {
        let dtype = place.dtype
        return try self(Variable(x.dtype.isFloatingPoint && x.dtype != dtype ? x.cast(to: dtype) : x), context)
    }
}
