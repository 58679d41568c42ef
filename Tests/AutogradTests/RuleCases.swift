import Autograd
import TensorCore

/// A function that applies a rule, and where to check its derivatives.
struct RuleCase {
    let name: String
    let inputs: [Tensor]
    /// Whether second derivatives can be measured there.
    var order = 2
    let function: ([Variable]) throws -> Variable

    init(_ name: String, _ inputs: [Tensor], order: Int = 2, _ function: @escaping ([Variable]) throws -> Variable) {
        self.name = name
        self.inputs = inputs
        self.order = order
        self.function = function
    }
}

/// What checks each rule of the table; a rule without an entry fails the test.
func cases(of rule: Rule) throws -> [RuleCase] {
    switch rule {
    case .alias: return [RuleCase("alias", [try sample([3])]) { try Gradient.leaf($0[0].square()) * 3 }]
    case .cast:
        // Through single precision differences show nothing; the values of a cast gradient are tested on their own.
        return [RuleCase("cast", [try sample([3])], order: 0) { try $0[0].cast(to: .float32) }]
    case .add, .subtract, .multiply, .divide, .power, .remainder, .maximum, .minimum,
        .addNumber, .subtractFromNumber, .multiplyByNumber, .divideNumber, .powerByNumber, .powerOfNumber:
        return try arithmeticCases(of: rule)
    case .reshape, .permute, .broadcast, .concat, .pad, .repeated, .flip, .at, .scatter, .set, .gather, .scatterAlong:
        return try shapeCases(of: rule)
    case .sum, .mean, .product, .max, .min, .extremeAlong, .variance, .standardDeviation, .norm, .cumulativeSum,
        .softmax, .logSoftmax, .logSumExp, .matmul, .einsum:
        return try reductionCases(of: rule)
    case .crossEntropy, .binaryCrossEntropy, .normalization, .embedding, .dropout, .conv2D, .conv2DInput, .conv2DWeight,
        .maxPool2D,
        .maxUnpool2D, .avgPool2D, .avgUnpool2D:
        return try networkCases(of: rule)
    case .recurrent, .maskedSoftmax: return try sequenceCases(of: rule)
    default: return try elementwiseCases(of: rule)
    }
}

private func elementwiseCases(of rule: Rule) throws -> [RuleCase] {
    let near = try sample([2, 3], -0.9, 0.9)
    let positive = try sample([2, 3], 0.3, 3)
    func unary(_ operation: UnaryOperation, _ x: Tensor) -> [RuleCase] {
        [RuleCase(operation.name, [x]) { try $0[0].map(operation) }]
    }
    let x = try sample([2, 4])
    switch rule {
    case .negate: return unary(.negate, x)
    case .abs: return unary(.abs, x)
    case .square: return unary(.square, x)
    case .reciprocal: return unary(.reciprocal, positive)
    case .relu: return unary(.relu, x)
    case .sigmoid: return unary(.sigmoid, x)
    case .gelu: return unary(.gelu, x)
    case .erf: return unary(.erf, x)
    case .exp: return unary(.exp, x)
    case .expm1: return unary(.expm1, x)
    case .log: return unary(.log, positive)
    case .log1p: return unary(.log1p, near)
    case .log2: return unary(.log2, positive)
    case .log10: return unary(.log10, positive)
    case .sqrt: return unary(.sqrt, positive)
    case .sin: return unary(.sin, x)
    case .cos: return unary(.cos, x)
    case .tan: return unary(.tan, near)
    case .asin: return unary(.asin, near)
    case .acos: return unary(.acos, near)
    case .atan: return unary(.atan, x)
    case .sinh: return unary(.sinh, x)
    case .cosh: return unary(.cosh, x)
    case .tanh: return unary(.tanh, x)
    case .leakyRelu: return [RuleCase("leakyRelu", [x]) { try $0[0].leakyRelu(slope: 0.2) }]
    case .softplus: return [RuleCase("softplus", [x]) { try $0[0].softplus() }]
    case .clip:
        return [
            RuleCase("between", [x]) { try $0[0].clipped(min: -1, max: 0.5) },
            RuleCase("from below", [x]) { try $0[0].clipped(min: -1) },
            RuleCase("from above", [x]) { try $0[0].clipped(max: 0.5) },
        ]
    case .select:
        let condition = try Tensor([true, false, true, false], shape: [4])
        return [
            RuleCase("select", [x, try sample([4])]) { try .select(condition, $0[0].square(), $0[1].square()) },
            RuleCase("a wide condition", [try sample([1]), try sample([])]) {
                try .select(condition, $0[0].exp(), $0[1].exp())
            },
        ]
    default: return []
    }
}

private func arithmeticCases(of rule: Rule) throws -> [RuleCase] {
    let a = try sample([2, 3])
    let b = try sample([3], seed: 2)
    let positive = try sample([2, 3], 0.4, 2)
    let operands = [a, b]
    switch rule {
    case .add: return [RuleCase("+", operands) { try $0[0] + $0[1] }]
    case .subtract: return [RuleCase("-", operands) { try $0[0] - $0[1] }]
    case .multiply:
        return [RuleCase("*", operands) { try $0[0] * $0[1] }, RuleCase("squared", [a]) { try $0[0] * $0[0] }]
    case .divide: return [RuleCase("/", [a, try sample([2, 1], 0.5, 2)]) { try $0[0] / $0[1] }]
    case .power: return [RuleCase("**", [positive, b]) { try $0[0].power($0[1]) }]
    case .remainder:
        return [RuleCase("%", [a, try Tensor([0.7, -0.6, 1.1], shape: [3])]) { try $0[0].square().remainder($0[1]) }]
    case .maximum: return [RuleCase("maximum", operands) { try Variable.maximum($0[0], $0[1]).square() }]
    case .minimum: return [RuleCase("minimum", operands) { try Variable.minimum($0[0], $0[1]).square() }]
    case .addNumber: return [RuleCase("x + 2", [a]) { try $0[0] + 2 }, RuleCase("x - 2", [a]) { try $0[0] - 2 }]
    case .subtractFromNumber: return [RuleCase("2 - x", [a]) { try 2 - $0[0] }]
    case .multiplyByNumber:
        return [RuleCase("3 * x", [a]) { try 3 * $0[0] }, RuleCase("x / 3", [a]) { try $0[0] / 3 }]
    case .divideNumber: return [RuleCase("3 / x", [positive]) { try 3 / $0[0] }]
    case .powerByNumber:
        return [0, 1, 2, 3, -1, 0.5, -1.5].map { exponent in
            RuleCase("x ** \(exponent)", [positive]) { try $0[0].power(exponent) }
        }
    case .powerOfNumber:
        return [RuleCase("3 ** x", [a]) { try $0[0].combined(.power, with: 3, numberOnLeft: true) }]
    default: return []
    }
}

/// The derivative of a function by its first input as a function of the second, which weighs the results: what is
/// checked is the adjoint of a linear function.
func adjoint(
    _ name: String, _ inputs: [Tensor], _ function: @escaping (Variable) throws -> Variable
) -> RuleCase {
    RuleCase(name, inputs) { inputs in
        let x = Gradient.leaf(inputs[0])
        let total = try (function(x) * inputs[1].square()).sum()
        return try Gradient.compute(total, withRespectTo: [x], createGraph: true)[0] ?? x
    }
}

private func shapeCases(of rule: Rule) throws -> [RuleCase] {
    let x = try sample([2, 3, 4])
    let indices = try Tensor([2, 0, 2, 1], shape: [4])
    let mask = try Tensor([true, false, true, true, false, true], shape: [2, 3])
    switch rule {
    case .reshape: return [RuleCase("reshape", [x]) { try $0[0].square().reshape([4, -1]) }]
    case .permute: return [RuleCase("permute", [x]) { try $0[0].square().permute([2, 0, -2]) }]
    case .broadcast:
        return [RuleCase("broadcast", [try sample([3, 1])]) { try $0[0].square().broadcast(to: [2, 3, 4]) }]
    case .concat:
        return [
            RuleCase("concat", [x, try sample([2, 1, 4])]) {
                try .concat([$0[0].square(), $0[1], $0[0]], axis: -2)
            }
        ]
    case .pad: return [RuleCase("pad", [x]) { try $0[0].square().pad([(1, 0), (0, 2), (1, 1)], value: 3) }]
    case .repeated:
        return [
            RuleCase("more axes", [x]) { try $0[0].square().repeated([2, 1, 3, 2]) },
            RuleCase("fewer counts", [x]) { try $0[0].square().repeated([2]) },
        ]
    case .flip: return [RuleCase("flip", [x]) { try $0[0].square().flip([0, -1]) }]
    case .at:
        let rows = try Tensor([1, 1, 0], shape: [3])
        return [
            RuleCase("slices", [x]) {
                try $0[0].square().at([.index(-1), .newAxis, .slice(start: nil, stop: nil, step: -2), .ellipsis])
            },
            RuleCase("twice the same", [x]) { try $0[0].square().at([.tensor(rows), .all, .tensor(rows)]) },
            RuleCase("a mask", [x]) { try $0[0].square().at([.tensor(mask)]) },
        ]
    case .scatter:
        return [
            adjoint("of places", [x, try sample([2, 4, 4])]) { try $0.take(indices, axis: 1) },
            adjoint("of slices", [x, try sample([2, 3, 2])]) {
                try $0.at([.ellipsis, .slice(start: 1, stop: 3, step: 1)])
            },
        ]
    case .set:
        return [
            RuleCase("a slice", [x, try sample([1, 4])]) {
                try $0[0].square().setting([.index(0), .slice(start: 1, stop: 3, step: 1)], to: $0[1].square())
            },
            RuleCase("a mask", [x, try sample([1, 1, 1])]) {
                try $0[0].square().setting([.tensor(mask)], to: $0[1].square())
            },
            RuleCase("a constant", [x]) {
                try $0[0].square().setting([.index(0)], to: .number(7, like: $0[0]))
            },
        ]
    case .gather, .scatterAlong:
        let places = try Tensor([2, 0, 2, -2, 1, 1], shape: [2, 3, 1])
        return rule == .gather
            ? [RuleCase("gather", [x]) { try $0[0].square().gather(axis: 2, indices: places) }]
            : [adjoint("of gather", [x, try sample([2, 3, 1])]) { try $0.gather(axis: 2, indices: places) }]
    default: return []
    }
}

private func reductionCases(of rule: Rule) throws -> [RuleCase] {
    let x = try sample([2, 3, 4])
    /// Along some axes, along all, kept or not.
    func along(_ function: @escaping (Variable, [Int]?, Bool) throws -> Variable) -> [RuleCase] {
        let choices: [[Int]?] = [nil, [1], [-1, 0]]
        return choices.flatMap { axes in
            [false, true].map { keeps in
                RuleCase("axes \(axes as Any), kept \(keeps)", [x]) { try function($0[0], axes, keeps) }
            }
        }
    }
    switch rule {
    case .sum: return along { try $0.square().sum(axes: $1, keepDims: $2) }
    case .mean: return along { try $0.square().mean(axes: $1, keepDims: $2) }
    case .product:
        let zeros = try Tensor([2, 0, 3, 0, 0, 5, 1.5, -1, 0], shape: [3, 3])
        return along { try $0.prod(axes: $1, keepDims: $2) } + [
            RuleCase("with zeros", [zeros]) { try $0[0].prod(axes: [1]) },
            RuleCase("of all, with zeros", [zeros]) { try $0[0].prod() },
        ]
    case .max, .min:
        return [nil, [0, -1]].map { axes in
            RuleCase("axes \(axes as Any)", [x]) {
                rule == .max ? try $0[0].square().max(axes: axes) : try $0[0].square().min(axes: axes)
            }
        }
    case .extremeAlong:
        return [
            RuleCase("max", [x]) { try $0[0].square().max(axes: [-2]) },
            RuleCase("min, kept", [x]) { try $0[0].square().min(axes: [0], keepDims: true) },
        ]
    case .variance:
        return along { try $0.variance(axes: $1, keepDims: $2) } + [
            RuleCase("of the population", [x]) { try $0[0].variance(axes: [0, 2], correction: 0) }
        ]
    case .standardDeviation: return along { try $0.std(axes: $1, keepDims: $2) }
    case .norm: return along { try $0.norm(axes: $1, keepDims: $2) }
    case .cumulativeSum: return [RuleCase("cumulativeSum", [x]) { try $0[0].square().cumulativeSum(axis: 1) }]
    case .softmax: return [0, -1].map { axis in RuleCase("axis \(axis)", [x]) { try $0[0].softmax(axis: axis) } }
    case .logSoftmax: return [0, -1].map { axis in RuleCase("axis \(axis)", [x]) { try $0[0].logSoftmax(axis: axis) } }
    case .logSumExp: return along { try $0.logSumExp(axes: $1, keepDims: $2) }
    case .matmul:
        let shapes: [([Int], [Int])] = [
            ([2, 3], [3, 4]), ([3], [3]), ([3], [3, 2]), ([2, 3], [3]), ([2, 2, 3], [3, 2]), ([2, 2, 3], [3]),
            ([3], [2, 3, 2]), ([2, 1, 2, 3], [3, 3, 1]), ([2, 3], [2, 3, 2]),
        ]
        return try shapes.map { a, b in
            RuleCase("\(a) @ \(b)", [try sample(a), try sample(b, seed: 2)]) { try $0[0].matmul($0[1]) }
        }
    case .einsum:
        let formulas: [(String, [[Int]])] = [
            ("ij,jk->ik", [[2, 3], [3, 2]]), ("bij,bjk", [[2, 2, 3], [2, 3, 1]]), ("ii", [[3, 3]]),
            ("ii->i", [[3, 3]]),
            ("ij->j", [[2, 3]]), ("ij,k->i", [[2, 3], [2]]), ("...ij,jk->...ik", [[2, 2, 3], [3, 2]]),
            ("i...,...->...", [[2, 3], [3]]), ("ij,ij,i->", [[2, 3], [2, 3], [2]]), ("ij,jk->k", [[2, 1], [3, 2]]),
            ("iij,j->ji", [[2, 2, 3], [3]]), ("...,...", [[2, 3], [3]]), ("i...->...i", [[2, 3, 2]]),
        ]
        return try formulas.map { formula, shapes in
            let operands = try shapes.enumerated().map { try sample($1, seed: UInt64($0)) }
            return RuleCase(formula, operands) { try .einsum(formula, $0) }
        }
    default: return []
    }
}
