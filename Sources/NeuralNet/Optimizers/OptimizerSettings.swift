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
    ///   - learningRate: 0.01 for RMSprop and 0.001 for the others unless given.
    ///   - weightDecay: 0.01 for AdamW and 0 for the others unless given.
    package init(
        _ algorithm: Algorithm, learningRate: Double? = nil, weightDecay: Double? = nil, clipping: Clipping? = nil
    ) {
        self.algorithm = algorithm
        switch algorithm {
        case .rmsprop: self.learningRate = learningRate ?? 0.01
        case .sgd, .adam, .adamW: self.learningRate = learningRate ?? 0.001
        }
        if case .adamW = algorithm {
            self.weightDecay = weightDecay ?? 0.01
        } else {
            self.weightDecay = weightDecay ?? 0
        }
        self.clipping = clipping
    }

    /// The name that scripts use.
    package var name: String {
        switch algorithm {
        case .sgd: "sgd"
        case .adam: "adam"
        case .adamW: "adamw"
        case .rmsprop: "rmsprop"
        }
    }

    /// The vectors that are kept from step to step beside the weights.
    var slots: [String] {
        switch algorithm {
        case .sgd(let momentum, _): momentum == 0 ? [] : ["momentum"]
        case .adam, .adamW: ["mean", "square"]
        case .rmsprop: ["square", "momentum"]
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
        case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
            try check("beta1", beta1 >= 0 && beta1 < 1, beta1, "at least 0 and less than 1")
            try check("beta2", beta2 >= 0 && beta2 < 1, beta2, "at least 0 and less than 1")
            try check("eps", epsilon >= 0, epsilon, "at least 0")
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
