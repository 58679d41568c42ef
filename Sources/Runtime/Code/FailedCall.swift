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
        var owner: Frame? = frame
        while let other = owner, other.object == nil { owner = other.parent }
        let own = owner?.object.map { [(name: "self", value: Value.object($0))] } ?? []
        variables =
            own
            + code.slotNames.sorted { $0.value < $1.value }.compactMap { name, index in
                let value = frame.slots.indices.contains(index) ? frame.slots[index] : .undefined
                return value.isDefined ? (name, value) : nil
            }
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
        for (name, value) in variables { namespace.define(name, value) }
        return namespace
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

    mutating func removeAll() { calls.removeAll() }
}
