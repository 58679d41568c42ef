import TensorCore

extension Module {
    /// The parts as PyTorch names them: an `nn.Sequential` has its layers itself, and a parameter is no module.
    package var plainParts: [(name: String, module: any Module)] {
        let parts = composite?.parts ?? []
        if parts.count == 1, let layers = (self as? Model)?.sequentialLayers { return layers.parts }
        return parts.filter { !($0.module is TensorParameter) }
    }

    /// Parameters and buffers by the names of PyTorch's state dictionaries, in their order, and by those that they have
    /// here. What is shared stands under each of its names.
    package var state: [(name: String, own: String, parameter: Parameter)] {
        var state: [(name: String, own: String, parameter: Parameter)] = []
        func join(_ path: String, _ name: String) -> String {
            path.isEmpty || name.isEmpty ? path + name : "\(path).\(name)"
        }
        func collect(_ module: any Module, name: String, own: String) {
            guard let composite = module.composite else {
                for parameter in module.parameters + module.buffers {
                    state.append((join(name, parameter.name), join(own, parameter.name), parameter))
                }
                return
            }
            let isSequential = (module as? Model)?.sequentialLayers != nil
            for (part, inner) in composite.parts {
                collect(inner, name: isSequential ? name : join(name, part), own: join(own, part))
            }
        }
        collect(self, name: "", own: "")
        return state
    }

    /// Puts in values by the names of a state dictionary; all of them or, where one does not fit, none. What PyTorch
    /// counts beside them (`num_batches_tracked`) is left out.
    ///
    /// - Parameter isStrict: Whether all parameters have to be given, and nothing else.
    /// - Returns: The names that were not given, and those that are none of the module.
    /// - Throws: `NeuralNetError` `.stateNames`, `.stateShape`.
    package func load(
        stateDictionary given: [(name: String, value: Tensor)], isStrict: Bool
    ) throws -> (missing: [String], unexpected: [String]) {
        let state = state
        let byOwnName = Dictionary(state.map { ($0.own, $0.parameter) }) { first, _ in first }
        let byName = Dictionary(state.map { ($0.name, $0.parameter) }) { first, _ in first }
        var pairs: [(name: String, parameter: Parameter, value: Tensor)] = []
        var unexpected: [String] = []
        for (name, value) in given where !name.hasSuffix("num_batches_tracked") {
            if let parameter = byName[name] ?? byOwnName[name] {
                pairs.append((name, parameter, value))
            } else {
                unexpected.append(name)
            }
        }
        let found = Set(pairs.map { ObjectIdentifier($0.parameter) })
        let missing = state.filter { !found.contains(ObjectIdentifier($0.parameter)) }.map(\.name)
        guard !isStrict || missing.isEmpty && unexpected.isEmpty else {
            throw error(.stateNames(missing: missing, unexpected: unexpected))
        }
        for (name, parameter, value) in pairs where value.shape != parameter.shape {
            throw NeuralNetError(subject: name, .stateShape(expected: parameter.shape, actual: value.shape))
        }
        for (name, parameter, value) in pairs { try parameter.set(value, path: name) }
        return (missing, unexpected)
    }
}

extension Model {
    /// The layers of an `nn.Sequential`; nil for other models.
    package var sequentialLayers: ModuleGroup? {
        guard name == "sequential", children.count == 1 else { return nil }
        return children[0].module as? ModuleGroup
    }

    /// Copies of all parameters and buffers by their path within this model, in order.
    ///
    /// - Throws: `NeuralNetError` `.notBuilt` before there are any.
    package func stateDictionary() throws -> [(name: String, value: Tensor)] {
        guard hasAllParameters else { throw error(.notBuilt) }
        return try (namedParameters + namedBuffers).map { ($0.name, try $0.parameter.snapshot()) }
    }

    /// Puts in parameters and buffers by their paths; all of them or, where one does not fit, none.
    ///
    /// - Throws: `NeuralNetError` `.notBuilt`, `.stateNames` where one is missing or unknown, `.stateShape`.
    package func load(state: [String: Tensor]) throws {
        guard hasAllParameters else { throw error(.notBuilt) }
        let own = namedParameters + namedBuffers
        let names = Set(own.map(\.name))
        let missing = own.map(\.name).filter { state[$0] == nil }
        let unexpected = state.keys.filter { !names.contains($0) }.sorted()
        guard missing.isEmpty && unexpected.isEmpty else {
            throw error(.stateNames(missing: missing, unexpected: unexpected))
        }
        let pairs = own.compactMap { name, parameter in state[name].map { (name, parameter, $0) } }
        for (name, parameter, value) in pairs where value.shape != parameter.shape {
            throw NeuralNetError(subject: name, .stateShape(expected: parameter.shape, actual: value.shape))
        }
        for (name, parameter, value) in pairs { try parameter.set(value, path: name) }
    }

    /// Draws all parameters anew and forgets running figures, as if it had been made with this key.
    package func reset(key: RandomKey) throws {
        try checkOwnership()
        place.key = key
        var seen = Set<ObjectIdentifier>()
        for (_, layer) in layers {
            if let normalized = layer as? NormalizedWeight {
                try normalized.redraw(key)
                continue
            }
            for parameter in layer.parameters + layer.buffers
            where seen.insert(ObjectIdentifier(parameter)).inserted {
                try parameter.redraw(key.child(named: layer.place.path(of: parameter.name)))
            }
        }
    }

    /// A model of the same definition with copies of the weights; changing one leaves the other as it is.
    ///
    /// - Throws: `NeuralNetError` `.notCopyable` where a forward function of its own is set without `copyCode`.
    package func cloned() throws -> Model { try cloned(ModuleCopies()) }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { try cloned(copies) as Model }

    private func cloned(_ copies: ModuleCopies) throws -> Model {
        guard isSequence || copyCode != nil else { throw error(.notCopyable) }
        let copy = Model(name, place: place)
        for child in children {
            let module = try copies.copy(child.module)
            copy.append(Child(name: child.name, module: module, isNamed: child.isNamed))
        }
        copy.trainedLoss = trainedLoss
        try copyCode?(copy, copies)
        try copy.markBuilt(for: sampleShapes, types: sampleTypes)
        return copy
    }
}
