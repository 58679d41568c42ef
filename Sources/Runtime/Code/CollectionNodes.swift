import Language

/// `[*xs, 1]`
final class SpreadListNode: Node {
    let elements: [Node]
    let spreads: Set<Int>

    init(_ elements: [Node], spreads: Set<Int>, _ location: Diagnostic.Location) {
        self.elements = elements
        self.spreads = spreads
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let list = Value.list(try elements.values(spreading: spreads, frame))
        try locating { try frame.interpreter.nesting.count(list) }
        return list
    }
}

extension [Node] {
    /// The values of the nodes; of some of them, the elements of their values.
    func values(spreading spreads: Set<Int>, _ frame: Frame) throws -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for (index, node) in enumerated() {
            let value = try node.evaluate(frame)
            guard spreads.contains(index) else {
                values.append(value)
                continue
            }
            try node.locating {
                try ListLength.check(values.count + (value.knownCount ?? 0))
                let next = try value.makeIterator()
                while let element = try next() { try values.grow(by: element) }
            }
        }
        return values
    }
}

/// `{lr=0.1, "a b"=2, [k]=v, **others}`
final class RecordNode: Node {
    private enum Key {
        case constant(RecordKey)
        case computed(Node)
        /// All fields of the value.
        case all
    }

    private let fields: [(key: Key, value: Node)]
    /// Where every key is known, and of its own.
    private let isPlain: Bool

    init(_ fields: [(key: Expression?, value: Node)], _ compiler: Compiler, _ location: Diagnostic.Location) throws {
        self.fields = try fields.map { key, value in
            guard let key else { return (.all, value) }
            guard case .string(let name) = key.kind else { return (.computed(try compiler.compile(key)), value) }
            return (.constant(.string(name)), value)
        }
        isPlain = self.fields.allSatisfy { if case .constant = $0.key { true } else { false } }
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let record = Value.record(try isPlain ? plain(frame) : computed(frame))
        try locating { try frame.interpreter.nesting.count(record) }
        return record
    }

    private func plain(_ frame: Frame) throws -> Record {
        var entries: [Record.Entry] = []
        entries.reserveCapacity(fields.count)
        for case (.constant(let key), let node) in fields { entries.append((key, try node.evaluate(frame))) }
        return Record(entries: entries)
    }

    /// As in Python, later fields win.
    private func computed(_ frame: Frame) throws -> Record {
        var record = Record()
        for (key, node) in fields {
            switch key {
            case .constant(let key): record[key] = try node.evaluate(frame)
            case .computed(let keyNode):
                let key = try value(of: keyNode, frame)
                record[try keyNode.locating { try RecordKey.checked(key) }] = try node.evaluate(frame)
            case .all:
                let value = try node.evaluate(frame)
                guard case .record(let others) = value else {
                    throw Failure("`**` takes the fields of a record, and got \(value.kindWithArticle)")
                        .located(node.location)
                }
                record.merge(others)
            }
        }
        return record
    }

    /// `{lr: 0.1}` is by the value of `lr`, as in Python; who comes from elsewhere is told.
    private func value(of key: Node, _ frame: Frame) throws -> Value {
        do { return try key.evaluate(frame) } catch var failure as Failure {
            if let name = key as? CellNode, !name.cell.value.isDefined {
                failure.diagnostic.help.append("for the name itself as the key, write `{\(name.cell.name)=...}`")
            }
            throw failure
        }
    }
}

/// `[x * x for x in xs if x > 0]` and `{[k]=v for k, v in pairs}`, in a frame of its own.
final class ComprehensionNode: Node {
    enum Clause {
        case loop(target: TargetNode, sequence: Node)
        case filter(Node)
    }

    private struct Results {
        var list: [Value] = []
        var record = Record()
    }

    /// Of the fields of a record; nil for a list.
    let key: Node?
    let element: Node
    /// Evaluated outside, as in Python, so that `[x for x in x]` can be written.
    let firstSequence: Node
    let firstTarget: TargetNode
    let clauses: [Clause]
    let slotCount: Int

    init(
        key: Node?, element: Node, firstSequence: Node, firstTarget: TargetNode, clauses: [Clause], slotCount: Int,
        _ location: Diagnostic.Location
    ) {
        self.key = key
        self.element = element
        self.firstSequence = firstSequence
        self.firstTarget = firstTarget
        self.clauses = clauses
        self.slotCount = slotCount
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let own = Frame(slotCount: slotCount, parent: frame, interpreter: frame.interpreter)
        var results = Results()
        let sequence = try firstSequence.evaluate(frame)
        if clauses.isEmpty { try firstSequence.locating { try ListLength.check(sequence.knownCount ?? 0) } }
        try sequence.forEach(firstSequence, inPairs: firstTarget.isPair) { value in
            try firstTarget.assign(value, own)
            try run(0, own, &results)
            return true
        }
        let value = key == nil ? Value.list(results.list) : .record(results.record)
        try locating { try frame.interpreter.nesting.count(value) }
        return value
    }

    private func run(_ index: Int, _ frame: Frame, _ results: inout Results) throws {
        guard index < clauses.count else { return try add(frame, &results) }
        switch clauses[index] {
        case .filter(let condition):
            if try condition.isTrue(frame) {
                try run(index + 1, frame, &results)
            }
        case .loop(let target, let sequence):
            try sequence.evaluate(frame).forEach(sequence, inPairs: target.isPair) { value in
                try target.assign(value, frame)
                try run(index + 1, frame, &results)
                return true
            }
        }
    }

    private func add(_ frame: Frame, _ results: inout Results) throws {
        guard let key else {
            let value = try element.evaluate(frame)
            if results.list.count >= ListLength.most {
                try element.locating { try ListLength.check(results.list.count + 1) }
            }
            results.list.append(value)
            return
        }
        let name = try key.evaluate(frame)
        let field = try key.locating { try RecordKey.checked(name) }
        results.record[field] = try element.evaluate(frame)
        if results.record.count > ListLength.most { try key.locating { try ListLength.check(results.record.count) } }
    }
}
