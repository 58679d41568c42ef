import Glibc
import TensorCore

/// A function of the elements of two inputs, which are broadcast together.
struct Arithmetic: Operation {
    let operation: BinaryOperation
    var name: String { operation.name }

    var spread: Spread {
        switch operation {
        case .maximum, .minimum: .moving
        default: .elementwise
        }
    }

    func forward(_ inputs: [Tensor]) throws -> Tensor { try Tensor.combine(operation, inputs[0], inputs[1]) }

    func backward(_ call: Backward) throws -> [Variable?] {
        let g = call.gradient
        let a = call.input(0)
        let b = call.input(1)
        switch operation {
        case .add: return [g, g]
        case .subtract: return [g, try call.gradient(by: 1) { try -g }]
        case .multiply:
            return [try call.gradient(by: 0) { try g * b }, try call.gradient(by: 1) { try g * a }]
        case .divide:
            return [
                try call.gradient(by: 0) { try g / b },
                try call.gradient(by: 1) { try -(g * (call.output / b)) },
            ]
        case .remainder:
            return [
                g,
                try call.gradient(by: 1) {
                    try -(g * Variable(Tensor.combine(.divide, a.value, b.value).map(.floor)))
                },
            ]
        case .power:
            return [
                try call.gradient(by: 0) { try Power.gradientByBase(g, a, b) },
                try call.gradient(by: 1) { try Power.gradientByExponent(g, a, b, call.output) },
            ]
        case .arcTangent:
            // At the origin it is 0, as in PyTorch.
            let squares = try a * a + b * b
            let isOrigin = try squares.value.combined(.equal, with: 0)
            let scaled = try g / Variable.select(isOrigin, .number(1, like: squares), squares)
            return [try call.gradient(by: 0) { try scaled * b }, try call.gradient(by: 1) { try -(scaled * a) }]
        case .maximum:
            return [
                try call.gradient(by: 0) { try Arithmetic.share(g, a, .less, b) },
                try call.gradient(by: 1) { try Arithmetic.share(g, b, .less, a) },
            ]
        case .minimum:
            return [
                try call.gradient(by: 0) { try Arithmetic.share(g, a, .greater, b) },
                try call.gradient(by: 1) { try Arithmetic.share(g, b, .greater, a) },
            ]
        // Steps have slope 0 everywhere.
        case .floorDivide, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .logicalAnd, .logicalOr:
            return [nil, nil]
        }
    }

    /// What each of a pair is due unless it loses; equal ones get half each, and where one is NaN, so is the result, and
    /// both count, as in PyTorch.
    private static func share(
        _ g: Variable, _ mine: Variable, _ loses: BinaryOperation, _ other: Variable
    ) throws -> Variable {
        let isBehind = try Tensor.combine(loses, mine.value, other.value)
        let isLevel = try Tensor.combine(.equal, mine.value, other.value)
        return try .select(isLevel, g * 0.5, g.where(isBehind.map(.logicalNot)))
    }
}

extension BinaryOperation {
    /// Whether gradients flow through it; the results of steps are constants.
    package var isDifferentiable: Bool { !isPredicate && self != .floorDivide }
}

/// Gradients of powers, with the values of PyTorch where a factor is infinite and another one 0.
enum Power {
    /// `b * a^(b - 1)`, and 0 where the exponent is 0.
    static func gradientByBase(_ g: Variable, _ a: Variable, _ b: Variable) throws -> Variable {
        let isZero = try b.value.combined(.equal, with: 0)
        let slope = try b * a.power(b - 1)
        return try (g * slope).where(isZero.map(.logicalNot))
    }

    static func gradientByBase(_ g: Variable, _ a: Variable, _ exponent: Double) throws -> Variable {
        switch exponent {
        case 0: Variable(try Tensor.zeros(a.shape, dtype: g.dtype))
        case 1: g
        case 2: try g * (a * 2)
        default: try g * (a.power(exponent - 1) * exponent)
        }
    }

    /// `a^b * log(a)`, and 0 where the base is 0 and the exponent not negative.
    static func gradientByExponent(_ g: Variable, _ a: Variable, _ b: Variable, _ y: Variable) throws -> Variable {
        let isZero = try Tensor.combine(
            .logicalAnd, a.value.combined(.equal, with: 0), b.value.combined(.greaterOrEqual, with: 0))
        return try Variable.select(isZero, .number(0, like: y), g * (y * a.log()))
    }

    static func gradientByExponent(_ g: Variable, _ base: Double, _ b: Variable, _ y: Variable) throws -> Variable {
        let slope = try g * (y * log(base))
        return base == 0 ? try slope.where(b.value.combined(.less, with: 0)) : slope
    }
}

/// A function of each element and one number.
struct NumberArithmetic: OneInputOperation {
    let operation: BinaryOperation
    let number: Double
    let isOnLeft: Bool

    var name: String { isOnLeft ? "number \(operation.name) x" : "x \(operation.name) number" }
    var spread: Spread { .elementwise }

    func forward(_ x: Tensor) throws -> Tensor { try x.combined(operation, with: number, numberOnLeft: isOnLeft) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        switch operation {
        case .subtract: return isOnLeft ? try -g : g
        case .multiply: return try g * number
        case .divide: return isOnLeft ? try -(g * (call.output / call.input())) : try g / number
        case .power:
            if !isOnLeft, !call.isDifferentiated, let kernel = UnaryOperation.power(number),
                let fused = try g.value.multiplied(
                    bySlopeOf: kernel, operand: call.value(), result: call.output.value)
            {
                return Variable(fused)
            }
            return isOnLeft
                ? try Power.gradientByExponent(g, number, call.input(), call.output)
                : try Power.gradientByBase(g, call.input(), number)
        default: return g
        }
    }
}

/// Elements in another type.
struct Cast: OneInputOperation {
    let dtype: DType
    var name: String { "cast" }
    var spread: Spread { .elementwise }

    func forward(_ x: Tensor) throws -> Tensor { try x.cast(to: dtype) }
    // Undoing promotion undoes the cast.
    func gradient(_ g: Variable, _ call: Backward) -> Variable { g }
}
