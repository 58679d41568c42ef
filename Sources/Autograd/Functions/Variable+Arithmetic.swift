import TensorCore

extension Variable {
    /// Returns a function of the elements of two variables, which are broadcast to a common shape and type.
    ///
    /// Comparisons, logic and `floorDivide` give constants.
    ///
    /// - Throws: What `Tensor.combine` throws.
    package static func combine(_ operation: BinaryOperation, _ a: Variable, _ b: Variable) throws -> Variable {
        let isKept = operation.isDifferentiable ? a.isTracked || b.isTracked : false
        guard isKept || a.keepsAll || b.keepsAll else {
            let count = Swift.max(a.count, b.count)
            return Variable(try Recording.stopping(count) { try Tensor.combine(operation, a.value, b.value) })
                .keepingOrigin(of: a).keepingOrigin(of: b)
        }
        return try apply(Arithmetic(operation: operation), [a, b])
    }

    /// Returns a function of each element and a number, with the types of `Tensor.combined`.
    package func combined(
        _ operation: BinaryOperation, with number: Double, numberOnLeft: Bool = false
    ) throws -> Variable {
        guard isTracked && operation.isDifferentiable || keepsAll else {
            return Variable(
                try Recording.stopping(count) {
                    try value.combined(operation, with: number, numberOnLeft: numberOnLeft)
                }
            ).keepingOrigin(of: self)
        }
        switch operation {
        case .remainder, .maximum, .minimum, .arcTangent:
            let constant = try Variable.number(number, like: self)
            return try .combine(operation, numberOnLeft ? constant : self, numberOnLeft ? self : constant)
        default:
            return try applying(NumberArithmetic(operation: operation, number: number, isOnLeft: numberOnLeft))
        }
    }

    package static func + (a: Variable, b: Variable) throws -> Variable { try combine(.add, a, b) }
    package static func - (a: Variable, b: Variable) throws -> Variable { try combine(.subtract, a, b) }
    package static func * (a: Variable, b: Variable) throws -> Variable { try combine(.multiply, a, b) }
    package static func / (a: Variable, b: Variable) throws -> Variable { try combine(.divide, a, b) }

    package static func + (a: Variable, b: Double) throws -> Variable { try a.combined(.add, with: b) }
    package static func - (a: Variable, b: Double) throws -> Variable { try a.combined(.subtract, with: b) }
    package static func * (a: Variable, b: Double) throws -> Variable { try a.combined(.multiply, with: b) }
    package static func / (a: Variable, b: Double) throws -> Variable { try a.combined(.divide, with: b) }

    package static func + (a: Double, b: Variable) throws -> Variable {
        try b.combined(.add, with: a, numberOnLeft: true)
    }
    package static func - (a: Double, b: Variable) throws -> Variable {
        try b.combined(.subtract, with: a, numberOnLeft: true)
    }
    package static func * (a: Double, b: Variable) throws -> Variable {
        try b.combined(.multiply, with: a, numberOnLeft: true)
    }
    package static func / (a: Double, b: Variable) throws -> Variable {
        try b.combined(.divide, with: a, numberOnLeft: true)
    }

    package static prefix func - (x: Variable) throws -> Variable { try x.map(.negate) }

    /// Returns the elements to a power; the gradient by the exponent is 0 where the base is, as in PyTorch.
    package func power(_ exponent: Variable) throws -> Variable { try .combine(.power, self, exponent) }
    package func power(_ exponent: Double) throws -> Variable { try combined(.power, with: exponent) }

    /// Returns what is left of a division, with the sign of the divisor, as in Python.
    package func remainder(_ divisor: Variable) throws -> Variable { try .combine(.remainder, self, divisor) }
    package func remainder(_ divisor: Double) throws -> Variable { try combined(.remainder, with: divisor) }

    /// Returns the greater elements; equal ones share the gradient, as in PyTorch.
    package static func maximum(_ a: Variable, _ b: Variable) throws -> Variable { try combine(.maximum, a, b) }
    /// Returns the lesser elements; equal ones share the gradient, as in PyTorch.
    package static func minimum(_ a: Variable, _ b: Variable) throws -> Variable { try combine(.minimum, a, b) }

    package func cast(to dtype: DType) throws -> Variable {
        if dtype == self.dtype { return self }
        return isTracked && dtype.isFloatingPoint || keepsAll
            ? try applying(Cast(dtype: dtype)) : Variable(try Recording.stopping(count) { try value.cast(to: dtype) })
    }
}
