import TensorCore

/// Different keys in the order in which they were added: a set of the language, and a value as lists are.
package struct KeySet {
    private var record: Record

    package init() { record = Record() }

    private init(_ record: Record) { self.record = record }

    /// - Throws: `Failure` for elements that are not keys, or more of them than fit in memory.
    init(elementsOf value: Value) throws {
        self.init()
        try insert(elementsOf: value)
    }

    package var elements: [RecordKey] { record.keys }
    var last: RecordKey? { record.lastKey }
    package var count: Int { record.count }
    package var isEmpty: Bool { record.isEmpty }

    package func contains(_ key: RecordKey) -> Bool { record[key] != nil }

    package mutating func insert(_ key: RecordKey) { if record[key] == nil { record[key] = Value.none } }

    /// - Returns: Whether it was there.
    mutating func remove(_ key: RecordKey) -> Bool {
        guard record[key] != nil else { return false }
        record[key] = nil
        return true
    }

    mutating func insert(elementsOf value: Value) throws {
        if case .set(let other) = value {
            for key in other.elements { insert(key) }
            return
        }
        try ListLength.check(value.knownCount ?? 0)
        let next = try value.makeIterator()
        while let element = try next() {
            if Interrupt.isRequested { throw Failure.interrupted }
            insert(try RecordKey.checked(element))
            if count > ListLength.most { try ListLength.check(count) }
        }
    }

    func union(_ other: KeySet) -> KeySet {
        var result = self
        for key in other.elements { result.insert(key) }
        return result
    }

    func filter(_ isKept: (RecordKey) -> Bool) -> KeySet {
        KeySet(Record(entries: record.entries.filter { isKept($0.key) }))
    }

    func intersection(_ other: KeySet) -> KeySet { filter { other.contains($0) } }

    func subtracting(_ other: KeySet) -> KeySet { filter { !other.contains($0) } }

    func isSubset(of other: KeySet) -> Bool { count <= other.count && elements.allSatisfy { other.contains($0) } }
}
