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
    /// The rate when the first scheduler asked for it: all of them start from that one, as in PyTorch.
    private var initialRate: Double?

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
        case "initial_lr": .number(firstRate())
        case "momentum" where quasiNewton == nil: optimizer.settings.momentum.map { .number($0) }
        // PyTorch's; each is the one that it was.
        case "param_groups": .list(groups.map { .object($0) })
        case "steps": .integer(optimizer.stepCount)
        case "model": model.map { .object($0) } ?? Value.none
        case "state_dict", "load_state_dict": .function(method(name))
        default: nil
        }
    }

    private func firstRate() -> Double {
        let rate = initialRate ?? optimizer.learningRate
        initialRate = rate
        return rate
    }

    /// `opt.state_dict()` is a record of its rate and of copies of what it keeps from step to step, and
    /// `opt.load_state_dict(state)` goes on from that.
    private func method(_ name: String) -> Function {
        let isLoading = name == "load_state_dict"
        return Function(native: "\(name)(\(isLoading ? "state" : ""))", of: .object(self)) { [self] _, arguments, _ in
            guard arguments.named.isEmpty, arguments.positional.count == (isLoading ? 1 : 0), quasiNewton == nil else {
                throw Failure(
                    quasiNewton == nil
                        ? "`\(name)` takes \(isLoading ? "one state" : "nothing")"
                        : "the state of `lbfgs` is not saved")
            }
            guard isLoading else {
                return .record(
                    Record(
                        [("lr", .number(optimizer.learningRate))]
                            + (try optimizer.state().map { ($0.name, .tensor(Variable($0.value))) })))
            }
            guard case .record(let record) = arguments.positional[0], let rate = record["lr"]?.asNumber else {
                throw Failure("`load_state_dict` of an optimizer takes what its `state_dict()` gave")
            }
            var state: [String: Tensor] = [:]
            for (name, value) in record.fields where name != "lr" {
                guard let tensor = try value.asVariable() else {
                    throw Failure("`load_state_dict` of an optimizer takes what its `state_dict()` gave")
                }
                state[name] = name == "step" ? try tensor.value.cast(to: .int64) : tensor.value
            }
            // Before the first step nothing is kept.
            if state.count > 1 || optimizer.stepCount > 0 { try optimizer.load(state: state) }
            try assign("lr", .number(rate))
            return .none
        }
    }

    /// One for each group of parameters.
    private var groups: [ParameterGroup] {
        optimizer.shares.indices.map { ParameterGroup(of: self, at: $0) }
    }

    package override func setField(_ name: String, to value: Value) throws {
        // An element has changed itself: `opt.param_groups[0]["lr"] = 0.01`.
        if name == "param_groups", case .list(let list) = value,
            list.allSatisfy({ $0.object(as: ParameterGroup.self)?.belongs(to: self) == true })
        {
            return
        }
        if name == "momentum", quasiNewton == nil, optimizer.settings.momentum != nil {
            guard let momentum = value.asNumber else {
                throw Failure("the momentum of an optimizer is a number, not \(value.kindWithArticle)")
            }
            return try optimizer.setMomentum(momentum)
        }
        optimizer.learningRate = try rate(name, value)
    }

    private func rate(_ name: String, _ value: Value) throws -> Double {
        try value.checkConstant("`lr` of an optimizer")
        guard name == "lr", let rate = value.asNumber, rate >= 0, rate.isFinite else {
            throw Failure(
                "the learning rate of an optimizer can be set, to a number of at least 0, and the momentum that it has",
                help: "opt.lr = 0.001")
        }
        return rate
    }

    /// Sets the rate of one of several groups.
    fileprivate func setRate(of group: Int, to value: Value) throws {
        let rate = try rate("lr", value)
        guard optimizer.learningRate > 0 else {
            throw Failure("the rates of groups are shares of `opt.lr`, which is 0", help: "set `opt.lr` first")
        }
        try checkOwnership()
        optimizer.setShare(rate / optimizer.learningRate, ofGroup: group)
    }
}

/// `opt.param_groups[0]`: what a script reads and sets of some of an optimizer's parameters.
private final class ParameterGroup: RuntimeObject {
    private let owner: OptimizerObject
    private let index: Int

    init(of owner: OptimizerObject, at index: Int) { (self.owner, self.index) = (owner, index) }

    func belongs(to optimizer: OptimizerObject) -> Bool { owner === optimizer }

    private var rate: Double { owner.optimizer.learningRate * owner.optimizer.shares[index] }

    override var kindName: String { "parameter group" }
    override var fieldNames: [String] { ["lr"] }
    override var shortText: String { "{lr=\(Value.number(rate).shortText)}" }
    override func display(_ style: DisplayStyle) throws -> String { shortText }
    override func field(_ name: String) throws -> Value? { name == "lr" ? .number(rate) : nil }

    override func element(_ subscripts: [Subscript]) throws -> Value {
        guard subscripts.count == 1, case .value(.string("lr")) = subscripts[0] else {
            throw Failure(
                "a group of an optimizer's parameters has its rate alone", help: "opt.param_groups[0][\"lr\"]")
        }
        return .number(rate)
    }

    override func setElement(_ subscripts: [Subscript], to value: Value) throws -> Bool {
        _ = try element(subscripts)
        try assign("lr", value)
        return true
    }

    override func setField(_ name: String, to value: Value) throws {
        guard name == "lr" else {
            throw Failure(
                "a group of an optimizer's parameters has its rate alone", help: "opt.param_groups[0][\"lr\"]")
        }
        // The rates of groups are shares of the first one's.
        guard owner.optimizer.shares.count > 1 else { return try owner.assign("lr", value) }
        try owner.setRate(of: index, to: value)
    }
}
