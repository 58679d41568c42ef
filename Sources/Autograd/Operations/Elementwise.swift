import Glibc
import TensorCore

/// A function of each element: its kernel, its derivative, and what scripts are told of it.
///
/// The built-in function of its name, its help, its layer and its gradient check come from the table `all`.
package struct ElementwiseOperation: Sendable {
    package struct Documentation: Sendable {
        /// One sentence.
        package let summary: String
        /// A program that the tests run, and what it shows.
        package let example: String
        package let output: String
    }

    /// How ONNX says it.
    enum ONNXForm: Sendable, ExpressibleByStringLiteral {
        case `operator`(String)
        /// Several nodes, which it adds: from the name of the operand, and from constants in its type.
        case nodes(
            @Sendable (_ call: ONNXCall, _ x: String, _ number: (Double) throws -> String) throws -> String)

        init(stringLiteral kind: String) { self = .operator(kind) }
    }

    /// The gradient by the operand `x` from that by the result `y`.
    typealias Derivative = @Sendable (_ g: Variable, _ x: Variable, _ y: Variable) throws -> Variable
    /// That of steps, which are constants but where a recording keeps all.
    static let flat: Derivative = { g, _, _ in try g * 0 }

    package let kernel: UnaryOperation
    /// None for functions that scripts reach by other words.
    package let documentation: Documentation?
    /// What stands for it in ONNX; none where ONNX has nothing.
    let onnx: ONNXForm?
    /// Whether a model may have it as a layer.
    package let isActivation: Bool
    /// Arithmetic by element; functions such as `tanh` count as eight.
    package let flops: Double
    /// None for steps, whose results are constants.
    let derivative: Derivative?
    let spread: Spread

    init(
        _ kernel: UnaryOperation, _ summary: String? = nil, example: String = "", output: String = "",
        onnx: ONNXForm? = nil, isActivation: Bool = false, flops: Double = 8, spread: Spread = .elementwise,
        derivative: Derivative? = nil
    ) {
        self.kernel = kernel
        documentation = summary.map { Documentation(summary: $0, example: example, output: output) }
        self.onnx = onnx
        self.isActivation = isActivation
        self.flops = flops
        self.spread = spread
        self.derivative = derivative
    }

    package var name: String { kernel.name }
    package var isDifferentiable: Bool { derivative != nil }

    /// The one that scripts know by a name; nil for a name of something else.
    package static func documented(_ name: String) -> ElementwiseOperation? {
        all.first { $0.name == name && $0.documentation != nil }
    }

    /// The operators of ONNX that do just what a function of scripts does, with the name of that.
    package static let onnxOperators: [String: String] = all.reduce(into: [:]) { operators, operation in
        if case .operator(let kind) = operation.onnx, operation.documentation != nil {
            operators[kind] = operation.name
        }
    }

    /// At kinks and poles the slopes are those of PyTorch: 0 for `abs` and `relu` at 0, infinite for `sqrt`.
    package static let all: [ElementwiseOperation] = [
        exp, exp2, expm1, log, log1p, log2, log10, sqrt, square, reciprocal, abs, sign, floor, ceil, trunc, sin, cos,
        tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, erf, erfc, sigmoid, relu, gelu, softplus, silu,
        mish, logSigmoid, softsign, relu6, hardSigmoid, hardSwish, isNaN, isFinite, isInfinite, negate, round,
        logicalNot,
    ]

    package static let exp: Self = .init(
        .exp, "e to the power of each element.", example: "exp([0, 1])", output: "tensor [2] float64\n  1.0000  2.7183",
        onnx: "Exp"
    ) { g, _, y in try g * y }
    package static let exp2: Self = .init(
        .exp2, "2 to the power of each element.", example: "exp2([0, 3])", output: "tensor [2] float64\n  1  8",
        onnx: .nodes { call, x, number in call.add("Pow", [try number(2), x]) }
    ) { g, _, y in try g * (y * M_LN2) }
    package static let expm1: Self = .init(
        .expm1, "exp(x) - 1, exact for small x.", example: "expm1([0, 1e-10])",
        output: "tensor [2] float64\n  0.0000e+00  1.0000e-10",
        onnx: .nodes { call, x, number in call.add("Sub", [call.add("Exp", [x]), try number(1)]) }
    ) { g, _, y in try g * (y + 1) }
    package static let log: Self = .init(
        .log, "The natural logarithm.", example: "log([1, 2.718281828])",
        output: "tensor [2] float64\n  0.0000  1.0000", onnx: "Log"
    ) { g, x, _ in try g / x }
    package static let log1p: Self = .init(
        .log1p, "log(1 + x), exact for small x.", example: "log1p([0, 1e-10])",
        output: "tensor [2] float64\n  0.0000e+00  1.0000e-10",
        onnx: .nodes { call, x, number in call.add("Log", [call.add("Add", [x, try number(1)])]) }
    ) { g, x, _ in try g / (x + 1) }
    package static let log2: Self = .init(
        .log2, "The logarithm to base 2.", example: "log2([1, 8])", output: "tensor [2] float64\n  0  3",
        onnx: .nodes { call, x, number in call.add("Div", [call.add("Log", [x]), try number(M_LN2)]) }
    ) { g, x, _ in try g / (x * M_LN2) }
    package static let log10: Self = .init(
        .log10, "The logarithm to base 10.", example: "log10([1, 1000])", output: "tensor [2] float64\n  0  3",
        onnx: .nodes { call, x, number in call.add("Div", [call.add("Log", [x]), try number(M_LN10)]) }
    ) { g, x, _ in try g / (x * M_LN10) }
    package static let sqrt: Self = .init(
        .sqrt, "The square root.", example: "sqrt([4, 9])", output: "tensor [2] float64\n  2  3", onnx: "Sqrt"
    ) { g, _, y in try g / (y * 2) }
    package static let square: Self = .init(
        .square, "Each element times itself.", example: "square([2, 3])", output: "tensor [2] float64\n  4  9",
        onnx: .nodes { call, x, _ in call.add("Mul", [x, x]) }, flops: 1
    ) { g, x, _ in try g * (x * 2) }
    package static let reciprocal: Self = .init(
        .reciprocal, "1 / x.", example: "reciprocal([2, 4])", output: "tensor [2] float64\n  0.5000  0.2500",
        onnx: "Reciprocal", flops: 1
    ) { g, _, y in try -(g * y.square()) }
    package static let abs: Self = .init(
        .abs, "The absolute value.", example: "abs([-1, 2])", output: "tensor [2] float64\n  1  2", onnx: "Abs",
        flops: 1
    ) { g, x, _ in try g * Variable(x.value.map(.sign)) }
    package static let sign: Self = .init(
        .sign, "-1, 0 or 1.", example: "sign([-2, 0, 3])", output: "tensor [3] float64\n  -1   0   1", onnx: "Sign",
        flops: 1)
    package static let floor: Self = .init(
        .floor, "The next whole number below.", example: "floor([1.5, -1.5])", output: "tensor [2] float64\n   1  -2",
        onnx: "Floor",
        flops: 1)
    package static let ceil: Self = .init(
        .ceil, "The next whole number above.", example: "ceil([1.5, -1.5])", output: "tensor [2] float64\n   2  -1",
        onnx: "Ceil",
        flops: 1)
    package static let trunc: Self = .init(
        .trunc, "The next whole number towards zero.", example: "trunc([1.5, -1.5])",
        output: "tensor [2] float64\n   1  -1",
        onnx: .nodes { call, x, _ in
            call.add("Mul", [call.add("Sign", [x]), call.add("Floor", [call.add("Abs", [x])])])
        },
        flops: 1)
    package static let sin: Self = .init(
        .sin, "The sine of an angle in radians.", example: "sin(0)", output: "0", onnx: "Sin"
    ) { g, x, _ in try g * x.cos() }
    package static let cos: Self = .init(
        .cos, "The cosine of an angle in radians.", example: "cos(0)", output: "1", onnx: "Cos"
    ) { g, x, _ in try -(g * x.sin()) }
    package static let tan: Self = .init(
        .tan, "The tangent of an angle in radians.", example: "tan([0, 0.5])",
        output: "tensor [2] float64\n  0.0000  0.5463", onnx: "Tan"
    ) { g, _, y in try g * (y.square() + 1) }
    package static let asin: Self = .init(
        .asin, "The angle in radians that has this sine.", example: "asin([0, 1])",
        output: "tensor [2] float64\n  0.0000  1.5708", onnx: "Asin"
    ) { g, x, _ in try g / (1 - x.square()).sqrt() }
    package static let acos: Self = .init(
        .acos, "The angle in radians that has this cosine.", example: "acos([0, 1])",
        output: "tensor [2] float64\n  1.5708  0.0000", onnx: "Acos"
    ) { g, x, _ in try -(g / (1 - x.square()).sqrt()) }
    package static let atan: Self = .init(
        .atan, "The angle in radians that has this tangent.", example: "atan([0, 1])",
        output: "tensor [2] float64\n  0.0000  0.7854", onnx: "Atan"
    ) { g, x, _ in try g / (x.square() + 1) }
    package static let sinh: Self = .init(
        .sinh, "The hyperbolic sine.", example: "sinh([0, 1])", output: "tensor [2] float64\n  0.0000  1.1752",
        onnx: "Sinh"
    ) { g, x, _ in try g * x.map(.cosh) }
    package static let cosh: Self = .init(
        .cosh, "The hyperbolic cosine.", example: "cosh([0, 1])", output: "tensor [2] float64\n  1.0000  1.5431",
        onnx: "Cosh"
    ) { g, x, _ in try g * x.map(.sinh) }
    package static let tanh: Self = .init(
        .tanh, "The hyperbolic tangent.", example: "tanh([0, 1])", output: "tensor [2] float64\n  0.0000  0.7616",
        onnx: "Tanh",
        isActivation: true
    ) { g, _, y in try g * (1 - y.square()) }
    package static let asinh: Self = .init(
        .asinh, "The number that has this hyperbolic sine.", example: "asinh([0, 1])",
        output: "tensor [2] float64\n  0.0000  0.8814", onnx: "Asinh"
    ) { g, x, _ in try g / (x.square() + 1).sqrt() }
    package static let acosh: Self = .init(
        .acosh, "The number that has this hyperbolic cosine; nan below 1.", example: "acosh([1, 2])",
        output: "tensor [2] float64\n  0.0000  1.3170", onnx: "Acosh"
    ) { g, x, _ in try g / ((x - 1).sqrt() * (x + 1).sqrt()) }
    package static let atanh: Self = .init(
        .atanh, "The number that has this hyperbolic tangent; nan beyond 1.", example: "atanh([0, 0.5])",
        output: "tensor [2] float64\n  0.0000  0.5493", onnx: "Atanh"
    ) { g, x, _ in try g / (1 - x.square()) }
    package static let erf: Self = .init(
        .erf, "The error function.", example: "erf([0, 1])", output: "tensor [2] float64\n  0.0000  0.8427", onnx: "Erf"
    ) { g, x, _ in try g * ((-x.square()).exp() * (2 / Double.pi.squareRoot())) }
    package static let erfc: Self = .init(
        .erfc, "1 - erf(x), exact where that is all but 0.", example: "erfc([0, 1, 10])",
        output: "tensor [3] float64\n  1.0000e+00  1.5730e-01  2.0885e-45",
        onnx: .nodes { call, x, number in call.add("Sub", [try number(1), call.add("Erf", [x])]) }
    ) { g, x, _ in try g * ((-x.square()).exp() * (-2 / Double.pi.squareRoot())) }
    package static let sigmoid: Self = .init(
        .sigmoid, "1 / (1 + exp(-x)).", example: "sigmoid([0, 2])", output: "tensor [2] float64\n  0.5000  0.8808",
        onnx: "Sigmoid",
        isActivation: true
    ) { g, _, y in try g * (y * (1 - y)) }
    package static let relu: Self = .init(
        .relu, "max(x, 0).", example: "relu([-1, 2])", output: "tensor [2] float64\n  0  2", onnx: "Relu",
        isActivation: true,
        flops: 1, spread: .moving
    ) { g, _, y in try g.where(y.value.combined(.greater, with: 0)) }
    package static let gelu: Self = .init(
        .gelu, "x times the normal distribution's cumulative function at x (Hendrycks and Gimpel 2016).",
        example: "gelu([-1, 2])", output: "tensor [2] float64\n  -0.1587   1.9545",
        onnx: .nodes { call, x, number in
            let phi = call.add("Erf", [call.add("Mul", [x, try number(0.5.squareRoot())])])
            let half = call.add("Mul", [x, try number(0.5)])
            return call.add("Mul", [half, call.add("Add", [phi, try number(1)])])
        }, isActivation: true
    ) { g, x, _ in
        // The derivative of `x * P(x)` is `P(x) + x * p(x)` with the normal distribution's P and p.
        let cumulative = try ((x * 0.5.squareRoot()).erf() + 1) * 0.5
        let density = try (x.square() * -0.5).exp() * (1 / (2 * Double.pi).squareRoot())
        return try g * (cumulative + x * density)
    }
    package static let softplus: Self = .init(
        .softplus, "log(1 + exp(x)), without overflow.", example: "softplus([-1, 2])",
        output: "tensor [2] float64\n  0.3133  2.1269", onnx: "Softplus", isActivation: true
    ) { g, x, _ in try g * x.sigmoid() }
    package static let silu: Self = .init(
        .silu, "x * sigmoid(x), also called swish (Elfwing et al. 2018; Ramachandran et al. 2017).",
        example: "silu([-1, 2])", output: "tensor [2] float64\n  -0.2689   1.7616",
        onnx: .nodes { call, x, _ in call.add("Mul", [x, call.add("Sigmoid", [x])]) }, isActivation: true
    ) { g, x, _ in
        let s = try x.sigmoid()
        return try g * (s * (x * (1 - s) + 1))
    }
    package static let mish: Self = .init(
        .mish, "x * tanh(softplus(x)) (Misra 2019).", example: "mish([-1, 2])",
        output: "tensor [2] float64\n  -0.3034   1.9440",
        onnx: .nodes { call, x, _ in call.add("Mul", [x, call.add("Tanh", [call.add("Softplus", [x])])]) },
        isActivation: true
    ) { g, x, _ in
        let t = try x.softplus().tanh()
        return try g * (t + x * x.sigmoid() * (1 - t.square()))
    }
    package static let logSigmoid: Self = .init(
        .logSigmoid, "The logarithm of sigmoid(x), exact where sigmoid(x) is all but 0.",
        example: "log_sigmoid([-1, 2])", output: "tensor [2] float64\n  -1.3133  -0.1269",
        onnx: .nodes { call, x, _ in call.add("Neg", [call.add("Softplus", [call.add("Neg", [x])])]) },
        isActivation: true
    ) { g, x, _ in try g * (-x).sigmoid() }
    package static let softsign: Self = .init(
        .softsign, "x / (1 + abs(x)).", example: "softsign([-1, 2])", output: "tensor [2] float64\n  -0.5000   0.6667",
        onnx: "Softsign",
        isActivation: true, flops: 3
    ) { g, x, _ in try g / (x.abs() + 1).square() }
    package static let relu6: Self = .init(
        .relu6, "min(max(x, 0), 6).", example: "relu6([-1, 2, 8])", output: "tensor [3] float64\n  0  2  6",
        onnx: .nodes { call, x, number in call.add("Clip", [x, try number(0), try number(6)]) },
        isActivation: true, flops: 2, spread: .moving
    ) { g, x, _ in try g.where(x.value.between(0, 6)) }
    package static let hardSigmoid: Self = .init(
        .hardSigmoid, "(x + 3) / 6, at least 0 and at most 1 (Howard et al. 2019).", example: "hardsigmoid([-4, 0, 1])",
        output: "tensor [3] float64\n  0.0000  0.5000  0.6667",
        onnx: .nodes { call, x, _ in
            call.add("HardSigmoid", [x], [("alpha", .number(1.0 / 6)), ("beta", .number(0.5))])
        },
        isActivation: true, flops: 4
    ) { g, x, _ in try g.where(x.value.between(-3, 3)) / 6 }
    package static let hardSwish: Self = .init(
        .hardSwish, "x * hardsigmoid(x) (Howard et al. 2019).", example: "hardswish([-4, 0, 1])",
        output: "tensor [3] float64\n  0.0000  0.0000  0.6667", onnx: "HardSwish", isActivation: true,
        flops: 5
    ) { g, x, _ in
        let isAbove = try x.value.combined(.greaterOrEqual, with: 3)
        return try Variable.select(isAbove, g, g.where(x.value.combined(.greater, with: -3)) * (x / 3 + 0.5))
    }
    package static let isNaN: Self = .init(
        .isNaN, "Whether each element is not a number.", example: "isnan([1, nan])",
        output: "tensor [2] bool\n  false   true", onnx: "IsNaN", flops: 1)
    package static let isFinite: Self = .init(
        .isFinite, "Whether each element is neither infinite nor nan.", example: "isfinite([1, inf])",
        output: "tensor [2] bool\n   true  false",
        onnx: .nodes { call, x, _ in
            call.add("Not", [call.add("Or", [call.add("IsNaN", [x]), call.add("IsInf", [x])])])
        }, flops: 1)
    package static let isInfinite: Self = .init(
        .isInfinite, "Whether each element is infinite.", example: "isinf([1, -inf])",
        output: "tensor [2] bool\n  false   true", onnx: "IsInf", flops: 1)
    package static let negate: Self = .init(.negate, onnx: "Neg", flops: 1) { g, _, _ in try -g }
    package static let round: Self = .init(.round, onnx: "Round", flops: 1)
    package static let logicalNot: Self = .init(
        .logicalNot,
        onnx: .nodes { call, x, _ in
            call.add("Not", [call.inputs[0].dtype == .bool ? x : call.cast(x, to: .bool)])
        }, flops: 1)
}

/// One application of such a function.
struct Elementwise: OneInputOperation {
    let operation: ElementwiseOperation
    let derivative: ElementwiseOperation.Derivative
    var name: String { operation.name }
    var spread: Spread { operation.spread }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { operation.flops * size(output) }
    // Slopes are told from the results.
    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double { size(output) }

    func forward(_ x: Tensor) throws -> Tensor { try x.map(operation.kernel) }

    func outline(_ inputs: [Variable]) -> Outline? {
        inputs[0].isDeferred ? Outline(inputs[0].shape, inputs[0].dtype) : nil
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let (x, y) = (call.input(), call.output)
        // What is differentiated again is done step by step.
        if !call.isDifferentiated,
            let fused = try g.value.multiplied(bySlopeOf: operation.kernel, operand: x.value, result: y.value)
        {
            return Variable(fused)
        }
        return try derivative(g, x, y)
    }
}

/// Elements cut off at bounds; the gradient flows where nothing was cut off, bounds excluded, as in PyTorch 2.15.
struct Clip: OneInputOperation {
    let low: Double?
    let high: Double?
    var name: String { "clip" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.clipped(min: low, max: high) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.value()
        if !call.isDifferentiated,
            let fused = try g.value.multiplied(bySlopeOf: .clip(min: low, max: high), operand: x, result: x)
        {
            return Variable(fused)
        }
        var inside = try low.map { try x.combined(.greater, with: $0) }
        if let high {
            let below = try x.combined(.less, with: high)
            inside = try inside.map { try Tensor.combine(.logicalAnd, $0, below) } ?? below
        }
        return try inside.map { try g.where($0) } ?? g
    }
}

/// Elements of the first input where a condition holds, of the second elsewhere.
struct Select: Operation {
    let condition: Tensor
    var name: String { "select" }
    var spread: Spread { .moving }

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

extension Tensor {
    /// Where the elements lie between two numbers, these excluded.
    fileprivate func between(_ low: Double, _ high: Double) throws -> Tensor {
        try Tensor.combine(.logicalAnd, combined(.greater, with: low), combined(.less, with: high))
    }
}
