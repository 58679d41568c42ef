import Autograd
import TensorCore

/// Values that meet in one operation, and the dtypes that they take there.
///
/// Tensors decide. Plain numbers, lists of them, and tensors without axes take the dtype of the tensors beside them where
/// it holds them (`DType.meeting`), as in PyTorch. Among themselves plain numbers keep the 64 bits that they have in the
/// language.
enum Operands {
    /// The values as tensors, of which the operation takes the promoted dtype; nil for values that stand for no tensor.
    ///
    /// - Parameter isCompared: Whether the result is a mask, so that fractions beside whole numbers keep 64 bits.
    /// - Throws: `Failure` for ragged lists.
    static func tensors(_ values: [Value], isCompared: Bool = false) throws -> [Variable?] {
        let operands = try values.map(Operand.init)
        let tensors = operands.compactMap(\.?.tensorType)
        let isAmongTensors = !tensors.isEmpty
        let types = isAmongTensors ? tensors : operands.compactMap(\.?.valueType)
        guard let first = types.first else { return try operands.map { try $0?.variable() } }
        let dtype = types.dropFirst().reduce(first, DType.promoted)
        let keepsFractions = isCompared || !isAmongTensors
        return try operands.map {
            try $0?.variable(beside: dtype, isAmongTensors: isAmongTensors, keepsFractions: keepsFractions)
        }
    }

    /// Two values as tensors.
    static func pair(_ a: Value, _ b: Value, isCompared: Bool = false) throws -> (Variable?, Variable?) {
        if case .tensor(let x) = a, case .tensor(let y) = b, x.rank > 0, y.rank > 0 { return (x, y) }
        let both = try tensors([a, b], isCompared: isCompared)
        return (both[0], both[1])
    }
}

private enum Operand {
    /// A tensor with axes, or one that gradients flow through.
    case tensor(Variable)
    /// A single value with a dtype.
    case value(Variable)
    case plain(PlainNumbers)

    init?(_ value: Value) throws {
        switch value {
        case .tensor(let tensor):
            self = tensor.rank > 0 || tensor.isTracked ? .tensor(tensor) : .value(tensor)
        default:
            if let numbers = try value.plainNumbers() {
                self = numbers.valueType == nil ? .plain(numbers) : .value(try numbers.variable())
            } else if let tensor = try value.asVariable() {
                self = .tensor(tensor)
            } else {
                return nil
            }
        }
    }

    var tensorType: DType? { if case .tensor(let tensor) = self { tensor.dtype } else { nil } }

    var valueType: DType? { if case .value(let value) = self { value.dtype } else { nil } }

    func variable() throws -> Variable {
        switch self {
        case .tensor(let tensor), .value(let tensor): tensor
        case .plain(let numbers): try numbers.variable()
        }
    }

    func variable(beside dtype: DType, isAmongTensors: Bool, keepsFractions: Bool) throws -> Variable {
        switch self {
        case .tensor(let tensor): return tensor
        case .value(let value):
            let follows = isAmongTensors && value.rank == 0 && (dtype.isFloatingPoint || !value.dtype.isFloatingPoint)
            guard follows, value.dtype != dtype, value.dtype != .bool else { return value }
            return Variable(try value.value.cast(to: dtype.meeting(try value.value.item())))
        case .plain(let numbers):
            if numbers.isBoolean { return try numbers.variable() }
            let taken = dtype.meeting(numbers.numbers)
            let isFraction = !dtype.isFloatingPoint && taken.isFloatingPoint
            return try numbers.variable(dtype: isFraction && keepsFractions ? .float64 : taken)
        }
    }
}

/// A number or boolean, or nested lists of them, with the shape that they make.
struct PlainNumbers {
    private(set) var numbers: [Double] = []
    private(set) var shape: [Int] = []
    private(set) var isBoolean = true
    /// The dtype of the tensors without axes among them, if there are any.
    private(set) var valueType: DType?
    private var listCount = 0

    init(_ number: Double, isBoolean: Bool) {
        numbers = [number]
        self.isBoolean = isBoolean
    }

    /// - Throws: `Failure` for more numbers than a list can have.
    init(_ range: NumberRange) throws {
        try ListLength.check(range.count)
        numbers = try (0..<range.count).mapUntilInterrupt { range[$0] }
        shape = [range.count]
        isBoolean = false
    }

    /// - Returns: nil where the lists hold tensors with axes or gradients, or other things than numbers.
    /// - Throws: `Failure` where they are not rectangular.
    init?(_ elements: [Value]) throws {
        guard try gather(elements, depth: 0) else { return nil }
    }

    /// - Parameter plain: The dtype of numbers that have none.
    func variable(plain: DType = .float64) throws -> Variable {
        try variable(dtype: isBoolean ? .bool : valueType?.meeting(numbers) ?? plain)
    }

    /// - Throws: `Failure` where whole numbers of the dtype do not reach a number.
    func checked(for dtype: DType) throws -> PlainNumbers {
        guard dtype == .int64 || dtype == .uint8,
            let misfit = numbers.first(where: { dtype.meeting($0.rounded(.towardZero)) != dtype })
        else { return self }
        throw Failure(
            "a tensor of dtype \(dtype.name) does not hold \(numberText(misfit))",
            help: dtype == .uint8 ? "uint8 holds 0 to 255: take \"int64\" or \"float32\"" : "take \"float64\"")
    }

    func variable(dtype: DType) throws -> Variable {
        if shape.isEmpty { return Variable(try Tensor.scalar(numbers[0], dtype: dtype)) }
        return Variable(try Tensor(numbers, shape: shape).cast(to: dtype))
    }

    private mutating func gather(_ elements: [Value], depth: Int) throws -> Bool {
        guard depth < 32 else { throw Failure("lists are nested too deep for a tensor (32 axes)") }
        if depth == shape.count {
            shape.append(elements.count)
        } else if shape[depth] != elements.count {
            throw ragged(depth, elements.count)
        }
        if elements.isEmpty { isBoolean = false }
        // A list may stand in many places of a short one.
        listCount += 1
        if max(numbers.count + elements.count, listCount) > ListLength.most { throw Failure.tooManyParts }
        try Operators.checkInterrupt()
        for element in elements.untilInterrupt {
            switch element {
            case .number(let number):
                try append(number, depth)
                isBoolean = false
            case .boolean(let flag): try append(flag ? 1 : 0, depth)
            case .tensor(let tensor):
                guard tensor.rank == 0, !tensor.isTracked, let number = element.asNumber else { return false }
                // What 64-bit fractions do not hold is stacked as tensors are.
                guard tensor.dtype != .int64 || !element.isLargeWhole else { return false }
                try append(number, depth)
                isBoolean = false
                valueType = valueType.map { .promoted($0, tensor.dtype) } ?? tensor.dtype
            case .list, .range:
                guard depth + 1 < shape.count || numbers.isEmpty else { throw ragged(depth + 1, 1) }
                guard try gather(try element.elements ?? [], depth: depth + 1) else { return false }
            default: return false
            }
        }
        try Operators.checkInterrupt()
        return true
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
