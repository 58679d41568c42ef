import TensorCore

// Lists and records are values, and one that holds another twice takes no more memory than once. Repeated, such nesting
// has more places than anybody can go through: what walks values goes by the different lists and records in them, or
// counts the places first.

extension Value {
    /// Whether it may hold other values or many elements.
    var hasParts: Bool {
        switch self {
        case .list, .record, .tensor: true
        default: false
        }
    }

    /// Where the elements or fields are in memory, which tells lists, records and tables apart as long as they are held.
    var identity: PlaceInMemory? {
        switch self {
        case .list(let elements): elements.identity
        case .record(let record): record.identity
        case .object(let table as TableObject): PlaceInMemory(table)
        default: nil
        }
    }

    /// Whether a test holds for it or for a value in its lists, records and tables.
    ///
    /// - Complexity: Linear in the different lists and records in it.
    func contains(where test: (Value) -> Bool) -> Bool {
        if test(self) { return true }
        var left = [self]
        var seen: Set<PlaceInMemory> = []
        var steps = 0
        func finds(in parts: some Sequence<Value>) -> Bool {
            for part in parts {
                if test(part) { return true }
                switch part {
                case .list, .record, .object: left.append(part)
                default: break
                }
            }
            return false
        }
        while let value = left.popLast() {
            // Most values are gone through sooner than what was seen is remembered.
            steps += 1
            if steps > 1000, let identity = value.identity, !seen.insert(identity).inserted { continue }
            switch value {
            case .list(let elements): if finds(in: elements) { return true }
            case .record(let record): if finds(in: record.fields.lazy.map(\.value)) { return true }
            case .object(let table as TableObject):
                for column in table.columns where finds(in: column.values) { return true }
            default: break
            }
        }
        return false
    }

    /// - Throws: `Failure` for a value of which not all parts can be gone through.
    func checkPartCount() throws {
        if partCount(limit: ListLength.most) > ListLength.most { throw Failure.tooManyParts }
    }

    /// How many values are in its lists, records and tables, counted in each of their places; beyond the
    /// limit it may be too low.
    ///
    /// - Parameter countsElements: Whether the elements of tensors are counted too.
    /// - Complexity: Linear in the different lists and records in it.
    func partCount(limit: Int, countsElements: Bool = false) -> Int {
        var counts: [PlaceInMemory: Int] = [:]
        var left = [(value: self, isLast: false)]
        func sum(_ parts: some Sequence<Value>) -> Int {
            var sum = 1
            for part in parts where sum <= limit {
                switch part {
                case .list, .record, .object: sum += part.identity.flatMap { counts[$0] } ?? 1
                case .tensor(let tensor) where countsElements: sum += tensor.count + 1
                case .range(let range): sum += range.count
                default: sum += 1
                }
            }
            return sum
        }
        func visit(_ parts: some Sequence<Value>, _ whole: Value, _ isLast: Bool) {
            guard let identity = whole.identity, counts[identity] == nil else { return }
            if isLast {
                counts[identity] = sum(parts)
            } else {
                left.append((whole, true))
                for part in parts {
                    if let identity = part.identity, counts[identity] == nil { left.append((part, false)) }
                }
            }
        }
        while let (value, isLast) = left.popLast() {
            switch value {
            case .list(let elements): visit(elements, value, isLast)
            case .record(let record): visit(record.fields.lazy.map(\.value), value, isLast)
            case .object(let table as TableObject): visit(table.columns.flatMap(\.values), value, isLast)
            default: break
            }
        }
        return sum(CollectionOfOne(self)) - 1
    }
}

extension [Value] {
    var identity: PlaceInMemory? { PlaceInMemory(of: self) }
}

extension Failure {
    static var tooManyParts: Failure {
        Failure(
            "the value has more than \(ListLength.most) parts, counted in each place where they stand",
            help: "a list that is put twice into another, again and again, doubles each time")
    }
}
