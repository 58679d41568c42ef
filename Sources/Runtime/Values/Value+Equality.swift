import TensorCore

// Values are compared and hashed with a list of what is left to do, not by functions that call themselves: lists and
// records can be nested deeper than any stack.

extension Operators {
    /// Whether two values are the same, whole: tensors and tables too, records in any order of their fields, tables of
    /// their columns.
    ///
    /// Two that are told apart early are not gone through.
    ///
    /// - Throws: `Failure.interrupted`, and what the `==` of a class throws.
    /// - Complexity: Linear in the different pairs of values that stand in the same places.
    static func equal(_ a: Value, _ b: Value) throws -> Bool {
        var failure: (any Error)?
        if areEqual(a, b, nanIsNan: false, failure: &failure) { return true }
        if let failure { throw failure }
        try checkInterrupt()
        return false
    }

    /// Comparisons that were stopped count as different: who relies on them checks afterwards.
    static func checkInterrupt() throws {
        if Interrupt.isRequested { throw Failure.interrupted }
    }

    /// - Parameter failure: Set where a `==` of a class fails, which counts as different.
    fileprivate static func areEqual(
        _ a: Value, _ b: Value, nanIsNan: Bool, failure: inout (any Error)?
    ) -> Bool {
        var left: [(Value, Value)] = []
        var seen: Set<PairOfParts> = []
        /// Whether two values with parts meet here for the first time. All of what is compared has to be equal, so those
        /// that have met before need not be gone through again.
        func isNew(_ a: PlaceInMemory?, _ b: PlaceInMemory?, count: Int, nests: Bool) -> Bool {
            guard let a, let b, nests || count > PairOfParts.few else { return true }
            return seen.insert(PairOfParts(a: a, b: b)).inserted
        }
        var next: (Value, Value)? = (a, b)
        var steps = 0
        while let (a, b) = next {
            switch (a, b) {
            case (.none, .none), (.undefined, .undefined): break
            case (.boolean(let x), .boolean(let y)): guard x == y else { return false }
            case (.number(let x), .number(let y)):
                guard x == y || nanIsNan && x.isNaN && y.isNaN else { return false }
            case (.boolean(let x), .number(let y)), (.number(let y), .boolean(let x)):
                guard (x ? 1 : 0) == y else { return false }
            case (.string(let x), .string(let y)): guard x == y else { return false }
            case (.record(let x), .record(let y)):
                guard x.count == y.count else { return false }
                let entries = x.entries
                guard isNew(x.identity, y.identity, count: x.count, nests: entries.contains { $0.value.hasParts })
                else {
                    break
                }
                for entry in entries.reversed() {
                    guard let other = y[entry.key] else { return false }
                    left.append((entry.value, other))
                }
            case (.set(let x), .set(let y)): guard x.count == y.count, x.isSubset(of: y) else { return false }
            case (.tensor(let x), .number), (.tensor(let x), .boolean), (.number, .tensor(let x)),
                (.boolean, .tensor(let x)):
                guard x.rank == 0, (try? compare(.equal, a, b).isTrue()) ?? false else { return false }
            case (.tensor(let x), .tensor(let y)):
                let (first, second) = (PlaceInMemory(x), PlaceInMemory(y))
                guard isNew(first, second, count: x.count, nests: false) else { break }
                guard (try? Tensor.allEqual(x.value, y.value)) ?? false else { return false }
            case (.function(let x), .function(let y)): guard x === y else { return false }
            case (.object(let x as TableObject), .object(let y as TableObject)):
                guard x.rowCount == y.rowCount, let pairs = x.columnPairs(y) else { return false }
                for (column, other) in pairs.reversed() { left.append((.list(column), .list(other))) }
            case (.object, _) where a.instance != nil, (_, .object) where b.instance != nil:
                guard areEqualObjects(a, b, &failure) else { return false }
            case (.object(let x), .object(let y)): guard x === y else { return false }
            case (.list(let x), .list(let y)):
                guard x.count == y.count else { return false }
                guard isNew(x.identity, y.identity, count: x.count, nests: x.contains(where: \.hasParts)) else { break }
                for index in x.indices.reversed().untilInterrupt { left.append((x[index], y[index])) }
                if Interrupt.isRequested { return false }
            case (.range(let x), .range(let y)): guard x == y else { return false }
            case (.range(let x), .list(let y)), (.list(let y), .range(let x)):
                guard x.count == y.count else { return false }
                for index in y.indices {
                    guard areEqual(.number(x[index]), y[index], nanIsNan: nanIsNan, failure: &failure) else {
                        return false
                    }
                }
            default: return false
            }
            next = left.popLast()
            steps += 1
            if steps & 0xFFF == 0, Interrupt.isRequested { return false }
        }
        return true
    }
}

extension Operators {
    /// Objects are equal where their `==` says so, and without one where they are the same.
    private static func areEqualObjects(_ a: Value, _ b: Value, _ failure: inout (any Error)?) -> Bool {
        if let x = a.instance, let y = b.instance, x === y { return true }
        do {
            return try byMethod(.equal, a, b)?.isTrue() ?? false
        } catch {
            failure = error
            return false
        }
    }
}

extension TableObject {
    /// The columns beside those of the same names of another table; nil where the names differ.
    fileprivate func columnPairs(_ other: TableObject) -> [([Value], [Value])]? {
        if fieldNames == other.fieldNames { return zip(columns, other.columns).map { ($0.values, $1.values) } }
        guard columns.count == other.columns.count, Set(fieldNames) == Set(other.fieldNames) else { return nil }
        let others = Dictionary(other.columns.map { ($0.name, $0.values) }) { first, _ in first }
        return columns.map { ($0.values, others[$0.name] ?? []) }
    }
}

/// Where the parts of two values are in memory, which tells the values as long as they are held.
struct PairOfParts: Hashable {
    /// As few parts are compared again sooner than they are looked up.
    static let few = 8

    let a: PlaceInMemory
    let b: PlaceInMemory
}

/// A value as a key of sets and dictionaries: equal values are one key, and so are two NaN.
struct ValueKey: Hashable {
    let value: Value

    init(_ value: Value) { self.value = value }

    /// A `==` of a class that fails says no here: a dictionary cannot throw.
    static func == (a: ValueKey, b: ValueKey) -> Bool {
        var failure: (any Error)?
        return Operators.areEqual(a.value, b.value, nanIsNan: true, failure: &failure)
    }

    func hash(into hasher: inout Hasher) {
        var left = [value]
        // Large values are told apart by their beginnings; what is left after these is compared.
        var budget = 1000
        while budget > 0, let value = left.popLast() {
            budget -= 1
            switch value {
            case .none, .undefined: hasher.combine(0)
            case .boolean(let flag): hasher.combine(Self.key(flag ? 1 : 0))
            case .number(let number): hasher.combine(Self.key(number))
            case .tensor(let tensor) where tensor.rank == 0: hasher.combine(Self.key(value.asNumber ?? 0))
            case .string(let text): hasher.combine(text)
            case .list(let elements):
                hasher.combine(elements.count)
                left += elements.prefix(budget)
            case .range(let range):
                hasher.combine(range.count)
                left += (0..<min(range.count, budget)).map { .number(range[$0]) }
            case .record(let record):
                // The order of the fields plays no part.
                hasher.combine(record.count)
                if record.count <= 64 { hasher.combine(record.entries.reduce(0) { $0 &+ Self.hash(of: $1) }) }
            case .set(let set):
                hasher.combine(set.count)
                if set.count <= 64 { hasher.combine(set.elements.reduce(0) { $0 &+ $1.quickHash }) }
            case .tensor(let tensor):
                hasher.combine(tensor.shape)
                for number in (try? tensor.value.leading(min(budget, 16))) ?? [] { hasher.combine(Self.key(number)) }
            case .function(let function): hasher.combine(ObjectIdentifier(function))
            case .object(let table as TableObject):
                hasher.combine(table.rowCount)
                hasher.combine(table.columns.count)
            case .object(let object):
                // Objects with a `==` of their own may be equal to others.
                let isAlone = value.instance.map { $0.definition.special(.equal) == nil } ?? true
                if isAlone { hasher.combine(ObjectIdentifier(object)) }
            }
        }
    }
}

extension ValueKey {
    /// Of a number: in the fewest digits in which a tensor without axes can be equal to it.
    private static func key(_ number: Double) -> UInt32 {
        number.isNaN ? Float.nan.bitPattern : (Float(number) + 0).bitPattern
    }

    /// An entry whose value holds others is told by its key and by the first plain values in it.
    private static func hash(of entry: Record.Entry) -> Int {
        var hasher = Hasher()
        hasher.combine(entry.key)
        func add(_ parts: some Sequence<Value>) {
            for part in parts where !part.isList && part.kindName != "record" { hasher.combine(ValueKey(part)) }
        }
        switch entry.value {
        case .list(let elements): add(elements.prefix(4))
        case .range(let range): add((0..<min(range.count, 4)).map { Value.number(range[$0]) })
        case .record(let record):
            hasher.combine(record.count)
            if record.count == 1 { add(record.entries.map(\.value)) }
        default: hasher.combine(ValueKey(entry.value))
        }
        return hasher.finalize()
    }
}

extension [Value] {
    /// The different elements in the order of their first appearance, in linear time; of objects whose class has a `==`
    /// in quadratic time.
    ///
    /// - Throws: `Failure.interrupted`, and what such a `==` throws.
    func unique() throws -> [Value] {
        if Value.list(self).contains(where: { $0.instance?.definition.special(.equal) != nil }) {
            return try reduce(into: []) { known, value in
                if try !known.contains(where: { try Operators.equal($0, value) }) { known.append(value) }
            }
        }
        var seen: Set<ValueKey> = []
        return try filter {
            let isNew = seen.insert(ValueKey($0)).inserted
            try Operators.checkInterrupt()
            return isNew
        }
    }
}
