/// A value as SQLite stores it.
enum DatabaseValue: Hashable {
    case null
    case integer(Int)
    case real(Double)
    case text(String)
    /// The store has no blobs; of those in a strange file, the size is shown.
    case blob(byteCount: Int)
}

/// A type whose values SQLite stores.
protocol DatabaseStorable {
    var stored: DatabaseValue { get }
    /// Nil where the value is of another type.
    init?(stored: DatabaseValue)
}

extension DatabaseValue {
    /// A text that tells it from all others.
    var key: String {
        switch self {
        case .null: "-"
        case .integer(let number): "i\(number)"
        case .real(let number): "r\(number.bitPattern)"
        case .text(let text): "t" + text
        case .blob(let byteCount): "b\(byteCount)"
        }
    }
}

extension DatabaseValue: DatabaseStorable {
    var stored: DatabaseValue { self }

    init(stored: DatabaseValue) { self = stored }
}

extension Int: DatabaseStorable {
    var stored: DatabaseValue { .integer(self) }

    init?(stored: DatabaseValue) {
        guard case .integer(let number) = stored else { return nil }
        self = number
    }
}

extension Double: DatabaseStorable {
    var stored: DatabaseValue { .real(self) }

    init?(stored: DatabaseValue) {
        switch stored {
        case .real(let number): self = number
        case .integer(let number): self = Double(number)
        default: return nil
        }
    }
}

extension String: DatabaseStorable {
    var stored: DatabaseValue { .text(self) }

    init?(stored: DatabaseValue) {
        guard case .text(let text) = stored else { return nil }
        self = text
    }
}

/// A row whose values are read in the types that are asked for: nil where a damaged file holds another.
struct DatabaseRow {
    let columns: [String]
    let values: [DatabaseValue]

    subscript<T: DatabaseStorable>(name: String) -> T? {
        columns.firstIndex(of: name).flatMap { T(stored: values[$0]) }
    }
}
