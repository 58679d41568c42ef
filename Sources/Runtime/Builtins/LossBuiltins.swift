import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    static let losses: [Builtin] = Loss.functions.map(loss) + optimizers

    /// A loss as a function of predictions and targets; what `train` takes by its name.
    private static func loss(_ type: any LossFunction.Type) -> Builtin {
        let settings = type.init().settings
        let parameters = settings.map { setting in
            let value =
                switch setting.kind {
                case .number: numberText(setting.value)
                case .whole: "\(Int(setting.value))"
                case .truth: "\(setting.value != 0)"
                }
            return "\(setting.name)=\(value)"
        }
        let signature = (["prediction", "target"] + parameters + ["reduction=\"mean\""]).joined(separator: ", ")
        let note = "reduction is \"mean\", \"sum\" or \"none\", as in PyTorch."
        return Builtin(
            "\(type.name)(\(signature))", .losses, type.summary,
            details: type.details.isEmpty ? note : "\(type.details) \(note)", example: type.example
        ) { call in
            var values: [String: Double] = [:]
            for setting in settings {
                switch setting.kind {
                case .number: values[setting.name] = try call.number(setting.name)
                case .whole: values[setting.name] = Double(try call.integer(setting.name))
                case .truth: values[setting.name] = try call.boolean(setting.name) ? 1 : 0
                }
            }
            return try call.loss(type.init(settings: values))
        }
    }

    private static let optimizers: [Builtin] = [
        Builtin(
            "sgd(model, lr=0.001, momentum=0, nesterov=false, weight_decay=0, clip=none)", .training,
            "Stochastic gradient descent, for `step`. Sutskever et al. 2013.",
            details: "`clip` limits the norm of the gradients.",
            example:
                "model m() { linear 1 }\nnet = m()\nopt = sgd(net, lr=0.1)\nstep opt mse(net(ones([2, 3])), zeros([2, 1]));"
        ) { call in
            try call.optimizer(
                .sgd(momentum: try call.number("momentum"), isNesterov: try call.boolean("nesterov")))
        },
        Builtin(
            "adam(model, lr=0.001, betas=none, eps=0.00000001, weight_decay=0, clip=none)", .training,
            "Adam, for `step`. Kingma and Ba 2015.",
            details: "`betas` is a pair, [0.9, 0.999] unless given; `clip` limits the norm of the gradients.",
            example:
                "model m() { linear 1 }\nnet = m()\nopt = adam(net, lr=0.001)\nstep opt mse(net(ones([2, 3])), zeros([2, 1]));"
        ) { call in
            let (beta1, beta2) = try call.betas()
            return try call.optimizer(.adam(beta1: beta1, beta2: beta2, epsilon: try call.number("eps")))
        },
        Builtin(
            "adamw(model, lr=0.001, betas=none, eps=0.00000001, weight_decay=0.01, clip=none)", .training,
            "Adam with decoupled weight decay, for `step`. Loshchilov and Hutter 2019.",
            example:
                "model m() { linear 1 }\nnet = m()\nopt = adamw(net)\nstep opt mse(net(ones([2, 3])), zeros([2, 1]));"
        ) { call in
            let (beta1, beta2) = try call.betas()
            return try call.optimizer(.adamW(beta1: beta1, beta2: beta2, epsilon: try call.number("eps")))
        },
        Builtin(
            "rmsprop(model, lr=0.01, alpha=0.99, eps=0.00000001, momentum=0, weight_decay=0, clip=none)", .training,
            "RMSprop, for `step`. Tieleman and Hinton 2012.",
            example:
                "model m() { linear 1 }\nnet = m()\nopt = rmsprop(net)\nstep opt mse(net(ones([2, 3])), zeros([2, 1]));"
        ) { call in
            try call.optimizer(
                .rmsprop(
                    alpha: try call.number("alpha"), epsilon: try call.number("eps"),
                    momentum: try call.number("momentum")))
        },
    ]
}

extension Call {
    package func model(_ parameter: String) throws -> ModuleObject {
        let model = try object(parameter, as: ModuleObject.self, called: "a model")
        if interpreter.gradientDepth > 0, model.module.parameters.contains(where: \.variable.isTracked) {
            interpreter.gradientEnds.constants.append(name)
        }
        return model
    }

    /// A loss by its name, or by the function of that name: `loss=mse`.
    func optionalLoss(_ parameter: String) throws -> Loss? {
        guard has(parameter) else { return nil }
        let name = if case .function(let function) = value(parameter) { function.name } else { try string(parameter) }
        guard let loss = Loss.functions.first(where: { $0.name == name }) else {
            let names = Loss.functions.map { "\"\($0.name)\"" }
            throw failure(parameter, takes: "one of \(names.joined(separator: ", "))")
        }
        return Loss(loss.init())
    }

    fileprivate func loss(_ function: any LossFunction) throws -> Value {
        guard
            let reduction = LossReduction(rawValue: try choice("reduction", of: LossReduction.allCases.map(\.rawValue)))
        else { return .none }
        let operands = try operands("prediction", "target")
        let prediction = try operands[0].asWideFractions
        let target = try target(operands[1], for: function, rank: prediction.rank)
        if Loss(function).takesClasses, target.rank != prediction.rank {
            try Value.tensor(operands[1]).checkConstant("the classes of `\(name)`")
        }
        try checkLabels(target.value, Loss(function, reduction: reduction))
        return Value.tensor(try Loss(function, reduction: reduction)(prediction, target)).unwrapped
    }

    /// Refuses a mean over no labels in a step, which would be NaN.
    private func checkLabels(_ target: Tensor, _ loss: Loss) throws {
        guard interpreter.currentContext?.isTraining == true, loss.reduction == .mean, target.dtype == .int64,
            let ignored = loss.ignoreIndex, target.count > 0, target.integers().allSatisfy({ $0 == ignored })
        else { return }
        throw Failure(
            "all labels are \(ignored), which `\(name)` ignores: there is nothing to learn from",
            help: "take no step then: `if any(y != \(ignored)) { step opt \(name)(net(x), y) }`")
    }

    /// Classes may be written as a plain list of numbers.
    private func target(_ target: Variable, for function: any LossFunction, rank: Int) throws -> Variable {
        if case .tensor = value("target") { return target }
        let isWhole = target.value.doubles().allSatisfy { $0 == $0.rounded() }
        guard Loss(function).takesClasses, isWhole, rank != target.rank else { return target }
        return Variable(try target.value.cast(to: .int64))
    }

    fileprivate func betas() throws -> (Double, Double) {
        guard has("betas") else { return (0.9, 0.999) }
        let numbers = try list("betas").compactMap(\.asNumber)
        guard numbers.count == 2 else { throw failure("betas", takes: "a pair of numbers, such as [0.9, 0.999]") }
        return (numbers[0], numbers[1])
    }

    fileprivate func optimizer(_ algorithm: OptimizerSettings.Algorithm) throws -> Value {
        let settings = OptimizerSettings(
            algorithm, learningRate: try number("lr"), weightDecay: try number("weight_decay"),
            clipping: try optionalNumber("clip").map { .norm($0) })
        return .object(try OptimizerObject(settings, for: try model("model")))
    }
}
