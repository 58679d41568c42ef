import NeuralNet

extension Builtin {
    /// Optimizers for `step`; `train` takes them by their names.
    static let optimizers: [Builtin] = [
        optimizer(
            "sgd", "lr=0.001, momentum=0, nesterov=false, weight_decay=0",
            "Stochastic gradient descent, for `step`. Sutskever et al. 2013."
        ) { call in
            .sgd(momentum: try call.number("momentum"), isNesterov: try call.boolean("nesterov"))
        },
        optimizer(
            "adam", "lr=0.001, betas=none, eps=0.00000001, weight_decay=0, amsgrad=false",
            "Adam, for `step`. Kingma and Ba 2015.",
            details:
                "`betas` is a pair, [0.9, 0.999] unless given. amsgrad=true divides by the greatest second moment so far."
        ) { call in
            let (beta1, beta2) = try call.betas()
            let epsilon = try call.number("eps")
            guard try call.boolean("amsgrad") else { return .adam(beta1: beta1, beta2: beta2, epsilon: epsilon) }
            return .amsgrad(beta1: beta1, beta2: beta2, epsilon: epsilon)
        },
        optimizer(
            "adamw", "lr=0.001, betas=none, eps=0.00000001, weight_decay=0.01, amsgrad=false",
            "Adam with decoupled weight decay, for `step`. Loshchilov and Hutter 2019."
        ) { call in
            let (beta1, beta2) = try call.betas()
            let epsilon = try call.number("eps")
            guard try call.boolean("amsgrad") else { return .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon) }
            return .amsgrad(beta1: beta1, beta2: beta2, epsilon: epsilon, isDecoupled: true)
        },
        optimizer(
            "rmsprop", "lr=0.01, alpha=0.99, eps=0.00000001, weight_decay=0, momentum=0",
            "RMSprop, for `step`. Tieleman and Hinton 2012."
        ) { call in
            .rmsprop(
                alpha: try call.number("alpha"), epsilon: try call.number("eps"),
                momentum: try call.number("momentum"))
        },
        optimizer(
            "adagrad", "lr=0.01, lr_decay=0, weight_decay=0, initial=0, eps=0.0000000001",
            "Adagrad, for `step`. Duchi, Hazan and Singer 2011.",
            details: "Steps get smaller by the root of the sum of all squared gradients, which starts at `initial`."
        ) { call in
            .adagrad(
                rateDecay: try call.number("lr_decay"), initial: try call.number("initial"),
                epsilon: try call.number("eps"))
        },
        optimizer(
            "adadelta", "lr=1, rho=0.9, eps=0.000001, weight_decay=0", "Adadelta, for `step`. Zeiler 2012."
        ) { call in .adadelta(rho: try call.number("rho"), epsilon: try call.number("eps")) },
        optimizer(
            "nadam", "lr=0.002, betas=none, eps=0.00000001, weight_decay=0, momentum_decay=0.004",
            "Adam with Nesterov's momentum, for `step`. Dozat 2016."
        ) { call in
            let (beta1, beta2) = try call.betas()
            return .nadam(
                beta1: beta1, beta2: beta2, epsilon: try call.number("eps"),
                momentumDecay: try call.number("momentum_decay"))
        },
        optimizer(
            "lion", "lr=0.0001, betas=none, weight_decay=0", "Lion, for `step`: steps by signs. Chen et al. 2023.",
            details: "`betas` is a pair, [0.9, 0.99] unless given."
        ) { call in
            let (beta1, beta2) = try call.betas(usual: (0.9, 0.99))
            return .lion(beta1: beta1, beta2: beta2)
        },
    ]

    private static func optimizer(
        _ name: String, _ settings: String, _ summary: String, details: String = "",
        _ algorithm: @escaping @Sendable (Call) throws -> OptimizerSettings.Algorithm
    ) -> Builtin {
        let shared = """
            It trains a model, a part of one, or a list or record of models, layers and tensors: `\(name)([w, b])` makes
            parameters of tensors. A group has a rate or a decay of its own: `\(name)([net.head, {model=net.body, lr=0.0001}])`;
            `opt.lr = ...` changes all rates in proportion. `clip` limits the norm of the gradients.
            """
        return Builtin(
            "\(name)(model, \(settings), clip=none)", .training, summary,
            details: details.isEmpty ? shared : "\(details)\n\(shared)",
            example:
                "model m() { linear 1 }\nnet = m()\nopt = \(name)(net)\nstep opt mse(net(ones([2, 3])), zeros([2, 1]));"
        ) { call in
            let settings = OptimizerSettings(
                try algorithm(call), learningRate: try call.number("lr"),
                weightDecay: try call.number("weight_decay"),
                clipping: try call.optionalNumber("clip").map { .norm($0) })
            let (module, model, groups) = try call.trained("model", rate: settings.learningRate)
            return .object(try OptimizerObject(settings, for: module, model, groups: groups))
        }
    }
}

extension Call {
    fileprivate func betas(usual: (Double, Double) = (0.9, 0.999)) throws -> (Double, Double) {
        guard has("betas") else { return usual }
        let numbers = try list("betas").compactMap(\.asNumber)
        guard numbers.count == 2 else { throw failure("betas", takes: "a pair of numbers, such as [0.9, 0.999]") }
        return (numbers[0], numbers[1])
    }
}
