import TensorCore

/// How long lists and strings can get, so that a small program does not fill the memory.
enum ListLength {
    static let most = 50_000_000
    static let mostBytes = 1 << 28

    /// - Parameter help: How to do without the list.
    /// - Throws: `Failure` for a list that would not fit in memory.
    static func check(_ count: Int, help: String? = nil) throws {
        guard count <= most else {
            throw Failure(
                "the list would have \(count) elements, and lists have at most \(most)",
                help: help.map { [$0] } ?? [
                    "a loop goes through a long range without making a list of it",
                    "large numbers of numbers belong into tensors: `concat([a, b])`, `arange(n)`",
                ])
        }
    }

    /// - Throws: `Failure` for a string that would not fit in memory.
    static func checkBytes(_ count: Int) throws {
        guard count <= mostBytes else {
            throw Failure("the string would have \(count) bytes, and strings have at most \(mostBytes)")
        }
    }
}

extension [Value] {
    /// Adds an element to a list that grows to an unknown length; can be stopped.
    mutating func grow(by element: Value) throws {
        if Interrupt.isRequested { throw Failure.interrupted }
        if count >= ListLength.most { try ListLength.check(count + 1) }
        append(element)
    }
}

extension Value {
    /// How many elements a loop goes through, where that is known before it does.
    var knownCount: Int? {
        switch self {
        case .list(let elements): elements.count
        case .range(let range): range.count
        case .record(let record): record.count
        case .set(let set): set.count
        case .tensor(let tensor): tensor.shape.first
        case .object(let object): object.length
        default: nil
        }
    }
}
