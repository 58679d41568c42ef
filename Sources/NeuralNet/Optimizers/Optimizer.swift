import Autograd
import Glibc
import TensorCore

/// Changes a model's weights by the gradient of a loss, step by step.
///
///     let optimizer = try Optimizer(.init(.adam(), learningRate: 0.001), for: net)
///     let report = try optimizer.step(key: key.child(0)) { context in
///         try Loss.crossEntropy()(net(x, context), labels)
///     }
///
/// The model need not be built: parameters are taken up when the first step has made them. Where a loss or a gradient
/// is not a finite number, or anything throws, no weight, moment or running figure has changed.
package final class Optimizer {
    package struct StepReport: Equatable, Sendable {
        package let loss: Double
    }

    package let module: any Module
    /// Parameters with rates of their own.
    private var groups: [OptimizerGroup]
    private var segments: [OptimizerSegment] = []
    private let ownership = Ownership()
    package private(set) var settings: OptimizerSettings
    /// Steps taken.
    package internal(set) var stepCount = 0
    /// The weights and gradients in flat vectors; `nil` before the parameters exist.
    package private(set) var flat: FlatParameters?
    /// Flat vectors of the layout of `flat`, by the names in `settings.slots`.
    private(set) var slots: [String: Tensor] = [:]
    /// The product of NAdam's shares up to a step; it follows from the number of steps alone.
    private var momentumProduct = (step: 0, value: 1.0)
    /// Gradients of weights that the update makes itself, from the backward pass to the update.
    private var pending: [FlatParameters.Pending] = []
    /// The sum of the squares of the gradients in `flat`, without those.
    var squares = 0.0
    /// Where gradients of shards are added up.
    var shards: TreeSum?
    /// The parts of peers, where each has changed the slots in its own alone.
    private var slotParts: PeerParts?
    /// Told where the parts of a step end, while a profile is made.
    package var times: StepTimes?

    /// - Parameter groups: Parts of the module with rates or decays of their own.
    /// - Throws: `NeuralNetError` `.setting` for settings that no training can work with.
    package init(_ settings: OptimizerSettings, for module: any Module, groups: [OptimizerGroup] = []) throws {
        try settings.validate()
        self.groups = groups
        self.settings = settings
        self.module = module
    }

    /// The rate of steps that are not given one.
    package var learningRate: Double {
        get { settings.learningRate }
        set { settings.learningRate = newValue }
    }

    /// Sets the share that former gradients keep, which steps from now on have.
    ///
    /// - Throws: `NeuralNetError` `.setting` where it is no such share; `TensorError.outOfMemory`.
    package func setMomentum(_ momentum: Double) throws {
        var changed = settings
        changed.momentum = momentum
        try changed.validate()
        settings = changed
        guard let flat else { return }
        // SGD without momentum keeps nothing.
        for slot in settings.slots where slots[slot] == nil {
            slots[slot] = try Tensor.full([flat.values.count], settings.initialValue(ofSlot: slot), dtype: flat.dtype)
        }
    }

    /// What the rate is multiplied by in each group.
    package var shares: [Double] { groups.isEmpty ? [1] : groups.map(\.rateShare) }

    package func setShare(_ share: Double, ofGroup index: Int) {
        groups[index].rateShare = share
        if let flat { segments = OptimizerSegment.segments(of: flat, groups) }
    }

    /// Evaluates a loss in training mode, differentiates it and updates the weights.
    ///
    /// - Parameters:
    ///   - key: What dropout draws from in this step.
    ///   - learningRate: This step's, from a schedule; the optimizer's own unless given.
    ///   - loss: Applies the module with the context it is given. It is called again, with the same random numbers,
    ///     where a value that is not finite has to be found.
    /// - Throws: `NeuralNetError` `.nonFinite`, `.lossNotScalar`, `.lossIndependent`, `.noParameters`, and what `loss`
    ///   throws.
    @discardableResult
    package func step(
        key: RandomKey, learningRate: Double? = nil, loss: (ForwardContext) throws -> Variable
    ) throws -> StepReport {
        try step(learningRate: learningRate, pieces: [1], key: { _ in key }, loss: { try loss($1) })
    }

    /// Takes a step by the gradients of several losses together, which are computed one after the other.
    ///
    /// - Parameters:
    ///   - pieces: The share of each loss.
    ///   - key: What dropout draws from in a piece.
    ///   - loss: The loss of a piece; otherwise as in the step of one loss.
    /// - Throws: As the step of one loss.
    @discardableResult
    package func step(
        learningRate: Double? = nil, pieces: [Double], key: (Int) -> RandomKey,
        loss: (Int, ForwardContext) throws -> Variable
    ) throws -> StepReport {
        try checkOwnership()
        let buffersBefore = module.buffers.map { ($0, $0.value) }
        var piece = 0
        do {
            var value = 0.0
            var total: Tensor?
            while piece < pieces.count {
                value +=
                    try pieces[piece]
                    * recordedGradients(key: key(piece), fusesUpdate: pieces.count == 1) { try loss(piece, $0) }
                if pieces.count > 1 { try add(to: &total, share: pieces[piece]) }
                piece += 1
            }
            if let total, let flat {
                try OptimizerPasses.write(total, into: flat.gradients, at: 0)
                squares = sumOfSquares(without: [])
            }
            try update(learningRate: learningRate)
            times?.mark(.optimizer)
            return StepReport(loss: value)
        } catch {
            pending = []
            for (buffer, value) in buffersBefore { try buffer.replace(with: value) }
            guard let refused = error as? NonFiniteStep else { throw error }
            let place = min(piece, pieces.count - 1)
            let found = try NonFiniteSearch(module: module, key: key(place)).run(refused) { try loss(place, $0) }
            for (buffer, value) in buffersBefore { try buffer.replace(with: value) }
            throw NeuralNetError(subject: module.displayName, .nonFinite(found))
        }
    }

    /// Adds a share of the gradients to a sum.
    ///
    /// - Throws: `NonFiniteStep.gradient` where one is not finite.
    private func add(to total: inout Tensor?, share: Double) throws {
        guard let flat else { return }
        guard squares.isFinite else { throw NonFiniteStep.gradient }
        OptimizerPasses.scale(flat.gradients, by: share)
        // A layer that was made in this piece has changed the layout.
        guard let sum = total, sum.count == flat.gradients.count else {
            total = try flat.gradients.copy()
            return
        }
        OptimizerPasses.descend(sum, flat.gradients, rate: -1, decay: 0)
    }

    private func checkOwnership() throws { try ownership.check("the optimizer of `\(module.displayName)`") }

    /// Evaluates the loss and leaves its gradients in `flat`, but for those in `pending`.
    func recordedGradients(
        key: RandomKey, fusesUpdate: Bool, loss: (ForwardContext) throws -> Variable
    ) throws -> Double {
        try Recording.run { recording in
            if let times {
                recording.observer = { layers, isBackward in
                    times.mark(isBackward ? .backward : layers.isEmpty ? .loss : .forward, layers)
                }
            }
            return try module.recording(in: recording) {
                let output = try loss(
                    ForwardContext(isTraining: true, key: key, recorded: module, recording: recording))
                try output.compute()
                guard output.count == 1 else {
                    throw NeuralNetError(subject: module.displayName, .lossNotScalar(shape: output.shape))
                }
                let value = try output.value.item()
                guard value.isFinite else { throw NonFiniteStep.loss(value) }
                try computeGradients(of: output, fusesUpdate: fusesUpdate)
                times?.mark(.backward)
                return value
            }
        }
    }

    private func computeGradients(of output: Variable, fusesUpdate: Bool) throws {
        let flat = try prepared()
        let variables = flat.parts.map(\.parameter.variable)
        let gradients = try Gradient.compute(output, withRespectTo: variables, isChecked: false)
        guard gradients.contains(where: { $0 != nil }) else {
            throw NeuralNetError(subject: module.displayName, .lossIndependent)
        }
        pending = try flat.gather(gradients, fusesUpdate: fusesUpdate && updatesWithoutGradients)
        squares = sumOfSquares(without: pending.map(\.part))
        if !squares.isFinite || !pending.allSatisfy(\.isSurelyFinite) {
            // Infinite slopes spoil what the loss does not depend on, too: 0 times infinity is not a number.
            let exact = try Gradient.compute(output, withRespectTo: variables, isExact: true)
            pending = try flat.gather(exact, fusesUpdate: false)
            squares = sumOfSquares(without: [])
        }
    }

    /// Moves the parameters that exist now into flat vectors, and returns those.
    ///
    /// - Throws: `NeuralNetError` `.noParameters`, `.mixedTypes`.
    @discardableResult
    package func prepared() throws -> FlatParameters {
        try checkOwnership()
        if let flat, flat.holds(module.parameters.filter { !$0.isFrozen }) {
            try flat.home()
            return flat
        }
        let all = module.namedParameters
        let parameters = all.filter { !$0.parameter.isFrozen }
        guard !parameters.isEmpty || all.isEmpty else {
            throw NeuralNetError(subject: module.displayName, .allFrozen)
        }
        // Layers were added or built since: what is known about the others is kept.
        let known = try state()
        let fresh = try FlatParameters(parameters, of: module.displayName)
        flat = fresh
        segments = OptimizerSegment.segments(of: fresh, groups)
        slots = [:]
        for slot in settings.slots {
            slots[slot] = try Tensor.full(
                [fresh.values.count], settings.initialValue(ofSlot: slot), dtype: fresh.dtype)
        }
        try restore(Dictionary(uniqueKeysWithValues: known.map { ($0.name, $0.value) }))
        return fresh
    }

    /// Updates the weights by the gradients in `flat` and those in `pending`.
    ///
    /// - Parameter parts: Those of peers, each of which updates its own.
    /// - Throws: `NonFiniteStep.gradient`, which `step` turns into `.nonFinite`, before anything has changed.
    func update(learningRate: Double?, parts: PeerParts? = nil) throws {
        guard let flat else { throw NeuralNetError(subject: module.displayName, .noParameters) }
        let rate = learningRate ?? settings.learningRate
        // A step around this one may have something to compute from these weights.
        try Recording.settle()
        // Gradients that were not computed take no step.
        try MemoryRefusal.check()
        defer { flat.noteWrites() }
        guard pending.isEmpty else { return updateWithPending(rate) }
        guard squares.isFinite else { throw NonFiniteStep.gradient }
        let norm = squares.squareRoot()
        let gradients = parts.map { flat.view(flat.gradients, $0.own) } ?? flat.gradients
        switch settings.clipping {
        case .norm(let limit) where norm + 1e-6 > limit:
            OptimizerPasses.scale(gradients, by: limit / (norm + 1e-6))
        case .value(let limit): OptimizerPasses.clamp(gradients, limit: limit)
        case .norm, nil: break
        }
        stepCount += 1
        for segment in segments.lazy.compactMap({ $0.inside(parts?.own) }) {
            apply(
                segment.view(flat.values), segment.view(flat.gradients),
                segment.range == nil ? slots : slots.mapValues(segment.view),
                rate: rate * segment.rateShare, decay: segment.weightDecay ?? settings.weightDecay)
        }
        slotParts = parts
        try parts?.gather(flat.values)
    }

    /// Updates by Adam where some weights' gradients are made as they are used. All were found to be finite.
    private func updateWithPending(_ rate: Double) {
        guard let flat, let mean = slots["mean"], let square = slots["square"] else { return }
        let pending = self.pending
        self.pending = []
        stepCount += 1
        let numbers = adamNumbers(rate: rate)
        for range in flat.ranges(without: pending.map(\.part)) {
            func view(_ vector: Tensor) -> Tensor { flat.view(vector, range) }
            OptimizerPasses.adam(
                view(flat.values), view(flat.gradients), mean: view(mean), square: view(square), numbers)
        }
        for gradient in pending {
            LinearLayer.update(
                gradient.part.parameter.value, mean: flat.view(mean, gradient.part),
                square: flat.view(square, gradient.part), gradient: gradient.g, input: gradient.x, numbers)
        }
    }

    /// Whether a weight's update looks at no other gradient than its own: Adam without clipping, and one rate for all.
    private var updatesWithoutGradients: Bool {
        guard groups.isEmpty, settings.clipping == nil else { return false }
        switch settings.algorithm {
        case .adam, .adamW: return true
        default: return false
        }
    }

    func sumOfSquares(without parts: [FlatParameters.Part]) -> Double {
        guard let flat else { return 0 }
        if parts.isEmpty { return OptimizerPasses.sumOfSquares(flat.gradients) }
        return flat.ranges(without: parts).reduce(0) {
            $0 + OptimizerPasses.sumOfSquares(flat.view(flat.gradients, $1))
        }
    }

    private func adamNumbers(rate: Double) -> OptimizerPasses.Adam {
        let decay = settings.weightDecay
        switch settings.algorithm {
        case .adam(let beta1, let beta2, let epsilon):
            return adamNumbers(rate, beta1, beta2, epsilon, decay: decay, shrinkage: 1)
        case .adamW(let beta1, let beta2, let epsilon):
            return adamNumbers(rate, beta1, beta2, epsilon, decay: 0, shrinkage: 1 - rate * decay)
        default:
            return adamNumbers(0, 0, 0, 1, decay: 0, shrinkage: 1)
        }
    }

    /// The numbers of the step that `stepCount` counts.
    private func adamNumbers(
        _ rate: Double, _ beta1: Double, _ beta2: Double, _ epsilon: Double, decay: Double, shrinkage: Double
    ) -> OptimizerPasses.Adam {
        let t = Double(stepCount)
        return OptimizerPasses.Adam(
            beta1: beta1, beta2: beta2, epsilon: epsilon, rate: rate / (1 - pow(beta1, t)),
            correction: 1 / (1 - pow(beta2, t)).squareRoot(), decay: decay, shrinkage: shrinkage)
    }

    private func apply(_ w: Tensor, _ g: Tensor, _ slots: [String: Tensor], rate: Double, decay: Double) {
        switch settings.algorithm {
        case .sgd(let momentum, let isNesterov):
            if let velocity = slots["momentum"] {
                OptimizerPasses.sgd(
                    w, g, momentum: velocity, rate: rate, momentum: momentum, isNesterov: isNesterov, decay: decay)
            } else {
                OptimizerPasses.descend(w, g, rate: rate, decay: decay)
            }
        case .adam(let beta1, let beta2, let epsilon):
            adam(w, g, slots, adamNumbers(rate, beta1, beta2, epsilon, decay: decay, shrinkage: 1))
        case .adamW(let beta1, let beta2, let epsilon):
            adam(w, g, slots, adamNumbers(rate, beta1, beta2, epsilon, decay: 0, shrinkage: 1 - rate * decay))
        case .rmsprop(let alpha, let epsilon, let momentum):
            guard let square = slots["square"], let velocity = slots["momentum"] else { return }
            OptimizerPasses.rmsprop(
                w, g, square: square, momentum: velocity, rate: rate, alpha: alpha, epsilon: epsilon,
                momentum: momentum, decay: decay)
        case .amsgrad(let beta1, let beta2, let epsilon, let isDecoupled):
            guard let mean = slots["mean"], let square = slots["square"], let greatest = slots["greatest"] else {
                return
            }
            OptimizerPasses.amsgrad(
                w, g, mean: mean, square: square, greatest: greatest,
                adamNumbers(
                    rate, beta1, beta2, epsilon, decay: isDecoupled ? 0 : decay,
                    shrinkage: isDecoupled ? 1 - rate * decay : 1))
        case .adagrad(let rateDecay, _, let epsilon):
            guard let square = slots["square"] else { return }
            OptimizerPasses.adagrad(
                w, g, square: square, rate: rate / (1 + Double(stepCount - 1) * rateDecay), epsilon: epsilon,
                decay: decay)
        case .adadelta(let rho, let epsilon):
            guard let square = slots["square"], let change = slots["change"] else { return }
            OptimizerPasses.adadelta(
                w, g, square: square, change: change, rate: rate, rho: rho, epsilon: epsilon, decay: decay)
        case .nadam(let beta1, let beta2, let epsilon, let momentumDecay):
            guard let mean = slots["mean"], let square = slots["square"] else { return }
            let shares = momentumShares(beta1, momentumDecay)
            OptimizerPasses.nadam(
                w, g, mean: mean, square: square,
                adamNumbers(rate, beta1, beta2, epsilon, decay: decay, shrinkage: 1),
                gradientRate: rate * (1 - shares.now) / (1 - shares.product),
                meanRate: rate * shares.next / (1 - shares.product * shares.next))
        case .lion(let beta1, let beta2):
            guard let mean = slots["mean"] else { return }
            OptimizerPasses.lion(
                w, g, mean: mean, rate: rate, beta1: beta1, beta2: beta2, shrinkage: 1 - rate * decay)
        case .adamax(let beta1, let beta2, let epsilon):
            guard let mean = slots["mean"], let greatest = slots["greatest"] else { return }
            OptimizerPasses.adamax(
                w, g, mean: mean, greatest: greatest,
                adamNumbers(rate, beta1, beta2, epsilon, decay: decay, shrinkage: 1))
        case .radam(let beta1, let beta2, let epsilon):
            guard let mean = slots["mean"], let square = slots["square"] else { return }
            var numbers = adamNumbers(rate, beta1, beta2, epsilon, decay: decay, shrinkage: 1)
            var meanRate = numbers.rate
            if let share = rectification(beta2) {
                meanRate *= share / numbers.correction
                numbers.correction = 1
            } else {
                // The step is the mean alone.
                (numbers.correction, numbers.epsilon) = (0, 1)
            }
            OptimizerPasses.nadam(
                w, g, mean: mean, square: square, numbers, gradientRate: 0, meanRate: meanRate)
        case .rprop(let shrinkage, let growth, let least, let greatest):
            guard let previous = slots["previous"], let size = slots["size"] else { return }
            OptimizerPasses.rprop(
                w, g, previous: previous, size: size, shrinkage: shrinkage, growth: growth, least: least,
                greatest: greatest)
        }
    }

    /// RAdam's scale of a step by how well the second moment is known; nil where it is not known well enough.
    private func rectification(_ beta2: Double) -> Double? {
        let (t, last) = (Double(stepCount), 2 / (1 - beta2) - 1)
        let length = last - 2 * t * pow(beta2, t) / (1 - pow(beta2, t))
        guard length > 5 else { return nil }
        return ((length - 4) * (length - 2) * last / ((last - 4) * (last - 2) * length)).squareRoot()
    }

    /// NAdam's share of the momentum in this step and the next one, and the product of all so far.
    private func momentumShares(_ beta1: Double, _ decay: Double) -> (now: Double, next: Double, product: Double) {
        func share(_ step: Int) -> Double { beta1 * (1 - 0.5 * pow(0.96, Double(step) * decay)) }
        if momentumProduct.step != stepCount {
            if momentumProduct.step != stepCount - 1 {
                momentumProduct = (stepCount - 1, (1..<max(stepCount, 1)).reduce(1.0) { $0 * share($1) })
            }
            momentumProduct = (stepCount, momentumProduct.value * share(stepCount))
        }
        return (share(stepCount), share(stepCount + 1), momentumProduct.value)
    }

    private func adam(_ w: Tensor, _ g: Tensor, _ slots: [String: Tensor], _ numbers: OptimizerPasses.Adam) {
        guard let mean = slots["mean"], let square = slots["square"] else { return }
        OptimizerPasses.adam(w, g, mean: mean, square: square, numbers)
    }

    // MARK: - State

    /// Takes over what peers keep of their parts of the weights: all peers do so, before one asks for the state.
    package func gatherState() throws {
        guard let parts = slotParts else { return }
        for slot in settings.slots {
            if let vector = slots[slot] { try parts.gather(vector) }
        }
        slotParts = nil
    }

    /// What it keeps from step to step, as copies: `step`, and for each parameter its moments, such as
    /// `mean.conv1.weight`.
    package func state() throws -> [(name: String, value: Tensor)] {
        var entries = [("step", try Tensor([Int64(stepCount)], shape: []))]
        guard let flat else { return entries }
        try gatherState()
        for slot in settings.slots {
            guard let vector = slots[slot] else { continue }
            for part in flat.parts {
                entries.append(("\(slot).\(part.name)", try flat.view(vector, part).copy()))
            }
        }
        return entries
    }

    /// Goes on from a state; all of it or, where something does not fit, none.
    ///
    /// - Throws: `NeuralNetError` `.stateNames`, `.stateShape`; `.noParameters` where the model is not built.
    package func load(state: [String: Tensor]) throws {
        let flat = try prepared()
        let expected = settings.slots.flatMap { slot in flat.parts.map { ("\(slot).\($0.name)", $0.shape) } }
        let names = Set(expected.map(\.0) + ["step"])
        let isFresh = state.count == 1
        let missing = (isFresh ? [] : expected.map(\.0) + ["step"]).filter { state[$0] == nil }
        let unexpected = state.keys.filter { !names.contains($0) }.sorted()
        guard missing.isEmpty && unexpected.isEmpty else {
            throw NeuralNetError(subject: settings.name, .stateNames(missing: missing, unexpected: unexpected))
        }
        for (name, shape) in expected + [("step", [])] {
            guard let value = state[name], value.shape != shape else { continue }
            throw NeuralNetError(subject: name, .stateShape(expected: shape, actual: value.shape))
        }
        try restore(state)
    }

    private func restore(_ state: [String: Tensor]) throws {
        guard let flat else { return }
        slotParts = nil
        if let step = state["step"] { stepCount = step.integers().first ?? 0 }
        for slot in settings.slots {
            guard let vector = slots[slot] else { continue }
            for part in flat.parts {
                if let value = state["\(slot).\(part.name)"], value.shape == part.shape {
                    try OptimizerPasses.write(value.cast(to: flat.dtype), into: vector, at: part.start)
                } else {
                    let initial = settings.initialValue(ofSlot: slot)
                    try OptimizerPasses.write(
                        Tensor.full([part.count], initial, dtype: flat.dtype), into: vector, at: part.start)
                }
            }
        }
    }
}

/// Why a step was refused, before it is known where the value came from.
enum NonFiniteStep: Error {
    case loss(Double)
    case gradient
}

extension Module {
    /// Calls `body` while the parameters record; those that are made meanwhile in a context that names the module as
    /// recorded are stopped with the others.
    ///
    /// - Parameter recording: What operations on them are computed in; nil: at once.
    package func recording<Result>(in recording: Recording? = nil, _ body: () throws -> Result) throws -> Result {
        let all = parameters
        let before = all.filter { !$0.isFrozen }
        try before.startRecording(in: recording)
        defer {
            before.forEach { $0.stopRecording() }
            let now = parameters
            if now.count > all.count {
                let known = Set(all.map { ObjectIdentifier($0) })
                for parameter in now where !known.contains(ObjectIdentifier(parameter)) { parameter.stopRecording() }
            }
        }
        return try body()
    }
}
