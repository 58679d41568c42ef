import Autograd
import TensorCore
import Testing

/// A place where differences show no derivative: a kink, a pole, a tie, a saturated or a constant input.
struct Edge {
    let name: String
    let inputs: [[Double]]
    /// The gradients by the inputs of the sum of what the function gives.
    let gradients: [[Double]]
    let function: ([Variable]) throws -> Variable

    init(
        _ name: String, _ inputs: [Double]..., by gradients: [Double]...,
        of function: @escaping ([Variable]) throws -> Variable
    ) {
        self.name = name
        self.inputs = inputs
        self.gradients = gradients
        self.function = function
    }
}

@Suite struct EdgeTests {
    /// The values are PyTorch's, but for `select`, `variance` and what else says so.
    @Test(arguments: Operations.differentiable) func gradientsAtEdges(_ operation: String) throws {
        for edge in try edges(of: operation) {
            for createGraph in [false, true] {
                let leaves = try edge.inputs.map { Gradient.leaf(Variable(try Tensor($0, shape: [$0.count]))) }
                let output = try edge.function(leaves)
                #expect(
                    Gradient.operations(leadingTo: output).contains(operation),
                    "\(edge.name) does not apply \(operation)")
                let found = try Gradient.compute(output.sum(), withRespectTo: leaves, createGraph: createGraph)
                for (index, expected) in edge.gradients.enumerated() {
                    let numbers = found[index]?.value.doubles() ?? [Double](repeating: 0, count: expected.count)
                    let isRight = zip(numbers, expected).allSatisfy {
                        $0 == $1 || abs($0 - $1) <= 1e-9 * max(1, abs($1))
                    }
                    #expect(
                        isRight && numbers.count == expected.count,
                        "\(operation), \(edge.name), input \(index): \(numbers)")
                }
            }
        }
    }

    /// What the output does not depend on has no part in its gradient, whatever slopes are on the way there.
    @Test func branchesNotTakenHaveNoGradient() throws {
        func check(_ x: [Double], _ expected: [Double], _ function: (Variable) throws -> Variable) throws {
            let leaf = Gradient.leaf(Variable(try Tensor(x, shape: [x.count])))
            let found = try #require(try Gradient.compute(function(leaf), withRespectTo: [leaf])[0])
            #expect(found.value.doubles() == expected)
        }
        func isPositive(_ x: Variable) throws -> Tensor { try x.value.combined(.greater, with: 0) }
        func zero(_ x: Variable) throws -> Variable { try Variable.number(0, like: x) }
        try check([0, 2], [0, 0.5]) { x in try Variable.select(isPositive(x), x.log(), zero(x)).sum() }
        try check([0, 1], [0, 1]) { x in try Variable.select(isPositive(x), x * x.log(), zero(x)).sum() }
        try check([-1, 4], [0, 0.25]) { x in try Variable.select(isPositive(x), x.sqrt(), zero(x)).sum() }
        try check([0, 2], [0, -0.25]) { x in try Variable.select(isPositive(x), 1 / x, zero(x)).sum() }
        try check([0, 2], [0, 0.5]) { x in try x.log().at([.index(1)]) }
        try check([0, 2], [0, 0.5]) { x in try x.log().max() }
        try check([0, 2], [0, 0.5]) { x in try x.log().relu().sum() }
        try check([0, 2], [0, 0.5]) { x in try x.log().clipped(min: -5).sum() }
        try check([0, 0], [1, 1]) { x in
            let norm = try x.square().sum().sqrt()
            return try Variable.select(isPositive(norm), x / norm, x).sum()
        }
        // What it does depend on keeps its slope, finite or not.
        try check([0, 4], [.infinity, 0.25]) { x in try x.sqrt().sum() }
        let x = Gradient.leaf(Variable(try Tensor([0.0], shape: [1])))
        let root = try #require(try Gradient.compute(x.sqrt().square().sum(), withRespectTo: [x])[0])
        #expect(try root.value.item().isNaN, "0 times infinity is not known, and 1 here")
    }
}

private func edges(of operation: String) throws -> [Edge] {
    let inf = Double.infinity
    let first = try Tensor([0, 0], shape: [2])
    switch operation {
    case "abs": return [Edge("0", [-1, 0, 1], by: [-1, 0, 1]) { try $0[0].abs() }]
    case "relu": return [Edge("0", [-1, 0, 1], by: [0, 0, 1]) { try $0[0].relu() }]
    case "leaky_relu": return [Edge("0", [-1, 0, 1], by: [0.2, 0.2, 1]) { try $0[0].leakyRelu(slope: 0.2) }]
    case "huber":
        return [Edge("bounds", [-1e30, -2, -1, 0, 2, 3], by: [-2, -2, -1, 0, 2, 2]) { try $0[0].huber(delta: 2) }]
    case "elu":
        return [Edge("0 and far away", [-1000, 0, 1000], by: [0, 0.5, 1]) { try $0[0].exponentialLinear(alpha: 0.5) }]
    case "silu": return [Edge("far away", [-1000, 0, 1000], by: [0, 0.5, 1]) { try $0[0].map(.silu) }]
    case "mish": return [Edge("far away", [-1000, 0, 1000], by: [0, 0.6, 1]) { try $0[0].map(.mish) }]
    case "log_sigmoid": return [Edge("far away", [-1000, 0, 1000], by: [1, 0.5, 0]) { try $0[0].map(.logSigmoid) }]
    case "softsign": return [Edge("0", [-1, 0, 1], by: [0.25, 1, 0.25]) { try $0[0].map(.softsign) }]
    case "relu6": return [Edge("bounds", [-1, 0, 1, 6, 7], by: [0, 0, 1, 0, 0]) { try $0[0].map(.relu6) }]
    case "hardsigmoid":
        return [Edge("bounds", [-4, -3, 0, 3, 4], by: [0, 0, 1 / 6.0, 0, 0]) { try $0[0].map(.hardSigmoid) }]
    case "hardswish":
        return [Edge("bounds", [-4, -3, 0, 3, 4], by: [0, 0, 0.5, 1, 1]) { try $0[0].map(.hardSwish) }]
    case "sigmoid": return [Edge("saturated", [-1000, 1000], by: [0, 0]) { try $0[0].sigmoid() }]
    case "tanh": return [Edge("saturated", [-1000, 1000], by: [0, 0]) { try $0[0].tanh() }]
    case "gelu": return [Edge("saturated", [-1000, 1000], by: [0, 1]) { try $0[0].gelu() }]
    case "erf": return [Edge("saturated", [-1000, 1000], by: [0, 0]) { try $0[0].erf() }]
    case "erfc": return [Edge("saturated", [-1000, 1000], by: [0, 0]) { try $0[0].map(.erfc) }]
    case "softplus": return [Edge("saturated", [-1000, 0, 1000], by: [0, 0.5, 1]) { try $0[0].softplus() }]
    case "exp": return [Edge("beyond all numbers", [-1000, 1000], by: [0, inf]) { try $0[0].exp() }]
    case "expm1": return [Edge("beyond all numbers", [-1000, 1000], by: [0, inf]) { try $0[0].map(.expm1) }]
    case "log": return [Edge("0", [0, 1], by: [inf, 1]) { try $0[0].log() }]
    case "log1p": return [Edge("-1", [-1, 0], by: [inf, 1]) { try $0[0].map(.log1p) }]
    case "log2": return [Edge("0", [0], by: [inf]) { try $0[0].map(.log2) }]
    case "log10": return [Edge("0", [0], by: [inf]) { try $0[0].map(.log10) }]
    case "sqrt": return [Edge("0", [0, 4], by: [inf, 0.25]) { try $0[0].sqrt() }]
    case "reciprocal": return [Edge("0", [0], by: [-inf]) { try $0[0].map(.reciprocal) }]
    case "asin": return [Edge("ends", [-1, 1], by: [inf, inf]) { try $0[0].map(.asin) }]
    case "acos": return [Edge("ends", [-1, 1], by: [-inf, -inf]) { try $0[0].map(.acos) }]
    case "acosh": return [Edge("1", [1], by: [inf]) { try $0[0].map(.acosh) }]
    case "atanh": return [Edge("ends", [-1, 1], by: [inf, inf]) { try $0[0].map(.atanh) }]
    case "exp2": return [Edge("beyond all numbers", [-2000, 2000], by: [0, inf]) { try $0[0].map(.exp2) }]
    case "square": return [Edge("0", [0], by: [0]) { try $0[0].square() }]
    case "clip": return [Edge("bounds", [-1, 0, 1], by: [0, 1, 0]) { try $0[0].clipped(min: -1, max: 1) }]
    case "select":
        return [
            Edge("a branch not taken", [0, 2], by: [0, 0.5]) {
                try .select($0[0].value.combined(.greater, with: 0), $0[0].log(), .number(0, like: $0[0]))
            }
        ]
    case "maximum":
        return [
            Edge("ties and NaN", [1, 2, .nan], [1, 1, 0], by: [0.5, 1, 1], [0.5, 0, 1]) { try .maximum($0[0], $0[1]) }
        ]
    case "minimum":
        return [
            Edge("ties and NaN", [1, 2, .nan], [1, 1, 0], by: [0.5, 0, 1], [0.5, 1, 1]) { try .minimum($0[0], $0[1]) }
        ]
    case "/": return [Edge("by 0", [1], [0], by: [inf], [-inf]) { try $0[0] / $0[1] }]
    case "number / x": return [Edge("by 0", [0], by: [-inf]) { try 3 / $0[0] }]
    case "%":
        return [Edge("no rest", [2, -3], [1, 2], by: [1, 1], [-2, 2]) { try $0[0].remainder($0[1]) }]
    case "**":
        return [Edge("0", [0, 0, 0], [0, 1, 2], by: [0, 1, 0], [0, 0, 0]) { try $0[0].power($0[1]) }]
    case "x ** number":
        return [(0.0, 0.0), (0.5, inf), (1, 1), (2, 0), (3, 0), (-1, -inf)].map { exponent, slope in
            Edge("0 ** \(exponent)", [0], by: [slope]) { try $0[0].power(exponent) }
        }
    case "number ** x":
        return [
            Edge("0 ** x", [0, 1, 2], by: [0, 0, 0]) { try $0[0].combined(.power, with: 0, numberOnLeft: true) }
        ]
    case "cumprod":
        return [
            Edge("a 0 among others", [2, 0, 3], by: [1, 8, 0]) { try $0[0].cumulativeProduct(axis: 0) },
            Edge("two", [0, 0, 3], by: [1, 0, 0]) { try $0[0].cumulativeProduct(axis: 0) },
        ]
    case "cdist":
        return [
            Edge("no distance", [1, 3], [1], by: [0, 1], [-1]) {
                try .distances($0[0].unsqueeze(1), $0[1].unsqueeze(1), order: 2)
            }
        ]
    case "atan2":
        return [
            Edge("axes and the origin", [0, 2, 0], [-1, 0, 0], by: [-1, 0, 0], [0, -0.5, 0]) {
                try .combine(.arcTangent, $0[0], $0[1])
            }
        ]
    case "prod":
        return [
            Edge("one 0", [0, 2, 3], by: [6, 0, 0]) { try $0[0].prod() },
            Edge("two", [0, 0, 3], by: [0, 0, 0]) { try $0[0].prod() },
        ]
    case "max":
        return [
            Edge("ties", [2, 2, 1], by: [0.5, 0.5, 0]) { try $0[0].max() },
            Edge("NaN", [2, .nan, 1], by: [0, 1, 0]) { try $0[0].max() },
        ]
    case "min":
        return [
            Edge("ties", [2, 1, 1], by: [0, 0.5, 0.5]) { try $0[0].min() },
            Edge("NaN", [2, .nan, 1], by: [0, 1, 0]) { try $0[0].min() },
        ]
    case "extreme_along":
        return [
            Edge("ties", [1, 2, 2], by: [0, 1, 0]) { try $0[0].max(axes: [0]) },
            Edge("NaN", [2, .nan, 1], by: [0, 1, 0]) { try $0[0].min(axes: [0]) },
        ]
    case "var": return [Edge("constant", [2, 2, 2], by: [0, 0, 0]) { try $0[0].variance() }]
    case "std": return [Edge("constant", [2, 2, 2], by: [0, 0, 0]) { try $0[0].std() }]
    case "norm": return [Edge("0", [0, 0], by: [0, 0]) { try $0[0].norm() }]
    case "softmax":
        return [Edge("hidden", [-inf, 1], by: [0, 0]) { try $0[0].softmax(axis: 0).at([.index(1)]) }]
    case "log_softmax":
        return [Edge("hidden", [-inf, 1], by: [0, 0]) { try $0[0].logSoftmax(axis: 0).at([.index(1)]) }]
    case "logsumexp":
        return [
            Edge("hidden", [-inf, 1], by: [0, 1]) { try $0[0].logSumExp() },
            Edge("all hidden", [-inf, -inf], by: [0, 0]) { try $0[0].logSumExp() },
        ]
    case "masked_softmax":
        let mask = try Tensor([true, true], shape: [2])
        return [Edge("all hidden", [1, 2], by: [0, 0]) { try $0[0].maskedSoftmax(mask) }]
    case "cross_entropy":
        return [
            Edge("one class", [3], by: [0]) { try $0[0].crossEntropy(Tensor([0], shape: [])) },
            Edge("sure and wrong", [1000, -1000], by: [1, -1]) { try $0[0].crossEntropy(Tensor([1], shape: [])) },
            Edge("nothing counts", [1, 2], by: [0, 0]) {
                try $0[0].reshape([1, 2]).crossEntropy(Tensor([-100], shape: [1]), reduction: .sum)
            },
        ]
    case "binary_cross_entropy":
        return [
            Edge("sure", [0, 1, 0, 1], [0, 1, 1, 0], by: [0, 0, -1e12, 1e12], [100, -100, 100, -100]) {
                try $0[0].binaryCrossEntropy($0[1])
            }
        ]
    case "binary_cross_entropy_with_logits":
        return [
            Edge(
                "far away", [1000, -1000, 1000, -1000], [1, 0, 0, 1], by: [0, 0, 1, -1], [-1000, 1000, -1000, 1000]
            ) {
                try $0[0].binaryCrossEntropyOfLogits($0[1])
            }
        ]
    case "normalization":
        let weights = Variable(try Tensor([1.0, 2, 3], shape: [3]))
        let slope = 1 / 1e-5.squareRoot()
        return [
            Edge("constant", [2, 2, 2], by: [-slope, 0, slope]) {
                try $0[0].layerNorm(axes: 1, weight: nil, bias: nil, eps: 1e-5) * weights
            }
        ]
    case "max_pool2d":
        return [
            Edge("ties", [1, 1, 1, 1], by: [1, 0, 0, 0]) {
                try $0[0].reshape([1, 1, 2, 2]).maxPool2D(PoolSettings(size: (2, 2)))
            }
        ]
    case "dropout":
        return [Edge("nothing kept", [1, 2], by: [0, 0]) { try $0[0].dropout(keep: 0, key: RandomKey(seed: 1)) }]
    case "det":
        // The cofactors, where PyTorch gives 0.
        return [
            Edge("a singular matrix", [1, 2, 2, 4], by: [4, -2, -2, 1]) { try $0[0].reshape([2, 2]).determinant() }
        ]
    case "embedding":
        return [Edge("the same row twice", [5, 6], by: [2, 0]) { try .embedding($0[0].unsqueeze(1), first) }]
    case "at": return [Edge("the same place twice", [5, 6], by: [2, 0]) { try $0[0].at([.tensor(first)]) }]
    case "gather":
        return [Edge("the same place twice", [5, 6], by: [2, 0]) { try $0[0].gather(axis: 0, indices: first) }]
    default:
        #expect(smooth.contains(operation), "\(operation) has no edge here and is not told to be smooth")
        return []
    }
}

/// Smooth, or linear, wherever they are defined.
private let smooth: Set = [
    "alias", "cast", "+", "-", "*", "x + number", "number + x", "x - number", "number - x", "x * number", "number * x",
    "x / number", "negate", "sin", "cos", "tan", "atan", "sinh", "cosh", "asinh", "reshape", "permute", "broadcast",
    "concat",
    "pad", "repeated", "roll", "recurrence", "fourier_pairs", "fourier_of_real", "real_of_fourier", "flip", "scatter",
    "set", "scatter_along", "sum", "mean", "cumsum", "matmul", "linear",
    "linear_weight", "einsum", "inv", "solve", "slogdet", "cholesky", "pinv", "eigh", "svd", "qr",
    "recurrent", "attention", "conv2d", "conv2d_input", "conv2d_weight", "max_unpool2d", "avg_pool2d", "avg_unpool2d",
]
