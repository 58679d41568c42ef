import Autograd
import TensorCore

/// A key of a record, or an element of a set: a string, a number, a boolean, `none`, or a list of these.
///
/// As in Python, `true` and 1 are the same key, and so is a tensor without axes and its number.
package enum RecordKey: Equatable, Sendable {
    case none
    case boolean(Bool)
    case number(Double)
    case string(String)
    case list([RecordKey])

    /// Deeper lists are not keys.
    private static let deepest = 32

    /// - Returns: nil for what cannot be a key.
    @inline(__always)
    package init?(_ value: Value) {
        switch value {
        case .string(let text): self = .string(text)
        case .number(let number) where !number.isNaN: self = .number(number)
        default:
            guard let key = RecordKey.uncommon(value, depth: 0) else { return nil }
            self = key
        }
    }

    /// - Throws: `Failure` for what cannot be a key.
    static func checked(_ value: Value) throws -> RecordKey {
        guard let key = RecordKey(value) else { throw refusal(of: value, depth: 0) }
        return key
    }

    @inline(never)
    private static func uncommon(_ value: Value, depth: Int) -> RecordKey? {
        switch value {
        case .none: return RecordKey.none
        case .boolean(let flag): return .boolean(flag)
        case .number(let number): return number.isNaN ? nil : .number(number)
        case .string(let text): return .string(text)
        case .range(let range): return (try? range.elements()).map { .list($0.map { .number($0.asNumber ?? 0) }) }
        case .list(let elements):
            guard depth < deepest else { return nil }
            var keys: [RecordKey] = []
            keys.reserveCapacity(elements.count)
            for element in elements {
                guard let key = uncommon(element, depth: depth + 1) else { return nil }
                keys.append(key)
            }
            return .list(keys)
        case .tensor(let tensor):
            guard tensor.rank == 0, !tensor.isTracked else { return nil }
            if tensor.dtype == .bool { return value.asNumber.map { .boolean($0 != 0) } }
            if let whole = value.asInteger { return whole.magnitude <= 1 << 53 ? .number(Double(whole)) : nil }
            // In the digits that it shows, so that the key of float32's 0.1 is 0.1.
            return Double(Value.scalarText(tensor.value)).flatMap { $0.isNaN ? nil : .number($0) }
        case .undefined, .record, .set, .function, .object: return nil
        }
    }

    private static func refusal(of value: Value, depth: Int) -> Failure {
        let kinds = "keys are strings, numbers, booleans, none and lists of these"
        switch value {
        case .number:
            return Failure(
                "nan cannot be a key: it is equal to nothing, not even to itself",
                help: "take `none` or a word such as \"missing\" instead")
        case .tensor(let tensor) where tensor.rank > 0:
            return Failure(
                "a tensor cannot be a key", help: [kinds, "`list(x)` gives the numbers of a tensor, which are a key"])
        case .tensor(let tensor) where tensor.isTracked:
            return Failure(
                "a tensor that a gradient flows through cannot be a key", help: "`detach(x)` is the value alone")
        case .tensor where value.isLargeWhole:
            return Failure(
                "\(value.shortText) cannot be a key: whole numbers that are keys are at most 2**53",
                help: "`str(n)` gives its digits as a text, which is a key")
        case .record:
            return Failure("a record cannot be a key", help: [kinds, "`items(r)` gives the list of its fields"])
        case .set: return Failure("a set cannot be a key", help: [kinds, "`sorted(s)` gives the list of its elements"])
        case .list(let elements):
            if depth < deepest, let inner = elements.first(where: { RecordKey($0) == nil }) {
                return refusal(of: inner, depth: depth + 1)
            }
            return Failure("lists that are keys are nested at most \(deepest) deep")
        default:
            return Failure(
                "\(value.kindWithArticle) cannot be a key",
                help: [kinds, "give it a name, such as \"a\", and use that"])
        }
    }

    package var value: Value {
        switch self {
        case .none: .none
        case .boolean(let flag): .boolean(flag)
        case .number(let number): .number(number)
        case .string(let text): .string(text)
        case .list(let keys): .list(keys.map(\.value))
        }
    }

    /// The name of the field, or what stands for one.
    package var text: String { if case .string(let text) = self { text } else { value.shortText } }

    package static func == (a: RecordKey, b: RecordKey) -> Bool {
        switch (a, b) {
        case (.string(let x), .string(let y)): x == y
        case (.number(let x), .number(let y)): x == y
        case (.boolean(let x), .boolean(let y)): x == y
        case (.boolean(let x), .number(let y)), (.number(let y), .boolean(let x)): (x ? 1 : 0) == y
        case (.list(let x), .list(let y)): x == y
        case (.none, .none): true
        default: false
        }
    }
}

extension RecordKey: Hashable {
    package func hash(into hasher: inout Hasher) { hasher.combine(quickHash) }

    /// A hash that takes less time than that of the standard library, which guards against chosen keys.
    var quickHash: UInt {
        switch self {
        case .number(let number): Self.hash(number)
        case .string(let text): Self.hash(text)
        case .boolean(let flag): Self.hash(flag ? 1 : 0)
        case .none: 0x9E37_79B9_7F4A_7C15
        case .list(let keys): keys.reduce(Self.mixed(UInt(keys.count))) { Self.mixed($0 ^ $1.quickHash) &+ 1 }
        }
    }

    /// All bits of the result depend on all bits of the word (the multiplication of wyhash).
    @inline(__always)
    static func mixed(_ word: UInt) -> UInt {
        let product = (word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ UInt(product.low)
    }

    @inline(__always)
    private static func hash(_ number: Double) -> UInt {
        // Minus zero is zero.
        mixed(UInt((number + 0).bitPattern))
    }
}
