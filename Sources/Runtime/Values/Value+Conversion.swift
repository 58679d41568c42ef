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
        guard let number = asNumber else { return nil }
        return Int(exactly: number)
    }

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
        case .record(let record): return !record.fields.isEmpty
        case .tensor(let tensor):
            guard tensor.count == 1 else {
                throw Failure(
                    "a tensor of shape \(tensor.shape) is neither true nor false",
                    help: "say which: `any(x)` or `all(x)`")
            }
            return try tensor.value.item() != 0
        case .function, .object: return true
        }
    }

    /// Whether it can stand for a tensor: a tensor, a number, or a rectangular list of numbers.
    ///
    /// - Parameter allowingPairs: Whether a flat list or a number may be a size instead, and so is no tensor.
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

    /// The tensor it is or stands for: float32 for numbers, bool for booleans; nil for other kinds.
    ///
    /// - Throws: `Failure` for a ragged list, or one that holds something else than numbers.
    package func asVariable(dtype: DType? = nil) throws -> Variable? {
        switch self {
        case .tensor(let tensor): return try dtype.map { try tensor.cast(to: $0) } ?? tensor
        case .number(let number): return Variable(try Tensor.scalar(number, dtype: dtype ?? .float32))
        case .boolean(let flag): return Variable(try Tensor.scalar(flag ? 1 : 0, dtype: dtype ?? .bool))
        case .range(let range):
            return Variable(
                try Tensor((0..<range.count).map { range[$0] }, shape: [range.count]).cast(to: dtype ?? .float32))
        case .list(let elements): return try Value.tensor(of: elements, dtype: dtype)
        default: return nil
        }
    }

    private static func tensor(of elements: [Value], dtype: DType?) throws -> Variable? {
        var gathered = NestedNumbers()
        switch try gathered.gather(elements, depth: 0) {
        case .numbers:
            let natural: DType = gathered.isBoolean ? .bool : .float32
            return Variable(try Tensor(gathered.numbers, shape: gathered.shape).cast(to: dtype ?? natural))
        case .tensors:
            var parts: [Variable] = []
            for element in elements {
                guard let part = try element.asVariable(dtype: dtype) else { return nil }
                parts.append(part)
            }
            if let first = parts.first, let other = parts.first(where: { $0.shape != first.shape }) {
                throw Failure(
                    "a list of tensors of shapes \(first.shape) and \(other.shape) is no tensor",
                    help: "take its elements: `y, state = ...`, or `list[0]`")
            }
            return try Variable.stack(parts, axis: 0)
        case .others: return nil
        }
    }

    /// Goes through the elements of whatever has elements, until `body` says to stop.
    func forEach(_ node: Node, _ body: (Value) throws -> Bool) throws {
        switch self {
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
        case .string(let text):
            var iterator = text.makeIterator()
            return { iterator.next().map { .string(String($0)) } }
        case .record(let record):
            var iterator = record.names.makeIterator()
            return { iterator.next().map { .string($0) } }
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
        default:
            if let elements {
                var iterator = elements.makeIterator()
                return { iterator.next() }
            }
        }
        throw Failure(
            "\(kindWithArticle) has no elements to go through",
            help: asInteger.map { "to count, write `range(\($0))`" }.map { [$0] } ?? [])
    }

    /// A plain number or boolean for a constant tensor without axes. Tensors that gradients flow through stay
    /// tensors, and float32 does, so that it goes on in its own precision and prints without false digits.
    package var unwrapped: Value {
        guard case .tensor(let tensor) = self, tensor.rank == 0, !tensor.isTracked, tensor.dtype != .float32,
            let number = try? tensor.value.item()
        else { return self }
        return tensor.dtype == .bool ? .boolean(number != 0) : .number(number)
    }
}

/// Numbers of nested lists with the shape that they make.
private struct NestedNumbers {
    enum Kind { case numbers, tensors, others }

    var numbers: [Double] = []
    var shape: [Int] = []
    var isBoolean = true

    /// - Returns: What the lists hold: numbers alone, which are gathered, also tensors with axes or gradients, or
    ///   other things.
    mutating func gather(_ elements: [Value], depth: Int) throws -> Kind {
        guard depth < 32 else { throw Failure("lists are nested too deep for a tensor (32 axes)") }
        if depth == shape.count {
            shape.append(elements.count)
        } else if shape[depth] != elements.count {
            throw ragged(depth, elements.count)
        }
        if elements.isEmpty { isBoolean = false }
        for element in elements {
            switch element {
            case .number(let number):
                try append(number, depth)
                isBoolean = false
            case .boolean(let flag): try append(flag ? 1 : 0, depth)
            case .tensor(let tensor):
                guard tensor.rank == 0, !tensor.isTracked, let number = element.asNumber else { return .tensors }
                try append(number, depth)
                isBoolean = false
            case .list, .range:
                guard depth + 1 < shape.count || numbers.isEmpty else { throw ragged(depth + 1, 1) }
                let kind = try gather(element.elements ?? [], depth: depth + 1)
                guard kind == .numbers else { return kind }
            default: return .others
            }
        }
        return .numbers
    }

    private mutating func append(_ number: Double, _ depth: Int) throws {
        guard depth == shape.count - 1 else { throw ragged(depth + 1, 0) }
        numbers.append(number)
    }

    private func ragged(_ depth: Int, _ count: Int) -> Failure {
        Failure(
            "the lists are not rectangular: along axis \(depth) some have \(depth < shape.count ? shape[depth] : 0) elements and others \(count)",
            help: "every list on one level needs the same length to make a tensor")
    }
}
