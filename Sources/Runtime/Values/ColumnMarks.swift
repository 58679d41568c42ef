import Autograd
import Synchronization
import TensorCore

/// Which rows a column has: two columns of the same rows are compared element by element.
package struct RowSet: Hashable, Sendable {
    private let number: Int
    /// Whether pandas finds them by numbers that are not their places.
    let haveFormerNumbers: Bool

    private init(number: Int, haveFormerNumbers: Bool = false) {
        self.number = number
        self.haveFormerNumbers = haveFormerNumbers
    }

    package static func == (a: RowSet, b: RowSet) -> Bool { a.number == b.number }

    package func hash(into hasher: inout Hasher) { hasher.combine(number) }

    private static let last = Atomic(0)

    /// Rows that nothing else has.
    static func new() -> RowSet { RowSet(number: last.add(1, ordering: .relaxed).newValue) }

    /// Some of the rows: picked again in the same way, they are the same rows.
    func picking(_ indices: some Hashable, haveFormerNumbers: Bool = false) -> RowSet {
        var hasher = Hasher()
        hasher.combine(number)
        hasher.combine(indices)
        return RowSet(number: hasher.finalize(), haveFormerNumbers: haveFormerNumbers)
    }

    /// The same rows, found by their places.
    var numberedAnew: RowSet { RowSet(number: number) }

    /// The same rows, found by other numbers.
    var numberedAsBefore: RowSet { RowSet(number: number, haveFormerNumbers: true) }
}

/// The lists and tensors that are columns of tables, or were computed from columns.
///
/// A column is a list, which `==` compares whole and `+` joins; who writes a column in an operation means each of its
/// elements, as in pandas. That is known of the value, so it goes along into variables, functions and records,
/// whatever the words are that read it. Copies of a list share their elements until one of them is changed.
enum ColumnMarks {
    private struct Mark {
        /// What the copies share. It does not live longer for the mark.
        weak var storage: AnyObject?
        let count: Int
        let rows: RowSet
    }

    private struct Marks: @unchecked Sendable {
        var byStorage: [ObjectIdentifier: Mark] = [:]
        /// When those are looked for whose storage is gone.
        var limit = 64

        mutating func add(_ mark: Mark, _ key: ObjectIdentifier) {
            byStorage[key] = mark
            guard byStorage.count > limit else { return }
            byStorage = byStorage.filter { $0.value.storage != nil }
            limit = max(64, byStorage.count * 2)
        }
    }

    private static let marks = Mutex(Marks())
    /// Programs without tables pay nothing.
    private static let isUsed = Atomic(false)

    /// Programs without sorted and filtered tables do not ask which list is a column where they index it.
    fileprivate static let haveFormerNumbers = Atomic(false)

    fileprivate static func add(_ storage: AnyObject, count: Int, rows: RowSet) {
        isUsed.store(true, ordering: .relaxed)
        if rows.haveFormerNumbers { haveFormerNumbers.store(true, ordering: .relaxed) }
        marks.withLock { $0.add(Mark(storage: storage, count: count, rows: rows), ObjectIdentifier(storage)) }
    }

    fileprivate static func rows(_ storage: @autoclosure () -> AnyObject, count: Int) -> RowSet? {
        guard isUsed.load(ordering: .relaxed) else { return nil }
        let storage = storage()
        return marks.withLock { marks in
            guard let mark = marks.byStorage[ObjectIdentifier(storage)], mark.storage === storage, mark.count == count
            else { return nil }
            return mark.rows
        }
    }
}

extension [Value] {
    /// The one object that an array consists of, which its copies share.
    fileprivate var storage: AnyObject { unsafeBitCast(self, to: AnyObject.self) }
}

extension Value {
    /// A column of a table.
    static func column(_ elements: [Value], of rows: RowSet) -> Value {
        var elements = elements
        // All empty arrays share one storage.
        if elements.isEmpty { elements.reserveCapacity(1) }
        ColumnMarks.add(elements.storage, count: elements.count, rows: rows)
        return .list(elements)
    }

    /// The rows that it is a column of; nil for other values.
    var columnRows: RowSet? {
        switch self {
        case .list(let elements): ColumnMarks.rows(elements.storage, count: elements.count)
        case .tensor(let tensor) where tensor.rank == 1: ColumnMarks.rows(tensor, count: tensor.count)
        default: nil
        }
    }

    var isColumn: Bool { columnRows != nil }

    /// Whether it is a column whose elements pandas finds by other numbers than their places.
    @inline(__always)
    var hasFormerNumbers: Bool {
        ColumnMarks.haveFormerNumbers.load(ordering: .relaxed) && columnRows?.haveFormerNumbers == true
    }

    /// The same value as a column, where it is a list or a vector.
    func asColumn(of rows: RowSet) -> Value {
        switch self {
        case .list(let elements): return .column(elements, of: rows)
        case .range(let range):
            guard let elements = try? range.elements() else { return self }
            return .column(elements, of: rows)
        case .tensor(let tensor) where tensor.rank == 1 && !tensor.isTracked:
            ColumnMarks.add(tensor, count: tensor.count, rows: rows)
            return self
        default: return self
        }
    }

    /// The same as a column of the rows of another one; of new rows where it has not as many elements.
    func asColumn(like other: Value) -> Value {
        guard let rows = other.columnRows else { return self }
        return asColumn(of: knownCount == other.knownCount ? rows : .new())
    }

    /// What is there of a column in which something is missing; nil for other values.
    var presentInColumn: Value? {
        get throws {
            switch self {
            case .list(let elements):
                guard elements.contains(where: \.isMissing), isColumn else { return nil }
                return .list(elements.filter { !$0.isMissing })
            case .tensor(let tensor):
                guard tensor.rank == 1, tensor.dtype.isFloatingPoint, isColumn else { return nil }
                let present = try tensor.value.map(.isNaN).map(.logicalNot)
                return .tensor(try tensor.at([.tensor(present)]))
            default: return nil
            }
        }
    }

    /// An array with nan for what is missing in a column of numbers, as NumPy takes it; nil for other values.
    var columnWithNaN: Value? {
        get throws {
            guard case .list(let elements) = self, elements.contains(where: \.isNone), isColumn else { return nil }
            return try columnArray
        }
    }

    /// What a record of figures has of a Series of pandas, such as `t.mean().values`; nil for others.
    func figuresField(_ name: String) throws -> Value? {
        guard case .record(let record) = self, ["values", "index", "iloc", "loc"].contains(name) else { return nil }
        let values = record.entries.map(\.value)
        let areFigures = values.allSatisfy { $0.isNone || $0.asString != nil || $0.isBoolean || $0.asNumber != nil }
        guard areFigures, !values.isEmpty else { return nil }
        switch name {
        case "values": return try Value.list(values).columnArray ?? .list(values)
        case "index": return .list(record.keys.map(\.value))
        case "iloc": return .list(values)
        default: return self
        }
    }

    /// The elements of a list, or along the first axis of a tensor; nil for other values.
    var rows: [Value]? {
        get throws {
            guard case .tensor(let tensor) = self, tensor.rank > 0 else { return try elements }
            return try Builtin.nestedList(tensor).elements
        }
    }

    /// The array of lists of numbers in a list, as NumPy takes them; nil for other values.
    var arrayOfLists: Value? {
        get throws {
            guard case .list(let elements) = self, case .list? = elements.first else { return nil }
            return try asVariable(dtype: nil, plain: .float64).map { .tensor($0) }
        }
    }

    /// The tensor without what is known of it as a column, as NumPy takes it.
    var withoutColumn: Value {
        guard case .tensor(let tensor) = self, isColumn else { return self }
        return .tensor(tensor.value)
    }
}

extension [Subscript] {
    /// What tells the picked rows of a column from others.
    func pickedRows(of rows: RowSet) -> RowSet {
        switch first {
        case .slice(let start, let stop, let step):
            rows.picking(
                [start, stop, step],
                haveFormerNumbers: rows.haveFormerNumbers || start ?? 0 != 0 || step != 1)
        case .value(.tensor(let tensor)): rows.picking(tensor.value.doubles(), haveFormerNumbers: true)
        case .value(.list(let elements)): rows.picking(elements.map(\.asNumber), haveFormerNumbers: true)
        default: .new()
        }
    }
}

extension Record {
    /// The fields that a mask picks, `counts[counts > 3]`, or a slice, `counts[:5]`; nil for a key.
    func part(_ subscripts: [Subscript]) throws -> Record? {
        switch subscripts.first {
        case .value(.tensor(let tensor)) where tensor.dtype == .bool && tensor.rank == 1: break
        case .slice where subscripts.count == 1 && Value.record(self).figures != nil: break
        default: return nil
        }
        let places = try Value.range(NumberRange(count: count)).element(subscripts).elements ?? []
        let all = entries
        return Record(entries: places.compactMap(\.asInteger).map { all[$0] })
    }
}

extension Value {
    /// A list of texts as a column, which is what NumPy's arrays of texts are here; nil for others.
    var textArray: Value? {
        guard case .list(let elements) = self, elements.contains(where: { $0.asString != nil }),
            elements.allSatisfy({ $0.asString != nil || $0.isNone })
        else { return nil }
        // A copy: the list itself stays one.
        return .column(elements.map { $0 }, of: columnRows ?? .new())
    }

    /// What a column has of a Series of pandas beside its methods; nil for other values.
    func columnField(_ name: String) -> Value? {
        guard let elements = try? elements, let rows = columnRows else { return nil }
        switch name {
        case "iloc", "iat": return .object(ColumnPlaces(self))
        case "shape": return .list([.integer(elements.count)])
        case "size": return .integer(elements.count)
        case "ndim": return .integer(1)
        case "empty": return .boolean(elements.isEmpty)
        case "dtype": return .string(elements.dtypeName)
        case "index" where !rows.haveFormerNumbers: return .range(NumberRange(count: elements.count))
        default: return nil
        }
    }

    /// Refuses an element of a column by a number that pandas takes for another one.
    func checkPlace(_ index: Value, of rows: RowSet) throws {
        guard rows.haveFormerNumbers, let place = index.asInteger, place >= 0 else { return }
        throw Failure(
            "`[\(place)]` of a column finds the row by the number that it had before the table was filtered or sorted",
            help:
                "`x.iloc[\(place)]` is by place; `t = t.reset_index(drop=True)` numbers the rows anew, `list(x)` has no numbers"
        )
    }
}

/// `t.x.iloc`: the elements of a column by their places.
package final class ColumnPlaces: RuntimeObject {
    private let column: Value

    init(_ column: Value) { self.column = column }

    package override var kindName: String { "iloc of a column" }
    package override var length: Int? { column.knownCount }

    package override func element(_ subscripts: [Subscript]) throws -> Value {
        try column.element(subscripts, isByPlace: true)
    }

    package override func display(_ style: DisplayStyle) throws -> String { "elements by position: `t.x.iloc[0]`" }
}

extension Call {
    /// The texts of several lists as one column; nil where `concat` joins tensors.
    var joinedTexts: Value? {
        get throws {
            guard case .list(let lists) = value("tensors"), case .list(let first)? = lists.first,
                first.first?.asString != nil
            else { return nil }
            return Value.list(try lists.flatMap { try $0.elements ?? [$0] }).textArray
        }
    }

    /// What `array` says of a list that holds other things than numbers.
    func failureOfArray() -> Failure {
        guard case .list(let elements) = value("data"), elements.contains(where: { $0.asString != nil }) else {
            return failure("data", takes: "numbers or nested lists of numbers")
        }
        if elements.allSatisfy({ $0.asString != nil }) {
            return Failure(
                "`\(name)` makes no numbers of texts", help: "`[float(v) for v in xs]` makes a number of each")
        }
        return Failure(
            "`\(name)` got texts together with other values, and an array has one kind",
            help: "`[str(v) for v in xs]` makes texts of all; a list or a table has values of different kinds")
    }
}
