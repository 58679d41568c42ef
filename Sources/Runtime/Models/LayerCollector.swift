import Autograd
import Language
import NeuralNet
import TensorCore

/// Gathers what the lines of a model's block make.
final class LayerCollector {
    private(set) var layers: [(name: String?, module: any Module)] = []
    private(set) var functions: [String: Function] = [:]

    func add(_ value: Value, name: String?) throws {
        switch value {
        case .object(let object):
            guard let module = object as? ModuleObject else { return }
            try module.requireOwn(to: "build a model of")
            layers.append((name, module.module))
        case .function(let function):
            if let name, case .user = function.body {
                functions[name] = function
            } else if name == nil {
                throw Failure(
                    "`\(function.name)` alone makes no layer", help: "it is called as \(function.signature.text)")
            }
        case .list(let elements):
            // A list of layers under one name: its parameters are name.0.weight, name.1.weight, ...
            let objects = elements.compactMap { $0.object(as: ModuleObject.self) }
            try objects.forEach { try $0.requireOwn(to: "build a model of") }
            let modules = objects.map(\.module)
            guard let name, !modules.isEmpty, modules.count == elements.count else { return }
            let group = Model(name)
            for (index, module) in modules.enumerated() { try group.add(module, name: "\(index)") }
            layers.append((name, group))
        default: break
        }
    }
}

/// A line of a model's block: the layer that it makes is added.
final class LayerStatement: StatementNode {
    let node: Node
    let name: (text: String, target: TargetNode)?

    init(_ node: Node, name: (text: String, target: TargetNode)?) {
        self.node = node
        self.name = name
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let value = try node.evaluate(frame)
        try name?.target.assign(value, frame)
        try node.locating { try frame.layers?.add(value, name: name?.text) }
        return .normal
    }
}

extension Interpreter {
    /// Runs a model's block and makes the model of the layers that its lines gave.
    func makeModel(_ function: Function, _ code: UserCode, _ frame: Frame) throws -> Value {
        let key = random.next()
        let values = frame.slots
        let model = try assembled(function, code, frame, key: key)
        if !model.isSequence {
            model.remake = { [unowned root = self.root] original in
                let interpreter = Interpreter.ofThread.object ?? root
                let again = Frame(slotCount: code.slotCount, parent: code.closure, interpreter: interpreter)
                again.slots = values
                let copy = try interpreter.silently { try interpreter.assembled(function, code, again, key: key) }
                (copy.script as? ModelScript)?.coding = (original.script as? ModelScript)?.coding
                return copy
            }
        }
        if let index = function.signature.index(of: "input"), !values[index].isNone {
            guard let sizes = try values[index].elements?.compactMap(\.asInteger),
                sizes.count == values[index].knownCount,
                !sizes.isEmpty, sizes.allSatisfy({ $0 > 0 })
            else {
                throw Failure(
                    "`input` of `\(function.name)` takes the sizes of one example, such as [1, 28, 28], and got \(values[index].shortText)"
                )
            }
            try model.build(sampleShapes: [sizes])
        }
        return .object(ModuleObject(model, definition: code.source))
    }

    private func assembled(
        _ function: Function, _ code: UserCode, _ frame: Frame, key: RandomKey
    ) throws -> Model {
        let collector = LayerCollector()
        frame.layers = collector
        _ = try code.body.run(frame)
        let model = Model(function.name, place: ModulePlace(key: key))
        for (name, module) in collector.layers { try model.add(module, name: name) }
        var functions = collector.functions
        let forward = functions.removeValue(forKey: "forward")
        model.script = ModelScript(
            forward: forward, functions: functions, coding: frame.slots.lazy.compactMap(\.coding).first,
            interpreter: self)
        guard let forward else {
            guard !collector.layers.isEmpty else {
                throw Failure(
                    "the model `\(function.name)` has no layers", help: "each line of its block adds one: `linear 10`")
            }
            return model
        }
        // A model outlives the sweep that it was made in, and is applied on any thread.
        model.customForward = { [unowned root = self.root] inputs, context in
            let interpreter = Interpreter.ofThread.object ?? root
            let value = try interpreter.applying(context) {
                try interpreter.call(.function(forward), inputs.map { .tensor($0) })
            }
            if case .tensor(let output) = value { return [output] }
            let outputs = try value.elements?.compactMap { element -> Variable? in
                if case .tensor(let tensor) = element { tensor } else { nil }
            }
            guard let outputs, !outputs.isEmpty, outputs.count == value.knownCount else {
                throw Failure(
                    "`forward` of `\(function.name)` gives a tensor or a list of them, and this one gave \(value.kindWithArticle)"
                )
            }
            return outputs
        }
        return model
    }

    /// Runs code for which layers behave as a pass of training or inference asks.
    func applying<T>(_ context: ForwardContext, _ body: () throws -> T) throws -> T {
        let outer = currentContext
        currentContext = context
        defer { currentContext = outer }
        return try body()
    }

    /// The pass that layers are applied in now; outside `step` and `train` that is inference.
    var forwardContext: ForwardContext { currentContext ?? ForwardContext() }
}
