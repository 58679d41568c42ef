/// A call of a function of the script that an error has left, with its variables: what `debug` looks at.
package struct FailedCall {
    /// The first line of the function.
    package let title: String
    /// Such as `homework.dls:3`.
    package let place: String
    package let variables: [(name: String, value: Value)]

    init(_ code: UserCode, _ frame: Frame) {
        let (source, span) = (code.source.source, code.source.span)
        title = String(source[span].prefix { $0 != "\n" && $0 != "{" }).trimmed
        place = "\(source.name):\(source.lineIndex(at: span.start) + 1)"
        var known = frame.variables(code.slotNames)
        // The parts and settings of a model stand in its block, around its functions.
        var around = code.outer.variables(in: frame.parent)
        var own: RuntimeObject?
        var owner: Frame? = frame
        while let other = owner, own == nil {
            own = other.object ?? other.layers?.object
            if let layers = other.layers, other !== frame { around += other.variables(layers.slotNames) }
            owner = other.parent
        }
        // What calls the function, and the sizes that were not given, tell nothing.
        around.removeAll { $0.name == "forward" || $0.name == "input" && $0.value.isNone }
        var names = Set(known.map(\.name) + ["self"])
        known += around.filter { names.insert($0.name).inserted }
        variables = (own.map { [(name: "self", value: Value.object($0))] } ?? []) + known
    }

    /// The name of the function, or `fn`.
    package var name: String {
        let head = title.prefix { $0 != "(" && $0 != "-" && $0 != "=" }
        return head.split(separator: " ").last.map(String.init) ?? "fn"
    }

    /// What `vars` shows: the variables, with the fields of the object whose method it is.
    package func shown(in namespace: Namespace) -> [(name: String, value: Value)] {
        variables.flatMap { name, _ in
            let value = namespace[name] ?? .none
            guard name == "self", let object = value.object(as: InstanceObject.self) else { return [(name, value)] }
            return [(name, value)] + object.assignedFields.map { ("self.\($0.name)", $0.value) }
        }
    }

    /// The variables of the call over those of a session: what is assigned changes these copies.
    package func namespace(over outer: Namespace) -> Namespace {
        let namespace = Namespace(name: place, over: outer)
        // In methods, fields have names of their own, too.
        for case (name: "self", value: .object(let object as InstanceObject)) in variables {
            for (name, value) in object.assignedFields { namespace.define(name, value) }
        }
        for (name, value) in variables { namespace.define(name, value) }
        return namespace
    }
}

extension Frame {
    /// What has a value of some variables of it, in their order.
    fileprivate func variables(_ slotNames: [String: Int]) -> [(name: String, value: Value)] {
        slotNames.sorted { $0.value < $1.value }.compactMap { name, index in
            guard slots.indices.contains(index), slots[index].isDefined else { return nil }
            return (name, slots[index])
        }
    }
}

extension OuterCode {
    /// The variables of functions around that it reads; names of the file are known without them.
    ///
    /// - Parameter frame: Of the code around.
    fileprivate func variables(in frame: Frame?) -> [(name: String, value: Value)] {
        guard let frame else { return [] }
        return names.compactMap { name, node in
            guard node is SlotNode || node is OuterSlotNode, let value = try? node.evaluate(frame) else { return nil }
            return (name, value)
        }
    }
}

/// Gathers the calls that an error leaves, from the inside out.
struct FailedCalls {
    private static let most = 50
    /// Only at the prompt, where somebody may ask: they keep their variables alive.
    var isGathering = false
    private(set) var calls: [FailedCall] = []

    mutating func add(_ code: UserCode, _ frame: Frame) {
        if isGathering, calls.count < Self.most, !code.source.source.isHidden { calls.append(FailedCall(code, frame)) }
    }

    /// Takes over the calls of a run of a sweep, whose error is raised again.
    mutating func add(_ others: [FailedCall]) { calls += others.prefix(Self.most - min(calls.count, Self.most)) }

    mutating func removeAll() { calls.removeAll() }
}
