import TensorCore

/// Finds which of a file's tensors belong to which parameters of a model.
///
/// Where the names are the model's own, they decide. Else tensors are taken by the module that their names share up to
/// the last point (`features.0` in `features.0.weight`), and each module goes to the layer whose parameters have the
/// same names and shapes. Among several alike their numbers give the order (`0` before `3` before `10`); where numbers
/// do not, the match is refused.
struct WeightMatching {
    private struct Group {
        let path: String
        /// By the last part of their names.
        var parts: [(name: String, shape: [Int])] = []

        /// The same for modules that can stand for each other.
        var signature: String { parts.map { "\($0.name) \($0.shape)" }.sorted().joined(separator: ", ") }
        var text: String { "\(path) (\(signature))" }
    }

    private let own: [Group]
    private let given: [Group]

    init(own: [(name: String, shape: [Int])], given: [(name: String, shape: [Int])]) {
        self.own = Self.groups(own)
        self.given = Self.groups(given)
    }

    private static func groups(_ entries: [(name: String, shape: [Int])]) -> [Group] {
        var groups: [Group] = []
        var places: [String: Int] = [:]
        for (name, shape) in entries {
            let (path, last) = split(name)
            if places[path] == nil {
                places[path] = groups.count
                groups.append(Group(path: path))
            }
            if let place = places[path] { groups[place].parts.append((last, shape)) }
        }
        return groups
    }

    private static func split(_ name: String) -> (path: String, last: String) {
        guard let point = name.lastIndex(of: ".") else { return ("", name) }
        return (String(name[..<point]), String(name[name.index(after: point)...]))
    }

    /// The model's name of each given tensor.
    ///
    /// - Parameter isStrict: Whether every parameter and every tensor has to find its fellow. If not, those that do not
    ///   are left out.
    /// - Throws: `NeuralNetError.Reason` `.weightsUnmatched`, `.weightsAmbiguous`.
    func names(isStrict: Bool) throws(WeightMismatch) -> [String: String] {
        var layerOf: [String: String] = [:]
        let open = open(&layerOf)
        var (layers, modules) = (open.own, open.given)
        while let first = layers.first {
            let alike = layers.filter { $0.signature == first.signature }
            let candidates = modules.filter { $0.signature == first.signature }
            defer {
                layers.removeAll { $0.signature == first.signature }
                modules.removeAll { $0.signature == first.signature }
            }
            let isClear = alike.count == candidates.count && Self.ordered(candidates.map(\.path)) != nil
            if !isStrict, !isClear { continue }
            guard alike.count == candidates.count else {
                throw WeightMismatch(reason: .weightsUnmatched(layers: layers.map(\.text), given: modules.map(\.text)))
            }
            guard let ordered = Self.ordered(candidates.map(\.path)) else {
                throw WeightMismatch(
                    reason: .weightsAmbiguous(
                        parts: first.signature, layers: alike.map(\.path), given: candidates.map(\.path)))
            }
            for (layer, path) in zip(alike, ordered) { layerOf[path] = layer.path }
        }
        guard modules.isEmpty || !isStrict else {
            throw WeightMismatch(reason: .weightsUnmatched(layers: [], given: modules.map(\.text)))
        }
        var names: [String: String] = [:]
        for group in given {
            guard let layer = layerOf[group.path] else { continue }
            for part in group.parts {
                names[Self.joined(group.path, part.name)] = Self.joined(layer, part.name)
            }
        }
        guard !isStrict else { return names }
        // Of a layer of the same name that has other parameters too, those that are the same.
        for group in given where layerOf[group.path] == nil {
            guard let layer = own.first(where: { $0.path == group.path }) else { continue }
            for part in group.parts where layer.parts.contains(where: { $0 == part }) {
                let name = Self.joined(group.path, part.name)
                names[name] = name
            }
        }
        return names
    }

    private static func joined(_ path: String, _ last: String) -> String { path.isEmpty ? last : "\(path).\(last)" }

    /// Pairs those whose names and shapes are the same, and gives the others.
    private func open(_ layerOf: inout [String: String]) -> (own: [Group], given: [Group]) {
        var known: Set<String> = []
        for group in given where own.contains(where: { $0.path == group.path && $0.signature == group.signature }) {
            layerOf[group.path] = group.path
            known.insert(group.path)
        }
        return (own.filter { !known.contains($0.path) }, given.filter { !known.contains($0.path) })
    }

    /// Names that differ in their numbers alone, by these; `nil` for several others.
    static func ordered(_ paths: [String]) -> [String]? {
        guard paths.count > 1 else { return paths }
        let parts = paths.map(numbered)
        guard Set(parts.map(\.letters)).count == 1 else { return nil }
        return zip(paths, parts).sorted { $0.1.numbers.lexicographicallyPrecedes($1.1.numbers) }.map(\.0)
    }

    private static func numbered(_ text: String) -> (letters: String, numbers: [Int]) {
        var letters = ""
        var numbers: [Int] = []
        var isInNumber = false
        for character in text {
            guard let digit = character.isASCII ? character.wholeNumberValue : nil else {
                letters.append(character)
                isInNumber = false
                continue
            }
            if isInNumber, let last = numbers.popLast() {
                let (product, isLarge) = last.multipliedReportingOverflow(by: 10)
                numbers.append(isLarge || product > Int.max - 9 ? Int.max : product + digit)
            } else {
                letters.append("#")
                numbers.append(digit)
            }
            isInNumber = true
        }
        return (letters, numbers)
    }
}

/// Why tensors are not those of a model.
struct WeightMismatch: Error {
    let reason: NeuralNetError.Reason
}

extension Model {
    /// Puts in weights that another program may have named: PyTorch's state dictionaries of the same architecture.
    ///
    /// What PyTorch counts beside the weights (`num_batches_tracked`) is left out, and so is a first part that all
    /// names share, as `module.` and `model.` are.
    ///
    /// - Parameter renamed: Pairs of a name or a module's name in the file, and the model's own for it.
    /// - Parameter isStrict: Whether all have to be the model's; if not, those that fit no layer are left out.
    /// - Returns: For each parameter and buffer, the name of the tensor that it got, or `nil`.
    /// - Throws: `NeuralNetError` `.notBuilt`, `.weightsUnmatched`, `.weightsAmbiguous`, `.stateShape`; nothing has
    ///   changed then.
    @discardableResult
    package func load(
        weights: [(name: String, value: Tensor)], renamed: [(given: String, own: String)] = [], isStrict: Bool = true
    ) throws -> [(name: String, given: String?)] {
        guard hasAllParameters else { throw error(.notBuilt) }
        let own = (namedParameters + namedBuffers).map { (name: $0.name, shape: $0.parameter.shape) }
        var entries = weights.filter { !$0.name.hasSuffix("num_batches_tracked") }.map { entry in
            (given: entry.name, name: Self.renamed(entry.name, renamed), value: entry.value)
        }
        let ownNames = Set(own.map(\.name))
        let plainNames = plainNames
        func takeOwnNames() {
            for index in entries.indices where !ownNames.contains(entries[index].name) {
                entries[index].name = plainNames[entries[index].name] ?? entries[index].name
            }
        }
        takeOwnNames()
        while Set(entries.map(\.name)) != ownNames, let first = Self.sharedStart(entries.map(\.name), own: ownNames) {
            for index in entries.indices { entries[index].name.removeFirst(first.count + 1) }
            takeOwnNames()
        }
        // PyTorch has a tied weight under each of its names.
        let known = entries.filter { ownNames.contains($0.name) }
        if known.count < entries.count, Set(known.map(\.name)) == ownNames,
            entries.allSatisfy({ entry in
                known.contains { $0.name == entry.name || Self.isSame($0.value, entry.value) }
            })
        {
            entries = known
        }
        guard Set(entries.map(\.name)).count == entries.count else {
            throw error(.setting(name: "names", value: "given", expected: "different for all tensors"))
        }
        let names: [String: String]
        do {
            names = try WeightMatching(own: own, given: entries.map { ($0.name, $0.value.shape) })
                .names(isStrict: isStrict)
        } catch { throw self.error(error.reason) }
        var state: [String: Tensor] = [:]
        var givenOf: [String: String] = [:]
        for entry in entries {
            guard let name = names[entry.name] else { continue }
            state[name] = entry.value
            givenOf[name] = entry.given
        }
        if !isStrict {
            for (name, parameter) in namedParameters + namedBuffers where state[name] == nil {
                state[name] = parameter.value
            }
        }
        try load(state: state)
        return own.map { ($0.name, givenOf[$0.name]) }
    }

    private static func isSame(_ a: Tensor, _ b: Tensor) -> Bool {
        a.shape == b.shape && a.dtype == b.dtype && a.doubles() == b.doubles()
    }

    /// The names that have no `blocks` for the layers of an `nn.Sequential` inside a model, as PyTorch's have none.
    private var plainNames: [String: String] {
        Dictionary(state.map { ($0.name, $0.own) }) { first, _ in first }
    }

    private static func renamed(_ name: String, _ pairs: [(given: String, own: String)]) -> String {
        for (given, own) in pairs {
            if name == given { return own }
            if name.hasPrefix(given + ".") { return own + name.dropFirst(given.count) }
        }
        return name
    }

    /// The first part of all names, if they have it in common and the model's names do not.
    private static func sharedStart(_ names: [String], own: Set<String>) -> Substring? {
        guard let first = names.first?.split(separator: ".").first, names.count > 1,
            names.allSatisfy({ $0.hasPrefix(first + ".") && $0.utf8.count > first.utf8.count + 1 }),
            names.contains(where: { $0.split(separator: ".").count > 2 }),
            !own.contains(where: { $0.hasPrefix(first + ".") })
        else { return nil }
        return names.allSatisfy { $0.dropFirst(first.count + 1).contains(".") } ? first : nil
    }
}
