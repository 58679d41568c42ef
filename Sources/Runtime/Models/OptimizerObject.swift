import Autograd
import NeuralNet
import TensorCore

/// An optimizer with what it trains.
package final class OptimizerObject: RuntimeObject {
    package let optimizer: Optimizer
    /// Nil where it trains a list or a record.
    private let model: ModuleObject?
    /// What takes the steps instead.
    private let quasiNewton: LBFGS?

    init(
        _ settings: OptimizerSettings, for module: any Module, _ model: ModuleObject?, groups: [OptimizerGroup],
        by quasiNewton: LBFGS? = nil
    ) throws {
        optimizer = try Optimizer(settings, for: module, groups: groups)
        self.model = model
        self.quasiNewton = quasiNewton
    }

    /// Evaluates a loss in training mode, several times if need be, and updates what is trained.
    func step(key: RandomKey, loss: (ForwardContext) throws -> Variable) throws -> Optimizer.StepReport {
        try quasiNewton.map { try optimizer.step(key: key, by: $0, loss: loss) } ?? optimizer.step(key: key, loss: loss)
    }

    package override var kindName: String { "optimizer" }
    package override var fieldNames: [String] { ["lr", "steps", "model"] }
    package override var shortText: String {
        "\(quasiNewton == nil ? optimizer.settings.name : "lbfgs") of \(optimizer.module.displayName), lr=\(Value.number(optimizer.learningRate).shortText)"
    }
    package override func display(_ style: DisplayStyle) throws -> String { shortText }

    package override func field(_ name: String) throws -> Value? {
        switch name {
        case "lr": .number(optimizer.learningRate)
        case "steps": .integer(optimizer.stepCount)
        case "model": model.map { .object($0) } ?? Value.none
        default: nil
        }
    }

    package override func setField(_ name: String, to value: Value) throws {
        try value.checkConstant("`lr` of an optimizer")
        guard name == "lr", let rate = value.asNumber, rate >= 0, rate.isFinite else {
            throw Failure(
                "only the learning rate of an optimizer can be set, to a number of at least 0", help: "opt.lr = 0.001")
        }
        optimizer.learningRate = rate
    }
}
