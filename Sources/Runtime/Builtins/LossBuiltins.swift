import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    static let losses: [Builtin] = Loss.functions.map(loss) + embeddingLosses

    /// A loss as a function of predictions and targets; what `train` takes by its name.
    private static func loss(_ type: any LossFunction.Type) -> Builtin {
        let settings = type.init().settings
        let parameters = settings.map { setting in
            let value =
                switch setting.kind {
                case .number: numberText(setting.value)
                case .whole: "\(Int(setting.value))"
                case .truth: "\(setting.value != 0)"
                case .numbers: "none"
                }
            return "\(setting.name)=\(value)"
        }
        let signature = (["prediction", "target"] + parameters + ["reduction=\"mean\""]).joined(separator: ", ")
        let note = "reduction is \"mean\", \"sum\" or \"none\", as in PyTorch."
        return Builtin(
            "\(type.name)(\(signature))", .losses, type.summary,
            details: type.details.isEmpty ? note : "\(type.details) \(note)", example: type.example
        ) { call in
            var values: [String: [Double]] = [:]
            for setting in settings {
                switch setting.kind {
                case .number: values[setting.name] = [try call.number(setting.name)]
                case .whole: values[setting.name] = [Double(try call.integer(setting.name))]
                case .truth: values[setting.name] = [try call.boolean(setting.name) ? 1 : 0]
                case .numbers:
                    if call.has(setting.name) { values[setting.name] = try call.constant(setting.name).doubles() }
                }
            }
            return try call.loss(type.init(settings: values))
        }
    }
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
        let value = value(parameter)
        let name: String?
        if case .function(let function) = value, case .builtin = function.body {
            name = function.name
        } else {
            name = value.asString
        }
        guard let loss = Loss.functions.first(where: { $0.name == name }) else {
            if value.isCallable { return TrainFunctions(interpreter).loss(value) }
            let names = Loss.functions.map { "\"\($0.name)\"" }
            throw failure(
                parameter, takes: "one of \(names.joined(separator: ", ")), or a function of scores and targets")
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
}
