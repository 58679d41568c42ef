import Autograd
import Language
import NeuralNet
import TensorCore

/// The methods that PyTorch's modules have and dls has other words for.
extension ModuleObject {
    static let methodNames = [
        "add_module", "apply", "children", "load_state_dict", "modules", "named_buffers", "named_children",
        "named_modules", "named_parameters", "state_dict",
    ]

    /// What PyTorch's layers say of their sizes: `net.fc = nn.Linear(net.fc.in_features, 10)`.
    func size(_ name: String) -> Int? {
        switch (name, module) {
        case ("in_features", let layer as Linear): layer.inFeatures
        case ("out_features", let layer as Linear): layer.outFeatures
        case ("in_channels", let layer as Convolution):
            layer.weight.map { $0.shape[1] * layer.settings.groups } ?? layer.declaredChannels
        case ("out_channels", let layer as Convolution): layer.settings.outChannels
        case ("num_features", let layer as BatchNorm): layer.runningMean?.count ?? layer.declaredChannels
        case ("num_embeddings", let layer as Embedding): layer.entries
        case ("embedding_dim", let layer as Embedding): layer.dimensions
        case ("hidden_size", let layer as RecurrentStack): layer.settings.hidden
        default: nil
        }
    }

    func method(_ name: String) -> Function? {
        switch name {
        case "apply":
            function("apply(f)") { object, values, interpreter in
                try object.apply(values[0], to: object.module, interpreter)
                return .object(object)
            }
        case "children":
            function("children()") { object, _, _ in .list(object.module.children.map { Self.value($0.module) }) }
        case "named_children":
            function("named_children()") { object, _, _ in Self.pairs(object.module.children) }
        case "modules":
            function("modules()") { object, _, _ in .list(object.module.descendants.map { Self.value($0.module) }) }
        case "named_modules":
            function("named_modules()") { object, _, _ in Self.pairs(object.module.descendants) }
        case "named_parameters", "named_buffers":
            function("\(name)()") { object, _, _ in
                try object.requireBuilt()
                let buffers = Set(object.module.allBuffers.map { ObjectIdentifier($0) })
                var seen = Set<ObjectIdentifier>()
                return .list(
                    try object.module.state.filter {
                        let identity = ObjectIdentifier($0.parameter)
                        return buffers.contains(identity) == (name == "named_buffers") && seen.insert(identity).inserted
                    }.map { .list([.string($0.name), try Self.value(of: $0.parameter, path: $0.name)]) })
            }
        case "state_dict":
            function("state_dict()") { object, _, _ in
                try object.requireBuilt()
                return .record(
                    Record(
                        try object.module.state.map { ($0.name, .tensor(Variable(try $0.parameter.snapshot()))) }))
            }
        case "load_state_dict":
            function("load_state_dict(state_dict, strict=true)") { object, values, _ in
                try object.load(values[0], isStrict: try values[1].isDefined ? values[1].isTrue() : true)
            }
        case "add_module":
            function("add_module(name, module)") { object, values, _ in
                guard let name = values[0].asString else {
                    throw Failure(
                        "`add_module` takes a name and a layer", help: "net.add_module(\"fc\", nn.Linear(8, 3))")
                }
                try object.add(values[1], as: name)
                return .none
            }
        default: nil
        }
    }

    private func function(
        _ signature: String, _ run: @escaping (ModuleObject, [Value], Interpreter) throws -> Value
    ) -> Function {
        let parameters = Function(native: signature, of: .none) { _, _, _ in .none }
        return Function(native: signature, of: .object(self)) { value, arguments, interpreter in
            guard let object = value.object(as: ModuleObject.self) else { return .none }
            return try run(object, parameters.bind(arguments), interpreter)
        }
    }

    private static func value(_ module: any Module) -> Value { .object(ModuleObject(module)) }

    private static func pairs(_ modules: [(name: String, module: any Module)]) -> Value {
        .list(modules.map { .list([.string($0.name), value($0.module)]) })
    }

    /// Calls a function with each part, the parts of a part before it, and with the module itself at last.
    private func apply(_ function: Value, to module: any Module, _ interpreter: Interpreter) throws {
        for (_, part) in module.children { try apply(function, to: part, interpreter) }
        let object = module === self.module ? self : ModuleObject(module)
        _ = try interpreter.call(function, [.object(object)])
    }

    private func load(_ value: Value, isStrict: Bool) throws -> Value {
        try requireBuilt()
        guard case .record(let record) = value else {
            throw Failure(
                "`load_state_dict` takes tensors by their names, and not \(value.kindWithArticle)",
                help: [
                    "net.load_state_dict(torch.load(\"net.pt\"))", "`load_weights net \"net.pt\"` reads a file itself",
                ])
        }
        let tensors = try record.namedFields().map { name, value in
            guard let tensor = try value.asVariable() else {
                let inner = record.fields.first { if case .record = $0.value { true } else { false } }?.name
                throw Failure(
                    "`load_state_dict` takes tensors by their names, and \(quoted(name)) is \(value.kindWithArticle)",
                    help: inner.map {
                        ["of a checkpoint the weights alone: net.load_state_dict(checkpoint[\(quoted($0))])"]
                    }
                        ?? [])
            }
            return (name, tensor.value)
        }
        let rest = try module.load(stateDictionary: tensors, isStrict: isStrict)
        guard !isStrict else { return .none }
        return .record(
            Record([("missing_keys", .strings(rest.missing)), ("unexpected_keys", .strings(rest.unexpected))]))
    }

    // MARK: Other layers

    /// Puts a layer, or a list or record of layers, in the place of one of the model's.
    ///
    /// - Returns: False where the name is none of the model's parts, or the value holds no layers.
    func replace(_ name: String, by value: Value) throws -> Bool {
        guard let model else { return false }
        let isPart = parts.contains { $0.name == name } || script?.fields[name] != nil
        if let layers = model.sequentialLayers, !isPart, layers.parts.contains(where: { $0.name == name }) {
            guard case .record(var record)? = script?.fields[Self.layers] else { return false }
            record[name] = value
            return try replace(Self.layers, by: .record(record))
        }
        guard isPart || isEmptySequential && name == Self.layers, let new = try value.asModule() else { return false }
        // `net.blocks[0] = 4`
        if case .list(let old)? = script?.fields[name], case .list(let new) = value, old.count == new.count,
            let other = try zip(old, new).first(where: { try $0.asModule() != nil && $1.asModule() == nil })
        {
            throw notALayer(other.1)
        }
        try install(new, as: name, showing: value, in: model)
        return true
    }

    private func install(_ new: any Module, as name: String, showing value: Value, in model: Model) throws {
        guard new !== model, !new.descendants.contains(where: { $0.module === model }) else {
            throw Failure("a model cannot be a part of itself")
        }
        try model.replace(name, by: new)
        // Its weights are drawn for its place.
        _ = try new.buildDeclared()
        script?.replace(name, by: value, in: model)
    }

    /// `nn.Sequential(a, b)[0]`: the layers of a model in order.
    var sequence: [Value] {
        switch script?.fields[Self.layers] {
        case .list(let layers)? where model?.sequentialLayers != nil: layers
        case .record(let layers)? where model?.sequentialLayers != nil: layers.entries.map(\.value)
        default: isEmptySequential ? [] : parts.map { .object(ModuleObject($0.module)) }
        }
    }

    /// What a `nn.Sequential` calls its layers within.
    private static let layers = "blocks"

    private var isEmptySequential: Bool { model?.name == "sequential" && parts.isEmpty }

    /// `net[2] = layer`
    func replace(at position: Int, by value: Value) throws {
        let isReplaced: Bool
        switch script?.fields[Self.layers] {
        case .list(var layers)? where model?.sequentialLayers != nil:
            layers[position] = value
            isReplaced = try value.asModule() != nil && replace(Self.layers, by: .list(layers))
        case .record(var layers)? where model?.sequentialLayers != nil:
            layers[layers.keys[position]] = value
            isReplaced = try value.asModule() != nil && replace(Self.layers, by: .record(layers))
        default: isReplaced = try replace(parts[position].name, by: value)
        }
        guard isReplaced else { throw notALayer(value) }
    }

    func notALayer(_ value: Value, at name: String? = nil) -> Failure {
        Failure(
            "a layer of a model is replaced by a layer, and not by \(value.kindWithArticle)",
            help: ["net.\(name ?? "fc") = nn.Linear(8, 7)"]
                + (name.flatMap { example(below: $0) }.map { ["parameters belong to layers: net.\($0) = w"] } ?? []))
    }

    private func add(_ value: Value, as name: String) throws {
        guard let model else {
            throw Failure("a layer is added to a model, and not to \(Value.object(self).kindWithArticle)")
        }
        guard let new = try value.asModule() else { throw notALayer(value) }
        if try replace(name, by: value) { return }
        if model.sequentialLayers != nil || isEmptySequential {
            let layers: Record
            switch script?.fields[Self.layers] {
            case .record(let known)?: layers = known
            case .list(let known)?: layers = Record(known.enumerated().map { ("\($0.offset)", $0.element) })
            default: layers = Record()
            }
            var all = layers
            all[name] = value
            _ = try replace(Self.layers, by: .record(all))
        } else if model.isSequence {
            try install(new, as: name, showing: value, in: model)
        } else {
            throw Failure(
                "no line of the block of `\(model.name)` makes a layer `\(name)`, and its `forward` applies none",
                help: "give the block such a line, `\(name) = ...`, which `net.\(name) = layer` replaces")
        }
    }
}

extension Module {
    fileprivate var allBuffers: [Parameter] { composite.map { $0.namedBuffers.map(\.parameter) } ?? buffers }

    /// The parts, each once.
    fileprivate var children: [(name: String, module: any Module)] {
        var seen = Set<ObjectIdentifier>()
        return plainParts.filter { seen.insert(ObjectIdentifier($0.module)).inserted }
    }

    /// The module itself, its parts and theirs, each once, as PyTorch's `named_modules` gives them.
    fileprivate var descendants: [(name: String, module: any Module)] {
        var seen = Set<ObjectIdentifier>()
        var found: [(name: String, module: any Module)] = []
        func collect(_ module: any Module, _ name: String) {
            guard seen.insert(ObjectIdentifier(module)).inserted else { return }
            found.append((name, module))
            for (part, inner) in module.plainParts { collect(inner, name.isEmpty ? part : "\(name).\(part)") }
        }
        collect(self, "")
        return found
    }
}

extension Value {
    /// The layer or model that it is, or those of a list or record together; nil for other values.
    fileprivate func asModule() throws -> (any Module)? {
        try object(as: ModuleObject.self)?.module ?? moduleGroup()
    }
}
