import TensorCore

// Values are compared and hashed with a list of what is left to do, not by functions that call themselves: lists and
// records can be nested deeper than any stack.

extension Operators {
    /// Whether two values are the same, whole: tensors and tables too, records in any order of their fields, tables of
    /// their columns.
    ///
    /// Two that are told apart early are not gone through. Stopped by Ctrl-C, they count as different.
    static func equal(_ a: Value, _ b: Value) -> Bool { areEqual(a, b, nanIsNan: false) }

    fileprivate static func areEqual(_ a: Value, _ b: Value, nanIsNan: Bool) -> Bool {
        var left: [(Value, Value)] = []
        var next: (Value, Value)? = (a, b)
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
                for entry in x.entries.reversed() {
                    guard let other = y[entry.key] else { return false }
                    left.append((entry.value, other))
                }
            case (.set(let x), .set(let y)): guard x.count == y.count, x.isSubset(of: y) else { return false }
            case (.tensor(let x), .number), (.tensor(let x), .boolean), (.number, .tensor(let x)),
                (.boolean, .tensor(let x)):
                guard x.rank == 0, (try? compare(.equal, a, b).isTrue()) ?? false else { return false }
            case (.tensor(let x), .tensor(let y)):
                guard (try? Tensor.allEqual(x.value, y.value)) ?? false else { return false }
            case (.function(let x), .function(let y)): guard x === y else { return false }
            case (.object(let x as TableObject), .object(let y as TableObject)):
                guard x.rowCount == y.rowCount, let pairs = x.columnPairs(y) else { return false }
                for (column, other) in pairs.reversed() { left.append((.list(column), .list(other))) }
            case (.object(let x), .object(let y)): guard x === y else { return false }
            case (.list(let x), .list(let y)):
                guard x.count == y.count else { return false }
                for index in x.indices.reversed() { left.append((x[index], y[index])) }
            case (.range(let x), .range(let y)): guard x == y else { return false }
            case (.range(let x), .list(let y)), (.list(let y), .range(let x)):
                guard x.count == y.count else { return false }
                for index in y.indices {
                    guard areEqual(.number(x[index]), y[index], nanIsNan: nanIsNan) else { return false }
                }
            default: return false
            }
            if Interrupt.isRequested { return false }
            next = left.popLast()
        }
        return true
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

/// A value as a key of sets and dictionaries: equal values are one key, and so are two NaN.
struct ValueKey: Hashable {
    let value: Value

    init(_ value: Value) { self.value = value }

    static func == (a: ValueKey, b: ValueKey) -> Bool { Operators.areEqual(a.value, b.value, nanIsNan: true) }

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
                if let number = value.asNumber { hasher.combine(number) }
            case .function(let function): hasher.combine(ObjectIdentifier(function))
            case .object(let table as TableObject):
                hasher.combine(table.rowCount)
                hasher.combine(table.columns.count)
            case .object(let object): hasher.combine(ObjectIdentifier(object))
            }
        }
    }
}

extension ValueKey {
    /// Of a number: in the fewest digits in which a tensor without axes can be equal to it.
    private static func key(_ number: Double) -> UInt32 {
        number.isNaN ? Float.nan.bitPattern : (Float(number) + 0).bitPattern
    }

    /// A field whose value holds others is told by its name alone.
    private static func hash(of entry: Record.Entry) -> Int {
        var hasher = Hasher()
        hasher.combine(entry.key)
        switch entry.value {
        case .list, .record: break
        default: hasher.combine(ValueKey(entry.value))
        }
        return hasher.finalize()
    }
}

extension [Value] {
    /// The different elements in the order of their first appearance, in linear time.
    func unique() -> [Value] {
        var seen: Set<ValueKey> = []
        return filter { seen.insert(ValueKey($0)).inserted }
    }
}
