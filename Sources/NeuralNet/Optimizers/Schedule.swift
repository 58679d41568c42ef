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
        /// The same with restarts: the first lasts `first`, each later one `growth` times the one before. PyTorch's
        /// `CosineAnnealingWarmRestarts`.
        case restarts(first: Duration, growth: Double = 1, minimum: Double = 0)
        /// `rate * factor^(number of milestones that have passed)`. PyTorch's `MultiStepLR`.
        case milestones([Duration], factor: Double = 0.1)
        /// `minimum + (rate - minimum) * (1 - step / total)^power`, and `minimum` from `total` on. With minimum 0 PyTorch's
        /// `PolynomialLR`.
        case polynomial(power: Double = 1, minimum: Double = 0)
        /// From `rate / initialDivisor` up to `rate` in the first `risingShare` of training, then down to
        /// `rate / initialDivisor / finalDivisor`, both along cosines. Smith and Topin 2018, arXiv:1708.07120; PyTorch's
        /// `OneCycleLR` (momentum stays as it is).
        case oneCycle(risingShare: Double = 0.3, initialDivisor: Double = 25, finalDivisor: Double = 1e4)
        /// From `minimum` to `rate` in `up` and back in `down`, again and again; the height is halved by each cycle or
        /// multiplied by `factor^step`. Smith 2017, arXiv:1506.01186; PyTorch's `CyclicLR`.
        case cyclic(minimum: Double, up: Duration, down: Duration, halves: Bool = false, factor: Double = 1)
        /// `rate * factor^(times that patience ended)`. See `Plateau`.
        case plateau(Plateau)
        /// What a function of the script gives.
        case function(RateFunction)
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
        case .constant, .function: break
        case .restarts(let first, let growth, let minimum):
            try check("restart", Self.isPositive(first), Self.text(first), "more than 0")
            try check(
                "growth", growth >= 1 && growth <= 1000 && growth == growth.rounded(), numberText(growth),
                "a whole number from 1 to 1000")
            try check("minimum", minimum >= 0 && minimum.isFinite, numberText(minimum), "at least 0")
        case .milestones(let places, let factor):
            let isRising = zip(places, places.dropFirst()).allSatisfy { $0.steps(1000) <= $1.steps(1000) }
            let text = places.map { Self.text($0) }.joined(separator: ", ")
            try check(
                "milestones", !places.isEmpty && isRising && places.allSatisfy(Self.isPositive), text,
                "numbers of epochs above 0, in rising order")
            try check("factor", factor > 0 && factor.isFinite, numberText(factor), "more than 0")
        case .polynomial(let power, let minimum):
            try check("power", power > 0 && power.isFinite, numberText(power), "more than 0")
            try check("minimum", minimum >= 0 && minimum.isFinite, numberText(minimum), "at least 0")
        case .oneCycle(let share, let initial, let final):
            try check("rising", share > 0 && share < 1, numberText(share), "between 0 and 1")
            try check("divide", initial >= 1 && initial.isFinite, numberText(initial), "at least 1")
            try check("final_divide", final >= 1 && final.isFinite, numberText(final), "at least 1")
        case .cyclic(let minimum, let up, let down, _, let factor):
            try check("minimum", minimum >= 0 && minimum.isFinite, numberText(minimum), "at least 0")
            try check("up", Self.isPositive(up), Self.text(up), "more than 0")
            try check("down", Self.isPositive(down), Self.text(down), "more than 0")
            try check("factor", factor > 0 && factor <= 1, numberText(factor), "more than 0 and at most 1")
        case .plateau(let plateau):
            try check(
                "factor", plateau.factor > 0 && plateau.factor < 1, numberText(plateau.factor),
                "more than 0 and less than 1")
            try check("patience", plateau.patience >= 0, "\(plateau.patience)", "at least 0")
            try check("cooldown", plateau.cooldown >= 0, "\(plateau.cooldown)", "at least 0")
            try check(
                "threshold", plateau.threshold >= 0 && plateau.threshold.isFinite, numberText(plateau.threshold),
                "at least 0")
            try check(
                "minimum", plateau.minimum >= 0 && plateau.minimum.isFinite, numberText(plateau.minimum), "at least 0")
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
    ///   - totalSteps: How long training lasts, for schedules without a total of their own.
    ///   - figures: What epochs are compared by, of those that are done, less being better; for a plateau.
    /// - Throws: What a function throws; `NeuralNetError` `.setting` for one that gives no rate.
    package func rate(
        _ rate: Double, at step: Int, stepsPerEpoch: Int, totalSteps: Int, figures: [Double] = []
    ) throws -> Double {
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
            return Self.cosine(from: rate, to: minimum, part)
        case .restarts(let first, let growth, let minimum):
            var length = Double(max(first.steps(stepsPerEpoch), 1))
            var place = Double(own)
            if growth == 1 { place = place.truncatingRemainder(dividingBy: length) }
            while place >= length {
                place -= length
                length *= growth
            }
            return Self.cosine(from: rate, to: minimum, place / length)
        case .milestones(let places, let factor):
            return rate * pow(factor, Double(places.count { $0.steps(stepsPerEpoch) <= own }))
        case .polynomial(let power, let minimum):
            let end = max(totalSteps - warmUp, 1)
            return minimum + (rate - minimum) * pow(1 - Double(min(own, end)) / Double(end), power)
        case .oneCycle(let share, let initialDivisor, let finalDivisor):
            let last = Double(max(totalSteps - warmUp - 1, 1))
            let top = share * Double(totalSteps - warmUp) - 1
            let (low, place) = (rate / initialDivisor, min(Double(own), last))
            if place < top { return Self.cosine(from: low, to: rate, place / top) }
            return Self.cosine(from: rate, to: low / finalDivisor, last > top ? (place - top) / (last - top) : 1)
        case .cyclic(let minimum, let up, let down, let halves, let factor):
            let (up, down) = (max(up.steps(stepsPerEpoch), 1), max(down.steps(stepsPerEpoch), 1))
            let (cycle, place) = own.quotientAndRemainder(dividingBy: up + down)
            let height = place <= up ? Double(place) / Double(up) : Double(up + down - place) / Double(down)
            let scale = (halves ? pow(0.5, Double(cycle)) : 1) * pow(factor, Double(own))
            return minimum + (rate - minimum) * height * scale
        case .plateau(let plateau): return plateau.rate(rate, figures)
        case .function(let function): return try function(step, epoch: step / max(stepsPerEpoch, 1))
        }
    }

    /// Whether the rates depend on how long training lasts.
    package var dependsOnLength: Bool {
        switch shape {
        case .cosine(_, nil), .polynomial, .oneCycle: true
        default: false
        }
    }

    private static func cosine(from start: Double, to end: Double, _ part: Double) -> Double {
        end + (start - end) * (1 + cos(Double.pi * part)) / 2
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
