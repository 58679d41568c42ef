import Autograd
import Language
import TensorCore

extension Value {
    /// The number it is; a tensor of one element counts.
    package var asNumber: Double? {
        switch self {
        case .number(let number): number
        case .tensor(let tensor) where tensor.count == 1: try? tensor.value.item()
        default: nil
        }
    }

    /// The whole number it is.
    package var asInteger: Int? {
        if case .tensor(let tensor) = self { return tensor.value.wholeItem }
        guard let number = asNumber else { return nil }
        return Int(exactly: number)
    }

    /// Whether it is a whole number, be it a tensor without axes.
    var isWholeNumber: Bool {
        switch self {
        case .number: asInteger != nil
        case .tensor(let tensor): tensor.rank == 0 && tensor.dtype == .int64
        default: false
        }
    }

    /// Whether it is a whole number that a `.number` does not hold: an int64 beyond 2**53.
    var isLargeWhole: Bool {
        guard case .tensor(let tensor) = self, tensor.dtype == .int64 else { return false }
        return tensor.value.wholeItem.map { $0.magnitude > 1 << 53 } ?? false
    }

    /// A whole number with all its digits: beyond 2**53 an int64 tensor, where a number does not hold it.
    static func exact(_ whole: Int) throws -> Value {
        Double(exactly: whole) == nil ? .tensor(try Tensor.scalar(whole: whole)) : .integer(whole)
    }

    var isNumber: Bool { if case .number = self { true } else { false } }

    package var isCallable: Bool {
        switch self {
        case .function: true
        case .object(let object): object.isCallable
        default: false
        }
    }

    /// Whether it counts as true: as in Python, nothing, zero and what is empty do not.
    ///
    /// - Throws: `Failure` for a tensor of several elements, which has no one answer.
    package func isTrue() throws -> Bool {
        switch self {
        case .undefined, .none: return false
        case .boolean(let flag): return flag
        case .number(let number): return number != 0
        case .string(let text): return !text.isEmpty
        case .list(let elements): return !elements.isEmpty
        case .range(let range): return range.count > 0
        case .record(let record): return !record.isEmpty
        case .set(let set): return !set.isEmpty
        case .tensor(let tensor):
            guard tensor.count == 1 else {
                throw Failure(
                    "a tensor of shape \(tensor.shape) is neither true nor false",
                    help: ["say which: `any(x)` or `all(x)`", "masks are combined by `(x > 1) & (y > 2)`, `|` and `~`"])
            }
            return try tensor.value.item() != 0
        case .function: return true
        case .object(let object):
            if let instance = self.instance { return try instance.count() != 0 }
            return object.length != 0
        }
    }

    /// Whether it can stand for a tensor: a tensor, a number, or a rectangular list of numbers.
    ///
    /// - Parameter allowingPairs: Whether a flat list or a number may be a size instead, and so is not a tensor.
    func isTensorLike(allowingPairs: Bool) -> Bool {
        switch self {
        case .tensor: return true
        case .list(let elements):
            guard let first = elements.first else { return false }
            switch first {
            case .number, .boolean: return !allowingPairs
            case .list, .range, .tensor: return true
            default: return false
            }
        case .range: return !allowingPairs
        case .number: return false
        default: return false
        }
    }

    /// The numbers without a dtype that it is: a number, a boolean, or a rectangular list of them; nil for other kinds.
    ///
    /// - Throws: `Failure` for a ragged list.
    func plainNumbers() throws -> PlainNumbers? {
        switch self {
        case .number(let number): PlainNumbers(number, isBoolean: false)
        case .boolean(let flag): PlainNumbers(flag ? 1 : 0, isBoolean: true)
        case .range(let range): try PlainNumbers(range)
        case .list(let elements): try PlainNumbers(elements)
        case .set(let set): try PlainNumbers(set.elements.map(\.value))
        default: nil
        }
    }

    /// The tensor it is or stands for; nil for other kinds.
    ///
    /// - Parameters:
    ///   - dtype: What its elements are converted to.
    ///   - plain: The dtype of plain numbers where `dtype` is nil. Booleans are bool.
    /// - Throws: `Failure` for a ragged list, or one that holds something else than numbers.
    package func asVariable(dtype: DType? = nil, plain: DType = .float64) throws -> Variable? {
        if case .tensor(let tensor) = self { return try dtype.map { try tensor.converted(to: $0) } ?? tensor }
        if let numbers = try plainNumbers() {
            return try dtype.map { try numbers.variable(dtype: $0) } ?? numbers.variable(plain: plain)
        }
        guard case .list(let elements) = self, !contains(where: \.isNeverTensor) else { return nil }
        try checkPartCount()
        var parts: [Variable] = []
        for part in try Operands.tensors(elements) {
            guard let part else { return nil }
            parts.append(part)
        }
        if let first = parts.first, let other = parts.first(where: { $0.shape != first.shape }) {
            throw Failure(
                "a list of tensors of shapes \(first.shape) and \(other.shape) is not a tensor",
                help: "take its elements: `y, state = ...`, or `list[0]`")
        }
        let stacked = try Variable.stack(parts, axis: 0)
        return try dtype.map { try stacked.converted(to: $0) } ?? stacked
    }

    /// Whether no list that it stands in is a tensor.
    var isNeverTensor: Bool {
        switch self {
        case .tensor, .number, .boolean, .list, .range: false
        default: true
        }
    }

    /// Goes through the elements of whatever has elements, until `body` says to stop.
    ///
    /// - Parameter inPairs: Whether those of a record are keys with values: `for k, v in d`.
    func forEach(_ node: Node, inPairs: Bool = false, _ body: (Value) throws -> Bool) throws {
        switch self {
        case .record(let record) where inPairs:
            for (key, value) in record.entries {
                if Interrupt.isRequested { throw Failure.interrupted.located(node.location) }
                if try !body(.list([key.value, value])) { return }
            }
        case .list(let elements):
            for element in elements {
                if Interrupt.isRequested { throw Failure.interrupted.located(node.location) }
                if try !body(element) { return }
            }
        case .range(let range):
            for index in 0..<range.count {
                if Interrupt.isRequested { throw Failure.interrupted.located(node.location) }
                if try !body(.number(range[index])) { return }
            }
        case .string(let text) where text.isPlain:
            for byte in text.utf8 {
                if Interrupt.isRequested { throw Failure.interrupted.located(node.location) }
                if try !body(.string(PlainText.characters[Int(byte)])) { return }
            }
        default:
            let next = try node.locating { try makeIterator() }
            while let element = try node.locating(next) {
                if Interrupt.isRequested { throw Failure.interrupted.located(node.location) }
                if try !body(element) { return }
            }
        }
    }

    /// The next element at each call: of a list, the characters of a string, the rows of a tensor, ...
    package func makeIterator() throws -> () throws -> Value? {
        switch self {
        case .string(let text) where text.isPlain:
            var iterator = text.utf8.makeIterator()
            return { iterator.next().map { .string(PlainText.characters[Int($0)]) } }
        case .string(let text):
            var iterator = text.unicodeScalars.makeIterator()
            return { iterator.next().map { .string(String($0)) } }
        case .record(let record):
            // `list(np.histogram(x))` has the parts, as of a tuple.
            if record.isNamedTuple, record.entries.allSatisfy(\.value.hasAxes),
                record.entries.contains(where: { if case .tensor = $0.value { true } else { false } })
            {
                var iterator = record.entries.makeIterator()
                return { iterator.next()?.value }
            }
            var iterator = record.keys.makeIterator()
            return { iterator.next()?.value }
        case .set(let set):
            var iterator = set.elements.makeIterator()
            return { iterator.next()?.value }
        case .tensor(let tensor):
            guard tensor.rank > 0 else { throw Failure("a tensor without axes has no elements to go through") }
            var index = 0
            return {
                guard index < tensor.shape[0] else { return nil }
                defer { index += 1 }
                return try Value.tensor(tensor.at([.index(index)])).unwrapped
            }
        case .object(let object):
            if let next = try object.makeIterator() { return next }
        case .list(let elements):
            var iterator = elements.makeIterator()
            return { iterator.next() }
        case .range(let range):
            var iterator = (0..<range.count).makeIterator()
            return { iterator.next().map { .number(range[$0]) } }
        default: break
        }
        throw Failure(
            "\(kindWithArticle) has no elements to go through",
            help: instance.map { ["`fn iterate() { ... }` in the class `\($0.definition.name)` gives them, as a list"] }
                ?? asInteger.map { ["to count, write `range(\($0))`"] } ?? [])
    }

    /// A plain number or boolean for a constant tensor without axes that it holds exactly.
    ///
    /// Tensors that gradients flow through stay tensors. So do float32, which goes on in its own precision and prints
    /// without false digits, and int64, of which a number does not hold all.
    package var unwrapped: Value {
        guard case .tensor(let tensor) = self, tensor.rank == 0, !tensor.isTracked,
            tensor.dtype != .float32, tensor.dtype != .int64, let number = try? tensor.value.item()
        else { return self }
        return tensor.dtype == .bool ? .boolean(number != 0) : .number(number)
    }
}
