import Language
import TensorCore

/// `sweep rate in [0.1, 0.01], batch in [8, 64] seeds=3 { ... }`: the block once for each combination (and seed), in
/// a scope of its own, on all cores, and a table of the records that the blocks end with.
final class SweepNode: Node {
    let axes: [(name: String, values: Node)]
    let options: ArgumentNodes
    let body: StatementNode
    let slotCount: Int
    /// The text of the sweep and what it reads of the code around it: what its rows depend on.
    let code: OuterCode

    init(
        axes: [(name: String, values: Node)], options: ArgumentNodes, body: StatementNode, slotCount: Int,
        code: OuterCode, _ location: Diagnostic.Location
    ) {
        self.axes = axes
        self.options = options
        self.body = body
        self.slotCount = slotCount
        self.code = code
        super.init(location)
    }

    private struct Options {
        var workers: Int?
        var seeds = 1
        var isFresh = false
    }

    /// As many at a time as there are cores; a few more where that leaves none idle at the end, as with three runs on
    /// two cores.
    private static func usualWorkers(for runs: Int) -> Int {
        let rounds = max(runs / Threads.count, 1)
        // A share of one thread for each run of a nested sweep: no more.
        return Threads.count == 1 ? 1 : (runs + rounds - 1) / rounds
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let interpreter = frame.interpreter
        guard !interpreter.isWorker else { return try evaluate(frame, part: nil) }
        interpreter.stage += 1
        defer { interpreter.stage += 1 }
        return try evaluate(frame, part: interpreter.part)
    }

    private func evaluate(_ frame: Frame, part: SweepPart?) throws -> Value {
        let interpreter = frame.interpreter
        let options = try options(frame)
        let combinations = try combinations(frame, seeds: options.seeds)
        let before = interpreter.random
        // Each run starts from the same random state whatever runs before or beside it.
        let key = interpreter.random.next()
        let runs = combinations.enumerated().flatMap { index, names -> [SweepRun] in
            guard part?.contains(index) ?? true else { return [] }
            return (0..<options.seeds).map { seed in
                let own = key.child(UInt64(index))
                return SweepRun(
                    names: names, combination: index, seed: seed, number: index * options.seeds + seed,
                    key: seed == 0 ? own : own.child(named: "seed").child(UInt64(seed)))
            }
        }
        let keeping = SweepKeeping(runs, code, frame, isFresh: options.isFresh)
        if let part {
            let own = runs.count / options.seeds
            try interpreter.sink.emit(
                .note("part \(part.text) of the sweep: \(own) of \(combinations.count) combinations"))
            try keeping.requireMerging(location)
        }
        try keeping.restore()
        let left = runs.count { $0.outcome == nil }
        let execution = SweepExecution(
            runs, workers: min(options.workers ?? Self.usualWorkers(for: left), left), for: interpreter,
            body: { [self] run, worker in
                let own = Frame(slotCount: slotCount, parent: frame, interpreter: worker)
                for (slot, field) in run.names.fields.enumerated() { own.slots[slot] = field.value }
                _ = try body.execute(own)
                return try row(worker.drawn(own.result), run)
            }, onRow: keeping.keep)
        if left > 0 { try execution.run() }
        let unfinished = runs.count { run in if case .stopped? = run.outcome { true } else { run.outcome == nil } }
        if unfinished > 0 {
            // Run again, it draws the same numbers, and so finds what it has done.
            interpreter.random = before
            guard unfinished < runs.count else { throw Failure.interrupted.located(location) }
            try interpreter.sink.emit(
                .note(
                    "sweep stopped: \(runs.count - unfinished) of \(runs.count) runs are in the table. "
                        + keeping.wayToGoOn(unfinished: unfinished)))
        } else if part == nil, runs.contains(where: { !$0.isRestored && $0.row != nil }) {
            // What was merged of parts stays. What a part has done is merged later.
            keeping.finish()
        }
        let failures = runs.compactMap(\.failure)
        // What fails for every value is wrong with the block.
        if part == nil, let failure = failures.first, failures.count == runs.count {
            interpreter.failedCalls.add(runs[0].failedCalls)
            throw failure.located(location)
        }
        return .object(try SweepTable.table(of: runs, seeds: options.seeds))
    }

    private func options(_ frame: Frame) throws -> Options {
        var options = Options()
        func whole(_ name: String, _ value: Value) throws -> Int {
            guard case .number = value, let number = value.asInteger, (1...10_000).contains(number) else {
                throw Failure("`\(name)` of `sweep` takes a whole number from 1 to 10000, and got \(value.shortText)")
                    .located(location)
            }
            return number
        }
        for (name, value) in try self.options.evaluate(frame).named {
            switch name {
            case "workers": options.workers = min(try whole(name, value), 256)
            case "seeds": options.seeds = try whole(name, value)
            case "fresh":
                guard case .boolean(let flag) = value else {
                    throw Failure("`fresh` of `sweep` takes true or false, and got \(value.shortText)").located(
                        location)
                }
                options.isFresh = flag
            default:
                let known = ["workers", "seeds", "fresh"]
                let meant = Suggestion.closest(to: name, among: known).map { "did you mean `\($0)`?" }
                throw Failure(
                    "`sweep` has no option `\(name)`",
                    help: meant
                        ?? "it has \(known.joined(separator: ", ")); values to go through are `\(name) in [...]`"
                ).located(location)
            }
        }
        return options
    }

    private static let mostRuns = 100_000

    /// The values of the swept names, for each combination.
    private func combinations(_ frame: Frame, seeds: Int) throws -> [Record] {
        var combinations = [Record()]
        for (name, node) in axes {
            var elements: [Value] = []
            let next = try node.locating { try node.evaluate(frame).makeIterator() }
            while let element = try next() {
                elements.append(element)
                guard elements.count * combinations.count * seeds <= Self.mostRuns else {
                    throw Failure(
                        "the sweep has over \(Self.mostRuns) runs",
                        help: "take fewer values\(seeds > 1 ? " or seeds" : ""), or loop with `for` inside the block"
                    ).located(node.location)
                }
                if Interrupt.isRequested { throw Failure.interrupted.located(node.location) }
            }
            guard !elements.isEmpty else {
                throw Failure("there is no value for `\(name)` to go through").located(node.location)
            }
            combinations = combinations.flatMap { combination in
                elements.map { element in
                    var longer = combination
                    longer[name] = element
                    return longer
                }
            }
        }
        return combinations
    }

    /// The block's record; where it gives something else, the names that were swept and `value`.
    private func row(_ result: Value, _ run: SweepRun) throws -> Record {
        if case .record(let record) = result { return try record.named() }
        var record = run.names
        if !result.isNone { record["value"] = result }
        return record
    }
}

/// The table of a sweep.
enum SweepTable {
    static func table(of runs: [SweepRun], seeds: Int) throws -> TableObject {
        let ended = runs.filter { run in
            switch run.outcome {
            case .row, .failed: true
            case .stopped, .quit, nil: false
            }
        }
        let unnamed = unnamed(ended)
        if seeds == 1 { return try TableObject(rows: ended.map { completed(row($0), unnamed, $0) }) }
        var groups: [[SweepRun]] = []
        for run in ended {
            if groups.last?[0].combination == run.combination {
                groups[groups.count - 1].append(run)
            } else {
                groups.append([run])
            }
        }
        let names = groups.flatMap { $0 }.compactMap(\.row).flatMap(\.names)
        // A field that repeats what is swept is no result.
        let repeated = Set(names).filter { name in
            groups.allSatisfy { group in
                group.allSatisfy { run in
                    guard let value = run.row?[name] else { return true }
                    return run.names.fields.contains { ValueKey($0.value) == ValueKey(value) }
                }
            } && (ended[0].names[name] != nil || ended[0].names.names.contains { varies($0, ended) })
        }
        return try TableObject(rows: groups.map { try completed(averaged($0, repeated: repeated), unnamed, $0[0]) })
    }

    /// The swept names that the blocks' records do not tell, by that name or by another.
    private static func unnamed(_ runs: [SweepRun]) -> [String] {
        guard let first = runs.first, let fields = runs.compactMap(\.row).first?.fields.map(\.name) else { return [] }
        return first.names.fields.map(\.name).filter { name in
            !fields.contains { field in
                // A single value that was swept can be equal to a result by chance.
                field == name
                    || varies(name, runs)
                        && runs.allSatisfy { run in
                            // The row of a run that failed has no other name.
                            guard let row = run.row, let swept = run.names[name] else { return false }
                            return row[field].map { ValueKey($0) == ValueKey(swept) } ?? false
                        }
            }
        }
    }

    /// Whether a swept name has several values.
    private static func varies(_ name: String, _ runs: [SweepRun]) -> Bool {
        let values = runs.lazy.compactMap { $0.names[name] }.map(ValueKey.init)
        guard let first = values.first else { return false }
        return values.contains { $0 != first }
    }

    /// A row with the values of some swept names in front.
    private static func completed(_ row: Record, _ names: [String], _ run: SweepRun) -> Record {
        guard !names.isEmpty else { return row }
        var record = Record(names.map { ($0, run.names[$0] ?? .none) })
        for (name, value) in row.fields { record[name] = value }
        return record
    }

    /// Of a run that failed, its values and the error.
    private static func row(_ run: SweepRun) -> Record {
        if let row = run.row { return row }
        var record = run.names
        record["error"] = error(run).map { .string($0) } ?? Value.none
        return record
    }

    private static func error(_ run: SweepRun) -> String? {
        run.failure?.diagnostic.message
    }

    /// Means over the seeds with their standard errors; other fields as lists.
    private static func averaged(_ runs: [SweepRun], repeated: Set<String>) throws -> Record {
        let rows = runs.compactMap(\.row)
        var record = rows.isEmpty ? runs[0].names : Record()
        try record.merge(rows.first ?? Record()) { name, first in
            let values = rows.map { $0[name] ?? Value.none }
            for value in values { try value.checkConstant("the means over the seeds of a sweep") }
            if repeated.contains(name) { return [(name, first)] }
            let numbers = values.compactMap { value -> Double? in
                if case .boolean = value { nil } else { value.asNumber }
            }
            guard numbers.count == values.count else { return [(name, .list(values))] }
            let statistics = ColumnStatistics(numbers)
            return [
                (name, .number(statistics.mean)),
                ("\(name)_se", statistics.standardError.map { .number($0) } ?? Value.none),
            ]
        }
        record["seeds"] = .integer(rows.count)
        if let failed = runs.compactMap(error).first { record["error"] = .string(failed) }
        return record
    }
}

extension Record {
    /// Adds what `transform` makes of each field of another record.
    fileprivate mutating func merge(
        _ other: Record, _ transform: (String, Value) throws -> [(name: String, value: Value)]
    ) rethrows {
        for (name, value) in other.fields { for (name, value) in try transform(name, value) { self[name] = value } }
    }
}
