/// A figure of an epoch by which epochs are compared, by the name that scripts use.
package enum Metric: String, CaseIterable, Sendable {
    case loss
    case accuracy
    case validationLoss = "val_loss"
    case validationAccuracy = "val_accuracy"
    case validationErrorRate = "val_error_rate"

    /// Those that epochs are compared by where no other is asked for: the first that there is.
    static let usual: [Metric] = [.validationErrorRate, .validationAccuracy, .validationLoss, .loss]

    package func value(of figures: EpochFigures) -> Double? {
        switch self {
        case .loss: figures.loss
        case .accuracy: figures.accuracy
        case .validationLoss: figures.validationLoss
        case .validationAccuracy: figures.validationAccuracy
        case .validationErrorRate: figures.validationErrorRate
        }
    }

    package var isAccuracy: Bool { self == .accuracy || self == .validationAccuracy }
    package var isOfValidation: Bool {
        self == .validationLoss || self == .validationAccuracy || self == .validationErrorRate
    }

    /// The best epoch by this figure; of equals the first, and `nil` where none has a number.
    package func best(of history: [EpochFigures]) -> EpochFigures? {
        let known = history.filter { !(value(of: $0) ?? .nan).isNaN }
        let sign = isAccuracy ? -1.0 : 1
        return known.min { sign * (value(of: $0) ?? 0) < sign * (value(of: $1) ?? 0) }
    }
}
