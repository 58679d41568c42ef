import Autograd
import Language
import NeuralNet
import Synchronization

/// `step opt loss`: evaluates the loss in training mode, differentiates it and updates the optimizer's parameters.
///
/// A block gives what it ends with: the loss alone, or a list or record that begins with it.
final class StepNode: Node {
    let optimizer: Node
    let loss: Node
    /// The names that a block assigns.
    let names: [(node: Node, target: TargetNode)]
    /// Whether it was told that a part of the loss is constant.
    private let isPartTold = Atomic(false)

    init(_ optimizer: Node, _ loss: Node, names: [(Node, TargetNode)], _ location: Diagnostic.Location) {
        self.optimizer = optimizer
        self.loss = loss
        self.names = names
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
        let isInner = interpreter.gradientDepth > 0 || interpreter.currentContext != nil
        let key = interpreter.random.next()
        return try locating {
            var result = Value.none
            let report = try object.step(key: key) { context in
                context.keepsModes = true
                return try interpreter.applying(context) {
                    let output = try interpreter.computingLoss {
                        result = try loss.evaluate(frame)
                        let output = try Self.loss(of: result, at: loss.location)
                        try tellIfConstant(output, object.optimizer.module, interpreter)
                        return output
                    }
                    try loss.locating { try interpreter.checkDifferentiable(output) }
                    // A gradient around this one still flows through what the block has computed.
                    guard !isInner else { return output }
                    // What is kept are the values before the weights change.
                    try output.compute()
                    result = result.detached()
                    try endGradients(frame)
                    return output
                }
            }
            if case .tensor = result { return .number(report.loss) }
            try result.checkPartCount()
            return result.withLoss(.number(report.loss)).detached()
        }
    }

    /// Says once that a part of the loss was computed before the step, so that it is not left out of the training
    /// without a message.
    private func tellIfConstant(_ loss: Variable, _ trained: any Module, _ interpreter: Interpreter) throws {
        guard loss.isTracked, !isPartTold.load(ordering: .relaxed),
            let source = interpreter.sourceOfConstantPart(of: loss, trained: trained)
        else { return }
        isPartTold.store(true, ordering: .relaxed)
        let name = source.displayName
        try interpreter.sink.emit(
            .note(
                "a part of this loss was computed by `\(name)` before `step`, and does not train it: only what is "
                    + "computed within `step` does. Apply `\(name)` there, `step opt { out = net(x); loss(out, y) }`; "
                    + "of a part that is meant as a constant, write `detach(out)`"))
    }

    private static func loss(of result: Value, at location: Diagnostic.Location) throws -> Variable {
        if case .tensor(let output) = result { return output }
        let first: Value? =
            switch result {
            case .list(let elements): elements.first
            case .record(let record): record.fields.first?.value
            default: nil
            }
        if case .tensor(let output)? = first { return output }
        throw Failure(
            "the loss of `step` is a tensor of one number, not \(result.kindWithArticle)",
            help: "a block ends with the loss, or with a list or record that begins with it: [loss, scores]"
        ).located(location)
    }

    /// What the block has assigned holds on to everything that it was computed from: it becomes constant.
    private func endGradients(_ frame: Frame) throws {
        for (node, target) in names {
            guard let value = try? node.evaluate(frame), value.contains(where: \.isTracked) else { continue }
            try target.assign(value.detached(), frame)
        }
    }
}

extension Value {
    /// A list or record with another first part.
    fileprivate func withLoss(_ loss: Value) -> Value {
        switch self {
        case .list(let elements): return .list([loss] + elements.dropFirst())
        case .record(var record):
            if let key = record.keys.first { record[key] = loss }
            return .record(record)
        default: return self
        }
    }

    /// The same with constants for the tensors that a gradient flows through.
    fileprivate func detached(depth: Int = 0) -> Value {
        guard depth < Value.deepestGroup else { return self }
        switch self {
        case .tensor(let tensor): return .tensor(tensor.detached())
        case .list(let elements): return .list(elements.map { $0.detached(depth: depth + 1) })
        case .record(let record):
            return .record(record.mapValues { $1.detached(depth: depth + 1) })
        default: return self
        }
    }
}
