import Autograd
import TensorCore

/// A loss with its settings, its documentation, and what trainings have to know of it.
///
/// A type of its own makes the built-in function, its help, the name that `train` takes and the record in checkpoints.
package protocol LossFunction: Sendable {
    /// The name that scripts use.
    static var name: String { get }
    /// One sentence, with shapes.
    static var summary: String { get }
    /// Further lines of help.
    static var details: String { get }
    /// A program that the tests run.
    static var example: String { get }
    /// The settings, by the names of arguments.
    static var settingTypes: [LossSetting<Self>] { get }
    /// Layers that a model may not end in with this loss.
    static var misfits: [LossMisfit] { get }

    /// With the settings that hold unless others are given.
    init()

    /// What the numbers that it compares are.
    var answers: LossAnswers { get }
    /// What targets have to be, where they are no class indices; nil: any number.
    var targetRange: ClosedRange<Double>? { get }

    /// For a loss of classes: the whole-number targets that it takes with one score each, as -1 and 1; empty for none.
    var singleScoreTargets: Set<Int> { get }

    /// - Throws: `NeuralNetError` `.setting` for settings that no loss can be computed with.
    func checkSettings() throws

    /// The loss; of all targets that count with `.mean`, of each with `.none`.
    ///
    /// - Throws: `NeuralNetError` where shapes, types or settings do not fit.
    func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable
}

/// What the numbers that a loss compares are, which decides how right answers are counted.
package enum LossAnswers: Equatable, Sendable {
    /// Scores of classes; targets of this label do not count.
    case classes(ignoring: Int)
    /// Scores of one statement each, which is taken for true above a threshold.
    case truths(threshold: Double)
    /// Numbers, of which none is right or wrong.
    case numbers
}

/// A layer that a model may not end in with a loss.
package struct LossMisfit: Sendable {
    package enum Reason: Sendable {
        /// The loss does itself what the layer does.
        case appliedTwice
        /// The loss wants what the layer does not give: the logarithms of probabilities.
        case noLogarithms
    }

    /// By its kind.
    package let layer: String
    package let reason: Reason
}

/// A setting of a loss: a number, a whole number, a truth value, or numbers by class.
package struct LossSetting<Function>: Sendable {
    package let name: String
    let type: LossValue.Kind
    let read: @Sendable (Function) -> [Double]
    let write: @Sendable (inout Function, [Double]) -> Void

    init(_ name: String, _ path: WritableKeyPath<Function, Double> & Sendable) {
        self.name = name
        type = .number
        read = { [$0[keyPath: path]] }
        write = { if let value = $1.first { $0[keyPath: path] = value } }
    }

    init(_ name: String, _ path: WritableKeyPath<Function, [Double]> & Sendable) {
        self.name = name
        type = .numbers
        read = { $0[keyPath: path] }
        write = { $0[keyPath: path] = $1 }
    }

    init(_ name: String, _ path: WritableKeyPath<Function, Int> & Sendable) {
        self.name = name
        type = .whole
        read = { [Double($0[keyPath: path])] }
        write = { if let value = $1.first { $0[keyPath: path] = Int(exactly: value) ?? 0 } }
    }

    init(_ name: String, _ path: WritableKeyPath<Function, Bool> & Sendable) {
        self.name = name
        type = .truth
        read = { [$0[keyPath: path] ? 1 : 0] }
        write = { if let value = $1.first { $0[keyPath: path] = value != 0 } }
    }
}

/// The value of a setting.
package struct LossValue: Equatable, Sendable {
    package enum Kind: Sendable { case number, whole, truth, numbers }

    package let name: String
    package let kind: Kind
    /// Of a truth value 0 or 1. Numbers by class are as many as there are classes, or none.
    package let values: [Double]
    package var value: Double { values.first ?? 0 }
}

extension LossFunction {
    package var singleScoreTargets: Set<Int> { [] }

    package static var details: String { "" }
    package static var settingTypes: [LossSetting<Self>] { [] }
    package static var misfits: [LossMisfit] { [] }
    package var targetRange: ClosedRange<Double>? { nil }

    /// The settings as they are.
    package var settings: [LossValue] {
        Self.settingTypes.map { LossValue(name: $0.name, kind: $0.type, values: $0.read(self)) }
    }

    package func checkSettings() throws {}

    /// With some settings by their names, others as they are unless given.
    package init(settings: [String: [Double]]) {
        self.init()
        for setting in Self.settingTypes {
            if let value = settings[setting.name] { setting.write(&self, value) }
        }
    }

    // MARK: - What losses share

    func error(_ reason: NeuralNetError.Reason) -> NeuralNetError {
        NeuralNetError(subject: Self.name, reason)
    }

    func reduced(_ losses: Variable, _ reduction: LossReduction) throws -> Variable {
        switch reduction {
        case .mean: try losses.mean()
        case .sum: try losses.sum()
        case .none: losses
        }
    }

    func checkSameShape(_ prediction: Variable, _ target: Variable) throws {
        guard prediction.shape == target.shape else {
            throw wrongShapes(prediction, target, "predictions and targets of one shape")
        }
    }

    func wrongShapes(_ prediction: Variable, _ target: Variable, _ expected: String) -> NeuralNetError {
        error(.lossShapes(prediction: prediction.shape, target: target.shape, expected: expected))
    }

    /// Weights by class, to be taken times scores `[N, C, ...]`.
    ///
    /// - Throws: `NeuralNetError` `.setting` where there are not as many as classes, or one is negative.
    func byClass(_ weights: [Double], of prediction: Variable, setting: String) throws -> Variable {
        let axis = prediction.rank > 1 ? 1 : 0
        let count = prediction.rank == 0 ? 1 : prediction.shape[axis]
        guard weights.count == count else {
            throw error(
                .setting(
                    name: setting, value: "\(weights.count) numbers",
                    expected: "one number for each of \(count) classes"))
        }
        if let wrong = weights.first(where: { !($0 >= 0 && $0.isFinite) }) {
            throw error(.setting(name: setting, value: numberText(wrong), expected: "numbers of at least 0"))
        }
        let shape = prediction.shape.indices.map { $0 == axis ? count : 1 }
        return Variable(try Tensor(weights, shape: shape).cast(to: prediction.dtype))
    }

    /// Class indices for predictions `[N, C, ...]`, as whole numbers `[N, ...]`.
    func classes(_ target: Variable, for prediction: Variable) throws -> Tensor {
        let isRow = prediction.rank == 1 && target.rank == 0
        let expected = prediction.shape.prefix(1) + prediction.shape.dropFirst(2)
        guard isRow || (prediction.rank >= 2 && target.shape == Array(expected)) else {
            throw wrongShapes(prediction, target, "predictions [N, C, ...] and class indices [N, ...]")
        }
        return try wholeNumbers(target, "class indices") { error($0) }
    }
}
