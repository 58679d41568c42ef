import Autograd
import TensorCore

/// A function that applies an operation, and where to check its derivatives.
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

/// What checks each operation of the table; an operation without an entry fails the test.
func cases(of operation: String) throws -> [RuleCase] {
    switch operation {
    case "alias": return [RuleCase("alias", [try sample([3])]) { try Gradient.leaf($0[0].square()) * 3 }]
    case "cast":
        // Through single precision differences show nothing; the values of a cast gradient are tested on their own.
        return [RuleCase("cast", [try sample([3])], order: 0) { try $0[0].cast(to: .float32) }]
    case "+", "-", "*", "/", "**", "%", "maximum", "minimum", "atan2",
        "x + number", "number + x", "x - number", "number - x", "x * number", "number * x", "x / number", "number / x",
        "x ** number", "number ** x":
        return try arithmeticCases(of: operation)
    case "reshape", "permute", "broadcast", "concat", "pad", "repeated", "flip", "at", "scatter", "set", "gather",
        "scatter_along":
        return try shapeCases(of: operation)
    case "sum", "mean", "prod", "max", "min", "extreme_along", "var", "std", "norm", "cumsum",
        "softmax", "log_softmax", "logsumexp", "matmul", "linear",
        "linear_weight", "einsum":
        return try reductionCases(of: operation)
    case "cross_entropy", "binary_cross_entropy", "binary_cross_entropy_with_logits", "normalization", "embedding",
        "dropout", "conv2d", "conv2d_input", "conv2d_weight", "max_pool2d", "max_unpool2d", "avg_pool2d",
        "avg_unpool2d":
        return try networkCases(of: operation)
    case "cumprod", "recurrence", "roll", "cdist", "fourier_pairs", "fourier_of_real", "real_of_fourier":
        return try lineCases(of: operation)
    case "inv", "solve", "det", "slogdet", "cholesky", "pinv", "eigh", "svd", "qr":
        return try decompositionCases(of: operation)
    case "recurrent", "masked_softmax", "attention": return try sequenceCases(of: operation)
    default: return try elementwiseCases(of: operation)
    }
}

private func elementwiseCases(of operation: String) throws -> [RuleCase] {
    let near = try sample([2, 3], -0.9, 0.9)
    let positive = try sample([2, 3], 0.3, 3)
    let x = try sample([2, 4])
    switch operation {
    case "elu":
        return [
            RuleCase("elu", [x]) { try $0[0].exponentialLinear(alpha: 0.7) },
            RuleCase("celu", [x]) { try $0[0].exponentialLinear(alpha: 0.7, width: 0.7, scale: 1.2) },
        ]
    case "leaky_relu": return [RuleCase("leakyRelu", [x]) { try $0[0].leakyRelu(slope: 0.2) }]
    case "huber": return [RuleCase("huber", [x]) { try $0[0].huber(delta: 0.6) }]
    case "clip":
        return [
            RuleCase("between", [x]) { try $0[0].clipped(min: -1, max: 0.5) },
            RuleCase("from below", [x]) { try $0[0].clipped(min: -1) },
            RuleCase("from above", [x]) { try $0[0].clipped(max: 0.5) },
        ]
    case "select":
        let condition = try Tensor([true, false, true, false], shape: [4])
        return [
            RuleCase("select", [x, try sample([4])]) { try .select(condition, $0[0].square(), $0[1].square()) },
            RuleCase("a wide condition", [try sample([1]), try sample([])]) {
                try .select(condition, $0[0].exp(), $0[1].exp())
            },
        ]
    default:
        // Kinks at -3, 0, 3 and 6 are in the tests of edges.
        if ["relu6", "hardsigmoid", "hardswish"].contains(operation) {
            guard let function = ElementwiseOperation.all.first(where: { $0.name == operation }) else { return [] }
            return [
                RuleCase(operation, [try Tensor([-4.1, -2.3, -0.4, 0.7, 2.2, 3.6, 7.5], shape: [7])]) {
                    try $0[0].map(function)
                }
            ]
        }
        guard let function = ElementwiseOperation.all.first(where: { $0.name == operation }) else { return [] }
        let place =
            switch operation {
            case "reciprocal", "log", "log2", "log10", "sqrt": positive
            case "log1p", "tan", "asin", "acos", "atanh": near
            case "acosh": try sample([2, 3], 1.2, 3)
            default: x
            }
        return [RuleCase(operation, [place]) { try $0[0].map(function) }]
    }
}

private func arithmeticCases(of operation: String) throws -> [RuleCase] {
    let a = try sample([2, 3])
    let b = try sample([3], seed: 2)
    let positive = try sample([2, 3], 0.4, 2)
    let operands = [a, b]
    switch operation {
    case "+": return [RuleCase("+", operands) { try $0[0] + $0[1] }]
    case "-": return [RuleCase("-", operands) { try $0[0] - $0[1] }]
    case "*":
        return [RuleCase("*", operands) { try $0[0] * $0[1] }, RuleCase("squared", [a]) { try $0[0] * $0[0] }]
    case "/": return [RuleCase("/", [a, try sample([2, 1], 0.5, 2)]) { try $0[0] / $0[1] }]
    case "**": return [RuleCase("**", [positive, b]) { try $0[0].power($0[1]) }]
    case "%":
        return [RuleCase("%", [a, try Tensor([0.7, -0.6, 1.1], shape: [3])]) { try $0[0].square().remainder($0[1]) }]
    case "atan2": return [RuleCase("atan2", operands) { try Variable.combine(.arcTangent, $0[0], $0[1]) }]
    case "maximum": return [RuleCase("maximum", operands) { try Variable.maximum($0[0], $0[1]).square() }]
    case "minimum": return [RuleCase("minimum", operands) { try Variable.minimum($0[0], $0[1]).square() }]
    case "x + number": return [RuleCase("x + 2", [a]) { try $0[0] + 2 }]
    case "number + x": return [RuleCase("2 + x", [a]) { try 2 + $0[0] }]
    case "x - number": return [RuleCase("x - 2", [a]) { try $0[0] - 2 }]
    case "number - x": return [RuleCase("2 - x", [a]) { try 2 - $0[0] }]
    case "x * number": return [RuleCase("x * 3", [a]) { try $0[0] * 3 }]
    case "number * x": return [RuleCase("3 * x", [a]) { try 3 * $0[0] }]
    case "x / number": return [RuleCase("x / 3", [a]) { try $0[0] / 3 }]
    case "number / x": return [RuleCase("3 / x", [positive]) { try 3 / $0[0] }]
    case "x ** number":
        return [0, 1, 2, 3, -1, 0.5, -1.5].map { exponent in
            RuleCase("x ** \(exponent)", [positive]) { try $0[0].power(exponent) }
        }
    case "number ** x":
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

private func shapeCases(of operation: String) throws -> [RuleCase] {
    let x = try sample([2, 3, 4])
    let indices = try Tensor([2, 0, 2, 1], shape: [4])
    let mask = try Tensor([true, false, true, true, false, true], shape: [2, 3])
    switch operation {
    case "reshape": return [RuleCase("reshape", [x]) { try $0[0].square().reshape([4, -1]) }]
    case "permute": return [RuleCase("permute", [x]) { try $0[0].square().permute([2, 0, -2]) }]
    case "broadcast":
        return [RuleCase("broadcast", [try sample([3, 1])]) { try $0[0].square().broadcast(to: [2, 3, 4]) }]
    case "concat":
        return [
            RuleCase("concat", [x, try sample([2, 1, 4])]) {
                try .concat([$0[0].square(), $0[1], $0[0]], axis: -2)
            }
        ]
    case "pad": return [RuleCase("pad", [x]) { try $0[0].square().pad([(1, 0), (0, 2), (1, 1)], value: 3) }]
    case "repeated":
        return [
            RuleCase("more axes", [x]) { try $0[0].square().repeated([2, 1, 3, 2]) },
            RuleCase("fewer counts", [x]) { try $0[0].square().repeated([2]) },
        ]
    case "flip": return [RuleCase("flip", [x]) { try $0[0].square().flip([0, -1]) }]
    case "at":
        let rows = try Tensor([1, 1, 0], shape: [3])
        return [
            RuleCase("slices", [x]) {
                try $0[0].square().at([.index(-1), .newAxis, .slice(start: nil, stop: nil, step: -2), .ellipsis])
            },
            RuleCase("twice the same", [x]) { try $0[0].square().at([.tensor(rows), .all, .tensor(rows)]) },
            RuleCase("a mask", [x]) { try $0[0].square().at([.tensor(mask)]) },
        ]
    case "scatter":
        return [
            adjoint("of places", [x, try sample([2, 4, 4])]) { try $0.take(indices, axis: 1) },
            adjoint("of slices", [x, try sample([2, 3, 2])]) {
                try $0.at([.ellipsis, .slice(start: 1, stop: 3, step: 1)])
            },
        ]
    case "set":
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
    case "gather", "scatter_along":
        let places = try Tensor([2, 0, 2, -2, 1, 1], shape: [2, 3, 1])
        return operation == "gather"
            ? [RuleCase("gather", [x]) { try $0[0].square().gather(axis: 2, indices: places) }]
            : [adjoint("of gather", [x, try sample([2, 3, 1])]) { try $0.gather(axis: 2, indices: places) }]
    default: return []
    }
}

/// What goes along an axis, or from row to row.
private func lineCases(of operation: String) throws -> [RuleCase] {
    let x = try sample([2, 3, 4])
    switch operation {
    case "cumprod":
        let zeros = try Tensor([2, 0, 3, 0, 0, 5, 1.5, -1, 0], shape: [3, 3])
        return [
            RuleCase("along the middle", [x]) { try $0[0].cumulativeProduct(axis: 1) },
            RuleCase("with zeros", [zeros]) { try $0[0].cumulativeProduct(axis: 1) },
        ]
    case "recurrence":
        return try [false, true].map { isReversed in
            RuleCase("reversed \(isReversed)", [x, try sample([2, 3, 4], seed: 2)]) {
                try .apply(Recurrence(axis: 1, isReversed: isReversed), $0)
            }
        }
    case "roll": return [RuleCase("rolled", [x]) { try $0[0].square().rolled(2, axis: 1) }]
    case "cdist":
        return try [(2, 3), (2, 27)].map { m, n in
            RuleCase("\(m) and \(n) rows", [try sample([m, 2]), try sample([n, 2], seed: 2)]) {
                try .distances($0[0], $0[1], order: 2)
            }
        }
    case "fourier_pairs":
        return [
            RuleCase("of pairs", [try sample([2, 6, 2])]) { try $0[0].square().fourier() },
            RuleCase("back", [try sample([5, 2])]) { try $0[0].square().fourier(isInverse: true) },
        ]
    case "fourier_of_real":
        return try [(6, 4), (6, 6), (5, 3)].map { n, kept in
            RuleCase("\(kept) of \(n)", [try sample([2, n])]) { try $0[0].square().fourierOfReal(kept: kept) }
        }
    default:
        return try [6, 7].map { n in
            RuleCase("\(n) numbers", [try sample([2, 4, 2])]) { try $0[0].square().realOfFourier(count: n) }
        }
    }
}

private func reductionCases(of operation: String) throws -> [RuleCase] {
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
    switch operation {
    case "sum": return along { try $0.square().sum(axes: $1, keepDims: $2) }
    case "mean": return along { try $0.square().mean(axes: $1, keepDims: $2) }
    case "prod":
        let zeros = try Tensor([2, 0, 3, 0, 0, 5, 1.5, -1, 0], shape: [3, 3])
        return along { try $0.prod(axes: $1, keepDims: $2) } + [
            RuleCase("with zeros", [zeros]) { try $0[0].prod(axes: [1]) },
            RuleCase("of all, with zeros", [zeros]) { try $0[0].prod() },
        ]
    case "max", "min":
        return [nil, [0, -1]].map { axes in
            RuleCase("axes \(axes as Any)", [x]) {
                operation == "max" ? try $0[0].square().max(axes: axes) : try $0[0].square().min(axes: axes)
            }
        }
    case "extreme_along":
        return [
            RuleCase("max", [x]) { try $0[0].square().max(axes: [-2]) },
            RuleCase("min, kept", [x]) { try $0[0].square().min(axes: [0], keepDims: true) },
        ]
    case "var":
        return along { try $0.variance(axes: $1, keepDims: $2) } + [
            RuleCase("of the population", [x]) { try $0[0].variance(axes: [0, 2], correction: 0) }
        ]
    case "std": return along { try $0.std(axes: $1, keepDims: $2) }
    case "norm": return along { try $0.norm(axes: $1, keepDims: $2) }
    case "cumsum": return [RuleCase("cumulativeSum", [x]) { try $0[0].square().cumulativeSum(axis: 1) }]
    case "softmax": return [0, -1].map { axis in RuleCase("axis \(axis)", [x]) { try $0[0].softmax(axis: axis) } }
    case "log_softmax":
        return [0, -1].map { axis in RuleCase("axis \(axis)", [x]) { try $0[0].logSoftmax(axis: axis) } }
    case "logsumexp": return along { try $0.logSumExp(axes: $1, keepDims: $2) }
    case "matmul":
        let shapes: [([Int], [Int])] = [
            ([2, 3], [3, 4]), ([3], [3]), ([3], [3, 2]), ([2, 3], [3]), ([2, 2, 3], [3, 2]), ([2, 2, 3], [3]),
            ([3], [2, 3, 2]), ([2, 1, 2, 3], [3, 3, 1]), ([2, 3], [2, 3, 2]),
        ]
        return try shapes.map { a, b in
            RuleCase("\(a) @ \(b)", [try sample(a), try sample(b, seed: 2)]) { try $0[0].matmul($0[1]) }
        }
    case "linear_weight":
        return [
            RuleCase("products of rows", [try sample([3, 2]), try sample([3, 4], seed: 2)]) {
                try .apply(LinearWeightGradient(), $0)
            }
        ]
    case "linear":
        let weight = try sample([4, 3])
        return [
            RuleCase("rows", [try sample([2, 3]), weight]) { try $0[0].linear($0[1]) },
            RuleCase("sequences, with bias", [try sample([2, 2, 3]), weight, try sample([4])]) {
                try $0[0].linear($0[1], bias: $0[2])
            },
            RuleCase("a vector", [try sample([3]), weight, try sample([4])]) { try $0[0].linear($0[1], bias: $0[2]) },
        ]
    case "einsum":
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
