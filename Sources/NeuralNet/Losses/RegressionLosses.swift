import Autograd
import TensorCore

/// `(prediction - target)^2`; both of the same shape.
package struct MSELoss: LossFunction {
    package static let name = "mse"
    package static let summary = "The squared difference."
    package static let example = "mse([1, 2], [1, 4])"

    package init() {}

    package var answers: LossAnswers { .numbers }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        try checkSameShape(prediction, target)
        return try reduced((prediction - target).square(), reduction)
    }
}

/// `|prediction - target|`; both of the same shape.
package struct MAELoss: LossFunction {
    package static let name = "mae"
    package static let summary = "The absolute difference; PyTorch calls it the L1 loss."
    package static let example = "mae([1, 2], [1, 4])"

    package init() {}

    package var answers: LossAnswers { .numbers }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        try checkSameShape(prediction, target)
        return try reduced((prediction - target).abs(), reduction)
    }
}

/// Half the squared difference up to `delta`, `delta * (|prediction - target| - delta / 2)` beyond.
///
/// - Source: Huber 1964, doi:10.1214/aoms/1177703732. With `delta` 1 it is PyTorch's smooth L1 loss.
package struct HuberLoss: LossFunction {
    package static let name = "huber"
    package static let summary = "Half the squared difference up to `delta`, and linear beyond (Huber 1964)."
    package static let details = "With `delta` 1 it is the smooth L1 loss."
    package static let example = "huber([1, 2], [1, 4])"
    package static let settingTypes = [LossSetting<Self>("delta", \.delta)]

    var delta = 1.0

    package init() {}

    package var answers: LossAnswers { .numbers }

    package func checkSettings() throws {
        guard delta > 0, delta.isFinite else {
            throw error(.setting(name: "delta", value: numberText(delta), expected: "a number above 0"))
        }
    }

    package func loss(_ prediction: Variable, _ target: Variable, _ reduction: LossReduction) throws -> Variable {
        try checkSameShape(prediction, target)
        return try reduced((prediction - target).huber(delta: delta), reduction)
    }
}
