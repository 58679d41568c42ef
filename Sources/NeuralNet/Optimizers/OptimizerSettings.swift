import TensorCore

/// What an optimizer does with a gradient `g` to weights `w`, with PyTorch's formulas and defaults.
package struct OptimizerSettings: Equatable, Sendable {
    package enum Algorithm: Equatable, Sendable {
        /// `m = momentum * m + g; w -= rate * m`; Nesterov's variant subtracts `rate * (g + momentum * m)`.
        /// Sutskever et al. 2013, proceedings.mlr.press/v28/sutskever13.html.
        case sgd(momentum: Double = 0, isNesterov: Bool = false)
        /// `m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2;`
        /// `w -= rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)` at step `t` from 1.
        /// Kingma and Ba 2015, arXiv:1412.6980.
        case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
        /// Adam with `w -= rate * decay * w` instead of the decay in the gradient.
        /// Loshchilov and Hutter 2019, arXiv:1711.05101.
        case adamW(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
        /// `v = alpha * v + (1 - alpha) * g^2; m = momentum * m + g / (sqrt(v) + epsilon); w -= rate * m`.
        /// Tieleman and Hinton 2012, lecture 6.5 of "Neural Networks for Machine Learning".
        case rmsprop(alpha: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0)
        /// Adam, or with `isDecoupled` AdamW, that divides by the root of the greatest `v` so far.
        /// Reddi et al. 2018, arXiv:1904.09237.
        case amsgrad(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, isDecoupled: Bool = false)
        /// `v += g^2; w -= rate / (1 + (t - 1) * rateDecay) * g / (sqrt(v) + epsilon)`, with v from `initial`.
        /// Duchi et al. 2011, jmlr.org/papers/v12/duchi11a.html.
        case adagrad(rateDecay: Double = 0, initial: Double = 0, epsilon: Double = 1e-10)
        /// `v = rho * v + (1 - rho) * g^2; d = g * sqrt(u + epsilon) / sqrt(v + epsilon);`
        /// `u = rho * u + (1 - rho) * d^2; w -= rate * d`. Zeiler 2012, arXiv:1212.5701.
        case adadelta(rho: Double = 0.9, epsilon: Double = 1e-6)
        /// Adam with Nesterov's momentum, whose share grows: `mu_t = beta1 * (1 - 0.96^(t * momentumDecay) / 2)`.
        /// Dozat 2016, openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ.
        case nadam(
            beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, momentumDecay: Double = 0.004)
        /// `w -= rate * (sign(beta1 * m + (1 - beta1) * g) + decay * w); m = beta2 * m + (1 - beta2) * g`.
        /// Chen et al. 2023, arXiv:2302.06675.
        case lion(beta1: Double = 0.9, beta2: Double = 0.99)
        /// `m = beta1 * m + (1 - beta1) * g; u = max(beta2 * u, |g| + epsilon); w -= rate / (1 - beta1^t) * m / u`.
        /// Kingma and Ba 2015, arXiv:1412.6980.
        case adamax(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
        /// Adam whose steps are scaled by how well the second moment is known, and not divided by it at first.
        /// Liu et al. 2020, arXiv:1908.03265.
        case radam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
        /// Steps of a size for each weight, which starts at the learning rate, times `growth` while gradients keep
        /// their sign, times `shrinkage` where one changes it. Riedmiller and Braun 1993, doi:10.1109/ICNN.1993.298623.
        case rprop(shrinkage: Double = 0.5, growth: Double = 1.2, least: Double = 1e-6, greatest: Double = 50)
    }

    package enum Clipping: Equatable, Sendable {
        /// Scales all gradients by `limit / (norm + 1e-6)` where their common norm is larger. Pascanu et al. 2013,
        /// arXiv:1211.5063.
        case norm(Double)
        /// Limits each number to `-limit ... limit`.
        case value(Double)
    }

    package var algorithm: Algorithm
    package var learningRate: Double
    /// Adds `weightDecay * w` to the gradient; AdamW shrinks the weights themselves.
    package var weightDecay: Double
    package var clipping: Clipping?

    /// - Parameters:
    ///   - learningRate: Unless given 0.01 for RMSprop, Adagrad and Rprop, 1 for Adadelta, 0.002 for NAdam and Adamax,
    ///     0.0001 for Lion and 0.001 for the others.
    ///   - weightDecay: 0.01 for AdamW and 0 for the others unless given.
    package init(
        _ algorithm: Algorithm, learningRate: Double? = nil, weightDecay: Double? = nil, clipping: Clipping? = nil
    ) {
        self.algorithm = algorithm
        switch algorithm {
        case .rmsprop, .adagrad, .rprop: self.learningRate = learningRate ?? 0.01
        case .adadelta: self.learningRate = learningRate ?? 1
        case .nadam, .adamax: self.learningRate = learningRate ?? 0.002
        case .lion: self.learningRate = learningRate ?? 0.0001
        case .sgd, .adam, .adamW, .amsgrad, .radam: self.learningRate = learningRate ?? 0.001
        }
        switch algorithm {
        case .adamW, .amsgrad(_, _, _, isDecoupled: true): self.weightDecay = weightDecay ?? 0.01
        default: self.weightDecay = weightDecay ?? 0
        }
        self.clipping = clipping
    }

    /// The share that former gradients keep, `beta1` of Adam and its like; nil for those without one.
    package var momentum: Double? {
        get {
            switch algorithm {
            case .sgd(let momentum, _), .rmsprop(_, _, let momentum): momentum
            case .adam(let beta1, _, _), .adamW(let beta1, _, _), .amsgrad(let beta1, _, _, _),
                .nadam(let beta1, _, _, _), .lion(let beta1, _), .adamax(let beta1, _, _), .radam(let beta1, _, _):
                beta1
            case .adagrad, .adadelta, .rprop: nil
            }
        }
        set {
            guard let newValue else { return }
            switch algorithm {
            case .sgd(_, let isNesterov): algorithm = .sgd(momentum: newValue, isNesterov: isNesterov)
            case .adam(_, let beta2, let epsilon): algorithm = .adam(beta1: newValue, beta2: beta2, epsilon: epsilon)
            case .adamW(_, let beta2, let epsilon): algorithm = .adamW(beta1: newValue, beta2: beta2, epsilon: epsilon)
            case .rmsprop(let alpha, let epsilon, _):
                algorithm = .rmsprop(alpha: alpha, epsilon: epsilon, momentum: newValue)
            case .amsgrad(_, let beta2, let epsilon, let isDecoupled):
                algorithm = .amsgrad(beta1: newValue, beta2: beta2, epsilon: epsilon, isDecoupled: isDecoupled)
            case .nadam(_, let beta2, let epsilon, let decay):
                algorithm = .nadam(beta1: newValue, beta2: beta2, epsilon: epsilon, momentumDecay: decay)
            case .lion(_, let beta2): algorithm = .lion(beta1: newValue, beta2: beta2)
            case .adamax(_, let beta2, let epsilon):
                algorithm = .adamax(beta1: newValue, beta2: beta2, epsilon: epsilon)
            case .radam(_, let beta2, let epsilon): algorithm = .radam(beta1: newValue, beta2: beta2, epsilon: epsilon)
            case .adagrad, .adadelta, .rprop: break
            }
        }
    }

    /// The name that scripts use.
    package var name: String {
        switch algorithm {
        case .sgd: "sgd"
        case .adam: "adam"
        case .adamW: "adamw"
        case .rmsprop: "rmsprop"
        case .amsgrad(_, _, _, let isDecoupled): isDecoupled ? "adamw" : "adam"
        case .adagrad: "adagrad"
        case .adadelta: "adadelta"
        case .nadam: "nadam"
        case .lion: "lion"
        case .adamax: "adamax"
        case .radam: "radam"
        case .rprop: "rprop"
        }
    }

    /// The names of all, as scripts give them to `train`.
    package static let names = [
        "adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta", "nadam", "lion", "adamax", "radam", "rprop",
    ]

    /// The algorithm of a name with its usual numbers.
    package static func algorithm(named name: String) -> Algorithm? {
        switch name {
        case "adam": .adam()
        case "adamw": .adamW()
        case "sgd": .sgd()
        case "rmsprop": .rmsprop()
        case "adagrad": .adagrad()
        case "adadelta": .adadelta()
        case "nadam": .nadam()
        case "lion": .lion()
        case "adamax": .adamax()
        case "radam": .radam()
        case "rprop": .rprop()
        default: nil
        }
    }

    /// The vectors that are kept from step to step beside the weights.
    var slots: [String] {
        switch algorithm {
        case .sgd(let momentum, _): momentum == 0 ? [] : ["momentum"]
        case .adam, .adamW: ["mean", "square"]
        case .rmsprop: ["square", "momentum"]
        case .amsgrad: ["mean", "square", "greatest"]
        case .adagrad: ["square"]
        case .adadelta: ["square", "change"]
        case .nadam, .radam: ["mean", "square"]
        case .adamax: ["mean", "greatest"]
        case .rprop: ["previous", "size"]
        case .lion: ["mean"]
        }
    }

    /// What the elements of a slot are before the first step.
    func initialValue(ofSlot slot: String) -> Double {
        switch algorithm {
        case .adagrad(_, let initial, _): initial
        case .rprop where slot == "size": learningRate
        default: 0
        }
    }

    /// Refuses numbers that no training can work with.
    ///
    /// - Throws: `NeuralNetError` `.setting`.
    package func validate() throws {
        try check("lr", learningRate >= 0 && learningRate.isFinite, learningRate, "a number of at least 0")
        try check("weight_decay", weightDecay >= 0 && weightDecay.isFinite, weightDecay, "a number of at least 0")
        switch clipping {
        case .norm(let limit): try check("clip", limit > 0, limit, "more than 0")
        case .value(let limit): try check("clip_value", limit > 0, limit, "more than 0")
        case nil: break
        }
        switch algorithm {
        case .sgd(let momentum, let isNesterov):
            try check("momentum", momentum >= 0 && momentum.isFinite, momentum, "a number of at least 0")
            try check("momentum", !isNesterov || momentum > 0, momentum, "more than 0 with nesterov=true")
        case .adagrad(let rateDecay, let initial, let epsilon):
            try check("lr_decay", rateDecay >= 0 && rateDecay.isFinite, rateDecay, "a number of at least 0")
            try check("initial", initial >= 0 && initial.isFinite, initial, "a number of at least 0")
            try check("eps", epsilon >= 0, epsilon, "at least 0")
        case .adadelta(let rho, let epsilon):
            try check("rho", rho >= 0 && rho <= 1, rho, "between 0 and 1")
            try check("eps", epsilon >= 0, epsilon, "at least 0")
        case .lion(let beta1, let beta2):
            try check("beta1", beta1 >= 0 && beta1 < 1, beta1, "at least 0 and less than 1")
            try check("beta2", beta2 >= 0 && beta2 < 1, beta2, "at least 0 and less than 1")
        case .nadam(_, _, _, let momentumDecay) where !(momentumDecay >= 0 && momentumDecay.isFinite):
            try check("momentum_decay", false, momentumDecay, "a number of at least 0")
        case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon),
            .amsgrad(let beta1, let beta2, let epsilon, _), .nadam(let beta1, let beta2, let epsilon, _),
            .adamax(let beta1, let beta2, let epsilon), .radam(let beta1, let beta2, let epsilon):
            try check("beta1", beta1 >= 0 && beta1 < 1, beta1, "at least 0 and less than 1")
            try check("beta2", beta2 >= 0 && beta2 < 1, beta2, "at least 0 and less than 1")
            try check("eps", epsilon >= 0, epsilon, "at least 0")
        case .rprop(let shrinkage, let growth, let least, let greatest):
            try check("etas", shrinkage > 0 && shrinkage < 1, shrinkage, "more than 0 and less than 1 at first")
            try check("etas", growth > 1 && growth.isFinite, growth, "more than 1 as the second")
            try check(
                "step_sizes", least >= 0 && least <= greatest && greatest.isFinite, least,
                "0 or more, and up to the second")
        case .rmsprop(let alpha, let epsilon, let momentum):
            try check("alpha", alpha >= 0 && alpha.isFinite, alpha, "a number of at least 0")
            try check("eps", epsilon >= 0, epsilon, "at least 0")
            try check("momentum", momentum >= 0 && momentum.isFinite, momentum, "a number of at least 0")
        }
    }

    private func check(_ setting: String, _ isValid: Bool, _ value: Double, _ expected: String) throws {
        guard isValid else {
            throw NeuralNetError(
                subject: name, .setting(name: setting, value: numberText(value), expected: expected))
        }
    }
}
