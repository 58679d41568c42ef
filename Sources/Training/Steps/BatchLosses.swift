import Autograd
import TensorCore

/// The losses of a batch's targets.
///
/// A step minimises their mean; what histories, validation and evaluations show is the mean over all targets of an epoch or
/// a dataset, to which each batch gives its sum and its count. So the loss does not depend on the batches.
struct BatchLosses {
    /// One for each target; 0 for those that do not count.
    let each: Variable
    /// The targets that count.
    let count: Int
    /// Whether `each` is their mean already, as a function of the script may give it.
    var isMean = false

    /// What a step minimises.
    func mean() throws -> Variable { isMean ? each : try each.sum() / Double(count) }

    func sum() throws -> Double {
        // The mean of nothing is nan.
        if isMean, count == 0 { return 0 }
        return try each.value.cast(to: .float64).reduced(.sum).item() * (isMean ? Double(count) : 1)
    }
}
