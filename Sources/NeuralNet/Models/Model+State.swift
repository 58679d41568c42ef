import TensorCore

extension Model {
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
