import NeuralNet
import TensorCore

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
        optimizer(
            "adamax", "lr=0.002, betas=none, eps=0.00000001, weight_decay=0",
            "Adam by the greatest gradients so far, for `step`. Kingma and Ba 2015."
        ) { call in
            let (beta1, beta2) = try call.betas()
            return .adamax(beta1: beta1, beta2: beta2, epsilon: try call.number("eps"))
        },
        optimizer(
            "radam", "lr=0.001, betas=none, eps=0.00000001, weight_decay=0",
            "Adam with rectified steps, for `step`. Liu et al. 2020.",
            details: "The first steps are those of momentum alone, as long as too little is known of the second moment."
        ) { call in
            let (beta1, beta2) = try call.betas()
            return .radam(beta1: beta1, beta2: beta2, epsilon: try call.number("eps"))
        },
        optimizer(
            "rprop", "lr=0.01, etas=none, step_sizes=none, weight_decay=0",
            "Resilient backpropagation, for `step` on all examples. Riedmiller and Braun 1993.",
            details: """
                Each weight has a step size, at first `lr`: the signs of its gradients make it smaller and larger, by the
                factors `etas`, [0.5, 1.2] unless given, within `step_sizes`, [0.000001, 50] unless given.
                """
        ) { call in
            let (shrinkage, growth) = try call.pair("etas", usual: (0.5, 1.2))
            let (least, greatest) = try call.pair("step_sizes", usual: (1e-6, 50))
            return .rprop(shrinkage: shrinkage, growth: growth, least: least, greatest: greatest)
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
            if case .rprop = settings.algorithm, groups.contains(where: { $0.rateShare != 1 || $0.weightDecay != nil })
            {
                throw Failure("`rprop` has one `lr` for all groups", help: "make an optimizer for each group")
            }
            return .object(try OptimizerObject(settings, for: module, model, groups: groups))
        }
    }
}

extension Call {
    fileprivate func betas(usual: (Double, Double) = (0.9, 0.999)) throws -> (Double, Double) {
        try pair("betas", usual: usual)
    }

    fileprivate func pair(_ parameter: String, usual: (Double, Double)) throws -> (Double, Double) {
        guard has(parameter) else { return usual }
        let numbers = try list(parameter).compactMap(\.asNumber)
        guard numbers.count == 2 else {
            throw failure(
                parameter, takes: "a pair of numbers, such as [\(numberText(usual.0)), \(numberText(usual.1))]")
        }
        return (numbers[0], numbers[1])
    }
}
