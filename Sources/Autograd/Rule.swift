/// The table of rules: every operation that gradients flow through.
///
/// The gradient check goes through all of them, so a rule without a case there fails it.
package enum Rule: String, CaseIterable, Sendable {
    case alias, cast
    case add, subtract, multiply, divide, power, remainder, maximum, minimum
    case addNumber, subtractFromNumber, multiplyByNumber, divideNumber, powerByNumber, powerOfNumber
    case negate, abs, square, reciprocal, relu, leakyRelu, sigmoid, softplus, gelu, erf
    case exp, expm1, log, log1p, log2, log10, sqrt
    case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh
    case clip, select
    case reshape, permute, broadcast, concat, pad, repeated, flip, at, scatter, set, gather, scatterAlong
    case sum, mean, product, max, min, extremeAlong, variance, standardDeviation, norm, cumulativeSum
    case softmax, logSoftmax, logSumExp
    case matmul, einsum
    case crossEntropy, binaryCrossEntropy, normalization, embedding, dropout
    case recurrent, maskedSoftmax
    case conv2D, conv2DInput, conv2DWeight, maxPool2D, maxUnpool2D, avgPool2D, avgUnpool2D
}
