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
    private var script: ModelScript? { model?.script as? ModelScript }
    /// The `forward` of the model's block, if it has one.
    var forward: Function? { script?.forward }

    /// A layer of a model.
    private init(_ module: any Module, partOf model: ModuleObject) {
        self.module = module
        definition = nil
        super.init()
        serial = model.serial
    }

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
        (model?.children.map(\.name) ?? []) + parts.map(\.name) + (script?.functions.keys.sorted() ?? [])
            + ownParameters.map(\.name) + [
                "kind", "parameter_count",
            ]
    }

    /// The parameters and buffers of a layer itself.
    private var ownParameters: [Parameter] {
        model == nil && parts.isEmpty ? module.parameters + module.buffers : []
    }

    private var parts: [(name: String, module: any Module)] { (module as? any Composite)?.parts ?? [] }

    /// Inside `grad` and `step` the tracked leaf; elsewhere a copy, for training writes in place.
    private func value(of parameter: Parameter) throws -> Value {
        .tensor(parameter.isRecording ? parameter.variable : Variable(try parameter.snapshot()))
    }

    package override func field(_ name: String) throws -> Value? {
        if let child = model?.children.first(where: { $0.name == name }) {
            return .object(ModuleObject(child.module, partOf: self))
        }
        if let part = parts.first(where: { $0.name == name }) { return .object(ModuleObject(part.module)) }
        if let function = script?.functions[name] { return .function(function) }
        if let parameter = ownParameters.first(where: { $0.name == name }) {
            return try value(of: parameter)
        }
        let group = ownParameters.filter { $0.name.hasPrefix(name + ".") }
        if !group.isEmpty {
            // As in PyTorch's names, `out_proj.weight`.
            return .record(
                Record(try group.map { (String($0.name.dropFirst(name.count + 1)), try value(of: $0)) }))
        }
        switch name {
        case "kind": return .string(module.kind)
        case "parameter_count":
            try requireBuilt()
            return .integer(module.parameters.reduce(0) { $0 + $1.count })
        case "weight" where model == nil && !module.isBuilt, "bias" where model == nil && !module.isBuilt:
            try requireBuilt()
            return nil
        default: return nil
        }
    }

    package override func setField(_ name: String, to value: Value) throws {
        try requireOwn(to: "change")
        guard let parameter = ownParameters.first(where: { $0.name == name }) else {
            throw Failure(
                "\(Value.object(self).kindWithArticle) has no parameter `\(name)` to set",
                help: ownParameters.isEmpty
                    ? "parameters belong to layers: net.conv1.weight"
                    : "it has \(ownParameters.map(\.name).joined(separator: ", "))")
        }
        guard let tensor = try value.asVariable(plain: .float32) else {
            throw Failure("a parameter is set to a tensor, not \(value.kindWithArticle)")
        }
        try parameter.set(tensor.value, path: "\(module.displayName).\(name)")
    }

    /// Parameters exist once the sizes of the input are known.
    package func requireBuilt() throws {
        guard module.isBuilt else {
            throw Failure(
                "the sizes of `\(module.displayName)` are not known yet",
                help: (model?.script as? any Translating)?.takesSentences == true
                    ? ["train it first, or apply it once: net(source, source_lengths, target)"]
                    : ["apply it to data first", "or give the input's size when it is made: `input=[1, 28, 28]`"])
        }
    }

    // MARK: Applying

    package override func call(_ arguments: Arguments, in interpreter: Interpreter) throws -> Value {
        if model.map({ $0.sampleShapes == nil }) ?? !module.isBuilt { try requireOwn(to: "give its sizes to") }
        let context = interpreter.forwardContext
        if let forward {
            let tensors = arguments.positional.compactMap { value -> Variable? in
                if case .tensor(let tensor) = value { tensor } else { nil }
            }
            // Tensors alone go through the model, which remembers their shapes; all else straight to the function.
            guard let model, arguments.named.isEmpty, tensors.count == arguments.positional.count, !tensors.isEmpty
            else {
                return try interpreter.call(.function(forward), binding(forward, arguments))
            }
            return Value.outputs(try interpreter.applying(context) { try model.forward(tensors, context) })
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
        for (name, value) in arguments.named {
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
        try requireOwn(to: "take gradients of")
        try requireBuilt()
        module.parameters.forEach { $0.startRecording() }
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
