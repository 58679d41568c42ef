import Glibc
import TensorCore

/// The learning rate of each step, as a multiple of the one that the optimizer was given.
///
///     let schedule = Schedule(.cosine(), warmUp: .steps(100))
///     let rate = schedule.rate(1e-3, at: 250, of: progress)
///
/// Steps count from 0. After a warm-up of `w` steps the schedule counts from there: its own step is `step - w`.
package struct Schedule: Equatable, Sendable {
    package enum Shape: Equatable, Sendable {
        case constant
        /// `rate * factor^floor(step / every)`. PyTorch's `StepLR`.
        case step(every: Duration, factor: Double = 0.1)
        /// `minimum + (rate - minimum) * (1 + cos(pi * step / total)) / 2`, and `minimum` from `total` on, which is
        /// what training lasts unless given. Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts; PyTorch's
        /// `CosineAnnealingLR`.
        case cosine(minimum: Double = 0, total: Duration? = nil)
    }

    package enum Duration: Equatable, Sendable {
        case steps(Int)
        case epochs(Double)

        func steps(_ stepsPerEpoch: Int) -> Int {
            switch self {
            case .steps(let count): max(count, 0)
            case .epochs(let count): max(Int(saturating: (count * Double(stepsPerEpoch)).rounded()), 0)
            }
        }
    }

    package var shape: Shape
    /// How long the rate grows linearly to its full value: step `i` of `w` has `(i + 1) / w` of it. Goyal et al. 2017,
    /// arXiv:1706.02677.
    package var warmUp: Duration

    package static let constant = Schedule(.constant)

    package init(_ shape: Shape, warmUp: Duration = .steps(0)) {
        self.shape = shape
        self.warmUp = warmUp
    }

    /// Refuses settings that mean nothing.
    ///
    /// - Throws: `NeuralNetError` `.setting`.
    package func validate() throws {
        switch shape {
        case .constant: break
        case .step(let every, let factor):
            try check("every", Self.isPositive(every), Self.text(every), "more than 0")
            try check("factor", factor > 0 && factor.isFinite, numberText(factor), "more than 0")
        case .cosine(let minimum, let total):
            try check("minimum", minimum >= 0 && minimum.isFinite, numberText(minimum), "at least 0")
            if let total { try check("total", Self.isPositive(total), Self.text(total), "more than 0") }
        }
        try check(
            "warmup", warmUp == .steps(0) || warmUp == .epochs(0) || Self.isPositive(warmUp), Self.text(warmUp),
            "at least 0")
    }

    /// The learning rate of a step.
    ///
    /// - Parameters:
    ///   - rate: The optimizer's own.
    ///   - step: Counted from 0 over the whole training.
    ///   - stepsPerEpoch: What an epoch is, in steps.
    ///   - totalSteps: How long training lasts, for a cosine without a total of its own.
    package func rate(_ rate: Double, at step: Int, stepsPerEpoch: Int, totalSteps: Int) -> Double {
        let warmUp = warmUp.steps(stepsPerEpoch)
        if step < warmUp { return rate * Double(step + 1) / Double(warmUp) }
        let own = step - warmUp
        switch shape {
        case .constant: return rate
        case .step(let every, let factor):
            return rate * pow(factor, Double(own / max(every.steps(stepsPerEpoch), 1)))
        case .cosine(let minimum, let total):
            let end = max(total?.steps(stepsPerEpoch) ?? (totalSteps - warmUp), 1)
            let part = Double(min(own, end)) / Double(end)
            return minimum + (rate - minimum) * (1 + cos(Double.pi * part)) / 2
        }
    }

    private static func isPositive(_ duration: Duration) -> Bool {
        switch duration {
        case .steps(let count): count > 0
        case .epochs(let count): count > 0 && count.isFinite
        }
    }

    private static func text(_ duration: Duration) -> String {
        switch duration {
        case .steps(let count): "\(count) steps"
        case .epochs(let count): "\(numberText(count)) epochs"
        }
    }

    private func check(_ setting: String, _ isValid: Bool, _ value: String, _ expected: String) throws {
        guard isValid else {
            throw NeuralNetError(subject: "schedule", .setting(name: setting, value: value, expected: expected))
        }
    }
}

extension Int {
    fileprivate init(saturating number: Double) {
        self = number.isNaN ? 0 : number >= 0x1p62 ? Int.max / 2 : number <= -0x1p62 ? Int.min / 2 : Int(number)
    }
}
