/// Values by their keys, in the order in which the keys were added: an ordered map.
///
/// Look-up, insertion and removal take constant time. A record is a value: a change is made in place where nothing else
/// holds the record, and in a copy where something does.
package struct Record {
    package typealias Field = (name: String, value: Value)
    package typealias Entry = (key: RecordKey, value: Value)

    /// Few entries are searched one by one, which is faster than hashing and needs no index.
    private enum Storage {
        case few([Entry])
        case many(IndexedEntries)
    }

    private static let mostSearched = 8

    private var storage: Storage

    /// - Parameter fields: Each of another name.
    package init(_ fields: [Field] = []) { self.init(entries: fields.map { (.string($0.name), $0.value) }) }

    /// - Parameter entries: Each of another key.
    package init(entries: [Entry]) {
        storage = entries.count <= Self.mostSearched ? .few(entries) : .many(IndexedEntries(entries))
    }

    package var entries: [Entry] {
        switch storage {
        case .few(let entries): entries
        case .many(let indexed): indexed.entries
        }
    }

    package var keys: [RecordKey] { entries.map(\.key) }

    var lastKey: RecordKey? {
        switch storage {
        case .few(let entries): entries.last?.key
        case .many(let indexed): indexed.lastKey
        }
    }

    /// The first so many keys.
    func keys(atMost most: Int) -> [RecordKey] {
        switch storage {
        case .few(let entries): entries.prefix(most).map(\.key)
        case .many(let indexed): indexed.keys(atMost: most)
        }
    }

    /// The entries with names; what is no name is shown as its text.
    package var fields: [Field] { entries.map { ($0.key.text, $0.value) } }

    package var names: [String] { entries.map(\.key.text) }

    package var count: Int {
        switch storage {
        case .few(let entries): entries.count
        case .many(let indexed): indexed.count
        }
    }

    package var isEmpty: Bool { count == 0 }

    /// Where its fields are in memory: the same for records that share them; nil where there are none.
    var identity: PlaceInMemory? {
        switch storage {
        case .few(let fields): PlaceInMemory(of: fields)
        case .many(let indexed): PlaceInMemory(indexed)
        }
    }

    package subscript(name: String) -> Value? {
        get { self[RecordKey.string(name)] }
        set { self[RecordKey.string(name)] = newValue }
    }

    package subscript(key: RecordKey) -> Value? {
        get {
            switch storage {
            case .few(let entries): entries.first { $0.key == key }?.value
            case .many(let indexed): indexed.position(of: key).map { indexed[$0] }
            }
        }
        set {
            guard case .few(var entries) = storage else {
                changeIndexed { $0.set(key, to: newValue) }
                return
            }
            storage = .few([])
            if let index = entries.firstIndex(where: { $0.key == key }) {
                if let newValue { entries[index].value = newValue } else { entries.remove(at: index) }
            } else if let newValue {
                entries.append((key, newValue))
            }
            storage = entries.count <= Self.mostSearched ? .few(entries) : .many(IndexedEntries(entries))
        }
    }

    /// Changes the value of a key in place; nil where there is no such key.
    ///
    /// The value is taken out, so that it is held once while it is changed.
    package mutating func modify<Result>(
        _ key: RecordKey, _ change: (inout Value) throws -> Result
    ) rethrows -> Result? {
        guard case .few(var entries) = storage else { return try changeIndexed { try $0.modify(key, change) } ?? nil }
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
        storage = .few([])
        var value = Value.none
        swap(&value, &entries[index].value)
        defer {
            swap(&value, &entries[index].value)
            storage = .few(entries)
        }
        return try change(&value)
    }

    /// Taken out by `guard case`, what is stored is held once: a `switch` would hold it twice, and have it copied.
    @discardableResult
    private mutating func changeIndexed<Result>(_ change: (IndexedEntries) throws -> Result) rethrows -> Result? {
        guard case .many(var indexed) = storage else { return nil }
        storage = .few([])
        if !isKnownUniquelyReferenced(&indexed) { indexed = IndexedEntries(indexed.entries) }
        defer { storage = .many(indexed) }
        return try change(indexed)
    }

    /// The same keys with other values.
    package func mapValues(_ transform: (RecordKey, Value) throws -> Value) rethrows -> Record {
        Record(entries: try entries.map { ($0.key, try transform($0.key, $0.value)) })
    }

    /// Takes over the entries of another record; their values win.
    package mutating func merge(_ other: Record) {
        for (key, value) in other.entries { self[key] = value }
    }

    /// Sets a field of a record inside a record, making those on the way.
    mutating func set(path: ArraySlice<String>, to value: Value) {
        guard let first = path.first else { return }
        guard path.count > 1 else {
            self[first] = value
            return
        }
        var inner = Record()
        if case .record(let known) = self[first] { inner = known }
        inner.set(path: path.dropFirst(), to: value)
        self[first] = .record(inner)
    }
}

extension Record {
    private static let valueOffset = MemoryLayout<Entry>.offset(of: \Entry.value) ?? 0

    /// Its values as they are in memory; nil where it has none.
    var storedValues: ReferenceCounts.Elements? {
        switch storage {
        case .few(let entries): ReferenceCounts.Elements(entries, valueOffset: Self.valueOffset)
        case .many(let indexed): indexed.storedValues
        }
    }

    /// The entries by names, for what has names only.
    ///
    /// - Throws: `Failure` where two keys have the same text, as 1 and "1" have.
    func namedFields() throws -> [Field] {
        var seen: Set<String> = []
        let fields = fields
        if let double = fields.first(where: { !seen.insert($0.name).inserted }) {
            throw Failure(
                "two keys of the record have the name `\(double.name)`",
                help: "a number and the string of its digits are different keys, and one name")
        }
        return fields
    }

    /// The same entries by names: `{[3]=1}` becomes `{"3"=1}`.
    ///
    /// - Throws: `Failure` where two keys have the same text.
    package func named() throws -> Record { Record(try namedFields()) }
}

/// Entries with a table of their positions by hash. It is changed only where nothing else holds it.
private final class IndexedEntries {
    private struct Slot {
        let hash: UInt
        let key: RecordKey
        /// Undefined where the entry was removed: a gap, so that the positions of the others stay.
        var value: Value
    }

    private var slots: [Slot] = []
    /// Positions of the slots plus one, each at the first free place from its hash on; 0 where there never was one, and
    /// -1 where it was removed.
    private var table: [Int32] = []
    /// How many places are not 0.
    private var takenPlaces = 0
    private(set) var count = 0

    init(_ entries: [Record.Entry]) {
        slots.reserveCapacity(entries.count)
        for (key, value) in entries { slots.append(Slot(hash: key.quickHash, key: key, value: value)) }
        count = entries.count
        buildTable()
    }

    var entries: [Record.Entry] {
        var entries: [Record.Entry] = []
        entries.reserveCapacity(count)
        for slot in slots where slot.value.isDefined { entries.append((slot.key, slot.value)) }
        return entries
    }

    func keys(atMost most: Int) -> [RecordKey] {
        slots.lazy.filter(\.value.isDefined).prefix(most).map(\.key)
    }

    var lastKey: RecordKey? { slots.last?.key }

    private static let valueOffset = MemoryLayout<Slot>.offset(of: \Slot.value) ?? 0

    var storedValues: ReferenceCounts.Elements? {
        ReferenceCounts.Elements(slots, valueOffset: Self.valueOffset, of: self)
    }

    subscript(position: Int) -> Value { slots[position].value }

    func position(of key: RecordKey) -> Int? { position(of: key, key.quickHash) }

    private func position(of key: RecordKey, _ hash: UInt) -> Int? { place(of: key, hash).map { Int(table[$0]) - 1 } }

    /// Where the table has the position of a key.
    private func place(of key: RecordKey, _ hash: UInt) -> Int? {
        let mask = table.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = table[place]
            if entry > 0 {
                let position = Int(entry) - 1
                if slots[position].hash == hash, slots[position].key == key { return place }
            } else if entry == 0 {
                return nil
            }
            place = (place + 1) & mask
        }
    }

    func set(_ key: RecordKey, to value: Value?) {
        let hash = key.quickHash
        guard let place = place(of: key, hash) else {
            if let value { add(Slot(hash: hash, key: key, value: value)) }
            return
        }
        let position = Int(table[place]) - 1
        if let value {
            slots[position].value = value
        } else {
            slots[position].value = .undefined
            table[place] = -1
            count -= 1
            while let last = slots.last, !last.value.isDefined { slots.removeLast() }
            // Half of the slots are looked at once for as many removals: constant time each.
            if slots.count > 2 * count + 8 { compact() }
        }
    }

    func modify<Result>(_ key: RecordKey, _ change: (inout Value) throws -> Result) rethrows -> Result? {
        guard let position = position(of: key) else { return nil }
        var value = Value.none
        swap(&value, &slots[position].value)
        defer { swap(&value, &slots[position].value) }
        return try change(&value)
    }

    private func add(_ slot: Slot) {
        slots.append(slot)
        count += 1
        if takenPlaces * 2 > table.count {
            compact()
        } else {
            enter(slots.count - 1)
        }
    }

    private func compact() {
        if count < slots.count { slots.removeAll { !$0.value.isDefined } }
        buildTable()
    }

    /// At most a quarter of the places are taken at first, and half before the next time.
    private func buildTable() {
        var size = 32
        while size < slots.count * 4 { size *= 2 }
        table = [Int32](repeating: 0, count: size)
        takenPlaces = 0
        for position in slots.indices where slots[position].value.isDefined { enter(position) }
    }

    private func enter(_ position: Int) {
        let mask = table.count - 1
        var place = Int(truncatingIfNeeded: slots[position].hash) & mask
        while table[place] > 0 { place = (place + 1) & mask }
        if table[place] == 0 { takenPlaces += 1 }
        table[place] = Int32(position + 1)
    }
}
