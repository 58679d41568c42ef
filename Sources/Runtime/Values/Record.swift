/// Named fields in the order in which they were added: an ordered map.
///
/// Look-up, insertion and removal take constant time. A record is a value: a change is made in place where nothing else
/// holds the record, and in a copy where something does.
package struct Record {
    package typealias Field = (name: String, value: Value)

    /// Few fields are searched one by one, which is faster than hashing and needs no index.
    private enum Storage {
        case few([Field])
        case many(IndexedFields)
    }

    private static let mostSearched = 8

    private var storage: Storage

    /// - Parameter fields: Each of another name.
    package init(_ fields: [Field] = []) {
        storage = fields.count <= Self.mostSearched ? .few(fields) : .many(IndexedFields(fields))
    }

    package var fields: [Field] {
        switch storage {
        case .few(let fields): fields
        case .many(let indexed): indexed.fields
        }
    }

    package var names: [String] { fields.map(\.name) }

    package var count: Int {
        switch storage {
        case .few(let fields): fields.count
        case .many(let indexed): indexed.count
        }
    }

    package var isEmpty: Bool { count == 0 }

    /// Where its fields are in memory: the same for records that share them; nil where there are none.
    var identity: UnsafeRawPointer? {
        switch storage {
        case .few(let fields): fields.withUnsafeBufferPointer { $0.baseAddress.map { UnsafeRawPointer($0) } }
        case .many(let indexed): UnsafeRawPointer(Unmanaged.passUnretained(indexed).toOpaque())
        }
    }

    package subscript(name: String) -> Value? {
        get {
            switch storage {
            case .few(let fields): fields.first { $0.name == name }?.value
            case .many(let indexed): indexed[name]
            }
        }
        set {
            guard case .few(var fields) = storage else {
                changeIndexed { $0[name] = newValue }
                return
            }
            storage = .few([])
            if let index = fields.firstIndex(where: { $0.name == name }) {
                if let newValue { fields[index].value = newValue } else { fields.remove(at: index) }
            } else if let newValue {
                fields.append((name, newValue))
            }
            storage = fields.count <= Self.mostSearched ? .few(fields) : .many(IndexedFields(fields))
        }
    }

    /// Changes the value of a field in place; nil where there is no such field.
    package mutating func modify<Result>(
        _ name: String, _ change: (inout Value) throws -> Result
    ) rethrows -> Result? {
        // The value is taken out, so that it is held once while it is changed.
        guard var value = exchange(name, for: .none) else { return nil }
        defer { _ = exchange(name, for: value) }
        return try change(&value)
    }

    /// Puts a value into a field that there is, and gives the one before; nil where there is no such field.
    private mutating func exchange(_ name: String, for value: Value) -> Value? {
        guard case .few(var fields) = storage else {
            var before: Value?
            changeIndexed { before = $0.exchange(name, for: value) }
            return before
        }
        guard let index = fields.firstIndex(where: { $0.name == name }) else { return nil }
        storage = .few([])
        var value = value
        swap(&value, &fields[index].value)
        storage = .few(fields)
        return value
    }

    /// Taken out by `guard case`, what is stored is held once: a `switch` would hold it twice, and have it copied.
    private mutating func changeIndexed(_ change: (IndexedFields) -> Void) {
        guard case .many(var indexed) = storage else { return }
        storage = .few([])
        if !isKnownUniquelyReferenced(&indexed) { indexed = IndexedFields(indexed) }
        change(indexed)
        storage = .many(indexed)
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

/// Fields with an index by name. It is changed only where nothing else holds it.
private final class IndexedFields {
    /// A removed field leaves a gap, a field with an undefined value, so that the positions of the others stay.
    private var entries: [Record.Field]
    private var positions: [String: Int]

    init(_ fields: [Record.Field]) {
        entries = fields
        positions = Self.positions(of: fields)
    }

    init(_ other: IndexedFields) {
        entries = other.entries
        positions = other.positions
    }

    private static func positions(of entries: [Record.Field]) -> [String: Int] {
        var positions: [String: Int] = [:]
        positions.reserveCapacity(entries.count)
        for (position, entry) in entries.enumerated() { positions[entry.name] = position }
        return positions
    }

    var count: Int { positions.count }

    var fields: [Record.Field] {
        entries.count == positions.count ? entries : entries.filter { $0.value.isDefined }
    }

    subscript(name: String) -> Value? {
        get { positions[name].map { entries[$0].value } }
        set {
            if let newValue {
                if let position = positions[name] {
                    entries[position].value = newValue
                } else {
                    positions[name] = entries.count
                    entries.append((name, newValue))
                }
            } else if let position = positions.removeValue(forKey: name) {
                entries[position].value = .undefined
                // Half of the entries are looked at once for as many removals: constant time each.
                if entries.count > 2 * positions.count {
                    entries = fields
                    positions = Self.positions(of: entries)
                }
            }
        }
    }

    func exchange(_ name: String, for value: Value) -> Value? {
        guard let position = positions[name] else { return nil }
        var value = value
        swap(&value, &entries[position].value)
        return value
    }
}
