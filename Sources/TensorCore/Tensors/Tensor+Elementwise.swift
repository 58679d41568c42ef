/// A function of two elements.
package enum BinaryOperation: CaseIterable, Sendable {
    case add, subtract, multiply, divide, floorDivide, remainder, power, maximum, minimum, arcTangent
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case logicalAnd, logicalOr

    /// The sign or name that scripts use.
    package var name: String {
        switch self {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .floorDivide: "floor_divide"
        case .remainder: "%"
        case .power: "**"
        case .maximum: "maximum"
        case .minimum: "minimum"
        case .arcTangent: "atan2"
        case .equal: "=="
        case .notEqual: "!="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .logicalAnd: "and"
        case .logicalOr: "or"
        }
    }

    /// Whether the results are bool whatever the operands are.
    package var isPredicate: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .logicalAnd, .logicalOr: true
        default: false
        }
    }

    /// The type that both operands are converted to, given the type that both promote to.
    func operandType(_ promoted: DType) throws -> DType {
        switch self {
        case .logicalAnd, .logicalOr: return .bool
        case .divide, .arcTangent: return promoted.fraction
        case .subtract where promoted == .bool:
            throw TensorError.dtype(operation: name, expected: "numbers", actual: promoted)
        case .floorDivide, .remainder, .power: return promoted == .bool ? .int64 : promoted
        default: return promoted
        }
    }
}

extension Tensor {
    /// Returns a function of each element.
    ///
    /// Whole numbers go to float32 for the functions that leave them.
    ///
    /// - Throws: `TensorError` `.dtype` for the negative of booleans, `.outOfMemory`.
    package func map(_ operation: UnaryOperation) throws -> Tensor {
        let types = try operation.types(dtype)
        if dtype == .int64, types.operand == .float32 {
            // float32 does not hold the argument: sin(16777217) is not sin(16777216).
            return try cast(to: .float64).map(operation).cast(to: types.result)
        }
        let operand = try cast(to: types.operand).contiguous()
        let result = try Tensor.empty(like: operand, dtype: types.result)
        operation.run(operand, into: result)
        return result
    }

    /// Returns a function of the elements of two tensors, which are broadcast to a common shape.
    ///
    /// The result has the promoted type; `divide` makes whole numbers float32, comparisons give bool. On bool, `add` and
    /// `maximum` are "or", `multiply` and `minimum` are "and", as in NumPy.
    ///
    /// - Throws: `TensorError` `.broadcast`, `.dtype` for the difference of booleans, `.argument` for a whole number
    ///   divided by 0 or taken to a negative power.
    package static func combine(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        let shape = a.shape == b.shape ? a.shape : try broadcastShape(operation.name, a.shape, b.shape)
        var promoted = DType.promoted(a.dtype, b.dtype)
        // float32 does not hold all whole numbers, so two different ones could be called equal.
        if operation.isPredicate && promoted == .float32 && (a.dtype == .int64 || b.dtype == .int64) {
            promoted = .float64
        }
        let operandType = try operation.operandType(promoted)
        let a = try a.cast(to: operandType).alongRows()
        let b = try b.cast(to: operandType).alongRows()
        let resultType = operation.isPredicate ? .bool : operandType
        let result = a.shape == shape ? try empty(like: a, dtype: resultType) : try empty(shape, dtype: resultType)
        if !operandType.isFloatingPoint { try operation.checkWholeDivisor(b) }
        Combining.combine(
            operation, a, a.broadcastStrides(shape), b, b.broadcastStrides(shape), into: result)
        return result
    }

    /// The same in row-major order if its rows lie across memory: copied by tiles they are read faster.
    private func alongRows() throws -> Tensor {
        guard let step = strides.last, let size = shape.last, step != 0 && step != 1 && size >= 8, count >= 1024 else {
            return self
        }
        return try contiguous()
    }

    /// Returns a function of each element and a number.
    ///
    /// The number takes the tensor's type where that holds it: beside whole numbers, one with a fraction makes float32 of
    /// the result, and one that does not fit in uint8 or bool makes int64 of it. Arithmetic on bool gives int64.
    ///
    /// - Parameter numberOnLeft: Whether the number is the first operand.
    package func combined(
        _ operation: BinaryOperation, with number: Double, numberOnLeft: Bool = false
    ) throws -> Tensor {
        let operandType = try operation.operandType(type(with: number, operation, numberOnLeft))
        let operand = try cast(to: operandType)
        if operation == .power && !numberOnLeft && operandType.isFloatingPoint,
            let simple = UnaryOperation.power(number)
        {
            return try operand.map(simple)
        }
        let scalar = try Tensor.scalar(number, dtype: operandType)
        let result = try Tensor.empty(like: operand, dtype: operation.isPredicate ? .bool : operandType)
        if !operandType.isFloatingPoint { try operation.checkWholeDivisor(numberOnLeft ? operand : scalar) }
        let still = scalar.broadcastStrides(shape)
        if numberOnLeft {
            Combining.combine(operation, scalar, still, operand, operand.strides, into: result)
        } else {
            Combining.combine(operation, operand, operand.strides, scalar, still, into: result)
        }
        return result
    }

    private func type(with number: Double, _ operation: BinaryOperation, _ numberOnLeft: Bool) -> DType {
        if operation.isPredicate {
            if dtype == .bool && (number == 0 || number == 1) { return .bool }
            return dtype == .int64 && dtype.meeting(number) == .float32 ? .float64 : dtype.meeting(number)
        }
        if operation == .power && !numberOnLeft && number < 0 { return dtype.fraction }
        return dtype.meeting(number)
    }

    /// Returns the elements of `a` where the condition is not 0, and those of `b` elsewhere; all three broadcast.
    ///
    /// - Throws: `TensorError.broadcast`.
    package static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        let values = try broadcastShape("where", a.shape, b.shape)
        let shape = try broadcastShape("where", condition.shape, values)
        let dtype = DType.promoted(a.dtype, b.dtype)
        let condition = try condition.cast(to: .bool).broadcast(to: shape)
        let a = try a.cast(to: dtype).broadcast(to: shape)
        let b = try b.cast(to: dtype).broadcast(to: shape)
        let result = try empty(shape, dtype: dtype)
        Combining.select(condition, a, b, into: result)
        return result
    }

    /// Returns the elements with those below `min` and above `max` replaced by these; what is not a number stays.
    ///
    /// - Throws: `TensorError.argument` where neither bound is given.
    package func clipped(min: Double? = nil, max: Double? = nil) throws -> Tensor {
        guard min != nil || max != nil else {
            throw TensorError.argument(operation: "clip", name: "min", reason: "is missing, and so is max")
        }
        if dtype.isFloatingPoint { return try map(.clip(min: min, max: max)) }
        var result = self
        if let min { result = try result.combined(.maximum, with: min) }
        if let max { result = try result.combined(.minimum, with: max) }
        return result
    }

    /// Returns where `abs(a - b) <= atol + rtol * abs(b)`, as a bool tensor; infinities are close to themselves.
    ///
    /// - Throws: `TensorError.broadcast`.
    package static func isClose(
        _ a: Tensor, _ b: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8
    ) throws -> Tensor {
        let shape = try broadcastShape("close", a.shape, b.shape)
        let a = try a.cast(to: .float64).broadcast(to: shape)
        let b = try b.cast(to: .float64).broadcast(to: shape)
        let result = try empty(shape, dtype: .bool)
        Combining.isClose(a, b, rtol: rtol, atol: atol, into: result)
        return result
    }

    /// Returns whether both have the same shape and the same elements, whatever their types.
    package static func allEqual(_ a: Tensor, _ b: Tensor) throws -> Bool {
        guard a.shape == b.shape else { return false }
        return try combine(.equal, a, b).reduced(.all, axes: nil).item() != 0
    }
}

extension UnaryOperation {
    /// The type of the elements that the operation is done on, and that of its results.
    fileprivate func types(_ dtype: DType) throws -> (operand: DType, result: DType) {
        switch types {
        case .logic: return (.bool, .bool)
        case .predicate: return (dtype, .bool)
        case .fractions: return (dtype.fraction, dtype.fraction)
        case .numbers where dtype != .bool: return (dtype, dtype)
        case .numbers:
            if name == UnaryOperation.negate.name {
                throw TensorError.dtype(operation: name, expected: "numbers", actual: dtype)
            }
            return (.int64, .int64)
        }
    }
}

extension BinaryOperation {
    /// Sees to it that a division or power of whole numbers has a result.
    func checkWholeDivisor(_ b: Tensor) throws {
        switch self {
        case .floorDivide, .remainder:
            guard Combining.holds(b, where: .zero) else { return }
            throw TensorError.argument(
                operation: name, name: "divisor", reason: "holds a 0, and whole numbers have no quotient by it")
        case .power:
            guard b.dtype == .int64, Combining.holds(b, where: .negative) else { return }
            throw TensorError.argument(
                operation: name, name: "exponent", reason: "is negative, and whole numbers have no such powers")
        default: return
        }
    }
}
