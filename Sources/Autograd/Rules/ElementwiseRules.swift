import Glibc
import TensorCore

/// A function of each element.
struct Elementwise: UnaryPrimitive {
    let operation: UnaryOperation
    let rule: Rule

    func forward(_ x: Tensor) throws -> Tensor { try x.map(operation) }

    /// At kinks and poles the values are those of PyTorch: 0 for `abs` and `relu` at 0, infinite for `sqrt`.
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        var x: Variable { call.input() }
        var y: Variable { call.output }
        if !call.isDifferentiated, let slope {
            return Variable(try g.value.multiplied(bySlopeOf: slope, at: (slope == .gelu ? x : y).value))
        }
        switch operation {
        case .negate: return try -g
        case .abs: return try g * Variable(x.value.map(.sign))
        case .square: return try g * (x * 2)
        case .reciprocal: return try -(g * y.square())
        case .relu: return try g.where(y.value.combined(.greater, with: 0))
        case .sigmoid: return try g * (y * (1 - y))
        case .gelu: return try g * Elementwise.geluSlope(x)
        case .erf: return try g * ((-x.square()).exp() * (2 / Double.pi.squareRoot()))
        case .exp: return try g * y
        case .expm1: return try g * (y + 1)
        case .log: return try g / x
        case .log1p: return try g / (x + 1)
        case .log2: return try g / (x * M_LN2)
        case .log10: return try g / (x * M_LN10)
        case .sqrt: return try g / (y * 2)
        case .sin: return try g * x.cos()
        case .cos: return try -(g * x.sin())
        case .tan: return try g * (y.square() + 1)
        case .asin: return try g / (1 - x.square()).sqrt()
        case .acos: return try -(g / (1 - x.square()).sqrt())
        case .atan: return try g / (x.square() + 1)
        case .sinh: return try g * x.map(.cosh)
        case .cosh: return try g * x.map(.sinh)
        case .tanh: return try g * (1 - y.square())
        // Steps have slope 0 everywhere.
        case .sign, .floor, .ceil, .round, .logicalNot, .isNaN, .isFinite: return try g * 0
        }
    }

    /// The functions that have a kernel for constants; what is differentiated again is done step by step.
    private var slope: Slope? {
        switch operation {
        case .relu: .relu
        case .sigmoid: .sigmoid
        case .tanh: .tanh
        case .gelu: .gelu
        default: nil
        }
    }

    /// The derivative of `x * P(x)` is `P(x) + x * p(x)` with the normal distribution's P and p.
    private static func geluSlope(_ x: Variable) throws -> Variable {
        let cumulative = try ((x * 0.5.squareRoot()).erf() + 1) * 0.5
        let density = try (x.square() * -0.5).exp() * (1 / (2 * Double.pi).squareRoot())
        return try cumulative + x * density
    }
}

extension UnaryOperation {
    /// The rule of differentiation; none for steps, whose results are constants.
    var rule: Rule? {
        switch self {
        case .negate: .negate
        case .abs: .abs
        case .square: .square
        case .reciprocal: .reciprocal
        case .relu: .relu
        case .sigmoid: .sigmoid
        case .gelu: .gelu
        case .erf: .erf
        case .exp: .exp
        case .expm1: .expm1
        case .log: .log
        case .log1p: .log1p
        case .log2: .log2
        case .log10: .log10
        case .sqrt: .sqrt
        case .sin: .sin
        case .cos: .cos
        case .tan: .tan
        case .asin: .asin
        case .acos: .acos
        case .atan: .atan
        case .sinh: .sinh
        case .cosh: .cosh
        case .tanh: .tanh
        case .sign, .floor, .ceil, .round, .logicalNot, .isNaN, .isFinite: nil
        }
    }
}

/// `x` where it is positive, `slope * x` elsewhere.
struct LeakyRelu: UnaryPrimitive {
    let slope: Double
    var rule: Rule { .leakyRelu }

    func forward(_ x: Tensor) throws -> Tensor {
        try Tensor.select(x.combined(.greater, with: 0), x, x.combined(.multiply, with: slope))
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try Variable.select(call.input().value.combined(.greater, with: 0), g, g * slope)
    }
}

/// `log(1 + exp(x))`, without overflow.
struct Softplus: UnaryPrimitive {
    var rule: Rule { .softplus }

    func forward(_ x: Tensor) throws -> Tensor {
        let tail = try x.map(.abs).map(.negate).map(.exp).map(.log1p)
        return try Tensor.combine(.add, x.map(.relu), tail)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable { try g * call.input().sigmoid() }
}

/// Elements cut off at bounds; the gradient flows where nothing was cut off, bounds excluded, as in PyTorch 2.15.
struct Clip: UnaryPrimitive {
    let low: Double?
    let high: Double?
    var rule: Rule { .clip }

    func forward(_ x: Tensor) throws -> Tensor { try x.clipped(min: low, max: high) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.input().value
        var inside = try low.map { try x.combined(.greater, with: $0) }
        if let high {
            let below = try x.combined(.less, with: high)
            inside = try inside.map { try Tensor.combine(.logicalAnd, $0, below) } ?? below
        }
        return try inside.map { try g.where($0) } ?? g
    }
}

/// Elements of the first input where a condition holds, of the second elsewhere.
struct Select: Primitive {
    let condition: Tensor
    var rule: Rule { .select }

    func forward(_ inputs: [Tensor]) throws -> Tensor { try Tensor.select(condition, inputs[0], inputs[1]) }

    func backward(_ call: Backward) throws -> [Variable?] {
        [
            try call.gradient(by: 0) { try call.gradient.where(condition) },
            try call.gradient(by: 1) { try call.gradient.where(condition.map(.logicalNot)) },
        ]
    }
}

extension Variable {
    /// Returns the elements where a condition holds, and 0 elsewhere, whatever is there (NaN times 0 would be NaN).
    func `where`(_ condition: Tensor) throws -> Variable {
        try .select(condition, self, .number(0, like: self))
    }
}
