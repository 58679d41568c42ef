import Language
import NeuralNet

/// `step opt loss`: evaluates the loss in training mode, differentiates it and updates the optimizer's model.
final class StepNode: Node {
    let optimizer: Node
    let loss: Node

    init(_ optimizer: Node, _ loss: Node, _ location: Diagnostic.Location) {
        self.optimizer = optimizer
        self.loss = loss
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let value = try optimizer.evaluate(frame)
        guard let object = value.object(as: OptimizerObject.self) else {
            throw Failure(
                "`step` takes an optimizer and a loss, and got \(value.kindWithArticle)",
                help: "opt = adam(net, lr=0.001), then: step opt cross_entropy(net(x), y)"
            ).located(optimizer.location)
        }
        let interpreter = frame.interpreter
        let key = interpreter.random.next()
        return try locating {
            let report = try object.optimizer.step(key: key) { context in
                try interpreter.applying(context) {
                    let result = try loss.evaluate(frame)
                    guard case .tensor(let output) = result else {
                        throw Failure("the loss of `step` is a tensor of one number, not \(result.kindWithArticle)")
                            .located(loss.location)
                    }
                    try loss.locating { try interpreter.checkDifferentiable(output) }
                    return output
                }
            }
            return .number(report.loss)
        }
    }
}
