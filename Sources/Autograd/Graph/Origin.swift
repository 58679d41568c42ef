/// What computed a constant outside of recordings, such as a model, where that could have been a result that a gradient
/// flows through. What is computed of it has the same origin.
package final class Origin {
    private struct Source {
        weak var object: AnyObject?
    }

    private let all: [Source]

    package init(_ source: AnyObject) { all = [Source(object: source)] }

    private init(_ all: [Source]) { self.all = all }

    /// Those that are still there.
    package var sources: [AnyObject] { all.compactMap(\.object) }

    package func isOnly(_ source: AnyObject) -> Bool { all.count == 1 && all[0].object === source }

    /// The origin of what is computed of both. It stays short: who is told of one source looks at the others then.
    func meeting(_ other: Origin) -> Origin {
        guard other !== self, all.count < 8 else { return self }
        let new = other.all.filter { new in !all.contains { $0.object === new.object } }
        return new.isEmpty ? self : Origin(all + new)
    }
}

extension Variable {
    /// The origin of a constant, and of all that it was used for; nil for most.
    package var origin: Origin? { owner as? Origin }

    /// The origins of constant terms of a sum: without them, all gradients of this variable would be the same.
    package var originsOfConstantTerms: [Origin] {
        guard origin != nil else { return [] }
        var found: [Origin] = []
        var pending = [self]
        var known: Set<ObjectIdentifier> = []
        while let term = pending.popLast(), known.count < 1000 {
            guard let origin = term.origin, known.insert(ObjectIdentifier(term)).inserted else { continue }
            if term.isTracked { pending += term.terms } else { found.append(origin) }
        }
        return found
    }

    /// The inputs that are terms of the result, with constant factors or without.
    private var terms: [Variable] {
        switch operation {
        case let operation as Arithmetic:
            switch operation.operation {
            case .add, .subtract: inputs
            case .multiply where inputs.contains { !$0.isTracked }: inputs.filter(\.isTracked)
            case .divide where !inputs[1].isTracked: [inputs[0]]
            default: []
            }
        case let operation as NumberArithmetic:
            switch operation.operation {
            case .add, .subtract, .multiply: inputs
            case .divide where !operation.isOnLeft: inputs
            default: []
            }
        case let operation as Elementwise: operation.name == ElementwiseOperation.negate.name ? inputs : []
        case is Sum, is Mean, is Concat, is Reshape, is Broadcast, is Cast, is Alias: inputs
        default: []
        }
    }
}
