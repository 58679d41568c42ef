import Autograd
import Language
import NeuralNet
import TensorCore
import Training

/// A layer or a model as a value.
package final class ModuleObject: RuntimeObject {
    package let module: any Module
    /// Where its definition stands.
    let definition: Diagnostic.Location?

    package init(_ module: any Module, definition: Diagnostic.Location? = nil) {
        self.module = module
        self.definition = definition
    }

    /// The functions of the model's block.
    var script: ModelScript? { model?.script as? ModelScript }
    /// The `forward` of the model's block, if it has one.
    var forward: Function? { script?.forward }

    /// The text of its definition.
    var sourceText: String? { definition.map { $0.source[$0.span] } }

    package var model: Model? { module as? Model }

    package override var kindName: String { model == nil ? "layer" : "model" }
    package override var isCallable: Bool { true }

    package override var shortText: String {
        let settings = module.settingsText
        return settings.isEmpty ? module.displayName : "\(module.kind) \(settings)"
    }

    // MARK: Fields

    package override var fieldNames: [String] {
        parts.map(\.name) + (script?.functions.keys.sorted() ?? []) + ownParameters.map(\.name)
            + ["kind", "parameter_count"] + (definition == nil ? [] : ["source"]) + Self.methodNames
    }

    /// The parameters and buffers of a layer itself.
    private var ownParameters: [Parameter] {
        module.composite == nil ? module.parameters + module.buffers : []
    }

    var parts: [(name: String, module: any Module)] { module.composite?.parts ?? [] }

    /// Inside `grad` and `step` the tracked leaf; elsewhere a copy, for training writes in place.
    ///
    /// - Parameter path: Its name in the model.
    static func value(of parameter: Parameter, path: String? = nil) throws -> Value {
        guard parameter.isRecording else {
            return .tensor(Variable(try parameter.snapshot()).belonging(to: parameter, as: path))
        }
        guard let path else { return .tensor(parameter.variable) }
        // Of the leaf itself only the layers know.
        return .tensor(Gradient.leaf(parameter.variable).belonging(to: parameter, as: path))
    }

    private func value(of parameter: Parameter) throws -> Value { try ModuleObject.value(of: parameter) }

    package override func field(_ name: String) throws -> Value? {
        if let group = script?.fields[name] { return group }
        if let part = parts.first(where: { $0.name == name }) {
            if let own = part.module as? TensorParameter { return try value(of: own.parameter) }
            return .object(ModuleObject(part.module))
        }
        if let layer = model?.sequentialLayers?.parts.first(where: { $0.name == name }) {
            return .object(ModuleObject(layer.module))
        }
        if let function = script?.functions[name] { return .function(function) }
        if let parameter = ownParameters.first(where: { $0.name == name }) {
            return try value(of: parameter)
        }
        if let normalized = module as? NormalizedWeight, name == normalized.parameterName, normalized.isBuilt {
            return .tensor(try normalized.weight())
        }
        let group = ownParameters(below: name)
        if !group.isEmpty { return .record(Record(try group.map { ($0.name, try value(of: $0.parameter)) })) }
        switch name {
        case "kind": return .string(module.kind)
        case "source": return sourceText.map { .string($0) }
        case "parameter_count":
            try requireBuilt()
            return .integer(module.parameters.reduce(0) { $0 + $1.count })
        case "eval", "train": return .function(mode(name))
        case "training":
            let pass = Interpreter.ofThread.object?.currentContext ?? script?.currentContext
            return .boolean(module.place.isTraining ?? pass?.isTraining ?? false)
        // PyTorch's: those that a layer could have and was made without.
        case "weight" where hasFigures, "bias" where hasFigures || ownParameters.contains { $0.name == "weight" }:
            return Value.none
        case _ where model == nil && !module.isBuilt && (name.hasPrefix("weight") || name.hasPrefix("bias")):
            try requireBuilt()
            return try module.isBuilt ? field(name) : nil
        default: return size(name).map { .integer($0) } ?? method(name).map { .function($0) } ?? script?.variable(name)
        }
    }

    /// Whether it is a normalisation that was made without weights.
    private var hasFigures: Bool {
        module.isBuilt && (module is BatchNorm || module is LayerNorm || module is GroupNorm)
    }

    /// `net.eval()` and `net.train()` put the model in a mode, which `step` and calls keep to from then on, and give
    /// it; `net.train(data)` is `train(net, data)`.
    private func mode(_ name: String) -> Function {
        Function(native: "\(name)(*arguments)", of: .object(self)) { [module] model, arguments, interpreter in
            let isNamed = arguments.named.count == 1 && arguments.named[0].name == "mode" && name == "train"
            let given = arguments.positional + (isNamed ? [arguments.named[0].value] : [])
            guard arguments.named.isEmpty || isNamed, given.count < 2, given.allSatisfy(\.isBoolean),
                name == "train" || given.isEmpty
            else {
                guard name == "train", let function = interpreter.builtins.value(name) else {
                    throw Failure(
                        "`eval` of a model takes nothing", help: "`evaluate(net, data)` gives loss and accuracy")
                }
                return try interpreter.call(function, Arguments([model] + arguments.positional, named: arguments.named))
            }
            try module.setTraining(name == "train" ? try given.first?.isTrue() ?? true : false)
            return model
        }
    }

    /// Those whose names go on below a name, as PyTorch's `out_proj.weight` does below `out_proj`.
    private func ownParameters(below name: String) -> [(name: String, parameter: Parameter)] {
        ownParameters.compactMap {
            $0.name.hasPrefix(name + ".") ? (String($0.name.dropFirst(name.count + 1)), $0) : nil
        }
    }

    package override func setField(_ name: String, to value: Value) throws {
        // Layers that tell the sizes of their input have parameters before their first input.
        if module.composite == nil, !module.isBuilt { _ = try module.buildDeclared() }
        if let parameter = ownParameters.first(where: { $0.name == name }) { return try set(parameter, to: value) }
        if let own = parts.first(where: { $0.name == name })?.module as? TensorParameter {
            return try set(own.parameter, to: value, as: name)
        }
        let group = ownParameters(below: name)
        if !group.isEmpty {
            guard case .record(let given) = value, case let record = try given.named(),
                record.names.allSatisfy({ group.map(\.name).contains($0) })
            else {
                throw Failure(
                    "`\(name)` of \(Value.object(self).kindWithArticle) has \(group.map(\.name).joined(separator: ", "))",
                    help: "set one of them: `layer.\(name).\(group[0].name) = w`")
            }
            let pairs = group.compactMap { part, parameter in record[part].map { (parameter, $0) } }
            // All or none: one of another shape is refused first.
            let misfits = try pairs.filter { parameter, value in try value.asVariable()?.shape != parameter.shape }
            for (parameter, value) in misfits + pairs { try set(parameter, to: value) }
            return
        }
        // An element of a list has changed itself: `net.blocks[0].weight = w`.
        if let known = script?.fields[name], try Operators.equal(known, value) { return }
        if try replace(name, by: value) { return }
        if script?.fields[name] != nil || parts.contains(where: { $0.name == name }) {
            throw notALayer(value, at: name)
        }
        try requireBuilt()
        if let normalized = module as? NormalizedWeight, name == normalized.parameterName {
            return try normalized.set(tensor(value), path: "\(module.displayName).\(name)")
        }
        throw Failure(
            "\(Value.object(self).kindWithArticle) has no parameter `\(name)` to set",
            help: ownParameters.isEmpty
                ? (example(below: name) ?? example(below: nil)).map { "parameters belong to layers: net.\($0) = w" }
                    ?? "it has no parameters"
                : "it has \(ownParameters.map(\.name).joined(separator: ", "))")
    }

    /// A parameter of a part as a script writes it: `blocks[0].weight`.
    func example(below name: String?) -> String? {
        let names = module.namedParameters.map(\.name)
        let path = name.map { name in names.first { $0.hasPrefix(name + ".") } } ?? names.first
        return path?.split(separator: ".").reduce("") { text, part in
            part.allSatisfy(\.isNumber) ? "\(text)[\(part)]" : text.isEmpty ? String(part) : "\(text).\(part)"
        }
    }

    // MARK: Elements

    /// `net["conv1.weight"]`: a parameter, or a part, by its path.
    package override func element(_ subscripts: [Subscript]) throws -> Value {
        if subscripts.count == 1, case .value(let index) = subscripts[0], index.isNumber, model != nil {
            return sequence[try Value.list([]).position(subscripts, sequence.count, "model")]
        }
        if subscripts.count == 1, case .slice = subscripts[0], let interpreter = script?.interpreter,
            model?.sequentialLayers != nil || model != nil && forward == nil
        {
            guard case .list(let layers) = try Value.list(sequence).element(subscripts) else { return .none }
            let sequential = FamiliarFunctions.function("sequential_of", called: "Sequential")
            return try interpreter.call(.function(sequential), layers)
        }
        let path = try path(subscripts)
        if let parameter = state[path] { return try value(of: parameter) }
        guard let part = try? module.composite?.module(at: path) else { throw try unknown(path) }
        return .object(ModuleObject(part))
    }

    package override func setElement(_ subscripts: [Subscript], to value: Value) throws -> Bool {
        if subscripts.count == 1, case .value(let index) = subscripts[0], index.isNumber, model != nil {
            try replace(at: try Value.list([]).position(subscripts, sequence.count, "model"), by: value)
            return true
        }
        let path = try path(subscripts)
        guard let parameter = state[path] else { throw try unknown(path) }
        try set(parameter, to: value, as: path)
        return true
    }

    package override var length: Int? { model == nil ? nil : sequence.count }

    package override func makeIterator() throws -> (() throws -> Value?)? {
        guard model != nil else { return nil }
        var layers = sequence.makeIterator()
        return { layers.next() }
    }

    /// Parameters and buffers by their paths, and by the names that PyTorch has for them.
    private var state: [String: Parameter] {
        Dictionary(module.state.flatMap { [($0.own, $0.parameter), ($0.name, $0.parameter)] }) { first, _ in first }
    }

    private func path(_ subscripts: [Subscript]) throws -> String {
        guard subscripts.count == 1, case .value(.string(let path)) = subscripts[0] else {
            throw Failure(
                "\(Value.object(self).kindWithArticle) is indexed by the name of a parameter or a part",
                help: "net[\"conv1.weight\"] is a parameter")
        }
        return path
    }

    private func unknown(_ path: String) throws -> Failure {
        try requireBuilt()
        let names = module.namedParameters.map(\.name)
        let meant = Suggestion.closest(to: path, among: names).map { "did you mean \"\($0)\"?" }
        return Failure(
            "\(Value.object(self).kindWithArticle) has no parameter \"\(path)\"",
            help: meant ?? "it has \(names.prefix(12).joined(separator: ", "))")
    }

    private func set(_ parameter: Parameter, to value: Value, as given: String? = nil) throws {
        let tensor = try tensor(value)
        let path = "\(module.displayName).\(given ?? parameter.name)"
        guard tensor.shape == parameter.shape else {
            throw Failure(
                "`\(path)` has shape \(parameter.shape), and the value has shape \(tensor.shape)",
                help: tensor.shape == parameter.shape.reversed()
                    ? "its transpose fits: `w.T`" : "give it a tensor of shape \(parameter.shape)")
        }
        try parameter.set(tensor, path: path)
    }

    private func tensor(_ value: Value) throws -> Tensor {
        guard let tensor = try value.asVariable(plain: .float32) else {
            throw Failure("a parameter is set to a tensor, not \(value.kindWithArticle)")
        }
        return tensor.value
    }

    /// Parameters exist once the sizes of the input are known.
    package func requireBuilt() throws {
        guard try module.isBuilt || module.buildDeclared() else {
            throw Failure(
                "the sizes of `\(module.displayName)` are not known yet",
                help: model?.translating?.takesSentences == true
                    ? ["train it first, or apply it once: net(source, source_lengths, target)"]
                    : ["apply it to data first", "or give the input's size when it is made: `input=[1, 28, 28]`"])
        }
    }

    // MARK: Applying

    package override func call(_ arguments: Arguments, in interpreter: Interpreter) throws -> Value {
        try interpreter.runningModel?.tellIfForeign(self, to: interpreter.sink)
        return interpreter.noting(try apply(arguments, in: interpreter), of: module)
    }

    private func apply(_ arguments: Arguments, in interpreter: Interpreter) throws -> Value {
        var arguments = arguments
        let context = try context(&arguments, interpreter)
        if let forward {
            let tensors = arguments.positional.compactMap { value -> Variable? in
                if case .tensor(let tensor) = value { tensor } else { nil }
            }
            // Tensors alone go through the model, which remembers their shapes; all else straight to the function.
            guard let model, arguments.named.isEmpty, tensors.count == arguments.positional.count, !tensors.isEmpty
            else {
                func run() throws -> Value {
                    try context.inMode(of: module) {
                        try interpreter.call(
                            .function(forward), binding(forward, arguments.knowing(context, for: forward)))
                    }
                }
                guard context !== interpreter.currentContext,
                    interpreter.currentContext != nil || context.isTraining || module.isAnyTraining
                else { return try run() }
                return try interpreter.applying(context, run)
            }
            let outputs = try interpreter.applying(context) {
                try context.inMode(of: model) { try model.forward(tensors, context) }
            }
            defer { interpreter.structuredOutput = nil }
            return interpreter.structuredOutput ?? Value.outputs(outputs)
        }
        if let named = module as? any NamedInputs {
            return Value.outputs(try named.answer(inputs(of: named, arguments), context))
        }
        guard arguments.named.isEmpty else {
            throw Failure("`\(module.displayName)` takes its inputs without names")
        }
        let inputs = try arguments.positional.map { value in
            guard let tensor = try value.asVariable(plain: .float32) else {
                throw Failure("`\(module.displayName)` takes tensors, and got \(value.kindWithArticle)")
            }
            return tensor
        }
        return Value.outputs(try module(inputs, context))
    }

    /// The pass that it is applied in: as the code around is, or as `training=` says.
    private func context(_ arguments: inout Arguments, _ interpreter: Interpreter) throws -> ForwardContext {
        var current = interpreter.forwardContext
        if interpreter.currentContext == nil, module.isAnyTraining {
            current = ForwardContext(key: interpreter.random.next(), keepsModes: true)
        }
        guard forward?.signature.index(of: "training") == nil,
            let index = arguments.named.firstIndex(where: { $0.name == "training" })
        else { return current }
        let value = arguments.named.remove(at: index).value
        guard case .boolean(let isTraining) = value else {
            throw Failure("`training` of `\(module.displayName)` takes true or false, and got \(value.shortText)")
        }
        guard isTraining != current.isTraining || current.keepsModes else { return current }
        return ForwardContext(
            isTraining: isTraining, key: interpreter.random.next(), recorded: current.recorded,
            isProbe: current.isProbe, recording: current.recording, observer: current.observer)
    }

    /// The names that PyTorch has for the masks of attention; those of padding are [N, K].
    private static let masks: [String: (input: String, isPadding: Bool)] = [
        "attn_mask": ("mask", false), "src_mask": ("mask", false), "tgt_mask": ("mask", false),
        "key_padding_mask": ("mask", true), "src_key_padding_mask": ("mask", true),
        "tgt_key_padding_mask": ("mask", true), "memory_key_padding_mask": ("memory_mask", true),
        "mask": ("mask", false), "memory_mask": ("memory_mask", false),
    ]

    /// A mask as layers take it: bool, of a shape that broadcasts to the scores.
    private func hidden(_ value: Value, isPadding: Bool, _ name: String) throws -> Value {
        guard let mask = try value.asVariable() else {
            throw Failure("`\(name)` of `\(module.displayName)` takes a tensor, not \(value.kindWithArticle)")
        }
        guard !isPadding || mask.rank == 2 else {
            throw Failure("`\(name)` of `\(module.displayName)` has shape [N, K], and got \(mask.shape)")
        }
        let placed = isPadding ? try mask.unsqueeze(1) : mask
        guard mask.dtype != .bool else { return .tensor(placed) }
        guard mask.value.doubles().allSatisfy({ $0 == 0 || $0 == -.infinity }) else {
            // Of its own words the layer says what they take.
            guard name != Self.masks[name]?.input else { return value }
            throw Failure(
                "`\(name)` of `\(module.displayName)` takes bool, true where a place is hidden, or 0 and -inf",
                help: "nothing else is added to scores here")
        }
        return .tensor(try placed.cast(to: .bool))
    }

    /// What a module of several inputs is given, by position and by name; `none` stands for one that is left out.
    private func inputs(of module: any NamedInputs, _ arguments: Arguments) throws -> [ModuleValue?] {
        let names = module.inputNames
        let help = "its inputs are \(names.joined(separator: ", "))"
        guard arguments.positional.count <= names.count else {
            throw Failure(
                "`\(module.displayName)` takes \(names.count) inputs, and got \(arguments.positional.count)", help: help
            )
        }
        var values: [Value?] =
            arguments.positional + Array(repeating: nil, count: names.count - arguments.positional.count)
        // PyTorch's `lstm(x, (h, c))` and `gru(x, h)`: a state stands where lengths would.
        if let lengths = names.firstIndex(of: "lengths"), let state = names.firstIndex(of: "state"),
            values[state] == nil, values[lengths]?.isState == true
        {
            values.swapAt(lengths, state)
        }
        for (index, name) in names.enumerated() where Self.masks[name] != nil {
            guard let value = values[index], !value.isNone else { continue }
            values[index] = try hidden(value, isPadding: false, name)
        }
        for (name, value) in arguments.named {
            if let mask = Self.masks[name], let index = names.firstIndex(of: mask.input) {
                guard !value.isNone else { continue }
                guard name != mask.input || index >= arguments.positional.count else {
                    throw Failure("`\(name)` is given to `\(module.displayName)` twice", help: help)
                }
                let hidden = try hidden(value, isPadding: mask.isPadding, name)
                values[index] = try values[index].map { try Operators.binary(.union, $0, hidden) } ?? hidden
                continue
            }
            // PyTorch's: the weights are given always.
            if name == "need_weights", names.contains("mask") { continue }
            guard let index = names.firstIndex(of: name) else {
                throw Failure("`\(module.displayName)` has no input `\(name)`", help: help)
            }
            guard values[index] == nil else {
                throw Failure("`\(name)` is given to `\(module.displayName)` twice", help: help)
            }
            values[index] = value
        }
        return try zip(names, values).map { name, value in
            guard let value, !value.isNone else { return nil }
            if case .list(let elements) = value, !elements.isEmpty {
                let tensors = elements.compactMap { element -> Variable? in
                    if case .tensor(let tensor) = element { tensor } else { nil }
                }
                if tensors.count == elements.count { return .list(tensors) }
            }
            guard let tensor = try value.asVariable(plain: .float32) else {
                throw Failure(
                    "`\(module.displayName)` takes a tensor, or a list of them, as `\(name)`, and got "
                        + value.kindWithArticle, help: help)
            }
            return .tensor(tensor)
        }
    }

    private func binding(_ function: Function, _ arguments: Arguments) throws -> [Value] {
        try function.bind(arguments)
    }

    // MARK: Gradients

    /// Makes its parameters leaves that gradients can be taken by.
    func startRecording() throws -> [Variable] {
        try requireBuilt()
        try module.parameters.startRecording()
        return module.parameters.map(\.variable)
    }

    func stopRecording() {
        module.parameters.forEach { $0.stopRecording() }
    }

    var parameterNames: [String] {
        module.namedParameters.map(\.name)
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        guard let model else { return shortText }
        return try model.summary().text(width: style.width)
    }
}

extension Value {
    /// Whether it is the state of a recurrent layer, of more axes than the lengths of sequences.
    fileprivate var isState: Bool {
        switch self {
        case .tensor(let tensor): tensor.rank > 1
        case .list(let parts):
            !parts.isEmpty && parts.allSatisfy { if case .tensor(let tensor) = $0 { tensor.rank > 1 } else { false } }
        default: false
        }
    }

    /// The first output alone, or a list of all; several tensors under one name are a list within.
    static func outputs(_ outputs: [ModuleValue]) -> Value {
        let values = outputs.map { output -> Value in
            switch output {
            case .tensor(let tensor): .tensor(tensor)
            case .list(let tensors): .list(tensors.map { .tensor($0) })
            }
        }
        return values.count == 1 ? values[0] : .list(values)
    }

    /// One tensor, or a list of several.
    static func outputs(_ outputs: [Variable]) -> Value {
        outputs.count == 1 ? .tensor(outputs[0]) : .list(outputs.map { .tensor($0) })
    }
}
