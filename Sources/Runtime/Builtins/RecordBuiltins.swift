import Autograd
import TensorCore

extension Builtin {
    /// Records as maps, and sets.
    static let records: [Builtin] = [
        Builtin(
            "record(pairs=none, **fields)", .values, "A record of pairs of a key and a value, or of named arguments.",
            details: """
                Keys are strings, numbers, booleans, none and lists of these, and keep their order; as in Python, 1 and true are
                the same key. `d[k]` reads, `d[k] = v` sets, `k in d` asks, `d.remove(k)` removes, in constant time;
                `for k in d` goes through the keys, `for k, v in d` through keys and values. In braces: {a=1, "b c"=2, [k]=v},
                {[k]=v for k, v in pairs if v > 0}, {**d, a=1}, and Python's {"a": 1, k: v}.
                """,
            example: "d = record(zip([\"a\", 2], [1, [5]]))\nd[2]\nrecord(lr=0.1)"
        ) { call in
            var record = Record()
            if case .record(let given) = call.value("pairs") {
                record = given
            } else if call.has("pairs") {
                var pairs = call.value("pairs")
                // `dict(Counter(xs))`: what has items is made of them.
                if pairs.instance != nil, let items = try pairs.field("items"), items.isCallable {
                    pairs = try call.interpreter.call(items, [])
                }
                let next = try pairs.makeIterator()
                while let pair = try next() {
                    if Interrupt.isRequested { throw Failure.interrupted }
                    guard let parts = try pair.elements, parts.count == 2 else {
                        throw Failure(
                            "`record` takes pairs of a key and a value, and got \(pair.kindWithArticle), \(pair.shortText)",
                            help: "`zip(keys, values)` and `items(d)` give pairs")
                    }
                    record[try RecordKey.checked(parts[0])] = parts[1]
                }
            }
            record.merge(try call.record("fields"))
            return .record(record)
        },
        Builtin("keys(record)", .values, "The keys of a record, in their order.", example: "keys({a=1, b=2})") {
            call in .list(try call.record("record").keys.map(\.value))
        },
        Builtin("values(record)", .values, "The values of a record's fields.", example: "values({a=1, b=2})") { call in
            .list(try call.record("record").entries.map(\.value))
        },
        Builtin(
            "items(record)", .values, "Pairs of key and value of a record's fields.",
            example: "for name, value in items({a=1, b=2}) { print name value }"
        ) { call in
            .list(try call.record("record").entries.map { .list([$0.key.value, $0.value]) })
        },
        Builtin(
            "get(record, name, default=none)", .values, "The value of a key, or the default where there is none.",
            example: "d = {a=1}\nd[\"b\"] = d.get(\"b\", 0) + 1\nd"
        ) { call in
            try call.record("record")[RecordKey.checked(call.value("name"))] ?? call.value("default")
        },
        Builtin(
            "merge(record, *others)", .values, "One record of the fields of several; later ones win.",
            details: "`a | b` merges two. `runs.merge(files)` merges files of kept runs: see `?runs`.",
            example: "merge({a=1, b=2}, {b=3})"
        ) { call in
            if call.value("record").object(as: TableObject.self)?.isOfAllRuns == true { return try call.mergeRuns() }
            var merged = try call.record("record")
            for other in try call.list("others") {
                guard case .record(let record) = other else { throw call.failure("others", takes: "records") }
                merged.merge(record)
            }
            return .record(merged)
        },
        Builtin(
            "update(record, other=none, **fields)", .values,
            "`d.update(other)` sets the fields of another record in `d`; `s.update(xs)` adds elements to a set.",
            example: "d = {a=1, b=2}\nd.update({b=3})\nd",
            mutate: { value, call in
                if value.isSet {
                    try changeSet(&value, call) { try $0.insert(elementsOf: call.value("other")) }
                } else {
                    let other = call.has("other") ? try call.record("other") : Record()
                    let fields = try call.record("fields")
                    try changeRecord(&value, call) {
                        $0.merge(other)
                        $0.merge(fields)
                    }
                }
                return .none
            }
        ) { call in throw needsName(call) },
        Builtin(
            "setdefault(record, name, default=none)", .values,
            "`d.setdefault(k, v)` gives the value of a key, which is set to v first where there is none.",
            example: "d = {}\nd.setdefault(\"a\", []);\nd[\"a\"].append(1)\nd",
            mutate: { value, call in
                let key = try RecordKey.checked(call.value("name"))
                var result = call.value("default")
                try changeRecord(&value, call) { record in
                    if let known = record[key] { result = known } else { record[key] = result }
                }
                return result
            }
        ) { call in throw needsName(call) },
        Builtin(
            "counts(x)", .values, "How often each element comes, as a record, the most common first.",
            details: "Of a string its characters are counted, of a tensor its numbers.",
            example: "counts([\"a\", \"b\", \"a\"])\nitems(counts(\"hello\"))[0]"
        ) { call in
            var record = Record()
            func count(_ element: Value) throws {
                let key = try RecordKey.checked(element)
                let isKnown: Void? = record.modify(key) { value in
                    if case .number(let number) = value { value = .number(number + 1) }
                }
                if isKnown == nil { record[key] = .number(1) }
            }
            if case .tensor(let tensor) = call.value("x") {
                for element in try nestedList(tensor.reshape([tensor.count])).elements ?? [] { try count(element) }
            } else {
                try ListLength.check(call.value("x").knownCount ?? 0)
                let next = try call.value("x").makeIterator()
                while let element = try next() {
                    if Interrupt.isRequested { throw Failure.interrupted }
                    try count(element)
                }
            }
            return .record(Record(entries: try mostCommon(record)))
        },
        Builtin(
            "most_common(record, n=none)", .values,
            "The n keys with the largest numbers, or all, as pairs of key and number.",
            example: "most_common({a=1, b=3, c=2}, 2)"
        ) { call in
            let entries = try mostCommon(call.record("record"))
            let most = call.has("n") ? try call.integer("n", atLeast: 0) : entries.count
            return .list(entries.prefix(most).map { .list([$0.key.value, $0.value]) })
        },
        Builtin(
            "set(x=[])", .values,
            "The different elements of a list, a string, ... as a set, in the order of appearance.",
            details: """
                Elements are what can be keys of records: strings, numbers, booleans, none and lists of these. `a | b` has the
                elements of both, `a & b` those in both, `a - b` those of a that are not in b; `a <= b` asks whether b has all of
                a. `v in s` takes constant time. `s.add(v)`, `s.remove(v)`, `s.discard(v)`, `s.update(xs)` change the name `s`.
                """,
            example: "s = set([3, 1, 3])\ns.add(2)\nprint s len(s) 3 in s\nset([1, 2]) | set([2, 5])"
        ) { call in .set(try KeySet(elementsOf: call.value("x"))) },
        Builtin(
            "add(set, value)", .values, "`s.add(v)` adds an element to the set `s`.",
            details: "Of tensors and numbers it is `a + b`, as in PyTorch.",
            example: "s = set([1])\ns.add(2)\ns", changes: { $0.isSet },
            mutate: { value, call in
                let key = try RecordKey.checked(call.value("value"))
                try changeSet(&value, call) { $0.insert(key) }
                return .none
            }
        ) { call in
            if case .set = call.value("set") { throw needsName(call) }
            let operands = try call.operands("set", "value")
            return Value.tensor(try operands[0] + operands[1]).unwrapped
        },
        Builtin(
            "discard(set, value)", .values, "`s.discard(v)` takes an element out of the set `s` if it is there.",
            example: "s = set([1, 2])\ns.discard(2)\ns.discard(5)\ns",
            mutate: { value, call in
                let key = try RecordKey.checked(call.value("value"))
                try changeSet(&value, call) { _ = $0.remove(key) }
                return .none
            }
        ) { call in throw needsName(call) },
        combination("union", "The set of the elements of several sets or lists.", example: "union([1, 2], [2, 5])") {
            $0.union($1)
        },
        combination(
            "intersection", "The set of the elements that are in all of several sets or lists.",
            example: "intersection([1, 2], [2, 5])"
        ) { $0.intersection($1) },
        combination(
            "difference", "The set of the elements of the first set or list that are in none of the others.",
            example: "difference([1, 2], [2, 5])"
        ) { $0.subtracting($1) },
    ]

    private static func combination(
        _ name: String, _ summary: String, example: String,
        _ combine: @escaping @Sendable (KeySet, KeySet) -> KeySet
    ) -> Builtin {
        Builtin("\(name)(set, *others)", .values, summary, example: example) { call in
            var result = try KeySet(elementsOf: call.value("set"))
            for other in try call.list("others") { result = combine(result, try KeySet(elementsOf: other)) }
            return .set(result)
        }
    }

    /// The entries by their numbers, the largest first; equal ones keep their order.
    private static func mostCommon(_ record: Record) throws -> [Record.Entry] {
        let entries = record.entries
        let order = try Builtin.order(entries.map(\.value), descending: true)
        return order.map { entries[$0] }
    }

    // MARK: Changes

    private static func changeRecord(
        _ value: inout Value, _ call: Call, _ change: (inout Record) throws -> Void
    ) throws {
        guard case .record(var record) = value else {
            throw Failure("`\(call.name)` changes a record, not \(value.kindWithArticle)")
        }
        value = .none
        defer { value = .record(record) }
        try change(&record)
    }

    private static func changeSet(_ value: inout Value, _ call: Call, _ change: (inout KeySet) throws -> Void) throws {
        guard case .set(var set) = value else {
            throw Failure("`\(call.name)` changes a set, not \(value.kindWithArticle)")
        }
        value = .none
        defer { value = .set(set) }
        try change(&set)
    }

    static func removeField(_ value: inout Value, _ sought: Value) throws {
        let key = try RecordKey.checked(sought)
        guard case .record(var record) = value else { return }
        guard record[key] != nil else { throw Failure("\(sought.shortText) is not a field of the record") }
        value = .none
        record[key] = nil
        value = .record(record)
    }

    static func removeElement(_ value: inout Value, _ sought: Value) throws {
        let key = try RecordKey.checked(sought)
        guard case .set(var set) = value else { return }
        value = .none
        defer { value = .set(set) }
        guard set.remove(key) else {
            throw Failure("\(sought.shortText) is not in the set", help: "`s.discard(v)` removes what may be missing")
        }
    }

    /// `d.pop(k)`
    static func popField(_ value: inout Value, _ call: Call) throws -> Value {
        guard call.has("index") else {
            throw Failure("`pop` of a record needs a key", help: "write `d.pop(k)`, or `d.pop(k, default)`")
        }
        let key = try RecordKey.checked(call.value("index"))
        guard case .record(var record) = value else { return .none }
        guard let taken = record[key] else {
            if call.isGiven("default") { return call.value("default") }
            throw Value.unknownKey(key, record)
        }
        value = .none
        record[key] = nil
        value = .record(record)
        return taken
    }

    /// `s.pop()` takes the last element out of a set.
    static func popElement(_ value: inout Value) throws -> Value {
        guard case .set(var set) = value else { return .none }
        guard let last = set.last else { throw Failure("there is no element to pop: the set is empty") }
        value = .none
        _ = set.remove(last)
        value = .set(set)
        return last.value
    }
}
