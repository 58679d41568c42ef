import Language

/// What is assigned to, in assignments and loops.
indirect enum TargetNode {
    case cell(Cell)
    case slot(Int)
    case place(Place, Diagnostic.Location)
    case tuple([TargetNode], Diagnostic.Location)
    /// In a tuple: the list of what the others leave.
    case rest(TargetNode)
    /// `a = b = 0`
    case each([TargetNode])

    var isTuple: Bool { if case .tuple = self { true } else { false } }

    /// `for k, v in d` goes through the keys and the values of a record.
    var isPair: Bool {
        guard case .tuple(let targets, _) = self, targets.count == 2 else { return false }
        return !targets.contains(where: \.isRest)
    }

    var isRest: Bool { if case .rest = self { true } else { false } }

    func assign(_ value: Value, _ frame: Frame) throws {
        switch self {
        case .cell(let cell): cell.value = value
        case .slot(let index): frame.slots[index] = value
        case .place(let place, let location):
            do {
                try frame.interpreter.nesting.count(value)
                try place.assign(value, frame)
            } catch let error where !(error is Quit) {
                throw Failure(wrapping: error).located(location)
            }
        case .tuple(let targets, let location):
            if case .list(let parts) = value, parts.count == targets.count, !targets.contains(where: \.isRest) {
                for index in targets.indices { try targets[index].assign(parts[index], frame) }
                return
            }
            let parts = try unpacked(value, targets, location)
            for (target, part) in zip(targets, parts) { try target.assign(part, frame) }
        case .rest(let target): try target.assign(value, frame)
        case .each(let targets): for target in targets { try target.assign(value, frame) }
        }
    }

    /// All parts are at hand before the first name changes.
    private func unpacked(
        _ value: Value, _ targets: [TargetNode], _ location: Diagnostic.Location
    ) throws -> [Value] {
        let rest = targets.firstIndex(where: \.isRest)
        if let known = value.knownCount { try check(known) }
        var parts: [Value]
        if let elements = try value.elements {
            parts = elements
        } else if case .record(let record) = value {
            parts = record.entries.map(\.value)
        } else if case .tensor(let tensor) = value, tensor.rank > 0 {
            parts = try (0..<tensor.shape[0]).map { try value.element([.value(.integer($0))]) }
        } else if case .object(let object) = value, let unpacked = object.unpacked {
            try check(unpacked.count)
            parts = unpacked
        } else if let definition = value.instance?.definition,
            definition.special(.iterate) != nil || definition.special(.len) != nil
        {
            // Such as a deque.
            parts = try Builtin.allElements(value)
            try check(parts.count)
        } else {
            throw Failure("\(value.kindWithArticle) cannot be taken apart into \(targets.count) names")
                .located(location)
        }
        if let rest {
            let end = parts.count - (targets.count - 1 - rest)
            parts.replaceSubrange(rest..<end, with: [.list(Array(parts[rest..<end]))])
        }
        return parts

        func check(_ given: Int) throws {
            if rest == nil ? given == targets.count : given >= targets.count - 1 { return }
            let count = rest == nil ? targets.count : targets.count - 1
            let names = count == 1 ? "is 1 name" : "are \(count) names"
            let extra = rest == nil ? "" : " beside the one with `*`"
            let values = given == 1 ? "1 value" : "\(given) values"
            throw Failure("there \(names)\(extra) on the left and \(values) on the right").located(location)
        }
    }
}
