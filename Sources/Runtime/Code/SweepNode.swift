import Language
import TensorCore

/// `sweep rate in [0.1, 0.01], batch in [8, 64] { ... }`: the block once for each combination, in a scope of its
/// own, and a table of the records that the blocks end with.
final class SweepNode: Node {
    let axes: [(name: String, values: Node)]
    let options: ArgumentNodes
    let body: [StatementNode]
    let slotCount: Int

    init(
        axes: [(name: String, values: Node)], options: ArgumentNodes, body: [StatementNode], slotCount: Int,
        _ location: Diagnostic.Location
    ) {
        self.axes = axes
        self.options = options
        self.body = body
        self.slotCount = slotCount
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let interpreter = frame.interpreter
        try checkOptions(frame)
        let combinations = try values(frame)
        // Each run starts from the same random state whatever runs before or beside it.
        let key = interpreter.random.next()
        let streams = interpreter.random
        defer { interpreter.random = streams }
        var rows: [Record] = []
        for (index, combination) in combinations.enumerated() {
            interpreter.random.start(at: key.child(UInt64(index)))
            let run = Frame(slotCount: slotCount, parent: frame, interpreter: interpreter)
            for (slot, value) in combination.enumerated() { run.slots[slot] = value }
            do {
                _ = try body.run(run)
            } catch let failure as Failure where failure.isInterrupt && !rows.isEmpty {
                // What is finished is kept.
                try interpreter.sink.emit(
                    .note("sweep stopped: \(rows.count) of \(combinations.count) runs are in the table"))
                break
            }
            rows.append(try row(run.result, combination))
        }
        return .object(TableObject(rows: rows))
    }

    private func checkOptions(_ frame: Frame) throws {
        let given = try options.evaluate(frame)
        for (name, value) in given.named {
            guard name == "workers" else {
                let meant = Suggestion.closest(to: name, among: ["workers"]).map { "did you mean `\($0)`?" }
                throw Failure("`sweep` has no option `\(name)`", help: meant ?? "it has workers").located(location)
            }
            guard let workers = value.asInteger, workers >= 1 else {
                throw Failure("`workers` of `sweep` takes a whole number of at least 1").located(location)
            }
        }
    }

    private func values(_ frame: Frame) throws -> [[Value]] {
        var combinations: [[Value]] = [[]]
        for (name, node) in axes {
            var elements: [Value] = []
            let next = try node.locating { try node.evaluate(frame).makeIterator() }
            while let element = try next() { elements.append(element) }
            guard !elements.isEmpty else {
                throw Failure("there is no value for `\(name)` to go through").located(node.location)
            }
            combinations = combinations.flatMap { combination in elements.map { combination + [$0] } }
        }
        return combinations
    }

    /// The block's record; where it gives something else, the names that were swept and `value`.
    private func row(_ result: Value, _ combination: [Value]) throws -> Record {
        if case .record(let record) = result { return record }
        var record = Record(zip(axes, combination).map { ($0.name, $1) })
        if !result.isNone { record["value"] = result }
        return record
    }
}
