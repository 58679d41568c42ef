import Autograd
import Datasets
import TensorCore

// Values as the JSON that other programs write and read: tensors are lists in lists, tables lists of records. The form
// that keeps every kind apart is in `Value+JSON`.

extension Value {
    private static let mostParts = 10_000_000
    /// What is read back takes a limited depth.
    private static let deepest = 150

    /// - Throws: `Failure` for what JSON has no form for.
    func plainJSON() throws -> JSON {
        guard partCount(limit: Self.mostParts, countsElements: true) <= Self.mostParts else {
            throw Failure(
                "the value has more than \(Self.mostParts) parts, too many for JSON",
                help: "`save x \"x.npy\"` writes a tensor, `save table \"t.csv\"` a table")
        }
        return try plainJSON(depth: 0)
    }

    private func plainJSON(depth: Int) throws -> JSON {
        guard depth < Self.deepest else {
            throw Failure("the value is nested more than \(Self.deepest) deep, too deep for JSON")
        }
        func array(_ values: [Value]) throws -> JSON {
            .array(try values.mapUntilInterrupt { try $0.plainJSON(depth: depth + 1) })
        }
        switch self {
        case .undefined, .none: return .null
        case .boolean(let flag): return .boolean(flag)
        case .number(let number):
            // Minus zero is not a whole number of JSON.
            let isMinusZero = number == 0 && number.sign == .minus
            return Int(exactly: number).flatMap { isMinusZero ? nil : .integer($0) } ?? .number(number)
        case .string(let text): return .string(text)
        case .list, .range: return try array(elements ?? [])
        case .record(let record):
            return .object(
                try record.namedFields().map { name, value in
                    JSON.Member(name, try value.plainJSON(depth: depth + 1))
                })
        case .tensor(let tensor) where tensor.rank == 0:
            let value = tensor.value
            if value.dtype == .int64, let whole = value.wholeItem { return .integer(whole) }
            let number = try value.item()
            return try (value.dtype == .bool ? Value.boolean(number != 0) : .number(number)).plainJSON(depth: depth)
        case .tensor(let tensor):
            return .array(
                try (0..<tensor.shape[0]).mapUntilInterrupt { index in
                    try Value.tensor(Variable(tensor.value.at([.index(index)]))).plainJSON(depth: depth + 1)
                })
        case .object(let object):
            if let table = object as? TableObject {
                return try array((0..<table.rowCount).map { .record(table.row($0)) })
            }
            fallthrough
        default:
            throw Failure(
                "JSON has no form for \(kindWithArticle)",
                help: "it takes none, booleans, numbers, strings, lists, records, tensors and tables")
        }
    }

    /// The value that JSON is, whoever wrote it.
    ///
    /// - Throws: `InterruptError`.
    init(plain json: JSON) throws {
        switch json {
        case .null: self = .none
        case .boolean(let flag): self = .boolean(flag)
        case .integer(let whole):
            self = try .exact(whole)
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(try elements.mapUntilInterrupt { try Value(plain: $0) })
        case .object(let members):
            self = .record(Record(try members.mapUntilInterrupt { ($0.name, try Value(plain: $0.value)) }))
        }
    }

    /// - Parameter name: The file, or what else the text is called in messages.
    init(parsing text: String, called name: String) throws {
        // An element takes two bytes at least.
        guard text.utf8.count <= 2 * ListLength.most else {
            throw Failure(
                "\(name): JSON of \(text.utf8.count) bytes is not read, at most \(2 * ListLength.most) are",
                help: "large numbers of numbers are written to .npy or .npz, tables to .csv")
        }
        // What each byte may become on the way.
        try Storage.checkAvailable(64 * text.utf8.count)
        do {
            try self.init(plain: JSON(parsing: Array(text.utf8), .data))
        } catch let error as JSONError {
            try Interrupt.check()
            let before = text.utf8.prefix(error.byte)
            let line = before.count { $0 == 0x0A } + 1
            let column =
                error.byte
                - (before.lastIndex(of: 0x0A).map { text.utf8.distance(from: text.utf8.startIndex, to: $0) + 1 } ?? 0)
                + 1
            throw Failure(
                "\(name), line \(line), column \(column): this is not JSON: \(error.reason)",
                help: error.isCutOff
                    ? "the text ends too early" : "JSON is written so: {\"lr\": 0.1, \"sizes\": [1, 2]}")
        }
    }
}
