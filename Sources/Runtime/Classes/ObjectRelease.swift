import TensorCore

/// Lets go of the fields of objects one object after the other: a list of a million objects, each of which holds the
/// next, would fill the stack if each let go of the next inside its own end.
enum ObjectRelease {
    private final class Waiting {
        var fields: [[Value]] = []
    }

    private static let waiting = ThreadSlot<Waiting>()

    static func release(_ fields: inout [Value]) {
        var taken: [Value] = []
        swap(&taken, &fields)
        guard taken.contains(where: \.mayHoldObjects) else { return }
        if let waiting = waiting.object {
            waiting.fields.append(taken)
            return
        }
        let waiting = Waiting()
        Self.waiting.object = waiting
        defer { Self.waiting.object = nil }
        taken = []
        while let next = waiting.fields.popLast() { _ = next }
    }
}

extension Value {
    fileprivate var mayHoldObjects: Bool {
        switch self {
        case .list, .record, .function, .object: true
        default: false
        }
    }
}
