import NeuralNet

/// An optimizer with what it trains.
package final class OptimizerObject: RuntimeObject {
    package let optimizer: Optimizer
    /// Nil where it trains a list or a record.
    private let model: ModuleObject?

    init(
        _ settings: OptimizerSettings, for module: any Module, _ model: ModuleObject?, groups: [OptimizerGroup]
    ) throws {
        optimizer = try Optimizer(settings, for: module, groups: groups)
        self.model = model
    }

    package override var kindName: String { "optimizer" }
    package override var fieldNames: [String] { ["lr", "steps", "model"] }
    package override var shortText: String {
        "\(optimizer.settings.name) of \(optimizer.module.displayName), lr=\(Value.number(optimizer.learningRate).shortText)"
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
